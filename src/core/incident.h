/*
 * incident.h: the state of one incident: the fold of its events.
 *
 *  (1) incident_fold() is total: any event in any state has a defined effect, often none. Only
 *      decide() (decide.h) ever says no.
 *  (2) The state owns all its memory; no text of it points into an event.
 *  (3) Times for people (`at`, `when`) are as recorded. Times for clocks (`t`) are on the
 *      incident's own scale, from which the steps of the wall clock are taken out: t = at minus all
 *      that the clock of that console was set forward before. incident_scale() makes one of a
 *      present.
 *  (4) What is sensed twice is one thing: an alert that fires again while it fires, a signal that
 *      changes to what it is, an update that is due at the same instant.
 */
#ifndef CORE_INCIDENT_H
#define CORE_INCIDENT_H

#include "core/aftermath.h"
#include "core/drill.h"
#include "core/incident_tx.h"
#include "core/run.h"
#include "core/terms.h"

struct incident {
	char id[INCIDENT_ID];		/* six characters, e.g. 7k3f9q */
	char title[TITLE_MAX];
	char type[16];			/* outage, recovery, drill */
	char environment[NAME_TEXT];
	enum incident_status status;
	unsigned severity, max_severity;	/* 1 to 3; 1 is the worst. 0: not declared yet */
	char severity_by[OPERATOR_TEXT], status_by[OPERATOR_TEXT];	/* who set it last */
	char rule[BECAUSE_TEXT];	/* that proposed the severity; "" */
	msec declared_at, declared_t, severity_t;
	msec reopened_t;		/* the last time; 0: never */
	msec sev_time[4];		/* spent in each so far, without the running one, which counts
					 * from severity_t on while the incident is open */
	char components[INCIDENT_COMPONENTS][NAME_TEXT];
	size_t component_count;
	unsigned reopened;		/* how often */
	char into[INCIDENT_ID];		/* merged into; "" */
	char reason[BECAUSE_TEXT];	/* of the last status that needed one */
	char *summary;			/* customer impact of the resolution; NULL */
	char ticket[512];		/* ""; */

	struct seat seats[SEAT_COUNT];
	struct offer offer;		/* of command, while it waits for an answer */
	struct milestone milestones[MILESTONE_COUNT];
	struct cadence cadence;
	struct conflict conflict;	/* two consoles set it differently at once; settle it */
	bool first_minutes_answered;
	char first_minutes[BECAUSE_TEXT];

	/* Arrays of what happened, the oldest first; grown with mem_grow(). */
	struct sent *sent;
	struct tracked *asks, *actions, *follow_ups, *deferred;
	struct incident_alert *alerts;
	struct incident_signal *signals;
	struct snapshot *snapshots;	/* at the declaration and at each severity */
	struct evidence *evidence;
	struct writer *writers;
	struct escalated *escalated;
	struct run *runs;		/* the oldest first */
	struct incident_tx *txs;	/* that were diagnosed, acted on or dismissed */
	size_t sent_count, sent_cap, ask_count, ask_cap, action_count, action_cap;
	size_t follow_up_count, follow_up_cap, deferred_count, deferred_cap;
	size_t alert_count, alert_cap, signal_count, signal_cap, snapshot_count, snapshot_cap;
	size_t evidence_count, evidence_cap, writer_count, writer_cap;
	size_t escalated_count, escalated_cap, run_count, run_cap, tx_count, tx_cap;
	unsigned manual_commands;	/* run outside any runbook */

	size_t event_count, note_count, unknown_count;
	msec imported_from;		/* the time before is known from here on; WHEN_NEVER */
	bool exported;			/* a postmortem was written: its clock is settled */
	struct terms terms;		/* what was promised at the declaration */
	struct aftermath aftermath;
	struct drill *drill;		/* NULL: it is none, or it was never announced */
	char last_note[BECAUSE_TEXT];
	msec last_at;			/* the highest `at` of all events; WHEN_NEVER */
	struct lookup *lookup;		/* the fold's own; NULL in a state that was made by hand */
};

void incident_init(struct incident *incident);
void incident_done(struct incident *incident);	/* takes a zeroed one */

/* One event, in its order. `repeat` becomes true when it says only what was known (4). Events that
 * an undo took back are not folded: history.h sees to that. */
void incident_fold(struct incident *incident, const struct event *event, bool *repeat);

/* The name of checkpoint.answered for the first ten minutes. */
#define CHECKPOINT_FIRST_MINUTES "first_minutes"

/* The incident's scale for a wall time of the console `origin` now (3). One that has written
 * nothing counts as one whose clock was never set. */
msec incident_scale(const struct incident *incident, const char *origin, msec wall);

/* Whether it still needs somebody: triage up to mitigated. Resolved ones are over, but owe. */
bool incident_open(const struct incident *incident);
bool incident_over(const struct incident *incident);	/* closed, cancelled, merged */

const struct seat *incident_commander(const struct incident *incident);	/* NULL: nobody */
struct incident_alert *incident_alert(const struct incident *incident, const char *fingerprint);
/* Follow-ups, deferred items and asks that are not settled; silences that remain. */
size_t incident_unsettled(const struct incident *incident);
size_t incident_silences(const struct incident *incident);
/* May a silence of it be in force at this time? Alertmanager ends each by itself at its time, which
 * is a time of the world outside. */
bool incident_silent(const struct incident *incident, msec wall);
bool alert_silent(const struct incident_alert *alert, msec wall);

/* Spent in a severity up to t, the running time included. It stands still while it is not open. */
msec incident_time_in(const struct incident *incident, unsigned severity, msec t);

#endif
