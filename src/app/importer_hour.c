/* importer_hour.c: the hour itself: what is put into it, what is missing, and its summary. */
#include <stdlib.h>
#include <string.h>

#include "app/importer_inside.h"
#include "base/digest.h"
#include "base/mem.h"

static msec step_of(msec span)
{
	msec step = span / IMPORT_STEPS + WHEN_SECOND - 1;

	return step < IMPORT_STEP ? IMPORT_STEP : step - step % WHEN_SECOND;
}

void hour_init_course(struct hour *hour, msec from, msec until)
{
	*hour = (struct hour){ .until = until, .from = from - from % WHEN_MINUTE };
	hour->step = step_of(until - hour->from);
}

void hour_init(struct hour *hour, msec from, msec until, const char *by)
{
	msec longest = (msec)IMPORT_MINUTES * WHEN_MINUTE;

	*hour = (struct hour){ .until = until, .from = from };
	if (until - from > longest)
		hour->from = until - longest;
	hour->from -= hour->from % WHEN_MINUTE;
	if (until - hour->from > longest)
		hour->from += WHEN_MINUTE;
	hour->step = step_of(until - hour->from);
	hour->by = hour_text(hour, by);
}

void hour_done(struct hour *hour)
{
	mem_free(hour->orders);
	arena_done(&hour->arena);
	*hour = (struct hour){ .count = 0 };
}

const char *hour_text(struct hour *hour, const char *text)
{
	return arena_text(&hour->arena, text, strlen(text));
}

size_t hour_minute(const struct hour *hour, msec at)
{
	if (at < hour->from || at > hour->until)
		return IMPORT_MINUTES;
	/* The last step of the grid may be the end itself: it belongs to what it ends. */
	return (size_t)((at - hour->from - (at == hour->until)) / WHEN_MINUTE);
}

void hour_add(struct hour *hour, msec at, enum event_kind kind, const struct event_data *data)
{
	if (hour->count >= IMPORT_ORDERS) {
		hour->dropped++;
		return;
	}
	hour->orders = mem_grow(hour->orders, &hour->cap, hour->count + 1, sizeof(*hour->orders));
	hour->orders[hour->count++] = (struct order){
		.kind = kind, .data = *data, .at = at, .src = SRC_IMPORT, .by = hour->by,
	};
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct text_list labels_of(struct hour *hour, const struct alert *alert)
{
	const char **items = arena_array(&hour->arena, alert->label_count + 1, sizeof(*items));
	const char *name = alert->labels;

	for (size_t i = 0; i < alert->label_count; i++) {
		const char *value = name + strlen(name) + 1;

		items[i] = arena_fmt(&hour->arena, "%s=%s", name, value);
		name = value + strlen(value) + 1;
	}
	qsort(items, alert->label_count, sizeof(*items), compare_texts);
	return (struct text_list){ items, alert->label_count };
}

void hour_alert(struct hour *hour, msec at, enum event_kind kind, const struct alert *alert)
{
	struct event_data data = { .has = 0 };

	EVENT_SET(data, name, hour_text(hour, alert->name));
	EVENT_SET(data, fingerprint, hour_text(hour, alert->fingerprint));
	EVENT_SET(data, labels, labels_of(hour, alert));
	EVENT_SET(data, when, at);
	if (kind == EVENT_ALERT_FIRING && *alert->summary)
		EVENT_SET(data, text, hour_text(hour, alert->summary));
	hour_add(hour, at, kind, &data);
}

bool hour_knows(const struct hour *hour, msec at, const struct event_data *data)
{
	for (size_t i = 0; i < hour->own; i++) {
		const struct order *order = &hour->orders[i];

		if (order->kind == EVENT_SIGNAL_CHANGED && llabs(order->at - at) <= 2 * hour->step &&
		    !strcmp(event_text(order->data.type), event_text(data->type)) &&
		    !strcmp(event_text(order->data.name), event_text(data->name)) &&
		    !strcmp(event_text(order->data.new_), event_text(data->new_)))
			return true;
	}
	return false;
}

static size_t minutes(const struct hour *hour)
{
	return (size_t)((hour->until - hour->from + WHEN_MINUTE - 1) / WHEN_MINUTE);
}

bool hour_is_partial(const struct hour *hour)
{
	for (size_t m = 0; m < minutes(hour); m++)
		if (!hour->recorded[m])
			return true;
	return false;
}

static void add_gap(struct hour *hour, size_t first, size_t end, const char *reason)
{
	msec from = hour->from + (msec)first * WHEN_MINUTE, until = hour->from + (msec)end * WHEN_MINUTE;
	struct event_data data = { .has = 0 };

	EVENT_SET(data, when, from);
	EVENT_SET(data, until, until < hour->until ? until : hour->until);
	EVENT_SET(data, reason, hour_text(hour, reason));
	hour_add(hour, from, EVENT_RECORDING_GAP, &data);
}

void hour_gaps(struct hour *hour, const char *reason)
{
	size_t count = minutes(hour), first = count;

	for (size_t m = 0; m <= count; m++) {
		bool missing = m < count && !hour->recorded[m] && !hour->sampled[m];

		if (missing && first == count)
			first = m;
		if (!missing && first < count) {
			add_gap(hour, first, m, reason);
			first = count;
		}
	}
}

/* Stable: what happened in one instant stays in the order in which it was put in. */
static void sort(struct order *orders, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct order order = orders[i];
		size_t to = i;

		for (; to > 0 && orders[to - 1].at > order.at; to--)
			orders[to] = orders[to - 1];
		orders[to] = order;
	}
}

static const char *summary(struct hour *hour)
{
	size_t recorded = 0, sampled = 0, all = minutes(hour);

	for (size_t m = 0; m < all; m++) {
		recorded += hour->recorded[m];
		sampled += !hour->recorded[m] && hour->sampled[m];
	}
	return arena_fmt(&hour->arena, "of %zu min %zu were recorded, %zu are known from Prometheus, "
			 "nobody knows of %zu%s", all, recorded, sampled, all - recorded - sampled,
			 hour->dropped ? arena_fmt(&hour->arena, "; %zu changes more than fit in",
						   hour->dropped) : "");
}

void hour_close(struct hour *hour, struct str evidence)
{
	struct event_data data = { .has = 0 };
	char sha256[DIGEST_HEX];

	sort(hour->orders, hour->count);
	EVENT_SET(data, when, hour->from);
	EVENT_SET(data, until, hour->until);
	EVENT_SET(data, count, (int64_t)hour->count);
	EVENT_SET(data, text, summary(hour));
	if (evidence.len > 0) {
		digest_sha256(sha256, evidence);
		EVENT_SET(data, sha256, hour_text(hour, sha256));
	}
	if (hour->count == IMPORT_ORDERS)	/* the summary has a place of its own */
		hour->count--;
	hour_add(hour, WHEN_NEVER, EVENT_FLIGHT_IMPORTED, &data);
}
