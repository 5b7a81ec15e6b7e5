/* Sources in the world: asking, answering, growing old, and what is written down of it. */
#include "core/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static const msec start = 1795312800000;
enum { EVERY = 2000 };

static int build(void **state)
{
	struct world *world = world_new(start);

	world_add_source(world, "db", "postgres", EVERY);
	world_add_ask(world, 0, "SQL role", "127.0.0.1:5444", "whether it can be written", EVERY);
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

/* An answer of this state, as fresh as now. */
static void say_at(struct world *world, enum state state, const char *because, msec now)
{
	struct report report = {.newest = now, .latency = 3};

	report_say(&report, state, "%s", because);
	world_report(world, 0, &report, now);
	world_refresh(world, now);
}

static void the_four_signals_always_exist_in_order(void **state)
{
	static const char *const names[] = {"lag", "error_rate", "latency", "stuck"};
	const struct world *world = *state;

	for (size_t i = 0; i < 4; i++)
		assert_string_equal(world->signals[i].name, names[i]);
	assert_int_equal(world->signal_count, 4);
	assert_int_equal(world->signals[0].state, STATE_UNKNOWN);
}

static void a_source_that_was_never_asked_is_unknown_and_asking(void **state)
{
	struct world *world = *state;

	world_refresh(world, start + 3000);
	assert_int_equal(world->sources[0].state, STATE_UNKNOWN);
	assert_true(world->sources[0].asking);
	assert_string_equal(world->sources[0].because, "asking for 3s");
	assert_int_equal(world->state, STATE_UNKNOWN);
	assert_int_equal(world->change_count, 0);
}

static void asking_counts_from_the_question(void **state)
{
	struct world *world = *state;

	world_ask(world, 0, 0)->asked_at = start + 4000;
	world_refresh(world, start + 9000);
	assert_string_equal(world->sources[0].because, "asking for 5s");
}

static void the_first_good_answer_is_no_news_and_a_bad_one_is(void **state)
{
	struct world *world = *state;

	say_at(world, STATE_OK, "primary, writable", start + 100);
	assert_int_equal(world->state, STATE_OK);
	assert_int_equal(world->change_count, 0);
	assert_null(world_change(world, 0));
	say_at(world, STATE_DOWN, "connection refused", start + 2100);
	assert_string_equal(world_change(world, 0)->what, "db");
	assert_string_equal(world_change(world, 0)->text, "ok -> down: connection refused");
	assert_int_equal(world_change(world, 0)->state, STATE_DOWN);
	assert_int_equal(world->state, STATE_DOWN);
}

static void a_first_answer_that_is_bad_is_written_down(void **state)
{
	struct world *world = *state;

	say_at(world, STATE_UNKNOWN, "password refused", start + 100);
	assert_string_equal(world_change(world, 0)->text, "ask -> unknown: password refused");
}

static void since_moves_only_with_the_word(void **state)
{
	struct world *world = *state;

	say_at(world, STATE_OK, "writable", start + 100);
	say_at(world, STATE_OK, "still writable", start + 2100);
	assert_int_equal(world->sources[0].since, start + 100);
	say_at(world, STATE_WARN, "replica down", start + 4100);
	assert_int_equal(world->sources[0].since, start + 4100);
	assert_int_equal(world->change_count, 1);
}

static void silence_for_three_periods_is_stale_whatever_was_said(void **state)
{
	static const enum state said[] = {STATE_OK, STATE_WARN, STATE_BAD, STATE_DOWN};
	struct world *world = *state;
	msec now = start;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		now += WHEN_MINUTE;
		say_at(world, said[i], "as it was", now);
		world_refresh(world, now + 3 * EVERY);
		assert_int_equal(world->sources[0].state, said[i]);
		world_refresh(world, now + 3 * EVERY + 1);
		assert_int_equal(world->sources[0].state, STATE_STALE);
		assert_non_null(strstr(world->sources[0].because, "last answer 6s ago, limit 6s"));
		assert_non_null(strstr(world->sources[0].because, "as it was"));
	}
}

static void a_source_asked_less_often_may_be_silent_longer(void **state)
{
	struct world *world = *state;
	struct report report = {.newest = start, .latency = WHEN_NEVER, .period = 30000};

	report_say(&report, STATE_DOWN, "connection refused");
	world_report(world, 0, &report, start);
	world_refresh(world, start + 89000);
	assert_int_equal(world->sources[0].state, STATE_DOWN);
	world_refresh(world, start + 91000);
	assert_int_equal(world->sources[0].state, STATE_STALE);
}

static void unknown_does_not_turn_into_stale(void **state)
{
	struct world *world = *state;

	say_at(world, STATE_UNKNOWN, "throttled", start);
	world_refresh(world, start + WHEN_HOUR);
	assert_int_equal(world->sources[0].state, STATE_UNKNOWN);
}

static void a_source_that_refuses_every_time_stays_down(void **state)
{
	struct world *world = *state;

	say_at(world, STATE_OK, "writable", start);
	for (msec now = start + EVERY; now < start + WHEN_MINUTE; now += EVERY) {
		struct report report = {.newest = start, .latency = WHEN_NEVER};

		world_ask(world, 0, 0)->answered_at = now;
		report_say(&report, STATE_DOWN, "connection refused");
		world_report(world, 0, &report, now);
		world_refresh(world, now + 1);
		assert_int_equal(world->sources[0].state, STATE_DOWN);
	}
}

static void what_changes_nothing_is_not_told(void **state)
{
	struct world *world = *state;

	say_at(world, STATE_OK, "writable", start);
	assert_false(world_refresh(world, start));
	assert_false(world_refresh(world, start + 500));
	say_at(world, STATE_WARN, "replica down", start + 1000);
	assert_false(world_refresh(world, start + 1500));
	world_report(world, 0, &(struct report){.newest = start + 1600, .latency = 3,
		     .fields = json_pack("{s:s}", "role", "primary")}, start + 1600);
	assert_true(world_refresh(world, start + 1600));
}

static void the_ring_of_changes_keeps_the_newest(void **state)
{
	struct world *world = *state;

	for (int i = 0; i < WORLD_CHANGES + 10; i++)
		say_at(world, i % 2 ? STATE_OK : STATE_BAD, i % 2 ? "well" : "blocked", start + i);
	assert_int_equal(world->change_count, WORLD_CHANGES + 10);
	assert_string_equal(world_change(world, 0)->text, "bad -> ok: well");
	assert_int_equal(world_change(world, WORLD_CHANGES - 1)->at, start + 10);
	assert_null(world_change(world, WORLD_CHANGES));
}

static void a_report_is_copied(void **state)
{
	struct world *world = *state;
	struct reading reading = {.name = "stuck", .known = true, .value = 2, .at = start};
	struct report report = {.newest = start, .readings = &reading, .reading_count = 1};

	report_say(&report, STATE_OK, "writable");
	world_report(world, 0, &report, start);
	reading.value = 77;
	world_refresh(world, start);
	assert_near(world->signals[world_find_signal(world, "stuck")].value, 2);
}

static void the_world_is_as_bad_as_its_worst_part(void **state)
{
	static const enum state said[] = {STATE_OK, STATE_WARN, STATE_STALE, STATE_UNKNOWN,
					  STATE_BAD, STATE_DOWN};
	struct world *world = *state;

	world_add_source(world, "late", "http", EVERY);	/* asks for ever: counts for nothing */
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		say_at(world, said[i], "so", start + (msec)i);
		assert_int_equal(world->state, said[i]);
	}
}

static void a_table_that_cannot_be_read_is_not_zero_stuck(void **state)
{
	static struct tx_summary tx;
	struct world *world = *state;
	struct report report = {.newest = start, .tx = &tx};

	tx = (struct tx_summary){.known = true, .stuck = 37, .at = start};
	report_say(&report, STATE_OK, "writable");
	world_report(world, 0, &report, start);
	world_refresh(world, start);
	assert_true(world->tx.known);
	say_at(world, STATE_DOWN, "no answer in 8 s", start + 1000);
	assert_false(world->tx.known);
	assert_string_equal(world->tx.because, "db does not answer: no answer in 8 s");
	assert_int_equal(world->tx.stuck, 37);
	assert_int_equal(world->tx.at, start);
}

static void a_table_that_was_never_filled_makes_the_whole_unknown(void **state)
{
	static struct tx_summary tx;
	struct world *world = *state;
	struct report report = {.newest = start, .tx = &tx};

	str_put(tx.because, sizeof(tx.because), "no data: the table has never held a row");
	report_say(&report, STATE_OK, "writable");
	world_report(world, 0, &report, start);
	world_refresh(world, start);
	assert_int_equal(world->sources[0].state, STATE_OK);
	assert_int_equal(world->state, STATE_UNKNOWN);
	assert_string_equal(world->tx.because, tx.because);
}

static void the_chain_is_the_highest_that_any_watcher_saw(void **state)
{
	static const struct chain near = {.configured = true, .known = true, .ledger = 1000,
					  .horizons = HORIZONS_FAIL,
					  .activity = ACTIVITY_SOME, .activity_ledger = 990};
	static const struct chain far = {.configured = true, .known = true, .ledger = 1214};
	struct world *world = *state;
	struct report report = {.newest = start, .chain = &near};

	world_add_source(world, "other", "horizon", EVERY);
	world_report(world, 0, &report, start);
	report = (struct report){.newest = start, .chain = &far};
	world_report(world, 1, &report, start);
	world_refresh(world, start);
	assert_true(world->chain.known);
	assert_int_equal(world->chain.ledger, 1214);
	assert_int_equal(world->chain.horizons, HORIZONS_FAIL);
	assert_int_equal(world->chain.activity, ACTIVITY_SOME);
	assert_int_equal(world->chain.activity_ledger, 990);
}

static void building_stops_at_its_limits(void **state)
{
	struct world *world = *state;

	while (world->source_count < WORLD_SOURCES)
		assert_true(world_add_source(world, "more", "http", EVERY) >= 0);
	assert_int_equal(world_add_source(world, "one too many", "http", EVERY), -1);
	for (int i = 1; i < WORLD_ASKS; i++)
		assert_int_equal(world_add_ask(world, 0, "GET /", "host", "", EVERY), i);
	assert_int_equal(world_add_ask(world, 0, "GET /", "host", "", EVERY), -1);
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(the_four_signals_always_exist_in_order),
		WITH_WORLD(a_source_that_was_never_asked_is_unknown_and_asking),
		WITH_WORLD(asking_counts_from_the_question),
		WITH_WORLD(the_first_good_answer_is_no_news_and_a_bad_one_is),
		WITH_WORLD(a_first_answer_that_is_bad_is_written_down),
		WITH_WORLD(since_moves_only_with_the_word),
		WITH_WORLD(silence_for_three_periods_is_stale_whatever_was_said),
		WITH_WORLD(a_source_asked_less_often_may_be_silent_longer),
		WITH_WORLD(unknown_does_not_turn_into_stale),
		WITH_WORLD(a_source_that_refuses_every_time_stays_down),
		WITH_WORLD(what_changes_nothing_is_not_told),
		WITH_WORLD(the_ring_of_changes_keeps_the_newest),
		WITH_WORLD(a_report_is_copied),
		WITH_WORLD(the_world_is_as_bad_as_its_worst_part),
		WITH_WORLD(a_table_that_cannot_be_read_is_not_zero_stuck),
		WITH_WORLD(a_table_that_was_never_filled_makes_the_whole_unknown),
		WITH_WORLD(the_chain_is_the_highest_that_any_watcher_saw),
		WITH_WORLD(building_stops_at_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
