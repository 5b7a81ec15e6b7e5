/*
 * importer_inside.h: what the importer consists of, for its own files and tests: importer.c (who is
 * asked, and when it is over), importer_past.c (what this console knows itself), importer_range.c
 * (what Prometheus answers).
 */
#ifndef APP_IMPORTER_INSIDE_H
#define APP_IMPORTER_INSIDE_H

#include "app/importer.h"
#include "base/json.h"

enum { IMPORT_MINUTES = SERIES_POINTS, IMPORT_ORDERS = 400, IMPORT_STEPS = 240 };

#define IMPORT_STEP (15 * WHEN_SECOND)	/* the shortest */

/* One hour of one incident, as it is put together. */
struct hour {
	struct arena arena;		/* of the texts in the orders */
	msec from, until, step;
	const char *by;
	bool recorded[IMPORT_MINUTES];	/* this console, or a recorder that it has read, was there */
	bool sampled[IMPORT_MINUTES];	/* a Prometheus was */
	bool alerts_known;		/* ALERTS of the hour were read */
	struct order *orders;
	size_t count, cap, dropped;
	size_t own;			/* the first ones: what this console knows itself */
};

/* From until back at most so long; the step that keeps to IMPORT_STEPS points. */
void hour_init(struct hour *hour, msec from, msec until, const char *by);
/* Of any length: for the course of the signals, whose minutes nobody counts. */
void hour_init_course(struct hour *hour, msec from, msec until);
void hour_done(struct hour *hour);

size_t hour_minute(const struct hour *hour, msec at);	/* IMPORT_MINUTES: outside of it */

void hour_add(struct hour *hour, msec at, enum event_kind kind, const struct event_data *data);
void hour_alert(struct hour *hour, msec at, enum event_kind kind, const struct alert *alert);
/* What was seen twice is one: its own word for this signal in this state, within two steps. */
bool hour_knows(const struct hour *hour, msec at, const struct event_data *data);
const char *hour_text(struct hour *hour, const char *text);	/* a copy that lives with it */

/* importer_past.c. In this order: past_cover, range_alerts, past_take, range_signal. */
void past_cover(struct hour *hour, const struct world *world);
void past_take(struct hour *hour, const struct world *world);
json_t *past_series(const struct hour *hour, const struct world *world);	/* a new reference */

/* importer_range.c: the result of a range query, [{"metric": {}, "values": [[t, "v"], ...]}] */
void range_cover(struct hour *hour, const json_t *result);
void range_signal(struct hour *hour, const struct signal *signal, const json_t *result);
void range_alerts(struct hour *hour, const struct world *world, const char *watchdog,
		  const json_t *result);

/* Is there a minute that this console does not know itself? */
bool hour_is_partial(const struct hour *hour);
/* The minutes that nobody has: each run is one recording.gap with this reason. */
void hour_gaps(struct hour *hour, const char *reason);
/* In order of time, and flight.imported as the last one. */
void hour_close(struct hour *hour, struct str evidence);

#endif
