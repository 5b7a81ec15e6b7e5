/* The box in front of a command: what it takes for an answer, and what never is one. */
#include "ui/box.h"

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

enum { COLS = 80, PAUSE = 1000 };

static struct guided *guided;
static struct shell *shell;
static struct surface surface;
static struct effect effect;
static struct moment now;
static int rows = 24;
static struct ui_prefs prefs = { .colour = true };

static void draw(void)
{
	surface_reset(&surface, rows, COLS);
	shell_draw(shell, guided->world, &surface, now);
}

static void press_after(uint32_t code, msec pause)
{
	struct input event = { .kind = INPUT_KEY, .code = code };

	now.steady += pause;
	shell_event(shell, guided->world, &event, now, &effect);
	draw();
}

static void press(uint32_t code)
{
	press_after(code, PAUSE);
}

static void type(const char *text)
{
	for (; *text; text++)
		press_after((uint32_t)(unsigned char)*text, 20);
}

/* The box of step 4 (L1), 5 (L2) or 10 (L3). */
static void open_box(const char *number)
{
	press('5');
	press(':');
	type(number);
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	assert_int_equal(shell->mode, MODE_BOX);
}

static void begin(void)
{
	guided = guided_new(GUIDED_WALK);
	shell = shell_new(&prefs);
	surface_init(&surface, true);
	now = (struct moment){ worlds_now(), 5000 };
	draw();
}

static int set_up(void **state)
{
	(void)state;
	rows = 24;
	begin();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	shell_free(shell);
	guided_free(guided);
	surface_done(&surface);
	return 0;
}

static void again(void)
{
	tear_down(NULL);
	begin();
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

static void sense_a_target(enum lock_state state)
{
	struct interlock *is = &guided->box.interlock;

	is->count = 1;
	is->state = state;
	is->locks[0] = (struct lock){ state, "old primary fenced", "hung, last heard 23 s before" };
	str_put(is->target, sizeof(is->target), "127.0.0.1:5433 timeline 1");
	if (state == LOCK_BOUNDED)
		str_put(is->loss, sizeof(is->loss), "commits after 0/3000148");
}

static void only_a_capital_y_runs_a_command_of_care_1(void **state)
{
	static const uint32_t noes[] = { 'n', 'Q', ' ', KEYCODE_ENTER, KEYCODE_ESC, 'j' };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(noes); i++, again()) {
		open_box("4");
		press(noes[i]);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_int_equal(shell->mode, MODE_KEYS);
	}
	open_box("4");
	press('Y');
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.run, guided->run->event);
	assert_string_equal(effect.step, "look");
	assert_int_equal(effect.fence, 0);
	assert_string_equal(effect.digest, shell->box.digest);
	assert_string_equal(effect.target, "");
}

static void y_in_a_box_copies_and_runs_nothing(void **state)
{
	(void)state;
	open_box("4");
	press('y');
	assert_int_equal(effect.kind, EFFECT_COPY);
	assert_string_equal(effect.text, "docker logs --tail 60 \"$CONTAINER\"");
	assert_int_equal(shell->mode, MODE_BOX);
	press(KEYCODE_ESC);
	open_box("5");
	press('y');
	assert_int_equal(effect.kind, EFFECT_COPY);
}

static void keys_typed_ahead_never_run_a_command(void **state)
{
	(void)state;
	press('5');
	press(':');
	type("4");
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	for (int i = 0; i < 20; i++) {			/* a hammer prolongs its own deafness */
		press_after('Y', FORM_DEAF - 50);
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
	assert_int_equal(shell->mode, MODE_BOX);
	press_after('Y', FORM_DEAF);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
}

static void a_paste_is_never_an_answer(void **state)
{
	static const char *const steps[] = { "4", "5", "10" };
	static const char *const texts[] = { "Y", "prod", "prod\n", "127.0.0.1:5433 timeline 1\n" };

	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(steps); s++)
		for (size_t t = 0; t < ARRAY_LEN(texts); t++, again()) {
			struct input event = { .kind = INPUT_PASTE, .text = str_of(texts[t]) };

			sense_a_target(LOCK_GREEN);
			open_box(steps[s]);
			now.steady += PAUSE;
			shell_event(shell, guided->world, &event, now, &effect);
			assert_int_equal(effect.kind, EFFECT_NONE);
			assert_string_equal(shell->box.fields[BOX_TYPED].text, "");
			draw();
			assert_true(shows("nothing was done"));
			press(KEYCODE_ENTER);
			assert_int_equal(effect.kind, EFFECT_NONE);
		}
}

static void a_warning_wants_the_word_to_the_letter(void **state)
{
	static const char *const wrong[] = { "pro", "prods", "PROD", "yes", "Y" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++, again()) {
		open_box("5");
		type(wrong[i]);
		press(KEYCODE_ENTER);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_int_equal(shell->mode, MODE_BOX);
	}
	open_box("5");
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.target, "prod");
}

static void enter_alone_is_a_no(void **state)
{
	(void)state;
	open_box("5");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_KEYS);
}

static void what_cannot_be_taken_back_wants_the_target_that_was_sensed(void **state)
{
	(void)state;
	sense_a_target(LOCK_GREEN);
	open_box("10");
	type("127.0.0.1:5433 timeline 2");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_BACKSPACE);
	type("1");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.target, "127.0.0.1:5433 timeline 1");
	assert_string_equal(effect.reason, "");
}

static void what_is_bounded_wants_a_reason_too(void **state)
{
	(void)state;
	sense_a_target(LOCK_BOUNDED);
	open_box("10");
	assert_true(shows("commits after 0/3000148"));
	type("127.0.0.1:5433 timeline 1");
	press(KEYCODE_ENTER);				/* to the reason */
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	type("the primary is gone for good");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.reason, "the primary is gone for good");
}

static void where_nothing_is_sensed_the_word_and_a_reason_are_typed(void **state)
{
	(void)state;
	open_box("10");
	type("prod");
	press(KEYCODE_ENTER);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	type("by hand");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.target, "prod");
}

static void a_blocked_interlock_lets_nothing_through(void **state)
{
	(void)state;
	sense_a_target(LOCK_BLOCKED);
	open_box("10");
	type("127.0.0.1:5433 timeline 1");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("BLOCKED"));
}

static void odd_characters_want_the_word_whatever_the_care(void **state)
{
	(void)state;
	guided->box.odd = "docker logs <U+202E>1-rexedni";
	open_box("4");
	assert_true(shows("<U+202E>"));
	press('Y');
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_BACKSPACE);
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
}

static void a_command_that_changed_is_shown_anew_and_not_run(void **state)
{
	(void)state;
	open_box("5");
	type("prod");
	guided->changed++;				/* behind the picture */
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("it changed"));
	assert_string_equal(shell->box.fields[BOX_TYPED].text, "");
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.digest, shell->box.digest);
}

static void what_does_not_fit_is_scrolled_through_first(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (int i = 0; i < 60; i++)
		buf_fmt(&text, "echo line %d\n", i);
	guided->box.text = buf_cstr(&text);
	open_box("4");
	press('Y');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_BOX);
	assert_true(shows("scroll to its end"));
	for (int i = 0; i < 10; i++)
		press(KEYCODE_PGDN);
	assert_true(shows("echo line 59"));
	press('Y');
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	buf_done(&text);
}

static void a_console_that_is_read_only_or_frozen_runs_nothing(void **state)
{
	(void)state;
	guided->world->read_only = true;
	open_box("4");
	press('Y');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("read-only"));
}

static void what_is_refused_says_why(void **state)
{
	(void)state;
	guided->box.refusal = "instructions only: nothing is run here";
	open_box("4");
	press('Y');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("instructions only"));
}

static void what_belongs_elsewhere_is_copied_and_its_outcome_told(void **state)
{
	(void)state;
	guided->box.elsewhere = true;
	guided->box.host = "idx-1";
	open_box("4");
	assert_true(shows("NOT HERE, but on idx-1"));
	press('y');
	assert_int_equal(effect.kind, EFFECT_COPY);
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press('d');
	press(KEYCODE_ENTER);
	type("it said refused");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_ANSWERED);
	assert_true(effect.on);
	assert_string_equal(effect.reason, "it said refused");
	assert_string_equal(effect.step, "look");
	assert_string_equal(effect.digest, shell->box.digest);
}

static void a_second_person_is_asked_before_anything_runs(void **state)
{
	(void)state;
	str_put(guided->world->operator, NAME_TEXT, "ana");
	guided->box.two_person = true;
	open_box("5");
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_ORDER);
	assert_int_equal(effect.order.kind, EVENT_STEP_CONFIRM_ASKED);
	assert_string_equal(effect.order.data.sha256, shell->box.digest);
	assert_true(guided_take(guided, &effect));

	press(KEYCODE_ENTER);				/* the same console again: it waits */
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press(KEYCODE_ESC);

	str_put(guided->world->operator, NAME_TEXT, "ben");	/* the other console */
	guided->orders.by = "ben";
	press(KEYCODE_ENTER);
	assert_true(shows("you are asked"));
	run_step(guided->run, shell->box.step)->asked_fence = 1;	/* of another command */
	press('Y');
	assert_int_equal(effect.kind, EFFECT_NONE);
	run_step(guided->run, shell->box.step)->asked_fence = 0;
	edit_set(&shell->box.fields[BOX_TYPED], "");
	press('Y');
	assert_int_equal(effect.order.kind, EVENT_STEP_CONFIRMED);
	assert_true(guided_take(guided, &effect));

	str_put(guided->world->operator, NAME_TEXT, "ana");
	guided->orders.by = "ana";
	press(KEYCODE_ENTER);
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
}

static void a_command_of_ones_own_passes_the_same_box(void **state)
{
	(void)state;
	press('!');
	type("uptime");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_BOX);
	assert_true(shows("uptime"));
	type("prod");
	press(KEYCODE_ENTER);
	assert_int_equal(effect.kind, EFFECT_EXECUTE);
	assert_string_equal(effect.run, "");
	assert_string_equal(effect.text, "uptime");
}

static void ctrl_c_goes_to_the_command_that_runs_and_quits_nothing(void **state)
{
	(void)state;
	guided_print(guided, "look", true, "starting\n");
	draw();
	for (int i = 0; i < 4; i++) {
		press_after(KEYCODE_CTRL('c'), 100);
		assert_int_equal(effect.kind, EFFECT_INTERRUPT);
	}
}

static void a_long_press_of_ctrl_c_at_the_end_of_a_command_does_not_quit(void **state)
{
	(void)state;
	guided_print(guided, "look", true, "starting\n");
	press_after(KEYCODE_CTRL('c'), 100);
	assert_int_equal(effect.kind, EFFECT_INTERRUPT);
	guided->pane.busy = false;
	for (int i = 0; i < 3; i++) {
		press_after(KEYCODE_CTRL('c'), 100);
		assert_int_not_equal(effect.kind, EFFECT_QUIT);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(only_a_capital_y_runs_a_command_of_care_1), TEST(y_in_a_box_copies_and_runs_nothing),
		TEST(keys_typed_ahead_never_run_a_command), TEST(a_paste_is_never_an_answer),
		TEST(a_warning_wants_the_word_to_the_letter), TEST(enter_alone_is_a_no),
		TEST(what_cannot_be_taken_back_wants_the_target_that_was_sensed),
		TEST(what_is_bounded_wants_a_reason_too),
		TEST(where_nothing_is_sensed_the_word_and_a_reason_are_typed),
		TEST(a_blocked_interlock_lets_nothing_through),
		TEST(odd_characters_want_the_word_whatever_the_care),
		TEST(a_command_that_changed_is_shown_anew_and_not_run),
		TEST(what_does_not_fit_is_scrolled_through_first),
		TEST(a_console_that_is_read_only_or_frozen_runs_nothing),
		TEST(what_is_refused_says_why),
		TEST(what_belongs_elsewhere_is_copied_and_its_outcome_told),
		TEST(a_second_person_is_asked_before_anything_runs),
		TEST(a_command_of_ones_own_passes_the_same_box),
		TEST(ctrl_c_goes_to_the_command_that_runs_and_quits_nothing),
		TEST(a_long_press_of_ctrl_c_at_the_end_of_a_command_does_not_quit),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
