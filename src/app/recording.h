/*
 * recording.h: the flight recorder at work beside an estate. What changes in the world is written
 * down as it changes, how everything is once a minute; at the start, the world is given what was
 * written before.
 *
 *  (1) The disk is touched in a worker only, by one job at a time; the loop never waits for it.
 *  (2) What cannot be written is kept (RECORDING_PENDING bytes of it) and tried again; what is lost
 *      all the same is counted and said, here and in the record.
 */
#ifndef APP_RECORDING_H
#define APP_RECORDING_H

#include "app/settings.h"
#include "core/world.h"
#include "io/loop.h"

enum { RECORDING_PENDING = 512 * 1024 };

/* How long the asking waits at most for what was recorded before. */
#define RECALL_PATIENCE ((msec)200)

struct recording;

struct recording_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;	/* only while recording_new() runs */
	bool headless;
	void (*said)(void *arg, const char *sentence);	/* what the operator should know */
	void (*wrote)(void *arg, struct str lines);	/* every line, as it is decided; or NULL */
	void *arg;
};

struct recording *recording_new(const struct recording_setup *setup);
void recording_free(struct recording *recording);	/* at once; nothing is said after it */

/* Where it goes, for people. */
const char *recording_dir(const struct recording *recording);
/* Does it write the same, and there, as one that is made from these settings? */
bool recording_suits(const struct recording *recording, const struct context *context,
		     const struct settings *settings);

/* Headless: be the only one. It waits for the disk. */
bool recording_claim(struct recording *recording, struct err *err);

/* Read what was recorded into the world; done is called when it is there. */
void recording_recall(struct recording *recording, struct world *world, loop_call *done, void *arg);

/* The world from which lines are made from now on; what it has seen so far is recorded already. */
void recording_follow(struct recording *recording, struct world *world);
/* After each settling. */
void recording_look(struct recording *recording, struct world *world, msec now);
/* Call done when nothing is left to be written, or cannot be. */
void recording_flush(struct recording *recording, loop_call *done, void *arg);

#endif
