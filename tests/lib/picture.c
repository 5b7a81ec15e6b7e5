#include "tests/lib/picture.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { FEW = 4, ERASE_LINE = 3, WORTH_REPEATING = 6 };

static const struct screen_cell blank = {
	.width = 1, .plain_fg = true, .plain_bg = true, .fg = -1, .bg = -1,
};

void picture_blank(struct picture *picture, int rows, int cols)
{
	*picture = (struct picture){
		.cells = mem_array((size_t)(rows * cols), sizeof(*picture->cells)),
		.rows = rows,
		.cols = cols,
	};
	for (int i = 0; i < rows * cols; i++)
		picture->cells[i] = blank;
}

void picture_take(struct picture *picture, const struct screen *screen)
{
	struct screen_pos size = screen_size(screen);

	picture_done(picture);
	picture_blank(picture, size.row, size.col);
	picture->cursor = screen_cursor(screen);
	for (int row = 0; row < size.row; row++)
		for (int col = 0; col < size.col; col++)
			picture->cells[row * size.col + col] = screen_cell(screen, row, col);
}

void picture_done(struct picture *picture)
{
	mem_free(picture->cells);
	*picture = (struct picture){0};
}

const struct screen_cell *picture_cell(const struct picture *picture, int row, int col)
{
	return &picture->cells[row * picture->cols + col];
}

static bool same_pen(const struct screen_cell *a, const struct screen_cell *b)
{
	return a->bold == b->bold && a->reverse == b->reverse && a->underline == b->underline &&
	       a->plain_fg == b->plain_fg && a->plain_bg == b->plain_bg && a->fg == b->fg &&
	       a->bg == b->bg;
}

static const char *glyph(const struct screen_cell *cell)
{
	return cell->text[0] ? cell->text : " ";
}

bool picture_cell_same(const struct screen_cell *a, const struct screen_cell *b)
{
	return same_pen(a, b) && strcmp(glyph(a), glyph(b)) == 0;
}

size_t picture_changed(const struct picture *before, const struct picture *after)
{
	size_t changed = 0;

	assert(before->rows == after->rows && before->cols == after->cols);
	for (int i = 0; i < after->rows * after->cols; i++)
		changed += !picture_cell_same(&before->cells[i], &after->cells[i]);
	return changed;
}

struct encoder {
	const struct picture *before, *after;
	struct screen_pos at;
	struct screen_cell pen;
	size_t bytes;
};

static size_t colour_length(int colour, bool plain)
{
	char text[24];

	if (plain)
		return 0;
	return (size_t)snprintf(text, sizeof(text), colour < 16 ? ";%d" : ";38;5;%d", 30 + colour);
}

static void set_pen(struct encoder *e, const struct screen_cell *cell)
{
	if (same_pen(&e->pen, cell))
		return;
	e->bytes += strlen("\033[m") + 2 * (size_t)(cell->bold + cell->reverse + cell->underline) +
		    colour_length(cell->fg, cell->plain_fg) + colour_length(cell->bg, cell->plain_bg);
	e->pen = *cell;
}

static void put_cell(struct encoder *e, const struct screen_cell *cell)
{
	set_pen(e, cell);
	e->bytes += strlen(glyph(cell));
	e->at.col += cell->width;
}

/* Over a few unchanged cells of the same pen it is cheaper to write them again. */
static bool step_over(struct encoder *e, int row, int col)
{
	if (row != e->at.row || col < e->at.col || col - e->at.col > FEW)
		return false;
	for (int c = e->at.col; c < col; c++)
		if (!same_pen(picture_cell(e->after, row, c), &e->pen))
			return false;
	while (e->at.col < col)
		put_cell(e, picture_cell(e->after, row, e->at.col));
	return true;
}

static void move_to(struct encoder *e, int row, int col)
{
	char text[32];

	if (step_over(e, row, col))
		return;
	e->bytes += (size_t)snprintf(text, sizeof(text), "\033[%d;%dH", row + 1, col + 1);
	e->at = (struct screen_pos){row, col};
}

static bool rest_is_blank(const struct picture *picture, int row, int col)
{
	while (col < picture->cols && picture_cell_same(picture_cell(picture, row, col), &blank))
		col++;
	return col == picture->cols;
}

static bool changed(const struct encoder *e, int row, int col)
{
	return !picture_cell_same(picture_cell(e->before, row, col), picture_cell(e->after, row, col));
}

/* Changed cells from here on that show the same. */
static int run_length(const struct encoder *e, int row, int col)
{
	const struct screen_cell *first = picture_cell(e->after, row, col);
	int end = col + 1;

	while (end < e->after->cols && changed(e, row, end) &&
	       picture_cell_same(picture_cell(e->after, row, end), first))
		end++;
	return first->width == 1 ? end - col : 1;
}

/* "Repeat the last character"; returns the cells that this took. */
static int put_run(struct encoder *e, int row, int col)
{
	int length = run_length(e, row, col);
	char text[32];

	put_cell(e, picture_cell(e->after, row, col));
	if (length < WORTH_REPEATING)
		return picture_cell(e->after, row, col)->width;
	e->bytes += (size_t)snprintf(text, sizeof(text), "\033[%db", length - 1);
	e->at.col += length - 1;
	return length;
}

static void encode_row(struct encoder *e, int row)
{
	int col = 0;

	while (col < e->after->cols) {
		if (!changed(e, row, col)) {
			col++;
			continue;
		}
		move_to(e, row, col);
		if (e->after->cols - col > ERASE_LINE && rest_is_blank(e->after, row, col)) {
			set_pen(e, &blank);
			e->bytes += ERASE_LINE;
			return;
		}
		col += put_run(e, row, col);
	}
}

size_t picture_reference(const struct picture *before, const struct picture *after)
{
	struct encoder e = {.before = before, .after = after, .at = before->cursor, .pen = blank};

	assert(before->rows == after->rows && before->cols == after->cols);
	for (int row = 0; row < after->rows; row++)
		encode_row(&e, row);
	return e.bytes;
}
