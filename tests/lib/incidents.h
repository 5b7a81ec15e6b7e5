/*
 * incidents.h: states of incidents for tests, made by hand as the fold would leave them. Times are
 * on the incident's scale; no clock is stepped, so that they are wall times too.
 */
#ifndef LIB_INCIDENTS_H
#define LIB_INCIDENTS_H

#include "core/incident.h"

msec incidents_start(void);	/* 2026-11-22 01:56:35 UTC */

/* Declared, in triage, nobody told, no seat taken; "indexer" is affected. */
struct incident *incidents_declared(unsigned severity, msec at);
void incidents_free(struct incident *incident);		/* takes NULL */

void incidents_seat(struct incident *incident, enum seat_name seat, const char *who, msec at);
void incidents_severity(struct incident *incident, unsigned severity, msec at);
void incidents_status(struct incident *incident, enum incident_status status, msec at);
void incidents_milestone(struct incident *incident, enum milestone_name name, msec at);
void incidents_offer(struct incident *incident, const char *from, const char *to, msec at);

/* Firing, with the labels alertname and service; its fingerprint is "fp-NAME". */
struct incident_alert *incidents_fire(struct incident *incident, const char *name, msec at);

/* Into `channel` (NULL: posted by hand), promising the next one (WHEN_NEVER: not). */
struct sent *incidents_send(struct incident *incident, const char *type, const char *channel,
			    msec at, msec next_at);

enum incidents_list { LIST_ASKS, LIST_ACTIONS, LIST_FOLLOW_UPS, LIST_DEFERRED };
struct tracked *incidents_track(struct incident *incident, enum incidents_list list,
				const char *text, const char *who, msec until);

#endif
