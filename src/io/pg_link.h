/*
 * pg_link.h: a connection to PostgreSQL being made: the names of a DSN looked up, then libpq's own
 * steps. It has no deadline: whoever waits for it has one, and stops it.
 */
#ifndef IO_PG_LINK_H
#define IO_PG_LINK_H

#include "backends/reply.h"
#include "io/pg_dsn.h"
#include "io/watch.h"

struct pg_link;

struct pg_link_lookup {
	struct lookup lookup;
	struct pg_link *link;
	size_t host;
};

struct pg_link {
	/* The owner's; one of both is called for each start, if it is not stopped before, perhaps
	 * from inside pg_link_start(). */
	void (*up)(void *arg, PGconn *conn);	/* conn is the receiver's */
	void (*failed)(void *arg, const struct reply *outcome);
	void *arg;

	/* Its own. */
	struct loop *loop;
	struct resolver *resolver;
	struct dsn dsn;
	struct pg_link_lookup lookups[DSN_HOSTS];
	struct addresses addresses[DSN_HOSTS];
	size_t lookups_left;		/* 0: not looking up */
	PGconn *conn;
	struct watch_fd *watch;
};

bool pg_link_init(struct pg_link *link, struct loop *loop, struct resolver *resolver,
		  const char *dsn, struct err *err);
void pg_link_done(struct pg_link *link);

void pg_link_start(struct pg_link *link);
void pg_link_stop(struct pg_link *link);	/* takes a stopped one */

#endif
