/*
 * command.h: a command run to its end, whose output is the answer (ASK_COMMAND).
 *
 *  (1) It runs as child.h says. The deadline, an output over max_body, and its own end kill what is
 *      left of its process group.
 *  (2) `done` comes exactly once, from the loop; not after command_cancel().
 *  (3) However it ended, what it printed is a REPLY_ANSWER with its status (128 + n when signal n
 *      ended it) and, in `why`, the first line of its standard error. Too late is REPLY_TIMEOUT,
 *      too much REPLY_TOO_LARGE, and what cannot be started REPLY_NOT_RUN.
 */
#ifndef IO_COMMAND_H
#define IO_COMMAND_H

#include "backends/reply.h"
#include "io/child.h"

struct command;

struct command_plan {			/* borrowed for the length of command_start() */
	struct loop *loop;
	const struct texts *argv;
	const char *const *environment;
	msec timeout;
	size_t max_body;		/* 0: JSON_MAX_SMALL */
	struct str input;		/* what it reads; empty: nothing */
};

typedef void command_done(void *arg, const struct reply *reply);	/* borrowed for the call */

struct command *command_start(const struct command_plan *plan, command_done *done, void *arg);
void command_cancel(struct command *command);	/* kills it */

#endif
