#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/str.h"
#include "runbook/trouble.h"

static void troubles_are_shown_by_place_with_their_fix(void **state)
{
	struct arena arena = { 0 };
	struct troubles troubles = { .arena = &arena };
	struct buf out = { 0 };

	(void)state;
	trouble_add(&troubles, TROUBLE_R013, (struct spot){ "b.md", 12, 3 }, "did you mean 'check'?",
		    "there is no kind '%s'", "chekc");
	trouble_add(&troubles, TROUBLE_R020, (struct spot){ "b.md", 2, 9 }, "", "first");
	trouble_add(&troubles, TROUBLE_R020, (struct spot){ "b.md", 2, 9 }, NULL, "second");
	trouble_add(&troubles, TROUBLE_R007, (struct spot){ "a.md", 0, 0 }, "", "never reviewed");
	troubles_write(&troubles, &out);
	assert_string_equal(buf_cstr(&out),
			    "a.md: warning: never reviewed [R007]\n"
			    "b.md:2:9: warning: first [R020]\n"
			    "b.md:2:9: warning: second [R020]\n"
			    "b.md:12:3: error: there is no kind 'chekc' [R013]\n"
			    "   did you mean 'check'?\n");
	assert_int_equal(troubles.count, 4);
	assert_int_equal(troubles.errors, 1);
	buf_done(&out);
	arena_done(&arena);
}

static void what_is_not_kept_is_counted(void **state)
{
	struct arena arena = { 0 };
	struct troubles troubles = { .arena = &arena };
	struct buf out = { 0 };

	(void)state;
	for (unsigned i = 0; i < TROUBLES_KEPT + 3; i++)
		trouble_add(&troubles, TROUBLE_R010, (struct spot){ "a.md", i + 1, 1 }, "", "again");
	troubles_write(&troubles, &out);
	assert_int_equal(troubles.count, TROUBLES_KEPT + 3);
	assert_int_equal(troubles.errors, TROUBLES_KEPT + 3);
	assert_true(str_ends(str_of(buf_cstr(&out)),
			     "a.md:200:1: error: again [R010]\nand 3 more\n"));
	buf_done(&out);
	arena_done(&arena);
}

static void what_a_trouble_quotes_is_harmless(void **state)
{
	struct arena arena = { 0 };
	struct troubles troubles = { .arena = &arena };
	struct buf out = { 0 };

	(void)state;
	trouble_add(&troubles, TROUBLE_R013, (struct spot){ "a\x1b[2J.md", 1, 1 }, "\x9b" "5m",
		    "postgres://u:hunter2@db/x and \xe2\x80\xae%s", "\x1b]0;x\a");
	troubles_write(&troubles, &out);
	assert_null(strchr(buf_cstr(&out), '\x1b'));
	assert_null(strstr(buf_cstr(&out), "hunter2"));
	assert_null(strstr(buf_cstr(&out), "\xe2\x80\xae"));
	assert_non_null(strstr(buf_cstr(&out), "a^[[2J.md:1:1: error: "));
	buf_done(&out);
	arena_done(&arena);
}

static void every_code_has_its_name_and_meaning(void **state)
{
	size_t errors = 0;

	(void)state;
	assert_string_equal(trouble_name(TROUBLE_R001), "R001");
	assert_string_equal(trouble_name(TROUBLE_R024), "R024");
	for (int i = 0; i < TROUBLE_COUNT; i++) {
		assert_true(strlen(trouble_meaning((enum trouble_code)i)) > 5);
		errors += trouble_is_error((enum trouble_code)i);
	}
	assert_int_equal(errors, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(troubles_are_shown_by_place_with_their_fix),
		cmocka_unit_test(what_is_not_kept_is_counted),
		cmocka_unit_test(what_a_trouble_quotes_is_harmless),
		cmocka_unit_test(every_code_has_its_name_and_meaning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
