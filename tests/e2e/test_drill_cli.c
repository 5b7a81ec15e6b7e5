/*
 * test_drill_cli.c: a drill worked by a script from its announcement to its signature: every verb
 * of `drill`, its exit status and its sentence when it says no; the report against the lines of the
 * journal, by a script that reads nothing else; and a finish that is killed at any moment.
 */
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/digest.h"
#include "base/json.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000, MOST = 24, SKIPPED = 77 };

static struct command command;
static char home[64], config[96], reports[96], id[16];
static json_t *answer;

/* --- running ---------------------------------------------------------------------------------- */

static int binnacle(const char *const *words)
{
	const char *argv[MOST + 2] = { command_binnacle() };
	int n = 1;

	for (; words[n - 1]; n++) {
		assert_true(n <= MOST);
		argv[n] = words[n - 1];
	}
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static void expect(int status, const char *const *words)
{
	int got = binnacle(words);

	if (got != status)
		fail_msg("%s %s: exit %d, wanted %d: %s%s", words[0], words[1], got, status,
			 buf_cstr(&command.out), buf_cstr(&command.err));
}

#define RUN(status, ...) expect(status, (const char *const[]){ __VA_ARGS__, NULL })

static const json_t *said(void)
{
	struct err err = { 0 };

	json_decref(answer);
	answer = json_read(str_sub(buf_cstr(&command.out), command.out.len), JSON_MAX_PINNED, &err);
	if (!answer)
		fail_msg("%s: %s", err.text, buf_cstr(&command.out));
	return answer;
}

static void complains(const char *sentence)
{
	if (!strstr(buf_cstr(&command.err), sentence))
		fail_msg("'%s' is not in: %s", sentence, buf_cstr(&command.err));
}

static void prints(const char *text)
{
	if (!strstr(buf_cstr(&command.out), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(&command.out));
}

static void at(const char *time)
{
	setenv("BINNACLE_NOW", time, 1);
}

/* A time of today, so many seconds after three hours ago: the clock is the real one then, and what
 * passed between two such moments is just their difference. */
static const char *moment(int seconds)
{
	static char ring[8][32];
	static unsigned next;
	static time_t base;
	char *text = ring[next++ % 8];
	struct tm parts;
	time_t when;

	unsetenv("BINNACLE_NOW");
	if (base == 0)
		base = time(NULL) - 3 * 3600;
	when = base + seconds;
	assert_non_null(gmtime_r(&when, &parts));
	assert_int_equal(strftime(text, sizeof(ring[0]), "%Y-%m-%dT%H:%M:%SZ", &parts), 20);
	return text;
}

static void put_file(const char *name, const char *text)
{
	char path[160];
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

/* One artifact, whose bytes the manifest has. */
static void put_backup(void)
{
	char sha256[DIGEST_HEX], manifest[256], folder[96];

	(void)snprintf(folder, sizeof(folder), "%s/artifacts", home);
	assert_int_equal(mkdir(folder, 0700), 0);
	put_file("artifacts/indexer.dump", "every row of it");
	digest_sha256(sha256, str_of("every row of it"));
	(void)snprintf(manifest, sizeof(manifest), "{\"manifest_id\":\"m1\",\"artifacts\":[{\"path\":"
		       "\"indexer.dump\",\"sha256\":\"%s\",\"bytes\":15}]}", sha256);
	put_file("manifest.json", manifest);
}

#define SETTINGS \
	"operator: ana\nenvironment: dr-test\nrto: {indexer-db: 2h}\nrpo: {indexer-db: 1h}\n" \
	"components: {indexer-db: {}, indexer: {}}\n" \
	"notify: [{name: log, kind: file, file: %s/told.txt}]\n" \
	"recovery: {manifest: %s/manifest.json, artifacts: %s/artifacts}\n"

static void configure(const char *drills)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), SETTINGS "%s", home, home, home, drills);
	put_file("c.yaml", text);
}

static int setup(void **state)
{
	char drills[256];

	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/binnacle-drill-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	(void)snprintf(config, sizeof(config), "%s/c.yaml", home);
	(void)snprintf(reports, sizeof(reports), "%s/backups/reports", home);
	setenv("HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("XDG_CONFIG_DIRS", "/nonexistent", 1);
	setenv("BINNACLE_STATE_DIR", home, 1);
	setenv("BINNACLE_CONFIG", config, 1);
	(void)snprintf(drills, sizeof(drills), "drills: {sources: [], announce: [log], reports: %s}\n",
		       reports);
	configure(drills);
	put_backup();
	at("2026-11-22T09:00:00Z");
	return 0;
}

static int teardown(void **state)
{
	const char *const argv[] = { "rm", "-rf", home, NULL };

	(void)state;
	json_decref(answer);
	answer = NULL;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	command_done(&command);
	return 0;
}

static void start(const char *type, const char *scenario)
{
	RUN(0, "drill", "start", "--type", type, "--scenario", scenario, "--window", "2h", "--json",
	    "-q");
	str_put(id, sizeof(id), json_text_at(said(), "id", ""));
	assert_int_equal(strlen(id), 6);
}

static const char *one_path(const char *pattern)
{
	static char path[512];
	glob_t found;

	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	str_put(path, sizeof(path), found.gl_pathv[0]);
	globfree(&found);
	return path;
}

/* The figures again, from the lines alone; and the schemas. */
static void report_agrees_with_the_lines(void)
{
	const char *shared = getenv("BINNACLE_SHARED");
	char pattern[160], report[512], folder[512], other[256];
	const char *argv[8] = { "python3", "tests/tools/drill_report.py", report, folder,
				"docs/schemas/dr_report.schema.json" };

	(void)snprintf(pattern, sizeof(pattern), "%s/*-%s.json", reports, id);
	str_put(report, sizeof(report), one_path(pattern));
	(void)snprintf(pattern, sizeof(pattern), "%s/incidents/*-%s", home, id);
	str_put(folder, sizeof(folder), one_path(pattern));
	(void)snprintf(other, sizeof(other), "%s/design/schemas/dr_report.schema.json",
		       shared ? shared : "../shared");
	if (access(other, R_OK) == 0)
		argv[5] = other;
	else
		print_message("SKIPPED: %s is not there\n", other);
	command_done(&command);
	command_run(&command, argv, LIMIT);
	if (command.status == SKIPPED)
		print_message("%s", buf_cstr(&command.out));
	else if (command.status != 0)
		fail_msg("%s%s", buf_cstr(&command.out), buf_cstr(&command.err));
}

static void the_report_on_record_is_the_file(void)
{
	char pattern[160];
	const char *argv[] = { "cat", NULL, NULL };
	struct buf file = { 0 };

	(void)snprintf(pattern, sizeof(pattern), "%s/*-%s.json", reports, id);
	argv[1] = one_path(pattern);
	command_done(&command);
	command_run(&command, argv, LIMIT);
	buf_add(&file, buf_cstr(&command.out), command.out.len);
	RUN(0, "drill", "report", id, "--json");
	assert_string_equal(buf_cstr(&command.out), buf_cstr(&file));
	buf_done(&file);
}

/* --- the fence -------------------------------------------------------------------------------- */

#define REAL "{kind: http, url: \"http://127.0.0.1:1\", production: true}"

static void a_drill_is_refused_where_something_real_can_be_reached(void **state)
{
	static const struct { const char *yaml, *says; } cases[] = {
		{ "sources: {live: " REAL "}\ndrills: {sources: [live]}\n",
		  "the source live is marked as production" },
		{ "sources: {db: {kind: http, url: \"http://127.0.0.1:1\"}}\ndrills: {sources: []}\n",
		  "the source db is not on drills.sources" },
		{ "", "drills.sources is not set" },
		{ "environments: {dr-test: {production: true}}\ndrills: {sources: []}\n",
		  "the environment dr-test is marked as production" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		configure(cases[i].yaml);
		RUN(77, "drill", "start", "--type", "restoration", "--scenario", "other");
		complains(cases[i].says);
		RUN(77, "drill", "verify");
		complains(cases[i].says);
	}
	RUN(0, "incident", "list", "--json");
	assert_int_equal(json_array_size(json_at(said(), "incidents")), 0);
}

static void what_is_wrong_with_a_start_is_said_before_anything_is_written(void **state)
{
	static const struct { int status; const char *words[MOST], *says; } cases[] = {
		{ 2, { "--scenario", "other" }, "--type is missing: backup-verification" },
		{ 2, { "--type", "fire", "--scenario", "other" }, "--type: 'fire' is none of" },
		{ 2, { "--type", "restoration" }, "--scenario is missing: data-corruption" },
		{ 2, { "--type", "restoration", "--scenario", "flood" }, "--scenario: 'flood'" },
		{ 2, { "--type", "restoration", "--scenario", "other", "--window", "2" }, "--window" },
		{ 2, { "--type", "restoration", "--scenario", "other", "--at", "-3h" },
		  "the window of the drill is over" },
		{ 2, { "--type", "tabletop", "--scenario", "other" }, "--replay is missing" },
		{ 2, { "--type", "restoration", "--scenario", "other", "--replay", "abcdef" },
		  "--replay is for --type tabletop" },
		{ 5, { "--type", "tabletop", "--scenario", "other", "--replay", "zzzzzz" }, "--replay" },
		{ 5, { "--type", "restoration", "--scenario", "other", "--runbook", "nowhere" },
		  "--runbook" },
		{ 2, { "--type", "restoration", "--scenario", "other", "--sev", "9" }, "--sev: '9'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *words[MOST + 2] = { "drill", "start" };

		for (size_t w = 0; cases[i].words[w]; w++)
			words[w + 2] = cases[i].words[w];
		expect(cases[i].status, words);
		complains(cases[i].says);
	}
	RUN(0, "drill", "list", "--json");
	assert_int_equal(json_array_size(json_at(said(), "drills")), 0);
	RUN(5, "drill", "list", "--fail-empty");
}

/* --- a drill ---------------------------------------------------------------------------------- */

static void start_at(const char *when, const char *type, const char *scenario)
{
	RUN(0, "drill", "start", "--type", type, "--scenario", scenario, "--window", "4h", "--at", when,
	    "--json", "-q");
	str_put(id, sizeof(id), json_text_at(said(), "id", ""));
}

static void restore_two_components(void)
{
	RUN(0, "drill", "restoring", id, "indexer-db", "--at", moment(390));
	RUN(0, "drill", "intervene", id, "restarted", "pg_restore", "--by", "lee", "--at", moment(2890));
	RUN(0, "drill", "restored", id, "indexer-db", "--at", moment(5380));
	RUN(0, "drill", "restoring", id, "indexer", "--at", moment(5380));
	RUN(0, "drill", "restored", id, "indexer", "--at", moment(5892));
}

static void a_drill_that_passed_is_reviewed_and_signed_off_by_others(void **state)
{
	(void)state;
	start_at(moment(0), "restoration", "indexer-db-restore");
	restore_two_components();
	RUN(77, "drill", "report", id);
	complains("the drill is not finished");
	RUN(0, "drill", "verify", id);
	RUN(0, "drill", "finish", id, "--json");
	assert_true(json_is_true(json_at(said(), "pass")));
	report_agrees_with_the_lines();
	the_report_on_record_is_the_file();
	RUN(0, "drill", "report", id);
	prints("PASSED\n");
	prints("component 1: indexer-db, restored, took 1h23m10s");
	prints("recovery time (RTO): target 2h, achieved 1h38m12s: met");
	prints("lee: restarted pg_restore");
	RUN(77, "drill", "review", id, "--text", "went well");
	complains("a review needs an action, or the reason why there is none");
	RUN(0, "incident", "action", id, "add", "--type", "fix", "--text", "restore with -j4",
	    "--owner", "jun");
	RUN(77, "drill", "signoff", id, "--by", "eva");
	RUN(0, "drill", "review", id, "--text", "restore with -j4; see actions");
	RUN(0, "incident", "role", id, "audit", "ana");
	RUN(77, "drill", "signoff", id);
	complains("whoever ran it does not sign it off");
	RUN(0, "incident", "role", id, "audit", "eva");
	RUN(0, "drill", "signoff", id, "--by", "eva", "--text", "seen");
	report_agrees_with_the_lines();
	the_report_on_record_is_the_file();
	RUN(0, "drill", "list", "--json");
	assert_string_equal(json_text_at(json_array_get(json_at(said(), "drills"), 0),
					 "signed_off_by", ""), "eva");
}

static void a_drill_that_nobody_verified_did_not_pass(void **state)
{
	(void)state;
	start_at(moment(0), "full-dr", "data-corruption");
	RUN(0, "drill", "restoring", id, "indexer-db", "--at", moment(1800));
	RUN(0, "drill", "restored", id, "indexer-db", "--at", moment(9000), "--reason",
	    "no WAL of the last hour");
	RUN(0, "drill", "rollback", id, "--reason", "environment reset");
	RUN(30, "drill", "finish", id);
	prints("nothing was verified");
	prints("component indexer-db was not restored: no WAL of the last hour");
	prints("was given up 2h30m after the beginning, its target is 2h");
	report_agrees_with_the_lines();
	RUN(30, "drill", "finish", id);		/* again: the same */
	report_agrees_with_the_lines();
	RUN(77, "drill", "restoring", id, "indexer");
	complains("the drill is finished");
}

static void a_corrupt_artifact_fails_the_drill(void **state)
{
	(void)state;
	put_file("artifacts/indexer.dump", "almost every ro");
	start("restoration", "indexer-db-restore");
	RUN(30, "drill", "verify", id);
	RUN(30, "drill", "finish", id);
	report_agrees_with_the_lines();
}

static void the_window_and_the_targets_are_announced(void **state)
{
	const char *argv[] = { "cat", NULL, NULL };
	char path[96];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/told.txt", home);
	RUN(0, "drill", "start", "--type", "restoration", "--scenario", "other", "--at",
	    "2026-11-23T09:00:00Z", "--window", "90m", "-q");
	argv[1] = path;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	prints("DRILL, not an incident: restoration, other, from 2026-11-23T09:00Z to 2026-11-23T10:30Z.");
	prints("dr-test, which is not production");
	prints("Target for indexer-db: back within 2h, data lost at most 1h");
}

static void what_was_done_by_hand_needs_words(void **state)
{
	(void)state;
	start("restoration", "other");
	RUN(2, "drill", "intervene", id);
	RUN(2, "drill", "restoring", id);
	RUN(2, "drill", "restoring", id, "indexer-bd");
	complains("no component is called indexer-bd: did you mean indexer-db?");
	RUN(2, "drill", "rollback", id);
	RUN(2, "drill", "review", id);
	RUN(77, "drill", "restored", id, "indexer");
	complains("the restoration of indexer has not begun");
}

static void verbs_of_drills_are_for_drills(void **state)
{
	static const char *const verbs[] = { "finish", "report", "signoff" };

	(void)state;
	RUN(0, "incident", "open", "--title", "db lost", "--sev", "1", "--json");
	str_put(id, sizeof(id), json_text_at(said(), "id", ""));
	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		RUN(77, "drill", verbs[i], id);
		complains("is no drill that was announced");
		RUN(5, "drill", verbs[i], "zzzzzz");
		RUN(2, "drill", verbs[i]);
	}
	RUN(77, "drill", "intervene", id, "by", "hand");
	RUN(2, "drill", "restored");
}

/* --- the board -------------------------------------------------------------------------------- */

static void the_board_is_read_from_the_reports(void **state)
{
	const char *trouble;

	(void)state;
	RUN(0, "drill", "due");
	RUN(11, "drill", "due", "--check");
	start("restoration", "indexer-db-restore");
	RUN(0, "drill", "verify", id);
	RUN(0, "drill", "finish", id);
	RUN(0, "drill", "due", "--json");
	assert_string_equal(json_text_at(json_array_get(json_at(said(), "due"), 1), "due_at", ""),
			    "2026-12-22T09:00:00Z");
	put_file("backups/reports/2026-11-22-broken.json", "{\"pass\": true");
	put_file("backups/reports/notes.json", "[]");	/* no name of a report: nobody's */
	RUN(0, "drill", "due", "--json");
	trouble = json_text_at(said(), "trouble", "");
	assert_non_null(strstr(trouble, "1 report cannot be read: 2026-11-22-broken.json"));
	complains("2026-11-22-broken.json");
}

static void due_soon_and_overdue_have_exits_of_their_own(void **state)
{
	char drills[320];

	(void)state;
	(void)snprintf(drills, sizeof(drills), "drills: {sources: [], reports: %s, types: {full-dr: "
		       "{every: 730d}, tabletop: {every: 730d}, backup-verification: {every: 730d}}}\n",
		       reports);
	configure(drills);
	for (int i = 0; i < 3; i++) {
		static const char *const types[] = { "full-dr", "tabletop", "backup-verification" };
		char name[96], text[320];

		(void)snprintf(name, sizeof(name), "backups/reports/2026-11-01-r%d.json", i);
		(void)snprintf(text, sizeof(text), "{\"schema\":\"binnacle.dr_report/1\",\"start\":"
			       "\"2026-11-01T00:00:00Z\",\"end\":\"2026-11-01T00:00:01Z\","
			       "\"health_status_code\":\"200\",\"indexer_status_code\":\"200\",\"pass\":"
			       "true,\"drill\":{\"id\":\"r%d\",\"type\":\"%s\",\"scenario\":\"other\"}}", i,
			       types[i]);
		if (i == 0) {
			start("restoration", "indexer-db-restore");
			RUN(0, "drill", "verify", id);
			RUN(0, "drill", "finish", id);
		}
		put_file(name, text);
	}
	RUN(0, "drill", "due", "--check");
	at("2026-12-20T00:00:00Z");
	RUN(10, "drill", "due", "--check");
	at("2026-12-23T00:00:00Z");
	RUN(11, "drill", "due", "--check");
}

/* --- killed ----------------------------------------------------------------------------------- */

/* A finish of its own process group that is killed after this long, wherever it is then. */
static void finish_and_kill(long after_ms)
{
	const struct timespec wait = { .tv_nsec = after_ms * 1000000 };
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)!freopen("/dev/null", "w", stdout);
		(void)!freopen("/dev/null", "w", stderr);
		execl(command_binnacle(), "binnacle", "drill", "finish", id, (char *)NULL);
		_exit(127);
	}
	(void)nanosleep(&wait, NULL);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void a_finish_that_was_killed_is_finished_again(void **state)
{
	(void)state;
	for (long after = 0; after <= 120; after += 8) {
		start("restoration", "indexer-db-restore");
		RUN(0, "drill", "verify", id);
		finish_and_kill(after);
		RUN(0, "drill", "finish", id);
		report_agrees_with_the_lines();
		the_report_on_record_is_the_file();
		RUN(0, "incident", "verify", id);
	}
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_drill_is_refused_where_something_real_can_be_reached),
		T(what_is_wrong_with_a_start_is_said_before_anything_is_written),
		T(a_drill_that_passed_is_reviewed_and_signed_off_by_others),
		T(a_drill_that_nobody_verified_did_not_pass), T(a_corrupt_artifact_fails_the_drill),
		T(the_window_and_the_targets_are_announced), T(verbs_of_drills_are_for_drills),
		T(what_was_done_by_hand_needs_words),
		T(the_board_is_read_from_the_reports),
		T(due_soon_and_overdue_have_exits_of_their_own),
		T(a_finish_that_was_killed_is_finished_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
