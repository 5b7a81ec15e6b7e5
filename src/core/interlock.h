/*
 * interlock.h: what must be so before something that cannot be taken back is done. Pure.
 *
 *  (1) Green: seen to be so, at that instant. Bounded: it cannot be measured now, and what may be
 *      lost is stated. Blocked: it is not so, or nothing bounds what is not known.
 *  (2) The target is what is sensed, never what is configured. "" while nothing is.
 *  (3) A primary that hangs and still accepts connections is not fenced.
 */
#ifndef CORE_INTERLOCK_H
#define CORE_INTERLOCK_H

#include "core/world.h"
#include "runbook/runbook.h"

/*  X(symbol, word) */
#define LOCK_STATES(X) X(GREEN, "green") X(BOUNDED, "bounded") X(BLOCKED, "BLOCKED")

enum lock_state {
#define X(sym, word) LOCK_##sym,
	LOCK_STATES(X)
#undef X
};

enum { LOCKS_MAX = 12 };

struct lock {
	enum lock_state state;
	char name[NAME_TEXT];		/* "old primary fenced" */
	char because[BECAUSE_TEXT];	/* with values, ages and who says so */
};

struct interlock {
	struct lock locks[LOCKS_MAX];
	size_t count;
	enum lock_state state;		/* the worst */
	char target[128];		/* "127.0.0.1:5433 timeline 1": to be typed whole */
	char node[NAME_TEXT];		/* what the target is called in the configuration: where a
					 * fence with node=target goes; "" */
	char loss[BECAUSE_TEXT];	/* bounded: what may be lost; "" */
};

/* Of a step with `interlock=` and `target=`: the name of a set ("promote"), else an expression that
 * is green or blocked. A step with neither has none: count 0. */
void interlock_make(const struct step *step, const struct world *world, struct interlock *out);
/* "promote", NULL ends: the sets that there are. */
const char *const *interlock_names(void);
const char *lock_word(enum lock_state state);

#endif
