/* Commands run to their end, with real processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/secret.h"
#include "io/command.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000, SHORT = 300, MOST = 4096 };

struct got {
	int count;
	enum reply_kind kind;
	int status;
	size_t len;
	char body[256], why[200];
};

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

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;

	got->count++;
	got->kind = reply->kind;
	got->status = reply->status;
	got->len = reply->body.len;
	(void)str_copy(got->body, sizeof(got->body), reply->body);
	(void)str_put(got->why, sizeof(got->why), reply->why);
	assert_true(reply->at > 0 && reply->took >= 0);
}

static struct command *start_with(const char *const *words, struct str input, msec timeout,
				  struct got *got)
{
	static const char *const environment[] = {
		"PATH=/usr/bin:/bin", "HOME=/nowhere", "AWS_SECRET_ACCESS_KEY=canary-env",
		"BINNACLE_TOKEN=canary-env", NULL,
	};
	struct texts argv = { .items = words };
	struct command_plan plan = { .loop = loop, .argv = &argv, .environment = environment,
				     .timeout = timeout, .max_body = MOST, .input = input };

	while (words[argv.count])
		argv.count++;
	return command_start(&plan, on_done, got);
}

static struct command *start(const char *const *words, msec timeout, struct got *got)
{
	return start_with(words, str_of(NULL), timeout, got);
}

static struct got run_for(const char *script, msec timeout)
{
	const char *const words[] = { "sh", "-c", script, NULL };
	struct got got = { 0 };

	start(words, timeout, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.count, 1);
	return got;
}

/* Scripts, and what comes of them: the body, and a part of why. */
static const struct {
	const char *script;
	enum reply_kind kind;
	int status;
	const char *body, *why;
} cases[] = {
	{ "echo one; echo two", REPLY_ANSWER, 0, "one\ntwo\n", "" },
	{ "true", REPLY_ANSWER, 0, "", "" },
	{ "printf 'no end'", REPLY_ANSWER, 0, "no end", "" },
	{ "echo half; echo 'first: no' >&2; echo more >&2; exit 3", REPLY_ANSWER, 3, "half\n",
	  "first: no" },
	{ "echo x; kill -9 $$", REPLY_ANSWER, 137, "x\n", "" },
	{ "kill -TERM $$", REPLY_ANSWER, 143, "", "" },
	{ "printf '\\033[31mred\\n' >&2; exit 1", REPLY_ANSWER, 1, "", "^[[31mred" },
	{ "cat; echo nobody typed", REPLY_ANSWER, 0, "nobody typed\n", "" },
	{ "head -c 100000 /dev/zero", REPLY_TOO_LARGE, 0, "", "sh printed more than 4096 bytes" },
	{ "yes", REPLY_TOO_LARGE, 0, "", "more than 4096 bytes" },
	{ "yes >&2 & sleep 0.05; echo quiet", REPLY_ANSWER, 0, "quiet\n", "y" },
	{ "echo \"$HOME:$AWS_SECRET_ACCESS_KEY:$BINNACLE_TOKEN:\"", REPLY_ANSWER, 0,
	  "/nowhere:::\n", "" },
	{ "test \"$(cut -d ' ' -f 6 /proc/$$/stat)\" = $$ && echo leader", REPLY_ANSWER, 0,
	  "leader\n", "" },
};

static void what_it_prints_is_the_answer_and_its_status_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct got got = run_for(cases[i].script, LIMIT);

		if (got.kind != cases[i].kind || got.status != cases[i].status ||
		    strcmp(got.body, cases[i].body) != 0 || !strstr(got.why, cases[i].why))
			fail_msg("%s: kind %d, status %d, \"%s\", \"%s\"", cases[i].script,
				 (int)got.kind, got.status, got.body, got.why);
	}
}

/* More than a pipe holds, so that one that reads nothing would block a writer. */
static void it_reads_what_it_is_given_and_need_not(void **state)
{
	static const char *const reads[] = { "sh", "-c", "head -c 9; wc -c", NULL };
	static const char *const reads_not[] = { "sh", "-c", "echo no, thanks", NULL };
	static char input[200000];
	struct got got = { 0 };

	(void)state;
	memset(input, 'x', sizeof(input));
	memcpy(input, "$(id) `id`", 10);
	start_with(reads, str_sub(input, sizeof(input)), LIMIT, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_string_equal(got.body, "$(id) `id199991\n");
	memset(&got, 0, sizeof(got));
	start_with(reads_not, str_sub(input, sizeof(input)), LIMIT, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_string_equal(got.body, "no, thanks\n");
	assert_int_equal(got.status, 0);
}

static void what_cannot_be_started_is_named(void **state)
{
	static const char *const words[] = { "no-such-command-anywhere", NULL };
	struct got got = { 0 };

	(void)state;
	start(words, LIMIT, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_int_equal(got.kind, REPLY_NOT_RUN);
	assert_string_equal(got.why, "no-such-command-anywhere: no such file or directory");
}

static void a_secret_in_its_complaint_is_redacted(void **state)
{
	static const char canary[] = "canary-of-the-command";
	struct secret *secret = secret_new(str_of(canary));
	struct got got = run_for("echo 'bad token canary-of-the-command' >&2; exit 1", LIMIT);

	(void)state;
	assert_string_equal(got.why, "bad token [redacted]");
	secret_free(secret);
}

/* A pipe whose writers are the processes of a script: it ends when none of them lives. */
struct witness {
	int ends[2];
	char script[256];
};

static void call_witness(struct witness *witness, const char *script)
{
	assert_int_equal(pipe(witness->ends), 0);
	(void)snprintf(witness->script, sizeof(witness->script), "exec 9>/proc/%d/fd/%d; %s",
		       getpid(), witness->ends[1], script);
}

static void expect_all_dead(struct witness *witness)
{
	char byte;

	close(witness->ends[1]);
	assert_int_equal(read(witness->ends[0], &byte, 1), 0);
	close(witness->ends[0]);
}

static void one_that_does_not_end_is_killed_with_its_children(void **state)
{
	struct witness witness;
	struct got got;

	(void)state;
	call_witness(&witness, "trap '' TERM; sleep 600 & sleep 600");
	got = run_for(witness.script, SHORT);
	assert_int_equal(got.kind, REPLY_TIMEOUT);
	assert_string_equal(got.why, "sh did not end in 300ms");
	expect_all_dead(&witness);
}

static void what_it_leaves_behind_is_killed_and_not_waited_for(void **state)
{
	struct witness witness;
	struct got got;

	(void)state;
	call_witness(&witness, "sleep 600 & echo done");
	got = run_for(witness.script, LIMIT);
	assert_int_equal(got.kind, REPLY_ANSWER);
	assert_string_equal(got.body, "done\n");
	expect_all_dead(&witness);
}

static void what_flees_from_its_group_delays_it_to_the_deadline_at_most(void **state)
{
	struct got got = run_for("setsid sleep 2 & echo done", SHORT);

	(void)state;
	assert_int_equal(got.kind, REPLY_ANSWER);
	assert_string_equal(got.body, "done\n");
}

static void it_inherits_no_descriptor(void **state)
{
	int leaked = open("/dev/null", O_RDONLY), high = fcntl(leaked, F_DUPFD, 100);
	struct got got = run_for("ls /proc/self/fd | tr '\\n' ' '", LIMIT);

	(void)state;
	/* 3 is the directory that ls itself reads. */
	assert_string_equal(got.body, "0 1 2 3 ");
	close(leaked);
	close(high);
}

static void a_cancelled_one_is_not_heard_of_again_and_leaves_no_zombie(void **state)
{
	static const char *const sleeper[] = { "sleep", "600", NULL };
	static const char *const missing[] = { "no-such-command-anywhere", NULL };
	struct got dropped[2] = { 0 };

	(void)state;
	command_cancel(start(sleeper, LIMIT, &dropped[0]));
	command_cancel(start(missing, LIMIT, &dropped[1]));
	assert_string_equal(run_for("echo other", LIMIT).body, "other\n");
	loop_free(loop);
	loop = NULL;
	assert_int_equal(dropped[0].count + dropped[1].count, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* In a process of its own, which is to die: run the script until it has written its first byte. */
static void console_that_dies(const char *script, int told)
{
	const char *const words[] = { "sh", "-c", script, NULL };
	struct got got = { 0 };
	struct err err;
	char byte;

	loop = loop_new(&err);
	start(words, LIMIT, &got);
	if (read(told, &byte, 1) == 1)
		(void)kill(getpid(), SIGKILL);
	_exit(1);
}

static void it_dies_with_us_however_we_die(void **state)
{
	struct witness witness;
	int told[2], status;
	char script[512];
	pid_t console;

	(void)state;
	call_witness(&witness, "sleep 600 | sleep 600 & echo x >&8; wait");
	assert_int_equal(pipe(told), 0);
	(void)snprintf(script, sizeof(script), "exec 8>/proc/%d/fd/%d; %s", getpid(), told[1],
		       witness.script);
	console = fork();
	assert_true(console >= 0);
	if (console == 0)
		console_that_dies(script, told[0]);
	assert_int_equal(waitpid(console, &status, 0), console);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(told[0]);
	close(told[1]);
	expect_all_dead(&witness);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_it_prints_is_the_answer_and_its_status_is_told),
		TEST(it_reads_what_it_is_given_and_need_not),
		TEST(what_cannot_be_started_is_named),
		TEST(a_secret_in_its_complaint_is_redacted),
		TEST(one_that_does_not_end_is_killed_with_its_children),
		TEST(what_it_leaves_behind_is_killed_and_not_waited_for),
		TEST(what_flees_from_its_group_delays_it_to_the_deadline_at_most),
		TEST(it_inherits_no_descriptor),
		TEST(a_cancelled_one_is_not_heard_of_again_and_leaves_no_zombie),
		cmocka_unit_test(it_dies_with_us_however_we_die),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
