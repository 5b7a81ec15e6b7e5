/* What instruments tell an incident: evidence only, once, and the end of what they told. */
#include "app/sensing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define START ((msec)1795312447000)

enum { DB, INDEXER, TOLD = 32 };

struct bench {
	struct world *world;
	struct incident incident;
	struct sensing *sensing;
	bool deaf;			/* what is told is not recorded: the disk is full */
	size_t told;
	enum event_kind kinds[TOLD];
	char names[TOLD][NAME_TEXT], olds[TOLD][16], news[TOLD][16],
	     texts[TOLD][64];
};

static void record(struct bench *bench, const struct order *order)
{
	struct event event = { .kind = order->kind, .src = order->src, .at = bench->world->now,
			       .rec = bench->world->now, .data = order->data };
	bool repeat = false;

	str_put(event.origin, sizeof(event.origin), "44e9a353077edc5b");
	incident_fold(&bench->incident, &event, &repeat);
}

static void on_told(void *arg, const struct order *order)
{
	struct bench *bench = arg;
	size_t at = bench->told++;

	assert_true(at < TOLD);
	assert_int_equal(order->src, SRC_SENSED);
	bench->kinds[at] = order->kind;
	str_put(bench->names[at], NAME_TEXT, event_text(order->data.name));
	str_put(bench->olds[at], sizeof(bench->olds[at]), event_text(order->data.old));
	str_put(bench->news[at], sizeof(bench->news[at]), event_text(order->data.new_));
	str_put(bench->texts[at], sizeof(bench->texts[at]),
		order->data.labels.count > 0 ? order->data.labels.items[0] : "");
	if (!bench->deaf)
		record(bench, order);
}

/* The rest of the night in steps of a second. */
static void look(struct bench *bench, msec later)
{
	bench->world->now += later;
	sensing_look(bench->sensing, &bench->incident, bench->world, on_told, bench);
}

static void say(struct bench *bench, int source, enum state state)
{
	bench->world->sources[source].state = state;
	bench->world->sources[source].asking = false;
}

static void fire(struct bench *bench, const char *name, enum alert_state state)
{
	struct alert *alert = &bench->world->alerts[bench->world->alert_count++];

	*alert = (struct alert){ .state = state, .since = bench->world->now };
	str_put(alert->name, sizeof(alert->name), name);
	alert_add_label(alert, "severity", "critical");
	alert_add_label(alert, "alertname", name);
	alert_fingerprint(alert, alert->fingerprint);
}

static int set_up(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));
	struct order order = { .kind = EVENT_INCIDENT_DECLARED };

	bench->world = world_new(START - WHEN_HOUR);
	world_add_source(bench->world, "db", "postgres", 10000);
	world_add_source(bench->world, "indexer", "indexer", 10000);
	bench->world->now = START;
	bench->world->alerts_trusted = true;
	say(bench, DB, STATE_OK);
	say(bench, INDEXER, STATE_OK);
	incident_init(&bench->incident);
	EVENT_SET(order.data, title, "Indexer down");
	EVENT_SET(order.data, severity, 1);
	EVENT_SET(order.data, type, "outage");
	record(bench, &order);
	bench->sensing = sensing_new();
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	sensing_free(bench->sensing);
	incident_done(&bench->incident);
	world_free(bench->world);
	mem_free(bench);
	return 0;
}

static void what_is_well_is_not_told(void **state)
{
	struct bench *bench = *state;

	look(bench, WHEN_SECOND);
	look(bench, WHEN_HOUR);
	assert_int_equal(bench->told, 0);
}

static void what_was_down_when_it_was_declared_did_not_change_in_it(void **state)
{
	struct bench *bench = *state;

	say(bench, DB, STATE_DOWN);
	bench->world->sources[DB].since = START - WHEN_MINUTE;
	look(bench, WHEN_SECOND);
	say(bench, INDEXER, STATE_DOWN);
	bench->world->sources[INDEXER].since = START + WHEN_SECOND;
	look(bench, WHEN_SECOND);
	say(bench, DB, STATE_OK);
	bench->world->sources[DB].since = START + WHEN_MINUTE;
	look(bench, WHEN_MINUTE);
	assert_int_equal(bench->told, 3);
	assert_string_equal(bench->olds[0], "");
	assert_string_equal(bench->olds[1], "ok");
	assert_string_equal(bench->olds[2], "down");
}

static void what_was_down_at_the_first_look_did_not_change_then(void **state)
{
	struct bench *bench = *state;

	say(bench, DB, STATE_DOWN);
	bench->world->sources[DB].since = START + WHEN_SECOND;
	bench->world->sources[DB].since_before = true;
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 1);
	assert_string_equal(bench->olds[0], "");
}

static void a_change_is_told_once_and_so_is_its_end(void **state)
{
	struct bench *bench = *state;

	say(bench, DB, STATE_DOWN);
	for (int i = 0; i < 200; i++)
		look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 1);
	assert_string_equal(bench->names[0], "db");
	assert_string_equal(bench->news[0], "down");
	say(bench, DB, STATE_OK);
	for (int i = 0; i < 200; i++)
		look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 2);
	assert_string_equal(bench->news[1], "ok");
}

static void what_cannot_be_known_is_told_as_unknown_and_not_as_recovery(void **state)
{
	struct bench *bench = *state;

	say(bench, DB, STATE_DOWN);
	look(bench, WHEN_SECOND);
	say(bench, DB, STATE_UNKNOWN);
	look(bench, WHEN_SECOND);
	assert_string_equal(bench->news[1], "unknown");
	assert_int_equal(sensing_recovered(&bench->incident, bench->world), WHEN_NEVER);
}

static void before_the_first_answer_nothing_is_told(void **state)
{
	struct bench *bench = *state;

	bench->world->sources[DB].asking = true;
	bench->world->sources[DB].state = STATE_UNKNOWN;
	bench->world->early_until = START + WHEN_MINUTE;
	say(bench, INDEXER, STATE_UNKNOWN);
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 0);
	look(bench, WHEN_MINUTE);
	assert_int_equal(bench->told, 1);
	assert_string_equal(bench->names[0], "indexer");
}

/* While nothing can be saved the state stays as it was; that is no reason to say it each second. */
static void what_is_not_saved_yet_does_not_pile_up(void **state)
{
	struct bench *bench = *state;

	bench->deaf = true;
	say(bench, DB, STATE_DOWN);
	fire(bench, "IndexerDown", ALERT_FIRING);
	for (int i = 0; i < 50; i++)
		look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 2);
}

static void a_console_that_disagrees_is_contradicted_after_a_while_only(void **state)
{
	struct bench *bench = *state;
	struct order order = { .kind = EVENT_SIGNAL_CHANGED };

	look(bench, WHEN_SECOND);
	EVENT_SET(order.data, name, "db");
	EVENT_SET(order.data, type, "source");
	EVENT_SET(order.data, new_, "down");
	record(bench, &order);
	for (int i = 0; i < 50; i++)
		look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 0);
	look(bench, 20 * WHEN_SECOND);
	assert_int_equal(bench->told, 1);
	assert_string_equal(bench->news[0], "ok");
}

static void the_next_start_knows_what_the_last_one_told(void **state)
{
	struct bench *bench = *state;

	say(bench, DB, STATE_DOWN);
	fire(bench, "IndexerDown", ALERT_FIRING);
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 2);
	sensing_free(bench->sensing);
	bench->sensing = sensing_new();
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 2);
	bench->world->alert_count = 0;
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->kinds[2], EVENT_ALERT_RESOLVED);
}

static void an_alert_fires_and_resolves_with_its_labels_in_order(void **state)
{
	struct bench *bench = *state;

	fire(bench, "IndexerDown", ALERT_FIRING);
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->kinds[0], EVENT_ALERT_FIRING);
	assert_string_equal(bench->texts[0], "alertname=IndexerDown");
	bench->world->alert_count = 0;
	look(bench, WHEN_SECOND);
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 2);
	assert_int_equal(bench->kinds[1], EVENT_ALERT_RESOLVED);
	fire(bench, "IndexerDown", ALERT_FIRING);
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 3);
}

static void pending_alerts_and_the_watchdog_are_no_events(void **state)
{
	struct bench *bench = *state;

	fire(bench, "Slow", ALERT_PENDING);
	fire(bench, "Watchdog", ALERT_FIRING);
	bench->world->alerts[1].watchdog = true;
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 0);
}

static void a_silenced_alert_fires_all_the_same(void **state)
{
	struct bench *bench = *state;

	fire(bench, "IndexerDown", ALERT_FIRING);
	look(bench, WHEN_SECOND);
	bench->world->alerts[0].state = ALERT_SUPPRESSED;
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 1);
}

static void an_empty_list_that_nobody_vouches_for_resolves_nothing(void **state)
{
	struct bench *bench = *state;

	fire(bench, "IndexerDown", ALERT_FIRING);
	look(bench, WHEN_SECOND);
	bench->world->alert_count = 0;
	bench->world->alerts_trusted = false;
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 1);
	bench->world->alerts_trusted = true;
	bench->world->alerts_dropped = 3;
	look(bench, WHEN_SECOND);
	assert_int_equal(bench->told, 1);
}

static void recovery_is_since_the_last_thing_that_became_good(void **state)
{
	struct bench *bench = *state;
	msec good;

	assert_int_equal(sensing_recovered(&bench->incident, bench->world), WHEN_NEVER);
	say(bench, DB, STATE_DOWN);
	say(bench, INDEXER, STATE_BAD);
	fire(bench, "IndexerDown", ALERT_FIRING);
	look(bench, WHEN_SECOND);
	say(bench, DB, STATE_OK);
	look(bench, WHEN_MINUTE);
	assert_int_equal(sensing_recovered(&bench->incident, bench->world), WHEN_NEVER);
	say(bench, INDEXER, STATE_OK);
	look(bench, WHEN_MINUTE);
	assert_int_equal(sensing_recovered(&bench->incident, bench->world), WHEN_NEVER);
	bench->world->alert_count = 0;
	look(bench, WHEN_MINUTE);
	good = bench->world->now;
	look(bench, WHEN_MINUTE);
	assert_int_equal(sensing_recovered(&bench->incident, bench->world), good);
	bench->world->alerts_trusted = false;	/* no alert, because nobody could tell */
	assert_int_equal(sensing_recovered(&bench->incident, bench->world), WHEN_NEVER);
	bench->world->alerts_trusted = true;
	say(bench, DB, STATE_WARN);
	assert_int_equal(sensing_recovered(&bench->incident, bench->world), WHEN_NEVER);
}

int main(void)
{
#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_BENCH(what_is_well_is_not_told),
		ON_BENCH(what_was_down_when_it_was_declared_did_not_change_in_it),
		ON_BENCH(what_was_down_at_the_first_look_did_not_change_then),
		ON_BENCH(a_change_is_told_once_and_so_is_its_end),
		ON_BENCH(what_cannot_be_known_is_told_as_unknown_and_not_as_recovery),
		ON_BENCH(before_the_first_answer_nothing_is_told),
		ON_BENCH(what_is_not_saved_yet_does_not_pile_up),
		ON_BENCH(a_console_that_disagrees_is_contradicted_after_a_while_only),
		ON_BENCH(the_next_start_knows_what_the_last_one_told),
		ON_BENCH(an_alert_fires_and_resolves_with_its_labels_in_order),
		ON_BENCH(pending_alerts_and_the_watchdog_are_no_events),
		ON_BENCH(a_silenced_alert_fires_all_the_same),
		ON_BENCH(an_empty_list_that_nobody_vouches_for_resolves_nothing),
		ON_BENCH(recovery_is_since_the_last_thing_that_became_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
