#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"

static void collect(void *arg, const char *line, size_t len)
{
	buf_add(arg, line, len);
}

static void lines_carry_time_and_level_newest_first(void **state)
{
	(void)state;
	log_set(LOG_DEBUG, NULL, NULL);
	log_now(1795313647000);
	log_put(LOG_WARN, "first %d", 1);
	log_now(1795313648000);
	log_put(LOG_ERROR, "second");
	assert_string_equal(log_line(0), "2026-11-22T02:14:08Z error second");
	assert_string_equal(log_line(1), "2026-11-22T02:14:07Z warn  first 1");
}

static void what_is_below_the_level_goes_nowhere(void **state)
{
	(void)state;
	struct buf seen = { 0 };
	log_set(LOG_WARN, collect, &seen);
	log_put(LOG_WARN, "kept");
	log_put(LOG_INFO, "dropped");
	log_put(LOG_DEBUG, "dropped");
	assert_non_null(strstr(log_line(0), "kept"));
	assert_non_null(strstr(buf_cstr(&seen), "kept\n"));
	assert_null(strstr(buf_cstr(&seen), "dropped"));
	log_set(LOG_INFO, NULL, NULL);
	buf_done(&seen);
}

static void a_line_is_scrubbed_to_one_line_and_redacted(void **state)
{
	(void)state;
	struct buf seen = { 0 };
	struct secret *secret = secret_new(str_of("tr0ub4dor"));
	log_set(LOG_INFO, collect, &seen);
	log_put(LOG_INFO, "%s", "a\nb\033[2J tr0ub4dor end");
	assert_non_null(strstr(log_line(0), "a^Jb^[[2J [redacted] end"));
	assert_non_null(strstr(buf_cstr(&seen), "a^Jb^[[2J [redacted] end\n"));
	assert_ptr_equal(strchr(seen.data, '\n'), seen.data + seen.len - 1);
	log_set(LOG_INFO, NULL, NULL);
	secret_free(secret);
	buf_done(&seen);
}

static void a_secret_at_the_place_where_a_long_line_is_cut_is_not_left_in_part(void **state)
{
	(void)state;
	struct secret *secret = secret_new(str_of("tr0ub4dor-tr0ub4dor-tr0ub4dor"));
	for (int before = 440; before < 520; before++) {
		log_put(LOG_INFO, "%*s%s", before, "", secret_reveal(secret));
		assert_null(strstr(log_line(0), "tr0"));
	}
	secret_free(secret);
}

static void the_ring_forgets_the_oldest_lines(void **state)
{
	(void)state;
	size_t lines = 0;
	for (int i = 0; i < 1000; i++)
		log_put(LOG_INFO, "line %d.", i);
	assert_non_null(strstr(log_line(0), " line 999."));
	while (log_line(lines))
		lines++;
	assert_int_equal(lines, 256);
	assert_non_null(strstr(log_line(255), " line 744."));
}

static void levels_are_read_by_their_word(void **state)
{
	(void)state;
	static const char *const words[] = { "error", "warn", "info", "debug" };
	enum log_level level;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		assert_true(log_level_parse(words[i], &level));
		assert_int_equal(level, i);
	}
	assert_false(log_level_parse("", &level));
	assert_false(log_level_parse("INFO", &level));
	assert_int_equal(level, LOG_DEBUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_carry_time_and_level_newest_first),
		cmocka_unit_test(what_is_below_the_level_goes_nowhere),
		cmocka_unit_test(a_line_is_scrubbed_to_one_line_and_redacted),
		cmocka_unit_test(a_secret_at_the_place_where_a_long_line_is_cut_is_not_left_in_part),
		cmocka_unit_test(the_ring_forgets_the_oldest_lines),
		cmocka_unit_test(levels_are_read_by_their_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
