/*
 * layout.h: where things are on a screen of a given size. Pure numbers.
 *
 *   under 40x8     one or two rows: the worst state and how many, "need 40x8"
 *   under 12 rows  header, body, message
 *   else           header, tabs, body, message, hints
 *   120 columns    the body is two columns, with a bar between
 */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/surface.h"

enum { LAYOUT_COLS = 40, LAYOUT_ROWS = 8, LAYOUT_FULL_ROWS = 12, LAYOUT_TWO = 120 };

struct layout {
	bool tiny;
	struct area header, tabs, body, side, message, hints;	/* w or h 0: not there */
};

struct layout layout_of(int rows, int cols);

/* The columns of a row of state: name, state word and mark, value or reason, spark, since, how
 * long, seen. A width of 0 is not shown. */
struct column {
	int x, w;
};
struct columns {
	struct column name, state, mark, detail, spark, since, lasts, seen;
};

struct columns columns_of(int cols, bool spark);

#endif
