#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backends/probe.h"
#include "base/attr.h"

enum { MOST = 4 };

/* A kind of our own: how many asks, and what decode() gives, are the configuration. */
struct toy_config {
	struct source_config source;
	size_t asks;
	enum decoded decoded;
};

struct toy_facts {
	int answers;
};

static size_t toy_asks(const void *config, struct ask *out, size_t max)
{
	static const char *const names[MOST] = { "one", "two", "three", "four" };
	const struct toy_config *toy = config;

	assert_true(max >= MOST);
	for (size_t i = 0; i < toy->asks; i++)
		out[i] = (struct ask){ .name = names[i], .what = names[i], .every = toy->source.every,
				       .timeout = toy->source.timeout };
	return toy->asks;
}

static bool toy_prepare(const struct look *look, size_t ask, struct request *out)
{
	(void)look;
	(void)ask;
	(void)out;
	return true;
}

static enum decoded toy_decode(const struct ask *ask, const struct reply *reply,
			       const void *config, void *facts, char why[200])
{
	const struct toy_config *toy = config;

	(void)ask;
	(void)reply;
	((struct toy_facts *)facts)->answers++;
	if (toy->decoded == DECODED_BAD)
		(void)str_put(why, 200, "no good");
	return toy->decoded;
}

static void toy_judge(const struct look *look, struct report *out)
{
	(void)look;
	if (!out->asking)
		report_say(out, STATE_OK, "fine");
}

static const struct backend toy_backend = {
	.kind = "toy", .config_size = sizeof(struct toy_config),
	.facts_size = sizeof(struct toy_facts), .asks = toy_asks, .prepare = toy_prepare,
	.decode = toy_decode, .judge = toy_judge,
};

struct fixture {
	struct toy_config config;
	struct probe probe;
	struct now now;
};

static void start(struct fixture *f, size_t asks, msec every)
{
	*f = (struct fixture){
		.config = { .source = { .name = "toy", .every = every, .timeout = 1000 },
			    .asks = asks, .decoded = DECODED_GOOD },
		.now = { .wall = 1795311441000, .steady = 5000 },
	};
	probe_init(&f->probe, &toy_backend, &f->config, f->now);
}

static void take(struct fixture *f, size_t ask, enum reply_kind kind, msec retry_after)
{
	struct reply reply = { .kind = kind, .at = f->now.wall, .status = 200,
				.took = kind == REPLY_TIMEOUT ? 1003 : 10,
			       .date = WHEN_NEVER, .retry_after = retry_after,
			       .rate_remaining = -1 };

	probe_take(&f->probe, ask, &reply, f->now);
}

static void advance(struct fixture *f, msec d)
{
	f->now.steady += d;
	f->now.wall += d;
}

static int next(const struct fixture *f)
{
	msec wake;

	return probe_next(&f->probe, f->now, &wake);
}

static msec wake_in(const struct fixture *f)
{
	msec wake;

	(void)probe_next(&f->probe, f->now, &wake);
	return wake - f->now.steady;
}

/* Start what is due, answer it at once, and tell how long until the next start. */
static msec round_trip(struct fixture *f, enum reply_kind kind)
{
	int ask = next(f);

	assert_true(ask >= 0);
	probe_started(&f->probe, (size_t)ask, f->now);
	take(f, (size_t)ask, kind, WHEN_NEVER);
	return wake_in(f);
}

static void everything_is_due_at_the_start_and_once(void **state)
{
	static struct fixture f;
	bool seen[MOST] = { false };

	(void)state;
	start(&f, MOST, 10000);
	for (size_t i = 0; i < MOST; i++) {
		int ask = next(&f);

		assert_true(ask >= 0 && !seen[ask]);
		seen[ask] = true;
		probe_started(&f.probe, (size_t)ask, f.now);
	}
	assert_int_equal(next(&f), -1);
	probe_done(&f.probe);
}

static void an_ask_in_flight_is_never_started_again(void **state)
{
	static struct fixture f;
	msec wake;

	(void)state;
	start(&f, 1, 1000);
	probe_started(&f.probe, 0, f.now);
	assert_true(f.probe.views[0].started_at == f.now.wall);
	advance(&f, WHEN_HOUR);
	assert_int_equal(probe_next(&f.probe, f.now, &wake), -1);
	assert_true(wake == WHEN_NEVER);
	probe_all_now(&f.probe, f.now);
	assert_int_equal(next(&f), -1);
	probe_done(&f.probe);
}

static void a_period_is_spread_by_ten_percent_and_stays_the_same(void **state)
{
	static struct fixture f;
	msec first[MOST];
	size_t different = 0;

	(void)state;
	start(&f, MOST, 10000);
	for (size_t i = 0; i < MOST; i++) {
		probe_started(&f.probe, i, f.now);
		take(&f, i, REPLY_ANSWER, WHEN_NEVER);
		first[i] = f.probe.due[i] - f.now.steady;
		assert_in_range(first[i], 9000, 11100);
		different += i > 0 && first[i] != first[0];
	}
	assert_true(different > 0);
	advance(&f, 100000);
	for (size_t i = 0; i < MOST; i++) {
		probe_started(&f.probe, i, f.now);
		take(&f, i, REPLY_ANSWER, WHEN_NEVER);
		assert_true(f.probe.due[i] - f.now.steady == first[i]);
	}
	probe_done(&f.probe);
}

static void starts_fall_on_common_ticks(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, MOST, 7777);
	advance(&f, 33);
	for (size_t i = 0; i < MOST; i++) {
		probe_started(&f.probe, i, f.now);
		take(&f, i, REPLY_ANSWER, WHEN_NEVER);
		assert_int_equal(f.probe.due[i] % 100, 0);
	}
	probe_done(&f.probe);
}

static void the_period_counts_from_the_start_and_a_late_answer_is_followed_at_once(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, 1, 1000);
	probe_started(&f.probe, 0, f.now);
	advance(&f, 400);
	take(&f, 0, REPLY_ANSWER, WHEN_NEVER);
	assert_in_range(wake_in(&f), 500, 800);
	advance(&f, 800);
	probe_started(&f.probe, 0, f.now);
	advance(&f, 5000);
	take(&f, 0, REPLY_ANSWER, WHEN_NEVER);
	assert_in_range(wake_in(&f), 1, 100);
	probe_done(&f.probe);
}

static void failures_back_off_to_a_cap_and_never_end(void **state)
{
	static struct fixture f;
	msec last = 0;

	(void)state;
	start(&f, 1, 2000);
	for (int i = 0; i < 100; i++) {
		msec wait = round_trip(&f, REPLY_REFUSED);

		assert_true(wait >= last);
		assert_in_range(wait, 3600, 8900);
		last = wait;
		advance(&f, wait);
	}
	assert_in_range(last, 7200, 8900);
	assert_int_equal(f.probe.views[0].failures, 100);
	assert_in_range(round_trip(&f, REPLY_ANSWER), 1800, 2300);
	assert_int_equal(f.probe.views[0].failures, 0);
	probe_done(&f.probe);
}

static void a_period_over_the_cap_is_not_shortened_by_failures(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, 1, 60000);
	assert_in_range(round_trip(&f, REPLY_TIMEOUT), 54000, 66100);
	advance(&f, 66100);
	assert_in_range(round_trip(&f, REPLY_TIMEOUT), 54000, 66100);
	probe_done(&f.probe);
}

static void retry_after_is_obeyed_but_cannot_silence_us(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, 1, 2000);
	probe_started(&f.probe, 0, f.now);
	take(&f, 0, REPLY_ANSWER, 12000);
	assert_in_range(wake_in(&f), 12000, 12100);
	advance(&f, 12100);
	probe_started(&f.probe, 0, f.now);
	take(&f, 0, REPLY_ANSWER, 10 * WHEN_DAY);
	assert_in_range(wake_in(&f), 10 * WHEN_MINUTE, 10 * WHEN_MINUTE + 100);
	advance(&f, 11 * WHEN_MINUTE);
	assert_in_range(round_trip(&f, REPLY_ANSWER), 1800, 2300);
	probe_done(&f.probe);
}

static void more_pages_are_asked_at_once_but_eight_at_most(void **state)
{
	static struct fixture f;
	int pages = 0;

	(void)state;
	start(&f, 1, 10000);
	f.config.decoded = DECODED_MORE;
	while (next(&f) == 0 && pages < 100) {
		(void)round_trip(&f, REPLY_ANSWER);
		pages++;
	}
	assert_int_equal(pages, 8);
	assert_in_range(wake_in(&f), 9000, 11100);
	probe_done(&f.probe);
}

static void what_was_not_needed_is_looked_at_again_after_a_second(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, 1, 10000);
	probe_skipped(&f.probe, 0, f.now);
	assert_in_range(wake_in(&f), 1000, 1100);
	assert_false(f.probe.views[0].answered);
	probe_done(&f.probe);
}

static void asking_all_now_makes_what_waits_due(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, 2, 10000);
	(void)round_trip(&f, REPLY_ANSWER);
	(void)round_trip(&f, REPLY_REFUSED);
	assert_int_equal(next(&f), -1);
	probe_all_now(&f.probe, f.now);
	assert_int_not_equal(next(&f), -1);
	probe_done(&f.probe);
}

static void a_sleep_is_followed_by_one_start_and_not_by_all_that_were_missed(void **state)
{
	static struct fixture f;

	(void)state;
	start(&f, 1, 2000);
	(void)round_trip(&f, REPLY_ANSWER);
	advance(&f, 40 * WHEN_MINUTE);
	assert_in_range(round_trip(&f, REPLY_ANSWER), 1800, 2300);
	assert_int_equal(next(&f), -1);
	probe_done(&f.probe);
}

static void a_wall_clock_that_steps_changes_no_start(void **state)
{
	static struct fixture f;
	msec before, after;

	(void)state;
	start(&f, 1, 2000);
	before = round_trip(&f, REPLY_ANSWER);
	f.now.wall -= WHEN_DAY;
	after = wake_in(&f);
	assert_true(before == after);
	advance(&f, after);
	assert_in_range(round_trip(&f, REPLY_ANSWER), 1800, 2300);
	probe_done(&f.probe);
}

static void outcomes_are_told_and_good_answers_end_them(void **state)
{
	static const struct {
		enum reply_kind kind;
		const char *error;
	} outcomes[] = {
		{ REPLY_REFUSED, "connection refused" }, { REPLY_TIMEOUT, "no answer in 1 s" },
		{ REPLY_RESET, "dropped" }, { REPLY_NO_NAME, "our DNS" },
		{ REPLY_NO_ROUTE, "our network" }, { REPLY_TLS, "TLS" },
		{ REPLY_TOO_LARGE, "larger" }, { REPLY_BAD_PROTOCOL, "protocol" },
		{ REPLY_NO_SECRET, "no credential" },
	};
	static struct fixture f;

	(void)state;
	start(&f, 1, 10000);
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		const struct ask_view *view = &f.probe.views[0];

		probe_started(&f.probe, 0, f.now);
		take(&f, 0, outcomes[i].kind, WHEN_NEVER);
		assert_non_null(strstr(view->error, outcomes[i].error));
		assert_true(view->answered && !view->good);
		assert_true(view->good_at == WHEN_NEVER && view->at == f.now.wall);
	}
	assert_int_equal(((struct toy_facts *)f.probe.facts)->answers, 0);
	take(&f, 0, REPLY_ANSWER, WHEN_NEVER);
	assert_string_equal(f.probe.views[0].error, "");
	assert_true(f.probe.views[0].good_at == f.now.wall);
	f.config.decoded = DECODED_BAD;
	take(&f, 0, REPLY_ANSWER, WHEN_NEVER);
	assert_string_equal(f.probe.views[0].error, "no good");
	assert_int_equal(f.probe.views[0].failures, 1);
	probe_done(&f.probe);
}

static void an_answer_decoded_elsewhere_is_taken_with_its_facts(void **state)
{
	struct reply reply = { .kind = REPLY_ANSWER, .at = 7, .took = 3, .date = WHEN_NEVER,
			       .retry_after = WHEN_NEVER, .rate_remaining = -1 };
	struct toy_facts facts;
	enum decoded result;
	static struct fixture f;
	char why[200];

	(void)state;
	start(&f, 1, 10000);
	probe_started(&f.probe, 0, f.now);
	memcpy(&facts, f.probe.facts, sizeof(facts));
	result = probe_decode(&f.probe, 0, &reply, &facts, why);
	assert_int_equal(((struct toy_facts *)f.probe.facts)->answers, 0);
	probe_take_decoded(&f.probe, 0, &reply, result, &facts, why, f.now);
	assert_int_equal(((struct toy_facts *)f.probe.facts)->answers, 1);
	assert_true(f.probe.views[0].good);
	probe_done(&f.probe);
}

static void nothing_is_known_before_the_first_answer(void **state)
{
	struct report report;
	static struct fixture f;

	(void)state;
	start(&f, 1, 10000);
	probe_judge(&f.probe, NULL, NULL, f.now.wall, &report);
	assert_true(report.asking);
	assert_int_equal(report.state, STATE_UNKNOWN);
	assert_true(report.newest == WHEN_NEVER && report.latency == WHEN_NEVER);
	(void)round_trip(&f, REPLY_ANSWER);
	probe_judge(&f.probe, NULL, NULL, f.now.wall, &report);
	assert_false(report.asking);
	assert_int_equal(report.state, STATE_OK);
	assert_true(report.newest == f.now.wall && report.latency == 10);
	probe_done(&f.probe);
}

static void a_report_says_how_often_answers_come_now(void **state)
{
	struct report report;
	static struct fixture f;

	(void)state;
	start(&f, 1, 2000);
	probe_judge(&f.probe, NULL, NULL, f.now.wall, &report);
	assert_in_range(report.period, 1800, 2200);
	for (int i = 0; i < 6; i++)
		advance(&f, round_trip(&f, REPLY_TIMEOUT));
	probe_judge(&f.probe, NULL, NULL, f.now.wall, &report);
	assert_in_range(report.period, 7200, 8900);
	probe_done(&f.probe);
}

static void a_skipped_ask_does_not_say_how_often_answers_come(void **state)
{
	struct report report;
	static struct fixture f;

	(void)state;
	start(&f, 2, 2000);
	for (int i = 0; i < 6; i++) {
		probe_skipped(&f.probe, 1, f.now);
		probe_started(&f.probe, 0, f.now);
		probe_take(&f.probe, 0, &(struct reply){ .kind = REPLY_TIMEOUT }, f.now);
	}
	probe_judge(&f.probe, NULL, NULL, f.now.wall, &report);
	assert_in_range(report.period, 7200, 8900);
	probe_done(&f.probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_due_at_the_start_and_once),
		cmocka_unit_test(an_ask_in_flight_is_never_started_again),
		cmocka_unit_test(a_period_is_spread_by_ten_percent_and_stays_the_same),
		cmocka_unit_test(starts_fall_on_common_ticks),
		cmocka_unit_test(
			the_period_counts_from_the_start_and_a_late_answer_is_followed_at_once),
		cmocka_unit_test(failures_back_off_to_a_cap_and_never_end),
		cmocka_unit_test(a_period_over_the_cap_is_not_shortened_by_failures),
		cmocka_unit_test(retry_after_is_obeyed_but_cannot_silence_us),
		cmocka_unit_test(more_pages_are_asked_at_once_but_eight_at_most),
		cmocka_unit_test(what_was_not_needed_is_looked_at_again_after_a_second),
		cmocka_unit_test(asking_all_now_makes_what_waits_due),
		cmocka_unit_test(
			a_sleep_is_followed_by_one_start_and_not_by_all_that_were_missed),
		cmocka_unit_test(a_wall_clock_that_steps_changes_no_start),
		cmocka_unit_test(outcomes_are_told_and_good_answers_end_them),
		cmocka_unit_test(an_answer_decoded_elsewhere_is_taken_with_its_facts),
		cmocka_unit_test(nothing_is_known_before_the_first_answer),
		cmocka_unit_test(a_report_says_how_often_answers_come_now),
		cmocka_unit_test(a_skipped_ask_does_not_say_how_often_answers_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
