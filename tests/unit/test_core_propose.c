/* What the instruments would declare: each written rule, what is no evidence, title and parts. */
#include "core/propose.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/internal.h"
#include "tests/lib/incidents.h"
#include "tests/lib/worlds.h"

#define MIN WHEN_MINUTE

struct rig {
	struct world *world;
	struct policy policy;
	struct proposal out;
};

enum { INDEXER, API, DB, HORIZON, PROMETHEUS, BACKUP };

/* Everything has answered and is well, and was for the last hour. */
static int build(void **state)
{
	static const char *const sources[][2] = {
		[INDEXER] = { "indexer", "indexer" }, [API] = { "api", "health" },
		[DB] = { "db", "postgres" }, [HORIZON] = { "horizon", "horizon" },
		[PROMETHEUS] = { "prometheus", "prometheus" }, [BACKUP] = { "backups", "backup" },
	};
	struct rig *rig = mem_new(sizeof(*rig));
	struct world *world = world_new(incidents_start());

	policy_default(&rig->policy);
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		int at = world_add_source(world, sources[i][0], sources[i][1], 10000);
		int component = world_add_component(world, sources[i][0]);

		world->sources[at].asking = false;
		world->sources[at].state = world->sources[at].last.state = STATE_OK;
		world->components[component].sources[0] = at;
		world->components[component].source_count = 1;
		world->components[component].state = STATE_OK;
	}
	rig->world = world;
	*state = rig;
	return 0;
}

static int drop(void **state)
{
	struct rig *rig = *state;

	world_free(rig->world);
	mem_free(rig);
	return 0;
}

static const struct proposal *look(struct rig *rig)
{
	propose(rig->world, &rig->policy, &rig->out);
	return &rig->out;
}

static void put(struct rig *rig, int source, enum state state, const char *because)
{
	struct source *at = &rig->world->sources[source];

	at->state = at->last.state = state;
	at->since = rig->world->now - 3 * MIN;
	str_put(at->because, sizeof(at->because), because);
	rig->world->components[source].state = state;
}

static struct signal *measure(struct rig *rig, const char *name, double value, enum state state)
{
	struct signal *signal = &rig->world->signals[world_find_signal(rig->world, name)];

	signal->known = true;
	signal->value = value;
	signal->state = state;
	signal->at = rig->world->now;
	signal->since = rig->world->now - 2 * MIN;
	return signal;
}

static struct alert *fire(struct rig *rig, const char *name, const char *severity, msec since)
{
	struct alert *alert = &rig->world->alerts[rig->world->alert_count++];

	*alert = (struct alert){ .state = ALERT_FIRING, .since = since };
	str_put(alert->name, sizeof(alert->name), name);
	str_put(alert->severity, sizeof(alert->severity), severity);
	return alert;
}

static void note_firing(struct rig *rig, const char *name, msec at)
{
	change_add(rig->world, at, name, STATE_BAD, "firing: %s", "x");
}

#define assert_proposed(rig, sev, sentence) \
	do { \
		assert_int_equal(look(rig)->severity, sev); \
		assert_string_equal((rig)->out.rule, sentence); \
	} while (0)

/* --- SEV1 ----------------------------------------------------------------------------------- */

static void payments_that_are_newly_stuck_are_sev1(void **state)
{
	struct rig *rig = *state;

	measure(rig, "stuck", 37, STATE_BAD);
	assert_proposed(rig, 1, "payments stuck 37: SEV1, payments/escrow/bridge stuck");
	assert_true(rig->out.worth);
	assert_string_equal(rig->out.title, "payments stuck 37");
	assert_true(rig->out.impact_at == rig->world->now - 2 * MIN);
}

/* The count of each minute of the last two hours, and what it is now. */
static void count_over(struct rig *rig, double before, double now, bool since_before)
{
	struct signal *stuck = measure(rig, "stuck", now, STATE_BAD);

	stuck->since = rig->world->now - 3 * WHEN_HOUR;
	stuck->since_before = since_before;
	series_init(&stuck->series);
	for (int ago = 60; ago > 0; ago--)
		series_add(&stuck->series, rig->world->now - ago * MIN, before, STATE_BAD);
	series_add(&stuck->series, rig->world->now, now, STATE_BAD);
}

static void a_count_that_grows_is_sev1(void **state)
{
	struct rig *rig = *state;

	count_over(rig, 36, 37, true);
	assert_proposed(rig, 1, "payments stuck 37: SEV1, payments/escrow/bridge stuck");
}

static void a_count_that_has_stood_for_an_hour_or_falls_proposes_nothing(void **state)
{
	struct rig *rig = *state;

	count_over(rig, 4000, 4000, true);
	assert_false(look(rig)->worth);
	count_over(rig, 4000, 3999, false);
	assert_false(look(rig)->worth);
	assert_string_equal(rig->out.rule, "");
}

static void a_count_that_was_there_when_we_came_proposes_nothing(void **state)
{
	struct rig *rig = *state;

	measure(rig, "stuck", 4000, STATE_BAD)->since_before = true;
	assert_false(look(rig)->worth);
}

static void a_count_that_is_not_known_now_proposes_nothing(void **state)
{
	static const enum state states[] = { STATE_UNKNOWN, STATE_STALE };
	struct rig *rig = *state;

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		measure(rig, "stuck", 37, states[i]);
		assert_false(look(rig)->worth);
	}
}

static void an_indexer_that_is_down_is_sev1(void **state)
{
	struct rig *rig = *state;

	put(rig, INDEXER, STATE_DOWN, "connection refused");
	assert_proposed(rig, 1, "indexer is down: SEV1, indexer down");
	assert_string_equal(rig->out.title, "indexer down: connection refused");
	assert_int_equal(rig->out.component_count, 1);
	assert_string_equal(rig->out.components[0], "indexer");
	assert_true(rig->out.impact_at == rig->world->now - 3 * MIN);
}

static void the_alert_of_an_indexer_that_nobody_watches_is_sev1(void **state)
{
	struct rig *rig = *state;

	fire(rig, "TeachLinkIndexerDown", "critical", rig->world->now - MIN);
	assert_proposed(rig, 1, "TeachLinkIndexerDown fires: SEV1, indexer down");
}

static void refused_writes_are_sev1(void **state)
{
	struct rig *rig = *state;

	put(rig, DB, STATE_BAD, "read-only: default_transaction_read_only is on");
	assert_proposed(rig, 1, "db refuses writes: SEV1, data-integrity risk");
}

static void two_writable_databases_are_sev1(void **state)
{
	struct rig *rig = *state;

	put(rig, DB, STATE_BAD, "two writable nodes of one cluster: ...");
	assert_proposed(rig, 1, "db has two writable nodes: SEV1, data-integrity risk");
}

static void a_service_or_its_database_that_is_down_is_sev1(void **state)
{
	struct rig *rig = *state;

	put(rig, API, STATE_DOWN, "hung");
	assert_proposed(rig, 1, "api is down: SEV1, user-impacting outage");
	put(rig, API, STATE_OK, "");
	put(rig, DB, STATE_DOWN, "hung");
	assert_proposed(rig, 1, "db is down: SEV1, user-impacting outage");
}

/* --- SEV2 ----------------------------------------------------------------------------------- */

static void an_elevated_error_rate_is_sev2(void **state)
{
	struct rig *rig = *state;

	measure(rig, "error_rate", 7.1, STATE_WARN);
	assert_proposed(rig, 2, "error rate 7.1 %: SEV2, elevated error rate");
	assert_true(rig->out.worth);
}

static void a_signal_that_is_bad_is_sev2(void **state)
{
	struct rig *rig = *state;

	measure(rig, "latency", 4.9, STATE_BAD);
	assert_proposed(rig, 2, "latency 4.9 s: SEV2, degraded performance");
}

static void what_is_broken_in_part_is_sev2(void **state)
{
	struct rig *rig = *state;

	put(rig, HORIZON, STATE_DOWN, "503");
	assert_proposed(rig, 2, "horizon is down: SEV2, partial feature outage");
	put(rig, HORIZON, STATE_OK, "");
	put(rig, DB, STATE_BAD, "blocked: 3 sessions wait");
	assert_proposed(rig, 2, "db is bad: SEV2, partial feature outage");
}

static void who_serves_old_facts_by_its_own_word_is_sev2(void **state)
{
	struct rig *rig = *state;

	put(rig, INDEXER, STATE_STALE, "stale for 20m");
	assert_proposed(rig, 2, "indexer is stale: SEV2, partial feature outage");
	/* And nobody heard of for too long is no evidence. */
	rig->world->sources[INDEXER].last.state = STATE_OK;
	assert_false(look(rig)->worth);
}

static void a_critical_alert_without_a_rule_is_unsure_and_so_sev2(void **state)
{
	struct rig *rig = *state;

	fire(rig, "Odd", "critical", rig->world->now - 4 * MIN);
	assert_proposed(rig, 2, "Odd fires, and no rule says how bad that is: unsure, so SEV2");
	assert_true(rig->out.worth);
	assert_true(rig->out.impact_at == rig->world->now - 4 * MIN);
	put(rig, HORIZON, STATE_WARN, "429");
	assert_int_equal(look(rig)->severity, 2);
}

/* --- SEV3 ----------------------------------------------------------------------------------- */

static void an_alert_that_flapped_three_times_in_an_hour_is_sev3(void **state)
{
	struct rig *rig = *state;
	msec now = rig->world->now;

	note_firing(rig, "HighLatency", now - 61 * MIN);
	note_firing(rig, "HighLatency", now - 50 * MIN);
	note_firing(rig, "HighLatency", now - 30 * MIN);
	note_firing(rig, "Other", now - 20 * MIN);
	assert_false(look(rig)->worth);
	note_firing(rig, "HighLatency", now - MIN);
	assert_proposed(rig, 3, "HighLatency fired 3 times in an hour: SEV3, noisy alerts");
	assert_true(rig->out.worth);
}

static void warnings_alone_are_sev3_and_nobody_is_asked_to_declare(void **state)
{
	struct rig *rig = *state;

	fire(rig, "GrafanaDown", "warning", rig->world->now - MIN);
	assert_proposed(rig, 3, "GrafanaDown fires: SEV3, minor degradation");
	assert_false(rig->out.worth);
	rig->world->alerts[0].state = ALERT_SUPPRESSED;
	assert_string_equal(look(rig)->rule, "");
}

static void what_works_worse_and_what_only_watches_is_minor(void **state)
{
	struct rig *rig = *state;

	put(rig, HORIZON, STATE_WARN, "one of two is behind");
	assert_proposed(rig, 3, "horizon is warn: SEV3, minor degradation");
	assert_false(rig->out.worth);
	put(rig, HORIZON, STATE_OK, "");
	put(rig, PROMETHEUS, STATE_DOWN, "refused");
	assert_proposed(rig, 3, "prometheus is down: SEV3, minor degradation");
	put(rig, PROMETHEUS, STATE_OK, "");
	put(rig, BACKUP, STATE_BAD, "older than its RPO");
	assert_proposed(rig, 3, "backups is bad: SEV3, minor degradation");
}

/* --- no evidence ---------------------------------------------------------------------------- */

static void a_quiet_world_proposes_nothing_and_unsure(void **state)
{
	struct rig *rig = *state;

	assert_proposed(rig, 2, "");
	assert_false(rig->out.worth);
	assert_string_equal(rig->out.title, "");
	assert_int_equal(rig->out.component_count, 0);
	assert_true(rig->out.impact_at == WHEN_NEVER);
}

static void what_is_unknown_or_still_asked_is_no_evidence(void **state)
{
	struct rig *rig = *state;

	for (int i = INDEXER; i <= BACKUP; i++)
		put(rig, i, STATE_UNKNOWN, "401");
	assert_false(look(rig)->worth);
	for (int i = INDEXER; i <= BACKUP; i++) {
		put(rig, i, STATE_DOWN, "not answered yet");
		rig->world->sources[i].asking = true;
		rig->world->components[i].state = STATE_UNKNOWN;
	}
	assert_false(look(rig)->worth);
}

/* --- the operator's rules ------------------------------------------------------------------- */

static void own(struct rig *rig, unsigned severity, const char *what, const char *words)
{
	rig->policy.rules[rig->policy.rule_count++] = (struct sev_rule){ severity, what, words };
}

static void a_rule_of_the_operator_stands_against_the_written_one(void **state)
{
	struct rig *rig = *state;

	own(rig, 3, "horizon", "horizon");
	put(rig, HORIZON, STATE_DOWN, "503");
	assert_proposed(rig, 3, "horizon is down: SEV3, as configured");
	assert_true(rig->out.worth);
	own(rig, 1, "latency", "checkout is slow");
	measure(rig, "latency", 4.9, STATE_BAD);
	assert_proposed(rig, 1, "latency 4.9 s: SEV1, checkout is slow");
}

static void a_rule_of_the_operator_may_name_an_alert_or_a_component(void **state)
{
	struct rig *rig = *state;

	own(rig, 1, "PayoutsFailing", "PayoutsFailing");
	fire(rig, "PayoutsFailing", "warning", rig->world->now);
	assert_proposed(rig, 1, "PayoutsFailing fires: SEV1, as configured");
	rig->world->alert_count = 0;
	own(rig, 2, "escrow", "escrow");
	rig->world->components[world_add_component(rig->world, "escrow")].state = STATE_BAD;
	assert_proposed(rig, 2, "escrow is bad: SEV2, as configured");
}

static void no_rule_lowers_a_risk_to_integrity(void **state)
{
	struct rig *rig = *state;

	own(rig, 3, "db", "db");
	put(rig, DB, STATE_BAD, "two writable nodes of one cluster: ...");
	assert_proposed(rig, 1, "db has two writable nodes: SEV1, data-integrity risk");
}

static void a_rule_about_the_count_asks_for_news_as_well(void **state)
{
	struct rig *rig = *state;

	own(rig, 2, "stuck", "stuck");
	count_over(rig, 37, 37, true);
	assert_false(look(rig)->worth);
	count_over(rig, 36, 37, true);
	assert_proposed(rig, 2, "payments stuck 37: SEV2, as configured");
}

/* --- title and components ------------------------------------------------------------------- */

static void the_title_is_that_of_the_critical_alert_that_fires_longest(void **state)
{
	struct rig *rig = *state;
	struct alert *alert;

	put(rig, INDEXER, STATE_DOWN, "connection refused");
	fire(rig, "Late", "critical", rig->world->now - MIN);
	alert = fire(rig, "Early", "critical", rig->world->now - 9 * MIN);
	fire(rig, "Earliest", "warning", rig->world->now - 20 * MIN);
	assert_string_equal(look(rig)->title, "Early");
	str_put(alert->summary, sizeof(alert->summary), "Indexer does not answer");
	assert_string_equal(look(rig)->title, "Indexer does not answer");
	assert_true(rig->out.detected_at == rig->world->now - 9 * MIN);
	assert_true(rig->out.impact_at == rig->world->now - 9 * MIN);
}

static void the_root_is_named_first_and_each_component_once(void **state)
{
	struct rig *rig = *state;
	struct alert *alert = fire(rig, "Odd", "critical", rig->world->now);

	put(rig, DB, STATE_DOWN, "hung, no answer in 8 s");
	put(rig, INDEXER, STATE_DOWN, "/health silent");
	rig->world->root = DB;
	alert_add_label(alert, "service", "api");
	assert_int_equal(look(rig)->component_count, 3);
	assert_string_equal(rig->out.components[0], "db");
	assert_string_equal(rig->out.components[1], "indexer");
	assert_string_equal(rig->out.components[2], "api");
	rig->world->alert_count = 0;
	assert_string_equal(look(rig)->title, "db down: hung, no answer in 8 s");
}

static void the_hung_database_of_a_night_is_proposed_from_end_to_end(void **state)
{
	struct world *world = worlds_db_hung();
	struct policy policy;
	struct proposal out;

	(void)state;
	policy_default(&policy);
	propose(world, &policy, &out);
	assert_true(out.worth);
	assert_int_equal(out.severity, 1);
	assert_string_equal(out.title, "the summary of the alert");
	assert_string_equal(out.components[0], "db");
	assert_true(out.detected_at == worlds_now() - 12 * MIN);
	world_free(world);
}

int main(void)
{
#define RIGGED(test) cmocka_unit_test_setup_teardown(test, build, drop)
	static const struct CMUnitTest tests[] = {
		RIGGED(payments_that_are_newly_stuck_are_sev1),
		RIGGED(a_count_that_grows_is_sev1),
		RIGGED(a_count_that_has_stood_for_an_hour_or_falls_proposes_nothing),
		RIGGED(a_count_that_was_there_when_we_came_proposes_nothing),
		RIGGED(a_count_that_is_not_known_now_proposes_nothing),
		RIGGED(an_indexer_that_is_down_is_sev1),
		RIGGED(the_alert_of_an_indexer_that_nobody_watches_is_sev1),
		RIGGED(refused_writes_are_sev1),
		RIGGED(two_writable_databases_are_sev1),
		RIGGED(a_service_or_its_database_that_is_down_is_sev1),
		RIGGED(an_elevated_error_rate_is_sev2),
		RIGGED(a_signal_that_is_bad_is_sev2),
		RIGGED(what_is_broken_in_part_is_sev2),
		RIGGED(who_serves_old_facts_by_its_own_word_is_sev2),
		RIGGED(a_critical_alert_without_a_rule_is_unsure_and_so_sev2),
		RIGGED(an_alert_that_flapped_three_times_in_an_hour_is_sev3),
		RIGGED(warnings_alone_are_sev3_and_nobody_is_asked_to_declare),
		RIGGED(what_works_worse_and_what_only_watches_is_minor),
		RIGGED(a_quiet_world_proposes_nothing_and_unsure),
		RIGGED(what_is_unknown_or_still_asked_is_no_evidence),
		RIGGED(a_rule_of_the_operator_stands_against_the_written_one),
		RIGGED(a_rule_of_the_operator_may_name_an_alert_or_a_component),
		RIGGED(no_rule_lowers_a_risk_to_integrity),
		RIGGED(a_rule_about_the_count_asks_for_news_as_well),
		RIGGED(the_title_is_that_of_the_critical_alert_that_fires_longest),
		RIGGED(the_root_is_named_first_and_each_component_once),
		cmocka_unit_test(the_hung_database_of_a_night_is_proposed_from_end_to_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
