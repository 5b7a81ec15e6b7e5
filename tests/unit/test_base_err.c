#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/err.h"

static void setting_returns_false_and_keeps_kind_and_sentence(void **state)
{
	(void)state;
	struct err err = { 0 };
	assert_false(err_set(&err, ERR_INPUT, "line %d: %s", 12, "no colon"));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.text, "line 12: no colon");
}

static void context_goes_in_front_and_the_kind_stays(void **state)
{
	(void)state;
	struct err err = { 0 };
	err_set(&err, ERR_NOT_FOUND, "no such key");
	assert_false(err_add(&err, "source %s", "db"));
	assert_false(err_add(&err, "config.yaml"));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_string_equal(err.text, "config.yaml: source db: no such key");
}

static void the_old_sentence_may_be_an_argument_of_the_new_one(void **state)
{
	(void)state;
	struct err err = { 0 };
	err_set(&err, ERR_IO, "refused");
	err_set(&err, ERR_INPUT, "was: %s", err.text);
	assert_string_equal(err.text, "was: refused");
	err_add(&err, "again %s", err.text);
	assert_string_equal(err.text, "again was: refused: was: refused");
}

static void a_caller_without_an_err_is_served(void **state)
{
	(void)state;
	assert_false(err_set(NULL, ERR_IO, "lost"));
	assert_false(err_add(NULL, "lost"));
}

static void a_long_sentence_is_cut_at_its_end_between_characters(void **state)
{
	(void)state;
	struct err err = { 0 };
	char longer[2000];
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	err_set(&err, ERR_INPUT, "start %s", longer);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_add(&err, "first");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "first: start xxx", 16);
	for (size_t i = 0; i + 2 < sizeof(longer); i += 2)
		memcpy(longer + i, "\xC3\xA9", 2);
	longer[1998] = '\0';
	err_set(&err, ERR_INPUT, "%s", longer);
	assert_int_equal(strlen(err.text) % 2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_returns_false_and_keeps_kind_and_sentence),
		cmocka_unit_test(context_goes_in_front_and_the_kind_stays),
		cmocka_unit_test(the_old_sentence_may_be_an_argument_of_the_new_one),
		cmocka_unit_test(a_caller_without_an_err_is_served),
		cmocka_unit_test(a_long_sentence_is_cut_at_its_end_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
