/* What was measured before this program looked fills the gaps of a signal's series, and no more. */
#include "core/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const msec start = 1795312800000;

static int build(void **state)
{
	static const struct limit limit = {.warn = 300, .bad = 900};
	struct world *world = world_new(start);

	world_add_source(world, "prometheus", "prometheus", 2000);
	world_add_signal(world, "lag", "s", 0, limit);
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static void report(struct world *world, double value, const struct series *past, msec now)
{
	struct reading reading = {.name = "lag", .unit = "s", .known = true, .value = value,
				  .at = now};
	struct report report = {.newest = now, .readings = &reading, .reading_count = 1,
				.pasts = past};

	report_say(&report, STATE_OK, "well");
	world_report(world, 0, &report, now);
	world_refresh(world, now);
}

/* The state and value of a minute ago; STATE_COUNT when there is no point. */
static enum state minute(const struct world *world, msec now, size_t ago, double *value)
{
	enum state state = STATE_COUNT;

	if (!series_at(&world->signals[0].series, now, ago, value, &state))
		return STATE_COUNT;
	return state;
}

static void the_past_is_judged_by_the_limits(void **state)
{
	static const enum state states[] = {STATE_OK, STATE_OK, STATE_WARN, STATE_BAD};
	static const double values[] = {5, 300, 301, 901};
	struct world *world = *state;
	struct series past;
	double value;

	series_init(&past);
	for (int i = 3; i >= 1; i--)
		series_add(&past, start - i * WHEN_MINUTE, values[i], STATE_OK);
	report(world, values[0], &past, start);
	for (size_t ago = 0; ago < 4; ago++) {
		assert_int_equal(minute(world, start, ago, &value), states[ago]);
		assert_true(fabs(value - values[ago]) < 1e-6);
	}
	assert_int_equal(minute(world, start, 4, &value), STATE_COUNT);
}

static void what_was_seen_is_never_overwritten(void **state)
{
	struct world *world = *state;
	struct series past;
	double value;

	report(world, 1000, NULL, start);
	series_init(&past);
	series_add(&past, start, 7, STATE_OK);
	report(world, 1000, &past, start + 100);
	assert_int_equal(minute(world, start, 0, &value), STATE_BAD);
	assert_true(fabs(value - 1000) < 1e-6);
}

static void a_past_that_is_empty_too_old_or_in_the_future_changes_nothing(void **state)
{
	struct world *world = *state;
	struct series past = {0};
	double value;

	report(world, 3, NULL, start);
	report(world, 3, &past, start + 100);
	series_init(&past);
	report(world, 3, &past, start + 200);
	series_add(&past, start - WHEN_DAY, 950, STATE_OK);
	report(world, 3, &past, start + 300);
	series_init(&past);
	series_add(&past, start + WHEN_DAY, 950, STATE_OK);
	report(world, 3, &past, start + 400);
	assert_int_equal(minute(world, start, 0, &value), STATE_OK);
	for (size_t ago = 1; ago < SERIES_POINTS; ago++)
		assert_int_equal(minute(world, start, ago, &value), STATE_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_past_is_judged_by_the_limits, build, drop),
		cmocka_unit_test_setup_teardown(what_was_seen_is_never_overwritten, build, drop),
		cmocka_unit_test_setup_teardown(
			a_past_that_is_empty_too_old_or_in_the_future_changes_nothing, build, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
