/*
 * fences.h: fences that run without a shell: sql on a named source, promql and http on theirs. With
 * the source's own account, in one answer of bounded size.
 *
 *  (1) sql runs as psql would read it: variables only as :'NAME' and :"NAME", quoted by libpq; in
 *      one READ ONLY transaction unless the fence says `write`, and of SELECT, WITH, VALUES, TABLE,
 *      SHOW and EXPLAIN only; with it each statement by itself, as psql does. statement_timeout is
 *      set. Nothing is sent when any of it is refused.
 *  (2) promql and http take ${NAME}: percent-encoded in a URL, escaped inside the JSON strings of a
 *      body, refused in PromQL unless it is made of [A-Za-z0-9_.:-]. http is "GET /path", or the
 *      path or a URL on the source's own address; another method needs `write`, and its body comes
 *      after an empty line. fences_text.h has the rules.
 *  (3) `done` comes exactly once, from the loop; not after fences_cancel().
 */
#ifndef IO_FENCES_H
#define IO_FENCES_H

#include "io/errand.h"
#include "runbook/runbook.h"

struct fence_errand;

struct fence_answer {
	bool ran;			/* else `text` says why not */
	bool well;			/* no error, a status of 2xx; an empty vector is not well */
	/* Rows as psql -At prints them, with notices and tags; `labels value` lines; the body. Bytes
	 * of outside, 1 MiB at most, borrowed: redact and scrub it before this call returns. */
	struct str text;
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
