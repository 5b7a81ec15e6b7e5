/*
 * board.h: which drill is due when, from the reports that were written (S1-58 to S1-61). Pure.
 *
 *  (1) Only a drill that passed moves the next one: due is its beginning plus the cadence.
 *  (2) What was never passed is due since this morning (00:00Z).
 *  (3) A report that begins in the future, or has no type that is known, counts for nothing.
 */
#ifndef EXPORT_BOARD_H
#define EXPORT_BOARD_H

#include "base/json.h"
#include "core/drill_board.h"
#include "export/dr_report.h"

struct board_in {
	const struct dr_glance *reports;	/* in any order */
	size_t count;
	msec every[DRILL_TYPE_COUNT];		/* 0: no cadence */
	msec now;
};

/* Fills rows, count and reports; the rest of *out is left as it is. */
void board_make(const struct board_in *in, struct drill_board *out);

/* A new one is due within a seventh of its cadence: a day for what is weekly. */
bool board_soon(const struct drill_due *row, msec now);

json_t *board_json(const struct drill_board *board, msec now);	/* a new reference, to an object */
void board_plain(const struct drill_board *board, msec now, struct buf *out);

#endif
