#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/kinds.h"
#include "backends/prometheus.h"
#include "tests/lib/desk.h"

static const struct prometheus_check checks[] = {
	{ "lag", "time() - last{job=\"a b\"}", "s" }, { "error_rate", "rate(x[5m])", "%" },
};

static struct desk desk;
static struct prometheus_config config;

static int open_desk(void **state)
{
	(void)state;
	config = (struct prometheus_config){
		.source = { .name = "prometheus", .url = "http://127.0.0.1:1" },
		.watchdog = "Watchdog", .checks = checks, .check_count = ARRAY_LEN(checks),
	};
	desk_open(&desk, &prometheus_backend, &config);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static const char *ago(char out[WHEN_TEXT], msec d)
{
	when_format(out, desk.now.wall - d);
	return out;
}

static const char never[] = "0001-01-01T00:00:00Z";

/* One group of one rule, with the members of the rule and of the group as given. */
static void answer_group(const char *rule, const char *evaluated)
{
	char body[2048];

	(void)snprintf(body, sizeof(body), "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":"
		       "\"g\",\"interval\":15,\"lastEvaluation\":\"%s\",\"rules\":[{\"name\":\"Lagging\","
		       "\"type\":\"alerting\",%s}]}]}}", evaluated, rule);
	desk_answer(&desk, PROMETHEUS_RULES, 200, body);
}

static void answer_rules(msec evaluated_ago)
{
	char at[WHEN_TEXT];

	answer_group("\"health\":\"ok\",\"alerts\":[]", ago(at, evaluated_ago));
}

static void answer_target(const char *health, const char *scraped)
{
	char body[1024];

	(void)snprintf(body, sizeof(body), "{\"data\":{\"activeTargets\":[{\"labels\":"
		       "{\"job\":\"indexer\",\"instance\":\"10.0.0.1:3000\"},\"health\":\"%s\","
		       "\"lastScrape\":\"%s\",\"scrapeInterval\":\"15s\"}]}}", health, scraped);
	desk_answer(&desk, PROMETHEUS_TARGETS, 200, body);
}

static void answer_well(void)
{
	char at[WHEN_TEXT];

	answer_rules(5000);
	answer_target("up", ago(at, 4000));
}

static void answer_value(size_t check, const char *data)
{
	char body[512];

	(void)snprintf(body, sizeof(body), "{\"status\":\"success\",\"data\":%s}", data);
	desk_answer(&desk, PROMETHEUS_FIRST_CHECK + check, 200, body);
}

static const struct reading *lag(void)
{
	(void)desk_judge(&desk);
	return desk_reading(&desk, "lag");
}

static double field(const char *name)
{
	return json_number_value(json_object_get(desk.report.fields, name));
}

static void evaluated_rules_and_scraped_targets_are_ok(void **state)
{
	(void)state;
	answer_well();
	desk_expect(&desk, STATE_OK, "1 alert rules evaluated, 1 of 1 targets up");
	assert_true(desk.report.watch.listed && desk.report.watch.proven);
	assert_int_equal(desk.report.watch.role, ALERTS_FROM_RULES);
	assert_true(fabs(field("last_eval_age_s") - 5) < 1e-6);
	assert_true(fabs(field("targets_up") - 1) < 1e-6);
}

static void a_restarted_server_is_unknown_and_proves_nothing(void **state)
{
	(void)state;
	answer_group("\"health\":\"unknown\",\"alerts\":[]", never);
	answer_target("unknown", never);
	desk_expect(&desk, STATE_UNKNOWN, "not evaluated");
	assert_false(desk.report.watch.listed || desk.report.watch.proven);
	assert_non_null(strstr(desk.report.watch.because, "not evaluated"));
	assert_true(json_is_null(json_object_get(desk.report.fields, "last_eval_age_s")));
}

static void rules_evaluated_too_long_ago_are_stale(void **state)
{
	char at[WHEN_TEXT];

	(void)state;
	answer_rules(46000);
	answer_target("up", ago(at, 1000));
	desk_expect(&desk, STATE_OK, "evaluated");
	answer_rules(300000);
	desk_expect(&desk, STATE_STALE, "last evaluated 5m ago");
	assert_true(desk.report.watch.listed && !desk.report.watch.proven);
}

static void a_rule_that_cannot_be_evaluated_is_unknown_and_named(void **state)
{
	char at[WHEN_TEXT];

	(void)state;
	answer_group("\"health\":\"err\",\"alerts\":[]", ago(at, 1000));
	desk_expect(&desk, STATE_UNKNOWN, "cannot be evaluated: Lagging");
	assert_false(desk.report.watch.proven);
}

static void without_rules_an_empty_list_proves_nothing(void **state)
{
	(void)state;
	desk_answer(&desk, PROMETHEUS_RULES, 200, "{\"data\":{\"groups\":[]}}");
	desk_expect(&desk, STATE_OK, "0 alert rules");
	assert_true(desk.report.watch.listed && !desk.report.watch.proven);
	assert_string_equal(desk.report.watch.because, "no alert rules are loaded");
}

static void a_target_that_is_down_is_a_warning_with_its_name(void **state)
{
	char at[WHEN_TEXT];

	(void)state;
	answer_rules(5000);
	answer_target("down", ago(at, 4000));
	desk_expect(&desk, STATE_WARN, "1 of 1 targets down: indexer (10.0.0.1:3000)");
}

static void many_targets_down_are_counted_and_some_are_named(void **state)
{
	struct buf body = { 0 };
	char at[WHEN_TEXT];

	(void)state;
	(void)buf_text(&body, "{\"data\":{\"activeTargets\":[");
	for (int i = 0; i < 50; i++)
		(void)buf_fmt(&body, "%s{\"labels\":{\"job\":\"a-job-with-a-name-that-is-much-too-long-%d\","
			      "\"instance\":\"host-with-a-long-name-too.example.org:%d\"},\"health\":"
			      "\"down\",\"lastScrape\":\"%s\",\"scrapeInterval\":\"1m\"}",
			      i ? "," : "", i, i, ago(at, 1000));
	(void)buf_text(&body, "]}}");
	answer_rules(1000);
	desk_answer(&desk, PROMETHEUS_TARGETS, 200, buf_cstr(&body));
	desk_expect(&desk, STATE_WARN, "50 of 50 targets down: a-job");
	assert_non_null(strstr(desk.report.because, "..."));
	buf_done(&body);
}

static void alerts_come_with_their_labels_and_the_start_of_firing(void **state)
{
	const struct alert *alert;
	char at[WHEN_TEXT], rule[900];

	(void)state;
	(void)snprintf(rule, sizeof(rule), "\"health\":\"ok\",\"duration\":120,\"alerts\":[{\"labels\":"
		       "{\"alertname\":\"Lagging\",\"severity\":\"critical\",\"service\":\"x\"},"
		       "\"annotations\":{\"summary\":\"It lags\\u001b[2J\",\"runbook_url\":\"http://r/l\"},"
		       "\"state\":\"firing\",\"activeAt\":\"%s\"},"
		       "{\"labels\":{\"alertname\":\"Watchdog\"},\"state\":\"pending\",\"activeAt\":"
		       "\"%s\"},{\"labels\":{\"job\":\"nameless\"},\"state\":\"firing\"}]",
		       ago(at, 300000), at);
	answer_group(rule, ago(at, 1000));
	(void)desk_judge(&desk);
	assert_int_equal(desk.report.alert_count, 2);
	alert = &desk.report.alerts[0];
	assert_string_equal(alert->name, "Lagging");
	assert_string_equal(alert->severity, "critical");
	assert_string_equal(alert->summary, "It lags^[[2J");
	assert_string_equal(alert->runbook, "http://r/l");
	assert_string_equal(alert_label(alert, "service"), "x");
	assert_int_equal(alert->state, ALERT_FIRING);
	assert_true(alert->since == desk.now.wall - 300000 + 120000);
	assert_false(alert->watchdog);
	alert = &desk.report.alerts[1];
	assert_true(alert->watchdog && alert->state == ALERT_PENDING);
	assert_true(alert->since == desk.now.wall - 300000);
}

static void more_alerts_than_fit_are_cut_without_harm(void **state)
{
	struct buf body = { 0 };

	(void)state;
	(void)buf_text(&body, "{\"data\":{\"groups\":[{\"rules\":[{\"type\":\"alerting\",\"alerts\":[");
	for (int i = 0; i < 300; i++)
		(void)buf_fmt(&body, "%s{\"labels\":{\"alertname\":\"A%d\"},\"state\":\"firing\"}",
			      i ? "," : "", i);
	(void)buf_text(&body, "]}]}]}}");
	desk_answer(&desk, PROMETHEUS_RULES, 200, buf_cstr(&body));
	assert_string_equal(desk.decoding, "");
	assert_int_equal(((struct prometheus_facts *)desk.probe.facts)->rules.alert_count, 256);
	assert_int_equal(((struct prometheus_facts *)desk.probe.facts)->rules.dropped, 44);
	buf_done(&body);
}

static void a_single_sample_is_a_reading(void **state)
{
	(void)state;
	answer_well();
	answer_value(0, "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":"
		     "[1795311441.5,\"12.25\"]}]}");
	assert_true(lag()->known && !lag()->judged);
	assert_true(fabs(lag()->value - 12.25) < 1e-9);
	assert_true(lag()->at == desk.now.wall);
	assert_string_equal(lag()->unit, "s");
	answer_value(0, "{\"resultType\":\"scalar\",\"result\":[1795311441,\"7\"]}");
	assert_true(lag()->known && fabs(lag()->value - 7) < 1e-9);
}

static void what_is_no_single_number_is_unknown_and_says_why(void **state)
{
	static const struct {
		const char *data, *word;
	} cases[] = {
		{ "{\"resultType\":\"vector\",\"result\":[]}", "absent" },
		{ "{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"1\"]},{\"value\":[1,\"2\"]}]}",
		  "2 series, one is needed" },
		{ "{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"NaN\"]}]}", "no traffic" },
		{ "{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"+Inf\"]}]}", "+Inf" },
		{ "{\"resultType\":\"vector\",\"result\":[{\"value\":[1,\"-Inf\"]}]}", "-Inf" },
		{ "{\"resultType\":\"scalar\",\"result\":[1,\"NaN\"]}", "no traffic" },
		{ "{\"resultType\":\"string\",\"result\":[1,\"text\"]}", "no single number" },
		{ "{\"resultType\":\"matrix\",\"result\":[{\"values\":[[1,\"1\"]]}]}",
		  "no single number" },
		{ "{\"resultType\":\"vector\",\"result\":[{\"value\":[1,2]}]}", "no single number" },
		{ "{\"resultType\":\"vector\",\"result\":[7]}", "no single number" },
		{ "{\"resultType\":\"vector\"}", "no data.result" },
	};

	(void)state;
	answer_well();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct reading *reading;

		answer_value(0, cases[i].data);
		reading = lag();
		if (reading->known || !reading->judged || reading->state != STATE_UNKNOWN ||
		    !strstr(reading->because, cases[i].word))
			fail_msg("case %zu: %s", i, reading->because);
	}
	desk_expect(&desk, STATE_OK, "evaluated");
}

static void a_refused_query_is_told_in_the_servers_words(void **state)
{
	(void)state;
	answer_well();
	desk_answer(&desk, PROMETHEUS_FIRST_CHECK, 400, "{\"status\":\"error\",\"errorType\":"
		    "\"bad_data\",\"error\":\"1:4: parse error\\u0007\"}");
	assert_non_null(strstr(lag()->because, "query refused: 1:4: parse error^G"));
	desk_answer(&desk, PROMETHEUS_FIRST_CHECK, 404, "404 page not found\n");
	assert_non_null(strstr(lag()->because, "404"));
	desk_answer(&desk, PROMETHEUS_FIRST_CHECK, 400, "oops");
	assert_non_null(strstr(lag()->because, "400"));
}

static void a_sample_is_as_old_as_the_newest_scrape_when_scrapes_stopped(void **state)
{
	char at[WHEN_TEXT];

	(void)state;
	answer_rules(1000);
	answer_target("up", ago(at, 120000));
	answer_value(0, "{\"resultType\":\"scalar\",\"result\":[1795311441,\"7\"]}");
	assert_true(lag()->known && lag()->at == desk.now.wall - 120000);
	desk_expect(&desk, STATE_STALE, "newest scrape is 2m old");
}

static void before_every_target_was_scraped_a_sample_may_be_of_before_the_restart(void **state)
{
	(void)state;
	answer_rules(1000);
	answer_target("unknown", never);
	answer_value(0, "{\"resultType\":\"scalar\",\"result\":[1795311441,\"7\"]}");
	assert_false(lag()->known);
	assert_non_null(strstr(lag()->because, "not every target was scraped"));
	desk_expect(&desk, STATE_WARN, "not scraped since its start");
}

static void a_server_whose_clock_is_off_is_judged_by_its_own(void **state)
{
	struct reply reply;
	char body[512], at[WHEN_TEXT];

	(void)state;
	(void)snprintf(body, sizeof(body), "{\"data\":{\"groups\":[{\"interval\":15,\"lastEvaluation\":"
		       "\"%s\",\"rules\":[{\"type\":\"alerting\",\"health\":\"ok\"}]}]}}",
		       ago(at, 605000));
	reply = desk_reply(&desk, body);
	reply.date = desk.now.wall - 600000;
	desk_take(&desk, PROMETHEUS_RULES, &reply);
	desk_expect(&desk, STATE_OK, "evaluated");
	assert_true(fabs(field("last_eval_age_s") - 5) < 1e-6);
}

static void a_dead_server_leaves_no_signal_and_no_alert(void **state)
{
	(void)state;
	answer_well();
	answer_value(0, "{\"resultType\":\"scalar\",\"result\":[1,\"7\"]}");
	for (size_t i = 0; i < desk.probe.ask_count; i++)
		desk_fail(&desk, i, REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "refused");
	assert_false(lag()->known);
	assert_non_null(strstr(lag()->because, "prometheus: connection refused"));
	assert_false(desk.report.watch.listed || desk.report.watch.proven);
	assert_int_equal(desk.report.alert_count, 0);
}

static void a_query_is_encoded_for_a_url(void **state)
{
	(void)state;
	assert_string_equal(desk_path(&desk, PROMETHEUS_RULES), "/api/v1/rules?type=alert");
	assert_string_equal(desk_path(&desk, PROMETHEUS_TARGETS), "/api/v1/targets?state=active");
	assert_string_equal(desk_path(&desk, PROMETHEUS_FIRST_CHECK),
			    "/api/v1/query?query=time%28%29%20-%20last%7Bjob%3D%22a%20b%22%7D");
	assert_string_equal(desk.probe.asks[PROMETHEUS_FIRST_CHECK].what, "lag");
}

static void the_last_hour_is_asked_signal_by_signal(void **state)
{
	size_t history = desk_ask(&desk, "history", 0, 0);
	const struct series *past;
	enum state of;
	double value;

	(void)state;
	assert_string_equal(desk_path(&desk, history), "/api/v1/query_range?query=time%28%29%20-%20"
			    "last%7Bjob%3D%22a%20b%22%7D&start=1795307880&end=1795311420&step=60");
	desk_answer(&desk, history, 200, "{\"data\":{\"resultType\":\"matrix\",\"result\":[{\"values\":"
		    "[[1795311300,\"7\"],[1795311360,\"NaN\"],[1795311420,\"9.5\"]]}]}}");
	assert_int_equal(desk.probe.due[history], desk.now.steady);
	assert_non_null(strstr(desk_path(&desk, history), "query=rate%28x%5B5m%5D%29&start="));
	desk_answer(&desk, history, 400, "{\"error\":\"too many points\"}");
	assert_true(desk.probe.due[history] > desk.now.steady + 8 * WHEN_MINUTE);
	assert_string_equal(desk.decoding, "");
	past = &desk_judge(&desk)->pasts[0];
	assert_true(series_at(past, 1795311420000, 0, &value, &of) && fabs(value - 9.5) < 1e-6);
	assert_false(series_at(past, 1795311420000, 1, &value, &of));
	assert_true(series_at(past, 1795311420000, 2, &value, &of) && fabs(value - 7) < 1e-6);
	assert_false(series_at(&desk.report.pasts[1], 1795311420000, 0, &value, &of));
	assert_int_equal(desk.report.reading_count, 2);
}

static void wrong_content_is_refused_with_a_reason(void **state)
{
	static const char *const bodies[] = { "", "{}", "[]", "{\"data\":{\"groups\":{}}}", "<html>" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		for (size_t ask = 0; ask < desk.probe.ask_count; ask++) {
			desk_answer(&desk, ask, 200, bodies[i]);
			assert_string_not_equal(desk.decoding, "");
			(void)desk_judge(&desk);
			assert_int_equal(desk.report.state, STATE_UNKNOWN);
		}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(evaluated_rules_and_scraped_targets_are_ok),
		TEST(a_restarted_server_is_unknown_and_proves_nothing),
		TEST(rules_evaluated_too_long_ago_are_stale),
		TEST(a_rule_that_cannot_be_evaluated_is_unknown_and_named),
		TEST(without_rules_an_empty_list_proves_nothing),
		TEST(a_target_that_is_down_is_a_warning_with_its_name),
		TEST(many_targets_down_are_counted_and_some_are_named),
		TEST(alerts_come_with_their_labels_and_the_start_of_firing),
		TEST(more_alerts_than_fit_are_cut_without_harm),
		TEST(a_single_sample_is_a_reading),
		TEST(what_is_no_single_number_is_unknown_and_says_why),
		TEST(a_refused_query_is_told_in_the_servers_words),
		TEST(a_sample_is_as_old_as_the_newest_scrape_when_scrapes_stopped),
		TEST(before_every_target_was_scraped_a_sample_may_be_of_before_the_restart),
		TEST(a_server_whose_clock_is_off_is_judged_by_its_own),
		TEST(a_dead_server_leaves_no_signal_and_no_alert),
		TEST(a_query_is_encoded_for_a_url),
		TEST(the_last_hour_is_asked_signal_by_signal),
		TEST(wrong_content_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
