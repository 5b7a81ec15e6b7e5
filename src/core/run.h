/*
 * run.h: one walk through a runbook, as its events say. Part of the incident's state (incident.h
 * (1) to (4) hold here too); what follows from it and the live world is in checklist.h.
 *
 *  (1) run.started names the bytes (SHA-256, blob) and the ids of all steps, so that a run can be
 *      read, exported and counted without the file.
 *  (2) A mark is what was last recorded of a step; an undo of that event takes it back to what was
 *      before. Marks of steps that the run does not name are kept beside, and count for nothing.
 *  (3) step.run_started without its end: `running` names it. After the console that wrote it is
 *      gone, that reads INTERRUPTED, outcome unknown; nothing ever runs it again by itself.
 *  (4) A claim is advisory: it says who is at it, and lapses when that console is silent.
 */
#ifndef CORE_RUN_H
#define CORE_RUN_H

#include "core/incident_parts.h"
#include "runbook/card.h"

enum { RUN_STEP_ID = 65, RUNS_MAX = 32, RUN_STEPS_MAX = 5120 };

/*  X(symbol, word): what was recorded of a step */
#define STEP_MARKS(X) \
	X(TODO, "todo") X(SENSED, "sensed") X(DONE, "done") X(FAILED, "failed") \
	X(SKIPPED, "skipped") X(OVERRIDDEN, "overridden") X(DEFERRED, "deferred") \
	X(REGRESSED, "regressed")

enum step_mark {
#define X(sym, word) MARK_##sym,
	STEP_MARKS(X)
#undef X
};

struct attempt {			/* one run of a fence of the step */
	char event[ULID_TEXT];		/* of step.run_started */
	char origin[ORIGIN_TEXT], by[OPERATOR_TEXT], host[NAME_TEXT];
	char *command;			/* the bytes that ran, redacted */
	size_t fence;
	msec at, t, took;
	bool ended;
	unsigned round;			/* of the step, when it ran */
	bool interrupted;		/* its console is known to be gone, or began anew, before its end */
	char how[16];			/* exited, signalled, timeout, killed, not-run, copied */
	int64_t exit;
	bool judged, well;		/* it is known whether it came out as wanted; and it did */
	char output[65];		/* evidence; "" */
	char answer[BECAUSE_TEXT];	/* where it was run elsewhere: what was said of it */
};

struct run_step {
	char id[RUN_STEP_ID];
	enum step_mark mark;
	char event[ULID_TEXT];		/* that set the mark; "" */
	char by[OPERATOR_TEXT];
	enum event_src src;
	char reason[BECAUSE_TEXT];	/* of skipped, overridden, deferred; because of sensed */
	char option[NAME_TEXT];		/* of a decision */
	msec at, t, until, started_t;	/* started_t: the first touch; 0 */
	msec usually;			/* how long it took before, as was known when the run began; 0 */
	bool early;			/* ticked while earlier steps of its list were open */
	unsigned round;			/* how often it was opened again */
	char claimed_by[OPERATOR_TEXT], claim_origin[ORIGIN_TEXT];
	msec claimed_t;
	char running[ULID_TEXT];	/* step.run_started without an end; "" */
	/* A confirmation by a second person: of what was asked, by whom, for what was shown. It is
	 * used up by the run that it was asked for. */
	char asked[ULID_TEXT], asked_by[OPERATOR_TEXT], asked_digest[65];
	size_t asked_fence;
	msec asked_t;
	char confirmed_by[OPERATOR_TEXT];	/* "": it is waited for */
	struct attempt *attempts;
	size_t attempt_count, attempt_cap;
};

struct run_value {			/* a parameter; of a secret only that it is there */
	char name[NAME_TEXT];
	char *value;			/* NULL: secret */
	char by[OPERATOR_TEXT];
};

struct run {
	char event[ULID_TEXT];		/* of run.started: its id */
	char runbook[BOOK_ID], title[TITLE_MAX], sha256[65], blob[41];
	bool native, instruct;		/* instruct: nothing is executed */
	char parent[ULID_TEXT];		/* the run that it was opened from, and comes back to; "" */
	char by[OPERATOR_TEXT], because[BECAUSE_TEXT];	/* because: "for alert X" */
	msec at, t, ended_at, ended_t;	/* ended_at WHEN_NEVER: it goes on */
	char words[BECAUSE_TEXT];	/* of its end: "COMPLETE EXCEPT 1 DEFERRED" */
	struct run_step *steps;
	size_t step_count;
	struct run_value *values;
	size_t value_count, value_cap;
	unsigned unknown_steps;		/* marks of steps that it does not name */
};

/* The deferred item of a step is also on the incident's list, so that it comes back before the
 * close; the one is settled with the other. */
struct incident;
void run_done(struct run *run);

struct run *incident_run(const struct incident *incident, const char *event);	/* NULL */
struct run_step *run_step(const struct run *run, const char *id);		/* NULL */
struct attempt *run_attempt(const struct run_step *step, const char *event);	/* NULL */
/* The last attempt since the step was opened; NULL. */
const struct attempt *run_last_attempt(const struct run_step *step);
bool run_goes_on(const struct run *run);
/* Recorded as done with: sensed, done, skipped, overridden. */
bool step_mark_settles(enum step_mark mark);
/* Commands outside any runbook, and steps that failed, were overridden or repeated (S1-75). */
size_t incident_manual_interventions(const struct incident *incident);
const char *step_mark_word(enum step_mark mark);

#endif
