/*
 * indexer.h: the TeachLink indexer's settings and what its two answers say.
 *
 * Its own word is not enough (facts/platforms.md 2): the lag that it states is a sentinel when
 * there was no event, its gauge freezes when nobody asks /health, and both are beautiful while its
 * database hangs. So the lag is computed here, from the time of the last event, and what
 * contradicts it is named.
 */
#ifndef BACKENDS_INDEXER_H
#define BACKENDS_INDEXER_H

#include "backends/backend.h"

struct indexer_config {
	struct source_config source;
	msec slow;
	msec stale_after;	/* 0: what /health says */
};

struct indexer_health {
	char status[16];
	char checks[3][16];	/* database, horizon, indexerState */
	msec timestamp;		/* of the answer itself, by the indexer's clock; WHEN_NEVER */
	double lag_s, stale_after_s, events, errors;	/* NaN: absent */
	int64_t ledger;		/* 0: not known */
};

struct indexer_metrics {	/* NaN: absent */
	double timestamp_s, lag_s, ledger, events, errors, database, horizon;
};

/* The last time that the count of errors grew. */
struct indexer_errors {
	double by;
	msec over, at;		/* at 0: never */
};

struct indexer_facts {
	struct indexer_health health;
	msec health_at;			/* of the last good one */
	struct indexer_metrics metrics;
	struct indexer_errors rise;
	struct cursor cursor;		/* lent */
	struct reading lag;		/* lent */
};

enum indexer_ask { INDEXER_HEALTH, INDEXER_METRICS, INDEXER_ASKS };

void indexer_judge(const struct look *look, struct report *out);

#endif
