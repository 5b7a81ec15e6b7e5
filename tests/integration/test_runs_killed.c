/*
 * A walk of several steps whose console is killed at each event in turn, as soon as it is on the
 * disk: what was done is there, what follows is done by the next console, and nothing is run twice.
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

#include "tests/lib/runbench.h"

static const char several[] =
	"1. **One** <!-- step id=one -->\n\n   ```sh\n   echo one >>\"$OUT\"; echo said\n   ```\n\n"
	"2. **Two** <!-- step id=two -->\n\n   Look at it.\n\n"
	"3. **Three** <!-- step id=three -->\n\n   ```sh {capture=SEEN}\n"
	"   echo three >>\"$OUT\"; echo seen\n   ```\n\n"
	"4. **Four** <!-- step id=four -->\n\n   Look at it.\n\n"
	"5. **Five** <!-- step id=five -->\n\n   ```sh\n   echo \"five $SEEN\" >>\"$OUT\"\n   ```\n";

static const char *const several_ids[] = { "one", "two", "three", "four", "five" };

static bool is_ticked(struct runbench *bench)
{
	return runbench_mark(bench, bench->step)->mark == MARK_DONE &&
	       dossier_idle(bench->consoles[0].dossier);
}

static void tick(struct runbench *bench)
{
	struct order order = { .kind = EVENT_STEP_DONE, .at = WHEN_NEVER, .src = SRC_HUMAN };
	struct err err = { 0 };

	EVENT_SET(order.data, run, runbench_walk(bench, 0)->event);
	EVENT_SET(order.data, step, several_ids[bench->step]);
	if (!runs_submit(bench->consoles[0].runs, &order, &err))
		fail_msg("%s", err.text);
	runbench_wait(bench, is_ticked, "the tick");
}

/* From where it is to the end: no command that was begun, no tick that is there. */
static void drive(struct runbench *bench)
{
	for (bench->step = 0; bench->step < ARRAY_LEN(several_ids); bench->step++) {
		const struct run_step *mark = runbench_mark(bench, bench->step);
		bool has_command = bench->step % 2 == 0;
		struct ready ready;
		struct run_order order;
		struct err err = { 0 };

		if (!has_command && mark->mark != MARK_DONE)
			tick(bench);
		if (!has_command || mark->attempt_count > 0)
			continue;
		order = runbench_order(bench, 0, bench->step, 0, &ready);
		if (!runs_execute(bench->consoles[0].runs, &order, &err))
			fail_msg("%s: %s", several_ids[bench->step], err.text);
		runbench_wait(bench, runbench_has_ended, "the end of the command");
	}
}

static int drive_and_die(struct runbench *bench, size_t kill_at)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		bench->kill_at = kill_at;
		runbench_open(bench);
		runbench_join(bench, 0, true);
		runbench_begin(bench);
		drive(bench);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* What was said to be on the disk is there. */
static void check_nothing_lost(struct runbench *bench)
{
	FILE *file = fopen(bench->durable, "r");
	char id[64], command[256];

	while (file && fgets(id, sizeof(id), file)) {
		id[strcspn(id, "\n")] = '\0';
		snprintf(command, sizeof(command), "grep -rqF %s %s", id, bench->folder);
		assert_int_equal(system(command), 0);
	}
	if (file)
		fclose(file);
}

/* Each command once; only one whose console died between its begin and its end may have done
 * nothing or all, and reads so. */
static size_t check_walked(struct runbench *bench)
{
	size_t interrupted = 0;

	for (size_t i = 0; i < ARRAY_LEN(several_ids); i++) {
		const struct run_step *mark = runbench_mark(bench, i);
		size_t lines = runbench_lines(bench->out, several_ids[i]);

		if (i % 2) {
			assert_int_equal(mark->mark, MARK_DONE);
			continue;
		}
		assert_int_equal(mark->attempt_count, 1);
		assert_true(mark->attempts[0].ended != mark->attempts[0].interrupted);
		interrupted += mark->attempts[0].interrupted;
		assert_true(lines == 1 || (lines == 0 && mark->attempts[0].interrupted));
	}
	return interrupted;
}

static void a_walk_goes_on_wherever_its_console_was_killed(void **state)
{
	static char durable[128];
	size_t died = 0, interrupted = 0;
	int status = 1;

	for (size_t n = 1; status != 0; n++) {
		struct runbench *bench;

		runbench_tear_down(state);
		runbench_set_up(state);
		bench = *state;
		snprintf(durable, sizeof(durable), "%s/durable", bench->root);
		bench->durable = durable;
		runbench_book(bench, "many", several);
		status = drive_and_die(bench, n);
		died += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		check_nothing_lost(bench);
		runbench_open(bench);
		runbench_join(bench, 0, true);
		runbench_wait(bench, runbench_is_read, "the journal");
		if (runbench_incident(bench)->run_count == 0)
			continue;
		runbench_wait(bench, runbench_is_walked, "the run after the restart");
		drive(bench);
		interrupted += check_walked(bench);
		assert_true(n < 80);
	}
	assert_true(died >= 15);	/* for each command claim, begin and end; ticks; a value */
	assert_true(interrupted >= 3);	/* each of the commands, once it was begun on the disk */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_walk_goes_on_wherever_its_console_was_killed,
						runbench_set_up, runbench_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
