/*
 * budget.h: how often one host may be asked, whichever of our sources asks it. Pure; times are
 * steady.
 *
 *  (1) Every rule that was given holds for all requests together: in no window of a rule does the
 *      host see more than `most` of them. It may see a request at any time between its start and
 *      its end here, so a place is taken from the start until a whole window after the end.
 *  (2) What the host says of its own limit holds too, up to ten minutes: it is left alone while it
 *      is used up (429 with a time, or nothing remaining), and when little remains, that is spread
 *      over the time until it is full again.
 */
#ifndef BACKENDS_BUDGET_H
#define BACKENDS_BUDGET_H

#include "backends/backend.h"

enum { BUDGET_RULES = 4, BUDGET_PLACES = 16, BUDGET_ORIGIN = 300, BUDGET_TEXT = 160 };

struct budget_place {
	bool taken;
	msec end;		/* WHEN_NEVER: under way */
};

struct budget {
	char origin[BUDGET_ORIGIN];	/* "http://127.0.0.1:3000" */
	struct budget_rule rules[BUDGET_RULES];
	size_t rule_count;
	struct budget_place places[BUDGET_PLACES];
	msec last_start;
	msec closed_until;		/* the host wants to be left alone */
	msec gap, paced_until;		/* from one start to the next, until then */
	msec pause;			/* how long it said last that answers stay away; 0 */
};

/* "HTTP://Host/path" is "http://host:80". */
void budget_origin(struct str url, char out[BUDGET_ORIGIN]);

/* One more rule; a rule without `most` is none. */
void budget_allow(struct budget *budget, struct budget_rule rule);

/* When a request may start: now or later. WHEN_NEVER: not before one under way has ended. */
msec budget_free_at(const struct budget *budget, msec now);

/* Only when it is free. The place is given back once, by one of the two. */
size_t budget_start(struct budget *budget, msec now);
void budget_end(struct budget *budget, size_t place, msec now);
void budget_unsent(struct budget *budget, size_t place);	/* the host has not seen it */
void budget_heed(struct budget *budget, const struct reply *reply, msec now);

/* Why it is not free: "at most 4 requests in 15 s to 127.0.0.1:3000". */
void budget_say(const struct budget *budget, msec now, char out[BUDGET_TEXT]);

#endif
