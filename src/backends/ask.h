/*
 * ask.h: one standing question to a source, and what is known of its answers.
 */
#ifndef BACKENDS_ASK_H
#define BACKENDS_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/reply.h"
#include "base/buf.h"
#include "config/setting.h"

enum ask_via {
	ASK_HTTP,	/* GET; POST of JSON when the request has a body */
	ASK_SQL,
	ASK_DNS,
	ASK_REDIS,	/* a few commands on one connection; one row for each, AUTH first */
	ASK_COMMAND,	/* run to its end; what it printed is the body */
	ASK_FOLLOW,	/* the new lines of a file, or of a command that goes on writing */
};

struct ask {
	const char *name;	/* "health": unique within the source together with target and index */
	const char *what;	/* for people: "GET /health", "SQL replication" */
	const char *blinds;	/* what cannot be judged without it */
	enum ask_via via;
	unsigned target;	/* which endpoint: url number, 0 primary, 1.. replicas */
	unsigned index;		/* the kind's own: which check, which preset */
	msec every, timeout;	/* timeout < every where the prober can choose */
	size_t max_body;	/* 0: JSON_MAX_SMALL; larger ones are decoded in a worker */
	bool optional;		/* asked once, it is asked last, and not at all when the budget of its
				 * host is used up (backend.h) */
};

/* What is to be sent now; filled by prepare(). */
struct request {
	struct buf path;	/* HTTP: path and query, appended to the target's base URL */
	const char *accept;	/* NULL: application/json */
	struct buf body;	/* HTTP: posted as application/json; empty: GET */
	const char *sql;	/* SQL: one statement, $1.. are text parameters */
	char params[4][256];
	bool is_null[4];
	size_t param_count;
	msec limit;		/* SQL: the server gives it up then; 0: before the ask's timeout */
	char host[256];		/* DNS */
	char server[64];	/* DNS: "" = the system's */
	const char *const *commands;	/* REDIS: NULL-terminated, words parted by one blank; static */
	const struct texts *argv;	/* COMMAND, FOLLOW: without a shell; of the configuration */
	const char *file;		/* FOLLOW: instead of argv; of the configuration */
};

enum decoded {
	DECODED_GOOD,		/* facts are new */
	DECODED_MORE,		/* facts are new, and the next page should be asked at once */
	DECODED_BAD,		/* the answer is no answer to this question; view.error says why */
};

/* The history of one ask, kept by the probe. */
struct ask_view {
	bool answered;		/* something came back or timed out at least once */
	bool good;		/* the last one was decoded */
	enum reply_kind kind;	/* of the last one */
	int status;
	msec started_at;	/* of the one in flight; WHEN_NEVER */
	msec at, good_at;	/* wall times of the last answer and of the last good one */
	msec took;
	msec retry_after;
	unsigned failures;	/* in a row */
	char sqlstate[6];
	char error[200];	/* "" when good */
};

#endif
