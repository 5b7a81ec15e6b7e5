/*
 * keeper.h: an estate on duty for as long as the program runs, as the console and `record` keep it:
 * watched, written down, and rebuilt when its configuration is saved.
 *
 *  (1) A configuration with anything wrong is refused aloud; the last good one stays in force.
 *  (2) A new one is taken over between two rounds: a new estate takes the place of the old one and
 *      gets its past, and everything is asked anew.
 *  (3) Nothing waits for the disk: what was recorded before is waited for RECALL_PATIENCE, then the
 *      asking begins without it.
 */
#ifndef APP_KEEPER_H
#define APP_KEEPER_H

#include "app/estate.h"
#include "app/recording.h"
#include "app/reload.h"

struct keeper_setup {
	struct loop *loop;
	const struct context *context;
	struct settings *settings;	/* the caller's for good; those that follow are the keeper's */
	bool headless;
	void (*said)(void *arg, const char *sentence);
	void (*wrote)(void *arg, struct str lines);	/* or NULL */
	void (*replaced)(void *arg);	/* estate and settings are new */
	void *arg;
};

struct retired;

struct keeper {
	struct keeper_setup setup;
	struct estate *estate;
	const struct settings *settings;	/* in force */
	struct recording *recording;
	struct config_watch *watch;
	struct loop_timer patience;
	struct retired *retired;	/* settings that a worker may still read */
	char refused[BECAUSE_TEXT];	/* why the newest configuration is not in force; "" */
	bool started;
};

bool keeper_open(struct keeper *keeper, const struct keeper_setup *setup, struct err *err);

/* Read the past, then ask. */
void keeper_start(struct keeper *keeper);

/* Judge, and write down what is new. True when anything visible changed. */
bool keeper_settle(struct keeper *keeper);
bool keeper_catch_up(struct keeper *keeper);	/* the same of what has answered since (estate.h) */

/* Read the configuration now (SIGHUP); also when no file has changed. */
void keeper_reload(struct keeper *keeper);

void keeper_stop(struct keeper *keeper);	/* ask nothing more; the world stays readable */

/* Give everything back, but for what the loop frees when it is freed itself. */
void keeper_close(struct keeper *keeper);

#endif
