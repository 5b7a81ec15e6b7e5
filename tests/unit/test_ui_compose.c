/* A text of several lines: how it is wrapped, where the cursor goes, what a paste becomes. */
#include "ui/compose.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/hostile.h"

static struct compose text;

static void set(const char *bytes, size_t cols)
{
	memset(&text, 0, sizeof(text));
	compose_set(&text, bytes);
	text.cols = cols;
}

static const struct {
	const char *text;
	size_t cols;
	const char *lines;		/* with | between */
} wraps[] = {
	{ "", 10, "" },
	{ "one two", 10, "one two" },
	{ "one two three", 10, "one two|three" },
	{ "a longword here", 6, "a|longwo|rd|here" },
	{ "one\n\ntwo", 10, "one||two" },
	{ "one\n", 10, "one|" },
	{ "aaaa ", 4, "aaaa|" },
	{ "aaaa bbbb", 4, "aaaa|bbbb" },
	{ "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97", 4,
	  "\xe6\xbc\xa2\xe5\xad\x97|\xe6\xbc\xa2\xe5\xad\x97" },
};

static void a_text_is_wrapped_at_words_and_at_its_own_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wraps); i++) {
		struct str rest = str_of(wraps[i].text), line;
		struct buf shown = { 0 };

		for (int n = 0; compose_line(&rest, wraps[i].cols, &line); n++) {
			buf_text(&shown, n ? "|" : "");
			buf_add(&shown, line.p, line.len);
			assert_true(n < 20);
		}
		assert_string_equal(buf_cstr(&shown), wraps[i].lines);
		buf_done(&shown);
	}
}

static void up_and_down_go_by_shown_lines(void **state)
{
	(void)state;
	set("one two three", 10);		/* one two|three, the cursor at the end */
	assert_true(compose_key(&text, KEYCODE_UP));
	assert_int_equal(text.cursor, 5);
	assert_false(compose_key(&text, KEYCODE_UP));
	assert_true(compose_key(&text, KEYCODE_DOWN));
	assert_int_equal(text.cursor, 13);
	assert_false(compose_key(&text, KEYCODE_DOWN));
}

static void home_end_and_erasing_stay_within_the_line(void **state)
{
	(void)state;
	set("one\ntwo\nsix", 10);
	compose_key(&text, KEYCODE_UP);
	compose_key(&text, KEYCODE_HOME);
	assert_int_equal(text.cursor, 4);
	compose_key(&text, KEYCODE_END);
	assert_int_equal(text.cursor, 7);
	compose_key(&text, KEYCODE_CTRL('u'));
	assert_string_equal(text.text, "one\n\nsix");
	compose_key(&text, KEYCODE_BACKSPACE);
	assert_string_equal(text.text, "one\nsix");
}

static void enter_begins_a_line(void **state)
{
	(void)state;
	set("one", 10);
	assert_true(compose_key(&text, KEYCODE_ENTER));
	assert_true(compose_key(&text, 't'));
	assert_string_equal(text.text, "one\nt");
}

static void what_is_typed_on_a_question_takes_its_place(void **state)
{
	(void)state;
	set("Users: [what?]\nNext: [what comes?]\n[open", 40);
	assert_true(compose_question(&text));
	compose_key(&text, 'o');
	compose_key(&text, 'k');
	assert_true(compose_question(&text));
	assert_true(compose_paste(&text, str_of("rest")));
	assert_string_equal(text.text, "Users: ok\nNext: rest\n[open");
	assert_false(compose_question(&text));
	set("[what?]", 40);
	compose_key(&text, KEYCODE_HOME);
	compose_key(&text, 'x');		/* it was not led there */
	assert_string_equal(text.text, "x[what?]");
}

static void a_paste_keeps_its_lines_and_loses_its_controls(void **state)
{
	(void)state;
	set("", 10);
	assert_true(compose_paste(&text, str_of("one\r\n\x1b[31mtwo\x07\nsix")));
	assert_non_null(strstr(text.text, "one\n"));
	assert_null(strchr(text.text, '\x1b'));
	assert_null(strchr(text.text, '\r'));
	assert_null(strchr(text.text, '\x07'));
}

static void a_paste_that_has_no_room_is_said_to_be_cut(void **state)
{
	static char long_text[2 * COMPOSE_TEXT];

	(void)state;
	memset(long_text, 'a', sizeof(long_text) - 1);
	set("", 10);
	assert_false(compose_paste(&text, str_of(long_text)));
	assert_true(text.len < COMPOSE_TEXT);
	assert_int_equal(strlen(text.text), text.len);
}

/* Whatever stands in it: the cursor is at an edge of a cluster and every line is drawn. */
static void hostile_text_is_wrapped_and_drawn_within_its_area(void **state)
{
	size_t count;
	const struct hostile *all = hostile_all(&count);
	struct surface surface;

	(void)state;
	surface_init(&surface, false);
	for (size_t i = 0; i < count; i++) {
		set("", 10);
		compose_paste(&text, all[i].bytes);
		for (int k = 0; k < 4; k++)
			compose_key(&text, k % 2 ? KEYCODE_UP : KEYCODE_LEFT);
		surface_reset(&surface, 5, 12);
		compose_draw(&text, &surface, surface_area(&surface), true);
		assert_true(text.cursor <= text.len);
	}
	surface_done(&surface);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_wrapped_at_words_and_at_its_own_lines),
		cmocka_unit_test(up_and_down_go_by_shown_lines),
		cmocka_unit_test(home_end_and_erasing_stay_within_the_line),
		cmocka_unit_test(enter_begins_a_line),
		cmocka_unit_test(what_is_typed_on_a_question_takes_its_place),
		cmocka_unit_test(a_paste_keeps_its_lines_and_loses_its_controls),
		cmocka_unit_test(a_paste_that_has_no_room_is_said_to_be_cut),
		cmocka_unit_test(hostile_text_is_wrapped_and_drawn_within_its_area),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
