/*
 * pg.h: questions to PostgreSQL, by libpq's asynchronous calls only.
 *
 *  (1) One connection for each struct pg, kept open between questions; questions wait in line.
 *  (2) `done` comes exactly once for each question, from the loop, never from inside pg_ask();
 *      after pg_cancel() it does not come. It may ask and cancel, but not free the struct pg.
 *  (3) Deadlines are our own, from pg_ask() on; the connection of a question that missed its own is
 *      closed, never cancelled (PQcancel blocks) and never reset.
 *  (4) Each question runs in BEGIN READ ONLY with SET LOCAL statement and lock timeouts, so that
 *      the server's own defaults (default_transaction_read_only) stay visible to it.
 *  (5) Bounded: PG_ROWS rows and PG_BYTES of cells; more is REPLY_TOO_LARGE, not a part of it. One
 *      enormous value is libpq's to read before we can refuse it (200 MB: 0.2 s): questions cut
 *      their columns themselves, left(column, n).
 *  (6) What libpq says about a DSN is never shown: it quotes passwords. A keyword is named at most.
 *  (7) Names are looked up by the resolver and given as hostaddr: libpq never asks a name server.
 * Off loopback sslmode is verify-full with the system's authorities unless the DSN says otherwise.
 */
#ifndef IO_PG_H
#define IO_PG_H

#include "backends/ask.h"
#include "base/secret.h"
#include "io/resolve.h"

enum { PG_ROWS = 2000, PG_BYTES = 1024 * 1024 };

struct pg;
struct pg_call;

typedef void pg_done(void *arg, const struct reply *reply);	/* borrowed for the call */

/* Forget PGHOST, PGOPTIONS, PGSERVICE, PGTZ and all others that libpq would obey behind the DSN's
 * back. While no other thread exists: prober_new() does it. */
void pg_forget_environment(void);

/* dsn (borrowed): a URI or keyword=value. NULL with err when it is malformed. No connection is made
 * before the first question. */
struct pg *pg_new(struct loop *loop, struct resolver *resolver, const struct secret *dsn,
		  struct err *err);
void pg_free(struct pg *pg);			/* takes NULL; cancels; never waits for the server */

/* Only request->sql and its parameters are read, and copied. */
struct pg_call *pg_ask(struct pg *pg, const struct request *request, msec timeout, pg_done *done,
		       void *arg);
void pg_cancel(struct pg_call *call);

#endif
