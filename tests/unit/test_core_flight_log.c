/* Lines of the flight recorder say again what was written, and nothing else is a line. */
#include "core/flight_log.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

static const msec start = 1795312800000;	/* 2026-11-22T02:00:00Z */

static int build(void **state)
{
	*state = mem_array(2, sizeof(struct flight_line));
	return 0;
}

static int drop(void **state)
{
	mem_free(*state);
	return 0;
}

/* The line as text, and what that text says. */
static void there_and_back(const struct flight_line *line, struct flight_line *back,
			   struct buf *text)
{
	struct err err = { 0 };

	buf_clear(text);
	flight_encode(line, text);
	assert_true(text->len > 0 && text->len <= FLIGHT_LINE && !text->full);
	assert_int_equal(text->data[text->len - 1], '\n');
	assert_ptr_equal(memchr(text->data, '\n', text->len), text->data + text->len - 1);
	if (!flight_decode(str_sub(text->data, text->len - 1), back, &err))
		fail_msg("%s: %s", err.text, text->data);
	assert_int_equal(back->kind, line->kind);
	assert_int_equal(back->at, line->at);
}

static void a_start_says_who_writes(void **state)
{
	struct flight_line *lines = *state;
	struct buf text = { 0 };

	lines[0] = (struct flight_line){ .kind = FLIGHT_START, .at = start, .by = "record",
					 .environment = "prod", .pid = 4711 };
	there_and_back(&lines[0], &lines[1], &text);
	assert_string_equal(text.data, "{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"start\",\"v\":1,"
				       "\"by\":\"record\",\"pid\":4711,\"environment\":\"prod\"}\n");
	assert_string_equal(lines[1].by, "record");
	assert_string_equal(lines[1].environment, "prod");
	assert_int_equal(lines[1].pid, 4711);
	buf_done(&text);
}

static void a_change_comes_back_as_it_was(void **state)
{
	static const struct change changes[] = {
		{ start + 1, "db", "ok -> down: connection refused", STATE_DOWN },
		{ start + 999, "quoted \"name\"", "back\\slash, {\"json\":1}", STATE_OK },
		{ start + WHEN_DAY, "", "", STATE_UNKNOWN },
	};
	struct flight_line *lines = *state;
	struct buf text = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		lines[0] = (struct flight_line){ .kind = FLIGHT_CHANGE, .at = changes[i].at,
						 .change = changes[i] };
		there_and_back(&lines[0], &lines[1], &text);
		assert_int_equal(lines[1].change.at, changes[i].at);
		assert_int_equal(lines[1].change.state, changes[i].state);
		assert_string_equal(lines[1].change.what, changes[i].what);
		assert_string_equal(lines[1].change.text, changes[i].text);
	}
	buf_done(&text);
}

static bool same_value(double a, double b)
{
	return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-9 * fabs(a);
}

static void a_sample_comes_back_as_it_was(void **state)
{
	static const struct flight_row rows[] = {
		{ "lag", STATE_BAD, 1795312800000, true, STATE_BAD, 1842.5 },
		{ "stuck", STATE_OK, 1795312801234, false, STATE_WARN, 0 },
		{ "latency", STATE_UNKNOWN, 1795312800000, false, STATE_UNKNOWN, (double)NAN },
		{ "error_rate", STATE_STALE, 1795312800000, true, STATE_COUNT, (double)NAN },
	};
	struct flight_line *lines = *state;
	struct buf text = { 0 };

	lines[0] = (struct flight_line){ .kind = FLIGHT_SAMPLE, .at = start + 60500, .of = start,
					 .state = STATE_BAD, .source_count = 1,
					 .signal_count = ARRAY_LEN(rows), .part_count = 2 };
	lines[0].sources[0] = rows[0];
	memcpy(lines[0].signals, rows, sizeof(rows));
	lines[0].parts[0] = (struct flight_part){ "indexer", "v1.4.2", start, start - 5, "v1.4.1" };
	lines[0].parts[1] = (struct flight_part){ "api", "abc", start, WHEN_NEVER, "" };
	there_and_back(&lines[0], &lines[1], &text);
	assert_int_equal(lines[1].of, start);
	assert_int_equal(lines[1].state, STATE_BAD);
	assert_int_equal(lines[1].source_count, 1);
	assert_int_equal(lines[1].signal_count, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct flight_row *row = &lines[1].signals[i];

		assert_string_equal(row->name, rows[i].name);
		assert_int_equal(row->state, rows[i].state);
		assert_int_equal(row->since, rows[i].since);
		assert_int_equal(row->since_before, rows[i].since_before);
		assert_int_equal(row->worst, rows[i].worst);
		assert_true(same_value(rows[i].value, row->value));
	}
	assert_memory_equal(lines[1].parts, lines[0].parts, 2 * sizeof(lines[0].parts[0]));
	buf_done(&text);
}

/* Every name as long as it can be, and every character of it escaped. */
static void the_fullest_world_fits_a_line(void **state)
{
	struct flight_line *lines = *state;
	struct flight_row row = { .state = STATE_UNKNOWN, .since = start + 1, .since_before = true,
				  .worst = STATE_STALE, .value = -1.2345678901234e-300 };
	struct flight_part part = { .seen = start + 1, .deployed = start + 1 };
	struct buf text = { 0 };

	memset(row.name, '"', sizeof(row.name) - 1);
	memset(part.name, '\\', sizeof(part.name) - 1);
	memset(part.version, '"', sizeof(part.version) - 1);
	memset(part.was, '"', sizeof(part.was) - 1);
	lines[0] = (struct flight_line){ .kind = FLIGHT_SAMPLE, .at = start, .of = start,
					 .source_count = WORLD_SOURCES,
					 .signal_count = WORLD_SIGNALS,
					 .part_count = WORLD_COMPONENTS };
	for (size_t i = 0; i < WORLD_SOURCES; i++)
		lines[0].sources[i] = row;
	for (size_t i = 0; i < WORLD_SIGNALS; i++)
		lines[0].signals[i] = row;
	for (size_t i = 0; i < WORLD_COMPONENTS; i++)
		lines[0].parts[i] = part;
	there_and_back(&lines[0], &lines[1], &text);
	assert_int_equal(lines[1].part_count, WORLD_COMPONENTS);
	buf_done(&text);
}

static void what_is_no_line_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "1", "null", "{}", "\xff\xfe",
		"{\"at\":\"2026-11-22T02:00:00Z\"}",
		"{\"at\":1795312800000,\"kind\":\"start\",\"by\":\"a\",\"pid\":1,\"environment\":\"\"}",
		"{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"start\",\"pid\":1}",
		"{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"change\",\"what\":\"db\",\"state\":\"fine\","
		"\"text\":\"\"}",
		"{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"change\",\"what\":\"db\",\"state\":\"ok\"}",
		"{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"sample\",\"state\":\"ok\"}",
		"{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"sample\",\"of\":\"2026-11-22T02:00:00Z\","
		"\"state\":\"ok\",\"sources\":[{\"name\":\"db\"}]}",
		"{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"sample\",\"of\":\"2026-11-22T02:00:00Z\","
		"\"state\":\"ok\",\"parts\":[1]}",
	};
	struct flight_line *lines = *state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = { 0 };

		if (flight_decode(str_of(texts[i]), &lines[0], &err))
			fail_msg("taken: %s", texts[i]);
		assert_true(err.text[0] != '\0');
	}
}

static void a_kind_of_a_later_version_is_told_apart(void **state)
{
	struct flight_line *lines = *state;
	struct err err = { 0 };

	assert_false(flight_decode(str_of("{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"weather\"}"),
				   &lines[0], &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_true(flight_decode(str_of("{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"change\","
					 "\"what\":\"db\",\"state\":\"ok\",\"text\":\"x\","
					 "\"mood\":[1]}"), &lines[0], &err));
}

/* Cut anywhere, a line is no line: a torn tail is never half believed. */
static void a_line_cut_at_any_byte_is_refused(void **state)
{
	struct flight_line *lines = *state;
	struct buf text = { 0 };

	lines[0] = (struct flight_line){ .kind = FLIGHT_SAMPLE, .at = start, .of = start,
					 .signal_count = 1 };
	lines[0].signals[0] = (struct flight_row){ .name = "lag", .since = start,
						   .worst = STATE_OK, .value = 12.5 };
	there_and_back(&lines[0], &lines[1], &text);
	for (size_t len = 0; len + 1 < text.len; len++) {
		struct err err = { 0 };

		if (flight_decode(str_sub(text.data, len), &lines[1], &err))
			fail_msg("taken at %zu bytes of %zu", len, text.len);
	}
	buf_done(&text);
}

static void what_would_drive_a_terminal_is_made_harmless(void **state)
{
	struct flight_line *lines = *state;
	struct err err = { 0 };

	assert_true(flight_decode(str_of("{\"at\":\"2026-11-22T02:00:00Z\",\"kind\":\"change\","
					 "\"what\":\"\\u001b[2J\",\"state\":\"ok\","
					 "\"text\":\"\\u202e\"}"), &lines[0], &err));
	assert_string_equal(lines[0].change.what, "^[[2J");
	assert_string_equal(lines[0].change.text, "<U+202E>");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, build, drop)
	const struct CMUnitTest tests[] = {
		T(a_start_says_who_writes),
		T(a_change_comes_back_as_it_was),
		T(a_sample_comes_back_as_it_was),
		T(the_fullest_world_fits_a_line),
		T(what_is_no_line_is_refused),
		T(a_kind_of_a_later_version_is_told_apart),
		T(a_line_cut_at_any_byte_is_refused),
		T(what_would_drive_a_terminal_is_made_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
