/*
 * fail.h: how a verb ends: with its text on standard output, or with one sentence on standard error
 * and, with --json, an error object on standard output. All return the exit status.
 */
#ifndef APP_FAIL_H
#define APP_FAIL_H

#include "app/settings.h"

/* Writes all of text and drops it. A full disk or a closed pipe is a failure that is said. */
int verb_print(const struct context *context, struct buf *text);

int verb_fail(const struct context *context, const char *id, const struct err *err);

/* Everything that is wrong with the configuration, with line, caret and suggestion. */
int settings_fail(const struct context *context, const struct settings *settings);

#endif
