/*
 * redisserver.h: a Redis of one test's own, on loopback, in a directory under build/. It writes
 * nothing to disk unless it is told to. Servers are found on PATH or where the lab unpacked them.
 */
#ifndef LIB_REDISSERVER_H
#define LIB_REDISSERVER_H

#include <sys/types.h>

#include "base/err.h"

struct redisserver {
	char program[256], dir[200];
	unsigned port;
	pid_t pid;
	char url[64];
};

/* Is there one to start? Else say SKIPPED. */
bool redisserver_exists(void);

/* options: words of its command line ("--maxmemory", "2mb"), NULL-terminated. Returns when it
 * answers. */
bool redisserver_start(struct redisserver *server, const char *const *options, struct err *err);
void redisserver_stop(struct redisserver *server);	/* at once, and remove what it wrote */
void redisserver_signal(const struct redisserver *server, int signum);

/* Send a command as people type it; the first line of the reply, "" when there was none in time. */
const char *redisserver_say(const struct redisserver *server, const char *command);

/* A connection that is left open, or -1; the caller closes it. */
int redisserver_connect(const struct redisserver *server);

#endif
