/*
 * past.h: what earlier incidents tell about a runbook: who ran it, how long each step took, which
 * step mended it. Made of histories; pure. A screen shows the last three.
 */
#ifndef CORE_PAST_H
#define CORE_PAST_H

#include "core/history.h"
#include "core/run.h"

enum { PAST_RUNS = 3, PAST_STEPS = 64 };

struct past_run {
	char incident[INCIDENT_ID], title[TITLE_MAX], folder[256];
	char runbook[BOOK_ID], type[16];	/* type: of the incident: outage, recovery, drill */
	msec at;			/* of run.started */
	msec to_mitigate;		/* from impact to mitigated; WHEN_NEVER */
	char mended_by[RUN_STEP_ID];	/* the last step that was ticked before it was mitigated; "" */
	unsigned open_actions;
	char words[BECAUSE_TEXT];	/* how it ended */
};

struct past_step {			/* over all of them */
	char id[RUN_STEP_ID];
	msec usually;			/* the median; 0 */
	unsigned count;
	msec proven_at;			/* last done or sensed; WHEN_NEVER: NEVER RUN */
	char proven_by[64];		/* "drill #7k3f9q" */
};

struct book_past {				/* of one runbook */
	char runbook[BOOK_ID];
	struct past_run runs[PAST_RUNS];	/* the newest first */
	size_t run_count, total;
	struct past_step steps[PAST_STEPS];
	size_t step_count;
	/* Private: what medians are made of. */
	msec *durations[PAST_STEPS];
	size_t kept[PAST_STEPS];
};

/* Add what this incident says about the runbook of past->runbook; any order of incidents. */
void past_add(struct book_past *past, const struct incident *incident, const char *folder);
void past_finish(struct book_past *past);	/* medians; after the last one */
void past_done(struct book_past *past);
const struct past_step *past_step(const struct book_past *past, const char *id);	/* NULL */
/* "last proven 41d ago, drill #7k3f9q", or "NEVER RUN". */
void past_proven(const struct book_past *past, const char *id, msec now, struct buf *out);

#endif
