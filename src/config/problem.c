/*
 * problem.c: keeping problems and showing them with their line and a caret.
 *
 * The files are kept as they are, and a line is drawn from them when a problem is added: what must
 * be hidden is blanked, the rest redacted and scrubbed, and the place of the caret follows from
 * what its prefix became. Hiding something later draws the lines concerned again.
 */
#include "config/problem.h"

#include <ctype.h>
#include <string.h>

#include "base/scrub.h"
#include "base/secret.h"
#include "base/utf8.h"

/* Of a long line so much is shown: characters in all, bytes before the caret. */
enum { LINE_SHOWN = 160, BEFORE_CARET = 100 };

enum { QUOTED = 48 };	/* bytes of a value that a sentence shows */

struct problem_source {
	const char *file;
	struct str bytes;
	struct problem_source *next;
};

struct problem_span {
	struct origin from;
	unsigned to_line;
	struct problem_span *next;
};

static const struct { const char *id, *meaning; } ids[] = {
#define X(sym, id, meaning) [PROBLEM_##sym] = { id, meaning },
	PROBLEM_IDS(X)
#undef X
};
_Static_assert(ARRAY_LEN(ids) == PROBLEM_ID_COUNT, "every kind of problem has its id");

const char *problem_id_text(enum problem_id id)
{
	return ids[id].id;
}

const char *problem_id_meaning(enum problem_id id)
{
	return ids[id].meaning;
}

/* The n-th line without its end; false when the file has no such line. */
static bool line_of(const struct problems *problems, const char *file, unsigned n, struct str *line)
{
	for (const struct problem_source *s = problems->sources; s; s = s->next) {
		struct str rest = s->bytes;

		if (strcmp(s->file, file) != 0)
			continue;
		while (n > 0 && str_cut(&rest, '\n', line))
			if (--n == 0)
				return true;
		return false;
	}
	return false;
}

/* Bytes of the first n characters of a line. */
static size_t bytes_of(struct str line, size_t n)
{
	size_t i = 0;

	for (; n > 0 && i < line.len; n--)
		do
			i++;
		while (i < line.len && ((unsigned char)line.p[i] & 0xc0) == 0x80);
	return i;
}

static bool sounds_secret(struct str key)
{
	static const char *const words[] = { "dsn", "pass", "pwd", "secret", "token", "bearer",
					     "credential", "api_key", "apikey", "private" };

	if (str_ends(key, "_env") || str_ends(key, "_file") || str_ends(key, "_command") ||
	    str_ends(key, "passphrase"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_has_nocase(key, words[i]))
			return true;
	return false;
}

static bool is_key_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Where the value of a key that sounds like a secret begins; the line's length when none does. */
static size_t secret_value_at(struct str line)
{
	size_t start = 0, i = 0;

	while (i < line.len) {
		size_t end = i;

		if (is_key_char(line.p[i])) {
			i++;
			continue;
		}
		while (i < line.len && strchr("\"' \t", line.p[i]))
			i++;
		if (i < line.len && strchr(":=", line.p[i]) && end > start &&
		    sounds_secret(str_sub(line.p + start, end - start)))
			return i + 1;
		i = i > end ? i : end + 1;
		start = i;
	}
	return line.len;
}

/* How many bytes of this line may be shown. */
static size_t shown_of(const struct problems *problems, struct origin at, struct str line)
{
	size_t shown = secret_value_at(line);

	for (const struct problem_span *s = problems->hidden; s; s = s->next) {
		size_t from = 0;

		if (strcmp(s->from.file, at.file) != 0 || at.line < s->from.line ||
		    at.line > s->to_line)
			continue;
		if (at.line == s->from.line)
			from = bytes_of(line, s->from.column - 1);
		if (from < shown)
			shown = from;
	}
	return shown;
}

static void put_harmless(struct buf *out, struct str text)
{
	struct buf plain = { 0 };

	redact(&plain, text);
	scrub(out, str_sub(buf_cstr(&plain), plain.len));
	buf_done(&plain);
}

/* Bytes that the first n bytes of a line become by redacting, at most len. */
static size_t redacted_len(struct str line, size_t n, size_t len)
{
	struct buf plain = { 0 };
	size_t now;

	redact(&plain, str_sub(line.p, n));
	now = plain.len < len ? plain.len : len;
	buf_done(&plain);
	return now;
}

static unsigned put_part(struct buf *out, struct str line, size_t from, size_t to)
{
	size_t before = out->len;

	scrub(out, str_sub(line.p + from, to - from));
	return (unsigned)utf8_width(str_sub(buf_cstr(out) + before, out->len - before));
}

/* The part of a redacted line that is shown: all of it, or a window around the caret. */
static void draw_window(struct problem *problem, struct buf *out, struct str line, size_t caret,
			size_t end)
{
	size_t from = 0, to = line.len;

	while (caret - from > BEFORE_CARET)
		from += bytes_of(str_sub(line.p + from, line.len - from), 1);
	if (to - from > LINE_SHOWN)
		to = from + bytes_of(str_sub(line.p + from, line.len - from), LINE_SHOWN);
	if (end > to)
		end = to;
	problem->caret = put_part(out, line, from, caret);
	problem->caret_width = put_part(out, line, caret, end);
	put_part(out, line, end, to);
}

static void draw_line(struct problems *problems, struct problem *problem)
{
	struct str line;
	struct buf plain = { 0 }, out = { 0 };
	size_t shown, caret, end;

	if (!line_of(problems, problem->at.file, problem->at.line, &line))
		return;
	if (str_ends(line, "\r"))
		line.len--;
	shown = shown_of(problems, problem->at, line);
	caret = bytes_of(line, problem->at.column - 1);
	end = bytes_of(line, problem->at.column - 1 + problem->width);
	redact(&plain, str_sub(line.p, shown));
	if (shown < line.len)
		buf_text(&plain, " [redacted]");
	caret = redacted_len(line, caret < shown ? caret : shown, plain.len);
	end = redacted_len(line, end < shown ? end : shown, plain.len);
	draw_window(problem, &out, str_sub(buf_cstr(&plain), plain.len), caret,
		    end > caret ? end : caret);
	problem->source_line = arena_text(problems->arena, buf_cstr(&out), out.len);
	buf_done(&plain);
	buf_done(&out);
}

void problems_source(struct problems *problems, const char *file, struct str bytes)
{
	struct problem_source *source = arena_new(problems->arena, sizeof(*source));

	source->file = arena_text(problems->arena, file, strlen(file));
	source->bytes = str_sub(arena_text(problems->arena, bytes.p, bytes.len), bytes.len);
	source->next = problems->sources;
	problems->sources = source;
}

void problems_hide(struct problems *problems, struct origin from, unsigned to_line)
{
	struct problem_span *span;

	if (!from.file || from.line == 0 || from.column == 0)
		return;
	span = arena_new(problems->arena, sizeof(*span));
	*span = (struct problem_span){ .from = from, .to_line = to_line, .next = problems->hidden };
	problems->hidden = span;
	for (struct problem *p = problems->first; p; p = p->next)
		if (p->at.line >= from.line && p->at.line <= to_line)
			draw_line(problems, p);
}

static const char *harmless(struct arena *arena, const char *text)
{
	struct buf out = { 0 };
	char *copy;

	if (!text)
		return NULL;
	put_harmless(&out, str_of(text));
	copy = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return copy;
}

const char *problems_quote(struct arena *arena, const char *text)
{
	struct buf plain = { 0 };
	char shown[QUOTED + 1];

	redact(&plain, str_of(text));
	scrub_put(shown, sizeof(shown), str_sub(buf_cstr(&plain), plain.len));
	buf_done(&plain);
	return arena_fmt(arena, "'%s'", shown);
}

const char *problems_list(struct arena *arena, const char *lead, const char *const *names,
			  size_t count)
{
	struct buf out = { 0 };
	const char *text;

	buf_text(&out, lead);
	for (size_t i = 0; i < count; i++)
		buf_fmt(&out, "%s%s", i ? ", " : "", names[i]);
	text = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return text;
}

const char *problems_nearest(struct arena *arena, const char *word, const char *const *names,
			     size_t count)
{
	const char *nearest = str_nearest(word, names, count);

	return nearest ? arena_fmt(arena, "did you mean '%s'?", nearest) : NULL;
}

bool problems_open(const struct problems *problems)
{
	return problems->count < PROBLEMS_KEPT;
}

static bool same_file(const struct problem *a, const struct problem *b)
{
	return a->at.file && b->at.file && !strcmp(a->at.file, b->at.file);
}

static bool stands_before(const struct problem *a, const struct problem *b)
{
	return a->at.line != b->at.line ? a->at.line < b->at.line : a->at.column < b->at.column;
}

/* Files in the order in which they were found wrong, the problems of each in that of its lines. */
static void insert(struct problems *problems, struct problem *problem)
{
	struct problem **slot = &problems->first, **place = NULL;

	for (; *slot; slot = &(*slot)->next) {
		if (!same_file(*slot, problem))
			continue;
		place = stands_before(problem, *slot) ? slot : &(*slot)->next;
		if (place == slot)
			break;
	}
	if (!place)
		place = slot;
	problem->next = *place;
	*place = problem;
}

void problems_add(struct problems *problems, const struct complaint *complaint)
{
	struct arena *arena = problems->arena;
	struct problem *problem;

	if (problems->count++ >= PROBLEMS_KEPT)
		return;
	problem = arena_new(arena, sizeof(*problem));
	*problem = (struct problem){
		.at = complaint->at,
		.id = complaint->id,
		.text = harmless(arena, complaint->text),
		.hint = harmless(arena, complaint->hint),
		.known = harmless(arena, complaint->known),
		.width = complaint->width ? complaint->width : 1,
	};
	if (problem->at.line > 0 && problem->at.column > 0)
		draw_line(problems, problem);
	insert(problems, problem);
}

static void write_place(struct buf *out, struct origin at)
{
	put_harmless(out, str_of(at.file));
	if (at.line > 0)
		buf_fmt(out, ":%u:%u", at.line, at.column);
	buf_text(out, ": ");
}

static void write_line(struct buf *out, const struct problem *problem)
{
	unsigned width = problem->caret_width ? problem->caret_width : 1;

	buf_fmt(out, "\n%5u | %s\n      | ", problem->at.line, problem->source_line);
	for (unsigned i = 0; i < problem->caret; i++)
		buf_char(out, ' ');
	for (unsigned i = 0; i < width; i++)
		buf_char(out, '^');
	if (problem->hint)
		buf_fmt(out, " %s", problem->hint);
}

static void write_problem(struct buf *out, const struct problem *problem)
{
	buf_text(out, "error: ");
	if (problem->at.file)
		write_place(out, problem->at);
	buf_text(out, problem->text);
	if (problem->source_line)
		write_line(out, problem);
	else if (problem->hint)
		buf_fmt(out, "\n   %s", problem->hint);
	if (problem->known)
		buf_fmt(out, "\n   %s", problem->known);
	buf_fmt(out, " [%s]\n", problem_id_text(problem->id));
}

void problems_write(const struct problems *problems, struct buf *out)
{
	if (problems->count == 0)
		return;
	for (const struct problem *p = problems->first; p; p = p->next)
		write_problem(out, p);
	buf_fmt(out, "%zu error%s in all", problems->count, problems->count == 1 ? "" : "s");
	if (problems->count > PROBLEMS_KEPT)
		buf_fmt(out, ", the first %d of them shown", PROBLEMS_KEPT);
	buf_char(out, '\n');
}
