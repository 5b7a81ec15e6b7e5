/* Tables: columns where they fit, else row by row. */
#include "ui/prose_inside.h"

#include "base/utf8.h"

enum { NEST = 2, COLUMNS = 12, COLUMN_LEAST = 4, GAP = 2 };

/* Cells in one line each. */
void prose_say(const struct block *cell, struct buf *out)
{
	for (const struct run_of_text *run = cell->runs; run; run = run->next)
		if (run->kind == RUN_BREAK)
			buf_char(out, ' ');
		else if (run->kind != RUN_COMMENT)
			buf_text(out, run->text);
}

static int cell_width(const struct block *cell)
{
	struct buf text = { 0 };
	int width;

	prose_say(cell, &text);
	width = (int)utf8_width(str_sub(text.data, text.len));
	buf_done(&text);
	return width;
}

static size_t widths_of(const struct block *table, int widths[COLUMNS], int *total)
{
	size_t columns = 0;

	for (const struct block *row = table->first; row; row = row->next) {
		size_t at = 0;

		for (const struct block *cell = row->first; cell && at < COLUMNS; cell = cell->next, at++) {
			int width = cell_width(cell);

			if (at == columns)
				widths[columns++] = COLUMN_LEAST;
			if (width > widths[at])
				widths[at] = width;
		}
	}
	*total = 0;
	for (size_t i = 0; i < columns; i++)
		*total += widths[i] + GAP;
	return columns;
}

static void put_row(const struct prose *prose, const struct block *row, const int *widths,
		    bool head)
{
	struct buf text = { 0 };
	size_t at = 0;
	int x = prose->x;

	page_text(prose->page);
	for (const struct block *cell = row->first; cell && at < COLUMNS; cell = cell->next, at++) {
		buf_clear(&text);
		prose_say(cell, &text);
		page_put(prose->page, x, widths[at], head ? ROLE_RULE : ROLE_PLAIN, "%s", buf_cstr(&text));
		x += widths[at] + GAP;
	}
	buf_done(&text);
}

/* A table that is too wide is told row by row: "column: what stands in it". */
static void put_record(const struct prose *prose, const struct block *head,
		       const struct block *row)
{
	struct buf text = { 0 };
	const struct block *name = head->first;

	for (const struct block *cell = row->first; cell; cell = cell->next) {
		buf_clear(&text);
		if (name) {
			prose_say(name, &text);
			buf_text(&text, ": ");
		}
		prose_say(cell, &text);
		page_text(prose->page);
		page_wrap(prose->page, prose->x + (cell == row->first ? 0 : NEST), ROLE_PLAIN,
			  buf_cstr(&text));
		name = name ? name->next : NULL;
	}
	buf_done(&text);
}

void prose_table(const struct prose *prose, const struct block *table)
{
	int widths[COLUMNS] = { 0 }, total;
	size_t columns = widths_of(table, widths, &total);
	bool fits = prose->x + total - GAP <= prose->page->cols - 1;

	for (const struct block *row = table->first; row && columns > 0; row = row->next)
		if (fits)
			put_row(prose, row, widths, row == table->first);
		else if (row != table->first)
			put_record(prose, table->first, row);
}
