/* samples.h: measured values and their quantiles. A zeroed struct samples is empty. */
#ifndef LIB_SAMPLES_H
#define LIB_SAMPLES_H

#include <stddef.h>

struct samples {
	double *values;
	size_t count, cap;
};

void samples_add(struct samples *s, double value);
void samples_done(struct samples *s);

/* Linear between neighbours; NaN when empty. */
double samples_quantile(const struct samples *s, double q);
double samples_median(const struct samples *s);
double samples_max(const struct samples *s);

#endif
