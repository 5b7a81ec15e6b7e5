/*
 * interlock_inside.h: what the files of interlock share: one function for each set of locks.
 */
#ifndef CORE_INTERLOCK_INSIDE_H
#define CORE_INTERLOCK_INSIDE_H

#include "base/attr.h"
#include "core/interlock.h"

/* One more lock; the worst state of all is kept. More than LOCKS_MAX are a mistake of ours. */
PRINTF_LIKE(4, 5) void lock_add(struct interlock *out, enum lock_state state, const char *name,
				const char *fmt, ...);

/* Promote a replica of the postgres source that step->target begins with, else of the only one. */
void interlock_promote(const struct step *step, const struct world *world, struct interlock *out);

#endif
