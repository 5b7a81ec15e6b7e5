/*
 * series.h: the last SERIES_POINTS minutes of one value, the worst of each minute.
 *
 * Point 0 is the minute of `newest`. Of one minute the worst state stays, with the largest value
 * that was seen in that state.
 */
#ifndef CORE_SERIES_H
#define CORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/state.h"
#include "base/when.h"

enum { SERIES_POINTS = 64 };

struct series {
	msec newest;			/* start of the newest minute; WHEN_NEVER: empty */
	float value[SERIES_POINTS];	/* NaN: none */
	uint8_t state[SERIES_POINTS];	/* enum state; STATE_COUNT: none */
};

void series_init(struct series *series);
void series_add(struct series *series, msec now, double value, enum state state);
/* Minutes ago (0 is the newest): false when there is no point. */
bool series_at(const struct series *series, msec now, size_t ago, double *value, enum state *state);

#endif
