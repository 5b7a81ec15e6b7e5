#include "core/series.h"

#include <math.h>
#include <string.h>

static msec minute_of(msec at)
{
	return at - at % WHEN_MINUTE;
}

void series_init(struct series *series)
{
	series->newest = WHEN_NEVER;
	for (size_t i = 0; i < SERIES_POINTS; i++) {
		series->value[i] = NAN;
		series->state[i] = STATE_COUNT;
	}
}

/* Make room at the front for `by` new minutes. */
static void advance(struct series *series, msec by)
{
	size_t step = by < SERIES_POINTS ? (size_t)by : SERIES_POINTS;
	size_t keep = SERIES_POINTS - step;

	memmove(series->value + step, series->value, keep * sizeof(series->value[0]));
	memmove(series->state + step, series->state, keep * sizeof(series->state[0]));
	for (size_t i = 0; i < step; i++) {
		series->value[i] = NAN;
		series->state[i] = STATE_COUNT;
	}
}

static void put(struct series *series, size_t i, double value, enum state state)
{
	bool first = series->state[i] == STATE_COUNT;
	bool worse = first || (int)state > series->state[i];
	bool same = !first && (int)state == series->state[i] && !isnan(value);

	if (worse)
		series->state[i] = (uint8_t)state;
	if (worse || (same && !((double)series->value[i] >= value)))	/* or it is NaN */
		series->value[i] = (float)value;
}

void series_add(struct series *series, msec now, double value, enum state state)
{
	msec minute = minute_of(now);
	msec ahead = series->newest == WHEN_NEVER ? 0 : (minute - series->newest) / WHEN_MINUTE;

	/* A wall clock that was set back by more than the series holds starts a new one. */
	if (series->newest == WHEN_NEVER || ahead <= -SERIES_POINTS) {
		series_init(series);
		series->newest = minute;
		ahead = 0;
	}
	if (ahead > 0) {
		advance(series, ahead);
		series->newest = minute;
		ahead = 0;
	}
	put(series, (size_t)-ahead, value, state);
}

bool series_at(const struct series *series, msec now, size_t ago, double *value, enum state *state)
{
	msec back;

	if (series->newest == WHEN_NEVER || ago >= SERIES_POINTS)
		return false;
	back = (series->newest - minute_of(now)) / WHEN_MINUTE + (msec)ago;
	if (back < 0 || back >= SERIES_POINTS || series->state[back] == STATE_COUNT)
		return false;
	*value = (double)series->value[back];
	*state = (enum state)series->state[back];
	return true;
}
