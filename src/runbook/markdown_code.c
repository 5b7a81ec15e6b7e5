/*
 * markdown_code.c: the bytes of a code block. They are taken from the file, line by line, not from
 * what the parser tells, which has blanks for tabs and nothing for a zero.
 */
#include <string.h>

#include "base/mem.h"
#include "runbook/markdown_inside.h"

void code_start(struct code *code, char mark)
{
	code->count = 0;
	code->indent = 0;
	code->at = CODE_BLANK;
	code->mark = mark;
}

void code_indent(struct code *code, size_t blanks)
{
	if (code->at == CODE_BLANK)
		code->indent += blanks;
}

void code_text(struct code *code, size_t at)
{
	if (code->at == CODE_BLANK)
		code->at = at;
}

void code_end_line(struct code *code)
{
	code->lines = mem_grow(code->lines, &code->cap, code->count + 1, sizeof(*code->lines));
	code->lines[code->count++] = (struct code_line){ code->indent, code->at };
	code->indent = 0;
	code->at = CODE_BLANK;
}

void code_done(struct code *code)
{
	mem_free(code->lines);
	*code = (struct code){ 0 };
}

/* The line of the file that its first line of code is. */
static unsigned first_line(const struct code *code, const struct source *source,
			   struct cursor *cursor)
{
	for (size_t i = 0; i < code->count; i++)
		if (code->lines[i].at != CODE_BLANK)
			return source_line(source, code->lines[i].at) - (unsigned)i;
	if (!code->mark)
		return source_line(source, cursor_any(source, cursor));
	return source_line(source, cursor_fence(source, cursor, code->mark)) + 1;
}

/* The parser counts indentation in columns and tells it as blanks; what stands in the file may be
 * tabs. A tab that reaches over the edge of the list counts as the blanks that are inside. */
static void put_line(struct buf *out, const struct code_line *line, const struct source *source,
		     unsigned number)
{
	size_t start = source_start(source, number), end = source_end(source, number);
	size_t text = line->at == CODE_BLANK ? end : line->at, column = 0, edge, at;

	for (at = start; at < text; at++)
		column += source->text[at] == '\t' ? 4 - column % 4 : 1;
	edge = column > line->indent ? column - line->indent : 0;
	column = 0;
	for (at = start; at < text && column < edge; at++)
		column += source->text[at] == '\t' ? 4 - column % 4 : 1;
	for (; column > edge; column--)
		buf_char(out, ' ');
	buf_add(out, source->text + at, end - at);
	buf_char(out, '\n');
}

static bool is_closing(const struct source *source, unsigned line, char mark, size_t length)
{
	size_t at = source_past_quotes(source, source_start(source, line));
	size_t len = source_run(source, at, mark);

	if (len < length)
		return false;
	for (at += len; !source_ends(source, at); at++)
		if (!source_blank(source, at))
			return false;
	return true;
}

static void finish_fence(const struct code *code, const struct source *source, unsigned opening,
			 struct arena *arena, struct block *out)
{
	unsigned last = opening + (unsigned)code->count;
	size_t at = source_past_marks(source, source_start(source, opening));
	size_t length = source_run(source, at, code->mark);
	struct str info = str_trim(str_sub(source->text + at + length,
					   source_end(source, opening) - at - length));

	out->line = opening;
	out->info = markdown_harmless(info, false, arena);
	out->closed = last + 1 <= source->line_count &&
		      is_closing(source, last + 1, code->mark, length);
	out->end_line = out->closed ? last + 1 : last;
}

void code_finish(struct code *code, const struct source *source, struct cursor *cursor,
		 struct arena *arena, struct block *out)
{
	struct buf text = { 0 };
	unsigned first = first_line(code, source, cursor);

	for (size_t i = 0; i < code->count; i++)
		put_line(&text, &code->lines[i], source, first + (unsigned)i);
	out->text = arena_text(arena, buf_cstr(&text), text.len);
	out->length = text.len;
	buf_done(&text);
	if (code->mark) {
		finish_fence(code, source, first > 1 ? first - 1 : 1, arena, out);
	} else {
		out->line = first;
		out->closed = true;
		out->end_line = first + (unsigned)code->count - (code->count > 0);
	}
	cursor_line(source, cursor, out->end_line + 1);
}
