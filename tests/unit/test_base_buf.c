#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static void a_zeroed_buf_is_an_empty_text(void **state)
{
	(void)state;
	struct buf buf = { 0 };
	assert_string_equal(buf_cstr(&buf), "");
	buf_cut(&buf, 0);
	buf_clear(&buf);
	char *text = buf_take(&buf);
	assert_string_equal(text, "");
	mem_free(text);
	buf_done(&buf);
	buf_done(&buf);
}

static void additions_follow_each_other_and_stay_terminated(void **state)
{
	(void)state;
	struct buf buf = { 0 };
	assert_true(buf_text(&buf, "lag "));
	assert_true(buf_fmt(&buf, "%d%c", 42, 's'));
	assert_true(buf_char(&buf, '!'));
	assert_true(buf_add(&buf, "\0x", 2));
	assert_true(buf_add(&buf, NULL, 0));
	assert_int_equal(buf.len, 10);
	assert_memory_equal(buf.data, "lag 42s!\0x\0", 11);
	buf_cut(&buf, 3);
	assert_string_equal(buf_cstr(&buf), "lag");
	buf_cut(&buf, 10);
	assert_int_equal(buf.len, 3);
	buf_done(&buf);
	assert_int_equal(buf.len, 0);
}

static void a_long_format_is_written_whole(void **state)
{
	(void)state;
	struct buf buf = { 0 };
	assert_true(buf_fmt(&buf, "%5000d|", 1));
	assert_int_equal(buf.len, 5001);
	assert_int_equal(buf.data[4999], '1');
	buf_done(&buf);
}

static void what_does_not_fit_is_dropped_whole_and_so_is_all_after_it(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 5);
	assert_true(buf_text(&buf, "abc"));
	assert_false(buf_text(&buf, "def"));
	assert_true(buf.full);
	assert_false(buf_char(&buf, 'd'));
	assert_false(buf_fmt(&buf, "%s", "e"));
	assert_string_equal(buf_cstr(&buf), "abc");
	buf_clear(&buf);
	assert_false(buf.full);
	assert_true(buf_text(&buf, "12345"));
	assert_false(buf_char(&buf, '6'));
	assert_string_equal(buf_cstr(&buf), "12345");
	buf_done(&buf);
}

static void without_a_maximum_of_its_own_it_stops_at_64_mib(void **state)
{
	(void)state;
	struct buf buf = { 0 };
	size_t half = 32 * 1024 * 1024;
	char *chunk = mem_new(half);
	assert_true(buf_add(&buf, chunk, half));
	assert_true(buf_add(&buf, chunk, half));
	assert_false(buf_char(&buf, 'x'));
	assert_true(buf.full);
	mem_free(chunk);
	buf_done(&buf);
}

static void taking_gives_the_text_away_and_keeps_the_maximum(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 4);
	buf_text(&buf, "gone");
	char *text = buf_take(&buf);
	assert_string_equal(text, "gone");
	assert_string_equal(buf_cstr(&buf), "");
	assert_false(buf_text(&buf, "five!"));
	mem_free(text);
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zeroed_buf_is_an_empty_text),
		cmocka_unit_test(additions_follow_each_other_and_stay_terminated),
		cmocka_unit_test(a_long_format_is_written_whole),
		cmocka_unit_test(what_does_not_fit_is_dropped_whole_and_so_is_all_after_it),
		cmocka_unit_test(without_a_maximum_of_its_own_it_stops_at_64_mib),
		cmocka_unit_test(taking_gives_the_text_away_and_keeps_the_maximum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
