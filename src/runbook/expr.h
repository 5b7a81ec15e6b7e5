/*
 * expr.h: the language of checks: `indexer.lag_s < 300 for 2m`, `absent(alert(X)) and db.writable`.
 * The grammar is in binnacle-runbooks(5). Pure: what a name is now, a look-up tells.
 *
 *  (1) What is missing makes a comparison unknown, and so does an answer that is old (datum.old) or
 *      no evidence (STATE_UNKNOWN); unknown never ticks and never unticks. A source that answers
 *      now, and serves old facts, is a fact. `and` is no where one side is no, `or` is yes where
 *      one side is yes, whatever the other.
 *  (2) absent(X) is yes where a source that answers says that there is no X; it is unknown where
 *      that source does not answer. No alert counts as absent while the list is not trusted.
 *  (3) A bare name must be true or false; a number beside < needs the unit of the datum, or none.
 *      Times and sizes may be in any unit of theirs: `db.lag_s < 5m`.
 */
#ifndef RUNBOOK_EXPR_H
#define RUNBOOK_EXPR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/datum.h"
#include "base/err.h"
#include "base/str.h"

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

struct expr;

enum { EXPR_LONGEST = 4096, EXPR_DEPTH = 32 };	/* bytes; brackets and nots within each other */

/* In the arena. False: err says what is wrong, *column (from 1) where. */
struct expr *expr_parse(struct str text, struct arena *arena, unsigned *column, struct err *err);
msec expr_for(const struct expr *expr);			/* 0: none was written */

struct expr_world {
	/* False: nothing of this name is configured at all. */
	bool (*datum)(void *arg, const char *path, struct datum *out);
	enum truth (*alert)(void *arg, const char *name);	/* does it fire? */
	void *arg;
};

/* `because` gets what decided, with the live values: "indexer.lag_s is 1842 s (wants < 300)". */
enum truth expr_eval(const struct expr *expr, const struct expr_world *world, struct buf *because);

/* Each name that it reads, once: "indexer.lag_s"; alerts as "alert(NAME)". */
void expr_names(const struct expr *expr, void (*visit)(void *arg, const char *name), void *arg);

/* How long it has been so. A check holds when it has been yes for its time without a break; what is
 * unknown neither counts nor breaks, and is itself unknown after `patience`. */
struct hold {
	msec yes_since, no_since, unknown_since;	/* steady; WHEN_NEVER */
	msec yes_seen;					/* the last look that said yes */
	msec counted;					/* of yes before yes_since, without a no between */
};
void hold_start(struct hold *hold);
void hold_see(struct hold *hold, enum truth truth, msec steady);
msec hold_held(const struct hold *hold);		/* how long it was seen to be yes */
/* Yes: it held for `needed`. No: it does not, or not yet. */
enum truth hold_is(const struct hold *hold, msec needed, msec patience, msec steady);

#endif
