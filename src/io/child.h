/*
 * child.h: another program at work for us, and the only place where one is started to be listened
 * to.
 *
 *  (1) It runs without a shell and without a terminal, in a process group of its own, with a short
 *      list of environment variables (the table in the .c) and TZ=UTC, and inherits nothing but its
 *      output and, as its standard input, what it is given to read: all of it is there at once, so
 *      that a child that does not read blocks nobody.
 *  (2) It does not outlive us: when this process dies, however it dies, the whole group is killed
 *      by the kernel. So it is by child_kill() and child_drop().
 *  (3) Memory and handles stay until it is reaped, also after child_drop(): no zombie is left.
 *  (4) Callbacks come from the loop only, never from inside child_start(), and not after
 *      child_drop().
 */
#ifndef IO_CHILD_H
#define IO_CHILD_H

#include "config/setting.h"
#include "io/loop.h"

struct child;

struct child_watcher {
	void (*output)(void *arg, struct str bytes);	/* of its standard output; borrowed */
	void (*changed)(void *arg);			/* the state below did */
	void *arg;
};

struct child_state {
	int not_run;		/* libuv's error when it could not be started, else 0 */
	bool exited;		/* and was reaped; always so when it could not be started */
	bool closed, said_all;	/* its output, its standard error */
	int64_t status;		/* of its exit */
	int signal;		/* that ended it, or 0 */
};

enum { CHILD_SAID = 200 };

/* environment is ours, NULL-terminated; argv, environment and input are copied. */
struct child *child_start(struct loop *loop, const struct texts *argv,
			  const char *const *environment, struct str input,
			  const struct child_watcher *watcher);
const struct child_state *child_state(const struct child *child);
const char *child_name(const struct child *child);	/* argv[0] */

/* What it wrote on its standard error so far, the first 2 KiB. */
struct str child_errors(const struct child *child);
/* The first line of that, redacted and scrubbed. */
void child_said(const struct child *child, char out[CHILD_SAID]);

void child_pause(struct child *child);		/* let its output wait */
void child_resume(struct child *child);

void child_kill(struct child *child);		/* the whole group, also what it left behind */
void child_drop(struct child *child);		/* kill it and forget it; takes NULL */

#endif
