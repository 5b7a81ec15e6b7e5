#include "app/runs_output.h"

#include <string.h>

#include "base/mem.h"
#include "base/scrub.h"
#include "base/secret.h"

enum {
	HELD_SETTLES = 16 * 1024,	/* from here on its older half is settled */
	HELD_MOST = 64 * 1024,
	SHOWN_MOST = 256 * 1024,	/* of one command, while it runs */
	CUT_MARGIN = 4096,		/* where an output was cut a secret may have been */
	TRIES = 4,
};

static const char hidden[] = "[redacted]";

/* --- plain text --- */

static void take_escape(struct plain *plain, char c)
{
	if (c == '[')
		plain->state = PLAIN_CSI;
	else if (c == ']' || c == 'P' || c == '^' || c == '_' || c == 'X')
		plain->state = PLAIN_STRING;
	else
		plain->state = PLAIN_TEXT;
}

/* What was written before a CR is written over, as on a terminal. */
static void write_over(struct buf *out)
{
	const char *line = out->len ? memrchr(out->data, '\n', out->len) : NULL;

	buf_cut(out, line ? (size_t)(line + 1 - out->data) : 0);
}

static void take_text(struct plain *plain, char c, struct buf *out)
{
	bool returned = plain->returned;

	plain->returned = c == '\r';
	if (c == '\033') {
		plain->state = PLAIN_ESCAPE;
		plain->returned = returned;
		return;
	}
	if (c == '\r')
		return;
	if (returned && c != '\n')
		write_over(out);
	buf_char(out, c);
}

void plain_take(struct plain *plain, struct str bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.p[i];

		switch (plain->state) {
		case PLAIN_TEXT:
			take_text(plain, c, out);
			break;
		case PLAIN_ESCAPE:
			take_escape(plain, c);
			break;
		case PLAIN_CSI:
			if ((c >= '@' && c <= '~') || c == '\n')
				plain->state = PLAIN_TEXT;
			break;
		case PLAIN_STRING:
			if (c == '\a' || c == '\n')
				plain->state = PLAIN_TEXT;
			else if (c == '\033')
				plain->state = PLAIN_STRING_ESCAPE;
			break;
		case PLAIN_STRING_ESCAPE:
			plain->state = PLAIN_TEXT;
			break;
		}
	}
}

/* --- the pane --- */

void pane_done(struct pane *pane)
{
	mem_free(pane->lines);
	*pane = (struct pane){ .busy = false };
}

static size_t count_lines(struct str text)
{
	size_t count = 0;
	struct str line;

	while (str_cut(&text, '\n', &line))
		count += text.len > 0 || line.len > 0;
	return count;
}

/* Put the lines of a redacted text behind those that stay. */
static size_t put_lines(struct catcher *catcher, struct str text)
{
	struct pane *pane = catcher->pane;
	size_t count = count_lines(text), skip = count > PANE_LINES ? count - PANE_LINES : 0;
	size_t room = PANE_LINES - (count - skip), at;
	struct str line;

	if (catcher->settled > room) {
		memmove(pane->lines, pane->lines + (catcher->settled - room),
			room * sizeof(*pane->lines));
		catcher->settled = room;
	}
	at = catcher->settled;
	for (size_t i = 0; i < count && str_cut(&text, '\n', &line); i++) {
		if (i >= skip)
			(void)scrub_put(pane->lines[at++], PANE_LINE, line);
	}
	pane->line_count = at;
	pane->dropped = catcher->gone + count - at;
	return count;
}

/* How much of what is held may be shown: whole lines, and no beginning of a longer secret. */
static size_t may_show(const struct catcher *catcher)
{
	const struct buf *held = &catcher->held;
	const char *last = held->len ? memrchr(held->data, '\n', held->len) : NULL;
	size_t whole = last ? (size_t)(last + 1 - held->data) : 0;

	return whole - secret_begun(str_sub(buf_cstr(held), whole));
}

/* --- settling --- */

static bool same_in_parts(struct str text, size_t cut)
{
	struct buf parts = { 0 }, whole = { 0 };
	bool same;

	redact(&parts, str_sub(text.p, cut));
	redact(&parts, str_sub(text.p + cut, text.len - cut));
	redact(&whole, text);
	same = parts.len == whole.len && memcmp(buf_cstr(&parts), buf_cstr(&whole), whole.len) == 0;
	buf_done(&parts);
	buf_done(&whole);
	return same;
}

/* The end of a line at which no secret is cut, in the older half; 0: there is none. */
static size_t clean_cut(struct str text)
{
	size_t end = text.len / 2;

	for (size_t i = 0; i < TRIES && end > 0; i++) {
		const char *line = memrchr(text.p, '\n', end);

		if (!line)
			return 0;
		end = (size_t)(line - text.p);
		if (same_in_parts(text, end + 1))
			return end + 1;
	}
	return 0;
}

static void drop_held(struct buf *held, size_t from, size_t len)
{
	memmove(held->data + from, held->data + from + len, held->len - from - len);
	buf_cut(held, held->len - len);
}

/* A key without an end fills it all: its first line stays, so that the rest is known for a part of
 * one. */
static void drop_middle(struct buf *held)
{
	const char *line = memchr(held->data, '\n', held->len);
	size_t from = line ? (size_t)(line + 1 - held->data) : 0;

	if (from < held->len / 2)
		drop_held(held, from, held->len / 2 - from);
	else
		buf_clear(held);
}

static void settle(struct catcher *catcher, size_t cut)
{
	struct buf text = { 0 };
	size_t count;

	redact(&text, str_sub(catcher->held.data, cut));
	count = put_lines(catcher, str_sub(buf_cstr(&text), text.len));
	catcher->settled = catcher->pane->line_count;
	catcher->gone += count;
	drop_held(&catcher->held, 0, cut);
	buf_done(&text);
}

static void show(struct catcher *catcher, size_t len)
{
	struct buf text = { 0 };

	redact(&text, str_sub(buf_cstr(&catcher->held), len));
	(void)put_lines(catcher, str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

/* Looking for a cut costs as much as showing: not with each read. */
static size_t settle_some(struct catcher *catcher, size_t len)
{
	size_t cut = clean_cut(str_sub(catcher->held.data, len));

	if (cut > 0)
		settle(catcher, cut);
	else if (catcher->held.len > HELD_MOST)
		drop_middle(&catcher->held);
	catcher->settle_at = cut > 0 ? 0 : catcher->held.len + HELD_SETTLES / 2;
	return may_show(catcher);
}

void catcher_begin(struct catcher *catcher)
{
	struct pane *pane = catcher->pane;

	if (!pane->lines)
		pane->lines = mem_array(PANE_LINES, PANE_LINE);
	pane->line_count = 0;
	pane->dropped = 0;
	*catcher = (struct catcher){ .pane = pane };
}

/* The rest of a line whose beginning is lost may be the rest of a secret. */
static void drop_endless(struct catcher *catcher, size_t from)
{
	struct buf *held = &catcher->held;
	const char *line = held->len > from ? memchr(held->data + from, '\n', held->len - from) : NULL;

	if (!catcher->endless)
		return;
	drop_held(held, from, line ? (size_t)(line + 1 - held->data) - from : held->len - from);
	catcher->endless = !line;
}

void catcher_take(struct catcher *catcher, struct str bytes)
{
	bool was_full = catcher->bytes > SHOWN_MOST;
	size_t before = catcher->held.len, len;

	catcher->bytes += bytes.len;
	if (was_full)
		return;
	plain_take(&catcher->plain, bytes, &catcher->held);
	drop_endless(catcher, before);
	len = may_show(catcher);
	if (len > HELD_SETTLES && len >= catcher->settle_at) {
		len = settle_some(catcher, len);
	} else if (len == 0 && catcher->held.len > HELD_MOST) {
		buf_clear(&catcher->held);
		buf_text(&catcher->held, "[a line of more than 64 KiB is left out here]\n");
		catcher->endless = true;
	}
	show(catcher, len);
}

/* Of what was cut the last line may end within a secret. */
void catcher_end(struct catcher *catcher, uint64_t bytes)
{
	if (bytes > catcher->bytes || catcher->bytes > SHOWN_MOST) {
		buf_cut(&catcher->held, may_show(catcher));
		buf_text(&catcher->held, "\n(there was more: it is not shown here)\n");
	}
	show(catcher, catcher->held.len);
	buf_done(&catcher->held);
}

/* --- evidence --- */

static size_t count_hidden(struct str text)
{
	const char *at = text.p, *end = text.p + text.len;
	size_t count = 0;

	while (at && at < end) {
		at = memmem(at, (size_t)(end - at), hidden, strlen(hidden));
		if (at) {
			count++;
			at += strlen(hidden);
		}
	}
	return count;
}

static struct str without_tail(struct str text)
{
	size_t len = text.len > CUT_MARGIN ? text.len - CUT_MARGIN : 0;
	const char *line = len ? memrchr(text.p, '\n', len) : NULL;

	return str_sub(text.p, line ? (size_t)(line + 1 - text.p) : len);
}

static struct str without_head(struct str text)
{
	size_t from = text.len < CUT_MARGIN ? text.len : CUT_MARGIN;
	const char *line = from < text.len ? memchr(text.p + from, '\n', text.len - from) : NULL;

	if (line)
		from = (size_t)(line + 1 - text.p);
	return str_sub(text.p + from, text.len - from);
}

static void put_cut(struct str before, struct str after, uint64_t bytes, struct buf *out)
{
	struct plain plain = { PLAIN_TEXT, false };

	plain_take(&plain, without_tail(before), out);
	buf_fmt(out, "\n[cut here: %llu bytes were written in all]\n", (unsigned long long)bytes);
	plain = (struct plain){ PLAIN_TEXT, false };
	plain_take(&plain, without_head(after), out);
}

size_t output_redact(struct str output, size_t cut_at, uint64_t bytes, struct buf *out)
{
	struct plain plain = { PLAIN_TEXT, false };
	struct buf text = { 0 };
	struct str whole;
	size_t before, after;

	if (cut_at > 0)
		put_cut(str_sub(output.p, cut_at), str_sub(output.p + cut_at, output.len - cut_at),
			bytes, &text);
	else
		plain_take(&plain, output, &text);
	whole = str_sub(buf_cstr(&text), text.len);
	before = count_hidden(whole);
	redact(out, whole);
	after = count_hidden(str_sub(buf_cstr(out), out->len));
	buf_done(&text);
	return after > before ? after - before : 0;
}

void output_said(struct str text, char out[BECAUSE_TEXT])
{
	struct str line, last = { 0 };

	while (str_cut(&text, '\n', &line)) {
		if (str_trim(line).len > 0)
			last = str_trim(line);
	}
	(void)scrub_put(out, BECAUSE_TEXT, last);
}
