/*
 * The flight recorder as people run it: started twice, killed, on a full disk, beside consoles; and
 * a configuration that is saved while it is in force.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"

enum { PATIENCE = 20000 };

struct stage {
	struct rig *rig;
	char out[320], err[320];	/* what the recorder prints */
	pid_t recorder;			/* 0: none */
};

static msec steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (msec)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int build(void **state)
{
	struct stage *stage = test_calloc(1, sizeof(*stage));
	struct err err = { 0 };

	stage->rig = rig_new(RIG_HEALTHY, &err);
	if (!stage->rig)
		fail_msg("%s", err.text);
	snprintf(stage->out, sizeof(stage->out), "%s/out", rig_dir(stage->rig));
	snprintf(stage->err, sizeof(stage->err), "%s/err", rig_dir(stage->rig));
	*state = stage;
	return 0;
}

static int stop(struct stage *stage, int signum)
{
	int status = -1;

	if (stage->recorder > 0) {
		kill(stage->recorder, signum);
		waitpid(stage->recorder, &status, 0);
	}
	stage->recorder = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int drop(void **state)
{
	struct stage *stage = *state;

	stop(stage, SIGKILL);
	rig_free(stage->rig);
	test_free(stage);
	return 0;
}

static const char *state_dir(const struct stage *stage)
{
	static char path[320];

	snprintf(path, sizeof(path), "%s/state", rig_dir(stage->rig));
	return path;
}

/* The whole of a file; "" while it is not there. */
static void slurp(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "r");
	char chunk[4096];
	size_t got;

	buf_clear(out);
	while (file && (got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(out, chunk, got);
	if (file)
		fclose(file);
}

/* Everything that the folder of the record holds. */
static void slurp_record(const char *dir, struct buf *out)
{
	char folder[400], path[800];
	struct dirent *entry;
	DIR *open_dir;

	snprintf(folder, sizeof(folder), "%s/flight", dir);
	open_dir = opendir(folder);
	while (open_dir && (entry = readdir(open_dir))) {
		struct buf one = { 0 };

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (strstr(entry->d_name, ".jsonl"))
			slurp(path, &one);
		buf_add(out, buf_cstr(&one), one.len);
		buf_done(&one);
	}
	if (open_dir)
		closedir(open_dir);
}

static bool has(const struct stage *stage, const char *path, const char *text)
{
	struct buf all = { 0 };
	bool found;

	if (path)
		slurp(path, &all);
	else
		slurp_record(state_dir(stage), &all);
	found = strstr(buf_cstr(&all), text) != NULL;
	buf_done(&all);
	return found;
}

/* path NULL: the record. The only sleep is between two looks. */
static void await(const struct stage *stage, const char *path, const char *text)
{
	const struct timespec pause = { 0, 20 * 1000 * 1000 };
	msec end = steady() + PATIENCE;

	while (!has(stage, path, text)) {
		if (steady() >= end)
			fail_msg("%s: no '%s'", path ? path : "the record", text);
		nanosleep(&pause, NULL);
	}
}

static void become(const struct stage *stage, const char *const *more)
{
	const char *argv[16] = { command_binnacle(), "record", "-c", rig_config(stage->rig) };
	int out = open(stage->out, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	int err = open(stage->err, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	char *words[16] = { NULL };

	for (size_t i = 0; more && more[i]; i++)
		argv[4 + i] = more[i];
	for (size_t i = 0; argv[i]; i++)
		words[i] = strdup(argv[i]);
	for (const char *const *env = rig_env(stage->rig); *env; env++)
		putenv(strdup(*env));
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(words[0], words);
	_exit(127);
}

static void start(struct stage *stage, const char *const *more)
{
	stage->recorder = fork();
	if (stage->recorder == 0)
		become(stage, more);
	await(stage, stage->err, "recording bench");
}

static void answer(struct stage *stage, const char *path, int status)
{
	struct httpd_rule rule = { .path = path, .status = status,
				   .body = str_of("{\"status\":\"ok\"}") };

	httpd_set(rig_httpd(stage->rig), &rule);
}

/* Two sources that are asked every second. */
static void configure(struct stage *stage, const char *more)
{
	struct err err = { 0 };
	struct buf yaml = { 0 };

	buf_text(&yaml, "version: 1\noperator: tester\nenvironment: bench\nsources:\n");
	for (size_t i = 1; i <= 2; i++)
		buf_fmt(&yaml, "  api%zu: {kind: http, url: \"http://127.0.0.1:%u/%zu\", every: 1s, "
			"timeout: 900ms}\n", i, rig_port(stage->rig), i);
	buf_text(&yaml, more);
	if (!rig_write_config(stage->rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
}

/* An editor writes another file and renames it over the old one. */
static void save(struct stage *stage, const char *from, const char *to)
{
	struct buf text = { 0 }, path = { 0 };
	const char *at;
	FILE *file;

	slurp(rig_config(stage->rig), &text);
	at = strstr(buf_cstr(&text), from);
	assert_non_null(at);
	buf_fmt(&path, "%s.new", rig_config(stage->rig));
	file = fopen(buf_cstr(&path), "w");
	assert_non_null(file);
	fprintf(file, "%.*s%s%s", (int)(at - text.data), text.data, to, at + strlen(from));
	fclose(file);
	chmod(buf_cstr(&path), 0600);
	assert_int_equal(rename(buf_cstr(&path), rig_config(stage->rig)), 0);
	buf_done(&path);
	buf_done(&text);
}

static struct screen *console(const struct stage *stage, const char *awaits)
{
	return console_start(&(struct console_setup){
		.rig = stage->rig, .rows = 50, .cols = 80, .awaits = awaits });
}

/* What `status` says of the source api1. */
static void status_of(const struct stage *stage, char since[64], bool *before)
{
	const char *argv[] = { "env", NULL, NULL, NULL, NULL, command_binnacle(), "status", "--json",
			       "-c", rig_config(stage->rig), NULL };
	struct command command;
	struct err err = { 0 };
	json_t *root;
	const json_t *source;

	for (size_t i = 0; rig_env(stage->rig)[i] && i < 4; i++)
		argv[1 + i] = rig_env(stage->rig)[i];
	command_run(&command, argv, PATIENCE);
	root = json_read(str_sub(command.out.data, command.out.len), JSON_MAX_PINNED, &err);
	if (!root)
		fail_msg("%s: %s", err.text, buf_cstr(&command.err));
	source = json_array_get(json_object_get(root, "sources"), 0);
	str_put(since, 64, json_text_at(source, "since", ""));
	*before = json_is_true(json_object_get(source, "since_before"));
	json_decref(root);
	command_done(&command);
}

static void a_second_recorder_is_refused(void **state)
{
	struct stage *stage = *state;
	const char *argv[] = { "env", NULL, NULL, command_binnacle(), "record", "-c",
			       rig_config(stage->rig), NULL };
	struct command second;
	char pid[32];

	argv[1] = rig_env(stage->rig)[0];
	argv[2] = rig_env(stage->rig)[1];
	start(stage, NULL);
	snprintf(pid, sizeof(pid), "process %d ", (int)stage->recorder);
	command_run(&second, argv, PATIENCE);
	assert_int_equal(second.status, 77);
	assert_non_null(strstr(buf_cstr(&second.err), pid));
	command_done(&second);
	assert_int_equal(stop(stage, SIGTERM), 128 + SIGTERM);
	start(stage, NULL);
	assert_int_equal(stop(stage, SIGINT), 128 + SIGINT);
}

static void since_when_it_is_down_outlives_a_kill(void **state)
{
	struct stage *stage = *state;
	char since[64], again[64];
	bool before;

	configure(stage, "");
	start(stage, NULL);
	await(stage, NULL, "\"api2\",\"state\":\"ok\"");
	answer(stage, "/1", 503);
	await(stage, NULL, "ok -> down");
	stop(stage, SIGKILL);
	status_of(stage, since, &before);
	assert_false(before);
	start(stage, NULL);
	status_of(stage, again, &before);
	assert_string_equal(again, since);
	assert_false(before);
	assert_false(has(stage, NULL, "ask -> down"));
}

static void changes_are_streamed_as_they_are_written(void **state)
{
	static const char *const json[] = { "--json", NULL };
	struct stage *stage = *state;
	struct buf out = { 0 };
	struct str rest, line;
	struct err err = { 0 };

	configure(stage, "");
	start(stage, json);
	answer(stage, "/2", 500);
	await(stage, stage->out, "api2");
	await(stage, NULL, "\"what\":\"api2\"");
	assert_int_equal(stop(stage, SIGTERM), 128 + SIGTERM);
	slurp(stage->out, &out);
	rest = str_sub(out.data, out.len);
	while (str_cut(&rest, '\n', &line)) {
		json_t *root = json_read(line, JSON_MAX_SMALL, &err);

		if (!root)
			fail_msg("%s: %.*s", err.text, (int)line.len, line.p);
		assert_true(json_text_at(root, "kind", "")[0] != '\0');
		json_decref(root);
	}
	buf_done(&out);
}

/* A disk of a few pages. False, said aloud, where it cannot be mounted. */
static bool mount_little_disk(const char *dir)
{
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return false;
	if (mount("none", dir, "tmpfs", 0, "size=256k,mode=0700") == 0)
		return true;
	printf("SKIPPED: no small disk can be mounted: %s\n", strerror(errno));
	return false;
}

static void fill(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	static const char block[4096];

	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

static void a_full_disk_is_said_and_does_not_stop_it(void **state)
{
	static const char *const json[] = { "--json", NULL };
	struct stage *stage = *state;
	char flight[400], filler[420];

	mkdir(state_dir(stage), 0700);
	snprintf(flight, sizeof(flight), "%s/flight", state_dir(stage));
	snprintf(filler, sizeof(filler), "%s/filler", flight);
	if (!mount_little_disk(flight))
		skip();
	configure(stage, "");
	fill(filler);
	start(stage, json);
	await(stage, stage->err, "not recording: ");
	answer(stage, "/1", 503);
	await(stage, stage->out, "ok -> down");
	assert_false(has(stage, NULL, "ok -> down"));
	assert_int_equal(unlink(filler), 0);
	await(stage, stage->err, "recording again");
	await(stage, NULL, "ok -> down");
	assert_int_equal(stop(stage, SIGTERM), 128 + SIGTERM);
	assert_int_equal(umount(flight), 0);
}

static void a_console_says_that_it_cannot_record(void **state)
{
	struct stage *stage = *state;
	struct screen *screen;
	char flight[400];

	mkdir(state_dir(stage), 0700);
	snprintf(flight, sizeof(flight), "%s/flight", state_dir(stage));
	assert_int_equal(close(open(flight, O_WRONLY | O_CREAT, 0600)), 0);
	screen = console(stage, "not recording: ");
	assert_int_equal(unlink(flight), 0);
	if (!screen_wait_text(screen, "recording again", CONSOLE_PATIENCE))
		console_fail(screen, "it did not try again");
	console_quit(screen);
}

/* Who writes: every file says so in its first line. */
static size_t writers(const struct stage *stage, const char *who)
{
	struct buf all = { 0 };
	const char *at;
	size_t count = 0;

	slurp_record(state_dir(stage), &all);
	for (at = buf_cstr(&all); (at = strstr(at, who)); at++)
		count++;
	buf_done(&all);
	return count;
}

static void consoles_leave_the_writing_to_the_recorder(void **state)
{
	struct stage *stage = *state;
	struct screen *one, *other;

	configure(stage, "");
	start(stage, NULL);
	await(stage, NULL, "\"api2\",\"state\":\"ok\"");
	one = console(stage, "api2");
	other = console(stage, "api2");
	answer(stage, "/1", 503);
	if (!screen_wait_text(one, "ok -> down", CONSOLE_PATIENCE) ||
	    !screen_wait_text(other, "ok -> down", CONSOLE_PATIENCE))
		console_fail(one, "the change is not shown");
	await(stage, NULL, "ok -> down");
	assert_int_equal(writers(stage, "\"by\":\"console\""), 0);
	stop(stage, SIGKILL);
	answer(stage, "/1", 200);
	await(stage, NULL, "\"by\":\"console\"");
	await(stage, NULL, "down -> ok");
	console_quit(one);
	console_quit(other);
}

static void two_consoles_make_one_past(void **state)
{
	struct stage *stage = *state;
	struct screen *one, *other, *third;
	struct screen_pos at;
	struct buf text = { 0 };
	const char *found;

	configure(stage, "");
	one = console(stage, "api2");
	other = console(stage, "api2");
	await(stage, NULL, "\"api2\",\"state\":\"ok\"");
	answer(stage, "/1", 503);
	if (!screen_wait_text(one, "ok -> down", CONSOLE_PATIENCE) ||
	    !screen_wait_text(other, "ok -> down", CONSOLE_PATIENCE))
		console_fail(one, "the change is not shown");
	await(stage, NULL, "ok -> down");
	console_quit(one);
	console_quit(other);
	assert_true(writers(stage, "\"what\":\"api1\"") >= 1);
	third = console(stage, "ok -> down");
	screen_text(third, &text);
	found = strstr(buf_cstr(&text), "ok -> down");
	assert_non_null(found);
	assert_null(strstr(found + 1, "ok -> down"));
	assert_false(screen_find(third, "ask -> down", &at));
	buf_done(&text);
	console_quit(third);
}

static void a_saved_configuration_is_taken_over(void **state)
{
	struct stage *stage = *state;
	struct screen *screen;

	configure(stage, "");
	answer(stage, "/1", 503);
	screen = console(stage, "ask -> down");
	save(stage, "every: 1s", "every: 2s");
	if (!screen_wait_text(screen, "configuration reloaded: sources.api1.every 1s -> 2s",
			      CONSOLE_PATIENCE))
		console_fail(screen, "a saved configuration was not taken over");
	save(stage, "  api2: ", "  fresh: ");
	if (!screen_wait_text(screen, "fresh", CONSOLE_PATIENCE) ||
	    !screen_wait_text(screen, "reloaded: sources.api2 removed", CONSOLE_PATIENCE))
		console_fail(screen, "a source was not replaced by another");
	if (!screen_wait_text(screen, "ask -> down", CONSOLE_PATIENCE))
		console_fail(screen, "the timeline was lost");
	console_quit(screen);
}

static void a_bad_configuration_is_refused_with_its_line(void **state)
{
	struct stage *stage = *state;
	struct screen *screen;

	configure(stage, "");
	screen = console(stage, "api2");
	save(stage, "every: 1s", "evry: 1s");
	if (!screen_wait_text(screen, "unknown key 'evry'", CONSOLE_PATIENCE))
		console_fail(screen, "a bad configuration was not refused");
	answer(stage, "/1", 503);
	if (!screen_wait_text(screen, "ok -> down", CONSOLE_PATIENCE))
		console_fail(screen, "the last good configuration is not in force");
	save(stage, "evry: 1s", "every: 1s");
	if (!screen_wait_gone(screen, "evry", CONSOLE_PATIENCE))
		console_fail(screen, "the refusal stays although it is mended");
	console_quit(screen);
}

static void a_hangup_reads_the_configuration_again(void **state)
{
	struct stage *stage = *state;

	configure(stage, "");
	start(stage, NULL);
	save(stage, "every: 1s", "every: nonsense");
	await(stage, stage->err, "configuration not reloaded: ");
	kill(stage->recorder, SIGHUP);
	save(stage, "every: nonsense", "every: 3s");
	await(stage, stage->err, "configuration reloaded: sources.api1.every 1s -> 3s");
	answer(stage, "/1", 503);
	await(stage, NULL, "ok -> down");
	assert_int_equal(stop(stage, SIGTERM), 128 + SIGTERM);
}

/* Saved again and again: a sanitizer would tell what is not given back while it runs. */
static void many_savings_are_survived(void **state)
{
	static const char *const paces[] = { "every: 1s", "every: 2s", "every: 3s" };
	struct stage *stage = *state;

	configure(stage, "");
	start(stage, NULL);
	for (size_t i = 0; i < 12; i++) {
		char wanted[64];

		save(stage, paces[i % 3], paces[(i + 1) % 3]);
		snprintf(wanted, sizeof(wanted), "sources.api1.every %s -> %s", paces[i % 3] + 7,
			 paces[(i + 1) % 3] + 7);
		await(stage, stage->err, wanted);
		assert_int_equal(truncate(stage->err, 0), 0);
	}
	assert_int_equal(stop(stage, SIGTERM), 128 + SIGTERM);
}

static void systemd_hears_that_it_is_ready_and_alive(void **state)
{
	struct stage *stage = *state;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[128], path[64], whole[PATH_MAX];
	ssize_t got;

	snprintf(path, sizeof(path), "build/notify-%d", (int)getpid());
	str_put(at.sun_path, sizeof(at.sun_path), path);
	unlink(path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_non_null(realpath(path, whole));
	setenv("NOTIFY_SOCKET", whole, 1);
	setenv("WATCHDOG_USEC", "200000", 1);
	start(stage, NULL);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	for (int seen = 0; seen < 3; seen++) {
		got = recv(fd, text, sizeof(text) - 1, 0);
		assert_true(got > 0);
		text[got] = '\0';
		if (strcmp(text, "WATCHDOG=1") != 0)
			assert_string_equal(text, "READY=1");
	}
	assert_int_equal(stop(stage, SIGTERM), 128 + SIGTERM);
	close(fd);
	unlink(path);
}

static void nothing_to_record_is_an_error_of_the_configuration(void **state)
{
	struct stage *stage = *state;
	const char *argv[] = { "env", NULL, NULL, command_binnacle(), "record", "-c",
			       rig_config(stage->rig), NULL };
	struct command command;
	struct err err = { 0 };

	argv[1] = rig_env(stage->rig)[0];
	argv[2] = rig_env(stage->rig)[1];
	assert_true(rig_write_config(stage->rig, "version: 1\n", &err));
	command_run(&command, argv, PATIENCE);
	assert_int_equal(command.status, 3);
	assert_non_null(strstr(buf_cstr(&command.err), "no source is configured"));
	command_done(&command);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, build, drop)
	const struct CMUnitTest tests[] = {
		T(a_second_recorder_is_refused),
		T(since_when_it_is_down_outlives_a_kill),
		T(changes_are_streamed_as_they_are_written),
		T(a_full_disk_is_said_and_does_not_stop_it),
		T(a_console_says_that_it_cannot_record),
		T(consoles_leave_the_writing_to_the_recorder),
		T(two_consoles_make_one_past),
		T(a_saved_configuration_is_taken_over),
		T(a_bad_configuration_is_refused_with_its_line),
		T(a_hangup_reads_the_configuration_again),
		T(many_savings_are_survived),
		T(systemd_hears_that_it_is_ready_and_alive),
		T(nothing_to_record_is_an_error_of_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
