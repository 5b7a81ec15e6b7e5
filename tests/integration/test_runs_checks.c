/*
 * Check fences that a console runs by itself: when, of what, where, and what becomes of it. With
 * real shells, a real PostgreSQL, and a stand-in for the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/postgres.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pgserver.h"
#include "tests/lib/runbench.h"

enum { LOOKS = 50 };

/* Two sections with a check each, and one that belongs to no host of ours. */
static const char two_sections[] =
	"1. **A** <!-- step check id=a -->\n\n   ```sh {check every=1s}\n"
	"   echo \"a $WORD\" >>\"$OUT\"\n   ```\n\n"
	"## Escalation path\n\n"
	"1. **B** <!-- step check id=b -->\n\n   ```sh {check every=1h}\n"
	"   echo b >>\"$OUT\"\n   ```\n";

static struct runs *runs_of(struct runbench *bench)
{
	return bench->consoles[0].runs;
}

static void start(struct runbench *bench, const char *steps)
{
	runbench_book(bench, "many", steps);
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
}

static void see(struct runbench *bench, enum book_section section)
{
	runs_in_sight(runs_of(bench), runbench_walk(bench, 0)->event, section);
}

static bool is_accepted(struct runbench *bench)
{
	return runbench_walk(bench, 0)->accepted;
}

static void accept_it(struct runbench *bench)
{
	runs_accept(runs_of(bench), runbench_walk(bench, 0)->event);
	runbench_wait(bench, is_accepted, "the acceptance");
}

/* Nothing is begun, however often it is looked. */
static void never_begins(struct runbench *bench)
{
	for (size_t i = 0; i < LOOKS; i++) {
		runs_look(runs_of(bench), true);
		assert_null(runs_of(bench)->checking.fence);
	}
}

static const struct fence_sense *sense_at(struct runbench *bench, size_t step, size_t slot)
{
	return &runbench_walk(bench, 0)->senses[step].fences[slot];
}

static bool has_checked(struct runbench *bench)
{
	return sense_at(bench, bench->step, 0)->at > 0;
}

static bool has_a_twice(struct runbench *bench)
{
	return runbench_lines(bench->out, "a hello") >= 2;
}

/* --- when --- */

static void a_check_runs_only_when_accepted_and_in_sight(void **state)
{
	struct runbench *bench = *state;

	start(bench, two_sections);
	see(bench, SECTION_RESOLUTION);
	assert_false(is_accepted(bench));
	never_begins(bench);
	runs_in_sight(runs_of(bench), "", SECTION_RESOLUTION);
	accept_it(bench);
	never_begins(bench);
	see(bench, SECTION_OVERVIEW);
	never_begins(bench);
	see(bench, SECTION_RESOLUTION);
	bench->step = 0;
	runbench_wait(bench, has_checked, "the check in sight");
	assert_int_equal(runbench_lines(bench->out, "a hello"), 1);
	assert_int_equal(runbench_lines(bench->out, "b"), 0);
	assert_int_equal(sense_at(bench, 0, 0)->truth, TRUTH_YES);
}

static void the_check_of_a_drill_waits_for_its_fence(void **state)
{
	static const char *const none[] = { NULL };
	struct runbench *bench = *state;

	bench->type = "drill";
	start(bench, two_sections);
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	never_begins(bench);
	bench->settings.drills.sources = (struct texts){ none, 0 };
	bench->step = 0;
	runbench_wait(bench, has_checked, "the check behind the fence");
	assert_int_equal(runbench_lines(bench->out, "a hello"), 1);
}

static void a_check_comes_again_after_its_time_and_not_before(void **state)
{
	struct runbench *bench = *state;

	start(bench, two_sections);
	accept_it(bench);
	see(bench, SECTION_ESCALATION);
	bench->step = 1;
	runbench_wait(bench, has_checked, "the check of an hour");
	never_begins(bench);
	assert_int_equal(runbench_lines(bench->out, "b"), 1);
	see(bench, SECTION_RESOLUTION);
	runbench_wait(bench, has_a_twice, "the check of a second, twice");
	assert_int_equal(runbench_lines(bench->out, "b"), 1);
}

static bool is_running(struct runbench *bench)
{
	return runs_of(bench)->act.stage == ACT_RUNNING;
}

static void no_check_runs_beside_a_command(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	start(bench, "1. **Slow** <!-- step id=slow -->\n\n   ```sh\n   sleep 60\n   ```\n"
		     "2. **A** <!-- step check id=a -->\n\n   ```sh {check every=1s}\n"
		     "   echo a >>\"$OUT\"\n   ```\n");
	accept_it(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	assert_true(runs_execute(runs_of(bench), &order, &err));
	runbench_wait(bench, is_running, "the command");
	see(bench, SECTION_RESOLUTION);
	never_begins(bench);
}

/* --- of what, and where --- */

static bool is_again_walked(struct runbench *bench)
{
	return runbench_is_walked(bench) && !runbench_walk(bench, 0)->reader;
}

/* The next incident, on the same host and with the same state. */
static void next_incident(struct runbench *bench, const char *steps)
{
	runbench_close(bench);
	bench->folder[strlen(bench->folder) - 1]++;
	start(bench, steps);
	runbench_wait(bench, is_again_walked, "the run");
}

static void a_changed_command_is_accepted_anew_and_a_changed_word_is_not(void **state)
{
	struct runbench *bench = *state;

	start(bench, "1. **A** <!-- step check id=a -->\n\n   ```sh {check}\n   echo a\n   ```\n");
	accept_it(bench);
	next_incident(bench, "1. **Another word** <!-- step check id=a -->\n\n"
			     "   ```sh {check}\n   echo a\n   ```\n");
	assert_true(is_accepted(bench));
	next_incident(bench, "1. **A** <!-- step check id=a -->\n\n"
			     "   ```sh {check}\n   echo b >>\"$OUT\"\n   ```\n");
	assert_false(is_accepted(bench));
	assert_int_equal(runbench_walk(bench, 0)->changes.commands, 1);
	see(bench, SECTION_RESOLUTION);
	never_begins(bench);
}

/* What it says instead of its outcome; nothing was started for it. */
static const char *said_without_running(struct runbench *bench)
{
	see(bench, SECTION_RESOLUTION);
	never_begins(bench);
	assert_int_equal(access(bench->out, F_OK), -1);
	assert_int_equal(sense_at(bench, 0, 0)->truth, TRUTH_UNKNOWN);
	return sense_at(bench, 0, 0)->said;
}

static void what_may_not_run_by_itself_says_why(void **state)
{
	static const struct {
		const char *fence, *said;
	} cases[] = {
		{ "sh {check on=elsewhere.example}\n   echo a", "it belongs on another host" },
		{ "sh {check write}\n   echo a",
		  "it is not run by itself: it has odd characters or writes" },
		{ "sh {check}\n   echo \xe2\x80\xae" "a",
		  "it is not run by itself: it has odd characters or writes" },
		{ "sql {check source=nowhere}\n   SELECT 1", "no source nowhere is configured" },
	};
	struct runbench *bench = *state;
	char steps[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(steps, sizeof(steps), "1. **A** <!-- step check id=a -->\n\n   ```%s >>$OUT\n"
			 "   ```\n", cases[i].fence);
		if (i == 0)
			start(bench, steps);
		else
			next_incident(bench, steps);
		accept_it(bench);
		assert_string_equal(said_without_running(bench), cases[i].said);
	}
}

static void nothing_of_a_file_that_others_may_write_runs(void **state)
{
	struct runbench *bench = *state;
	char path[160];

	runbench_book(bench, "many", two_sections);
	snprintf(path, sizeof(path), "%s/many.md", bench->books);
	assert_int_equal(chmod(path, 0666), 0);
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	assert_non_null(strstr(bench->said, "nothing of it is run"));
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	never_begins(bench);
}

static void a_run_that_only_instructs_runs_no_check(void **state)
{
	struct runbench *bench = *state;

	bench->settings.runbooks.instruct = true;
	start(bench, two_sections);
	assert_true(run_of_walk(runbench_walk(bench, 0))->instruct);
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	never_begins(bench);
}

/* A run of before, and the console only instructs now. */
static void a_console_that_only_instructs_runs_no_check(void **state)
{
	struct runbench *bench = *state;

	start(bench, two_sections);
	accept_it(bench);
	bench->settings.runbooks.instruct = true;
	bench->settings.operator = "ana";
	runs_replace(runs_of(bench), &bench->settings, &bench->estate);
	assert_string_equal(said_without_running(bench),
			    "runbooks.instruct: nothing is executed here");
}

/* --- what becomes of it --- */

static bool is_marked(struct runbench *bench, enum step_mark mark)
{
	return runbench_mark(bench, 0)->mark == mark;
}

static bool is_sensed(struct runbench *bench)
{
	return is_marked(bench, MARK_SENSED);
}

static bool is_regressed(struct runbench *bench)
{
	return is_marked(bench, MARK_REGRESSED);
}

static void a_check_that_held_long_enough_ticks_and_then_regresses(void **state)
{
	struct runbench *bench = *state;

	start(bench, "1. **A** <!-- step check id=a for=3s -->\n\n   ```sh {check every=1s}\n"
		     "   echo seen; test ! -e \"$OUT\"\n   ```\n");
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	bench->step = 0;
	runbench_wait(bench, has_checked, "the first check");
	assert_true(is_marked(bench, MARK_TODO));
	assert_int_equal(runbench_walk(bench, 0)->list.items[0].needed, 3 * WHEN_SECOND);
	runbench_wait(bench, is_sensed, "the tick");
	assert_string_equal(runbench_mark(bench, 0)->reason, "its check: seen");
	runbench_put(bench->out, "");
	runbench_wait(bench, is_regressed, "the regress");
	assert_string_equal(runbench_mark(bench, 0)->reason, "its check exit 1: seen");
}

static void what_a_check_says_holds_no_secret(void **state)
{
	struct runbench *bench = *state;

	start(bench, "1. **A** <!-- step check id=a -->\n\n   ```sh {check}\n   echo \"it is $TOKEN\"\n"
		     "   ```\n");
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	bench->step = 0;
	runbench_wait(bench, has_checked, "the check");
	assert_string_equal(sense_at(bench, 0, 0)->said, "its check: it is [redacted]");
}

static bool guard_holds(struct runbench *bench)
{
	return sense_at(bench, 0, 0)->truth == TRUTH_YES;
}

static void a_command_waits_for_the_check_before_it(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	start(bench, "1. **Do it** <!-- step id=do every=1s -->\n\n"
		     "   ```sh {check}\n   echo looked; test -e \"$OUT\"\n   ```\n\n"
		     "   ```sh\n   echo did >>\"$OUT\"\n   ```\n");
	accept_it(bench);
	order = runbench_order(bench, 0, 0, 1, &ready);
	assert_string_equal(ready.refusal,
			    "the check before the command of step 1 has not run yet");
	assert_false(runs_execute(runs_of(bench), &order, &err));
	assert_string_equal(err.text,
			    "not run: the check before the command of step 1 has not run yet");
	see(bench, SECTION_RESOLUTION);
	bench->step = 0;
	runbench_wait(bench, has_checked, "the guard");
	(void)runbench_order(bench, 0, 0, 1, &ready);
	assert_string_equal(ready.refusal, "the check before the command of step 1 does not hold: "
			    "its check exit 1: looked");
	runbench_put(bench->out, "");
	runbench_wait(bench, guard_holds, "the guard to hold");
	order = runbench_order(bench, 0, 0, 1, &ready);
	assert_null(ready.refusal);
	assert_true(runs_execute(runs_of(bench), &order, &err));
	runbench_wait(bench, runbench_has_ended, "the command");
	assert_int_equal(runbench_lines(bench->out, "did"), 1);
}

/* Its age counts by its own period, which the step may give. */
static void a_check_that_is_too_old_is_no_guard(void **state)
{
	struct runbench *bench = *state;
	struct fence_sense *guard;
	struct ready ready;

	start(bench, "1. **Do it** <!-- step id=do every=1m -->\n\n"
		     "   ```sh {check}\n   true\n   ```\n\n   ```sh\n   true\n   ```\n");
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	runbench_wait(bench, guard_holds, "the guard to hold");
	see(bench, SECTION_OTHER);
	guard = &runbench_walk(bench, 0)->senses[0].fences[0];
	guard->at -= 100 * WHEN_SECOND;
	(void)runbench_order(bench, 0, 0, 1, &ready);
	assert_null(ready.refusal);
	guard->at -= 100 * WHEN_SECOND;
	(void)runbench_order(bench, 0, 0, 1, &ready);
	assert_string_equal(ready.refusal,
			    "the check before it is too old: keep its section in sight");
}

/* What is expected is a line of what is written, wherever it stands. */
static void an_output_is_judged_line_by_line(void **state)
{
	static const struct {
		const char *expect, *output;
		bool well;
	} cases[] = {
		{ "", "anything", true }, { "^t$", "t\n", true }, { "^t$", "t", true },
		{ "^t$", "NOTICE: x\nt\n", true }, { "^t$", "f\n", false },
		{ "^t$", "", false }, { "a.b", "a\nb\n", false }, { "(", "(\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct fence fence = { .expect = cases[i].expect };

		assert_int_equal(fence_judge_text(&fence, str_of(cases[i].output)), cases[i].well);
	}
}

/* --- without a shell --- */

static struct pgserver server;
static struct httpd *httpd;
static char url[96], dsn[300];
static struct postgres_config postgres = {
	.source = { .name = "db", .kind = "postgres" },
	.dsn = { .from = SECRET_ENV, .name = "DSN" },
};
static struct source_config api = { .name = "api", .kind = "http", .url = url };
static struct source_config metrics = { .name = "metrics", .kind = "prometheus", .url = url };

#define VECTOR "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["

static const char one_series[] =
	VECTOR "{\"metric\":{\"job\":\"a\"},\"value\":[1,\"1\"]}]}}";
static const char no_series[] = VECTOR "]}}";

static void answer(const char *path, int status, const char *body)
{
	const struct httpd_rule rule = { .path = path, .status = status, .body = str_of(body) };

	httpd_set(httpd, &rule);
}

static bool all_yes(struct runbench *bench)
{
	for (size_t i = 0; i < 3; i++) {
		if (sense_at(bench, i, 0)->truth != TRUTH_YES)
			return false;
	}
	return true;
}

static bool all_no(struct runbench *bench)
{
	for (size_t i = 0; i < 3; i++) {
		if (sense_at(bench, i, 0)->truth != TRUTH_NO)
			return false;
	}
	return true;
}

static bool all_ticked(struct runbench *bench)
{
	return runbench_mark(bench, 0)->mark == MARK_SENSED &&
	       runbench_mark(bench, 1)->mark == MARK_SENSED &&
	       runbench_mark(bench, 2)->mark == MARK_SENSED;
}

static void native_checks_tick_on_what_their_sources_say(void **state)
{
	struct runbench *bench = *state;

	snprintf(dsn, sizeof(dsn), "DSN=%s", server.dsn);
	bench->environment[4] = dsn;
	bench->sources[0] = &postgres.source;
	bench->sources[1] = &api;
	bench->sources[2] = &metrics;
	bench->source_count = 3;
	answer("/health", 200, "{\"status\":\"ok\"}");
	answer("/api/v1/query", 200, one_series);
	start(bench, "1. **S** <!-- step check id=s every=1s -->\n\n"
		     "   ```sql {check source=db expect=\"^hello$\"}\n"
		     "   SELECT :'WORD'\n"
		     "   ```\n\n"
		     "2. **H** <!-- step check id=h every=1s -->\n\n"
		     "   ```http {check source=api}\n   GET /health\n   ```\n\n"
		     "3. **P** <!-- step check id=p every=1s -->\n\n"
		     "   ```promql {check source=metrics}\n   up{job=\"a\"}\n   ```\n");
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	runbench_wait(bench, all_yes, "three checks that hold");
	runbench_wait(bench, all_ticked, "three ticks");
	answer("/health", 503, "{}");
	answer("/api/v1/query", 200, no_series);
	runs_value(runs_of(bench), runbench_walk(bench, 0)->event, "WORD", "another");
	runbench_wait(bench, all_no, "three checks that do not hold");
}

static void a_check_in_sql_writes_nothing(void **state)
{
	struct runbench *bench = *state;

	snprintf(dsn, sizeof(dsn), "DSN=%s", server.dsn);
	bench->environment[4] = dsn;
	bench->sources[0] = &postgres.source;
	bench->source_count = 1;
	start(bench, "1. **S** <!-- step check id=s -->\n\n   ```sql {check source=db}\n"
		     "   WITH x AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM x\n   ```\n");
	accept_it(bench);
	see(bench, SECTION_RESOLUTION);
	bench->step = 0;
	runbench_wait(bench, has_checked, "the check");
	assert_int_not_equal(sense_at(bench, 0, 0)->truth, TRUTH_YES);
}

static bool start_servers(void)
{
	struct err err = { 0 };

	httpd = httpd_start(NULL, 0, &err);
	if (httpd && pgserver_start(&server, &err)) {
		httpd_url(httpd, "", url, sizeof(url));
		return true;
	}
	fprintf(stderr, "a server does not start: %s\n", err.text);
	return false;
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, runbench_set_up, runbench_tear_down)
	const struct CMUnitTest tests[] = {
		T(a_check_runs_only_when_accepted_and_in_sight),
		T(the_check_of_a_drill_waits_for_its_fence),
		T(a_check_comes_again_after_its_time_and_not_before),
		T(no_check_runs_beside_a_command),
		T(a_changed_command_is_accepted_anew_and_a_changed_word_is_not),
		T(what_may_not_run_by_itself_says_why),
		T(nothing_of_a_file_that_others_may_write_runs),
		T(a_run_that_only_instructs_runs_no_check),
		T(a_console_that_only_instructs_runs_no_check),
		T(a_check_that_held_long_enough_ticks_and_then_regresses),
		T(what_a_check_says_holds_no_secret),
		T(a_command_waits_for_the_check_before_it),
		T(a_check_that_is_too_old_is_no_guard),
		T(an_output_is_judged_line_by_line),
	};
	const struct CMUnitTest native[] = {
		T(native_checks_tick_on_what_their_sources_say),
		T(a_check_in_sql_writes_nothing),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (!pgserver_exists(&server))
		return failed;
	failed += start_servers() ? cmocka_run_group_tests(native, NULL, NULL) : 1;
	httpd_stop(httpd);
	pgserver_stop(&server);
	return failed;
}
