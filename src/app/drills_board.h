/*
 * drills_board.h: the board of drills, read from the folder of reports. A report that cannot be
 * read is named, and counts for nothing.
 */
#ifndef APP_DRILLS_BOARD_H
#define APP_DRILLS_BOARD_H

#include "app/settings.h"
#include "core/drill_board.h"
#include "io/loop.h"

enum { BOARD_REPORTS = 4096 };		/* the newest so many by name, of which the date comes first */

/* What is read from the disk, apart from the settings, so that a worker can do it. */
struct board_plan {
	char folder[DRILLS_FOLDER];
	msec every[DRILL_TYPE_COUNT];
	char scenarios[DRILL_TYPE_COUNT][NAME_TEXT], runbooks[DRILL_TYPE_COUNT][NAME_TEXT];
};
void board_plan(const struct settings *settings, struct board_plan *out);
/* Waits for the disk. A folder that is not there has no reports yet. False: it cannot be read. */
bool board_read(const struct board_plan *plan, msec now, struct drill_board *out, struct err *err);

/* For the console: read in a worker, at once and once a minute (drills_keeper.c). `changed` is
 * called on the loop when the board is another. */
struct board_keeper;
struct board_keeper *board_keeper_new(struct loop *loop, const struct settings *settings,
				      void (*changed)(void *arg), void *arg);
void board_keeper_settings(struct board_keeper *keeper, const struct settings *settings);
void board_keeper_look(struct board_keeper *keeper);	/* once a second */
/* NULL: no drills are configured, or nothing is read yet. */
const struct drill_board *board_keeper_board(const struct board_keeper *keeper);
uint64_t board_keeper_version(const struct board_keeper *keeper);	/* grows with each change */
void board_keeper_free(struct board_keeper *keeper);	/* takes NULL */

#endif
