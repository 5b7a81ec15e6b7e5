#include "ui/silent.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum evidence_kind {
	BY_SOURCE,	/* a source of this kind is down */
	BY_ASK,		/* the indexer is not well, and this question to it fails */
	BY_SIGNAL,	/* a signal is over the rule's limit */
};

/* The nine rules of the platform and what shows us the same. `of`: a kind, a question, a signal. */
static const struct due {
	const char *name, *severity;
	msec waits;
	enum evidence_kind by;
	const char *of, *unit;
	double limit;
} dues[] = {
	{ "TeachLinkIndexerDown", "critical", 2 * WHEN_MINUTE,
	  BY_ASK, "GET /metrics", "", 0 },
	{ "TeachLinkIndexerHealthcheckFailed", "critical", 2 * WHEN_MINUTE,
	  BY_ASK, "GET /health", "", 0 },
	{ "TeachLinkIndexerDatabaseUnavailable", "critical", 2 * WHEN_MINUTE,
	  BY_SOURCE, "postgres", "", 0 },
	{ "TeachLinkIndexerHorizonUnavailable", "critical", 5 * WHEN_MINUTE,
	  BY_SOURCE, "horizon", "", 0 },
	{ "TeachLinkIndexerStaleProcessing", "critical", 10 * WHEN_MINUTE,
	  BY_SIGNAL, "lag", "s", 900 },
	{ "TeachLinkIndexerHighHttpErrorRate", "warning", 10 * WHEN_MINUTE,
	  BY_SIGNAL, "error_rate", "%", 5 },
	{ "TeachLinkIndexerHighLatency", "warning", 10 * WHEN_MINUTE,
	  BY_SIGNAL, "latency", "s", 1 },
	{ "TeachLinkGrafanaDown", "warning", 5 * WHEN_MINUTE,
	  BY_SOURCE, "grafana", "", 0 },
	{ "TeachLinkAlertmanagerDown", "warning", 5 * WHEN_MINUTE,
	  BY_SOURCE, "alertmanager", "", 0 },
};
_Static_assert(ARRAY_LEN(dues) == SILENT_MAX, "one row for each rule");

static bool is_kind(const struct source *source, const char *kind)
{
	return strcmp(source->kind, kind) == 0;
}

static size_t count_kind(const struct world *world, const char *kind)
{
	size_t count = 0;

	for (size_t i = 0; i < world->source_count; i++)
		count += is_kind(&world->sources[i], kind);
	return count;
}

/* Does a component with an indexer stand on the one that this source watches? */
static bool serves_indexer(const struct world *world, int source)
{
	for (size_t i = 0; i < world->component_count; i++) {
		const struct component *at = &world->components[i];
		bool indexer = false, on = false;

		for (size_t k = 0; k < at->source_count; k++)
			indexer = indexer || (at->sources[k] >= 0 &&
					      is_kind(&world->sources[at->sources[k]], "indexer"));
		for (size_t k = 0; k < at->depends_count; k++)
			on = on || (at->depends_on[k] >= 0 &&
				    component_has_source(&world->components[at->depends_on[k]], source));
		if (indexer && on)
			return true;
	}
	return false;
}

/* Of several databases the rule means the indexer's. */
static int find_source(const struct world *world, const char *kind)
{
	bool single = count_kind(world, kind) == 1;

	for (size_t i = 0; i < world->source_count; i++)
		if (is_kind(&world->sources[i], kind) && (single || serves_indexer(world, (int)i)))
			return (int)i;
	return -1;
}

static bool held(msec since, msec now, msec waits)
{
	return since != WHEN_NEVER && now - since >= waits;
}

static void say_source(struct silent *out, const struct world *world, int index)
{
	const struct source *source = &world->sources[index];

	out->since = source->since;
	out->target = item_of_source(world, (size_t)index);
	(void)snprintf(out->because, sizeof(out->because), "%s %s: %.150s", source->name,
		       state_label(source->state), source->because);
}

static bool by_source(const struct world *world, const struct due *due, msec now,
		      struct silent *out)
{
	int index = find_source(world, due->of);
	const struct source *source = index < 0 ? NULL : &world->sources[index];

	if (!source || source->asking || source->state != STATE_DOWN ||
	    !held(source->since, now, due->waits))
		return false;
	say_source(out, world, index);
	return true;
}

static bool by_ask(const struct world *world, const struct due *due, msec now, struct silent *out)
{
	int index = find_source(world, "indexer");
	const struct source *source = index < 0 ? NULL : &world->sources[index];

	if (!source || source->asking || source->state < STATE_BAD ||
	    !held(source->since, now, due->waits))
		return false;
	for (size_t i = 0; i < source->ask_count; i++) {
		const struct ask_status *ask = &source->asks[i];

		if (strcmp(ask->what, due->of) != 0 || !ask->error[0] ||
		    (ask->good_at != WHEN_NEVER && !held(ask->good_at, now, due->waits)))
			continue;
		say_source(out, world, index);
		return true;
	}
	return false;
}

/* Every minute of the rule's wait has to be over the limit, and none may be missing. */
static bool was_over(const struct signal *signal, const struct due *due, msec now)
{
	for (size_t ago = 0; ago <= (size_t)(due->waits / WHEN_MINUTE); ago++) {
		enum state state;
		double value;

		if (!series_at(&signal->series, now, ago, &value, &state) || !(value > due->limit))
			return false;
	}
	return true;
}

static bool by_signal(const struct world *world, const struct due *due, msec now,
		      struct silent *out)
{
	int index = world_find_signal(world, due->of);
	const struct signal *signal = index < 0 ? NULL : &world->signals[index];
	struct buf value = { 0 };

	/* What its source explains away ("quiet") is ok, and no alert is due. */
	if (!signal || !signal->known || strcmp(signal->unit, due->unit) != 0 ||
	    (signal->state != STATE_WARN && signal->state != STATE_BAD) ||
	    !(signal->value > due->limit) || !held(signal->since, now, due->waits) ||
	    !was_over(signal, due, now))
		return false;
	out->since = signal->since;
	out->target = item_of_signal(world, (size_t)index);
	num_put(&value, signal->value, 1);
	(void)snprintf(out->because, sizeof(out->because), "%s %s %s, the rule's limit is %g %s",
		       signal->name, buf_cstr(&value), due->unit, due->limit, due->unit);
	buf_done(&value);
	return true;
}

static bool is_due(const struct world *world, const struct due *due, msec now, struct silent *out)
{
	switch (due->by) {
	case BY_SOURCE: return by_source(world, due, now, out);
	case BY_ASK: return by_ask(world, due, now, out);
	case BY_SIGNAL: return by_signal(world, due, now, out);
	}
	return false;
}

/* In whatever state: pending or silenced is heard. */
static bool is_listed(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->alert_count; i++)
		if (strcmp(world->alerts[i].name, name) == 0)
			return true;
	return false;
}

size_t silent_alerts(const struct world *world, msec now, struct silent out[SILENT_MAX])
{
	size_t count = 0;

	if (!world->alerts_trusted || world->alerts_dropped > 0 || count_kind(world, "indexer") == 0)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(dues); i++) {
		struct silent *silent = &out[count];

		*silent = (struct silent){ .name = dues[i].name, .severity = dues[i].severity,
					   .waits = dues[i].waits };
		if (!is_listed(world, dues[i].name) && is_due(world, &dues[i], now, silent))
			count++;
	}
	return count;
}
