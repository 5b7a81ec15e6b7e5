#include "core/event_text.h"

#include <string.h>

#include "base/scrub.h"

#define STAMP_LAST ((msec)253402300799999)	/* 9999-12-31T23:59:59.999Z */

bool stamp_fits(msec at)
{
	return at >= 0 && at <= STAMP_LAST;
}

/* when_format() leaves the fraction of a whole second out, a stamp never does. */
void stamp_write(struct buf *out, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	buf_add(out, text, STAMP_LEN - 5);
	buf_text(out, at % WHEN_SECOND == 0 ? ".000Z" : text + STAMP_LEN - 5);
}

bool stamp_read(struct str text, msec *out)
{
	return text.len == STAMP_LEN && text.p[STAMP_LEN - 1] == 'Z' && text.p[STAMP_LEN - 5] == '.' &&
	       when_parse(text, out) && stamp_fits(*out);
}

/* Nearly all texts are, so that nearly none is looked at twice. */
static bool plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < ' ' || text.p[i] > '~')
			return false;
	}
	return true;
}

static void clean(struct buf *out, struct str text, bool lines)
{
	const char *end = text.p + text.len;

	while (lines && text.len > 0) {
		const char *feed = memchr(text.p, '\n', text.len);

		if (!feed)
			break;
		scrub(out, str_sub(text.p, (size_t)(feed - text.p)));
		buf_char(out, '\n');
		text = str_sub(feed + 1, (size_t)(end - feed) - 1);
	}
	scrub(out, text);
}

const char *clean_text(struct arena *arena, struct str text, bool lines)
{
	struct buf out = { 0 };
	const char *copy;

	if (plain(text))
		return arena_text(arena, text.p, text.len);
	clean(&out, text, lines);
	copy = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return copy;
}

/* What is clean has no control but the line feed. */
static void escape(struct buf *out, struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c != '"' && c != '\\' && c != '\n')
			continue;
		buf_add(out, text.p + from, i - from);
		buf_char(out, '\\');
		buf_char(out, c == '\n' ? 'n' : c);
		from = i + 1;
	}
	buf_add(out, text.p + from, text.len - from);
}

void quote_text(struct buf *out, struct str text, bool lines)
{
	struct buf scrubbed = { 0 };

	buf_char(out, '"');
	if (plain(text)) {
		escape(out, text);
	} else {
		clean(&scrubbed, text, lines);
		escape(out, str_sub(scrubbed.data, scrubbed.len));
	}
	buf_char(out, '"');
	buf_done(&scrubbed);
}
