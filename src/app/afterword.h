/*
 * afterword.h: the figures of an incident that is over, for its screen. They follow from the
 * whole record, so a worker reads it and works them out.
 */
#ifndef APP_AFTERWORD_H
#define APP_AFTERWORD_H

#include "core/afterword.h"
#include "core/history.h"
#include "io/loop.h"

struct afterword_maker;

/* `made` is called on the loop, with what is borrowed for the call; not after afterword_stop(). */
typedef void afterword_made(void *arg, const struct afterword *afterword);

struct afterword_plan {			/* copied */
	struct loop *loop;
	const char *folder, *incident;
	bool shared;
	afterword_made *made;
	void *arg;
};

struct afterword_maker *afterword_start(const struct afterword_plan *plan);
void afterword_stop(struct afterword_maker *maker);	/* forgets it; takes NULL */

/* What a screen shows of this record. Pure. */
void afterword_make(const struct history *history, msec now, struct afterword *out);

#endif
