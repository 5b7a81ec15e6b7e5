/*
 * recall.c: lines of the recorder -> the past of the world, and the world -> a line.
 *
 * What is remembered of a source or a signal is one `memory`. Where two writers differ, the later
 * word counts; where they agree, the one that saw the beginning.
 */
#include "core/recall.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/internal.h"

/* Two writers do not see the same change at the same moment. */
#define SAME_CHANGE (15 * WHEN_SECOND)

enum { MEMORIES = WORLD_SOURCES + WORLD_SIGNALS, CHANGES = 2 * WORLD_CHANGES };

struct memory {
	bool is_signal;
	msec at;			/* when it was last written down */
	struct flight_row row;
	struct series series;
};

struct recall {
	msec now, newest;		/* newest: of any line, however old; WHEN_NEVER */
	bool recorded[SERIES_POINTS];	/* minutes ago in which somebody wrote */
	struct memory memories[MEMORIES];
	size_t memory_count;
	struct flight_part parts[WORLD_COMPONENTS];
	size_t part_count;
	struct change changes[CHANGES];
	size_t change_count;
};

static msec minute_of(msec at)
{
	return at / WHEN_MINUTE;
}

/* Minutes before now; -1 when it is not within the hour that is kept. */
static int minutes_ago(const struct recall *recall, msec at)
{
	msec ago = minute_of(recall->now) - minute_of(at);

	return at < 0 || ago < 0 || ago >= SERIES_POINTS ? -1 : (int)ago;
}

struct recall *recall_new(msec now)
{
	struct recall *recall = mem_new(sizeof(*recall));

	recall->now = now;
	recall->newest = WHEN_NEVER;
	return recall;
}

void recall_free(struct recall *recall)
{
	mem_free(recall);
}

static void mark(struct recall *recall, msec at)
{
	int ago = minutes_ago(recall, at);

	if (ago >= 0)
		recall->recorded[ago] = true;
	if (at > recall->newest && at <= recall->now)
		recall->newest = at;
}

static int compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = (x->at > y->at) - (x->at < y->at);

	if (order == 0)
		order = strcmp(x->what, y->what);
	return order ? order : strcmp(x->text, y->text);
}

/* "ok -> down: refused" and "ok -> down: timed out" are one change, seen by two. */
static bool same_change(const struct change *a, const struct change *b)
{
	return a->state == b->state && strcmp(a->what, b->what) == 0 &&
	       strcspn(a->text, ":") == strcspn(b->text, ":") &&
	       strncmp(a->text, b->text, strcspn(a->text, ":")) == 0;
}

static bool seen_before(const struct change *kept, size_t count, const struct change *change)
{
	for (size_t i = count; i > 0 && change->at - kept[i - 1].at <= SAME_CHANGE; i--) {
		if (strcmp(kept[i - 1].what, change->what) == 0)
			return same_change(&kept[i - 1], change);
	}
	return false;
}

/* In order, each once, and the newest of them. */
static void tidy_changes(struct recall *recall)
{
	size_t kept = 0, extra;

	qsort(recall->changes, recall->change_count, sizeof(recall->changes[0]), compare_changes);
	for (size_t i = 0; i < recall->change_count; i++) {
		if (!seen_before(recall->changes, kept, &recall->changes[i]))
			recall->changes[kept++] = recall->changes[i];
	}
	extra = kept > WORLD_CHANGES ? kept - WORLD_CHANGES : 0;
	recall->change_count = kept - extra;
	memmove(recall->changes, recall->changes + extra,
		recall->change_count * sizeof(recall->changes[0]));
}

static void take_change(struct recall *recall, const struct change *change)
{
	if (minutes_ago(recall, change->at) < 0)
		return;
	if (recall->change_count == CHANGES)
		tidy_changes(recall);
	recall->changes[recall->change_count++] = *change;
}

static struct memory *memory_of(struct recall *recall, const char *name, bool is_signal)
{
	struct memory *memory;

	for (size_t i = 0; i < recall->memory_count; i++) {
		memory = &recall->memories[i];
		if (memory->is_signal == is_signal && strcmp(memory->row.name, name) == 0)
			return memory;
	}
	if (recall->memory_count == MEMORIES)
		return NULL;
	memory = &recall->memories[recall->memory_count++];
	memory->is_signal = is_signal;
	memory->at = WHEN_NEVER;
	str_put(memory->row.name, sizeof(memory->row.name), name);
	series_init(&memory->series);
	return memory;
}

/* Does the row say more than what is remembered? */
static bool knows_better(const struct memory *memory, const struct flight_row *row, msec at)
{
	if (memory->at == WHEN_NEVER || memory->row.state != row->state ||
	    llabs(at - memory->at) > 2 * WHEN_MINUTE)
		return at >= memory->at;
	if (memory->row.since_before != row->since_before)
		return memory->row.since_before;
	return row->since < memory->row.since;
}

static void take_rows(struct recall *recall, const struct flight_line *line, bool signals)
{
	const struct flight_row *rows = signals ? line->signals : line->sources;
	size_t count = signals ? line->signal_count : line->source_count;

	for (size_t i = 0; i < count; i++) {
		const struct flight_row *row = &rows[i];
		struct memory *memory = memory_of(recall, row->name, signals);

		if (!memory || row->since > line->at)
			continue;
		if (row->worst != STATE_COUNT && minutes_ago(recall, line->of) >= 0)
			series_add(&memory->series, line->of, row->value, row->worst);
		if (knows_better(memory, row, line->at))
			memory->row = *row;
		if (line->at > memory->at)
			memory->at = line->at;
	}
}

bool recall_fired(const struct world *world, const struct alert *alert)
{
	const struct change *change;

	for (size_t i = 0; world->recall && (change = world_change(world, i)); i++) {
		if (strncmp(change->what, alert->name, sizeof(change->what) - 1) != 0)
			continue;
		return change->at <= world->recall->now && change->at >= alert->since &&
		       str_starts(str_of(change->text), "firing");
	}
	return false;
}

static struct flight_part *part_of(struct recall *recall, const char *name)
{
	for (size_t i = 0; i < recall->part_count; i++) {
		if (strcmp(recall->parts[i].name, name) == 0)
			return &recall->parts[i];
	}
	if (recall->part_count == WORLD_COMPONENTS)
		return NULL;
	recall->parts[recall->part_count].seen = WHEN_NEVER;
	return &recall->parts[recall->part_count++];
}

static void take_part(struct recall *recall, const struct flight_part *part)
{
	bool possible = part->seen <= recall->now && part->deployed <= recall->now;
	struct flight_part *kept = possible ? part_of(recall, part->name) : NULL;

	if (kept && part->seen >= kept->seen)
		*kept = *part;
}

void recall_take(struct recall *recall, const struct flight_line *line)
{
	mark(recall, line->at);
	if (minutes_ago(recall, line->at) < 0)
		return;
	switch (line->kind) {
	case FLIGHT_START:
	case FLIGHT_KIND_COUNT:
		break;
	case FLIGHT_CHANGE:
		take_change(recall, &line->change);
		break;
	case FLIGHT_SAMPLE:
		take_rows(recall, line, false);
		take_rows(recall, line, true);
		for (size_t i = 0; i < line->part_count; i++)
			take_part(recall, &line->parts[i]);
		break;
	}
}

/* A world that looks at itself once a second has no gaps but those that it was told of. */
void recall_world(struct recall *recall, const struct world *world)
{
	const struct change *change;
	struct flight_line *line = mem_new(sizeof(*line));

	line->kind = FLIGHT_SAMPLE;
	line->at = recall->now;
	(void)flight_sample(world, recall->now, WHEN_NEVER, line);
	recall_take(recall, line);
	mem_free(line);
	for (size_t i = 0; i < world->source_count; i++)
		memory_of(recall, world->sources[i].name, false)->series = world->sources[i].series;
	for (size_t i = 0; i < world->signal_count; i++)
		memory_of(recall, world->signals[i].name, true)->series = world->signals[i].series;
	for (size_t i = 0; (change = world_change(world, i)); i++)
		take_change(recall, change);
	for (int ago = 0; ago < SERIES_POINTS; ago++)
		recall->recorded[ago] = true;
}

static void say_gap(struct recall *recall, msec from, msec to)
{
	struct change gap = { .at = from, .what = "recorder", .state = STATE_UNKNOWN };
	char first[WHEN_TEXT], last[WHEN_TEXT];

	when_format(first, from);
	when_format(last, to);
	(void)snprintf(gap.text, sizeof(gap.text), "nothing was recorded from %s to %s", first, last);
	if (recall->change_count == CHANGES)
		tidy_changes(recall);
	recall->changes[recall->change_count++] = gap;
}

/* Whole minutes without a line between the first that has one and now. */
static void find_gaps(struct recall *recall)
{
	msec now = minute_of(recall->now), start = WHEN_NEVER;
	int oldest = SERIES_POINTS - 1;

	while (oldest > 0 && !recall->recorded[oldest])
		oldest--;
	if (oldest == 0 && !recall->recorded[0] && recall->newest != WHEN_NEVER)
		start = (minute_of(recall->newest) + 1) * WHEN_MINUTE;
	for (int ago = oldest; ago >= 0; ago--) {
		bool silent = !recall->recorded[ago] && ago > 0;

		if (silent && start == WHEN_NEVER)
			start = (now - ago) * WHEN_MINUTE;
		if (silent || start == WHEN_NEVER)
			continue;
		say_gap(recall, start, recall->recorded[ago] ? (now - ago) * WHEN_MINUTE :
						recall->now);
		start = WHEN_NEVER;
	}
}

/* The minutes that the world has not seen itself. */
static void fill(struct series *series, const struct series *past)
{
	enum state state;
	double value;

	for (size_t ago = 0; past->newest != WHEN_NEVER && ago < SERIES_POINTS; ago++) {
		msec at = past->newest - (msec)ago * WHEN_MINUTE;
		enum state there;
		double seen;
		bool outside = series->newest != WHEN_NEVER &&
			       (at > series->newest ||
				series->newest - at >= SERIES_POINTS * WHEN_MINUTE);

		if (!outside && series_at(past, past->newest, ago, &value, &state) &&
		    !series_at(series, at, 0, &seen, &there))
			series_add(series, at, value, state);
	}
}

static void remember(const struct recall *recall, const struct memory *memory, struct past *past)
{
	int ago = minutes_ago(recall, memory->at);

	*past = (struct past){
		.known = ago == 0 || ago == 1, .state = memory->row.state,
		.since = memory->row.since, .since_before = memory->row.since_before,
	};
}

static void give_source(struct world *world, const struct recall *recall,
			const struct memory *memory)
{
	int index = world_find_source(world, memory->row.name);
	struct source *source = index < 0 ? NULL : &world->sources[index];

	if (!source)
		return;
	fill(&source->series, &memory->series);
	if (source->asking)
		remember(recall, memory, &source->past);
}

void recall_signal(const struct recall *recall, struct signal *signal)
{
	for (size_t i = 0; recall && i < recall->memory_count; i++) {
		const struct memory *memory = &recall->memories[i];

		if (!memory->is_signal || strcmp(memory->row.name, signal->name) != 0)
			continue;
		fill(&signal->series, &memory->series);
		if (!signal->judged_once)
			remember(recall, memory, &signal->past);
	}
}

static void give_part(struct world *world, const struct flight_part *part)
{
	int index = world_find_component(world, part->name);
	struct component *component = index < 0 ? NULL : &world->components[index];
	bool unknown = component && !component->version[0];

	if (!component || !(unknown || strcmp(component->version, part->version) == 0) ||
	    (!unknown && component->version_before[0]))
		return;
	str_put(component->version, sizeof(component->version), part->version);
	str_put(component->version_before, sizeof(component->version_before), part->was);
	component->deployed_at = part->deployed;
	if (unknown)
		component->version_at = part->seen;
}

/* The old ones first, then what this world has seen. */
static void give_changes(struct world *world, struct recall *recall)
{
	size_t own = 0;
	const struct change *change;

	while ((change = world_change(world, own)) && recall->change_count < CHANGES) {
		recall->changes[recall->change_count++] = *change;
		own++;
	}
	tidy_changes(recall);
	memcpy(world->changes, recall->changes, recall->change_count * sizeof(world->changes[0]));
	world->change_count = recall->change_count;
}

void world_recall(struct world *world, struct recall *recall)
{
	tidy_changes(recall);
	find_gaps(recall);
	tidy_changes(recall);
	for (size_t i = 0; i < recall->memory_count; i++) {
		if (!recall->memories[i].is_signal)
			give_source(world, recall, &recall->memories[i]);
	}
	for (size_t i = 0; i < world->signal_count; i++)
		recall_signal(recall, &world->signals[i]);
	for (size_t i = 0; i < recall->part_count; i++)
		give_part(world, &recall->parts[i]);
	give_changes(world, recall);
	world->version++;
	recall_free(world->recall);
	world->recall = recall;
}

static void put_point(struct flight_row *row, const struct series *series, msec minute)
{
	if (!series_at(series, minute, 0, &row->value, &row->worst)) {
		row->worst = STATE_COUNT;
		row->value = (double)NAN;
	}
}

static struct flight_row source_row(const struct source *source, msec minute)
{
	struct flight_row row = { .state = source->state, .since = source->since,
				  .since_before = source->since_before };

	str_put(row.name, sizeof(row.name), source->name);
	put_point(&row, &source->series, minute);
	return row;
}

static struct flight_row signal_row(const struct signal *signal, msec minute)
{
	struct flight_row row = { .state = signal->state, .since = signal->since,
				  .since_before = signal->since_before };

	str_put(row.name, sizeof(row.name), signal->name);
	put_point(&row, &signal->series, minute);
	return row;
}

static void put_parts(const struct world *world, struct flight_line *out)
{
	for (size_t i = 0; i < world->component_count; i++) {
		const struct component *from = &world->components[i];
		struct flight_part *part = &out->parts[out->part_count];

		if (!from->version[0] || from->version_at == WHEN_NEVER)
			continue;
		str_put(part->name, sizeof(part->name), from->name);
		str_put(part->version, sizeof(part->version), from->version);
		str_put(part->was, sizeof(part->was), from->version_before);
		part->seen = from->version_at;
		part->deployed = from->deployed_at;
		out->part_count++;
	}
}

bool flight_sample(const struct world *world, msec minute, msec changed_since,
		   struct flight_line *out)
{
	out->kind = FLIGHT_SAMPLE;
	out->of = minute - minute % WHEN_MINUTE;
	out->state = world->state;
	out->source_count = out->signal_count = out->part_count = 0;
	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];

		if (!source->asking && source->since >= changed_since)
			out->sources[out->source_count++] = source_row(source, minute);
	}
	for (size_t i = 0; i < world->signal_count; i++) {
		const struct signal *signal = &world->signals[i];

		if (signal->judged_once && signal->since >= changed_since)
			out->signals[out->signal_count++] = signal_row(signal, minute);
	}
	if (changed_since == WHEN_NEVER)
		put_parts(world, out);
	return out->source_count + out->signal_count + out->part_count > 0;
}
