/*
 * books.h: the library of runbooks as screens see it. Plain data, made by app and hung on the desk.
 */
#ifndef CORE_BOOKS_H
#define CORE_BOOKS_H

#include "core/checklist.h"
#include "core/interlock.h"
#include "core/past.h"
#include "runbook/match.h"

enum { BOOK_MATCHES = 16, PANE_LINES = 400, PANE_LINE = 240, DOCKET_RUNS = 8 };

struct books {
	const struct card *cards;	/* by title */
	size_t count;
	const struct book_match *matches;	/* for what fails now; the best first */
	size_t match_count;
	char trouble[BECAUSE_TEXT];	/* "2 files cannot be read: ..."; "" */
	/* The full text, for the filter: does this card's file hold all these words? Answers within a
	 * frame for ten thousand files (performance.md R1). */
	bool (*holds)(void *arg, size_t card, const char *words);
	/* The whole of one, read when it is first asked for: NULL while it is on its way; *why then, or
	 * why it cannot be read. Borrowed until the next change of `version`. */
	const struct runbook *(*open)(void *arg, size_t card, const char **why);
	const struct book_past *(*past)(void *arg, const char *runbook);	/* NULL: nothing is known yet */
	const char *const *uncovered;	/* names of alert rules without a runbook */
	size_t uncovered_count;
	void *arg;
	uint64_t version;
};

/* A command at work, or the last one: its output as far as a screen shows it. */
struct pane {
	char run[ULID_TEXT], step[RUN_STEP_ID];	/* "": a command of `!` */
	size_t fence;
	bool busy, check;		/* check: the console ran it by itself */
	char command[BECAUSE_TEXT];	/* its first line */
	char state[BECAUSE_TEXT];	/* "running 4 s of 120"; "exit 0 in 1.2 s, 12 lines kept" */
	bool well;
	char (*lines)[PANE_LINE];	/* scrubbed and redacted, the newest last */
	size_t line_count;
	uint64_t dropped;		/* lines before these */
};

/* What would run, whole: the box of care shows it and nothing else runs. */
struct ready {
	const struct fence *fence;
	const struct step *step;	/* NULL: a command of `!` */
	const char *text;		/* the bytes */
	const char *const *values;	/* "NAME=value", secrets "NAME=(secret, from env:X)"; NULL ends */
	const char *host;		/* where: this host's name, or the source that is asked */
	bool elsewhere;			/* it belongs on another host: copy, and say what came of it */
	bool copied;			/* nothing is run at all, here or elsewhere */
	const char *evidence;		/* what makes it safe; NULL */
	unsigned care;			/* 0 to 3: L0 to L3 */
	const char *word;		/* L2: to be typed; L3 without a target: with a reason */
	struct interlock interlock;
	const char *refusal;		/* why it cannot run; NULL */
	bool reason;			/* words are wanted, whatever the level */
	bool two_person;		/* a second named console confirms before it runs */
	const char *others;		/* L3: who may act too, and is silent; NULL: we are alone, or all
					 * others are heard */
	const char *odd;		/* bidi or invisible characters, shown as <U+202E>; NULL: none.
					 * Wants the word typed whatever the care */
	char digest[65];		/* of all of the above: the order to run carries it, and what
					 * has changed since is refused */
};

struct docket_run {
	const struct run *run;
	const struct runbook *runbook;	/* NULL: its bytes are on their way, or `why` */
	const struct checklist *list;	/* NULL like it */
	const struct book_past *past;
	const char *why;		/* NULL */
	bool accepted;			/* its check fences may run by themselves */
	const struct changes *changes;	/* what would be accepted; NULL: nothing new */
	const struct pane *pane;	/* NULL: nothing ran yet */
	/* Of a fence of a step. False: there is no such. Borrowed until the next call. */
	bool (*ready)(void *arg, const struct docket_run *run, size_t step, size_t fence,
		      struct ready *out);
	void *arg;
};

#endif
