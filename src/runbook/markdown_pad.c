/*
 * markdown_pad.c: what md4c gets to read, so that it does not lose the items of a list.
 *
 * md4c 0.4.8 looks at the end of its list of blocks and lines for an item that has just begun, and
 * takes what is there for a block without asking whether it is one. Where it is a line, the byte
 * that should be the type of a block is the lowest of an offset: of the line's first character,
 * or, in code, of its end. An offset that ends in 0x04 (MD_BLOCK_LI) reads as an empty item: after
 * the next blank line the list is over, and the rest of a step would stand outside of it. So one
 * block of code in 256 would tear its list in two.
 *
 * Blanks at the end of a line mean nothing in Markdown but in code, whose bytes are taken from the
 * file, so lines are made longer until no offset ends in 0x04. (Two or more of them are a line
 * break in a paragraph: one is nearly always enough.)
 */
#include <string.h>

#include "base/mem.h"
#include "runbook/markdown_inside.h"

enum { ITEM = 4, ENDING = 256, MOST = 16, WORK = 16 * 1024 * 1024 };

static bool is_bad(size_t offset)
{
	return offset % ENDING == ITEM;
}

/* Would the line stand badly with its first byte at this offset? Its text begins behind blanks,
 * marks of quotes and lists, and the marks of a heading. */
static bool stands_badly(const struct source *source, unsigned line, size_t offset)
{
	size_t start = source_start(source, line), marks = start, at;

	if (start >= source->len)
		return false;
	do {
		at = marks;
		if (is_bad(offset + (source_past_quotes(source, at) - start)))
			return true;
		marks = source_past_mark(source, at);
	} while (marks > at);
	at = source_past_quotes(source, at);
	at += source_run(source, at, '#');
	return is_bad(offset + (source_past_quotes(source, at) - start));
}

static void add_line(struct padded *padded, const struct source *source, unsigned line,
		     struct buf *out)
{
	size_t start = line == padded->first ? padded->from : source_start(source, line);
	size_t end = source_end(source, line), next = source_start(source, line + 1);
	size_t blanks = 0;

	padded->starts[padded->line_count++] = (uint32_t)out->len;
	buf_add(out, source->text + start, end - start);
	if (next == end)
		return;
	while (blanks < MOST && (is_bad(out->len) ||
				 stands_badly(source, line + 1, out->len + next - end))) {
		buf_char(out, ' ');
		blanks++;
	}
	buf_add(out, source->text + end, next - end);
}

/* md4c reads the whole destination of a reference each time that it is used, and does not stop when
 * it is told to there. Where many uses may meet a long line, no reference is defined: "]:" is given
 * to md4c as "];". */
static void defuse(struct padded *padded)
{
	size_t uses = 0, longest = 0, line = 0;

	for (size_t i = 0; i < padded->len; i++) {
		uses += padded->text[i] == '[';
		line = padded->text[i] == '\n' || padded->text[i] == '\r' ? 0 : line + 1;
		longest = line > longest ? line : longest;
	}
	for (size_t i = 1; uses * longest > WORK && i < padded->len; i++)
		if (padded->text[i - 1] == ']' && padded->text[i] == ':') {
			padded->text[i] = ';';
			padded->defused = true;
		}
}

void padded_init(struct padded *padded, const struct source *source, size_t from)
{
	struct buf out = { 0 };

	*padded = (struct padded){ .from = from, .first = source_line(source, from) };
	padded->starts = mem_array(source->line_count + 1, sizeof(*padded->starts));
	for (unsigned line = padded->first; line <= source->line_count; line++)
		add_line(padded, source, line, &out);
	padded->len = out.len;
	padded->text = buf_take(&out);
	defuse(padded);
}

void padded_done(struct padded *padded)
{
	mem_free(padded->text);
	mem_free(padded->starts);
	*padded = (struct padded){ 0 };
}

/* Blanks that were added are outside of the line, and cut off. */
bool padded_find(const struct padded *padded, const struct source *source, struct str *text,
		 size_t *at)
{
	size_t offset, low = 0, high = padded->line_count, start, end;

	if (text->p < padded->text || text->p >= padded->text + padded->len)
		return false;
	offset = (size_t)(text->p - padded->text);
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (padded->starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	start = low == 0 ? padded->from : source_start(source, padded->first + (unsigned)low);
	end = source_start(source, padded->first + (unsigned)low + 1);
	*at = start + (offset - padded->starts[low]);
	if (*at > end)
		*at = end;
	*text = str_sub(source->text + *at, text->len < end - *at ? text->len : end - *at);
	return true;
}
