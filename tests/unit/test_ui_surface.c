/* The surface: nothing leaves its rectangle, no control byte reaches a cell. */
#include "ui/surface.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/hostile.h"

static struct surface surface;

static int set_up(void **state)
{
	(void)state;
	surface_init(&surface, false);
	surface_reset(&surface, 4, 12);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	surface_done(&surface);
	return 0;
}

static void assert_picture(const char *expected)
{
	struct buf text = { 0 };

	surface_dump(&surface, &text);
	assert_string_equal(text.data, expected);
	buf_done(&text);
}

static void text_is_clipped_on_all_four_sides(void **state)
{
	struct area area = { 3, 1, 4, 2 };

	(void)state;
	for (int y = -2; y < 5; y++)
		surface_fmt(&surface, area, -2, y, ROLE_PLAIN, "abcdefghij");
	assert_picture("\n   cdef\n   cdef\n\n");
}

static void a_wide_character_that_would_stick_out_is_left_out(void **state)
{
	(void)state;
	surface_fmt(&surface, (struct area){ 0, 0, 4, 1 }, 1, 0, ROLE_PLAIN, "a\u6f22\u5b57");
	assert_picture(" a\u6f22\n\n\n\n");
}

static void overwriting_half_of_a_wide_character_removes_the_other_half(void **state)
{
	(void)state;
	surface_fmt(&surface, surface_area(&surface), 0, 0, ROLE_PLAIN, "\u6f22\u5b57\u6f22");
	surface_fmt(&surface, surface_area(&surface), 1, 0, ROLE_PLAIN, "x");
	surface_fmt(&surface, surface_area(&surface), 4, 0, ROLE_PLAIN, "y");
	assert_picture(" x\u5b57y\n\n\n\n");
	for (int x = 0; x < 12; x++)
		assert_int_equal(surface_cell(&surface, x, 0)->width, x == 3 ? 0 : x == 2 ? 2 : 1);
}

static void combining_marks_stay_with_their_base(void **state)
{
	(void)state;
	surface_fmt(&surface, surface_area(&surface), 0, 0, ROLE_PLAIN, "e\u0301x");
	assert_int_equal(surface_cell(&surface, 0, 0)->len, 3);
	assert_memory_equal(surface_cell(&surface, 1, 0)->bytes, "x", 1);
}

static void an_ascii_surface_holds_nothing_else(void **state)
{
	(void)state;
	surface.ascii = true;
	surface_fmt(&surface, surface_area(&surface), 0, 0, ROLE_PLAIN, "\u00fcber \u6f22!");
	assert_picture("?ber ?\?!\n\n\n\n");
	surface.ascii = false;
}

static void copying_takes_whole_clusters_only(void **state)
{
	struct surface from;

	(void)state;
	surface_init(&from, false);
	surface_reset(&from, 2, 6);
	surface_fmt(&from, surface_area(&from), 0, 1, ROLE_PLAIN, "a\u6f22\u5b57");
	surface_copy(&surface, (struct area){ 2, 1, 3, 1 }, &from, 2, 1);
	assert_picture("\n   \u5b57\n\n\n");
	surface_done(&from);
}

static bool holds_control(const struct cell *cell)
{
	for (size_t i = 0; i < cell->len; i++) {
		unsigned char c = (unsigned char)cell->bytes[i];

		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)cell->bytes[i + 1] < 0xa0))
			return true;
	}
	return false;
}

static void hostile_text_changes_no_cell_outside_and_leaves_no_control_byte(void **state)
{
	struct area area = { 3, 1, 6, 2 };
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct text text = text_of(all[i].bytes);

		surface_reset(&surface, 4, 12);
		surface_put(&surface, area, -1, 0, ROLE_PLAIN, &text);
		surface_put(&surface, area, 5, 1, ROLE_PLAIN, &text);
		for (int y = 0; y < 4; y++)
			for (int x = 0; x < 12; x++) {
				const struct cell *cell = surface_cell(&surface, x, y);
				bool inside = x >= 3 && x < 9 && y >= 1 && y < 3;

				assert_false(holds_control(cell));
				if (!inside)
					assert_memory_equal(cell->bytes, " ", 2);
			}
	}
	assert_true(count > 400);
}

/* The cell itself refuses once more, should scrub ever let something through. */
static void a_control_byte_in_a_forged_text_becomes_a_question_mark(void **state)
{
	static const char *const forged[] = { "a\033b", "a\xc2\x9b" "b", "a\177b", "a\nb" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forged); i++) {
		struct text text = { .len = strlen(forged[i]) };

		memcpy(text.bytes, forged[i], text.len);
		surface_reset(&surface, 4, 12);
		surface_put(&surface, surface_area(&surface), 0, 0, ROLE_PLAIN, &text);
		assert_picture("a?b\n\n\n\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_is_clipped_on_all_four_sides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_wide_character_that_would_stick_out_is_left_out,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			overwriting_half_of_a_wide_character_removes_the_other_half, set_up, tear_down),
		cmocka_unit_test_setup_teardown(combining_marks_stay_with_their_base, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_ascii_surface_holds_nothing_else, set_up, tear_down),
		cmocka_unit_test_setup_teardown(copying_takes_whole_clusters_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			hostile_text_changes_no_cell_outside_and_leaves_no_control_byte, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_control_byte_in_a_forged_text_becomes_a_question_mark, set_up, tear_down),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
