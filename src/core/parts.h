/*
 * parts.h: what the world is made of: sources, signals, components, contacts, changes. Plain data
 * that screens may read.
 */
#ifndef CORE_PARTS_H
#define CORE_PARTS_H

#include "core/report.h"
#include "core/series.h"

enum {
	WORLD_SOURCES = 64, WORLD_ASKS = 48, WORLD_SIGNALS = 64, WORLD_ALERTS = 256,
	WORLD_COMPONENTS = 64, WORLD_EDGES = 16, WORLD_CHANGES = 256, WORLD_CONTACTS = 32,
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
	char held[BECAUSE_TEXT];	/* why it is not asked although it is due; "" */
};

/* How a thing was when the flight recorder saw it last, without a gap since. */
struct past {
	bool known;
	enum state state;
	msec since;
	bool since_before;
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
	msec failed_at;			/* down, bad or stale without a break since; WHEN_NEVER */
	int consequence_of;		/* index of the root source, -1 */
	size_t explains;		/* how many not-ok rows it is the root of */
	struct ask_status asks[WORLD_ASKS];
	size_t ask_count;
	struct past past;
	struct series series;
	struct report last;		/* as judged, before time was applied; fields are NULL here.
					 * What it lends is the world's own copy: alerts, sightings */
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
	bool own_limit;			/* set by the operator, not by default */
	bool known;
	double value;
	msec at;			/* of the sample */
	enum state state;
	msec since;
	bool since_before;
	char because[BECAUSE_TEXT];
	struct past past;
	struct series series;
	struct reading last;
	bool has_last, judged_once;
};

struct component {
	char name[NAME_TEXT];
	int depends_on[WORLD_EDGES], serves[WORLD_EDGES], sources[WORLD_EDGES];	/* indices */
	size_t depends_count, serves_count, source_count;
	enum state state;		/* the worst of its sources; unknown without any */
	msec rpo, rto;			/* of its backups, of its recovery; 0: none is set */
	int hit_by;			/* index of the source whose failure reaches it, -1 */
	int version_source;		/* who tells its version; -1 until somebody does */
	char version_field[NAME_TEXT];	/* the published field that holds it; "": it is reported */
	char version[NAME_TEXT];	/* "" when not known */
	msec version_at;		/* last seen running */
	msec deployed_at;		/* when it became that one; WHEN_NEVER: before we looked */
	char version_before[NAME_TEXT];	/* "" */
};

/* Who can be reached, and for what. */
struct contact {
	char who[NAME_TEXT];		/* "database team" */
	char reach[BECAUSE_TEXT];	/* "+49 30 1234, #db-oncall" */
	bool has_rota;
	char on_call[NAME_TEXT];	/* by the rota; "" */
	char for_what[NAME_TEXT];	/* for people: "failover"; "" */
	int components[WORLD_EDGES];	/* indices; none: for everything */
	size_t component_count;
};

struct change {				/* one line of the timeline */
	msec at;
	char what[NAME_TEXT];
	char text[BECAUSE_TEXT];	/* "ok -> down: connection refused" */
	enum state state;		/* the new one */
};

#endif
