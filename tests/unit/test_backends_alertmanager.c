#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/alertmanager.h"
#include "backends/kinds.h"
#include "tests/lib/desk.h"

static const char *const urls[] = { "http://10.0.0.1:9093", "http://10.0.0.2:9093" };

static struct desk desk;
static struct alertmanager_config config;

static void open_with(size_t instances)
{
	config = (struct alertmanager_config){
		.source = { .name = "alertmanager", .urls = { urls, instances } },
		.watchdog = "Watchdog", .watchdog_age = 180000,
	};
	desk_open(&desk, &alertmanager_backend, &config);
}

static int open_one(void **state)
{
	(void)state;
	open_with(1);
	return 0;
}

static int open_two(void **state)
{
	(void)state;
	open_with(2);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

struct one {			/* an alert as an Alertmanager writes it */
	const char *name, *fingerprint, *status, *silenced_by, *inhibited_by;
	msec started_ago, renewed_ago, ends_in;
};

static void put_alert(struct buf *body, const struct one *one)
{
	char started[WHEN_TEXT], renewed[WHEN_TEXT], ends[WHEN_TEXT];

	when_format(started, desk.now.wall - one->started_ago);
	when_format(renewed, desk.now.wall - one->renewed_ago);
	when_format(ends, desk.now.wall + one->ends_in);
	(void)buf_fmt(body, "{\"annotations\":{\"summary\":\"a summary\",\"runbook\":\"r.md\"},"
		      "\"startsAt\":\"%s\",\"updatedAt\":\"%s\",\"endsAt\":\"%s\",\"fingerprint\":\"%s\","
		      "\"status\":{\"state\":\"%s\",\"silencedBy\":[%s],\"inhibitedBy\":[%s]},"
		      "\"labels\":{\"alertname\":\"%s\",\"severity\":\"warning\"}}", started, renewed,
		      one->ends_in ? ends : "0001-01-01T00:00:00Z", one->fingerprint, one->status,
		      one->silenced_by ? one->silenced_by : "",
		      one->inhibited_by ? one->inhibited_by : "", one->name);
}

static void answer(unsigned target, const struct one *alerts, size_t count)
{
	struct buf body = { 0 };

	(void)buf_text(&body, "[");
	for (size_t i = 0; i < count; i++) {
		(void)buf_text(&body, i ? "," : "");
		put_alert(&body, &alerts[i]);
	}
	(void)buf_text(&body, "]\n");
	desk_answer(&desk, target * MANAGER_ASKS + MANAGER_ALERTS, 200, buf_cstr(&body));
	desk_answer(&desk, target * MANAGER_ASKS + MANAGER_STATUS, 200,
		    "{\"cluster\":{\"status\":\"ready\",\"peers\":[]}}");
	buf_done(&body);
}

static const struct one lagging = { "Lagging", "aa11", "active", NULL, NULL, 60000, 30000, 240000 };
static const struct one watchdog = { "Watchdog", "dd", "active", NULL, NULL, 900000,
				     20000, 240000 };

static double field(const char *name)
{
	return json_number_value(json_object_get(desk.report.fields, name));
}

static void an_active_alert_fires_since_its_start(void **state)
{
	const struct alert *alert;

	(void)state;
	answer(0, &lagging, 1);
	desk_expect(&desk, STATE_OK, "1 firing, 0 suppressed");
	assert_int_equal(desk.report.alert_count, 1);
	alert = desk.report.alerts;
	assert_string_equal(alert->name, "Lagging");
	assert_string_equal(alert->fingerprint, "aa11");
	assert_string_equal(alert->severity, "warning");
	assert_string_equal(alert->runbook, "r.md");
	assert_int_equal(alert->state, ALERT_FIRING);
	assert_true(alert->since == desk.now.wall - 60000);
	assert_int_equal(desk.report.watch.role, ALERTS_FROM_MANAGER);
	assert_true(desk.report.watch.listed);
}

static void the_state_of_an_alert_follows_its_status_and_its_end(void **state)
{
	static const struct {
		struct one one;
		enum alert_state state;
		const char *silenced_by;
	} cases[] = {
		{ { "A", "1", "active", NULL, NULL, 9, 9, 60000 }, ALERT_FIRING, "" },
		{ { "A", "1", "active", NULL, NULL, 9, 9, 0 }, ALERT_FIRING, "" },
		{ { "A", "1", "unprocessed", NULL, NULL, 9, 9, 60000 }, ALERT_FIRING, "" },
		{ { "A", "1", "active", NULL, NULL, 9, 9, -60000 }, ALERT_RESOLVED, "" },
		{ { "A", "1", "suppressed", "\"s-1\",\"s-2\"", NULL, 9, 9, 60000 },
		  ALERT_SUPPRESSED, "s-1" },
		{ { "A", "1", "suppressed", NULL, "\"i-1\"", 9, 9, 60000 }, ALERT_SUPPRESSED, "i-1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		answer(0, &cases[i].one, 1);
		(void)desk_judge(&desk);
		assert_int_equal(desk.report.alerts[0].state, cases[i].state);
		assert_string_equal(desk.report.alerts[0].silenced_by, cases[i].silenced_by);
	}
}

static void a_fresh_watchdog_proves_and_is_no_alert(void **state)
{
	struct one both[] = { lagging, watchdog };

	(void)state;
	answer(0, both, 2);
	desk_expect(&desk, STATE_OK, "1 firing");
	assert_true(desk.report.watch.proven);
	assert_non_null(strstr(desk.report.watch.because, "renewed 20s ago"));
	assert_true(fabs(field("watchdog_age_s") - 20) < 1e-6);
	assert_true(desk.report.alerts[1].watchdog);
	assert_true(fabs(field("firing") - 1) < 1e-6);
}

static void a_watchdog_that_is_missing_old_or_over_proves_nothing(void **state)
{
	struct one old = watchdog, over = watchdog;

	(void)state;
	answer(0, NULL, 0);
	desk_expect(&desk, STATE_OK, "0 firing");
	assert_false(desk.report.watch.proven);
	assert_non_null(strstr(desk.report.watch.because, "an empty list proves nothing"));
	assert_true(json_is_null(json_object_get(desk.report.fields, "watchdog_age_s")));
	old.renewed_ago = 181000;
	answer(0, &old, 1);
	(void)desk_judge(&desk);
	assert_false(desk.report.watch.proven);
	assert_non_null(strstr(desk.report.watch.because, "alerts do not arrive"));
	over.ends_in = -1000;
	answer(0, &over, 1);
	(void)desk_judge(&desk);
	assert_false(desk.report.watch.proven);
	answer(0, &watchdog, 1);
	assert_true(desk_judge(&desk)->watch.proven);
	desk_wait(&desk, 200000);
	assert_false(desk_judge(&desk)->watch.proven);
}

static void one_alert_of_two_instances_is_one_and_the_louder_counts(void **state)
{
	struct one silenced = lagging, other = lagging;

	(void)state;
	silenced.status = "suppressed";
	silenced.silenced_by = "\"s-1\"";
	other.name = "Other";
	other.fingerprint = "bb22";
	answer(0, &silenced, 1);
	answer(1, (struct one[]){ lagging, other }, 2);
	desk_expect(&desk, STATE_OK, "2 firing, 0 suppressed");
	assert_int_equal(desk.report.alert_count, 2);
	assert_int_equal(desk.report.alerts[0].state, ALERT_FIRING);
}

static void one_of_two_instances_down_is_a_warning_and_both_are_down(void **state)
{
	(void)state;
	answer(0, &lagging, 1);
	desk_fail(&desk, MANAGER_ASKS + MANAGER_ALERTS, REPLY_REFUSED);
	desk_expect(&desk, STATE_WARN, "10.0.0.2:9093: connection refused");
	assert_true(desk.report.watch.listed && desk.report.alert_count == 1);
	assert_string_equal(json_text_at(json_array_get(json_object_get(desk.report.fields,
			    "instances"), 1), "state", ""), "down");
	desk_fail(&desk, MANAGER_ALERTS, REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "refused");
	assert_false(desk.report.watch.listed);
	assert_int_equal(desk.report.alert_count, 0);
	assert_true(json_is_null(json_object_get(desk.report.fields, "firing")));
}

static void a_cluster_that_is_not_ready_is_a_warning(void **state)
{
	static const struct {
		const char *body;
		enum state state;
	} cases[] = {
		{ "{\"cluster\":{\"status\":\"settling\"}}", STATE_WARN },
		{ "{\"cluster\":{\"status\":\"disabled\"}}", STATE_OK },
		{ "{\"cluster\":{\"status\":\"ready\"}}", STATE_OK },
		{ "{\"status\":\"success\"}", STATE_WARN },
	};

	(void)state;
	answer(0, NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_answer(&desk, MANAGER_STATUS, 200, cases[i].body);
		assert_int_equal(desk_judge(&desk)->state, cases[i].state);
	}
}

static void wrong_content_is_unknown_with_a_reason(void **state)
{
	static const struct {
		int status;
		const char *body, *word;
	} cases[] = {
		{ 200, "{\"code\":602,\"message\":\"x\"}", "not a list" }, { 200, "\"text\"", "not" },
		{ 200, "<html>", "HTML" }, { 200, "[", "not JSON" }, { 400, "\"bad matcher\"", "400" },
		{ 422, "{}", "422" }, { 401, "", "401" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		desk_answer(&desk, MANAGER_ALERTS, cases[i].status, cases[i].body);
		desk_expect(&desk, STATE_UNKNOWN, cases[i].word);
	}
	desk_answer(&desk, MANAGER_ALERTS, 200, "[7,{},{\"labels\":{\"alertname\":\"\"}},null]");
	desk_expect(&desk, STATE_OK, "0 firing");
}

static void more_alerts_than_fit_are_counted(void **state)
{
	struct buf body = { 0 };

	(void)state;
	(void)buf_text(&body, "[");
	for (int i = 0; i < 300; i++)
		(void)buf_fmt(&body, "%s{\"labels\":{\"alertname\":\"A%d\"},\"fingerprint\":\"f%d\"}",
			      i ? "," : "", i, i);
	(void)buf_text(&body, "]");
	desk_answer(&desk, MANAGER_ALERTS, 200, buf_cstr(&body));
	desk_expect(&desk, STATE_OK, "256 firing, 0 suppressed, more than fit here");
	buf_done(&body);
}

#define ONE(name) cmocka_unit_test_setup_teardown(name, open_one, close_desk)
#define TWO(name) cmocka_unit_test_setup_teardown(name, open_two, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(an_active_alert_fires_since_its_start),
		ONE(the_state_of_an_alert_follows_its_status_and_its_end),
		ONE(a_fresh_watchdog_proves_and_is_no_alert),
		ONE(a_watchdog_that_is_missing_old_or_over_proves_nothing),
		TWO(one_alert_of_two_instances_is_one_and_the_louder_counts),
		TWO(one_of_two_instances_down_is_a_warning_and_both_are_down),
		ONE(a_cluster_that_is_not_ready_is_a_warning),
		ONE(wrong_content_is_unknown_with_a_reason),
		ONE(more_alerts_than_fit_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
