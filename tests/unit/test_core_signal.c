/* Signals: known or not, fresh or not, over the limit or not. */
#include "core/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static const msec start = 1795312800000;
enum { EVERY = 2000, LAG = 0 };

static int build(void **state)
{
	static const struct limit lag = {.warn = 300, .bad = 900};
	struct world *world = world_new(start);

	world_add_source(world, "prometheus", "prometheus", EVERY);
	world_add_signal(world, "lag", "s", 0, lag);
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static void report_reading(struct world *world, enum state state, const char *because,
			   const struct reading *reading, msec now)
{
	struct report report = {.newest = now, .readings = reading, .reading_count = 1};

	report_say(&report, state, "%s", because);
	world_report(world, 0, &report, now);
	world_refresh(world, now);
}

static void read_lag(struct world *world, double value, msec now)
{
	struct reading reading = {.name = "lag", .unit = "s", .known = true, .value = value,
				  .at = now};

	report_reading(world, STATE_OK, "evaluated 1 s ago", &reading, now);
}

static void a_level_is_left_only_a_tenth_inside(void **state)
{
	static const struct {
		double value;
		enum state state;
		const char *because;
	} steps[] = {
		{3, STATE_OK, "3 s, limit 300 s"},
		{300, STATE_OK, "300 s, limit 300 s"},
		{301, STATE_WARN, "301 s, limit 300 s"},
		{290, STATE_WARN, "290 s, not yet well inside the limit 300 s"},
		{270, STATE_OK, "270 s, limit 300 s"},
		{290, STATE_OK, "290 s, limit 300 s"},
		{1842, STATE_BAD, "1842 s, limit 900 s"},
		{811, STATE_BAD, "811 s, not yet well inside the limit 900 s"},
		{810, STATE_WARN, "810 s, limit 300 s"},
		{899, STATE_WARN, "899 s, limit 300 s"},
		{901, STATE_BAD, "901 s, limit 900 s"},
		{280, STATE_WARN, "280 s, not yet well inside the limit 300 s"},
		{0, STATE_OK, "0 s, limit 300 s"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		read_lag(world, steps[i].value, start + (msec)i * 1000);
		assert_int_equal(world->signals[LAG].state, steps[i].state);
		assert_string_equal(world->signals[LAG].because, steps[i].because);
	}
}

static void a_limit_may_lie_below(void **state)
{
	static const struct limit headroom = {.warn = 20, .bad = 10, .below = true};
	static const struct {
		double value;
		enum state state;
	} steps[] = {{50, STATE_OK}, {19, STATE_WARN}, {21, STATE_WARN}, {22, STATE_OK},
		     {9, STATE_BAD}, {10.5, STATE_BAD}, {11, STATE_WARN}};
	struct world *world = *state;
	int index = world_add_signal(world, "headroom", "%", 0, headroom);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct reading reading = {.name = "headroom", .known = true,
					  .value = steps[i].value, .at = start};

		report_reading(world, STATE_OK, "fine", &reading, start);
		assert_int_equal(world->signals[index].state, steps[i].state);
	}
}

static void without_limits_a_known_value_is_ok(void **state)
{
	struct world *world = *state;
	struct reading reading = {.name = "cache hits", .unit = "%", .known = true, .value = 93.25,
				  .at = start};

	report_reading(world, STATE_OK, "fine", &reading, start);
	assert_int_equal(world->signals[4].state, STATE_OK);
	assert_string_equal(world->signals[4].name, "cache hits");
	assert_string_equal(world->signals[4].because, "93.25 %");
}

static void an_old_sample_served_as_current_is_stale(void **state)
{
	static const struct limit strict = {.warn = 300, .bad = 900, .stale = 4000};
	struct world *world = *state;
	struct reading reading = {.name = "lag", .known = true, .value = 3,
				  .at = start - 3 * EVERY - 1};

	report_reading(world, STATE_OK, "answers", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_STALE);
	assert_string_equal(world->signals[LAG].because, "sample is 6s old, limit 6s; it was 3 s");

	world_add_signal(world, "lag", "s", 0, strict);
	reading.at = start - 4000;
	report_reading(world, STATE_OK, "answers", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_OK);
	reading.at = start - 4001;
	report_reading(world, STATE_OK, "answers", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_STALE);
}

static void a_sample_grows_old_without_any_report(void **state)
{
	struct world *world = *state;

	read_lag(world, 3, start);
	world_refresh(world, start + 3 * EVERY + 1);
	assert_int_equal(world->signals[LAG].state, STATE_STALE);
}

static void an_absent_series_is_unknown_and_never_zero(void **state)
{
	struct world *world = *state;
	struct reading reading = {.name = "lag", .because = "absent: no such series"};

	report_reading(world, STATE_OK, "answers", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_UNKNOWN);
	assert_string_equal(world->signals[LAG].because, "absent: no such series");
	reading.because[0] = '\0';
	report_reading(world, STATE_OK, "answers", &reading, start);
	assert_string_equal(world->signals[LAG].because, "absent");
}

static void a_dead_source_takes_its_signals_along(void **state)
{
	static const struct {
		enum state source;
		const char *because, *expected;
	} cases[] = {
		{STATE_DOWN, "connection refused", "prometheus does not answer: connection refused"},
		{STATE_UNKNOWN, "rules are not evaluated",
		 "prometheus cannot be judged: rules are not evaluated"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < 2; i++) {
		struct reading reading = {.name = "lag", .known = true, .value = 3, .at = start};

		read_lag(world, 3, start);
		report_reading(world, cases[i].source, cases[i].because, &reading, start);
		assert_int_equal(world->signals[LAG].state, STATE_UNKNOWN);
		assert_string_equal(world->signals[LAG].because, cases[i].expected);
		assert_false(world->signals[LAG].known);
		assert_near(world->signals[LAG].value, 3);
	}
}

static void a_limit_of_the_operator_overrules_a_judgement_that_yields(void **state)
{
	static const struct {
		bool yields, own;
		double value;
		enum state judged, state;
		const char *because;
	} cases[] = {
		{true, false, 3, STATE_BAD, STATE_BAD, "3 stuck"},
		{false, true, 3, STATE_BAD, STATE_BAD, "3 stuck"},
		{true, true, 3, STATE_BAD, STATE_OK, "3 s, limit 300 s: 3 stuck"},
		{true, true, 901, STATE_WARN, STATE_BAD, "901 s, limit 900 s: 3 stuck"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading reading = {.name = "lag", .unit = "s", .known = true, .at = start,
					  .value = cases[i].value, .judged = true,
					  .yields = cases[i].yields, .state = cases[i].judged,
					  .because = "3 stuck"};

		world->signals[LAG].own_limit = cases[i].own;
		report_reading(world, STATE_OK, "fine", &reading, start);
		assert_int_equal(world->signals[LAG].state, cases[i].state);
		assert_string_equal(world->signals[LAG].because, cases[i].because);
	}
}

static void what_the_source_judged_itself_stands(void **state)
{
	struct world *world = *state;
	struct reading reading = {.name = "lag", .known = true, .value = 4000, .at = start,
				  .judged = true, .state = STATE_OK,
				  .because = "quiet: no operation on the chain since"};

	report_reading(world, STATE_OK, "quiet", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_OK);
	assert_string_equal(world->signals[LAG].because, reading.because);
	report_reading(world, STATE_UNKNOWN, "no grant", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_OK);
	report_reading(world, STATE_DOWN, "connection refused", &reading, start);
	assert_int_equal(world->signals[LAG].state, STATE_UNKNOWN);
}

static void a_signal_nobody_is_configured_for_is_unknown_and_does_not_weigh(void **state)
{
	struct world *world = *state;

	read_lag(world, 3, start);
	assert_int_equal(world->signals[3].state, STATE_UNKNOWN);
	assert_string_equal(world->signals[3].because, "no source is configured for it");
	assert_int_equal(world->state, STATE_OK);
}

static void a_signal_of_another_source_is_not_taken_over(void **state)
{
	struct world *world = *state;
	struct reading reading = {.name = "lag", .known = true, .value = 9999, .at = start};
	struct report report = {.newest = start, .readings = &reading, .reading_count = 1};

	read_lag(world, 3, start);
	world_add_source(world, "stranger", "http", EVERY);
	world_report(world, 1, &report, start);
	world_refresh(world, start);
	assert_near(world->signals[LAG].value, 3);
}

static void a_change_of_level_is_written_down_once(void **state)
{
	struct world *world = *state;

	read_lag(world, 3, start);
	assert_int_equal(world->change_count, 0);
	read_lag(world, 1842, start + 1000);
	read_lag(world, 1850, start + 2000);
	assert_int_equal(world->change_count, 1);
	assert_string_equal(world_change(world, 0)->what, "lag");
	assert_string_equal(world_change(world, 0)->text, "ok -> bad: 1842 s, limit 900 s");
}

static void what_is_not_known_yet_at_the_start_is_no_change(void **state)
{
	static const struct reading waits = {.name = "lag", .unit = "s",
					     .because = "no cursor to measure it from"};
	struct world *world = *state;

	report_reading(world, STATE_OK, "answers", &waits, start);
	assert_int_equal(world->signals[LAG].state, STATE_UNKNOWN);
	assert_string_equal(world->signals[LAG].because, waits.because);
	read_lag(world, 3, start + 1000);
	assert_int_equal(world->signals[LAG].state, STATE_OK);
	assert_int_equal(world->change_count, 0);
	report_reading(world, STATE_OK, "answers", &waits, start + 2000);
	assert_int_equal(world->change_count, 1);	/* what was known is lost */
}

static void what_stays_unknown_after_the_start_is_told(void **state)
{
	static const struct reading waits = {.name = "lag", .unit = "s", .because = "no cursor"};
	struct world *world = *state;

	report_reading(world, STATE_OK, "answers", &waits, start);
	report_reading(world, STATE_OK, "answers", &waits, start + 60000);
	assert_int_equal(world->change_count, 1);
	assert_string_equal(world_change(world, 0)->text, "ask -> unknown: no cursor");
	report_reading(world, STATE_OK, "answers", &waits, start + 61000);
	assert_int_equal(world->change_count, 1);
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_level_is_left_only_a_tenth_inside),
		WITH_WORLD(a_limit_may_lie_below),
		WITH_WORLD(without_limits_a_known_value_is_ok),
		WITH_WORLD(an_old_sample_served_as_current_is_stale),
		WITH_WORLD(a_sample_grows_old_without_any_report),
		WITH_WORLD(an_absent_series_is_unknown_and_never_zero),
		WITH_WORLD(a_dead_source_takes_its_signals_along),
		WITH_WORLD(a_limit_of_the_operator_overrules_a_judgement_that_yields),
		WITH_WORLD(what_the_source_judged_itself_stands),
		WITH_WORLD(a_signal_nobody_is_configured_for_is_unknown_and_does_not_weigh),
		WITH_WORLD(a_signal_of_another_source_is_not_taken_over),
		WITH_WORLD(a_change_of_level_is_written_down_once),
		WITH_WORLD(what_is_not_known_yet_at_the_start_is_no_change),
		WITH_WORLD(what_stays_unknown_after_the_start_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
