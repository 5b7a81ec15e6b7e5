/*
 * test_drill_replay.c: a tabletop from a pipe: nothing of the future before it is asked for, the
 * answers in the drill's own record, the replayed record untouched; and what runs the weekly
 * verification by itself.
 */
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

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000, MOST = 24 };

static struct command command;
static char home[64], config[96], night[16], drill[16];

static int run(const char *const *argv)
{
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static void expect(int status, const char *const *words)
{
	const char *argv[MOST + 2] = { command_binnacle() };

	for (int n = 0; words[n]; n++)
		argv[n + 1] = words[n];
	if (run(argv) != status)
		fail_msg("%s %s: exit %d, wanted %d: %s%s", words[0], words[1], command.status, status,
			 buf_cstr(&command.out), buf_cstr(&command.err));
}

#define RUN(status, ...) expect(status, (const char *const[]){ __VA_ARGS__, NULL })

/* The id in the answer of the last command, which had --json. */
static void take_id(char out[16])
{
	struct err err = { 0 };
	json_t *root = json_read(str_of(buf_cstr(&command.out)), JSON_MAX_PINNED, &err);

	str_put(out, 16, json_text_at(root, "id", ""));
	json_decref(root);
	assert_int_equal(strlen(out), 6);
}

static void at(const char *time)
{
	setenv("BINNACLE_NOW", time, 1);
}

/* What the table types, a line each. */
static const char *replay(const char *typed)
{
	char line[512];
	const char *argv[] = { "sh", "-c", line, NULL };

	(void)snprintf(line, sizeof(line), "printf '%s' | '%s' drill replay %s", typed,
		       command_binnacle(), drill);
	if (run(argv) != 0)
		fail_msg("exit %d: %s", command.status, buf_cstr(&command.err));
	return buf_cstr(&command.out);
}

static int setup(void **state)
{
	FILE *out;

	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/binnacle-table-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	(void)snprintf(config, sizeof(config), "%s/c.yaml", home);
	out = fopen(config, "w");
	assert_non_null(out);
	assert_true(fprintf(out, "operator: ana\nenvironment: dr-test\ndrills: {sources: [], reports: "
			    "%s/reports}\n", home) > 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(config, 0600), 0);
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
	setenv("BINNACLE_STATE_DIR", home, 1);
	setenv("BINNACLE_CONFIG", config, 1);
	return 0;
}

static int teardown(void **state)
{
	const char *const argv[] = { "rm", "-rf", home, NULL };

	(void)state;
	(void)run(argv);
	command_done(&command);
	return 0;
}

static void leave_a_night_and_a_tabletop(void)
{
	at("2026-11-21T02:00:00Z");
	RUN(0, "incident", "open", "--title", "db lost", "--sev", "1", "--json");
	take_id(night);
	at("2026-11-21T02:10:00Z");
	RUN(0, "incident", "note", night, "promoted the replica");
	at("2026-11-21T02:30:00Z");
	RUN(0, "incident", "note", night, "the replica was behind");
	RUN(0, "incident", "resolve", night, "--summary", "Ten payments were lost.");
	at("2026-11-22T09:00:00Z");
	RUN(0, "drill", "start", "--type", "tabletop", "--scenario", "partial-data-loss", "--replay",
	    night, "--json", "-q");
	take_id(drill);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in: %s", part, text);
}

static void the_future_is_hidden_until_it_is_asked_for(void **state)
{
	const char *out;

	(void)state;
	leave_a_night_and_a_tabletop();
	out = replay("q\\n");
	has(out, "2026-11-21T02:00:00Z");
	has(out, "What would we do now?");
	has_not(out, "promoted");
	has_not(out, "behind");
	has_not(out, "Ten payments");
	out = replay("\\nq\\n");
	has(out, "promoted the replica");
	has_not(out, "behind");
	has_not(out, "Ten payments");
}

static void answers_are_in_the_record_of_the_drill_and_it_goes_on_there(void **state)
{
	const char *out;

	(void)state;
	leave_a_night_and_a_tabletop();
	(void)replay("stop the writers\\n\\nlook at the lag first\\n");
	RUN(0, "incident", "show", drill);
	has(buf_cstr(&command.out), "table 2026-11-21T02:00:00Z: stop the writers");
	has(buf_cstr(&command.out), "table 2026-11-21T02:10:00Z: look at the lag first");
	out = replay("\\n\\n\\n\\n\\n");		/* the clock stands where it was answered last */
	has(out, "promoted the replica");
	has(out, "That is all of it. What we would have done, and what was done:");
	has(strstr(out, "That is all of it"), "WE: look at the lag first\n2026-11-21T02:30:00Z");
	RUN(0, "incident", "show", night);
	has_not(buf_cstr(&command.out), "table 2026");
	RUN(0, "incident", "verify", night);
}

static void a_tabletop_passes_by_what_was_said(void **state)
{
	(void)state;
	leave_a_night_and_a_tabletop();
	RUN(30, "drill", "finish", drill);
	has(buf_cstr(&command.out), "nobody wrote down what they would do");
	leave_a_night_and_a_tabletop();
	(void)replay("stop the writers\\n");
	RUN(0, "drill", "finish", drill);
}

static void only_a_tabletop_is_replayed(void **state)
{
	(void)state;
	at("2026-11-22T09:00:00Z");
	RUN(0, "drill", "start", "--type", "full-dr", "--scenario", "other", "--json", "-q");
	take_id(drill);
	RUN(77, "drill", "replay", drill);
	has(buf_cstr(&command.err), "replays no incident");
	RUN(2, "drill", "replay", drill, "--json");
	RUN(5, "drill", "replay", "zzzzzz");
}

/* --- what runs by itself ---------------------------------------------------------------------- */

static void systemd_takes_the_unit_and_the_timer(void **state)
{
	char line[1024];
	const char *argv[] = { "sh", "-c", line, NULL };

	(void)state;
	if (access("/usr/bin/systemd-analyze", X_OK) != 0) {
		print_message("SKIPPED: systemd-analyze is not installed\n");
		skip();
	}
	(void)snprintf(line, sizeof(line), "mkdir -p %s/units %s/bin && cp \"$(realpath %s)\" "
		       "%s/bin/binnacle && sed 's|@PREFIX@|%s|' config/binnacle-verify.service "
		       ">%s/units/binnacle-verify.service && cp config/binnacle-verify.timer %s/units && "
		       "systemd-analyze verify --man=no %s/units/binnacle-verify.timer "
		       "%s/units/binnacle-verify.service", home, home, command_binnacle(), home, home, home,
		       home, home, home);
	if (run(argv) != 0)
		fail_msg("%s%s", buf_cstr(&command.out), buf_cstr(&command.err));
	assert_string_equal(buf_cstr(&command.err), "");
	argv[0] = "systemd-analyze";
	argv[1] = "calendar";
	argv[2] = "Mon *-*-* 05:00:00 UTC";
	assert_int_equal(run(argv), 0);
}

/* Five fields, a user, and a command whose words this program knows: with a configuration that is
 * not there it gets as far as reading that (3), and is no wrong usage (2). */
static void each_line_of_the_crontab_runs(void **state)
{
	static const char script[] =
		"grep -v '^#' config/crontab | grep -v '^[A-Z_]*=' | while read -r m h d mo w user rest; do "
		"[ \"$user\" = binnacle ] || exit 9; "
		"echo \"$m $h $d $mo $w\" | grep -Eq '^[0-9]+ [0-9]+ \\* \\* (\\*|[0-7])$' || exit 8; "
		"cmd=$(echo \"$rest\" | grep -o 'binnacle drill [^|)]*' | sed 's/^binnacle //'); "
		"\"$0\" $cmd; [ $? = 3 ] || exit 7; echo ran; done";
	const char *const argv[] = { "sh", "-c", script, command_binnacle(), NULL };

	(void)state;
	if (run(argv) != 0)
		fail_msg("exit %d: %s", command.status, buf_cstr(&command.err));
	assert_string_equal(buf_cstr(&command.out), "ran\nran\n");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_future_is_hidden_until_it_is_asked_for),
		T(answers_are_in_the_record_of_the_drill_and_it_goes_on_there),
		T(a_tabletop_passes_by_what_was_said), T(only_a_tabletop_is_replayed),
		T(systemd_takes_the_unit_and_the_timer), T(each_line_of_the_crontab_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
