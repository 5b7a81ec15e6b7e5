/*
 * Commands that do not want to end, or leave somebody behind, or write without end: with their end
 * nothing of them is left. Nothing here is about speed; the deadlines only stop a test that hangs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/process.h"
#include "tests/lib/pump.h"
#include "tests/lib/tasks.h"

enum { LIMIT = 290000, SOON = 300, NOBODY = 65534, FEW = 300, MORE_KB = 8 * 1024 };

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
	const char *what, *text;
	enum task_end_kind kind;
} stubborn[] = {
	{ "sleeps for ever", "sleep inf", TASK_TIMEOUT },
	{ "waits for a child", "sleep inf & wait", TASK_TIMEOUT },
	{ "ignores TERM", "trap '' TERM HUP INT; while :; do sleep 1; done", TASK_TIMEOUT },
	{ "stops itself", "kill -STOP $$", TASK_TIMEOUT },
	{ "stopped its child, and ignores TERM",
	  "trap '' TERM; sleep inf & kill -STOP $!; wait", TASK_TIMEOUT },
	{ "reads a terminal on which nobody types", "read x </dev/tty", TASK_TIMEOUT },
	{ "reads its input", "cat", TASK_EXITED },
	{ "leaves one behind", "sleep inf &", TASK_EXITED },
	{ "leaves one behind that ignores TERM",
	  "(trap '' TERM HUP; while :; do sleep 1; done) & disown", TASK_EXITED },
	{ "leaves the session, twice",
	  "setsid sh -c 'setsid sh -c \"trap : TERM HUP; while :; do sleep 1; done\" & sleep inf' &",
	  TASK_EXITED },
	{ "makes a daemon that holds nothing",
	  "(cd /; exec setsid sh -c 'exec </dev/null >/dev/null 2>&1; sleep inf & exit') & wait",
	  TASK_EXITED },
	{ "leaves one that holds the terminal",
	  "setsid sh -c 'trap \"\" TERM HUP; while :; do echo still here; sleep 1; done' & echo done",
	  TASK_EXITED },
	{ "leaves one that writes all the time", "setsid yes & sleep 0.1", TASK_EXITED },
	{ "leaves a tree", "for i in 1 2 3 4 5 6 7 8; do setsid sh -c 'sleep inf & sleep inf & wait' & "
	  "done; sleep 0.2", TASK_EXITED },
	{ "forks as it dies",
	  "trap 'setsid sh -c \"trap : TERM; while :; do sleep 1; done\" &' TERM EXIT; "
	  "while :; do sleep 1; done", TASK_TIMEOUT },
	{ "begets and dies", "f() { (f &) ; }; f", TASK_EXITED },
};

static void with_its_end_nothing_of_it_is_left(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stubborn); i++) {
		struct tasks_got got = { 0 };
		struct task_plan plan = tasks_plan(loop, stubborn[i].text, &got);

		plan.timeout = stubborn[i].kind == TASK_TIMEOUT ? SOON : 20000;
		if (!tasks_run(&plan, &got))
			fail_msg("what %s did not end", stubborn[i].what);
		/* At its end, not soon after it. */
		if (tasks_alive() > 0)
			fail_msg("what %s left %zu behind", stubborn[i].what, tasks_alive());
		if (got.kind != stubborn[i].kind || got.ends != 1 || got.why[0])
			fail_msg("what %s: %s %s", stubborn[i].what, task_end_word(got.kind), got.why);
		tasks_done(&got);
	}
}

static void what_was_left_is_counted(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "sleep inf & setsid sleep inf & sleep 0.1", &got);

	(void)state;
	assert_true(tasks_run(&plan, &got));
	assert_int_equal(got.leftovers, 2);
	tasks_done(&got);
}

static void who_only_finishes_writing_is_waited_for(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "echo first; (sleep 0.05; echo last) &", &got);

	(void)state;
	assert_true(tasks_run(&plan, &got));
	assert_string_equal(buf_cstr(&got.output), "first\nlast\n");
	assert_int_equal(got.leftovers, 0);
	tasks_done(&got);
}

static void one_that_is_dropped_leaves_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stubborn); i++) {
		struct tasks_got got = { 0 };
		struct task_plan plan = tasks_plan(loop, stubborn[i].text, &got);

		task_drop(task_start(&plan));
		assert_int_equal(got.ends, 0);
	}
	assert_true(tasks_all_gone(loop));
}

static void every_byte_arrives_as_it_was_written(void **state)
{
	static const char text[] =
		"for i in $(seq 0 255); do printf \"\\\\x$(printf %x $i)\"; done; printf '\\r\\n\\n\\004x'";
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, text, &got);
	const char end[] = "\r\n\n\004x";

	(void)state;
	assert_true(tasks_run(&plan, &got));
	assert_int_equal(got.output.len, 256 + strlen(end));
	for (size_t i = 0; i < 256; i++)
		assert_int_equal((unsigned char)got.output.data[i], i);
	assert_memory_equal(got.output.data + 256, end, strlen(end));
	tasks_done(&got);
}

#ifdef __SANITIZE_ADDRESS__
#define FLOOD 67108864			/* so that it takes seconds there, too */
#else
#define FLOOD 1073741824
#endif

static void a_flood_is_counted_whole_and_kept_in_part(void **state)
{
	struct process_memory before, after;
	struct tasks_got got = { 0 };
	char text[80], mark[80];
	struct task_plan plan;

	(void)state;
	snprintf(text, sizeof(text), "echo begin; head -c %d /dev/zero; echo end", FLOOD);
	snprintf(mark, sizeof(mark), "\n[%d bytes are left out here]\n", FLOOD + 10 - 256 * 1024);
	plan = tasks_plan(loop, text, &got);
	plan.timeout = LIMIT;
	assert_true(process_memory(getpid(), &before));
	assert_true(tasks_run(&plan, &got));
	assert_true(process_memory(getpid(), &after));
	assert_int_equal(got.kind, TASK_EXITED);
	assert_true(got.bytes == FLOOD + strlen("begin\nend\n"));
	assert_int_equal(got.live.len, 256 * 1024);
	assert_memory_equal(got.output.data, "begin\n", 6);
	assert_memory_equal(got.output.data + got.output.len - 4, "end\n", 4);
	assert_true(got.output.len < 256 * 1024 + 64);
	assert_non_null(memmem(got.output.data, got.output.len, mark, strlen(mark)));
	if (after.rss_kb > before.rss_kb + MORE_KB)
		fail_msg("from %ld to %ld KiB", before.rss_kb, after.rss_kb);
	tasks_done(&got);
}

static void the_loop_turns_while_a_command_floods(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "yes", &got);
	const int never = 0;
	unsigned long rounds;

	(void)state;
	plan.timeout = 1000;
	(void)task_start(&plan);
	(void)pump(loop, &never, 1, 500);
	rounds = loop_rounds(loop);
	/* In each round at most 64 KiB, and it got through more than that. */
	assert_true(pump(loop, &got.ends, 1, LIMIT));
	assert_true(rounds > 10);
	assert_true(got.bytes / (64 * 1024) <= loop_rounds(loop) + 1);
	tasks_done(&got);
}

/* As somebody without rights, since no limit of processes holds for root. */
static int bomb_as_nobody(bool check)
{
	struct rlimit most = { FEW, FEW };
	struct tasks_got got = { 0 };
	struct task_plan plan;
	struct err err;

	if (setrlimit(RLIMIT_NPROC, &most) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
		return 2;
	loop = loop_new(&err);
	plan = tasks_plan(loop, "b() { b | b & }; b; sleep inf", &got);
	plan.timeout = 500;
	plan.check = check;
	plan.cwd = "/";
	if (!tasks_run(&plan, &got))
		return 3;
	printf("a bomb: %s, %zu killed, %s\n", task_end_word(got.kind), got.leftovers, got.why);
	fflush(stdout);
	return got.kind == TASK_TIMEOUT && !got.why[0] && got.leftovers > 10 ? 0 : 4;
}

static void a_fork_bomb_ends(void **state)
{
	(void)state;
	if (getuid() != 0) {
		puts("SKIPPED: only root can become somebody without rights");
		return;
	}
	for (int check = 0; check < 2; check++) {
		int status;
		pid_t pid;

		assert_int_equal(tasks_alive(), 0);
		pid = fork();
		if (pid == 0)
			_exit(bomb_as_nobody(check));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
		assert_int_equal(tasks_alive(), 0);
	}
}

static const char *const lasting[] = {
	"trap '' HUP TERM INT; while :; do sleep 1; done",
	"nohup setsid sh -c 'trap \"\" HUP TERM; while :; do sleep 1; done' >/dev/null & wait",
	"(setsid sh -c 'sleep inf & exec </dev/null >/dev/null 2>&1; exec sleep inf' &); sleep inf",
	"kill -STOP $$",
};

/* Starts them all, says so, and never ends. */
static void be_killed(int told)
{
	struct tasks_got got[ARRAY_LEN(lasting)] = { 0 };
	const int never = 0;
	struct err err;

	loop = loop_new(&err);
	for (size_t i = 0; i < ARRAY_LEN(lasting); i++) {
		struct task_plan plan = tasks_plan(loop, lasting[i], &got[i]);

		(void)task_start(&plan);
	}
	while (tasks_alive() < 2 * ARRAY_LEN(lasting))
		(void)pump(loop, &never, 1, 20);
	(void)!write(told, "x", 1);
	(void)pump(loop, &never, 1, LIMIT);
}

static void nothing_outlives_us_when_we_are_killed(void **state)
{
	int told[2], status;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(tasks_alive(), 0);
	assert_int_equal(pipe2(told, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		be_killed(told[1]);
		_exit(1);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &byte, 1), 1);
	close(told[0]);
	assert_true(tasks_alive() > ARRAY_LEN(lasting));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(tasks_all_gone(loop));
}

static void a_killed_reaper_takes_its_command_along_and_is_told(void **state)
{
	struct tasks_got got = { 0 };
	struct task_plan plan = tasks_plan(loop, "trap '' HUP; sleep inf & kill -9 $PPID; wait", &got);

	(void)state;
	assert_true(tasks_run(&plan, &got));
	assert_int_equal(got.kind, TASK_KILLED);
	assert_non_null(strstr(got.why, "was killed"));
	assert_true(tasks_all_gone(loop));
	tasks_done(&got);
}

static void a_check_cannot_fill_the_disk_or_burn_the_processor(void **state)
{
	struct tasks_got got = { 0 };
	char text[200], path[] = "/tmp/task-check-XXXXXX";
	struct task_plan plan;

	(void)state;
	close(mkstemp(path));
	snprintf(text, sizeof(text), "head -c 1000000 /dev/zero >%s; echo \"$?\"; ulimit -t; nice; "
		 "stat -c %%s %s; ulimit -c", path, path);
	plan = tasks_plan(loop, text, &got);
	plan.check = true;
	plan.timeout = 20000;
	assert_true(tasks_run(&plan, &got));
	unlink(path);
	assert_non_null(strstr(buf_cstr(&got.output), "153\n21\n10\n131072\n0\n"));
	tasks_done(&got);
}

static void a_large_here_document_works_in_a_check(void **state)
{
	static char text[TASK_TEXT];
	struct tasks_got got = { 0 };
	struct task_plan plan;
	size_t len;

	(void)state;
	len = (size_t)snprintf(text, sizeof(text), "wc -c <<'X'\n");
	memset(text + len, 'a', 90000);
	memcpy(text + len + 90000, "\nX\n", 4);
	plan = tasks_plan(loop, text, &got);
	plan.check = true;
	assert_true(tasks_run(&plan, &got));
	assert_string_equal(buf_cstr(&got.output), "90001\n");
	tasks_done(&got);
}

/* Descriptors of every kind, none of them to be closed at exec. */
static void open_everything(int *fds, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2) {
		if (i % 4 == 0)
			assert_int_equal(pipe(fds + i), 0);
		else
			assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds + i), 0);
	}
	assert_true(dup2(fds[0], 200) == 200);
}

/* "lrwx... 1 root root 64 date 3 -> target": what ls itself opened is the folder that it lists. */
static void check_listing(const char *listing)
{
	struct str rest = str_of(listing), line;
	size_t lines = 0;

	while (str_cut(&rest, '\n', &line)) {
		const char *arrow = memmem(line.p, line.len, " -> ", 4);

		if (!arrow)
			continue;
		lines++;
		if (arrow[-1] <= '2' && arrow[-2] == ' ')
			continue;
		if (strncmp(arrow, " -> /proc/", 10) != 0)
			fail_msg("inherited: %.*s", (int)line.len, line.p);
	}
	assert_int_equal(lines, 4);
}

static void a_command_inherits_nothing_but_its_own_three(void **state)
{
	struct tasks_got other = { 0 };
	struct task_plan idle = tasks_plan(loop, "sleep inf", &other);
	struct task *task = task_start(&idle);
	int fds[32];

	(void)state;
	open_everything(fds, ARRAY_LEN(fds));
	for (size_t i = 0; i < 100; i++) {
		struct tasks_got got = { 0 };
		struct task_plan plan = tasks_plan(loop, "exec ls -l /proc/self/fd", &got);

		plan.interactive = i % 2;
		assert_true(tasks_run(&plan, &got));
		check_listing(buf_cstr(&got.output));
		tasks_done(&got);
	}
	task_drop(task);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		close(fds[i]);
	close(200);
	assert_true(tasks_all_gone(loop));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(with_its_end_nothing_of_it_is_left),
		T(what_was_left_is_counted),
		T(who_only_finishes_writing_is_waited_for),
		T(one_that_is_dropped_leaves_nothing),
		T(every_byte_arrives_as_it_was_written),
		T(a_flood_is_counted_whole_and_kept_in_part),
		T(the_loop_turns_while_a_command_floods),
		T(a_fork_bomb_ends),
		T(nothing_outlives_us_when_we_are_killed),
		T(a_killed_reaper_takes_its_command_along_and_is_told),
		T(a_check_cannot_fill_the_disk_or_burn_the_processor),
		T(a_large_here_document_works_in_a_check),
		T(a_command_inherits_nothing_but_its_own_three),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
