/*
 * Twelve secrets in everything that can hold one (variables, files, commands; tokens, passwords,
 * DSNs), sources that send all of them back in every text and every encoding, and a look at all
 * that the program leaves behind: the terminal's bytes, standard output and error, the log,
 * everything under its state directory, its own and its children's arguments, its children's
 * environment (reliability.md R26, R27).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "tests/lib/canary.h"
#include "tests/lib/canned.h"
#include "tests/lib/command.h"
#include "tests/lib/console.h"

enum { BEARER_ENV, BEARER_FILE, BEARER_COMMAND, BASIC_ENV, BASIC_FILE, BASIC_COMMAND, DSN_ENV,
       DSN_FILE, DSN_COMMAND, DSN_BROKEN, REDIS_ENV, JWT_FILE };

static const char *const names[CANARIES] = {
	"bearer_env", "bearer_file", "bearer_command", "basic_env", "basic_file", "basic_command",
	"dsn_env", "dsn_file", "dsn_command", "dsn_broken", "redis_env", "jwt_file",
};

enum { VARIABLES = 5 };

struct stage {
	struct rig *rig;
	struct httpd *limited[2];	/* for kinds that limit what their host is asked */
	struct canaries canaries;
	struct buf lines;			/* the same as lines of a log and of a listing */
	struct buf echo;			/* all of them, as sources send them */
	char *bodies[CANNED_ANSWERS];
	char variables[VARIABLES][256];
	const char *env[VARIABLES + 1];
	char log[512];
};

static const char *text_of(const struct stage *stage, size_t which)
{
	return stage->canaries.all[which].text;
}

static void write_file(const struct stage *stage, const char *name, mode_t mode, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/secrets/%s", rig_dir(stage->rig), name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void put_dsn(const struct stage *stage, size_t which, struct buf *out)
{
	buf_fmt(out, "host=127.0.0.1 port=%u user=app password='", rig_port(stage->rig));
	for (const char *c = text_of(stage, which); *c; c++)
		buf_fmt(out, "%s%c", *c == '\\' || *c == '\'' ? "\\" : "", *c);
	buf_text(out, which == DSN_BROKEN ? " dbname=x" : "' dbname=x");
}

/* A command that prints its secret, and leaves behind what it was given. */
static void write_command(const struct stage *stage, size_t which)
{
	struct buf text = {0};
	char name[64];

	snprintf(name, sizeof(name), "%s.text", names[which]);
	if (which == DSN_COMMAND)
		put_dsn(stage, which, &text);
	else
		buf_text(&text, text_of(stage, which));
	write_file(stage, name, 0600, buf_cstr(&text));
	buf_clear(&text);
	buf_fmt(&text, "#!/bin/sh\n{ env; tr '\\0' '\\n' </proc/$$/cmdline; } >>%s/child.txt\n"
		"echo 'a word on standard error' >&2\ncat %s/secrets/%s.text\n",
		rig_dir(stage->rig), rig_dir(stage->rig), names[which]);
	write_file(stage, names[which], 0700, buf_cstr(&text));
	buf_done(&text);
}

static void write_secrets(struct stage *stage)
{
	static const size_t variables[VARIABLES] = {BEARER_ENV, BASIC_ENV, DSN_ENV, DSN_BROKEN,
						    REDIS_ENV};
	struct buf text = {0};
	char path[512];

	snprintf(path, sizeof(path), "%s/secrets", rig_dir(stage->rig));
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(stage, "bearer_file", 0600, text_of(stage, BEARER_FILE));
	write_file(stage, "basic_file", 0600, text_of(stage, BASIC_FILE));
	write_file(stage, "jwt_file", 0600, text_of(stage, JWT_FILE));
	put_dsn(stage, DSN_FILE, &text);
	write_file(stage, "dsn_file", 0600, buf_cstr(&text));
	write_command(stage, BEARER_COMMAND);
	write_command(stage, BASIC_COMMAND);
	write_command(stage, DSN_COMMAND);
	for (size_t i = 0; i < VARIABLES; i++) {
		size_t which = variables[i];

		buf_clear(&text);
		if (which == DSN_ENV || which == DSN_BROKEN)
			put_dsn(stage, which, &text);
		else
			buf_text(&text, text_of(stage, which));
		snprintf(stage->variables[i], sizeof(stage->variables[i]), "CANARY_%s=%s",
			 names[which], buf_cstr(&text));
		stage->env[i] = stage->variables[i];
	}
	buf_done(&text);
}

static void write_config(const struct stage *stage)
{
	const char *dir = rig_dir(stage->rig);
	unsigned port = rig_port(stage->rig);
	struct buf yaml = {0};
	struct err err = {0};

	buf_fmt(&yaml, "version: 1\noperator: tester\nenvironment: stage\nui: {bell: []}\nsources:\n");
	buf_fmt(&yaml, "  indexer: {kind: indexer, url: \"http://127.0.0.1:%u\", every: 60s, auth: "
		"{basic_user: u, basic_password_env: CANARY_basic_env}}\n", port);
	buf_fmt(&yaml, "  horizon: {kind: horizon, url: \"http://127.0.0.1:%u\", every: 60s, auth: "
		"{bearer_command: [\"%s/secrets/bearer_command\"]}}\n", httpd_port(stage->limited[0]),
		dir);
	buf_fmt(&yaml, "  prometheus: {kind: prometheus, url: \"http://127.0.0.1:%u\", every: 60s, "
		"auth: {bearer_env: CANARY_bearer_env}}\n", port);
	buf_fmt(&yaml, "  alertmanager: {kind: alertmanager, url: \"http://127.0.0.1:%u\", every: 60s, "
		"auth: {bearer_file: %s/secrets/bearer_file}}\n", port, dir);
	buf_fmt(&yaml, "  grafana: {kind: grafana, url: \"http://127.0.0.1:%u\", every: 60s, auth: "
		"{basic_user: u, basic_password_file: %s/secrets/basic_file}}\n", port, dir);
	buf_fmt(&yaml, "  moved: {kind: http, url: \"http://127.0.0.1:%u/moved\", every: 60s, auth: "
		"{basic_user: u, basic_password_command: [\"%s/secrets/basic_command\"]}}\n", port, dir);
	buf_fmt(&yaml, "  db: {kind: postgres, dsn_env: CANARY_dsn_env, every: 60s, "
		"replicas: [{name: far, dsn_file: %s/secrets/dsn_file}]}\n", dir);
	buf_fmt(&yaml, "  other: {kind: postgres, dsn_command: [\"%s/secrets/dsn_command\"], "
		"every: 60s}\n", dir);
	buf_text(&yaml, "  broken: {kind: postgres, dsn_env: CANARY_dsn_broken, every: 60s}\n");
	buf_fmt(&yaml, "  redis: {kind: redis, url: \"redis://127.0.0.1:%u\", every: 60s, "
		"password_env: CANARY_redis_env}\n", port);
	buf_fmt(&yaml, "  jwt: {kind: jwt, token_file: %s/secrets/jwt_file, every: 60s, verifiers: "
		"[{name: access, url: \"http://127.0.0.1:%u/verify\"}]}\n", dir,
		httpd_port(stage->limited[1]));
	buf_fmt(&yaml, "  logs: {kind: log, file: %s/secrets/app.log, every: 2s, patterns: "
		"{failed: {match: failed, warn: \"> 0\"}}}\n", dir);
	buf_fmt(&yaml, "  backup: {kind: backup, command: [cat, \"%s/secrets/listing\"], every: 60s, "
		"components: {db: {match: db, rpo: 1h}}}\n", dir);
	buf_fmt(&yaml, "  steady: {kind: http, url: \"http://127.0.0.1:%u/ok\", every: 60s}\n", port);
	if (!rig_write_config(stage->rig, buf_cstr(&yaml), &err))
		fail_msg("%s", err.text);
	buf_done(&yaml);
}

static json_t *echo_text(void *arg)
{
	const struct stage *stage = arg;

	return json_string(stage->echo.data);
}

static void serve(struct stage *stage, const struct httpd_rule *rule)
{
	httpd_set(rig_httpd(stage->rig), rule);
	for (size_t i = 0; i < ARRAY_LEN(stage->limited); i++)
		httpd_set(stage->limited[i], rule);
}

/* A log and a command that say all secrets, too. */
static void write_lines(struct stage *stage)
{
	struct str rest = str_sub(stage->echo.data, stage->echo.len), word;

	buf_clear(&stage->lines);
	while (str_cut(&rest, ' ', &word)) {
		if (word.len > 0)
			buf_fmt(&stage->lines, "2026-11-22 01:37:23 42 db/failed %.*s\n", (int)word.len,
				word.p);
	}
	write_file(stage, "app.log", 0600, buf_cstr(&stage->lines));
	write_file(stage, "listing", 0600, buf_cstr(&stage->lines));
}

/* Every text of every answer, a redirect's target and an error's body hold all secrets. */
static void serve_echoes(struct stage *stage)
{
	static const char *const others[] = {"/moved", "/verify", "/nowhere"};

	for (size_t i = 0; i < CANNED_ANSWERS; i++) {
		json_t *from = json_loads(canned_answers[i].body, JSON_DECODE_ANY, NULL);
		json_t *to = canned_change(from, false, echo_text, stage);
		struct httpd_rule rule = {.path = canned_answers[i].path};

		stage->bodies[i] = json_dumps(to, JSON_COMPACT);
		rule.body = str_of(stage->bodies[i]);
		serve(stage, &rule);
		json_decref(from);
		json_decref(to);
	}
	write_lines(stage);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct httpd_rule rule = {.path = others[i], .status = i == 0 ? 302 : 401,
					  .type = "text/plain",
					  .body = str_sub(stage->echo.data, stage->echo.len)};

		serve(stage, &rule);
	}
}

static void serve_health(struct stage *stage)
{
	for (size_t i = 0; i < CANNED_ANSWERS; i++) {
		struct httpd_rule rule = {.path = canned_answers[i].path,
					  .body = str_of(canned_answers[i].body)};

		serve(stage, &rule);
	}
}

static int set_up(void **state)
{
	static struct stage stage;
	struct err err = {0};

	stage = (struct stage){0};
	canaries_make(&stage.canaries, names,
		      1u << BASIC_ENV | 1u << BASIC_FILE | 1u << DSN_FILE | 1u << REDIS_ENV);
	for (size_t i = 0; i < CANARIES; i++)
		canary_echo(&stage.echo, &stage.canaries.all[i]);
	assert_true(buf_cstr(&stage.echo)[0] != '\0');
	stage.rig = rig_new(RIG_HEALTHY, &err);
	if (!stage.rig)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_LEN(stage.limited); i++) {
		stage.limited[i] = httpd_start(NULL, 0, &err);
		if (!stage.limited[i])
			fail_msg("%s", err.text);
	}
	write_secrets(&stage);
	write_file(&stage, "app.log", 0600, "");
	write_file(&stage, "listing", 0600, "");
	write_config(&stage);
	serve_health(&stage);
	snprintf(stage.log, sizeof(stage.log), "%s/debug.log", rig_dir(stage.rig));
	*state = &stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	for (size_t i = 0; i < ARRAY_LEN(stage->limited); i++)
		httpd_stop(stage->limited[i]);
	rig_free(stage->rig);
	for (size_t i = 0; i < CANNED_ANSWERS; i++)
		free(stage->bodies[i]);
	buf_done(&stage->echo);
	buf_done(&stage->lines);
	return 0;
}

static void expect_clean(const struct stage *stage, const char *where, struct str bytes)
{
	const char *how = NULL;
	const struct canary *canary = canaries_find(&stage->canaries, bytes, &how);

	if (canary)
		fail_msg("%s holds the secret %s (%s): %s", where, canary->name, how,
			 getenv("SHOW_CANARY") ? bytes.p : "");
}

static void expect_clean_file(const struct stage *stage, const char *path)
{
	struct buf text = {0};
	char chunk[4096];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;		/* a process that has ended */
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(&text, chunk, (size_t)n);
	close(fd);
	expect_clean(stage, path, str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

/* All that lies in the rig's directory but what the test itself has put there. */
static size_t expect_clean_tree(const struct stage *stage, const char *dir)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	size_t files = 0;

	assert_non_null(list);
	while ((entry = readdir(list))) {
		char path[1024];
		struct stat at;

		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "secrets") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		assert_int_equal(lstat(path, &at), 0);
		if (S_ISDIR(at.st_mode)) {
			files += expect_clean_tree(stage, path);
		} else if (S_ISREG(at.st_mode)) {
			expect_clean_file(stage, path);
			files++;
		}
	}
	closedir(list);
	return files;
}

static void expect_clean_arguments(const struct stage *stage, pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	expect_clean_file(stage, path);
}

static void expect_clean_screen(const struct stage *stage, const struct screen *screen)
{
	struct buf text = {0};

	screen_text(screen, &text);
	expect_clean(stage, "the screen", str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

static void visit(const struct stage *stage, struct screen *screen)
{
	static const char *const keys[] = {
		"1", "?", "Esc", "Enter", "Esc", "G", "Enter", "Esc", "7", "?", "Esc", "Enter", "Esc",
		"G", "Enter", "Esc", "Up", "Enter", "Esc", "Up", "Enter", "Esc", "C-l", "1", "C-l",
	};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		assert_true(screen_key(screen, keys[i]));
		screen_settle(screen, 60, CONSOLE_PATIENCE);
		expect_clean_screen(stage, screen);
	}
}

static void the_console_shows_and_leaves_no_secret(void **state)
{
	struct stage *stage = *state;
	const char *const args[] = {"--log-level", "debug", "--log-file", stage->log, NULL};
	struct screen *screen = console_start(&(struct console_setup){
		.rig = stage->rig, .rows = 50, .cols = 160, .awaits = "steady", .args = args,
		.env = stage->env,
	});
	size_t before = httpd_requests(rig_httpd(stage->rig), "/api/v2/alerts");
	struct str raw;

	screen_settle(screen, 300, CONSOLE_PATIENCE);
	serve_echoes(stage);
	assert_true(screen_key(screen, "r"));
	for (int i = 0; i < 500 && httpd_requests(rig_httpd(stage->rig), "/api/v2/alerts") <= before;
	     i++)
		screen_pump(screen, 20);
	screen_settle(screen, 300, CONSOLE_PATIENCE);
	if (!screen_find(screen, "redacted", NULL))
		console_fail(screen, "what sources sent is not there");
	expect_clean_arguments(stage, screen_pty(screen)->pid);
	visit(stage, screen);
	raw = screen_raw(screen);
	expect_clean(stage, "the terminal's bytes", raw);
	expect_clean(stage, "the title", str_of(screen_wire(screen)->title));
	console_quit(screen);
	/* the log, what the commands saw, and whatever else was written */
	assert_true(expect_clean_tree(stage, rig_dir(stage->rig)) >= 3);
}

static void a_command_prints_no_secret(void **state)
{
	static const char *const lines[][4] = {
		{"status", NULL}, {"status", "--json", NULL}, {"status", "-v", NULL},
		{"config", "show", "--origin", NULL}, {"config", "check", NULL}, {"record", "--json", NULL},
	};
	struct stage *stage = *state;

	for (const char *const *env = rig_env(stage->rig); *env; env++)
		assert_int_equal(putenv((char *)(uintptr_t)*env), 0);
	for (size_t i = 0; i < VARIABLES; i++)
		assert_int_equal(putenv(stage->variables[i]), 0);
	serve_echoes(stage);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		/* the recorder goes on until it is told to end */
		const char *argv[16] = {"timeout", "-s", "TERM", "8", command_binnacle(), "-c",
					rig_config(stage->rig), "--log-file", stage->log};
		struct command command;

		for (size_t k = 0; k < ARRAY_LEN(lines[i]) && lines[i][k]; k++)
			argv[9 + k] = lines[i][k];
		command_run(&command, argv, CONSOLE_PATIENCE);
		assert_true(command.out.len > 0 || command.err.len > 0);
		expect_clean(stage, lines[i][0], str_sub(buf_cstr(&command.out), command.out.len));
		expect_clean(stage, "standard error",
			     str_sub(buf_cstr(&command.err), command.err.len));
		command_done(&command);
	}
	for (size_t i = 0; i < VARIABLES; i++) {
		stage->variables[i][strcspn(stage->variables[i], "=")] = '\0';
		assert_int_equal(unsetenv(stage->variables[i]), 0);
	}
	(void)expect_clean_tree(stage, rig_dir(stage->rig));
}

/* The looking itself: what it does not find would prove nothing. */
static void every_encoding_of_a_secret_is_found(void **state)
{
	struct stage *stage = *state;
	const char *how = NULL;

	assert_ptr_equal(canaries_find(&stage->canaries, str_of("nothing here"), &how), NULL);
	for (size_t i = 0; i < CANARIES; i++) {
		struct buf echo = {0};
		struct str rest, word;

		canary_echo(&echo, &stage->canaries.all[i]);
		rest = str_sub(buf_cstr(&echo), echo.len);
		while (str_cut(&rest, ' ', &word)) {
			if (word.len > 0)
				assert_ptr_equal(canaries_find(&stage->canaries, word, &how),
						 &stage->canaries.all[i]);
		}
		buf_done(&echo);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_encoding_of_a_secret_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_console_shows_and_leaves_no_secret, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_command_prints_no_secret, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
