/* The terminal, seen from its other side. The program starts itself again on a pty: as `child` it
 * opens the terminal, shows what it is sent, and obeys a few keys. */
#include "ui/term.h"

#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/screen.h"

enum { WAIT = 20000 };

/* ---- the child ---- */

static volatile sig_atomic_t resized;

static void on_winch(int sig)
{
	(void)sig;
	resized = 1;
}

static void on_abort(int sig)
{
	(void)sig;
	term_rescue();
	_exit(134);
}

static msec steady(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (msec)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static struct {
	struct surface surface;
	char line[128];
	long frames, refused;
	bool busy, over;
	msec longest;
} child;

static void child_paint(void)
{
	struct term_size size = term_size();
	struct area all;
	msec before = steady();

	surface_reset(&child.surface, size.rows, size.cols);
	all = surface_area(&child.surface);
	surface_fmt(&child.surface, all, 0, 0, ROLE_DOWN, "size %dx%d", size.rows, size.cols);
	surface_fmt(&child.surface, all, 0, 1, ROLE_PLAIN, "%s", child.line);
	surface_fmt(&child.surface, all, 0, 2, ROLE_PLAIN, "\u6f22\u5b57 e\u0301 \u00fc|");
	surface_fmt(&child.surface, all, 0, 3, ROLE_BAD, "refused %s, longest %s",
		    child.refused ? "some" : "none", child.longest < 1000 ? "short" : "LONG");
	for (int y = 5; child.busy && y < size.rows; y++)
		for (int x = 0; x < size.cols; x++)
			surface_fmt(&child.surface, all, x, y, (enum role)((x + y) % ROLE_COUNT), "%c",
				    (char)('a' + (x + y + child.frames) % 26));
	if (!term_paint(&child.surface))
		child.refused++;
	child.frames++;
	if (steady() - before > child.longest)
		child.longest = steady() - before;
}

static void child_key(uint32_t code)
{
	char name[KEY_NAME];

	key_text(name, code);
	snprintf(child.line, sizeof(child.line), "key %s", name);
	switch (code) {
	case 'q':
		child.over = true;
		break;
	case 'b':
		child.busy = !child.busy;
		break;
	case 'x':
		abort();
	case 'm':
		term_mouse(true);
		break;
	case 't':
		term_title("a title");
		break;
	case 's':
		term_leave();
		printf("outside\r\n");
		fflush(stdout);
		raise(SIGSTOP);
		term_return();
		break;
	default:
		break;
	}
}

static void child_event(const struct input *event)
{
	if (event->kind == INPUT_KEY)
		child_key(event->code);
	if (event->kind == INPUT_PASTE)
		snprintf(child.line, sizeof(child.line), "paste of %zu%s", event->text.len,
			 event->cut ? ", cut" : "");
	if (event->kind == INPUT_CLICK)
		snprintf(child.line, sizeof(child.line), "click at %d,%d", event->x, event->y);
}

static bool child_turn(void)
{
	struct pollfd tty = { .fd = term_fd(), .events = POLLIN };
	msec wait = term_wait(steady());
	struct input event;

	if (term_backlog() > 0)
		tty.events |= POLLOUT;
	poll(&tty, 1, child.busy ? 1 : wait == WHEN_NEVER ? 1000 : (int)wait);
	if (tty.revents & (POLLHUP | POLLERR))
		return false;
	if (resized)
		term_resized();
	resized = 0;
	if ((tty.revents & POLLIN) && !term_read(steady()))
		return false;
	while (!child.over && term_next(&event, steady()))
		child_event(&event);
	child_paint();
	return term_pump() && !child.over;
}

static int child_main(const char *theme)
{
	struct term_options options = { .theme = theme_find(theme), .colour = strcmp(theme, "mono") };
	struct err err = { 0 };

	setlocale(LC_ALL, "");
	signal(SIGWINCH, on_winch);
	signal(SIGABRT, on_abort);
	if (!term_open(&options, child.line, sizeof(child.line), &err)) {
		printf("refused: %s\n", err.text);
		return 3;
	}
	surface_init(&child.surface, getenv("LANG") && !strcmp(getenv("LANG"), "C"));
	child_paint();
	while (term_pump() && child_turn())
		continue;
	term_close();
	surface_done(&child.surface);
	return 0;
}

/* ---- the tests ---- */

static struct screen *screen;

static void start_with(const char *theme, const char *const *env, int rows, int cols)
{
	const char *const argv[] = { "/proc/self/exe", "child", theme, NULL };
	struct pty_spec spec = { .argv = argv, .env = env, .rows = rows, .cols = cols };
	struct err err = { 0 };

	screen = screen_start(&spec, &err);
	if (!screen)
		fail_msg("%s", err.text);
}

static void start(void)
{
	start_with("default", NULL, 24, 80);
	assert_true(screen_wait_text(screen, "size 24x80", WAIT));
}

static void expect(const char *text)
{
	if (!screen_wait_text(screen, text, WAIT)) {
		struct buf picture = { 0 };

		screen_text(screen, &picture);
		fail_msg("no '%s' on:\n%s", text, buf_cstr(&picture));
	}
}

static int stop(void **state)
{
	(void)state;
	screen_free(screen);
	screen = NULL;
	return 0;
}

static void assert_left_clean(int code)
{
	assert_true(screen_wait_exit(screen, WAIT));
	assert_int_equal(pty_exit_code(screen_pty(screen)), code);
	assert_true(pty_termios_restored(screen_pty(screen)));
	if (wire_left_on(screen_wire(screen)))
		fail_msg("left on: %s", wire_left_on(screen_wire(screen)));
}

static void a_frame_arrives_cell_by_cell_and_the_terminal_is_given_back(void **state)
{
	(void)state;
	start();
	expect("\u6f22\u5b57 e\u0301 \u00fc|");
	assert_true(wire_mode(screen_wire(screen), WIRE_ALT));
	assert_true(wire_mode(screen_wire(screen), WIRE_PASTE));
	assert_false(wire_mode(screen_wire(screen), WIRE_MOUSE));
	assert_false(wire_mode(screen_wire(screen), WIRE_CURSOR_SHOWN));
	assert_true(screen_cell(screen, 0, 0).reverse);
	assert_int_equal(screen_cell(screen, 0, 0).fg, 1);
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void a_picture_that_did_not_change_costs_nothing(void **state)
{
	(void)state;
	start();
	screen_key(screen, "Up");
	expect("key up");
	assert_true(screen_settle(screen, 50, WAIT));
	screen_forget(screen);
	screen_key(screen, "Up");
	screen_drain(screen, 1500);	/* the child paints after the key, and each second */
	assert_int_equal(screen_raw(screen).len, 0);
}

static void keys_arrive_by_their_names(void **state)
{
	static const struct {
		const char *send, *shows;
	} keys[] = {
		{ "Up", "key up" }, { "PgDn", "key pgdn" }, { "F1", "key f1" }, { "BackTab", "key shift-tab" },
		{ "Enter", "key enter" }, { "C-c", "key ctrl-c" }, { "C-z", "key ctrl-z" },
		{ "Backspace", "key backspace" }, { "Home", "key home" }, { "Esc", "key esc" },
	};

	(void)state;
	start();
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		assert_true(screen_key(screen, keys[i].send));
		expect(keys[i].shows);
	}
}

static void a_paste_is_one_event_and_presses_nothing(void **state)
{
	(void)state;
	start();
	screen_paste(screen, "qqq\rx\rq");
	expect("paste of 7");
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void a_large_paste_is_taken_whole_and_cut(void **state)
{
	enum { LARGE = 300 * 1024 };
	char *text = malloc(LARGE + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'q', LARGE);
	text[LARGE] = '\0';
	start();
	screen_paste(screen, text);
	expect("paste of 65536, cut");
	free(text);
}

static void every_size_that_a_terminal_may_claim_is_survived(void **state)
{
	static const unsigned short sizes[][2] = { { 1, 1 }, { 1, 200 }, { 100, 1 }, { 65535, 65535 },
						   { 0, 0 }, { 3, 7 }, { 24, 80 } };

	(void)state;
	start();
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		screen_claim(screen, sizes[i][0], sizes[i][1]);
		screen_drain(screen, 20);
	}
	screen_resize(screen, 30, 100);
	expect("size 30x100");
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void a_terminal_that_nobody_reads_stalls_nothing(void **state)
{
	struct pollfd nothing = { .fd = -1 };

	(void)state;
	start();
	screen_key(screen, "b");
	poll(&nothing, 1, 1500);	/* the child paints on, nobody takes it */
	screen_key(screen, "b");
	expect("refused some, longest short");
	expect("key b");
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void a_crash_gives_the_terminal_back(void **state)
{
	(void)state;
	start();
	screen_key(screen, "m");
	expect("key m");
	assert_true(wire_mode(screen_wire(screen), WIRE_MOUSE));
	screen_key(screen, "x");
	assert_left_clean(134);
}

static bool is_stopped(pid_t pid)
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	file = fopen(path, "r");
	if (file) {
		size_t len = fread(text, 1, sizeof(text) - 1, file);

		text[len] = '\0';
		fclose(file);
	}
	return strstr(text, ") T ") != NULL;
}

static void stopping_leaves_every_mode_and_coming_back_enters_them(void **state)
{
	(void)state;
	start();
	screen_key(screen, "s");
	expect("outside");
	for (msec deadline = steady() + WAIT; !is_stopped(screen_pty(screen)->pid);) {
		screen_pump(screen, 10);
		assert_true(steady() < deadline);
	}
	assert_null(wire_left_on(screen_wire(screen)));
	assert_true(pty_termios_restored(screen_pty(screen)));
	screen_resize(screen, 20, 70);
	kill(screen_pty(screen)->pid, SIGCONT);
	expect("size 20x70");
	assert_true(wire_mode(screen_wire(screen), WIRE_ALT));
	assert_true(wire_mode(screen_wire(screen), WIRE_PASTE));
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void a_click_is_reported_when_the_mouse_is_on(void **state)
{
	(void)state;
	start();
	screen_key(screen, "m");
	expect("key m");
	screen_type(screen, "\033[<0;11;5M");
	expect("click at 10,4");
}

static void a_title_is_set_and_popped(void **state)
{
	(void)state;
	start();
	screen_key(screen, "t");
	expect("key t");
	assert_string_equal(screen_wire(screen)->title, "a title");
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void an_unknown_terminal_is_drawn_on_with_a_notice(void **state)
{
	static const char *const names[] = { "TERM=no-such-terminal", "TERM", "TERM=" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		start_with("default", (const char *const[]){ names[i], NULL }, 24, 80);
		expect("is not known here; drawing as xterm-256color");
		screen_key(screen, "q");
		assert_left_clean(0);
		stop(state);
	}
}

static void a_dumb_terminal_is_refused_and_left_alone(void **state)
{
	(void)state;
	start_with("default", (const char *const[]){ "TERM=dumb", NULL }, 24, 80);
	expect("refused: TERM=dumb");
	assert_left_clean(3);
	assert_int_equal(screen_wire(screen)->sequences, 0);
}

static void a_vt100_gets_nothing_that_it_does_not_know(void **state)
{
	(void)state;
	start_with("default", (const char *const[]){ "TERM=vt100", NULL }, 24, 80);
	expect("size 24x80");
	screen_key(screen, "m");
	screen_key(screen, "t");
	expect("key t");
	assert_int_equal(screen_wire(screen)->colours, 0);
	assert_false(wire_mode(screen_wire(screen), WIRE_PASTE));
	assert_false(wire_mode(screen_wire(screen), WIRE_MOUSE));
	assert_string_equal(screen_wire(screen)->title, "");
	screen_key(screen, "q");
	assert_left_clean(0);
}

static void mono_sends_no_colour(void **state)
{
	(void)state;
	start_with("mono", NULL, 24, 80);
	expect("size 24x80");
	screen_key(screen, "b");
	assert_true(screen_drain(screen, 200));
	assert_int_equal(screen_wire(screen)->colours, 0);
}

static void a_c_locale_gets_pure_ascii(void **state)
{
	(void)state;
	start_with("default", (const char *const[]){ "LANG=C", "LC_ALL", NULL }, 24, 80);
	expect("???? ? ?|");
	assert_int_equal(screen_wire(screen)->high, 0);
}

static void a_terminal_that_goes_away_ends_the_program(void **state)
{
	(void)state;
	start();
	screen_hangup(screen);
	assert_true(screen_wait_exit(screen, WAIT));
}

#define WITH(test) cmocka_unit_test_teardown(test, stop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		WITH(a_frame_arrives_cell_by_cell_and_the_terminal_is_given_back),
		WITH(a_picture_that_did_not_change_costs_nothing),
		WITH(keys_arrive_by_their_names),
		WITH(a_paste_is_one_event_and_presses_nothing),
		WITH(a_large_paste_is_taken_whole_and_cut),
		WITH(every_size_that_a_terminal_may_claim_is_survived),
		WITH(a_terminal_that_nobody_reads_stalls_nothing),
		WITH(a_crash_gives_the_terminal_back),
		WITH(stopping_leaves_every_mode_and_coming_back_enters_them),
		WITH(a_click_is_reported_when_the_mouse_is_on),
		WITH(a_title_is_set_and_popped),
		WITH(an_unknown_terminal_is_drawn_on_with_a_notice),
		WITH(a_dumb_terminal_is_refused_and_left_alone),
		WITH(a_vt100_gets_nothing_that_it_does_not_know),
		WITH(mono_sends_no_colour),
		WITH(a_c_locale_gets_pure_ascii),
		WITH(a_terminal_that_goes_away_ends_the_program),
	};

	if (argc == 3)
		return child_main(argv[2]);
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
