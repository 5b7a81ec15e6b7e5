/*
 * redis.h: a few commands to a Redis server, on a connection of their own.
 *
 *  (1) hiredis reads the protocol (redis_reply.h); the socket is ours, on the loop: hiredis would
 *      look names up in getaddrinfo(), write into a closed socket (SIGPIPE), and its adapter for
 *      libuv loses a refused connection.
 *  (2) `done` comes exactly once, from the loop, never from inside redis_ask(); after
 *      redis_cancel() it does not come.
 *  (3) The deadline is ours, from redis_ask() on: a hung server accepts and is silent.
 *  (4) What the server answers, errors too, is REPLY_ANSWER: its rows are the replies in order,
 *      AUTH first when there is a password. One that says an error and hangs up (too many clients,
 *      protected mode) has answered; one that hangs up without is REPLY_RESET.
 */
#ifndef IO_REDIS_H
#define IO_REDIS_H

#include "backends/reply.h"
#include "base/secret.h"
#include "io/resolve.h"

enum { REDIS_PORT = 6379, REDIS_BYTES = 256 * 1024 };

struct redis_ask {		/* borrowed for the length of redis_ask() */
	struct str url;			/* redis://host[:port][/db]; the database is not selected */
	const char *user;		/* NULL: the default one */
	const struct secret *password;	/* NULL: no AUTH */
	const char *const *commands;	/* NULL-terminated, fewer than REDIS_ROWS */
	msec timeout;
	size_t max;			/* bytes of all replies; 0: REDIS_BYTES */
};

struct redis_call;

typedef void redis_done(void *arg, const struct reply *reply);	/* borrowed for the call */

struct redis_call *redis_ask(struct loop *loop, struct resolver *resolver,
			     const struct redis_ask *ask, redis_done *done, void *arg);
void redis_cancel(struct redis_call *call);

/* Was our password refused? */
bool redis_has_refused(const struct reply *reply);

/* "redis://[::1]:6380/0" -> host without brackets, port; false when it is no such URL. */
bool redis_parse_url(struct str url, char host[RESOLVE_NAME], int *port);

#endif
