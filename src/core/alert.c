/*
 * alert.c: one alert, and the list merged from all who watch alerts.
 *
 *  (1) An alert in any manager's list counts; the loudest state of several managers stands, because
 *      somebody is paged by it.
 *  (2) Rule lists add what no manager has: pending alerts, and firing ones not delivered yet.
 *  (3) A list counts only while its source has answered in full; the watchdog is never listed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/internal.h"

const char *alert_state_word(enum alert_state state)
{
	static const char *const words[] = {
		[ALERT_PENDING] = "pending",
		[ALERT_FIRING] = "firing",
		[ALERT_SUPPRESSED] = "suppressed",
		[ALERT_RESOLVED] = "resolved",
	};

	return words[state];
}

/* The text after this one in a run of NUL-terminated texts. */
static const char *after(const char *text)
{
	return text + strlen(text) + 1;
}

static const char *labels_end(const struct alert *alert)
{
	const char *at = alert->labels;

	for (size_t i = 0; i < 2 * alert->label_count; i++)
		at = after(at);
	return at;
}

bool alert_add_label(struct alert *alert, const char *name, const char *value)
{
	size_t used = (size_t)(labels_end(alert) - alert->labels);
	size_t name_size = strlen(name) + 1, value_size = strlen(value) + 1;

	if (used + name_size + value_size > sizeof(alert->labels))
		return false;
	memcpy(alert->labels + used, name, name_size);
	memcpy(alert->labels + used + name_size, value, value_size);
	alert->label_count++;
	return true;
}

const char *alert_label(const struct alert *alert, const char *name)
{
	const char *at = alert->labels;

	for (size_t i = 0; i < alert->label_count; i++, at = after(after(at)))
		if (strcmp(at, name) == 0)
			return after(at);
	return NULL;
}

static uint64_t add_to_hash(uint64_t hash, const char *text)
{
	static const unsigned char separator = 0xff;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return (hash ^ separator) * 0x100000001b3u;
}

/* The next name in alphabetical order; NULL after the last. */
static const char *next_label(const struct alert *alert, const char *before)
{
	const char *at = alert->labels, *next = NULL;

	for (size_t i = 0; i < alert->label_count; i++, at = after(after(at)))
		if ((!before || strcmp(at, before) > 0) && (!next || strcmp(at, next) < 0))
			next = at;
	return next;
}

void alert_fingerprint(const struct alert *alert, char out[24])
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const char *at = next_label(alert, NULL); at; at = next_label(alert, at)) {
		hash = add_to_hash(hash, at);
		hash = add_to_hash(hash, after(at));
	}
	(void)snprintf(out, 24, "%016" PRIx64, hash);
}

bool alert_same(const struct alert *a, const struct alert *b)
{
	const char *at = a->labels;

	if (a->label_count != b->label_count || strcmp(a->name, b->name) != 0)
		return false;
	for (size_t i = 0; i < a->label_count; i++, at = after(after(at))) {
		const char *other = alert_label(b, at);

		if (!other || strcmp(other, after(at)) != 0)
			return false;
	}
	return true;
}

/* How loud a state is: the order of the list, and which of two observers is believed. */
static int loudness(enum alert_state state)
{
	static const int order[] = {
		[ALERT_FIRING] = 3, [ALERT_PENDING] = 2, [ALERT_SUPPRESSED] = 1, [ALERT_RESOLVED] = 0,
	};

	return order[state];
}

static bool is_same(const struct alert *a, const struct alert *b)
{
	if (a->fingerprint[0] && b->fingerprint[0])
		return strcmp(a->fingerprint, b->fingerprint) == 0;
	return alert_same(a, b);
}

static struct alert *find(struct alert *list, size_t count, const struct alert *alert)
{
	for (size_t i = 0; i < count; i++)
		if (is_same(&list[i], alert))
			return &list[i];
	return NULL;
}

static void fill_text(char *dst, const char *src, size_t size)
{
	if (!dst[0])
		memcpy(dst, src, size);
}

static void merge_one(struct alert *have, const struct alert *seen, enum alert_role role)
{
	if (role == ALERTS_FROM_MANAGER && loudness(seen->state) > loudness(have->state)) {
		have->state = seen->state;
		have->since = seen->since;
	}
	fill_text(have->summary, seen->summary, sizeof(have->summary));
	fill_text(have->runbook, seen->runbook, sizeof(have->runbook));
	fill_text(have->silenced_by, seen->silenced_by, sizeof(have->silenced_by));
}

static void merge_list(struct world *world, const struct report *report)
{
	for (size_t i = 0; i < report->alert_count; i++) {
		const struct alert *seen = &report->alerts[i];
		struct alert *have = find(world->alerts, world->alert_count, seen);

		if (seen->watchdog || seen->state == ALERT_RESOLVED)
			continue;
		if (have)
			merge_one(have, seen, report->watch.role);
		else if (world->alert_count < WORLD_ALERTS)
			world->alerts[world->alert_count++] = *seen;
		else
			world->alerts_dropped++;
	}
}

/* Has this source's list been answered in full, by an answer that still counts? */
static bool is_listed(const struct source *source)
{
	return source->last.watch.listed && source->state != STATE_STALE &&
	       source->state != STATE_DOWN;
}

static int by_loudness(const void *left, const void *right)
{
	const struct alert *a = left, *b = right;
	int order = loudness(b->state) - loudness(a->state);

	if (!order)
		order = strcmp(a->name, b->name);
	if (!order)
		order = (a->since > b->since) - (a->since < b->since);
	if (!order)
		order = memcmp(a->labels, b->labels, sizeof(a->labels));
	return order;
}

static void merge(struct world *world)
{
	static const enum alert_role order[] = {ALERTS_FROM_MANAGER, ALERTS_FROM_RULES};

	world->alert_count = 0;
	world->alerts_dropped = 0;
	for (size_t pass = 0; pass < ARRAY_LEN(order); pass++)
		for (size_t i = 0; i < world->source_count; i++)
			if (world->sources[i].last.watch.role == order[pass] &&
			    is_listed(&world->sources[i]))
				merge_list(world, &world->sources[i].last);
	for (size_t i = 0; i < world->alert_count; i++)
		if (!world->alerts[i].fingerprint[0])
			alert_fingerprint(&world->alerts[i], world->alerts[i].fingerprint);
	qsort(world->alerts, world->alert_count, sizeof(world->alerts[0]), by_loudness);
}

/*
 * Who could prove that alerting works? Where rule engines are watched, one of them must have
 * evaluated: a watchdog in a manager outlives a dead engine by minutes. Elsewhere a fresh watchdog.
 */
static const struct source *witness(const struct world *world, enum alert_role role, bool proven)
{
	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];
		bool proves = source->last.watch.proven && source->state != STATE_STALE &&
			      source->state != STATE_DOWN;

		if (source->last.watch.role == role && proves == proven)
			return source;
	}
	return NULL;
}

/* The reason why this witness proves nothing. */
static void doubt(struct world *world, const struct source *source)
{
	const struct watch *watch = &source->last.watch;
	char *because = world->alerts_because;

	if (source->asking)
		say(because, "asking %s", source->name);
	else if (source->state == STATE_DOWN)
		say(because, "%s does not answer: %s", source->name, source->because);
	else if (watch->because[0] && !watch->proven)
		say(because, "%s", watch->because);
	else
		say(because, "%s", source->because);
}

static bool any_listed(const struct world *world)
{
	for (size_t i = 0; i < world->source_count; i++)
		if (world->sources[i].last.watch.role != ALERTS_NONE &&
		    is_listed(&world->sources[i]))
			return true;
	return false;
}

static bool judge_trust(struct world *world)
{
	const struct source *good = witness(world, ALERTS_FROM_RULES, true);
	const struct source *poor = witness(world, ALERTS_FROM_RULES, false);

	if (!good && !poor) {
		good = witness(world, ALERTS_FROM_MANAGER, true);
		poor = witness(world, ALERTS_FROM_MANAGER, false);
	}
	if (good && any_listed(world)) {
		memcpy(world->alerts_because, good->last.watch.because,
		       sizeof(world->alerts_because));
		return true;
	}
	if (good)
		say(world->alerts_because, "no list of alerts could be read");
	else if (poor)
		doubt(world, poor);
	else
		say(world->alerts_because, "no source of alerts is configured");
	return false;
}

static void note_trust(struct world *world, bool before, msec now)
{
	if (before && !world->alerts_trusted) {
		world->alerts_lost = true;
		change_add(world, now, "alerts", STATE_UNKNOWN, "trusted -> unknown: %s",
			   world->alerts_because);
	} else if (!before && world->alerts_trusted && world->alerts_lost) {
		world->alerts_lost = false;
		change_add(world, now, "alerts", STATE_OK, "unknown -> trusted: %s",
			   world->alerts_because);
	}
}

static bool fires(const struct alert *alert)
{
	return alert && alert->state == ALERT_FIRING;
}

/* What fires now and did not, and what fired and is gone. An alert that is gone because nobody can
 * tell any more is not resolved: both lists must have been trusted. */
static void note_changes(struct world *world, struct alert *old, size_t old_count, bool trusted,
			 msec now)
{
	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];

		if (fires(alert) && !fires(find(old, old_count, alert)) &&
		    !recall_fired(world, alert))
			change_add(world, now, alert->name,
				   strcmp(alert->severity, "critical") == 0 ? STATE_BAD : STATE_WARN,
				   "firing: %s", alert->summary[0] ? alert->summary : alert->severity);
	}
	for (size_t i = 0; trusted && i < old_count; i++)
		if (fires(&old[i]) && !find(world->alerts, world->alert_count, &old[i])) {
			char age[WHEN_TEXT];

			when_format_age(age, old[i].since == WHEN_NEVER ? 0 : now - old[i].since);
			change_add(world, now, old[i].name, STATE_OK, "resolved after %s", age);
		}
}

void alerts_refresh(struct world *world, msec now)
{
	size_t old_count = world->alert_count;
	struct alert *old = mem_dup(world->alerts, old_count * sizeof(*old));
	bool before = world->alerts_trusted;
	char because[BECAUSE_TEXT];

	memcpy(because, world->alerts_because, sizeof(because));
	merge(world);
	world->alerts_trusted = judge_trust(world);
	note_trust(world, before, now);
	note_changes(world, old, old_count, before && world->alerts_trusted, now);
	if (before != world->alerts_trusted || strcmp(because, world->alerts_because) != 0 ||
	    old_count != world->alert_count ||
	    memcmp(old, world->alerts, old_count * sizeof(*old)) != 0)
		world->version++;
	mem_free(old);
}
