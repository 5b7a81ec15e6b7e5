/* A lot: thousands of rows of which the cursor, the filter and plain print know all, and of which
 * only those in sight are drawn. */
#include "ui/page.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ui/list.h"

enum { MANY = 20000, COLS = 30, HEIGHT = 10 };

static struct page page;
static struct list list;
static struct surface surface;
static size_t drawn;

static int set_up(void **state)
{
	(void)state;
	page_init(&page);
	surface_init(&surface, true);
	drawn = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	page_done(&page);
	list_done(&list);
	surface_done(&surface);
	return 0;
}

static void draw(const struct scene *scene, struct page *on, size_t which)
{
	(void)scene;
	drawn++;
	page_put(on, 1, COLS, ROLE_PLAIN, "row %zu", which);
	page_field(on, "name", "of a row");
}

static size_t fill(uint64_t of, size_t count)
{
	if (!page_lot_begin(&page, of))
		return 0;
	for (size_t i = 0; i < count; i++)
		page_lot_add(&page, (struct lot_row){ .key = i + 1, .which = i,
							     .wrong = i % 100 == 7 });
	page.lot.total = count;
	return count;
}

/* A title, a text and a lot. */
static void show(uint64_t of, size_t count)
{
	surface_reset(&surface, HEIGHT, COLS);
	page_begin(&page, COLS, true, NULL);
	(void)fill(of, count);
	page_title(&page, "title", "");
	page_text(&page);
	page_put(&page, 1, COLS, ROLE_PLAIN, "above");
	page_lot_end(&page, ITEM_RECORD, draw, NULL);
	page_end(&page);
	list_see(&list, &page, HEIGHT);
	page_copy(&page, &surface, surface_area(&surface), 0, list.top);
}

static bool shows(int y, const char *text)
{
	struct buf row = { 0 };
	bool same;

	surface_dump_row(&surface, y, &row);
	same = strcmp(buf_cstr(&row), text) == 0;
	buf_done(&row);
	return same;
}

static void only_what_is_in_sight_is_drawn(void **state)
{
	(void)state;
	show(1, MANY);
	assert_int_equal(drawn, HEIGHT - 2);
	assert_int_equal(page.count, MANY + 2);
	assert_true(page.surface.rows < 2 * HEIGHT);
	assert_true(shows(1, " above"));
	assert_true(shows(2, " row 0"));
	assert_true(shows(HEIGHT - 1, " row 7"));
}

static void the_cursor_reaches_every_row(void **state)
{
	(void)state;
	show(1, MANY);
	list_edge(&list, 1);
	show(1, MANY);
	assert_int_equal(list.row.item.key, MANY);
	assert_true(shows(HEIGHT - 1, " row 19999"));
	list_move(&list, -HEIGHT);
	show(1, MANY);
	assert_int_equal(list.row.item.key, MANY - HEIGHT);
}

static void the_next_wrong_row_is_found_out_of_sight(void **state)
{
	(void)state;
	show(1, MANY);
	assert_true(list_wrong(&list, 1));
	assert_int_equal(list.row.item.key, 8);
	assert_true(list_wrong(&list, 1));
	show(1, MANY);
	assert_int_equal(list.row.item.key, 108);
	assert_true(shows(HEIGHT - 1, " row 107"));
}

/* What it is made of says whether it has to be made again. */
static void an_unchanged_lot_is_kept(void **state)
{
	(void)state;
	page_begin(&page, COLS, true, NULL);
	assert_int_equal(fill(5, 3), 3);
	page_begin(&page, COLS, true, NULL);
	assert_int_equal(fill(5, 4), 0);
	assert_int_equal(page.lot.count, 3);
	assert_int_equal(fill(6, 4), 4);
	assert_int_equal(page.lot.count, 4);
}

static void a_page_without_a_lot_has_none(void **state)
{
	(void)state;
	show(1, 5);
	page_begin(&page, COLS, true, NULL);
	page_title(&page, "title", "");
	page_row(&page, (struct row){ .kind = ROW_ITEM, .item = { ITEM_TX, 1 } });
	page_put(&page, 1, COLS, ROLE_PLAIN, "alone");
	page_end(&page);
	surface_reset(&surface, HEIGHT, COLS);
	page_copy(&page, &surface, surface_area(&surface), 0, 0);
	assert_int_equal(page.count, 2);
	assert_true(shows(1, " alone"));
	assert_true(shows(2, ""));
}

static void plain_print_has_every_row(void **state)
{
	struct buf out = { 0 };

	(void)state;
	show(1, 300);
	for (int y = 0; y < page.count; y++)
		page_dump_row(&page, y, &out);
	assert_non_null(strstr(buf_cstr(&out), "above row 0 row 1 row 2"));
	assert_non_null(strstr(buf_cstr(&out), "row 298 row 299"));
	buf_done(&out);
}

static void an_empty_lot_is_only_what_stands_above_it(void **state)
{
	(void)state;
	show(1, 0);
	assert_int_equal(page.count, 2);
	assert_int_equal(drawn, 0);
	assert_false(list.selected);
	assert_true(shows(2, ""));
}

/* As under the step of a runbook that is unfolded. */
static void a_lot_may_stand_in_two_parts_with_other_rows_between(void **state)
{
	struct buf row = { 0 };

	(void)state;
	page_begin(&page, COLS, true, NULL);
	(void)fill(77, 100);
	page_lot_part(&page, ITEM_RECORD, draw, NULL, 0, 40);
	page_text(&page);
	page_put(&page, 3, COLS, ROLE_PLAIN, "unfolded");
	page_lot_part(&page, ITEM_RECORD, draw, NULL, 40, 100);
	page_text(&page);
	page_put(&page, 3, COLS, ROLE_PLAIN, "below");
	page_end(&page);
	assert_int_equal(page.count, 102);
	assert_int_equal(page.total, 100);
	assert_int_equal(drawn, 0);
	page_dump_row(&page, 39, &row);
	page_dump_row(&page, 40, &row);
	page_dump_row(&page, 41, &row);
	page_dump_row(&page, 101, &row);
	assert_string_equal(buf_cstr(&row), " row 39   unfolded row 40   below");
	assert_int_equal(drawn, 2);
	buf_done(&row);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(only_what_is_in_sight_is_drawn),
		TEST(the_cursor_reaches_every_row),
		TEST(the_next_wrong_row_is_found_out_of_sight),
		TEST(an_unchanged_lot_is_kept),
		TEST(a_page_without_a_lot_has_none),
		TEST(plain_print_has_every_row),
		TEST(an_empty_lot_is_only_what_stands_above_it),
		TEST(a_lot_may_stand_in_two_parts_with_other_rows_between),
	};
#undef TEST

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
