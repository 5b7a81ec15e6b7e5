/*
 * incident_json.h: the folded state of an incident for scripts (formats.md 7.5), as JSON and as
 * plain text. Pure. Every key is always there; not known is null.
 */
#ifndef EXPORT_INCIDENT_JSON_H
#define EXPORT_INCIDENT_JSON_H

#include "core/desk.h"

struct incident_view {
	struct clocks_in in;
	const struct history *history;
	const char *folder;
	const char *degraded;		/* ""; else why */
};
/* The value of "state": a new reference. id title sev max_sev status components roles{}
 * milestones{} clocks[] updates{due,sent,late,missed} runs[] follow_ups[] actions[] alerts[]
 * money_at_risk[] transactions[] origins[{origin,seq,head}] degraded, and more. */
json_t *incident_state_json(const struct incident_view *view);
/* One row of `incident list`. */
json_t *incident_row_json(const struct incident *incident, const char *folder);

/* "#7k3f9q SEV1 identified: Indexer down", and a line for each thing that is owed. */
void incident_line(const struct incident_view *view, struct buf *out);
/* The same for people: what stands in `incident show`, and the timeline one line an event. */
void incident_plain(const struct incident_view *view, struct buf *out);
/* Its postmortem alone: what stands in it, and which questions are open. */
json_t *aftermath_json(const struct incident *incident);	/* a new reference */
void postmortem_plain(const struct incident *incident, msec wall, struct buf *out);
void timeline_plain(const struct history *history, struct buf *out);

#endif
