/*
 * typed.h: lines from standard input, as they are typed or piped in, without blocking the loop.
 *
 *  (1) The terminal is opened anew, so that nobody else's descriptor becomes non-blocking.
 *  (2) Lines come from the loop, without their end, at most LINES_LONGEST bytes of each.
 *  (3) `ended` comes once: nothing more will be typed. Neither comes after typed_free().
 */
#ifndef IO_TYPED_H
#define IO_TYPED_H

#include "base/err.h"
#include "io/loop.h"
#include "io/lines.h"

struct typed;

struct typed_watcher {
	void (*line)(void *arg, struct str line);	/* borrowed */
	void (*ended)(void *arg);
	void *arg;
};

/* NULL with err: it cannot be read at all. */
struct typed *typed_new(struct loop *loop, int fd, const struct typed_watcher *watcher,
			struct err *err);
void typed_free(struct typed *typed);		/* takes NULL */

#endif
