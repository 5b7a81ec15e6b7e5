/*
 * managerserver.h: an Alertmanager of one test's own, on loopback, in a directory under build/. It
 * is found on PATH or where the lab unpacked it.
 */
#ifndef LIB_MANAGERSERVER_H
#define LIB_MANAGERSERVER_H

#include <sys/types.h>

#include "base/err.h"

struct managerserver {
	char program[300], dir[300];
	unsigned port;
	pid_t pid;
	char url[64];
};

/* Is there one to start? Else say SKIPPED. */
bool managerserver_exists(void);

/* It notifies `hook` of everything, resolved alerts too. Returns when it answers. */
bool managerserver_start(struct managerserver *server, const char *hook, struct err *err);
void managerserver_stop(struct managerserver *server);	/* at once, and remove what it wrote */
void managerserver_kill(struct managerserver *server);	/* only that: it does not answer any more */

#endif
