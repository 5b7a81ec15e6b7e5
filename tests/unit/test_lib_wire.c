/* The reader of terminal bytes that other tests trust must itself be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "tests/lib/wire.h"

static struct wire read_all(const char *bytes)
{
	struct wire wire = {0};

	wire_feed(&wire, bytes, strlen(bytes));
	return wire;
}

static void what_ncurses_sends_is_not_foreign(void **state)
{
	static const char *const fine[] = {
		"plain text\r\n", "\033[?1049h\033[22;0;0t\033[1;24r\033(B\033[m\033[4l\033[?7h",
		"\033[?1h\033=", "\033[39;49m\033[H\033[2J", "\033[24;80H", "\033[3b", "\033[10X",
		"\033[38;5;208mtext\033[K", "\0337\0338\033M", "\016lqqk\017", "\a",
		"\033[?1006;1000h\033[?1006;1000l", "\033[23;0;0t\033[?1l\033>", "\xe2\x94\x80 caf\xc3\xa9",
		"\033]2;a title\a", "\033[?25l\033[?12l\033[?25h", "\033[?2004h",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		struct wire wire = read_all(fine[i]);

		if (wire.foreign)
			fail_msg("case %zu: %s", i, wire.foreign_text);
	}
}

static void what_drives_a_terminal_is_foreign(void **state)
{
	static const char *const bad[] = {
		"\033]52;c;UFdO\a", "\033]8;;http://x/\033\\", "\033[6n", "\033[c", "\033[>c", "\033[21t",
		"\033[8;1;1t", "\033P$qm\033\\", "\033_G\033\\", "\033^x\033\\", "\033Xx\033\\", "\033c",
		"\033#8", "\033Z", "\033[5i", "\033[!p", "\x9b""31m", "\xc2\x9b""31m", "\xc2\x85", "\x01",
		"\x7f", "\v", "\f", "\xff", "\xe2\x80\xae", "\xe2\x80\x8b", "\xef\xbb\xbf",
		"\xf3\xa0\x81\x81", "\xe2\x80\xa8", "\xee\x80\x80", "\xe2\x80X", "\033[3\0331m",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (read_all(bad[i]).foreign == 0)
			fail_msg("case %zu was not noticed", i);
}

static void a_sequence_cut_at_any_byte_reads_the_same(void **state)
{
	static const char text[] = "a\033[?1049;2004h\033]0;t\033\\\033[38;5;1mx\xe2\x80\xae"
				   "\033[6n\a\033(Bz";
	struct wire whole = read_all(text);

	(void)state;
	for (size_t cut = 1; cut < strlen(text); cut++) {
		struct wire parts = {0};

		wire_feed(&parts, text, cut);
		wire_feed(&parts, text + cut, strlen(text) - cut);
		assert_memory_equal(&parts, &whole, offsetof(struct wire, state));
	}
}

static void modes_are_read_to_the_last_number(void **state)
{
	struct wire wire = read_all("\033[?1006;1000h");

	(void)state;
	assert_true(wire_mode(&wire, WIRE_MOUSE));
	assert_true(wire_mode(&wire, WIRE_MOUSE_SGR));
	assert_string_equal(wire_left_on(&wire), "mouse reporting on");
	wire_feed(&wire, "\033[?1006;1000l", 13);
	assert_null(wire_left_on(&wire));
}

static void what_is_left_on_is_named(void **state)
{
	static const struct { const char *bytes, *left; } rows[] = {
		{"\033[?1049h", "alternate screen on"}, {"\033[?25l", "cursor hidden"},
		{"\033[?2004h", "bracketed paste on"}, {"\033[?1h", "cursor keys in application mode"},
		{"\033[?1004h", "focus reporting on"}, {"\033[?1049h\033[?1049l", NULL}, {"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct wire wire = read_all(rows[i].bytes);
		const char *left = wire_left_on(&wire);

		assert_string_equal(left ? left : "nothing", rows[i].left ? rows[i].left : "nothing");
	}
}

static void bells_colours_high_bytes_and_titles_are_counted(void **state)
{
	struct wire wire = read_all("\a\a\033[31;1m\033[38;5;9m\033[48;5;31m\033[m\xc3\xa9\033]2;SEV1\a");

	(void)state;
	assert_int_equal(wire.bells, 2);
	assert_int_equal(wire.colours, 3);
	assert_int_equal(wire.high, 2);
	assert_int_equal(wire.foreign, 0);
	assert_string_equal(wire.title, "SEV1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ncurses_sends_is_not_foreign),
		cmocka_unit_test(what_drives_a_terminal_is_foreign),
		cmocka_unit_test(a_sequence_cut_at_any_byte_reads_the_same),
		cmocka_unit_test(modes_are_read_to_the_last_number),
		cmocka_unit_test(what_is_left_on_is_named),
		cmocka_unit_test(bells_colours_high_bytes_and_titles_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
