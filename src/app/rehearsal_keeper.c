/*
 * rehearsal_keeper.c: the table of the console (rehearsal.h). One reading at a time; what comes
 * back for another incident than the one at hand is dropped.
 */
#include <string.h>

#include "app/rehearsal.h"
#include "base/mem.h"

struct rehearsal_keeper {
	struct loop *loop;
	void (*changed)(void *arg);
	void *arg;
	struct rehearsal table;
	struct history *replayed;	/* owned; what table.history shows */
	uint64_t version;
	bool there, busy, left;
	bool resumed;			/* the clock is where the drill's own record says */

	uv_work_t work;
	char roots[2][512], id[INCIDENT_ID];	/* of the reading */
	bool has[2];
	struct history *read;
	struct err err;
};

static void in_worker(uv_work_t *work)
{
	struct rehearsal_keeper *keeper = work->data;
	const char *roots[2] = { keeper->has[0] ? keeper->roots[0] : NULL,
				 keeper->has[1] ? keeper->roots[1] : NULL };

	keeper->err = (struct err){ 0 };
	keeper->read = rehearsal_read(roots, keeper->id, &keeper->err);
}

static void let_go(struct rehearsal_keeper *keeper)
{
	history_free(keeper->replayed);
	history_free(keeper->read);
	mem_free(keeper);
}

static void tell(struct rehearsal_keeper *keeper)
{
	keeper->version++;
	keeper->changed(keeper->arg);
}

static void on_read(uv_work_t *work, int status)
{
	struct rehearsal_keeper *keeper = work->data;

	(void)status;
	keeper->busy = false;
	if (keeper->left) {
		let_go(keeper);
		return;
	}
	if (!keeper->there || strcmp(keeper->id, keeper->table.replays) != 0) {
		history_free(keeper->read);
		keeper->read = NULL;
		return;
	}
	keeper->replayed = keeper->read;
	keeper->read = NULL;
	keeper->resumed = false;
	if (!keeper->replayed)
		str_put(keeper->table.why, sizeof(keeper->table.why), keeper->err.text);
	tell(keeper);
}

static void begin_reading(struct rehearsal_keeper *keeper, const char *const roots[2])
{
	for (size_t i = 0; i < 2; i++) {
		keeper->has[i] = roots[i] != NULL;
		str_put(keeper->roots[i], sizeof(keeper->roots[i]), roots[i] ? roots[i] : "");
	}
	str_put(keeper->id, sizeof(keeper->id), keeper->table.replays);
	keeper->busy = true;
	keeper->work.data = keeper;
	uv_queue_work(loop_uv(keeper->loop), &keeper->work, in_worker, on_read);
}

static void drop(struct rehearsal_keeper *keeper)
{
	if (!keeper->there)
		return;
	keeper->there = false;
	history_free(keeper->replayed);
	keeper->replayed = NULL;
	keeper->table = (struct rehearsal){ .clock = WHEN_NEVER };
	keeper->version++;
}

/* The drill that replays something, of the incident at hand; NULL. */
static const struct incident *tabletop(const struct history *current)
{
	const struct incident *incident = current ? history_incident(current) : NULL;

	return incident && incident->drill && incident->drill->replays[0] ? incident : NULL;
}

void rehearsal_keeper_look(struct rehearsal_keeper *keeper, const char *const roots[2],
			   const struct history *current)
{
	const struct incident *incident = tabletop(current);

	if (keeper->there && (!incident || strcmp(incident->id, keeper->table.drill) != 0))
		drop(keeper);
	if (!incident)
		return;
	if (!keeper->there) {
		keeper->there = true;
		keeper->table = (struct rehearsal){ .clock = WHEN_NEVER };
		str_put(keeper->table.drill, sizeof(keeper->table.drill), incident->id);
		str_put(keeper->table.replays, sizeof(keeper->table.replays),
			incident->drill->replays);
		keeper->version++;
	}
	if (keeper->replayed && !keeper->resumed) {
		keeper->table.history = keeper->replayed;
		rehearsal_resume(&keeper->table, current);
		keeper->resumed = true;
	}
	if (!keeper->replayed && !keeper->table.why[0] && !keeper->busy)
		begin_reading(keeper, roots);
}

void rehearsal_keeper_next(struct rehearsal_keeper *keeper)
{
	if (!keeper->there || !keeper->table.history)
		return;
	(void)rehearsal_next(&keeper->table);
	tell(keeper);
}

struct rehearsal_keeper *rehearsal_keeper_new(struct loop *loop, void (*changed)(void *arg),
					      void *arg)
{
	struct rehearsal_keeper *keeper = mem_new(sizeof(*keeper));

	keeper->loop = loop;
	keeper->changed = changed;
	keeper->arg = arg;
	keeper->table.clock = WHEN_NEVER;
	return keeper;
}

const struct rehearsal *rehearsal_keeper_table(const struct rehearsal_keeper *keeper)
{
	return keeper && keeper->there ? &keeper->table : NULL;
}

uint64_t rehearsal_keeper_version(const struct rehearsal_keeper *keeper)
{
	return keeper ? keeper->version : 0;
}

void rehearsal_keeper_free(struct rehearsal_keeper *keeper)
{
	if (!keeper)
		return;
	keeper->left = true;
	if (!keeper->busy)
		let_go(keeper);
}
