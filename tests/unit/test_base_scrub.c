#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/scrub.h"
#include "base/utf8.h"
#include "tests/lib/hostile.h"

/* The caller gives the text back. */
static char *scrubbed(struct str bytes)
{
	struct buf out = { 0 };
	scrub(&out, bytes);
	return buf_take(&out);
}

static void expect(struct str bytes, const char *expected)
{
	char *text = scrubbed(bytes);
	assert_string_equal(text, expected);
	assert_true(scrub_clean(str_of(text)));
	assert_int_equal(scrub_clean(bytes), str_eq(bytes, expected));
	mem_free(text);
}

static struct str encoded(char bytes[4], uint32_t cp)
{
	size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char leads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	for (size_t i = len - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (cp & 0x3F));
		cp >>= 6;
	}
	bytes[0] = (char)(leads[len] | cp);
	return str_sub(bytes, len);
}

static void plain_text_stays_as_it_is(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "lag 42 s", "~`!@#$%^&*()[]{}\\|;:'\",.<>/?", "%n%s [red] {b}", "Z\xC3\xBCrich",
		"\xE4\xB8\x96\xE7\x95\x8C", "\xF0\x9F\x98\x80", "e\xCC\x81", "\xD7\xA9\xD7\x9C",
		"\xE2\x96\x88\xE2\x94\x80", "\xC2\xA0", "<U+202E>", "^[", "\\x9B",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		expect(str_of(texts[i]), texts[i]);
}

static void controls_become_carets_and_a_tab_a_blank(void **state)
{
	(void)state;
	for (int c = 0; c < 0x20; c++) {
		char byte = (char)c, shown[3] = { '^', (char)(c + '@'), '\0' };
		expect(str_sub(&byte, 1), c == '\t' ? " " : shown);
	}
	expect(str_of("\x7F"), "^?");
	expect(str_of("a\r\nb\bc"), "a^M^Jb^Hc");
}

static void escape_sequences_lose_their_escape(void **state)
{
	(void)state;
	expect(str_of("\033[2J\033]0;PWN\a"), "^[[2J^[]0;PWN^G");
	expect(str_of("\033P$qm\033\\"), "^[P$qm^[\\");
	expect(str_of("\xC2\x9B" "31m"), "<U+009B>31m");
	expect(str_of("\x9B" "31m\x9C"), "\\x9B31m\\x9C");
}

/* Every character of reliability.md R03 and their kin. */
static void characters_that_hide_or_reorder_are_named(void **state)
{
	(void)state;
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x80, 0x9F },						/* C1 */
		{ 0xAD, 0xAD }, { 0x61C, 0x61C }, { 0x180E, 0x180E },
		{ 0x200B, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF },
		{ 0x34F, 0x34F }, { 0x115F, 0x1160 }, { 0x3164, 0x3164 }, { 0xFFA0, 0xFFA0 },
		{ 0xFE00, 0xFE0D }, { 0xE0100, 0xE01EF },		/* variation selectors */
		{ 0xE000, 0xE010 }, { 0xF8FF, 0xF8FF }, { 0xF0000, 0xF0010 }, { 0x10FFFD, 0x10FFFD },
		{ 0xFFF9, 0xFFFB }, { 0xFDD0, 0xFDEF }, { 0xFFFE, 0xFFFF }, { 0x1FFFE, 0x1FFFF },
		{ 0x10FFFE, 0x10FFFF }, { 0x378, 0x379 },		/* no characters */
		{ 0xE0001, 0xE0001 }, { 0xE0020, 0xE007F },		/* tags */
	};
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		for (uint32_t cp = ranges[i].first; cp <= ranges[i].last; cp++) {
			char bytes[4], shown[16];
			snprintf(shown, sizeof(shown), "<U+%04X>", cp);
			expect(encoded(bytes, cp), shown);
		}
	}
}

static void only_the_two_selectors_of_emoji_vanish(void **state)
{
	(void)state;
	expect(str_of("\xE2\x9A\xA0\xEF\xB8\x8F!"), "\xE2\x9A\xA0!");
	expect(str_of("\xE2\x9A\xA0\xEF\xB8\x8E"), "\xE2\x9A\xA0");
	expect(str_of("\xEF\xB8\x8F"), "");
}

static void broken_utf8_is_shown_byte_by_byte(void **state)
{
	(void)state;
	expect(str_of("\xFF\xFE"), "\\xFF\\xFE");
	expect(str_of("\xC0\xAF"), "\\xC0\\xAF");
	expect(str_of("\xE2\x82"), "\\xE2\\x82");
	expect(str_of("\xED\xA0\x80"), "\\xED\\xA0\\x80");
	expect(str_of("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80");
	expect(str_of("\xC3\xC3\xA9"), "\\xC3\xC3\xA9");
}

static void at_most_four_marks_sit_on_one_base(void **state)
{
	(void)state;
	struct buf many = { 0 };
	buf_char(&many, 'Z');
	for (int i = 0; i < 10000; i++)
		buf_text(&many, "\xCC\x81");
	buf_text(&many, "a\xCC\x81");
	expect(str_sub(many.data, many.len), "Z\xCC\x81\xCC\x81\xCC\x81\xCC\x81" "a\xCC\x81");
	buf_done(&many);
	/* A selector that vanishes does not let four more in. */
	expect(str_of("Z\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xEF\xB8\x8F\xCC\x81"),
	       "Z\xCC\x81\xCC\x81\xCC\x81\xCC\x81");
}

static void a_mark_without_a_base_is_named(void **state)
{
	(void)state;
	expect(str_of("\xCC\x81" "a"), "<U+0301>a");
	expect(str_of("\xEF\xB8\x8F\xCC\x81"), "<U+0301>");
	expect(str_of("\n\xCC\x81"), "^J\xCC\x81");
}

static void a_mark_never_joins_what_another_text_left_in_the_buffer(void **state)
{
	(void)state;
	struct buf out = { 0 };
	scrub(&out, str_of("label "));
	scrub(&out, str_of("\xCC\x81"));
	assert_string_equal(buf_cstr(&out), "label <U+0301>");
	buf_done(&out);
}

static void expect_harmless(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		uint32_t cp;
		if (c >= 0x80 && (c & 0xC0) != 0x80)
			assert_true(utf8_next(str_sub(text.p + i, text.len - i), &cp) > 0 && cp > 0x9F);
		assert_true(c >= 0x20 && c != 0x7F);
	}
	assert_true(scrub_clean(text));
}

static void every_hostile_text_is_harmless_after_one_scrub_and_the_same_after_two(void **state)
{
	(void)state;
	size_t count;
	const struct hostile *all = hostile_all(&count);
	for (size_t i = 0; i < count; i++) {
		struct buf once = { 0 }, twice = { 0 };
		scrub(&once, all[i].bytes);
		expect_harmless(str_sub(buf_cstr(&once), once.len));
		scrub(&twice, str_sub(buf_cstr(&once), once.len));
		assert_string_equal(buf_cstr(&once), buf_cstr(&twice));
		buf_done(&once);
		buf_done(&twice);
	}
}

static void every_character_there_is_scrubs_to_something_clean(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char bytes[5] = "x";
		struct str character = encoded(bytes + 1, cp);
		struct buf once = { 0 }, twice = { 0 };
		scrub(&once, str_sub(bytes, 1 + character.len));
		scrub(&twice, str_sub(buf_cstr(&once), once.len));
		if (strcmp(buf_cstr(&once), buf_cstr(&twice)) != 0)
			fail_msg("U+%04X: \"%s\" then \"%s\"", cp, once.data, twice.data);
		buf_done(&once);
		buf_done(&twice);
	}
}

static void a_fixed_field_shows_that_it_was_cut(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size;
		const char *shown;
		bool fits;
	} cases[] = {
		{ "abc", 4, "abc", true }, { "abcd", 4, "ab~", false }, { "abcd", 2, "~", false },
		{ "abcd", 1, "", false }, { "", 1, "", true }, { "\033[m", 5, "^[[m", true },
		{ "\033[mx", 5, "^[[~", false }, { "ab\xC3\xA9" "d", 5, "ab~", false },
		{ "a\xE4\xB8\x96\xE7\x95\x8C", 6, "a\xE4\xB8\x96~", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char field[16] = "before";
		assert_int_equal(scrub_put(field, cases[i].size, str_of(cases[i].text)), cases[i].fits);
		assert_string_equal(field, cases[i].shown);
		assert_true(scrub_clean(str_of(field)));
	}
	char none[1] = "x";
	assert_false(scrub_put(none, 0, str_of("a")));
	assert_int_equal(none[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays_as_it_is),
		cmocka_unit_test(controls_become_carets_and_a_tab_a_blank),
		cmocka_unit_test(escape_sequences_lose_their_escape),
		cmocka_unit_test(characters_that_hide_or_reorder_are_named),
		cmocka_unit_test(only_the_two_selectors_of_emoji_vanish),
		cmocka_unit_test(broken_utf8_is_shown_byte_by_byte),
		cmocka_unit_test(at_most_four_marks_sit_on_one_base),
		cmocka_unit_test(a_mark_without_a_base_is_named),
		cmocka_unit_test(a_mark_never_joins_what_another_text_left_in_the_buffer),
		cmocka_unit_test(every_hostile_text_is_harmless_after_one_scrub_and_the_same_after_two),
		cmocka_unit_test(every_character_there_is_scrubs_to_something_clean),
		cmocka_unit_test(a_fixed_field_shows_that_it_was_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
