/*
 * timeline_facts.c: what timeline.json says besides its events: incident, milestones, metrics,
 * updates, runs, and what came after.
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "core/event_text.h"
#include "export/incident_lists.h"
#include "export/postmortem.h"
#include "export/timeline_inside.h"

void timeline_stamp(struct buf *out, msec at)
{
	stamp_write(out, at);
}

void timeline_seconds(struct buf *out, msec span)
{
	unsigned long long whole = (unsigned long long)(span < 0 ? -span : span);
	char text[WHEN_TEXT];
	int len = snprintf(text, sizeof(text), "%s%llu.%03llu", span < 0 ? "-" : "", whole / 1000,
			   whole % 1000);

	while (text[len - 1] == '0')
		len--;
	if (text[len - 1] == '.')
		len--;
	buf_add(out, text, (size_t)len);
}

/* --- texts as they may be shown --------------------------------------------------------------- */

static json_t *shown(const struct story *story, json_t *value);

static void show_object(const struct story *story, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		json_set(object, key, shown(story, value));
}

static void show_array(const struct story *story, json_t *array)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		json_array_set_new(array, i, shown(story, json_array_get(array, i)));
}

static json_t *show_text(const struct story *story, const char *text)
{
	struct arena arena = { 0 };
	json_t *clean = json_string(story_text(story, &arena, text, true, NULL));

	arena_done(&arena);
	return clean;
}

/* A new reference to the same value, in which every text went through story_text(). */
static json_t *shown(const struct story *story, json_t *value)
{
	if (json_is_string(value))
		return show_text(story, json_string_value(value));
	if (json_is_object(value))
		show_object(story, value);
	if (json_is_array(value))
		show_array(story, value);
	return json_incref(value);
}

json_t *timeline_show(const struct story *story, json_t *value)
{
	json_t *clean = shown(story, value);

	json_decref(value);
	return clean;
}

/* --- values ----------------------------------------------------------------------------------- */

void timeline_set_stamp(json_t *object, const char *key, msec at)
{
	struct buf text = { 0 };

	if (at != WHEN_NEVER)
		timeline_stamp(&text, at);
	json_set_text(object, key, at != WHEN_NEVER ? buf_cstr(&text) : NULL);
	buf_done(&text);
}

void timeline_set_seconds(json_t *object, const char *key, msec span)
{
	if (span == WHEN_NEVER)
		json_set(object, key, json_null());
	else if (span % WHEN_SECOND == 0)
		json_set_i64(object, key, span / WHEN_SECOND);
	else
		json_set_number(object, key, (double)span / (double)WHEN_SECOND);
}

/* "detected_at", as formats.md has them */
static const char *milestone_key(enum milestone_name name)
{
	static const char *const keys[] = {
#define X(sym, word) [MILESTONE_##sym] = word "_at",
		MILESTONES(X)
#undef X
	};

	return keys[name];
}

static void set_severity(json_t *object, const char *key, unsigned severity)
{
	char text[8];

	(void)snprintf(text, sizeof(text), "SEV%u", severity % 10);
	json_set_text(object, key, severity ? text : NULL);
}

/* --- incident --------------------------------------------------------------------------------- */

/*  X(status, what it is for those outside) */
#define OUTSIDE_STATUSES(X) \
	X(TRIAGE, "open") X(REOPENED, "open") X(INVESTIGATING, "open") X(IDENTIFIED, "open") \
	X(MONITORING, "open") X(MITIGATED, "mitigated") X(RESOLVED, "resolved") \
	X(CLOSED, "closed") X(CANCELLED, "closed") X(MERGED, "closed")

static const char *outside_status(enum incident_status status)
{
	static const char *const words[] = {
#define X(sym, word) [INCIDENT_##sym] = (word),
		OUTSIDE_STATUSES(X)
#undef X
	};
	_Static_assert(ARRAY_LEN(words) == INCIDENT_STATUS_COUNT, "every status has its word");

	return words[status];
}

static json_t *components_json(const struct story *story)
{
	json_t *all = json_array();

	for (size_t i = 0; !story->in.public_ && i < story->incident->component_count; i++)
		json_array_append_new(all, json_string(story->incident->components[i]));
	return all;
}

static json_t *roles_json(const struct story *story)
{
	json_t *all = json_object();

	for (int i = 0; !story->in.public_ && i < SEAT_COUNT; i++) {
		if (story->incident->seats[i].who[0])
			json_set_text(all, seat_word((enum seat_name)i), story->incident->seats[i].who);
	}
	return all;
}

static json_t *links_json(const struct story *story)
{
	const char *ticket = story->incident->ticket;
	json_t *all = json_array(), *link;

	if (!!story->in.public_ || (!str_starts(str_of(ticket), "https://") &&
				     !str_starts(str_of(ticket), "http://")))
		return all;
	link = json_object();
	json_set_text(link, "label", "ticket");
	json_set_text(link, "url", ticket);
	json_array_append_new(all, link);
	return all;
}

json_t *timeline_incident(const struct story *story)
{
	const struct incident *incident = story->incident;
	json_t *all = json_object();

	json_set_text(all, "id", incident->id);
	json_set_text(all, "title", story->title);
	set_severity(all, "severity", incident->severity);
	set_severity(all, "max_severity", incident->max_severity);
	json_set_text(all, "status", outside_status(incident->status));
	json_set(all, "components", components_json(story));
	json_set_text(all, "timezone", story->zone);
	timeline_set_stamp(all, "t0", story->t0);
	json_set_text(all, "t0_is", milestone_key(story->t0_is));
	json_set_bool(all, "drill", strcmp(incident->type, "drill") == 0);
	json_set(all, "roles", roles_json(story));
	json_set(all, "links", links_json(story));
	return timeline_show(story, all);
}

json_t *timeline_milestones(const struct story *story)
{
	static const char *const sources[] = {
#define X(sym, word) [STORY_##sym] = (word),
		STORY_SOURCES(X)
#undef X
	};
	json_t *all = json_object();

	for (int i = 0; i < MILESTONE_COUNT; i++) {
		const struct story_milestone *milestone = &story->milestones[i];
		json_t *one = json_object();

		timeline_set_stamp(one, "at", milestone->at);
		json_set_text(one, "source", sources[milestone->source]);
		json_set_text(one, "event", milestone->event);
		json_set(all, milestone_key((enum milestone_name)i), one);
	}
	return timeline_show(story, all);
}

/* --- metrics ---------------------------------------------------------------------------------- */

static json_t *metric_json(const struct story_metric *metric)
{
	json_t *one = json_object();

	timeline_set_seconds(one, "seconds", metric->took);
	json_set_text(one, "from", milestone_key(metric->from));
	json_set_text(one, "to", milestone_key(metric->to));
	if (metric->note[0])
		json_set_text(one, "note", metric->note);
	return one;
}

static json_t *severities_json(const struct story *story)
{
	static const char *const keys[] = { "", "SEV1", "SEV2", "SEV3" };
	json_t *all = json_object();

	for (unsigned i = 1; i < ARRAY_LEN(keys); i++)
		timeline_set_seconds(all, keys[i], story->in_severity[i]);
	return all;
}

static json_t *steps_json(const struct story *story)
{
	struct story_run sum = { 0 };
	unsigned automatic = 0, manual = 0;
	json_t *all = json_object();

	for (size_t i = 0; i < story->run_count; i++) {
		const struct story_run *run = &story->runs[i];

		sum.done += run->done;
		sum.sensed += run->sensed;
		sum.skipped += run->skipped;
		sum.overridden += run->overridden;
		sum.deferred += run->deferred;
		sum.failed += run->failed;
		sum.open += run->open;
		sum.early += run->early;
		sum.repeated += run->repeated;
		for (size_t k = 0; k < run->run->step_count; k++) {
			automatic += run->steps[k].automatic;
			manual += !run->steps[k].automatic && run->steps[k].step->event[0];
		}
	}
#define COUNT(member) json_set_i64(all, #member, sum.member)
	COUNT(done), COUNT(sensed), COUNT(skipped), COUNT(overridden), COUNT(deferred);
	COUNT(failed), COUNT(open), COUNT(early), COUNT(repeated);
#undef COUNT
	json_set_i64(all, "automatic", automatic);
	json_set_i64(all, "manual", manual);
	return all;
}

static json_t *objectives_json(const struct story *story)
{
	json_t *all = json_array();

	for (size_t i = 0; i < story->objective_count; i++) {
		const struct story_objective *objective = &story->objectives[i];
		json_t *one = json_object();

		json_set_text(one, "component", objective->component);
		json_set_text(one, "objective", objective->rpo ? "rpo" : "rto");
		timeline_set_seconds(one, "target_seconds", objective->target);
		timeline_set_seconds(one, "achieved_seconds", objective->achieved);
		json_set(one, "met", objective->known ? json_boolean(objective->met) : json_null());
		json_set_text(one, "note", objective->note);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *money_json(const struct story *story)
{
	json_t *all = json_array();

	for (size_t i = 0; i < story->money_count; i++) {
		const struct story_money *money = &story->money[i];
		json_t *one = json_object();

		json_set_text(one, "asset", money->asset);
		json_set_text(one, "at_declaration", money->before);
		json_set_text(one, "at_the_end", money->after);
		json_set_text(one, "because", money->because);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *timeline_metrics(const struct story *story)
{
	json_t *all = json_object();

	for (int i = 0; i < METRIC_COUNT; i++)
		json_set(all, story->metrics[i].key, metric_json(&story->metrics[i]));
	json_set(all, "time_in_severity_seconds", severities_json(story));
	if (!story->in.public_) {
		json_set(all, "steps", steps_json(story));
		json_set(all, "objectives", objectives_json(story));
		json_set(all, "money_at_risk", money_json(story));
		json_set_i64(all, "manual_interventions", story->interventions);
		json_set_i64(all, "reopened", story->incident->reopened);
	}
	return timeline_show(story, all);
}
