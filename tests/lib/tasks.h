/*
 * tasks.h: commands of runbooks for a test: started with its callbacks, waited for, and counted by
 * a marker in their environment, wherever they went.
 */
#ifndef LIB_TASKS_H
#define LIB_TASKS_H

#include <sys/types.h>

#include "base/buf.h"
#include "io/task.h"

struct tasks_got {
	int outputs, ends;
	struct buf live;		/* what was handed on */
	struct buf output;		/* what was kept */
	enum task_end_kind kind;
	int64_t status;
	uint64_t bytes;
	size_t leftovers;
	char why[256];
};

/* A plan with the usual: bash, an environment with PATH and the marker, these callbacks. */
struct task_plan tasks_plan(struct loop *loop, const char *text, struct tasks_got *got);
/* Start it and wait for its end; false when that did not come. */
bool tasks_run(const struct task_plan *plan, struct tasks_got *got);
void tasks_done(struct tasks_got *got);

/* Processes that have the marker in their environment and have not ended. Zombies of ours count,
 * for they have no environment to be read. The marker is this program's own; a test that forks
 * asks once before it does. */
size_t tasks_alive(void);
/* True when there was none before the deadline. */
bool tasks_all_gone(struct loop *loop);

#endif
