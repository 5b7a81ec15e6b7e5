/* Alerts that are due by our own sensing and that nobody lists: one test for each rule, and all
 * that must hold before one is claimed. */
#include "ui/silent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/str.h"
#include "tests/lib/worlds.h"

#define PUT(field, text) str_put((field), sizeof(field), (text))

static struct world *world;
static struct silent found[SILENT_MAX];

static int set_up(void **state)
{
	(void)state;
	world = worlds_healthy();
	PUT(world->signals[0].unit, "s");
	PUT(world->signals[1].unit, "%");
	PUT(world->signals[2].unit, "s");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_free(world);
	return 0;
}

static struct source *source_of(const char *name)
{
	return &world->sources[world_find_source(world, name)];
}

static void fails(const char *name, enum state state, const char *because, msec since)
{
	struct source *source = source_of(name);

	source->state = state;
	source->since = worlds_now() - since;
	PUT(source->because, because);
}

static void question_fails(const char *name, const char *what, msec since)
{
	struct ask_status *ask = &source_of(name)->asks[0];

	PUT(ask->what, what);
	PUT(ask->error, "connection refused");
	ask->good_at = worlds_now() - since;
}

static void is_over(const char *name, double value, msec since)
{
	struct signal *signal = &world->signals[world_find_signal(world, name)];

	signal->known = true;
	signal->value = value;
	signal->state = STATE_BAD;
	signal->since = worlds_now() - since;
	series_init(&signal->series);
	for (msec ago = since; ago >= 0; ago -= WHEN_MINUTE)
		series_add(&signal->series, worlds_now() - ago, value, STATE_BAD);
}

static bool is_silent(const char *name)
{
	size_t count = silent_alerts(world, worlds_now(), found);

	for (size_t i = 0; i < count; i++)
		if (strcmp(found[i].name, name) == 0)
			return true;
	return false;
}

static void add_source(const char *name, const char *kind)
{
	(void)world_add_source(world, name, kind, 10 * WHEN_SECOND);
	source_of(name)->asking = false;
}

static void an_indexer_that_cannot_be_scraped_is_down_after_two_minutes(void **state)
{
	const char *name = "TeachLinkIndexerDown";

	(void)state;
	fails("indexer", STATE_DOWN, "refused", 119 * WHEN_SECOND);
	question_fails("indexer", "GET /metrics", 119 * WHEN_SECOND);
	assert_false(is_silent(name));
	fails("indexer", STATE_DOWN, "refused", 120 * WHEN_SECOND);
	assert_false(is_silent(name));	/* its metrics were read 119 s ago */
	question_fails("indexer", "GET /metrics", 120 * WHEN_SECOND);
	assert_true(is_silent(name));
	assert_false(is_silent("TeachLinkIndexerHealthcheckFailed"));
}

static void a_failing_health_check_is_due_after_two_minutes(void **state)
{
	(void)state;
	fails("indexer", STATE_BAD, "says error", 3 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerHealthcheckFailed"));
	question_fails("indexer", "GET /health", 3 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerHealthcheckFailed"));
	fails("indexer", STATE_UNKNOWN, "answers a sign-in page", 3 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerHealthcheckFailed"));
}

static void a_hung_database_is_due_after_two_minutes(void **state)
{
	(void)state;
	fails("db", STATE_DOWN, "hung, no answer in 8 s", 119 * WHEN_SECOND);
	assert_false(is_silent("TeachLinkIndexerDatabaseUnavailable"));
	fails("db", STATE_DOWN, "hung, no answer in 8 s", 2 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerDatabaseUnavailable"));
	assert_string_equal(found[0].because, "db DOWN: hung, no answer in 8 s");
	assert_int_equal(found[0].since, worlds_now() - 2 * WHEN_MINUTE);
	assert_true(item_eq(found[0].target, item_of_source(world, 0)));
}

static void of_several_databases_only_the_one_of_the_indexer_counts(void **state)
{
	(void)state;
	add_source("other-db", "postgres");
	fails("other-db", STATE_DOWN, "refused", 9 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerDatabaseUnavailable"));
	fails("db", STATE_DOWN, "refused", 9 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerDatabaseUnavailable"));
}

static void a_horizon_that_is_down_is_due_after_five_minutes(void **state)
{
	(void)state;
	fails("horizon", STATE_DOWN, "503", 299 * WHEN_SECOND);
	assert_false(is_silent("TeachLinkIndexerHorizonUnavailable"));
	fails("horizon", STATE_DOWN, "503", 5 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerHorizonUnavailable"));
}

static void a_lag_over_900_s_is_due_after_ten_minutes(void **state)
{
	(void)state;
	is_over("lag", 1842, 9 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerStaleProcessing"));
	is_over("lag", 1842, 10 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerStaleProcessing"));
	assert_string_equal(found[0].because, "lag 1842 s, the rule's limit is 900 s");
	is_over("lag", 900, 10 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerStaleProcessing"));
}

static void a_quiet_chain_makes_no_lag_that_is_due(void **state)
{
	(void)state;
	is_over("lag", 1842, 20 * WHEN_MINUTE);
	world->signals[0].state = STATE_OK;
	assert_false(is_silent("TeachLinkIndexerStaleProcessing"));
}

static void an_error_rate_over_five_percent_is_due_after_ten_minutes(void **state)
{
	(void)state;
	is_over("error_rate", 7.1, 10 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerHighHttpErrorRate"));
	is_over("error_rate", 4.9, 10 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerHighHttpErrorRate"));
	is_over("error_rate", 7.1, 10 * WHEN_MINUTE);
	PUT(world->signals[1].unit, "");	/* a share of what? */
	assert_false(is_silent("TeachLinkIndexerHighHttpErrorRate"));
}

static void a_latency_over_a_second_is_due_after_ten_minutes(void **state)
{
	(void)state;
	is_over("latency", 1.9, 10 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerHighLatency"));
	is_over("latency", 1, 10 * WHEN_MINUTE);
	assert_false(is_silent("TeachLinkIndexerHighLatency"));
}

static void a_grafana_that_is_down_is_due_after_five_minutes(void **state)
{
	(void)state;
	add_source("grafana", "grafana");
	fails("grafana", STATE_DOWN, "refused", 299 * WHEN_SECOND);
	assert_false(is_silent("TeachLinkGrafanaDown"));
	fails("grafana", STATE_DOWN, "refused", 5 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkGrafanaDown"));
}

static void an_alertmanager_that_is_down_is_due_after_five_minutes(void **state)
{
	(void)state;
	fails("alertmanager", STATE_DOWN, "refused", 299 * WHEN_SECOND);
	assert_false(is_silent("TeachLinkAlertmanagerDown"));
	fails("alertmanager", STATE_DOWN, "refused", 5 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkAlertmanagerDown"));
}

/* One dip, or one minute that nobody saw, and the rule may rightly be silent. */
static void a_signal_that_was_not_over_all_the_time_claims_nothing(void **state)
{
	struct signal *signal = &world->signals[0];

	(void)state;
	is_over("lag", 1842, 20 * WHEN_MINUTE);
	assert_true(is_silent("TeachLinkIndexerStaleProcessing"));
	signal->series.value[5] = 20;
	assert_false(is_silent("TeachLinkIndexerStaleProcessing"));
	is_over("lag", 1842, 20 * WHEN_MINUTE);
	signal->series.state[5] = STATE_COUNT;
	assert_false(is_silent("TeachLinkIndexerStaleProcessing"));
	is_over("lag", 1842, 20 * WHEN_MINUTE);
	signal->known = false;
	assert_false(is_silent("TeachLinkIndexerStaleProcessing"));
}

static void a_source_that_only_asks_is_not_down(void **state)
{
	(void)state;
	fails("db", STATE_DOWN, "", 9 * WHEN_MINUTE);
	source_of("db")->asking = true;
	assert_false(is_silent("TeachLinkIndexerDatabaseUnavailable"));
}

static void a_list_that_cannot_be_trusted_makes_nothing_silent(void **state)
{
	(void)state;
	fails("db", STATE_DOWN, "refused", 9 * WHEN_MINUTE);
	world->alerts_trusted = false;
	assert_int_equal(silent_alerts(world, worlds_now(), found), 0);
	world->alerts_trusted = true;
	world->alerts_dropped = 1;
	assert_int_equal(silent_alerts(world, worlds_now(), found), 0);
}

static void an_alert_that_is_listed_in_any_state_is_heard(void **state)
{
	static const enum alert_state states[] = { ALERT_FIRING, ALERT_PENDING, ALERT_SUPPRESSED };

	(void)state;
	fails("db", STATE_DOWN, "refused", 9 * WHEN_MINUTE);
	world->alert_count = 1;
	PUT(world->alerts[0].name, "TeachLinkIndexerDatabaseUnavailable");
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		world->alerts[0].state = states[i];
		assert_false(is_silent("TeachLinkIndexerDatabaseUnavailable"));
	}
	PUT(world->alerts[0].name, "Another");
	assert_true(is_silent("TeachLinkIndexerDatabaseUnavailable"));
}

static void without_an_indexer_its_rules_are_nobodys(void **state)
{
	(void)state;
	fails("db", STATE_DOWN, "refused", 9 * WHEN_MINUTE);
	PUT(source_of("indexer")->kind, "http");
	assert_int_equal(silent_alerts(world, worlds_now(), found), 0);
}

static void a_healthy_platform_is_silent_by_right(void **state)
{
	(void)state;
	assert_int_equal(silent_alerts(world, worlds_now(), found), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_indexer_that_cannot_be_scraped_is_down_after_two_minutes),
		TEST(a_failing_health_check_is_due_after_two_minutes),
		TEST(a_hung_database_is_due_after_two_minutes),
		TEST(of_several_databases_only_the_one_of_the_indexer_counts),
		TEST(a_horizon_that_is_down_is_due_after_five_minutes),
		TEST(a_lag_over_900_s_is_due_after_ten_minutes),
		TEST(a_quiet_chain_makes_no_lag_that_is_due),
		TEST(an_error_rate_over_five_percent_is_due_after_ten_minutes),
		TEST(a_latency_over_a_second_is_due_after_ten_minutes),
		TEST(a_grafana_that_is_down_is_due_after_five_minutes),
		TEST(an_alertmanager_that_is_down_is_due_after_five_minutes),
		TEST(a_signal_that_was_not_over_all_the_time_claims_nothing),
		TEST(a_source_that_only_asks_is_not_down),
		TEST(a_list_that_cannot_be_trusted_makes_nothing_silent),
		TEST(an_alert_that_is_listed_in_any_state_is_heard),
		TEST(without_an_indexer_its_rules_are_nobodys),
		TEST(a_healthy_platform_is_silent_by_right),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
