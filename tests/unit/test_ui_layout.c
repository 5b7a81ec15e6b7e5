/* Layouts and columns of every size; sparks; themes. */
#include "ui/layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/worlds.h"
#include "ui/spark.h"
#include "ui/theme.h"

static void assert_inside(struct area area, int rows, int cols)
{
	assert_true(area.x >= 0 && area.y >= 0 && area.w >= 0 && area.h >= 0);
	assert_true(area.x + area.w <= cols || area.w == 0);
	assert_true(area.y + area.h <= rows || area.h == 0);
}

static void every_part_lies_inside_the_window_and_over_no_other(void **state)
{
	(void)state;
	for (int rows = 1; rows <= 60; rows++)
		for (int cols = 1; cols <= 200; cols++) {
			struct layout at = layout_of(rows, cols);
			int chrome = at.header.h + at.tabs.h + at.message.h + at.hints.h;

			assert_inside(at.header, rows, cols);
			assert_inside(at.body, rows, cols);
			assert_inside(at.side, rows, cols);
			assert_inside(at.message, rows, cols);
			assert_inside(at.hints, rows, cols);
			assert_int_equal(at.tiny, rows < 8 || cols < 40);
			if (!at.tiny)
				assert_int_equal(chrome + at.body.h, rows);
			assert_true(chrome <= 4);
			assert_int_equal(at.side.w > 0, !at.tiny && cols >= 120);
		}
}

static void assert_before(struct column a, struct column b)
{
	if (a.w > 0 && b.w > 0)
		assert_true(a.x + a.w < b.x);
}

static void state_and_age_are_there_at_every_width_and_columns_never_touch(void **state)
{
	(void)state;
	for (int cols = 40; cols <= 300; cols++)
		for (int spark = 0; spark < 2; spark++) {
			struct columns at = columns_of(cols, spark);

			assert_int_equal(at.state.w, 5);
			assert_int_equal(at.mark.w, 1);
			assert_int_equal(at.seen.w, 5);
			assert_int_equal(at.lasts.w, 4);
			assert_int_equal(at.seen.x + at.seen.w, cols);
			assert_before(at.name, at.state);
			assert_before(at.state, at.mark);
			assert_before(at.mark, at.detail);
			assert_before(at.detail, at.spark.w ? at.spark : at.lasts);
			assert_before(at.spark, at.since.w ? at.since : at.lasts);
			assert_before(at.since, at.lasts);
			assert_before(at.lasts, at.seen);
		}
}

static void a_narrow_row_drops_the_spark_before_the_detail(void **state)
{
	(void)state;
	assert_true(columns_of(80, true).detail.w > 0);
	assert_true(columns_of(80, true).spark.w > 0);
	assert_true(columns_of(60, true).detail.w > 0);
	assert_true(columns_of(60, true).spark.w == 0);
	assert_true(columns_of(50, true).spark.w == 0);
}

static void assert_spark(struct buf *spark, const char *expected)
{
	assert_string_equal(buf_cstr(spark), expected);
	buf_clear(spark);
}

static void a_spark_shows_the_newest_minute_at_the_right(void **state)
{
	struct world *world = worlds_healthy();
	struct series *series = &world->sources[0].series;
	struct buf spark = { 0 };
	msec now = worlds_now() + 3 * WHEN_MINUTE;

	(void)state;
	series_add(series, now - WHEN_MINUTE, 10, STATE_DOWN);
	series_add(series, now, (double)NAN, STATE_UNKNOWN);
	spark_states(series, now, 5, &spark);
	assert_spark(&spark, ".. #?");
	spark_values(series, now, 2, 20, &spark);
	assert_spark(&spark, "-?");
	spark_values(series, now, 2, 5, &spark);
	assert_spark(&spark, "#?");
	buf_done(&spark);
	world_free(world);
}

static void every_state_differs_without_colour(void **state)
{
	const struct theme *mono = theme_find("mono");

	(void)state;
	for (int a = 0; a < STATE_COUNT; a++) {
		assert_int_equal(mono->faces[role_of_state((enum state)a)].colour, -1);
		for (int b = 0; b < a; b++) {
			assert_int_not_equal(state_mark((enum state)a), state_mark((enum state)b));
			assert_string_not_equal(state_label((enum state)a), state_label((enum state)b));
		}
	}
}

static void colours_stay_clear_of_white_black_and_yellow(void **state)
{
	(void)state;
	for (size_t i = 0; theme_names()[i]; i++) {
		const struct theme *theme = theme_find(theme_names()[i]);

		assert_non_null(theme);
		for (int role = 0; role < ROLE_COUNT; role++) {
			int colour = theme->faces[role].colour;

			assert_true(colour != 0 && colour != 3 && colour != 7 && colour < 8);
		}
	}
	assert_null(theme_find("no such theme"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_lies_inside_the_window_and_over_no_other),
		cmocka_unit_test(state_and_age_are_there_at_every_width_and_columns_never_touch),
		cmocka_unit_test(a_narrow_row_drops_the_spark_before_the_detail),
		cmocka_unit_test(a_spark_shows_the_newest_minute_at_the_right),
		cmocka_unit_test(every_state_differs_without_colour),
		cmocka_unit_test(colours_stay_clear_of_white_black_and_yellow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
