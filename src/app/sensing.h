/*
 * sensing.h: what the instruments have to tell an incident: which source, signal and alert is
 * another since it was told last.
 *
 *  (1) Only evidence is told: what has not been asked yet is nothing; what cannot be known any more
 *      is told as unknown, and never as a recovery.
 *  (2) Nothing is told twice by one console, whatever becomes of its saving. What others told is in
 *      the state of the incident, and not told again.
 */
#ifndef APP_SENSING_H
#define APP_SENSING_H

#include "core/decide.h"

struct sensing;

typedef void sensing_tell(void *arg, const struct order *order);

struct sensing *sensing_new(void);
void sensing_free(struct sensing *sensing);	/* takes NULL */

/* Compare, and tell. Texts of the order live for the call. */
void sensing_look(struct sensing *sensing, const struct incident *incident,
		  const struct world *world, sensing_tell *tell, void *arg);

/*
 * Since when everything that was wrong in this incident is good, or WHEN_NEVER while anything is
 * not, is not known, or nothing ever was wrong.
 */
msec sensing_recovered(const struct incident *incident, const struct world *world);

#endif
