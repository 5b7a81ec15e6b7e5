/*
 * measure.h: how a terminal program behaves, seen from outside.
 *
 * One round starts the program, measures all of it once, and quits it. Rounds of several programs
 * are run in turns (A B A B), so that what disturbs the machine disturbs them alike; figures of all
 * rounds are pooled and judged as ratios. "Settled" is the last byte before `quiet` ms without one;
 * the silence itself is not counted. Times are milliseconds.
 */
#ifndef LIB_MEASURE_H
#define LIB_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tests/lib/samples.h"
#include "tests/lib/screen.h"

enum { MEASURE_MAX_KEYS = 8 };

struct subject {
	const char *name;
	const char *const *argv;
	const char *const *env;		/* added to the harness' own, or NULL */
	const char *const *expect;	/* usable when all of these are on the screen; NULL at the end */
	const char *moves[MEASURE_MAX_KEYS];	/* keys timed one after the other */
	const char *held;		/* the key held down in the flood */
	const char *prepare;		/* pressed first, when not NULL */
	const char *opens;		/* opens what Esc closes; NULL: not measured */
	const char *leave;		/* pressed before quit, when not NULL */
	const char *quit;		/* NULL: SIGTERM */
};

struct plan {
	int rows, cols;
	size_t keys;			/* timed keys in a round */
	msec quiet;			/* silence that makes a key's answer complete */
	msec gap;			/* before a key: this much, plus up to as much again */
	size_t flood;			/* held keys in one write; 0: not measured */
	size_t resizes;			/* there and back */
};

struct figures {
	struct samples first_byte, usable, settled;	/* start-up */
	struct samples cold;				/* usable, files evicted before */
	struct samples key_first, key_settled;
	struct samples flood, flood_bytes, frame;	/* frame: reference bytes of a whole screen */
	struct samples esc, resize, resize_bytes;
	struct samples quit;
	struct samples rss_mb, pss_mb;
	size_t key_bytes, key_reference, silent_keys;
	size_t failures;				/* rounds that could not be measured */
	char trouble[160];				/* the first failure, or what was left behind */
};

struct idle {
	double cpu_percent, wakeups, bytes;	/* per second */
	double rss_mb, pss_mb;
};

/* Start it and wait until it is usable; NULL: it is not within the patience of the harness. */
struct screen *measure_open(const struct subject *subject, const struct plan *plan,
			    struct figures *figures);

/* One whole round; what fails is counted and named in figures. */
void measure_round(const struct subject *subject, const struct plan *plan, struct figures *figures);

/* Start with evicted files, once. */
void measure_cold(const struct subject *subject, const struct plan *plan, struct figures *figures);

/* Start-up and quit alone. */
void measure_start(const struct subject *subject, const struct plan *plan, struct figures *figures);

/* Send the quit key (or the signal, when not 0), wait, and see what was left behind. False with the
 * reason in figures->trouble. */
bool measure_quit(struct screen *screen, const struct subject *subject, int signal,
		  struct figures *figures);

/* Let several idle side by side for so long. idle[i] belongs to screens[i]. */
void measure_idle(struct screen *const *screens, struct idle *idle, size_t count, msec time);

void figures_done(struct figures *figures);

#endif
