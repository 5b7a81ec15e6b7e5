/* The cursor, filters, fields and the palette's matching. */
#include "ui/list.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/worlds.h"
#include "ui/edit.h"
#include "ui/palette.h"

enum { HEIGHT = 5 };

static struct page page;
static struct list list;

static int set_up(void **state)
{
	(void)state;
	page_init(&page);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	page_done(&page);
	list_done(&list);
	return 0;
}

/* One row for each letter: A..Z are items (upper case: wrong), '-' a title, '.' a text. */
static void show(const char *rows)
{
	page_begin(&page, 20, true, NULL);
	for (const char *c = rows; *c; c++) {
		struct item item = { ITEM_TX, (uint64_t)(*c | 0x20) };

		if (*c == '-')
			page_title(&page, "title", "");
		else if (*c == '.')
			page_text(&page);
		else
			page_row(&page, (struct row){ ROW_ITEM, item, item, *c < 'a' });
	}
	page_end(&page);
	list_see(&list, &page, HEIGHT);
}

static char at(void)
{
	return list.selected ? (char)list.row.item.key : ' ';
}

static void the_first_item_is_selected_at_first(void **state)
{
	(void)state;
	show("-.abc");
	assert_int_equal(at(), 'a');
}

static void the_cursor_follows_its_item_through_any_order(void **state)
{
	(void)state;
	show("abcde");
	list_move(&list, 2);
	assert_int_equal(at(), 'c');
	show("Xyecab");
	assert_int_equal(at(), 'c');
	show("c");
	assert_int_equal(at(), 'c');
}

static void a_vanished_item_leaves_nothing_selected(void **state)
{
	(void)state;
	show("abc");
	list_move(&list, 1);
	show("ac");
	assert_int_equal(at(), ' ');
	assert_true(list.lost);
	show("abc");	/* it does not jump back by itself */
	assert_int_equal(at(), ' ');
	list_move(&list, 1);
	assert_int_equal(at(), 'b');
}

static void moving_goes_over_the_rows_that_were_seen(void **state)
{
	(void)state;
	show("ab-.cd");
	list_move(&list, 2);
	assert_int_equal(at(), 'c');
	list_move(&list, -1);
	assert_int_equal(at(), 'b');
	list_edge(&list, 1);
	assert_int_equal(at(), 'd');
	list_edge(&list, -1);
	assert_int_equal(at(), 'a');
}

static void wrong_rows_are_found_in_both_directions(void **state)
{
	(void)state;
	show("aBcdE");
	assert_true(list_wrong(&list, 1));
	assert_int_equal(at(), 'b');
	assert_true(list_wrong(&list, 1));
	assert_int_equal(at(), 'e');
	assert_true(list_wrong(&list, 1));	/* round the end */
	assert_int_equal(at(), 'b');
	assert_true(list_wrong(&list, -1));
	assert_int_equal(at(), 'e');
}

static void the_only_wrong_row_is_no_other_one(void **state)
{
	(void)state;
	show("aBc");
	assert_true(list_wrong(&list, 1));
	assert_false(list_wrong(&list, 1));
	assert_false(list_wrong(&list, -1));
	assert_int_equal(at(), 'b');
	show("abc");
	assert_false(list_wrong(&list, 1));
}

static void a_wrong_row_above_is_found_after_the_chosen_one_vanished(void **state)
{
	(void)state;
	show("abcd");
	list_move(&list, 3);
	show("Abc");
	assert_int_equal(at(), ' ');
	assert_true(list_wrong(&list, 1));
	assert_int_equal(at(), 'a');
}

static void it_is_the_first_item_until_a_key_chooses_one(void **state)
{
	(void)state;
	show("ac");
	assert_int_equal(at(), 'a');
	show("Bac");
	assert_int_equal(at(), 'b');
	show("ac");
	assert_int_equal(at(), 'a');
	show("-");
	assert_int_equal(at(), ' ');
	show("-D");
	assert_int_equal(at(), 'd');
}

static void parts_are_entered_at_their_first_item(void **state)
{
	(void)state;
	show("-ab-.c-d");
	list_part(&list, 1);
	assert_int_equal(at(), 'c');
	list_part(&list, 1);
	assert_int_equal(at(), 'd');
	list_part(&list, -1);
	assert_int_equal(at(), 'c');
	list_part(&list, -1);
	assert_int_equal(at(), 'a');
}

static void text_between_items_is_scrolled_through(void **state)
{
	(void)state;
	show("a........b");
	list_move(&list, 1);
	assert_int_equal(at(), 'a');
	assert_int_equal(list.top, 1);
	for (int i = 0; i < 5; i++)
		list_move(&list, 1);
	assert_int_equal(at(), 'b');
}

static void the_selected_row_is_always_in_sight_after_a_move(void **state)
{
	(void)state;
	show("abcdefghijklmnop");
	for (int i = 0; i < 40; i++) {
		list_move(&list, i % 3 ? 3 : -2);
		assert_true(list.at >= list.top && list.at < list.top + HEIGHT);
		show(i % 2 ? "ponmlkjihgfedcba" : "abcdefghijklmnop");
		assert_true(list.at >= list.top && list.at < list.top + HEIGHT);
	}
}

static void rows_that_claim_to_be_the_same_thing_can_all_be_reached(void **state)
{
	(void)state;
	show("aaab");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(list.at, i);
		list_move(&list, 1);
		show("aaab");
	}
	assert_int_equal(at(), 'b');
}

static void an_empty_page_takes_every_move(void **state)
{
	(void)state;
	show("");
	list_move(&list, 1);
	list_move(&list, -1);
	list_edge(&list, 1);
	list_part(&list, 1);
	assert_false(list_wrong(&list, 1));
	assert_false(list_click(&list, 0));
	assert_int_equal(at(), ' ');
}

static const struct {
	const char *filter;
	bool matches;
} filters[] = {
	{ "", true },
	{ "refused", true },
	{ "REFUSED", true },
	{ "indexer refused", true },
	{ "indexer accepted", false },
	{ "!accepted", true },
	{ "!refused", false },
	{ "state:down", true },
	{ "state:ok", false },
	{ "!state:ok", true },
	{ "sev:crit", true },
	{ "kind:indexer", false },
	{ "10.0.3.4:3000", true },
	{ "http://", false },
	{ "  refused  ", true },
	{ "!", false },
	{ ":", true },
};

static void a_filter_matches_words_fields_and_their_inverse(void **state)
{
	struct str row = str_of("indexer DOWN refused by 10.0.3.4:3000");
	struct str fields = str_of("state:down\nseverity:critical\n");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
		struct filter filter = { "" };

		str_put(filter.text, sizeof(filter.text), filters[i].filter);
		if (filter_matches(&filter, row, fields) != filters[i].matches)
			fail_msg("filter '%s'", filters[i].filter);
	}
}

static void type(struct edit *edit, const char *text)
{
	for (; *text; text++)
		assert_true(edit_key(edit, (uint32_t)*text));
}

static void a_field_edits_whole_characters(void **state)
{
	struct edit edit = { .len = 0 };

	(void)state;
	type(&edit, "ac");
	edit_key(&edit, KEYCODE_LEFT);
	edit_key(&edit, 0x6f22);
	assert_string_equal(edit.text, "a\u6f22c");
	edit_key(&edit, KEYCODE_BACKSPACE);
	assert_string_equal(edit.text, "ac");
	edit_key(&edit, KEYCODE_HOME);
	edit_key(&edit, KEYCODE_DELETE);
	edit_key(&edit, KEYCODE_DELETE);
	edit_key(&edit, KEYCODE_DELETE);
	assert_string_equal(edit.text, "");
	assert_false(edit_key(&edit, KEYCODE_F1));
}

static void a_field_never_grows_over_its_end(void **state)
{
	struct edit edit = { .len = 0 };

	(void)state;
	for (int i = 0; i < 2 * EDIT_TEXT; i++)
		edit_key(&edit, 0x6f22);
	assert_true(edit.len < EDIT_TEXT);
	edit_paste(&edit, str_of("more"));
	assert_true(strlen(edit.text) < EDIT_TEXT);
}

static void a_paste_into_a_field_is_one_harmless_line(void **state)
{
	struct edit edit = { .len = 0 };

	(void)state;
	edit_paste(&edit, str_of("one\ntwo\033[2J\xe2\x80\xae"));
	assert_null(strchr(edit.text, '\n'));
	assert_null(strchr(edit.text, '\033'));
	assert_null(strstr(edit.text, "\xe2\x80\xae"));
	assert_int_equal(strncmp(edit.text, "one two", 7), 0);
}

static void letters_in_order_match_and_prefixes_win(void **state)
{
	(void)state;
	assert_true(palette_score("src", "sources") >= 0);
	assert_true(palette_score("srx", "sources") < 0);
	assert_true(palette_score("so", "sources") > palette_score("so", "messages sort"));
	assert_true(palette_score("nw", "next-wrong") > palette_score("nw", "unwind"));
	assert_true(palette_score("SOUR", "sources") > 0);
}

static void the_palette_finds_completes_and_remembers(void **state)
{
	static struct palette palette;
	struct world *world = worlds_healthy();
	struct candidate taken;

	(void)state;
	palette_open(&palette, world);
	assert_true(palette.matched > PALETTE_SHOWN);
	for (const char *c = "prom"; *c; c++)
		palette_key(&palette, world, (uint32_t)*c);
	palette_key(&palette, world, KEYCODE_TAB);
	assert_string_equal(palette.edit.text, "open prometheus");
	assert_true(palette_take(&palette, &taken));
	assert_int_equal(taken.item.kind, ITEM_SOURCE);
	palette_open(&palette, world);
	palette_key(&palette, world, KEYCODE_UP);
	assert_string_equal(palette.edit.text, "open prometheus");
	palette_key(&palette, world, 'x');
	palette_key(&palette, world, 'x');
	assert_false(palette_take(&palette, &taken));
	world_free(world);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(the_first_item_is_selected_at_first),
		WITH(the_cursor_follows_its_item_through_any_order),
		WITH(a_vanished_item_leaves_nothing_selected),
		WITH(moving_goes_over_the_rows_that_were_seen),
		WITH(wrong_rows_are_found_in_both_directions),
		WITH(the_only_wrong_row_is_no_other_one),
		WITH(a_wrong_row_above_is_found_after_the_chosen_one_vanished),
		WITH(it_is_the_first_item_until_a_key_chooses_one),
		WITH(parts_are_entered_at_their_first_item),
		WITH(text_between_items_is_scrolled_through),
		WITH(the_selected_row_is_always_in_sight_after_a_move),
		WITH(rows_that_claim_to_be_the_same_thing_can_all_be_reached),
		WITH(an_empty_page_takes_every_move),
		WITH(a_filter_matches_words_fields_and_their_inverse),
		WITH(a_field_edits_whole_characters),
		WITH(a_field_never_grows_over_its_end),
		WITH(a_paste_into_a_field_is_one_harmless_line),
		WITH(letters_in_order_match_and_prefixes_win),
		WITH(the_palette_finds_completes_and_remembers),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
