/*
 * test_export.c: what an export settles on the record, that it hangs on nothing but the record
 * and the time of the export, and what is said of a folder; and incidents of several severities in
 * figures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/script.h"

static char id[16];

static int setup(void **state)
{
	if (script_setup(state) != 0)
		return -1;
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--no-ask", "--json");
	(void)snprintf(id, sizeof(id), "%s", json_text_at(script_said(), "id", ""));
	RUN(0, "incident", "note", id, "restarted", "the", "indexer", "by", "hand");
	script_at("2026-11-22T02:30:00Z");
	RUN(0, "incident", "resolve", id, "--summary", "Payments were late.", "--reason", "over");
	return 0;
}

/* From one state of the record: what is written down of the first export is in the second one. */
static void the_same_record_makes_the_same_bytes(void **state)
{
	(void)state;
	setenv("SOURCE_DATE_EPOCH", "1795400000", 1);
	script_sh(0, "cp -a incidents before");
	RUN(0, "incident", "export", id, "--out", script_path("one"));
	script_sh(0, "rm -r incidents && mv before incidents");
	script_at("2026-11-23T09:00:00Z");
	RUN(0, "incident", "export", id, "--out", script_path("two"));
	script_sh(0, "diff -r one two");
	setenv("SOURCE_DATE_EPOCH", "1795400001", 1);
	RUN(0, "incident", "export", id, "--out", script_path("three"), "--format", "json");
	script_sh(1, "cmp -s one/timeline.json three/timeline.json");
	setenv("SOURCE_DATE_EPOCH", "tomorrow", 1);
	RUN(2, "incident", "export", id);
	script_complains("SOURCE_DATE_EPOCH: 'tomorrow' is no number of seconds");
}

static bool owes_a_postmortem(void)
{
	RUN(0, "incident", "show", id, "--json");
	return strstr(buf_cstr(&script_command.out), "\"what\":\"postmortem\"") != NULL;
}

static void an_export_is_on_the_record_and_settles_the_postmortem(void **state)
{
	(void)state;
	assert_true(owes_a_postmortem());
	RUN(0, "incident", "export", id, "--format", "html", "--json");
	script_sh(0, "test $(cat incidents/*/journal.*.jsonl | grep -c export.written) = 1");
	RUN(0, "incident", "export", id);
	script_sh(0, "test $(cat incidents/*/journal.*.jsonl | grep -c export.written) = 6");
	assert_false(owes_a_postmortem());
}

/* A file stands where the folder would be; permissions do not stop who runs tests as root. */
static void a_folder_that_cannot_be_is_told(void **state)
{
	(void)state;
	script_put("file", "x", 0600);
	RUN(1, "incident", "export", id, "--out", script_path("file/below"));
	script_complains("file/below");
	script_complains("Not a directory");
	RUN(1, "incident", "export", id, "--out", script_path("file"));
	script_complains("Not a directory");
	script_sh(1, "grep -rq export.written incidents");
}

/* --- all of them together --------------------------------------------------------------------- */

static void no_incidents_are_no_failure(void **state)
{
	(void)state;
	RUN(0, "incident", "stats");
	script_prints_exactly("0 incidents, 0 drills\n");
	RUN(5, "incident", "stats", "--fail-empty");
	RUN(0, "incident", "stats", "--json");
	script_prints_exactly("{\"schema\":\"binnacle.stats/1\",\"at\":\"2026-11-22T02:00:00.000Z\","
			      "\"incidents\":0,\"drills\":0,\"by_severity\":[],\"by_component\":[],"
			      "\"by_runbook\":[],\"slowest_steps\":[],\"recurrence\":[]}\n");
}

static void declare(const char *at, const char *sev, const char *until)
{
	char one[16];

	RUN(0, "incident", "open", "--title", "Down again", "--sev", sev, "--component", "indexer",
	    "--at", at, "--impact-start", at, "--no-ask", "--json");
	(void)snprintf(one, sizeof(one), "%s", json_text_at(script_said(), "id", ""));
	RUN(0, "incident", "resolve", one, "--at", until, "--summary", "Late.", "--reason", "over");
}

static void several_severities_have_their_own_figures(void **state)
{
	const json_t *all;
	int64_t count = 0;

	(void)state;
	script_configure("operator: ana\ncomponents: {indexer: {}}\n");
	declare("2026-11-01T02:00:00Z", "1", "2026-11-01T02:30:00Z");
	RUN(0, "incident", "stats");
	script_prints("1 incident, 0 drills\n");
	declare("2026-11-03T02:00:00Z", "1", "2026-11-03T03:30:00Z");
	declare("2026-11-05T02:00:00Z", "2", "2026-11-05T02:10:00Z");
	RUN(0, "incident", "stats");
	script_prints("3 incidents, 0 drills\n");
	script_prints("severity   SEV1                             2 incidents\n");
	script_prints("severity   SEV2                             1 incident\n");
	script_prints("component  indexer                          3 incidents\n");
	script_prints("median 30m, worst 1h30m, of 2\n");
	script_prints("again      indexer");
	RUN(0, "incident", "stats", "--json");
	all = script_said();
	assert_true(json_i64_at(all, "incidents", &count));
	assert_int_equal(count, 3);
	assert_int_equal(json_array_size(json_at(all, "by_severity")), 2);
	assert_int_equal(json_array_size(json_at(all, "recurrence")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define OF(test) cmocka_unit_test_setup_teardown(test, setup, script_teardown)
		OF(the_same_record_makes_the_same_bytes),
		OF(an_export_is_on_the_record_and_settles_the_postmortem),
		OF(a_folder_that_cannot_be_is_told),
#undef OF
#define OF(test) cmocka_unit_test_setup_teardown(test, script_setup, script_teardown)
		OF(no_incidents_are_no_failure),
		OF(several_severities_have_their_own_figures),
#undef OF
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
