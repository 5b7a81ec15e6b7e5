/*
 * walker_inside.h: what the files of the walker share.
 */
#ifndef APP_WALKER_INSIDE_H
#define APP_WALKER_INSIDE_H

#include "app/walker.h"
#include "io/typed.h"
#include "ui/shell.h"

enum { WALKER_LINES = 256 };

enum asking { ASKING_NOTHING, ASKING_BOX, ASKING_REASON };

struct told_pane {			/* what was said of a command */
	uint64_t lines;			/* that were printed */
	char state[BECAUSE_TEXT];
	bool busy;
};

struct walker {
	const struct walker_plan *plan;
	struct loop *loop;
	struct keeper keeper;
	struct incidents *incidents;
	struct typed *typed;
	bool terminal;			/* somebody types */
	struct loop_timer second;
	FILE *out;

	char run[ULID_TEXT];		/* event of the run; "" until it is there */
	bool begun;			/* it was asked for */
	msec begun_at;			/* steady */
	size_t at;			/* the step that is talked about */
	bool moved;			/* somebody went there; else `at` follows what is next */
	enum item_state *told;		/* of each step, as last said */
	size_t told_count;
	char because[BECAUSE_TEXT];	/* of the step at hand, as last said */
	struct told_pane told_run, told_own;	/* of the runbook's commands, and of `!` */

	char *lines[WALKER_LINES];	/* typed and not yet taken; ring */
	size_t first, count;
	bool ended;			/* nothing more will be typed */
	uint64_t waiting;		/* for a step to tick: its number; 0 */
	enum asking asking;
	msec asked;			/* steady */
	struct effect effect;		/* that is asked about */
	unsigned care;
	bool elsewhere, shown_commands;
	char word[128];
	bool needs_reason;
	int status;
};

/* walker.c */
const struct docket *walker_docket(const struct walker *walker);
const struct docket_run *walker_docket_run(const struct walker *walker);	/* NULL: not there yet */
/* Do the effect, in the incident of the walk. */
void walker_do(struct walker *walker);
void walker_leave(struct walker *walker);
const struct incident *walker_incident(const struct walker *walker);

/* walker_words.c: one line that was typed */
void walker_take(struct walker *walker, struct str line);
void walker_forget(struct walker *walker);	/* what is asked */

/* walker_say.c */
void walker_put(struct walker *walker, const char *fmt, ...) PRINTF_LIKE(2, 3);
void walker_say_start(struct walker *walker);
void walker_say_step(struct walker *walker);
void walker_say_commands(struct walker *walker);
void walker_say_list(struct walker *walker);
void walker_say_changes(struct walker *walker);	/* since the last time */
void walker_say_box(struct walker *walker, const struct ready *ready);
void walker_say_words(struct walker *walker);

#endif
