/*
 * surface.h: a grid of cells on which screens draw. Pure memory: term.c brings it to a terminal,
 * tests dump it as text.
 *
 *  (1) A cell holds one grapheme cluster of a sanitised text and a role; what it looks like is the
 *      theme's business. A cluster of n cells is followed by n - 1 cells of width 0.
 *  (2) Nothing is ever drawn outside the area that is given; a cluster that would stick out at the
 *      right edge is left out.
 *  (3) No cell holds a byte below 0x20, 0x7f, or the encoding of C1: such a cluster becomes '?'.
 *  (4) With `ascii` set no cell holds a byte over 0x7e: such a cluster becomes '?'.
 *  (5) Half of a wide cluster never stays behind when the other half is overwritten.
 */
#ifndef UI_SURFACE_H
#define UI_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/theme.h"
#include "ui/text.h"

enum { CELL_BYTES = 23, SURFACE_ROWS = 500, SURFACE_COLS = 1000 };

struct cell {
	uint8_t len, width;	/* width 0: the cluster to the left reaches here */
	uint8_t role;		/* enum role */
	uint8_t selected;	/* the row under the cursor */
	char bytes[CELL_BYTES + 1];
};

struct area {
	int x, y, w, h;
};

struct surface {
	int rows, cols;
	bool ascii;
	size_t cap;		/* cells that there is memory for */
	struct cell *cells;	/* row by row */
};

void surface_init(struct surface *surface, bool ascii);
void surface_done(struct surface *surface);
/* Set the size (cols is clamped to 1..SURFACE_COLS, rows to 1..most) and blank every cell. */
void surface_reset(struct surface *surface, int rows, int cols);
/* Add blank rows at the bottom until there are `rows`. */
void surface_grow(struct surface *surface, int rows);

struct area surface_area(const struct surface *surface);
struct area area_row(struct area area, int y);		/* row y of it; empty when outside */
struct area area_cut(struct area area, int x, int w);	/* the columns x..x+w-1 of it */

/* Draw at (x, y) of the area; returns the x after it. Offsets may be negative or too large. */
int surface_put(struct surface *surface, struct area area, int x, int y, enum role role,
		const struct text *text);
int surface_fmt(struct surface *surface, struct area area, int x, int y, enum role role,
		const char *fmt, ...) PRINTF_LIKE(6, 7);
/* Fill row y of the area from x on with one ASCII character. */
void surface_fill(struct surface *surface, struct area area, int x, int y, enum role role, char c);
/* A rule from x to the right end of row y: '-', or a dashed line of the Neutral width class. */
void surface_rule(struct surface *surface, struct area area, int x, int y, bool unicode);
void surface_select(struct surface *surface, struct area area, int y);
/* Copy whole clusters of `from`, from (from_x, from_y) on, into the area. */
void surface_copy(struct surface *surface, struct area area, const struct surface *from,
		  int from_x, int from_y);

const struct cell *surface_cell(const struct surface *surface, int x, int y);	/* NULL: outside */
/* Rows as text, blanks at the end of a row dropped; what golden files and plain print hold. */
void surface_dump_row(const struct surface *surface, int y, struct buf *out);
void surface_dump(const struct surface *surface, struct buf *out);

#endif
