/*
 * fences.h: fences that run without a shell: sql on a named source, promql and http on theirs. With
 * the source's own account, in one answer of bounded size.
 *
 *  (1) sql runs as psql would read it: variables only as :'NAME' and :"NAME", quoted by libpq; in
 *      one READ ONLY transaction unless the fence says `write`, with statement_timeout.
 *  (2) promql and http take ${NAME}: percent-encoded in a URL, refused in PromQL unless it is made
 *      of [A-Za-z0-9_.:-]. http is GET on the source's own address; another method needs `write`.
 *  (3) `done` comes exactly once, from the loop; not after fences_cancel().
 */
#ifndef IO_FENCES_H
#define IO_FENCES_H

#include "io/errand.h"
#include "runbook/runbook.h"

struct fence_errand;

struct fence_answer {
	bool ran;			/* else `text` says why not */
	bool well;			/* no error; an empty vector is not well */
	struct str text;		/* rows as psql -At prints them, values, the body; borrowed */
	msec took;
};

struct fence_plan {			/* borrowed for the length of the start but where said */
	struct loop *loop;
	const char *const *environment;
	const struct fence *fence;
	const struct source_config *source;	/* for its life */
	unsigned target;			/* which of its nodes or URLs */
	const char *const *values;		/* "NAME=value", NULL ends */
	msec timeout;
};

typedef void fence_done(void *arg, const struct fence_answer *answer);

struct fence_errand *fences_start(const struct fence_plan *plan, fence_done *done, void *arg);
void fences_cancel(struct fence_errand *errand);	/* takes NULL */

#endif
