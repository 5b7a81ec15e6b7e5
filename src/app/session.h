/*
 * session.h: where the operator was (ui/shell.h struct place): one small file in the state
 * directory, replaced by rename. Losing it loses a place, never a fact.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/verbs.h"
#include "ui/shell.h"

/* True with a zeroed place when there is none. */
bool session_load(const struct context *context, struct place *out, struct err *err);
bool session_save(const struct context *context, const struct place *place, struct err *err);

#endif
