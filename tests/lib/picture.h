/*
 * picture.h: a still of a screen, what differs between two of them, and what a plain encoder would
 * have sent for that difference: the yardstick for how many bytes a program needs.
 *
 * The encoder walks the changed cells row by row: a cursor move (or the cells in between, when they
 * are few), SGR when the attributes change, the text, "repeat" for a run of one character, "erase
 * the rest" for a blank end. It knows no scrolling: a program that scrolls well may beat it.
 */
#ifndef LIB_PICTURE_H
#define LIB_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/lib/screen.h"

struct picture {
	struct screen_cell *cells;	/* rows * cols, row by row */
	int rows, cols;
	struct screen_pos cursor;
};

void picture_take(struct picture *picture, const struct screen *screen);
void picture_blank(struct picture *picture, int rows, int cols);
void picture_done(struct picture *picture);	/* takes zeroed */

const struct screen_cell *picture_cell(const struct picture *picture, int row, int col);
bool picture_cell_same(const struct screen_cell *a, const struct screen_cell *b);

/* Both of the same size. */
size_t picture_changed(const struct picture *before, const struct picture *after);
size_t picture_reference(const struct picture *before, const struct picture *after);

#endif
