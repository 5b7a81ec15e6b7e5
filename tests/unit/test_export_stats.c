/* All incidents together: times by what they had in common, what came again. */
#include "export/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/nights.h"

#define T0 ((msec)1795312800000)	/* 2026-11-22T02:00:00Z */

/* Declared on a day, mitigated so many minutes later. */
static void add(struct stats *stats, const char *id, int day, int minutes, const char *type)
{
	struct night night;
	struct buf data = { 0 };
	struct story_in in = { .exported_at = T0, .tool_version = "1" };
	struct night_event event = { .at = T0 + day * WHEN_DAY, .rec = WHEN_NEVER,
				     .kind = EVENT_INCIDENT_DECLARED };
	struct story *story;
	char at[WHEN_TEXT];

	when_format(at, event.at);
	buf_fmt(&data, "{\"title\":\"x\",\"severity\":1,\"type\":\"%s\",\"components\":[\"indexer\"],"
		"\"impact_at\":\"%.19s.000Z\"}", type, at);
	event.data = buf_cstr(&data);
	night_begin(&night, id);
	night_tell(&night, &event);
	event.at += minutes * WHEN_MINUTE;
	event.kind = EVENT_STATUS_SET;
	event.data = "{\"new\":\"mitigated\"}";
	night_tell(&night, &event);
	in.history = night.history;
	story = story_new(&in);
	stats_add(stats, story);
	story_free(story);
	history_free(night.history);
	buf_done(&data);
}

static const json_t *first(const json_t *root, const char *list)
{
	return json_array_get(json_object_get(root, list), 0);
}

static void times_have_a_median_and_a_worst_of_so_many(void **state)
{
	static const int minutes[] = { 30, 10, 90 };
	struct stats *stats = stats_new();
	json_t *root;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(minutes); i++)
		add(stats, (const char *const[]){ "aaaaaa", "bbbbbb", "cccccc" }[i], (int)i * 40,
		    minutes[i], "outage");
	add(stats, "dddddd", 200, 1000, "drill");
	root = stats_json(stats, T0);
	assert_int_equal(json_integer_value(json_at(root, "incidents")), 3);
	assert_int_equal(json_integer_value(json_at(root, "drills")), 1);
	assert_int_equal(json_integer_value(json_at(first(root, "by_severity"),
						    "ttm.median_seconds")), 30 * 60);
	assert_int_equal(json_integer_value(json_at(first(root, "by_component"),
						    "ttm.worst_seconds")), 90 * 60);
	assert_int_equal(json_integer_value(json_at(first(root, "by_component"), "ttr.count")), 0);
	assert_true(json_is_null(json_at(first(root, "by_component"), "ttr.median_seconds")));
	json_decref(root);
	stats_free(stats);
}

static void the_same_component_within_thirty_days_comes_again(void **state)
{
	static const struct { int day; size_t again; } cases[] = { { 30, 1 }, { 31, 0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct stats *stats = stats_new();
		struct buf plain = { 0 };
		json_t *root;

		add(stats, "bbbbbb", cases[i].day, 5, "outage");
		add(stats, "aaaaaa", 0, 5, "outage");
		root = stats_json(stats, T0);
		assert_int_equal(json_array_size(json_object_get(root, "recurrence")), cases[i].again);
		stats_plain(stats, &plain);
		assert_int_equal(strstr(buf_cstr(&plain), "after #aaaaaa") != NULL, cases[i].again);
		buf_done(&plain);
		json_decref(root);
		stats_free(stats);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_have_a_median_and_a_worst_of_so_many),
		cmocka_unit_test(the_same_component_within_thirty_days_comes_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
