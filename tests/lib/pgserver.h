/*
 * pgserver.h: a PostgreSQL of one test's own, on loopback, in a directory under build/.
 *
 * Anybody may log in without a password but "guarded", who needs PGSERVER_PASSWORD; "admin" owns it
 * all. Servers are found in Debian's place or where the lab unpacked them.
 */
#ifndef LIB_PGSERVER_H
#define LIB_PGSERVER_H

#include <sys/types.h>

#include "base/err.h"

#define PGSERVER_PASSWORD "canary-Passw0rd-51d2"

struct pgserver {
	char bin[200], dir[200];
	unsigned port;
	pid_t postmaster;
	char dsn[128];		/* as admin, by address */
};

/* Is there a PostgreSQL to start? Else say SKIPPED. */
bool pgserver_exists(struct pgserver *server);

bool pgserver_start(struct pgserver *server, struct err *err);
void pgserver_stop(struct pgserver *server);		/* at once, and remove what it wrote */
bool pgserver_restart(struct pgserver *server, struct err *err);

/* To the postmaster and all its children, or to the postmaster alone. */
void pgserver_signal(const struct pgserver *server, int signum);
void pgserver_signal_postmaster(const struct pgserver *server, int signum);

#endif
