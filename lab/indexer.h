/*
 * indexer.h: a stand-in for the TeachLink indexer with the traps of the real one.
 *
 * It follows Horizon, keeps its state row and the bridge's rows in PostgreSQL, and serves /health,
 * /metrics and the public routes. What it does not have is a truth of its own: /health asks the
 * database and Horizon each time, and the gauges move only on an event or on /health, so that they
 * stay beautiful while the database hangs.
 *
 * The loop of events is one step at a time: a step that waits for the database holds it up, and an
 * event that cannot be written is lost and not counted.
 */
#ifndef LAB_INDEXER_H
#define LAB_INDEXER_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/client.h"
#include "lab/db.h"
#include "lab/meter.h"
#include "lab/serve.h"

enum { INDEXER_STALE_AFTER_S = 20, INDEXER_SENTINEL_S = INDEXER_STALE_AFTER_S + 1 };

/* What /metrics says; frozen between two refreshes. */
struct gauges {
	int64_t lag_s;
	int64_t timestamp_s;	/* of the last event, 0: none */
	int64_t ledger;
	int64_t events, errors;
	bool running;
	bool database, horizon, state;
};

/* Faults that the control port switches. */
struct indexer_faults {
	bool stalled;		/* takes no operation in */
	bool frozen;		/* the lag gauge is not refreshed by /health */
	bool misread;		/* every operation fails to be stored (its time is not a number) */
	bool failing;		/* every second dashboard answers 500 */
	bool sluggish;		/* dashboards take long */
	bool unmetered;		/* /metrics leaves the HTTP series out */
	int64_t rewind;		/* to do once: put the state row this many ledgers back */
	bool forget;		/* to do once: the state row has never seen an event */
};

struct indexer {
	struct site site;
	struct db *db;
	const char *horizon_url;
	struct gauges gauges;
	struct indexer_faults faults;
	struct meter meter;
	uv_timer_t timer;
	int64_t cursor;		/* Horizon's paging token, -1: not known yet */
	bool stepping;
	struct buf dashboard;	/* the cached answer */
	uint64_t dashboard_at;	/* uv_hrtime(), 0: none */
	long cache_hits, cache_misses;
	unsigned visits;	/* of the dashboard while it fails every second time */
};

void indexer_init(struct indexer *indexer, uv_loop_t *loop, struct db *db,
		  const char *horizon_url);
/* Begin to follow Horizon, at the present; or, `held`, once it is told to (indexer.stalled 0),
 * behind what its state row has. */
void indexer_start(struct indexer *indexer, bool held);

/* The parts: routes (indexer_routes.c), /health (indexer_health.c), /metrics (indexer_text.c). */
void indexer_on_request(void *arg, struct request *req);
void indexer_health(struct indexer *indexer, struct request *req);
void indexer_put_metrics(struct indexer *indexer, struct buf *out);

/* Count the request under its route and send it. */
void indexer_send(struct indexer *indexer, struct request *req, int status, const char *type,
		  const struct buf *body);

int64_t indexer_clock(void);	/* wall clock, seconds since the epoch */

#endif
