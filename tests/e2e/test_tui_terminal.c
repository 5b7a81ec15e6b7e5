/* The console and a terminal that changes, is poor, stops, stalls or goes away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "tests/lib/console.h"
#include "tests/lib/process.h"

static int set_up(void **state)
{
	struct err err = {0};

	*state = rig_new(RIG_HEALTHY, &err);
	if (!*state)
		fail_msg("%s", err.text);
	return 0;
}

static int tear_down(void **state)
{
	rig_free(*state);
	return 0;
}

static struct screen *start(struct rig *rig, int rows, int cols)
{
	return console_start(&(struct console_setup){.rig = rig, .rows = rows, .cols = cols});
}

static struct screen *start_with(struct rig *rig, const char *const *env)
{
	return console_start(&(struct console_setup){.rig = rig, .rows = 24, .cols = 80, .env = env});
}

/* The rows without header and message, whose clocks go on. */
static void body_text(const struct screen *screen, struct buf *out)
{
	struct screen_pos size = screen_size(screen);

	for (int row = 1; row < size.row - 2; row++) {
		screen_row(screen, row, out);
		buf_char(out, '\n');
	}
}

/* Digits become 0: an age that ticks between two looks is no difference. */
static void blur_digits(struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] >= '0' && text->data[i] <= '9')
			text->data[i] = '0';
}

/* What is on the screen is what a full repaint would show. */
static void assert_picture_exact(struct screen *screen)
{
	struct buf seen = {0}, repainted = {0};

	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	screen_settle(screen, 200, CONSOLE_PATIENCE);
	body_text(screen, &seen);
	assert_true(screen_key(screen, "C-l"));
	screen_settle(screen, 200, CONSOLE_PATIENCE);
	body_text(screen, &repainted);
	blur_digits(&seen);
	blur_digits(&repainted);
	assert_string_equal(buf_cstr(&seen), buf_cstr(&repainted));
	buf_done(&seen);
	buf_done(&repainted);
}

static void a_resize_shows_the_new_size_exactly(void **state)
{
	static const struct { int rows, cols; } sizes[] = {
		{50, 160}, {24, 80}, {30, 65}, {60, 84}, {24, 132},
	};
	struct screen *screen = start(*state, 24, 80);

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		screen_resize(screen, sizes[i].rows, sizes[i].cols);
		screen_settle(screen, 200, CONSOLE_PATIENCE);
		assert_picture_exact(screen);
	}
	console_quit(screen);
}

/* Any size a terminal may claim, in a burst; the model takes part only in the last. */
static void a_storm_of_resizes_is_survived(void **state)
{
	static const struct { unsigned short rows, cols; } odd[] = {
		{1, 1}, {0, 0}, {65535, 65535}, {1, 65535}, {65535, 1}, {2, 200}, {200, 2}, {8, 40}, {7, 39},
	};
	enum { CLAIMS = 3000 };
	struct screen *screen = start(*state, 24, 80);

	srandom(1);
	for (int i = 0; i < CLAIMS; i++) {
		if (i % 3 == 0)
			screen_claim(screen, odd[(size_t)i / 3 % ARRAY_LEN(odd)].rows,
				     odd[(size_t)i / 3 % ARRAY_LEN(odd)].cols);
		else
			screen_claim(screen, (unsigned short)(random() % 100),
				     (unsigned short)(random() % 300));
		if (screen_pump(screen, 0) == SCREEN_ENDED)
			console_fail(screen, "a resize ended the console");
	}
	screen_resize(screen, 24, 80);
	screen_settle(screen, 300, CONSOLE_PATIENCE);
	assert_picture_exact(screen);
	console_quit(screen);
}

static void small_windows_say_what_they_need_and_keys_still_work(void **state)
{
	static const struct { int rows, cols; const char *shows; } sizes[] = {
		{10, 40, "api1"}, {8, 40, "api1"}, {4, 15, "need 40x8"}, {24, 39, "need 40x8"},
		{7, 80, "need 40x8"},
	};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		console_quit(console_start(&(struct console_setup){
			.rig = *state, .rows = sizes[i].rows, .cols = sizes[i].cols,
			.awaits = sizes[i].shows,
		}));
}

static void a_window_of_one_cell_is_no_end(void **state)
{
	struct screen *screen = start(*state, 24, 80);

	screen_resize(screen, 1, 1);
	assert_true(screen_drain(screen, 300));
	screen_resize(screen, 24, 80);
	assert_picture_exact(screen);
	console_quit(screen);
}

/* --- modes ------------------------------------------------------------------------------------ */

static void poor_terminals_work(void **state)
{
	static const struct { const char *term, *notice; } rows[] = {
		{"TERM=vt100", NULL}, {"TERM=xterm", NULL}, {"TERM=screen", NULL}, {"TERM=linux", NULL},
		{"TERM=xterm-kitty-unheard-of", "xterm-kitty-unheard-of"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const env[] = {rows[i].term, NULL};
		struct screen *screen = start_with(*state, env);

		if (rows[i].notice && !screen_wait_text(screen, rows[i].notice, CONSOLE_PATIENCE))
			console_fail(screen, "no notice of the unknown terminal");
		if (screen_wire(screen)->foreign)
			fail_msg("%s: %s", rows[i].term, screen_wire(screen)->foreign_text);
		console_quit(screen);
	}
}

static void no_color_sends_no_colour(void **state)
{
	static const char *const env[] = {"NO_COLOR=1", NULL};
	struct screen *screen = start_with(*state, env);

	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(screen_key(screen, "7"));
	screen_settle(screen, 200, CONSOLE_PATIENCE);
	assert_int_equal(screen_wire(screen)->colours, 0);
	console_quit(screen);
	screen = start(*state, 24, 80);
	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(screen_wire(screen)->colours > 0);
	console_quit(screen);
}

static void the_c_locale_gets_pure_ascii(void **state)
{
	static const char *const env[] = {"LANG=C", NULL};
	static const char *const screens[] = {"7", "Enter", "?", "Esc", "Esc", "1", ":", "Esc", "/"};
	struct screen *screen = start_with(*state, env);

	for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
		assert_true(screen_key(screen, screens[i]));
		screen_settle(screen, 150, CONSOLE_PATIENCE);
	}
	assert_int_equal(screen_wire(screen)->high, 0);
	screen_free(screen);
}

/* --- ends ------------------------------------------------------------------------------------- */

static void every_signal_gives_the_terminal_back(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct screen *screen = start(*state, 24, 80);

		assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
		kill(screen_pty(screen)->pid, signals[i]);
		console_ended(screen, 128 + signals[i]);
		screen_free(screen);
	}
}

static void a_crash_says_so_and_where_the_report_is(void **state)
{
	struct screen *screen = start(*state, 24, 80);

	kill(screen_pty(screen)->pid, SIGSEGV);
	console_ended(screen, 128 + SIGSEGV);
	assert_true(screen_find(screen, "binnacle crashed", NULL));
	screen_free(screen);
}

static void a_terminal_that_goes_away_ends_the_console(void **state)
{
	struct screen *screen = start(*state, 24, 80);

	screen_hangup(screen);
	assert_true(screen_wait_exit(screen, CONSOLE_PATIENCE));
	assert_int_equal(pty_exit_code(screen_pty(screen)), 128 + SIGHUP);
	screen_free(screen);
}

/* With SIGHUP ignored, as under nohup, only the terminal itself tells. */
static void a_terminal_that_goes_away_is_noticed_without_a_signal(void **state)
{
	struct buf script = {0};
	struct err err = {0};

	buf_text(&script, "trap '' HUP; exec env ");
	console_command(&(struct console_setup){.rig = *state}, &script);
	const char *const argv[] = {"sh", "-c", buf_cstr(&script), NULL};
	const struct pty_spec spec = {.argv = argv, .rows = 24, .cols = 80};
	struct screen *screen = screen_start(&spec, &err);
	assert_non_null(screen);
	assert_true(screen_wait_text(screen, "api8", CONSOLE_PATIENCE));
	screen_hangup(screen);
	assert_true(screen_wait_exit(screen, CONSOLE_PATIENCE));
	screen_free(screen);
	buf_done(&script);
}

/* AddressSanitizer keeps freed memory for a while: under it only a flood would show. */
#ifdef __SANITIZE_ADDRESS__
enum { MAX_GROWTH_KB = 64 * 1024 };
#else
enum { MAX_GROWTH_KB = 4 * 1024 };
#endif

/* Nobody reads the terminal: sources are asked all the same, memory does not grow, and the picture
 * is right when somebody looks again. */
static void a_stalled_terminal_stops_nothing(void **state)
{
	enum { ROUNDS = 3 };
	struct rig *rig = *state;
	struct screen *screen = start(rig, 24, 80);
	struct process_memory before, after;

	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(process_memory(screen_pty(screen)->pid, &before));
	size_t asked = httpd_requests(rig_httpd(rig), NULL);
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;
	for (int i = 0; i < 400; i++)	/* frames enough to fill the pty many times over */
		assert_true(screen_send(screen, i % 2 ? "7" : "1", 1));
	while (httpd_requests(rig_httpd(rig), NULL) < asked + ROUNDS * RIG_SOURCES) {
		assert_true(nsec_now() < deadline);
		usleep(50 * 1000);	/* the terminal must not be read while we wait */
		screen_claim(screen, 24, nsec_now() / NSEC_PER_MSEC % 2 ? 79 : 78);
	}
	assert_true(process_memory(screen_pty(screen)->pid, &after));
	assert_true(after.rss_kb - before.rss_kb < MAX_GROWTH_KB);
	screen_resize(screen, 24, 80);
	screen_settle(screen, 300, CONSOLE_PATIENCE);
	assert_true(screen_key(screen, "1"));
	assert_picture_exact(screen);
	console_quit(screen);
}

/* --- job control ------------------------------------------------------------------------------ */

/* An interactive bash with the console as its job; no readline, which sets modes of its own. */
static struct screen *start_in_bash(struct rig *rig)
{
	static const char *const argv[] = {"bash", "--norc", "--noprofile", "--noediting", "-i", NULL};
	static const char *const env[] = {"PS1=prompt> ", "HISTFILE=/dev/null", NULL};
	struct buf command = {0};
	struct err err = {0};
	struct screen *screen = screen_start(
		&(struct pty_spec){.argv = argv, .env = env, .rows = 24, .cols = 80}, &err);

	assert_non_null(screen);
	assert_true(screen_wait_text(screen, "prompt>", CONSOLE_PATIENCE));
	console_command(&(struct console_setup){.rig = rig}, &command);
	buf_text(&command, "\r");
	assert_true(screen_type(screen, buf_cstr(&command)));
	if (!screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE))
		console_fail(screen, "the console did not come up under bash");
	buf_done(&command);
	return screen;
}

static void ctrl_z_stops_cleanly_and_fg_returns_at_the_new_size(void **state)
{
	struct screen *screen = start_in_bash(*state);

	assert_true(screen_key(screen, "C-z"));
	if (!screen_wait_text(screen, "Stopped", CONSOLE_PATIENCE))
		console_fail(screen, "Ctrl-Z did not stop the console");
	const char *left = wire_left_on(screen_wire(screen));
	assert_string_equal(left ? left : "nothing", "nothing");
	screen_resize(screen, 30, 100);
	assert_true(screen_type(screen, "echo the sh''ell is here\r"));
	assert_true(screen_wait_text(screen, "the shell is here", CONSOLE_PATIENCE));
	assert_true(screen_type(screen, "fg\r"));
	if (!screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE))
		console_fail(screen, "fg did not bring the console back");
	assert_true(wire_mode(screen_wire(screen), WIRE_ALT) ||
		    wire_mode(screen_wire(screen), WIRE_ALT_OLD));
	screen_settle(screen, 200, CONSOLE_PATIENCE);
	assert_picture_exact(screen);
	assert_true(screen_row_has(screen, 29, "quit") || screen_row_has(screen, 29, "keys"));
	assert_true(screen_key(screen, "q"));
	assert_true(screen_wait_text(screen, "prompt>", CONSOLE_PATIENCE));
	screen_free(screen);
}

/* A program without a shell above it must not stop for good. */
static void ctrl_z_without_a_shell_stops_nothing(void **state)
{
	struct screen *screen = start(*state, 24, 80);

	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(screen_key(screen, "C-z"));
	assert_true(screen_key(screen, "?"));
	if (!screen_wait_text(screen, "KEYS", CONSOLE_PATIENCE))
		console_fail(screen, "the console stopped, and nobody can continue it");
	console_quit(screen);
}

/* --- plain print ------------------------------------------------------------------------------ */

static void on_a_printed_page_ctrl_c_returns_to_the_screen(void **state)
{
	struct screen *screen = start(*state, 24, 80);

	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(screen_key(screen, "P"));
	if (!screen_wait_text(screen, "Enter returns", CONSOLE_PATIENCE))
		console_fail(screen, "P did not print");
	assert_true(screen_key(screen, "C-c"));
	if (!screen_wait_gone(screen, "Enter returns", CONSOLE_PATIENCE))
		console_fail(screen, "Ctrl-C did not return to the screen");
	console_quit(screen);
}

/* What is typed in the same breath waits: it was not meant for the page. */
static void keys_typed_behind_a_print_wait_until_enter(void **state)
{
	struct screen *screen = start(*state, 24, 80);

	assert_true(screen_wait_text(screen, "FINE 8", CONSOLE_PATIENCE));
	assert_true(screen_type(screen, "Pq"));
	if (!screen_wait_text(screen, "Enter returns", CONSOLE_PATIENCE))
		console_fail(screen, "the q was taken before the page was read");
	assert_true(screen_key(screen, "Enter"));
	console_ended(screen, 0);
	screen_free(screen);
}

/* --- no terminal ------------------------------------------------------------------------------ */

static void a_pipe_gets_no_escape_codes(void **state)
{
	struct buf script = {0};
	struct err err = {0};

	buf_text(&script, "env ");
	console_command(&(struct console_setup){.rig = *state}, &script);
	buf_text(&script, " | cat; echo end of pipe");
	const char *const argv[] = {"sh", "-c", buf_cstr(&script), NULL};
	const struct pty_spec spec = {.argv = argv, .rows = 50, .cols = 120};
	struct screen *screen = screen_start(&spec, &err);
	assert_non_null(screen);
	assert_true(screen_wait_text(screen, "end of pipe", CONSOLE_PATIENCE));
	assert_true(screen_find(screen, "no terminal; printing status once", NULL));
	assert_true(screen_find(screen, "api8", NULL));
	assert_int_equal(screen_wire(screen)->sequences, 0);
	screen_free(screen);
	buf_done(&script);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(a_resize_shows_the_new_size_exactly),
		WITH_RIG(a_storm_of_resizes_is_survived),
		WITH_RIG(small_windows_say_what_they_need_and_keys_still_work),
		WITH_RIG(a_window_of_one_cell_is_no_end),
		WITH_RIG(poor_terminals_work),
		WITH_RIG(no_color_sends_no_colour),
		WITH_RIG(the_c_locale_gets_pure_ascii),
		WITH_RIG(every_signal_gives_the_terminal_back),
		WITH_RIG(a_crash_says_so_and_where_the_report_is),
		WITH_RIG(a_terminal_that_goes_away_ends_the_console),
		WITH_RIG(a_terminal_that_goes_away_is_noticed_without_a_signal),
		WITH_RIG(a_stalled_terminal_stops_nothing),
		WITH_RIG(ctrl_z_stops_cleanly_and_fg_returns_at_the_new_size),
		WITH_RIG(ctrl_z_without_a_shell_stops_nothing),
		WITH_RIG(on_a_printed_page_ctrl_c_returns_to_the_screen),
		WITH_RIG(keys_typed_behind_a_print_wait_until_enter),
		WITH_RIG(a_pipe_gets_no_escape_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
