/*
 * incident_end.c: what comes after an incident, what was promised before it, and what it was as a
 * drill.
 */
#include "export/incident_json.h"
#include "export/incident_lists.h"

/* Of the record, which was scrubbed when it was written: it keeps its lines. */
static void set_lines(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);

	if (value)
		json_set(object, key, value);
	else
		json_set_text(object, key, text);
}

static json_t *answers_json(const struct aftermath *aftermath)
{
	json_t *all = json_object();

	for (enum postmortem_section section = 0; section < SECTION_COUNT; section++) {
		const struct postmortem_answer *answer = &aftermath->answers[section];
		json_t *one = answer->text ? json_object() : json_null();

		if (answer->text) {
			set_lines(one, "text", answer->text);
			set_text_or_null(one, "by", answer->by);
			json_set_time(one, "at", answer->at);
		}
		json_set(all, postmortem_section_key(section), one);
	}
	return all;
}

static json_t *none_json(const struct aftermath *aftermath)
{
	json_t *all = json_object();

	for (enum action_type type = 0; type < ACTION_TYPE_COUNT; type++)
		set_text_or_null(all, action_type_word(type), aftermath->none[type]);
	return all;
}

json_t *aftermath_json(const struct incident *incident)
{
	const struct aftermath *aftermath = &incident->aftermath;
	json_t *one = json_object();

	json_set_text(one, "status", postmortem_status_word(aftermath->status));
	json_set_time(one, "status_at", aftermath->status_at);
	set_text_or_null(one, "owner", aftermath->owner);
	json_set(one, "answers", answers_json(aftermath));
	json_set(one, "none", none_json(aftermath));
	set_text_or_null(one, "signed_by", aftermath->signed_by);
	json_set_time(one, "signed_at", aftermath->signed_at);
	set_text_or_null(one, "signed_text", aftermath->signed_text);
	set_text_or_null(one, "signed_sha256", aftermath->signed_sha256);
	set_text_or_null(one, "exported", aftermath->exported);
	return one;
}

static void set_seconds(json_t *object, const char *key, msec value)
{
	if (value > 0)
		json_set_i64(object, key, value / WHEN_SECOND);
	else
		json_set(object, key, json_null());
}

static json_t *promises_json(const struct sev_policy *sev)
{
	json_t *one = json_object();

	set_seconds(one, "update_every_s", sev->update_every);
	set_seconds(one, "update_overdue_s", sev->update_overdue);
	set_seconds(one, "postmortem_s", sev->postmortem);
	set_seconds(one, "rca_s", sev->rca);
	set_seconds(one, "ack_s", sev->ack);
	return one;
}

json_t *terms_json(const struct incident *incident)
{
	static const char *const names[] = { "", "sev1", "sev2", "sev3" };
	const struct terms *terms = &incident->terms;
	json_t *one, *targets;

	if (!terms->known)
		return json_null();
	one = json_object();
	for (unsigned severity = 1; severity <= 3; severity++)
		json_set(one, names[severity], promises_json(&terms->sev[severity]));
	targets = json_array();
	for (size_t i = 0; i < terms->component_count; i++) {
		json_t *target = json_object();

		json_set_text(target, "component", terms->components[i].name);
		set_seconds(target, "rto_s", terms->components[i].rto);
		set_seconds(target, "rpo_s", terms->components[i].rpo);
		json_array_append_new(targets, target);
	}
	json_set(one, "targets", targets);
	json_set_text(one, "zone", terms->zone);
	return one;
}

static json_t *restored_json(const struct drill *drill)
{
	json_t *all = json_array();

	for (size_t i = 0; i < drill->component_count; i++) {
		const struct drill_component *component = &drill->components[i];
		json_t *one = json_object();

		json_set_text(one, "name", component->name);
		json_set_time(one, "started", component->started);
		json_set_time(one, "ended", component->ended);
		if (component->ended != WHEN_NEVER)
			json_set_bool(one, "ok", component->ok);
		else
			json_set(one, "ok", json_null());
		set_text_or_null(one, "note", component->note);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *hands_json(const struct drill *drill)
{
	json_t *all = json_array();

	for (size_t i = 0; i < drill->hand_count; i++) {
		json_t *one = json_object();

		json_set_time(one, "at", drill->hands[i].at);
		set_text_or_null(one, "by", drill->hands[i].by);
		set_text_or_null(one, "step", drill->hands[i].step);
		json_set_text(one, "what", drill->hands[i].what);
		json_array_append_new(all, one);
	}
	return all;
}

/* Whether what was looked at was good; null: nothing was looked at. */
static void set_verdict(json_t *object, const char *key, bool known, bool good)
{
	json_set(object, key, known ? json_boolean(good) : json_null());
}

static void set_plan(json_t *one, const struct drill *drill)
{
	json_set_text(one, "type", drill_type_word(drill->type));
	json_set_text(one, "scenario", drill_scenario_word(drill->scenario));
	set_text_or_null(one, "environment", drill->environment);
	set_text_or_null(one, "image", drill->image);
	set_text_or_null(one, "runbook", drill->runbook);
	set_text_or_null(one, "runbook_sha256", drill->runbook_sha256);
	set_text_or_null(one, "replays", drill->replays);
	json_set_time(one, "announced_at", drill->announced_at);
	json_set_time(one, "window_start", drill->window_start);
	json_set_time(one, "window_end", drill->window_end);
}

json_t *drill_json(const struct incident *incident)
{
	const struct drill *drill = incident->drill;
	json_t *one;

	if (!drill)
		return json_null();
	one = json_object();
	set_plan(one, drill);
	json_set(one, "components", restored_json(drill));
	json_set(one, "interventions", hands_json(drill));
	json_set_i64(one, "more_interventions", (int64_t)drill->hands_more);
	set_verdict(one, "verified", drill->verified, drill->verified_ok);
	set_text_or_null(one, "verification", drill->verification);
	json_set_time(one, "rolled_back_at", drill->rolled_back_at);
	set_text_or_null(one, "rolled_back_because", drill->rolled_back_because);
	set_verdict(one, "passed", drill->finished, drill->passed);
	json_set_time(one, "finished_at", drill->finished_at);
	set_text_or_null(one, "report", drill->report);
	set_text_or_null(one, "verdict", drill->verdict);
	json_set_time(one, "reviewed_at", drill->reviewed_at);
	set_text_or_null(one, "reviewed_by", drill->reviewed_by);
	return one;
}
