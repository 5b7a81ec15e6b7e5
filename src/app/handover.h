/*
 * handover.h: the terminal lent to a command that wants one: what it writes goes to the terminal as
 * it is, keys go to it as they come. The screen was left before, and comes back after.
 *
 *  (1) However the command leaves the terminal (raw, without echo, on another screen), it is as it
 *      was when it is given back.
 *  (2) Nothing here waits: what the terminal does not take is held, and over a limit dropped.
 */
#ifndef APP_HANDOVER_H
#define APP_HANDOVER_H

#include <termios.h>

#include "base/buf.h"
#include "io/task.h"

struct handover {
	bool open;
	int fd;
	struct loop *loop;
	struct task *task;
	struct termios saved;
	struct buf out, in;
	struct loop_timer again;	/* keys that the command had no room for */
	uv_poll_t poll;
	loop_call *done;
	void *arg;
};

/* done is called from the loop once the terminal is given back. */
bool handover_start(struct handover *handover, struct loop *loop, struct task *task,
		    loop_call *done, void *arg, struct err *err);
void handover_output(struct handover *handover, struct str bytes);
void handover_resized(struct handover *handover);	/* SIGWINCH */
void handover_stop(struct handover *handover);	/* the command is over, or the terminal is gone */

#endif
