/*
 * test_export_signals.c: the course of the signals, asked of Prometheus when an incident is written
 * up: it is on the record and in the files, it is asked for once, and without an answer the export
 * is written all the same. The token with which it is asked is in nothing that is written, whatever
 * the server says back.
 */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/canary.h"
#include "tests/lib/httpd.h"
#include "tests/lib/script.h"

static const char range[] = "/api/v1/query_range";
static const char *const names[CANARIES] = { "prometheus", "1", "2", "3", "4", "5", "6", "7", "8",
					     "9", "10", "11" };
static struct httpd *httpd;
static struct canaries canaries;
static char id[16];
static size_t files_read;

static int setup(void **state)
{
	struct buf yaml = { 0 };
	struct err err = { 0 };
	char url[64];

	if (script_setup(state) != 0)
		return -1;
	httpd = httpd_start(NULL, 0, &err);
	if (!httpd)
		return -1;
	canaries_make(&canaries, names, 0);
	setenv("PROM", canaries.all[0].text, 1);
	httpd_url(httpd, "", url, sizeof(url));
	buf_fmt(&yaml, "operator: ana\nsources:\n"
		"  prom: {kind: prometheus, url: \"%s\", auth: {bearer_env: PROM}}\n"
		"checks:\n  error_rate: {query: \"rate(errors[1m])\", source: prom, warn: \"> 1\"}\n",
		url);
	script_configure(buf_cstr(&yaml));
	buf_done(&yaml);
	RUN(0, "incident", "open", "--title", "Indexer down", "--sev", "1", "--no-ask", "--json");
	(void)str_put(id, sizeof(id), json_text_at(script_said(), "id", ""));
	script_at("2026-11-22T02:40:00Z");
	RUN(0, "incident", "resolve", id, "--summary", "Payments were late.", "--reason", "over");
	script_at("2026-11-22T04:00:00Z");
	return 0;
}

static int teardown(void **state)
{
	httpd_stop(httpd);
	httpd = NULL;
	return script_teardown(state);
}

static void answer(int status, const char *body)
{
	httpd_set(httpd, &(struct httpd_rule){ .path = range, .status = status,
					       .body = str_of(body) });
}

/* Four points of the night; `note` stands in a label. */
static void answer_course(struct buf *body, const char *note)
{
	buf_clear(body);
	buf_fmt(body, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{"
		"\"metric\":{\"job\":\"api\",\"note\":\"%s\"},\"values\":[[1795311000,\"0.1\"],"
		"[1795312800,\"7.25\"],[1795314000,\"6.5\"],[1795315200,\"0.2\"]]}]}}", note);
	answer(200, buf_cstr(body));
}

static size_t recordings(void)
{
	script_sh(0, "cat incidents/*/journal.*.jsonl | grep -c '\"kind\":\"signals.recorded\"' || :");
	return (size_t)strtoul(buf_cstr(&script_command.out), NULL, 10);
}

static void the_course_is_in_the_files_and_asked_for_once(void **state)
{
	struct buf body = { 0 };
	size_t asked;

	(void)state;
	answer_course(&body, "");
	RUN(0, "incident", "export", id, "--out", script_path("x"));
	script_says_nothing();
	asked = httpd_requests(httpd, range);	/* once for each signal that has a query */
	assert_true(asked > 0);
	httpd_last_head(httpd, range, &body);
	assert_non_null(strstr(buf_cstr(&body), "&start=1795309200&end=1795316100&"));
	script_holds("x/timeline.json", "\"error_rate\"");
	script_holds("x/timeline.json", "7.25");
	script_holds("x/postmortem.html", "error_rate");
	assert_int_equal(recordings(), 1);
	RUN(0, "incident", "export", id, "--out", script_path("x"));
	RUN(0, "incident", "bundle", id, "--out", script_path("b"));
	assert_int_equal(httpd_requests(httpd, range), asked);
	assert_int_equal(recordings(), 1);
	script_sh(0, "grep -q 7.25 b/evidence/*");
	RUN(0, "verify", script_path("b"));
	buf_done(&body);
}

static void nobody_is_asked_when_that_is_not_wanted(void **state)
{
	struct buf body = { 0 };

	(void)state;
	answer_course(&body, "");
	RUN(0, "incident", "export", id, "--no-ask");
	RUN(0, "incident", "export", id, "--read-only");
	assert_int_equal(httpd_requests(httpd, NULL), 0);
	assert_int_equal(recordings(), 0);
	buf_done(&body);
}

static void without_an_answer_it_is_written_all_the_same(void **state)
{
	static const struct { int status; const char *body, *why; } cases[] = {
		{ 503, "upstream is gone", "HTTP 503" },
		{ 200, "<html>", "not JSON" },
		{ 400, "{\"status\":\"error\",\"error\":\"parse error\"}", "parse error" },
		{ 200, "{\"status\":\"success\",\"data\":{}}", "HTTP 200 without a result" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		answer(cases[i].status, cases[i].body);
		RUN(0, "incident", "export", id, "--out", script_path("x"));
		script_complains("the course of the signals is not all on the record: ");
		script_complains(cases[i].why);
		script_holds("x/timeline.json", "\"signals\":[]");
	}
	assert_int_equal(recordings(), 0);
}

/* --- the secret ------------------------------------------------------------------------------ */

static void expect_clean(const char *where, struct str bytes)
{
	const char *how = NULL;
	const struct canary *canary = canaries_find(&canaries, bytes, &how);

	if (canary)
		fail_msg("%s holds the secret %s (%s)", where, canary->name, how);
}

static int read_file(const char *path, const struct stat *is, int type, struct FTW *place)
{
	static char bytes[4 * 1024 * 1024];
	FILE *file;
	size_t len;

	(void)is;
	(void)place;
	if (type != FTW_F)
		return 0;
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	expect_clean(path, str_sub(bytes, len));
	files_read++;
	return 0;
}

static void said_is_clean(void)
{
	expect_clean("standard output", str_sub(buf_cstr(&script_command.out),
						script_command.out.len));
	expect_clean("standard error", str_sub(buf_cstr(&script_command.err),
					       script_command.err.len));
}

static void nothing_that_is_written_holds_the_token(void **state)
{
	struct buf echo = { 0 }, body = { 0 };

	(void)state;
	canary_echo(&echo, &canaries.all[0]);
	/* It is fetched where it is asked with: what has it and did not ask may be anybody. */
	answer(403, buf_cstr(&echo));
	RUN(0, "incident", "export", id, "--log-level", "debug");
	said_is_clean();
	httpd_last_head(httpd, range, &body);
	assert_non_null(strstr(buf_cstr(&body), canaries.all[0].text));
	answer_course(&body, buf_cstr(&echo));
	RUN(0, "incident", "export", id, "--log-level", "debug", "--json");
	said_is_clean();
	RUN(0, "incident", "export", id, "--public", "--out", script_path("public"));
	said_is_clean();
	RUN(0, "incident", "bundle", id, "--out", script_path("b"));
	said_is_clean();
	assert_int_equal(recordings(), 1);
	files_read = 0;
	assert_int_equal(nftw(script_home, read_file, 16, FTW_PHYS), 0);
	assert_true(files_read >= 20);		/* three times five, the lists, journal, evidence */
	script_sh(0, "grep -rq '\\[redacted\\]' incidents/*/evidence");
	buf_done(&echo);
	buf_done(&body);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(the_course_is_in_the_files_and_asked_for_once),
		EACH(nobody_is_asked_when_that_is_not_wanted),
		EACH(without_an_answer_it_is_written_all_the_same),
		EACH(nothing_that_is_written_holds_the_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
