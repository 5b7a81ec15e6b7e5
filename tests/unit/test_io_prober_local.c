/*
 * The prober with what runs and grows on this host: commands run to their end, files and commands
 * that are followed. A kind made for the test counts the lines that it decodes; real processes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "io/prober.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, ASKS = 2 };

struct local {			/* one ask */
	enum ask_via via;
	const char *argv[4];
	const char *file;
};

struct kind_config {
	struct source_config source;
	size_t asks;
	struct local locals[ASKS];
	struct texts argvs[ASKS];
	msec timeout, every;
};

struct kind_facts {
	int lines[ASKS];
	int all;
	char newest[ASKS][64];
};

static size_t kind_asks(const void *arg, struct ask *out, size_t max)
{
	static const char *const names[ASKS] = { "a", "b" };
	const struct kind_config *config = arg;

	assert_true(max >= ASKS);
	for (size_t i = 0; i < config->asks; i++)
		out[i] = (struct ask){ .name = names[i], .what = names[i], .index = (unsigned)i,
				       .via = config->locals[i].via, .every = config->every,
				       .timeout = config->timeout };
	return config->asks;
}

static bool kind_prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct kind_config *config = look->config;

	out->argv = config->locals[ask].argv[0] ? &config->argvs[ask] : NULL;
	out->file = config->locals[ask].file;
	return true;
}

static enum decoded kind_decode(const struct ask *ask, const struct reply *reply,
				const void *arg, void *facts, char why[200])
{
	struct kind_facts *out = facts;
	struct str rest = reply->body, line;

	(void)arg;
	if (reply->status != 0) {
		(void)snprintf(why, 200, "status %d: %.100s", reply->status, reply->why);
		return DECODED_BAD;
	}
	while (str_cut(&rest, '\n', &line)) {
		if (line.len == 0)
			continue;
		out->lines[ask->index]++;
		out->all++;
		str_copy(out->newest[ask->index], sizeof(out->newest[0]), line);
	}
	return reply->more ? DECODED_MORE : DECODED_GOOD;
}

static void kind_judge(const struct look *look, struct report *out)
{
	(void)look;
	(void)out;
}

static const struct backend kind = {
	.kind = "local", .config_size = sizeof(struct kind_config),
	.facts_size = sizeof(struct kind_facts), .asks = kind_asks, .prepare = kind_prepare,
	.decode = kind_decode, .judge = kind_judge,
};

static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
static struct loop *loop;
static struct prober *prober;
static struct kind_config config;
static int changes, done;
static char dir[64], path[96];

static void on_changed(void *arg, size_t source, size_t ask)
{
	(void)arg;
	(void)source;
	(void)ask;
	changes++;
}

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

static int setup(void **state)
{
	struct err err;

	(void)state;
	(void)str_put(dir, sizeof(dir), "/tmp/binnacle-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/file", dir);
	loop = loop_new(&err);
	changes = done = 0;
	config = (struct kind_config){
		.source = { .name = "local", .kind = "local" }, .asks = 1, .timeout = 5000,
		.every = WHEN_HOUR,
	};
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	prober_free(prober);
	prober = NULL;
	loop_free(loop);
	(void)unlink(path);
	return rmdir(dir);
}

static void make(void)
{
	static struct prober_source source;
	struct prober_setup of = { .loop = loop, .sources = &source, .count = 1,
				   .environment = environment, .changed = on_changed };

	for (size_t i = 0; i < config.asks; i++) {
		const char *const *argv = config.locals[i].argv;
		size_t count = 0;

		while (count < ARRAY_LEN(config.locals[i].argv) && argv[count])
			count++;
		config.argvs[i] = (struct texts){ argv, count };
	}
	source = (struct prober_source){ &kind, &config };
	prober = prober_new(&of);
}

static void once(void)
{
	make();
	prober_once(prober, loop_now(loop).steady + LIMIT, on_done, NULL);
	assert_true(pump(loop, &done, 1, LIMIT));
}

static const struct kind_facts *facts(void)
{
	return prober_probe(prober, 0)->facts;
}

static const struct ask_view *view(size_t ask)
{
	return &prober_probe(prober, 0)->views[ask];
}

static void put(const char *mode, const char *line, int times)
{
	FILE *file = fopen(path, mode);

	assert_non_null(file);
	for (int i = 0; i < times; i++)
		(void)fprintf(file, "%s\n", line);
	assert_int_equal(fclose(file), 0);
}

static void what_a_command_prints_is_decoded(void **state)
{
	(void)state;
	config.locals[0] = (struct local){ ASK_COMMAND, { "echo", "v1.4.2" }, NULL };
	once();
	assert_true(view(0)->good);
	assert_string_equal(facts()->newest[0], "v1.4.2");
}

static void a_command_that_fails_is_an_answer_that_says_why(void **state)
{
	(void)state;
	config.locals[0] = (struct local){ ASK_COMMAND, { "sh", "-c", "echo no rota >&2; exit 3" },
					   NULL };
	once();
	assert_int_equal(view(0)->kind, REPLY_ANSWER);
	assert_false(view(0)->good);
	assert_string_equal(view(0)->error, "status 3: no rota");
}

static void a_command_that_is_not_there_was_not_run(void **state)
{
	(void)state;
	config.locals[0] = (struct local){ ASK_COMMAND, { "/nonexistent/version" }, NULL };
	once();
	assert_int_equal(view(0)->kind, REPLY_NOT_RUN);
	assert_non_null(strstr(view(0)->error, "/nonexistent/version"));
}

static void a_command_that_hangs_delays_no_other(void **state)
{
	(void)state;
	config.asks = 2;
	config.timeout = 400;
	config.locals[0] = (struct local){ ASK_COMMAND, { "sleep", "1000" }, NULL };
	config.locals[1] = (struct local){ ASK_COMMAND, { "echo", "here" }, NULL };
	make();
	prober_start(prober);
	assert_true(pump(loop, &changes, 2, LIMIT));
	assert_int_equal(view(0)->kind, REPLY_TIMEOUT);
	assert_true(view(1)->good);
}

static long written_pid(void)
{
	FILE *file = fopen(path, "r");
	long pid = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld\n", &pid) != 1)
		pid = 0;
	(void)fclose(file);
	return pid;
}

/* Whether the condition holds within the limit, while the loop goes on. */
static bool comes_true(bool (*condition)(void))
{
	int never = 0;

	for (int i = 0; i < LIMIT / 10; i++) {
		if (condition())
			return true;
		(void)pump(loop, &never, 1, 10);
	}
	return false;
}

static bool has_begun(void)
{
	return written_pid() > 0;
}

static bool is_gone(void)
{
	return kill((pid_t)written_pid(), 0) != 0 && errno == ESRCH;
}

static void expect_gone_after_a_stop(enum ask_via via)
{
	static char script[160];

	(void)snprintf(script, sizeof(script), "echo $$ >%s; exec sleep 1000", path);
	config.timeout = LIMIT;
	config.locals[0] = (struct local){ via, { "sh", "-c", script }, NULL };
	make();
	prober_start(prober);
	assert_true(comes_true(has_begun));
	prober_free(prober);
	prober = NULL;
	assert_true(comes_true(is_gone));
}

static void after_a_stop_no_command_runs_on(void **state)
{
	(void)state;
	expect_gone_after_a_stop(ASK_COMMAND);
}

static void after_a_stop_nothing_that_was_followed_runs_on(void **state)
{
	(void)state;
	expect_gone_after_a_stop(ASK_FOLLOW);
}

static void a_file_gives_its_new_lines_and_each_of_them_once(void **state)
{
	(void)state;
	config.every = 200;
	config.locals[0] = (struct local){ ASK_FOLLOW, { NULL }, path };
	put("w", "old", 2);
	make();
	prober_start(prober);
	assert_true(pump(loop, &changes, 2, LIMIT));
	assert_int_equal(facts()->all, 2);
	put("a", "new", 3);
	assert_true(pump(loop, &changes, changes + 3, LIMIT));
	assert_int_equal(facts()->all, 5);
	assert_string_equal(facts()->newest[0], "new");
}

static void a_file_that_comes_later_is_read_when_it_is_there(void **state)
{
	(void)state;
	config.every = 200;
	config.locals[0] = (struct local){ ASK_FOLLOW, { NULL }, path };
	make();
	prober_start(prober);
	assert_true(pump(loop, &changes, 1, LIMIT));
	assert_int_equal(view(0)->kind, REPLY_NOT_RUN);
	put("w", "first", 1);
	assert_true(pump(loop, &facts()->all, 1, LIMIT));
	assert_true(view(0)->good);
	assert_string_equal(facts()->newest[0], "first");
}

/* 600 KB between two questions: an answer holds less than half of it, the next one is asked at
 * once. */
static void more_lines_than_an_answer_holds_come_page_by_page(void **state)
{
	(void)state;
	config.locals[0] = (struct local){ ASK_FOLLOW, { NULL }, path };
	put("w", "old", 1);
	make();
	prober_start(prober);
	assert_true(pump(loop, &changes, 1, LIMIT));
	put("a", "nineteen bytes long", 30000);
	prober_ask_all(prober);
	assert_true(pump(loop, &facts()->all, 30001, LIMIT));
	assert_int_equal(facts()->all, 30001);
	assert_true(changes > 3);
}

static void a_command_that_goes_on_writing_is_started_once(void **state)
{
	(void)state;
	config.every = 200;
	config.locals[0] = (struct local){ ASK_FOLLOW, { "sh", "-c",
					   "echo began; while read x; do :; done; exec sleep 1000" },
					   NULL };
	make();
	prober_start(prober);
	assert_true(pump(loop, &facts()->all, 1, LIMIT));
	assert_true(pump(loop, &changes, changes + 4, LIMIT));
	assert_int_equal(facts()->all, 1);
	assert_string_equal(facts()->newest[0], "began");
	assert_true(view(0)->good);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_a_command_prints_is_decoded),
		T(a_command_that_fails_is_an_answer_that_says_why),
		T(a_command_that_is_not_there_was_not_run),
		T(a_command_that_hangs_delays_no_other),
		T(after_a_stop_no_command_runs_on),
		T(after_a_stop_nothing_that_was_followed_runs_on),
		T(a_file_gives_its_new_lines_and_each_of_them_once),
		T(a_file_that_comes_later_is_read_when_it_is_there),
		T(more_lines_than_an_answer_holds_come_page_by_page),
		T(a_command_that_goes_on_writing_is_started_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
