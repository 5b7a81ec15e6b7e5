/*
 * clocks_update.c: what is owed to those who wait for news: the announcement from the declaration
 * on, updates until it is resolved, the resolution after that.
 *
 *  (1) The interval counts from the last update, else from the declaration, by the worst severity
 *      since then: a rise shortens it at once, a fall never lengthens the running one.
 *  (2) A rise makes nothing late that was not owed: late is counted from the rise at the earliest.
 *  (3) What was promised is the deadline when it is earlier. A snooze moves both.
 */
#include <string.h>

#include "core/clocks_inside.h"

static unsigned worst_since(const struct incident *incident)
{
	unsigned worst = incident->cadence.severity;

	return worst && worst < incident->severity ? worst : incident->severity;
}

void clocks_deadlines(const struct incident *incident, const struct policy *policy,
		      struct deadlines *out)
{
	const struct cadence *cadence = &incident->cadence;
	const struct sev_policy *sev = sev_policy_of(policy, worst_since(incident));
	msec rise = cadence->severity ? later(cadence->base_t, cadence->severity_t) : cadence->base_t;
	msec grace = later(sev->update_overdue - sev->update_every, 0);

	*out = (struct deadlines){ .due = WHEN_NEVER, .overdue = WHEN_NEVER,
				   .every = sev->update_every };
	if (sev->update_every > 0)
		out->due = later(cadence->base_t + sev->update_every, rise);
	if (sev->update_overdue > 0)
		out->overdue = later(cadence->base_t + sev->update_overdue, rise + grace);
	if (cadence->promised_t != WHEN_NEVER) {
		out->due = earlier(out->due, cadence->promised_t);
		out->overdue = earlier(out->overdue, cadence->promised_t);
		out->promised = out->due == cadence->promised_t;
	}
	if (cadence->snoozed_t != WHEN_NEVER && out->due != WHEN_NEVER) {
		out->snoozed = cadence->snoozed_t > out->due;
		out->due = later(out->due, cadence->snoozed_t);
		if (out->overdue != WHEN_NEVER)
			out->overdue = later(out->overdue, cadence->snoozed_t);
	}
}

static msec resolved_t(const struct incident *incident)
{
	return incident->milestones[MILESTONE_RESOLVED].t;
}

static bool owes_resolution(const struct incident *incident)
{
	if (incident->status != INCIDENT_RESOLVED || resolved_t(incident) == WHEN_NEVER)
		return false;
	for (size_t i = 0; i < incident->sent_count; i++)
		if (strcmp(incident->sent[i].type, "resolution") == 0 &&
		    incident->sent[i].t >= resolved_t(incident))
			return false;
	return true;
}

msec clocks_next_update(const struct incident *incident, const struct policy *policy)
{
	struct deadlines deadlines;

	if (owes_resolution(incident))
		return resolved_t(incident);
	if (incident->severity == 0 || !incident_open(incident))
		return WHEN_NEVER;
	clocks_deadlines(incident, policy, &deadlines);
	return deadlines.due;
}

/* An update that is not sent falls due again with each interval: each of them is a prompt, so that
 * hours without a look leave none out. */
msec clocks_update_due(const struct clocks_in *in)
{
	const struct incident *incident = in->incident;
	msec t = incident_scale(incident, in->origin, in->wall), recorded = incident->cadence.due_t;
	struct deadlines deadlines;
	msec due;

	if (incident->severity == 0 || !incident_open(incident))
		return WHEN_NEVER;
	clocks_deadlines(incident, in->policy, &deadlines);
	due = deadlines.due;
	if (due != WHEN_NEVER && recorded != WHEN_NEVER && recorded >= due) {
		if (deadlines.every <= 0)
			return WHEN_NEVER;
		due += ((recorded - due) / deadlines.every + 1) * deadlines.every;
	}
	return due == WHEN_NEVER || due > t ? WHEN_NEVER : due + (in->wall - t);
}

/* From the declaration on it is time; it is late when the first update would be. */
void owe_announce(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	struct deadlines deadlines;

	if (!incident_open(incident) || incident->cadence.announced)
		return;
	clocks_deadlines(incident, sheet->in->policy, &deadlines);
	owe(sheet, &(struct claim){ .kind = OWED_ANNOUNCE, .due = incident->declared_t,
				    .prompt = incident->declared_t, .overdue = deadlines.overdue },
	    "announce SEV%u: %s", incident->severity, incident->title);
}

static void owe_resolution(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	msec from = resolved_t(incident);
	msec limit = sev_policy_of(sheet->in->policy, incident->severity)->update_overdue;

	owe(sheet, &(struct claim){ .kind = OWED_UPDATE, .due = from, .prompt = from,
				    .overdue = limit > 0 ? from + limit : WHEN_NEVER },
	    "announce the resolution of SEV%u", incident->severity);
}

static void owe_next(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	struct deadlines deadlines;
	struct claim claim;
	char text[WHEN_TEXT];

	clocks_deadlines(incident, sheet->in->policy, &deadlines);
	if (deadlines.due == WHEN_NEVER)
		return;
	claim = (struct claim){ .kind = OWED_UPDATE, .due = deadlines.due, .prompt = deadlines.due,
				.overdue = deadlines.overdue };
	if (deadlines.snoozed) {
		owe(sheet, &claim, "update for SEV%u, snoozed: %s", incident->severity,
		    incident->cadence.snoozed_because);
	} else if (deadlines.promised) {
		owe(sheet, &claim, "update for SEV%u, promised %s", incident->severity,
		    clock_text(text, incident->cadence.promised_at));
	} else {
		when_format_duration(text, deadlines.every);
		owe(sheet, &claim, "update for SEV%u, every %s", incident->severity, text);
	}
}

void owe_update(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	if (owes_resolution(incident))
		owe_resolution(sheet);
	else if (incident_open(incident) && incident->cadence.announced)
		owe_next(sheet);
}
