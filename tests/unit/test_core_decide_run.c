/* test_core_decide_run.c: what is recorded of a run, and what is refused, with which sentence. */
#include "core/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/orders.h"

static const char *const steps[] = { "announce", "promote", "verify" };
static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char other[] = "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static const char ana_s[] = "aaaaaaaaaaaaaaaa", ben_s[] = "bbbbbbbbbbbbbbbb";
static char run_id[ULID_TEXT];

static struct order run_order(struct orders *orders)
{
	struct order order = ORDER(orders, RUN_STARTED);

	EVENT_SET(order.data, runbook, "db-failover");
	EVENT_SET(order.data, title, "Database failover");
	EVENT_SET(order.data, sha256, sha);
	EVENT_SET(order.data, mode, "native");
	EVENT_SET(order.data, steps, ((struct text_list){ steps, ARRAY_LEN(steps) }));
	return order;
}

static int build(void **state)
{
	struct orders *orders;
	struct order order;

	orders_set_up(state, 2);
	orders = *state;
	orders->origin = ana_s;
	order = run_order(orders);
	assert_taken(orders, orders_give(orders, &order));
	str_put(run_id, sizeof(run_id), orders->id);
	return 0;
}

static struct order of_step(struct orders *orders, enum event_kind kind, const char *step)
{
	struct order order = ORDER(orders, NOTE);

	order.kind = kind;
	EVENT_SET(order.data, run, run_id);
	EVENT_SET(order.data, step, step);
	return order;
}

static bool give(struct orders *orders, enum event_kind kind, const char *step, const char *reason)
{
	struct order order = of_step(orders, kind, step);

	if (kind == EVENT_STEP_SENSED || kind == EVENT_STEP_REGRESSED)
		order.src = SRC_SENSED;
	EVENT_SET(order.data, because, "lag is 3");
	if (reason) {
		EVENT_SET(order.data, reason, reason);
		EVENT_SET(order.data, text, reason);
	}
	return orders_give(orders, &order);
}

static bool defer(struct orders *orders, msec until, const char *reason)
{
	struct order order = of_step(orders, EVENT_STEP_DEFERRED, "verify");

	if (until)
		EVENT_SET(order.data, until, until);
	if (reason)
		EVENT_SET(order.data, reason, reason);
	return orders_give(orders, &order);
}

static bool begin(struct orders *orders, const char *shown, bool two_person,
		  const char *const *lost)
{
	struct order order = of_step(orders, EVENT_STEP_RUN_STARTED, "promote");

	EVENT_SET(order.data, text, "pg_promote");
	EVENT_SET(order.data, sha256, shown);
	order.two_person = two_person;
	order.lost = lost;
	return orders_give(orders, &order);
}

static bool end(struct orders *orders, const char *of, const char *how, bool well)
{
	struct order order = ORDER(orders, STEP_RUN_ENDED);

	EVENT_SET(order.data, of, of);
	EVENT_SET(order.data, how, how);
	EVENT_SET(order.data, ok, well);
	return orders_give(orders, &order);
}

static void as(struct orders *orders, const char *who)
{
	orders->by = who;
	orders->origin = strcmp(who, "ana") == 0 ? ana_s : ben_s;
}

/* --- runs ----------------------------------------------------------------------------------- */

static void a_runbook_goes_on_once_at_a_time(void **state)
{
	struct orders *orders = *state;
	struct order order = run_order(orders), over = ORDER(orders, RUN_ENDED);

	assert_already(orders, orders_give(orders, &order), "the runbook db-failover goes on already");
	EVENT_SET(over.data, run, run_id);
	EVENT_SET(over.data, text, "ENDED, 3 OPEN: wrong runbook");
	assert_taken(orders, orders_give(orders, &over));
	assert_already(orders, orders_give(orders, &over),
		       "it is over (ENDED, 3 OPEN: wrong runbook)");
	assert_refused(orders, give(orders, EVENT_STEP_DONE, "promote", NULL),
		       "the runbook db-failover is over (ENDED, 3 OPEN: wrong runbook): begin it anew");
	assert_taken(orders, orders_give(orders, &order));
	assert_int_equal(orders->incident.run_count, 2);
}

static void a_run_says_what_it_is_of(void **state)
{
	struct orders *orders = *state;
	struct order order = run_order(orders);

	EVENT_SET(order.data, runbook, "other");
	EVENT_SET(order.data, mode, "fast");
	assert_refused(orders, orders_give(orders, &order), "a mode is native, plain or instruct");
	EVENT_SET(order.data, mode, "plain");
	EVENT_SET(order.data, sha256, "short");
	assert_refused(orders, orders_give(orders, &order), "sha256 is 64 hexadecimal digits");
	EVENT_SET(order.data, sha256, sha);
	EVENT_SET(order.data, of, "nothing");
	assert_refused(orders, orders_give(orders, &order),
		       "there is no such run of a runbook in this incident");
	EVENT_SET(order.data, of, run_id);
	assert_taken(orders, orders_give(orders, &order));
	assert_string_equal(orders->incident.runs[1].parent, run_id);
}

static void what_it_does_not_name_is_refused(void **state)
{
	struct orders *orders = *state;
	struct order order = of_step(orders, EVENT_STEP_DONE, "promote");

	EVENT_SET(order.data, run, "nothing");
	assert_refused(orders, orders_give(orders, &order),
		       "there is no such run of a runbook in this incident");
	assert_refused(orders, give(orders, EVENT_STEP_DONE, "dance", NULL),
		       "no step dance is in the runbook db-failover that runs");
}

static void a_run_of_five_thousand_steps_fits_one_line(void **state)
{
	static char ids[RUN_STEPS_MAX][24];
	static const char *list[RUN_STEPS_MAX + 1];
	struct orders *orders = *state;
	struct order order = run_order(orders);

	for (size_t i = 0; i < RUN_STEPS_MAX; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "step-number-%zu", i);
		list[i] = ids[i];
	}
	list[RUN_STEPS_MAX] = "one-more";
	EVENT_SET(order.data, runbook, "long");
	EVENT_SET(order.data, steps, ((struct text_list){ list, RUN_STEPS_MAX + 1 }));
	assert_refused(orders, orders_give(orders, &order), "steps has too many entries: at most 5120");
	EVENT_SET(order.data, steps, ((struct text_list){ list, RUN_STEPS_MAX }));
	assert_taken(orders, orders_give(orders, &order));
	assert_int_equal(orders->incident.runs[1].step_count, RUN_STEPS_MAX);
}

/* --- steps ---------------------------------------------------------------------------------- */

static void ticking_a_step_twice_counts_once(void **state)
{
	struct orders *orders = *state;

	assert_taken(orders, give(orders, EVENT_STEP_DONE, "promote", NULL));
	assert_already(orders, give(orders, EVENT_STEP_DONE, "promote", NULL), "it is done, by ana");
	assert_already(orders, give(orders, EVENT_STEP_SENSED, "promote", NULL), "it is done");
}

static void only_the_instruments_sense(void **state)
{
	struct orders *orders = *state;
	struct order order = of_step(orders, EVENT_STEP_SENSED, "verify");

	EVENT_SET(order.data, because, "I think so");
	assert_refused(orders, orders_give(orders, &order),
		       "only the instruments sense: say done, or override with a reason");
	assert_already(orders, give(orders, EVENT_STEP_REGRESSED, "verify", NULL), "it is not done");
	assert_taken(orders, give(orders, EVENT_STEP_SENSED, "verify", NULL));
	assert_already(orders, give(orders, EVENT_STEP_SENSED, "verify", NULL), "it is sensed");
	assert_taken(orders, give(orders, EVENT_STEP_REGRESSED, "verify", NULL));
	assert_already(orders, give(orders, EVENT_STEP_REGRESSED, "verify", NULL), "it is not done");
}

static void what_is_passed_over_needs_a_reason(void **state)
{
	static const struct {
		enum event_kind kind;
		const char *sentence;
	} cases[] = {
		{ EVENT_STEP_SKIPPED, "skipping a step needs a reason" },
		{ EVENT_STEP_OVERRIDDEN, "overriding a step needs a reason" },
		{ EVENT_STEP_FAILED, "a step that failed needs words: what was seen?" },
	};
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_refused(orders, give(orders, cases[i].kind, "promote", NULL), cases[i].sentence);
		assert_refused(orders, give(orders, cases[i].kind, "promote", " "), cases[i].sentence);
		assert_taken(orders, give(orders, cases[i].kind, "promote", "no replica"));
		assert_refused(orders, give(orders, EVENT_STEP_REPEATED, "promote", NULL),
			       "repeating a step needs a reason");
		assert_taken(orders, give(orders, EVENT_STEP_REPEATED, "promote", "there is one"));
	}
}

static void what_is_done_is_not_passed_over(void **state)
{
	static const enum event_kind kinds[] = { EVENT_STEP_SKIPPED, EVENT_STEP_OVERRIDDEN };
	struct orders *orders = *state;

	give(orders, EVENT_STEP_DONE, "promote", NULL);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		assert_refused(orders, give(orders, kinds[i], "promote", "why not"),
			       "step promote is done: take that back, or repeat it");
}

static void what_is_put_off_comes_back_to_somebody_in_time(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, defer(orders, 0, "later"),
		       "what is put off needs a time when it comes back");
	assert_refused(orders, defer(orders, orders->now, "later"),
		       "the time that is set for it has passed");
	assert_refused(orders, defer(orders, orders->now + WHEN_HOUR, NULL),
		       "putting off a step needs a reason");
	assert_taken(orders, defer(orders, orders->now + WHEN_HOUR, "later"));
	assert_string_equal(orders->incident.deferred[0].who, "ana");
	assert_true(orders->incident.deferred[0].until == orders->now + WHEN_HOUR);
}

static void a_step_that_nobody_has_touched_is_open_already(void **state)
{
	struct orders *orders = *state;

	assert_already(orders, give(orders, EVENT_STEP_REPEATED, "promote", "why not"), "it is open");
}

static void a_decision_may_be_changed_but_not_repeated(void **state)
{
	struct orders *orders = *state;
	struct order order = of_step(orders, EVENT_DECISION_TAKEN, "announce");

	EVENT_SET(order.data, option, "wait");
	assert_taken(orders, orders_give(orders, &order));
	assert_already(orders, orders_give(orders, &order), "that was decided, by ana");
	EVENT_SET(order.data, option, "go");
	assert_taken(orders, orders_give(orders, &order));
	assert_string_equal(run_step(&orders->incident.runs[0], "announce")->option, "go");
}

/* --- claims --------------------------------------------------------------------------------- */

static void a_step_that_somebody_is_at_is_left_alone(void **state)
{
	static const enum event_kind kinds[] = {
		EVENT_STEP_CLAIMED, EVENT_STEP_STARTED, EVENT_STEP_DONE, EVENT_STEP_CLAIM_RELEASED,
	};
	struct orders *orders = *state;

	assert_taken(orders, give(orders, EVENT_STEP_CLAIMED, "promote", NULL));
	assert_already(orders, give(orders, EVENT_STEP_CLAIMED, "promote", NULL), "it is yours");
	as(orders, "ben");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		assert_refused(orders, give(orders, kinds[i], "promote", NULL),
			       "step promote is ana's: ask for it, or take it over with a reason");
	assert_refused(orders, begin(orders, sha, false, NULL),
		       "step promote is ana's: ask for it, or take it over with a reason");
	assert_taken(orders, give(orders, EVENT_STEP_CLAIMED, "promote", "ana is asleep"));
	assert_taken(orders, begin(orders, sha, false, NULL));
}

static void a_claim_lapses_with_its_console(void **state)
{
	static const char *const lost[] = { ana_s, NULL };
	struct orders *orders = *state;
	struct order order = of_step(orders, EVENT_STEP_CLAIMED, "promote");

	give(orders, EVENT_STEP_CLAIMED, "promote", NULL);
	as(orders, "ben");
	order.by = "ben";
	order.lost = lost;
	assert_taken(orders, orders_give(orders, &order));
	assert_string_equal(run_step(&orders->incident.runs[0], "promote")->claimed_by, "ben");
}

/* --- commands ------------------------------------------------------------------------------- */

static void nothing_is_run_twice_by_accident(void **state)
{
	struct orders *orders = *state;
	char id[ULID_TEXT];

	assert_taken(orders, begin(orders, sha, false, NULL));
	str_put(id, sizeof(id), orders->id);
	assert_refused(orders, begin(orders, sha, false, NULL),
		       "the command of step promote runs, by ana");
	assert_refused(orders, give(orders, EVENT_STEP_DONE, "promote", "I know"),
		       "the command of step promote runs, by ana");
	assert_taken(orders, end(orders, id, "exited", true));
	assert_already(orders, end(orders, id, "exited", true), "it is known how it ended: exited");
	assert_refused(orders, begin(orders, sha, false, NULL),
		       "the command of step promote ran as wanted: repeat the step with a reason first");
	assert_taken(orders, give(orders, EVENT_STEP_REPEATED, "promote", "on the other one"));
	assert_taken(orders, begin(orders, sha, false, NULL));
}

static void a_command_that_failed_may_be_run_again(void **state)
{
	struct orders *orders = *state;

	assert_taken(orders, begin(orders, sha, false, NULL));
	assert_taken(orders, end(orders, orders->id, "timeout", false));
	assert_taken(orders, begin(orders, sha, false, NULL));
}

static void what_was_interrupted_is_settled_by_hand_first(void **state)
{
	static const char *const lost[] = { ana_s, NULL };
	static const enum event_kind kinds[] = {
		EVENT_STEP_DONE, EVENT_STEP_FAILED, EVENT_STEP_SKIPPED, EVENT_STEP_REPEATED,
	};
	static const char sentence[] =
		"the command of step promote was interrupted and its outcome is not known: look, and "
		"say done, failed or repeat with a reason";
	struct orders *orders = *state;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct order order = of_step(orders, kinds[i], "promote");

		as(orders, "ana");
		assert_taken(orders, begin(orders, sha, false, NULL));
		as(orders, "ben");
		order.lost = lost;
		order.by = "ben";
		assert_refused(orders, begin(orders, sha, false, lost), sentence);
		if (kinds[i] == EVENT_STEP_DONE)
			assert_refused(orders, orders_give(orders, &order), sentence);
		EVENT_SET(order.data, text, "the replica is primary");
		EVENT_SET(order.data, reason, "the replica is primary");
		assert_taken(orders, orders_give(orders, &order));
		give(orders, EVENT_STEP_REPEATED, "promote", "next round");
	}
}

static void a_step_that_is_settled_is_not_run(void **state)
{
	struct orders *orders = *state;

	give(orders, EVENT_STEP_SKIPPED, "promote", "no replica");
	assert_refused(orders, begin(orders, sha, false, NULL),
		       "step promote is skipped: repeat it with a reason first");
}

static void instructions_only_run_nothing(void **state)
{
	struct orders *orders = *state;

	orders->incident.runs[0].instruct = true;
	assert_refused(orders, begin(orders, sha, false, NULL),
		       "instructions only: nothing is run here; do it by hand and say done");
	assert_taken(orders, give(orders, EVENT_STEP_DONE, "promote", NULL));
}

static void a_command_outside_a_runbook_is_an_intervention_by_hand(void **state)
{
	struct orders *orders = *state;
	struct order order = ORDER(orders, STEP_RUN_STARTED);

	EVENT_SET(order.data, text, "systemctl restart indexer");
	assert_taken(orders, orders_give(orders, &order));
	assert_int_equal(orders->incident.manual_commands, 1);
	EVENT_SET(order.data, step, "promote");
	assert_refused(orders, orders_give(orders, &order),
		       "a command is of a run and a step, or of neither");
}

static void an_outcome_is_of_a_command_that_was_begun(void **state)
{
	struct orders *orders = *state;

	assert_refused(orders, end(orders, run_id, "exited", true),
		       "no such command was begun in this incident");
	assert_refused(orders, end(orders, run_id, "vanished", true),
		       "a command ends exited, signalled, timeout, killed, not-run or copied");
}

/* --- the second person ---------------------------------------------------------------------- */

static bool ask(struct orders *orders, const char *shown)
{
	struct order order = of_step(orders, EVENT_STEP_CONFIRM_ASKED, "promote");

	EVENT_SET(order.data, sha256, shown);
	return orders_give(orders, &order);
}

static bool confirm(struct orders *orders, const char *of)
{
	struct order order = ORDER(orders, STEP_CONFIRMED);

	EVENT_SET(order.data, of, of);
	return orders_give(orders, &order);
}

static void a_second_person_confirms_what_was_shown(void **state)
{
	struct orders *orders = *state;
	char id[ULID_TEXT];

	assert_refused(orders, begin(orders, sha, true, NULL),
		       "step promote wants a second person: ask for a confirmation first");
	assert_taken(orders, ask(orders, sha));
	str_put(id, sizeof(id), orders->id);
	assert_already(orders, ask(orders, sha), "a second person is asked");
	assert_refused(orders, begin(orders, sha, false, NULL),
		       "step promote waits for a second person to confirm it");
	assert_refused(orders, confirm(orders, id), "a second person confirms: ana asked for it");
	assert_refused(orders, confirm(orders, run_id), "no such confirmation is waited for");
	as(orders, "ben");
	assert_taken(orders, confirm(orders, id));
	assert_already(orders, confirm(orders, id), "it is confirmed, by ben");
	assert_refused(orders, begin(orders, sha, true, NULL),
		       "step promote was confirmed by ben: who asked for it runs it");
	as(orders, "ana");
	assert_refused(orders, begin(orders, other, true, NULL),
		       "what would run is not what was confirmed: ask again");
	assert_taken(orders, begin(orders, sha, true, NULL));
	assert_taken(orders, end(orders, orders->id, "exited", false));
	assert_refused(orders, begin(orders, sha, true, NULL),
		       "step promote wants a second person: ask for a confirmation first");
}

/* --- the end -------------------------------------------------------------------------------- */

static void an_incident_is_not_closed_while_a_runbook_goes_on(void **state)
{
	struct orders *orders = *state;
	struct order over = ORDER(orders, RUN_ENDED);
	struct buf lines = { 0 };

	give(orders, EVENT_STEP_DONE, "promote", NULL);
	assert_int_equal(decide_remains(&orders->incident, NULL, &lines), 1);
	assert_string_equal(buf_cstr(&lines), "1 runbook goes on: db-failover (2 of 3 steps open)\n");
	assert_refused(orders, orders_status(orders, "resolved", NULL, "payments were late"),
		       "a reason is needed, because something remains (1 runbook goes on: db-failover "
		       "(2 of 3 steps open))");
	assert_taken(orders, orders_status(orders, "resolved", "tidied up tomorrow",
					   "payments were late"));
	assert_refused(orders, orders_status(orders, "closed", NULL, NULL),
		       "it cannot be closed yet: settle what remains (1 runbook goes on: db-failover "
		       "(2 of 3 steps open))");
	assert_taken(orders, defer(orders, orders->now + WHEN_HOUR, "at night"));
	EVENT_SET(over.data, run, run_id);
	EVENT_SET(over.data, text, "COMPLETE EXCEPT 1 DEFERRED");
	assert_taken(orders, orders_give(orders, &over));
	assert_refused(orders, orders_status(orders, "closed", NULL, NULL),
		       "it cannot be closed yet: settle what remains (1 deferred item is open: verify "
		       "(at night))");
	buf_done(&lines);
}

static void a_run_does_not_end_while_its_command_runs(void **state)
{
	struct orders *orders = *state;
	struct order over = ORDER(orders, RUN_ENDED);

	begin(orders, sha, false, NULL);
	EVENT_SET(over.data, run, run_id);
	EVENT_SET(over.data, text, "ENDED, 3 OPEN: enough");
	assert_refused(orders, orders_give(orders, &over), "the command of step promote runs, by ana");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, build, orders_tear_down)
	static const struct CMUnitTest tests[] = {
		TEST(a_runbook_goes_on_once_at_a_time),
		TEST(a_run_says_what_it_is_of),
		TEST(what_it_does_not_name_is_refused),
		TEST(a_run_of_five_thousand_steps_fits_one_line),
		TEST(ticking_a_step_twice_counts_once),
		TEST(only_the_instruments_sense),
		TEST(what_is_passed_over_needs_a_reason),
		TEST(what_is_done_is_not_passed_over),
		TEST(what_is_put_off_comes_back_to_somebody_in_time),
		TEST(a_step_that_nobody_has_touched_is_open_already),
		TEST(a_decision_may_be_changed_but_not_repeated),
		TEST(a_step_that_somebody_is_at_is_left_alone),
		TEST(a_claim_lapses_with_its_console),
		TEST(nothing_is_run_twice_by_accident),
		TEST(a_command_that_failed_may_be_run_again),
		TEST(what_was_interrupted_is_settled_by_hand_first),
		TEST(a_step_that_is_settled_is_not_run),
		TEST(instructions_only_run_nothing),
		TEST(a_command_outside_a_runbook_is_an_intervention_by_hand),
		TEST(an_outcome_is_of_a_command_that_was_begun),
		TEST(a_second_person_confirms_what_was_shown),
		TEST(an_incident_is_not_closed_while_a_runbook_goes_on),
		TEST(a_run_does_not_end_while_its_command_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
