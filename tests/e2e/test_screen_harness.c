/* The terminal that tests look at, tried on programs whose output is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/golden.h"
#include "tests/lib/picture.h"
#include "tests/lib/samples.h"
#include "tests/lib/screen.h"

#define PATIENCE ((msec)10000)

static struct screen *shell(const char *script, const char *const *env, int rows, int cols)
{
	struct err err = {0};
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct pty_spec spec = {.argv = argv, .env = env, .rows = rows, .cols = cols};
	struct screen *screen = screen_start(&spec, &err);

	if (!screen)
		fail_msg("%s", err.text);
	return screen;
}

static void assert_row(struct screen *screen, int row, const char *text)
{
	struct buf line = {0};

	screen_row(screen, row, &line);
	assert_string_equal(buf_cstr(&line), text);
	buf_done(&line);
}

static void text_and_attributes_arrive_in_their_cells(void **state)
{
	struct screen *screen = shell("printf 'one\\r\\n\\033[1;31mtwo\\033[0m \\033[7mr\\033[m'",
				      NULL, 5, 20);

	(void)state;
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_row(screen, 0, "one");
	assert_row(screen, 1, "two r");
	assert_true(screen_cell(screen, 0, 0).plain_fg);
	assert_int_equal(screen_cell(screen, 1, 0).fg, 1);
	assert_true(screen_cell(screen, 1, 0).bold);
	assert_true(screen_cell(screen, 1, 4).reverse);
	assert_int_equal(screen_cursor(screen).row, 1);
	assert_int_equal(screen_cursor(screen).col, 5);
	screen_free(screen);
}

static void wide_and_combining_characters_are_read_back(void **state)
{
	struct screen *screen = shell("printf '\\346\\274\\242x e\\314\\201 end'", NULL, 3, 20);
	struct screen_pos at;

	(void)state;
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_row(screen, 0, "\xe6\xbc\xa2x e\xcc\x81 end");
	assert_int_equal(screen_cell(screen, 0, 0).width, 2);
	assert_true(screen_find(screen, "end", &at));
	assert_int_equal(at.col, 6);
	screen_free(screen);
}

static void the_size_is_the_one_asked_for_and_changes(void **state)
{
	struct screen *screen = shell("stty size; trap 'stty size; exit 0' WINCH; echo ready;"
				      "while :; do sleep 0.05; done", NULL, 7, 33);

	(void)state;
	assert_true(screen_wait_text(screen, "ready", PATIENCE));
	assert_true(screen_find(screen, "7 33", NULL));
	screen_resize(screen, 9, 44);
	assert_true(screen_wait_text(screen, "9 44", PATIENCE));
	assert_int_equal(screen_size(screen).col, 44);
	assert_true(screen_wait_exit(screen, PATIENCE));
	screen_free(screen);
}

static void the_environment_is_ours_alone(void **state)
{
	static const char *const env[] = {"LANG=C", "EXTRA=yes", "USER", NULL};
	struct screen *screen;

	(void)state;
	setenv("NOT_PASSED_ON", "leaked", 1);
	screen = shell("echo \"$TERM $LANG $EXTRA [$USER][$NOT_PASSED_ON]\"", env, 3, 60);
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_row(screen, 0, "xterm-256color C yes [][]");
	screen_free(screen);
}

static void keys_arrive_as_a_terminal_sends_them(void **state)
{
	static const struct { const char *key, *hex; } rows[] = {
		{"a", "61"}, {"Down", "1b 5b 42"}, {"PgDn", "1b 5b 36 7e"}, {"F1", "1b 4f 50"},
		{"C-c", "03"}, {"Esc", "1b"}, {"Space", "20"}, {"BackTab", "1b 5b 5a"},
		{"\xc3\xa9", "c3 a9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct screen *screen = shell("stty raw -echo; echo ready; dd bs=16 count=1 2>/dev/null "
					      "| od -An -tx1", NULL, 4, 60);

		assert_true(screen_wait_text(screen, "ready", PATIENCE));
		assert_true(screen_key(screen, rows[i].key));
		if (!screen_wait_text(screen, rows[i].hex, PATIENCE))
			fail_msg("%s did not arrive as %s", rows[i].key, rows[i].hex);
		screen_free(screen);
	}
}

static void a_paste_is_bracketed_only_when_asked_for(void **state)
{
	struct screen *screen = shell("stty raw -echo; printf '\\033[?2004hready'; dd bs=32 count=1 "
				      "2>/dev/null | od -An -c", NULL, 4, 79);

	(void)state;
	assert_true(screen_wait_text(screen, "ready", PATIENCE));
	assert_true(wire_mode(screen_wire(screen), WIRE_PASTE));
	assert_true(screen_paste(screen, "q"));
	assert_true(screen_wait_text(screen, "2   0   0   ~", PATIENCE));
	screen_free(screen);
}

static void queries_are_answered(void **state)
{
	struct screen *screen = shell("stty raw -echo; printf '\\033[6n'; dd bs=6 count=1 2>/dev/null "
				      "| od -An -c", NULL, 4, 60);

	(void)state;
	assert_true(screen_wait_text(screen, "1   ;   1   R", PATIENCE));
	screen_free(screen);
}

static void the_end_is_seen_with_its_status(void **state)
{
	static const struct { const char *script; int code; } rows[] = {
		{"exit 0", 0}, {"exit 77", 77}, {"kill -TERM $$", 128 + SIGTERM},
		{"kill -SEGV $$", 128 + SIGSEGV},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct screen *screen = shell(rows[i].script, NULL, 3, 20);

		assert_true(screen_wait_exit(screen, PATIENCE));
		assert_int_equal(pty_exit_code(screen_pty(screen)), rows[i].code);
		screen_free(screen);
	}
}

static void all_output_before_the_end_is_read(void **state)
{
	struct screen *screen = shell("seq 1 20000; printf last", NULL, 5, 20);

	(void)state;
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_row(screen, 4, "last");
	assert_true(screen_counts(screen).bytes > 100000);
	assert_int_equal(screen_raw(screen).len, screen_counts(screen).bytes);
	screen_free(screen);
}

static void a_changed_terminal_is_noticed(void **state)
{
	struct screen *screen = shell("stty -echo -icanon", NULL, 3, 20);

	(void)state;
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_false(pty_termios_restored(screen_pty(screen)));
	screen_free(screen);
	screen = shell("s=$(stty -g); stty raw; stty $s", NULL, 3, 20);
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_true(pty_termios_restored(screen_pty(screen)));
	screen_free(screen);
}

static void a_hangup_ends_what_listens_to_it(void **state)
{
	struct screen *screen = shell("echo ready; exec sleep 100", NULL, 3, 20);

	(void)state;
	assert_true(screen_wait_text(screen, "ready", PATIENCE));
	screen_hangup(screen);
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_int_equal(pty_exit_code(screen_pty(screen)), 128 + SIGHUP);
	screen_free(screen);
}

static void the_alternate_screen_is_kept_apart(void **state)
{
	struct screen *screen = shell("printf 'before\\r\\n'; printf '\\033[?1049hinside'; read x;"
				      "printf '\\033[?1049l'; read x", NULL, 4, 20);

	(void)state;
	assert_true(screen_wait_text(screen, "inside", PATIENCE));
	assert_false(screen_find(screen, "before", NULL));
	assert_string_equal(wire_left_on(screen_wire(screen)), "alternate screen on");
	assert_true(screen_key(screen, "Enter"));
	assert_true(screen_wait_text(screen, "before", PATIENCE));
	assert_null(wire_left_on(screen_wire(screen)));
	screen_free(screen);
}

static void a_wait_that_cannot_come_true_ends_with_the_program(void **state)
{
	struct screen *screen = shell("echo something", NULL, 3, 20);

	(void)state;
	assert_false(screen_wait_text(screen, "never", PATIENCE));
	assert_int_equal(pty_exit_code(screen_pty(screen)), 0);
	screen_free(screen);
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
	struct err err = {0};
	const char *const argv[] = {"/nonexistent/program", NULL};
	struct pty_spec spec = {.argv = argv, .rows = 3, .cols = 20};

	(void)state;
	assert_null(screen_start(&spec, &err));
	assert_string_equal(err.text, "cannot run /nonexistent/program: No such file or directory");
}

static void a_golden_file_tells_same_from_different(void **state)
{
	struct screen *screen = shell("printf 'first row\\r\\n\\r\\n  third, \\303\\251\\r\\n'",
				      NULL, 4, 20);

	(void)state;
	assert_true(screen_wait_exit(screen, PATIENCE));
	assert_true(golden_screen("harness.txt", screen));
	assert_true(golden_same("harness.txt", str_of("first row\n\n  third, \xc3\xa9\n\n")));
	if (!getenv("UPDATE_GOLDEN")) {
		assert_false(golden_same("harness.txt", str_of("first row\n\n  third, e\n\n")));
		assert_false(golden_same("harness.txt", str_of("first row\n")));
		assert_false(golden_same("no-such-file.txt", str_of("")));
	}
	screen_free(screen);
}

/* Bytes that the reference encoder takes from a screen holding `from` to one holding `to`. */
static size_t reference(const char *from, const char *to)
{
	struct picture a = {0}, b = {0};
	const char *const texts[] = {from, to};
	struct picture *pictures[] = {&a, &b};

	for (int i = 0; i < 2; i++) {
		struct screen *screen = shell(texts[i], NULL, 4, 20);

		assert_true(screen_wait_exit(screen, PATIENCE));
		picture_take(pictures[i], screen);
		screen_free(screen);
	}
	size_t bytes = picture_reference(&a, &b);
	picture_done(&a);
	picture_done(&b);
	return bytes;
}

static void the_reference_encoder_counts_moves_text_and_attributes(void **state)
{
	(void)state;
	assert_int_equal(reference("printf abc", "printf abc"), 0);
	assert_int_equal(reference("printf abc", "printf abcd"), 1);
	assert_int_equal(reference("printf abc", "printf abX"), strlen("\033[1;3HX"));
	assert_int_equal(reference("printf abc", "printf 'abc  f'"), 3);
	assert_int_equal(reference("printf abcdefgh", "printf a"), strlen("\033[1;2H\033[K"));
	assert_int_equal(reference("printf a", "printf aAAAAAAAAA"), strlen("A\033[8b"));
	assert_int_equal(reference("printf a", "printf 'a\\033[1;31mb'"), strlen("\033[;1;31mb"));
}

static void quantiles_are_of_the_sorted_values(void **state)
{
	struct samples s = {0};

	(void)state;
	for (int i = 5; i > 0; i--)
		samples_add(&s, i);
	assert_float_equal(samples_median(&s), 3, 1e-9);
	assert_float_equal(samples_quantile(&s, 0.95), 4.8, 1e-9);
	assert_float_equal(samples_max(&s), 5, 1e-9);
	samples_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_attributes_arrive_in_their_cells),
		cmocka_unit_test(wide_and_combining_characters_are_read_back),
		cmocka_unit_test(the_size_is_the_one_asked_for_and_changes),
		cmocka_unit_test(the_environment_is_ours_alone),
		cmocka_unit_test(keys_arrive_as_a_terminal_sends_them),
		cmocka_unit_test(a_paste_is_bracketed_only_when_asked_for),
		cmocka_unit_test(queries_are_answered),
		cmocka_unit_test(the_end_is_seen_with_its_status),
		cmocka_unit_test(all_output_before_the_end_is_read),
		cmocka_unit_test(a_changed_terminal_is_noticed),
		cmocka_unit_test(a_hangup_ends_what_listens_to_it),
		cmocka_unit_test(the_alternate_screen_is_kept_apart),
		cmocka_unit_test(a_wait_that_cannot_come_true_ends_with_the_program),
		cmocka_unit_test(a_program_that_is_not_there_is_an_error),
		cmocka_unit_test(a_golden_file_tells_same_from_different),
		cmocka_unit_test(the_reference_encoder_counts_moves_text_and_attributes),
		cmocka_unit_test(quantiles_are_of_the_sorted_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
