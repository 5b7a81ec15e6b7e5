/* A drill in the state of an incident: for scripts, and in lines for people. */
#include "export/incident_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "export/incident_lists.h"
#include "tests/lib/incidents.h"

static struct incident *practised(void)
{
	struct incident *incident = incidents_declared(3, incidents_start());
	struct drill *drill = incident->drill = mem_new(sizeof(*drill));
	msec at = incidents_start();

	*drill = (struct drill){
		.announced = true, .type = DRILL_RESTORATION, .scenario = SCENARIO_RESTORE,
		.environment = "lab", .announced_at = at, .window_start = at,
		.window_end = at + WHEN_HOUR, .component_count = 2, .hand_count = 1,
		.components = {
			{ .name = "db", .started = at, .ended = at + WHEN_MINUTE, .ok = true },
			{ .name = "api", .started = at, .ended = WHEN_NEVER },
		},
		.hands = { { .at = at, .by = "ana", .step = "restore", .what = "chmod" } },
		.rolled_back_at = WHEN_NEVER, .finished_at = WHEN_NEVER, .reviewed_at = WHEN_NEVER,
	};
	return incident;
}

static void what_is_not_known_of_a_drill_is_null(void **state)
{
	struct incident *incident = practised();
	json_t *drill = drill_json(incident);
	const json_t *components = json_at(drill, "components");

	(void)state;
	assert_string_equal(json_text_at(drill, "type", ""), "restoration");
	assert_string_equal(json_text_at(drill, "scenario", ""), "indexer-db-restore");
	assert_string_equal(json_text_at(drill, "window_end", ""), "2026-11-22T02:56:35Z");
	assert_true(json_is_true(json_at(json_array_get(components, 0), "ok")));
	assert_true(json_is_null(json_at(json_array_get(components, 1), "ok")));
	assert_true(json_is_null(json_at(json_array_get(components, 1), "ended")));
	assert_string_equal(json_text_at(json_array_get(json_at(drill, "interventions"), 0), "what",
					 ""), "chmod");
	assert_true(json_is_null(json_at(drill, "verified")));
	assert_true(json_is_null(json_at(drill, "passed")));
	assert_true(json_is_null(json_at(drill, "image")));
	json_decref(drill);
	incident->drill->finished = incident->drill->verified = true;
	drill = drill_json(incident);
	assert_true(json_is_false(json_at(drill, "verified")));
	assert_true(json_is_false(json_at(drill, "passed")));
	json_decref(drill);
	incidents_free(incident);
}

static void what_is_no_drill_has_none(void **state)
{
	struct incident *incident = incidents_declared(1, incidents_start());
	json_t *none = drill_json(incident), *terms = terms_json(incident);

	(void)state;
	assert_true(json_is_null(none));
	assert_true(json_is_null(terms));
	json_decref(none);
	json_decref(terms);
	incidents_free(incident);
}

static void people_read_it_in_lines(void **state)
{
	static const char *const lines[] = {
		"drill           restoration, indexer-db-restore\n", "practised in    lab\n",
		"restored        db restored, ", "restored        api goes on, ",
		"by ana at step restore: chmod\n",
	};
	static struct policy policy;
	struct incident *incident = practised();
	struct incident_view view = { .in = { .incident = incident, .policy = &policy, .origin = "",
					      .wall = incidents_start() }, .degraded = "" };
	struct buf out = { 0 };

	(void)state;
	policy_default(&policy);
	incident_plain(&view, &out);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (!strstr(buf_cstr(&out), lines[i]))
			fail_msg("'%s' is not in:\n%s", lines[i], buf_cstr(&out));
	buf_done(&out);
	incidents_free(incident);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_of_a_drill_is_null),
		cmocka_unit_test(what_is_no_drill_has_none),
		cmocka_unit_test(people_read_it_in_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
