/*
 * Answers recorded from the real systems in each state: every state folder, all its answers
 * together with `now` from their Date headers, must come out as the state that was measured.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/alertmanager.h"
#include "backends/indexer.h"
#include "backends/kinds.h"
#include "backends/prometheus.h"
#include "backends/redis.h"
#include "base/mem.h"
#include "io/redis_reply.h"
#include "tests/lib/recorded.h"

static struct desk desk;
static struct indexer_config indexer;
static struct prometheus_config prometheus;
static struct alertmanager_config manager;
static struct redis_config redis;
static const struct prometheus_check lag_check = { "lag", "lag", "s" };

struct indexer_case {
	const char *folder, *health;
	msec took;
	enum state state;
	const char *word;
};

/* facts/platforms.md 2.1 and 7, formats.md 7.1; no source sees the chain here. */
static const struct indexer_case indexer_cases[] = {
	{ "tl/01-realshape-startup", "health", 100, STATE_UNKNOWN, "never" },
	{ "tl/02-realshape-after-events", "health", 50, STATE_UNKNOWN, "never" },
	{ "tl/03-healthy", "health", 80, STATE_OK, "last event" },
	{ "tl/04-horizon-503", "health", 50, STATE_BAD, "horizon" },
	{ "tl/05-horizon-429", "health", 50, STATE_BAD, "horizon" },
	{ "tl/06-horizon-502html", "health", 50, STATE_BAD, "horizon" },
	{ "tl/07-horizon-200badjson", "health", 50, STATE_OK, "last event" },
	{ "tl/08-horizon-slow7s", "health", 5030, STATE_BAD, "horizon" },
	{ "tl/09-horizon-back", "health", 50, STATE_OK, "last event" },
	{ "tl/10-no-events-24s-stale", "health", 50, STATE_STALE, "limit 20s" },
	{ "tl/11-events-again", "health", 50, STATE_OK, "last event" },
	{ "tl/12-horizon-refused", "health", 50, STATE_BAD, "horizon" },
	{ "tl/13-horizon-refused-10s", "health", 50, STATE_BAD, "horizon" },
	{ "tl/14-horizon-returned", "health", 50, STATE_OK, "last event" },
	{ "tl/15-db-refused", "health", 20, STATE_DOWN, "500" },
	{ "tl/16-db-refused-6s", "health", 20, STATE_DOWN, "500" },
	{ "tl/17-db-returned", "health", 50, STATE_OK, "last event" },
	{ "tl/18-db-hung", "health", 8000, STATE_DOWN, "no answer in 8 s" },
	{ "tl/19-db-unhung", "health", 50, STATE_OK, "last event" },
	{ "tl/20-table-locked", "health", 8000, STATE_DOWN, "no answer in 8 s" },
	{ "tl/21-start-dbdown", "health", 0, STATE_DOWN, "refused" },
	{ "tl/22-start-horizondown-nostate", "health", 0, STATE_DOWN, "refused" },
	{ "tl/23-start-horizondown-withstate", "health", 80, STATE_BAD, "horizon" },
	{ "tl/24-recovered", "health", 50, STATE_OK, "last event" },
	{ "tl/25-gauge-frozen", "health", 50, STATE_STALE, "limit 20s" },
	/* Only the database knows that writes fail; here it is ok until the limit has passed. */
	{ "tl/26-db-readonly", "health", 50, STATE_OK, "last event" },
	{ "tl/26-db-readonly", "health_stale", 50, STATE_STALE, "limit 20s" },
	{ "tl/27-db-rw-again", "health", 50, STATE_OK, "last event" },
};

static void open_indexer(void)
{
	indexer = (struct indexer_config){ .source = { .name = "indexer", .timeout = 8000 },
					   .slow = 2000 };
	desk_open(&desk, &indexer_backend, &indexer);
}

static void every_recorded_state_of_the_indexer_is_told_right(void **state)
{
	size_t wrong = 0;

	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(indexer_cases); i++) {
		const struct indexer_case *one = &indexer_cases[i];

		open_indexer();
		/* The metrics of a folder are of its first answer. */
		if (strcmp(one->health, "health") == 0)
			(void)recorded_feed(&desk, one->folder, "metrics", INDEXER_METRICS, 20);
		assert_true(recorded_feed(&desk, one->folder, one->health, INDEXER_HEALTH, one->took));
		wrong += !recorded_expect(&desk, one->folder, one->state, one->word);
		desk_close(&desk);
	}
	assert_int_equal(wrong, 0);
}

/* Everything of a recording that could be a lag, and is none. */
static void no_recorded_lag_is_known_when_it_is_none(void **state)
{
	static const char *const folders[] = {
		"tl/01-realshape-startup", "tl/02-realshape-after-events",
		"tl/23-start-horizondown-withstate",
	};

	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		open_indexer();
		assert_true(recorded_feed(&desk, folders[i], "metrics", INDEXER_METRICS, 20));
		assert_true(recorded_feed(&desk, folders[i], "health", INDEXER_HEALTH, 50));
		(void)desk_judge(&desk);
		assert_false(desk_reading(&desk, "lag")->known);
		assert_int_equal(desk_reading(&desk, "lag")->state, STATE_UNKNOWN);
		desk_close(&desk);
	}
}

struct prometheus_case {
	const char *folder, *rules;
	enum state state;
	const char *word;
	bool proven;
	size_t firing, pending;
	bool lag_known;		/* the series is there, or "absent" */
};

/* facts/platforms.md 4: Grafana never ran there, so that one target is always down. */
static const struct prometheus_case prometheus_cases[] = {
	{ "prom/01-healthy", "rules_alert", STATE_WARN, "1 of 6 targets down", true, 0, 1, true },
	{ "prom/02-pending", "rules_alert", STATE_WARN, "2 of 6 targets down", true, 0, 3, false },
	{ "prom/03-firing", "rules_alert", STATE_WARN, "2 of 6 targets down", true, 3, 0, false },
	{ "prom/04-silenced", "rules_alert", STATE_WARN, "2 of 6 targets down", true, 3, 0, false },
	{ "prom/10-fast-base", "rules_alert", STATE_WARN, "1 of 6 targets down", true, 0, 1, true },
	{ "prom/11-fast-horizon-down", "rules_alert", STATE_WARN, "grafana", true, 2, 0, true },
	{ "prom/12-fast-horizon-down-stale", "rules_alert", STATE_WARN, "grafana", true, 2, 1, true },
	{ "prom/13-fast-recovered", "rules_alert", STATE_WARN, "grafana", true, 1, 0, true },
	{ "prom/14-fast-db-down", "rules_alert", STATE_WARN, "grafana", true, 4, 0, true },
	{ "prom/15-fast-db-back", "rules_alert", STATE_WARN, "grafana", true, 1, 0, true },
	{ "prom/16-fast-db-hung", "rules_alert", STATE_WARN, "2 of 6 targets down", true, 2, 0, true },
	{ "prom/17-lookback", "rules", STATE_UNKNOWN, "not evaluated", false, 0, 0, true },
};

static size_t count_alerts(enum alert_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < desk.report.alert_count; i++)
		count += desk.report.alerts[i].state == state;
	return count;
}

static void open_prometheus(void)
{
	prometheus = (struct prometheus_config){
		.source = { .name = "prometheus", .every = 15000 }, .watchdog = "Watchdog",
		.checks = &lag_check, .check_count = 1,
	};
	desk_open(&desk, &prometheus_backend, &prometheus);
}

static bool check_prometheus(const struct prometheus_case *one)
{
	const struct reading *lag;
	bool right = recorded_expect(&desk, one->folder, one->state, one->word);

	lag = desk_reading(&desk, "lag");
	if (desk.report.watch.proven != one->proven ||
	    count_alerts(ALERT_FIRING) != one->firing ||
	    count_alerts(ALERT_PENDING) != one->pending || lag->known != one->lag_known ||
	    (!lag->known && !strstr(lag->because, "absent"))) {
		print_message("%s: proven %d, %zu firing, %zu pending, lag %d (%s)\n", one->folder,
			      desk.report.watch.proven, count_alerts(ALERT_FIRING),
			      count_alerts(ALERT_PENDING), lag->known, lag->because);
		right = false;
	}
	return right;
}

static void every_recorded_state_of_prometheus_is_told_right(void **state)
{
	size_t wrong = 0;

	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(prometheus_cases); i++) {
		const struct prometheus_case *one = &prometheus_cases[i];

		open_prometheus();
		assert_true(recorded_feed(&desk, one->folder, one->rules, PROMETHEUS_RULES, 10));
		(void)recorded_feed(&desk, one->folder, "targets", PROMETHEUS_TARGETS, 10);
		assert_true(recorded_feed(&desk, one->folder, "query_lag", PROMETHEUS_FIRST_CHECK, 10));
		wrong += !check_prometheus(one);
		desk_close(&desk);
	}
	assert_int_equal(wrong, 0);
}

static void every_recorded_answer_to_a_query_is_told_right(void **state)
{
	static const struct {
		const char *name, *word;	/* NULL: a number */
	} cases[] = {
		{ "query_inf", "+Inf" }, { "query_nan", "no traffic" }, { "query_missing", "absent" },
		{ "query_scalar", NULL }, { "query_string", "no single number" },
		{ "query_warn", "6 series" }, { "query_bad", "query refused: invalid parameter" },
		{ "query_noparam", "no expression found" }, { "notfound", "404" },
		{ "range_toobig", "exceeded maximum resolution" }, { "healthy", "not JSON" },
		{ "am_v1", "no data.result" }, { "buildinfo", "no data.result" },
		{ "am_badfilter", "400" },
	};

	(void)state;
	recorded_or_skip();
	open_prometheus();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct reading *lag;

		assert_true(recorded_feed(&desk, "prom/meta", cases[i].name, PROMETHEUS_FIRST_CHECK, 10));
		(void)desk_judge(&desk);
		lag = desk_reading(&desk, "lag");
		if (lag->known == (cases[i].word != NULL) ||
		    (cases[i].word && !strstr(lag->because, cases[i].word)))
			fail_msg("%s: %s", cases[i].name, lag->because);
	}
	desk_close(&desk);
}

static const struct {
	const char *folder;
	size_t firing, suppressed;
	const char *alert;		/* one that must be among them */
} manager_cases[] = {
	{ "prom/01-healthy", 0, 0, NULL },
	{ "prom/02-pending", 0, 0, NULL },
	{ "prom/03-firing", 3, 0, "TeachLinkIndexerDown" },
	{ "prom/04-silenced", 2, 1, "TeachLinkIndexerHealthcheckFailed" },
	{ "prom/10-fast-base", 0, 0, NULL },
	{ "prom/11-fast-horizon-down", 2, 0, "TeachLinkIndexerHorizonUnavailable" },
	{ "prom/12-fast-horizon-down-stale", 2, 0, "TeachLinkIndexerHorizonUnavailable" },
	{ "prom/13-fast-recovered", 1, 0, "TeachLinkGrafanaDown" },
	{ "prom/14-fast-db-down", 4, 0, "TeachLinkIndexerDatabaseUnavailable" },
	{ "prom/15-fast-db-back", 1, 0, "TeachLinkGrafanaDown" },
	{ "prom/16-fast-db-hung", 2, 0, "TeachLinkIndexerHealthcheckFailed" },
};

static bool has_alert(const char *name)
{
	for (size_t i = 0; i < desk.report.alert_count; i++)
		if (strcmp(desk.report.alerts[i].name, name) == 0)
			return true;
	return false;
}

static void every_recorded_list_of_alertmanager_is_told_right(void **state)
{
	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(manager_cases); i++) {
		manager = (struct alertmanager_config){
			.source = { .name = "am", .url = "http://127.0.0.1:1" },
			.watchdog = "Watchdog", .watchdog_age = 180000,
		};
		desk_open(&desk, &alertmanager_backend, &manager);
		assert_true(recorded_feed(&desk, manager_cases[i].folder, "am_alerts", MANAGER_ALERTS, 10));
		assert_true(recorded_feed(&desk, manager_cases[i].folder, "am_status", MANAGER_STATUS, 10));
		assert_true(recorded_expect(&desk, manager_cases[i].folder, STATE_OK, "firing"));
		if (count_alerts(ALERT_FIRING) != manager_cases[i].firing ||
		    count_alerts(ALERT_SUPPRESSED) != manager_cases[i].suppressed)
			fail_msg("%s: %s", manager_cases[i].folder, desk.report.because);
		assert_true(!manager_cases[i].alert || has_alert(manager_cases[i].alert));
		/* There was no watchdog: whatever the list says, it proves nothing. */
		assert_false(desk.report.watch.proven);
		desk_close(&desk);
	}
}

enum { REDIS_FILE = 8192 };

/*
 * What came back on the connection, after what was sent: AUTH when there is a password, PING unless
 * it was not asked then, and INFO. `full` stands in for what that INFO was not asked for.
 */
struct redis_case {
	const char *file;
	bool with_password;
	const char *before, *full;
	enum redis_role role;
	enum state state;
	const char *word;
};

static const struct redis_case redis_cases[] = {
	{ "info-noauth", false, "", NULL, REDIS_PRIMARY, STATE_OK, "primary, 1 % of its memory" },
	{ "info-noauth", false, "", NULL, REDIS_REPLICA, STATE_BAD, "follows nobody" },
	{ "info-auth-ok", true, "", NULL, REDIS_PRIMARY, STATE_OK, "primary" },
	{ "info-auth-missing", false, "", NULL, REDIS_PRIMARY, STATE_UNKNOWN, "NOAUTH" },
	{ "info-auth-wrong", true, "", NULL, REDIS_PRIMARY, STATE_UNKNOWN, "WRONGPASS" },
	{ "info-auth-not-needed", true, "", "info-noauth", REDIS_PRIMARY, STATE_WARN, "wants none" },
	{ "info-auth-not-needed", true, "", NULL, REDIS_PRIMARY, STATE_UNKNOWN, "INFO" },
	{ "oom", false, "", NULL, REDIS_PRIMARY, STATE_BAD, "out of memory" },
	{ "write-on-replica", false, "", NULL, REDIS_PRIMARY, STATE_BAD, "read-only" },
	{ "http-to-redis", false, "", NULL, REDIS_PRIMARY, STATE_UNKNOWN, "wrong number" },
	{ "hello3", false, "", NULL, REDIS_PRIMARY, STATE_UNKNOWN, "protocol" },
	/* These asked for the replication section alone. */
	{ "info-master", false, "+PONG\r\n", NULL, REDIS_PRIMARY, STATE_UNKNOWN, "used_memory" },
	{ "info-replica", false, "+PONG\r\n", NULL, REDIS_PRIMARY, STATE_BAD, "read-only" },
	{ "info-replica", false, "+PONG\r\n", NULL, REDIS_REPLICA, STATE_UNKNOWN, "used_memory" },
	{ "info-replica", false, "+PONG\r\n", "info-noauth", REDIS_REPLICA, STATE_OK, "2 s ago" },
	{ "info-replica-master-hung", false, "+PONG\r\n", "info-noauth", REDIS_REPLICA, STATE_STALE,
	  "hangs" },
	{ "info-replica-master-down", false, "+PONG\r\n", "info-noauth", REDIS_REPLICA, STATE_WARN,
	  "is down" },
	{ "info-master", false, "+PONG\r\n", "info-noauth", REDIS_PRIMARY, STATE_OK, "primary" },
};

static void read_redis(struct buf *out, const char *file)
{
	char path[1024], bytes[REDIS_FILE];
	FILE *in;

	(void)snprintf(path, sizeof(path), "%s/redis/%s.resp", recorded_folder(), file);
	in = fopen(path, "r");
	if (!in)
		fail_msg("no recording %s", path);
	else
		buf_add(out, bytes, fread(bytes, 1, sizeof(bytes), in));
	if (in)
		(void)fclose(in);
}

/* An INFO whose other sections are those of `full`: the recording's one was asked for alone. */
static void complete_info(struct buf *bytes, size_t before, const char *full)
{
	struct buf all = { 0 }, rest = { 0 };
	const char *from, *end, *section = strstr(buf_cstr(bytes) + before, "# Replication");

	read_redis(&all, full);
	from = strstr(buf_cstr(&all), "# Server");
	end = strstr(buf_cstr(&all), "# Replication");
	assert_true(from && end);
	buf_fmt(&rest, "%.*s%s", (int)(end - from), from, section ? section : end);
	buf_cut(bytes, section ? before : bytes->len);
	buf_fmt(bytes, "$%zu\r\n%s\r\n", rest.len, buf_cstr(&rest));
	buf_done(&all);
	buf_done(&rest);
}

/* As io/redis.c does it: what ends in an error before all is there is an answer too. */
static void feed_redis(struct buf *bytes, bool with_password)
{
	struct reply reply = desk_reply(&desk, NULL);
	struct redis_cells cells;
	enum redis_fed fed;

	redis_cells_init(&cells, with_password ? 3 : 2, 256 * 1024);
	fed = redis_cells_feed(&cells, buf_cstr(bytes), bytes->len);
	reply.status = 0;
	if (fed == REDIS_GARBAGE) {
		reply.kind = REPLY_BAD_PROTOCOL;
		(void)str_put(reply.why, sizeof(reply.why), "it does not speak the protocol of Redis");
	}
	reply.rows = redis_cells_view(&cells);
	desk_take(&desk, 0, &reply);
	redis_cells_done(&cells);
}

static void every_recorded_answer_of_redis_is_told_right(void **state)
{
	size_t wrong = 0;

	(void)state;
	recorded_or_skip();
	for (size_t i = 0; i < ARRAY_LEN(redis_cases); i++) {
		const struct redis_case *one = &redis_cases[i];
		struct buf bytes = { 0 };

		/* The hung primary had been silent for 6 s when it was recorded, beyond its ping. */
		redis = (struct redis_config){ .source = { .name = "redis" }, .role = (int)one->role,
					       .memory = 90, .silence = 5000 };
		if (one->with_password)
			redis.source.access.basic_password.from = SECRET_FILE;
		desk_open(&desk, &redis_backend, &redis);
		buf_text(&bytes, one->before);
		read_redis(&bytes, one->file);
		if (one->full)
			complete_info(&bytes, strlen(one->before), one->full);
		feed_redis(&bytes, one->with_password);
		wrong += !recorded_expect(&desk, one->file, one->state, one->word);
		buf_done(&bytes);
		desk_close(&desk);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_state_of_the_indexer_is_told_right),
		cmocka_unit_test(no_recorded_lag_is_known_when_it_is_none),
		cmocka_unit_test(every_recorded_state_of_prometheus_is_told_right),
		cmocka_unit_test(every_recorded_answer_to_a_query_is_told_right),
		cmocka_unit_test(every_recorded_list_of_alertmanager_is_told_right),
		cmocka_unit_test(every_recorded_answer_of_redis_is_told_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
