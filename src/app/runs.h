/*
 * runs.h: walks through runbooks at work: start, sense, run commands, keep evidence. One for each
 * incident on the desk, and for `binnacle runbook run`.
 *
 *  (1) step.run_started is durable before a command is spawned; step.run_ended, with the evidence's
 *      SHA-256, follows its end. Of two, only one runs at a time, in all consoles that share the
 *      folder.
 *  (2) What runs is what was shown: an order to run carries the digest of the box (books.h struct
 *      ready); when anything of it is another now, it is refused, and the box is shown anew.
 *  (3) Check fences run by themselves only while their section is in sight, only of an accepted
 *      version, never elsewhere, never on the loop's account (a task), one at a time.
 *  (4) Output is redacted before it is kept or shown; secrets of parameters are known to the
 *      redactor for as long as the program runs.
 *  (5) A restart resumes: runs, holds of probes begin anew, and what was running reads INTERRUPTED.
 *      The bytes of a run are those that it began with, from the evidence, whatever the file is.
 */
#ifndef APP_RUNS_H
#define APP_RUNS_H

#include "app/dossier.h"
#include "app/library.h"
#include "io/task.h"

struct runs;

struct runs_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	struct estate *estate;
	struct bookcase *bookcase;
	struct dossier *dossier;
	const struct policy *policy;
	const char *operator;
	bool instruct;			/* nothing is executed */
	void (*changed)(void *arg);
	void (*said)(void *arg, const char *sentence);
	/* What a command that has the terminal writes (runs_wants_terminal), and that it is over. NULL
	 * both: interactive fences are refused. */
	void (*terminal)(void *arg, struct str bytes);
	void (*terminal_back)(void *arg);
	void *arg;
};

struct run_order {			/* what a screen or a verb asks to be executed */
	const char *run, *step;		/* event of the run, id of the step; "": a command of `!` */
	size_t fence;
	const char *digest;		/* of the box that was confirmed */
	const char *text;		/* of `!` */
	const char *target, *reason;	/* as typed; "" */
};

struct runs *runs_new(const struct runs_setup *setup);
void runs_free(struct runs *runs);	/* ends what runs, and records that; takes NULL */
/* Another configuration is in force: what runs on a source of the old one is ended. */
void runs_replace(struct runs *runs, const struct settings *settings, struct estate *estate);

/* Start a walk; `parent` is the run that it is opened from, "" for none. Refusals are said. */
void runs_begin(struct runs *runs, const char *runbook, const char *because, const char *parent);
void runs_accept(struct runs *runs, const char *run);	/* its commands were read */
/* False: err says why not; nothing ran. */
bool runs_execute(struct runs *runs, const struct run_order *order, struct err *err);
/* It was run elsewhere by hand; `said` is what came of it. */
bool runs_answered(struct runs *runs, const struct run_order *order, bool well, const char *said,
		   struct err *err);
void runs_interrupt(struct runs *runs);	/* INT; within 2 s again TERM, then KILL */
bool runs_busy(const struct runs *runs);	/* a command runs, or is about to */
/* Which section of which run is in sight; "" none. */
void runs_in_sight(struct runs *runs, const char *run, enum book_section section);
void runs_value(struct runs *runs, const char *run, const char *name, const char *value);
/* What only the runbook knows of an order about a step; false: err says why not. */
bool runs_allow(struct runs *runs, struct order *order, struct err *err);
void runs_durable(struct runs *runs, const struct event *event);
void runs_look(struct runs *runs, bool second);
void runs_docket(struct runs *runs, struct docket *out);
uint64_t runs_version(const struct runs *runs);	/* grows when the docket is another */
/* A command that wants the terminal: it is lent to it (handover.h). NULL: none. */
struct task *runs_wants_terminal(struct runs *runs);

#endif
