/*
 * clocks_recovery.c: how long a recovery may take, how old a backup may be, and what is owed once
 * it is over.
 */
#include <stdio.h>
#include <string.h>

#include "core/clocks_inside.h"

bool clocks_recovered(const struct incident *incident)
{
	if (incident->milestones[MILESTONE_RECOVERED].t == WHEN_NEVER)
		return false;
	for (size_t i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i].firing)
			return false;
	return true;
}

/* The affected component as the configuration knows it; NULL: it does not. */
static const struct component *component_of(const struct sheet *sheet, size_t index)
{
	const struct world *world = sheet->in->world;
	int at = world ? world_find_component(world, sheet->incident->components[index]) : -1;

	return at < 0 ? NULL : &world->components[at];
}

/* Counted from the detection, or anew from the reopening. */
static msec lost_since(const struct incident *incident)
{
	msec detected = incident->milestones[MILESTONE_DETECTED].t;

	if (incident->reopened_t > incident->declared_t)
		return incident->reopened_t;
	return detected != WHEN_NEVER ? detected : incident->declared_t;
}

/* Shown from the declaration too. */
void owe_rto(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	msec since = lost_since(incident);
	char rto[WHEN_TEXT], from[WHEN_TEXT], declared[WHEN_TEXT];

	if (!incident_open(incident) || clocks_recovered(incident))
		return;
	clock_text(from, since + (sheet->in->wall - sheet->t));
	clock_text(declared, incident->declared_at);
	for (size_t i = 0; i < incident->component_count; i++) {
		const struct component *component = component_of(sheet, i);
		struct claim claim;

		if (!component || component->rto <= 0)
			continue;
		claim = claim_due(OWED_RTO, since + component->rto);
		claim.subject = component->name;
		when_format_duration(rto, component->rto);
		owe(sheet, &claim, "RTO %s of %s, %s %s, declared %s", rto, component->name,
		    incident->reopened_t > incident->declared_t ? "reopened" : "detected", from,
		    declared);
	}
}

/* The age of the newest good backup is a signal of the backup source. */
static const struct signal *backup_of(const struct world *world, const struct component *component)
{
	char name[NAME_TEXT];
	int index;

	(void)snprintf(name, sizeof(name), "backup %.50s", component->name);
	index = world_find_signal(world, name);
	return index < 0 ? NULL : &world->signals[index];
}

/* From when on a loss would be larger than agreed; backups that nobody can see are no evidence. */
void owe_rpo(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	char rpo[WHEN_TEXT], from[WHEN_TEXT];

	if (!incident_open(incident))
		return;
	for (size_t i = 0; i < incident->component_count; i++) {
		const struct component *component = component_of(sheet, i);
		const struct signal *backup;
		struct claim claim;
		msec newest;

		if (!component || component->rpo <= 0)
			continue;
		backup = backup_of(sheet->in->world, component);
		if (!backup || !backup->known || backup->at == WHEN_NEVER ||
		    backup->state == STATE_UNKNOWN || backup->state == STATE_STALE)
			continue;
		newest = backup->at - (msec)(backup->value * (double)WHEN_SECOND);
		claim = claim_due(OWED_RPO, sheet_scale(sheet, newest) + component->rpo);
		claim.subject = component->name;
		when_format_duration(rpo, component->rpo);
		owe(sheet, &claim, "RPO %s of %s, newest good backup %s", rpo, component->name,
		    clock_text(from, newest));
	}
}

void owe_recovered(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	struct claim claim = claim_now(sheet, OWED_RECOVERED);
	char text[WHEN_TEXT];

	if (incident_open(incident) && clocks_recovered(incident))
		owe(sheet, &claim, "all is good since %s: resolve it?",
		    clock_text(text, incident->milestones[MILESTONE_RECOVERED].at));
}

/* By the worst that it was, from the resolution on. WHEN_NEVER: nothing is owed. */
static msec resolved_t(const struct incident *incident)
{
	bool after = incident->status == INCIDENT_RESOLVED || incident->status == INCIDENT_CLOSED;

	return after ? incident->milestones[MILESTONE_RESOLVED].t : WHEN_NEVER;
}

static const struct sev_policy *worst_policy(const struct sheet *sheet)
{
	return sev_policy_of(sheet->in->policy, sheet->incident->max_severity);
}

/* "48h", as everybody calls it, not "2d". */
static const char *hours_text(char out[WHEN_TEXT], msec within)
{
	if (within % WHEN_HOUR == 0)
		(void)snprintf(out, WHEN_TEXT, "%lldh", (long long)(within / WHEN_HOUR));
	else
		when_format_duration(out, within);
	return out;
}

void owe_postmortem(struct sheet *sheet)
{
	msec from = resolved_t(sheet->incident), within = worst_policy(sheet)->postmortem;
	struct claim claim = claim_due(OWED_POSTMORTEM, from + within);
	char text[WHEN_TEXT];

	if (from == WHEN_NEVER || within <= 0 || sheet->incident->exported)
		return;
	owe(sheet, &claim, "postmortem of SEV%u, within %s of the resolution",
	    sheet->incident->max_severity, hours_text(text, within));
}

static bool owes_rca(const struct incident *incident)
{
	return strcmp(incident->type, "recovery") == 0 || strcmp(incident->type, "drill") == 0;
}

/* An analysis is published with what follows from it: who does it, until when. */
static bool has_actions(const struct incident *incident)
{
	for (size_t i = 0; i < incident->action_count; i++)
		if (!incident->actions[i].who[0] || incident->actions[i].until == WHEN_NEVER)
			return false;
	return incident->action_count > 0;
}

void owe_rca(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	msec from = resolved_t(incident), within = worst_policy(sheet)->rca;
	struct claim claim = claim_due(OWED_RCA, from + within);
	bool published = incident->exported &&
			 (has_actions(incident) || incident->status == INCIDENT_CLOSED);
	char text[WHEN_TEXT];

	if (from == WHEN_NEVER || within <= 0 || published || !owes_rca(incident))
		return;
	owe(sheet, &claim, "root cause analysis of a %s, within %s of the resolution",
	    incident->type, hours_text(text, within));
}
