/*
 * world.c: building the world, and taking facts in. What follows from the facts and the time is
 * refresh.c, signal.c, alert.c, component.c and graph.c.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/internal.h"
#include "core/recall.h"

static const struct {
	const char *name, *unit;
} always[] = {{"lag", "s"}, {"error_rate", "%"}, {"latency", "s"}, {"stuck", "count"}};

struct world *world_new(msec now)
{
	static const struct limit none = {.warn = NAN, .bad = NAN};
	struct world *world = mem_new(sizeof(*world));

	world->now = world->started = now;
	world->early_until = now + EARLY;
	world->state = STATE_UNKNOWN;
	world->tx_source = -1;
	world->root = -1;
	world->chain.closed_at = world->chain.seen_at = WHEN_NEVER;
	world->chain.activity_after = WHEN_NEVER;
	world->cursor.processed_at = WHEN_NEVER;
	world->cursor_source = -1;
	world->tx.at = WHEN_NEVER;
	str_put(world->tx.because, sizeof(world->tx.because), "not asked yet");
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		world_add_signal(world, always[i].name, always[i].unit, -1, none);
	return world;
}

/* The copies that the world keeps of what a report lent it are never const here. */
static void drop(const void *copy)
{
	union {
		const void *in;
		void *out;
	} same = {.in = copy};

	mem_free(same.out);
}

static void drop_last(struct report *last)
{
	report_done(last);
	drop(last->chain);
	drop(last->cursor);
	drop(last->readings);
	drop(last->alerts);
	drop(last->tx);
	drop(last->versions);
	drop(last->duties);
	drop(last->sightings);
}

void world_free(struct world *world)
{
	if (!world)
		return;
	for (size_t i = 0; i < world->source_count; i++) {
		json_decref(world->sources[i].fields);
		drop_last(&world->sources[i].last);
	}
	recall_free(world->recall);
	mem_free(world);
}

int world_add_source(struct world *world, const char *name, const char *kind, msec every)
{
	struct source *source;

	if (world->source_count == WORLD_SOURCES)
		return -1;
	source = &world->sources[world->source_count];
	str_put(source->name, sizeof(source->name), name);
	str_put(source->kind, sizeof(source->kind), kind);
	source->every = every;
	source->state = source->last.state = STATE_UNKNOWN;
	source->since = world->started;
	source->asking = source->last.asking = true;
	source->newest = source->last.newest = WHEN_NEVER;
	source->latency = source->last.latency = WHEN_NEVER;
	source->failed_at = WHEN_NEVER;
	source->consequence_of = -1;
	str_put(source->because, sizeof(source->because), "not asked yet");
	series_init(&source->series);
	world->version++;
	return (int)world->source_count++;
}

int world_add_ask(struct world *world, int source, const char *what, const char *endpoint,
		  const char *blinds, msec every)
{
	struct source *at = &world->sources[source];
	struct ask_status *ask;

	if (at->ask_count == WORLD_ASKS)
		return -1;
	ask = &at->asks[at->ask_count];
	str_put(ask->what, sizeof(ask->what), what);
	str_put(ask->endpoint, sizeof(ask->endpoint), endpoint);
	str_put(ask->blinds, sizeof(ask->blinds), blinds);
	ask->every = every;
	ask->asked_at = ask->answered_at = ask->good_at = WHEN_NEVER;
	ask->next_at = ask->took = WHEN_NEVER;
	return (int)at->ask_count++;
}

int world_add_signal(struct world *world, const char *name, const char *unit, int source,
		     struct limit limit)
{
	int index = world_find_signal(world, name);
	struct signal *signal;

	if (index < 0 && world->signal_count == WORLD_SIGNALS)
		return -1;
	if (index < 0) {
		index = (int)world->signal_count++;
		signal = &world->signals[index];
		str_put(signal->name, sizeof(signal->name), name);
		signal->state = STATE_UNKNOWN;
		signal->since = world->started;
		signal->at = WHEN_NEVER;
		str_put(signal->because, sizeof(signal->because), "not asked yet");
		series_init(&signal->series);
		recall_signal(world->recall, signal);
	}
	signal = &world->signals[index];
	if (unit[0])
		str_put(signal->unit, sizeof(signal->unit), unit);
	signal->source = source;
	signal->limit = limit;
	world->version++;
	return index;
}

int world_find_source(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->source_count; i++)
		if (strcmp(world->sources[i].name, name) == 0)
			return (int)i;
	return -1;
}

int world_find_signal(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->signal_count; i++)
		if (strcmp(world->signals[i].name, name) == 0)
			return (int)i;
	return -1;
}

struct ask_status *world_ask(struct world *world, int source, size_t ask)
{
	return &world->sources[source].asks[ask];
}

/* A copy of count things for the world to keep; the copy before it is dropped. */
static const void *keep(const void *old, const void *items, size_t count, size_t size)
{
	drop(old);
	return count ? mem_dup(items, count * size) : NULL;
}

/* A reading that no configured signal waits for becomes a signal of its own, without limits. */
static void take_reading(struct world *world, int source, const struct reading *reading,
			 const struct series *past, msec now)
{
	static const struct limit none = {.warn = NAN, .bad = NAN};
	int index = world_find_signal(world, reading->name);
	struct signal *signal;

	if (index < 0)
		index = world_add_signal(world, reading->name, reading->unit, source, none);
	if (index < 0)
		return;
	signal = &world->signals[index];
	if (signal->source < 0)
		signal->source = source;
	if (signal->source != source)
		return;
	signal->last = *reading;
	signal->has_last = true;
	if (past)
		signal_fill(signal, past, now);
}

static void take_fields(struct source *source, struct report *report)
{
	json_decref(source->fields);
	source->fields = report->fields;
	report->fields = NULL;
	report_done(report);
}

/* While nobody can read the table, the figures of the last time stay beside "not known". */
static void take_tx(struct world *world, int source, const struct tx_summary *tx)
{
	if (!tx || (world->tx_source >= 0 && world->tx_source != source))
		return;
	world->tx_configured = true;
	world->tx_source = source;
	if (!tx->known)
		return;
	/* The sentence holds every count that a screen shows. */
	if (!world->tx.known || strcmp(tx->because, world->tx.because) != 0)
		world->version++;
	world->tx = *tx;
}

void world_report(struct world *world, int source, struct report *report, msec now)
{
	struct source *at = &world->sources[source];
	struct report old = at->last;

	world->now = now;
	take_fields(at, report);
	at->last = *report;
	at->last.chain = keep(old.chain, report->chain, report->chain != NULL,
			      sizeof(*report->chain));
	at->last.cursor = keep(old.cursor, report->cursor, report->cursor != NULL,
			      sizeof(*report->cursor));
	at->last.tx = keep(old.tx, report->tx, report->tx != NULL,
			      sizeof(*report->tx));
	at->last.readings = keep(old.readings, report->readings, report->reading_count,
				 sizeof(*report->readings));
	at->last.alerts = keep(old.alerts, report->alerts, report->alert_count,
			       sizeof(*report->alerts));
	at->last.versions = keep(old.versions, report->versions, report->version_count,
				 sizeof(*report->versions));
	at->last.duties = keep(old.duties, report->duties, report->duty_count,
			       sizeof(*report->duties));
	at->last.sightings = keep(old.sightings, report->sightings, report->sighting_count,
				  sizeof(*report->sightings));
	for (size_t i = 0; i < report->reading_count; i++)
		take_reading(world, source, &report->readings[i],
			     report->pasts ? &report->pasts[i] : NULL, now);
	at->last.pasts = NULL;
	versions_take(world, source, report, now);
	take_tx(world, source, report->tx);
}

void say(char because[BECAUSE_TEXT], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(because, BECAUSE_TEXT, fmt, args);
	va_end(args);
}

void change_add(struct world *world, msec at, const char *what, enum state state,
		const char *fmt, ...)
{
	struct change *change = &world->changes[world->change_count % WORLD_CHANGES];
	va_list args;

	change->at = at;
	change->state = state;
	str_put(change->what, sizeof(change->what), what);
	va_start(args, fmt);
	(void)vsnprintf(change->text, sizeof(change->text), fmt, args);
	va_end(args);
	world->change_count++;
	world->version++;
}

void world_note(struct world *world, const char *what, enum state state, const char *text)
{
	change_add(world, world->now, what, state, "%s", text);
}

const struct change *world_change(const struct world *world, size_t newest_first)
{
	size_t held = world->change_count < WORLD_CHANGES ? world->change_count : WORLD_CHANGES;

	if (newest_first >= held)
		return NULL;
	return &world->changes[(world->change_count - 1 - newest_first) % WORLD_CHANGES];
}

void visible_set(struct world *world, struct visible at, enum state state, msec now,
		 const char *fmt, ...)
{
	char because[BECAUSE_TEXT];
	bool recorded = at.first && at.past->known;
	bool first = at.first && !recorded;
	bool hushed = at.first && at.early && state == STATE_UNKNOWN;
	enum state old = recorded ? at.past->state : *at.state;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(because, sizeof(because), fmt, args);
	va_end(args);
	str_put(at.because, BECAUSE_TEXT, because);
	if (old != state || at.first) {
		*at.state = state;
		*at.since = now;
		*at.since_before = at.first && state != STATE_OK;	/* nobody asks it of OK */
		world->version++;
	}
	if (recorded && old == state) {
		*at.since = at.past->since;
		*at.since_before = at.past->since_before;
	}
	if (!hushed && (first ? state != STATE_OK : old != state))
		change_add(world, now, at.what, state, "%s -> %s: %s",
			   first ? "ask" : state_word(old), state_word(state), because);
}
