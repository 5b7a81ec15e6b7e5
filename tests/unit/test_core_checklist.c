/* test_core_checklist.c: what each item of a run is now, what is next, what must be recorded. */
#include "core/checklist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/past.h"
#include "tests/lib/walks.h"

#define SEC WHEN_SECOND
#define MIN WHEN_MINUTE

static struct walk walk;

#define WALK(rows) walk_open(&walk, (rows), ARRAY_LEN(rows))

static int drop(void **state)
{
	(void)state;
	walk_close(&walk);
	return 0;
}

#define assert_marks(text) assert_string_equal(walk_marks(&walk), (text))
#define assert_words(text) assert_string_equal(walk.list.words, (text))

static const char *next(void)
{
	return walk.list.next < walk.list.count ? walk.list.items[walk.list.next].step->id : "";
}

/* --- ticking -------------------------------------------------------------------------------- */

static void an_ordered_list_proposes_its_first_open_item(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "one" }, { .id = "two" }, { .id = "three" },
	};

	(void)state;
	WALK(rows);
	assert_words("0 of 3, next 1");
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "two"));
	assert_marks("[ ] [x] [ ]");
	assert_words("1 of 3, next 1");
	assert_true(walk_item(&walk, "two")->mark->early);
	assert_true(walk_item(&walk, "three")->early);
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "one"));
	assert_false(walk_item(&walk, "one")->mark->early);
	assert_words("2 of 3, next 3");
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "three"));
	assert_false(walk_item(&walk, "three")->mark->early);
	assert_true(walk.list.complete);
	assert_words("COMPLETE");
	assert_int_equal(walk.list.next, walk.list.count);
}

static void in_a_list_without_order_nothing_is_early(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "one", .loose = true }, { .id = "two", .loose = true },
	};

	(void)state;
	WALK(rows);
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "two"));
	assert_false(walk_item(&walk, "two")->mark->early);
}

static void a_completion_says_what_was_put_off_and_what_was_overridden(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "one" },
		{ .id = "two" },
		{ .id = "lag", .kind = STEP_CHECK, .probe = "indexer.lag_s < 2" },
	};

	(void)state;
	WALK(rows);
	walk_do(&walk, EVENT_STEP_DONE, "one");
	assert_true(walk_because(&walk, EVENT_STEP_DEFERRED, "two", "at night"));
	assert_true(walk_because(&walk, EVENT_STEP_OVERRIDDEN, "lag", "the gauge is frozen"));
	assert_marks("[x] [~] [o]");
	assert_true(walk.list.complete);
	assert_words("COMPLETE EXCEPT 1 DEFERRED, 1 OVERRIDDEN");
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "two"));
	assert_words("COMPLETE, 1 OVERRIDDEN");
}

static void the_end_by_hand_says_what_is_open(void **state)
{
	static const struct walk_row rows[] = { { .id = "one" }, { .id = "two" } };
	struct buf text = { 0 };

	(void)state;
	WALK(rows);
	walk_do(&walk, EVENT_STEP_DONE, "one");
	checklist_end(&walk.list, "wrong runbook", &text);
	assert_string_equal(buf_cstr(&text), "ENDED, 1 OPEN: wrong runbook");
	buf_clear(&text);
	walk_because(&walk, EVENT_STEP_SKIPPED, "two", "not needed");
	checklist_end(&walk.list, "", &text);
	assert_string_equal(buf_cstr(&text), "COMPLETE");
	buf_done(&text);
}

/* --- sensing -------------------------------------------------------------------------------- */

static void a_check_ticks_itself_after_its_time_and_regresses(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "lag", .kind = STEP_CHECK, .probe = "indexer.lag_s < 300 for 2m" },
		{ .id = "tidy" },
	};

	(void)state;
	WALK(rows);
	walk_lag(&walk, 1842);
	assert_int_equal(walk_sense(&walk, 10 * SEC), 0);
	assert_marks("[ ] [ ]");
	assert_string_equal(walk_item(&walk, "lag")->sense->because,
			    "indexer.lag_s is 1842 s (wants < 300)");
	for (int i = 0; i <= 11; i++) {
		walk_lag(&walk, 12);
		assert_int_equal(walk_sense(&walk, 10 * SEC), 0);
		assert_true(walk_item(&walk, "lag")->held == i * 10 * SEC);
	}
	walk_lag(&walk, 12);
	assert_int_equal(walk_sense(&walk, 10 * SEC), 1);
	assert_marks("[*] [ ]");
	walk_lag(&walk, 12);
	assert_int_equal(walk_sense(&walk, 10 * SEC), 0);
	walk_lag(&walk, 900);
	walk_look(&walk, 10 * SEC);
	assert_marks("[R] [ ]");	/* seen, whoever records it */
	assert_int_equal(walk_sense(&walk, 0), 1);
	assert_marks("[R] [ ]");
	assert_string_equal(next(), "lag");
	assert_words("0 of 2, next 1, 1 REGRESSED");
}

static void on_what_is_not_known_neither_happens(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "lag", .kind = STEP_CHECK, .probe = "indexer.lag_s < 300" },
	};

	(void)state;
	WALK(rows);
	walk_lag(&walk, NAN);
	for (int i = 0; i < 5; i++)
		assert_int_equal(walk_sense(&walk, 10 * SEC), 0);
	assert_marks("[?]");
	assert_false(walk.list.complete);
	walk_lag(&walk, 12);
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_true(walk.list.complete);
	walk_lag(&walk, NAN);
	assert_int_equal(walk_sense(&walk, 10 * SEC), 0);
	assert_marks("[*]");
	for (int i = 0; i < 5; i++)
		assert_int_equal(walk_sense(&walk, 10 * SEC), 0);
	assert_marks("[?]");
	assert_false(walk.list.complete);
	assert_int_equal(walk.list.unseen, 1);
	walk_lag(&walk, 12);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_marks("[*]");
	assert_true(walk.list.complete);
}

static void an_alert_counts_as_absent_only_while_the_list_is_trusted(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "quiet", .kind = STEP_CHECK, .probe = "absent(alert(IndexerDown))" },
	};

	(void)state;
	WALK(rows);
	walk_alert(&walk, "IndexerDown");
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_int_equal(walk_item(&walk, "quiet")->sense->now, TRUTH_NO);
	walk_blind(&walk);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_int_equal(walk_item(&walk, "quiet")->sense->now, TRUTH_UNKNOWN);
	walk_alert(&walk, NULL);
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[*]");
}

/* A person's word stands, but for what the instruments see to be otherwise. */
static void what_is_ticked_by_hand_regresses_when_its_check_says_no(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "write", .kind = STEP_CHECK, .probe = "db.writable" },
	};

	(void)state;
	WALK(rows);
	walk_writable(&walk, false);
	walk_look(&walk, SEC);
	assert_false(walk_do(&walk, EVENT_STEP_DONE, "write"));
	assert_string_equal(walk.orders.said, "the check of step 1 does not hold: db.writable is "
					      "false (wants true); override it with a reason");
	assert_true(walk_because(&walk, EVENT_STEP_OVERRIDDEN, "write", "I see it in psql"));
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_marks("[o]");
	walk_because(&walk, EVENT_STEP_REPEATED, "write", "look again");
	walk.senses[0].now = TRUTH_UNKNOWN;
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "write"));
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[R]");
}

static void a_person_s_word_that_it_failed_is_not_sensed_away(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "write", .kind = STEP_CHECK, .probe = "db.writable" },
	};

	(void)state;
	WALK(rows);
	assert_true(walk_because(&walk, EVENT_STEP_FAILED, "write", "psql says no"));
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_marks("[!]");
}

static void only_what_has_a_check_is_overridden(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "one" }, { .id = "write", .kind = STEP_CHECK, .probe = "db.writable" },
	};

	(void)state;
	WALK(rows);
	assert_false(walk_because(&walk, EVENT_STEP_OVERRIDDEN, "one", "because"));
	assert_string_equal(walk.orders.said, "step 1 has no check to override: say done, or skip it "
					      "with a reason");
	assert_false(walk_because(&walk, EVENT_STEP_OVERRIDDEN, "write", "because"));
	assert_string_equal(walk.orders.said, "the check of step 2 holds: it ticks itself");
}

/* --- check fences --------------------------------------------------------------------------- */

static void fence_says(size_t step, size_t slot, enum truth truth)
{
	walk.senses[step].fences[slot] = (struct fence_sense){ truth, walk.orders.now, "1 row" };
}

static void a_check_fence_ticks_its_step_only_while_it_is_run(void **state)
{
	static const struct fence fences[] = { { .check = true, .runnable = true } };
	static const struct walk_row rows[] = {
		{ .id = "rows", .kind = STEP_CHECK,
		  .more = { .fences = fences, .fence_count = 1, .every = 10 * SEC } },
	};

	(void)state;
	WALK(rows);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_marks("[ ]");
	fence_says(0, 0, TRUTH_YES);
	assert_int_equal(walk_sense(&walk, 31 * SEC), 0);
	fence_says(0, 0, TRUTH_YES);
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[*]");
	assert_int_equal(walk_sense(&walk, 10 * MIN), 0);
	assert_marks("[*]");		/* nobody runs it now, by our own choice */
	fence_says(0, 0, TRUTH_NO);
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[R]");
}

static void a_check_beside_a_choice_chooses_nothing(void **state)
{
	static const struct fence fences[] = { { .check = true, .runnable = true } };
	static const enum step_kind kinds[] = {
		STEP_DECISION, STEP_INPUT, STEP_NOTIFY, STEP_ESCALATE,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const struct walk_row rows[] = {
			{ .id = "which", .kind = kinds[i], .probe = "indexer.lag_s < 300",
			  .more = { .fences = fences, .fence_count = 1 } },
		};

		if (i > 0)
			walk_close(&walk);
		WALK(rows);
		fence_says(0, 0, TRUTH_YES);
		assert_int_equal(walk_sense(&walk, SEC), 0);
		assert_marks("[ ]");
	}
}

static void a_check_step_holds_when_its_probe_and_its_fences_do(void **state)
{
	static const struct fence fences[] = { { .check = true, .runnable = true } };
	static const struct walk_row rows[] = {
		{ .id = "both", .kind = STEP_CHECK, .probe = "db.writable",
		  .more = { .fences = fences, .fence_count = 1 } },
	};

	(void)state;
	WALK(rows);
	fence_says(0, 0, TRUTH_NO);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	fence_says(0, 0, TRUTH_YES);
	walk_writable(&walk, false);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	walk_writable(&walk, true);
	fence_says(0, 0, TRUTH_YES);
	assert_int_equal(walk_sense(&walk, SEC), 1);
}

static bool run_fence(int64_t fence)
{
	struct order order = walk_order(&walk, EVENT_STEP_RUN_STARTED, "promote");

	EVENT_SET(order.data, text, "pg_promote");
	EVENT_SET(order.data, fence, fence);
	return walk_give(&walk, &order);
}

static void a_check_before_a_command_guards_it_and_one_after_it_ticks(void **state)
{
	static const struct fence fences[] = {
		{ .check = true, .runnable = true }, { .runnable = true },
		{ .check = true, .runnable = true }, { .why_not = "a placeholder is left: <host>" },
	};
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND,
		  .more = { .fences = fences, .fence_count = 4 } },
	};

	(void)state;
	WALK(rows);
	assert_int_equal(checklist_fence(&walk.steps[0], 2), 1);
	assert_true(checklist_fence(&walk.steps[0], 1) == SIZE_MAX);
	assert_false(run_fence(1));
	assert_string_equal(walk.orders.said,
			    "the check before the command of step 1 has not run yet");
	fence_says(0, 0, TRUTH_NO);
	assert_false(run_fence(1));
	assert_string_equal(walk.orders.said,
			    "the check before the command of step 1 does not hold: 1 row");
	fence_says(0, 0, TRUTH_YES);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_true(run_fence(1));
	assert_true(walk_ran(&walk, walk.orders.id, true));
	fence_says(0, 1, TRUTH_YES);
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[*]");
	assert_false(run_fence(3));
	assert_string_equal(walk.orders.said,
			    "that of step 1 cannot be run: a placeholder is left: <host>");
	assert_false(run_fence(9));
	assert_string_equal(walk.orders.said, "step 1 has no such command");
}

/* --- commands ------------------------------------------------------------------------------- */

static const struct fence command[] = { { .runnable = true } };

static void a_command_runs_fails_and_is_interrupted(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND,
		  .more = { .fences = command, .fence_count = 1 } },
		{ .id = "rest" },
	};
	char id[ULID_TEXT];

	(void)state;
	WALK(rows);
	assert_true(walk_run(&walk, "promote", id));
	assert_marks("[>] [ ]");
	assert_string_equal(next(), "promote");
	assert_true(walk_ran(&walk, id, false));
	assert_marks("[!] [ ]");
	assert_int_equal(walk_item(&walk, "promote")->state, ITEM_STATE_FAILED);
	assert_true(walk_run(&walk, "promote", id));
	walk.lost[0] = "aaaaaaaaaaaaaaaa";
	walk_look(&walk, SEC);
	assert_int_equal(walk_item(&walk, "promote")->state, ITEM_STATE_INTERRUPTED);
	assert_true(walk_because(&walk, EVENT_STEP_DONE, "promote", "it is primary"));
	assert_marks("[x] [ ]");
}

/* What cannot be known of the command the instruments may know of its effect. */
static void what_was_interrupted_is_settled_by_its_check(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND, .probe = "db.writable",
		  .more = { .fences = command, .fence_count = 1 } },
	};
	char id[ULID_TEXT];

	(void)state;
	WALK(rows);
	walk_writable(&walk, false);
	walk_look(&walk, SEC);
	assert_true(walk_run(&walk, "promote", id));
	walk_writable(&walk, true);
	assert_int_equal(walk_sense(&walk, SEC), 0);	/* while it runs nothing is said of it */
	walk.lost[0] = "aaaaaaaaaaaaaaaa";
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[*]");
}

static void a_step_of_two_persons_wants_the_second(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "promote", .kind = STEP_COMMAND,
		  .more = { .fences = command, .fence_count = 1, .two_person = true } },
	};
	char id[ULID_TEXT];

	(void)state;
	WALK(rows);
	assert_false(walk_run(&walk, "promote", id));
	assert_string_equal(walk.orders.said,
			    "step promote wants a second person: ask for a confirmation first");
}

/* --- branches ------------------------------------------------------------------------------- */

static const struct book_option options[] = {
	{ .value = "fail-over", .title = "Fail over" },
	{ .value = "wait", .title = "Wait", .jump = "verify" },
};

#define DECISION .more = { .options = options, .option_count = 2 }

static void steps_of_a_branch_apply_when_it_is_taken(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "which", .kind = STEP_DECISION, DECISION },
		{ .id = "promote", .parent = "which", .branch = 0 },
		{ .id = "look", .parent = "which", .branch = 1 },
		{ .id = "verify" },
	};

	(void)state;
	WALK(rows);
	assert_words("0 of 2, next 1");
	assert_false(walk_do(&walk, EVENT_STEP_DONE, "which"));
	assert_string_equal(walk.orders.said, "step 1 is a decision: choose one of its options");
	assert_false(walk_decide(&walk, "which", "pray"));
	assert_string_equal(walk.orders.said, "step 1 has no such option: it has fail-over, wait");
	assert_false(walk_decide(&walk, "verify", "wait"));
	assert_string_equal(walk.orders.said, "step 4 is no decision");
	assert_true(walk_decide(&walk, "which", "fail-over"));
	assert_marks("[x] [ ]     [ ]");
	assert_words("1 of 3, next 2");
	assert_false(walk_do(&walk, EVENT_STEP_DONE, "look"));
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "promote"));
	assert_string_equal(next(), "verify");
	assert_true(walk_decide(&walk, "which", "wait"));
	assert_marks("[x]     [ ] [ ]");
	assert_string_equal(next(), "verify");
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "verify"));
	assert_string_equal(next(), "look");
	assert_true(walk_decide(&walk, "which", "fail-over"));
	assert_true(walk.list.complete);
}

static void a_decision_inside_a_branch_falls_with_it(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "which", .kind = STEP_DECISION, DECISION },
		{ .id = "how", .kind = STEP_DECISION, DECISION, .parent = "which", .branch = 0 },
		{ .id = "fast", .parent = "how", .branch = 0 },
	};

	(void)state;
	WALK(rows);
	walk_decide(&walk, "which", "fail-over");
	walk_decide(&walk, "how", "fail-over");
	assert_marks("[x] [x] [ ]");
	walk_decide(&walk, "which", "wait");
	assert_marks("[x]        ");
	assert_true(walk.list.complete);
}

static void when_reads_values_and_outcomes(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "which", .kind = STEP_DECISION, DECISION },
		{ .id = "first" },
		{ .id = "if-done", .more = { .when = { .step = "first", .outcome = "done" } } },
		{ .id = "if-skipped",
		  .more = { .when = { .step = "first", .outcome = "skipped" } } },
		{ .id = "if-failed",
		  .more = { .when = { .step = "first", .outcome = "failed" } } },
		{ .id = "if-wait", .more = { .when = { .step = "which", .outcome = "wait" } } },
		{ .id = "if-set", .more = { .when = { .param = "REPLICA" } } },
	};
	struct order input;

	(void)state;
	WALK(rows);
	assert_marks("[ ] [ ]                    ");
	walk_because(&walk, EVENT_STEP_FAILED, "first", "no");
	assert_marks("[ ] [!]         [ ]        ");
	walk_because(&walk, EVENT_STEP_SKIPPED, "first", "no");
	assert_marks("[ ] [-]     [ ]            ");
	walk_do(&walk, EVENT_STEP_DONE, "first");
	assert_marks("[ ] [x] [ ]                ");
	walk_decide(&walk, "which", "wait");
	assert_marks("[x] [x] [ ]         [ ]    ");
	input = ORDER(&walk.orders, INPUT_GIVEN);
	EVENT_SET(input.data, run, walk.run);
	EVENT_SET(input.data, name, "REPLICA");
	EVENT_SET(input.data, text, "db-2");
	assert_true(walk_give(&walk, &input));
	assert_marks("[x] [x] [ ]         [ ] [ ]");
}

/* --- what comes next ------------------------------------------------------------------------ */

static void one_that_failed_leads_on_to_its_way_out(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "restart", .more = { .on_fail = "rebuild" } }, { .id = "verify" },
		{ .id = "rebuild" }, { .id = "call", .kind = STEP_ESCALATE },
	};

	(void)state;
	WALK(rows);
	walk_because(&walk, EVENT_STEP_FAILED, "restart", "it dies again");
	assert_string_equal(next(), "rebuild");
	walk_do(&walk, EVENT_STEP_DONE, "rebuild");
	assert_string_equal(next(), "restart");
	walk.steps[0].on_fail = "escalate";
	walk_look(&walk, SEC);
	assert_string_equal(next(), "call");
}

static void a_check_that_does_not_hold_in_time_leads_on(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "lag", .kind = STEP_CHECK, .probe = "indexer.lag_s < 2",
		  .more = { .timeout = 5 * MIN, .on_timeout = "rebuild" } },
		{ .id = "verify" }, { .id = "rebuild" },
	};

	(void)state;
	WALK(rows);
	assert_int_equal(walk_sense(&walk, SEC), 1);	/* its turn: its time begins */
	assert_int_equal(walk_sense(&walk, 4 * MIN), 0);
	assert_string_equal(next(), "lag");
	walk_look(&walk, MIN);
	assert_true(walk_item(&walk, "lag")->late);
	assert_string_equal(next(), "rebuild");
}

static void a_wait_is_over_when_its_time_is(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "first" },
		{ .id = "wait", .kind = STEP_WAIT, .more = { .hold = 5 * MIN } },
	};

	(void)state;
	WALK(rows);
	assert_int_equal(walk_sense(&walk, 10 * MIN), 0);	/* it is not its turn */
	walk_do(&walk, EVENT_STEP_DONE, "first");
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_int_equal(walk_sense(&walk, 4 * MIN), 0);
	assert_true(walk_item(&walk, "wait")->held == 4 * MIN);
	assert_int_equal(walk_sense(&walk, MIN), 1);
	assert_marks("[x] [*]");
}

static void a_wait_that_is_over_stays_over(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "first" },
		{ .id = "high", .kind = STEP_WAIT, .probe = "indexer.lag_s > 300" },
	};

	(void)state;
	WALK(rows);
	walk_lag(&walk, 900);
	assert_int_equal(walk_sense(&walk, SEC), 0);	/* it is not its turn */
	walk_lag(&walk, NAN);
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "first"));
	assert_int_equal(walk_sense(&walk, SEC), 1);	/* it begins, whatever is known */
	walk_lag(&walk, 900);
	assert_int_equal(walk_sense(&walk, SEC), 1);
	assert_marks("[x] [*]");
	walk_lag(&walk, 3);
	assert_int_equal(walk_sense(&walk, SEC), 0);
	assert_marks("[x] [*]");
	assert_words("COMPLETE");
}

static void a_call_is_open_from_its_time_on_while_users_feel_it(void **state)
{
	static const struct walk_row rows[] = {
		{ .id = "mend" },
		{ .id = "lead", .kind = STEP_ESCALATE, .more = { .after = 10 * MIN } },
		{ .id = "chief", .kind = STEP_ESCALATE, .more = { .after = MIN, .severity = 1 } },
	};

	(void)state;
	WALK(rows);
	assert_words("0 of 1, next 1");
	walk_look(&walk, 9 * MIN);
	assert_words("0 of 1, next 1");
	walk_look(&walk, MIN);
	assert_words("0 of 2, next 1");		/* SEV2: the chief sleeps on */
	orders_status(&walk.orders, "mitigated", NULL, NULL);
	walk_do(&walk, EVENT_STEP_DONE, "mend");
	assert_true(walk.list.complete);
	orders_status(&walk.orders, "investigating", NULL, NULL);
	walk_look(&walk, 0);
	assert_string_equal(next(), "lead");
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "chief"));	/* who calls early may */
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "lead"));
	assert_words("COMPLETE");
}

static void a_run_waits_for_the_root_cause_and_nothing_is_forbidden(void **state)
{
	static const struct walk_row rows[] = { { .id = "restart" } };
	static const char *components[] = { "indexer" };
	int indexer;

	(void)state;
	WALK(rows);
	walk.book.card.components = (struct texts){ components, 1 };
	indexer = world_find_component(walk.world, "indexer");
	walk.world->root = world_find_source(walk.world, "db");
	walk.world->components[indexer].hit_by = walk.world->root;
	walk_look(&walk, SEC);
	assert_string_equal(walk.list.waits_for,
			    "db is the root cause, and reaches indexer: mend it first");
	assert_true(walk_do(&walk, EVENT_STEP_DONE, "restart"));
	components[0] = "db";
	walk_look(&walk, SEC);
	assert_string_equal(walk.list.waits_for, "");
}

static void earlier_runs_tell_how_long_a_step_takes(void **state)
{
	static const struct walk_row rows[] = { { .id = "restart" }, { .id = "verify" } };
	static struct book_past past;

	(void)state;
	past = (struct book_past){ .step_count = 1 };
	str_put(past.steps[0].id, sizeof(past.steps[0].id), "verify");
	past.steps[0].usually = 4 * MIN;
	WALK(rows);
	walk.past = &past;
	walk_look(&walk, SEC);
	assert_true(walk_item(&walk, "restart")->expected == 0);
	assert_true(walk_item(&walk, "verify")->expected == 4 * MIN);
}

/* A runbook whose bytes are not those of the run: its steps are open, and count. */
static void a_step_that_the_run_does_not_name_is_open(void **state)
{
	static const struct walk_row rows[] = { { .id = "one" }, { .id = "two" } };

	(void)state;
	WALK(rows);
	walk_do(&walk, EVENT_STEP_DONE, "one");
	walk_do(&walk, EVENT_STEP_DONE, "two");
	walk.steps[0].id = "zero";
	walk_look(&walk, SEC);
	assert_marks("[ ] [x]");
	assert_false(walk.list.complete);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop)
	static const struct CMUnitTest tests[] = {
		TEST(an_ordered_list_proposes_its_first_open_item),
		TEST(in_a_list_without_order_nothing_is_early),
		TEST(a_completion_says_what_was_put_off_and_what_was_overridden),
		TEST(the_end_by_hand_says_what_is_open),
		TEST(a_check_ticks_itself_after_its_time_and_regresses),
		TEST(on_what_is_not_known_neither_happens),
		TEST(an_alert_counts_as_absent_only_while_the_list_is_trusted),
		TEST(what_is_ticked_by_hand_regresses_when_its_check_says_no),
		TEST(a_person_s_word_that_it_failed_is_not_sensed_away),
		TEST(only_what_has_a_check_is_overridden),
		TEST(a_check_fence_ticks_its_step_only_while_it_is_run),
		TEST(a_check_beside_a_choice_chooses_nothing),
		TEST(a_check_step_holds_when_its_probe_and_its_fences_do),
		TEST(a_check_before_a_command_guards_it_and_one_after_it_ticks),
		TEST(a_command_runs_fails_and_is_interrupted),
		TEST(what_was_interrupted_is_settled_by_its_check),
		TEST(a_step_of_two_persons_wants_the_second),
		TEST(steps_of_a_branch_apply_when_it_is_taken),
		TEST(a_decision_inside_a_branch_falls_with_it),
		TEST(when_reads_values_and_outcomes),
		TEST(one_that_failed_leads_on_to_its_way_out),
		TEST(a_check_that_does_not_hold_in_time_leads_on),
		TEST(a_wait_is_over_when_its_time_is),
		TEST(a_wait_that_is_over_stays_over),
		TEST(a_call_is_open_from_its_time_on_while_users_feel_it),
		TEST(a_run_waits_for_the_root_cause_and_nothing_is_forbidden),
		TEST(earlier_runs_tell_how_long_a_step_takes),
		TEST(a_step_that_the_run_does_not_name_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
