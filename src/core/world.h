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
 *  (5) A component's version has one teller: two instances in the middle of a rollout must not
 *      make it dance. Who tells it first stays, unless one is configured.
 */
#ifndef CORE_WORLD_H
#define CORE_WORLD_H

#include <stdint.h>

#include "base/datum.h"
#include "core/parts.h"

struct desk;
struct recall;
struct caseload;

struct world {
	char environment[NAME_TEXT];
	bool production, read_only;
	char operator[NAME_TEXT];
	msec now, started, early_until;	/* EARLY after the world was new */
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
	int cursor_source;		/* whose it is, where several have one; -1: any */
	struct component components[WORLD_COMPONENTS];
	size_t component_count;
	struct contact contacts[WORLD_CONTACTS];
	size_t contact_count;
	struct change changes[WORLD_CHANGES];	/* ring: the newest at change_count - 1, modulo */
	size_t change_count;			/* all there ever were */
	char recorder[BECAUSE_TEXT];	/* why nothing is recorded; "" while it is */
	char refused[BECAUSE_TEXT];	/* why a saved configuration is not in force; "" */
	struct recall *recall;		/* owned: what was recorded before; NULL */
	const struct desk *desk;		/* the incidents; borrowed, NULL: none are kept */
	const struct caseload *cases;		/* transactions; borrowed, NULL: nobody looks after them */
	int root;			/* the source that explains most, -1 */
	uint64_t version, seen;		/* grows when a state, a row or an alert changes, not
					 * for figures and words alone: a picture is made
					 * each second anyway; as last refreshed */
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
int world_add_contact(struct world *world, const char *who, const char *reach,
		      const char *for_what);
int world_find_source(const struct world *world, const char *name);	/* -1 */
int world_find_signal(const struct world *world, const char *name);
int world_find_component(const struct world *world, const char *name);

/* Facts. world_report takes report->fields (NULL after). */
void world_report(struct world *world, int source, struct report *report, msec now);
struct ask_status *world_ask(struct world *world, int source, size_t ask);

/* What follows from the facts and the time; returns whether anything visible changed. */
bool world_refresh(struct world *world, msec now);

/* SOURCE.FIELD ("indexer.lag_s", "db.state", "horizon.age") for checks, and value, state and age of
 * a signal ("error_rate.value"); false: no such name. */
bool world_datum(const struct world *world, const char *path, struct datum *out);

const struct change *world_change(const struct world *world, size_t newest_first);	/* NULL */

/* A change that no source reports: what was done to this program itself. */
void world_note(struct world *world, const char *what, enum state state, const char *text);

/* Is this contact one for the component? One that names none is one for everything. */
bool contact_is_for(const struct contact *contact, int component);
bool component_has_source(const struct component *component, int source);

/* Whose word a signal needs: its source's, or that of the one who should tell the cursor that it
 * lacks; -1: nobody's. */
int world_teller(const struct world *world, const struct signal *signal);

/* The root of a signal or source row, or NULL when it stands for itself. */
const struct source *world_root_of_source(const struct world *world, int source);
const struct source *world_root_of_signal(const struct world *world, int signal);

#endif
