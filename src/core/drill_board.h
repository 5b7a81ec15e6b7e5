/*
 * drill_board.h: when which drill is due, as screens see it: worked out from the reports that were
 * written, not from what was planned. Plain data, made by app and hung on the desk.
 */
#ifndef CORE_DRILL_BOARD_H
#define CORE_DRILL_BOARD_H

#include "core/drill.h"

struct drill_due {			/* one type of drill */
	enum drill_type type;
	char scenario[NAME_TEXT], runbook[NAME_TEXT];	/* as configured; "": none is named */
	msec every;			/* 0: it has no cadence */
	char last_id[64];		/* of the newest report of this type; "": there is none */
	msec last_at;			/* its end; WHEN_NEVER */
	bool last_pass, last_signed;	/* it passed; the seat of audit signed it off */
	msec due_at;			/* WHEN_NEVER: it has no cadence, or none has passed yet */
	bool overdue;			/* due_at is over, or none has passed yet */
};

struct drill_board {
	struct drill_due rows[DRILL_TYPE_COUNT];	/* in the order of DRILL_TYPES; only those with
							 * a cadence or a report */
	size_t count;
	size_t reports;			/* that were read */
	char folder[256];		/* where they are read from */
	char trouble[BECAUSE_TEXT];	/* "2 reports cannot be read: ..."; "" */
};

#endif
