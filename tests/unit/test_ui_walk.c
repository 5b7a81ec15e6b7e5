/* A walk by keys: what each key orders, and what it never does. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/guided.h"
#include "tests/lib/worlds.h"
#include "ui/shell_state.h"

enum { ROWS = 24, COLS = 80, PAUSE = 1000 };

static struct guided *guided;
static struct shell *shell;
static struct surface surface;
static struct effect effect;
static struct moment now;
static struct ui_prefs prefs = { .colour = true };

static void draw(void)
{
	surface_reset(&surface, ROWS, COLS);
	shell_draw(shell, guided->world, &surface, now);
}

static void begin(enum guided_kind kind)
{
	guided = guided_new(kind);
	shell = shell_new(&prefs);
	surface_init(&surface, true);
	now = (struct moment){ worlds_now(), 5000 };
	draw();
}

static int tear_down(void **state)
{
	(void)state;
	shell_free(shell);
	guided_free(guided);
	surface_done(&surface);
	return 0;
}

/* One key so long after the one before; what it orders is done. */
static bool press_after(uint32_t code, msec pause)
{
	struct input event = { .kind = INPUT_KEY, .code = code };
	bool taken;

	now.steady += pause;
	shell_event(shell, guided->world, &event, now, &effect);
	taken = guided_take(guided, &effect);
	draw();
	return taken;
}

static void press(uint32_t code)
{
	if (!press_after(code, PAUSE))
		fail_msg("the order was refused: %s", guided->orders.said);
}

static void type(const char *text)
{
	for (; *text; text++)
		press((uint32_t)(unsigned char)*text);
}

static void go_to(const char *number)
{
	press('5');
	press(':');
	type(number);
	press(KEYCODE_ENTER);
}

static bool shows(const char *text)
{
	struct buf dump = { 0 };
	bool found;

	surface_dump(&surface, &dump);
	found = strstr(buf_cstr(&dump), text) != NULL;
	buf_done(&dump);
	return found;
}

static void next_offers_the_runbook_and_enter_opens_and_begins_it(void **state)
{
	(void)state;
	begin(GUIDED_LIBRARY);
	assert_true(shows("runbook    indexer-down"));
	press(KEYCODE_ENTER);
	assert_true(shows("Enter begins this runbook"));
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_BEGIN);
	assert_string_equal(effect.text, "indexer-down");
	assert_string_equal(effect.incident, "7k3f9q");
	assert_false(effect.on);
}

static void nothing_is_begun_without_an_incident(void **state)
{
	(void)state;
	begin(GUIDED_LIBRARY);
	guided->desk.count = 0;
	press('5');
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("i declares one"));
}

static void the_filter_finds_what_stands_in_the_text_of_a_runbook(void **state)
{
	(void)state;
	begin(GUIDED_LIBRARY);
	press('5');
	press('/');
	type("front");
	assert_true(shows("redis-degraded"));
	assert_false(shows("first-10-minutes"));
}

static void ticking_a_step_twice_counts_once(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("4");
	press_after('x', PAUSE);
	assert_int_equal(effect.kind, EFFECT_ORDER);
	assert_int_equal(effect.order.kind, EVENT_STEP_DONE);
	assert_int_equal(guided_item(guided, "look")->state, ITEM_STATE_DONE);
	for (int i = 0; i < 5; i++) {
		press_after('x', 30);		/* a key that repeats */
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
	assert_int_equal(guided_item(guided, "restart")->state, ITEM_STATE_TODO);
	assert_true(shows("is done already"));
}

static void a_tick_out_of_order_says_so_in_the_record(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("5");
	press('x');
	assert_true(effect.order.data.early);
}

static void a_check_that_does_not_hold_is_overridden_with_a_reason_and_never_ticked(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("6");
	press('x');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("OVERRIDE"));
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);	/* no reason */
	type("the gauge is broken");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.order.kind, EVENT_STEP_OVERRIDDEN);
	assert_string_equal(effect.order.data.reason, "the gauge is broken");
	assert_int_equal(guided_item(guided, "lag")->state, ITEM_STATE_OVERRIDDEN);
}

static const struct {
	char key;
	const char *typed;
	enum event_kind kind;
	enum item_state state;
} ways[] = {
	{ 's', "no containers here", EVENT_STEP_SKIPPED, ITEM_STATE_SKIPPED },
	{ 'n', "no such container", EVENT_STEP_FAILED, ITEM_STATE_FAILED },
	{ 'd', "seen in the other window", EVENT_STEP_DONE, ITEM_STATE_DONE },
};

static void the_menu_of_a_step_records_each_way_with_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		begin(GUIDED_WALK);
		go_to("4");
		press('X');
		press((uint32_t)(unsigned char)ways[i].key);
		type(ways[i].typed);
		press(KEYCODE_ENTER);
		assert_int_equal(effect.order.kind, ways[i].kind);
		assert_string_equal(effect.order.data.step, "look");
		assert_int_equal(guided_item(guided, "look")->state, ways[i].state);
		if (i + 1 < ARRAY_LEN(ways))
			tear_down(NULL);
	}
}

static void what_is_put_off_has_a_time_and_an_owner(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("4");
	press('X');
	press('p');
	type("after the restart");
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	type("ana");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.order.kind, EVENT_STEP_DEFERRED);
	assert_int_equal(effect.order.data.until, worlds_now() + 2 * WHEN_HOUR);
	assert_int_equal(guided_item(guided, "look")->state, ITEM_STATE_DEFERRED);
}

static void a_decision_shows_what_is_proposed_and_takes_what_is_chosen(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("3");
	assert_int_equal(guided_item(guided, "which")->state, ITEM_STATE_TODO);	/* never by itself */
	press(KEYCODE_ENTER);
	assert_true(shows("the instruments propose: No answer"));
	press(KEYCODE_LEFT);
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.order.kind, EVENT_DECISION_TAKEN);
	assert_string_equal(effect.order.data.option, "dead");
	assert_null(effect.order.data.because);		/* it was not the proposal */
}

static void what_a_check_of_a_decision_answered_stands_under_it(void **state)
{
	struct fence_sense *answer;

	(void)state;
	begin(GUIDED_WALK);
	answer = &guided->senses[2].fences[0];
	*answer = (struct fence_sense){ .truth = TRUTH_NO, .at = 1 };
	str_put(answer->said, sizeof(answer->said), "its check exit 7: HTTP 000");
	guided_look(guided);
	go_to("3");
	assert_true(shows("answered  its check exit 7: HTTP 000"));
}

static void a_way_that_nobody_has_chosen_yet_waits_for_its_decision(void **state)
{
	struct step *restart;

	(void)state;
	begin(GUIDED_WALK);
	restart = (struct step *)(uintptr_t)&guided->walked->steps[4];
	restart->when.step = "which";
	restart->when.outcome = "database";
	guided_look(guided);
	go_to("4");
	assert_true(shows("waits for step 3"));
	assert_false(shows("not on this branch"));
	go_to("3");
	press(KEYCODE_ENTER);
	press(KEYCODE_LEFT);
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	guided_look(guided);
	draw();
	assert_true(shows("not on this branch"));
	assert_false(shows("waits for step 3"));
}

static void a_value_is_held_against_its_type(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("7");
	press(KEYCODE_ENTER);
	type("many");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_CTRL('u'));
	for (int i = 0; i < 4; i++)
		press(KEYCODE_BACKSPACE);
	type("4711");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_VALUE);
	assert_string_equal(effect.step, "TICKET");
	assert_string_equal(effect.text, "4711");
}

static void a_link_begins_the_other_runbook_on_top(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("9");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_BEGIN);
	assert_true(effect.on);
	assert_string_equal(effect.text, "redis-degraded");
	assert_string_equal(effect.run, guided->run->event);
}

static void a_notify_step_opens_the_update_with_its_own_words(void **state)
{
	(void)state;
	begin(GUIDED_NEW);
	go_to("1");
	press(KEYCODE_ENTER);
	assert_true(shows("SEV1: the indexer is down. New transfers are not shown yet."));
}

static void an_escalation_names_whom_to_call(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("11");
	press(KEYCODE_ENTER);
	assert_true(shows("indexer team"));
}

static void accepting_shows_every_command_first_and_takes_only_a_capital_y(void **state)
{
	(void)state;
	begin(GUIDED_NEW);
	press('5');
	press('A');
	assert_true(shows("+docker logs --tail 60"));
	press('n');
	assert_int_equal(effect.kind, EFFECT_NONE);
	press('A');
	press_after('Y', 10);
	assert_int_equal(effect.kind, EFFECT_NONE);	/* typed ahead */
	press('Y');
	assert_int_equal(effect.kind, EFFECT_ACCEPT);
	assert_string_equal(effect.run, guided->run->event);
}

static void a_step_is_reached_by_its_number(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("12");
	assert_true(shows(">[ ]  12 Say what changed"));
	press(':');
	type("77");
	press(KEYCODE_ENTER);
	assert_true(shows("there is no step 77"));
}

static void the_cursor_stands_on_the_next_step_until_it_is_moved(void **state)
{
	struct order order;

	(void)state;
	begin(GUIDED_WALK);
	press('5');
	assert_true(shows(">[ ]   2"));
	order = ORDER(&guided->orders, STEP_DONE);
	EVENT_SET(order.data, run, guided->run->event);
	EVENT_SET(order.data, step, "horizon");
	assert_true(orders_give(&guided->orders, &order));
	guided_look(guided);
	draw();
	assert_true(shows(">[ ]   3"));
	press('j');
	assert_true(shows(">[ ]   4"));
	order = ORDER(&guided->orders, STEP_DONE);
	EVENT_SET(order.data, run, guided->run->event);
	EVENT_SET(order.data, step, "which");
	assert_true(orders_give(&guided->orders, &order));
	guided_look(guided);
	draw();
	assert_true(shows(">[ ]   4"));			/* it stays where it was put */
}

static void x_needs_a_step_under_the_cursor(void **state)
{
	(void)state;
	begin(GUIDED_LIBRARY);
	press('5');
	press('x');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("needs a step under the cursor"));
}

static void while_frozen_nothing_of_a_walk_is_recorded(void **state)
{
	static const uint32_t keys[] = { 'x', 'X', 'A', '!', KEYCODE_ENTER };

	(void)state;
	begin(GUIDED_WALK);
	go_to("4");
	press('z');
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		press(keys[i]);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_int_equal(shell->mode, MODE_KEYS);
	}
	assert_true(shows("frozen"));
}

static void the_section_in_sight_is_that_of_the_step_under_the_cursor(void **state)
{
	enum book_section section = SECTION_OTHER;
	char run[ULID_TEXT];

	(void)state;
	begin(GUIDED_WALK);
	shell_in_sight(shell, guided->world, run, &section);
	assert_string_equal(run, "");			/* Now, without a column for it */
	go_to("10");
	shell_in_sight(shell, guided->world, run, &section);
	assert_string_equal(run, guided->run->event);
	assert_int_equal(section, SECTION_RESOLUTION);
	press('7');
	shell_in_sight(shell, guided->world, run, &section);
	assert_string_equal(run, "");
}

static void what_a_command_printed_is_shown_from_its_evidence(void **state)
{
	struct order order;
	char event[ULID_TEXT];

	(void)state;
	begin(GUIDED_WALK);
	order = ORDER(&guided->orders, STEP_RUN_STARTED);
	EVENT_SET(order.data, text, "docker logs |\ntail");
	EVENT_SET(order.data, run, guided->run->event);
	EVENT_SET(order.data, step, "look");
	EVENT_SET(order.data, fence, 0);
	assert_true(orders_give(&guided->orders, &order));
	str_put(event, sizeof(event), guided->orders.id);
	order = ORDER(&guided->orders, STEP_RUN_ENDED);
	EVENT_SET(order.data, of, event);
	EVENT_SET(order.data, how, "exited");
	EVENT_SET(order.data, ok, true);
	EVENT_SET(order.data, sha256,
		  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	if (!orders_give(&guided->orders, &order))
		fail_msg("%s", guided->orders.said);
	guided->evidence = "connection refused\n\x1b[31mred\n";
	guided_look(guided);
	go_to("4");
	assert_true(shows("Enter explain  x done"));	/* it ran well: it is not run again */
	assert_true(shows("ran well, x ticks it"));
	press('v');
	assert_true(shows("   tail\n"));		/* the second line of its command, as a line */
	assert_false(shows("^J"));
	assert_true(shows("connection refused"));
	assert_true(shows("^[[31mred"));
}

static void an_earlier_incident_tells_where_its_record_lies(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	press('5');
	press('G');
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("its record is in /var/lib/binnacle/incidents/2026-10-02-4h2k8r"));
}

static void a_row_of_next_stands_for_the_step_that_owes_it(void **state)
{
	struct owed *owed;

	(void)state;
	begin(GUIDED_WALK);
	owed = &guided->desk.owed[guided->desk.owed_count++];
	*owed = (struct owed){ .kind = OWED_CONFIRM, .due_at = WHEN_NEVER, .due_t = WHEN_NEVER };
	str_put(owed->incident, sizeof(owed->incident), guided->orders.incident.id);
	str_put(owed->event, sizeof(owed->event), guided->run->event);
	str_put(owed->subject, sizeof(owed->subject), "promote");
	str_put(owed->text, sizeof(owed->text), "step 10  Promote the replica");
	guided_look(guided);
	draw();
	assert_true(shows(">confirm    step 10  Promote the replica"));
	press(KEYCODE_ENTER);
	assert_true(shows(">[ ]  10 Promote the replica"));
}

static void a_console_that_is_read_only_takes_no_command(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	guided->world->read_only = true;
	press('!');
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_true(shows("read-only"));
}

static void a_walk_that_was_chosen_is_shown_until_another_begins(void **state)
{
	struct docket *docket;

	(void)state;
	begin(GUIDED_WALK);
	docket = &guided->desk.open[0];
	press('5');
	press('5');
	assert_true(shows("IN THIS INCIDENT"));
	press(KEYCODE_ENTER);
	assert_string_equal(shell->run, guided->run->event);
	assert_true(shows("Is Horizon well?"));
	docket->run_count = 0;				/* it is gone from the desk */
	draw();
	assert_string_equal(shell->run, "");
}

static void a_new_runbook_has_a_name_that_can_be_one(void **state)
{
	(void)state;
	begin(GUIDED_LIBRARY);
	press(':');
	type("runbook new");				/* as the verb is called */
	press(KEYCODE_ENTER);
	type("../x");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	for (int i = 0; i < 4; i++)
		press(KEYCODE_BACKSPACE);
	type("cache-cold");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NEW_BOOK);
	assert_string_equal(effect.text, "cache-cold");
}

static void y_on_a_step_copies_its_command(void **state)
{
	(void)state;
	begin(GUIDED_WALK);
	go_to("4");
	press('y');
	assert_int_equal(effect.kind, EFFECT_COPY);
	assert_string_equal(effect.text, "docker logs --tail 60 \"$CONTAINER\"");
}

static void five_thousand_steps_are_reached_from_both_ends(void **state)
{
	(void)state;
	begin(GUIDED_LONG);
	press('5');
	assert_true(shows(">[ ]    1 Step 1 of many"));
	press('G');
	assert_true(shows("5000 Step 5000 of many"));
	press(':');
	type("2500");
	press(KEYCODE_ENTER);
	assert_true(shows(">[ ] 2500 Step 2500 of many"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(next_offers_the_runbook_and_enter_opens_and_begins_it),
		TEST(nothing_is_begun_without_an_incident),
		TEST(the_filter_finds_what_stands_in_the_text_of_a_runbook),
		TEST(ticking_a_step_twice_counts_once), TEST(a_tick_out_of_order_says_so_in_the_record),
		TEST(a_check_that_does_not_hold_is_overridden_with_a_reason_and_never_ticked),
		TEST(the_menu_of_a_step_records_each_way_with_its_words),
		TEST(what_is_put_off_has_a_time_and_an_owner),
		TEST(a_decision_shows_what_is_proposed_and_takes_what_is_chosen),
		TEST(what_a_check_of_a_decision_answered_stands_under_it),
		TEST(a_way_that_nobody_has_chosen_yet_waits_for_its_decision),
		TEST(a_value_is_held_against_its_type), TEST(a_link_begins_the_other_runbook_on_top),
		TEST(a_notify_step_opens_the_update_with_its_own_words),
		TEST(an_escalation_names_whom_to_call),
		TEST(accepting_shows_every_command_first_and_takes_only_a_capital_y),
		TEST(a_step_is_reached_by_its_number),
		TEST(the_cursor_stands_on_the_next_step_until_it_is_moved),
		TEST(x_needs_a_step_under_the_cursor), TEST(while_frozen_nothing_of_a_walk_is_recorded),
		TEST(the_section_in_sight_is_that_of_the_step_under_the_cursor),
		TEST(what_a_command_printed_is_shown_from_its_evidence),
		TEST(an_earlier_incident_tells_where_its_record_lies),
		TEST(a_row_of_next_stands_for_the_step_that_owes_it),
		TEST(a_console_that_is_read_only_takes_no_command),
		TEST(a_walk_that_was_chosen_is_shown_until_another_begins),
		TEST(a_new_runbook_has_a_name_that_can_be_one),
		TEST(y_on_a_step_copies_its_command),
		TEST(five_thousand_steps_are_reached_from_both_ends),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
