/*
 * outcome.h: how every protocol of io/ fills a struct reply.
 */
#ifndef IO_OUTCOME_H
#define IO_OUTCOME_H

#include "backends/reply.h"
#include "base/attr.h"

/* Nothing known yet: WHEN_NEVER and -1 where those mean it. */
void reply_init(struct reply *reply);

/* An outcome with its sentence, scrubbed and redacted. */
PRINTF_LIKE(3, 4)
void reply_fail(struct reply *reply, enum reply_kind kind, const char *fmt, ...);

/* What an errno of a socket says about the other side; false: nothing of its own. */
bool outcome_of_errno(int number, enum reply_kind *kind, const char **text);

/* The same for a library that only tells the system's sentence for it, somewhere in its own. */
bool outcome_of_text(const char *message, enum reply_kind *kind, const char **text);

#endif
