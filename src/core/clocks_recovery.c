/*
 * clocks_recovery.c: how long a recovery may take, how old a backup may be.
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
