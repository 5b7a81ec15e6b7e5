#include "ui/spark.h"

#include <math.h>

#include "ui/theme.h"

void spark_states(const struct series *series, msec now, int width, struct buf *out)
{
	for (int ago = width - 1; ago >= 0; ago--) {
		enum state state;
		double value;

		buf_char(out, series_at(series, now, (size_t)ago, &value, &state)
				      ? state_mark(state) : ' ');
	}
}

static double highest(const struct series *series, msec now, int width, double limit)
{
	double most = isnan(limit) ? 0 : fabs(limit);

	for (int ago = 0; ago < width; ago++) {
		enum state state;
		double value;

		if (series_at(series, now, (size_t)ago, &value, &state) && isfinite(value) &&
		    fabs(value) > most)
			most = fabs(value);
	}
	return most;
}

static char level(double value, double most)
{
	static const char levels[] = ".:-=#";
	int at;

	if (!isfinite(value))
		return '?';
	at = most > 0 ? (int)(fabs(value) / most * 5) : 0;
	return levels[at > 4 ? 4 : at];
}

void spark_values(const struct series *series, msec now, int width, double limit, struct buf *out)
{
	double most = highest(series, now, width, limit);

	for (int ago = width - 1; ago >= 0; ago--) {
		enum state state;
		double value;

		buf_char(out, series_at(series, now, (size_t)ago, &value, &state)
				      ? level(value, most) : ' ');
	}
}
