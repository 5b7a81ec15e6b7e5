/*
 * internal.h: what the files of core share among themselves. Each step of world_refresh() reads
 * what the step before it wrote, in this order, and grows world->version when anything visible
 * changed.
 */
#ifndef CORE_INTERNAL_H
#define CORE_INTERNAL_H

#include "core/world.h"

enum {
	STALE_PERIODS = 3,
	EARLY = 10 * WHEN_SECOND,	/* until then not every source had the time to answer */
};

void sources_refresh(struct world *world, msec now);
void signals_refresh(struct world *world, msec now);
void tx_refresh(struct world *world, msec now);
void chain_refresh(struct world *world);
void alerts_refresh(struct world *world, msec now);
void components_refresh(struct world *world, msec now);
void graph_refresh(struct world *world);

/* The source that a path begins with, and what is left of it: the longest name that fits, since
 * names may hold dots; else a kind that just one source has. NULL: there is none. */
const struct source *datum_source(const struct world *world, const char *path, const char **field);

/* What a report says of versions and of who is on call. */
void versions_take(struct world *world, int source, const struct report *report, msec now);

/* Fill the minutes of the signal's series that have no point, from what was measured before. A
 * zeroed past is an empty one. */
void signal_fill(struct signal *signal, const struct series *past, msec now);

/* What was recorded of a signal, for one that is new in the world; recall may be NULL. */
void recall_signal(const struct recall *recall, struct signal *signal);

/* Is it among the recorded changes already that this alert fires? */
bool recall_fired(const struct world *world, const struct alert *alert);

/* One sentence; what does not fit is cut: it is for reading. */
PRINTF_LIKE(2, 3) void say(char because[BECAUSE_TEXT], const char *fmt, ...);

/* Append one line to the ring of changes. */
PRINTF_LIKE(5, 6) void change_add(struct world *world, msec at, const char *what,
				  enum state state, const char *fmt, ...);

/* A visible state: keeps `since` until the word moves, and notes the move unless it is the first
 * answer and a good one. Where the past is known, the first answer is one more answer. What is
 * unknown early is no answer: it is told, and not noted. */
struct visible {
	const char *what;
	enum state *state;
	msec *since;
	bool *since_before;
	char *because;			/* BECAUSE_TEXT bytes */
	bool first;			/* nothing was known before */
	const struct past *past;	/* but for what was recorded */
	bool early;
};

PRINTF_LIKE(5, 6) void visible_set(struct world *world, struct visible at, enum state state,
				   msec now, const char *fmt, ...);

#endif
