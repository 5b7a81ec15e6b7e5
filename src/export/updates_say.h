/*
 * updates_say.h: how drafts, cards and plain text say a time, a span and a figure. Times are UTC,
 * with their date where it is not that of `wall`.
 */
#ifndef EXPORT_UPDATES_SAY_H
#define EXPORT_UPDATES_SAY_H

#include "core/desk.h"

void say_at(struct buf *out, msec at, msec wall);	/* "02:14Z", "2026-11-21 23:58Z" */
void say_span(struct buf *out, msec span);		/* "46m", "1h12m", "less than a minute" */

/* When it began, as far as anybody knows, and how that is known: "since about 01:55Z". */
struct beginning {
	msec at;
	bool estimate;			/* nobody has said so */
	bool felt;			/* users felt it; false: that is when it was noticed */
};
struct beginning incident_beginning(const struct incident *incident);
/* When users felt it no more; WHEN_NEVER: they still may. */
msec incident_end(const struct incident *incident);

/* "error rate 7.1 % -> 0.4 %, lag not known since 02:09Z": now, and what it was in `before` (NULL:
 * nothing is compared). False: there is no figure at all. */
bool say_figures(struct buf *out, const struct snapshot *now, const struct snapshot *before,
		 msec wall);

/* The answer that people were given last by "Users see: ..." to this audience; the empty str. */
struct str users_saw(const struct incident *incident, const char *audience);
const struct sent *last_sent(const struct incident *incident, const char *audience);	/* NULL */

#define USERS_SEE "Users see: "

#endif
