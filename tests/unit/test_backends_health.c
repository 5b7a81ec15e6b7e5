/* A backend that reports on itself: what is asked of it, what is believed, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backends/health.h"
#include "backends/kinds.h"
#include "base/json.h"
#include "base/secret.h"
#include "tests/lib/desk.h"

static struct desk desk;
static struct health_config config;

static const char shards_ok[] = "[{\"shardId\":0,\"status\":\"ok\"}]";
static const char shards_refused[] =
	"[{\"status\":\"error\",\"error\":\"connect ECONNREFUSED 10.0.0.4:5432\"}]";

static void open_with(struct health_config with)
{
	config = with;
	config.source.name = "api";
	config.source.url = "http://127.0.0.1:3001";
	config.source.every = 15 * WHEN_SECOND;
	config.source.timeout = 8 * WHEN_SECOND;
	desk_open(&desk, &health_backend, &config);
}

static int open_plain(void **state)
{
	(void)state;
	open_with((struct health_config){ .rules = { NULL, 0 } });
	return 0;
}

static int open_deep(void **state)
{
	(void)state;
	open_with((struct health_config){ .deep = { "/health", 5 * WHEN_MINUTE } });
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static size_t ask(enum health_ask number)
{
	static const char *const names[] = {
		[HEALTH_LIVE] = "live", [HEALTH_SHARDS] = "shards", [HEALTH_POOLS] = "pools",
		[HEALTH_METRICS] = "metrics", [HEALTH_DEEP] = "deep",
	};

	return desk_ask(&desk, names[number], 0, number);
}

/* An answer of /health/live that was made `late` before it came, by a process `uptime_s` old. */
static void live(msec late, double uptime_s)
{
	char body[160], at[WHEN_TEXT];

	when_format(at, desk.now.wall - late);
	(void)snprintf(body, sizeof(body), "{\"status\":\"alive\",\"timestamp\":\"%s\",\"uptime\":%g}",
		       at, uptime_s);
	desk_answer(&desk, ask(HEALTH_LIVE), 200, body);
}

static void well(void)
{
	live(0, 100);
	desk_answer(&desk, ask(HEALTH_SHARDS), 200, shards_ok);
}

static void deep(const char *stellar)
{
	char body[640], at[WHEN_TEXT];

	when_format(at, desk.now.wall);
	(void)snprintf(body, sizeof(body), "{\"status\":\"degraded\",\"overallHealth\":75,"
		       "\"timestamp\":\"%s\",\"checks\":[{\"name\":\"database\",\"status\":"
		       "\"unhealthy\"},{\"name\":\"stellar\",%s}],\"application\":{\"version\":"
		       "\"1.4.0\"}}", at, stellar);
	desk_answer(&desk, ask(HEALTH_DEEP), 200, body);
}

static void horizons(enum horizons horizons)
{
	desk.chain.configured = true;
	desk.chain.known = desk.chain.fresh = horizons == HORIZONS_WELL || horizons == HORIZONS_LIMP;
	desk.chain.horizons = horizons;
	desk.chain.seen_at = desk.now.wall;
}

static const json_t *field(const char *name)
{
	return json_object_get(desk.report.fields, name);
}

static const char *text_field(const char *name)
{
	return json_text_at(desk.report.fields, name, "null");
}

static void a_living_process_that_reaches_its_database_is_ok(void **state)
{
	(void)state;
	well();
	desk_expect(&desk, STATE_OK, "alive; it reaches its database");
	assert_false(desk.report.asking);
	assert_true(json_is_true(field("live")));
	assert_int_equal(json_integer_value(field("shards_ok")), 1);
	assert_int_equal(json_integer_value(field("shards_error")), 0);
	assert_true(json_is_null(field("circuit")) && json_is_null(field("throttled_until")));
	assert_string_equal(text_field("database"), "ok");
}

static void a_process_alone_is_no_proof_of_its_database(void **state)
{
	(void)state;
	live(0, 100);
	desk_expect(&desk, STATE_UNKNOWN, "its database is not known yet");
	assert_true(desk.report.asking);
	assert_true(json_is_null(field("shards_ok")));
}

static void only_what_is_allowed_is_asked_for(void **state)
{
	(void)state;
	assert_int_equal(desk.probe.ask_count, 3);
	assert_string_equal(desk_path(&desk, ask(HEALTH_LIVE)), "/health/live");
	assert_string_equal(desk_path(&desk, ask(HEALTH_SHARDS)), "/api/v1/metrics/shards/health");
	assert_string_equal(desk_path(&desk, ask(HEALTH_METRICS)), "/api/v1/metrics");
	assert_int_equal(health_backend.budget.most, 4);
	assert_true(health_backend.budget.window == 15 * WHEN_SECOND);
}

static void the_counters_are_asked_for_rarely_and_last(void **state)
{
	const struct ask *metrics = &desk.probe.asks[ask(HEALTH_METRICS)];

	(void)state;
	assert_true(metrics->optional && metrics->every == WHEN_MINUTE);
	assert_false(desk.probe.asks[ask(HEALTH_LIVE)].optional);
}

static void a_hung_database_has_the_time_to_be_told(void **state)
{
	(void)state;
	config.source.timeout = 2 * WHEN_SECOND;
	desk_close(&desk);
	desk_open(&desk, &health_backend, &config);
	assert_true(desk.probe.asks[ask(HEALTH_SHARDS)].timeout > 5100);
	assert_true(desk.probe.asks[ask(HEALTH_LIVE)].timeout == 2 * WHEN_SECOND);
}

static const struct {
	const char *what;
	enum reply_kind kind;
	int status;
	const char *body;
	enum state state;
	const char *word;
} live_cases[] = {
	{ "refused", REPLY_REFUSED, 0, NULL, STATE_DOWN, "refused" },
	{ "hung", REPLY_TIMEOUT, 0, NULL, STATE_DOWN, "no answer" },
	{ "reset", REPLY_RESET, 0, NULL, STATE_DOWN, "dropped" },
	{ "500", REPLY_ANSWER, 500, "{\"success\":false}", STATE_DOWN, "500" },
	{ "our DNS", REPLY_NO_NAME, 0, NULL, STATE_UNKNOWN, "DNS" },
	{ "429", REPLY_ANSWER, 429, "{\"error\":\"Too many\"}", STATE_UNKNOWN, "throttled, HTTP 429" },
	{ "302", REPLY_ANSWER, 302, "Found", STATE_UNKNOWN, "not followed" },
	{ "404", REPLY_ANSWER, 404, "{}", STATE_UNKNOWN, "404" },
	{ "HTML", REPLY_ANSWER, 200, "<html>", STATE_UNKNOWN, "HTML" },
	{ "no JSON", REPLY_ANSWER, 200, "alive", STATE_UNKNOWN, "JSON" },
	{ "no time", REPLY_ANSWER, 200, "{\"status\":\"alive\"}", STATE_UNKNOWN, "timestamp" },
	{ "another word", REPLY_ANSWER, 200,
	  "{\"status\":\"zombie\",\"timestamp\":\"2026-11-22T01:37:21Z\"}", STATE_UNKNOWN, "zombie" },
};

static void an_answer_about_the_process_is_told_as_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(live_cases); i++) {
		(void)open_plain(NULL);
		desk_answer(&desk, ask(HEALTH_SHARDS), 200, shards_ok);
		if (live_cases[i].kind == REPLY_ANSWER)
			desk_answer(&desk, ask(HEALTH_LIVE), live_cases[i].status,
				    live_cases[i].body);
		else
			desk_fail(&desk, ask(HEALTH_LIVE), live_cases[i].kind);
		desk_expect(&desk, live_cases[i].state, live_cases[i].word);
		assert_false(json_is_true(field("live")));
		desk_close(&desk);
	}
}

static void a_cached_answer_is_stale(void **state)
{
	(void)state;
	well();
	live(59 * WHEN_SECOND, 100);
	desk_expect(&desk, STATE_OK, "alive");
	live(61 * WHEN_SECOND, 100);
	desk_expect(&desk, STATE_STALE, "1m before it came");
	assert_false(json_is_true(field("live")));
	live(-61 * WHEN_SECOND, 100);
	desk_expect(&desk, STATE_WARN, "clock is 1m ahead");
}

static void an_old_answer_counts_no_more(void **state)
{
	(void)state;
	well();
	desk_wait(&desk, 54 * WHEN_SECOND);
	desk_expect(&desk, STATE_UNKNOWN, "too old to count");
	assert_true(json_is_null(field("live")));
}

static const struct {
	enum reply_kind kind;
	int status;
	const char *body;
	enum state state;
	const char *word, *database;
} shards_cases[] = {
	{ REPLY_ANSWER, 503, shards_refused, STATE_BAD,
	  "the database is unreachable from the backend: connect ECONNREFUSED 10.0.0.4:5432", "bad" },
	{ REPLY_ANSWER, 503, "[{\"status\":\"error\",\"error\":\"Connection terminated due to "
	  "connection timeout\"}]", STATE_BAD, "connection timeout", "bad" },
	{ REPLY_ANSWER, 200, shards_refused, STATE_BAD, "unreachable", "bad" },
	{ REPLY_ANSWER, 503, "[{\"shardId\":0,\"status\":\"ok\"},{\"shardId\":1,\"status\":\"error\","
	  "\"error\":\"gone\"}]", STATE_BAD, "1 of 2 shards", "bad" },
	{ REPLY_ANSWER, 503, "[{\"status\":\"error\"}]", STATE_BAD, "does not say why", "bad" },
	{ REPLY_ANSWER, 503, "<html>Service Unavailable</html>", STATE_BAD, "answers 503", "bad" },
	{ REPLY_ANSWER, 503, "{\"error\":\"x\"}", STATE_BAD, "no list of shards", "bad" },
	{ REPLY_TIMEOUT, 0, NULL, STATE_BAD, "does not answer it: no answer", "bad" },
	{ REPLY_ANSWER, 200, "[]", STATE_UNKNOWN, "empty", "unknown" },
	{ REPLY_ANSWER, 200, "{}", STATE_UNKNOWN, "no list of shards", "unknown" },
	{ REPLY_ANSWER, 200, "[{\"shardId\":0}]", STATE_UNKNOWN, "without status", "unknown" },
	{ REPLY_ANSWER, 200, "[{\"status\":\"draining\"}]", STATE_UNKNOWN, "neither ok", "unknown" },
	{ REPLY_ANSWER, 404, "{}", STATE_UNKNOWN, "404", "unknown" },
	{ REPLY_ANSWER, 302, "Found", STATE_UNKNOWN, "not followed", "unknown" },
	{ REPLY_ANSWER, 429, "{}", STATE_UNKNOWN, "429", "unknown" },
	{ REPLY_REFUSED, 0, NULL, STATE_UNKNOWN, "refused", "unknown" },
};

static void an_answer_about_the_database_is_told_as_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shards_cases); i++) {
		(void)open_plain(NULL);
		live(0, 100);
		if (shards_cases[i].kind == REPLY_ANSWER)
			desk_answer(&desk, ask(HEALTH_SHARDS), shards_cases[i].status,
				    shards_cases[i].body);
		else
			desk_fail(&desk, ask(HEALTH_SHARDS), shards_cases[i].kind);
		desk_expect(&desk, shards_cases[i].state, shards_cases[i].word);
		assert_string_equal(text_field("database"), shards_cases[i].database);
		desk_close(&desk);
	}
}

static void what_it_says_of_its_database_shows_no_secret_and_no_control_byte(void **state)
{
	struct secret *secret = secret_new(str_of("hunter22"));

	(void)state;
	live(0, 100);
	desk_answer(&desk, ask(HEALTH_SHARDS), 503, "[{\"status\":\"error\",\"error\":\"auth failed for "
		    "hunter22\\u001b[2J, postgres://app:open-sesame@db/x\"}]");
	desk_expect(&desk, STATE_BAD, "auth failed for [redacted]");
	assert_null(strstr(desk.report.because, "hunter22"));
	assert_null(strstr(desk.report.because, "sesame"));
	assert_null(strchr(desk.report.because, '\033'));
	secret_free(secret);
}

static void a_throttled_backend_is_unknown_until_it_answers_again(void **state)
{
	struct reply reply;

	(void)state;
	well();
	reply = desk_reply(&desk, "{\"statusCode\":429}");
	reply.status = 429;
	reply.retry_after = WHEN_MINUTE;
	desk_take(&desk, ask(HEALTH_SHARDS), &reply);
	desk_expect(&desk, STATE_UNKNOWN, "throttled, HTTP 429, until 01:38:21");
	assert_string_equal(text_field("throttled_until"), "2026-11-22T01:38:21Z");
	desk_wait(&desk, WHEN_MINUTE);
	well();
	desk_expect(&desk, STATE_OK, "alive");
	assert_true(json_is_null(field("throttled_until")));
}

static void a_retry_after_of_a_day_is_not_waited_for(void **state)
{
	struct reply reply = desk_reply(&desk, "{}");

	(void)state;
	reply.status = 429;
	reply.retry_after = WHEN_DAY;
	desk_take(&desk, ask(HEALTH_LIVE), &reply);
	desk_expect(&desk, STATE_UNKNOWN, "until 01:47:21");
}

static void an_uptime_that_jumps_back_is_a_restart(void **state)
{
	(void)state;
	well();
	desk_expect(&desk, STATE_OK, "alive;");
	assert_true(json_is_null(field("restarted_at")));
	desk_wait(&desk, 15 * WHEN_SECOND);
	live(0, 115.4);
	desk_expect(&desk, STATE_OK, "alive;");
	assert_true(json_is_null(field("restarted_at")));
	desk_wait(&desk, 15 * WHEN_SECOND);
	live(0, 5);
	desk_expect(&desk, STATE_OK, "restarted 5s ago");
	assert_string_equal(text_field("restarted_at"), "2026-11-22T01:37:46Z");
	desk_wait(&desk, 11 * WHEN_MINUTE);
	desk_answer(&desk, ask(HEALTH_SHARDS), 200, shards_ok);
	live(0, 665);
	desk_judge(&desk);
	assert_null(strstr(desk.report.because, "restarted"));
	assert_string_equal(text_field("restarted_at"), "2026-11-22T01:37:46Z");
}

static void clients_that_wait_for_a_connection_are_a_warning(void **state)
{
	static const char *const items[] = {
		"/health/live", "api/v1/metrics/shards/health", "/api/v1/metrics/shards",
	};

	(void)state;
	open_with((struct health_config){ .paths = { items, ARRAY_LEN(items) } });
	well();
	desk_answer(&desk, ask(HEALTH_POOLS), 200, "[{\"shardId\":0,\"waitingClients\":0}]");
	desk_expect(&desk, STATE_OK, "alive");
	desk_answer(&desk, ask(HEALTH_POOLS), 200,
		    "[{\"waitingClients\":3},{\"waitingClients\":4}]");
	desk_expect(&desk, STATE_WARN, "7 clients wait for a database connection");
	desk_answer(&desk, ask(HEALTH_POOLS), 200, "[{\"shardId\":0}]");
	desk_expect(&desk, STATE_OK, "alive");
	desk_close(&desk);
}

static void what_is_not_in_paths_is_not_asked_and_that_is_said(void **state)
{
	static const char *const only_live[] = { "/health/live" };
	static const char *const only_shards[] = { "/api/v1/metrics/shards/health" };
	static const char *const nothing[] = { "/else" };

	(void)state;
	open_with((struct health_config){ .paths = { only_live, 1 } });
	assert_int_equal(desk.probe.ask_count, 1);
	live(0, 100);
	desk_expect(&desk, STATE_OK, "its database is not watched");
	assert_int_equal(json_array_size(field("not_asked")), 2);
	desk_close(&desk);

	open_with((struct health_config){ .paths = { only_shards, 1 } });
	desk_answer(&desk, ask(HEALTH_SHARDS), 200, shards_ok);
	desk_expect(&desk, STATE_UNKNOWN, "the process is not watched");
	desk_answer(&desk, ask(HEALTH_SHARDS), 503, shards_refused);
	desk_expect(&desk, STATE_BAD, "unreachable");
	desk_close(&desk);

	open_with((struct health_config){ .paths = { nothing, 1 } });
	assert_int_equal(desk.probe.ask_count, 0);
	desk_expect(&desk, STATE_UNKNOWN, "the process is not watched");
	assert_false(desk.report.asking);
	desk_close(&desk);
}

static void the_deep_check_is_never_asked_unless_it_is_configured(void **state)
{
	(void)state;
	horizons(HORIZONS_WELL);
	for (size_t i = 0; i < desk.probe.ask_count; i++)
		assert_string_not_equal(desk_path(&desk, i), "/health");
}

static void the_deep_check_is_asked_only_while_every_horizon_is_well(void **state)
{
	(void)state;
	for (int i = HORIZONS_UNSEEN; i <= HORIZONS_FAIL; i++) {
		horizons((enum horizons)i);
		assert_string_equal(desk_path(&desk, ask(HEALTH_DEEP)),
				    i == HORIZONS_WELL ? "/health" : "");
	}
	horizons(HORIZONS_WELL);
	desk.chain.fresh = false;
	assert_string_equal(desk_path(&desk, ask(HEALTH_DEEP)), "");
	desk.chain.fresh = true;
	desk_wait(&desk, 16 * WHEN_SECOND);	/* nobody has looked at Horizon since */
	assert_string_equal(desk_path(&desk, ask(HEALTH_DEEP)), "");
	assert_true(desk.probe.asks[ask(HEALTH_DEEP)].every == 5 * WHEN_MINUTE);
}

static const struct {
	enum horizons horizons;
	const char *stellar;
	enum state state;
	const char *word, *circuit;
} circuit_cases[] = {
	{ HORIZONS_WELL, "\"online\":true,\"circuit\":{\"state\":\"CLOSED\"}", STATE_OK,
	  "breaker closed", "CLOSED" },
	{ HORIZONS_WELL, "\"online\":false,\"circuit\":{\"state\":\"CLOSED\"}", STATE_OK,
	  "breaker closed", "CLOSED" },
	{ HORIZONS_WELL, "\"circuit\":{\"state\":\"OPEN\"}", STATE_WARN,
	  "breaker open, Horizon is back", "OPEN" },
	{ HORIZONS_LIMP, "\"circuit\":{\"state\":\"OPEN\"}", STATE_WARN, "breaker open", "OPEN" },
	{ HORIZONS_FAIL, "\"circuit\":{\"state\":\"OPEN\"}", STATE_BAD,
	  "breaker open and Horizon unreachable", "OPEN" },
	{ HORIZONS_UNSEEN, "\"circuit\":{\"state\":\"OPEN\"}", STATE_BAD, "no Horizon is seen",
	  "OPEN" },
	{ HORIZONS_WELL, "\"online\":true,\"circuit\":{\"state\":\"HALF_OPEN\"}", STATE_WARN,
	  "half open", "HALF_OPEN" },
	{ HORIZONS_WELL, "\"circuit\":{\"state\":\"AJAR\"}", STATE_UNKNOWN, "AJAR", "AJAR" },
	{ HORIZONS_FAIL, "\"online\":true,\"circuit\":{\"state\":\"CLOSED\"}", STATE_OK,
	  "breaker not known", "null" },
	{ HORIZONS_WELL, "\"status\":\"healthy\"", STATE_OK, "breaker not known", "null" },
};

static void the_breaker_is_judged_by_how_horizon_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(circuit_cases); i++) {
		(void)open_deep(NULL);
		horizons(circuit_cases[i].horizons);
		well();
		deep(circuit_cases[i].stellar);
		desk_expect(&desk, circuit_cases[i].state, circuit_cases[i].word);
		assert_string_equal(text_field("circuit"), circuit_cases[i].circuit);
		/* Its own database check is unhealthy in all of them, and never shown. */
		assert_string_equal(text_field("database"), "ok");
		desk_close(&desk);
	}
}

static void online_is_said_and_changes_nothing(void **state)
{
	(void)state;
	horizons(HORIZONS_WELL);
	well();
	deep("\"online\":false,\"circuit\":{\"state\":\"CLOSED\"}");
	desk_expect(&desk, STATE_OK, "alive");
	assert_true(json_is_false(field("online")));
	deep("\"circuit\":{\"state\":\"CLOSED\"}");
	desk_judge(&desk);
	assert_true(json_is_null(field("online")));
}

static void the_deep_check_of_a_dead_process_counts_no_more(void **state)
{
	(void)state;
	horizons(HORIZONS_WELL);
	well();
	deep("\"circuit\":{\"state\":\"OPEN\"}");
	desk_fail(&desk, ask(HEALTH_LIVE), REPLY_REFUSED);
	desk_expect(&desk, STATE_DOWN, "refused");
}

static void an_old_deep_check_counts_no_more(void **state)
{
	(void)state;
	horizons(HORIZONS_WELL);
	well();
	deep("\"circuit\":{\"state\":\"OPEN\"}");
	desk_wait(&desk, 14 * WHEN_MINUTE);
	well();
	desk_expect(&desk, STATE_WARN, "seen 14m ago");
	desk_wait(&desk, 2 * WHEN_MINUTE);
	well();
	desk_expect(&desk, STATE_OK, "breaker not known");
}

static void the_deep_check_tells_the_version(void **state)
{
	(void)state;
	horizons(HORIZONS_WELL);
	well();
	desk_judge(&desk);
	assert_int_equal(desk.report.version_count, 0);
	deep("\"circuit\":{\"state\":\"CLOSED\"}");
	desk_judge(&desk);
	assert_int_equal(desk.report.version_count, 1);
	assert_string_equal(desk.report.versions[0].component, "api");
	assert_string_equal(desk.report.versions[0].text, "1.4.0");
	assert_true(desk.report.versions[0].seen_at == desk.now.wall);
	assert_string_equal(text_field("version"), "1.4.0");
}

static void counters_come_as_text(void **state)
{
	struct reply reply = desk_reply(&desk, "# TYPE payments_total counter\npayments_total 12\n"
					"payments_failed_total NaN\nactive_streams 3\n");

	(void)state;
	well();
	(void)str_put(reply.content_type, sizeof(reply.content_type), "text/plain");
	desk_take(&desk, ask(HEALTH_METRICS), &reply);
	desk_expect(&desk, STATE_OK, "alive");
	assert_string_equal(text_field("metrics"), "text");
	assert_int_equal(json_integer_value(field("payments_total")), 12);
	assert_int_equal(json_integer_value(field("active_streams")), 3);
	assert_true(json_is_null(field("payments_failed_total")));
	desk_wait(&desk, 4 * WHEN_MINUTE);
	well();
	desk_expect(&desk, STATE_OK, "alive");
	assert_true(json_is_null(field("payments_total")));
}

static void metrics_as_json_are_used_for_what_they_hold(void **state)
{
	(void)state;
	well();
	desk_answer(&desk, ask(HEALTH_METRICS), 200,
		    "{\"uptime\":5.8,\"horizon\":{\"calls\":8,\"errors\":6,\"lastError\":null}}");
	desk_expect(&desk, STATE_OK, "come as JSON, without payments");
	assert_string_equal(text_field("metrics"), "json");
	assert_int_equal(json_integer_value(field("horizon_errors")), 6);
	assert_true(json_is_null(field("payments_total")));
}

static void metrics_that_fail_make_nothing_worse(void **state)
{
	(void)state;
	well();
	desk_answer(&desk, ask(HEALTH_METRICS), 500, "{}");
	desk_expect(&desk, STATE_OK, "alive");
	desk_answer(&desk, ask(HEALTH_METRICS), 200, "half a line {");
	desk_expect(&desk, STATE_OK, "alive");
	assert_true(json_is_null(field("metrics")));
}

#define PLAIN(name) cmocka_unit_test_setup_teardown(name, open_plain, close_desk)
#define DEEP(name) cmocka_unit_test_setup_teardown(name, open_deep, close_desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAIN(a_living_process_that_reaches_its_database_is_ok),
		PLAIN(a_process_alone_is_no_proof_of_its_database),
		PLAIN(only_what_is_allowed_is_asked_for),
		PLAIN(the_counters_are_asked_for_rarely_and_last),
		PLAIN(a_hung_database_has_the_time_to_be_told),
		cmocka_unit_test(an_answer_about_the_process_is_told_as_what_it_is),
		PLAIN(a_cached_answer_is_stale),
		PLAIN(an_old_answer_counts_no_more),
		cmocka_unit_test(an_answer_about_the_database_is_told_as_what_it_is),
		PLAIN(what_it_says_of_its_database_shows_no_secret_and_no_control_byte),
		PLAIN(a_throttled_backend_is_unknown_until_it_answers_again),
		PLAIN(a_retry_after_of_a_day_is_not_waited_for),
		PLAIN(an_uptime_that_jumps_back_is_a_restart),
		cmocka_unit_test(clients_that_wait_for_a_connection_are_a_warning),
		cmocka_unit_test(what_is_not_in_paths_is_not_asked_and_that_is_said),
		PLAIN(the_deep_check_is_never_asked_unless_it_is_configured),
		DEEP(the_deep_check_is_asked_only_while_every_horizon_is_well),
		cmocka_unit_test(the_breaker_is_judged_by_how_horizon_is),
		DEEP(online_is_said_and_changes_nothing),
		DEEP(the_deep_check_of_a_dead_process_counts_no_more),
		DEEP(an_old_deep_check_counts_no_more),
		DEEP(the_deep_check_tells_the_version),
		PLAIN(counters_come_as_text),
		PLAIN(metrics_as_json_are_used_for_what_they_hold),
		PLAIN(metrics_that_fail_make_nothing_worse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
