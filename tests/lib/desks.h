/*
 * desks.h: desks with incidents for tests of the screen, at the moment of worlds_now(). Each hangs
 * itself on the world that is given and must be freed before it.
 *
 *  quiet     no incident is open; nothing is wrong enough to declare one
 *  proposed  none is open, and SEV1 is proposed: the payments are stuck
 *  open      one, SEV1, declared 17 min 32 s ago by ana, who commands; the next update is due in
 *            4 min 12 s; an alert fires that nobody has acknowledged
 *  due       the same with the update overdue by 1 min 40 s
 *  two       open, and a SEV2 beside it
 *  resolved  the one is resolved; postmortem and RCA are owed
 *  closed    it is over, and its postmortem is not written
 */
#ifndef LIB_DESKS_H
#define LIB_DESKS_H

#include "core/desk.h"
#include "core/world.h"

/*  X(symbol, name) */
#define DESKS(X) \
	X(QUIET, "quiet") X(PROPOSED, "proposed") X(OPEN, "open") X(DUE, "due") X(TWO, "two") \
	X(RESOLVED, "resolved") X(CLOSED, "closed")

enum desks_kind {
#define X(sym, name) DESKS_##sym,
	DESKS(X)
#undef X
	DESKS_COUNT
};

struct desks {
	struct desk desk;
	struct policy policy;
	struct incident incidents[2];
	struct history *histories[2];	/* NULL where there is no incident */
};

const char *desks_name(enum desks_kind kind);
struct desks *desks_new(enum desks_kind kind, struct world *world);
void desks_free(struct desks *desks);		/* takes NULL */

/* The one row of what is owed that a test needs at the end of the list. */
struct owed *desks_owe(struct desks *desks, enum owed_kind kind, const char *text, msec due_at);

#endif
