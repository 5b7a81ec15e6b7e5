/*
 * guided.h: a desk with a library of three runbooks and a walk through one of them, for tests of
 * the screen, at the moment of worlds_now(). The world is worlds_db_hung().
 *
 *  library  an incident is open, a runbook matches, nothing is begun
 *  new      indexer-down was begun, and its commands are not accepted yet
 *  walk     it is accepted, two steps are done, the first check holds
 *  long     a runbook of 5,000 steps was begun
 */
#ifndef LIB_GUIDED_H
#define LIB_GUIDED_H

#include "core/desk.h"
#include "runbook/changes.h"
#include "tests/lib/orders.h"
#include "ui/shell.h"

enum guided_kind { GUIDED_LIBRARY, GUIDED_NEW, GUIDED_WALK, GUIDED_LONG };

enum { GUIDED_BOOKS = 3, GUIDED_LINES = 24, GUIDED_STEPS = 5000 };

struct guided {
	struct world *world;
	struct desk desk;
	struct orders orders;
	struct runbook *books[GUIDED_BOOKS];	/* indexer-down, first-10-minutes, redis-degraded */
	struct card cards[GUIDED_BOOKS];
	struct book_match match;
	struct books library;
	struct runbook *walked;			/* of the run */
	struct run *run;
	struct checklist list;
	struct sense *senses;
	struct book_past past;
	struct changes changes;
	struct pane pane;
	char lines[GUIDED_LINES][PANE_LINE];
	/* What the next box says; the rest follows from the fence. */
	struct ready box;
	unsigned changed;			/* another digest with each */
	const char *evidence;			/* what an attempt printed */
	msec steady;
};

struct guided *guided_new(enum guided_kind kind);
void guided_free(struct guided *guided);		/* takes NULL */

/* Do what an order says, as the app does; other effects are left alone. False: refused. */
bool guided_take(struct guided *guided, const struct effect *effect);
/* Look at the world and make the list again. */
void guided_look(struct guided *guided);
const struct checklist_item *guided_item(const struct guided *guided, const char *step);
/* The output of a command at this step, busy or over. */
void guided_print(struct guided *guided, const char *step, bool busy, const char *text);

#endif
