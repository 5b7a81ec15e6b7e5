/*
 * resolve.h: names to addresses, once for everybody: http, pg and the dns probe share one cache.
 *
 *  (1) A literal address is its own answer: no name server is asked for it.
 *  (2) One look-up of a name is in flight, however many wait for it. It runs in libuv's pool and
 *      cannot be interrupted; who gives up waiting is forgotten and the look-up ends by itself.
 *  (3) A good answer counts for RESOLVE_GOOD, a failure for RESOLVE_BAD.
 */
#ifndef IO_RESOLVE_H
#define IO_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "io/loop.h"

#define RESOLVE_GOOD (60 * WHEN_SECOND)
#define RESOLVE_BAD (3 * WHEN_SECOND)

enum { RESOLVE_MAX = 8, RESOLVE_ADDRESS = 64, RESOLVE_NAME = 256 };

struct addresses {
	size_t count;				/* 0: error says why */
	char text[RESOLVE_MAX][RESOLVE_ADDRESS];	/* in the order in which to try them */
	char error[160];			/* "no such host", scrubbed, without the name */
};

struct resolver;
struct name;

/* Somebody waiting for a name; lives in its owner's struct, zeroed. */
struct lookup {
	void (*done)(void *arg, const struct addresses *addresses);	/* borrowed for the call */
	void *arg;
	struct lookup *next;			/* the resolver's */
	struct name *name;			/* NULL: not waiting */
};

/*
 * Where answers come from: NULL stands for getaddrinfo(). Tests inject their own: `start` is
 * told a name and later calls resolver_answer(), or never does.
 */
struct resolve_origin {
	void (*start)(void *arg, struct resolver *resolver, const char *host);
	void *arg;
};

struct resolver *resolver_new(struct loop *loop, const struct resolve_origin *origin);
void resolver_free(struct resolver *resolver);	/* nobody may be waiting any more */

/*
 * The answer when it is known already (borrowed until the next call), else NULL, and lookup->done
 * will be called from the loop, once, unless lookup_cancel() comes first. With `fresh` the cache is
 * not read, only written: the dns probe wants to know how things are now.
 */
const struct addresses *resolver_ask(struct resolver *resolver, const char *host, bool fresh,
				     struct lookup *lookup);
void lookup_cancel(struct lookup *lookup);	/* done will not be called; takes an idle one */

void resolver_answer(struct resolver *resolver, const char *host,
		     const struct addresses *addresses);

bool resolve_is_literal(const char *host);	/* 127.0.0.1, ::1, [::1] */
bool resolve_is_loopback(const char *address);

#endif
