/* A series keeps the worst of each minute. */
#include "core/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static const msec noon = 1795312800000;

static void an_empty_series_has_no_point(void **unused)
{
	struct series series;
	enum state state;
	double value;

	(void)unused;
	series_init(&series);
	assert_false(series_at(&series, noon, 0, &value, &state));
	assert_false(series_at(&series, noon, SERIES_POINTS, &value, &state));
}

static void the_worst_of_a_minute_stays(void **unused)
{
	static const struct {
		double value;
		enum state state;
	} seen[] = {{3, STATE_OK}, {900, STATE_BAD}, {950, STATE_BAD}, {4000, STATE_OK}};
	struct series series;
	enum state state;
	double value;

	(void)unused;
	series_init(&series);
	for (size_t i = 0; i < 4; i++)
		series_add(&series, noon + (msec)i, seen[i].value, seen[i].state);
	assert_true(series_at(&series, noon, 0, &value, &state));
	assert_int_equal(state, STATE_BAD);
	assert_near(value, 950);
}

static void a_number_takes_the_place_of_none(void **unused)
{
	struct series series;
	enum state state;
	double value;

	(void)unused;
	series_init(&series);
	series_add(&series, noon, (double)NAN, STATE_OK);
	series_add(&series, noon, 2, STATE_OK);
	series_add(&series, noon, (double)NAN, STATE_OK);
	assert_true(series_at(&series, noon, 0, &value, &state));
	assert_near(value, 2);
}

static void minutes_move_back_and_fall_off_the_end(void **unused)
{
	struct series series;
	enum state state;
	double value;

	(void)unused;
	series_init(&series);
	for (int i = 0; i < SERIES_POINTS + 3; i++)
		series_add(&series, noon + i * WHEN_MINUTE, i, STATE_OK);
	for (size_t ago = 0; ago < SERIES_POINTS; ago++) {
		assert_true(series_at(&series, noon + (SERIES_POINTS + 2) * WHEN_MINUTE, ago,
				      &value, &state));
		assert_near(value, (double)(SERIES_POINTS + 2) - (double)ago);
	}
}

static void a_gap_is_no_point(void **unused)
{
	struct series series;
	enum state state;
	double value;

	(void)unused;
	series_init(&series);
	series_add(&series, noon, 1, STATE_OK);
	series_add(&series, noon + 3 * WHEN_MINUTE, 2, STATE_WARN);
	assert_false(series_at(&series, noon + 3 * WHEN_MINUTE, 1, &value, &state));
	assert_false(series_at(&series, noon + 3 * WHEN_MINUTE, 2, &value, &state));
	assert_true(series_at(&series, noon + 3 * WHEN_MINUTE, 3, &value, &state));
	/* Minutes that have passed without a point since. */
	assert_false(series_at(&series, noon + 5 * WHEN_MINUTE, 0, &value, &state));
	assert_true(series_at(&series, noon + 5 * WHEN_MINUTE, 2, &value, &state));
	assert_int_equal(state, STATE_WARN);
}

static void a_clock_set_back_breaks_nothing(void **unused)
{
	struct series series;
	enum state state;
	double value;

	(void)unused;
	series_init(&series);
	series_add(&series, noon, 1, STATE_OK);
	series_add(&series, noon - 2 * WHEN_MINUTE, 7, STATE_BAD);
	assert_true(series_at(&series, noon, 2, &value, &state));
	assert_int_equal(state, STATE_BAD);
	series_add(&series, noon - WHEN_DAY, 5, STATE_WARN);
	assert_true(series_at(&series, noon - WHEN_DAY, 0, &value, &state));
	assert_near(value, 5);
	assert_false(series_at(&series, noon, 0, &value, &state));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_series_has_no_point),
		cmocka_unit_test(the_worst_of_a_minute_stays),
		cmocka_unit_test(a_number_takes_the_place_of_none),
		cmocka_unit_test(minutes_move_back_and_fall_off_the_end),
		cmocka_unit_test(a_gap_is_no_point),
		cmocka_unit_test(a_clock_set_back_breaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
