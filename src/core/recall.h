/*
 * recall.h: what was recorded before this program looked, on its way into the world: the last hour
 * of every series, the changes, since when things are as they are.
 *
 *  (1) Lines come in any order and from several writers: a minute that two of them saw is one
 *      minute, a change that two of them saw is one change.
 *  (2) A minute in which nobody wrote is a gap. It stays empty in every series, is a change of its
 *      own ("nothing was recorded from ... to ..."), and ends what can be known of `since`.
 *  (3) Of the past only what the world has not seen itself is taken.
 */
#ifndef CORE_RECALL_H
#define CORE_RECALL_H

#include "core/flight_log.h"
#include "core/world.h"

struct recall;

struct recall *recall_new(msec now);	/* takes what lies in the hour before now */
void recall_free(struct recall *recall);	/* takes NULL */

void recall_take(struct recall *recall, const struct flight_line *line);

/* Everything that a world knows, for the one that takes its place. */
void recall_world(struct recall *recall, const struct world *world);

/* Takes recall. Best before anything was judged: of what has been judged already only the series
 * are filled. A signal that a source brings into the world later gets its past then. */
void world_recall(struct world *world, struct recall *recall);

/* What the world would say in a line of the recorder. `minute` is the one to sum up; changed_since
 * leaves out what has been so for longer (WHEN_NEVER: nothing). False when no row is left. */
bool flight_sample(const struct world *world, msec minute, msec changed_since,
		   struct flight_line *out);

#endif
