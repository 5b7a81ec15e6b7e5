/* The tables of kinds and members, the hybrid clock, and the manual made of them. */
#include "core/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/pen.h"

static const char manual[] = "docs/journal.md";

static void every_kind_is_found_by_its_name(void **state)
{
	(void)state;
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++)
		assert_int_equal(event_find(str_of(event_name((enum event_kind)kind))), kind);
	assert_int_equal(event_find(str_of("unknown")), EVENT_UNKNOWN);
	assert_int_equal(event_find(str_of("")), EVENT_UNKNOWN);
	assert_int_equal(event_find(str_of("notes")), EVENT_UNKNOWN);
}

static void no_member_both_must_and_may_be_there(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		assert_int_equal(event_must((enum event_kind)kind) & event_may((enum event_kind)kind), 0);
}

static void the_clock_of_events_never_goes_back(void **state)
{
	static const struct {
		struct hlc last;
		msec now;
		struct hlc next;
	} cases[] = {
		{ { 0, 0 }, 1000, { 1000, 0 } },
		{ { 1000, 0 }, 1000, { 1000, 1 } },
		{ { 1000, 7 }, 1001, { 1001, 0 } },
		{ { 1000 + WHEN_DAY, 3 }, 1000, { 1000 + WHEN_DAY, 4 } },
		{ { 1000, 9999 }, 999, { 1001, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct hlc next = hlc_next(cases[i].last, cases[i].now);

		assert_int_equal(hlc_compare(next, cases[i].next), 0);
		assert_int_equal(hlc_compare(cases[i].last, next), -1);
	}
}

static void a_clock_that_is_far_ahead_is_not_followed(void **state)
{
	struct hlc last = { 5000, 2 };

	(void)state;
	assert_true(hlc_follow(&last, (struct hlc){ 4000, 9 }, 5000));
	assert_int_equal(last.ms, 5000);
	assert_true(hlc_follow(&last, (struct hlc){ 5000 + HLC_AHEAD, 1 }, 5000));
	assert_int_equal(last.ms, 5000 + HLC_AHEAD);
	assert_false(hlc_follow(&last, (struct hlc){ 5001 + HLC_AHEAD, 0 }, 5000));
	assert_int_equal(last.ms, 5000 + HLC_AHEAD);
}

/* The same payload by the library: it takes blanks, the short way does not. */
static void read_by_library(const char *json, struct arena *arena, struct buf *out, bool *ok)
{
	struct buf blank = { 0 };
	struct event_data data;

	buf_fmt(&blank, " %s", json);
	*ok = event_data_read(str_of(blank.data), arena, &data, NULL);
	if (*ok)
		event_data_write(&data, out);
	buf_done(&blank);
}

static void expect_both_ways_alike(const char *json)
{
	struct buf first = { 0 }, second = { 0 };
	struct arena arena = { 0 };
	struct event_data data;
	bool ok;

	read_by_library(json, &arena, &second, &ok);
	if (event_data_read(str_of(json), &arena, &data, NULL) != ok)
		fail_msg("one way takes %s, the other does not", json);
	if (ok)
		event_data_write(&data, &first);
	assert_string_equal(buf_cstr(&first), buf_cstr(&second));
	buf_done(&first);
	buf_done(&second);
	arena_done(&arena);
}

static void a_payload_reads_the_same_by_the_short_way_and_by_the_library(void **state)
{
	static const char *const cases[] = {
		"{}", "{\"bytes\":0}", "{\"bytes\":-0}", "{\"bytes\":-7}", "{\"bytes\":007}",
		"{\"bytes\":999999999999999999}", "{\"bytes\":9223372036854775807}",
		"{\"bytes\":9223372036854775808}", "{\"bytes\":1.0}", "{\"bytes\":1e3}",
		"{\"bytes\":-}", "{\"bytes\":}", "{\"ok\":true}", "{\"ok\":false}", "{\"ok\":truex}",
		"{\"ok\":nul}", "{\"ok\":null}", "{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"a\",}",
		"{\"text\":\"a\"", "{\"text\":\"a\"}}", "{\"text\":\"a\"} ", "{\"text\":\"a\\n\"}",
		"{\"text\":\"\xC3\xA4\"}", "{\"text\":\"\xC3\"}", "{\"text\":\"\x7F\"}", "{\"text\":7}",
		"{\"channels\":[]}", "{\"channels\":[\"a\"]}", "{\"channels\":[\"a\",\"b c\"]}",
		"{\"channels\":[\"a\",]}", "{\"channels\":[7]}", "{\"channels\":\"a\"}",
		"{\"when\":\"2026-11-22T02:00:00.000Z\"}", "{\"when\":\"2026-11-22T02:00:00Z\"}",
		"{\"when\":\"2026-11-22T02:00:00.000+01:00\"}", "{\"when\":\"then\"}",
		"{\"stranger\":\"a\"}", "{\"stranger\":1,\"stranger\":2}", "[]", "", "{", "7",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_both_ways_alike(cases[i]);
	for (int kind = EVENT_UNKNOWN + 1; kind < EVENT_KIND_COUNT; kind++) {
		struct event_data data = { 0 };
		struct buf text = { 0 };

		pen_fill(&data, (enum event_kind)kind);
		event_data_write(&data, &text);
		expect_both_ways_alike(text.data);
		buf_done(&text);
	}
}

static void a_copy_of_data_stands_alone(void **state)
{
	struct event_data data = { 0 }, copy;
	struct buf first = { 0 }, second = { 0 };
	struct arena arena = { 0 };
	char title[] = "Indexer down";

	(void)state;
	pen_fill(&data, EVENT_INCIDENT_DECLARED);
	EVENT_SET(data, title, title);
	event_data_write(&data, &first);
	event_data_copy(&copy, &data, &arena);
	memset(title, 'x', sizeof(title) - 1);
	event_data_write(&copy, &second);
	assert_string_equal(first.data, second.data);
	buf_done(&first);
	buf_done(&second);
	arena_done(&arena);
}

static void read_file(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "r");
	char bytes[4096];
	size_t len;

	while (file && (len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_add(out, bytes, len);
	if (file)
		fclose(file);
}

static void write_file(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
	fclose(file);
}

static void the_manual_is_made_of_the_tables(void **state)
{
	struct buf is = { 0 }, should = { 0 };

	(void)state;
	event_manual(&should);
	if (getenv("BINNACLE_REGENERATE"))
		write_file(manual, &should);
	read_file(manual, &is);
	if (strcmp(buf_cstr(&is), buf_cstr(&should)) != 0)
		fail_msg("%s is not what event_manual() writes: run this test with "
			 "BINNACLE_REGENERATE=1 and look at the difference", manual);
	buf_done(&is);
	buf_done(&should);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_found_by_its_name),
		cmocka_unit_test(no_member_both_must_and_may_be_there),
		cmocka_unit_test(the_clock_of_events_never_goes_back),
		cmocka_unit_test(a_clock_that_is_far_ahead_is_not_followed),
		cmocka_unit_test(a_payload_reads_the_same_by_the_short_way_and_by_the_library),
		cmocka_unit_test(a_copy_of_data_stands_alone),
		cmocka_unit_test(the_manual_is_made_of_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
