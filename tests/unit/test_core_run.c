/* test_core_run.c: what the events of runs come to, from one console, from two, and taken back. */
#include "core/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/history.h"
#include "tests/lib/pen.h"

/* Two consoles that write one incident, folded as one. */
struct two {
	struct pen ana, ben;
	struct history *history;
	char run[ULID_TEXT];
};

static const char *const steps[] = { "announce", "promote", "verify", "tidy" };
static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static const char *write_event(struct two *pair, struct pen *pen, struct event *event)
{
	struct err err = { 0 };
	const char *id;

	pen->now += WHEN_SECOND;
	event->at = pen->now;
	id = pen_write(pen, event);
	if (!history_take(pair->history, pen_line(pen), &err))
		fail_msg("%s", err.text);
	(void)history_fold(pair->history);
	return id;
}

/* Of a step of the run, with a reason for those kinds that have one. */
static const char *mark(struct two *pair, struct pen *pen, enum event_kind kind, const char *step)
{
	struct event event = pen_event(pen, kind);

	EVENT_SET(event.data, run, pair->run);
	EVENT_SET(event.data, step, step);
	EVENT_SET(event.data, reason, "because");
	EVENT_SET(event.data, because, "lag is 3");
	EVENT_SET(event.data, until, pen->now + WHEN_HOUR);
	EVENT_SET(event.data, owner, "cleo");
	EVENT_SET(event.data, text, "pg_promote");
	EVENT_SET(event.data, sha256, sha);
	event.data.has &= event_must(kind) | F(text);
	return write_event(pair, pen, &event);
}

static const char *about(struct two *pair, struct pen *pen, enum event_kind kind, const char *of)
{
	struct event event = pen_event(pen, kind);
	char id[ULID_TEXT];

	str_put(id, sizeof(id), of);
	EVENT_SET(event.data, of, id);
	if (kind == EVENT_STEP_RUN_ENDED)
		EVENT_SET(event.data, how, "exited");
	return write_event(pair, pen, &event);
}

static const struct incident *now(const struct two *pair)
{
	return history_incident(pair->history);
}

static const struct run *the_run(const struct two *pair)
{
	return incident_run(now(pair), pair->run);
}

static const struct run_step *the_step(const struct two *pair, const char *id)
{
	return run_step(the_run(pair), id);
}

static int build(void **state)
{
	struct two *pair = mem_new(sizeof(*pair));
	struct event event;

	pen_open(&pair->ana, 0xA, "ana");
	pen_open(&pair->ben, 0xB, "ben");
	pair->history = history_new("7k3f9q");
	event = pen_event(&pair->ana, EVENT_INCIDENT_DECLARED);
	EVENT_SET(event.data, title, "Indexer down");
	EVENT_SET(event.data, severity, 2);
	write_event(pair, &pair->ana, &event);
	event = pen_event(&pair->ana, EVENT_RUN_STARTED);
	pen_fill(&event.data, EVENT_RUN_STARTED);
	EVENT_SET(event.data, runbook, "db-failover");
	EVENT_SET(event.data, mode, "native");
	EVENT_SET(event.data, steps, ((struct text_list){ steps, ARRAY_LEN(steps) }));
	str_put(pair->run, sizeof(pair->run), write_event(pair, &pair->ana, &event));
	pen_see(&pair->ben, &pair->ana);
	*state = pair;
	return 0;
}

static int drop(void **state)
{
	struct two *pair = *state;

	history_free(pair->history);
	pen_close(&pair->ana);
	pen_close(&pair->ben);
	mem_free(pair);
	return 0;
}

/* --- one console ---------------------------------------------------------------------------- */

static void a_run_names_its_bytes_and_all_its_steps(void **state)
{
	const struct run *run = the_run(*state);

	assert_string_equal(run->runbook, "db-failover");
	assert_true(run->native && !run->instruct && run_goes_on(run));
	assert_string_equal(run->by, "ana");
	assert_int_equal(run->step_count, ARRAY_LEN(steps));
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		assert_string_equal(run->steps[i].id, steps[i]);
		assert_int_equal(run->steps[i].mark, MARK_TODO);
	}
}

/* In any order; what makes no sense is passed over. */
static void a_run_knows_how_long_its_steps_took_before(void **state)
{
	static const char *const usual[] = {
		"verify=90", "announce=5", "tidy=0", "tidy=-3", "tidy=soon", "tidy", "=7", "gone=8",
		"tidy=99999999999", "tidy=99999999999999999999",
	};
	struct two *pair = *state;
	struct event event = pen_event(&pair->ana, EVENT_RUN_STARTED);
	const struct run *run;

	pen_fill(&event.data, EVENT_RUN_STARTED);
	EVENT_SET(event.data, runbook, "restore-test");
	EVENT_SET(event.data, steps, ((struct text_list){ steps, ARRAY_LEN(steps) }));
	EVENT_SET(event.data, values, ((struct text_list){ usual, ARRAY_LEN(usual) }));
	run = incident_run(now(pair), write_event(pair, &pair->ana, &event));
	assert_int_equal(run_step(run, "announce")->usually, 5 * WHEN_SECOND);
	assert_int_equal(run_step(run, "promote")->usually, 0);
	assert_int_equal(run_step(run, "verify")->usually, 90 * WHEN_SECOND);
	assert_int_equal(run_step(run, "tidy")->usually, 0);
	assert_int_equal(the_step(pair, "verify")->usually, 0);
}

static void each_mark_is_recorded_with_who_and_why(void **state)
{
	static const struct {
		enum event_kind kind;
		enum step_mark mark;
		const char *reason;
	} cases[] = {
		{ EVENT_STEP_DONE, MARK_DONE, "pg_promote" },
		{ EVENT_STEP_SENSED, MARK_SENSED, "lag is 3" },
		{ EVENT_STEP_SKIPPED, MARK_SKIPPED, "because" },
		{ EVENT_STEP_OVERRIDDEN, MARK_OVERRIDDEN, "because" },
		{ EVENT_STEP_DEFERRED, MARK_DEFERRED, "because" },
		{ EVENT_STEP_FAILED, MARK_FAILED, "because" },
	};
	struct two *pair = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct run_step *step;
		char id[ULID_TEXT];

		str_put(id, sizeof(id), mark(pair, &pair->ana, cases[i].kind, "promote"));
		step = the_step(pair, "promote");
		assert_int_equal(step->mark, cases[i].mark);
		assert_string_equal(step->reason, cases[i].reason);
		assert_string_equal(step->event, id);
		assert_string_equal(step->by, "ana");
		mark(pair, &pair->ana, EVENT_STEP_REPEATED, "promote");
		step = the_step(pair, "promote");
		assert_int_equal(step->mark, MARK_TODO);
		assert_int_equal(step->round, i + 1);
	}
}

static void what_held_and_holds_no_more_has_regressed(void **state)
{
	struct two *pair = *state;

	mark(pair, &pair->ana, EVENT_STEP_REGRESSED, "verify");
	assert_int_equal(the_step(pair, "verify")->mark, MARK_TODO);
	mark(pair, &pair->ana, EVENT_STEP_SENSED, "verify");
	mark(pair, &pair->ana, EVENT_STEP_REGRESSED, "verify");
	assert_int_equal(the_step(pair, "verify")->mark, MARK_REGRESSED);
	mark(pair, &pair->ana, EVENT_STEP_SENSED, "verify");
	assert_int_equal(the_step(pair, "verify")->mark, MARK_SENSED);
}

static void an_undo_takes_a_mark_back_to_what_was_before(void **state)
{
	struct two *pair = *state;
	char skipped[ULID_TEXT], done[ULID_TEXT];

	str_put(skipped, sizeof(skipped), mark(pair, &pair->ana, EVENT_STEP_SKIPPED, "tidy"));
	str_put(done, sizeof(done), mark(pair, &pair->ana, EVENT_STEP_DONE, "tidy"));
	assert_int_equal(the_step(pair, "tidy")->mark, MARK_DONE);
	about(pair, &pair->ana, EVENT_UNDO, done);
	assert_int_equal(the_step(pair, "tidy")->mark, MARK_SKIPPED);
	assert_string_equal(the_step(pair, "tidy")->event, skipped);
	about(pair, &pair->ana, EVENT_UNDO, skipped);
	assert_int_equal(the_step(pair, "tidy")->mark, MARK_TODO);
}

static void a_deferred_step_is_a_deferred_item_until_either_is_settled(void **state)
{
	struct two *pair = *state;
	const struct tracked *item;
	char id[ULID_TEXT];

	str_put(id, sizeof(id), mark(pair, &pair->ana, EVENT_STEP_DEFERRED, "tidy"));
	assert_int_equal(now(pair)->deferred_count, 1);
	item = &now(pair)->deferred[0];
	assert_string_equal(item->event, id);
	assert_string_equal(item->who, "cleo");
	assert_string_equal(item->text, "pg_promote (because)");
	assert_false(item->settled);
	mark(pair, &pair->ana, EVENT_STEP_DONE, "tidy");
	assert_true(now(pair)->deferred[0].settled);
	assert_string_equal(now(pair)->deferred[0].outcome, "done");

	str_put(id, sizeof(id), mark(pair, &pair->ana, EVENT_STEP_DEFERRED, "verify"));
	about(pair, &pair->ana, EVENT_DEFERRED_SETTLED, id);
	assert_int_equal(the_step(pair, "verify")->mark, MARK_DONE);
	assert_int_equal(incident_unsettled(now(pair)), 0);
}

static void a_decision_that_is_changed_is_the_last_one(void **state)
{
	static const char *const options[] = { "fail-over", "wait", "fail-over" };
	struct two *pair = *state;

	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		struct event event = pen_event(&pair->ana, EVENT_DECISION_TAKEN);

		EVENT_SET(event.data, run, pair->run);
		EVENT_SET(event.data, step, "announce");
		EVENT_SET(event.data, option, options[i]);
		write_event(pair, &pair->ana, &event);
		assert_string_equal(the_step(pair, "announce")->option, options[i]);
	}
	mark(pair, &pair->ana, EVENT_STEP_REPEATED, "announce");
	assert_string_equal(the_step(pair, "announce")->option, "");
}

static void give(struct two *pair, const char *name, const char *value)
{
	struct event event = pen_event(&pair->ana, EVENT_INPUT_GIVEN);

	EVENT_SET(event.data, run, pair->run);
	EVENT_SET(event.data, name, name);
	if (value)
		EVENT_SET(event.data, text, value);
	write_event(pair, &pair->ana, &event);
}

static void a_secret_is_known_to_be_given_and_no_more(void **state)
{
	struct two *pair = *state;
	const struct run *run;

	give(pair, "REPLICA", "db-2");
	give(pair, "TOKEN", NULL);
	give(pair, "REPLICA", "db-3");
	run = the_run(pair);
	assert_int_equal(run->value_count, 2);
	assert_string_equal(run->values[0].value, "db-3");
	assert_string_equal(run->values[1].name, "TOKEN");
	assert_null(run->values[1].value);
}

static void a_run_that_is_over_says_how(void **state)
{
	struct two *pair = *state;
	struct event event = pen_event(&pair->ana, EVENT_RUN_ENDED);

	EVENT_SET(event.data, run, pair->run);
	EVENT_SET(event.data, text, "COMPLETE EXCEPT 1 DEFERRED");
	write_event(pair, &pair->ana, &event);
	assert_false(run_goes_on(the_run(pair)));
	assert_string_equal(the_run(pair)->words, "COMPLETE EXCEPT 1 DEFERRED");
}

static void marks_of_steps_that_it_does_not_name_are_counted(void **state)
{
	struct two *pair = *state;

	mark(pair, &pair->ana, EVENT_STEP_DONE, "elsewhere");
	mark(pair, &pair->ana, EVENT_STEP_SKIPPED, "");
	assert_int_equal(the_run(pair)->unknown_steps, 2);
}

/* --- commands ------------------------------------------------------------------------------- */

static void an_attempt_ends_once_and_is_kept(void **state)
{
	struct two *pair = *state;
	const struct run_step *step;
	char id[ULID_TEXT];

	str_put(id, sizeof(id), mark(pair, &pair->ana, EVENT_STEP_RUN_STARTED, "promote"));
	assert_int_equal(now(pair)->manual_commands, 1);	/* mark() keeps no run for it */
	for (int i = 0; i < 2; i++) {
		struct event event = pen_event(&pair->ana, EVENT_STEP_RUN_STARTED);

		EVENT_SET(event.data, run, pair->run);
		EVENT_SET(event.data, step, "promote");
		EVENT_SET(event.data, fence, 1);
		EVENT_SET(event.data, text, "pg_promote");
		str_put(id, sizeof(id), write_event(pair, &pair->ana, &event));
		assert_string_equal(the_step(pair, "promote")->running, id);
		event = pen_event(&pair->ana, EVENT_STEP_RUN_ENDED);
		EVENT_SET(event.data, of, id);
		EVENT_SET(event.data, how, "exited");
		EVENT_SET(event.data, status, i);
		EVENT_SET(event.data, ok, i == 0);
		EVENT_SET(event.data, sha256, sha);
		EVENT_SET(event.data, bytes, 12);
		write_event(pair, &pair->ana, &event);
		about(pair, &pair->ana, EVENT_STEP_RUN_ENDED, id);
	}
	step = the_step(pair, "promote");
	assert_string_equal(step->running, "");
	assert_int_equal(step->attempt_count, 2);
	assert_true(step->attempts[0].well && step->attempts[0].judged && step->attempts[0].ended);
	assert_false(step->attempts[1].well);
	assert_int_equal(step->attempts[1].exit, 1);
	assert_string_equal(step->attempts[0].output, sha);
	assert_int_equal(now(pair)->evidence_count, 2);
	mark(pair, &pair->ana, EVENT_STEP_REPEATED, "promote");
	assert_int_equal(the_step(pair, "promote")->attempt_count, 2);
	assert_null(run_last_attempt(the_step(pair, "promote")));
}

static const char *run_promote(struct two *pair, struct pen *pen)
{
	struct event event = pen_event(pen, EVENT_STEP_RUN_STARTED);

	EVENT_SET(event.data, run, pair->run);
	EVENT_SET(event.data, step, "promote");
	EVENT_SET(event.data, text, "pg_promote");
	return write_event(pair, pen, &event);
}

/* kill -9: the console comes back in its own file, and has no such child. */
static void a_command_of_a_console_that_began_anew_was_interrupted(void **state)
{
	static const enum event_kind kinds[] = { EVENT_SESSION_JOINED, EVENT_SESSION_LOST };
	struct two *pair = *state;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct event event = pen_event(&pair->ben, kinds[i]);
		const struct run_step *step;

		run_promote(pair, &pair->ana);
		pair->ben.now = pair->ana.now;
		pen_fill(&event.data, kinds[i]);
		write_event(pair, &pair->ben, &event);
		step = the_step(pair, "promote");
		assert_false(step->attempts[i].interrupted);
		event = pen_event(&pair->ana, kinds[i]);
		pen_fill(&event.data, kinds[i]);
		event.data.has &= ~F(boot);
		write_event(pair, &pair->ana, &event);
		step = the_step(pair, "promote");
		assert_true(step->attempts[i].interrupted);
		assert_string_equal(step->running, step->attempts[i].event);
		mark(pair, &pair->ana, EVENT_STEP_REPEATED, "promote");
		assert_string_equal(the_step(pair, "promote")->running, "");
	}
}

static void a_confirmation_is_by_another_and_used_up_by_the_run(void **state)
{
	struct two *pair = *state;
	char id[ULID_TEXT];

	str_put(id, sizeof(id), mark(pair, &pair->ana, EVENT_STEP_CONFIRM_ASKED, "promote"));
	assert_string_equal(the_step(pair, "promote")->asked, id);
	about(pair, &pair->ana, EVENT_STEP_CONFIRMED, id);
	assert_string_equal(the_step(pair, "promote")->confirmed_by, "");
	pen_see(&pair->ben, &pair->ana);
	about(pair, &pair->ben, EVENT_STEP_CONFIRMED, id);
	assert_string_equal(the_step(pair, "promote")->confirmed_by, "ben");
	pen_see(&pair->ana, &pair->ben);
	run_promote(pair, &pair->ana);
	assert_string_equal(the_step(pair, "promote")->asked, "");
	assert_string_equal(the_step(pair, "promote")->confirmed_by, "");
}

static void interventions_by_hand_are_counted(void **state)
{
	struct two *pair = *state;

	assert_int_equal(incident_manual_interventions(now(pair)), 0);
	mark(pair, &pair->ana, EVENT_STEP_RUN_STARTED, "");
	mark(pair, &pair->ana, EVENT_STEP_FAILED, "announce");
	mark(pair, &pair->ana, EVENT_STEP_OVERRIDDEN, "verify");
	mark(pair, &pair->ana, EVENT_STEP_REPEATED, "tidy");
	assert_int_equal(incident_manual_interventions(now(pair)), 4);
	mark(pair, &pair->ana, EVENT_STEP_DONE, "promote");
	assert_int_equal(incident_manual_interventions(now(pair)), 4);
}

/* --- two consoles --------------------------------------------------------------------------- */

static msec later_of(const struct two *pair)
{
	return pair->ana.now > pair->ben.now ? pair->ana.now : pair->ben.now;
}

/* Both at the same second; ana's comes first in the order, whichever arrives first. */
static void a_step_that_two_do_at_once_is_done_once_by_the_first(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_STEP_DONE, EVENT_STEP_SENSED, EVENT_STEP_SKIPPED, EVENT_STEP_OVERRIDDEN,
		EVENT_STEP_FAILED, EVENT_STEP_DEFERRED,
	};
	struct two *pair = *state;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		char first[ULID_TEXT], second[ULID_TEXT];

		pair->ana.now = pair->ben.now = later_of(pair);
		str_put(second, sizeof(second), mark(pair, &pair->ben, kinds[i], "promote"));
		str_put(first, sizeof(first), mark(pair, &pair->ana, kinds[i], "promote"));
		assert_string_equal(the_step(pair, "promote")->event, first);
		assert_true(history_find(pair->history, second)->repeat);
		assert_false(history_find(pair->history, first)->repeat);
		if (kinds[i] == EVENT_STEP_DEFERRED)
			assert_int_equal(now(pair)->deferred_count, 1);
		pen_see(&pair->ana, &pair->ben);
		mark(pair, &pair->ana, EVENT_STEP_REPEATED, "promote");
		pen_see(&pair->ben, &pair->ana);
	}
}

static void what_is_done_is_not_passed_over_by_who_had_not_seen_it(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_STEP_SKIPPED, EVENT_STEP_OVERRIDDEN, EVENT_STEP_DEFERRED,
	};
	struct two *pair = *state;

	mark(pair, &pair->ana, EVENT_STEP_DONE, "promote");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		mark(pair, &pair->ana, kinds[i], "promote");
		assert_int_equal(the_step(pair, "promote")->mark, MARK_DONE);
	}
	assert_int_equal(now(pair)->deferred_count, 0);
}

static void a_step_belongs_to_who_claimed_it_first_or_took_it_over(void **state)
{
	struct two *pair = *state;
	struct event event = pen_event(&pair->ben, EVENT_STEP_CLAIMED);

	pair->ana.now = pair->ben.now = later_of(pair);
	mark(pair, &pair->ben, EVENT_STEP_CLAIMED, "promote");
	mark(pair, &pair->ana, EVENT_STEP_CLAIMED, "promote");
	assert_string_equal(the_step(pair, "promote")->claimed_by, "ana");
	pen_see(&pair->ben, &pair->ana);
	EVENT_SET(event.data, run, pair->run);
	EVENT_SET(event.data, step, "promote");
	EVENT_SET(event.data, reason, "ana is on the phone");
	write_event(pair, &pair->ben, &event);
	assert_string_equal(the_step(pair, "promote")->claimed_by, "ben");
	mark(pair, &pair->ben, EVENT_STEP_CLAIM_RELEASED, "promote");
	assert_string_equal(the_step(pair, "promote")->claimed_by, "");
}

static void of_two_commands_at_once_the_other_one_still_runs(void **state)
{
	struct two *pair = *state;
	char ana[ULID_TEXT], ben[ULID_TEXT];

	str_put(ana, sizeof(ana), run_promote(pair, &pair->ana));
	pair->ben.now = pair->ana.now;	/* a second later, without having seen it */
	str_put(ben, sizeof(ben), run_promote(pair, &pair->ben));
	pen_see(&pair->ana, &pair->ben);
	pen_see(&pair->ben, &pair->ana);
	about(pair, &pair->ben, EVENT_STEP_RUN_ENDED, ben);
	assert_string_equal(the_step(pair, "promote")->running, ana);
	about(pair, &pair->ana, EVENT_STEP_RUN_ENDED, ana);
	assert_string_equal(the_step(pair, "promote")->running, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, build, drop)
	static const struct CMUnitTest tests[] = {
		TEST(a_run_names_its_bytes_and_all_its_steps),
		TEST(a_run_knows_how_long_its_steps_took_before),
		TEST(each_mark_is_recorded_with_who_and_why),
		TEST(what_held_and_holds_no_more_has_regressed),
		TEST(an_undo_takes_a_mark_back_to_what_was_before),
		TEST(a_deferred_step_is_a_deferred_item_until_either_is_settled),
		TEST(a_decision_that_is_changed_is_the_last_one),
		TEST(a_secret_is_known_to_be_given_and_no_more),
		TEST(a_run_that_is_over_says_how),
		TEST(marks_of_steps_that_it_does_not_name_are_counted),
		TEST(an_attempt_ends_once_and_is_kept),
		TEST(a_command_of_a_console_that_began_anew_was_interrupted),
		TEST(a_confirmation_is_by_another_and_used_up_by_the_run),
		TEST(interventions_by_hand_are_counted),
		TEST(a_step_that_two_do_at_once_is_done_once_by_the_first),
		TEST(what_is_done_is_not_passed_over_by_who_had_not_seen_it),
		TEST(a_step_belongs_to_who_claimed_it_first_or_took_it_over),
		TEST(of_two_commands_at_once_the_other_one_still_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
