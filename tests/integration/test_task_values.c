/*
 * What a value can do in a command: nothing. 10 ways to write a value x 23 hostile values, and
 * 2,000 random ones. A value that runs would leave the sentinel, a file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/tasks.h"

enum { WAYS = 10, FUZZED = 2000, AT_ONCE = 50, LONGEST = 300, PATH_TEXT = 64 };

static struct loop *loop;
static char folder[] = "/tmp/task-values-XXXXXX", sentinel[PATH_TEXT];

static int setup(void **state)
{
	struct err err;

	(void)state;
	loop = loop_new(&err);
	if (!loop || !mkdtemp(folder))
		return -1;
	snprintf(sentinel, sizeof(sentinel), "%s/ran", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(sentinel);
	rmdir(folder);
	loop_free(loop);
	return 0;
}

static bool did_run(void)
{
	struct stat found;

	return stat(sentinel, &found) == 0;
}

/* How the author of a runbook may write it; whole: the value comes out as it is. */
static const struct {
	const char *text;
	bool whole;
} ways[] = {
	{ "printf %s \"$V\"", true },
	{ "printf %s \"${V}\"", true },
	{ "x=\"$V\"; printf %s \"$x\"", true },
	{ "x=$V; printf %s \"$x\"", true },
	{ "printf %s \"$V\" | cat", true },
	{ "bash -c 'printf %s \"$V\"'", true },
	{ "x=$(printf '%s.' \"$V\"); printf %s \"${x%.}\"", true },
	{ "case \"$V\" in '') ;; *) printf %s \"$V\" ;; esac", true },
	{ "[ -n \"$V\" ] && cat <<END\n$V\nEND", false },
	{ "cd /; set -f; echo $V; grep -F -e \"$V\" -- /dev/null", false },
};

/* @ is the sentinel. */
static const char *const hostile[] = {
	"$(touch @)", "`touch @`", "; touch @", "& touch @ &", "| touch @", "|| touch @", "&& touch @",
	"\ntouch @\n", "\r\ntouch @\r\n", "'; touch @; '", "\"; touch @; \"", "'$(touch @)'",
	"\"$(touch @)\"", "${V:=$(touch @)}", "$((a[$(touch @)]))", "a[$(touch @)]", "> @", "<(touch @)",
	"-e @; touch @", "\\\"; touch @ #", "*\xff\xfe?[a-z]{a,b}~ $HOME $PATH !!", "END\ntouch @\nEND",
	"() { :;}; touch @",
};

static void fill_in(const char *text, struct buf *out)
{
	(void)buf_text(out, "V=");
	for (; *text; text++) {
		if (*text == '@')
			(void)buf_text(out, sentinel);
		else
			(void)buf_char(out, *text);
	}
}

static void run_with(const char *text, const char *const *values, struct tasks_got *got)
{
	static const char *const ours[] = { "PATH=/usr/bin:/bin", NULL };
	struct task_plan plan = tasks_plan(loop, text, got);
	struct arena arena = { 0 };
	struct err err = { 0 };

	if (!task_environment(ours, values, &arena, &plan.environment, &err))
		fail_msg("%s", err.text);
	assert_true(tasks_run(&plan, got));
	assert_int_equal(got->kind, TASK_EXITED);
	arena_done(&arena);
}

static void no_value_runs_however_it_is_written(void **state)
{
	size_t combinations = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		struct buf value = { 0 };
		const char *values[2] = { NULL };

		fill_in(hostile[i], &value);
		values[0] = buf_cstr(&value);
		for (size_t way = 0; way < ARRAY_LEN(ways); way++, combinations++) {
			struct tasks_got got = { 0 };

			run_with(ways[way].text, values, &got);
			if (did_run())
				fail_msg("%s ran in: %s", hostile[i], ways[way].text);
			if (ways[way].whole && strcmp(buf_cstr(&got.output), values[0] + 2) != 0)
				fail_msg("%s became %s in: %s", values[0] + 2, buf_cstr(&got.output),
					 ways[way].text);
			tasks_done(&got);
		}
		buf_done(&value);
	}
	assert_int_equal(combinations, 230);
}

/* The table above is worth something only if a value that is spliced would run. */
static void the_sentinel_shows_what_splicing_would_do(void **state)
{
	struct buf value = { 0 };
	struct tasks_got got = { 0 };
	const char *values[] = { "X=1", NULL };

	(void)state;
	fill_in(hostile[0], &value);
	run_with(buf_cstr(&value), values, &got);
	assert_true(did_run());
	unlink(sentinel);
	tasks_done(&got);
	buf_done(&value);
}

/* Bytes that mean something to a shell, more often than others. */
static void random_value(struct buf *out, unsigned n)
{
	static const char spice[] = "$`\"'\\;&|<>(){}[]*?~!#\n\r\t =%-";
	size_t len = (size_t)rand() % LONGEST;

	(void)buf_fmt(out, "V%u=", n);
	for (size_t i = 0; i < len; i++) {
		int what = rand() % 8;

		if (what == 0)
			(void)buf_fmt(out, "$(touch %s)", sentinel);
		else if (what < 5)
			(void)buf_char(out, spice[(size_t)rand() % (sizeof(spice) - 1)]);
		else
			(void)buf_char(out, (char)(rand() % 255 + 1));
	}
}

static void random_values_arrive_byte_for_byte_and_never_run(void **state)
{
	static const char text[] =
		"for n in {0..49}; do v=V$n; printf '%s\\0' \"${!v}\"; echo ${!v} >/dev/null; done";
	unsigned seed = (unsigned)getpid();

	(void)state;
	printf("seed %u\n", seed);
	srand(seed);
	for (size_t round = 0; round < FUZZED / AT_ONCE; round++) {
		struct buf made[AT_ONCE] = { 0 }, wanted = { 0 };
		const char *values[AT_ONCE + 1] = { NULL };
		struct tasks_got got = { 0 };

		for (unsigned i = 0; i < AT_ONCE; i++) {
			random_value(&made[i], i);
			values[i] = buf_cstr(&made[i]);
			(void)buf_text(&wanted, strchr(values[i], '=') + 1);
			(void)buf_char(&wanted, '\0');
		}
		run_with(text, values, &got);
		assert_false(did_run());
		assert_int_equal(got.output.len, wanted.len);
		assert_memory_equal(got.output.data, wanted.data, wanted.len);
		for (unsigned i = 0; i < AT_ONCE; i++)
			buf_done(&made[i]);
		buf_done(&wanted);
		tasks_done(&got);
	}
}

/* False: it was refused. */
static bool arrives(const char *name)
{
	static const char *const shells[] = { "bash", "sh" };
	char value[100], text[100];
	const char *values[] = { value, NULL };
	const char *const *list;
	struct arena arena = { 0 };
	struct err err = { 0 };
	bool allowed;

	snprintf(value, sizeof(value), "%s=/v a*l", name);
	allowed = task_environment(NULL, values, &arena, &list, &err);
	arena_done(&arena);
	for (size_t i = 0; allowed && i < ARRAY_LEN(shells); i++) {
		struct tasks_got got = { 0 };

		snprintf(text, sizeof(text), "exec %s -c 'printf %%s \"$%s\"'", shells[i], name);
		run_with(text, values, &got);
		if (strcmp(buf_cstr(&got.output), "/v a*l") != 0)
			fail_msg("%s arrives in %s as %s", name, shells[i], buf_cstr(&got.output));
		tasks_done(&got);
	}
	return allowed;
}

/* Every variable that the shells know by themselves is either refused as the name of a value, or
 * arrives like any other. */
static void a_name_that_means_something_is_refused_or_means_nothing(void **state)
{
	struct tasks_got known = { 0 };
	const char *none[] = { NULL };
	struct str rest, name;
	size_t arrived = 0, refused = 0;

	(void)state;
	run_with("set -a; compgen -v; echo V; printf '%s\\n' OPTIND PS1 MAIL IFS ENV LD_PRELOAD", none,
		 &known);
	rest = str_of(buf_cstr(&known.output));
	while (str_cut(&rest, '\n', &name)) {
		char word[60];

		if (name.len == 0 || !str_copy(word, sizeof(word), name))
			continue;
		if (arrives(word))
			arrived++;
		else
			refused++;
	}
	assert_true(refused > 20 && arrived > 0);
	tasks_done(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sentinel_shows_what_splicing_would_do),
		cmocka_unit_test(no_value_runs_however_it_is_written),
		cmocka_unit_test(random_values_arrive_byte_for_byte_and_never_run),
		cmocka_unit_test(a_name_that_means_something_is_refused_or_means_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
