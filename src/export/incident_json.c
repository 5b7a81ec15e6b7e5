/*
 * incident_json.c: see incident_json.h. Keys are only ever added.
 */
#include "export/incident_json.h"

#include <string.h>

#include "export/incident_lists.h"

void set_text_or_null(json_t *object, const char *key, const char *text)
{
	json_set_text(object, key, text && *text ? text : NULL);
}

static json_t *components_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->component_count; i++)
		json_array_append_new(all, json_string(incident->components[i]));
	return all;
}

static json_t *roles_json(const struct incident *incident)
{
	json_t *all = json_object();

	for (int i = 0; i < SEAT_COUNT; i++)
		set_text_or_null(all, seat_word((enum seat_name)i), incident->seats[i].who);
	return all;
}

static json_t *milestones_json(const struct incident *incident)
{
	json_t *all = json_object();

	for (int i = 0; i < MILESTONE_COUNT; i++) {
		const struct milestone *milestone = &incident->milestones[i];
		json_t *one = milestone->at == WHEN_NEVER ? json_null() : json_object();

		if (milestone->at != WHEN_NEVER) {
			json_set_time(one, "at", milestone->at);
			json_set_text(one, "source", event_src_word(milestone->src));
			set_text_or_null(one, "reason", milestone->reason);
			set_text_or_null(one, "event", milestone->event);
		}
		json_set(all, milestone_word((enum milestone_name)i), one);
	}
	return all;
}

static json_t *clocks_json(const struct clocks_in *in)
{
	struct owed owed[OWED_MAX];
	size_t count = clocks_owed(in, owed, OWED_MAX);
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *one = json_object();

		json_set_text(one, "what", owed_word(owed[i].kind));
		json_set_time(one, "due_at", owed[i].due_at);
		if (owed[i].overdue && owed[i].due_at != WHEN_NEVER)
			json_set_i64(one, "overdue_s", (in->wall - owed[i].due_at) / WHEN_SECOND);
		else
			json_set(one, "overdue_s", json_null());
		json_set_bool(one, "due", owed[i].prompt || owed[i].overdue);
		json_set_text(one, "text", owed[i].text);
		set_text_or_null(one, "subject", owed[i].subject);
		set_text_or_null(one, "event", owed[i].event);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *figures_json(const struct snapshot *snapshot)
{
	json_t *all = json_array();

	for (size_t i = 0; snapshot && i < snapshot->count; i++) {
		const struct figure_copy *figure = &snapshot->figures[i];
		json_t *one = json_object();

		json_set_text(one, "name", figure->name);
		set_text_or_null(one, "unit", figure->unit);
		set_text_or_null(one, "value", figure->known ? figure->text : NULL);
		json_set_time(one, "at", figure->at);
		set_text_or_null(one, "because", figure->because);
		json_array_append_new(all, one);
	}
	return all;
}

/* As it was frozen last. */
static json_t *money_json(const struct incident *incident)
{
	const struct snapshot *last = incident->snapshot_count ?
				      &incident->snapshots[incident->snapshot_count - 1] : NULL;
	json_t *all = json_array();

	for (size_t i = 0; last && i < last->count; i++) {
		const struct figure_copy *figure = &last->figures[i];
		json_t *one;

		if (strcmp(figure->name, "at_risk") != 0)
			continue;
		one = json_object();
		set_text_or_null(one, "asset", figure->unit);
		set_text_or_null(one, "amount", figure->known ? figure->text : NULL);
		json_set_time(one, "at", figure->at);
		set_text_or_null(one, "because", figure->because);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *impact_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->snapshot_count; i++) {
		json_t *one = json_object();

		json_set_time(one, "at", incident->snapshots[i].at);
		json_set_i64(one, "sev", incident->snapshots[i].severity);
		json_set(one, "figures", figures_json(&incident->snapshots[i]));
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *updates_json(const struct incident *incident)
{
	const struct cadence *cadence = &incident->cadence;
	json_t *all = json_object();

	json_set_i64(all, "due", cadence->due);
	json_set_i64(all, "sent", (int64_t)incident->sent_count);
	json_set_i64(all, "late", cadence->late);
	json_set_i64(all, "missed", cadence->missed);
	json_set_i64(all, "longest_gap_s", cadence->longest_gap / WHEN_SECOND);
	json_set_bool(all, "announced", cadence->announced);
	json_set_time(all, "promised_at", cadence->promised_at);
	json_set(all, "messages", messages_json(incident));
	return all;
}

static json_t *origins_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->writer_count; i++) {
		const struct writer *writer = &incident->writers[i];
		json_t *one = json_object();

		json_set_text(one, "origin", writer->origin);
		json_set_i64(one, "seq", (int64_t)writer->seq);
		set_text_or_null(one, "head", writer->head);
		set_text_or_null(one, "host", writer->host);
		set_text_or_null(one, "by", writer->by);
		set_text_or_null(one, "console", writer->console);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *offer_json(const struct offer *offer)
{
	json_t *one;

	if (!offer->event[0])
		return json_null();
	one = json_object();
	json_set_text(one, "from", offer->from);
	json_set_text(one, "to", offer->to);
	json_set_time(one, "at", offer->at);
	json_set_text(one, "event", offer->event);
	return one;
}

static void set_severity(json_t *object, const char *key, unsigned severity)
{
	if (severity)
		json_set_i64(object, key, severity);
	else
		json_set(object, key, json_null());
}

/* What it is, in single values. */
static void set_facts(json_t *state, const struct incident *incident)
{
	set_text_or_null(state, "id", incident->id);
	set_text_or_null(state, "title", incident->title);
	set_severity(state, "sev", incident->severity);
	set_severity(state, "max_sev", incident->max_severity);
	json_set_text(state, "status", incident_status_word(incident->status));
	set_text_or_null(state, "type", incident->type);
	set_text_or_null(state, "environment", incident->environment);
	json_set_time(state, "declared_at", incident->declared_at);
	set_text_or_null(state, "rule", incident->rule);
	set_text_or_null(state, "reason", incident->reason);
	set_text_or_null(state, "summary", incident->summary);
	set_text_or_null(state, "ticket", incident->ticket);
	set_text_or_null(state, "merged_into", incident->into);
	json_set_i64(state, "reopened", incident->reopened);
	json_set_i64(state, "events", (int64_t)incident->event_count);
	json_set_i64(state, "notes", (int64_t)incident->note_count);
	set_text_or_null(state, "last_note", incident->last_note);
	json_set_time(state, "last_at", incident->last_at);
	json_set_time(state, "imported_from", incident->imported_from);
}

static json_t *time_in_json(const struct clocks_in *in)
{
	msec t = incident_scale(in->incident, in->origin, in->wall);
	json_t *all = json_object();

	for (unsigned severity = 1; severity <= 3; severity++) {
		char key[8];

		(void)snprintf(key, sizeof(key), "sev%u", severity);
		json_set_i64(all, key, incident_time_in(in->incident, severity, t) / WHEN_SECOND);
	}
	return all;
}

json_t *incident_state_json(const struct incident_view *view)
{
	const struct incident *incident = view->in.incident;
	json_t *state = json_object();

	set_facts(state, incident);
	json_set(state, "components", components_json(incident));
	json_set(state, "roles", roles_json(incident));
	json_set(state, "offer", offer_json(&incident->offer));
	json_set(state, "milestones", milestones_json(incident));
	json_set(state, "time_in_s", time_in_json(&view->in));
	json_set(state, "clocks", clocks_json(&view->in));
	json_set(state, "updates", updates_json(incident));
	json_set(state, "runs", runs_json(incident));
	json_set_i64(state, "manual_interventions",
		     (int64_t)incident_manual_interventions(incident));
	json_set(state, "asks", tracked_json(incident->asks, incident->ask_count));
	json_set(state, "follow_ups", tracked_json(incident->follow_ups, incident->follow_up_count));
	json_set(state, "deferred", tracked_json(incident->deferred, incident->deferred_count));
	json_set(state, "actions", tracked_json(incident->actions, incident->action_count));
	json_set(state, "alerts", alerts_json(incident));
	json_set(state, "signals", signals_json(incident));
	json_set(state, "money_at_risk", money_json(incident));
	json_set(state, "transactions", txs_json(incident));
	json_set(state, "impact", impact_json(incident));
	json_set(state, "evidence", evidence_json(incident));
	json_set(state, "escalated", escalated_json(incident));
	json_set(state, "postmortem", aftermath_json(incident));
	json_set(state, "terms", terms_json(incident));
	json_set(state, "drill", drill_json(incident));
	set_text_or_null(state, "conflict", incident->conflict.text);
	json_set(state, "origins", origins_json(incident));
	set_text_or_null(state, "degraded", view->degraded);
	return state;
}

json_t *incident_row_json(const struct incident *incident, const char *folder)
{
	json_t *row = json_object();

	set_text_or_null(row, "id", incident->id);
	set_text_or_null(row, "title", incident->title);
	set_severity(row, "sev", incident->severity);
	json_set_text(row, "status", incident_status_word(incident->status));
	json_set_time(row, "declared_at", incident->declared_at);
	json_set_time(row, "resolved_at", incident->milestones[MILESTONE_RESOLVED].at);
	set_text_or_null(row, "folder", folder);
	return row;
}
