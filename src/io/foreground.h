/*
 * foreground.h: a program that a person works in, as an editor: on our terminal, in our group, with
 * our environment, until it ends. Nothing else of ours goes on meanwhile.
 *
 *  (1) What the keys ^C and ^\ mean is its matter; we outlive them.
 *  (2) It inherits 0, 1 and 2, and signals as they were before we changed what they do.
 */
#ifndef IO_FOREGROUND_H
#define IO_FOREGROUND_H

#include "base/err.h"

/* `sh -c COMMAND` with `argument` as "$1". *status: of its exit, 128 + the signal that ended it,
 * 127 when the shell has not found it. False: there is not even a shell. */
bool foreground_run(const char *command, const char *argument, const char *const *environment,
		    int *status, struct err *err);

#endif
