/*
 * incident_plain.c: the state in lines of a name and a value, for people, pipes and screen readers;
 * what is not there has no line.
 */
#include "export/incident_json.h"

#include <string.h>

#include "export/updates_say.h"

enum { NAME_COLUMNS = 16 };

static void put(struct buf *out, const char *name, const char *text)
{
	if (text && *text)
		buf_fmt(out, "%-*s%s\n", NAME_COLUMNS, name, text);
}

static void put_time(struct buf *out, const char *name, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	put(out, name, at == WHEN_NEVER ? "" : text);
}

/* A line each: the name stands in all of them. */
static void put_lines(struct buf *out, const char *name, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line))
		if (line.len > 0)
			buf_fmt(out, "%-*s %.*s\n", NAME_COLUMNS - 1, name, (int)line.len, line.p);
}

static void put_facts(const struct incident *incident, struct buf *out)
{
	struct buf text = { 0 };

	buf_fmt(&text, "#%s %s", incident->id, incident->title);
	put(out, "incident", buf_cstr(&text));
	buf_clear(&text);
	buf_fmt(&text, "SEV%u", incident->severity);
	if (incident->max_severity != incident->severity)
		buf_fmt(&text, ", SEV%u at its worst", incident->max_severity);
	put(out, "severity", buf_cstr(&text));
	put(out, "status", incident_status_word(incident->status));
	put(out, "reason", incident->reason);
	put(out, "merged into", incident->into);
	put(out, "type", incident->type);
	put(out, "environment", incident->environment);
	put(out, "rule", incident->rule);
	put(out, "ticket", incident->ticket);
	put(out, "impact", incident->summary);
	put(out, "conflict", incident->conflict.text);
	for (size_t i = 0; i < incident->component_count; i++)
		put(out, "component", incident->components[i]);
	buf_done(&text);
}

static void put_people(const struct incident *incident, struct buf *out)
{
	for (int i = 0; i < SEAT_COUNT; i++)
		put(out, seat_word((enum seat_name)i), incident->seats[i].who);
	if (incident->offer.event[0])
		put(out, "offered to", incident->offer.to);
	for (size_t i = 0; i < incident->escalated_count; i++)
		put(out, "called", incident->escalated[i].who);
}

static void put_milestones(const struct incident *incident, struct buf *out)
{
	for (int i = 0; i < MILESTONE_COUNT; i++)
		put_time(out, milestone_word((enum milestone_name)i), incident->milestones[i].at);
}

static void put_owed(const struct clocks_in *in, struct buf *out)
{
	struct owed owed[OWED_MAX];
	size_t count = clocks_owed(in, owed, OWED_MAX);

	for (size_t i = 0; i < count; i++) {
		struct buf text = { 0 };

		buf_text(&text, owed[i].text);
		if (owed[i].overdue && owed[i].due_at != WHEN_NEVER) {
			buf_text(&text, ", overdue by ");
			say_span(&text, in->wall - owed[i].due_at);
		} else if (owed[i].due_at != WHEN_NEVER) {
			buf_text(&text, ", due by ");
			say_at(&text, owed[i].due_at, in->wall);
		}
		put(out, "owed", buf_cstr(&text));
		buf_done(&text);
	}
}

static void put_tracked(const char *name, const struct tracked *items, size_t count, msec wall,
			struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct tracked *item = &items[i];
		struct buf text = { 0 }, left = { 0 };

		buf_fmt(&left, "%s %u", name, item->n);
		buf_fmt(&text, "%s: %s%s%s%s", item->settled ? "done" : "open", item->type,
			item->type[0] ? ": " : "", item->text, item->who[0] ? ", " : "");
		buf_text(&text, item->who);
		if (item->until != WHEN_NEVER && !item->settled) {
			buf_text(&text, ", due by ");
			say_at(&text, item->until, wall);
		}
		if (item->outcome[0])
			buf_fmt(&text, " - %s", item->outcome);
		put(out, buf_cstr(&left), buf_cstr(&text));
		buf_done(&text);
		buf_done(&left);
	}
}

static size_t settled_steps(const struct run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->step_count; i++)
		count += step_mark_settles(run->steps[i].mark);
	return count;
}

/* A step of which nothing is recorded has no line: the runbook has it. */
static void put_runs(const struct incident *incident, msec wall, struct buf *out)
{
	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];
		struct buf text = { 0 };

		buf_fmt(&text, "%s, %zu of %zu steps%s%s", run->runbook, settled_steps(run),
			run->step_count, run->words[0] ? ": " : "", run->words);
		put(out, "runbook", buf_cstr(&text));
		for (size_t j = 0; j < run->step_count; j++) {
			const struct run_step *step = &run->steps[j];

			if (step->mark == MARK_TODO && !step->running[0])
				continue;
			buf_clear(&text);
			buf_fmt(&text, "%s %s", step->running[0] ? "running" : step_mark_word(step->mark),
				step->id);
			if (step->at != WHEN_NEVER)
				buf_char(&text, ' ');
			if (step->at != WHEN_NEVER)
				say_at(&text, step->at, wall);
			buf_fmt(&text, "%s%s%s%s", step->by[0] ? " by " : "", step->by,
				step->reason[0] ? ": " : "", step->reason);
			put(out, "step", buf_cstr(&text));
		}
		buf_done(&text);
	}
}

static void put_alerts(const struct incident *incident, msec wall, struct buf *out)
{
	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];
		struct buf text = { 0 };

		buf_fmt(&text, "%s %s %s", alert->firing ? "firing" : "resolved", alert->name,
			alert->fingerprint);
		if (alert->acked)
			buf_fmt(&text, ", acknowledged by %s", alert->acked_by);
		if (alert->silence == SILENCE_IN_FORCE) {
			buf_text(&text, ", silent until ");
			say_at(&text, alert->silence_until, wall);
		}
		put(out, "alert", buf_cstr(&text));
		buf_done(&text);
	}
}

static void put_sent(const struct incident *incident, msec wall, struct buf *out)
{
	for (size_t i = 0; i < incident->sent_count; i++) {
		const struct sent *sent = &incident->sent[i];
		struct buf text = { 0 };

		buf_fmt(&text, "%s ", sent->type);
		say_at(&text, sent->at, wall);
		buf_fmt(&text, " by %s", sent->by);
		for (size_t k = 0; k < sent->channel_count; k++)
			buf_fmt(&text, ", %s %s", sent->channels[k].channel,
				!sent->channels[k].done ? "on its way" :
				sent->channels[k].ok ? "delivered" : "FAILED");
		buf_text(&text, sent->by_hand ? ", posted by hand" : "");
		put(out, "update", buf_cstr(&text));
		buf_done(&text);
	}
}

static void put_impact(const struct incident *incident, msec wall, struct buf *out)
{
	for (size_t i = 0; i < incident->snapshot_count; i++) {
		struct buf text = { 0 };

		say_at(&text, incident->snapshots[i].at, wall);
		buf_char(&text, ' ');
		if (say_figures(&text, &incident->snapshots[i], NULL, wall))
			put(out, "figures", buf_cstr(&text));
		buf_done(&text);
	}
}

static void put_txs(const struct incident *incident, msec wall, struct buf *out)
{
	for (size_t i = 0; i < incident->tx_count; i++) {
		const struct incident_tx *tx = &incident->txs[i];
		const struct tx_deed *last = tx_last_deed(tx);
		struct buf text = { 0 };

		buf_text(&text, tx->hash[0] ? tx->hash : tx->id);
		if (tx->diagnosed) {
			buf_fmt(&text, " %s ", verdict_name(tx->verdict));
			say_at(&text, tx->at, wall);
			buf_fmt(&text, ", safe to cancel: %s", safety_word(tx->safe));
		}
		if (last)
			buf_fmt(&text, "; %s by %s: %s", last->how, last->by, tx_deed_word(last));
		if (tx->dismissed)
			buf_fmt(&text, "; dismissed by %s: %s", tx->dismissed_by, tx->dismissed_reason);
		put(out, "transaction", buf_cstr(&text));
		buf_done(&text);
	}
}

static void put_aftermath(const struct incident *incident, msec wall, struct buf *out)
{
	const struct aftermath *aftermath = &incident->aftermath;
	struct buf text = { 0 };

	for (enum action_type type = 0; type < ACTION_TYPE_COUNT; type++) {
		buf_clear(&text);
		if (aftermath->none[type][0])
			buf_fmt(&text, "none of type %s: %s", action_type_word(type),
				aftermath->none[type]);
		put(out, "action", buf_cstr(&text));
	}
	if (aftermath->status != PAPER_NONE)
		put(out, "postmortem", postmortem_status_word(aftermath->status));
	put(out, "owner", aftermath->owner);
	for (enum postmortem_section section = 0; section < SECTION_COUNT; section++)
		put_lines(out, postmortem_section_key(section), aftermath->answers[section].text);
	buf_clear(&text);
	if (aftermath->signed_by[0]) {
		buf_fmt(&text, "%s ", aftermath->signed_by);
		say_at(&text, aftermath->signed_at, wall);
		buf_fmt(&text, "%s%s", aftermath->signed_text[0] ? ": " : "", aftermath->signed_text);
	}
	put(out, "signed off by", buf_cstr(&text));
	buf_done(&text);
}

void postmortem_plain(const struct incident *incident, msec wall, struct buf *out)
{
	put(out, "postmortem", incident->aftermath.status == PAPER_NONE ?
	    "none: it begins with the resolution" : "");
	put_tracked("action", incident->actions, incident->action_count, wall, out);
	put_aftermath(incident, wall, out);
	for (enum postmortem_section section = 0; section < SECTION_COUNT; section++)
		if (!incident->aftermath.answers[section].text)
			buf_fmt(out, "open: %s - %s\n", postmortem_section_key(section),
				postmortem_section_question(section));
}

/* "db ok, 02:14 to 02:31" */
static void put_restored(const struct drill_component *component, msec wall, struct buf *out)
{
	struct buf text = { 0 };

	buf_fmt(&text, "%s %s, ", component->name, component->ended == WHEN_NEVER ? "goes on" :
		component->ok ? "restored" : "NOT restored");
	say_at(&text, component->started, wall);
	if (component->ended != WHEN_NEVER) {
		buf_text(&text, " to ");
		say_at(&text, component->ended, wall);
	}
	buf_fmt(&text, "%s%s", component->note[0] ? ": " : "", component->note);
	put(out, "restored", buf_cstr(&text));
	buf_done(&text);
}

static void put_hand(const struct drill_hand *hand, msec wall, struct buf *out)
{
	struct buf text = { 0 };

	say_at(&text, hand->at, wall);
	buf_fmt(&text, " by %s%s%s: %s", hand->by, hand->step[0] ? " at step " : "", hand->step,
		hand->what);
	put(out, "by hand", buf_cstr(&text));
	buf_done(&text);
}

static void put_drill(const struct drill *drill, msec wall, struct buf *out)
{
	struct buf text = { 0 };

	if (!drill)
		return;
	buf_fmt(&text, "%s, %s", drill_type_word(drill->type), drill_scenario_word(drill->scenario));
	put(out, "drill", buf_cstr(&text));
	put(out, "practised in", drill->environment);
	put(out, "image", drill->image);
	put(out, "by runbook", drill->runbook);
	put(out, "replays", drill->replays);
	put_time(out, "window from", drill->window_start);
	put_time(out, "window to", drill->window_end);
	for (size_t i = 0; i < drill->component_count; i++)
		put_restored(&drill->components[i], wall, out);
	for (size_t i = 0; i < drill->hand_count; i++)
		put_hand(&drill->hands[i], wall, out);
	if (drill->verified)
		put(out, "verified", drill->verified_ok ? "passed" : "did not pass");
	put(out, "rolled back", drill->rolled_back_because);
	buf_clear(&text);
	buf_fmt(&text, "%s%s%s", drill->passed ? "passed" : "did NOT pass",
		drill->verdict[0] ? ": " : "", drill->verdict);
	put(out, "finished", drill->finished ? buf_cstr(&text) : "");
	put(out, "reviewed by", drill->reviewed_by);
	buf_done(&text);
}

void incident_line(const struct incident_view *view, struct buf *out)
{
	const struct incident *incident = view->in.incident;

	buf_fmt(out, "#%s SEV%u %s: %s\n", incident->id, incident->severity,
		incident_status_word(incident->status), incident->title);
	put_owed(&view->in, out);
	put(out, "DEGRADED", view->degraded);
}

void incident_plain(const struct incident_view *view, struct buf *out)
{
	const struct incident *is = view->in.incident;
	msec wall = view->in.wall;

	put_facts(is, out);
	put_people(is, out);
	put_milestones(is, out);
	put_owed(&view->in, out);
	put_impact(is, wall, out);
	put_runs(is, wall, out);
	put_txs(is, wall, out);
	put_alerts(is, wall, out);
	put_sent(is, wall, out);
	put_tracked("ask", is->asks, is->ask_count, wall, out);
	put_tracked("follow-up", is->follow_ups, is->follow_up_count, wall, out);
	put_tracked("deferred", is->deferred, is->deferred_count, wall, out);
	put_tracked("action", is->actions, is->action_count, wall, out);
	put_aftermath(is, wall, out);
	put_drill(is->drill, wall, out);
	put(out, "folder", view->folder);
	put(out, "DEGRADED", view->degraded);
}

/* Every command joins: that is in the journal, and would be half of the lines here. */
void timeline_plain(const struct history *history, struct buf *out)
{
	size_t joined = 0;

	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);
		char at[WHEN_TEXT];

		joined += record->kind == EVENT_SESSION_JOINED;
		if (record->repeat || record->kind == EVENT_SESSION_JOINED)
			continue;
		when_format(at, record->at);
		buf_fmt(out, "%-24s %-6s %-10s %s%s%s%s\n", at, event_src_word(record->src), record->by,
			record->sentence, record->pinned ? " (pinned)" : "",
			record->undone ? " (taken back)" : "",
			record->backdated ? " (recorded later)" : "");
	}
	buf_fmt(out, "(and %zu times that a console or a command joined)\n", joined);
}
