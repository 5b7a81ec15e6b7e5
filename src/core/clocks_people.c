/*
 * clocks_people.c: what people owe each other: the answer after ten minutes, calls, command, asks,
 * and what was put off.
 */
#include <string.h>

#include "core/clocks_inside.h"

/* The status, not the milestone: what was mitigated once may be broken again. */
static bool is_mitigated(const struct incident *incident)
{
	return incident->status == INCIDENT_MITIGATED || incident->status == INCIDENT_MONITORING;
}

void owe_first_minutes(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	struct claim claim = claim_due(OWED_FIRST_MINUTES, open_since(incident) + FIRST_TEN_MINUTES);

	if (incident_open(incident) && !incident->first_minutes_answered && !is_mitigated(incident))
		owe(sheet, &claim, "10 minutes: mitigating, or call a second person?");
}

static bool was_reached(const struct incident *incident, const char *who)
{
	for (size_t i = 0; i < incident->escalated_count; i++)
		if (incident->escalated[i].reached && strcmp(incident->escalated[i].who, who) == 0)
			return true;
	return false;
}

/* A call that reached nobody leaves it owed. */
void owe_escalations(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	const struct policy *policy = sheet->in->policy;

	if (!incident_open(incident) || is_mitigated(incident))
		return;
	for (size_t i = 0; i < policy->escalation_count; i++) {
		const struct escalation *call = &policy->escalations[i];
		struct claim claim = claim_due(OWED_ESCALATE, open_since(incident) + call->after);

		if (call->severity < incident->severity || was_reached(incident, call->who))
			continue;
		claim.subject = call->who;
		owe(sheet, &claim, "call %s: %s", call->who, call->reach);
	}
}

void owe_offer(struct sheet *sheet)
{
	const struct offer *offer = &sheet->incident->offer;
	struct claim claim = claim_now(sheet, OWED_OFFER);

	/* Who has lost command meanwhile cannot hand it over. */
	if (!offer->event[0] || !incident_open(sheet->incident) ||
	    strcmp(offer->from, sheet->incident->seats[SEAT_COMMANDER].who) != 0)
		return;
	claim.event = offer->event;
	claim.subject = offer->to;
	claim.due = offer->t;
	if (strcmp(offer->to, event_text(sheet->in->operator)) == 0)
		owe(sheet, &claim, "%s offers you command", offer->from);
	else
		owe(sheet, &claim, "%s has not answered the offer of command by %s", offer->to,
		    offer->from);
}

void owe_conflict(struct sheet *sheet)
{
	const struct conflict *conflict = &sheet->incident->conflict;
	struct claim claim = claim_now(sheet, OWED_CONFLICT);

	if ((conflict->severity || conflict->status) && !incident_over(sheet->incident))
		owe(sheet, &claim, "%s", conflict->text);
}

void owe_commander(struct sheet *sheet)
{
	struct claim claim = claim_now(sheet, OWED_COMMANDER);

	if (incident_open(sheet->incident) && !sheet->incident->seats[SEAT_COMMANDER].who[0])
		owe(sheet, &claim, "nobody has command: take the seat");
}

void owe_ticket(struct sheet *sheet)
{
	struct claim claim = claim_now(sheet, OWED_TICKET);

	if (sheet->in->policy->has_ticket_command && incident_open(sheet->incident) &&
	    !sheet->incident->ticket[0])
		owe(sheet, &claim, "there is no ticket yet");
}

struct tracked_list {
	enum owed_kind kind;
	const struct tracked *items;
	size_t count;
	const char *noun;
	bool now;			/* without a time it is time now */
};

static void owe_tracked(struct sheet *sheet, const struct tracked_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct tracked *item = &list->items[i];
		struct claim claim = claim_due(list->kind, item->until_t);

		if (item->settled)
			continue;
		if (item->until_t == WHEN_NEVER && list->now)
			claim.prompt = sheet->t;
		claim.event = item->event;
		claim.subject = item->who;
		owe(sheet, &claim, "%s %u%s%s: %s", list->noun, item->n, item->who[0] ? ", " : "",
		    item->who, item->text);
	}
}

void owe_timers(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	if (!incident_over(incident))
		owe_tracked(sheet, &(struct tracked_list){ OWED_TIMER, incident->asks,
							   incident->ask_count, "ask", false });
}

/* What was done by hand must be undone before the close: from the resolution on it is time. */
void owe_follow_ups(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	if (!incident_over(incident))
		owe_tracked(sheet, &(struct tracked_list){
			OWED_FOLLOW_UP, incident->follow_ups, incident->follow_up_count, "follow-up",
			incident->status == INCIDENT_RESOLVED });
}

void owe_deferred(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	if (!incident_over(incident))
		owe_tracked(sheet, &(struct tracked_list){
			OWED_DEFERRED, incident->deferred, incident->deferred_count, "deferred",
			incident->status == INCIDENT_RESOLVED });
}

/* They outlive the close: what shall not happen again is done afterwards. */
void owe_actions(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	if (incident->status != INCIDENT_CANCELLED && incident->status != INCIDENT_MERGED)
		owe_tracked(sheet, &(struct tracked_list){
			OWED_ACTION, incident->actions, incident->action_count, "action",
			incident->status == INCIDENT_RESOLVED });
}
