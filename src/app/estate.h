/*
 * estate.h: the platform as configured, at work: sources, their prober, and the world that their
 * reports make. Used by the console and by `status` alike.
 *
 * An answer marks the estate; estate_settle() judges every source in the order of its rank (what
 * one learns of the chain, the next needs), takes the reports to the world and lets the world
 * conclude.
 */
#ifndef APP_ESTATE_H
#define APP_ESTATE_H

#include "app/settings.h"
#include "core/world.h"
#include "io/prober.h"

struct estate {
	const struct settings *settings;
	struct loop *loop;
	struct world *world;
	struct prober *prober;
	struct prober_source sources[WORLD_SOURCES];
	size_t count;
	bool marked;			/* something was answered since the last settling, */
	bool answered[WORLD_SOURCES];	/* by these */
};

/*
 * settings and environment are borrowed for the estate's life. patience is how long one asking of
 * everything may take (0: every source goes at its own period): what was answered at its beginning
 * is not stale at its end, because another source hung meanwhile.
 */
bool estate_open(struct estate *estate, struct loop *loop, const struct settings *settings,
		 const struct context *context, msec patience, struct err *err);

/* Judge all of them now; true when anything visible changed. */
bool estate_settle(struct estate *estate);

/* Judge those that have answered since. What others conclude from it, and every age, comes with the
 * next settling: once a second, and before anything is printed. */
bool estate_catch_up(struct estate *estate);

/* Stop asking at once; the world stays readable. */
void estate_stop(struct estate *estate);

/* Stop and free. The settings stay until no worker reads them any more (loop_jobs). */
void estate_close(struct estate *estate);

#endif
