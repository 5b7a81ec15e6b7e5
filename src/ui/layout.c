#include "ui/layout.h"

enum {
	NARROW = 60, NORMAL = 80, WIDE = 94,
	NAME = 11, NAME_WIDE = 16, STATE = 5, SPARK = 16, CLOCK = 6, AGE = 4, SEEN = 5, GAP = 2,
	DETAIL_LEAST = 8,
};

struct layout layout_of(int rows, int cols)
{
	struct layout layout = { .tiny = rows < LAYOUT_ROWS || cols < LAYOUT_COLS };
	bool full = rows >= LAYOUT_FULL_ROWS;
	int top = full ? 2 : 1, bottom = full ? 2 : 1, left = cols;

	layout.header = (struct area){ 0, 0, cols, 1 };
	if (layout.tiny)
		return layout;
	if (cols >= LAYOUT_TWO)
		left = cols * 3 / 5 > NORMAL ? cols * 3 / 5 : NORMAL;
	layout.body = (struct area){ 0, top, left, rows - top - bottom };
	layout.side = (struct area){ left + 2, top, cols - left - 2, rows - top - bottom };
	if (left == cols)
		layout.side = (struct area){ 0 };
	layout.message = (struct area){ 0, rows - bottom, cols, 1 };
	if (full) {
		layout.tabs = (struct area){ 0, 1, cols, 1 };
		layout.hints = (struct area){ 0, rows - 1, cols, 1 };
	}
	return layout;
}

/* From the right: what is always there first. */
struct columns columns_of(int cols, bool spark)
{
	struct columns at = { 0 };
	int right = cols, left;

	at.name = (struct column){ 1, cols >= WIDE ? NAME_WIDE : NAME };
	at.state = (struct column){ at.name.x + at.name.w + 1, STATE };
	at.mark = (struct column){ at.state.x + STATE + 1, 1 };
	left = at.mark.x + GAP;
	at.seen = (struct column){ right -= SEEN, SEEN };
	at.lasts = (struct column){ right -= AGE + GAP, AGE };
	if (cols >= NARROW)
		at.since = (struct column){ right -= CLOCK + GAP, CLOCK };
	if ((spark && cols >= NORMAL) || cols >= WIDE)
		at.spark = (struct column){ right -= SPARK + GAP, SPARK };
	at.detail = (struct column){ left, right - GAP - left };
	if (at.detail.w < DETAIL_LEAST)
		at.detail.w = 0;
	return at;
}
