/*
 * outlet.h: the way of bytes from ncurses to the terminal, on which nothing ever blocks. ncurses
 * writes a frame into a file in memory; outlet_collect() takes it from there, and outlet_pump()
 * gives it to the terminal as far as the terminal takes it. Modes that ncurses does not know go the
 * same way by outlet_send(), in order.
 */
#ifndef UI_OUTLET_H
#define UI_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

struct outlet {
	int memory;		/* what ncurses takes for its terminal */
	FILE *file;		/* the same, as ncurses wants it */
	struct buf written, out;	/* by ncurses; for the terminal */
	size_t at;		/* of out, given */
};

bool outlet_open(struct outlet *outlet, struct err *err);
void outlet_done(struct outlet *outlet);

/* Take what ncurses has written; squeezed when the terminal is of the xterm family. */
void outlet_collect(struct outlet *outlet, bool squeezed);
void outlet_send(struct outlet *outlet, const char *text);
void outlet_drop(struct outlet *outlet);	/* what is not given yet */
size_t outlet_backlog(const struct outlet *outlet);
/* To a descriptor with O_NONBLOCK. False: the terminal is gone. */
bool outlet_pump(struct outlet *outlet, int tty);

#endif
