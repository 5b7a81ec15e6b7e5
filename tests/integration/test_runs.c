/*
 * Walks through runbooks with real commands on a real disk: what ran is what was shown, once, and a
 * console that is killed at any point leaves nothing undone, twice done or unknown but what reads
 * so.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/library_inside.h"
#include "store/journal.h"
#include "tests/lib/runbench.h"

/* --- what is shown runs, and is kept --- */

static void a_command_runs_once_and_its_record_is_whole(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	const struct attempt *attempt;
	struct err err = { 0 };

	runbench_book(bench, "many", "1. **Say** <!-- step id=say -->\n\n   ```sh\n"
		 "   echo \"said $WORD\"; echo done >>\"$OUT\"; exit 3\n   ```\n");
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	assert_null(ready.refusal);
	assert_string_equal(ready.values[1], "WORD=hello");
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	bench->step = 0;
	runbench_wait(bench, runbench_has_ended, "the end of the command");
	attempt = &runbench_mark(bench, 0)->attempts[0];
	assert_string_equal(attempt->how, "exited");
	assert_int_equal(attempt->exit, 3);
	assert_false(attempt->well);
	assert_string_equal(attempt->answer, "said hello");
	assert_int_equal(runbench_lines(bench->out, "done"), 1);
	assert_int_equal(strlen(attempt->output), 64);
}

static bool evidence_is_there(struct runbench *bench)
{
	struct buf bytes = { 0 };
	struct err err;
	bool there = journal_evidence_read(bench->folder, runbench_mark(bench, 0)->attempts[0].output,
					   &bytes, &err);

	buf_done(&bytes);
	return there;
}

static void a_secret_is_in_the_command_and_nowhere_else(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct buf bytes = { 0 };
	struct err err = { 0 };
	char command[256];

	runbench_book(bench, "many", "1. **Say** <!-- step id=say -->\n\n   ```sh\n"
		 "   printf '%s' \"${TOKEN%-abcdef}\"; sleep 0.05; echo '-abcdef';"
		 " test ${#TOKEN} = 21 && echo same >>\"$OUT\"\n   ```\n");
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	assert_string_equal(ready.values[2], "TOKEN=(secret, from env:TEST_TOKEN)");
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	bench->step = 0;
	runbench_wait(bench, runbench_has_ended, "the end of the command");
	runbench_wait(bench, evidence_is_there, "the evidence");
	assert_int_equal(runbench_lines(bench->out, "same"), 1);
	assert_true(journal_evidence_read(bench->folder, runbench_mark(bench, 0)->attempts[0].output,
					  &bytes, &err));
	assert_string_equal(buf_cstr(&bytes), "[redacted]\n");
	buf_done(&bytes);
	snprintf(command, sizeof(command), "grep -rqF 1234567890 %s", bench->folder);
	assert_int_not_equal(system(command), 0);
}

/* --- swapped between view and run --- */

static void what_changed_since_it_was_shown_is_never_run(void **state)
{
	struct runbench *bench = *state;
	struct runs *runs;
	struct ready ready;
	size_t refused = 0;

	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	runs = bench->consoles[0].runs;
	for (size_t i = 0; i < 1000; i++) {
		struct run_order order;
		struct err err = { 0 };

		if (i % 4 == 0) {
			assert_true(ready_free(runs, NULL, "true", &ready));
			order = (struct run_order){ .text = "echo swapped >>out",
						    .digest = ready.digest };
		} else {
			order = runbench_order(bench, 0, i % STEPS, 0, &ready);
		}
		if (i % 4 == 1)
			order.step = runbench_walk(bench, 0)->runbook->steps[(i + 1) % STEPS].id;
		if (i % 4 == 2)		/* another host's rules */
			bench->settings.production = !bench->settings.production;
		if (i % 4 == 3)
			vault_put(&runs->vault, runbench_walk(bench, 0)->event, "TOKEN",
				  i % 8 == 3 ? "another-secret" : "and-another-one");
		if (i % 4 == 3)
			snprintf(bench->secret, sizeof(bench->secret), "TEST_TOKEN=swapped-%zu", i);
		refused += !runs_execute(runs, &order, &err) &&
			   strstr(err.text, "changed since it was shown");
	}
	assert_int_equal(refused, 1000);
	assert_int_equal(access(bench->out, F_OK), -1);
	bench->settings.production = false;
}

/* The file becomes another one between the list and the run, and while it runs. */
static void a_file_that_is_swapped_does_not_change_the_run(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	runbench_book(bench, "many", "1. **Evil** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo evil >>\"$OUT\"\n   ```\n");
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	bench->step = 0;
	runbench_wait(bench, runbench_has_ended, "the end of the command");
	assert_int_equal(runbench_lines(bench->out, "s1 hello"), 1);
	assert_int_equal(runbench_lines(bench->out, "evil"), 0);
}

/* --- two consoles --- */

static bool both_are_quiet(struct runbench *bench)
{
	const struct run_step *mark = runbench_mark(bench, bench->step);

	for (size_t i = 0; i < mark->attempt_count; i++) {
		if (!mark->attempts[i].ended)
			return false;
	}
	for (size_t i = 0; i < CONSOLES; i++) {
		if (runs_busy(bench->consoles[i].runs) || !dossier_idle(bench->consoles[i].dossier))
			return false;
	}
	return mark->attempt_count > 0;
}

static void two_consoles_that_press_at_once_run_it_once(void **state)
{
	struct runbench *bench = *state;
	char part[16];

	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	runbench_join(bench, 1, false);
	runbench_wait(bench, runbench_is_walked, "the run on the other console");
	for (size_t i = 0; i < STEPS; i++) {
		struct ready ready[CONSOLES];
		struct run_order orders[CONSOLES];
		struct err err = { 0 };

		bench->step = i;
		for (size_t j = 0; j < CONSOLES; j++)
			orders[j] = runbench_order(bench, j, i, 0, &ready[j]);
		for (size_t j = 0; j < CONSOLES; j++) {
			size_t which = (i + j) % CONSOLES;

			(void)runs_execute(bench->consoles[which].runs, &orders[which], &err);
		}
		runbench_wait(bench, both_are_quiet, "both consoles to be quiet");
		snprintf(part, sizeof(part), "s%zu hello", i + 1);
		assert_int_equal(runbench_lines(bench->out, part), 1);
	}
}

/* --- kill -9 --- */

/* In a process of its own: declare, begin, run; it kills itself at its n-th durable event. */
static void live_and_die(struct runbench *bench, size_t kill_at, bool slow)
{
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	bench->kill_at = kill_at;
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	if (!runs_execute(bench->consoles[0].runs, &order, &err))
		_exit(9);
	bench->step = 0;
	if (slow)
		bench->deadline = 0;
	runbench_wait(bench, runbench_has_ended, "the end of the command");
	_exit(0);
}

static int run_and_wait(struct runbench *bench, size_t kill_at)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		live_and_die(bench, kill_at, false);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* What the next console finds: never a second line, and where the command was begun and has no end
 * the step says so, and nothing runs it again by itself. */
static void check_resumed(struct runbench *bench)
{
	size_t lines = runbench_lines(bench->out, "s1 hello");
	const struct run_step *mark;
	struct ready ready;

	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_wait(bench, runbench_is_read, "the journal");
	assert_true(lines <= 1);
	if (runbench_incident(bench)->run_count == 0) {
		assert_int_equal(lines, 0);
		return;
	}
	runbench_wait(bench, runbench_is_walked, "the run after the restart");
	mark = runbench_mark(bench, 0);
	assert_true(lines == 0 || mark->attempt_count == 1);	/* nothing ran without its record */
	(void)runbench_order(bench, 0, 0, 0, &ready);
	if (mark->attempt_count == 1 && !mark->attempts[0].ended) {
		assert_true(mark->attempts[0].interrupted);
		assert_non_null(strstr(ready.refusal, "interrupted"));
	} else if (mark->attempt_count == 0) {
		assert_null(ready.refusal);
	}
	assert_int_equal(runbench_lines(bench->out, "s1 hello"), lines);
}

static void a_console_that_is_killed_at_any_event_is_resumed_right(void **state)
{
	int status = 1;
	size_t died = 0;

	for (size_t n = 1; status != 0; n++) {
		struct runbench *bench;

		runbench_tear_down(state);
		runbench_set_up(state);
		bench = *state;
		status = run_and_wait(bench, n);
		died += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		check_resumed(bench);
		assert_true(n < 40);
	}
	assert_true(died >= 6);		/* joined, declared, evidence, run, claim, run_started */
}

static bool has_begun_to_run(const struct runbench *bench)
{
	return runbench_lines(bench->out, "begun") > 0;
}

static void a_command_that_ran_when_its_console_was_killed_reads_interrupted(void **state)
{
	struct runbench *bench = *state;
	pid_t child;
	struct ready ready;

	runbench_book(bench, "many", "1. **Slow** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo begun >>\"$OUT\"; sleep 60; echo ended >>\"$OUT\"\n   ```\n");
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		live_and_die(bench, 0, false);
	for (int i = 0; i < 2000 && !has_begun_to_run(bench); i++)
		usleep(10000);			/* it is waited for, with a limit */
	assert_true(has_begun_to_run(bench));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_wait(bench, runbench_is_read, "the journal");
	runbench_wait(bench, runbench_is_walked, "the run after the restart");
	assert_true(runbench_mark(bench, 0)->attempts[0].interrupted);
	assert_false(runbench_mark(bench, 0)->attempts[0].ended);
	(void)runbench_order(bench, 0, 0, 0, &ready);
	assert_non_null(strstr(ready.refusal, "interrupted"));
	assert_int_equal(runbench_lines(bench->out, "begun"), 1);
	assert_int_equal(runbench_lines(bench->out, "ended"), 0);
}

/* Its end is on the record when the program is left in the middle of it. */
static void a_console_that_is_left_ends_its_command_and_says_so(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	runbench_book(bench, "many", "1. **Slow** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo begun >>\"$OUT\"; sleep 60\n   ```\n");
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	runbench_wait(bench, (bool (*)(struct runbench *))has_begun_to_run, "the command");
	runbench_close(bench);
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_wait(bench, runbench_is_read, "the journal");
	assert_true(runbench_mark(bench, 0)->attempts[0].ended);
	assert_string_equal(runbench_mark(bench, 0)->attempts[0].how, "killed");
}


/* --- what changes while a command is out --- */

static bool is_running(struct runbench *bench)
{
	return bench->consoles[0].runs->act.stage == ACT_RUNNING &&
	       runbench_lines(bench->out, "begun") > 0;
}

static bool is_over(struct runbench *bench)
{
	return !runs_busy(bench->consoles[0].runs);
}

static void begin_slow(struct runbench *bench)
{
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	runbench_book(bench, "many", "1. **Slow** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo begun >>\"$OUT\"; echo shown; sleep 60\n   ```\n");
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	runbench_wait(bench, is_running, "the command");
}

/* The lines of another console may take its run away under it: it goes on, and what it writes has a
 * place to go. */
static void a_command_outlives_its_run(void **state)
{
	struct runbench *bench = *state;
	struct run *run;
	char event[ULID_TEXT];

	begin_slow(bench);
	run = incident_run(runbench_incident(bench), runbench_walk(bench, 0)->event);
	str_put(event, sizeof(event), run->event);
	str_put(run->event, sizeof(run->event), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	runs_look(bench->consoles[0].runs, true);
	assert_non_null(runs_walk(bench->consoles[0].runs, event));
	for (int i = 0; i < 3; i++)		/* the third one kills */
		runs_interrupt(bench->consoles[0].runs);
	runbench_wait(bench, is_over, "the end of the command");
	runs_look(bench->consoles[0].runs, true);
	assert_null(runs_walk(bench->consoles[0].runs, event));
	str_put(run->event, sizeof(run->event), event);
}

/* Its source goes with the settings that named it. */
static void a_command_that_waits_for_the_disk_does_not_outlive_its_source(void **state)
{
	struct runbench *bench = *state;
	struct source_config source = { .name = "prom", .kind = "prometheus",
					.url = "http://127.0.0.1:1" };
	const char *urls[] = { source.url };
	struct settings other;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	runbench_book(bench, "many", "1. **Ask** <!-- step id=s1 -->\n\n   ```promql {source=prom}\n"
		 "   up\n   ```\n");
	source.urls = (struct texts){ urls, 1 };
	bench->sources[0] = &source;
	bench->source_count = 1;
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	order = runbench_order(bench, 0, 0, 0, &ready);
	if (!runs_execute(bench->consoles[0].runs, &order, &err))
		fail_msg("%s", err.text);
	other = bench->settings;
	other.sources = (struct items){ .count = 0 };
	runs_replace(bench->consoles[0].runs, &other, &bench->estate);
	assert_false(runs_busy(bench->consoles[0].runs));
	assert_non_null(strstr(bench->said, "not run"));
	bench->step = 0;
	runbench_wait(bench, runbench_has_ended, "the record of it");
	assert_string_equal(runbench_mark(bench, 0)->attempts[0].how, "not-run");
	runs_replace(bench->consoles[0].runs, &bench->settings, &bench->estate);
}

static bool has_library(struct runbench *bench)
{
	return bookcase_books(bench->bookcase)->count > 0;
}

static bool is_accepted(struct runbench *bench)
{
	return runbench_walk(bench, 0)->accepted;
}

static bool is_checking(struct runbench *bench)
{
	return bench->consoles[0].runs->checking.task && runbench_lines(bench->out, "looked") > 0;
}

/* What a check saw before a command it would tell after it, as if it had seen what came of it. */
static void a_check_that_is_out_when_a_command_starts_tells_nothing(void **state)
{
	struct runbench *bench = *state;
	struct runs *runs;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	runbench_book(bench, "many", "1. **Slow** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo begun >>\"$OUT\"; sleep 60\n   ```\n\n"
		 "2. **Look** <!-- step id=s2 kind=check -->\n\n   ```sh {check}\n"
		 "   echo looked >>\"$OUT\"; sleep 60\n   ```\n");
	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	runs = bench->consoles[0].runs;
	runs_accept(runs, runbench_walk(bench, 0)->event);
	runbench_wait(bench, is_accepted, "the acceptance");
	runs_in_sight(runs, runbench_walk(bench, 0)->event,
		      runbench_walk(bench, 0)->runbook->steps[1].section);
	runbench_wait(bench, is_checking, "the check");
	order = runbench_order(bench, 0, 0, 0, &ready);
	if (!runs_execute(runs, &order, &err))
		fail_msg("%s", err.text);
	runbench_wait(bench, is_running, "the command");
	assert_null(runs->checking.task);
	assert_int_equal(runbench_walk(bench, 0)->senses[1].fences[0].at, 0);
}

/* The worker that looks after them has them, and frees them when it comes back. */
static void cards_of_other_folders_are_gone_at_once(void **state)
{
	struct runbench *bench = *state;
	const struct books *books;

	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_wait(bench, has_library, "the library");
	books = bookcase_books(bench->bookcase);
	bench->bookcase->next_read = 0;
	bookcase_look(bench->bookcase, bench->estate.world);
	assert_non_null(bench->bookcase->reader);
	bookcase_settings(bench->bookcase, &bench->settings);
	assert_int_equal(books->count, 0);
	assert_null(books->cards);
	runbench_wait(bench, has_library, "the library, read anew");
}

/* A digest of what is known but for a few letters is as good as the letters. */
static void no_digest_is_made_of_a_secret(void **state)
{
	struct runbench *bench = *state;
	struct ready ready;
	char digest[DIGEST_HEX];
	struct runs *runs;

	runbench_open(bench);
	runbench_join(bench, 0, true);
	runbench_begin(bench);
	(void)runbench_order(bench, 0, 0, 0, &ready);
	str_put(digest, sizeof(digest), ready.digest);
	runs = bench->consoles[0].runs;
	vault_done(&runs->vault);
	snprintf(bench->secret, sizeof(bench->secret), "TEST_TOKEN=tok-of-another-console");
	(void)runbench_order(bench, 0, 0, 0, &ready);
	assert_string_equal(ready.digest, digest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, runbench_set_up, runbench_tear_down)
		T(a_command_runs_once_and_its_record_is_whole),
		T(a_secret_is_in_the_command_and_nowhere_else),
		T(what_changed_since_it_was_shown_is_never_run),
		T(a_file_that_is_swapped_does_not_change_the_run),
		T(two_consoles_that_press_at_once_run_it_once),
		T(a_console_that_is_killed_at_any_event_is_resumed_right),
		T(a_command_that_ran_when_its_console_was_killed_reads_interrupted),
		T(a_console_that_is_left_ends_its_command_and_says_so),
		T(a_command_outlives_its_run),
		T(a_command_that_waits_for_the_disk_does_not_outlive_its_source),
		T(a_check_that_is_out_when_a_command_starts_tells_nothing),
		T(cards_of_other_folders_are_gone_at_once),
		T(no_digest_is_made_of_a_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
