/*
 * runs_inside.h: what the files of the walks share.
 *
 * A walk is one run of the incident's state beside its bytes. An act is the one command that is
 * about to run or runs. Both are memory only: what counts is in the journal, and a restart makes
 * them anew from there.
 */
#ifndef APP_RUNS_INSIDE_H
#define APP_RUNS_INSIDE_H

#include "app/runs.h"
#include "app/runs_act.h"
#include "runbook/changes.h"

enum { WALK_ORDERS = 16, LOST_MAX = DESK_PEERS + 1 };

#define CONSOLE_SILENT (30 * WHEN_SECOND)	/* a console that gave no sign for so long is gone */
#define CONSOLE_QUIET (10 * WHEN_SECOND)	/* and one for so long may be */

struct walk_reader;

struct told {				/* the last order that instruments gave for a step */
	enum event_kind kind;
	char after[ULID_TEXT];		/* the step's event then */
	msec at;			/* steady */
};

struct walk {
	char event[ULID_TEXT];
	struct runs *owner;
	struct runbook *runbook;	/* NULL: on its way, or why */
	char why[BECAUSE_TEXT];
	struct walk_reader *reader;
	msec retry;			/* steady; when it is read again after a failure */
	struct sense *senses;
	struct told *told;
	struct checklist list;
	bool made;			/* list is of the present state */
	bool accepted;
	struct changes changes;
	struct pane pane;
};

struct checking {			/* the check fence that runs now */
	char run[ULID_TEXT];
	size_t step, slot;
	const struct fence *fence;	/* a copy in the arena */
	struct arena arena;
	struct task *task;
	struct fence_errand *errand;
};

struct beginning {			/* a run whose bytes are on their way to the disk */
	struct beginning *next;
	struct arena arena;
	struct runbook *runbook;
	const char *because, *parent;
	bool instruct, submitted;
	msec since;			/* steady */
	struct runs *owner;
};

struct runs {
	struct runs_setup setup;
	char host[NAME_TEXT];
	char *state;			/* where what was accepted is kept; NULL */
	struct walk **walks;
	size_t count, cap;
	struct beginning *beginnings;
	struct vault vault;
	struct act act;
	struct checking checking;
	struct pane pane;		/* of `!` */
	bool pane_used;
	char sight[ULID_TEXT];
	enum book_section section;
	struct arena ready;		/* of the last box that was shown */
	const char *lost[LOST_MAX + 1];
	char lost_text[LOST_MAX][ORIGIN_TEXT];
	uint64_t version;
	bool closed;
};

/* runs.c */
const struct incident *runs_incident(const struct runs *runs);
struct walk *runs_walk(const struct runs *runs, const char *run);	/* NULL */
const struct run *run_of_walk(const struct walk *walk);	/* NULL: it is not there any more */
size_t step_of_walk(const struct walk *walk, const char *id);	/* SIZE_MAX */
void runs_say(struct runs *runs, const char *fmt, ...) PRINTF_LIKE(2, 3);
void runs_tell(struct runs *runs);	/* something that is shown is another */
struct now runs_now(const struct runs *runs);
bool runs_submit(struct runs *runs, struct order *order, struct err *err);

/* runs_begin.c */
void begin_look(struct runs *runs);
void begin_done(struct runs *runs);

/* runs_walk.c: bytes, acceptance */
void walk_load(struct walk *walk);
void walk_leave(struct walk *walk);	/* the worker that is out for it */
void walk_free(struct walk *walk);
void walk_accept(struct walk *walk);

/* runs_sense.c */
void sense_look(struct walk *walk);
void sense_make(struct walk *walk);	/* the list alone */
void sense_lost(struct runs *runs);
void check_look(struct runs *runs);
void check_drop(struct runs *runs);

#endif
