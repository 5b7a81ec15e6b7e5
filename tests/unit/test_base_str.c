#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/str.h"

static void comparing_looks_at_the_slice_only(void **state)
{
	(void)state;
	struct str s = str_sub("horizon-1 and more", 9);
	assert_true(str_eq(s, "horizon-1"));
	assert_false(str_eq(s, "horizon-1 "));
	assert_false(str_eq(s, "horizon"));
	assert_true(str_starts(s, "hori"));
	assert_false(str_starts(s, "horizon-1 and"));
	assert_true(str_ends(s, "-1"));
	assert_false(str_ends(s, "more"));
	assert_true(str_has(s, "zon"));
	assert_false(str_has(s, "ZON"));
	assert_true(str_has_nocase(s, "ZON-1"));
	assert_false(str_has_nocase(s, "and"));
}

static void the_empty_text_is_in_everything_and_holds_only_itself(void **state)
{
	(void)state;
	struct str empty = str_of(NULL);
	struct str none = { 0 };
	assert_int_equal(empty.len, 0);
	assert_true(str_eq(empty, "") && str_eq(none, ""));
	assert_true(str_has(empty, "") && str_has_nocase(none, ""));
	assert_true(str_starts(none, "") && str_ends(none, ""));
	assert_false(str_has(none, "x") || str_starts(none, "x") || str_ends(none, "x"));
	assert_int_equal(str_trim(none).len, 0);
}

static void trimming_takes_blanks_off_both_ends(void **state)
{
	(void)state;
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{ "", "" }, { "  ", "" }, { " a b ", "a b" }, { "\t\r\na\r\n", "a" }, { "a", "a" },
		{ "\va", "\va" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_true(str_eq(str_trim(str_of(cases[i].text)), cases[i].trimmed));
}

static void cutting_walks_over_every_part(void **state)
{
	(void)state;
	struct str rest = str_of("a,,bc,"), part;
	static const char *const parts[] = { "a", "", "bc" };
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		assert_true(str_cut(&rest, ',', &part));
		assert_true(str_eq(part, parts[i]));
	}
	assert_false(str_cut(&rest, ',', &part));
	assert_false(str_cut(&rest, ',', &part));
}

static void copying_terminates_and_never_splits_a_character(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size;
		const char *copy;
		bool fits;
	} cases[] = {
		{ "abc", 4, "abc", true },
		{ "abc", 3, "ab", false },
		{ "abc", 1, "", false },
		{ "", 1, "", true },
		{ "a\xC3\xA9", 3, "a", false },
		{ "a\xC3\xA9", 4, "a\xC3\xA9", true },
		{ "\xE2\x82\xAC" "x", 3, "", false },
		{ "\xE2\x82\xAC" "x", 4, "\xE2\x82\xAC", false },
		{ "\xF0\x9F\x98\x80" "x", 4, "", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char copy[16] = "untouched";
		assert_int_equal(str_put(copy, cases[i].size, cases[i].text), cases[i].fits);
		assert_string_equal(copy, cases[i].copy);
	}
	char none[1] = "x";
	assert_false(str_put(none, 0, "a"));
	assert_int_equal(none[0], 'x');
}

static void a_distance_counts_edits_and_swapped_neighbours(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		size_t limit, distance;
	} cases[] = {
		{ "", "", 2, 0 },
		{ "every", "every", 2, 0 },
		{ "evrey", "every", 2, 1 },
		{ "evry", "every", 2, 1 },
		{ "everyy", "every", 2, 1 },
		{ "ivory", "every", 2, 2 },
		{ "abc", "xyz", 2, 3 },
		{ "abc", "xyz", 9, 3 },
		{ "kitten", "sitting", 9, 3 },
		{ "", "abc", 9, 3 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(str_distance(cases[i].a, cases[i].b, cases[i].limit),
				 cases[i].distance);
		assert_int_equal(str_distance(cases[i].b, cases[i].a, cases[i].limit),
				 cases[i].distance);
	}
}

static void words_too_long_to_compare_are_far_unless_equal(void **state)
{
	(void)state;
	char word[100];
	memset(word, 'a', sizeof(word));
	word[99] = '\0';
	assert_int_equal(str_distance(word, word, 2), 0);
	assert_int_equal(str_distance(word, "a", 2), 3);
}

static void the_nearest_name_is_within_two_edits(void **state)
{
	(void)state;
	static const char *const names[] = { "every", "url", "timeout", "db", "stale" };
	static const struct {
		const char *word, *nearest;
	} cases[] = {
		{ "evrey", "every" }, { "timout", "timeout" }, { "uri", "url" }, { "stales", "stale" },
		{ "frequency", NULL }, { "xy", NULL }, { "x", NULL }, { "", NULL },
		{ "d", "db" }, { "ur", "url" }, { "time", NULL }, { "dbx", "db" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *nearest = str_nearest(cases[i].word, names, ARRAY_LEN(names));
		if (cases[i].nearest)
			assert_string_equal(nearest, cases[i].nearest);
		else
			assert_null(nearest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing_looks_at_the_slice_only),
		cmocka_unit_test(the_empty_text_is_in_everything_and_holds_only_itself),
		cmocka_unit_test(trimming_takes_blanks_off_both_ends),
		cmocka_unit_test(cutting_walks_over_every_part),
		cmocka_unit_test(copying_terminates_and_never_splits_a_character),
		cmocka_unit_test(a_distance_counts_edits_and_swapped_neighbours),
		cmocka_unit_test(words_too_long_to_compare_are_far_unless_equal),
		cmocka_unit_test(the_nearest_name_is_within_two_edits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
