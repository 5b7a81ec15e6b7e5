#include "tests/lib/samples.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void samples_add(struct samples *s, double value)
{
	s->values = mem_grow(s->values, &s->cap, s->count + 1, sizeof(*s->values));
	s->values[s->count++] = value;
}

void samples_done(struct samples *s)
{
	mem_free(s->values);
	*s = (struct samples){0};
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double samples_quantile(const struct samples *s, double q)
{
	if (s->count == 0)
		return NAN;
	double *sorted = mem_dup(s->values, s->count * sizeof(*sorted));
	qsort(sorted, s->count, sizeof(*sorted), by_value);
	double place = q * (double)(s->count - 1);
	size_t low = (size_t)place, high = low + 1 < s->count ? low + 1 : low;
	double value = sorted[low] + (sorted[high] - sorted[low]) * (place - (double)low);
	mem_free(sorted);
	return value;
}

double samples_median(const struct samples *s)
{
	return samples_quantile(s, 0.5);
}

double samples_max(const struct samples *s)
{
	return samples_quantile(s, 1.0);
}
