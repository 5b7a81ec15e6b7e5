/* What is said at the table says by itself where the table was. */
#include "core/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static void what_was_said_at_the_table_is_read_back_with_its_clock(void **state)
{
	static const char *const said[] = { "we would fail over now", "fail over: then call ben", "x" };
	struct buf note = { 0 };
	const char *words;
	msec clock;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		buf_clear(&note);
		rehearsal_note_put(1795313647000 + (msec)i * 500, said[i], &note);
		assert_true(rehearsal_note_read(buf_cstr(&note), &clock, &words));
		assert_int_equal(clock, 1795313647000 + (msec)i * 500);
		assert_string_equal(words, said[i]);
	}
	buf_done(&note);
}

static void another_note_is_none_of_the_table(void **state)
{
	static const char *const others[] = {
		"", "table", "table ", "table at four: lunch", "table 2026-11-22T02:14:07Z", "tables 3: x",
		"we sat at table 2026-11-22T02:14:07Z: x",
	};
	const char *words;
	msec clock;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(rehearsal_note_read(others[i], &clock, &words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_said_at_the_table_is_read_back_with_its_clock),
		cmocka_unit_test(another_note_is_none_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
