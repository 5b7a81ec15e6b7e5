/*
 * checklist.h: a run beside its runbook and the live world: what each item is now, what is next,
 * what must be recorded. As electronic checklists of airliners do it. Pure.
 *
 *  (1) A check ticks itself when its probe has held for its time on fresh facts, and regresses when
 *      what held does not any more; on what is unknown neither happens.
 *  (2) Items of a branch that was not taken, and of a `when` that is not so, are not applicable and
 *      count for nothing; a decision that is changed brings them back.
 *  (3) An ordered list proposes its first open item; another may be done, and that is recorded.
 *  (4) While the root cause of a run's components is another source, the run waits for it: that is
 *      said, and nothing is forbidden.
 *  (5) COMPLETE only while every applicable item is sensed, done, skipped or overridden, and no
 *      sensed one has regressed or cannot be seen.
 */
#ifndef CORE_CHECKLIST_H
#define CORE_CHECKLIST_H

#include "core/decide.h"
#include "core/run.h"
#include "runbook/runbook.h"

/*  X(symbol, word, mark on the screen) */
#define ITEM_STATES(X) \
	X(TODO, "todo", "[ ]") X(SENSED, "sensed", "[*]") X(DONE, "done", "[x]") \
	X(RUNNING, "running", "[>]") X(FAILED, "failed", "[!]") X(SKIPPED, "skipped", "[-]") \
	X(OVERRIDDEN, "overridden", "[o]") X(DEFERRED, "deferred", "[~]") \
	X(REGRESSED, "regressed", "[R]") X(UNKNOWN, "unknown", "[?]") \
	X(INTERRUPTED, "interrupted", "[?]") X(NOT_APPLICABLE, "not applicable", "   ")

enum item_state {
#define X(sym, word, mark) ITEM_STATE_##sym,
	ITEM_STATES(X)
#undef X
	ITEM_STATE_COUNT
};

enum { SENSE_FENCES = 4 };

/* What is sensed of one step and is in no journal: kept by app from look to look. Zeroed: nothing
 * yet. */
struct sense {
	bool begun;
	struct hold probe;		/* of the probe and the check fences that tick the step */
	enum truth now;
	bool idle;			/* its check fences are not run now, by our choice: no trouble */
	char because[BECAUSE_TEXT];	/* live: "indexer.lag_s is 1842 (wants < 300)" */
	/* The last outcome of each check fence, by checklist_fence(). */
	struct fence_sense {
		enum truth truth;	/* unknown: it could not be run, or gave no answer */
		msec at;		/* steady; 0 or WHEN_NEVER: it has not run */
		char said[BECAUSE_TEXT];
	} fences[SENSE_FENCES];
};

struct checklist_item {
	const struct step *step;
	const struct run_step *mark;
	const struct sense *sense;	/* NULL: it does not tick itself */
	const struct sense *looked;	/* the same, or that of its guards; NULL: nothing is sensed */
	enum item_state state;
	bool open;			/* counts against completion */
	bool ahead;			/* a call whose time has not come: it counts for nothing yet */
	bool early;			/* an earlier one of its list is open */
	bool late;			/* its timeout has passed: on-timeout counts */
	msec began_t;			/* on the incident's scale; 0: not begun */
	msec expected;			/* usually so long, from earlier runs; 0: not known */
	msec held, needed;		/* of the probe's time; needed 0: none */
};

struct checklist {
	const struct run *run;
	const struct runbook *runbook;
	struct checklist_item *items;	/* as many as the runbook has steps */
	size_t count, cap, next;	/* next: an index, count where nothing is open */
	size_t open, applicable, deferred, overridden, regressed, unseen;
	char words[BECAUSE_TEXT];	/* "6 of 14, next 7"; "COMPLETE, 1 OVERRIDDEN" */
	char waits_for[BECAUSE_TEXT];	/* (4): "postgres is the root cause: db-failover first"; "" */
	bool complete;
};

struct book_past;

struct checklist_in {
	const struct incident *incident;
	const struct run *run;
	const struct runbook *runbook;	/* the bytes that the run names */
	const struct world *world;
	const struct sense *senses;	/* one for each step; NULL: nothing is sensed */
	const struct book_past *past;	/* NULL */
	const char *const *lost;	/* origins of consoles that are gone; NULL ends; NULL */
	msec t;				/* the present on the incident's scale: incident_scale() */
	msec steady;
};

void checklist_make(struct checklist *list, const struct checklist_in *in);	/* reuses its memory */
void checklist_done(struct checklist *list);

/* Which outcome a fence of a step has its place at: sense.fences[]; SIZE_MAX: it is no check, or
 * one too many. */
size_t checklist_fence(const struct step *step, size_t fence);
/* How often it is looked: as the fence says, else its step, else 10 s. NULL: of the step alone. */
msec checklist_every(const struct step *step, const struct fence *fence);
/* Does the step tick itself? By its probe, or by check fences: all of a step of the kind check,
 * else those after its last command. Check fences before a command are its guards; those of a
 * decision, an input, a notify or an escalate only inform. A wait that is over stays over. */
bool checklist_senses(const struct step *step);

/* Of an escalate. Nobody is called while the incident is too small for it, or users feel it no
 * more. */
bool step_is_called_for(const struct incident *incident, const struct step *step);

/* Look at the probes now: fills senses[].now, because and the holds. */
void checklist_sense(const struct checklist_in *in, struct sense *senses);

/* What the instruments order: step.sensed, step.regressed; step.started of a wait whose turn it is.
 * At most max; each is recorded once, by whichever console sees it first. */
size_t checklist_orders(const struct checklist *list, struct order *out, size_t max);

/* What only the runbook knows of an order about a step, before decide() is asked: done although its
 * check does not hold, an option that there is not, a guard before a command. Fills in what follows
 * (early, two_person). Orders about something else are allowed. */
bool checklist_allows(const struct checklist *list, struct order *order, struct err *err);

/* The text of run.ended: the words of a complete one, else "ENDED, 3 OPEN: reason". */
void checklist_end(const struct checklist *list, const char *reason, struct buf *out);

const char *item_state_word(enum item_state state), *item_state_mark(enum item_state state);
/* What expressions read: the world's data, `tx.*`, alerts with their trust. */
struct expr_world checklist_world(const struct world *world);

/* Values of parameters for a run: name=value; secrets are not among them. False: what `from` names
 * is not there, or does not fit; the parameter is asked for then. */
struct param_source {
	bool (*find)(void *arg, const char *from, struct buf *out);	/* "env:X", "config:a.b" */
	void *arg;
};

#endif
