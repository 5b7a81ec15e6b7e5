/*
 * walker.h: a walk through a runbook line by line, for a screen reader, a serial line and a script:
 * the console's own desk with another face. No frame, no colour, one line for each change.
 *
 *  (1) What is executed was shown whole before, and is confirmed as the console confirms it: Y, the
 *      word, the target (ux.md, levels of care). On a terminal a line that was typed before the
 *      question, or pasted behind it, is no answer.
 *  (2) Lines are taken one after the other: the next one waits until what the last one ordered is
 *      saved and its command is over. Ctrl-C goes to the command that runs.
 *  (3) The end of the input leaves the walk as it is: it is an event like any other, and resumed by
 *      the next `runbook run`.
 */
#ifndef APP_WALKER_H
#define APP_WALKER_H

#include "app/incidents.h"
#include "app/keeper.h"

struct walker_plan {
	const struct context *context;
	struct settings *settings;	/* of the walk's life */
	const char *incident;		/* its id; it is open */
	const char *runbook;		/* id */
};

/* Returns the exit status: 0 when the checklist is complete, EXIT_WARN when items are open. */
int walker_run(const struct walker_plan *plan);

#endif
