#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/attr.h"
#include "base/utf8.h"

static void a_valid_character_gives_its_length_and_number(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t len;
		uint32_t cp;
	} cases[] = {
		{ "a", 1, 'a' }, { "\x7F", 1, 0x7F }, { "\xC2\x80", 2, 0x80 }, { "\xDF\xBF", 2, 0x7FF },
		{ "\xE0\xA0\x80", 3, 0x800 }, { "\xED\x9F\xBF", 3, 0xD7FF }, { "\xEE\x80\x80", 3, 0xE000 },
		{ "\xEF\xBF\xBF", 3, 0xFFFF }, { "\xF0\x90\x80\x80", 4, 0x10000 },
		{ "\xF4\x8F\xBF\xBF", 4, 0x10FFFF },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint32_t cp = 1;
		assert_int_equal(utf8_next(str_of(cases[i].text), &cp), cases[i].len);
		assert_int_equal(cp, cases[i].cp);
	}
	uint32_t cp = 1;
	assert_int_equal(utf8_next(str_sub("\0", 1), &cp), 1);
	assert_int_equal(cp, 0);
}

static void broken_characters_have_no_length(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "\x80", "\xBF", "\xC2", "\xC2" "a", "\xE2\x82", "\xE2\x82" "a", "\xF0\x9F\x98",
		"\xC0\x80", "\xC1\xBF",						/* overlong */
		"\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
		"\xED\xA0\x80", "\xED\xBF\xBF",					/* surrogates */
		"\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",	/* beyond */
		"\xFE", "\xFF",
	};
	uint32_t cp = 1;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(utf8_next(str_of(texts[i]), &cp), 0);
	assert_int_equal(cp, 1);
}

static void a_cluster_holds_a_base_with_its_marks(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "", 0 }, { "ab", 1 }, { "a", 1 }, { "e\xCC\x81x", 3 }, { "e\xCC\x81\xCC\xA7" "x", 5 },
		{ "\xE4\xB8\x96\xE7\x95\x8C", 3 }, { "\xE0\xA4\xA8\xE0\xA4\xBF", 6 },
		{ "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8x", 9 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(utf8_cluster(str_of(cases[i].text)), cases[i].len);
}

static void walking_by_clusters_ends_whatever_the_bytes(void **state)
{
	(void)state;
	static const char bytes[] = "a\x80\xC3\xFF\xCC\x81\xE2\x82z\xF0\x9F";
	size_t at = 0, steps = 0;
	while (at < sizeof(bytes)) {
		size_t len = utf8_cluster(str_sub(bytes + at, sizeof(bytes) - at));
		assert_in_range(len, 1, sizeof(bytes) - at);
		at += len;
		assert_true(++steps <= sizeof(bytes));
	}
}

static void widths_count_cells(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t cells;
	} cases[] = {
		{ "", 0 }, { "lag 42 s", 8 }, { "\xC3\xA9t\xC3\xA9", 3 }, { "e\xCC\x81", 1 },
		{ "\xE4\xB8\x96\xE7\x95\x8C", 4 }, { "\xF0\x9F\x98\x80!", 3 }, { "\xEF\xBC\xA1", 2 },
		{ "\xE2\x96\x88\xE2\x96\x8C", 2 }, { "a\x01" "b", 3 }, { "a\xFF" "b", 3 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(utf8_width(str_of(cases[i].text)), cases[i].cells);
}

/* ncurses asks wcwidth in the program's locale; ours must not depend on it being set. */
static void widths_are_those_of_the_c_library_in_any_locale(void **state)
{
	(void)state;
	static const uint32_t blocks[] = { 0xA0, 0x300, 0x900, 0x1100, 0x2500, 0x4DC0, 0x1F600 };
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	for (size_t i = 0; i < ARRAY_LEN(blocks) * 256; i++) {
		wchar_t wide[2] = { (wchar_t)(blocks[i / 256] + i % 256), 0 };
		char text[8];
		size_t len = wcstombs(text, wide, sizeof(text));
		int expected = wcwidth(wide[0]);
		if (expected < 0)
			continue;
		assert_int_equal(utf8_width(str_sub(text, len)), expected);
		setlocale(LC_ALL, "C");
		assert_int_equal(utf8_width(str_sub(text, len)), expected);
		setlocale(LC_ALL, "C.UTF-8");
	}
	setlocale(LC_ALL, "C");
}

static void fitting_keeps_whole_clusters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t cells, len;
	} cases[] = {
		{ "abc", 0, 0 }, { "abc", 2, 2 }, { "abc", 9, 3 },
		{ "\xE4\xB8\x96\xE7\x95\x8C", 3, 3 }, { "\xE4\xB8\x96\xE7\x95\x8C", 1, 0 },
		{ "e\xCC\x81x", 1, 3 }, { "ae\xCC\x81", 1, 1 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(utf8_fit(str_of(cases[i].text), cases[i].cells), cases[i].len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_valid_character_gives_its_length_and_number),
		cmocka_unit_test(broken_characters_have_no_length),
		cmocka_unit_test(a_cluster_holds_a_base_with_its_marks),
		cmocka_unit_test(walking_by_clusters_ends_whatever_the_bytes),
		cmocka_unit_test(widths_count_cells),
		cmocka_unit_test(widths_are_those_of_the_c_library_in_any_locale),
		cmocka_unit_test(fitting_keeps_whole_clusters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
