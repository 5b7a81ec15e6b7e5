/*
 * decide_record.c: what stands in the record: pins, corrections, undone events, milestones,
 * evidence, exports, gaps.
 */
#include <ctype.h>
#include <string.h>

#include "base/digest.h"
#include "core/decide_inside.h"

/* The event that it is about was looked up in the history: order_look_up(). */
static bool must_exist(struct matter *m)
{
	if (m->order->of_kind > EVENT_UNKNOWN && m->order->of_kind < EVENT_KIND_COUNT)
		return true;
	err_set(m->err, ERR_NOT_FOUND, "there is no such event in this incident");
	return false;
}

bool decide_pin(struct matter *m)
{
	if (!(m->data.has & F(on)))
		EVENT_SET(m->data, on, true);
	return must_exist(m) && accept(m);
}

bool decide_correction(struct matter *m)
{
	if (!must_exist(m))
		return false;
	if (!has_text(m) && !(m->data.has & F(when)))
		return wrong(m, "a correction needs another text or another time");
	if (m->order->of_kind == EVENT_UPDATE_SENT && has_text(m))
		return refuse(m, "what was sent was read as it was: send another update");
	return accept(m);
}

/* What may still be taken back once an incident is over: no part of its state. */
static bool is_remark(enum event_kind kind)
{
	return kind == EVENT_NOTE || kind == EVENT_PIN || kind == EVENT_CORRECTION ||
	       kind == EVENT_MILESTONE_SET || kind == EVENT_POSTMORTEM_ANSWERED ||
	       kind == EVENT_ACTION_ITEM || kind == EVENT_ACTION_ITEM_NONE;
}

/* What a published postmortem says, and what let it be published. */
static bool is_of_postmortem(enum event_kind kind)
{
	return kind == EVENT_POSTMORTEM_ANSWERED || kind == EVENT_ACTION_ITEM ||
	       kind == EVENT_ACTION_ITEM_NONE;
}

bool decide_undo(struct matter *m)
{
	enum event_kind kind = m->order->of_kind;

	if (!must_exist(m))
		return false;
	if (m->order->of_undone)
		return already(m, "it was taken back");
	if (kind == EVENT_TX_DISMISSED)
		return refuse(m, "a dismissal is taken back by restoring the transaction");
	if (!can_be_undone(kind))
		return refuse(m, "an event of the kind %s cannot be taken back", event_name(kind));
	if (strcmp(event_text(m->order->of_by), m->by) != 0)
		return refuse(m, "only who did it can take it back");
	if (is_of_postmortem(kind) && !is_not_published(m))
		return false;
	if (incident_over(m->incident) && !is_remark(kind))
		return refuse(m, "it is %s: reopen it first",
			      incident_status_word(m->incident->status));
	return accept(m);
}

/* --- milestones ----------------------------------------------------------------------------- */

/* These follow each other, whoever set them and in whatever order. */
static const enum milestone_name in_order[] = {
	MILESTONE_IMPACT_STARTED, MILESTONE_MITIGATED, MILESTONE_RESOLVED, MILESTONE_CLOSED,
};

static size_t place_of(enum milestone_name name)
{
	size_t at = 0;

	while (at < ARRAY_LEN(in_order) && in_order[at] != name)
		at++;
	return at;
}

bool fits_milestones(struct matter *m, enum milestone_name name, msec when)
{
	size_t at = place_of(name);

	for (size_t i = 0; at < ARRAY_LEN(in_order) && i < ARRAY_LEN(in_order); i++) {
		msec other = m->incident->milestones[in_order[i]].at;

		if (i == at || other == WHEN_NEVER)
			continue;
		if (i < at ? when < other : when > other)
			return refuse(m, "%s cannot be %s %s", milestone_word(name),
				      i < at ? "before" : "after", milestone_word(in_order[i]));
	}
	return true;
}

/* The end is told by the status; a milestone only says at what time. */
static bool has_happened(const struct incident *incident, enum milestone_name name)
{
	bool end = name == MILESTONE_RESOLVED || name == MILESTONE_CLOSED;

	return !end || incident->milestones[name].at != WHEN_NEVER;
}

bool decide_milestone(struct matter *m)
{
	const struct milestone *milestone;
	enum milestone_name name;
	bool human = m->order->src == SRC_HUMAN;

	if (!milestone_find(m->data.name, &name))
		return wrong(m, "there is no such milestone");
	milestone = &m->incident->milestones[name];
	if (milestone->at == m->data.when)
		return already(m, "that is when it was");
	if (name == MILESTONE_DECLARED)
		return refuse(m, "the declaration is on the record: its clocks count from it");
	if (!has_happened(m->incident, name))
		return refuse(m, "it is not %s yet", milestone_word(name));
	if (milestone->at != WHEN_NEVER && milestone->src == SRC_HUMAN && !has_reason(m))
		return refuse(m, "another time for a milestone that a person has set needs a reason");
	if (human && incident_over(m->incident) && !has_reason(m))
		return refuse(m, "a milestone of what is over needs a reason");
	return fits_milestones(m, name, m->data.when) && accept(m);
}

/* --- evidence ------------------------------------------------------------------------------- */

static bool is_sha256(const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)text[i]) && (text[i] < 'a' || text[i] > 'f'))
			return false;
	return len == DIGEST_HEX - 1;
}

bool check_sha256(struct matter *m)
{
	if (m->data.sha256 && !is_sha256(m->data.sha256))
		return wrong(m, "sha256 is 64 hexadecimal digits");
	return true;
}

/* A beginning and an end, in this order; the end has passed as well. */
static bool check_span(struct matter *m)
{
	if (m->data.has & F(until) && m->data.until > m->now + DECIDE_GRACE)
		return refuse(m, "until lies in the future");
	if (m->data.has & F(when) && m->data.has & F(until) && m->data.when > m->data.until)
		return wrong(m, "when is after until");
	return true;
}

bool decide_span(struct matter *m)
{
	return check_sha256(m) && check_span(m) && accept(m);
}

bool decide_evidence(struct matter *m)
{
	if (!check_sha256(m) || !check_span(m))
		return false;
	for (size_t i = 0; i < m->incident->evidence_count; i++)
		if (m->order->kind == EVENT_EVIDENCE_ADDED &&
		    strcmp(m->incident->evidence[i].sha256, m->data.sha256) == 0)
			return already(m, "the same bytes are kept");
	if (m->order->kind == EVENT_EVIDENCE_ADDED && m->data.bytes < 0)
		return wrong(m, "bytes cannot be negative");
	return accept(m);
}

bool decide_export(struct matter *m)
{
	return check_sha256(m) && accept(m);
}

bool decide_step(struct matter *m)
{
	if (m->data.by_ms == 0)
		return already(m, "the clock is right");
	return accept(m);
}
