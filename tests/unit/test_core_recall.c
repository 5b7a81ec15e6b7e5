/* What was recorded becomes the past of a world: series, changes, since when, and the gaps. */
#include "core/recall.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

static const msec now = 1795312800000 + 30 * WHEN_MINUTE + 20 * WHEN_SECOND;

struct stage {
	struct world *world;
	struct recall *recall;
	struct flight_line *line;
};

static int build(void **state)
{
	static const struct limit limit = {.warn = 300, .bad = 900};
	struct stage *stage = mem_new(sizeof(*stage));

	stage->world = world_new(now);
	world_add_source(stage->world, "db", "postgres", 10000);
	world_add_signal(stage->world, "lag", "s", 0, limit);
	stage->recall = recall_new(now);
	stage->line = mem_new(sizeof(*stage->line));
	*state = stage;
	return 0;
}

static int drop(void **state)
{
	struct stage *stage = *state;

	world_free(stage->world);
	recall_free(stage->recall);
	mem_free(stage->line);
	mem_free(stage);
	return 0;
}

static msec ago(msec minutes)
{
	return now - minutes * WHEN_MINUTE;
}

/* One sample of the source db and the signal lag, written `minutes` ago about that minute. */
static void sample(struct stage *stage, msec minutes, enum state state, msec since, bool before)
{
	struct flight_line *line = stage->line;
	struct flight_row row = { .name = "db", .state = state, .since = since,
				  .since_before = before, .worst = state, .value = (double)minutes };

	memset(line, 0, sizeof(*line));
	line->kind = FLIGHT_SAMPLE;
	line->at = ago(minutes);
	line->of = line->at - line->at % WHEN_MINUTE;
	line->sources[line->source_count++] = row;
	str_put(row.name, sizeof(row.name), "lag");
	line->signals[line->signal_count++] = row;
	recall_take(stage->recall, line);
}

static void change(struct stage *stage, msec at, const char *what, const char *text,
		   enum state state)
{
	memset(stage->line, 0, sizeof(*stage->line));
	stage->line->kind = FLIGHT_CHANGE;
	stage->line->at = stage->line->change.at = at;
	stage->line->change.state = state;
	str_put(stage->line->change.what, NAME_TEXT, what);
	str_put(stage->line->change.text, BECAUSE_TEXT, text);
	recall_take(stage->recall, stage->line);
}

static void give(struct stage *stage)
{
	world_recall(stage->world, stage->recall);
	stage->recall = NULL;
}

static void answer(struct stage *stage, enum state state, msec at)
{
	struct reading reading = {.name = "lag", .unit = "s", .known = true, .at = at,
				  .judged = true, .state = state, .because = "so"};
	struct report report = {.newest = at, .readings = &reading, .reading_count = 1};

	report_say(&report, state, "so");
	world_report(stage->world, 0, &report, at);
	world_refresh(stage->world, at);
}

static const char *newest_of(const struct world *world, const char *what)
{
	const struct change *change;

	for (size_t i = 0; (change = world_change(world, i)); i++) {
		if (strcmp(change->what, what) == 0)
			return change->text;
	}
	return "nothing";
}

static void what_was_down_before_is_down_since_then(void **state)
{
	static const struct {
		enum state before, after;
		msec last;			/* minutes ago */
		bool keeps;
		const char *text;		/* of its newest change */
	} cases[] = {
		{ STATE_DOWN, STATE_DOWN, 0, true, "nothing" },
		{ STATE_DOWN, STATE_DOWN, 1, true, "nothing" },
		{ STATE_OK, STATE_OK, 1, true, "nothing" },
		{ STATE_OK, STATE_DOWN, 1, false, "ok -> down: so" },
		{ STATE_DOWN, STATE_OK, 1, false, "down -> ok: so" },
		{ STATE_DOWN, STATE_DOWN, 2, false, "ask -> down: so" },	/* a gap */
		{ STATE_DOWN, STATE_OK, 2, false, "nothing" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct source *source;

		drop(state);
		build(state);
		sample(*state, cases[i].last, cases[i].before, ago(25), false);
		give(*state);
		answer(*state, cases[i].after, now);
		source = &((struct stage *)*state)->world->sources[0];
		assert_int_equal(source->since, cases[i].keeps ? ago(25) : now);
		assert_int_equal(source->since_before,
				 !cases[i].keeps && cases[i].after != STATE_OK);
		assert_string_equal(newest_of(((struct stage *)*state)->world, "db"),
				    cases[i].text);
	}
}

static void a_signal_keeps_its_since_too(void **state)
{
	struct stage *stage = *state;

	sample(stage, 1, STATE_BAD, ago(25), true);
	give(stage);
	answer(stage, STATE_BAD, now);
	assert_int_equal(stage->world->signals[0].since, ago(25));
	assert_true(stage->world->signals[0].since_before);
	assert_null(world_change(stage->world, 0));
}

static void a_signal_that_comes_later_gets_its_past(void **state)
{
	struct stage *stage = *state;
	struct reading reading = {.name = "queue", .known = true, .at = now, .judged = true,
				  .state = STATE_WARN, .because = "so"};
	struct report report = {.newest = now, .readings = &reading, .reading_count = 1};
	const struct signal *signal;
	enum state seen;
	double value;

	sample(stage, 1, STATE_WARN, ago(7), false);
	str_put(stage->line->signals[0].name, NAME_TEXT, "queue");
	recall_take(stage->recall, stage->line);
	give(stage);
	report_say(&report, STATE_OK, "so");
	world_report(stage->world, 0, &report, now);
	world_refresh(stage->world, now);
	signal = &stage->world->signals[world_find_signal(stage->world, "queue")];
	assert_int_equal(signal->since, ago(7));
	assert_true(series_at(&signal->series, now, 1, &value, &seen));
	assert_int_equal(seen, STATE_WARN);
}

static void the_series_are_filled_and_gaps_stay_empty(void **state)
{
	struct stage *stage = *state;
	const struct series *series = &stage->world->sources[0].series;
	enum state seen;
	double value;

	for (msec minutes = 10; minutes >= 1; minutes--) {
		if (minutes != 4 && minutes != 5)
			sample(stage, minutes, STATE_OK, ago(30), false);
	}
	give(stage);
	for (size_t minutes = 1; minutes <= 10; minutes++) {
		bool there = series_at(series, now, minutes, &value, &seen);

		assert_int_equal(there, minutes != 4 && minutes != 5);
		assert_true(!there || fabs(value - (double)minutes) < 1e-6);
	}
	assert_false(series_at(series, now, 11, &value, &seen));
}

static void a_gap_is_said(void **state)
{
	static const struct {
		msec recorded[4];	/* minutes ago; 0 ends */
		size_t count;
		const char *text;	/* of the newest gap; NULL: none */
	} cases[] = {
		{ { 0 }, 0, NULL },
		{ { 1 }, 1, NULL },
		{ { 3, 2, 1 }, 3, NULL },
		{ { 2 }, 1, "nothing was recorded from 2026-11-22T02:29:00Z to 2026-11-22T02:30:20Z" },
		{ { 5, 2, 1 }, 3,
		  "nothing was recorded from 2026-11-22T02:26:00Z to 2026-11-22T02:28:00Z" },
		{ { 200 }, 1,
		  "nothing was recorded from 2026-11-21T23:11:00Z to 2026-11-22T02:30:20Z" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct stage *stage;
		const struct change *gap;

		drop(state);
		build(state);
		stage = *state;
		for (size_t k = 0; k < cases[i].count; k++)
			sample(stage, cases[i].recorded[k], STATE_OK, ago(300), false);
		give(stage);
		gap = world_change(stage->world, 0);
		if (!cases[i].text) {
			assert_null(gap);
			continue;
		}
		assert_non_null(gap);
		assert_string_equal(gap->what, "recorder");
		assert_int_equal(gap->state, STATE_UNKNOWN);
		assert_string_equal(gap->text, cases[i].text);
		assert_null(world_change(stage->world, 1));
	}
}

static void what_two_writers_saw_is_one_change(void **state)
{
	struct stage *stage = *state;

	change(stage, ago(9), "db", "ok -> down: refused", STATE_DOWN);
	change(stage, ago(5), "db", "down -> ok: well", STATE_OK);
	change(stage, ago(9) + 1500, "db", "ok -> down: timed out", STATE_DOWN);
	change(stage, ago(9) + 1500, "indexer", "ok -> down: refused", STATE_DOWN);
	change(stage, ago(5) - 700, "db", "down -> ok: fine", STATE_OK);
	change(stage, ago(3), "db", "ok -> down: refused", STATE_DOWN);
	for (msec minutes = 9; minutes >= 1; minutes--)
		sample(stage, minutes, STATE_DOWN, ago(3), false);
	give(stage);
	assert_int_equal(stage->world->change_count, 4);
	assert_int_equal(world_change(stage->world, 0)->at, ago(3));
	assert_int_equal(world_change(stage->world, 1)->at, ago(5) - 700);
	assert_string_equal(world_change(stage->world, 2)->what, "indexer");
	assert_string_equal(world_change(stage->world, 3)->text, "ok -> down: refused");
}

static void the_writer_that_saw_the_beginning_is_believed(void **state)
{
	for (int order = 0; order < 2; order++) {
		struct stage *stage;

		drop(state);
		build(state);
		stage = *state;
		for (int k = 0; k < 2; k++) {
			bool first = k == order;

			sample(stage, 1, STATE_DOWN, first ? ago(40) : ago(3), !first);
		}
		give(stage);
		answer(stage, STATE_DOWN, now);
		assert_int_equal(stage->world->sources[0].since, ago(40));
		assert_false(stage->world->sources[0].since_before);
	}
}

/* Lines over lines: the newest stay, and nothing grows. */
static void only_the_newest_changes_are_kept(void **state)
{
	struct stage *stage = *state;
	size_t count = 5 * WORLD_CHANGES;
	char text[64];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%s -> %s: %zu", i % 2 ? "down" : "ok",
			 i % 2 ? "ok" : "down", i);
		change(stage, ago(59) + (msec)i * WHEN_SECOND, "db", text,
		       i % 2 ? STATE_OK : STATE_DOWN);
	}
	give(stage);
	assert_true(stage->world->change_count <= WORLD_CHANGES);
	assert_int_equal(world_change(stage->world, 1)->at,
			 ago(59) + (msec)(count - 1) * WHEN_SECOND);
}

static void what_is_older_or_of_the_future_is_passed_over(void **state)
{
	static const msec minutes[] = { -5, -100000, 64, 90, 100000 };
	struct stage *stage = *state;
	enum state seen;
	double value;

	sample(stage, 1, STATE_OK, ago(30), false);
	for (size_t i = 0; i < ARRAY_LEN(minutes); i++) {
		sample(stage, minutes[i], STATE_DOWN, ago(80), false);
		change(stage, ago(minutes[i]), "db", "ok -> down: refused", STATE_DOWN);
	}
	give(stage);
	assert_int_equal(stage->world->change_count, 0);
	for (size_t i = 0; i < SERIES_POINTS; i++)
		assert_int_equal(series_at(&stage->world->sources[0].series, now, i, &value, &seen),
				 i == 1);
}

static void what_was_seen_here_is_never_overwritten(void **state)
{
	struct stage *stage = *state;
	enum state seen;
	double value;

	answer(stage, STATE_DOWN, now);
	sample(stage, 0, STATE_OK, ago(30), false);
	change(stage, ago(0), "cache", "ok -> down: refused", STATE_DOWN);
	give(stage);
	assert_int_equal(stage->world->sources[0].since, now);
	assert_true(series_at(&stage->world->sources[0].series, now, 0, &value, &seen));
	assert_int_equal(seen, STATE_DOWN);
	assert_int_equal(stage->world->change_count, 3);	/* db, lag, cache */
}

static void a_world_hands_everything_to_the_next(void **state)
{
	struct stage *stage = *state;
	struct world *next = world_new(now + WHEN_MINUTE);
	struct recall *recall = recall_new(now + WHEN_MINUTE);
	enum state seen;
	double value;

	sample(stage, 5, STATE_OK, ago(30), false);
	sample(stage, 1, STATE_OK, ago(30), false);
	give(stage);
	answer(stage, STATE_DOWN, now);
	answer(stage, STATE_DOWN, now + WHEN_MINUTE);
	world_add_source(next, "cache", "redis", 10000);
	world_add_source(next, "db", "postgres", 5000);
	recall_world(recall, stage->world);
	world_recall(next, recall);
	assert_int_equal(next->change_count, stage->world->change_count);
	assert_true(series_at(&next->sources[1].series, now, 5, &value, &seen));
	assert_false(next->sources[0].past.known);
	assert_true(next->sources[1].past.known);
	assert_int_equal(next->sources[1].past.since, now);
	world_free(next);
}

static void a_line_of_the_world_holds_what_changed(void **state)
{
	struct stage *stage = *state;

	assert_false(flight_sample(stage->world, now, WHEN_NEVER, stage->line));
	answer(stage, STATE_DOWN, now);
	assert_true(flight_sample(stage->world, now, now, stage->line));
	assert_int_equal(stage->line->source_count, 1);
	assert_int_equal(stage->line->signal_count, 1);
	assert_int_equal(stage->line->sources[0].worst, STATE_DOWN);
	assert_false(flight_sample(stage->world, now, now + 1, stage->line));
	assert_true(flight_sample(stage->world, ago(3), WHEN_NEVER, stage->line));
	assert_int_equal(stage->line->sources[0].worst, STATE_COUNT);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, build, drop)
	const struct CMUnitTest tests[] = {
		T(what_was_down_before_is_down_since_then),
		T(a_signal_keeps_its_since_too),
		T(a_signal_that_comes_later_gets_its_past),
		T(the_series_are_filled_and_gaps_stay_empty),
		T(a_gap_is_said),
		T(what_two_writers_saw_is_one_change),
		T(the_writer_that_saw_the_beginning_is_believed),
		T(only_the_newest_changes_are_kept),
		T(what_is_older_or_of_the_future_is_passed_over),
		T(what_was_seen_here_is_never_overwritten),
		T(a_world_hands_everything_to_the_next),
		T(a_line_of_the_world_holds_what_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
