/*
 * notify.h: telling systemd how a service is: one datagram to $NOTIFY_SOCKET, as sd_notify(3) says.
 * Without that variable nothing is told; a datagram that is lost is nobody's problem.
 */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include "app/verbs.h"

/* "READY=1", "STATUS=recording"; never waits. */
void notify_tell(const struct context *context, const char *text);

/* How often systemd wants to hear "WATCHDOG=1"; WHEN_NEVER: it does not. */
msec notify_period(const struct context *context);

#endif
