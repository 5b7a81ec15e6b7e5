/*
 * console.h: the interactive program: terminal, shell and estate on one loop.
 */
#ifndef APP_CONSOLE_H
#define APP_CONSOLE_H

#include "app/settings.h"

/* Runs until the operator quits, a signal ends it, or the terminal is lost; returns the exit
 * status with the terminal given back. */
int console_run(const struct context *context, struct settings *settings);

#endif
