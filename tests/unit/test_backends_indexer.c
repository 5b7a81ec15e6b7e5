#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/indexer.h"
#include "backends/kinds.h"
#include "tests/lib/desk.h"

/* What an indexer would say: fill in what a test is about. */
struct says {
	const char *status, *horizon, *state;
	double lag_s, stale_after_s;
	long errors;
	double timestamp_s, gauge_s;		/* of /metrics */
	msec made_before;			/* age of the answer itself */
};

static const struct says well = {
	.status = "ok", .horizon = "ok", .state = "ok", .lag_s = 3, .stale_after_s = 20,
	.timestamp_s = DESK_START / 1000 - 3, .gauge_s = 3,
};

static struct desk desk;
static struct indexer_config config;

static int open_desk(void **state)
{
	(void)state;
	config = (struct indexer_config){ .source = { .name = "indexer", .timeout = 8000 },
					  .slow = 2000 };
	desk_open(&desk, &indexer_backend, &config);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static void answer_health(const struct says *says, msec took)
{
	char body[512], made[WHEN_TEXT];
	struct reply reply;

	when_format(made, desk.now.wall - says->made_before);
	(void)snprintf(body, sizeof(body), "{\"status\":\"%s\",\"timestamp\":\"%s\",\"checks\":"
		       "{\"database\":\"ok\",\"horizon\":\"%s\",\"indexerState\":\"%s\"},\"details\":"
		       "{\"lastProcessedLedger\":\"4711\",\"totalEventsProcessed\":26,"
		       "\"totalErrors\":%ld,\"ledgerLagSeconds\":%g,\"staleAfterSeconds\":%g}}",
		       says->status, made, says->horizon, says->state, says->errors, says->lag_s,
		       says->stale_after_s);
	reply = desk_reply(&desk, body);
	reply.took = took;
	desk_take(&desk, INDEXER_HEALTH, &reply);
}

static void answer_metrics(const struct says *says)
{
	char body[1024];

	(void)snprintf(body, sizeof(body), "# TYPE teachlink_indexer_running gauge\n"
		       "teachlink_indexer_running 1\n"
		       "teachlink_indexer_events_processed_total 26\n"
		       "teachlink_indexer_errors_total %ld\n"
		       "teachlink_indexer_last_processed_timestamp_seconds %.0f\n"
		       "teachlink_indexer_ledger_lag_seconds %g\n"
		       "teachlink_indexer_dependency_up{dependency=\"database\"} 1\n"
		       "teachlink_indexer_dependency_up{dependency=\"horizon\"} 1\n",
		       says->errors, says->timestamp_s, says->gauge_s);
	desk_answer(&desk, INDEXER_METRICS, 200, body);
}

static void answer(const struct says *says)
{
	answer_health(says, 20);
	answer_metrics(says);
}

/* An event 60 s ago, of 20 that are allowed; everything else agrees. */
static struct says lagging(void)
{
	struct says says = well;

	says.status = says.state = "degraded";
	says.lag_s = says.gauge_s = 60;
	says.timestamp_s = (double)(desk.now.wall / 1000 - 60);
	return says;
}

static void see_chain(bool fresh, enum activity activity)
{
	desk.chain = (struct chain){
		.configured = true, .known = true, .ledger = 4800, .seen_at = desk.now.wall,
		.closed_at = desk.now.wall - (fresh ? 3000 : 300000), .fresh = fresh,
		.activity = activity, .activity_after = desk.now.wall - 60000,
		.activity_ledger = 4790,
	};
}

static const char *contradiction(size_t i)
{
	const char *text = json_string_value(json_array_get(
		json_object_get(desk.report.fields, "contradictions"), i));

	return text ? text : "";
}

static void a_ledger_that_cannot_be_is_no_cursor(void **state)
{
	(void)state;
	desk_answer(&desk, INDEXER_HEALTH, 200, "{\"status\":\"ok\",\"timestamp\":"
		       "\"2026-11-22T01:37:21Z\",\"details\":{\"lastProcessedLedger\":"
		       "9223372036854775807}}");
	answer_metrics(&well);
	(void)desk_judge(&desk);
	assert_true(desk.report.cursor->known);
	assert_int_equal(desk.report.cursor->ledger, 0);
	assert_true(json_is_null(json_object_get(desk.report.fields, "cursor_ledger")));
}

static void a_well_indexer_is_ok_and_its_lag_is_of_now(void **state)
{
	const struct reading *lag;

	(void)state;
	answer(&well);
	desk_wait(&desk, 2500);
	desk_expect(&desk, STATE_OK, "last event 5s ago");
	lag = desk_reading(&desk, "lag");
	assert_true(lag && lag->known && !lag->judged);
	assert_true(fabs(lag->value - 5.5) < 1e-6);
	assert_string_equal(lag->unit, "s");
	assert_true(desk.report.cursor->known && !desk.report.cursor->doubted);
	assert_true(desk.report.cursor->processed_at == DESK_START - 3000);
	assert_string_equal(json_text_at(desk.report.fields, "lag_from", ""), "metrics");
	assert_int_equal(json_array_size(json_object_get(desk.report.fields, "contradictions")), 0);
}

static void without_metrics_the_lag_is_taken_from_health(void **state)
{
	(void)state;
	answer_health(&well, 20);
	desk_fail(&desk, INDEXER_METRICS, REPLY_REFUSED);
	desk_expect(&desk, STATE_WARN, "/metrics: connection refused");
	assert_string_equal(json_text_at(desk.report.fields, "lag_from", ""), "health");
	assert_true(fabs(desk_reading(&desk, "lag")->value - 3) < 1e-6);
}

static void the_younger_of_two_times_is_the_last_event(void **state)
{
	struct says says = well;

	(void)state;
	says.timestamp_s = DESK_START / 1000 - 15;
	says.gauge_s = 15;
	answer(&says);
	desk_expect(&desk, STATE_OK, "last event 3s ago");
	assert_non_null(strstr(contradiction(0), "/health knows an event 12 s younger"));
}

static void the_sentinel_is_no_lag(void **state)
{
	struct says says = well;

	(void)state;
	says.status = says.state = "degraded";
	says.lag_s = 21;
	says.timestamp_s = says.gauge_s = 0;
	answer(&says);
	desk_expect(&desk, STATE_UNKNOWN, "never");
	assert_false(desk_reading(&desk, "lag")->known);
	assert_int_equal(desk_reading(&desk, "lag")->state, STATE_UNKNOWN);
	assert_false(desk.report.cursor->known);
	assert_true(json_is_null(json_object_get(desk.report.fields, "lag_s")));
	assert_non_null(strstr(contradiction(0), "lag 21 s, the lag gauge says 0 s"));
}

static void a_gauge_of_zero_with_a_time_of_zero_is_never_ok(void **state)
{
	struct says says = well;

	(void)state;
	says.lag_s = (double)NAN;
	says.timestamp_s = says.gauge_s = 0;
	desk_answer(&desk, INDEXER_HEALTH, 200, "{\"status\":\"ok\",\"details\":"
		    "{\"ledgerLagSeconds\":null,\"staleAfterSeconds\":20}}");
	answer_metrics(&says);
	desk_expect(&desk, STATE_UNKNOWN, "never");
}

static void a_lag_of_one_second_over_the_limit_is_a_lag_when_the_time_says_so(void **state)
{
	struct says says = well;

	(void)state;
	says.status = says.state = "degraded";
	says.lag_s = says.gauge_s = 21;
	says.timestamp_s = DESK_START / 1000 - 21;
	answer(&says);
	desk_expect(&desk, STATE_STALE, "last event 21s ago");
}

static void a_frozen_gauge_is_stale_and_named(void **state)
{
	struct says says = lagging();

	(void)state;
	says.gauge_s = 3;
	answer(&says);
	see_chain(true, ACTIVITY_SOME);
	desk_expect(&desk, STATE_STALE, "gauge");
	assert_non_null(strstr(contradiction(0), "the lag gauge says 3 s"));
}

static void what_a_lag_means_is_told_by_the_chain(void **state)
{
	static const struct {
		bool configured, known, fresh;
		enum activity activity;
		enum state state;
		const char *word;
	} cases[] = {
		{ false, false, false, ACTIVITY_UNKNOWN, STATE_STALE, "no source sees the chain" },
		{ true, false, false, ACTIVITY_UNKNOWN, STATE_UNKNOWN, "not seen now" },
		{ true, true, false, ACTIVITY_UNKNOWN, STATE_STALE, "upstream" },
		{ true, true, false, ACTIVITY_NONE, STATE_STALE, "upstream" },
		{ true, true, true, ACTIVITY_UNKNOWN, STATE_UNKNOWN, "not known yet" },
		{ true, true, true, ACTIVITY_NONE, STATE_OK, "quiet" },
		{ true, true, true, ACTIVITY_SOME, STATE_STALE, "stuck" },
	};
	struct says says = lagging();

	(void)state;
	answer(&says);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		see_chain(cases[i].fresh, cases[i].activity);
		desk.chain.configured = cases[i].configured;
		desk.chain.known = cases[i].known;
		desk_expect(&desk, cases[i].state, cases[i].word);
		assert_true(desk.report.cursor->doubted);
	}
}

static void a_quiet_lag_is_ok_and_an_unclear_one_unknown_whatever_its_threshold(void **state)
{
	const struct reading *lag;
	struct says says = lagging();

	(void)state;
	answer(&says);
	see_chain(true, ACTIVITY_NONE);
	(void)desk_judge(&desk);
	lag = desk_reading(&desk, "lag");
	assert_true(lag->known && lag->judged && lag->state == STATE_OK);
	assert_non_null(strstr(lag->because, "quiet"));
	see_chain(true, ACTIVITY_UNKNOWN);
	(void)desk_judge(&desk);
	assert_true(lag->known && lag->judged && lag->state == STATE_UNKNOWN);
	see_chain(true, ACTIVITY_SOME);
	(void)desk_judge(&desk);
	assert_true(lag->known && !lag->judged);
}

static void activity_about_another_event_does_not_count(void **state)
{
	struct says says = lagging();

	(void)state;
	answer(&says);
	see_chain(true, ACTIVITY_SOME);
	desk.chain.activity_after -= 1000;
	desk_expect(&desk, STATE_UNKNOWN, "not known yet");
	see_chain(true, ACTIVITY_NONE);
	desk.chain.activity_after += 1000;
	desk_expect(&desk, STATE_UNKNOWN, "not known yet");
}

static void the_limit_of_the_configuration_wins(void **state)
{
	struct says says = lagging();

	(void)state;
	config.stale_after = 300 * WHEN_SECOND;
	answer(&says);
	desk_expect(&desk, STATE_WARN, "says degraded: indexerState");
	assert_false(desk.report.cursor->doubted);
}

static void a_status_of_error_is_bad_and_names_the_check(void **state)
{
	struct says says = well;

	(void)state;
	says.status = says.horizon = "error";
	answer_health(&says, 5030);
	answer_metrics(&says);
	desk_expect(&desk, STATE_BAD, "horizon fails");
}

static void a_word_that_is_no_status_is_unknown(void **state)
{
	struct says says = well;

	(void)state;
	says.status = "splendid";
	answer(&says);
	desk_expect(&desk, STATE_UNKNOWN, "'splendid'");
}

static void a_slow_answer_is_a_warning(void **state)
{
	(void)state;
	answer_health(&well, 3000);
	answer_metrics(&well);
	desk_expect(&desk, STATE_WARN, "3.0 s");
	assert_true(desk.report.latency == 3000);
}

static void an_answer_out_of_a_cache_is_stale(void **state)
{
	struct says says = well;

	(void)state;
	says.made_before = 5 * WHEN_MINUTE;
	answer(&says);
	desk_expect(&desk, STATE_STALE, "cache");
}

static void rising_errors_warn_for_a_minute(void **state)
{
	struct says says = well;

	(void)state;
	says.errors = 7;
	answer(&says);
	desk_expect(&desk, STATE_OK, "last event");
	says.errors = 19;
	desk_wait(&desk, 10000);
	says.timestamp_s += 10;
	answer(&says);
	desk_expect(&desk, STATE_WARN, "errors rise: 12 more in 10s");
	desk_wait(&desk, 61000);
	says.timestamp_s += 61;
	says.errors = 2;
	answer(&says);
	desk_expect(&desk, STATE_OK, "last event");
}

static void a_500_means_its_database(void **state)
{
	(void)state;
	desk_answer(&desk, INDEXER_HEALTH, 500, "{\"statusCode\":500,\"message\":\"oh\"}");
	answer_metrics(&well);
	desk_expect(&desk, STATE_DOWN, "500");
	assert_non_null(strstr(desk.report.because, "database"));
	assert_non_null(strstr(contradiction(0), "/metrics say database 1"));
	assert_true(json_is_null(json_object_get(desk.report.fields, "status")));
}

static void silence_of_health_alone_means_a_hanging_database(void **state)
{
	(void)state;
	answer_metrics(&well);
	desk_fail(&desk, INDEXER_HEALTH, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_DOWN, "no answer in 8 s while /metrics answers");
	desk_fail(&desk, INDEXER_METRICS, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_DOWN, "no answer in 8 s");
	assert_null(strstr(desk.report.because, "while"));
	assert_false(desk_reading(&desk, "lag")->known);
}

static void outcomes_without_an_answer_have_their_state(void **state)
{
	static const struct {
		enum reply_kind kind;
		enum state state;
		const char *word;
	} cases[] = {
		{ REPLY_REFUSED, STATE_DOWN, "refused" }, { REPLY_RESET, STATE_DOWN, "dropped" },
		{ REPLY_NO_NAME, STATE_UNKNOWN, "our DNS" },
		{ REPLY_NO_ROUTE, STATE_UNKNOWN, "our network" },
		{ REPLY_TLS, STATE_UNKNOWN, "TLS" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_fail(&desk, INDEXER_HEALTH, cases[i].kind);
		desk_fail(&desk, INDEXER_METRICS, cases[i].kind);
		desk_expect(&desk, cases[i].state, cases[i].word);
		assert_false(desk_reading(&desk, "lag")->known);
		assert_int_equal(desk_reading(&desk, "lag")->state, STATE_UNKNOWN);
	}
}

static void wrong_content_is_refused_with_a_reason(void **state)
{
	static const struct {
		int status;
		const char *body, *word;
	} cases[] = {
		{ 200, "", "not JSON" }, { 200, "{\"status\":\"ok\"", "not JSON" },
		{ 200, "<html>sign in</html>", "HTML" }, { 200, "[]", "indexer's /health" },
		{ 200, "{\"status\":\"ok\"}", "indexer's /health" },
		{ 200, "{\"details\":{}}", "indexer's /health" },
		{ 404, "{}", "404" }, { 429, "{}", "429" }, { 401, "{}", "401" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_answer(&desk, INDEXER_HEALTH, cases[i].status, cases[i].body);
		desk_expect(&desk, STATE_UNKNOWN, cases[i].word);
	}
	desk_answer(&desk, INDEXER_METRICS, 200, "other_metric 1\n");
	assert_non_null(strstr(desk.decoding, "no teachlink_indexer_"));
	desk_answer(&desk, INDEXER_METRICS, 200, "\x1b[31mred\n");
	assert_non_null(strstr(desk.decoding, "line 1: ^[[31mred"));
}

static void a_redirect_is_named_and_not_followed(void **state)
{
	struct reply reply = desk_reply(&desk, "");

	(void)state;
	reply.status = 302;
	(void)str_put(reply.location, sizeof(reply.location), "http://elsewhere/");
	desk_take(&desk, INDEXER_HEALTH, &reply);
	desk_expect(&desk, STATE_UNKNOWN, "redirects to http://elsewhere/, not followed");
}

static void figures_of_any_size_do_no_harm(void **state)
{
	static const char *const lags[] = { "1e308", "-1e308", "\"NaN\"", "\"9e99\"", "true", "{}" };
	char body[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lags); i++) {
		(void)snprintf(body, sizeof(body), "{\"status\":\"ok\",\"timestamp\":"
			       "\"2026-11-22T01:37:21Z\",\"details\":{\"ledgerLagSeconds\":%s,"
			       "\"staleAfterSeconds\":%s,\"totalErrors\":%s}}", lags[i], lags[i],
			       lags[i]);
		desk_answer(&desk, INDEXER_HEALTH, 200, body);
		desk_answer(&desk, INDEXER_METRICS, 200,
			    "teachlink_indexer_last_processed_timestamp_seconds 1e300\n"
			    "teachlink_indexer_ledger_lag_seconds -1e300\n");
		(void)desk_judge(&desk);
	}
	desk_expect(&desk, STATE_UNKNOWN, "no time of its last event");
}

static void hostile_text_is_made_harmless(void **state)
{
	(void)state;
	desk_answer(&desk, INDEXER_HEALTH, 200, "{\"status\":\"\\u001b[2J\\u202e\",\"timestamp\":"
		    "\"2026-11-22T01:37:21Z\",\"details\":"
		    "{\"ledgerLagSeconds\":1,\"staleAfterSeconds\":9}}");
	desk_expect(&desk, STATE_UNKNOWN, "^[[2J");
}

static void each_ask_has_its_path(void **state)
{
	(void)state;
	assert_string_equal(desk_path(&desk, INDEXER_HEALTH), "/health");
	assert_string_equal(desk_path(&desk, INDEXER_METRICS), "/metrics");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ledger_that_cannot_be_is_no_cursor),
		TEST(a_well_indexer_is_ok_and_its_lag_is_of_now),
		TEST(without_metrics_the_lag_is_taken_from_health),
		TEST(the_younger_of_two_times_is_the_last_event),
		TEST(the_sentinel_is_no_lag),
		TEST(a_gauge_of_zero_with_a_time_of_zero_is_never_ok),
		TEST(a_lag_of_one_second_over_the_limit_is_a_lag_when_the_time_says_so),
		TEST(a_frozen_gauge_is_stale_and_named),
		TEST(what_a_lag_means_is_told_by_the_chain),
		TEST(a_quiet_lag_is_ok_and_an_unclear_one_unknown_whatever_its_threshold),
		TEST(activity_about_another_event_does_not_count),
		TEST(the_limit_of_the_configuration_wins),
		TEST(a_status_of_error_is_bad_and_names_the_check),
		TEST(a_word_that_is_no_status_is_unknown),
		TEST(a_slow_answer_is_a_warning),
		TEST(an_answer_out_of_a_cache_is_stale),
		TEST(rising_errors_warn_for_a_minute),
		TEST(a_500_means_its_database),
		TEST(silence_of_health_alone_means_a_hanging_database),
		TEST(outcomes_without_an_answer_have_their_state),
		TEST(wrong_content_is_refused_with_a_reason),
		TEST(a_redirect_is_named_and_not_followed),
		TEST(figures_of_any_size_do_no_harm),
		TEST(hostile_text_is_made_harmless),
		TEST(each_ask_has_its_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
