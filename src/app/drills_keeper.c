/*
 * drills_keeper.c: the board for the console (drills_board.h). One reading at a time; one that is
 * still out when the console goes finds its keeper left, and frees it itself.
 */
#include <string.h>

#include "app/drills_board.h"
#include "base/mem.h"
#include "config/tree.h"

struct board_keeper {
	struct loop *loop;
	void (*changed)(void *arg);
	void *arg;
	struct board_plan plan, reading;
	bool wanted;			/* drills are configured */
	bool busy, left;
	msec due;			/* steady, of the next reading */
	msec wall;			/* of the one that is out */
	uv_work_t work;
	struct drill_board board, read;
	bool known, ok;			/* ok: of the reading */
	struct err err;
	uint64_t version;
};

static void in_worker(uv_work_t *work)
{
	struct board_keeper *keeper = work->data;

	keeper->err = (struct err){ 0 };
	keeper->ok = board_read(&keeper->reading, keeper->wall, &keeper->read, &keeper->err);
}

static void show(struct board_keeper *keeper, const struct drill_board *board)
{
	keeper->board = *board;
	keeper->known = true;
	keeper->version++;
	keeper->changed(keeper->arg);
}

/* A folder that cannot be read is a trouble of the board, too. */
static void on_read(uv_work_t *work, int status)
{
	struct board_keeper *keeper = work->data;

	keeper->busy = false;
	if (keeper->left) {
		mem_free(keeper);
		return;
	}
	if (status == 0 && !keeper->ok)
		str_put(keeper->read.trouble, sizeof(keeper->read.trouble), keeper->err.text);
	if (status == 0 && keeper->wanted)
		show(keeper, &keeper->read);
}

void board_keeper_look(struct board_keeper *keeper)
{
	struct now now = loop_now(keeper->loop);

	if (!keeper->wanted || keeper->busy || now.steady < keeper->due)
		return;
	keeper->due = now.steady + WHEN_MINUTE;
	keeper->wall = now.wall;
	keeper->reading = keeper->plan;
	keeper->busy = true;
	keeper->work.data = keeper;
	uv_queue_work(loop_uv(keeper->loop), &keeper->work, in_worker, on_read);
}

void board_keeper_settings(struct board_keeper *keeper, const struct settings *settings)
{
	board_plan(settings, &keeper->plan);
	keeper->wanted = settings->tree && tree_child(settings->tree, "drills");
	keeper->due = 0;
	if (!keeper->wanted && keeper->known) {
		keeper->known = false;
		keeper->version++;
	}
}

struct board_keeper *board_keeper_new(struct loop *loop, const struct settings *settings,
				      void (*changed)(void *arg), void *arg)
{
	struct board_keeper *keeper = mem_new(sizeof(*keeper));

	keeper->loop = loop;
	keeper->changed = changed;
	keeper->arg = arg;
	board_keeper_settings(keeper, settings);
	return keeper;
}

const struct drill_board *board_keeper_board(const struct board_keeper *keeper)
{
	return keeper && keeper->known ? &keeper->board : NULL;
}

uint64_t board_keeper_version(const struct board_keeper *keeper)
{
	return keeper ? keeper->version : 0;
}

void board_keeper_free(struct board_keeper *keeper)
{
	if (!keeper)
		return;
	keeper->left = true;
	if (!keeper->busy)
		mem_free(keeper);
}
