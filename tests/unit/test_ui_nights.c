/* The screens of an incident: golden pictures of every night in three sizes, and what their rows
 * do. UPDATE_GOLDEN=1 writes the pictures anew; then read the difference. */
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
#include "tests/lib/golden.h"
#include "tests/lib/nights.h"
#include "tests/lib/worlds.h"
#include "ui/shell_state.h"

#define PUT(field, text) str_put((field), sizeof(field), (text))

static const struct {
	const char *name;
	uint32_t key;
} screens[] = { { "alerts", '2' }, { "incident", '4' }, { "timeline", '6' } };

static const struct {
	int rows, cols;
} sizes[] = { { 24, 80 }, { 50, 160 }, { 10, 40 } };

static struct shell *shell;
static struct world *world;
static struct nights *nights;
static struct surface surface;
static struct moment now;

static void open_night(enum nights_kind kind)
{
	struct ui_prefs prefs = { .colour = true };

	now = (struct moment){ worlds_now(), 100000 };
	world = worlds_db_hung();
	PUT(world->alerts[0].fingerprint, "f00d");
	PUT(world->alerts[1].fingerprint, "beef");
	world->components[1].rto = 2 * WHEN_HOUR;
	world->components[0].rto = 15 * WHEN_MINUTE;
	nights = nights_new(kind, world);
	shell = shell_new(&prefs);
	surface_init(&surface, false);
}

static void close_night(void)
{
	shell_free(shell);
	nights_free(nights);
	world->desk = NULL;
	world_free(world);
	surface_done(&surface);
}

static void draw_at(int rows, int cols)
{
	surface_reset(&surface, rows, cols);
	shell_draw(shell, world, &surface, now);
}

static void draw(void)
{
	draw_at(60, 100);
}

static void press(uint32_t code)
{
	struct input event = { .kind = INPUT_KEY, .code = code };
	struct effect effect;

	shell_event(shell, world, &event, now, &effect);
	draw();
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

static bool is_golden(enum nights_kind kind, size_t screen, int rows, int cols)
{
	struct buf text = { 0 };
	char name[80];
	bool same;

	(void)snprintf(name, sizeof(name), "night-%s-%s-%dx%d.txt", nights_name(kind),
		       screens[screen].name, cols, rows);
	draw_at(rows, cols);
	surface_dump(&surface, &text);
	same = golden_same(name, str_sub(text.data, text.len));
	buf_done(&text);
	return same;
}

static void every_screen_of_every_night_is_as_it_was_approved(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (int kind = 0; kind < NIGHTS_COUNT; kind++) {
		open_night((enum nights_kind)kind);
		for (size_t s = 0; s < ARRAY_LEN(screens); s++) {
			press(screens[s].key);
			for (size_t z = 0; z < ARRAY_LEN(sizes); z++)
				wrong += !is_golden((enum nights_kind)kind, s, sizes[z].rows,
						    sizes[z].cols);
		}
		close_night();
	}
	assert_int_equal(wrong, 0);
}

static void tell(enum event_kind kind, const char *data)
{
	now.wall += WHEN_SECOND;
	night_tell(&nights->nights[0], &(struct night_event){
		.at = now.wall, .rec = WHEN_NEVER, .kind = kind, .data = data });
	nights->desk.version++;
}

static struct item selected(void)
{
	return shell_view(shell)->list.row.item;
}

static void the_timeline_follows_the_newest_until_the_cursor_moves(void **state)
{
	struct item item;

	(void)state;
	open_night(NIGHTS_OPEN);
	press('6');
	tell(EVENT_NOTE, "{\"text\":\"first\"}");
	assert_true(shows(">02:14:08 ana"));
	press('j');
	item = selected();
	tell(EVENT_NOTE, "{\"text\":\"second\"}");
	draw();
	assert_true(item_eq(selected(), item));
	press('g');
	tell(EVENT_NOTE, "{\"text\":\"third\"}");
	assert_true(shows(">02:14:10 ana"));
	close_night();
}

static void the_timeline_filters_by_word_kind_and_person(void **state)
{
	static const struct {
		const char *filter, *shown, *hidden;
	} cases[] = {
		{ "/disk", "the disk of db is full", "payout cron paused" },
		{ "/!disk", "payout cron paused", "the disk of db is full" },
		{ "/kind:alert", "IndexerHighLag", "payout cron paused" },
		{ "/who:ben", "IndexerHighLag", "payout cron paused" },
		{ "/who:import", "lag", "payout cron paused" },
		{ "/state:pinned", "payout cron paused", "restarted redis" },
		{ "/state:undone", "restarted redis", "payout cron paused" },
		{ "/UNDONE", "restarted redis", "payout cron paused" },
	};

	(void)state;
	open_night(NIGHTS_OPEN);
	press('6');
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		type(cases[i].filter);
		press(KEYCODE_ENTER);
		if (strcmp(cases[i].filter, "/who:ben") != 0 && !shows(cases[i].shown))
			fail_msg("%s hides %s", cases[i].filter, cases[i].shown);
		if (shows(cases[i].hidden))
			fail_msg("%s shows %s", cases[i].filter, cases[i].hidden);
		assert_true(shows(" match \""));
		press(KEYCODE_ESC);
	}
	close_night();
}

static void what_was_taken_back_corrected_or_late_says_so(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	press('6');
	assert_true(shows("UNDONE: "));
	assert_true(shows("the disk of db is full"));
	assert_false(shows("the disk of db is ful "));
	assert_true(shows("corrected"));
	assert_true(shows("noted 02:10"));
	assert_true(shows("import "));
	close_night();
}

static void a_repeat_is_hidden_with_a_count(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	press('6');
	assert_true(shows("1 repeat hidden"));
	type("/IndexerHighLag");
	press(KEYCODE_ENTER);
	assert_true(shows("1 of 34 match"));
	close_night();
}

static void enter_opens_the_raw_facts_of_an_event(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	press('6');
	type("/payout");
	press(KEYCODE_ENTER);
	press('G');
	press(KEYCODE_ENTER);
	assert_true(shows("hash "));
	assert_true(shows("2026-11-22T02:0"));
	assert_true(shows("00112233aabbccdd line "));
	assert_true(shows("/journal.00112233"));
	assert_true(shows("AS WRITTEN"));
	close_night();
}

static void an_update_opens_with_every_delivery(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	press('4');
	type("/announce");
	press(KEYCODE_ENTER);
	press('g');
	press(KEYCODE_ENTER);
	assert_true(shows("Payments are late since 01:50Z."));
	assert_true(shows("We look for the cause."));
	assert_true(shows("FAILED"));
	assert_true(shows("status 500, 5 tries"));
	assert_true(shows("internal error"));
	assert_true(shows("delivered"));
	close_night();
}

static void what_is_not_known_is_never_a_number(void **state)
{
	(void)state;
	open_night(NIGHTS_UNKNOWN);
	press('4');
	assert_true(shows("not known since 02:09"));
	assert_false(shows("35 s"));
	assert_false(shows("12400.00"));
	assert_true(shows("1240 s"));	/* of then, when it was known */
	close_night();
}

static void the_screen_says_that_nothing_is_saved(void **state)
{
	(void)state;
	open_night(NIGHTS_UNSAVED);
	press('4');
	assert_true(shows("NOT SAVED: no space left on device"));
	assert_true(shows("3 events wait"));
	close_night();
}

static void two_open_incidents_say_which_one_is_shown(void **state)
{
	(void)state;
	open_night(NIGHTS_TWO);
	press('4');
	assert_true(shows("INCIDENT #7k3f9q"));
	assert_true(shows("1 of 2"));
	assert_true(shows("#9p2m4x SEV2 Horizon slow"));
	nights->desk.current = 1;
	assert_true(shows("INCIDENT #9p2m4x"));
	assert_true(shows("2 of 2"));
	assert_true(shows("Nobody was told yet"));
	close_night();
}

/* A picture of another incident holds nothing of the one before: the lot is made anew. */
static void another_incident_has_another_timeline(void **state)
{
	(void)state;
	open_night(NIGHTS_TWO);
	press('6');
	assert_true(shows("payout cron paused"));
	nights->desk.current = 1;
	assert_false(shows("payout cron paused"));
	assert_true(shows("Horizon slow"));
	close_night();
}

static void the_timeline_says_the_day_when_the_night_was_long(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	now.wall += WHEN_DAY;
	press('6');
	assert_true(shows("11-22 02:13:00"));
	close_night();
}

static void who_acked_an_alert_stands_beside_it(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	press('2');
	assert_true(shows("acked ben 02:03, silent to 02:18"));
	assert_true(shows("1 not acked"));
	press(KEYCODE_ENTER);
	assert_true(shows("by ben at 02:03:10Z"));
	assert_true(shows("id 5e11"));
	close_night();
}

static void alerts_stand_by_severity_then_by_age(void **state)
{
	struct buf picture = { 0 };
	const char *oldest, *warning, *newest;

	(void)state;
	open_night(NIGHTS_NONE);
	worlds_fire(world, (const char *[]){ "Aaa", "Bbb", "Ccc" }, 3, now.wall);
	world_refresh(world, now.wall);
	for (size_t i = 0; i < world->alert_count; i++) {
		PUT(world->alerts[i].severity, strcmp(world->alerts[i].name, "Aaa") ? "critical" :
		    "warning");
		world->alerts[i].since = now.wall - (strcmp(world->alerts[i].name, "Ccc") ? 1 : 9) *
						    WHEN_MINUTE;
	}
	press('2');
	surface_dump(&surface, &picture);
	oldest = strstr(buf_cstr(&picture), "Ccc");
	newest = strstr(buf_cstr(&picture), "Bbb");
	warning = strstr(buf_cstr(&picture), "Aaa");
	assert_true(oldest && newest && warning && oldest < newest && newest < warning);
	buf_done(&picture);
	close_night();
}

/* What tells the nine rules apart stands at the end of their names. */
static void a_long_name_of_an_alert_keeps_its_end(void **state)
{
	(void)state;
	open_night(NIGHTS_NONE);
	worlds_fire(world, (const char *[]){ "TeachLinkIndexerHighHttpErrorRate", "Short" }, 2,
		    now.wall);
	world_refresh(world, now.wall);
	press('2');
	draw_at(24, 80);
	assert_int_equal(surface_cell(&surface, 1, 3)->bytes[0], '~');
	assert_int_equal(surface_cell(&surface, 28, 3)->bytes[0], 'e');
	assert_int_equal(surface_cell(&surface, 25, 3)->bytes[0], 'R');
	assert_true(shows("TeachLinkIndexerHighHttpErrorRate "));
	close_night();
}

static void silence_means_nothing_where_an_alert_is_due(void **state)
{
	(void)state;
	open_night(NIGHTS_NONE);
	worlds_fire(world, NULL, 0, now.wall);
	world_refresh(world, now.wall);
	press('2');
	assert_true(shows("so silence means quiet."));
	world->sources[0].since = now.wall - 3 * WHEN_MINUTE;
	assert_true(shows("TeachLinkIndexerDatabaseUnavailable"));
	assert_true(shows("for 3m; its rule waits 2m. db DOWN: hung, no answer in 8 s"));
	assert_true(shows("and yet 1 that is due is missing."));
	assert_false(shows("so silence means quiet."));
	close_night();
}

static void an_overdue_rto_says_by_how_much(void **state)
{
	(void)state;
	open_night(NIGHTS_OPEN);
	press('4');
	assert_true(shows("RTO 15m, 18m used, 3m OVER"));
	assert_true(shows("RTO 2h, 18m used, 1h41m left"));
	close_night();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_of_every_night_is_as_it_was_approved),
		cmocka_unit_test(the_timeline_follows_the_newest_until_the_cursor_moves),
		cmocka_unit_test(the_timeline_filters_by_word_kind_and_person),
		cmocka_unit_test(what_was_taken_back_corrected_or_late_says_so),
		cmocka_unit_test(a_repeat_is_hidden_with_a_count),
		cmocka_unit_test(enter_opens_the_raw_facts_of_an_event),
		cmocka_unit_test(an_update_opens_with_every_delivery),
		cmocka_unit_test(what_is_not_known_is_never_a_number),
		cmocka_unit_test(the_screen_says_that_nothing_is_saved),
		cmocka_unit_test(two_open_incidents_say_which_one_is_shown),
		cmocka_unit_test(another_incident_has_another_timeline),
		cmocka_unit_test(the_timeline_says_the_day_when_the_night_was_long),
		cmocka_unit_test(who_acked_an_alert_stands_beside_it),
		cmocka_unit_test(alerts_stand_by_severity_then_by_age),
		cmocka_unit_test(a_long_name_of_an_alert_keeps_its_end),
		cmocka_unit_test(silence_means_nothing_where_an_alert_is_due),
		cmocka_unit_test(an_overdue_rto_says_by_how_much),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
