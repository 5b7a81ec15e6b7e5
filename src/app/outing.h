/*
 * outing.h: a verb of this program that a screen asks for (export, bundle, edit), run as a program
 * of its own: whatever it writes, asks or waits for, the screen goes on.
 *
 *  (1) It is this very program, with our environment and configuration, so that it does what the
 *      same words on a command line do.
 *  (2) `edit` has the terminal (incidents_wants_terminal): it is lent, and given back after.
 */
#ifndef APP_OUTING_H
#define APP_OUTING_H

#include "app/verbs.h"
#include "core/afterword.h"
#include "io/loop.h"
#include "io/task.h"

struct outing_work;

struct outing_plan {			/* borrowed, but for loop and context, which stay */
	struct loop *loop;
	const struct context *context;
	const char *verb, *incident;	/* verb: of outing_verb() */
	/* What an interactive one writes goes there, and then that it is over. */
	void (*terminal)(void *arg, struct str bytes);
	void (*terminal_back)(void *arg);
	void *terminal_arg;
	/* It is over: *outing says how. From the loop. */
	void (*done)(void *arg, const struct outing *outing);
	void *arg;
};

/* NULL with err: there is no such verb. *outing says that it is at work. */
struct outing_work *outing_start(const struct outing_plan *plan, struct outing *outing,
				 struct err *err);
struct task *outing_wants_terminal(struct outing_work *work);	/* once; NULL: it does not */
void outing_stop(struct outing_work *work);	/* kills it; takes NULL */

/* What such a program has printed, read. Pure. */
void outing_read(struct str printed, bool well, struct outing *outing);

#endif
