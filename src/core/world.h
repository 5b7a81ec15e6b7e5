/*
 * world.h: everything that is known right now, as plain data that screens may read.
 *
 * Facts come in through world_report() and world_ask(); world_refresh() concludes from them and the
 * time: staleness, thresholds with hysteresis, alerts and their trust, root causes, changes. Pure.
 *
 *  (1) Nothing that is not known is ok; a source without an answer is unknown.
 *  (2) A source whose newest fact is older than three periods is stale, whatever it said.
 *  (3) `since` moves only when the state word moves.
 *  (4) The signals lag, error_rate, latency and stuck always exist, in this order, first.
 */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include <stdint.h>

#include "base/datum.h"
#include "core/report.h"
#include "core/series.h"

enum {
	WORLD_SOURCES = 64, WORLD_ASKS = 48, WORLD_SIGNALS = 64, WORLD_ALERTS = 256,
	WORLD_COMPONENTS = 64, WORLD_EDGES = 16, WORLD_CHANGES = 256,
};

/* One standing question to a source, for the Sources screen. */
struct ask_status {
	char what[48];			/* "GET /health" */
	char endpoint[96];		/* "127.0.0.1:3000" */
	char blinds[BECAUSE_TEXT];	/* what cannot be known without it */
	msec every;
	msec asked_at;			/* in flight since; WHEN_NEVER when none is */
	msec answered_at, good_at, next_at;
	msec took;
	unsigned failures;		/* in a row */
	char error[BECAUSE_TEXT];	/* of the last answer; "" when it was good */
};

struct source {
	char name[NAME_TEXT], kind[32];
	bool blackbox;			/* asked rarely and only on purpose */
	msec every;
	enum state state;
	msec since;
	bool since_before;		/* not ok when first seen: `since` is the latest possible */
	char because[BECAUSE_TEXT];
	bool asking;			/* shown as ASK: never answered, not timed out */
	msec newest, latency;
	json_t *fields;			/* owned; NULL */
	int consequence_of;		/* index of the root source, -1 */
	size_t explains;		/* how many not-ok rows it is the root of */
	struct ask_status asks[WORLD_ASKS];
	size_t ask_count;
	struct series series;
	struct report last;		/* as judged, before time was applied; fields are NULL here */
};

struct limit {				/* NaN: none */
	double warn, bad;
	bool below;			/* bad is low */
	msec stale;
};

struct signal {
	char name[NAME_TEXT], unit[16];
	int source;			/* index, -1: none configured */
	struct limit limit;
	bool known;
	double value;
	msec at;			/* of the sample */
	enum state state;
	msec since;
	bool since_before;
	char because[BECAUSE_TEXT];
	struct series series;
	struct reading last;
	bool has_last, judged_once;
};

struct component {
	char name[NAME_TEXT];
	int depends_on[WORLD_EDGES], serves[WORLD_EDGES], sources[WORLD_EDGES];	/* indices */
	size_t depends_count, serves_count, source_count;
};

struct change {				/* one line of the timeline */
	msec at;
	char what[NAME_TEXT];
	char text[BECAUSE_TEXT];	/* "ok -> down: connection refused" */
	enum state state;		/* the new one */
};

struct world {
	char environment[NAME_TEXT];
	bool production, read_only;
	char operator[NAME_TEXT];
	msec now, started;
	enum state state;		/* the worst of sources, signals, transactions */
	struct source sources[WORLD_SOURCES];
	size_t source_count;
	struct signal signals[WORLD_SIGNALS];
	size_t signal_count;
	struct alert alerts[WORLD_ALERTS];	/* merged; firing first, then by name */
	size_t alert_count, alerts_dropped;
	bool alerts_trusted, alerts_lost;	/* lost: trusted once, and not now */
	char alerts_because[BECAUSE_TEXT];
	bool tx_configured;
	int tx_source;
	struct tx_summary tx;
	struct chain chain;
	struct cursor cursor;
	struct component components[WORLD_COMPONENTS];
	size_t component_count;
	struct change changes[WORLD_CHANGES];	/* ring: the newest at change_count - 1, modulo */
	size_t change_count;			/* all there ever were */
	int root;			/* the source that explains most, -1 */
	uint64_t version, seen;		/* grows with every visible change; as last refreshed */
};

struct world *world_new(msec now);	/* with the four signals that always exist */
void world_free(struct world *world);

/* Building, once, in order. An index or -1 when full. */
int world_add_source(struct world *world, const char *name, const char *kind, msec every);
int world_add_ask(struct world *world, int source, const char *what, const char *endpoint,
		  const char *blinds, msec every);
int world_add_signal(struct world *world, const char *name, const char *unit, int source,
		     struct limit limit);	/* a name that exists is set, not added; "" keeps its unit */
int world_add_component(struct world *world, const char *name);
int world_find_source(const struct world *world, const char *name);	/* -1 */
int world_find_signal(const struct world *world, const char *name);
int world_find_component(const struct world *world, const char *name);

/* Facts. world_report takes report->fields (NULL after). */
void world_report(struct world *world, int source, struct report *report, msec now);
struct ask_status *world_ask(struct world *world, int source, size_t ask);

/* What follows from the facts and the time; returns whether anything visible changed. */
bool world_refresh(struct world *world, msec now);

/* SOURCE.FIELD ("indexer.lag_s", "db.state", "horizon.age") for checks; false: no such name. */
bool world_datum(const struct world *world, const char *path, struct datum *out);

const struct change *world_change(const struct world *world, size_t newest_first);	/* NULL */

/* The root of a signal or source row, or NULL when it stands for itself. */
const struct source *world_root_of_source(const struct world *world, int source);
const struct source *world_root_of_signal(const struct world *world, int signal);

#endif
