/* How fast the count of stuck transactions grows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/caseload.h"

static const msec start = 1795313580000;

static void growth_is_per_minute_over_the_last_ten(void **unused)
{
	struct series series;

	(void)unused;
	series_init(&series);
	for (int i = 0; i <= 20; i++)
		series_add(&series, start + i * WHEN_MINUTE, i < 11 ? 1000 : 4 * i, STATE_BAD);
	assert_true(fabs(caseload_growth(&series, start + 20 * WHEN_MINUTE) - 4) < 1e-6);
}

static void growth_of_one_minute_or_of_none_is_not_known(void **unused)
{
	struct series series;

	(void)unused;
	series_init(&series);
	assert_true(isnan(caseload_growth(&series, start)));
	series_add(&series, start, 7, STATE_BAD);
	assert_true(isnan(caseload_growth(&series, start)));
	series_add(&series, start + 2 * WHEN_MINUTE, 3, STATE_BAD);
	assert_true(fabs(caseload_growth(&series, start + 2 * WHEN_MINUTE) + 2) < 1e-6);
	/* What is long ago says nothing of now. */
	assert_true(isnan(caseload_growth(&series, start + 30 * WHEN_MINUTE)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growth_is_per_minute_over_the_last_ten),
		cmocka_unit_test(growth_of_one_minute_or_of_none_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
