/*
 * tally.h: who asked what, counted from the server's side: requests for each method and path, and
 * how many came within fifteen seconds at the densest. Pure.
 */
#ifndef LAB_TALLY_H
#define LAB_TALLY_H

#include <jansson.h>

#include "base/when.h"

enum { TALLY_ROWS = 64, TALLY_RING = 256, TALLY_WINDOW_S = 15 };

struct tally_row {
	char what[128];		/* "GET /health/live" */
	long count, errors;	/* errors: answered with 4xx or 5xx */
	double sum_s, longest_s;
};

struct tally {			/* zeroed: empty */
	struct tally_row rows[TALLY_ROWS];
	size_t used;
	long total, uncounted;	/* uncounted: of paths beyond the rows */
	msec came[TALLY_RING];	/* the times of the last ones */
	unsigned densest;	/* at most TALLY_RING */
};

/* A request came at `now` (any clock that does not step). */
void tally_came(struct tally *tally, const char *method, const char *path, msec now);
void tally_answered(struct tally *tally, const char *method, const char *path, int status,
		    double seconds);

/* {"total", "uncounted", "densest_15s", "paths": {"GET /health/live": 3}}: a new reference. */
json_t *tally_json(const struct tally *tally);

#endif
