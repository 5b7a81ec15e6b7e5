/*
 * Walks through runbooks with real commands on a real disk: what ran is what was shown, once, and a
 * console that is killed at any point leaves nothing undone, twice done or unknown but what reads
 * so.
 */
#include "app/runs.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/runs_inside.h"
#include "base/mem.h"
#include "base/secret.h"
#include "core/policy.h"

#define PATIENCE (20 * WHEN_SECOND)

enum { STEPS = 60, CONSOLES = 2 };

struct console {
	struct dossier *dossier;
	struct runs *runs;
	struct bench *bench;
	size_t durable;
};

struct bench {
	char root[64], folder[128], books[96], out[96], state[96];
	char home[96], state_dir[128], secret[64];
	const char *environment[6];
	struct loop *loop;
	struct context context;
	struct settings settings;
	const char *dirs[1];
	struct estate estate;
	struct policy policy;
	struct bookcase *bookcase;
	struct console consoles[CONSOLES];
	struct loop_timer turn;
	bool (*holds)(struct bench *bench);
	msec deadline, tick;
	size_t kill_at;			/* a console kills itself at this durable event; 0: never */
	const char *runbook;
	char said[4096];
};

/* --- a place with a runbook --- */

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void put_book(struct bench *bench, const char *id, const char *steps)
{
	struct buf text = { 0 };
	char path[160];

	buf_fmt(&text, "---\nbinnacle: 1\nid: %s\ntitle: Book %s\nparams:\n"
		"  OUT: {type: string, default: %s}\n  WORD: {type: string, default: hello}\n"
		"  TOKEN: {type: secret, from: \"env:TEST_TOKEN\", required: false}\n"
		"---\n# Book %s\n\n## Resolution\n\n%s", id, id, bench->out, id, steps);
	snprintf(path, sizeof(path), "%s/%s.md", bench->books, id);
	put(path, buf_cstr(&text));
	buf_done(&text);
}

static void put_many(struct bench *bench)
{
	struct buf text = { 0 };

	for (int i = 1; i <= STEPS; i++)
		buf_fmt(&text, "%d. **Step %d** <!-- step id=s%d -->\n\n    ```sh\n"
			"    echo \"s%d $WORD\" >>\"$OUT\"\n    ```\n\n", i, i, i, i);
	put_book(bench, "many", buf_cstr(&text));
	buf_done(&text);
}

static int set_up(void **state)
{
	struct bench *bench = mem_new(sizeof(*bench));

	(void)umask(022);
	snprintf(bench->root, sizeof(bench->root), "/tmp/binnacle-runs-XXXXXX");
	assert_non_null(mkdtemp(bench->root));
	snprintf(bench->folder, sizeof(bench->folder), "%s/2026-11-22-runs-7k3f9q", bench->root);
	snprintf(bench->books, sizeof(bench->books), "%s/books", bench->root);
	snprintf(bench->out, sizeof(bench->out), "%s/out", bench->root);
	assert_int_equal(mkdir(bench->books, 0755), 0);
	snprintf(bench->home, sizeof(bench->home), "HOME=%s", bench->root);
	snprintf(bench->state_dir, sizeof(bench->state_dir), "BINNACLE_STATE_DIR=%s/state",
		 bench->root);
	snprintf(bench->secret, sizeof(bench->secret), "TEST_TOKEN=tok-1234567890-abcdef");
	bench->environment[0] = bench->home;
	bench->environment[1] = bench->state_dir;
	bench->environment[2] = bench->secret;
	bench->environment[3] = "PATH=/usr/bin:/bin";
	bench->runbook = "many";
	put_many(bench);
	*state = bench;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

/* --- consoles --- */

static void on_durable(void *arg, struct dossier *dossier, const struct event *event)
{
	struct console *console = arg;

	(void)dossier;
	if (++console->durable == console->bench->kill_at)
		(void)kill(getpid(), SIGKILL);
	if (console->runs)
		runs_durable(console->runs, event);
}

static void on_dossier(void *arg, struct dossier *dossier)
{
	(void)arg, (void)dossier;
}

static void on_said(void *arg, const char *sentence)
{
	struct console *console = arg;
	struct bench *bench = console->bench;
	size_t len = strlen(bench->said);

	snprintf(bench->said + len, sizeof(bench->said) - len, "%s\n", sentence);	/* may be cut */
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void open_platform(struct bench *bench)
{
	struct err err = { 0 };

	bench->loop = loop_new(&err);
	assert_non_null(bench->loop);
	bench->context.environment = bench->environment;
	bench->dirs[0] = bench->books;
	bench->settings.operator = "ana";
	bench->settings.environment = "test";
	bench->settings.runbooks.dirs = (struct texts){ bench->dirs, 1 };
	policy_default(&bench->policy);
	bench->estate.world = world_new(loop_now(bench->loop).wall);
	bench->bookcase = bookcase_new(bench->loop, &bench->context, &bench->settings, on_changed,
				       bench);
}

static void open_console(struct bench *bench, size_t index, bool create)
{
	struct console *console = &bench->consoles[index];
	static const char *const names[CONSOLES] = { "ana", "ana" };
	const struct dossier_setup setup = {
		.loop = bench->loop, .folder = bench->folder, .create = create,
		.who = { .operator = names[index], .host = "ops1", .console = "console",
			 .tool_version = "0" },
		.policy = &bench->policy, .durable = on_durable, .changed = on_dossier,
		.said = (void (*)(void *, const char *))on_said, .arg = console,
	};
	struct runs_setup walks = {
		.loop = bench->loop, .context = &bench->context, .settings = &bench->settings,
		.estate = &bench->estate, .bookcase = bench->bookcase, .policy = &bench->policy,
		.operator = names[index], .changed = on_changed, .said = on_said, .arg = console,
	};
	struct err err = { 0 };

	console->bench = bench;
	console->dossier = dossier_open(&setup, &err);
	if (!console->dossier)
		fail_msg("%s", err.text);
	walks.dossier = console->dossier;
	console->runs = runs_new(&walks);
	dossier_join(console->dossier);
}

static void close_all(struct bench *bench)
{
	for (size_t i = 0; i < CONSOLES; i++) {
		runs_free(bench->consoles[i].runs);
		dossier_close(bench->consoles[i].dossier);
		bench->consoles[i] = (struct console){ .bench = bench };
	}
	bookcase_free(bench->bookcase);
	world_free(bench->estate.world);
	if (bench->loop)
		loop_free(bench->loop);
	bench->bookcase = NULL;
	bench->estate.world = NULL;
	bench->loop = NULL;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	close_all(bench);
	nftw(bench->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	mem_free(bench);
	return 0;
}

/* --- turning the loop until something holds --- */

static void turn(void *arg)
{
	struct bench *bench = arg;
	struct now now = loop_now(bench->loop);
	bool ticks = now.steady >= bench->tick;

	bookcase_look(bench->bookcase, bench->estate.world);
	if (ticks)
		bench->tick = now.steady + WHEN_SECOND;
	for (size_t i = 0; i < CONSOLES; i++) {
		if (!bench->consoles[i].runs)
			continue;
		if (ticks)
			dossier_tick(bench->consoles[i].dossier, now.wall);
		runs_look(bench->consoles[i].runs, true);
	}
	if (bench->holds(bench) || now.steady > bench->deadline) {
		loop_stop(bench->loop);
		return;
	}
	loop_timer_set(bench->loop, &bench->turn, now.steady + 5);
}

static void wait_until(struct bench *bench, bool (*holds)(struct bench *bench), const char *what)
{
	bench->holds = holds;
	bench->turn = (struct loop_timer){ .call = turn, .arg = bench };
	bench->deadline = loop_now(bench->loop).steady + PATIENCE;
	loop_timer_set(bench->loop, &bench->turn, 0);
	loop_run(bench->loop);
	if (!holds(bench))
		fail_msg("never came: %s; said: %s", what, bench->said);
}

static const struct incident *incident_of(struct bench *bench)
{
	return dossier_incident(bench->consoles[0].dossier);
}

static bool has_library(struct bench *bench)
{
	return bookcase_books(bench->bookcase)->count > 0;
}

static bool is_declared(struct bench *bench)
{
	return incident_of(bench)->severity > 0;
}

static void declare(struct bench *bench)
{
	struct order order = { .kind = EVENT_INCIDENT_DECLARED, .at = WHEN_NEVER, .src = SRC_HUMAN,
			       .by = "ana" };
	char already[BECAUSE_TEXT];
	struct err err = { 0 };

	EVENT_SET(order.data, title, "Runs");
	EVENT_SET(order.data, severity, 2);
	EVENT_SET(order.data, type, "outage");
	assert_true(dossier_submit(bench->consoles[0].dossier, &order,
				   loop_now(bench->loop).wall, already, &err));
	wait_until(bench, is_declared, "the declaration");
}

/* Every console has taken the run apart. */
static bool is_walked(struct bench *bench)
{
	for (size_t i = 0; i < CONSOLES; i++) {
		const struct runs *runs = bench->consoles[i].runs;

		if (runs && (runs->count == 0 || !runs->walks[runs->count - 1]->runbook))
			return false;
	}
	return true;
}

static void begin(struct bench *bench)
{
	wait_until(bench, has_library, "the library");
	declare(bench);
	runs_begin(bench->consoles[0].runs, bench->runbook, "for alert X", "");
	wait_until(bench, is_walked, "the run");
}

static struct walk *walk_at(struct bench *bench, size_t console)
{
	const struct runs *runs = bench->consoles[console].runs;

	return runs->walks[runs->count - 1];
}

static struct run_order order_for(struct bench *bench, size_t console, size_t step,
				  struct ready *ready)
{
	struct runs *runs = bench->consoles[console].runs;
	struct walk *walk = walk_at(bench, console);
	const struct docket_run docket = {
		.run = incident_run(runs_incident(runs), walk->event),
	};

	if (!ready_fence(runs, &docket, step, 0, ready))
		fail_msg("no box for step %zu of %zu", step, walk->runbook->step_count);
	return (struct run_order){ .run = walk->event, .step = walk->runbook->steps[step].id,
				   .digest = ready->digest, .text = "", .target = "", .reason = "" };
}

static const struct run_step *mark_at(struct bench *bench, size_t step)
{
	return &incident_of(bench)->runs[0].steps[step];
}

static size_t wanted_step;

static bool has_ended(struct bench *bench)
{
	const struct run_step *mark = mark_at(bench, wanted_step);

	return mark->attempt_count > 0 && mark->attempts[mark->attempt_count - 1].ended &&
	       !runs_busy(bench->consoles[0].runs) && dossier_idle(bench->consoles[0].dossier);
}

static size_t lines_of(const char *path, const char *part)
{
	char line[256];
	size_t count = 0;
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof(line), file))
		count += strstr(line, part) != NULL;
	if (file)
		fclose(file);
	return count;
}

/* --- what is shown runs, and is kept --- */

static void a_command_runs_once_and_its_record_is_whole(void **state)
{
	struct bench *bench = *state;
	struct ready ready;
	struct run_order order;
	const struct attempt *attempt;
	struct err err = { 0 };

	put_book(bench, "many", "1. **Say** <!-- step id=say -->\n\n   ```sh\n"
		 "   echo \"said $WORD\"; echo done >>\"$OUT\"; exit 3\n   ```\n");
	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	order = order_for(bench, 0, 0, &ready);
	assert_null(ready.refusal);
	assert_string_equal(ready.values[1], "WORD=hello");
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	wanted_step = 0;
	wait_until(bench, has_ended, "the end of the command");
	attempt = &mark_at(bench, 0)->attempts[0];
	assert_string_equal(attempt->how, "exited");
	assert_int_equal(attempt->exit, 3);
	assert_false(attempt->well);
	assert_string_equal(attempt->answer, "said hello");
	assert_int_equal(lines_of(bench->out, "done"), 1);
	assert_int_equal(strlen(attempt->output), 64);
}

static bool evidence_is_there(struct bench *bench)
{
	struct buf bytes = { 0 };
	struct err err;
	bool there = journal_evidence_read(bench->folder, mark_at(bench, 0)->attempts[0].output,
					   &bytes, &err);

	buf_done(&bytes);
	return there;
}

static void a_secret_is_in_the_command_and_nowhere_else(void **state)
{
	struct bench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct buf bytes = { 0 };
	struct err err = { 0 };
	char command[256];

	put_book(bench, "many", "1. **Say** <!-- step id=say -->\n\n   ```sh\n"
		 "   printf '%s' \"${TOKEN%-abcdef}\"; sleep 0.05; echo '-abcdef';"
		 " test ${#TOKEN} = 21 && echo same >>\"$OUT\"\n   ```\n");
	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	order = order_for(bench, 0, 0, &ready);
	assert_string_equal(ready.values[2], "TOKEN=(secret, from env:TEST_TOKEN)");
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	wanted_step = 0;
	wait_until(bench, has_ended, "the end of the command");
	wait_until(bench, evidence_is_there, "the evidence");
	assert_int_equal(lines_of(bench->out, "same"), 1);
	assert_true(journal_evidence_read(bench->folder, mark_at(bench, 0)->attempts[0].output, &bytes,
					  &err));
	assert_string_equal(buf_cstr(&bytes), "[redacted]\n");
	buf_done(&bytes);
	snprintf(command, sizeof(command), "grep -rqF 1234567890 %s", bench->folder);
	assert_int_not_equal(system(command), 0);
}

/* --- swapped between view and run --- */

static void what_changed_since_it_was_shown_is_never_run(void **state)
{
	struct bench *bench = *state;
	struct runs *runs;
	struct ready ready;
	size_t refused = 0;

	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	runs = bench->consoles[0].runs;
	for (size_t i = 0; i < 1000; i++) {
		struct run_order order;
		struct err err = { 0 };

		if (i % 4 == 0) {
			assert_true(ready_free(runs, NULL, "true", &ready));
			order = (struct run_order){ .text = "echo swapped >>out",
						    .digest = ready.digest };
		} else {
			order = order_for(bench, 0, i % STEPS, &ready);
		}
		if (i % 4 == 1)
			order.step = walk_at(bench, 0)->runbook->steps[(i + 1) % STEPS].id;
		if (i % 4 == 2)		/* another host's rules */
			bench->settings.production = !bench->settings.production;
		if (i % 4 == 3)
			vault_put(&runs->vault, walk_at(bench, 0)->event, "TOKEN",
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
	struct bench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	order = order_for(bench, 0, 0, &ready);
	put_book(bench, "many", "1. **Evil** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo evil >>\"$OUT\"\n   ```\n");
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	wanted_step = 0;
	wait_until(bench, has_ended, "the end of the command");
	assert_int_equal(lines_of(bench->out, "s1 hello"), 1);
	assert_int_equal(lines_of(bench->out, "evil"), 0);
}

/* --- two consoles --- */

static bool both_are_quiet(struct bench *bench)
{
	const struct run_step *mark = mark_at(bench, wanted_step);

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
	struct bench *bench = *state;
	char part[16];

	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	open_console(bench, 1, false);
	wait_until(bench, is_walked, "the run on the other console");
	for (size_t i = 0; i < STEPS; i++) {
		struct ready ready[CONSOLES];
		struct run_order orders[CONSOLES];
		struct err err = { 0 };

		wanted_step = i;
		for (size_t j = 0; j < CONSOLES; j++)
			orders[j] = order_for(bench, j, i, &ready[j]);
		for (size_t j = 0; j < CONSOLES; j++) {
			size_t which = (i + j) % CONSOLES;

			(void)runs_execute(bench->consoles[which].runs, &orders[which], &err);
		}
		wait_until(bench, both_are_quiet, "both consoles to be quiet");
		snprintf(part, sizeof(part), "s%zu hello", i + 1);
		assert_int_equal(lines_of(bench->out, part), 1);
	}
}

/* --- kill -9 --- */

/* In a process of its own: declare, begin, run; it kills itself at its n-th durable event. */
static void live_and_die(struct bench *bench, size_t kill_at, bool slow)
{
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	bench->kill_at = kill_at;
	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	order = order_for(bench, 0, 0, &ready);
	if (!runs_execute(bench->consoles[0].runs, &order, &err))
		_exit(9);
	wanted_step = 0;
	if (slow)
		bench->deadline = 0;
	wait_until(bench, has_ended, "the end of the command");
	_exit(0);
}

static int run_and_wait(struct bench *bench, size_t kill_at)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		live_and_die(bench, kill_at, false);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static bool is_read(struct bench *bench)
{
	return dossier_idle(bench->consoles[0].dossier) &&
	       dossier_origin(bench->consoles[0].dossier)[0];
}

/* What the next console finds: never a second line, and where the command was begun and has no end
 * the step says so, and nothing runs it again by itself. */
static void check_resumed(struct bench *bench)
{
	size_t lines = lines_of(bench->out, "s1 hello");
	const struct run_step *mark;
	struct ready ready;

	open_platform(bench);
	open_console(bench, 0, true);
	wait_until(bench, is_read, "the journal");
	assert_true(lines <= 1);
	if (incident_of(bench)->run_count == 0) {
		assert_int_equal(lines, 0);
		return;
	}
	wait_until(bench, is_walked, "the run after the restart");
	mark = mark_at(bench, 0);
	assert_true(lines == 0 || mark->attempt_count == 1);	/* nothing ran without its record */
	(void)order_for(bench, 0, 0, &ready);
	if (mark->attempt_count == 1 && !mark->attempts[0].ended) {
		assert_true(mark->attempts[0].interrupted);
		assert_non_null(strstr(ready.refusal, "interrupted"));
	} else if (mark->attempt_count == 0) {
		assert_null(ready.refusal);
	}
	assert_int_equal(lines_of(bench->out, "s1 hello"), lines);
}

static void a_console_that_is_killed_at_any_event_is_resumed_right(void **state)
{
	int status = 1;
	size_t died = 0;

	for (size_t n = 1; status != 0; n++) {
		struct bench *bench;

		tear_down(state);
		set_up(state);
		bench = *state;
		status = run_and_wait(bench, n);
		died += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
		check_resumed(bench);
		assert_true(n < 40);
	}
	assert_true(died >= 6);		/* joined, declared, evidence, run, claim, run_started */
}

static bool has_begun_to_run(const struct bench *bench)
{
	return lines_of(bench->out, "begun") > 0;
}

static void a_command_that_ran_when_its_console_was_killed_reads_interrupted(void **state)
{
	struct bench *bench = *state;
	pid_t child;
	struct ready ready;

	put_book(bench, "many", "1. **Slow** <!-- step id=s1 -->\n\n   ```sh\n"
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
	open_platform(bench);
	open_console(bench, 0, true);
	wait_until(bench, is_read, "the journal");
	wait_until(bench, is_walked, "the run after the restart");
	assert_true(mark_at(bench, 0)->attempts[0].interrupted);
	assert_false(mark_at(bench, 0)->attempts[0].ended);
	(void)order_for(bench, 0, 0, &ready);
	assert_non_null(strstr(ready.refusal, "interrupted"));
	assert_int_equal(lines_of(bench->out, "begun"), 1);
	assert_int_equal(lines_of(bench->out, "ended"), 0);
}

/* Its end is on the record when the program is left in the middle of it. */
static void a_console_that_is_left_ends_its_command_and_says_so(void **state)
{
	struct bench *bench = *state;
	struct ready ready;
	struct run_order order;
	struct err err = { 0 };

	put_book(bench, "many", "1. **Slow** <!-- step id=s1 -->\n\n   ```sh\n"
		 "   echo begun >>\"$OUT\"; sleep 60\n   ```\n");
	open_platform(bench);
	open_console(bench, 0, true);
	begin(bench);
	order = order_for(bench, 0, 0, &ready);
	assert_true(runs_execute(bench->consoles[0].runs, &order, &err));
	wait_until(bench, (bool (*)(struct bench *))has_begun_to_run, "the command");
	close_all(bench);
	open_platform(bench);
	open_console(bench, 0, true);
	wait_until(bench, is_read, "the journal");
	assert_true(mark_at(bench, 0)->attempts[0].ended);
	assert_string_equal(mark_at(bench, 0)->attempts[0].how, "killed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		T(a_command_runs_once_and_its_record_is_whole),
		T(a_secret_is_in_the_command_and_nowhere_else),
		T(what_changed_since_it_was_shown_is_never_run),
		T(a_file_that_is_swapped_does_not_change_the_run),
		T(two_consoles_that_press_at_once_run_it_once),
		T(a_console_that_is_killed_at_any_event_is_resumed_right),
		T(a_command_that_ran_when_its_console_was_killed_reads_interrupted),
		T(a_console_that_is_left_ends_its_command_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
