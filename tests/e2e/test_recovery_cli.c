/*
 * test_recovery_cli.c: `drill verify` without a drill, and scripts/recovery_test.sh: what passes,
 * what does not, what is refused, and that nothing hangs and nothing secret is told.
 */
#include <glob.h>
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
#include "base/digest.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/httpd.h"

#define PASSWORD "canary-Passw0rd-77aa"

enum { LIMIT = 60000, PATH = 160 };

static struct command command;
static struct httpd *httpd;
static char home[64], config[PATH], url[PATH];

/* --- what it works on ------------------------------------------------------------------------- */

static void put(const char *name, const char *text)
{
	char path[PATH];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", home, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* `recovery:` of every test: one artifact, one component, one count of a service, smoke tests. */
static void configure(const char *head, const char *smoke)
{
	struct buf text = { 0 };

	buf_fmt(&text, "operator: ana\nenvironment: dr-test\n%s"
		"recovery:\n  manifest: %s/manifest.json\n  artifacts: %s/artifacts\n"
		"  release_command: [cat, %s/release]\n"
		"  components: [{name: api, layer: api, url: \"%s/health\", within: 1s}]\n"
		"  reconcile: [{name: rows, url: \"%s/rows\", path: data.count}]\n"
		"  smoke:\n    - {name: health, url: \"%s/health\", expect: well}\n"
		"    - {name: write, kind: write, url: \"%s/write\", body: '{}'}\n%s"
		"  on_chain: {url: \"%s/recoveries\"}\n", head, home, home, home, url, url, url, url,
		smoke, url);
	put("config.yaml", buf_cstr(&text));
	buf_done(&text);
}

static void put_manifest(const char *artifact)
{
	char sum[DIGEST_HEX], text[512];

	digest_sha256(sum, str_of(artifact));
	snprintf(text, sizeof(text), "{\"manifest_id\": \"m1\", \"backup_id\": \"7\", "
		 "\"integrity_hash\": \"%s\", \"release_tag\": \"v1\", \"counts\": {\"rows\": 5}, "
		 "\"artifacts\": [{\"path\": \"dump\", \"sha256\": \"%s\"}]}", sum, sum);
	put("manifest.json", text);
}

static const char fence[] = "drills: {sources: []";

static char *head_of(const char *more)
{
	static char text[512];

	snprintf(text, sizeof(text), "%s, reports: %s/reports}\n%s", fence, home, more);
	return text;
}

static int setup(void **state)
{
	static const struct httpd_rule rules[] = {
		{ .path = "/health", .body = { "{\"status\":\"well\"}", 17 } },
		{ .path = "/rows", .body = { "{\"data\":{\"count\":5}}", 20 } },
		{ .path = "/write", .status = 201, .body = { "{}", 2 } },
		{ .path = "/hang", .mode = HTTPD_SILENT },
		{ .path = "/failing", .body = { "{\"status\":\"error\"}", 18 } },
		{ .path = "/recoveries", .body = { "[]", 2 } },
	};
	char path[PATH];
	struct err err;

	(void)state;
	str_put(home, sizeof(home), "/tmp/binnacle-recovery-XXXXXX");
	assert_non_null(mkdtemp(home));
	snprintf(config, sizeof(config), "%s/config.yaml", home);
	snprintf(path, sizeof(path), "%s/artifacts", home);
	assert_int_equal(mkdir(path, 0700), 0);
	httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	assert_non_null(httpd);
	httpd_url(httpd, "", url, sizeof(url));
	assert_int_equal(setenv("BINNACLE_STATE_DIR", home, 1), 0);
	assert_int_equal(setenv("BINNACLE", command_binnacle(), 1), 0);
	return 0;
}

static int good(void **state)
{
	(void)state;
	put("artifacts/dump", "the rows");
	put("release", "v1\n");
	put_manifest("the rows");
	configure(head_of(""), "");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	command_run(&command, (const char *[]){ "rm", "-rf", home, NULL }, LIMIT);
	command_done(&command);
	httpd_stop(httpd);
	return 0;
}

/* --- running ---------------------------------------------------------------------------------- */

static void expect_of(int status, const char *const *argv)
{
	command_done(&command);
	command_run(&command, argv, LIMIT);
	if (command.status != status)
		fail_msg("exit %d, wanted %d: %s%s", command.status, status, buf_cstr(&command.out),
			 buf_cstr(&command.err));
}

#define VERIFY(status, ...) \
	expect_of(status, (const char *const[]){ command_binnacle(), "-c", config, "drill", \
						 "verify", __VA_ARGS__ NULL })
#define SCRIPT(status, ...) \
	expect_of(status, (const char *const[]){ "scripts/recovery_test.sh", "-c", config, \
						 __VA_ARGS__ NULL })

static void prints(const char *text)
{
	if (!strstr(buf_cstr(&command.out), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(&command.out));
}

static void complains(const char *text)
{
	if (!strstr(buf_cstr(&command.err), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(&command.err));
}

/* Of the last line; the caller drops it. */
static json_t *report(void)
{
	const char *at = strstr(buf_cstr(&command.out), "report: ");
	char path[PATH * 2];
	json_t *root;

	if (!at)
		fail_msg("no report: %s", buf_cstr(&command.out));
	assert_true(str_copy(path, sizeof(path), str_sub(at + 8, strcspn(at + 8, "\n"))));
	root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	return root;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void a_sound_recovery_passes_and_leaves_a_report(void **state)
{
	json_t *root;
	double rate = 0;

	(void)state;
	VERIFY(0, "--armed",);
	prints("ok    artifact    dump  match");
	prints("ok    smoke       write  201");
	root = report();
	assert_true(json_is_true(json_at(root, "pass")));
	assert_string_equal(json_text_at(root, "health_status_code", ""), "200");
	assert_string_equal(json_text_at(root, "indexer_status_code", ""), "000");
	assert_string_equal(json_text_at(root, "drill.type", ""), "backup-verification");
	assert_true(json_double_at(root, "integrity.pass_rate_percent", &rate) && rate > 99.9);
	assert_true(json_is_null(json_at(root, "on_chain")));
	json_decref(root);
	VERIFY(0, "--type", "restoration", "--json",);
	prints("\"schema\":\"binnacle.drill_verify/1\",\"pass\":true");
}

static void a_write_is_left_out_unless_it_is_armed(void **state)
{
	size_t before = httpd_requests(httpd, "/write");
	const json_t *smoke;
	json_t *root;

	(void)state;
	VERIFY(0, );
	root = report();
	smoke = json_array_get(json_at(root, "smoke_tests"), 1);
	assert_true(json_is_null(json_at(smoke, "pass")));
	assert_string_equal(json_text_at(smoke, "skipped_reason", ""), "a write needs --armed");
	json_decref(root);
	VERIFY(0, "--armed", "--read-only",);
	assert_int_equal(httpd_requests(httpd, "/write"), before);
	VERIFY(0, "--armed",);
	assert_int_equal(httpd_requests(httpd, "/write"), before + 1);
}

static void each_thing_that_is_wrong_has_its_sentence(void **state)
{
	static const struct {
		const char *file, *text, *why;
	} cases[] = {
		{ "artifacts/dump", "other rows", "integrity: the artifact dump is not what" },
		{ "release", "v2\n", "release: v2 runs, the backup was made with v1" },
		{ "manifest.json", "{", "integrity: the manifest: not JSON" },
		{ "artifacts/more", "x", "integrity: more is on no manifest" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char path[PATH];

		good(NULL);
		put(cases[i].file, cases[i].text);
		VERIFY(30, );
		prints(cases[i].why);
		snprintf(path, sizeof(path), "%s/%s", home, cases[i].file);
		assert_int_equal(remove(path), 0);
	}
	good(NULL);
	httpd_set(httpd, &(struct httpd_rule){ .path = "/rows",
					       .body = { "{\"data\":{\"count\":4}}", 20 } });
	VERIFY(30, );
	prints("reconciliation: rows differ by -1 (tolerance 0)");
	httpd_set(httpd, &(struct httpd_rule){ .path = "/rows",
					       .body = { "{\"data\":{\"count\":5}}", 20 } });
}

static void what_hangs_ends_by_the_time_that_it_is_given(void **state)
{
	char smoke[512];

	(void)state;
	snprintf(smoke, sizeof(smoke), "    - {name: hang, kind: read, url: \"%s/hang\"}\n"
		 "    - {name: sleep, kind: other, command: [sleep, \"300\"]}\n"
		 "    - {name: bad, kind: read, url: \"%s/failing\"}\n", url, url);
	configure(head_of(""), smoke);
	VERIFY(30, "--timeout", "300ms",);
	prints("smoke test hang: ");
	prints("smoke test sleep: ");
	prints("smoke test bad: its status is error");
}

static void what_is_real_is_refused_and_not_asked(void **state)
{
	static const struct {
		const char *head, *why;
	} cases[] = {
		{ "drills: {sources: [web]}\nsources: {web: {kind: http, url: \"http://127.0.0.1:1/\", "
		  "production: true}}\n", "web is marked as production" },
		{ "drills: {sources: []}\nsources: {web: {kind: http, url: \"http://127.0.0.1:1/\"}}\n",
		  "web is not on drills.sources" },
		{ "drills: {sources: []}\nenvironments: {dr-test: {production: true}}\n",
		  "dr-test is marked as production" },
		{ "", "drills.sources is not set" },
	};
	size_t before = httpd_requests(httpd, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		configure(cases[i].head, "");
		VERIFY(77, "--armed",);
		complains(cases[i].why);
		SCRIPT(77, "--armed",);
	}
	assert_int_equal(httpd_requests(httpd, NULL), before);
}

static void nothing_to_verify_is_no_pass(void **state)
{
	(void)state;
	put("config.yaml", "drills: {sources: []}\n");
	VERIFY(3, );
	complains("nothing is configured to verify");
	put("config.yaml", "recovery: {manifets: x}\n");
	VERIFY(3, );
	good(NULL);
	VERIFY(2, "--type", "party",);
	VERIFY(5, "nobody",);
}

static void the_script_says_it_with_0_and_2(void **state)
{
	glob_t found;
	char pattern[PATH];

	(void)state;
	SCRIPT(0, "--armed",);
	prints("report: ");
	put("artifacts/dump", "other rows");
	SCRIPT(2, );
	prints("report: ");
	SCRIPT(64, "--no-such-flag",);
	put("config.yaml", "recovery: [\n");
	SCRIPT(3, );
	snprintf(pattern, sizeof(pattern), "%s/reports/*-verify-*.json", home);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	globfree(&found);
}

/* By a command's output, by a target, by a sentence: whatever is written down. */
static void nothing_that_is_written_holds_a_password(void **state)
{
	static const char smoke[] =
		"    - {name: leak, kind: other, command: [sh, -c, \"echo "
		"postgres://ana:" PASSWORD "@db/x >&2; exit 1\"]}\n"
		"    - {name: target, kind: other, command: [\"postgres://ana:" PASSWORD "@db/x\"]}\n";

	(void)state;
	configure(head_of(""), smoke);
	VERIFY(30, );
	assert_null(strstr(buf_cstr(&command.out), PASSWORD));
	assert_null(strstr(buf_cstr(&command.err), PASSWORD));
	VERIFY(30, "--json",);
	assert_null(strstr(buf_cstr(&command.out), PASSWORD));
	command_done(&command);
	command_run(&command, (const char *[]){ "grep", "-r", PASSWORD, home, "--include=*.json",
						NULL }, LIMIT);
	assert_int_equal(command.status, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_sound_recovery_passes_and_leaves_a_report, good),
		cmocka_unit_test_setup(a_write_is_left_out_unless_it_is_armed, good),
		cmocka_unit_test_setup(each_thing_that_is_wrong_has_its_sentence, good),
		cmocka_unit_test_setup(what_hangs_ends_by_the_time_that_it_is_given, good),
		cmocka_unit_test_setup(what_is_real_is_refused_and_not_asked, good),
		cmocka_unit_test_setup(nothing_to_verify_is_no_pass, good),
		cmocka_unit_test_setup(the_script_says_it_with_0_and_2, good),
		cmocka_unit_test_setup(nothing_that_is_written_holds_a_password, good),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
