/*
 * importer_past.c: what this console knows of the hour itself: what it saw, and what a recorder had
 * written down before it was started. The world has both (core/recall.h).
 */
#include <math.h>
#include <string.h>

#include "app/importer_inside.h"

/* A minute in which any source has a point is one in which somebody looked. */
void past_cover(struct hour *hour, const struct world *world)
{
	double value;
	enum state state;

	for (size_t m = 0; m < IMPORT_MINUTES; m++) {
		msec at = hour->from + (msec)m * WHEN_MINUTE;

		for (size_t i = 0; i < world->source_count && at < hour->until; i++)
			if (series_at(&world->sources[i].series, at, 0, &value, &state))
				hour->recorded[m] = true;
	}
}

/* "ok -> down: connection refused" */
static void read_change(struct hour *hour, const struct change *change, struct event_data *data)
{
	const char *arrow = strstr(change->text, " -> ");
	const char *colon = arrow ? strstr(arrow, ": ") : NULL;

	EVENT_SET(*data, name, hour_text(hour, change->what));
	EVENT_SET(*data, new_, state_word(change->state));
	if (arrow && !str_starts(str_of(change->text), "ask "))
		EVENT_SET(*data, old, arena_text(&hour->arena, change->text,
						 (size_t)(arrow - change->text)));
	EVENT_SET(*data, because, hour_text(hour, colon ? colon + 2 : change->text));
}

static bool is_alert(const struct change *change)
{
	return str_starts(str_of(change->text), "firing: ") ||
	       str_starts(str_of(change->text), "resolved after ");
}

/* Of an alert the recorder has the name alone: where ALERTS was read, that says more. Gaps of the
 * recorder are in the series already. */
static void take_change(struct hour *hour, const struct world *world, const struct change *change)
{
	bool source = world_find_source(world, change->what) >= 0;
	struct event_data data = { .has = 0 };

	if (source || world_find_signal(world, change->what) >= 0) {
		read_change(hour, change, &data);
		EVENT_SET(data, type, source ? "source" : "signal");
		hour_add(hour, change->at, EVENT_SIGNAL_CHANGED, &data);
	} else if (strcmp(change->what, "recorder") != 0 &&
		   !(is_alert(change) && hour->alerts_known)) {
		EVENT_SET(data, text, arena_fmt(&hour->arena, "%s: %s", change->what, change->text));
		hour_add(hour, change->at, EVENT_NOTE, &data);
	}
}

/* What fires now. What has fired for longer than the hour stands where it began. */
static void take_alerts(struct hour *hour, const struct world *world)
{
	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];
		bool fires = alert->state == ALERT_FIRING || alert->state == ALERT_SUPPRESSED;

		if (fires && !alert->watchdog && alert->since != WHEN_NEVER &&
		    alert->since < hour->until)
			hour_alert(hour, alert->since, EVENT_ALERT_FIRING, alert);
	}
}

void past_take(struct hour *hour, const struct world *world)
{
	const struct change *change;

	for (size_t i = 0; (change = world_change(world, i)); i++)
		if (change->at >= hour->from && change->at < hour->until)
			take_change(hour, world, change);
	take_alerts(hour, world);
	hour->own = hour->count;
}

static json_t *minutes_of(const struct hour *hour, const struct series *series)
{
	json_t *minutes = json_array();
	enum state state;
	double value;

	for (msec at = hour->from; at < hour->until; at += WHEN_MINUTE) {
		json_t *point;

		if (!series_at(series, at, 0, &value, &state))
			continue;
		point = json_array();
		json_array_append_new(point, json_integer(at / WHEN_SECOND));
		json_array_append_new(point, json_string(state_word(state)));
		json_array_append_new(point, isfinite(value) ? json_real(value) : json_null());
		json_array_append_new(minutes, point);
	}
	return minutes;
}

json_t *past_series(const struct hour *hour, const struct world *world)
{
	json_t *root = json_object(), *sources = json_object(), *signals = json_object();

	for (size_t i = 0; i < world->source_count; i++)
		json_set(sources, world->sources[i].name,
			 minutes_of(hour, &world->sources[i].series));
	for (size_t i = 0; i < world->signal_count; i++)
		json_set(signals, world->signals[i].name,
			 minutes_of(hour, &world->signals[i].series));
	json_set(root, "sources", sources);
	json_set(root, "signals", signals);
	return root;
}
