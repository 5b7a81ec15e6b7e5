/*
 * rehearsal.h: a recorded incident that is talked through, moment by moment, with its future
 * hidden: what a screen may see of it. Plain data, made by app (app/rehearsal*) and hung on the
 * desk while the current incident is a tabletop (drill.replays).
 *
 *  (1) Nothing of the record from `shown` on is drawn, counted or named; only the end says how many
 *      there were. (The count of what is still to come would tell how bad it gets.)
 *  (2) What the people at the table would do is a note of the drill, not of the incident that is
 *      replayed: its text begins with the clock of the table (rehearsal_note_put), so that the
 *      drill's own record says where the table was, and a restart goes on at the last one.
 */
#ifndef CORE_REHEARSAL_H
#define CORE_REHEARSAL_H

#include "core/history.h"

struct rehearsal {
	char drill[INCIDENT_ID];	/* that it is part of */
	char replays[INCIDENT_ID];	/* what is replayed; "" */
	const struct history *history;	/* of it, read-only; NULL while it is on its way, or `why` */
	char why[BECAUSE_TEXT];		/* it cannot be read; "" */
	size_t shown;			/* records of the timeline up to the clock */
	msec clock;			/* of the table: of the last record that is shown; WHEN_NEVER
					 * before the first */
	bool over;			/* all of it is shown: now it may be compared */
};

/* "table 2026-11-22T02:14:07Z: we would fail over now": the note for what was said at `clock`. */
void rehearsal_note_put(msec clock, const char *text, struct buf *out);
/* Is this such a note? Then its clock, and where the words begin. */
bool rehearsal_note_read(const char *text, msec *clock, const char **words);

#endif
