#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/when.h"

struct reading {
	const char *text;
	msec at;
};

static void times_with_an_offset_are_read_exactly(void **state)
{
	(void)state;
	static const struct reading cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-22T02:14:07Z", 1795313647000 },
		{ "2026-11-22t02:14:07z", 1795313647000 },
		{ "2026-11-22T02:14:07.5Z", 1795313647500 },
		{ "2026-11-22T02:14:07.123999999Z", 1795313647123 },
		{ "2026-11-22T02:14:07.000Z", 1795313647000 },
		{ "2026-11-22T07:44:07+05:30", 1795313647000 },
		{ "2026-11-21T21:14:07-05:00", 1795313647000 },
		{ "2026-11-22 02:13:01.95+00", 1795313581950 },
		{ "2026-11-22 07:43:01.95+05:30", 1795313581950 },
		{ "2024-02-29T23:59:59Z", 1709251199000 },
		{ "2000-02-29T00:00:00Z", 951782400000 },
		{ "2016-12-31T23:59:60Z", 1483228800000 },
		{ "1969-12-31T23:59:59.500Z", -500 },
		{ "0001-01-01T00:00:00Z", -62135596800000 },
		{ "0000-01-01T00:00:00Z", -62167219200000 },
		{ "9999-12-31T23:59:59.999Z", 253402300799999 },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec at = 7;
		assert_true(when_parse(str_of(cases[i].text), &at));
		assert_true(at == cases[i].at);
		assert_true(when_parse_local(str_of(cases[i].text), &at));
		assert_true(at == cases[i].at);
	}
}

static void what_is_no_time_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "now", "2026-11-22", "2026-11-22T", "2026-11-22T02:14Z", "2026-11-22T02:14:07.Z",
		"2026-11-22T02:14:07ZZ", "2026-11-22T02:14:07Z ", " 2026-11-22T02:14:07Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-01-00T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z",
		"2026-11-22T23:59:61Z", "2026-11-22T02:14:07+24:00", "2026-11-22T02:14:07+05:60",
		"2026-11-22T02:14:07+5", "2026-11-22T02:14:07+", "26-11-22T02:14:07Z",
		"+2026-11-22T02:14:07Z", "2026/11/22T02:14:07Z", "2026-11-22_02:14:07Z", "infinity",
		"2026-11-22T02:14:07,5Z",
	};
	msec at = 7;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_false(when_parse(str_of(texts[i]), &at));
		assert_false(when_parse_local(str_of(texts[i]), &at));
	}
	assert_int_equal(at, 7);
}

static void a_time_without_offset_is_only_a_local_one(void **state)
{
	(void)state;
	msec at = 7;
	assert_false(when_parse(str_of("2026-11-22 02:14:07.25"), &at));
	assert_int_equal(at, 7);
	assert_true(when_parse_local(str_of("2026-11-22 02:14:07.25"), &at));
	assert_true(at == 1795313647250);
}

static void a_text_that_ends_anywhere_is_never_read_beyond(void **state)
{
	(void)state;
	static const char full[] = "2026-11-22T02:14:07.123+05:30";
	msec at;
	for (size_t len = 0; len < strlen(full); len++) {
		bool whole = len == strlen("2026-11-22T02:14:07.123+05");	/* PostgreSQL's form */
		assert_int_equal(when_parse(str_sub(full, len), &at), whole);
	}
}

static void http_dates_are_read(void **state)
{
	(void)state;
	msec at = 7;
	assert_true(when_parse_http(str_of("Sun, 22 Nov 2026 01:37:23 GMT"), &at));
	assert_true(at == 1795311443000);
	assert_true(when_parse_http(str_of("Thu, 29 Feb 2024 00:00:00 GMT"), &at));
	assert_true(at == 1709164800000);
	static const char *const texts[] = {
		"", "Sun, 22 Nov 2026 01:37:23", "Sun, 22 Nov 2026 01:37:23 +0000",
		"Sun, 22 nov 2026 01:37:23 GMT", "Sun, 31 Nov 2026 01:37:23 GMT",
		"Sunday, 22-Nov-26 01:37:23 GMT", "Sun Nov 22 01:37:23 2026", ", 22 Nov 2026 01:37:23 GMT",
		"Sun, 22 Nov 2026 25:37:23 GMT", "Sun,", "Sun, 22 N",
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(when_parse_http(str_of(texts[i]), &at));
}

static void times_are_written_in_utc(void **state)
{
	(void)state;
	static const struct reading cases[] = {
		{ "2026-11-22T02:14:07Z", 1795313647000 },
		{ "2026-11-22T02:14:07.005Z", 1795313647005 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "0001-01-01T00:00:00Z", -62135596800000 },
		{ "-292275055-05-16T16:47:04.192Z", INT64_MIN },
		{ "292278994-08-17T07:12:55.807Z", INT64_MAX },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[WHEN_TEXT];
		when_format(text, cases[i].at);
		assert_string_equal(text, cases[i].text);
	}
	char clock[WHEN_TEXT];
	when_format_clock(clock, 1795313647999);
	assert_string_equal(clock, "02:14:07");
	when_format_clock(clock, -1);
	assert_string_equal(clock, "23:59:59");
}

/* The oracle is libc, which the code itself must not use. */
static void every_day_of_three_centuries_is_the_one_that_libc_names(void **state)
{
	(void)state;
	for (int64_t day = -40000; day < 80000; day++) {
		time_t seconds = (time_t)(day * 86400 + day % 1000);
		struct tm tm;
		char expected[WHEN_TEXT], text[WHEN_TEXT];
		msec back;
		gmtime_r(&seconds, &tm);
		strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &tm);
		when_format(text, seconds * WHEN_SECOND);
		assert_string_equal(text, expected);
		assert_true(when_parse(str_of(text), &back));
		assert_true(back == seconds * WHEN_SECOND);
	}
}

static void durations_are_read_in_their_units(void **state)
{
	(void)state;
	static const struct reading cases[] = {
		{ "10s", 10000 }, { "250ms", 250 }, { "1h30m", 5400000 }, { "7d", 604800000 },
		{ "0s", 0 }, { "1d2h3m4s5ms", 93784005 }, { "90m", 5400000 }, { "1m500ms", 60500 },
		{ "9223372036854775807ms", INT64_MAX },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec d = -7;
		struct err err = { 0 };
		assert_true(when_parse_duration(str_of(cases[i].text), &d, &err));
		assert_true(d == cases[i].at);
	}
}

static void a_wrong_duration_is_refused_with_a_sentence_that_quotes_it(void **state)
{
	(void)state;
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "10", "\"10\" is no duration: it has no unit" },
		{ "1h30", "it has no unit" },
		{ "", "write a number and a unit" },
		{ "s", "write a number" },
		{ "-5s", "write a number" },
		{ "1.5h", "write a number" },
		{ "5 s", "write a number" },
		{ "5sec", "write a number" },
		{ "5S", "write a number" },
		{ "1h ", "write a number" },
		{ "30m1h", "largest first" },
		{ "1m1m", "each unit once" },
		{ "9223372036854775808ms", "write a number" },
		{ "9223372036854775807s", "too long" },
		{ "106751991167d7h12m55s808ms", "too long" },
		{ "\033[2J", "\"^[[2J\" is no duration" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec d = 7;
		struct err err = { 0 };
		assert_false(when_parse_duration(str_of(cases[i].text), &d, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_non_null(strstr(err.text, cases[i].part));
		assert_int_equal(d, 7);
	}
}

static void durations_are_written_so_that_they_read_back(void **state)
{
	(void)state;
	static const struct reading cases[] = {
		{ "0s", 0 }, { "1h30m", 5400000 }, { "1d", 86400000 }, { "1s500ms", 1500 },
		{ "106751991167d7h12m55s807ms", INT64_MAX },
		{ "-1m30s", -90000 }, { "-106751991167d7h12m55s808ms", INT64_MIN },
	};
	char text[WHEN_TEXT];
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		when_format_duration(text, cases[i].at);
		assert_string_equal(text, cases[i].text);
	}
	for (msec d = 1; d < 100 * WHEN_DAY; d = d * 3 + 17) {
		msec back;
		when_format_duration(text, d);
		assert_true(when_parse_duration(str_of(text), &back, NULL));
		assert_true(back == d);
	}
}

static void ages_take_four_cells_at_most(void **state)
{
	(void)state;
	static const struct reading cases[] = {
		{ "0s", 0 }, { "0s", 999 }, { "0s", -5000 }, { "59s", 59999 }, { "1m", 60000 },
		{ "20m", 1200000 }, { "59m", 3599999 }, { "1h", 3600000 }, { "3h", 3 * 3600000 },
		{ "23h", 86399999 }, { "1d", 86400000 }, { "41d", 41 * WHEN_DAY },
		{ "999d", 1000 * WHEN_DAY - 1 }, { "2y", 1000 * WHEN_DAY }, { "999y", INT64_MAX },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[WHEN_TEXT];
		when_format_age(text, cases[i].at);
		assert_string_equal(text, cases[i].text);
		assert_true(strlen(text) <= 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_with_an_offset_are_read_exactly),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_time_without_offset_is_only_a_local_one),
		cmocka_unit_test(a_text_that_ends_anywhere_is_never_read_beyond),
		cmocka_unit_test(http_dates_are_read),
		cmocka_unit_test(times_are_written_in_utc),
		cmocka_unit_test(every_day_of_three_centuries_is_the_one_that_libc_names),
		cmocka_unit_test(durations_are_read_in_their_units),
		cmocka_unit_test(a_wrong_duration_is_refused_with_a_sentence_that_quotes_it),
		cmocka_unit_test(durations_are_written_so_that_they_read_back),
		cmocka_unit_test(ages_take_four_cells_at_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
