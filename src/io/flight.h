/*
 * flight.h: one ask under way: the secret it needs, then the request by its protocol, then one
 * reply.
 */
#ifndef IO_FLIGHT_H
#define IO_FLIGHT_H

#include "backends/backend.h"
#include "io/credentials.h"
#include "io/follow.h"
#include "io/http.h"
#include "io/pg.h"

struct flight;

/* A database of a source: its connection is kept from one ask to the next. */
struct database {
	struct pg *pg;		/* NULL: not needed yet, or its DSN was doubted */
	unsigned flights;	/* that use it */
	bool renew;		/* make it anew, with a new DSN, when no flight uses it */
};

struct flight_plan {				/* borrowed for the length of flight_start() */
	struct loop *loop;			/* this and the next three: for the flight's life */
	struct resolver *resolver;
	struct http *http;
	struct credentials *credentials;
	const struct backend *backend;
	const void *config;			/* of the source, for the flight's life */
	const struct ask *ask;			/* likewise */
	struct database *database;		/* likewise; SQL only */
	struct follower **follow;			/* likewise; FOLLOW only: made by the first ask */
	const char *const *environment;		/* likewise; of commands */
	msec timeout;				/* for all of it, from now on */
	bool counted;				/* its host has a budget (http.h) */
};

/* The flight is over when this comes; reply is borrowed for the call. */
typedef void flight_done(void *arg, const struct reply *reply);

/* Takes the request's contents. done comes once unless flight_cancel() comes first, and may come
 * before this returns (then it returns NULL): a secret that cannot be had is known at once. */
struct flight *flight_start(const struct flight_plan *plan, struct request *request,
			    flight_done *done, void *arg);
void flight_cancel(struct flight *flight);

/* After this answer, should the secret that it was asked with be fetched anew? */
bool flight_doubts_secret(const struct backend *backend, const struct reply *reply);

void database_done(struct database *database);

#endif
