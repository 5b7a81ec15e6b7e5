/*
 * worlds.h: worlds for tests of the screen, made through core's own doors, always at the same
 * moment: 2026-11-22 02:14:07 UTC.
 */
#ifndef LIB_WORLDS_H
#define LIB_WORLDS_H

#include "core/world.h"

msec worlds_now(void);

struct world *worlds_start(void);	/* nothing has answered yet, 2 s after the start */
struct world *worlds_healthy(void);
struct world *worlds_db_hung(void);	/* with consequences, alerts, and what was stuck before */
struct world *worlds_prometheus_down(void);

/* Steps for tests that let a world go on. */
void worlds_say(struct world *world, const char *source, enum state state, const char *because,
		msec now);
void worlds_fire(struct world *world, const char *const *names, size_t count, msec now);

#endif
