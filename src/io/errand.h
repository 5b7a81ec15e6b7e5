/*
 * errand.h: one request that is no part of the standing asking: to a source with its account, or to
 * a URL that is a secret as a whole. The secret is fetched first, and again after it was refused.
 *
 *  (1) `done` comes exactly once, from the loop, never from inside errand_start(); not after
 *      errand_cancel().
 *  (2) The deadline covers everything, the command that prints the secret too.
 *  (3) Redirects are not followed; what the answer says of where is not told.
 */
#ifndef IO_ERRAND_H
#define IO_ERRAND_H

#include "io/http.h"

struct errands;			/* connections, names and secrets of some of them */
struct errand;

struct errands *errands_new(struct loop *loop, const char *const *environment);
void errands_free(struct errands *errands);	/* cancels what is under way; takes NULL */
/* The settings that references to secrets stand in are about to go: secrets are fetched anew, what
 * was sent is waited for, and what was not is told as REPLY_NO_SECRET. */
void errands_reset(struct errands *errands);

struct errand_plan {			/* borrowed for the length of errand_start() but where said */
	const struct source_config *source;	/* for the errand's life; NULL: to `url` */
	unsigned target;			/* which of its URLs */
	const struct secret_ref *url;		/* for the errands' life */
	const struct http_access *access;	/* ca_file, proxy, for the errand's life; of `url` */
	const char *method;			/* NULL: POST with a body, GET without */
	const char *path;			/* of a source */
	struct str body;
	const char *type;			/* of the body, for good; NULL: application/json */
	msec timeout;
	size_t max_body;			/* 0: JSON_MAX_SMALL */
};

struct errand *errand_start(struct errands *errands, const struct errand_plan *plan,
			    http_done *done, void *arg);
void errand_cancel(struct errand *errand);	/* takes NULL */

#endif
