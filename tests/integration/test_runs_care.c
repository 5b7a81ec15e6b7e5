/*
 * The order to run a command, as far as care goes: what must be typed, what is sensed at that
 * instant, who else must agree, and what is never run at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/runbench.h"

#define RUN_IT "\n   ```sh\n   echo ran >>\"$OUT\"\n   ```\n"
#define CAUTION "   > [!CAUTION]\n   > It cannot be taken back.\n\n   **Rollback:** restore it.\n"

static const char interlocked[] =
	"1. **Move** <!-- step id=move target=stand.where interlock=\"stand.role == replica\" -->\n\n"
	CAUTION RUN_IT;

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

static void stand_says(struct runbench *bench, const char *role, const char *where)
{
	runbench_say(bench, "stand", json_pack("{s:s, s:s}", "role", role, "where", where));
}

/* The box is shown anew, and what was typed is this. */
static bool order_it(struct runbench *bench, const char *target, const char *reason,
		     struct err *err)
{
	struct ready ready;
	struct run_order order = runbench_order(bench, 0, 0, 0, &ready);

	*err = (struct err){ 0 };
	order.target = target;
	order.reason = reason;
	return runs_execute(runs_of(bench), &order, err);
}

static void is_refused(struct runbench *bench, const char *target, const char *reason,
		       const char *why)
{
	struct err err;

	if (order_it(bench, target, reason, &err))
		fail_msg("it was not refused: %s", why);
	assert_string_equal(err.text, why);
	assert_false(runs_busy(runs_of(bench)));
	assert_int_equal(runbench_mark(bench, 0)->attempt_count, 0);
}

static void runs_once(struct runbench *bench, const char *target, const char *reason)
{
	struct err err;

	if (!order_it(bench, target, reason, &err))
		fail_msg("%s", err.text);
	bench->step = 0;
	runbench_wait(bench, runbench_has_ended, "the end of the command");
	assert_string_equal(runbench_mark(bench, 0)->attempts[0].how, "exited");
	assert_int_equal(runbench_lines(bench->out, "ran"), 1);
}

/* --- interlocks --- */

static void a_target_is_typed_as_it_is_sensed(void **state)
{
	struct runbench *bench = *state;

	start(bench, interlocked);
	is_refused(bench, "", "", "not run: blocked: stand.role == replica: nothing is called "
		   "stand.role (wants == replica)");
	stand_says(bench, "replica", "10.0.0.2:5432");
	is_refused(bench, "", "", "not run: the target is 10.0.0.2:5432, not ''");
	is_refused(bench, "10.0.0.1:5432", "", "not run: the target is 10.0.0.2:5432, not "
		   "'10.0.0.1:5432'");
	is_refused(bench, "test", "because", "not run: the target is 10.0.0.2:5432, not 'test'");
	runs_once(bench, "10.0.0.2:5432", "");
}

static void a_lock_that_closes_after_the_box_was_shown_is_seen_at_the_order(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	start(bench, interlocked);
	stand_says(bench, "replica", "10.0.0.2:5432");
	order = runbench_order(bench, 0, 0, 0, &ready);
	order.target = "10.0.0.2:5432";
	stand_says(bench, "replica", "10.0.0.3:5432");
	assert_false(runs_execute(runs_of(bench), &order, &err));
	assert_string_equal(err.text, "not run: the command changed since it was shown");
	stand_says(bench, "primary", "10.0.0.2:5432");
	assert_false(runs_execute(runs_of(bench), &order, &err));
	assert_string_equal(err.text, "not run: the command changed since it was shown");
	assert_int_equal(runbench_mark(bench, 0)->attempt_count, 0);
}

/* Between the order and the disk: it is on the record as not run. */
static void a_lock_that_closes_while_the_order_is_saved_stops_it(void **state)
{
	struct runbench *bench = *state;
	const struct attempt *attempt;
	struct err err;

	start(bench, interlocked);
	stand_says(bench, "replica", "10.0.0.2:5432");
	assert_true(order_it(bench, "10.0.0.2:5432", "", &err));
	assert_int_equal(runs_of(bench)->act.stage, ACT_SAVING);
	stand_says(bench, "primary", "10.0.0.2:5432");
	bench->step = 0;
	runbench_wait(bench, runbench_has_ended, "the end of the command");
	attempt = &runbench_mark(bench, 0)->attempts[0];
	assert_string_equal(attempt->how, "not-run");
	assert_false(attempt->well);
	assert_string_equal(attempt->answer, "what was sensed is another now: look at the box again");
	assert_int_equal(access(bench->out, F_OK), -1);
}

/* A step without a mark of danger may have locks as well. */
static void a_closed_lock_holds_a_step_of_any_care(void **state)
{
	struct runbench *bench = *state;

	start(bench, "1. **Move** <!-- step id=move interlock=\"stand.role == replica\" -->\n" RUN_IT);
	stand_says(bench, "primary", "10.0.0.2:5432");
	is_refused(bench, "", "", "not run: blocked: stand.role == replica: stand.role is primary "
		   "(wants == replica)");
	stand_says(bench, "replica", "10.0.0.2:5432");
	runs_once(bench, "", "");
}

/* A primary that is gone, and a replica of which nobody can say whether it has all. */
static json_t *dead_primary(void)
{
	return json_loads(
		"{\"writable\": null, \"candidate\": \"b\", \"primary\": \"primary\","
		" \"clients\": [], \"clients_unknown\": [],"
		" \"nodes\": [{\"name\": \"primary\", \"address\": \"10.0.0.1:5432\","
		"   \"seen\": \"refused\", \"because\": \"connection refused\", \"age_s\": 40,"
		"   \"asked_age_s\": 2, \"recovering\": false, \"timeline\": 1, \"system_id\": \"77\","
		"   \"lsn\": \"0/57F0D20\", \"lsn_bytes\": 92212512, \"user\": \"binnacle\"},"
		"  {\"name\": \"b\", \"address\": \"10.0.0.2:5432\", \"seen\": \"answers\","
		"   \"because\": \"\", \"age_s\": 1, \"recovering\": true, \"timeline\": 1,"
		"   \"system_id\": \"77\", \"lsn\": \"0/57F0D20\", \"lsn_bytes\": 92212512,"
		"   \"unreplayed_bytes\": 0, \"paused\": false, \"receiver\": \"none\","
		"   \"heard_primary_age_s\": 41, \"user\": \"binnacle\"}]}", 0, NULL);
}

static bool is_in_journal(struct runbench *bench, const char *text)
{
	char command[512];

	snprintf(command, sizeof(command), "grep -rqF '%s' %s", text, bench->folder);
	return system(command) == 0;
}

static void what_may_be_lost_wants_a_reason_and_is_recorded(void **state)
{
	static const char target[] = "10.0.0.2:5432 timeline 1";
	struct runbench *bench = *state;

	start(bench, "1. **Promote** <!-- step id=promote target=db.target interlock=promote -->\n\n"
		     CAUTION RUN_IT);
	runbench_say(bench, "db", dead_primary());
	is_refused(bench, target, "", "not run: it wants a reason");
	runs_once(bench, target, "the primary burns");
	assert_true(is_in_journal(bench, "\"target\":\"10.0.0.2:5432 timeline 1\""));
	assert_true(is_in_journal(bench, "the primary burns"));
	assert_true(is_in_journal(bench, "may be lost"));
}

/* --- words --- */

static void what_must_be_typed_follows_from_the_danger(void **state)
{
	static const struct {
		const char *steps;
		bool production;
		unsigned care;
		const char *word, *reason;	/* NULL: not wanted */
	} cases[] = {
		{ "1. **A** <!-- step id=a -->\n" RUN_IT, false, 1, NULL, NULL },
		{ "1. **A** <!-- step id=a -->\n" RUN_IT, true, 2, "test", NULL },
		{ "1. **A** <!-- step id=a -->\n\n   > [!WARNING]\n   > Slow.\n" RUN_IT, false, 2,
		  "test", NULL },
		{ "1. **A** <!-- step id=a -->\n\n" CAUTION RUN_IT, false, 3, "test", "because" },
		{ "1. **A** <!-- step id=a -->\n\n   ```sh\n   echo ran >>\"$OUT\" # \xe2\x80\xae"
		  "x\n   ```\n", false, 1, "test", NULL },
	};
	struct runbench *bench = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct ready ready;

		runbench_close(bench);
		bench->folder[strlen(bench->folder) - 1] = (char)('a' + i);
		(void)unlink(bench->out);
		bench->settings.production = cases[i].production;
		start(bench, cases[i].steps);
		(void)runbench_order(bench, 0, 0, 0, &ready);
		assert_int_equal(ready.care, cases[i].care);
		if (cases[i].word)
			is_refused(bench, "", "", "not run: it wants the word test");
		if (cases[i].word)
			is_refused(bench, "TEST", "", "not run: it wants the word test");
		if (cases[i].reason)
			is_refused(bench, "test", "", "not run: it wants a reason");
		runs_once(bench, cases[i].word ? cases[i].word : "",
			  cases[i].reason ? cases[i].reason : "");
	}
}

/* --- never --- */

static void instructions_run_nothing(void **state)
{
	struct runbench *bench = *state;

	bench->settings.runbooks.instruct = true;
	start(bench, "1. **A** <!-- step id=a -->\n" RUN_IT);
	is_refused(bench, "", "",
		   "not run: this run only instructs: do it by hand, and say what came of it");
}

/* Refused while it does not hold, whatever the step; and as anywhere else once it does. */
static void a_drill_runs_nothing_outside_of_its_fence(void **state)
{
	static const char *const allowed[] = { "db" };
	struct runbench *bench = *state;

	bench->type = "drill";
	start(bench, "1. **Do** <!-- step id=do -->\n" RUN_IT);
	is_refused(bench, "", "", "not run: drills.sources is not set: no drill runs before it lists "
		   "every source that a drill may touch");
	bench->settings.drills.sources = (struct texts){ allowed, 1 };
	bench->settings.production = true;
	bench->settings.environment = "prod";
	is_refused(bench, "", "", "not run: the environment prod is marked as production: no drill runs "
		   "there");
	bench->settings.production = false;
	runs_once(bench, "", "");
}

static void a_console_that_only_reads_runs_nothing(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;

	bench->settings.read_only = true;
	start(bench, "1. **A** <!-- step id=a -->\n" RUN_IT);
	is_refused(bench, "", "", "not run: read only: nothing is executed here");
	assert_true(ready_free(runs_of(bench), NULL, "true", &ready));
	assert_string_equal(ready.refusal, "read only: nothing is executed here");
}

static bool is_answered(struct runbench *bench)
{
	const struct run_step *mark = runbench_mark(bench, 0);

	return mark->attempt_count == 1 && mark->attempts[0].ended;
}

static void what_belongs_elsewhere_is_answered_and_never_run(void **state)
{
	struct runbench *bench = *state;
	struct run_order order;
	struct ready ready;
	struct err err = { 0 };

	start(bench, "1. **A** <!-- step id=a -->\n\n   ```sh {on=db1.example}\n"
		     "   echo ran >>\"$OUT\"\n   ```\n");
	is_refused(bench, "", "", "not run: it belongs on db1.example: copy it, and say what came of it");
	order = runbench_order(bench, 0, 0, 0, &ready);
	assert_true(runs_answered(runs_of(bench), &order, true, "it said ok", &err));
	runbench_wait(bench, is_answered, "the answer");
	assert_string_equal(runbench_mark(bench, 0)->attempts[0].how, "copied");
	assert_true(runbench_mark(bench, 0)->attempts[0].well);
	assert_int_equal(access(bench->out, F_OK), -1);
}

/* --- two people --- */

static bool is_asked(struct runbench *bench)
{
	return runbench_mark(bench, 0)->asked[0] && dossier_idle(bench->consoles[0].dossier);
}

static bool is_asked_there(struct runbench *bench)
{
	const struct incident *incident = dossier_incident(bench->consoles[1].dossier);

	return incident->run_count == 1 && strcmp(incident->runs[0].steps[0].asked,
						  runbench_mark(bench, 0)->asked) == 0;
}

static bool is_confirmed(struct runbench *bench)
{
	return runbench_mark(bench, 0)->confirmed_by[0];
}

static bool confirm(struct runbench *bench, size_t console, struct err *err)
{
	struct order order = { .kind = EVENT_STEP_CONFIRMED, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = bench->operators[console] };
	char already[BECAUSE_TEXT];

	*err = (struct err){ 0 };
	EVENT_SET(order.data, of, runbench_mark(bench, 0)->asked);
	return dossier_submit(bench->consoles[console].dossier, &order,
			      loop_now(bench->loop).wall, already, err);
}

static void ask(struct runbench *bench)
{
	struct err err;

	if (!order_it(bench, "", "", &err))
		fail_msg("%s", err.text);
	assert_false(runs_busy(runs_of(bench)));
	runbench_wait(bench, is_asked, "the question");
	runbench_wait(bench, is_asked_there, "the question on the other console");
}

static void start_two(struct runbench *bench)
{
	bench->operators[1] = "ben";
	start(bench, "1. **A** <!-- step id=a two-person -->\n" RUN_IT);
	runbench_join(bench, 1, false);
	runbench_wait(bench, runbench_is_walked, "the run on the other console");
}

static void two_people_are_two(void **state)
{
	struct runbench *bench = *state;
	struct err err;

	start_two(bench);
	ask(bench);
	assert_true(order_it(bench, "", "", &err));	/* it is asked already */
	assert_false(runs_busy(runs_of(bench)));
	assert_false(confirm(bench, 0, &err));
	assert_string_equal(err.text, "a second person confirms: ana asked for it");
	assert_int_equal(access(bench->out, F_OK), -1);
	if (!confirm(bench, 1, &err))
		fail_msg("%s", err.text);
	runbench_wait(bench, is_confirmed, "the confirmation");
	assert_int_equal(runbench_mark(bench, 0)->attempt_count, 0);	/* ana orders it */
	runs_once(bench, "", "");
}

static bool is_given(struct runbench *bench)
{
	return runbench_incident(bench)->runs[0].value_count == 1;
}

/* It is for what ana's box showed, not for what is there later. */
static void a_confirmation_is_for_what_was_shown(void **state)
{
	struct runbench *bench = *state;
	char asked[ULID_TEXT];
	struct err err;

	start_two(bench);
	ask(bench);
	assert_true(confirm(bench, 1, &err));
	runbench_wait(bench, is_confirmed, "the confirmation");
	str_put(asked, sizeof(asked), runbench_mark(bench, 0)->asked);
	runs_value(runs_of(bench), runbench_walk(bench, 0)->event, "WORD", "another");
	runbench_wait(bench, is_given, "the value");
	ask(bench);
	assert_string_not_equal(runbench_mark(bench, 0)->asked, asked);
	assert_false(is_confirmed(bench));
	assert_int_equal(runbench_mark(bench, 0)->attempt_count, 0);
	assert_int_equal(access(bench->out, F_OK), -1);
}

/* Nor does it last: the next time another one is wanted. */
static void a_confirmation_is_used_up(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct err err;

	start_two(bench);
	ask(bench);
	assert_true(confirm(bench, 1, &err));
	runbench_wait(bench, is_confirmed, "the confirmation");
	runs_once(bench, "", "");
	assert_false(is_confirmed(bench));
	(void)runbench_order(bench, 0, 0, 0, &ready);
	assert_true(ready.two_person);
}

static void where_two_are_wanted_every_caution_wants_two(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;

	bench->settings.runbooks.two_person = true;
	start(bench, "1. **A** <!-- step id=a -->\n\n" CAUTION RUN_IT
		     "2. **B** <!-- step id=b -->\n" RUN_IT);
	(void)runbench_order(bench, 0, 0, 0, &ready);
	assert_true(ready.two_person);
	(void)runbench_order(bench, 0, 1, 0, &ready);
	assert_false(ready.two_person);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, runbench_set_up, runbench_tear_down)
	const struct CMUnitTest tests[] = {
		T(a_target_is_typed_as_it_is_sensed),
		T(a_lock_that_closes_after_the_box_was_shown_is_seen_at_the_order),
		T(a_lock_that_closes_while_the_order_is_saved_stops_it),
		T(a_closed_lock_holds_a_step_of_any_care),
		T(what_may_be_lost_wants_a_reason_and_is_recorded),
		T(what_must_be_typed_follows_from_the_danger),
		T(instructions_run_nothing),
		T(a_drill_runs_nothing_outside_of_its_fence),
		T(a_console_that_only_reads_runs_nothing),
		T(what_belongs_elsewhere_is_answered_and_never_run),
		T(two_people_are_two),
		T(a_confirmation_is_for_what_was_shown),
		T(a_confirmation_is_used_up),
		T(where_two_are_wanted_every_caution_wants_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
