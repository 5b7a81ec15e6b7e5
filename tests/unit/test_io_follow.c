/* Files and commands that are followed, with real files and real processes. */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "io/follow.h"
#include "io/follow_file.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000 };

struct got {
	int count;
	enum reply_kind kind;
	enum follow follow;
	bool more;
	uint64_t lost;
	struct buf body;
	char why[200];
};

static struct loop *loop;
static struct follower *follower;
static struct got got;
static char dir[64], path[96], other[96];

static int setup(void **state)
{
	struct err err;

	(void)state;
	(void)str_put(dir, sizeof(dir), "/tmp/binnacle-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/app.log", dir);
	(void)snprintf(other, sizeof(other), "%s/app.log.1", dir);
	memset(&got, 0, sizeof(got));
	loop = loop_new(&err);
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	follow_free(follower);
	follower = NULL;
	loop_free(loop);
	buf_done(&got.body);
	unlink(path);
	unlink(other);
	return rmdir(dir);
}

static void on_done(void *arg, const struct reply *reply)
{
	(void)arg;
	got.count++;
	got.kind = reply->kind;
	got.follow = reply->follow;
	got.more = reply->more;
	got.lost = reply->lost;
	buf_clear(&got.body);
	(void)buf_add(&got.body, reply->body.p, reply->body.len);
	(void)str_put(got.why, sizeof(got.why), reply->why);
}

static void ask(void)
{
	int before = got.count;

	follow_ask(follower, LIMIT, on_done, NULL);
	assert_int_equal(got.count, before);
	assert_true(pump(loop, &got.count, before + 1, LIMIT));
}

static void expect(enum follow follow, const char *body)
{
	ask();
	if (got.kind != REPLY_ANSWER || got.follow != follow ||
	    strcmp(buf_cstr(&got.body), body) != 0)
		fail_msg("kind %d, follow %d, \"%s\", \"%s\"", (int)got.kind, (int)got.follow,
			 buf_cstr(&got.body), got.why);
}

static void expect_not_run(const char *why)
{
	ask();
	if (got.kind != REPLY_NOT_RUN || !strstr(got.why, why))
		fail_msg("kind %d, \"%s\"", (int)got.kind, got.why);
}

static void put(const char *file, int flags, const char *bytes)
{
	int fd = open(file, O_WRONLY | O_CREAT | flags, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
	close(fd);
}

static void append(const char *bytes)
{
	put(path, O_APPEND, bytes);
}

static void follow_path(void)
{
	struct follow_plan plan = { .loop = loop, .file = path };

	follower = follow_new(&plan);
}

static void only_whole_lines_are_given_and_each_once(void **state)
{
	(void)state;
	append("one\ntwo\nthr");
	follow_path();
	expect(FOLLOW_BEGUN, "one\ntwo\n");
	expect(FOLLOW_GOES_ON, "");
	append("ee\nfour\n\nsix\r\n");
	expect(FOLLOW_GOES_ON, "three\nfour\n\nsix\r\n");
	expect(FOLLOW_GOES_ON, "");
}

static void the_first_answer_is_the_end_of_what_was_there(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_fmt(&text, "line %d\n", i);
	append(buf_cstr(&text));
	follow_path();
	ask();
	assert_int_equal(got.follow, FOLLOW_BEGUN);
	assert_true(got.body.len <= FOLLOW_FIRST && got.body.len > FOLLOW_FIRST - 100);
	assert_true(str_starts(str_of(buf_cstr(&got.body)), "line 1"));
	assert_true(str_ends(str_of(buf_cstr(&got.body)), "line 19999\n"));
	assert_int_equal(got.lost, 0);
	buf_done(&text);
}

static void a_rotated_file_is_read_to_its_end_before_the_new_one(void **state)
{
	(void)state;
	append("one\n");
	follow_path();
	expect(FOLLOW_BEGUN, "one\n");
	append("two\nlast without end");
	assert_int_equal(rename(path, other), 0);
	append("new\n");
	expect(FOLLOW_ROTATED, "two\nlast without end\nnew\n");
	put(other, O_APPEND, "too late\n");
	append("more\n");
	expect(FOLLOW_GOES_ON, "more\n");
}

static void a_truncated_file_is_read_from_its_beginning(void **state)
{
	(void)state;
	append("one\ntwo\n");
	follow_path();
	expect(FOLLOW_BEGUN, "one\ntwo\n");
	put(path, O_TRUNC, "new\n");
	expect(FOLLOW_TRUNCATED, "new\n");
	expect(FOLLOW_GOES_ON, "");
}

static void one_that_grew_again_after_it_was_truncated_is_noticed_too(void **state)
{
	(void)state;
	append("one\ntwo\n");
	follow_path();
	expect(FOLLOW_BEGUN, "one\ntwo\n");
	put(path, O_TRUNC, "these lines are longer than those that were there\nsecond\n");
	expect(FOLLOW_TRUNCATED, "these lines are longer than those that were there\nsecond\n");
}

static void a_file_that_is_not_there_is_said_and_found_when_it_comes(void **state)
{
	(void)state;
	follow_path();
	expect_not_run("no such file: ");
	append("first\n");
	expect(FOLLOW_ROTATED, "first\n");
	append("rest\n");
	unlink(path);
	expect(FOLLOW_GOES_ON, "rest\n");
	expect_not_run("no such file: ");
	append("again\n");
	expect(FOLLOW_ROTATED, "again\n");
}

static void what_is_no_file_is_refused(void **state)
{
	struct follow_plan device = { .loop = loop, .file = "/dev/zero" };
	struct follow_plan folder = { .loop = loop, .file = dir };

	(void)state;
	follower = follow_new(&device);
	expect_not_run("neither a file nor a FIFO: /dev/zero");
	follow_free(follower);
	follower = follow_new(&folder);
	expect_not_run("neither a file nor a FIFO: /tmp");
}

static void a_fifo_is_read_without_waiting_for_a_writer(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	follow_path();
	expect(FOLLOW_BEGUN, "");
	fd = open(path, O_WRONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	expect(FOLLOW_GOES_ON, "");
	assert_int_equal(write(fd, "one\ntw", 6), 6);
	expect(FOLLOW_GOES_ON, "one\n");
	assert_int_equal(write(fd, "o\n", 2), 2);
	close(fd);
	expect(FOLLOW_GOES_ON, "two\n");
	expect(FOLLOW_GOES_ON, "");
}

static void a_huge_line_is_cut_and_the_next_one_is_whole(void **state)
{
	struct buf text = { 0 };

	(void)state;
	append("");
	follow_path();
	expect(FOLLOW_BEGUN, "");
	for (int i = 0; i < 3 * LINES_LONGEST; i++)
		buf_char(&text, 'x');
	append(buf_cstr(&text));
	ask();
	assert_int_equal(got.body.len, LINES_LONGEST + 1);
	append("xxxx\nnext\n");
	expect(FOLLOW_GOES_ON, "next\n");
	buf_done(&text);
}

static void a_million_lines_come_in_bounded_answers_and_none_is_missing(void **state)
{
	enum { LINES = 1000000 };
	struct buf text = { 0 };
	int lines = 0, answers = 0;

	(void)state;
	append("");
	follow_path();
	expect(FOLLOW_BEGUN, "");
	for (int i = 0; i < LINES; i++)
		buf_fmt(&text, "%09d a line of a log\n", i);
	append(buf_cstr(&text));
	do {
		ask();
		answers++;
		assert_true(got.body.len <= FOLLOW_ANSWER);
		assert_int_equal(got.lost, 0);
		for (const char *at = buf_cstr(&got.body); *at; at = strchr(at, '\n') + 1)
			assert_int_equal(strtol(at, NULL, 10), lines++);
	} while (got.more);
	assert_int_equal(lines, LINES);
	assert_true(answers > 100);
	buf_done(&text);
}

static void who_is_too_far_behind_gets_the_newest_lines_and_the_number_of_bytes_lost(void **state)
{
	int fd;

	(void)state;
	append("");
	follow_path();
	expect(FOLLOW_BEGUN, "");
	fd = open(path, O_WRONLY);
	assert_int_equal(ftruncate(fd, FOLLOW_BEHIND + 1), 0);
	close(fd);
	append("\nnewest\n");
	ask();
	assert_int_equal(got.lost, FOLLOW_BEHIND + 1 + 8 - FOLLOW_RESUME);
	while (got.more)
		ask();
	assert_true(str_ends(str_sub(buf_cstr(&got.body), got.body.len), "newest\n"));
}

static const char *script[4] = { "sh", "-c", NULL, NULL };
static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
static struct texts argv_of = { script, 3 };

static void follow_script(const char *text)
{
	struct follow_plan plan = { .loop = loop, .argv = &argv_of, .environment = environment };

	script[2] = text;
	follower = follow_new(&plan);
}

/* Ask until something has come; what has come before is gone. */
static void ask_until_lines(void)
{
	do
		ask();
	while (got.kind == REPLY_ANSWER && got.body.len == 0);
}

static void a_command_goes_on_writing_from_one_question_to_the_next(void **state)
{
	char text[256];
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	(void)snprintf(text, sizeof(text), "echo started; exec cat %s", path);
	follow_script(text);
	expect(FOLLOW_BEGUN, "started\n");
	assert_int_equal(write(fd, "second\nhal", 10), 10);
	ask_until_lines();
	assert_string_equal(buf_cstr(&got.body), "second\n");
	assert_int_equal(write(fd, "f\n", 2), 2);
	ask_until_lines();
	assert_string_equal(buf_cstr(&got.body), "half\n");
	close(fd);
}

static void a_command_that_ended_is_started_again(void **state)
{
	int answers = 0;

	(void)state;
	follow_script("echo line; echo 'no journal' >&2; exit 4");
	expect(FOLLOW_BEGUN, "line\n");
	expect_not_run("sh ended with status 4: no journal");
	while (got.kind == REPLY_NOT_RUN && answers++ < 1000000)
		ask();
	assert_int_equal(got.kind, REPLY_ANSWER);
	assert_int_equal(got.follow, FOLLOW_RESTARTED);
	assert_string_equal(buf_cstr(&got.body), "line\n");
}

static void a_command_that_cannot_be_started_is_named(void **state)
{
	static const char *words[] = { "no-such-command-anywhere" };
	static const struct texts argv = { words, 1 };
	struct follow_plan plan = { .loop = loop, .argv = &argv, .environment = environment };

	(void)state;
	follower = follow_new(&plan);
	expect_not_run("no-such-command-anywhere: no such file or directory");
	expect_not_run("no-such-command-anywhere: no such file or directory");
}

static void what_writes_without_end_is_bounded_and_what_was_dropped_is_counted(void **state)
{
	uint64_t lost = 0;

	(void)state;
	follow_script("yes 'a line that is repeated'");
	while (lost == 0) {
		ask();
		assert_int_equal(got.kind, REPLY_ANSWER);
		assert_true(got.body.len <= FOLLOW_ANSWER);
		lost = got.lost;
	}
	assert_true(str_starts(str_of(buf_cstr(&got.body)), "a line that is repeated\n"));
	assert_true(got.more);
}

static void a_command_is_killed_with_its_children_when_it_is_followed_no_more(void **state)
{
	char text[256], byte;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	(void)snprintf(text, sizeof(text), "exec 9>/proc/%d/fd/%d; trap '' TERM; echo x;"
		       " sleep 600 | sleep 600", getpid(), ends[1]);
	follow_script(text);
	expect(FOLLOW_BEGUN, "x\n");
	follow_free(follower);
	follower = NULL;
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	loop_free(loop);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	loop = loop_new(&(struct err){ 0 });
}

static void a_cancelled_question_is_not_answered_and_loses_nothing(void **state)
{
	(void)state;
	append("one\n");
	follow_path();
	follow_ask(follower, LIMIT, on_done, NULL);
	follow_cancel(follower);
	expect(FOLLOW_BEGUN, "one\n");
	assert_int_equal(got.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(only_whole_lines_are_given_and_each_once),
		TEST(the_first_answer_is_the_end_of_what_was_there),
		TEST(a_rotated_file_is_read_to_its_end_before_the_new_one),
		TEST(a_truncated_file_is_read_from_its_beginning),
		TEST(one_that_grew_again_after_it_was_truncated_is_noticed_too),
		TEST(a_file_that_is_not_there_is_said_and_found_when_it_comes),
		TEST(what_is_no_file_is_refused),
		TEST(a_fifo_is_read_without_waiting_for_a_writer),
		TEST(a_huge_line_is_cut_and_the_next_one_is_whole),
		TEST(a_million_lines_come_in_bounded_answers_and_none_is_missing),
		TEST(who_is_too_far_behind_gets_the_newest_lines_and_the_number_of_bytes_lost),
		TEST(a_command_goes_on_writing_from_one_question_to_the_next),
		TEST(a_command_that_ended_is_started_again),
		TEST(a_command_that_cannot_be_started_is_named),
		TEST(what_writes_without_end_is_bounded_and_what_was_dropped_is_counted),
		TEST(a_command_is_killed_with_its_children_when_it_is_followed_no_more),
		TEST(a_cancelled_question_is_not_answered_and_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
