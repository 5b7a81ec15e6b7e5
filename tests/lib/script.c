#include "tests/lib/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"

enum { LIMIT = 60000, MOST = 24, RING = 8, PATH = 200 };

struct command script_command;
char script_home[64];
static json_t *answer;

/* --- beginning and end --------------------------------------------------------------------- */

int script_setup(void **state)
{
	(void)state;
	(void)snprintf(script_home, sizeof(script_home), "/tmp/binnacle-script-XXXXXX");
	if (!mkdtemp(script_home))
		return -1;
	setenv("HOME", script_home, 1);
	setenv("XDG_CONFIG_HOME", script_home, 1);
	setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
	setenv("BINNACLE_STATE_DIR", script_home, 1);
	setenv("BINNACLE_CONFIG", script_path("c.yaml"), 1);
	unsetenv("SOURCE_DATE_EPOCH");
	unsetenv("VISUAL");
	unsetenv("EDITOR");
	script_at("2026-11-22T02:00:00Z");
	script_configure("operator: ana\n");
	return 0;
}

int script_teardown(void **state)
{
	const char *const argv[] = { "rm", "-rf", script_home, NULL };

	(void)state;
	json_decref(answer);
	answer = NULL;
	command_done(&script_command);
	command_run(&script_command, argv, LIMIT);
	command_done(&script_command);
	return 0;
}

void script_configure(const char *yaml)
{
	struct buf text = { 0 };

	buf_fmt(&text, "%spostmortem: {dir: %s/papers}\n", yaml, script_home);
	script_put("c.yaml", buf_cstr(&text), 0600);
	buf_done(&text);
}

void script_at(const char *time)
{
	setenv("BINNACLE_NOW", time, 1);
}

/* --- running --------------------------------------------------------------------- */

static void run(int status, const char *const *argv)
{
	command_done(&script_command);
	command_run(&script_command, argv, LIMIT);
	if (script_command.status != status)
		fail_msg("%s %s: exit %d, wanted %d: %s%s", argv[1], argv[2],
			 script_command.status, status, buf_cstr(&script_command.out),
			 buf_cstr(&script_command.err));
}

void script_expect(int status, const char *const *words)
{
	const char *argv[MOST + 2] = { command_binnacle() };
	int n = 1;

	for (; words[n - 1]; n++) {
		assert_true(n <= MOST);
		argv[n] = words[n - 1];
	}
	run(status, argv);
}

void script_sh(int status, const char *text)
{
	struct buf all = { 0 };
	const char *argv[] = { "sh", "-c", NULL, NULL };

	buf_fmt(&all, "cd %s && %s", script_home, text);
	argv[2] = buf_cstr(&all);
	run(status, argv);
	buf_done(&all);
}

/* --- what it said --------------------------------------------------------------------------- */

static void must_have(const struct buf *text, const char *part)
{
	if (!strstr(buf_cstr(text), part))
		fail_msg("'%s' is not in: %s", part, buf_cstr(text));
}

void script_prints(const char *text)
{
	must_have(&script_command.out, text);
}

void script_prints_exactly(const char *text)
{
	assert_string_equal(buf_cstr(&script_command.out), text);
}

void script_complains(const char *sentence)
{
	must_have(&script_command.err, sentence);
}

void script_says_nothing(void)
{
	assert_string_equal(buf_cstr(&script_command.err), "");
}

const json_t *script_said(void)
{
	struct err err = { 0 };

	json_decref(answer);
	answer = json_read(str_sub(buf_cstr(&script_command.out), script_command.out.len),
			   JSON_MAX_PINNED, &err);
	if (!answer)
		fail_msg("%s: %s", err.text, buf_cstr(&script_command.out));
	return answer;
}

/* --- files --------------------------------------------------------------------------- */

const char *script_path(const char *name)
{
	static char ring[RING][PATH];
	static unsigned next;
	char *path = ring[next++ % RING];

	assert_true(snprintf(path, PATH, "%s/%s", script_home, name) < PATH);
	return path;
}

void script_put(const char *name, const char *text, int mode)
{
	FILE *out = fopen(script_path(name), "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(script_path(name), (mode_t)mode), 0);
}

bool script_has(const char *name)
{
	return access(script_path(name), F_OK) == 0;
}

int script_mode(const char *name)
{
	struct stat st;

	if (lstat(script_path(name), &st) != 0)
		fail_msg("%s is not there", name);
	return st.st_mode & 07777;
}

void script_read(const char *name, struct buf *out)
{
	FILE *in = fopen(script_path(name), "r");
	char chunk[4096];
	size_t got;

	if (!in)
		fail_msg("%s is not there", name);
	while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
		buf_add(out, chunk, got);
	assert_int_equal(fclose(in), 0);
}

void script_holds(const char *name, const char *text)
{
	struct buf all = { 0 };

	script_read(name, &all);
	if (!strstr(buf_cstr(&all), text))
		fail_msg("'%s' is not in %s: %s", text, name, buf_cstr(&all));
	buf_done(&all);
}

void script_lacks(const char *name, const char *text)
{
	struct buf all = { 0 };

	script_read(name, &all);
	if (strstr(buf_cstr(&all), text))
		fail_msg("'%s' is in %s: %s", text, name, buf_cstr(&all));
	buf_done(&all);
}
