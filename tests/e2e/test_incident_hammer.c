/*
 * Keys that nobody meant: pressed blindly around the instant at which an update falls due, pasted
 * there, or repeated by a hand that wants to leave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "tests/lib/casefile.h"
#include "tests/lib/console.h"

enum { BEAT = 50, AFTER = 2000, HURRY = 400 };	/* ms; HURRY: a form that just came is deaf */

static const char half_typed[] = "the archive shard 7 is";
static const char *const hammer[] = { "Enter", "p", "y", "Space" };

static struct stage {
	struct rig *rig;
	struct casefile file;
	struct screen *screen;
	char channel[512];	/* the file that updates are written to */
	size_t due, sent;	/* before anything is pressed */
} stage;

/* Updates fall due 4 s after the last one; they go into a file. */
static void configure(void)
{
	struct err err = { 0 };
	struct buf yaml = { 0 };

	snprintf(stage.channel, sizeof(stage.channel), "%s/sent.txt", rig_dir(stage.rig));
	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: bench\n"
		 "severity: {sev1: {update_every: 4s, update_overdue: 1h}}\nnotify:\n");
	buf_fmt(&yaml, "  - {name: team, kind: file, file: %s}\nsources:\n", stage.channel);
	buf_fmt(&yaml, "  api1: {kind: http, url: \"http://127.0.0.1:%u/1\"}\n", rig_port(stage.rig));
	if (!rig_write_config(stage.rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
}

static void must_show(const char *text)
{
	if (!screen_wait_text(stage.screen, text, CONSOLE_PATIENCE))
		console_fail(stage.screen, text);
}

static void must_record(enum event_kind kind, size_t count)
{
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(&stage.file, kind) < count && nsec_now() < deadline)
		screen_pump(stage.screen, BEAT);
	if (casefile_count(&stage.file, kind) < count)
		console_fail(stage.screen, event_name(kind));
}

static int open_console(void **state)
{
	struct err err = { 0 };

	(void)state;
	stage.rig = rig_new(RIG_HEALTHY, &err);
	if (!stage.rig)
		fail_msg("%s", err.text);
	configure();
	casefile_declare(&stage.file, stage.rig, "Indexer down", 1);
	stage.screen = console_start(&(struct console_setup){
		.rig = stage.rig, .rows = 24, .cols = 80, .awaits = stage.file.id,
	});
	must_record(EVENT_SESSION_JOINED, 2);
	return 0;
}

static int close_console(void **state)
{
	(void)state;
	screen_free(stage.screen);
	rig_free(stage.rig);
	stage = (struct stage){ 0 };
	return 0;
}

/* Somebody else has just sent one: the next falls due in 4 s. */
static void other_sends_update(void)
{
	struct order order = { .kind = EVENT_UPDATE_SENT };

	EVENT_SET(order.data, type,
		  casefile_count(&stage.file, EVENT_UPDATE_SENT) > 0 ? "update" : "announce");
	EVENT_SET(order.data, text, "We look into it.");
	EVENT_SET(order.data, audience, "internal");
	EVENT_SET(order.data, by_hand, true);
	casefile_order(&stage.file, &order);
	stage.due = casefile_count(&stage.file, EVENT_UPDATE_DUE);
	stage.sent = casefile_count(&stage.file, EVENT_UPDATE_SENT);
}

static void half_type(void)
{
	assert_true(screen_key(stage.screen, "m"));
	assert_true(screen_type(stage.screen, half_typed));
	must_show(half_typed);
}

/* Once and again, until the update has been due for 2 s. */
static void press_until_after_it_fell_due(const char *const *keys, size_t count)
{
	nsec limit = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC, end = limit;

	for (size_t i = 0; nsec_now() < end; i++) {
		assert_true(screen_key(stage.screen, keys[i % count]));
		assert_true(screen_drain(stage.screen, BEAT));
		if (end == limit && casefile_count(&stage.file, EVENT_UPDATE_DUE) > stage.due)
			end = nsec_now() + AFTER * NSEC_PER_MSEC;
	}
	if (end == limit)
		console_fail(stage.screen, "no update fell due");
}

/* By everything that is recorded, and by what the channel got. */
static void nothing_was_done(void)
{
	static const enum event_kind acts[] = {
		EVENT_UPDATE_DELIVERED, EVENT_UPDATE_SNOOZED, EVENT_ALERT_ACKED, EVENT_TIMER_ENDED,
		EVENT_STATUS_SET, EVENT_SEVERITY_SET, EVENT_UNDO, EVENT_ROLE_TAKEN,
		EVENT_CHECKPOINT_ANSWERED, EVENT_FOLLOW_UP_SETTLED, EVENT_SESSION_LOST,
	};
	struct stat st;

	assert_int_equal(casefile_count(&stage.file, EVENT_UPDATE_SENT), stage.sent);
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (casefile_count(&stage.file, acts[i]) > 0)
			console_fail(stage.screen, event_name(acts[i]));
	assert_int_not_equal(stat(stage.channel, &st), 0);
}

static void other_asks(const char *text)
{
	struct order order = { .kind = EVENT_TIMER_STARTED };

	EVENT_SET(order.data, text, text);
	EVENT_SET(order.data, until, casefile_now() + 5 * WHEN_SECOND);
	casefile_order(&stage.file, &order);
}

/* --- the due instant --- */

static void hammering_a_half_typed_note_sends_and_ticks_nothing_and_keeps_it(void **state)
{
	(void)state;
	other_asks("check the WAL archive");
	half_type();
	other_sends_update();
	assert_true(screen_drain(stage.screen, 3000));
	press_until_after_it_fell_due(hammer, ARRAY_LEN(hammer));
	nothing_was_done();
	/* Enter is how a note is written down; what follows it is only letters. */
	assert_int_equal(casefile_count(&stage.file, EVENT_NOTE), 1);
	assert_int_equal(casefile_lines(&stage.file, half_typed), 1);
}

static void letters_typed_over_the_due_instant_all_stay_in_the_note(void **state)
{
	static const char *const letters[] = { "y", "Space", "p" };

	(void)state;
	half_type();
	other_sends_update();
	assert_true(screen_drain(stage.screen, 3000));
	press_until_after_it_fell_due(letters, ARRAY_LEN(letters));
	nothing_was_done();
	assert_int_equal(casefile_count(&stage.file, EVENT_NOTE), 0);
	assert_true(screen_key(stage.screen, "Enter"));
	must_record(EVENT_NOTE, 1);
	assert_int_equal(casefile_lines(&stage.file, "the archive shard 7 isy py py py p"), 1);
}

/* Enter opens what is owed, and the keys go on: into what it opened. */
static void hammering_on_what_is_owed_opens_it_and_ticks_nothing(void **state)
{
	static const char *const keys[] = { "Enter", "y", "Space" };

	(void)state;
	other_asks("check the WAL archive");
	other_sends_update();
	must_show("check the WAL");
	assert_true(screen_key(stage.screen, "g"));
	press_until_after_it_fell_due(keys, ARRAY_LEN(keys));
	nothing_was_done();
}

static void wait_until_due(void)
{
	other_sends_update();
	must_record(EVENT_UPDATE_DUE, stage.due + 1);
}

static void a_paste_at_the_due_instant_sends_nothing(void **state)
{
	static const char *const before[] = { NULL, "m", "p" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		wait_until_due();
		if (before[i])
			assert_true(screen_key(stage.screen, before[i]));
		assert_true(screen_paste(stage.screen, "p\nY\n"));
		assert_true(screen_drain(stage.screen, HURRY));
		nothing_was_done();
		assert_int_equal(casefile_count(&stage.file, EVENT_NOTE), 0);
		if (before[i])
			assert_true(screen_key(stage.screen, "Esc"));
		assert_true(screen_drain(stage.screen, HURRY));
	}
}

/* A terminal that brackets no paste: these are keys, all of them at once. */
static void a_paste_that_comes_as_keys_sends_nothing(void **state)
{
	(void)state;
	wait_until_due();
	assert_true(screen_send(stage.screen, "p\rY\r\tY\r", 8));
	assert_true(screen_drain(stage.screen, HURRY));
	nothing_was_done();
}

/* What the others rely on: this way it is sent, and seen in the journal and the file. */
static void what_is_meant_is_sent(void **state)
{
	struct stat st;

	(void)state;
	wait_until_due();
	assert_true(screen_key(stage.screen, "p"));
	must_show("UPDATE ---");
	assert_true(screen_drain(stage.screen, HURRY));
	for (int i = 0; i < 40 && !screen_find(stage.screen, "Y sends it", NULL); i++) {
		assert_true(screen_type(stage.screen, "x"));
		assert_true(screen_key(stage.screen, "Tab"));
		assert_true(screen_drain(stage.screen, HURRY));
	}
	must_show("Y sends it");
	assert_true(screen_key(stage.screen, "Y"));
	must_record(EVENT_UPDATE_DELIVERED, 1);
	assert_int_equal(casefile_count(&stage.file, EVENT_UPDATE_SENT), stage.sent + 1);
	assert_int_equal(stat(stage.channel, &st), 0);
}

/* --- leaving --- */

static void q_asks_once_and_says_what_stops(const char *yes)
{
	assert_true(screen_key(stage.screen, "q"));
	must_show("nobody is prompted");
	must_show(stage.file.id);
	assert_true(screen_drain(stage.screen, HURRY));
	assert_int_equal(casefile_count(&stage.file, EVENT_SESSION_LOST), 0);
	assert_true(screen_key(stage.screen, yes));
}

static void y_leaves_where_q_has_asked(void **state)
{
	(void)state;
	q_asks_once_and_says_what_stops("Y");
	console_ended(stage.screen, 0);
}

static void a_second_q_leaves(void **state)
{
	(void)state;
	q_asks_once_and_says_what_stops("q");
	console_ended(stage.screen, 0);
}

static void every_other_key_stays(void **state)
{
	(void)state;
	q_asks_once_and_says_what_stops("y");
	assert_true(screen_drain(stage.screen, HURRY));
	assert_true(screen_key(stage.screen, "Enter"));
	if (!screen_wait_gone(stage.screen, "nobody is prompted", CONSOLE_PATIENCE))
		console_fail(stage.screen, "the question stays");
	assert_int_equal(casefile_count(&stage.file, EVENT_SESSION_LOST), 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_console, close_console)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(hammering_a_half_typed_note_sends_and_ticks_nothing_and_keeps_it),
		WITH(letters_typed_over_the_due_instant_all_stay_in_the_note),
		WITH(hammering_on_what_is_owed_opens_it_and_ticks_nothing),
		WITH(a_paste_at_the_due_instant_sends_nothing),
		WITH(a_paste_that_comes_as_keys_sends_nothing),
		WITH(what_is_meant_is_sent),
		WITH(y_leaves_where_q_has_asked),
		WITH(a_second_q_leaves),
		WITH(every_other_key_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
