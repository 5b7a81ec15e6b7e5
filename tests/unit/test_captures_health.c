/*
 * Answers recorded from the real payment backend in each state must come out as the state that was
 * measured, and what misled others must mislead nobody here.
 */
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
#include "tests/lib/recorded.h"

static struct desk desk;
static struct health_config health;

struct health_case {
	const char *folder;
	const char *live, *shards, *deep;	/* recordings; NULL: none, a sound answer instead */
	enum horizons horizons;			/* as our own probe sees them */
	enum state state;
	const char *word;
	const char *database, *circuit;		/* as published */
};

/*
 * facts/platforms.md 3 and 7. Where a folder has no answer about the process or the shards, those
 * of the healthy state stand in, so that what was recorded decides. With Horizon failing the deep
 * check is not asked; what it answered then must mislead nobody all the same.
 */
static const struct health_case health_cases[] = {
	{ "fu/01-asis", "health_live", NULL, NULL, HORIZONS_WELL, STATE_DOWN, "500", "unknown", "null" },
	{ "fu/02-patched", "health_live", NULL, "health", HORIZONS_WELL, STATE_OK, "alive", "ok",
	  "CLOSED" },
	{ "fu/03-allup", "health_live", NULL, "health", HORIZONS_WELL, STATE_OK, "alive", "ok",
	  "CLOSED" },
	{ "fu/04-allup-second", "health_live", NULL, "health", HORIZONS_WELL, STATE_OK, "alive", "ok",
	  "CLOSED" },
	/* Online: false beside a closed breaker says nothing: a bug of its library. */
	{ "fu/05-horizon-503", "health_live", NULL, "health", HORIZONS_FAIL, STATE_OK,
	  "breaker not known", "ok", "null" },
	{ "fu/06-horizon-503-again", "health_live", NULL, "health", HORIZONS_FAIL, STATE_BAD,
	  "breaker open and Horizon unreachable", "ok", "OPEN" },
	{ "fu/07-horizon-back", "health_live", NULL, "health", HORIZONS_WELL, STATE_WARN,
	  "breaker open, Horizon is back", "ok", "OPEN" },
	/* Whatever Redis does is told by asking it, not by this backend. */
	{ "fu/09-redis-down", NULL, NULL, "health", HORIZONS_WELL, STATE_WARN, "half open", "ok",
	  "HALF_OPEN" },
	{ "fu/10-redis-back", NULL, NULL, "health", HORIZONS_WELL, STATE_OK, "alive", "ok", "CLOSED" },
	{ "fu/11-redis-wrongpass", NULL, NULL, "health", HORIZONS_WELL, STATE_OK, "alive", "ok",
	  "CLOSED" },
	{ "fu/12-db-down", "health_live", "shards", "health", HORIZONS_WELL, STATE_BAD,
	  "the database is unreachable from the backend: connect ECONNREFUSED", "bad", "CLOSED" },
	{ "fu/13-db-up", NULL, "shards", NULL, HORIZONS_WELL, STATE_OK, "reaches its database", "ok",
	  "null" },
	{ "fu/13-db-up", "api_v1_cache_stats", NULL, NULL, HORIZONS_WELL, STATE_UNKNOWN,
	  "not followed", "ok", "null" },
	{ "fu/13-db-up", "api_v1_admin_stats", NULL, NULL, HORIZONS_WELL, STATE_UNKNOWN, "401", "ok",
	  "null" },
	{ "fu/14-ratelimited", "health", NULL, NULL, HORIZONS_WELL, STATE_UNKNOWN,
	  "429, until 01:57:34", "ok", "null" },
	{ "fu/14-ratelimited", "ready", NULL, NULL, HORIZONS_WELL, STATE_UNKNOWN, "429", "ok", "null" },
	{ "fu/14-ratelimited", "metrics", NULL, NULL, HORIZONS_WELL, STATE_DOWN, "refused", "unknown",
	  "null" },
	{ "fu/15-db-hung", NULL, "shards", "health", HORIZONS_WELL, STATE_BAD, "connection timeout",
	  "bad", "CLOSED" },
	{ "fu/16-horizon-hang", NULL, NULL, "health", HORIZONS_FAIL, STATE_OK, "breaker not known",
	  "ok", "null" },
};

/* The healthy answer, made at the time of the others. */
static void feed_sound(size_t ask)
{
	struct reply reply;
	char body[128], at[WHEN_TEXT];

	when_format(at, desk.now.wall);
	(void)snprintf(body, sizeof(body), "{\"status\":\"alive\",\"timestamp\":\"%s\",\"uptime\":9}",
		       at);
	reply = desk_reply(&desk, ask == HEALTH_LIVE ? body : "[{\"shardId\":0,\"status\":\"ok\"}]");
	desk_take(&desk, ask, &reply);
}

static void open_health(enum horizons horizons)
{
	health = (struct health_config){
		.source = { .name = "api", .url = "http://127.0.0.1:1", .timeout = 8000,
			    .every = 15000 },
		.deep = { "/health", 300000 },
	};
	desk_open(&desk, &health_backend, &health);
	desk.chain.configured = true;
	desk.chain.horizons = horizons;
	desk.chain.known = desk.chain.fresh = horizons == HORIZONS_WELL;
}

static void feed_health(const struct health_case *one)
{
	size_t deep = desk_ask(&desk, "deep", 0, HEALTH_DEEP);

	if (one->deep)
		assert_true(recorded_feed(&desk, one->folder, one->deep, deep, 100));
	if (one->shards)
		assert_true(recorded_feed(&desk, one->folder, one->shards, HEALTH_SHARDS, 20));
	if (one->live)
		assert_true(recorded_feed(&desk, one->folder, one->live, HEALTH_LIVE, 20));
	else
		feed_sound(HEALTH_LIVE);
	if (!one->shards)
		feed_sound(HEALTH_SHARDS);
}

static bool check_health(const struct health_case *one)
{
	bool right = recorded_expect(&desk, one->folder, one->state, one->word);
	const char *database = json_text_at(desk.report.fields, "database", "null");
	const char *circuit = json_text_at(desk.report.fields, "circuit", "null");

	if (strcmp(database, one->database) == 0 && strcmp(circuit, one->circuit) == 0)
		return right;
	print_message("%s: database %s, circuit %s\n", one->folder, database, circuit);
	return false;
}

static void every_recorded_state_of_the_backend_is_told_right(void **state)
{
	size_t wrong = 0;

	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(health_cases); i++) {
		open_health(health_cases[i].horizons);
		feed_health(&health_cases[i]);
		wrong += !check_health(&health_cases[i]);
		desk_close(&desk);
	}
	assert_int_equal(wrong, 0);
}

/* Not one of its other answers, taken for an answer about the process, makes it alive; none taken
 * for one about the shards makes its database reachable. */
static void no_other_recorded_answer_of_the_backend_is_green(void **state)
{
	static const struct {
		const char *folder, *name;
	} others[] = {
		{ "fu/03-allup", "health" }, { "fu/03-allup", "health_ready" },
		{ "fu/03-allup", "metrics" }, { "fu/03-allup", "api_v1_metrics" },
		{ "fu/08-prom", "api_v1_metrics_text" }, { "fu/08-prom", "health_detailed_auth" },
		{ "fu/08-prom", "health_detailed_noauth" }, { "fu/08-prom", "health_services" },
		{ "fu/09-redis-down", "ready" }, { "fu/12-db-down", "health_ready" },
		{ "fu/13-db-up", "api_v1_admin_stats_auth" },
		{ "fu/13-db-up", "api_v1_cache_stats_auth" },
		{ "fu/13-db-up", "api_v1_metrics_fee-bump" },
		{ "fu/13-db-up", "api_v1_metrics_websocket" },
		{ "fu/13-db-up", "api_v1_retry_metrics" },
		{ "fu/13-db-up", "api_v1_retry_metrics_auth" },
		{ "fu/13-db-up", "api_v1_stellar_fee-stats" },
		{ "fu/13-db-up", "api_v1_stellar_network_status" },
		{ "fu/13-db-up", "api_v1_stellar_network_status_auth" },
		{ "fu/13-db-up", "api_v1_transactions" }, { "fu/13-db-up", "ms" },
		{ "fu/13-db-up", "shardstats" },
	};

	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		for (size_t ask = HEALTH_LIVE; ask <= HEALTH_SHARDS; ask++) {
			open_health(HORIZONS_WELL);
			assert_true(recorded_feed(&desk, others[i].folder, others[i].name, ask, 20));
			feed_sound(ask == HEALTH_LIVE ? HEALTH_SHARDS : HEALTH_LIVE);
			if (desk_judge(&desk)->state == STATE_OK)
				fail_msg("%s/%s: %s", others[i].folder, others[i].name,
					 desk.report.because);
			desk_close(&desk);
		}
	}
}

static void the_recorded_metrics_of_the_backend_are_read_in_both_forms(void **state)
{
	size_t metrics;

	(void)state;
	recorded_or_skip();
	open_health(HORIZONS_WELL);
	metrics = desk_ask(&desk, "metrics", 0, HEALTH_METRICS);
	assert_true(recorded_feed(&desk, "fu/05-horizon-503", "api_v1_metrics", metrics, 20));
	(void)desk_judge(&desk);
	assert_string_equal(json_text_at(desk.report.fields, "metrics", ""), "json");
	assert_int_equal(json_integer_value(json_object_get(desk.report.fields, "horizon_errors")), 6);
	assert_true(recorded_feed(&desk, "fu/08-prom", "api_v1_metrics_text", metrics, 20));
	(void)desk_judge(&desk);
	assert_string_equal(json_text_at(desk.report.fields, "metrics", ""), "text");
	for (size_t i = 0; i < HEALTH_COUNTER_COUNT; i++)
		assert_true(json_is_integer(json_object_get(desk.report.fields,
							    health_counter_names[i])));
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_state_of_the_backend_is_told_right),
		cmocka_unit_test(no_other_recorded_answer_of_the_backend_is_green),
		cmocka_unit_test(the_recorded_metrics_of_the_backend_are_read_in_both_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
