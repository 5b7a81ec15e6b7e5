/*
 * command.h: run a program to its end and keep what it printed.
 */
#ifndef LIB_COMMAND_H
#define LIB_COMMAND_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/when.h"

struct command {
	int status;		/* exit status, 128 + signal, -1 when it had to be killed */
	struct buf out, err;
};

/* argv ends in NULL, its first member is looked up in PATH; standard input is /dev/null. Killed
 * (with its children: it has a process group of its own) at the deadline. */
void command_run(struct command *command, const char *const *argv, msec timeout);
void command_done(struct command *command);

/* The program under test and the lab, from the environment (BINNACLE, LABSERVER) or build/rel. */
const char *command_binnacle(void);

#endif
