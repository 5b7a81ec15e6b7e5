#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "backends/headroom.h"
#include "base/attr.h"

#define UNKNOWN ((double)NAN)

static const struct headroom_limits limits = {
	.warn = 3 * WHEN_DAY, .bad = 12 * WHEN_HOUR, .warn_percent = 50, .bad_percent = 10,
};

/* The window of public RPC servers, full, at 5 s a ledger: seven days. */
static struct headroom full(int64_t cursor)
{
	return (struct headroom){ .latest = 220959, .oldest = 100000, .window = 120960,
				  .cursor = cursor, .cadence_s = 5, .rate = UNKNOWN };
}

static void the_limits_are_in_percent_and_in_time(void **state)
{
	static const struct {
		int64_t headroom;
		double rate;
		enum state state;
	} cases[] = {
		{ 120959, UNKNOWN, STATE_OK }, { 120959, 0.2, STATE_OK }, { 120959, 0, STATE_OK },
		{ 60481, 0, STATE_OK }, { 60479, 0, STATE_WARN }, { 60479, 5, STATE_WARN },
		{ 12097, 5, STATE_WARN }, { 12095, 5, STATE_BAD }, { 12095, 0, STATE_BAD },
		/* 3 days are 51840 ledgers, 12 hours 8640: in 7 days percent is stricter. */
		{ 51839, 0, STATE_WARN }, { 8639, 0, STATE_BAD }, { 0, 0, STATE_BAD },
		{ -1, 0, STATE_BAD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct headroom h = full(100000 + cases[i].headroom);

		h.rate = cases[i].rate;
		headroom_measure(&h, &limits);
		if (h.state != cases[i].state)
			fail_msg("%lld ledgers: %s", (long long)h.ledgers, state_word(h.state));
		assert_int_equal(h.ledgers, cases[i].headroom);
		assert_int_equal(h.lost_from, 0);
	}
}

static void a_slow_chain_makes_time_the_stricter_limit(void **state)
{
	struct headroom h = full(200000);

	(void)state;
	h.cadence_s = 1;				/* 1.4 days in all */
	h.oldest = 110000;
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_OK);		/* no limit of 3 days can be kept */
	h.cursor = 110000 + 43199;
	h.rate = 0;
	h.window = 0;
	h.oldest = 110000;
	h.latest = 110000 + 50000;			/* 86 %, but less than 12 hours */
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_BAD);
	h.rate = 1;					/* and no loss at all at this pace */
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_OK);
	assert_true(h.keeps_up && isnan(h.loss_s));
}

static void the_time_to_loss_follows_from_both_paces(void **state)
{
	static const struct {
		double cadence_s, rate, loss_s;
	} cases[] = {
		{ 5, UNKNOWN, 5000 }, { 5, 0, 5000 }, { 5, 0.1, 10000 }, { 5, 0.19, 100000 },
		{ 5, 0.2, UNKNOWN }, { 5, 7, UNKNOWN }, { 0.5, 1, 1000 }, { UNKNOWN, 0, UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct headroom h = full(101000);

		h.cadence_s = cases[i].cadence_s;
		h.rate = cases[i].rate;
		headroom_measure(&h, &limits);
		if (isnan(cases[i].loss_s) ? !isnan(h.loss_s) :
		    !(fabs(h.loss_s - cases[i].loss_s) < 0.01))
			fail_msg("case %zu: %g s", i, h.loss_s);
	}
}

static void what_is_lost_is_said_exactly(void **state)
{
	struct headroom h = full(99997);
	char text[BECAUSE_TEXT];

	(void)state;
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_BAD);
	assert_int_equal(h.lost_from, 99998);
	assert_int_equal(h.lost_to, 99999);
	headroom_say(&h, text);
	assert_string_equal(text, "headroom lost: ledgers 99998 to 99999 (2 of them) are gone here and "
			    "were not read");
	h = full(99998);
	headroom_measure(&h, &limits);
	assert_int_equal(h.lost_from, 99999);
	assert_int_equal(h.lost_to, 99999);
}

static void a_fresh_server_has_more_time_once_its_end_was_seen_to_stand(void **state)
{
	struct headroom h = full(100990);
	char text[BECAUSE_TEXT];

	(void)state;
	h.latest = 100999;
	headroom_measure(&h, &limits);
	assert_true(h.filling);
	assert_int_equal(h.left, 990);
	assert_int_equal(h.state, STATE_BAD);
	h.end_stands = true;
	headroom_measure(&h, &limits);
	assert_int_equal(h.left, 990 + 119960);
	assert_int_equal(h.state, STATE_OK);
	assert_true(fabs(h.percent - 99) < 1e-9 && h.percent_of_window < 1);
	headroom_say(&h, text);
	assert_string_equal(text, "headroom 990 ledgers or 6d (99 %); it holds only 1000 of the 120960 "
			    "ledgers that it is set to keep");
	h.cursor = 100010;			/* near the end of what there is: worth a look anyhow */
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_BAD);
	h.cursor = 99000;
	headroom_measure(&h, &limits);
	assert_int_equal(h.lost_to, 99999);
	headroom_say(&h, text);
	assert_non_null(strstr(text, "(999 of them)"));
	assert_non_null(strstr(text, "holds only 1000"));
}

static void a_short_window_is_judged_by_percent(void **state)
{
	struct headroom h = full(0);

	(void)state;
	h.latest = 100999;
	h.window = 1000;
	h.cursor = 100995;
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_OK);
	h.cursor = 100400;
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_WARN);
	h.cursor = 100050;
	headroom_measure(&h, &limits);
	assert_int_equal(h.state, STATE_BAD);
}

static void what_is_said_names_headroom_and_how_it_is_known(void **state)
{
	static const struct {
		int64_t cursor;
		double cadence_s, rate;
		const char *text;
	} cases[] = {
		{ 101000, 5, UNKNOWN,
		  "loss in 1h if the indexer stands still; headroom 1000 ledgers (0.827 %)" },
		{ 101000, 5, 0, "loss in 1h, the indexer stands still; headroom 1000 ledgers (0.827 %)" },
		{ 101000, 5, 0.1, "loss in 2h at the indexer's pace; headroom 1000 ledgers (0.827 %)" },
		{ 220959, 5, 0.2, "headroom 120959 ledgers or 6d (100 %)" },
		{ 101000, 5, 0.2, "headroom 1000 ledgers (0.827 %), the indexer keeps up" },
		{ 101000, UNKNOWN, 0, "headroom 1000 ledgers (0.827 %)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct headroom h = full(cases[i].cursor);
		char text[BECAUSE_TEXT];

		h.cadence_s = cases[i].cadence_s;
		h.rate = cases[i].rate;
		headroom_measure(&h, &limits);
		headroom_say(&h, text);
		assert_string_equal(text, cases[i].text);
	}
}

static void the_pace_is_measured_over_minutes(void **state)
{
	struct pace pace = { 0 };
	msec at = 1000000;

	(void)state;
	assert_true(isnan(pace_rate(&pace)));
	pace_note(&pace, 5000, at);
	pace_note(&pace, 5003, at + 15000);		/* too soon after the last */
	assert_true(isnan(pace_rate(&pace)));
	pace_note(&pace, 5004, at + 20000);
	assert_true(isnan(pace_rate(&pace)));
	pace_note(&pace, 5008, at + 40000);
	assert_true(fabs(pace_rate(&pace) - 0.2) < 1e-9);
	for (int i = 3; i < 100; i++)
		pace_note(&pace, 5008, at + i * 20000);
	assert_true(fabs(pace_rate(&pace)) < 1e-9);
	assert_int_equal(pace.count, PACE_SAMPLES);
}

static void a_cursor_that_goes_back_begins_anew(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	pace_note(&pace, 5000, 100000);
	pace_note(&pace, 6000, 200000);
	assert_true(!isnan(pace_rate(&pace)));
	pace_note(&pace, 10, 300000);
	assert_true(isnan(pace_rate(&pace)));
	pace_note(&pace, 20, 100);			/* our clock went back */
	assert_int_equal(pace.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_limits_are_in_percent_and_in_time),
		cmocka_unit_test(a_slow_chain_makes_time_the_stricter_limit),
		cmocka_unit_test(the_time_to_loss_follows_from_both_paces),
		cmocka_unit_test(what_is_lost_is_said_exactly),
		cmocka_unit_test(a_fresh_server_has_more_time_once_its_end_was_seen_to_stand),
		cmocka_unit_test(a_short_window_is_judged_by_percent),
		cmocka_unit_test(what_is_said_names_headroom_and_how_it_is_known),
		cmocka_unit_test(the_pace_is_measured_over_minutes),
		cmocka_unit_test(a_cursor_that_goes_back_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
