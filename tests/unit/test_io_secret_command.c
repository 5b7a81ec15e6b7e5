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

#include "base/log.h"
#include "base/mem.h"
#include "io/credentials.h"
#include "io/secret_command.h"
#include "tests/lib/pump.h"

enum { LIMIT = 20000, SHORT = 500 };

struct got {
	int count;
	char secret[256];
	char why[256];
};

static struct loop *loop;

static int setup(void **state)
{
	struct err err;

	(void)state;
	log_set(LOG_INFO, NULL, NULL);
	loop = loop_new(&err);
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	loop_free(loop);
	return 0;
}

static void on_done(void *arg, struct secret *secret, const struct err *err)
{
	struct got *got = arg;

	got->count++;
	if (secret)
		str_put(got->secret, sizeof(got->secret), secret_reveal(secret));
	else
		str_put(got->why, sizeof(got->why), err->text);
	secret_free(secret);
}

static struct secret_command *start(const char *const *words, msec timeout, struct got *got)
{
	static const char *const environment[] = {
		"PATH=/usr/bin:/bin", "HOME=/nowhere", "AWS_SECRET_ACCESS_KEY=canary-env", "PGPASSWORD=x",
		NULL,
	};
	struct texts argv = { .items = words };

	while (words[argv.count])
		argv.count++;
	return secret_command_start(loop, &argv, environment, timeout, on_done, got);
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

static struct got run(const char *script)
{
	return run_for(script, LIMIT);
}

/* Scripts, and the secret or a part of why there is none. */
static const struct {
	const char *script, *secret, *why;
} cases[] = {
	{ "echo s3cret", "s3cret", "" },
	{ "printf s3cret", "s3cret", "" },
	{ "printf 's3cret\\r\\nsecond line\\n'", "s3cret", "" },
	{ "echo '  s3cret  '", "s3cret", "" },
	{ "true", "", "printed no secret" },
	{ "echo", "", "printed no secret" },
	{ "echo s3cret; exit 3", "", "failed with status 3" },
	{ "echo s3cret; kill -9 $$", "", "was ended by signal 9" },
	{ "head -c 100000 /dev/zero | tr '\\0' x", "", "printed more than 8192 bytes" },
	{ "cat; echo s3cret", "s3cret", "" },	/* nobody types into it */
	{ "sleep 3 & echo s3cret", "s3cret", "" },	/* a grandchild holds the pipe */
};

static void the_first_line_is_the_secret(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct got got = run(cases[i].script);

		if (strcmp(got.secret, cases[i].secret) || !strstr(got.why, cases[i].why))
			fail_msg("%s: \"%s\", \"%s\"", cases[i].script, got.secret, got.why);
		assert_null(strstr(got.why, "s3cret"));
	}
}

static void a_command_that_does_not_exist_is_named(void **state)
{
	static const char *const words[] = { "no-such-command-anywhere", NULL };
	struct got got = { 0 };

	(void)state;
	start(words, LIMIT, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_non_null(strstr(got.why, "no-such-command-anywhere cannot be run: no such file"));
}

static void a_command_that_does_not_end_is_killed_with_its_children(void **state)
{
	struct got got;
	int fds[2];
	char byte, script[128];

	(void)state;
	/* As long as one of them lives, the pipe has a writer. */
	assert_int_equal(pipe(fds), 0);
	snprintf(script, sizeof(script), "exec 1>/proc/%d/fd/%d; trap '' TERM; sleep 600 & sleep 600",
		 getpid(), fds[1]);
	got = run_for(script, SHORT);
	close(fds[1]);
	assert_non_null(strstr(got.why, "did not end in 500ms"));
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
}

static void it_sees_only_the_environment_that_it_needs(void **state)
{
	struct got got = run("echo \"$HOME:$AWS_SECRET_ACCESS_KEY:$PGPASSWORD:\"");

	(void)state;
	assert_string_equal(got.secret, "/nowhere:::");
}

static void it_inherits_no_descriptor(void **state)
{
	int leaked = open("/dev/null", O_RDONLY), high = fcntl(leaked, F_DUPFD, 100);
	struct got got = run("ls /proc/self/fd | tr '\\n' ' '");

	(void)state;
	/* 3 is the directory that ls itself reads. */
	assert_string_equal(got.secret, "0 1 2 3");
	close(leaked);
	close(high);
}

static void it_has_a_session_of_its_own_and_so_no_terminal(void **state)
{
	struct got got = run("test \"$(cut -d ' ' -f 6 /proc/$$/stat)\" = $$ && echo leader");

	(void)state;
	assert_string_equal(got.secret, "leader");
}

static void what_it_complains_of_is_logged(void **state)
{
	bool found = false;

	(void)state;
	run("echo 'gpg: decryption failed' >&2; exit 2");
	for (size_t i = 0; log_line(i); i++)
		found = found || strstr(log_line(i), "sh says: gpg: decryption failed");
	assert_true(found);
}

static void a_cancelled_command_is_not_heard_of_again_and_leaves_no_zombie(void **state)
{
	static const char *const sleeper[] = { "sleep", "600", NULL };
	static const char *const missing[] = { "no-such-command-anywhere", NULL };
	struct got dropped[2] = { 0 };

	(void)state;
	secret_command_cancel(start(sleeper, LIMIT, &dropped[0]));
	secret_command_cancel(start(missing, LIMIT, &dropped[1]));
	assert_string_equal(run("echo other").secret, "other");
	loop_free(loop);
	loop = NULL;
	assert_int_equal(dropped[0].count + dropped[1].count, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

struct wanted {
	struct credential_wait wait;
	int count;
	char secret[64], why[128];
};

static void on_wanted(void *arg, const struct secret *secret, const struct err *err)
{
	struct wanted *wanted = arg;

	wanted->count++;
	if (secret)
		str_put(wanted->secret, sizeof(wanted->secret), secret_reveal(secret));
	else
		str_put(wanted->why, sizeof(wanted->why), err->text);
}

static void want(struct credentials *credentials, const struct secret_ref *ref,
		 struct wanted *wanted)
{
	wanted->wait = (struct credential_wait){ .done = on_wanted, .arg = wanted };
	credentials_want(credentials, ref, LIMIT, &wanted->wait);
}

static void a_command_runs_once_for_all_who_wait_and_its_secret_is_kept(void **state)
{
	char path[] = "/tmp/binnacle-test-XXXXXX", script[128];
	const char *words[] = { "sh", "-c", script };
	const struct secret_ref ref = { .from = SECRET_COMMAND, .argv = { words, 3 } };
	static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
	struct credentials *credentials = credentials_new(loop, environment);
	struct wanted wanted[4] = { 0 };
	int fd = mkstemp(path);

	(void)state;
	snprintf(script, sizeof(script), "echo x >>%s; wc -l <%s", path, path);
	for (size_t i = 0; i < 3; i++)
		want(credentials, &ref, &wanted[i]);
	credential_wait_cancel(&wanted[1].wait);
	assert_true(pump(loop, &wanted[0].count, 1, LIMIT));
	assert_true(pump(loop, &wanted[2].count, 1, LIMIT));
	want(credentials, &ref, &wanted[3]);
	assert_string_equal(wanted[0].secret, "1");
	assert_string_equal(wanted[2].secret, "1");
	assert_string_equal(wanted[3].secret, "1");
	assert_int_equal(wanted[1].count, 0);
	/* It was fetched a moment ago: a refusal does not make us ask again yet. */
	assert_false(credentials_doubt(credentials, &ref));
	credentials_free(credentials);
	close(fd);
	unlink(path);
}

static void a_secret_that_failed_is_fetched_again_when_it_is_wanted_again(void **state)
{
	static const char *environment[] = { "OTHER=1", NULL };
	const struct secret_ref ref = { .from = SECRET_ENV, .name = "TOKEN" };
	struct credentials *credentials = credentials_new(loop, environment);
	struct wanted first = { 0 }, second = { 0 };

	(void)state;
	want(credentials, &ref, &first);
	assert_int_equal(first.count, 1);
	assert_non_null(strstr(first.why, "TOKEN"));
	environment[0] = "TOKEN=s3cret";
	want(credentials, &ref, &second);
	environment[0] = "OTHER=1";
	assert_string_equal(second.secret, "s3cret");
	credentials_free(credentials);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_line_is_the_secret),
		T(a_command_that_does_not_exist_is_named),
		T(a_command_that_does_not_end_is_killed_with_its_children),
		T(it_sees_only_the_environment_that_it_needs),
		T(it_inherits_no_descriptor),
		T(it_has_a_session_of_its_own_and_so_no_terminal),
		T(what_it_complains_of_is_logged),
		T(a_cancelled_command_is_not_heard_of_again_and_leaves_no_zombie),
		T(a_command_runs_once_for_all_who_wait_and_its_secret_is_kept),
		T(a_secret_that_failed_is_fetched_again_when_it_is_wanted_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
