#include "app/sensing.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static const char source_type[] = "source", signal_type[] = "signal";

/* When another console says otherwise, and nothing changed here since, it is contradicted only
 * after so long: it may be gone, or see what we do not. Two that disagree must not fill a
 * journal. */
#define CONTRADICT_AFTER WHEN_MINUTE

struct told_state {
	char name[NAME_TEXT];
	const char *type;		/* one of the two above */
	enum state state;
	msec at;
};

struct told_alert {
	char fingerprint[24];
	bool firing;			/* told so, and it still does */
	bool resolved;			/* told so, of the firing since: */
	msec since;
};

struct sensing {
	struct told_state *states;
	struct told_alert *alerts;
	size_t state_count, state_cap, alert_count, alert_cap;
};

struct sensing *sensing_new(void)
{
	return mem_new(sizeof(struct sensing));
}

void sensing_free(struct sensing *sensing)
{
	if (!sensing)
		return;
	mem_free(sensing->states);
	mem_free(sensing->alerts);
	mem_free(sensing);
}

/* --- states --- */

struct seen {				/* one source or signal, now */
	const char *name, *type, *because;
	enum state state;
	bool since_before;		/* it was so when it was first seen */
	msec since, now;
};

static const struct incident_signal *recorded(const struct incident *incident, const char *name,
					      const char *type)
{
	for (size_t i = 0; i < incident->signal_count; i++) {
		const struct incident_signal *signal = &incident->signals[i];

		if (strcmp(signal->name, name) == 0 && strcmp(signal->type, type) == 0)
			return signal;
	}
	return NULL;
}

static struct told_state *told_state(struct sensing *sensing, const struct seen *seen,
				     enum state recorded_state)
{
	struct told_state *told;

	for (size_t i = 0; i < sensing->state_count; i++) {
		told = &sensing->states[i];
		if (told->type == seen->type && strcmp(told->name, seen->name) == 0)
			return told;
	}
	sensing->states = mem_grow(sensing->states, &sensing->state_cap, sensing->state_count + 1,
				   sizeof(*sensing->states));
	told = &sensing->states[sensing->state_count++];
	str_put(told->name, sizeof(told->name), seen->name);
	told->type = seen->type;
	told->state = recorded_state;
	told->at = WHEN_NEVER;
	return told;
}

/* What was so when the incident was declared did not change in it: there is no `old`. */
static void tell_state(const struct seen *seen, const char *before, sensing_tell *tell, void *arg)
{
	struct order order = { .kind = EVENT_SIGNAL_CHANGED, .at = WHEN_NEVER, .src = SRC_SENSED };

	EVENT_SET(order.data, name, seen->name);
	EVENT_SET(order.data, type, seen->type);
	if (before)
		EVENT_SET(order.data, old, before);
	EVENT_SET(order.data, new_, state_word(seen->state));
	if (*seen->because)
		EVENT_SET(order.data, because, seen->because);
	tell(arg, &order);
}

/* What nobody ever spoke of was good. */
static void look_at_state(struct sensing *sensing, const struct incident *incident,
			  const struct seen *seen, sensing_tell *tell, void *arg)
{
	const struct incident_signal *known = recorded(incident, seen->name, seen->type);
	enum state before = known ? known->state : STATE_OK;
	struct told_state *told = told_state(sensing, seen, before);
	bool was_so = !known && (seen->since_before || seen->since < incident->declared_at);
	msec last = known && known->at > told->at ? known->at : told->at;

	if (told->state == seen->state &&
	    (before == seen->state || seen->now < last + CONTRADICT_AFTER))
		return;
	told->state = seen->state;
	told->at = seen->now;
	if (before != seen->state)
		tell_state(seen, was_so ? NULL : state_word(before), tell, arg);
}

/* Before the first answer everything is unknown, and that says nothing. */
static bool is_early(const struct world *world, const struct source *source, enum state state)
{
	return (source && source->asking) ||
	       (state == STATE_UNKNOWN && world->now < world->early_until);
}

static void look_at_sources(struct sensing *sensing, const struct incident *incident,
			    const struct world *world, sensing_tell *tell, void *arg)
{
	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];
		struct seen seen = { source->name, source_type, source->because, source->state,
				     source->since_before, source->since, world->now };

		if (!is_early(world, source, source->state))
			look_at_state(sensing, incident, &seen, tell, arg);
	}
}

static void look_at_signals(struct sensing *sensing, const struct incident *incident,
			    const struct world *world, sensing_tell *tell, void *arg)
{
	for (size_t i = 0; i < world->signal_count; i++) {
		const struct signal *signal = &world->signals[i];
		const struct source *source =
			signal->source < 0 ? NULL : &world->sources[signal->source];
		struct seen seen = { signal->name, signal_type, signal->because, signal->state,
				     signal->since_before, signal->since, world->now };

		if (source && signal->judged_once && !is_early(world, source, signal->state))
			look_at_state(sensing, incident, &seen, tell, arg);
	}
}

/* --- alerts --- */

static bool fires(const struct alert *alert)
{
	return alert->state == ALERT_FIRING || alert->state == ALERT_SUPPRESSED;
}

static struct told_alert *told_alert(struct sensing *sensing, const char *fingerprint)
{
	struct told_alert *told;

	for (size_t i = 0; i < sensing->alert_count; i++) {
		if (strcmp(sensing->alerts[i].fingerprint, fingerprint) == 0)
			return &sensing->alerts[i];
	}
	sensing->alerts = mem_grow(sensing->alerts, &sensing->alert_cap, sensing->alert_count + 1,
				   sizeof(*sensing->alerts));
	told = &sensing->alerts[sensing->alert_count++];
	str_put(told->fingerprint, sizeof(told->fingerprint), fingerprint);
	return told;
}

static bool fires_on_record(const struct incident *incident, const char *fingerprint)
{
	const struct incident_alert *alert = incident_alert(incident, fingerprint);

	return alert && alert->firing;
}

static int by_text(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

/* name=value, sorted; in the arena. */
static struct text_list labels_of(const struct alert *alert, struct arena *arena)
{
	const char **items = arena_array(arena, alert->label_count, sizeof(*items));
	const char *at = alert->labels;

	for (size_t i = 0; i < alert->label_count; i++) {
		const char *value = at + strlen(at) + 1;

		items[i] = arena_fmt(arena, "%s=%s", at, value);
		at = value + strlen(value) + 1;
	}
	if (alert->label_count > 0)
		qsort(items, alert->label_count, sizeof(*items), by_text);
	return (struct text_list){ items, alert->label_count };
}

static void tell_firing(const struct alert *alert, sensing_tell *tell, void *arg)
{
	struct order order = { .kind = EVENT_ALERT_FIRING, .at = WHEN_NEVER, .src = SRC_SENSED };
	struct arena arena = { 0 };

	EVENT_SET(order.data, name, alert->name);
	EVENT_SET(order.data, fingerprint, alert->fingerprint);
	EVENT_SET(order.data, labels, labels_of(alert, &arena));
	if (alert->since != WHEN_NEVER)
		EVENT_SET(order.data, when, alert->since);
	if (alert->summary[0])
		EVENT_SET(order.data, text, alert->summary);
	tell(arg, &order);
	arena_done(&arena);
}

static void look_at_firing(struct sensing *sensing, const struct incident *incident,
			   const struct world *world, sensing_tell *tell, void *arg)
{
	for (size_t i = 0; i < world->alert_count; i++) {
		const struct alert *alert = &world->alerts[i];
		struct told_alert *told;

		if (!fires(alert) || alert->watchdog)
			continue;
		told = told_alert(sensing, alert->fingerprint);
		if (!told->firing && !fires_on_record(incident, alert->fingerprint))
			tell_firing(alert, tell, arg);
		told->firing = true;
		told->resolved = false;
	}
}

static bool still_fires(const struct world *world, const char *fingerprint)
{
	for (size_t i = 0; i < world->alert_count; i++) {
		if (fires(&world->alerts[i]) &&
		    strcmp(world->alerts[i].fingerprint, fingerprint) == 0)
			return true;
	}
	return false;
}

/* Silence is evidence only while alerting is proven to work, and the list is whole. */
static bool absence_counts(const struct world *world)
{
	return world->alerts_trusted && world->alerts_dropped == 0 &&
	       world->now >= world->early_until;
}

static void tell_resolved(const struct incident_alert *alert, msec now, sensing_tell *tell,
			  void *arg)
{
	struct order order = { .kind = EVENT_ALERT_RESOLVED, .at = WHEN_NEVER, .src = SRC_SENSED };

	EVENT_SET(order.data, name, alert->name);
	EVENT_SET(order.data, fingerprint, alert->fingerprint);
	EVENT_SET(order.data, when, now);
	tell(arg, &order);
}

static void look_at_resolved(struct sensing *sensing, const struct incident *incident,
			     const struct world *world, sensing_tell *tell, void *arg)
{
	if (!absence_counts(world))
		return;
	for (size_t i = 0; i < sensing->alert_count; i++) {
		if (!still_fires(world, sensing->alerts[i].fingerprint))
			sensing->alerts[i].firing = false;
	}
	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];
		struct told_alert *told = told_alert(sensing, alert->fingerprint);

		if (!alert->firing || told->firing)
			continue;
		if (!told->resolved || told->since != alert->since)
			tell_resolved(alert, world->now, tell, arg);
		told->resolved = true;
		told->since = alert->since;
	}
}

void sensing_look(struct sensing *sensing, const struct incident *incident,
		  const struct world *world, sensing_tell *tell, void *arg)
{
	look_at_sources(sensing, incident, world, tell, arg);
	look_at_signals(sensing, incident, world, tell, arg);
	look_at_firing(sensing, incident, world, tell, arg);
	look_at_resolved(sensing, incident, world, tell, arg);
}

/* --- recovery --- */

static bool is_good_now(const struct world *world, const struct incident_signal *signal)
{
	bool is_source = strcmp(signal->type, source_type) == 0;
	int at = is_source ? world_find_source(world, signal->name) :
			     world_find_signal(world, signal->name);

	if (at < 0 || signal->state != STATE_OK)
		return false;
	return (is_source ? world->sources[at].state : world->signals[at].state) == STATE_OK;
}

msec sensing_recovered(const struct incident *incident, const struct world *world)
{
	msec since = WHEN_NEVER;

	for (size_t i = 0; i < incident->signal_count; i++) {
		if (!is_good_now(world, &incident->signals[i]))
			return WHEN_NEVER;
		if (incident->signals[i].at > since)
			since = incident->signals[i].at;
	}
	if (incident->alert_count > 0 && !absence_counts(world))
		return WHEN_NEVER;
	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];

		if (alert->firing || still_fires(world, alert->fingerprint))
			return WHEN_NEVER;
		if (alert->resolved_at > since)
			since = alert->resolved_at;
	}
	return since;
}
