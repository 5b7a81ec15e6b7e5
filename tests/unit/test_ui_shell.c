/* The shell: what keys, pastes and the world's own changes do to the picture and to each other. */
#include "ui/shell.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/worlds.h"
#include "ui/shell_state.h"

static struct shell *shell;
static struct world *world;
static struct surface surface;
static struct moment now;
static struct effect effect;

static void draw_at(int rows, int cols)
{
	surface_reset(&surface, rows, cols);
	shell_draw(shell, world, &surface, now);
}

static void draw(void)
{
	draw_at(40, 100);
}

static int set_up(void **state)
{
	struct ui_prefs prefs = { .colour = true, .bell = BELL_DOWN | BELL_ALERT };

	(void)state;
	now = (struct moment){ worlds_now(), 100000 };
	effect = (struct effect){ .kind = EFFECT_NONE };
	world = worlds_db_hung();
	shell = shell_new(&prefs);
	surface_init(&surface, false);
	draw();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	shell_free(shell);
	world_free(world);
	surface_done(&surface);
	return 0;
}

static void press(uint32_t code)
{
	struct input event = { .kind = INPUT_KEY, .code = code };

	shell_event(shell, world, &event, now, &effect);
}

static void type(const char *keys)
{
	for (; *keys; keys++)
		press((uint32_t)*keys);
}

static bool shows(const char *text)
{
	struct buf picture = { 0 };
	bool found;

	draw();
	surface_dump(&surface, &picture);
	found = strstr(buf_cstr(&picture), text) != NULL;
	buf_done(&picture);
	return found;
}

static void change_the_world(int round)
{
	static const char *const names[] = { "AaaNewest", "HealthcheckFailed", "ZzzLast", "Middle" };
	static const char *const sources[] = { "horizon", "api", "alertmanager", "prometheus", "db" };
	msec at = now.wall + 1000;

	worlds_fire(world, names + round % 3, 2 - (size_t)round % 2, at);
	worlds_say(world, sources[round % 5], round % 4 ? STATE_DOWN : STATE_OK, "changed", at);
	worlds_say(world, "indexer", round % 3 ? STATE_BAD : STATE_WARN, "changed", at);
	world_refresh(world, at);
}

/* A new red row, another order or a vanished item between the frame and the key: the key opens what
 * was under the cursor, or nothing. */
static void a_key_acts_on_what_was_seen_whatever_the_world_does(void **state)
{
	size_t opened = 0;

	for (int round = 0; round < 50; round++) {
		struct item target;
		bool had;

		for (int i = 0; i < round % 13; i++)
			press('j');
		draw();
		had = shell_view(shell)->list.selected;
		target = shell_view(shell)->list.row.target;
		change_the_world(round);
		if (round % 2)
			draw();
		press(KEYCODE_ENTER);
		if (shell->depth > 0) {
			assert_true(had);
			assert_true(item_eq(shell_view(shell)->subject, target));
			opened++;
		}
		tear_down(state);
		set_up(state);
	}
	assert_true(opened > 20);
}

static void a_vanished_item_is_not_opened_and_enter_says_so(void **state)
{
	(void)state;
	worlds_fire(world, (const char *[]){ "Lonely" }, 1, now.wall);
	world_refresh(world, now.wall);
	draw();
	type("/Lonely");
	draw();
	press(KEYCODE_ENTER);
	press('g');
	draw();
	assert_int_equal(shell_view(shell)->list.row.target.kind, ITEM_ALERT);
	worlds_fire(world, NULL, 0, now.wall);
	world_refresh(world, now.wall);
	press(KEYCODE_ENTER);
	assert_int_equal(shell->depth, 0);
	assert_true(shows("no longer there"));
	press(KEYCODE_ENTER);
	assert_int_equal(shell->depth, 0);
	assert_true(shows("gone from the list"));
}

static void paste(const char *text)
{
	struct input event = { .kind = INPUT_PASTE, .text = str_of(text) };

	shell_event(shell, world, &event, now, &effect);
}

static void a_paste_never_acts(void **state)
{
	static const char *const texts[] = { "q", "qqq\r\n", ":quit\r", "r", "\003\003\003", "7", "P" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		paste(texts[i]);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_int_equal(shell->depth, 0);
		assert_int_equal(shell->tab, 0);
		assert_int_equal(shell->mode, MODE_KEYS);
		assert_true(shows("pasted and nothing was done"));
	}
}

static void a_paste_into_the_palette_types_and_does_not_press_enter(void **state)
{
	(void)state;
	press(':');
	paste("quit\r\n");
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_PALETTE);
	assert_string_equal(shell->palette.edit.text, "quit");
}

static void a_frozen_picture_stands_still_and_refuses_to_act(void **state)
{
	struct buf before = { 0 }, after = { 0 };

	(void)state;
	press('z');
	draw();
	surface_dump(&surface, &before);
	worlds_say(world, "horizon", STATE_DOWN, "refused", now.wall + 500);
	world_refresh(world, now.wall + 500);
	draw();
	surface_dump(&surface, &after);
	assert_string_equal(before.data, after.data);
	assert_true(shows("FROZEN 00:00"));
	press('r');
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("frozen"));
	press('z');
	assert_true(shows("3 DOWN"));
	press('r');
	assert_int_equal(effect.kind, EFFECT_ASK_ALL);
	buf_done(&before);
	buf_done(&after);
}

static void three_interrupts_within_two_seconds_quit(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(effect.kind, EFFECT_NONE);
		press(KEYCODE_CTRL('c'));
		now.steady += 900;
	}
	assert_int_equal(effect.kind, EFFECT_QUIT);
}

static void slow_interrupts_only_say_how_to_quit(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++) {
		press(KEYCODE_CTRL('c'));
		assert_int_equal(effect.kind, EFFECT_NONE);
		now.steady += 1001;
	}
	assert_true(shows("q quits."));
}

static void interrupt_closes_a_field(void **state)
{
	(void)state;
	press(':');
	press(KEYCODE_CTRL('c'));
	assert_int_equal(shell->mode, MODE_KEYS);
	press('/');
	type("db");
	press(KEYCODE_CTRL('c'));
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_string_equal(shell_view(shell)->filter.text, "");
}

static void q_goes_back_level_by_level_and_quits_on_now(void **state)
{
	(void)state;
	press('7');
	draw();
	press(KEYCODE_ENTER);
	assert_int_equal(shell->depth, 1);
	press('q');
	assert_int_equal(shell->depth, 0);
	assert_ptr_equal(screen_tabs[shell->tab], &screen_sources);
	press('q');
	assert_int_equal(shell->tab, 0);
	assert_int_equal(effect.kind, EFFECT_NONE);
	press('q');
	assert_int_equal(effect.kind, EFFECT_QUIT);
}

static void escape_never_quits(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		press(KEYCODE_ESC);
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
}

static void a_filter_counts_what_it_leaves_and_escape_clears_it(void **state)
{
	(void)state;
	type("/state:down");
	assert_true(shows("match"));
	assert_false(shows("IndexerHighLag  "));
	press(KEYCODE_ENTER);
	assert_true(shows("match \"state:down\". Esc clears."));
	press(KEYCODE_ESC);
	assert_true(shows("IndexerHighLag  "));
	type("/nothing like this");
	press(KEYCODE_ENTER);
	assert_true(shows("0 of "));
}

static void the_palette_runs_what_it_shows(void **state)
{
	(void)state;
	press(':');
	type("sour");
	assert_true(shows("COMMANDS"));
	press(KEYCODE_ENTER);
	assert_ptr_equal(screen_tabs[shell->tab], &screen_sources);
	press(':');
	type("zzzz");
	press(KEYCODE_ENTER);
	assert_true(shows("no command matches 'zzzz'"));
}

static void the_chosen_command_is_in_sight_in_the_smallest_window(void **state)
{
	struct buf text = { 0 };

	(void)state;
	press(':');
	for (int i = 0; i < PALETTE_SHOWN; i++) {
		buf_clear(&text);
		draw_at(8, 40);
		surface_dump(&surface, &text);
		assert_non_null(strstr(buf_cstr(&text), "\n>"));
		press(KEYCODE_DOWN);
	}
	buf_done(&text);
}

static void a_unicode_frame_yields_to_an_ascii_surface(void **state)
{
	struct ui_prefs prefs = { .unicode_frame = true };

	(void)state;
	shell_free(shell);
	shell = shell_new(&prefs);
	assert_true(shows("NEXT \u254c\u254c"));
	surface.ascii = true;
	assert_true(shows("NEXT --"));
}

static void firing_alerts_wait_even_when_all_sources_are_fine(void **state)
{
	(void)state;
	world_free(world);
	world = worlds_healthy();
	assert_true(shows("Nothing waits for you."));
	worlds_fire(world, (const char *[]){ "Only", "Other" }, 2, now.wall);
	world_refresh(world, now.wall);
	assert_false(shows("Nothing waits for you."));
	assert_true(shows("Only firing for 12m, and 1 more"));
}

/* NEXT is what to look at: not what is only not known because its source fails. */
static void what_a_failing_source_cannot_tell_is_no_next_thing(void **state)
{
	(void)state;
	world_free(world);
	world = worlds_healthy();
	worlds_say(world, "prometheus", STATE_UNKNOWN, "answers a sign-in page", now.wall);
	world_refresh(world, now.wall);
	assert_true(shows("look at    prometheus"));
	assert_false(shows("look at    error_rate"));
	assert_false(shows("look at    latency"));
}

static void help_explains_the_selected_row_and_enter_performs(void **state)
{
	(void)state;
	press('?');
	assert_true(shows(" WHY "));
	assert_true(shows("hung, no answer in 8 s"));
	assert_true(shows("rule "));
	press('/');
	type("name:sources");
	press(KEYCODE_ENTER);
	draw();
	press('g');
	press(KEYCODE_ENTER);
	assert_int_equal(shell->depth, 0);
	assert_ptr_equal(screen_tabs[shell->tab], &screen_sources);
}

static void what_is_fine_unfolds_in_place(void **state)
{
	(void)state;
	assert_false(shows("Watchdog last seen"));
	type("/FINE");
	press(KEYCODE_ENTER);
	draw();
	press('G');
	press(KEYCODE_ENTER);
	press(KEYCODE_ESC);
	assert_true(shows("ledger 61204411"));
}

static void the_previous_screen_comes_back(void **state)
{
	(void)state;
	press('7');
	press('-');
	assert_int_equal(shell->tab, 0);
	press('-');
	assert_ptr_equal(screen_tabs[shell->tab], &screen_sources);
}

static void a_key_without_meaning_says_so(void **state)
{
	(void)state;
	press('Q');
	assert_true(shows("Q does nothing here"));
}

static void copying_takes_the_value_under_the_cursor(void **state)
{
	(void)state;
	press('y');
	assert_int_equal(effect.kind, EFFECT_COPY);
	assert_string_equal(effect.text, "db DOWN: hung, no answer in 8 s");
}

static void a_frame_is_due_at_once_after_a_key_and_else_seldom(void **state)
{
	(void)state;
	draw();
	assert_int_equal(shell_wait(shell, world, now), 1000);
	now.wall += 30;
	now.steady += 30;
	assert_int_equal(shell_wait(shell, world, now), 970);
	world->version++;
	assert_int_equal(shell_wait(shell, world, now), 70);
	now.steady += 70;
	now.wall += 70;
	assert_int_equal(shell_wait(shell, world, now), 0);
	draw();
	assert_int_equal(shell_wait(shell, world, now), 900);
	press('j');
	assert_int_equal(shell_wait(shell, world, now), 0);
}

static void the_bell_rings_once_for_each_fall(void **state)
{
	(void)state;
	assert_true(shell_bell(shell, world));
	assert_false(shell_bell(shell, world));
	worlds_fire(world, (const char *[]){ "A", "B", "C" }, 3, now.wall);
	world_refresh(world, now.wall);
	assert_true(shell_bell(shell, world));
	assert_false(shell_bell(shell, world));
}

static void the_title_names_the_root_in_ascii(void **state)
{
	char title[TITLE_TEXT];

	(void)state;
	shell_title(world, now.wall, title);
	assert_string_equal(title, "down db - binnacle prod");
}

static void print_holds_every_row(void **state)
{
	struct buf text = { 0 };

	(void)state;
	draw_at(10, 80);
	shell_print(shell, world, 80, now, &text);
	assert_non_null(strstr(buf_cstr(&text), "prod DOWN"));
	assert_non_null(strstr(buf_cstr(&text), "TIMELINE"));
	assert_non_null(strstr(buf_cstr(&text), "ok -> down: hung, no answer in 8 s"));
	buf_done(&text);
}

static void rows_out_of_sight_are_counted(void **state)
{
	(void)state;
	draw_at(14, 80);
	press('j');
	draw_at(14, 80);
	{
		struct buf text = { 0 };
		char expected[32];
		int below = shell_view(shell)->list.count - shell_view(shell)->list.top - 10;

		surface_dump(&surface, &text);
		snprintf(expected, sizeof(expected), "+%d ", below);
		assert_non_null(strstr(buf_cstr(&text), expected));
		buf_done(&text);
	}
}

static void bad_key_overrides_are_a_message_not_an_end(void **state)
{
	struct key_override bad = { "ask", "q" };
	struct ui_prefs prefs = { .keys = &bad, .key_count = 1 };

	(void)state;
	shell_free(shell);
	shell = shell_new(&prefs);
	assert_true(shows("'q' is the key of 'quit' already"));
}

static void screens_draw_in_every_size(void **state)
{
	static const char *const ways[] = { "", "7", "?", ":", "\r" };

	(void)state;
	for (size_t way = 0; way < ARRAY_LEN(ways); way++) {
		for (const char *key = ways[way]; *key; key++)
			press(*key == '\r' ? KEYCODE_ENTER : (uint32_t)*key);
		for (int rows = 1; rows <= 100; rows += rows < 15 ? 1 : 17)
			for (int cols = 1; cols <= 200; cols += cols < 130 ? 1 : 7) {
				draw_at(rows, cols);
				press('l');
				press('j');
			}
		press(KEYCODE_ESC);
		press(KEYCODE_ESC);
		press(KEYCODE_ESC);
	}
}

static void a_tiny_window_still_says_the_worst(void **state)
{
	struct buf text = { 0 };

	(void)state;
	draw_at(4, 15);
	surface_dump(&surface, &text);
	assert_string_equal(text.data, "DOWN# 2 DOWN 2\n02:14Z\nneed 40x8\n\n");
	buf_done(&text);
}

static void the_headline_is_not_ok_while_a_source_has_not_answered_yet(void **state)
{
	(void)state;
	world_free(world);
	world = worlds_start();
	worlds_say(world, "db", STATE_OK, "primary", now.wall);
	world_refresh(world, now.wall);
	draw();
	assert_false(shows(" OK ."));
	assert_true(shows(" ASK | "));
}

#define HASH "8f41aa00bb11cc22dd33ee44ff5566778899aabbccddeeff00112233445ac902"

enum { API = 5 };

/* Three lines of the log of a source: an old one without a time, two equal ones that speak of a
 * transaction. */
static void log_lines(void)
{
	static const struct sighting lines[] = {
		{ WHEN_NEVER, "old", "an old line without a time", "" },
		{ 1795313640000, "save-failed", "db.transaction.save.failed " HASH, HASH },
		{ 1795313640000, "save-failed", "db.transaction.save.failed " HASH, HASH },
	};
	struct report report = { .state = STATE_WARN, .newest = now.wall, .latency = 10,
				 .sightings = lines, .sighting_count = ARRAY_LEN(lines) };

	str_put(report.because, sizeof(report.because), "save-failed: 2 in 5m, limit 0");
	world_report(world, API, &report, now.wall);
	world_refresh(world, now.wall);
}

/* Move down to an item of this kind. */
static void go_down_to(enum item_kind kind)
{
	int moves = 0;

	draw();
	while (shell_view(shell)->list.row.target.kind != kind || moves == 0) {
		assert_true(moves++ < 100);
		type("j");
		draw();
	}
}

static void open_log(void)
{
	log_lines();
	type("7/api");
	press(KEYCODE_ENTER);
	go_down_to(ITEM_SOURCE);
	press(KEYCODE_ENTER);
}

static void the_lines_of_a_log_are_listed_and_one_opens_with_its_transaction(void **state)
{
	(void)state;
	open_log();
	world->tx.known = true;
	world->tx.row_count = 1;
	world->tx.rows[0] = (struct tx_row){ .id = "pay-4711", .hash = HASH, .status = "open" };
	assert_true(shows("LINES THAT MATCHED"));
	assert_true(shows("before    old"));
	go_down_to(ITEM_SIGHTING);
	press(KEYCODE_ENTER);
	assert_true(shows("line of api"));
	assert_true(shows("db.transaction.save.failed") && shows(HASH));
	assert_true(shows("2026-11-22T02:14:00Z"));
	assert_true(shows("pay-4711"));
}

static void copying_a_line_of_a_log_takes_its_hash_or_the_line(void **state)
{
	(void)state;
	open_log();
	go_down_to(ITEM_SIGHTING);
	type("y");
	assert_int_equal(effect.kind, EFFECT_COPY);
	assert_string_equal(effect.text, HASH);
	go_down_to(ITEM_SIGHTING);
	go_down_to(ITEM_SIGHTING);
	type("y");
	assert_string_equal(effect.text, "an old line without a time");
}

static void a_frozen_picture_keeps_its_lines_when_the_log_goes_on(void **state)
{
	struct report empty = { .state = STATE_OK, .newest = now.wall, .latency = 10 };

	(void)state;
	open_log();
	draw();
	type("z");
	world_report(world, API, &empty, now.wall);
	world_refresh(world, now.wall);
	assert_true(shows("before    old"));
	type("z");
	assert_false(shows("before    old"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_key_acts_on_what_was_seen_whatever_the_world_does),
		WITH(a_vanished_item_is_not_opened_and_enter_says_so),
		WITH(a_paste_never_acts),
		WITH(a_paste_into_the_palette_types_and_does_not_press_enter),
		WITH(a_frozen_picture_stands_still_and_refuses_to_act),
		WITH(three_interrupts_within_two_seconds_quit),
		WITH(slow_interrupts_only_say_how_to_quit),
		WITH(interrupt_closes_a_field),
		WITH(q_goes_back_level_by_level_and_quits_on_now),
		WITH(escape_never_quits),
		WITH(a_filter_counts_what_it_leaves_and_escape_clears_it),
		WITH(the_palette_runs_what_it_shows),
		WITH(the_chosen_command_is_in_sight_in_the_smallest_window),
		WITH(a_unicode_frame_yields_to_an_ascii_surface),
		WITH(firing_alerts_wait_even_when_all_sources_are_fine),
		WITH(what_a_failing_source_cannot_tell_is_no_next_thing),
		WITH(help_explains_the_selected_row_and_enter_performs),
		WITH(what_is_fine_unfolds_in_place),
		WITH(the_previous_screen_comes_back),
		WITH(a_key_without_meaning_says_so),
		WITH(copying_takes_the_value_under_the_cursor),
		WITH(a_frame_is_due_at_once_after_a_key_and_else_seldom),
		WITH(the_bell_rings_once_for_each_fall),
		WITH(the_title_names_the_root_in_ascii),
		WITH(print_holds_every_row),
		WITH(rows_out_of_sight_are_counted),
		WITH(bad_key_overrides_are_a_message_not_an_end),
		WITH(screens_draw_in_every_size),
		WITH(a_tiny_window_still_says_the_worst),
		WITH(the_headline_is_not_ok_while_a_source_has_not_answered_yet),
		WITH(the_lines_of_a_log_are_listed_and_one_opens_with_its_transaction),
		WITH(copying_a_line_of_a_log_takes_its_hash_or_the_line),
		WITH(a_frozen_picture_keeps_its_lines_when_the_log_goes_on),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
