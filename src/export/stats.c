/*
 * stats.c: what all incidents together say. A drill is counted and its steps are; its times are of
 * nobody's night and stay out. Of each time the median and the worst, and of how many: incidents in
 * which it is not known do not count.
 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/mem.h"
#include "export/story.h"
#include "export/timeline_inside.h"

#define RECURS_WITHIN (30 * WHEN_DAY)

enum { SLOWEST = 10 };

/*  X(symbol, key, title) */
#define GROUPS(X) \
	X(SEVERITY, "by_severity", "severity") X(COMPONENT, "by_component", "component") \
	X(RUNBOOK, "by_runbook", "runbook") X(STEP, "slowest_steps", "step")

enum group {
#define X(sym, key, title) GROUP_##sym,
	GROUPS(X)
#undef X
	GROUP_COUNT
};

struct spans {
	msec *items;
	size_t count, cap;
};

struct bag {				/* what was told of one name */
	char *name;
	unsigned count;
	struct spans times[METRIC_COUNT];	/* of a step the first one alone */
};

struct seen {				/* a component or an alert in one incident */
	char *name;
	bool alert;
	msec at;
	char incident[INCIDENT_ID];
};

struct stats {
	struct bag *bags[GROUP_COUNT];
	size_t count[GROUP_COUNT], cap[GROUP_COUNT];
	struct seen *seen;
	size_t seen_count, seen_cap;
	unsigned incidents, drills;
};

struct stats *stats_new(void)
{
	return mem_new(sizeof(struct stats));
}

void stats_free(struct stats *stats)
{
	if (!stats)
		return;
	for (int group = 0; group < GROUP_COUNT; group++) {
		for (size_t i = 0; i < stats->count[group]; i++) {
			struct bag *bag = &stats->bags[group][i];

			for (int k = 0; k < METRIC_COUNT; k++)
				mem_free(bag->times[k].items);
			mem_free(bag->name);
		}
		mem_free(stats->bags[group]);
	}
	for (size_t i = 0; i < stats->seen_count; i++)
		mem_free(stats->seen[i].name);
	mem_free(stats->seen);
	mem_free(stats);
}

/* --- taking one ------------------------------------------------------------------------------- */

static struct bag *bag_of(struct stats *stats, enum group group, const char *name)
{
	struct bag *bag;

	for (size_t i = 0; i < stats->count[group]; i++) {
		if (strcmp(stats->bags[group][i].name, name) == 0)
			return &stats->bags[group][i];
	}
	stats->bags[group] = mem_grow(stats->bags[group], &stats->cap[group],
				      stats->count[group] + 1, sizeof(*bag));
	bag = &stats->bags[group][stats->count[group]++];
	*bag = (struct bag){ .name = mem_text(name) };
	return bag;
}

static void add_span(struct spans *spans, msec took)
{
	spans->items = mem_grow(spans->items, &spans->cap, spans->count + 1, sizeof(took));
	spans->items[spans->count++] = took;
}

static void add_times(struct stats *stats, enum group group, const char *name,
		      const struct story *story)
{
	struct bag *bag = bag_of(stats, group, name);

	bag->count++;
	for (int i = 0; i < METRIC_COUNT; i++) {
		if (story->metrics[i].took != WHEN_NEVER)
			add_span(&bag->times[i], story->metrics[i].took);
	}
}

static bool ran_before(const struct story *story, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(story->runs[i].run->runbook, story->runs[index].run->runbook) == 0)
			return true;
	}
	return false;
}

static void add_steps(struct stats *stats, const struct story_run *run)
{
	for (size_t i = 0; i < run->run->step_count; i++) {
		struct arena arena = { 0 };
		struct bag *bag;

		if (run->steps[i].took == WHEN_NEVER)
			continue;
		bag = bag_of(stats, GROUP_STEP, arena_fmt(&arena, "%s/%s", run->run->runbook,
							  run->steps[i].step->id));
		bag->count++;
		add_span(&bag->times[0], run->steps[i].took);
		arena_done(&arena);
	}
}

static void see(struct stats *stats, const struct incident *incident, bool alert, const char *name)
{
	struct seen *seen;

	if (incident->declared_at == WHEN_NEVER || !name[0])
		return;
	for (size_t i = 0; i < stats->seen_count; i++) {
		seen = &stats->seen[i];
		if (seen->alert == alert && strcmp(seen->incident, incident->id) == 0 &&
		    strcmp(seen->name, name) == 0)
			return;
	}
	stats->seen = mem_grow(stats->seen, &stats->seen_cap, stats->seen_count + 1, sizeof(*seen));
	seen = &stats->seen[stats->seen_count++];
	*seen = (struct seen){ .name = mem_text(name), .alert = alert, .at = incident->declared_at };
	(void)str_put(seen->incident, sizeof(seen->incident), incident->id);
}

static void add_incident(struct stats *stats, const struct story *story)
{
	static const char *const severities[] = { "none", "SEV1", "SEV2", "SEV3" };
	const struct incident *incident = story->incident;

	add_times(stats, GROUP_SEVERITY, severities[incident->max_severity], story);
	for (size_t i = 0; i < incident->component_count; i++) {
		add_times(stats, GROUP_COMPONENT, incident->components[i], story);
		see(stats, incident, false, incident->components[i]);
	}
	for (size_t i = 0; i < incident->alert_count; i++)
		see(stats, incident, true, incident->alerts[i].name);
	for (size_t i = 0; i < story->run_count; i++) {
		if (!ran_before(story, i))
			add_times(stats, GROUP_RUNBOOK, story->runs[i].run->runbook, story);
	}
}

void stats_add(struct stats *stats, const struct story *story)
{
	bool drill = strcmp(story->incident->type, "drill") == 0;

	stats->incidents += !drill;
	stats->drills += drill;
	if (!drill)
		add_incident(stats, story);
	for (size_t i = 0; i < story->run_count; i++)
		add_steps(stats, &story->runs[i]);
}

/* --- figures ---------------------------------------------------------------------------------- */

static int by_length(const void *a, const void *b)
{
	const msec *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of an even number the lower one of the two in the middle: a time that there was. */
static msec median(struct spans *spans)
{
	if (spans->count == 0)
		return WHEN_NEVER;
	qsort(spans->items, spans->count, sizeof(*spans->items), by_length);
	return spans->items[(spans->count - 1) / 2];
}

static msec worst(struct spans *spans)
{
	return median(spans) == WHEN_NEVER ? WHEN_NEVER : spans->items[spans->count - 1];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct bag *)a)->name, ((const struct bag *)b)->name);
}

static int by_median(const void *a, const void *b)
{
	struct bag x = *(const struct bag *)a, y = *(const struct bag *)b;
	msec p = median(&x.times[0]), q = median(&y.times[0]);

	return p != q ? (p < q) - (p > q) : by_name(a, b);
}

static int by_seen(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int order = x->alert != y->alert ? x->alert - y->alert : strcmp(x->name, y->name);

	if (order == 0)
		order = (x->at > y->at) - (x->at < y->at);
	return order ? order : strcmp(x->incident, y->incident);
}

static void put_in_order(struct stats *stats)
{
	for (int group = 0; group < GROUP_COUNT; group++) {
		if (stats->count[group] > 0)
			qsort(stats->bags[group], stats->count[group], sizeof(struct bag),
			      group == GROUP_STEP ? by_median : by_name);
	}
	if (stats->seen_count > 0)
		qsort(stats->seen, stats->seen_count, sizeof(*stats->seen), by_seen);
}

static size_t shown(const struct stats *stats, enum group group)
{
	bool most = group == GROUP_STEP && stats->count[group] > SLOWEST;

	return most ? SLOWEST : stats->count[group];
}

/* Did it come again? It is the same as the one before it in the order, and soon after it. */
static bool recurs(const struct stats *stats, size_t i)
{
	const struct seen *now = &stats->seen[i], *before = i > 0 ? now - 1 : NULL;

	return before && now->alert == before->alert && strcmp(now->name, before->name) == 0 &&
	       now->at - before->at <= RECURS_WITHIN;
}

static const struct {
	const char *key, *label;
} metrics[] = {
#define X(sym, key, from, to, label) [METRIC_##sym] = { key, label },
	STORY_METRICS(X)
#undef X
};

static json_t *spans_json(struct spans *spans)
{
	json_t *one = json_object();

	json_set_i64(one, "count", (int64_t)spans->count);
	timeline_set_seconds(one, "median_seconds", median(spans));
	timeline_set_seconds(one, "worst_seconds", worst(spans));
	return one;
}

static json_t *group_json(struct stats *stats, enum group group)
{
	json_t *all = json_array();

	for (size_t i = 0; i < shown(stats, group); i++) {
		struct bag *bag = &stats->bags[group][i];
		json_t *one = json_object();

		json_set_text(one, "name", bag->name);
		json_set_i64(one, "count", bag->count);
		for (size_t k = 0; group != GROUP_STEP && k < ARRAY_LEN(metrics); k++)
			json_set(one, metrics[k].key, spans_json(&bag->times[k]));
		if (group == GROUP_STEP)
			json_set(one, "took", spans_json(&bag->times[0]));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *recurrence_json(const struct stats *stats)
{
	json_t *all = json_array();

	for (size_t i = 1; i < stats->seen_count; i++) {
		const struct seen *now = &stats->seen[i], *before = now - 1;
		json_t *one;

		if (!recurs(stats, i))
			continue;
		one = json_object();
		json_set_text(one, "type", now->alert ? "alert" : "component");
		json_set_text(one, "name", now->name);
		json_set_text(one, "incident", now->incident);
		json_set_text(one, "before", before->incident);
		timeline_set_seconds(one, "after_seconds", now->at - before->at);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *stats_json(struct stats *stats, msec at)
{
	static const char *const keys[] = {
#define X(sym, key, title) [GROUP_##sym] = (key),
		GROUPS(X)
#undef X
	};
	json_t *all = json_object();

	put_in_order(stats);
	json_set_text(all, "schema", "binnacle.stats/1");
	timeline_set_stamp(all, "at", at);
	json_set_i64(all, "incidents", stats->incidents);
	json_set_i64(all, "drills", stats->drills);
	for (int group = 0; group < GROUP_COUNT; group++)
		json_set(all, keys[group], group_json(stats, (enum group)group));
	json_set(all, "recurrence", recurrence_json(stats));
	return all;
}

static void put_spans(struct buf *out, const char *title, const struct bag *bag,
		      const char *label, struct spans *spans)
{
	char middle[WHEN_TEXT], most[WHEN_TEXT];

	if (spans->count == 0)
		return;
	when_format_duration(middle, median(spans));
	when_format_duration(most, worst(spans));
	buf_fmt(out, "%-10s %-32s %-20s median %s, worst %s, of %zu\n", title, bag->name, label,
		middle, most, spans->count);
}

static void put_group(struct stats *stats, enum group group, const char *title, struct buf *out)
{
	for (size_t i = 0; i < shown(stats, group); i++) {
		struct bag *bag = &stats->bags[group][i];

		if (group != GROUP_STEP)
			buf_fmt(out, "%-10s %-32s %u incident%s\n", title, bag->name, bag->count,
				bag->count == 1 ? "" : "s");
		for (size_t k = 0; group != GROUP_STEP && k < ARRAY_LEN(metrics); k++)
			put_spans(out, title, bag, metrics[k].label, &bag->times[k]);
		if (group == GROUP_STEP)
			put_spans(out, title, bag, "took", &bag->times[0]);
	}
}

void stats_plain(struct stats *stats, struct buf *out)
{
	put_in_order(stats);
	buf_fmt(out, "%u incident%s, %u drill%s\n", stats->incidents,
		stats->incidents == 1 ? "" : "s", stats->drills, stats->drills == 1 ? "" : "s");
#define X(sym, key, title) put_group(stats, GROUP_##sym, title, out);
	GROUPS(X)
#undef X
	for (size_t i = 1; i < stats->seen_count; i++) {
		char after[WHEN_TEXT];

		if (!recurs(stats, i))
			continue;
		when_format_age(after, stats->seen[i].at - stats->seen[i - 1].at);
		buf_fmt(out, "%-10s %-32s #%s, %s after #%s\n", "again", stats->seen[i].name,
			stats->seen[i].incident, after, stats->seen[i - 1].incident);
	}
}
