/*
 * rehearsal.h: a recorded incident gone through again, moment by moment, its future hidden: what a
 * tabletop of the console and `drill replay` have in common, and the console's keeper of it.
 *
 *  (1) The clock of the table is the time of the last record that is shown; records at one time
 *      come together. Repeats are never shown by themselves.
 *  (2) The record that is replayed is read, and never written to.
 */
#ifndef APP_REHEARSAL_H
#define APP_REHEARSAL_H

#include "core/rehearsal.h"
#include "io/loop.h"
#include "store/shelf.h"

/* The whole record of an incident by its id; the caller frees it. Waits for the disk. NULL with
 * err. */
struct history *rehearsal_read(const char *const roots[2], const char *id, struct err *err);

/* Put the clock to the highest that a note of the drill has; WHEN_NEVER: before the first. */
void rehearsal_resume(struct rehearsal *table, const struct history *drill);
/* The next moment. False: all of it is shown. */
bool rehearsal_next(struct rehearsal *table);
/* Is this record shown by itself? */
bool rehearsal_shows(const struct record *record);

/* For the console: the table of the incident that is worked on, read in a worker. `changed` comes
 * on the loop. */
struct rehearsal_keeper;
struct rehearsal_keeper *rehearsal_keeper_new(struct loop *loop, void (*changed)(void *arg),
					      void *arg);
/* The incident at hand and its history; NULL: none. roots live as long as the keeper. */
void rehearsal_keeper_look(struct rehearsal_keeper *keeper, const char *const roots[2],
			   const struct history *current);
void rehearsal_keeper_next(struct rehearsal_keeper *keeper);
const struct rehearsal *rehearsal_keeper_table(const struct rehearsal_keeper *keeper);	/* NULL */
uint64_t rehearsal_keeper_version(const struct rehearsal_keeper *keeper);
void rehearsal_keeper_free(struct rehearsal_keeper *keeper);	/* takes NULL */

#endif
