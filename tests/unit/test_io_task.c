/* Commands of runbooks, with real processes: what they get, what is told of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/pump.h"
#include "tests/lib/tasks.h"

enum { LIMIT = 60000 };

static struct loop *loop;

static int setup(void **state)
{
	struct err err;

	(void)state;
	loop = loop_new(&err);
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	loop_free(loop);
	loop = NULL;
	return 0;
}

static const struct {
	const char *text;
	enum task_end_kind kind;
	int64_t status;
	const char *output;
} cases[] = {
	{ "echo one; echo two >&2", TASK_EXITED, 0, "one\ntwo\n" },
	{ "true", TASK_EXITED, 0, "" },
	{ "exit 3", TASK_EXITED, 3, "" },
	{ "", TASK_EXITED, 0, "" },
	{ "printf 'no end'", TASK_EXITED, 0, "no end" },
	{ "printf 'a\\tb\\r\\nc\\n'", TASK_EXITED, 0, "a\tb\r\nc\n" },
	{ "kill -TERM $$", TASK_SIGNALLED, SIGTERM, "" },
	{ "no-such-program", TASK_EXITED, 127, "bash: line 1: no-such-program: command not found\n" },
	{ "cat; echo eof", TASK_EXITED, 0, "eof\n" },
	{ "read x; echo \"$?:$x\"", TASK_EXITED, 0, "1:\n" },
	{ "test -t 0 || echo in; test -t 1 && echo out; test -t 2 && echo err", TASK_EXITED, 0,
	  "in\nout\nerr\n" },
	{ "tty </dev/tty >/dev/null && echo controls", TASK_EXITED, 0, "controls\n" },
	/* Its group is its own, and the terminal's foreground; the session is its parent's. */
	{ "test \"$(cut -d ' ' -f 5,6,8 /proc/$$/stat)\" = \"$$ $PPID $$\" && echo leads",
	  TASK_EXITED, 0, "leads\n" },
	{ "sh -c 'kill -TSTP 0; echo goes on'", TASK_EXITED, 0, "goes on\n" },
	{ "exec > >(sleep 0.1; cat); echo late", TASK_EXITED, 0, "late\n" },
	{ "stty size </dev/tty", TASK_EXITED, 0, "24 80\n" },
	{ "env | grep -v '^\\(PWD\\|SHLVL\\|_\\)=' | sed 's/R=[0-9]*$/R/' | sort", TASK_EXITED, 0,
	  "PATH=/usr/local/bin:/usr/bin:/bin\nTASKS_MARKER\n" },
	{ "grep -E '^Sig(Blk|Ign)' /proc/self/status", TASK_EXITED, 0,
	  "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n" },
	{ "exec >&- 2>&-; exec >/dev/tty; echo again", TASK_EXITED, 0, "again\n" },
	{ "-x", TASK_EXITED, 127, "bash: line 1: -x: command not found\n" },
	{ "--version", TASK_EXITED, 127, "bash: line 1: --version: command not found\n" },
	{ "sleep 600 & echo left one", TASK_EXITED, 0, "left one\n" },
};

/* SIGCANCEL and SIGSETXID: some runners leave them ignored, and libc's signal() refuses them. */
static void ignore_what_libc_keeps(void)
{
	const unsigned long ignored[8] = { (unsigned long)SIG_IGN };

	for (int number = 32; number <= 33; number++)
		assert_int_equal(syscall(SYS_rt_sigaction, number, ignored, NULL, 8), 0);
}

static void what_it_writes_and_how_it_ends_are_told(void **state)
{
	(void)state;
	/* What would be inherited if nobody took care. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	ignore_what_libc_keeps();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tasks_got got = { 0 };
		struct task_plan plan = tasks_plan(loop, cases[i].text, &got);

		assert_true(tasks_run(&plan, &got));
		if (got.ends != 1 || got.kind != cases[i].kind || got.status != cases[i].status ||
		    strcmp(buf_cstr(&got.output), cases[i].output) != 0 ||
		    strcmp(buf_cstr(&got.live), cases[i].output) != 0 || got.why[0])
			fail_msg("%s: %s %d, \"%s\", \"%s\"", cases[i].text, task_end_word(got.kind),
				 (int)got.status, buf_cstr(&got.output), got.why);
		assert_int_equal(got.bytes, strlen(cases[i].output));
		tasks_done(&got);
	}
	assert_true(tasks_all_gone(loop));
}

static void sh_runs_as_well_as_bash(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "echo \"$0\"", &got);

	(void)state;
	plan.shell = "sh";
	assert_true(tasks_run(&plan, &got));
	assert_string_equal(buf_cstr(&got.output), "sh\n");
	tasks_done(&got);
}

static void a_command_whose_output_nobody_watches_keeps_it_for_its_end(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "echo kept", &got);

	(void)state;
	plan.output = NULL;
	assert_true(tasks_run(&plan, &got));
	assert_string_equal(buf_cstr(&got.output), "kept\n");
	tasks_done(&got);
}

static void it_runs_in_the_folder_that_was_asked_for(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "pwd", &got);

	(void)state;
	plan.cwd = "/usr/lib";
	assert_true(tasks_run(&plan, &got));
	assert_string_equal(buf_cstr(&got.output), "/usr/lib\n");
	tasks_done(&got);
}

static void what_cannot_start_says_why_in_a_sentence(void **state)
{
	static char long_text[TASK_TEXT + 2];
	const struct {
		const char *shell, *cwd;
		struct str text;
		const char *why;
	} failing[] = {
		{ "no-such-shell", NULL, str_of("echo ran"),
		  "cannot start no-such-shell: the program: No such file or directory" },
		{ "bash", "/no/such/folder", str_of("echo ran"),
		  "cannot start bash: its folder: No such file or directory" },
		{ "bash", NULL, str_sub("echo ran\0echo hidden", 20),
		  "cannot start the command: it holds a NUL byte" },
		{ "bash", NULL, str_sub(long_text, TASK_TEXT + 1),
		  "cannot start the command: it is longer than 96 KiB" },
	};

	(void)state;
	memset(long_text, '#', TASK_TEXT + 1);
	for (size_t i = 0; i < ARRAY_LEN(failing); i++) {
		struct tasks_got got = { 0 };
		struct task_plan plan = tasks_plan(loop, "", &got);

		plan.shell = failing[i].shell;
		plan.cwd = failing[i].cwd;
		plan.text = failing[i].text;
		assert_true(tasks_run(&plan, &got));
		assert_int_equal(got.kind, TASK_NOT_RUN);
		assert_string_equal(got.why, failing[i].why);
		assert_int_equal(got.bytes, 0);
		tasks_done(&got);
	}
	assert_true(tasks_all_gone(loop));
}

static void the_longest_text_runs_whole(void **state)
{
	static char text[TASK_TEXT + 1];
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, text, &got);
	static const char end[] = "\necho whole";

	(void)state;
	memset(text, '#', TASK_TEXT);
	memcpy(text + TASK_TEXT - strlen(end), end, strlen(end));
	plan.text = str_sub(text, TASK_TEXT);
	assert_true(tasks_run(&plan, &got));
	assert_string_equal(buf_cstr(&got.output), "whole\n");
	tasks_done(&got);
}

static void an_interactive_one_reads_what_is_typed(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "echo ready; read x; echo \"got $x\"", &got);
	struct task *task;

	(void)state;
	plan.interactive = true;
	task = task_start(&plan);
	assert_true(pump(loop, &got.outputs, 1, LIMIT));
	assert_true(task_input(task, str_of("words\n")));
	assert_true(pump(loop, &got.ends, 1, LIMIT));
	assert_string_equal(buf_cstr(&got.output), "ready\r\nwords\r\ngot words\r\n");
	tasks_done(&got);
}

static void one_that_is_not_interactive_takes_no_input(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "echo ready; sleep 600", &got);
	struct task *task = task_start(&plan);

	(void)state;
	assert_true(pump(loop, &got.outputs, 1, LIMIT));
	assert_false(task_input(task, str_of("words\n")));
	task_drop(task);
	assert_true(tasks_all_gone(loop));
	assert_int_equal(got.ends, 0);
	tasks_done(&got);
}

static void a_signal_reaches_the_foreground_group(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "trap 'echo int; exit 9' INT; echo ready; "
					   "while :; do sleep 0.1; done", &got);
	struct task *task = task_start(&plan);

	(void)state;
	assert_true(pump(loop, &got.outputs, 1, LIMIT));
	task_signal(task, SIGINT);
	assert_true(pump(loop, &got.ends, 1, LIMIT));
	assert_int_equal(got.kind, TASK_EXITED);
	assert_int_equal(got.status, 9);
	tasks_done(&got);
}

static void a_kill_ends_it_and_is_called_that(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "trap '' TERM INT HUP; echo ready; "
					   "setsid sleep 600; sleep 600", &got);
	struct task *task = task_start(&plan);

	(void)state;
	assert_true(pump(loop, &got.outputs, 1, LIMIT));
	task_signal(task, SIGKILL);
	assert_true(pump(loop, &got.ends, 1, LIMIT));
	assert_int_equal(got.kind, TASK_KILLED);
	assert_true(tasks_all_gone(loop));
	tasks_done(&got);
}

static void a_timeout_asks_first_and_is_called_that(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "trap 'echo asked; exit 4' TERM; "
					   "while :; do sleep 0.1; done", &got);

	(void)state;
	plan.timeout = 300;
	assert_true(tasks_run(&plan, &got));
	assert_int_equal(got.kind, TASK_TIMEOUT);
	/* bash itself says that its child was terminated, before or after. */
	assert_non_null(strstr(buf_cstr(&got.output), "asked\n"));
	tasks_done(&got);
}

static void a_resize_is_seen(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "trap 'stty size; exit' WINCH; stty size; "
					   "while :; do sleep 0.1; done", &got);
	struct task *task;

	(void)state;
	plan.interactive = true;
	plan.cols = 100;
	plan.rows = 30;
	task = task_start(&plan);
	assert_true(pump(loop, &got.outputs, 1, LIMIT));
	task_resize(task, 132, 43);
	assert_true(pump(loop, &got.ends, 1, LIMIT));
	assert_string_equal(buf_cstr(&got.output), "30 100\r\n43 132\r\n");
	tasks_done(&got);
}

struct dropping {
	struct tasks_got got;
	struct task *task;
};

static void drop_it(void *arg, struct str bytes)
{
	struct dropping *dropping = arg;

	(void)bytes;
	dropping->got.outputs++;
	task_drop(dropping->task);
}

static void count_end(void *arg, const struct task_end *end)
{
	struct dropping *dropping = arg;

	(void)end;
	dropping->got.ends++;
}

static void one_that_is_dropped_from_its_own_output_is_heard_of_no_more(void **state)
{
	struct dropping dropping = { 0 };
	struct task_plan plan = tasks_plan(loop, "yes", &dropping.got);

	(void)state;
	plan.output = drop_it;
	plan.ended = count_end;
	plan.arg = &dropping;
	dropping.task = task_start(&plan);
	assert_true(pump(loop, &dropping.got.outputs, 1, LIMIT));
	assert_true(tasks_all_gone(loop));
	assert_int_equal(dropping.got.outputs, 1);
	assert_int_equal(dropping.got.ends, 0);
}

/* loop_free() is in the teardown: what runs then must not keep it. */
static void a_loop_may_be_freed_while_a_dropped_one_dies(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "trap '' TERM; sleep 600", &got);

	(void)state;
	task_drop(task_start(&plan));
	task_drop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_it_writes_and_how_it_ends_are_told, setup,
						teardown),
		cmocka_unit_test_setup_teardown(sh_runs_as_well_as_bash, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_command_whose_output_nobody_watches_keeps_it_for_its_end, setup, teardown),
		cmocka_unit_test_setup_teardown(it_runs_in_the_folder_that_was_asked_for, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_cannot_start_says_why_in_a_sentence, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_longest_text_runs_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(an_interactive_one_reads_what_is_typed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(one_that_is_not_interactive_takes_no_input, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_signal_reaches_the_foreground_group, setup, teardown),
		cmocka_unit_test_setup_teardown(a_kill_ends_it_and_is_called_that, setup, teardown),
		cmocka_unit_test_setup_teardown(a_timeout_asks_first_and_is_called_that, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_resize_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(
			one_that_is_dropped_from_its_own_output_is_heard_of_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(a_loop_may_be_freed_while_a_dropped_one_dies, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
