/*
 * importer_range.c: what Prometheus has of the hour, on a grid of steps: of a signal its passings
 * over the limits, of an alert its beginnings and ends. Where this console, or a recorder, was
 * there, its own word counts: it saw more, and sooner.
 */
#include <math.h>
#include <string.h>

#include "app/importer_inside.h"
#include "backends/alert_json.h"
#include "base/num.h"

struct point {
	msec at;
	double value;
};

static bool read_point(const json_t *sample, struct point *out)
{
	double at_s = json_number_value(json_array_get(sample, 0));

	if (!(at_s > 0 && at_s < 1e11) ||
	    !num_parse_double(str_of(json_string_value(json_array_get(sample, 1))), &out->value))
		return false;
	out->at = (msec)(at_s * (double)WHEN_SECOND);
	return isfinite(out->value);
}

void range_cover(struct hour *hour, const json_t *result)
{
	const json_t *values = json_object_get(json_array_get(result, 0), "values"), *sample;
	struct point point;
	size_t i;

	json_array_foreach(values, i, sample) {
		size_t minute = read_point(sample, &point) ? hour_minute(hour, point.at) :
							     IMPORT_MINUTES;

		if (minute < IMPORT_MINUTES)
			hour->sampled[minute] = true;
	}
}

static bool beyond(const struct limit *limit, double value, double edge)
{
	return !isnan(edge) && (limit->below ? value < edge : value > edge);
}

static enum state level(const struct limit *limit, double value)
{
	return beyond(limit, value, limit->bad) ? STATE_BAD :
	       beyond(limit, value, limit->warn) ? STATE_WARN : STATE_OK;
}

static const char *because(struct hour *hour, const struct signal *signal, enum state state,
			   double value)
{
	double edge = state == STATE_BAD ? signal->limit.bad : signal->limit.warn;
	struct buf text = { 0 };
	const char *copy;

	num_put(&text, value, 2);
	if (*signal->unit && strcmp(signal->unit, "count") != 0)
		buf_fmt(&text, " %s", signal->unit);
	if (state != STATE_OK) {
		buf_text(&text, ", limit ");
		num_put(&text, edge, 2);
	}
	copy = hour_text(hour, buf_cstr(&text));
	buf_done(&text);
	return copy;
}

static bool is_recorded(const struct hour *hour, msec at)
{
	size_t minute = hour_minute(hour, at);

	return minute < IMPORT_MINUTES && hour->recorded[minute];
}

void range_signal(struct hour *hour, const struct signal *signal, const json_t *result)
{
	const json_t *values = json_object_get(json_array_get(result, 0), "values"), *sample;
	enum state old = STATE_OK;
	struct point point;
	bool first = true;
	size_t i;

	if (json_array_size(result) != 1)
		return;			/* no single number: its instant query says why */
	json_array_foreach(values, i, sample) {
		struct event_data data = { .has = 0 };
		enum state state;

		if (!read_point(sample, &point))
			continue;
		state = level(&signal->limit, point.value);
		if (state != old && !is_recorded(hour, point.at)) {
			EVENT_SET(data, name, hour_text(hour, signal->name));
			EVENT_SET(data, new_, state_word(state));
			EVENT_SET(data, because, because(hour, signal, state, point.value));
			EVENT_SET(data, type, "signal");
			if (!first)
				EVENT_SET(data, old, state_word(old));
			if (!hour_knows(hour, point.at, &data))
				hour_add(hour, point.at, EVENT_SIGNAL_CHANGED, &data);
		}
		old = state;
		first = false;
	}
}

/* The alert of a series of ALERTS: its own labels, as Alertmanager is told them. */
static bool read_metric(const json_t *metric, const char *watchdog, struct alert *out)
{
	json_t *labels = json_copy((json_t *)(uintptr_t)metric), *root = json_object();
	bool ok;

	(void)json_object_del(labels, "__name__");
	(void)json_object_del(labels, "alertstate");
	json_set(root, "labels", labels);
	ok = alert_read(root, watchdog, out);
	json_decref(root);
	if (ok)
		alert_fingerprint(out, out->fingerprint);
	return ok && !out->watchdog;
}

static const struct alert *find_live(const struct world *world, const struct alert *alert)
{
	for (size_t i = 0; i < world->alert_count; i++)
		if (!strcmp(world->alerts[i].fingerprint, alert->fingerprint) &&
		    world->alerts[i].state != ALERT_RESOLVED &&
		    world->alerts[i].state != ALERT_PENDING)
			return &world->alerts[i];
	return NULL;
}

struct episode {
	msec begun, last;		/* of its points; WHEN_NEVER: none */
};

/* One that still fires is told by past_take(), with the instant that its server knows. */
static void end_episode(struct hour *hour, const struct alert *alert, const struct alert *live,
			const struct episode *episode)
{
	bool open = episode->last + 2 * hour->step >= hour->until;

	if (episode->begun == WHEN_NEVER)
		return;
	if (!(open && live && live->since != WHEN_NEVER))
		hour_alert(hour, episode->begun, EVENT_ALERT_FIRING, alert);
	if (!open)
		hour_alert(hour, episode->last + hour->step, EVENT_ALERT_RESOLVED, alert);
}

static void read_episodes(struct hour *hour, const struct alert *alert, const struct alert *live,
			  const json_t *values)
{
	struct episode episode = { WHEN_NEVER, WHEN_NEVER };
	const json_t *sample;
	struct point point;
	size_t i;

	json_array_foreach(values, i, sample) {
		if (!read_point(sample, &point))
			continue;
		if (episode.begun != WHEN_NEVER && point.at - episode.last > 2 * hour->step) {
			end_episode(hour, alert, live, &episode);
			episode.begun = WHEN_NEVER;
		}
		if (episode.begun == WHEN_NEVER)
			episode.begun = point.at;
		episode.last = point.at;
	}
	end_episode(hour, alert, live, &episode);
}

static bool is_among(const struct hour *hour, size_t count, const struct alert *alert)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(event_text(hour->orders[i].data.fingerprint), alert->fingerprint))
			return true;
	return false;
}

/* What another Prometheus has told already is the same. */
void range_alerts(struct hour *hour, const struct world *world, const char *watchdog,
		  const json_t *result)
{
	size_t before = hour->count, i;
	const json_t *series;
	struct alert alert;

	json_array_foreach(result, i, series)
		if (read_metric(json_object_get(series, "metric"), watchdog, &alert) &&
		    !is_among(hour, before, &alert))
			read_episodes(hour, &alert, find_live(world, &alert),
				      json_object_get(series, "values"));
	hour->alerts_known = true;
}
