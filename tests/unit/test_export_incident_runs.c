/* test_export_incident_runs.c: the runs of runbooks, for scripts and for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "export/incident_json.h"
#include "tests/lib/walks.h"

static struct walk walk;

static const struct fence command[] = { { .runnable = true } };
static const struct walk_row rows[] = {
	{ .id = "announce" },
	{ .id = "promote", .kind = STEP_COMMAND, .more = { .fences = command, .fence_count = 1 } },
	{ .id = "verify" },
};

static int build(void **state)
{
	struct order order;
	char id[ULID_TEXT];

	(void)state;
	walk_open(&walk, rows, ARRAY_LEN(rows));
	walk_because(&walk, EVENT_STEP_SKIPPED, "announce", "all know");
	walk_run(&walk, "promote", id);
	walk_ran(&walk, id, false);
	order = ORDER(&walk.orders, INPUT_GIVEN);
	EVENT_SET(order.data, run, walk.run);
	EVENT_SET(order.data, name, "TOKEN");
	assert_true(orders_give(&walk.orders, &order));
	return 0;
}

static int drop(void **state)
{
	(void)state;
	walk_close(&walk);
	return 0;
}

static struct incident_view view(void)
{
	return (struct incident_view){
		.in = { .incident = &walk.orders.incident, .policy = &walk.orders.policy, .origin = "",
			.operator = "ana", .wall = walk.orders.now },
		.folder = "/tmp/x", .degraded = "" };
}

static void scripts_see_each_step_with_its_attempts(void **state)
{
	struct incident_view in = view();
	json_t *root = incident_state_json(&in);
	const json_t *run = json_array_get(json_at(root, "runs"), 0), *step, *attempt, *value;

	(void)state;
	assert_string_equal(json_text_at(run, "runbook", ""), "db-failover");
	assert_string_equal(json_text_at(run, "mode", ""), "native");
	assert_true(json_is_null(json_at(run, "ended_at")));
	assert_int_equal(json_array_size(json_at(run, "steps")), 3);
	step = json_array_get(json_at(run, "steps"), 0);
	assert_string_equal(json_text_at(step, "mark", ""), "skipped");
	assert_string_equal(json_text_at(step, "reason", ""), "all know");
	step = json_array_get(json_at(run, "steps"), 1);
	assert_string_equal(json_text_at(step, "mark", ""), "todo");
	attempt = json_array_get(json_at(step, "attempts"), 0);
	assert_string_equal(json_text_at(attempt, "command", ""), "pg_promote");
	assert_string_equal(json_text_at(attempt, "how", ""), "exited");
	assert_true(json_is_false(json_at(attempt, "ok")));
	assert_int_equal(json_integer_value(json_at(attempt, "status")), 1);
	value = json_array_get(json_at(run, "values"), 0);
	assert_true(json_is_true(json_at(value, "secret")));
	assert_true(json_is_null(json_at(value, "value")));
	json_decref(root);
}

static void people_see_what_was_done(void **state)
{
	struct incident_view in = view();
	struct buf text = { 0 };

	(void)state;
	incident_plain(&in, &text);
	assert_non_null(strstr(buf_cstr(&text), "runbook         db-failover, 1 of 3 steps\n"));
	assert_non_null(strstr(buf_cstr(&text), "step            skipped announce "));
	assert_non_null(strstr(buf_cstr(&text), " by ana: all know\n"));
	assert_null(strstr(buf_cstr(&text), "verify"));
	buf_done(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(scripts_see_each_step_with_its_attempts, build, drop),
		cmocka_unit_test_setup_teardown(people_see_what_was_done, build, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
