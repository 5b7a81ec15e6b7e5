/*
 * dr_report_inside.h: the figures of a report, worked out once for JSON and for people. Private to
 * dr_report*.c.
 *
 *  (1) Times between two moments are on the incident's scale where there is one (incident.h (3));
 *      what is not known is WHEN_NEVER, never 0.
 *  (2) A component has met its objective when it was back within its target from the beginning of
 *      the drill on: what it waited for before counts.
 *  (3) It passed when there is no failure in words, and only then.
 */
#ifndef EXPORT_DR_REPORT_INSIDE_H
#define EXPORT_DR_REPORT_INSIDE_H

#include "export/dr_report.h"

#define DR_RCA (72 * WHEN_HOUR)		/* S1-76 */

struct dr_component {
	const char *name, *layer, *note;	/* layer NULL: not known */
	msec started, ended;
	msec took;			/* from its own beginning */
	msec since_start;		/* from the beginning of the drill to its end */
	msec target;			/* WHEN_NEVER: none */
	bool success, recorded;		/* recorded: by events, not by a verification */
};

struct dr_hand {			/* one intervention */
	msec at;
	const char *by, *step, *what;	/* step NULL: of none */
};

struct dr_objective {
	msec target, achieved;		/* WHEN_NEVER */
	enum tri met;
};

struct dr_figures {
	const struct dr_report_in *in;
	struct arena arena;
	msec start, end, detected, began, ended, took;
	struct dr_component *components;
	size_t component_count;
	struct dr_objective rto, rpo;
	struct dr_hand *hands;		/* by time */
	size_t hand_count;
	const char **failures;
	size_t failure_count, failure_room;
};

void dr_figures_init(struct dr_figures *figures, const struct dr_report_in *in);
void dr_figures_done(struct dr_figures *figures);

/* What was done by hand, from the record (dr_report_hands.c): commands outside any runbook, steps
 * that failed, were overridden or opened again, and what somebody said so of. */
void dr_hands(struct dr_figures *figures);

static inline enum tri dr_met(msec achieved, msec target)
{
	if (achieved == WHEN_NEVER || target == WHEN_NEVER)
		return TRI_UNKNOWN;
	return achieved <= target ? TRI_YES : TRI_NO;
}

#endif
