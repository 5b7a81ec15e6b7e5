/* The console under an operator's hands: each key does what the table of keys says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/console.h"

struct fixture {
	struct rig *rig;
	struct screen *screen;
};

static int set_up(void **state)
{
	static struct fixture f;
	struct err err = {0};

	f.rig = rig_new(RIG_HEALTHY, &err);
	if (!f.rig)
		fail_msg("%s", err.text);
	f.screen = console_start(&(struct console_setup){.rig = f.rig, .rows = 24, .cols = 80});
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	screen_free(f->screen);
	rig_free(f->rig);
	return 0;
}

static void press(struct screen *screen, const char *key, const char *shows)
{
	char why[160];

	assert_true(screen_key(screen, key));
	if (screen_wait_text(screen, shows, CONSOLE_PATIENCE))
		return;
	snprintf(why, sizeof(why), "after %s \"%s\" did not appear", key, shows);
	console_fail(screen, why);
}

static void press_away(struct screen *screen, const char *key, const char *hides)
{
	char why[160];

	assert_true(screen_key(screen, key));
	if (screen_wait_gone(screen, hides, CONSOLE_PATIENCE))
		return;
	snprintf(why, sizeof(why), "after %s \"%s\" was still there", key, hides);
	console_fail(screen, why);
}

static void all_sources_answer_and_are_fine(void **state)
{
	struct fixture *f = *state;

	if (!screen_wait_text(f->screen, "FINE 8", CONSOLE_PATIENCE))
		console_fail(f->screen, "eight healthy sources were not all fine");
	console_quit(f->screen);
	f->screen = NULL;
}

static void digits_choose_screens_and_minus_returns(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "7", "[7 Sources");
	press(f->screen, "1", "[1 Now");
	press(f->screen, "-", "[7 Sources");
	press(f->screen, "q", "[1 Now");
}

static void help_lists_every_key_and_scrolls(void **state)
{
	struct fixture *f = *state;

	assert_true(screen_wait_text(f->screen, "FINE 8", CONSOLE_PATIENCE));
	press(f->screen, "?", "KEYS");
	press(f->screen, "G", "three times within 2 s quits");
	press(f->screen, "g", "open what is under the cursor");
	press_away(f->screen, "Esc", "open what is under the cursor");
}

static void f1_is_another_name_for_help(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "F1", "KEYS");
	press_away(f->screen, "q", "KEYS");
}

static void a_filter_narrows_and_esc_clears_it(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "7", "[7 Sources");
	assert_true(screen_key(f->screen, "/"));
	assert_true(screen_type(f->screen, "api3"));
	if (!screen_wait_gone(f->screen, "api5", CONSOLE_PATIENCE))
		console_fail(f->screen, "the filter left other rows");
	assert_true(screen_find(f->screen, "api3", NULL));
	assert_true(screen_key(f->screen, "Enter"));
	press(f->screen, "Esc", "api5");
}

static void a_filter_that_hides_all_says_so(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "7", "[7 Sources");
	assert_true(screen_key(f->screen, "/"));
	assert_true(screen_type(f->screen, "nosuchthing"));
	press(f->screen, "Enter", "0 of 16 match \"nosuchthing\". Esc clears.");
	press(f->screen, "Esc", "api1");
}

static void the_palette_finds_commands_by_name(void **state)
{
	struct fixture *f = *state;

	assert_true(screen_key(f->screen, ":"));
	assert_true(screen_type(f->screen, "sources"));
	press(f->screen, "Enter", "[7 Sources");
}

static void freezing_holds_and_says_so(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "z", "FROZEN");
	press_away(f->screen, "z", "FROZEN");
}

static void r_asks_all_sources_at_once(void **state)
{
	struct fixture *f = *state;
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;

	assert_true(screen_wait_text(f->screen, "FINE 8", CONSOLE_PATIENCE));
	size_t before = httpd_requests(rig_httpd(f->rig), NULL);
	assert_true(screen_key(f->screen, "r"));
	while (httpd_requests(rig_httpd(f->rig), NULL) < before + RIG_SOURCES &&
	       nsec_now() < deadline)
		screen_pump(f->screen, 20);
	assert_true(httpd_requests(rig_httpd(f->rig), NULL) >= before + RIG_SOURCES);
}

static void enter_opens_and_esc_goes_back(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "7", "[7 Sources");
	press(f->screen, "Enter", "QUESTIONS");
	press_away(f->screen, "Esc", "QUESTIONS");
	if (!screen_find(f->screen, "[7 Sources", NULL))
		console_fail(f->screen, "Esc did not go back to where Enter was pressed");
}

static void one_ctrl_c_explains_and_three_quit(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "C-c", "q quits");
	assert_false(pty_reap(screen_pty(f->screen)));
	assert_true(screen_type(f->screen, "\003\003\003"));
	console_ended(f->screen, 0);
}

/* A pasted word holds keys that quit, open and choose; none of them may act. */
static void a_paste_never_acts(void **state)
{
	static const char *const pastes[] = {"q", "q\rq\r", "7", "?", "\003\003\003", "z", ":quit\r", "r",
					     "q\033[201", "y\ny\n"};
	struct fixture *f = *state;

	assert_true(screen_wait_text(f->screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(wire_mode(screen_wire(f->screen), WIRE_PASTE));
	for (size_t i = 0; i < ARRAY_LEN(pastes); i++) {
		assert_true(screen_paste(f->screen, pastes[i]));
		screen_settle(f->screen, 150, CONSOLE_PATIENCE);
		if (pty_reap(screen_pty(f->screen)))
			console_fail(f->screen, "a paste ended the console");
		if (!screen_find(f->screen, "[1 Now", NULL) || screen_find(f->screen, "FROZEN", NULL) ||
		    screen_find(f->screen, "KEYS", NULL))
			console_fail(f->screen, "a paste acted");
	}
	press(f->screen, "7", "[7 Sources");
}

static void a_paste_goes_into_a_field(void **state)
{
	struct fixture *f = *state;

	press(f->screen, "7", "[7 Sources");
	assert_true(screen_key(f->screen, "/"));
	assert_true(screen_paste(f->screen, "api2"));
	if (!screen_wait_gone(f->screen, "api5", CONSOLE_PATIENCE))
		console_fail(f->screen, "the field did not take the paste");
}

#define WITH_CONSOLE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CONSOLE(all_sources_answer_and_are_fine),
		WITH_CONSOLE(digits_choose_screens_and_minus_returns),
		WITH_CONSOLE(help_lists_every_key_and_scrolls),
		WITH_CONSOLE(f1_is_another_name_for_help),
		WITH_CONSOLE(a_filter_narrows_and_esc_clears_it),
		WITH_CONSOLE(a_filter_that_hides_all_says_so),
		WITH_CONSOLE(the_palette_finds_commands_by_name),
		WITH_CONSOLE(freezing_holds_and_says_so),
		WITH_CONSOLE(r_asks_all_sources_at_once),
		WITH_CONSOLE(enter_opens_and_esc_goes_back),
		WITH_CONSOLE(one_ctrl_c_explains_and_three_quit),
		WITH_CONSOLE(a_paste_never_acts),
		WITH_CONSOLE(a_paste_goes_into_a_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
