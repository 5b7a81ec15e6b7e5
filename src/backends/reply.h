/*
 * reply.h: what came back from one question, neutral of the protocol. io/ makes it, decode() reads
 * it. Borrowed for the length of the call that it is given to.
 */
#ifndef BACKENDS_REPLY_H
#define BACKENDS_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/when.h"

enum reply_kind {
	REPLY_ANSWER,		/* a full answer; its content is another matter */
	REPLY_REFUSED,		/* connection refused */
	REPLY_RESET,		/* accepted, then dropped before a full answer */
	REPLY_TIMEOUT,		/* hung: no full answer by the deadline */
	REPLY_NO_NAME,		/* our DNS: the name could not be resolved */
	REPLY_NO_ROUTE,		/* our network: unreachable */
	REPLY_TLS,		/* the certificate or the handshake was refused by us */
	REPLY_TOO_LARGE,	/* over our limit */
	REPLY_BAD_PROTOCOL,	/* bytes that are no answer in this protocol */
	REPLY_DENIED,		/* password or permission (SQLSTATE 28xxx, 42501) */
	REPLY_SQL_ERROR,	/* the server said ERROR; sqlstate is set */
	REPLY_NO_SECRET,	/* we have no credential: its file, variable or command failed */
};

/* Rows of text cells, row-major; a NULL cell is SQL NULL. */
struct rows {
	size_t columns, count;
	const char *const *names;	/* columns of them */
	const char *const *cells;	/* columns * count */
};

const char *rows_cell(const struct rows *rows, size_t row, const char *column);	/* NULL */

struct reply {
	enum reply_kind kind;
	msec at;		/* wall time when it was complete */
	msec took;		/* from the start of the ask */
	char why[200];		/* when not an answer: one sentence, scrubbed and redacted */

	int status;		/* HTTP */
	struct str body;
	char content_type[64];
	msec date;		/* the server's Date header; WHEN_NEVER */
	msec retry_after;	/* duration; WHEN_NEVER */
	long rate_remaining;	/* X-Ratelimit-Remaining; -1 when absent */
	char location[200];	/* of a redirect that was not followed */

	char sqlstate[6];	/* SQL */
	struct rows rows;	/* SQL; DNS answers as one column "address" */
};

#endif
