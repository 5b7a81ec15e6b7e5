/* The kind `log`: times in lines, counts in windows, sightings, and what happened to the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/kinds.h"
#include "backends/log_lines.h"
#include "backends/log_time.h"
#include "base/scrub.h"
#include "base/secret.h"
#include "tests/lib/desk.h"
#include "tests/lib/hostile.h"

#define HASH "8f41aa00bb11cc22dd33ee44ff5566778899aabbccddeeff00112233445ac902"

static struct desk desk;
static struct log_config config;
static struct log_pattern patterns[3];

static int open_it(void **state)
{
	(void)state;
	patterns[0] = (struct log_pattern){
		.name = "save-failed", .match = "save\\.failed", .warn = { THRESHOLD_ABOVE, 0 },
		.bad = { THRESHOLD_ABOVE, 2 }, .window = 5 * WHEN_MINUTE };
	patterns[1] = (struct log_pattern){ .name = "any", .match = "level", .window = WHEN_HOUR };
	patterns[2] = (struct log_pattern){
		.name = "alive", .match = "heartbeat", .bad = { THRESHOLD_BELOW, 1 },
		.window = WHEN_MINUTE };
	config = (struct log_config){
		.source = { .name = "logs", .every = 2000 }, .file = "/var/log/app.log",
		.patterns = { patterns, 2 },
	};
	desk_open(&desk, &log_backend, &config);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static void lines(enum follow follow, const char *body)
{
	struct reply reply = desk_reply(&desk, body);

	reply.follow = follow;
	desk_take(&desk, 0, &reply);
	desk_judge(&desk);
}

/* What is counted, -1 while it is not known. */
static long value_of(const char *name)
{
	const struct reading *reading = desk_reading(&desk, name);

	assert_non_null(reading);
	return reading->known ? lround(reading->value) : -1;
}

/* Lines read at DESK_START, 2026-11-22T01:37:21Z: what they say of their time, "" for nothing. */
static const struct {
	const char *line, *at;
	bool zoned;
} times[] = {
	{ "{\"timestamp\":\"2026-11-22T01:30:00.250Z\",\"level\":\"error\"}",
	  "2026-11-22T01:30:00.250Z", true },
	{ "{\"level\":\"error\",\"time\":1795311000123}", "2026-11-22T01:30:00.123Z", true },
	{ "{\"ts\":1795311000.5}", "2026-11-22T01:30:00.500Z", true },
	{ "{\"ts\":\"1795311000\"}", "2026-11-22T01:30:00Z", true },
	{ "{\"time\":1795311000123456}", "2026-11-22T01:30:00.123Z", true },
	{ "{\"time\":1795311000123456789}", "2026-11-22T01:30:00.123Z", true },
	{ "{\"@timestamp\":\"2026-11-22T02:30:00+01:00\"}", "2026-11-22T01:30:00Z", true },
	{ "{\"timestamp\":\"2026-11-22 01:30:00\"}", "2026-11-22T01:30:00Z", false },
	{ "{\"timestamp\":\"yesterday\",\"time\":\"2026-11-22T01:30:00Z\"}",
	  "2026-11-22T01:30:00Z", true },
	{ "{\"timestamp\":5}", "", false },
	{ "{\"timestamp\":null}", "", false },
	{ "{\"timestamp\":1e300}", "", false },
	{ "{ broken 2026-11-22T01:30:00Z", "", false },
	{ "2026-11-22T01:30:00Z error", "2026-11-22T01:30:00Z", true },
	{ "2026-11-22T01:30:00.123456+00:00 host app", "2026-11-22T01:30:00.123Z", true },
	{ "2026-11-22T02:30:00+0100 host app", "2026-11-22T01:30:00Z", true },
	{ "2026-11-22 01:30:00,250 ERROR x", "2026-11-22T01:30:00.250Z", false },
	{ "2026-11-22 01:30:00.250 UTC [12] ERROR", "2026-11-22T01:30:00.250Z", true },
	{ "2026-11-22 01:30:00", "2026-11-22T01:30:00Z", false },
	{ "[2026-11-22T01:30:00Z] x", "2026-11-22T01:30:00Z", true },
	{ "[2026-11-22 01:30:00]: x", "2026-11-22T01:30:00Z", false },
	{ "<34>1 2026-11-22T01:30:00Z host su - ID47 - x", "2026-11-22T01:30:00Z", true },
	{ "<34>Nov 22 01:30:00 host su: x", "2026-11-22T01:30:00Z", false },
	{ "Nov 22 01:30:00 host su: x", "2026-11-22T01:30:00Z", false },
	{ "Nov  2 01:30:00 host su: x", "2026-11-02T01:30:00Z", false },
	{ "Dec 31 23:59:59 host su: x", "2025-12-31T23:59:59Z", false },
	{ "2026-13-45T01:30:00Z x", "", false },
	{ "2026-11-22", "", false },
	{ "Nov 22", "", false },
	{ "Now 22 01:30:00 x", "", false },
	{ "error: nothing", "", false },
	{ "", "", false },
	{ "<", "", false },
	{ "[", "", false },
};

static void a_line_says_when_it_was_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct line_time time;
		char at[WHEN_TEXT] = "";

		if (log_time(str_of(times[i].line), DESK_START, &time))
			when_format(at, time.at);
		if (strcmp(at, times[i].at) != 0 || (at[0] && time.zoned != times[i].zoned))
			fail_msg("%s: \"%s\"", times[i].line, at);
	}
}

static void a_transaction_hash_is_found_in_a_line(void **state)
{
	static const struct { const char *line, *hash; } cases[] = {
		{ "tx " HASH " failed", HASH },
		{ "hash=8F41AA00BB11CC22DD33EE44FF5566778899AABBCCDDEEFF00112233445AC902;", HASH },
		{ HASH, HASH }, { HASH "0", "" }, { "a" HASH, "" }, { "\"" HASH "\"", HASH },
		{ "deadbeef", "" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char hash[LOG_HASH] = "";

		(void)log_hash(str_of(cases[i].line), hash);
		assert_string_equal(hash, cases[i].hash);
	}
}

static void lines_count_when_they_say_they_were_written(void **state)
{
	(void)state;
	lines(FOLLOW_BEGUN, "2026-11-22T01:30:00Z save.failed\n2026-11-22T01:36:00Z save.failed\n");
	assert_int_equal(value_of("save-failed"), 1);
	desk_expect(&desk, STATE_WARN, "save-failed: 1 in 5m, limit 0");
	desk_wait(&desk, WHEN_MINUTE);
	lines(FOLLOW_GOES_ON, "2026-11-22T01:37:30Z save.failed\n2026-11-22T01:37:31Z save.failed\n");
	desk_expect(&desk, STATE_BAD, "save-failed: 3 in 5m, limit 2");
	assert_int_equal(desk_reading(&desk, "save-failed")->state, STATE_BAD);
	desk_wait(&desk, 6 * WHEN_MINUTE);
	lines(FOLLOW_GOES_ON, "");
	desk_expect(&desk, STATE_OK, "all 2 patterns within limits");
	assert_int_equal(value_of("save-failed"), 0);
}

static void old_lines_without_a_time_are_shown_and_not_counted(void **state)
{
	(void)state;
	lines(FOLLOW_BEGUN, "save.failed long ago\n");
	assert_int_equal(value_of("save-failed"), 0);
	assert_int_equal(desk.report.sighting_count, 1);
	assert_int_equal(desk.report.sightings[0].at, WHEN_NEVER);
	lines(FOLLOW_GOES_ON, "save.failed just now\n");
	assert_int_equal(value_of("save-failed"), 1);
	assert_int_equal(desk.report.sightings[1].at, DESK_START);
}

static void a_time_without_a_zone_is_trusted_only_near_the_reading(void **state)
{
	(void)state;
	lines(FOLLOW_BEGUN, "");
	lines(FOLLOW_GOES_ON, "2026-11-21 20:37:20 save.failed in New York\n"
			      "2026-11-22 01:37:20 save.failed here\n");
	assert_int_equal(value_of("save-failed"), 2);
	assert_int_equal(desk.report.sightings[0].at, DESK_START);
	assert_int_equal(desk.report.sightings[1].at, DESK_START - 1000);
}

static void a_line_of_the_future_counts_now(void **state)
{
	(void)state;
	lines(FOLLOW_BEGUN, "2027-01-01T00:00:00Z save.failed\n");
	assert_int_equal(value_of("save-failed"), 1);
}

static void a_command_that_was_started_again_counts_nothing_twice(void **state)
{
	(void)state;
	lines(FOLLOW_BEGUN, "2026-11-22T01:37:01Z save.failed\n2026-11-22T01:37:02Z save.failed\n");
	lines(FOLLOW_RESTARTED, "2026-11-22T01:37:02Z save.failed\n"
				"2026-11-22T01:37:03Z save.failed\n");
	assert_int_equal(value_of("save-failed"), 3);
	assert_int_equal(desk.report.sighting_count, 3);
	assert_non_null(strstr(desk.report.because, "save-failed: 3"));
}

static void too_few_is_said_of_a_whole_window_only(void **state)
{
	(void)state;
	config.patterns.count = 3;
	lines(FOLLOW_BEGUN, "");
	desk_expect(&desk, STATE_UNKNOWN, "alive: 0 in 1m, limit 1, not read for so long yet");
	desk_wait(&desk, 61 * WHEN_SECOND);
	lines(FOLLOW_GOES_ON, "");
	desk_expect(&desk, STATE_BAD, "alive: 0 in 1m, limit 1");
	lines(FOLLOW_GOES_ON, "heartbeat\n");
	desk_expect(&desk, STATE_OK, "within limits");
}

static void the_last_64_matched_lines_are_lent_the_newest_last(void **state)
{
	struct buf body = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_fmt(&body, "level error number %d\nsomething else\n", i);
	lines(FOLLOW_GOES_ON, buf_cstr(&body));
	assert_int_equal(desk.report.sighting_count, SIGHTINGS);
	assert_string_equal(desk.report.sightings[0].text, "level error number 36");
	assert_string_equal(desk.report.sightings[SIGHTINGS - 1].text, "level error number 99");
	assert_string_equal(desk.report.sightings[0].pattern, "any");
	assert_int_equal(value_of("any"), 100);
	buf_done(&body);
}

static void a_sighting_is_redacted_and_knows_its_transaction(void **state)
{
	struct secret *secret = secret_new(str_of("canary-in-the-log"));
	const struct sighting *seen;

	(void)state;
	lines(FOLLOW_GOES_ON, "level error token canary-in-the-log password=hunter2 tx " HASH "\n");
	seen = &desk.report.sightings[0];
	assert_string_equal(seen->hash, HASH);
	assert_null(strstr(seen->text, "canary"));
	assert_null(strstr(seen->text, "hunter2"));
	assert_non_null(strstr(seen->text, "[redacted]"));
	secret_free(secret);
}

static void hostile_lines_come_out_harmless(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct buf body = { 0 };
		struct reply reply = desk_reply(&desk, "");

		buf_text(&body, "level save.failed ");
		buf_add(&body, all[i].bytes.p, all[i].bytes.len);
		buf_text(&body, "\n");
		reply.body = str_sub(body.data, body.len);
		desk_take(&desk, 0, &reply);
		desk_judge(&desk);
		for (size_t k = 0; k < desk.report.sighting_count; k++)
			assert_true(scrub_clean(str_of(desk.report.sightings[k].text)));
		buf_done(&body);
	}
}

static void what_happened_to_the_file_is_said(void **state)
{
	struct reply reply;

	(void)state;
	lines(FOLLOW_BEGUN, "x\n");
	desk_expect(&desk, STATE_OK, "is followed, all 2 patterns within limits");
	lines(FOLLOW_ROTATED, "x\n");
	desk_expect(&desk, STATE_OK, "was rotated");
	desk_wait(&desk, 20 * WHEN_MINUTE);
	lines(FOLLOW_TRUNCATED, "x\n");
	desk_expect(&desk, STATE_OK, "was truncated");
	reply = desk_reply(&desk, "x\n");
	reply.lost = 4711;
	desk_take(&desk, 0, &reply);
	desk_expect(&desk, STATE_WARN, "4711 bytes of it were lost");
	assert_int_equal(json_integer_value(json_object_get(desk.report.fields, "lost_bytes")), 4711);
	assert_int_equal(json_integer_value(json_object_get(desk.report.fields, "lines_total")), 4);
}

static void a_clock_that_goes_back_hides_no_lines(void **state)
{
	(void)state;
	config.quiet = 10 * WHEN_MINUTE;
	lines(FOLLOW_GOES_ON, "save.failed\n");
	desk.now.wall -= WHEN_HOUR;
	lines(FOLLOW_GOES_ON, "");
	assert_int_equal(value_of("save-failed"), 0);
	lines(FOLLOW_GOES_ON, "save.failed\nsave.failed\n");
	assert_int_equal(value_of("save-failed"), 2);
	desk_wait(&desk, 11 * WHEN_MINUTE);
	lines(FOLLOW_GOES_ON, "");
	desk_expect(&desk, STATE_STALE, "no new line for 11m");
}

static void a_log_that_is_too_quiet_is_stale(void **state)
{
	(void)state;
	config.quiet = WHEN_MINUTE;
	lines(FOLLOW_BEGUN, "2026-11-22T01:36:51Z x\n");
	desk_expect(&desk, STATE_OK, "within limits");
	desk_wait(&desk, 31 * WHEN_SECOND);
	lines(FOLLOW_GOES_ON, "");
	desk_expect(&desk, STATE_STALE, "no new line for 1m, limit 1m");
	lines(FOLLOW_GOES_ON, "x\n");
	desk_expect(&desk, STATE_OK, "within limits");
}

static void a_log_that_cannot_be_read_is_unknown_and_so_are_its_signals(void **state)
{
	(void)state;
	lines(FOLLOW_GOES_ON, "save.failed\n");
	desk_fail(&desk, 0, REPLY_NOT_RUN);
	desk_expect(&desk, STATE_UNKNOWN, "it cannot be read: the test says so");
	assert_int_equal(value_of("save-failed"), -1);
	assert_int_equal(desk.report.sighting_count, 1);
	lines(FOLLOW_GOES_ON, "");
	desk_expect(&desk, STATE_WARN, "save-failed");
}

static void nothing_is_known_before_the_first_answer(void **state)
{
	(void)state;
	desk_expect(&desk, STATE_UNKNOWN, "waiting");
	assert_int_equal(desk.report.reading_count, 0);
	assert_true(json_is_null(json_object_get(desk.report.fields, "lines_total")));
}

static void more_is_asked_for_at_once(void **state)
{
	struct reply reply = desk_reply(&desk, "x\n");

	(void)state;
	reply.more = true;
	desk_take(&desk, 0, &reply);
	assert_int_equal(desk.probe.due[0], desk.now.steady);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_it, close_it)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_when_it_was_written),
		cmocka_unit_test(a_transaction_hash_is_found_in_a_line),
		TEST(lines_count_when_they_say_they_were_written),
		TEST(old_lines_without_a_time_are_shown_and_not_counted),
		TEST(a_time_without_a_zone_is_trusted_only_near_the_reading),
		TEST(a_line_of_the_future_counts_now),
		TEST(a_command_that_was_started_again_counts_nothing_twice),
		TEST(too_few_is_said_of_a_whole_window_only),
		TEST(the_last_64_matched_lines_are_lent_the_newest_last),
		TEST(a_sighting_is_redacted_and_knows_its_transaction),
		TEST(hostile_lines_come_out_harmless),
		TEST(what_happened_to_the_file_is_said),
		TEST(a_clock_that_goes_back_hides_no_lines),
		TEST(a_log_that_is_too_quiet_is_stale),
		TEST(a_log_that_cannot_be_read_is_unknown_and_so_are_its_signals),
		TEST(nothing_is_known_before_the_first_answer),
		TEST(more_is_asked_for_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
