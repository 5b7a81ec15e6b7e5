/* Alerts: one list from many watchers, and whether its silence can be believed. */
#include "core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const msec start = 1795312800000;
enum { EVERY = 2000, RULES = 0, MANAGER = 1, SECOND = 2 };

static int build(void **state)
{
	struct world *world = world_new(start);

	world_add_source(world, "prometheus", "prometheus", EVERY);
	world_add_source(world, "alertmanager", "alertmanager", EVERY);
	world_add_source(world, "standby", "alertmanager", EVERY);
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static struct alert make(const char *name, enum alert_state state, const char *fingerprint)
{
	struct alert alert = {.state = state, .since = start - 60000};

	str_put(alert.name, sizeof(alert.name), name);
	str_put(alert.fingerprint, sizeof(alert.fingerprint), fingerprint);
	alert_add_label(&alert, "alertname", name);
	alert_add_label(&alert, "job", "indexer");
	return alert;
}

/* A full answer of a healthy watcher. */
static void list(struct world *world, int source, const struct alert *alerts, size_t count,
		 msec now)
{
	struct report report = {.newest = now, .alerts = alerts, .alert_count = count};

	report.watch.role = source == RULES ? ALERTS_FROM_RULES : ALERTS_FROM_MANAGER;
	report.watch.listed = report.watch.proven = true;
	str_put(report.watch.because, sizeof(report.watch.because),
		source == RULES ? "rules evaluated 1 s ago" : "Watchdog seen 3 s ago");
	world_report(world, source, &report, now);
	world_refresh(world, now);
}

static void lose(struct world *world, int source, enum state state, const char *because, msec now)
{
	struct report report = {.newest = now};

	report.watch.role = source == RULES ? ALERTS_FROM_RULES : ALERTS_FROM_MANAGER;
	report_say(&report, state, "%s", because);
	world_report(world, source, &report, now);
	world_refresh(world, now);
}

static void labels_are_read_back_and_bounded(void **unused)
{
	struct alert alert = {0};
	char big[LABELS_TEXT] = {0};

	(void)unused;
	assert_true(alert_add_label(&alert, "job", "indexer"));
	assert_true(alert_add_label(&alert, "empty", ""));
	assert_true(alert_add_label(&alert, "dependency", "database"));
	assert_string_equal(alert_label(&alert, "dependency"), "database");
	assert_string_equal(alert_label(&alert, "empty"), "");
	assert_null(alert_label(&alert, "indexer"));
	memset(big, 'x', sizeof(big) - 1);
	assert_false(alert_add_label(&alert, "big", big));
	assert_int_equal(alert.label_count, 3);
}

static void the_same_alert_may_name_its_labels_in_any_order(void **unused)
{
	struct alert a = {.name = "Down"}, b = {.name = "Down"}, c = {.name = "Down"};

	(void)unused;
	alert_add_label(&a, "job", "x");
	alert_add_label(&a, "instance", "1");
	alert_add_label(&b, "instance", "1");
	alert_add_label(&b, "job", "x");
	alert_add_label(&c, "job", "x");
	alert_add_label(&c, "instance", "2");
	assert_true(alert_same(&a, &b));
	assert_false(alert_same(&a, &c));
	str_put(b.name, sizeof(b.name), "Up");
	assert_false(alert_same(&a, &b));
}

static void managers_and_rules_make_one_list(void **state)
{
	struct world *world = *state;
	struct alert rules[] = {make("Down", ALERT_FIRING, ""), make("Lag", ALERT_PENDING, ""),
				make("Fresh", ALERT_FIRING, ""), make("Muted", ALERT_FIRING, "")};
	struct alert first[] = {make("Down", ALERT_FIRING, "a1"),
				make("Muted", ALERT_SUPPRESSED, "a2")};
	struct alert second[] = {make("Down", ALERT_FIRING, "a1"),
				 make("Only here", ALERT_FIRING, "a3")};
	static const struct {
		const char *name;
		enum alert_state state;
	} expected[] = {{"Down", ALERT_FIRING}, {"Fresh", ALERT_FIRING}, {"Only here", ALERT_FIRING},
			{"Lag", ALERT_PENDING}, {"Muted", ALERT_SUPPRESSED}};

	list(world, RULES, rules, 4, start);
	list(world, MANAGER, first, 2, start);
	list(world, SECOND, second, 2, start);
	assert_int_equal(world->alert_count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(world->alerts[i].name, expected[i].name);
		assert_int_equal(world->alerts[i].state, expected[i].state);
	}
}

static void an_alert_that_one_manager_pages_for_is_firing(void **state)
{
	struct world *world = *state;
	struct alert silenced = make("Down", ALERT_SUPPRESSED, "a1");
	struct alert loud = make("Down", ALERT_FIRING, "a1");

	list(world, MANAGER, &silenced, 1, start);
	list(world, SECOND, &loud, 1, start);
	assert_int_equal(world->alert_count, 1);
	assert_int_equal(world->alerts[0].state, ALERT_FIRING);
}

static void the_watchdog_is_evidence_and_no_problem(void **state)
{
	struct world *world = *state;
	struct alert watchdog = make("Watchdog", ALERT_FIRING, "w");

	watchdog.watchdog = true;
	list(world, RULES, &watchdog, 1, start);
	list(world, MANAGER, &watchdog, 1, start);
	assert_int_equal(world->alert_count, 0);
	assert_true(world->alerts_trusted);
	assert_int_equal(world->change_count, 0);
}

static void more_alerts_than_fit_are_counted(void **state)
{
	static struct alert many[WORLD_ALERTS + 5];
	struct world *world = *state;

	for (int i = 0; i < WORLD_ALERTS + 5; i++) {
		char name[3] = {(char)('A' + i / 26), (char)('a' + i % 26), 0};

		many[i] = make(name, ALERT_FIRING, name);
	}
	list(world, MANAGER, many, WORLD_ALERTS + 5, start);
	assert_int_equal(world->alert_count, WORLD_ALERTS);
	assert_int_equal(world->alerts_dropped, 5);
}

static void an_empty_list_is_trusted_only_with_proof(void **state)
{
	static const struct {
		bool listed, proven;
		enum state state;
		bool trusted;
		const char *because;
	} cases[] = {
		{true, true, STATE_OK, true, "evaluated"},
		{true, false, STATE_OK, false, "Prometheus has not evaluated its rules"},
		{true, false, STATE_UNKNOWN, false, "Prometheus has not evaluated its rules"},
		{false, true, STATE_OK, false, "no list of alerts could be read"},
		{false, false, STATE_DOWN, false, "prometheus does not answer: connection refused"},
		{true, true, STATE_DOWN, false, "prometheus does not answer: connection refused"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *world = world_new(start);
		struct report report = {.newest = start};

		world_add_source(world, "prometheus", "prometheus", EVERY);
		report.watch = (struct watch){ALERTS_FROM_RULES, cases[i].listed, cases[i].proven, ""};
		str_put(report.watch.because, sizeof(report.watch.because), cases[i].proven ?
			"rules evaluated 1 s ago" : "Prometheus has not evaluated its rules");
		report_say(&report, cases[i].state, "connection refused");
		world_report(world, 0, &report, start);
		world_refresh(world, start);
		assert_int_equal(world->alerts_trusted, cases[i].trusted);
		assert_non_null(strstr(world->alerts_because, cases[i].because));
		world_free(world);
	}
}

static void nobody_watching_is_no_calm(void **state)
{
	struct world *world = world_new(start);

	(void)state;
	world_refresh(world, start);
	assert_false(world->alerts_trusted);
	assert_string_equal(world->alerts_because, "no source of alerts is configured");
	world_free(world);
}

static void while_asking_nothing_is_trusted(void **state)
{
	struct world *world = *state;

	world->sources[RULES].last.watch.role = ALERTS_FROM_RULES;
	world_refresh(world, start + 1000);
	assert_false(world->alerts_trusted);
	assert_string_equal(world->alerts_because, "asking prometheus");
}

static void a_manager_alone_proves_by_its_watchdog(void **state)
{
	struct world *world = *state;

	list(world, MANAGER, NULL, 0, start);
	assert_true(world->alerts_trusted);
	assert_string_equal(world->alerts_because, "Watchdog seen 3 s ago");
}

static void a_dead_engine_is_not_made_good_by_the_managers_memory(void **state)
{
	struct world *world = *state;
	struct alert firing = make("Down", ALERT_FIRING, "a1");

	list(world, RULES, NULL, 0, start);
	list(world, MANAGER, &firing, 1, start);
	assert_true(world->alerts_trusted);
	lose(world, RULES, STATE_DOWN, "connection refused", start + 1000);
	assert_false(world->alerts_trusted);
	assert_string_equal(world->alerts_because,
			    "prometheus does not answer: connection refused");
	assert_int_equal(world->alert_count, 1);
}

static void firing_and_resolved_are_written_down(void **state)
{
	struct world *world = *state;
	struct alert alert = make("Down", ALERT_FIRING, "");

	str_put(alert.severity, sizeof(alert.severity), "critical");
	str_put(alert.summary, sizeof(alert.summary), "indexer is down");
	alert.state = ALERT_PENDING;
	list(world, RULES, &alert, 1, start);
	assert_int_equal(world->change_count, 0);
	alert.state = ALERT_FIRING;
	list(world, RULES, &alert, 1, start + 1000);
	assert_string_equal(world_change(world, 0)->text, "firing: indexer is down");
	assert_int_equal(world_change(world, 0)->state, STATE_BAD);
	list(world, RULES, NULL, 0, start + 60000);
	assert_string_equal(world_change(world, 0)->what, "Down");
	assert_string_equal(world_change(world, 0)->text, "resolved after 2m");
}

static void an_alert_lost_with_its_watcher_is_not_resolved(void **state)
{
	struct world *world = *state;
	struct alert alert = make("Down", ALERT_FIRING, "");

	list(world, RULES, &alert, 1, start);
	lose(world, RULES, STATE_DOWN, "connection refused", start + 1000);
	assert_int_equal(world->alert_count, 0);
	assert_false(world->alerts_trusted);
	for (size_t i = 0; world_change(world, i); i++)
		assert_null(strstr(world_change(world, i)->text, "resolved"));
	assert_string_equal(world_change(world, 0)->what, "alerts");
	list(world, RULES, &alert, 1, start + 2000);
	assert_true(world->alerts_trusted);
	assert_false(world->alerts_lost);
}

/* As a real Alertmanager 0.25 named it. */
static void an_alert_without_a_fingerprint_gets_the_one_that_alertmanager_would_give(void **state)
{
	static const char *const labels[][2] = {
		{ "severity", "warning" },
		{ "service", "grafana" },
		{ "job", "grafana" },
		{ "instance", "127.0.0.1:13999" },
		{ "alertname", "TeachLinkGrafanaDown" },
	};
	struct alert alert = { 0 };
	char fingerprint[24];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		assert_true(alert_add_label(&alert, labels[i][0], labels[i][1]));
	alert_fingerprint(&alert, fingerprint);
	assert_string_equal(fingerprint, "0beac77d704b1229");
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_are_read_back_and_bounded),
		cmocka_unit_test(the_same_alert_may_name_its_labels_in_any_order),
		WITH_WORLD(managers_and_rules_make_one_list),
		WITH_WORLD(an_alert_that_one_manager_pages_for_is_firing),
		WITH_WORLD(the_watchdog_is_evidence_and_no_problem),
		WITH_WORLD(more_alerts_than_fit_are_counted),
		cmocka_unit_test(an_empty_list_is_trusted_only_with_proof),
		cmocka_unit_test(nobody_watching_is_no_calm),
		WITH_WORLD(while_asking_nothing_is_trusted),
		WITH_WORLD(a_manager_alone_proves_by_its_watchdog),
		WITH_WORLD(a_dead_engine_is_not_made_good_by_the_managers_memory),
		WITH_WORLD(firing_and_resolved_are_written_down),
		WITH_WORLD(an_alert_lost_with_its_watcher_is_not_resolved),
		cmocka_unit_test(an_alert_without_a_fingerprint_gets_the_one_that_alertmanager_would_give),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
