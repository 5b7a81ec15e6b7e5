/*
 * drills.h: rehearsals of a recovery, and the fence around them.
 *
 *  (1) A drill never runs where it could reach the real thing. The fence holds at the start of one,
 *      at `drill verify`, and before each command of a drill's runbook.
 *  (2) What is not known to be harmless is not: a source that nobody put on the list counts as
 *      production.
 */
#ifndef APP_DRILLS_H
#define APP_DRILLS_H

#include "app/settings.h"
#include "core/incident.h"

/* May a drill run here? False (ERR_REFUSED) with one sentence that names what is in the way: this
 * environment, a source, or the key that must be set. */
bool drills_fence(const struct settings *settings, struct err *err);
/* The same for an incident: one that is no drill has no fence. */
bool drills_fence_of(const struct incident *incident, const struct settings *settings,
		     struct err *err);
/* Is it one that a drill is about? (Not what only tells versions.) */
bool drills_may_touch(const struct settings *settings, const struct source_config *source);

#endif
