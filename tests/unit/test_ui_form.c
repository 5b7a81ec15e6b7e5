/* Forms: which keys make which order, and what must never make one. */
#include "ui/form.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"
#include "tests/lib/desks.h"
#include "tests/lib/worlds.h"
#include "ui/next.h"
#include "ui/shell_state.h"

enum { UNHURRIED = 1000 };		/* ms between keys */

static struct shell *shell;
static struct world *world;
static struct desks *desks;
static struct surface surface;
static struct moment now;
static struct effect effect;
static msec pause_of_keys;

static void draw(void)
{
	surface_reset(&surface, 24, 80);
	shell_draw(shell, world, &surface, now);
}

static void sit_at(enum desks_kind kind)
{
	struct ui_prefs prefs = { .colour = true, .bell = BELL_UPDATE_DUE | BELL_SEV1 };

	pause_of_keys = UNHURRIED;
	now = (struct moment){ worlds_now(), 100000 };
	world = worlds_db_hung();
	desks = desks_new(kind, world);
	shell = shell_new(&prefs);
	surface_init(&surface, false);
	draw();
}

static void stand_up(void)
{
	shell_free(shell);
	desks_free(desks);
	world_free(world);
	surface_done(&surface);
	shell = NULL;
}

static int tear_down(void **state)
{
	(void)state;
	if (shell)
		stand_up();
	return 0;
}

/* Wall time stands still: what is typed then is a table's. */
static void press(uint32_t code)
{
	struct input event = { .kind = INPUT_KEY, .code = code };

	now.steady += pause_of_keys;
	shell_event(shell, world, &event, now, &effect);
	draw();
}

/* '\n' is Enter, '\t' Tab, '\x1b' Esc, '>' and '<' the arrows to the sides. */
static void type(const char *keys)
{
	static const struct {
		char letter;
		uint32_t code;
	} named[] = { { '\n', KEYCODE_ENTER }, { '\t', KEYCODE_TAB }, { '\x1b', KEYCODE_ESC },
		      { '>', KEYCODE_RIGHT }, { '<', KEYCODE_LEFT }, { '\b', KEYCODE_BACKSPACE } };

	for (; *keys; keys++) {
		uint32_t code = (uint32_t)*keys;

		for (size_t i = 0; i < ARRAY_LEN(named); i++)
			code = named[i].letter == *keys ? named[i].code : code;
		press(code);
	}
}

static void paste(const char *text)
{
	struct input event = { .kind = INPUT_PASTE, .text = str_of(text) };

	shell_event(shell, world, &event, now, &effect);
	draw();
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

/* The payload as the journal would have it. */
static void payload(struct buf *out)
{
	event_data_write(&effect.order.data, out);
}

static const struct {
	enum desks_kind desk;
	const char *keys, *kind, *incident, *holds;
} orders[] = {
	{ DESKS_OPEN, "mhello\n", "note", "7k3f9q", "\"text\":\"hello\"" },
	{ DESKS_OPEN, "is3because\n", NULL, NULL, NULL },
	{ DESKS_OPEN, "is2\nusers are fine\n", "severity.set", "7k3f9q",
	  "\"reason\":\"users are fine\",\"new\":\"SEV2\"" },
	{ DESKS_OPEN, "it>\nreplica promoted\n", "status.set", "7k3f9q", "\"new\":\"monitoring\"" },
	{ DESKS_OPEN, "itm\n\n", "status.set", "7k3f9q", "\"new\":\"monitoring\"" },
	{ DESKS_OPEN, "itmm\n\n", "status.set", "7k3f9q", "\"new\":\"mitigated\"" },
	{ DESKS_OPEN, "itmitigated\n\n", "status.set", "7k3f9q", "\"new\":\"mitigated\"" },
	{ DESKS_OPEN, "itmmm\n\n", "status.set", "7k3f9q", "\"new\":\"monitoring\"" },
	{ DESKS_OPEN, "irpayments were late\nnothing can be done\nY", "status.set", "7k3f9q",
	  "\"text\":\"payments were late\"" },
	{ DESKS_OPEN, "ixfalse alarm\nY", "status.set", "7k3f9q", "\"new\":\"cancelled\"" },
	{ DESKS_OPEN, "ie>\nben\n", "role.taken", "7k3f9q", "\"role\":\"infrastructure\"" },
	{ DESKS_OPEN, "ihben\n", "command.offered", "7k3f9q", "\"who\":\"benben\"" },
	{ DESKS_OPEN, "iabo\ncheck the WAL archive\n\n", "timer.started", "7k3f9q",
	  "\"text\":\"check the WAL archive\"" },
	{ DESKS_OPEN, "iwbo\nyno idea\n", NULL, NULL, NULL },
	{ DESKS_OPEN, "iwbo\ny\non the way\n", "escalated", "7k3f9q", "\"ok\":true" },
	{ DESKS_OPEN, "i1c\nbo\n", "checkpoint.answered", "7k3f9q",
	  "\"text\":\"called a second person: bo\"" },
	{ DESKS_OPEN, "iit\nreplay in CI\nana\n14d\n", "action_item", "7k3f9q", "\"type\":\"test\"" },
	{ DESKS_OPEN, "iialert\nsee it sooner\nana\n14d\n", "action_item", "7k3f9q",
	  "\"type\":\"alert\"" },
	{ DESKS_OPEN, "ifpayout cron paused\n\n\n", "follow_up.added", "7k3f9q",
	  "\"text\":\"payout cron paused\"" },
	{ DESKS_OPEN, "idrotate the key\nana\n2h\n", "deferred.added", "7k3f9q", "\"owner\":\"ana\"" },
	{ DESKS_OPEN, "ibhttps://t.example/1\n", "ticket.set", "7k3f9q", "https://t.example/1" },
	{ DESKS_OPEN, "ili\n-20m\n\n", "milestone.set", "7k3f9q", "\"name\":\"impact_started\"" },
	{ DESKS_DUE, "iP\nthe vendor calls back\n", "update.snoozed", "7k3f9q",
	  "\"reason\":\"the vendor calls back\"" },
	{ DESKS_PROPOSED, "i\n\n\n\n\nY", "incident.declared", "",
	  "\"title\":\"HealthcheckFailed: indexer\",\"severity\":1" },
	{ DESKS_PROPOSED, "i\n2\n\n\n\nY", "incident.declared", "", "\"severity\":2" },
	{ DESKS_RESOLVED, "iofiring again\nY", "status.set", "7k3f9q", "\"new\":\"reopened\"" },
	{ DESKS_TWO, "ig\nthe same cause\nY", "status.set", "7k3f9q", "\"into\":\"9p2m4x\"" },
};

static void the_keys_of_each_form_make_its_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct buf data = { 0 };

		sit_at(orders[i].desk);
		type(orders[i].keys);
		if (!orders[i].kind) {
			if (effect.kind == EFFECT_ORDER)
				fail_msg("row %zu: %s was ordered", i, event_name(effect.order.kind));
		} else if (effect.kind != EFFECT_ORDER) {
			struct buf picture = { 0 };

			surface_dump(&surface, &picture);
			fail_msg("row %zu: nothing was ordered\n%s", i, buf_cstr(&picture));
		} else {
			payload(&data);
			assert_string_equal(event_name(effect.order.kind), orders[i].kind);
			assert_string_equal(effect.text, orders[i].incident);
			assert_string_equal(effect.order.by, "ana");
			if (!strstr(buf_cstr(&data), orders[i].holds))
				fail_msg("row %zu: %s", i, buf_cstr(&data));
		}
		buf_done(&data);
		stand_up();
	}
}

static void a_note_with_a_time_before_it_is_back_dated(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("m@-5m the cron was paused\n");
	assert_int_equal(effect.kind, EFFECT_ORDER);
	assert_int_equal(effect.order.at, now.wall - 5 * WHEN_MINUTE);
	assert_string_equal(effect.order.data.text, "the cron was paused");
	type("mwithout one\n");
	assert_int_equal(effect.order.at, WHEN_NEVER);
}

static void what_is_refused_stays_in_its_form_with_the_reason(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("is2\n\n");		/* down, without a reason */
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_FORM);
	assert_true(shows("reason"));
	type("users are fine\n");
	assert_int_equal(effect.kind, EFFECT_ORDER);
	assert_int_equal(shell->mode, MODE_KEYS);
}

/* Whoever types on finds that nothing was asked behind his back. */
static void nothing_acts_within_300_ms_of_a_question(void **state)
{
	static const char *const hasty[] = { "ixbecause\nY", "i\n\n\n\n\nY" };
	static const enum desks_kind at[] = { DESKS_OPEN, DESKS_PROPOSED };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hasty); i++) {
		const char *last = hasty[i] + strlen(hasty[i]) - 1;
		char first[32];

		sit_at(at[i]);
		str_copy(first, sizeof(first), str_sub(hasty[i], (size_t)(last - hasty[i])));
		type(first);
		assert_true(shell->form.asking);
		pause_of_keys = 50;
		type("YYYYY");
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_true(shell->form.asking);
		pause_of_keys = UNHURRIED;
		type("Y");
		assert_int_equal(effect.kind, EFFECT_ORDER);
		stand_up();
	}
}

static void every_key_but_Y_is_no(void **state)
{
	(void)state;
	for (uint32_t code = 1; code < 0x7f; code++) {
		if (code == 'Y')
			continue;
		sit_at(DESKS_OPEN);
		type("ixbecause\n");
		assert_true(shell->form.asking);
		press(code);
		assert_int_not_equal(effect.kind, EFFECT_ORDER);
		stand_up();
	}
}

static void the_palette_opens_every_form_that_needs_no_row(void **state)
{
	static const struct {
		const char *keys, *form;
	} rows[] = { { ":resol\n", "resolve" }, { ":sever\n", "severity" }, { ":note\n", "note" },
		     { ":milest\n", "milestone" }, { ":mute\n", NULL } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sit_at(DESKS_OPEN);
		type(rows[i].keys);
		if (rows[i].form)
			assert_string_equal(shell->form.kind->name, rows[i].form);
		else
			assert_ptr_not_equal(shell->form.kind, form_find("mute"));
		stand_up();
	}
}

static void a_paste_never_acts(void **state)
{
	static const char *const where[] = { "", "m", "i", "ixbecause\n", "p", "is", "p\t" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(where); i++) {
		sit_at(DESKS_DUE);
		type(where[i]);
		paste("Y\nY\ry\n\x1b[201~Y");
		assert_int_equal(effect.kind, EFFECT_NONE);
		now.steady += UNHURRIED;
		paste("Y");
		assert_int_equal(effect.kind, EFFECT_NONE);
		stand_up();
	}
}

static void a_paste_goes_into_the_field_with_the_cursor(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("m");
	paste("two\nlines");
	assert_string_equal(shell->form.values[0].text, "two lines");
	type("\x1bp");
	compose_set(&shell->form.text, "");
	paste("two\nlines");
	assert_string_equal(shell->form.text.text, "two\nlines");
}

/* Whatever is pressed around the due instant while a note is half typed. */
static void hammering_around_the_due_instant_sends_and_ticks_nothing(void **state)
{
	static const uint32_t hammer[] = { KEYCODE_ENTER, 'p', 'y', ' ' };
	char seen[EDIT_TEXT] = "";

	(void)state;
	sit_at(DESKS_OPEN);
	type("mhalf typed");
	pause_of_keys = 50;
	for (int i = 0; i < 400; i++) {
		if (i == 100) {		/* it falls due */
			desks->desk.owed[0].due_at = now.wall - 1;
			desks->desk.owed[0].prompt = desks->desk.owed[0].overdue = true;
			desks->desk.version++;
		}
		press(hammer[i % 4]);
		if (effect.kind == EFFECT_NONE)
			continue;
		/* The one thing that Enter may do is to write the note down, with all its letters. */
		assert_int_equal(effect.kind, EFFECT_ORDER);
		assert_int_equal(effect.order.kind, EVENT_NOTE);
		assert_int_equal(seen[0], '\0');
		str_put(seen, sizeof(seen), effect.order.data.text);
	}
	assert_string_equal(seen, "half typed");
}

static void a_key_that_repeats_from_before_a_form_came_never_acts_in_it(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	pause_of_keys = 50;
	type("mok");
	for (int i = 0; i < 100; i++) {
		type("\n");
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
	assert_int_equal(shell->mode, MODE_FORM);
	pause_of_keys = UNHURRIED;
	type("\n");
	assert_int_equal(effect.kind, EFFECT_ORDER);
	type("i");
	pause_of_keys = 50;
	type("e");
	for (int i = 0; i < 50; i++) {		/* Enter goes on, then it would act */
		type("\n y");
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
}

static void a_due_update_never_takes_the_keyboard(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("mhalf");
	desks->desk.owed[0].due_at = now.wall - 1000;
	desks->desk.owed[0].prompt = desks->desk.owed[0].overdue = true;
	desks->desk.version++;
	draw();
	assert_int_equal(shell->mode, MODE_FORM);
	assert_string_equal(shell->form.kind->name, "note");
	assert_true(shows("UPDATE over"));
	type(" typed");
	assert_string_equal(shell->form.values[0].text, "half typed");
}

static void esc_keeps_what_was_written_and_says_so(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("mhalf typed\x1b");
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_true(shows("kept as a draft"));
	type("m");
	assert_string_equal(shell->form.values[0].text, "half typed");
	type(" now\n");
	assert_string_equal(effect.order.data.text, "half typed now");
	type("m");
	assert_string_equal(shell->form.values[0].text, "");
}

static void a_place_brings_back_screen_form_and_text(void **state)
{
	struct place place;

	(void)state;
	sit_at(DESKS_DUE);
	type("7mhalf \"typed\"");
	shell_place(shell, world, &place);
	assert_string_equal(place.incident, "7k3f9q");
	assert_string_equal(place.screen, "sources");
	assert_string_equal(place.form, "note");
	stand_up();
	sit_at(DESKS_DUE);
	shell_restore(shell, world, &place);
	assert_int_equal(shell->mode, MODE_FORM);
	assert_string_equal(shell->form.values[0].text, "half \"typed\"");
	assert_string_equal(shell_view(shell)->screen->name, "sources");
	type("\n");
	assert_string_equal(effect.order.data.text, "half \"typed\"");
	assert_string_equal(effect.text, "7k3f9q");
}

static void a_draft_that_is_not_open_comes_back_closed(void **state)
{
	struct place place;

	(void)state;
	sit_at(DESKS_DUE);
	type("p");
	compose_set(&shell->form.text, "one\n\ntwo");
	type("!\x1b");
	shell_place(shell, world, &place);
	stand_up();
	sit_at(DESKS_DUE);
	shell_restore(shell, world, &place);
	assert_int_equal(shell->mode, MODE_KEYS);
	type("p");
	assert_string_equal(shell->form.text.text, "one\n\ntwo!");
}

static void a_damaged_place_is_no_place(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{\"values\":7}", "{\"at\":99,\"open\":true}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct place place = { .form = "note", .screen = "nowhere" };

		sit_at(DESKS_OPEN);
		str_put(place.draft, sizeof(place.draft), bad[i]);
		shell_restore(shell, world, &place);
		draw();
		assert_int_equal(shell->tab, 0);
		stand_up();
	}
}

static void while_frozen_no_form_opens(void **state)
{
	static const char *const keys[] = { "i", "m", "p", "\n", "u" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		sit_at(DESKS_OPEN);
		type("z");
		type(keys[i]);
		assert_int_equal(effect.kind, EFFECT_NONE);
		assert_int_equal(shell->mode, MODE_KEYS);
		assert_true(shows("frozen"));
		stand_up();
	}
}

static void read_only_lets_nothing_out_but_takes_notes(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	world->read_only = true;
	type("p");
	compose_set(&shell->form.text, "the indexer is down");
	type("\t");
	assert_false(shell->form.asking);
	assert_true(shows("read-only"));
	type("\x1bmwritten\n");
	assert_int_equal(effect.kind, EFFECT_ORDER);
	desks->desk.policy = &desks->policy;
	desks->policy.has_ticket_command = true;
	type("iB");
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_true(shows("read-only"));
}

static void an_update_shows_its_text_and_its_way_and_goes_by_Y(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	type("p");
	compose_set(&shell->form.text, "payments are late");
	type("\t");
	assert_true(shows("to internal: ops (hooks.slack.example)"));
	assert_true(shows("payments are late"));
	type("y");
	assert_int_equal(effect.kind, EFFECT_COPY);
	assert_non_null(strstr(effect.text, "payments are late"));
	type("Y");
	assert_int_equal(effect.kind, EFFECT_ORDER);
	assert_int_equal(effect.order.kind, EVENT_UPDATE_SENT);
	assert_string_equal(effect.order.data.text, "payments are late");
	assert_int_equal(effect.order.data.channels.count, 1);
	assert_string_equal(effect.order.data.channels.items[0], "ops");
	assert_int_equal(effect.order.data.next_at, now.wall + 15 * WHEN_MINUTE);
}

static void a_draft_is_answered_question_by_question(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	type("p");
	assert_true(shows("[what do users see now?]"));
	type("payments are late\tthe replica is promoted\t");
	assert_true(shell->form.asking);
	assert_true(shows("Users see: payments are late"));
	type("Y");
	assert_int_equal(effect.order.kind, EVENT_UPDATE_SENT);
	assert_null(strchr(effect.order.data.text, '['));
}

static void a_draft_follows_its_choices_until_a_letter_is_changed(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	type("p");
	assert_true(shows("SEV1 update"));
	shell->form.at = 0;
	type("a");
	assert_false(shows("SEV1 update"));
	shell->form.at = 3;
	type("mine");
	shell->form.at = 0;
	type("u");
	assert_non_null(strstr(shell->form.text.text, "mine"));
}

static void without_a_channel_it_is_posted_by_hand_and_counts_as_sent(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	desks->policy.channel_count = 0;
	type("p");
	assert_true(shows("post it yourself"));
	compose_set(&shell->form.text, "payments are late");
	type("\tY");
	assert_int_equal(effect.order.kind, EVENT_UPDATE_SENT);
	assert_true(effect.order.data.by_hand);
	assert_int_equal(effect.order.data.channels.count, 0);
}

static void each_audience_is_a_choice_of_its_own(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	type("p");
	compose_set(&shell->form.text, "payments are late");
	shell->form.at = 1;
	type(">");
	assert_true(shows("public: status-page"));
	assert_true(shows("PUBLIC"));
	type("\t\t\tY");
	assert_string_equal(effect.order.data.audience, "public");
	assert_string_equal(effect.order.data.channels.items[0], "status-page");
}

static void q_with_an_incident_open_asks_once_and_says_what_stops(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("q");
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_true(shows("nobody is prompted"));
	type("n");
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_false(shows("nobody is prompted"));
	type("Y");
	assert_int_equal(effect.kind, EFFECT_NONE);
	type("qY");
	assert_int_equal(effect.kind, EFFECT_QUIT);
	stand_up();
	sit_at(DESKS_QUIET);
	type("q");
	assert_int_equal(effect.kind, EFFECT_QUIT);
}

static void a_second_q_leaves_when_the_question_could_be_read(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("q");
	assert_true(shows("Y or the same key again quits"));
	pause_of_keys = 50;
	for (int i = 0; i < 40; i++) {
		type("q");
		assert_int_equal(effect.kind, EFFECT_NONE);
	}
	pause_of_keys = UNHURRIED;
	type("q");
	assert_int_equal(effect.kind, EFFECT_QUIT);
}

static void an_acknowledgement_is_at_once_and_muting_a_second_choice(void **state)
{
	struct owed *owed;

	(void)state;
	sit_at(DESKS_OPEN);
	owed = &desks->desk.owed[1];
	assert_int_equal(owed->kind, OWED_ACK);
	press('j');
	assert_true(item_eq(shell_view(shell)->list.row.item, next_item(owed)));
	type("a");
	assert_int_equal(effect.order.kind, EVENT_ALERT_ACKED);
	assert_string_equal(effect.order.data.fingerprint, "f00d");
	assert_string_equal(shell->form.kind->name, "mute");
	type("\x1b");
	assert_int_equal(effect.kind, EFFECT_NONE);
}

static void enter_on_what_is_owed_opens_what_answers_it(void **state)
{
	(void)state;
	sit_at(DESKS_DUE);
	type("\n");
	assert_string_equal(shell->form.kind->name, "update");
	type("\x1b");
	type("j");
	type("j");
	type("\n");
	assert_string_equal(shell->form.kind->name, "first-minutes");
}

static void a_row_of_another_incident_brings_it_to_the_fore_first(void **state)
{
	(void)state;
	sit_at(DESKS_TWO);
	type("j\n");
	assert_int_equal(effect.kind, EFFECT_CHOOSE);
	assert_string_equal(effect.text, "9p2m4x");
	desks->desk.current = 1;
	type("\n");
	assert_string_equal(shell->form.incident, "9p2m4x");
}

static void p_on_a_row_of_another_incident_writes_to_none_before_it_is_the_one(void **state)
{
	(void)state;
	sit_at(DESKS_TWO);
	type("jp");
	assert_int_equal(effect.kind, EFFECT_CHOOSE);
	assert_string_equal(effect.text, "9p2m4x");
	assert_int_equal(shell->mode, MODE_KEYS);
	desks->desk.current = 1;
	type("p");
	assert_string_equal(shell->form.incident, "9p2m4x");
}

static void switching_goes_round_all_that_are_open(void **state)
{
	(void)state;
	sit_at(DESKS_TWO);
	type("I");
	assert_int_equal(effect.kind, EFFECT_CHOOSE);
	assert_string_equal(effect.text, "9p2m4x");
	desks->desk.current = 1;
	type("I");
	assert_string_equal(effect.text, "7k3f9q");
}

static void without_a_place_for_incidents_each_key_says_why(void **state)
{
	static const char *const keys[] = { "i", "m", "p", "u", "I" };

	(void)state;
	sit_at(DESKS_QUIET);
	str_put(desks->desk.trouble, sizeof(desks->desk.trouble), "/x: read-only file system");
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		type(keys[i]);
		assert_int_equal(shell->mode, MODE_KEYS);
		assert_true(shows("no incident can be kept here: /x: read-only file system"));
	}
	world->desk = NULL;
	type("i");
	assert_true(shows("no incident can be kept here"));
}

static void the_bell_rings_once_for_each_due_update(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	assert_true(shell_bell(shell, world));		/* a SEV1 is open */
	assert_false(shell_bell(shell, world));
	desks->desk.owed[0].prompt = true;
	assert_true(shell_bell(shell, world));
	assert_false(shell_bell(shell, world));
	desks->desk.owed[0].overdue = true;
	assert_false(shell_bell(shell, world));
	desks->desk.owed[0].due_t += 15 * WHEN_MINUTE;
	assert_true(shell_bell(shell, world));
}

static void the_title_and_the_smallest_screen_show_the_due_clock(void **state)
{
	char title[TITLE_TEXT];
	struct buf picture = { 0 };

	(void)state;
	sit_at(DESKS_OPEN);
	shell_title(world, now.wall, title);
	assert_string_equal(title, "SEV1 04:12 Indexer down");
	surface_reset(&surface, 4, 15);
	shell_draw(shell, world, &surface, now);
	surface_dump(&surface, &picture);
	assert_non_null(strstr(buf_cstr(&picture), "SEV1 17:32"));
	assert_non_null(strstr(buf_cstr(&picture), "upd 04:12"));
	buf_done(&picture);
}

static void what_is_not_saved_stands_in_red_on_every_screen(void **state)
{
	static const struct {
		enum saving saving;
		const char *word;
	} rows[] = { { SAVING_NOT_SAVED, "NOT SAVED" }, { SAVING_IN_MEMORY, "IN MEMORY ONLY" },
		     { SAVING_DEGRADED, "DEGRADED" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		sit_at(DESKS_OPEN);
		desks->desk.open[0].saving = rows[i].saving;
		str_put(desks->desk.open[0].trouble, sizeof(desks->desk.open[0].trouble),
			"no space left on device");
		assert_true(shows(rows[i].word));
		assert_true(shows("no space left on device"));
		type("7");
		assert_true(shows(rows[i].word));
		stand_up();
	}
	sit_at(DESKS_OPEN);
	assert_false(shows("SAVED"));
}

static void going_on_in_memory_is_a_choice(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	type("iy");
	assert_int_equal(shell->mode, MODE_KEYS);
	assert_true(shows("everything can be saved"));
	desks->desk.open[0].saving = SAVING_NOT_SAVED;
	type("iyn");
	assert_int_equal(effect.kind, EFFECT_NONE);
	assert_int_equal(shell->mode, MODE_KEYS);
	type("iyY");
	assert_int_equal(effect.kind, EFFECT_IN_MEMORY);
}

static void clocks_want_a_picture_once_a_second_and_not_more(void **state)
{
	(void)state;
	sit_at(DESKS_OPEN);
	draw();
	assert_int_equal(shell_wait(shell, world, now), 1000);
	desks->desk.version++;
	now.steady += 100;
	assert_int_equal(shell_wait(shell, world, now), 0);
}

int main(void)
{
#define WITH(test) cmocka_unit_test_teardown(test, tear_down)
	const struct CMUnitTest tests[] = {
		WITH(the_keys_of_each_form_make_its_order),
		WITH(a_note_with_a_time_before_it_is_back_dated),
		WITH(what_is_refused_stays_in_its_form_with_the_reason),
		WITH(nothing_acts_within_300_ms_of_a_question),
		WITH(every_key_but_Y_is_no),
		WITH(the_palette_opens_every_form_that_needs_no_row),
		WITH(a_paste_never_acts),
		WITH(a_paste_goes_into_the_field_with_the_cursor),
		WITH(hammering_around_the_due_instant_sends_and_ticks_nothing),
		WITH(a_key_that_repeats_from_before_a_form_came_never_acts_in_it),
		WITH(a_due_update_never_takes_the_keyboard),
		WITH(esc_keeps_what_was_written_and_says_so),
		WITH(a_place_brings_back_screen_form_and_text),
		WITH(a_draft_that_is_not_open_comes_back_closed),
		WITH(a_damaged_place_is_no_place),
		WITH(while_frozen_no_form_opens),
		WITH(read_only_lets_nothing_out_but_takes_notes),
		WITH(an_update_shows_its_text_and_its_way_and_goes_by_Y),
		WITH(a_draft_is_answered_question_by_question),
		WITH(a_draft_follows_its_choices_until_a_letter_is_changed),
		WITH(without_a_channel_it_is_posted_by_hand_and_counts_as_sent),
		WITH(each_audience_is_a_choice_of_its_own),
		WITH(q_with_an_incident_open_asks_once_and_says_what_stops),
		WITH(a_second_q_leaves_when_the_question_could_be_read),
		WITH(an_acknowledgement_is_at_once_and_muting_a_second_choice),
		WITH(enter_on_what_is_owed_opens_what_answers_it),
		WITH(a_row_of_another_incident_brings_it_to_the_fore_first),
		WITH(p_on_a_row_of_another_incident_writes_to_none_before_it_is_the_one),
		WITH(switching_goes_round_all_that_are_open),
		WITH(without_a_place_for_incidents_each_key_says_why),
		WITH(the_bell_rings_once_for_each_due_update),
		WITH(the_title_and_the_smallest_screen_show_the_due_clock),
		WITH(what_is_not_saved_stands_in_red_on_every_screen),
		WITH(going_on_in_memory_is_a_choice),
		WITH(clocks_want_a_picture_once_a_second_and_not_more),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
