/*
 * pg_reply.h: what libpq says, as rows of text cells and as outcomes.
 */
#ifndef IO_PG_REPLY_H
#define IO_PG_REPLY_H

#include <libpq-fe.h>

#include "backends/reply.h"
#include "base/buf.h"

/* Rows as they come in single-row mode; zeroed is empty. */
struct pg_rows {
	struct buf text;		/* names and cells, each terminated */
	size_t *starts;			/* of them in text; SIZE_MAX: NULL */
	size_t start_count, start_cap;
	size_t columns, count;
	const char **pointers;		/* made by pg_rows_view() */
};

bool pg_rows_add(struct pg_rows *rows, const PGresult *result);	/* false: over our limits */
/* Borrowed from rows until they change. */
struct rows pg_rows_view(struct pg_rows *rows);
void pg_rows_done(struct pg_rows *rows);

/* The server's own ERROR or FATAL in answer to a question. */
void pg_reply_error(struct reply *reply, const PGresult *result);

/* A connection that could not be made or was lost, from libpq's sentence in PQERRORS_VERBOSE. Of it
 * only what the server itself said is shown: the rest may quote the DSN. */
void pg_reply_lost(struct reply *reply, const char *message);

#endif
