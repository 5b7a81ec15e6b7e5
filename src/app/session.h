/*
 * session.h: where the operator was (ui/shell.h struct place): one small file in the state
 * directory, replaced by rename. Losing it loses a place, never a fact.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/verbs.h"
#include "io/loop.h"
#include "ui/shell.h"

#define SESSION_QUIET ((msec)200)	/* after a change */

/* True with a zeroed place when there is none. */
bool session_load(const struct context *context, struct place *out, struct err *err);
bool session_save(const struct context *context, const struct place *place, struct err *err);

/* Kept while the console runs: written in a worker, SESSION_QUIET after the first change that is
 * not written. What cannot be written is said in the log, once. */
struct session;
struct session *session_new(struct loop *loop, const struct context *context);
void session_put(struct session *session, const struct place *place);	/* copied */
void session_end(struct session *session);	/* writes what is left, and waits for it; takes NULL */

#endif
