#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/pattern.h"

static void an_expression_matches_anywhere_in_the_bytes(void **state)
{
	static const struct { const char *pattern, *text; bool matches; } cases[] = {
		{ "save\\.failed", "x db.transaction.save.failed y", true },
		{ "save\\.failed", "saveXfailed", false },
		{ "^ERROR", "ERROR x", true }, { "^ERROR", "an ERROR", false },
		{ "(a|b){2}$", "xab", true }, { "[]x]", "]", true }, { "[[:digit:]]+", "a1", true },
		{ "a{3}", "aa", false }, { "", "anything", true }, { "x", "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };
		struct pattern *pattern = pattern_new(cases[i].pattern, &err);

		if (!pattern || pattern_matches(pattern, str_of(cases[i].text)) != cases[i].matches)
			fail_msg("%s on %s: %s", cases[i].pattern, cases[i].text, err.text);
		pattern_free(pattern);
	}
}

static void a_nul_in_the_bytes_ends_nothing(void **state)
{
	struct pattern *pattern = pattern_new("failed", NULL);

	(void)state;
	assert_true(pattern_matches(pattern, str_sub("a\0failed", 8)));
	assert_false(pattern_matches(pattern, str_sub("a failed", 7)));
	pattern_free(pattern);
}

static void what_could_stop_the_program_is_refused_with_a_reason(void **state)
{
	static const struct { const char *pattern, *why; } cases[] = {
		{ "(a", "unmatched" }, { "[a", "unmatched" }, { "*a{", "invalid preceding" },
		{ "(a)\\1", "back-references" }, { "((a{99}){99}){99}", "multiply to more than 1000" },
		{ "a{99999999999999999999}", "multiply" }, { "(x{40}y{40})", "multiply" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err err = { 0 };

		if (pattern_check(cases[i].pattern, &err) || !strstr(err.text, cases[i].why))
			fail_msg("%s: \"%s\"", cases[i].pattern, err.text);
	}
}

static void the_longest_is_accepted_and_one_byte_more_is_not(void **state)
{
	char text[PATTERN_LONGEST + 2];
	struct err err = { 0 };

	(void)state;
	memset(text, 'a', sizeof(text));
	text[PATTERN_LONGEST + 1] = '\0';
	assert_false(pattern_check(text, &err));
	assert_string_equal(err.text, "it is longer than 256 bytes");
	text[PATTERN_LONGEST] = '\0';
	assert_true(pattern_check(text, &err));
}

static void braces_in_brackets_repeat_nothing(void **state)
{
	(void)state;
	assert_true(pattern_check("[{9999}]", NULL));
	assert_true(pattern_check("[]{9999}]", NULL));
	assert_true(pattern_check("[[:alpha:]{9999}]", NULL));
	assert_true(pattern_check("\\{9999}", NULL));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_expression_matches_anywhere_in_the_bytes),
		cmocka_unit_test(a_nul_in_the_bytes_ends_nothing),
		cmocka_unit_test(what_could_stop_the_program_is_refused_with_a_reason),
		cmocka_unit_test(the_longest_is_accepted_and_one_byte_more_is_not),
		cmocka_unit_test(braces_in_brackets_repeat_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
