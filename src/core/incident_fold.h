/*
 * incident_fold.h: what the files of the fold share: one event on its way into a state, and a
 * function for each kind, so that a kind that nobody handles does not link.
 *
 *  (1) Whatever an event says, its function leaves a state that is one: what it names and is not
 *      there, what is none of its words, what comes twice has no effect.
 *  (2) Instants are counted on the incident's scale: folding_t().
 */
#ifndef CORE_INCIDENT_FOLD_H
#define CORE_INCIDENT_FOLD_H

#include "core/incident.h"
#include "core/incident_lookup.h"

struct folding {
	struct incident *incident;
	const struct event *event;
	const struct event_data *data;
	msec stepped;			/* how far its console's clock was set forward before */
	msec t;				/* of event->at */
	bool repeat;
};

typedef void fold_event(struct folding *f);

#define X(sym, name, must, may, help) fold_event fold_##sym;
EVENT_KINDS(X)
#undef X

/* A time that the event names, WHEN_NEVER when it does not; and one on the incident's scale. */
msec folding_time(const struct folding *f, uint64_t field, msec value);
msec folding_t(const struct folding *f, msec at);

/* A text of one line in a fixed field: line feeds become blanks, a cut text ends in "~". NULL is
 * "". */
void put_line(char *dst, size_t size, const char *text);

/* What follows from an event sets a milestone that is not set. */
void milestone_follow(struct folding *f, enum milestone_name name);
/* An alert began: the first of them is the detection, unless somebody has said when that was. */
void milestone_detect(struct folding *f, msec since);
/* The console's file; made where it is new. Kept sorted by origin. */
struct writer *incident_writer(struct incident *incident, const char *origin);
/* What a console says about its own clock, before anything of it is put on the scale. */
void writer_clock(struct incident *incident, struct writer *writer, const struct event *event);

/* A file of evidence that the event names. */
void evidence_add(struct folding *f, const char *name);

/* The deferred item of step.deferred, and its end with the step or the step's with it. */
void step_put_off(struct folding *f);
void step_taken_up(struct folding *f, const char *event, const char *outcome);
void run_deferred_settled(struct folding *f);
/* The event's console began anew or is gone: what it ran is over, and nobody knows how. */
void run_interrupt(struct folding *f);
void tx_interrupt(struct folding *f);

/* The resolution makes a draft of the postmortem; reopening takes that and the sign-off back. */
void aftermath_resolved(struct folding *f);
void aftermath_reopened(struct incident *incident);
/* Who wrote the event took part in the incident. After its own fold. */
void aftermath_hand(struct folding *f);

void severity_start(struct incident *incident, msec t);
/* Add the running time up to t; it runs on from there. */
void severity_count(struct incident *incident, msec t);
void cadence_restart(struct incident *incident, msec t);

#endif
