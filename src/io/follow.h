/*
 * follow.h: the new lines of a file, or of a command that goes on writing (ASK_FOLLOW), from one
 * question to the next.
 *
 *  (1) Only whole lines are given, 256 KiB at most in one answer; reply->more says that there are
 *      more.
 *  (2) A file is read in a worker (follow_file.h): a file system that hangs makes an answer late,
 *      and nothing else. What the worker brings when nobody waits any more is the next answer.
 *  (3) A command is started by the first question, runs as child.h says and is killed by
 *      follow_free(). What it writes is kept up to FOLLOW_KEPT bytes; of more, the oldest lines are
 *      dropped and counted in reply->lost. When it ends, a question starts it again, a second later
 *      at first and then ever less often, once a minute at last (FOLLOW_RESTARTED).
 *  (4) What cannot be read or run is REPLY_NOT_RUN with the reason, and tried again.
 */
#ifndef IO_FOLLOW_H
#define IO_FOLLOW_H

#include "backends/reply.h"
#include "config/setting.h"
#include "io/loop.h"

enum { FOLLOW_KEPT = 1024 * 1024 };

struct follower;

struct follow_plan {
	struct loop *loop;
	const char *file;		/* or: */
	const struct texts *argv;	/* for the follow's life */
	const char *const *environment;	/* likewise */
};

typedef void follow_done(void *arg, const struct reply *reply);	/* borrowed for the call */

struct follower *follow_new(const struct follow_plan *plan);
void follow_free(struct follower *follow);	/* takes NULL; done will not come */

/* One question at a time. done comes once, from the loop, unless follow_cancel() comes first. It
 * must not free the follow. */
void follow_ask(struct follower *follow, msec timeout, follow_done *done, void *arg);
void follow_cancel(struct follower *follow);	/* the question; what is followed stays */

#endif
