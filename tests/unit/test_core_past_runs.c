/* test_core_past_runs.c: what earlier incidents tell about a runbook. */
#include "core/past.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/orders.h"

#define MIN WHEN_MINUTE

static struct book_past past;
static struct orders orders;

static const char *const steps[] = { "announce", "promote", "verify" };
static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void mark(enum event_kind kind, const char *step, msec later)
{
	struct order order = ORDER(&orders, NOTE);

	orders.now += later;
	order.kind = kind;
	EVENT_SET(order.data, run, orders.incident.runs[0].event);
	EVENT_SET(order.data, step, step);
	EVENT_SET(order.data, reason, "because");
	if (!orders_give(&orders, &order))
		fail_msg("%s", orders.said);
}

/* An incident in which the database was failed over: announced after 1 minute, promoted within
 * `took`, mitigated at once, verified 10 minutes later. */
static void night(const char *id, const char *type, msec start, msec took)
{
	struct order order;

	orders_open(&orders);
	orders.now = start;
	str_put(orders.incident.id, sizeof(orders.incident.id), id);
	order = ORDER(&orders, INCIDENT_DECLARED);
	EVENT_SET(order.data, title, "Database down");
	EVENT_SET(order.data, severity, 1);
	EVENT_SET(order.data, type, type);
	EVENT_SET(order.data, impact_at, start - 5 * MIN);
	assert_true(orders_give(&orders, &order));
	order = ORDER(&orders, RUN_STARTED);
	EVENT_SET(order.data, runbook, "db-failover");
	EVENT_SET(order.data, title, "Database failover");
	EVENT_SET(order.data, sha256, sha);
	EVENT_SET(order.data, mode, "native");
	EVENT_SET(order.data, steps, ((struct text_list){ steps, ARRAY_LEN(steps) }));
	assert_true(orders_give(&orders, &order));
	mark(EVENT_STEP_DONE, "announce", MIN);
	mark(EVENT_STEP_STARTED, "promote", 2 * MIN);
	mark(EVENT_STEP_DONE, "promote", took);
	assert_true(orders_status(&orders, "mitigated", NULL, NULL));
	mark(EVENT_STEP_DONE, "verify", 10 * MIN);
	order = ORDER(&orders, ACTION_ITEM);
	EVENT_SET(order.data, type, "alert");
	EVENT_SET(order.data, text, "alert on replica lag");
	assert_true(orders_give(&orders, &order));
}

static void begin(const char *runbook)
{
	past = (struct book_past){ 0 };
	str_put(past.runbook, sizeof(past.runbook), runbook);
}

static void add(const char *id, const char *type, msec start, msec took)
{
	night(id, type, start, took);
	past_add(&past, &orders.incident, "/var/incidents/x");
	orders_close(&orders);
}

static const msec start = 1795312800000;

static void the_last_three_runs_are_told_whatever_the_order(void **state)
{
	static const struct {
		const char *id;
		int days;
	} nights[] = { { "bbbbbb", 2 }, { "dddddd", 4 }, { "aaaaaa", 1 }, { "cccccc", 3 } };

	(void)state;
	begin("db-failover");
	for (size_t i = 0; i < ARRAY_LEN(nights); i++)
		add(nights[i].id, "outage", start + nights[i].days * WHEN_DAY, 4 * MIN);
	past_finish(&past);
	assert_int_equal(past.total, 4);
	assert_int_equal(past.run_count, PAST_RUNS);
	assert_string_equal(past.runs[0].incident, "dddddd");
	assert_string_equal(past.runs[1].incident, "cccccc");
	assert_string_equal(past.runs[2].incident, "bbbbbb");
	past_done(&past);
}

static void a_run_tells_what_mended_it_and_what_is_still_to_do(void **state)
{
	(void)state;
	begin("db-failover");
	add("aaaaaa", "outage", start, 4 * MIN);
	past_finish(&past);
	assert_string_equal(past.runs[0].title, "Database down");
	assert_string_equal(past.runs[0].folder, "/var/incidents/x");
	assert_string_equal(past.runs[0].mended_by, "promote");
	assert_true(past.runs[0].to_mitigate == 12 * MIN);
	assert_int_equal(past.runs[0].open_actions, 1);
	assert_string_equal(past.runs[0].words, "not ended");
	past_done(&past);
}

static void a_step_usually_takes_the_median_of_what_it_took(void **state)
{
	static const msec took[] = { 4 * MIN, 90 * MIN, 2 * MIN, 6 * MIN };

	(void)state;
	begin("db-failover");
	for (size_t i = 0; i < ARRAY_LEN(took); i++)
		add("aaaaaa", "outage", start + (msec)i * WHEN_DAY, took[i]);
	past_finish(&past);
	assert_true(past_step(&past, "promote")->usually == 5 * MIN);
	assert_int_equal(past_step(&past, "promote")->count, 4);
	/* Nobody said when it was begun: it counts from the step before it. */
	assert_true(past_step(&past, "announce")->usually == MIN);
	assert_true(past_step(&past, "verify")->usually == 10 * MIN);
	assert_null(past_step(&past, "tidy"));
	past_done(&past);
}

static void a_step_says_when_it_was_proven_last_and_by_what(void **state)
{
	struct buf text = { 0 };

	(void)state;
	begin("db-failover");
	add("bbbbbb", "drill", start + WHEN_DAY, 4 * MIN);
	add("aaaaaa", "outage", start, 4 * MIN);
	past_finish(&past);
	past_proven(&past, "promote", start + 42 * WHEN_DAY + WHEN_HOUR, &text);
	assert_string_equal(buf_cstr(&text), "last proven 41d ago, drill #bbbbbb");
	buf_clear(&text);
	past_proven(&past, "tidy", start, &text);
	assert_string_equal(buf_cstr(&text), "NEVER RUN");
	buf_done(&text);
	past_done(&past);
}

static void what_was_skipped_proves_nothing(void **state)
{
	(void)state;
	begin("db-failover");
	night("aaaaaa", "outage", start, 4 * MIN);
	mark(EVENT_STEP_REPEATED, "promote", MIN);
	mark(EVENT_STEP_SKIPPED, "promote", MIN);
	past_add(&past, &orders.incident, "/x");
	past_finish(&past);
	assert_null(past_step(&past, "promote"));
	assert_string_equal(past.runs[0].mended_by, "announce");
	orders_close(&orders);
	past_done(&past);
}

static void another_runbook_tells_nothing_about_this_one(void **state)
{
	(void)state;
	begin("indexer-down");
	add("aaaaaa", "outage", start, 4 * MIN);
	past_finish(&past);
	assert_int_equal(past.total + past.run_count + past.step_count, 0);
	past_done(&past);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_three_runs_are_told_whatever_the_order),
		cmocka_unit_test(a_run_tells_what_mended_it_and_what_is_still_to_do),
		cmocka_unit_test(a_step_usually_takes_the_median_of_what_it_took),
		cmocka_unit_test(a_step_says_when_it_was_proven_last_and_by_what),
		cmocka_unit_test(what_was_skipped_proves_nothing),
		cmocka_unit_test(another_runbook_tells_nothing_about_this_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
