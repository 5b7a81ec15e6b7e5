/* test_app_importer.c: the hour before a declaration: what was recorded, what Prometheus has, and
 * what nobody knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/importer_inside.h"
#include "backends/prometheus.h"
#include "base/digest.h"
#include "core/internal.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000, ORDERS = 64 };

/* 2026-11-22T03:00:00Z */
#define UNTIL ((msec)1795316400000)
#define FROM (UNTIL - WHEN_HOUR)

static struct world *world;
static struct hour hour;

static int setup(void **state)
{
	static const struct limit limit = { .warn = 1, .bad = 5 };

	(void)state;
	world = world_new(FROM);
	world_add_source(world, "db", "postgres", 10000);
	world_add_signal(world, "error_rate", "%", 0, limit);
	hour_init(&hour, FROM, UNTIL, "ana");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_free(world);
	hour_done(&hour);
	return 0;
}

static void record(int first, int end)
{
	for (int m = first; m < end; m++)
		series_add(&world->sources[0].series, FROM + m * WHEN_MINUTE, 0.1, STATE_OK);
}

/* A result of one series: a value for each step from `start` on. */
static json_t *matrix(const char *metric, msec start, const double *values, size_t count)
{
	json_t *series = json_object(), *points = json_array(), *result = json_array();
	struct buf text = { 0 };

	for (size_t i = 0; i < count; i++) {
		json_t *point;

		buf_clear(&text);
		buf_fmt(&text, "%g", values[i]);
		point = json_array();
		json_array_append_new(point, json_integer((start + (msec)i * hour.step) / 1000));
		json_array_append_new(point, json_string(buf_cstr(&text)));
		json_array_append_new(points, point);
	}
	buf_done(&text);
	json_set(series, "metric", json_loads(metric, 0, NULL));
	json_set(series, "values", points);
	json_array_append_new(result, series);
	return result;
}

static const struct order *only(enum event_kind kind)
{
	const struct order *found = NULL;

	for (size_t i = 0; i < hour.count; i++) {
		if (hour.orders[i].kind != kind)
			continue;
		assert_null(found);
		found = &hour.orders[i];
	}
	assert_non_null(found);
	return found;
}

static size_t how_many(enum event_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < hour.count; i++)
		count += hour.orders[i].kind == kind;
	return count;
}

static void an_hour_is_asked_for_in_steps_of_fifteen_seconds(void **state)
{
	struct hour long_one;

	(void)state;
	assert_int_equal(hour.step, 15 * WHEN_SECOND);
	assert_int_equal(hour.from, FROM);
	hour_init(&long_one, UNTIL - WHEN_DAY, UNTIL + 7, "ana");
	assert_true(long_one.until - long_one.from <= IMPORT_MINUTES * WHEN_MINUTE);
	assert_int_equal(long_one.from % WHEN_MINUTE, 0);
	assert_true((long_one.until - long_one.from) / long_one.step <= IMPORT_STEPS);
	assert_true(hour_minute(&long_one, long_one.until - 1) < IMPORT_MINUTES);
	assert_int_equal(hour_minute(&hour, UNTIL), 59);
	assert_int_equal(hour_minute(&hour, UNTIL + 1), IMPORT_MINUTES);
	assert_int_equal(hour_minute(&hour, FROM - 1), IMPORT_MINUTES);
	hour_done(&long_one);
}

static void what_was_recorded_becomes_events_of_the_past(void **state)
{
	const struct order *order;

	(void)state;
	change_add(world, FROM - 1, "db", STATE_BAD, "ok -> bad: too old");
	change_add(world, FROM + 1000, "db", STATE_DOWN, "ok -> down: connection refused: again");
	change_add(world, FROM + 2000, "error_rate", STATE_BAD, "ask -> bad: 7.1 %%, limit 5 %%");
	change_add(world, FROM + 3000, "Stuck", STATE_BAD, "firing: payments stuck");
	change_add(world, FROM + 4000, "recorder", STATE_UNKNOWN, "nothing was recorded");
	change_add(world, FROM + 5000, "indexer", STATE_OK, "deployed v2, was v1");
	change_add(world, UNTIL, "db", STATE_OK, "down -> ok: it is too late");
	past_take(&hour, world);
	hour_close(&hour, str_of(NULL));
	assert_int_equal(hour.count, 5);
	order = &hour.orders[0];
	assert_int_equal(order->kind, EVENT_SIGNAL_CHANGED);
	assert_int_equal(order->at, FROM + 1000);
	assert_int_equal(order->src, SRC_IMPORT);
	assert_string_equal(order->by, "ana");
	assert_string_equal(order->data.name, "db");
	assert_string_equal(order->data.type, "source");
	assert_string_equal(order->data.old, "ok");
	assert_string_equal(order->data.new_, "down");
	assert_string_equal(order->data.because, "connection refused: again");
	order = &hour.orders[1];
	assert_string_equal(order->data.type, "signal");
	assert_false(order->data.has & F(old));
	assert_string_equal(order->data.because, "7.1 %, limit 5 %");
	assert_int_equal(hour.orders[2].kind, EVENT_NOTE);
	assert_string_equal(hour.orders[2].data.text, "Stuck: firing: payments stuck");
	assert_string_equal(hour.orders[3].data.text, "indexer: deployed v2, was v1");
}

static void where_alerts_were_read_the_recorders_word_for_them_is_left_out(void **state)
{
	(void)state;
	hour.alerts_known = true;
	change_add(world, FROM + 3000, "Stuck", STATE_BAD, "firing: payments stuck");
	change_add(world, FROM + 4000, "Stuck", STATE_OK, "resolved after 1s");
	past_take(&hour, world);
	assert_int_equal(hour.count, 0);
}

static void only_passing_a_limit_is_an_event(void **state)
{
	static const double values[] = { 0, 0.5, 2, 3, 9, 8, 0.5, 0 };
	static const struct { int step; const char *old, *new_, *because; } wanted[] = {
		{ 2, "ok", "warn", "2 %, limit 1" }, { 4, "warn", "bad", "9 %, limit 5" },
		{ 6, "bad", "ok", "0.5 %" },
	};
	json_t *result = matrix("{}", FROM, values, ARRAY_LEN(values));

	(void)state;
	range_signal(&hour, &world->signals[1], result);
	json_decref(result);
	assert_int_equal(hour.count, ARRAY_LEN(wanted));
	for (size_t i = 0; i < hour.count; i++) {
		const struct order *order = &hour.orders[i];

		assert_int_equal(order->at, FROM + wanted[i].step * 15 * WHEN_SECOND);
		assert_string_equal(order->data.old, wanted[i].old);
		assert_string_equal(order->data.new_, wanted[i].new_);
		assert_string_equal(order->data.because, wanted[i].because);
	}
}

static void a_signal_that_is_bad_from_the_beginning_says_so_once(void **state)
{
	static const double values[] = { 9, 9, 9 };
	json_t *result = matrix("{}", FROM, values, ARRAY_LEN(values));

	(void)state;
	range_signal(&hour, &world->signals[1], result);
	json_decref(result);
	assert_int_equal(only(EVENT_SIGNAL_CHANGED)->at, FROM);
	assert_false(hour.orders[0].data.has & F(old));
}

static void several_series_are_no_signal(void **state)
{
	static const double values[] = { 9 };
	json_t *result = matrix("{}", FROM, values, 1), *more = matrix("{}", FROM, values, 1);

	(void)state;
	json_array_extend(result, more);
	range_signal(&hour, &world->signals[1], result);
	json_decref(result);
	json_decref(more);
	assert_int_equal(hour.count, 0);
}

/* Where this console was there, its own word counts; and what both saw at the seam is one. */
static void what_was_recorded_is_not_told_twice(void **state)
{
	static const double values[] = { 0, 0, 9, 9, 0, 9 };
	json_t *result;

	(void)state;
	record(1, 60);			/* the first minute was not */
	change_add(world, FROM + 70000, "error_rate", STATE_BAD, "ok -> bad: 9 %%");
	past_cover(&hour, world);
	past_take(&hour, world);
	result = matrix("{}", FROM + 15000, values, ARRAY_LEN(values));
	range_signal(&hour, &world->signals[1], result);
	json_decref(result);
	assert_int_equal(only(EVENT_SIGNAL_CHANGED)->at, FROM + 70000);
	result = matrix("{}", FROM, values, ARRAY_LEN(values));
	range_signal(&hour, &world->signals[1], result);
	json_decref(result);
	assert_int_equal(hour.count, 2);	/* 40 s before is another time */
	assert_int_equal(hour.orders[1].at, FROM + 30000);
}

static const double firing[] = { 1, 1, 1 };

static void an_alert_that_came_and_went_is_told_with_its_labels(void **state)
{
	json_t *result = matrix("{\"__name__\":\"ALERTS\",\"alertname\":\"Stuck\","
				"\"alertstate\":\"firing\",\"service\":\"pay\"}",
				FROM + WHEN_MINUTE, firing, ARRAY_LEN(firing));
	struct alert same = { .name = "Stuck" };
	const struct order *order;

	(void)state;
	alert_add_label(&same, "alertname", "Stuck");
	alert_add_label(&same, "service", "pay");
	alert_fingerprint(&same, same.fingerprint);
	range_alerts(&hour, world, "Watchdog", result);
	order = only(EVENT_ALERT_FIRING);
	assert_int_equal(order->at, FROM + WHEN_MINUTE);
	assert_int_equal(order->data.when, FROM + WHEN_MINUTE);
	assert_string_equal(order->data.name, "Stuck");
	assert_string_equal(order->data.fingerprint, same.fingerprint);
	assert_int_equal(order->data.labels.count, 2);
	assert_string_equal(order->data.labels.items[0], "alertname=Stuck");
	assert_string_equal(order->data.labels.items[1], "service=pay");
	assert_int_equal(only(EVENT_ALERT_RESOLVED)->at, FROM + WHEN_MINUTE + 45000);
	assert_true(hour.alerts_known);
	/* A second Prometheus saw the same. */
	range_alerts(&hour, world, "Watchdog", result);
	assert_int_equal(hour.count, 2);
	json_decref(result);
}

static void the_watchdog_is_no_event(void **state)
{
	json_t *result = matrix("{\"alertname\":\"Watchdog\"}", FROM, firing, ARRAY_LEN(firing));

	(void)state;
	range_alerts(&hour, world, "Watchdog", result);
	json_decref(result);
	assert_int_equal(hour.count, 0);
}

/* Its own server knows the instant; Prometheus only the step. */
static void what_fires_now_stands_where_its_server_says_that_it_began(void **state)
{
	double to_the_end[12];
	struct alert *live = &world->alerts[0];
	json_t *result;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(to_the_end); i++)
		to_the_end[i] = 1;
	*live = (struct alert){ .name = "Stuck", .state = ALERT_FIRING,
				.since = UNTIL - 3 * WHEN_MINUTE + 7 };
	(void)str_put(live->summary, sizeof(live->summary), "payments are stuck");
	alert_add_label(live, "alertname", "Stuck");
	alert_fingerprint(live, live->fingerprint);
	world->alert_count = 1;
	result = matrix("{\"alertname\":\"Stuck\",\"alertstate\":\"firing\"}",
			UNTIL - 3 * WHEN_MINUTE, to_the_end, ARRAY_LEN(to_the_end));
	range_alerts(&hour, world, "Watchdog", result);
	json_decref(result);
	past_take(&hour, world);
	assert_int_equal(only(EVENT_ALERT_FIRING)->at, live->since);
	assert_string_equal(only(EVENT_ALERT_FIRING)->data.text, "payments are stuck");
	assert_int_equal(how_many(EVENT_ALERT_RESOLVED), 0);
}

static void what_nobody_knows_is_a_gap_with_its_reason(void **state)
{
	static const double up[] = { 1, 1, 1, 1 };	/* a minute */
	json_t *result = matrix("{}", FROM + 20 * WHEN_MINUTE, up, ARRAY_LEN(up));

	(void)state;
	record(0, 10);
	record(30, 60);
	past_cover(&hour, world);
	range_cover(&hour, result);
	json_decref(result);
	assert_true(hour_is_partial(&hour));
	hour_gaps(&hour, "nobody was there");
	assert_int_equal(hour.count, 2);
	assert_int_equal(hour.orders[0].data.when, FROM + 10 * WHEN_MINUTE);
	assert_int_equal(hour.orders[0].data.until, FROM + 20 * WHEN_MINUTE);
	assert_int_equal(hour.orders[1].data.when, FROM + 21 * WHEN_MINUTE);
	assert_int_equal(hour.orders[1].data.until, FROM + 30 * WHEN_MINUTE);
	assert_string_equal(hour.orders[1].data.reason, "nobody was there");
	hour_close(&hour, str_of("{}"));
	assert_string_equal(only(EVENT_FLIGHT_IMPORTED)->data.text,
			    "of 60 min 40 were recorded, 1 are known from Prometheus, nobody knows of 19");
}

static void more_than_fits_is_counted_and_the_summary_stays(void **state)
{
	struct event_data data = { .has = 0 };
	const struct order *last;

	(void)state;
	EVENT_SET(data, text, "x");
	for (int i = 0; i < IMPORT_ORDERS + 5; i++)
		hour_add(&hour, UNTIL - i, EVENT_NOTE, &data);
	hour_close(&hour, str_of(NULL));
	last = &hour.orders[hour.count - 1];
	assert_int_equal(last->kind, EVENT_FLIGHT_IMPORTED);
	assert_non_null(strstr(last->data.text, "5 changes more than fit in"));
	for (size_t i = 1; i + 1 < hour.count; i++)
		assert_true(hour.orders[i - 1].at <= hour.orders[i].at);
}

/* --- with a server -------------------------------------------------------------------------- */

struct got {
	int count;
	size_t orders, gaps;
	char reason[BECAUSE_TEXT], sha256[DIGEST_HEX];
	bool evidence_is_json, firing, changed;
	struct buf evidence;
};

static void on_done(void *arg, const struct order *orders, size_t count, struct str evidence)
{
	struct got *got = arg;
	const struct order *last = &orders[count - 1];
	json_t *root = json_read(evidence, JSON_MAX_PINNED, NULL);

	got->count++;
	got->orders = count;
	got->evidence_is_json = root != NULL;
	json_decref(root);
	buf_add(&got->evidence, evidence.p, evidence.len);
	for (size_t i = 0; i < count; i++) {
		got->firing = got->firing || orders[i].kind == EVENT_ALERT_FIRING;
		got->changed = got->changed || orders[i].kind == EVENT_SIGNAL_CHANGED;
		if (orders[i].kind != EVENT_RECORDING_GAP)
			continue;
		got->gaps++;
		(void)str_put(got->reason, sizeof(got->reason), orders[i].data.reason);
	}
	assert_int_equal(last->kind, EVENT_FLIGHT_IMPORTED);
	assert_int_equal(last->data.count, count - 1);
	digest_sha256(got->sha256, evidence);
	assert_string_equal(last->data.sha256, got->sha256);
}

static const char *const environment[] = { "TOKEN=canary-T0KEN-5511", NULL };

/* The one answer fits all questions: one series, an alert by its name, 9 from minute 50 on. */
static struct got import_from(const char *url, const char *source_kind)
{
	static const struct prometheus_check check = { "error_rate", "x", "%" };
	struct prometheus_config prometheus = {
		.source = { .name = "prom", .kind = source_kind, .url = url,
			    .access.bearer = { .from = SECRET_ENV, .name = "TOKEN" } },
		.watchdog = "Watchdog", .checks = &check, .check_count = 1 };
	struct source_config *sources[] = { &prometheus.source };
	const struct settings settings = { .operator = "ana", .sources = { sources, 1 } };
	const struct context context = { .environment = environment };
	struct err err = { 0 };
	struct loop *loop = loop_new(&err);
	struct estate estate = { .settings = &settings, .loop = loop, .world = world };
	struct got got = { 0 };

	importer_start(&estate, &context, FROM, UNTIL, on_done, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	importer_cancel(importer_start(&estate, &context, FROM, UNTIL, on_done, &got));
	loop_free(loop);
	assert_int_equal(got.count, 1);
	return got;
}

static void prometheus_fills_what_nobody_recorded(void **state)
{
	double values[41];
	struct buf body = { 0 };
	struct err err = { 0 };
	struct got got;
	struct httpd *httpd = httpd_start(NULL, 0, &err);
	struct httpd_rule rule = { .path = "/api/v1/query_range" };
	json_t *result, *root = json_object(), *data = json_object();
	char url[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		values[i] = 9;
	result = matrix("{\"alertname\":\"Stuck\",\"note\":\"canary-T0KEN-5511\"}",
			FROM + 50 * WHEN_MINUTE, values, ARRAY_LEN(values));
	json_set(data, "result", result);
	json_set(root, "data", data);
	json_write(&body, root);
	json_decref(root);
	rule.body = str_sub(buf_cstr(&body), body.len);
	httpd_set(httpd, &rule);
	httpd_url(httpd, "", url, sizeof(url));
	got = import_from(url, "prometheus");
	assert_true(got.firing && got.changed && got.evidence_is_json);
	assert_int_equal(got.gaps, 1);
	assert_string_equal(got.reason, "nobody recorded, and Prometheus has no samples");
	assert_null(strstr(buf_cstr(&got.evidence), "canary"));
	assert_non_null(strstr(buf_cstr(&got.evidence), "[redacted]"));
	buf_done(&got.evidence);
	buf_done(&body);
	httpd_stop(httpd);
}

static void every_failure_is_a_gap_that_says_why(void **state)
{
	static const struct { int status; const char *body, *says; } rows[] = {
		{ 503, "no luck", "nobody recorded, and prom: HTTP 503, not JSON" },
		{ 400, "{\"status\":\"error\",\"error\":\"bad query canary-T0KEN-5511\"}",
		  "nobody recorded, and prom: bad query [redacted]" },
		{ 200, "{\"data\":{}}", "nobody recorded, and prom: HTTP 200 without a result" },
	};
	struct err err = { 0 };
	struct httpd *httpd = httpd_start(NULL, 0, &err);
	struct got got;
	char url[64];

	(void)state;
	httpd_url(httpd, "", url, sizeof(url));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct httpd_rule rule = { .path = "/api/v1/query_range",
						 .status = rows[i].status,
						 .body = str_of(rows[i].body) };

		httpd_set(httpd, &rule);
		got = import_from(url, "prometheus");
		assert_int_equal(got.gaps, 1);
		if (strncmp(got.reason, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("%s", got.reason);
		assert_true(got.evidence_is_json);
		buf_done(&got.evidence);
	}
	httpd_stop(httpd);
	got = import_from("http://127.0.0.1:1", "prometheus");
	assert_non_null(strstr(got.reason, "connection refused"));
	buf_done(&got.evidence);
	got = import_from("http://127.0.0.1:1", "http");
	assert_string_equal(got.reason, "nobody recorded, and no prometheus is configured");
	buf_done(&got.evidence);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_hour_is_asked_for_in_steps_of_fifteen_seconds),
		T(what_was_recorded_becomes_events_of_the_past),
		T(where_alerts_were_read_the_recorders_word_for_them_is_left_out),
		T(only_passing_a_limit_is_an_event),
		T(a_signal_that_is_bad_from_the_beginning_says_so_once),
		T(several_series_are_no_signal),
		T(what_was_recorded_is_not_told_twice),
		T(an_alert_that_came_and_went_is_told_with_its_labels),
		T(the_watchdog_is_no_event),
		T(what_fires_now_stands_where_its_server_says_that_it_began),
		T(what_nobody_knows_is_a_gap_with_its_reason),
		T(more_than_fits_is_counted_and_the_summary_stays),
		T(prometheus_fills_what_nobody_recorded),
		T(every_failure_is_a_gap_that_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
