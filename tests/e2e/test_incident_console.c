/* The console and an incident: found again after a kill, shared, timed rightly, kept whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "tests/lib/casefile.h"
#include "tests/lib/console.h"

/* Not libfaketime: it moves timers of CLOCK_BOOTTIME with the wall clock, which no kernel does. */
static const char clock_library[] = "build/rel/tests/tools/clock.so";

enum { NOTES = 16 };

static struct rig *new_rig(void)
{
	struct err err = { 0 };
	struct rig *rig = rig_new(RIG_HEALTHY, &err);

	if (!rig)
		fail_msg("%s", err.text);
	return rig;
}

static struct screen *start(const struct rig *rig, const char *const *env, const char *awaits)
{
	return console_start(&(struct console_setup){
		.rig = rig, .rows = 24, .cols = 80, .env = env, .awaits = awaits,
	});
}

static void must_show(struct screen *screen, const char *text)
{
	if (!screen_wait_text(screen, text, CONSOLE_PATIENCE))
		console_fail(screen, text);
}

/* Pump until so many events of the kind are on the disk. */
static void must_record(struct screen *screen, const struct casefile *file, enum event_kind kind,
			size_t count)
{
	nsec deadline = nsec_now() + CONSOLE_PATIENCE * NSEC_PER_MSEC;

	while (casefile_count(file, kind) < count && nsec_now() < deadline)
		screen_pump(screen, 50);
	if (casefile_count(file, kind) < count)
		console_fail(screen, event_name(kind));
}

static void kill_console(struct screen *screen)
{
	kill(screen_pty(screen)->pid, SIGKILL);
	assert_true(screen_wait_exit(screen, CONSOLE_PATIENCE));
	screen_free(screen);
}

/* --- a kill --- */

static void after_a_kill_the_next_start_is_on_the_same_incident_and_in_the_same_note(void **state)
{
	enum { EVENTS = 10000 };
	struct rig *rig = new_rig();
	struct casefile file, older;
	struct screen *screen;
	nsec began;

	(void)state;
	casefile_declare(&older, rig, "Replica behind", 2);
	casefile_declare(&file, rig, "Indexer down", 1);
	casefile_fill(&file, EVENTS);
	screen = start(rig, NULL, file.id);
	must_record(screen, &file, EVENT_SESSION_JOINED, 3);
	assert_true(screen_key(screen, "m"));
	assert_true(screen_type(screen, "the archive shard 7 is the one"));
	must_show(screen, "the archive shard 7 is the one");
	assert_true(screen_drain(screen, WHEN_SECOND));
	kill_console(screen);
	began = nsec_now();
	screen = start(rig, NULL, "the archive shard 7 is the one");
	print_message("%d events: back after %.0f ms\n", EVENTS,
		      (double)(nsec_now() - began) / NSEC_PER_MSEC);
	must_show(screen, file.id);
	assert_true(screen_key(screen, "Enter"));
	must_record(screen, &file, EVENT_NOTE, EVENTS + 1);
	must_show(screen, "noted: the archive shard 7 is the one; u takes it back");
	assert_int_equal(casefile_lines(&file, "the archive shard 7 is the one"), 1);
	screen_free(screen);
	rig_free(rig);
}

static void a_declaration_is_told_in_words_with_what_comes_next(void **state)
{
	struct rig *rig = new_rig();
	struct screen *screen = start(rig, NULL, "NEXT");

	(void)state;
	assert_true(screen_key(screen, "i"));
	must_show(screen, "what is wrong, in one line");
	assert_true(screen_type(screen, "Indexer down"));
	assert_true(screen_drain(screen, 400));	/* a form that just came is deaf */
	for (size_t fields = 0; fields < 5; fields++)
		assert_true(screen_key(screen, "Enter"));
	must_show(screen, "nothing is done before Y");
	assert_true(screen_drain(screen, 400));	/* a question that just came is deaf */
	assert_true(screen_type(screen, "Y"));
	must_show(screen, "; p announces it");
	screen_free(screen);
	rig_free(rig);
}

/* --- two of them --- */

static void what_another_declares_and_notes_is_here_at_once(void **state)
{
	struct rig *rig = new_rig();
	struct screen *screen = start(rig, NULL, NULL);
	struct casefile file;
	nsec began;

	(void)state;
	casefile_declare(&file, rig, "Indexer down", 1);
	must_show(screen, file.id);
	assert_true(screen_key(screen, "6"));
	must_show(screen, "declared");
	began = nsec_now();
	casefile_note(&file, "payout cron paused");
	must_show(screen, "payout cron paused");
	print_message("a line of another console is shown after %.0f ms\n",
		      (double)(nsec_now() - began) / NSEC_PER_MSEC);
	screen_free(screen);
	rig_free(rig);
}

static void quitting_asks_once_and_is_on_the_record(void **state)
{
	struct rig *rig = new_rig();
	struct casefile file;
	struct screen *screen;

	(void)state;
	casefile_declare(&file, rig, "Indexer down", 1);
	screen = start(rig, NULL, file.id);
	must_record(screen, &file, EVENT_SESSION_JOINED, 2);
	assert_true(screen_key(screen, "q"));
	must_show(screen, "Y");
	assert_int_equal(casefile_count(&file, EVENT_SESSION_LOST), 0);
	assert_true(screen_drain(screen, WHEN_SECOND));	/* a question drops what was typed ahead */
	assert_true(screen_key(screen, "Y"));
	console_ended(screen, 0);
	screen_free(screen);
	assert_int_equal(casefile_count(&file, EVENT_SESSION_LOST), 1);
	rig_free(rig);
}

static void a_lost_terminal_is_on_the_record(void **state)
{
	struct rig *rig = new_rig();
	struct casefile file;
	struct screen *screen;

	(void)state;
	casefile_declare(&file, rig, "Indexer down", 1);
	screen = start(rig, NULL, file.id);
	must_record(screen, &file, EVENT_SESSION_JOINED, 2);
	screen_hangup(screen);
	assert_true(screen_wait_exit(screen, CONSOLE_PATIENCE));
	screen_free(screen);
	assert_int_equal(casefile_count(&file, EVENT_SESSION_LOST), 1);
	assert_int_equal(casefile_lines(&file, "the terminal is gone"), 1);
	rig_free(rig);
}

/* --- a clock that is set --- */

static bool can_set_clock(void)
{
	if (access(clock_library, R_OK) == 0 && !strstr(console_program(), "/san/"))
		return true;
	print_message("SKIPPED: steps of the clock: no preloading into a build with sanitizers\n");
	return false;
}

static void set_clock(const char *path, const char *offset)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "%s\n", offset);
	fclose(file);
}

static msec stepped_by(const struct casefile *file)
{
	struct dossier *dossier = casefile_read(file);
	const struct incident *incident = dossier_incident(dossier);
	msec stepped = 0;

	for (size_t i = 0; i < incident->writer_count; i++) {
		if (strcmp(incident->writers[i].console, "console") == 0)
			stepped = incident->writers[i].stepped;
	}
	dossier_close(dossier);
	return stepped;
}

static void a_clock_that_is_set_is_recorded_and_moves_no_clock_of_the_incident(void **state)
{
	static const struct { const char *offset; msec by; } steps[] = {
		{ "+3600", WHEN_HOUR }, { "-3600", -WHEN_HOUR },
		{ "+86400", WHEN_DAY }, { "-86400", -WHEN_DAY },
	};

	(void)state;
	if (!can_set_clock())
		return;
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct rig *rig = new_rig();
		char path[512], variable[600], preload[128];
		const char *const env[] = { variable, preload, NULL };
		struct casefile file;
		struct screen *screen;

		snprintf(path, sizeof(path), "%s/clock", rig_dir(rig));
		snprintf(variable, sizeof(variable), "CLOCK_OFFSET_FILE=%s", path);
		snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", clock_library);
		set_clock(path, "+0");
		casefile_declare(&file, rig, "Indexer down", 1);
		screen = start(rig, env, file.id);
		must_record(screen, &file, EVENT_SESSION_JOINED, 2);
		set_clock(path, steps[i].offset);
		must_record(screen, &file, EVENT_CLOCK_STEPPED, 1);
		assert_true(screen_drain(screen, 3 * WHEN_SECOND));
		assert_int_equal(casefile_count(&file, EVENT_CLOCK_STEPPED), 1);
		assert_in_range((uint64_t)(stepped_by(&file) - steps[i].by + WHEN_SECOND), 0,
				2 * WHEN_SECOND);
		assert_int_equal(casefile_count(&file, EVENT_UPDATE_DUE), 0);
		screen_free(screen);
		rig_free(rig);
	}
}

/* --- a disk that is full --- */

static void fill_disk(const char *path)
{
	char bytes[4096] = { 1 };
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	while (fwrite(bytes, 1, sizeof(bytes), file) == sizeof(bytes))
		continue;
	fclose(file);
}

/* More than what is left of the last page of the console's file. */
static void fill_with_notes(struct screen *screen)
{
	for (int i = 0; i < NOTES; i++) {
		char text[64];

		assert_true(screen_key(screen, "m"));
		must_show(screen, "NOTE ---");
		snprintf(text, sizeof(text), "note %d of a disk that is full:", i);
		assert_true(screen_type(screen, text));
		for (int j = 0; j < 16; j++)
			assert_true(screen_type(screen, " it takes nothing,"));
		assert_true(screen_drain(screen, 400));	/* a form that just came is deaf */
		assert_true(screen_key(screen, "Enter"));
		if (!screen_wait_gone(screen, "NOTE ---", CONSOLE_PATIENCE))
			console_fail(screen, "the note stays open");
	}
}

static void a_full_disk_is_said_and_what_was_entered_is_saved_later(void **state)
{
	struct rig *rig = new_rig();
	char disk[512], filler[560];
	size_t saved;
	struct casefile file;
	struct screen *screen;

	(void)state;
	snprintf(disk, sizeof(disk), "%s/state", rig_dir(rig));
	snprintf(filler, sizeof(filler), "%s/filler", disk);
	mkdir(disk, 0700);
	if (mount("tmpfs", disk, "tmpfs", 0, "size=256k,mode=700") != 0) {
		print_message("SKIPPED: a full disk: nothing can be mounted here\n");
		rig_free(rig);
		return;
	}
	casefile_declare(&file, rig, "Indexer down", 1);
	screen = start(rig, NULL, file.id);
	must_record(screen, &file, EVENT_SESSION_JOINED, 2);
	fill_disk(filler);
	fill_with_notes(screen);
	must_show(screen, "NOT SAVED");
	saved = casefile_count(&file, EVENT_NOTE);
	assert_true(saved < NOTES);
	unlink(filler);
	if (!screen_wait_gone(screen, "NOT SAVED", CONSOLE_PATIENCE))
		console_fail(screen, "it still says NOT SAVED");
	must_record(screen, &file, EVENT_NOTE, NOTES);
	assert_int_equal(casefile_count(&file, EVENT_NOTE), NOTES);
	screen_free(screen);
	umount2(disk, MNT_DETACH);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_kill_the_next_start_is_on_the_same_incident_and_in_the_same_note),
		cmocka_unit_test(a_declaration_is_told_in_words_with_what_comes_next),
		cmocka_unit_test(what_another_declares_and_notes_is_here_at_once),
		cmocka_unit_test(quitting_asks_once_and_is_on_the_record),
		cmocka_unit_test(a_lost_terminal_is_on_the_record),
		cmocka_unit_test(a_clock_that_is_set_is_recorded_and_moves_no_clock_of_the_incident),
		cmocka_unit_test(a_full_disk_is_said_and_what_was_entered_is_saved_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
