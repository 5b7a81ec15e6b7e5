/*
 * reply.h: what came back from one question, neutral of the protocol. io/ makes it, decode() reads
 * it. Borrowed for the length of the call that it is given to.
 */
#ifndef BACKENDS_REPLY_H
#define BACKENDS_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	REPLY_NOT_RUN,		/* our command or file: cannot be started, cannot be read */
	REPLY_HELD,		/* not asked: the budget of its host had no room in time */
};

/* Rows of text cells, row-major; a NULL cell is SQL NULL. */
struct rows {
	size_t columns, count;
	const char *const *names;	/* columns of them */
	const char *const *cells;	/* columns * count */
};

const char *rows_cell(const struct rows *rows, size_t row, const char *column);	/* NULL */

/* What happened to what is followed since the last answer. */
enum follow {
	FOLLOW_GOES_ON,
	FOLLOW_BEGUN,		/* the first answer: the body is the end of what was there before */
	FOLLOW_ROTATED,		/* the file was renamed away: its rest, then the new one's lines */
	FOLLOW_TRUNCATED,	/* the file was cut: what follows is from its beginning */
	FOLLOW_RESTARTED,	/* the command had ended and was started again */
};

struct reply {
	enum reply_kind kind;
	msec at;		/* wall time when it was complete */
	msec took;		/* from the start of the ask */
	char why[200];		/* when not an answer: one sentence, scrubbed and redacted */

	int status;		/* HTTP; COMMAND: as it exited, 128 + n by signal n */
	struct str body;	/* FOLLOW: whole lines */
	char content_type[64];
	msec date;		/* the server's Date header; WHEN_NEVER */
	msec retry_after;	/* duration; WHEN_NEVER */
	long rate_remaining;	/* X-Ratelimit-Remaining, RateLimit-Remaining; -1 when absent */
	int64_t latest_ledger;		/* Latest-Ledger of a Horizon; -1 when absent */
	msec rate_reset;	/* duration until that is full again; WHEN_NEVER */
	char token_alg[8];	/* of the bearer token that was sent: "HS256", "none"; "" when it is no
				 * JWT that we can read. The token itself stays in io/ */
	msec token_issued, token_expires;	/* as it says; WHEN_NEVER */
	char location[200];	/* of a redirect that was not followed */

	char sqlstate[6];	/* SQL */
	struct rows rows;	/* SQL; DNS answers as one column "address"; REDIS as one column
				 * "reply", each cell with its RESP sign: "+PONG", "-NOAUTH ...",
				 * "$# Server..." */

	enum follow follow;	/* FOLLOW */
	bool more;		/* there is more to be read at once */
	uint64_t lost;		/* bytes that were dropped, because nobody asked in time */
};

#endif
