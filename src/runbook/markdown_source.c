/*
 * markdown_source.c: where things are in a file. The parser tells texts by pointers into it, but
 * marks, rules and empty things not at all: for these a cursor goes through the file behind it. As
 * the parser reports everything in order, the next mark of a kind after the last thing reported is
 * the one that is meant.
 */
#include <string.h>

#include "base/mem.h"
#include "runbook/markdown_inside.h"

bool source_ends(const struct source *source, size_t at)
{
	return at >= source->len || source->text[at] == '\n' || source->text[at] == '\r';
}

void source_init(struct source *source, const char *text, size_t len)
{
	size_t cap = 0;

	*source = (struct source){ .text = text, .len = len };
	for (size_t at = 0; at < len;) {
		source->starts = mem_grow(source->starts, &cap, source->line_count + 1,
					  sizeof(*source->starts));
		source->starts[source->line_count++] = (uint32_t)at;
		while (!source_ends(source, at))
			at++;
		at += at + 1 < len && text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
	}
}

void source_done(struct source *source)
{
	mem_free(source->starts);
	source->starts = NULL;
}

unsigned source_line(const struct source *source, size_t offset)
{
	size_t low = 0, high = source->line_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (source->starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return (unsigned)low + 1;
}

size_t source_start(const struct source *source, unsigned line)
{
	return line <= source->line_count ? source->starts[line - 1] : source->len;
}

size_t source_end(const struct source *source, unsigned line)
{
	size_t at = source_start(source, line);

	while (!source_ends(source, at))
		at++;
	return at;
}

unsigned source_column(struct source *source, size_t offset)
{
	size_t start = source_start(source, source_line(source, offset)), at = start, column = 0;

	if (source->known >= start && source->known <= offset) {
		at = source->known;
		column = source->known_column;
	}
	for (; at < offset; at++)
		column += ((unsigned char)source->text[at] & 0xc0) != 0x80;
	source->known = offset;
	source->known_column = column;
	return (unsigned)column + 1;
}

void cursor_line(const struct source *source, struct cursor *cursor, unsigned line)
{
	cursor->at = source_start(source, line);
	cursor->fresh = true;
}

/* Every search that succeeds moves the cursor, so all of them together go through the file once.
 * One that fails goes through it too: not more often than this. */
enum { VAIN = 8 };

static bool may_look(const struct source *source, const struct cursor *cursor)
{
	return cursor->at < source->len && cursor->looked <= VAIN * (source->line_count + 100);
}

static void next_line(const struct source *source, struct cursor *cursor)
{
	cursor_line(source, cursor, source_line(source, cursor->at) + 1);
	cursor->looked++;
}

static size_t not_found(struct cursor *cursor, const struct cursor *look)
{
	cursor->looked = look->looked;
	return cursor->at;
}

/* Past the marks of quotes and blanks. */
size_t source_past_quotes(const struct source *source, size_t at)
{
	while (at < source->len && strchr(" \t>", source->text[at]) && source->text[at])
		at++;
	return at;
}

bool source_blank(const struct source *source, size_t at)
{
	return source_ends(source, at) || source->text[at] == ' ' || source->text[at] == '\t';
}

/* The length of a mark of a list at this place; 0: there is none. */
static size_t mark_length(const struct source *source, size_t at, unsigned *number)
{
	size_t digits = 0;

	*number = 0;
	if (at >= source->len)
		return 0;
	if (source->text[at] && strchr("-+*", source->text[at]))
		return source_blank(source, at + 1);
	while (digits < 9 && at + digits < source->len && source->text[at + digits] >= '0' &&
	       source->text[at + digits] <= '9')
		*number = *number * 10 + (unsigned)(source->text[at + digits++] - '0');
	at += digits;
	if (digits == 0 || at >= source->len || (source->text[at] != '.' && source->text[at] != ')'))
		return 0;
	return source_blank(source, at + 1) ? digits + 1 : 0;
}

static bool is_rule(const struct source *source, size_t at)
{
	size_t count = 0;
	char mark = at < source->len ? source->text[at] : '\0';

	if (mark != '-' && mark != '*' && mark != '_')
		return false;
	for (; !source_ends(source, at); at++) {
		if (source->text[at] != mark && !source_blank(source, at))
			return false;
		count += source->text[at] == mark;
	}
	return count >= 3;
}

size_t source_run(const struct source *source, size_t at, char mark)
{
	size_t len = 0;

	while (at + len < source->len && source->text[at + len] == mark)
		len++;
	return len;
}

size_t cursor_item(const struct source *source, struct cursor *cursor, unsigned *number)
{
	struct cursor look = *cursor;

	for (; may_look(source, &look); next_line(source, &look)) {
		size_t at = source_past_quotes(source, look.at), len;

		if (!look.fresh || (len = mark_length(source, at, number)) == 0)
			continue;
		*cursor = (struct cursor){ at + len, true, cursor->looked };
		return at;
	}
	return not_found(cursor, &look);
}

size_t cursor_quote(const struct source *source, struct cursor *cursor)
{
	struct cursor look = *cursor;

	for (; may_look(source, &look); next_line(source, &look)) {
		size_t at = look.at;

		while (!source_ends(source, at) && source_blank(source, at))
			at++;
		if (!look.fresh || source_ends(source, at) || source->text[at] != '>')
			continue;
		*cursor = (struct cursor){ at + 1, true, cursor->looked };
		return at;
	}
	return not_found(cursor, &look);
}

size_t cursor_rule(const struct source *source, struct cursor *cursor)
{
	struct cursor look = *cursor;

	for (; may_look(source, &look); next_line(source, &look)) {
		size_t at = source_past_quotes(source, look.at);

		if (!look.fresh || !is_rule(source, at))
			continue;
		look.looked = cursor->looked;
		*cursor = look;
		next_line(source, cursor);
		return at;
	}
	return not_found(cursor, &look);
}

size_t cursor_any(const struct source *source, struct cursor *cursor)
{
	struct cursor look = *cursor;

	for (; may_look(source, &look); next_line(source, &look)) {
		size_t at = source_past_quotes(source, look.at);

		if (!look.fresh || source_ends(source, at))
			continue;
		look.looked = cursor->looked;
		*cursor = look;
		next_line(source, cursor);
		return at;
	}
	return not_found(cursor, &look);
}

size_t source_past_mark(const struct source *source, size_t at)
{
	size_t start = source_past_quotes(source, at);
	unsigned number;
	size_t len = mark_length(source, start, &number);

	return len > 0 ? start + len : at;
}

size_t source_past_marks(const struct source *source, size_t at)
{
	size_t before;

	do {
		before = at;
		at = source_past_mark(source, at);
	} while (at > before);
	return source_past_quotes(source, at);
}

size_t cursor_fence(const struct source *source, struct cursor *cursor, char mark)
{
	struct cursor look = *cursor;

	for (; may_look(source, &look); next_line(source, &look)) {
		size_t at = source_past_marks(source, look.at);

		if (look.fresh && source_run(source, at, mark) >= 3)
			return at;
	}
	return not_found(cursor, &look);
}
