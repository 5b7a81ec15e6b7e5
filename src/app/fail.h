/*
 * fail.h: how a verb says that it failed: one sentence on standard error and, with --json, an error
 * object on standard output. Both return the exit status.
 */
#ifndef APP_FAIL_H
#define APP_FAIL_H

#include "app/settings.h"

int verb_fail(const struct context *context, const char *id, const struct err *err);

/* Everything that is wrong with the configuration, with line, caret and suggestion. */
int settings_fail(const struct context *context, const struct settings *settings);

#endif
