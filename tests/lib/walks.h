/*
 * walks.h: a walk through a small runbook in an incident that is driven by orders, beside a world
 * that a test sets as it likes.
 */
#ifndef LIB_WALKS_H
#define LIB_WALKS_H

#include "core/checklist.h"
#include "tests/lib/orders.h"

enum { WALK_STEPS = 16, WALK_LOST = 4 };

/* One step of a runbook that is made by hand; what is not given is none. */
struct walk_row {
	const char *id;
	enum step_kind kind;
	const char *probe;		/* NULL */
	struct step more;		/* its other members; branch_of and branch are those below */
	const char *parent;		/* id of the decision that it belongs to; NULL */
	size_t branch;			/* and its option */
	bool loose;			/* in no order */
};

struct walk {
	struct orders orders;		/* the incident; orders.now is the time of all */
	const struct runbook *runbook;	/* `book`, or the one that was read */
	struct runbook *read;		/* owned; NULL */
	struct arena arena;
	struct runbook book;		/* made by hand, of these */
	struct step steps[WALK_STEPS];
	struct heading headings[1];
	struct sense *senses;		/* of each step */
	struct world *world;		/* healthy: indexer.lag_s is 3, db.writable */
	struct checklist list;
	const char *lost[WALK_LOST];	/* consoles that are gone */
	const struct book_past *past;	/* NULL */
	char run[ULID_TEXT];
};

/* A declared incident and a run of these steps, in one section; looked at once. */
void walk_open(struct walk *walk, const struct walk_row *rows, size_t count);
/* The same with the runbook of a file's text. */
void walk_read(struct walk *walk, const char *path, struct str text);
void walk_close(struct walk *walk);

/* So much later: look at the world again, and at what follows. Nothing is recorded. */
void walk_look(struct walk *walk, msec later);
/* The same, and what the instruments order is recorded. Returns how many orders that were. */
size_t walk_sense(struct walk *walk, msec later);	/* at most WALK_STEPS at once */

/* What the world says, from now on. */
void walk_lag(struct walk *walk, double seconds);	/* of indexer.lag_s; NaN: indexer is down */
void walk_writable(struct walk *walk, bool writable);	/* db.writable */
void walk_alert(struct walk *walk, const char *name);	/* fires; NULL: none does */
void walk_blind(struct walk *walk);			/* no alert is to be trusted */

/* An order about a step, to be filled by EVENT_SET; and the usual ones. They are asked of the
 * checklist, decided and folded; then the list is made again. False: refused, orders.said. */
struct order walk_order(const struct walk *walk, enum event_kind kind, const char *step);
bool walk_give(struct walk *walk, struct order *order);
bool walk_do(struct walk *walk, enum event_kind kind, const char *step);
bool walk_because(struct walk *walk, enum event_kind kind, const char *step, const char *reason);
bool walk_decide(struct walk *walk, const char *step, const char *option);
/* A command of the step begins; it ends well or not. */
bool walk_run(struct walk *walk, const char *step, char event[ULID_TEXT]);
bool walk_ran(struct walk *walk, const char *event, bool well);

const struct run *walk_run_of(const struct walk *walk);
const struct checklist_item *walk_item(const struct walk *walk, const char *step);
/* "[x] [*] [ ]": the marks of all items, in order; until the next call. */
const char *walk_marks(const struct walk *walk);

#endif
