/*
 * printout.h: plain text on the bare terminal, until Enter is pressed (the key P). The terminal is
 * written as far as it takes it; the loop goes on.
 */
#ifndef APP_PRINTOUT_H
#define APP_PRINTOUT_H

#include "base/buf.h"
#include "io/loop.h"

struct printout {
	bool open;
	int fd;
	struct buf text;
	size_t out;			/* bytes written */
	uv_poll_t poll;
	loop_call *done;
	void *arg;
};

/* Copies text. done is called from the loop after Enter, or when the terminal is gone. */
bool printout_start(struct printout *printout, struct loop *loop, const struct buf *text,
		    loop_call *done, void *arg, struct err *err);
void printout_stop(struct printout *printout);	/* as if Enter was pressed */

#endif
