/*
 * suite.h: the measurements that the project promises about itself, as ratios to a floor and a peer
 * measured in the same run, and the verdict on each gate: it fails at twice its goal.
 */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/when.h"

struct suite_options {
	const char *console, *floor, *floor_all, *peer;	/* programs; the peer is htop */
	size_t rounds;		/* of everything, in turns */
	size_t starts;		/* more of start-up alone, in turns */
	size_t keys;		/* timed keys in a round */
	msec idle;
};

/* Run and print everything; false when a gate failed or the console could not be measured. */
bool suite_run(const struct suite_options *options);

#endif
