/* What the stand-in backend keeps count of: its breaker, its rate limit, who asked what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "lab/breaker.h"
#include "lab/limiter.h"
#include "lab/tally.h"

#define START ((msec)1795311441000)

static void fail_times(struct breaker *breaker, unsigned times, msec now)
{
	for (unsigned i = 0; i < times; i++)
		breaker_note(breaker, false, now);
}

static void the_fifth_failure_in_a_row_opens_the_breaker(void **state)
{
	struct breaker breaker = { 0 };

	(void)state;
	fail_times(&breaker, 4, START);
	assert_int_equal(breaker_look(&breaker, START), BREAKER_CLOSED);
	breaker_note(&breaker, true, START);
	fail_times(&breaker, 4, START);
	assert_int_equal(breaker_look(&breaker, START), BREAKER_CLOSED);
	fail_times(&breaker, 1, START);
	assert_int_equal(breaker_look(&breaker, START), BREAKER_OPEN);
	assert_int_equal(breaker.failures, 5);
	assert_true(breaker.opened_at == START);
}

static void an_open_breaker_lets_one_trial_through_after_half_a_minute(void **state)
{
	struct breaker breaker = { 0 };
	const msec later = START + 30 * WHEN_SECOND;

	(void)state;
	fail_times(&breaker, 5, START);
	assert_int_equal(breaker_look(&breaker, later - 1), BREAKER_OPEN);
	assert_int_equal(breaker_look(&breaker, later), BREAKER_HALF_OPEN);
	breaker_note(&breaker, false, later);
	assert_int_equal(breaker_look(&breaker, later + WHEN_SECOND), BREAKER_OPEN);
	assert_int_equal(breaker_look(&breaker, later + 30 * WHEN_SECOND), BREAKER_HALF_OPEN);
	breaker_note(&breaker, true, later + 30 * WHEN_SECOND);
	assert_int_equal(breaker_look(&breaker, later + 30 * WHEN_SECOND), BREAKER_CLOSED);
	assert_int_equal(breaker.failures, 0);
}

static void a_held_breaker_stays_open_until_it_is_let_go(void **state)
{
	struct breaker breaker = { 0 };

	(void)state;
	breaker_hold(&breaker, true, START);
	breaker_note(&breaker, true, START);
	assert_int_equal(breaker_look(&breaker, START + WHEN_HOUR), BREAKER_OPEN);
	breaker_hold(&breaker, false, START + WHEN_HOUR);
	assert_int_equal(breaker_look(&breaker, START + WHEN_HOUR), BREAKER_CLOSED);
}

static void the_hundred_and_first_request_of_a_minute_is_refused(void **state)
{
	struct limiter limiter = { 0 };

	(void)state;
	for (int i = 0; i < LIMITER_MOST; i++)
		assert_true(limiter_take(&limiter, START + i));
	assert_int_equal(limiter_left(&limiter), 0);
	assert_false(limiter_take(&limiter, START + 30 * WHEN_SECOND));
	assert_int_equal(limiter_reset_s(&limiter, START + 30 * WHEN_SECOND), 30);
	assert_false(limiter_take(&limiter, START + 59 * WHEN_SECOND));
	assert_true(limiter_take(&limiter, START + 60 * WHEN_SECOND));
	assert_int_equal(limiter_left(&limiter), LIMITER_MOST - 1);
}

static void the_densest_fifteen_seconds_are_remembered(void **state)
{
	static const msec came[] = { 0, 10, 14, 16, 17, 24, 60 };	/* s: five from 10 to 24 */
	static struct tally tally;
	int64_t densest = 0;
	json_t *told;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(came); i++)
		tally_came(&tally, "GET", "/health/live", came[i] * WHEN_SECOND);
	told = tally_json(&tally);
	assert_true(json_i64_at(told, "densest_15s", &densest));
	assert_int_equal(densest, 5);
	json_decref(told);
}

static void requests_are_told_by_method_and_path(void **state)
{
	static struct tally tally;
	const json_t *paths;
	json_t *told;

	(void)state;
	tally_came(&tally, "GET", "/health/live", 1);
	tally_came(&tally, "GET", "/health/live", 2);
	tally_came(&tally, "POST", "/health/live", 3);
	told = tally_json(&tally);
	paths = json_at(told, "paths");
	assert_int_equal(json_object_size(paths), 2);
	assert_int_equal(json_integer_value(json_object_get(paths, "GET /health/live")), 2);
	assert_int_equal(json_integer_value(json_object_get(paths, "POST /health/live")), 1);
	json_decref(told);
}

static void a_path_beyond_the_rows_is_counted_as_such(void **state)
{
	static struct tally tally;
	int64_t total = 0, uncounted = 0;
	json_t *told;

	(void)state;
	for (int i = 0; i < TALLY_ROWS + 2; i++) {
		char path[] = { '/', (char)('0' + i), '\0' };

		tally_came(&tally, "GET", path, i);
	}
	told = tally_json(&tally);
	assert_true(json_i64_at(told, "total", &total));
	assert_true(json_i64_at(told, "uncounted", &uncounted));
	assert_int_equal(total, TALLY_ROWS + 2);
	assert_int_equal(uncounted, 2);
	json_decref(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fifth_failure_in_a_row_opens_the_breaker),
		cmocka_unit_test(an_open_breaker_lets_one_trial_through_after_half_a_minute),
		cmocka_unit_test(a_held_breaker_stays_open_until_it_is_let_go),
		cmocka_unit_test(the_hundred_and_first_request_of_a_minute_is_refused),
		cmocka_unit_test(the_densest_fifteen_seconds_are_remembered),
		cmocka_unit_test(requests_are_told_by_method_and_path),
		cmocka_unit_test(a_path_beyond_the_rows_is_counted_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
