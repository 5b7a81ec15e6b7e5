/*
 * Fences without a shell against a real PostgreSQL of their own and a server of canned answers:
 * what comes back, what is refused before anything is sent, and what cannot be written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <signal.h>

#include <cmocka.h>

#include "backends/postgres.h"
#include "io/fences.h"
#include "tests/lib/httpd.h"
#include "tests/lib/pgserver.h"
#include "tests/lib/pump.h"

enum { LIMIT = 60000, LONG = 20000, DSN = 300 };

struct got {
	int count;
	bool ran, well;
	struct buf text;
};

static struct pgserver server;
static struct loop *loop;
static char dsn_variable[DSN];
static const char *environment[2];
static struct postgres_replica replica = {
	.name = "b", .dsn = { .from = SECRET_ENV, .name = "NO_SUCH_VARIABLE" },
};
static struct postgres_config config = {
	.source = { .name = "db", .kind = "postgres" },
	.dsn = { .from = SECRET_ENV, .name = "DSN" },
	.replicas = { &replica, 1 },
};
static const char *const values[] = {
	"NAME=it's \\ \"x\"; DROP TABLE t; --", "TABLE=odd\"name", "N=5", "BROKEN=\xff",
	"WORD=api-1", NULL,
};

static void on_done(void *arg, const struct fence_answer *answer)
{
	struct got *got = arg;

	got->count++;
	got->ran = answer->ran;
	got->well = answer->well;
	(void)buf_add(&got->text, answer->text.p, answer->text.len);
}

static struct fence_errand *start(const struct source_config *source, const struct fence *fence,
				  msec timeout, struct got *got)
{
	const struct fence_plan plan = {
		.loop = loop, .environment = environment, .fence = fence, .source = source,
		.values = values, .timeout = timeout,
	};

	return fences_start(&plan, on_done, got);
}

static struct got ask(const struct source_config *source, const struct fence *fence, msec timeout)
{
	struct got got = { 0 };

	(void)start(source, fence, timeout, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	return got;
}

static struct got sql(const char *text, bool write)
{
	const struct fence fence = { .lang = LANG_SQL, .text = text, .write = write };

	return ask(&config.source, &fence, LONG);
}

static int setup(void **state)
{
	struct err err;

	(void)state;
	loop = loop_new(&err);
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	loop_free(loop);
	return 0;
}

struct sql_case {
	const char *sql;
	bool write, ran, well;
	const char *text;		/* the whole; "~...": a part of it */
};

static const struct sql_case cases[] = {
	{ "SELECT 1, NULL, true, 'a|b'", false, true, true, "1||t|a|b\n" },
	{ "SELECT 1; SELECT 2;\n-- the end\n", false, true, true, "1\n2\n" },
	{ "SELECT generate_series(1, 3)", false, true, true, "1\n2\n3\n" },
	{ "TABLE t", false, true, true, "" },
	{ "SHOW transaction_read_only", false, true, true, "on\n" },
	{ "SHOW statement_timeout", false, true, true, "15s\n" },
	{ "SELECT :'NAME'", false, true, true, "it's \\ \"x\"; DROP TABLE t; --\n" },
	{ "SELECT 1 AS :\"TABLE\"", false, true, true, "1\n" },
	{ "SELECT :'N'::int + 1", false, true, true, "6\n" },
	{ "DO $$ BEGIN RAISE NOTICE 'look %', 1; END $$", true, true, true, "NOTICE:  look 1\nDO\n" },
	{ "SELECT * FROM nowhere", false, true, false, "ERROR:  relation \"nowhere\" does not exist\n" },
	{ "SELECT 1; SELECT 1 / 0; SELECT 2", false, true, false, "1\nERROR:  division by zero\n" },
	{ "SELECT E'\\x1b[31m'", false, true, true, "\033[31m\n" },
	{ "SELECT * FROM \"\x1b[31m\"", false, true, false, "~^[[31m" },
	{ "", false, false, false, "there is no statement in it\n" },
	/* Nothing of these reaches the server. */
	{ "SELECT 1; SELECT :'ABSENT'", false, false, false, "line 1: ABSENT has no value\n" },
	{ "SELECT :'BROKEN'", false, false, false, "line 1: the value of BROKEN: it is not UTF-8\n" },
	{ "SELECT :N", false, false, false, "~a bare :N would be taken for SQL" },
	{ "\\dt", false, false, false, "~a command of psql" },
	{ "SELECT 1;\nDELETE FROM t", false, false, false,
	  "line 2: \"delete\" does not only read, and the fence does not say `write`\n" },
	{ "COMMIT; DELETE FROM t", false, false, false, "~\"commit\" does not only read" },
	{ "SET TRANSACTION READ WRITE; SELECT 1", false, false, false, "~\"set\" does not only read" },
	{ "COPY t TO PROGRAM 'cat'", false, false, false, "~\"copy\" does not only read" },
	/* The server says no to what looks like reading. */
	{ "WITH x AS (INSERT INTO t VALUES (1) RETURNING n) SELECT n FROM x", false, true, false,
	  "~read-only transaction" },
	{ "SELECT set_config('transaction_read_only', 'off', false)", false, true, false,
	  "~transaction read-write mode must be set before any query" },
	{ "SELECT nextval('s')", false, true, false, "~read-only transaction" },
	{ "EXPLAIN ANALYZE INSERT INTO t VALUES (1)", false, true, false, "~read-only transaction" },
	{ "SELECT (1; SELECT 2", false, true, false, "~ERROR:  " },
	/* With leave to write, as psql does it. */
	{ "CREATE TABLE w (n int); INSERT INTO w VALUES (1), (2); SELECT count(*) FROM w", true, true,
	  true, "CREATE TABLE\nINSERT 0 2\n2\n" },
	{ "BEGIN; DELETE FROM w; ROLLBACK; SELECT count(*) FROM w", true, true, true,
	  "BEGIN\nDELETE 2\nROLLBACK\n2\n" },
	{ "BEGIN; DELETE FROM w", true, true, false,
	  "BEGIN\nDELETE 2\na transaction was left open: it was rolled back\n" },
	{ "SELECT count(*) FROM w", false, true, true, "2\n" },
	{ "VACUUM w", true, true, true, "VACUUM\n" },
	{ "INSERT INTO w VALUES (3); SELECT 1 / 0; INSERT INTO w VALUES (4)", true, true, false,
	  "INSERT 0 1\nERROR:  division by zero\n" },
	{ "SELECT max(n) FROM w; DROP TABLE w", true, true, true, "3\nDROP TABLE\n" },
	{ "COPY t TO STDOUT", true, true, false, "~the statement copies" },
};

static bool is_as_wanted(const struct got *got, const struct sql_case *want)
{
	const char *text = buf_cstr(&got->text);

	if (got->ran != want->ran || got->well != want->well)
		return false;
	return want->text[0] == '~' ? strstr(text, want->text + 1) != NULL :
				      strcmp(text, want->text) == 0;
}

static void sql_answers_as_psql_would(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct got got = sql(cases[i].sql, cases[i].write);

		if (!is_as_wanted(&got, &cases[i]))
			fail_msg("%s\n  ran %d, well %d: %s", cases[i].sql, got.ran, got.well,
				 buf_cstr(&got.text));
		buf_done(&got.text);
	}
}

static void what_is_too_much_is_cut_and_said_so(void **state)
{
	struct got got = sql("SELECT repeat('x', 100) FROM generate_series(1, 5000)", false);

	(void)state;
	if (!got.well || !strstr(buf_cstr(&got.text), "[3000 more rows]\n"))
		fail_msg("%.200s", buf_cstr(&got.text));
	assert_int_equal(got.text.len, 2000 * 101 + strlen("[3000 more rows]\n"));
	buf_done(&got.text);
	got = sql("SELECT repeat('x', 200000) FROM generate_series(1, 50)", false);
	if (!strstr(buf_cstr(&got.text), "[45 more rows]\n"))
		fail_msg("%.200s", buf_cstr(&got.text));
	buf_done(&got.text);
	got = sql("SELECT repeat('x', 100000000)", false);
	assert_false(got.well);
	assert_string_equal(buf_cstr(&got.text), "a row of more bytes than we take\n");
	buf_done(&got.text);
}

static void the_server_gives_up_before_we_do(void **state)
{
	const struct fence fence = { .lang = LANG_SQL, .text = "SELECT pg_sleep(600)" };
	struct got got = ask(&config.source, &fence, 1000);

	(void)state;
	assert_true(got.ran && !got.well);
	assert_non_null(strstr(buf_cstr(&got.text), "statement timeout"));
	buf_done(&got.text);
}

static void a_server_that_hangs_is_given_up(void **state)
{
	const struct fence fence = { .lang = LANG_SQL, .text = "SELECT 1" };
	struct got got = { 0 };

	(void)state;
	pgserver_signal(&server, SIGSTOP);
	(void)start(&config.source, &fence, 700, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	pgserver_signal(&server, SIGCONT);
	assert_false(got.ran || got.well);
	assert_string_equal(buf_cstr(&got.text), "no connection in 700ms\n");
	buf_done(&got.text);
}

static void a_secret_that_is_missing_is_said_and_nothing_ran(void **state)
{
	const struct fence fence = { .lang = LANG_SQL, .text = "SELECT 1" };
	struct got got = { 0 };
	const struct fence_plan plan = {
		.loop = loop, .environment = environment, .fence = &fence, .source = &config.source,
		.target = 1, .timeout = LONG,
	};

	(void)state;
	(void)fences_start(&plan, on_done, &got);
	assert_true(pump(loop, &got.count, 1, LIMIT));
	assert_false(got.ran || got.well);
	assert_non_null(strstr(buf_cstr(&got.text), "NO_SUCH_VARIABLE"));
	buf_done(&got.text);
}

/* HTTP ********************************************************************************/

static struct httpd *httpd;
static char url[100];
static struct source_config web = { .name = "api", .kind = "http", .url = url };
static struct source_config metrics = { .name = "prom", .kind = "prometheus", .url = url };

struct web_case {
	const char *text;
	bool write, ran, well;
	const char *answer;		/* as above */
};

static void check_web(const struct source_config *source, enum fence_lang lang,
		      const struct web_case *all, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct fence fence = { .lang = lang, .text = all[i].text, .write = all[i].write };
		const struct sql_case want = { .ran = all[i].ran, .well = all[i].well,
					       .text = all[i].answer };
		struct got got = ask(source, &fence, LONG);

		if (!is_as_wanted(&got, &want))
			fail_msg("%s\n  ran %d, well %d: %s", all[i].text, got.ran, got.well,
				 buf_cstr(&got.text));
		buf_done(&got.text);
	}
}

static void http_asks_its_own_source_and_shows_the_body(void **state)
{
	static const struct web_case web_cases[] = {
		{ "GET /health", false, true, true, "{\"status\":\"ok\"}" },
		{ "/health?who=${NAME}", false, true, true, "{\"status\":\"ok\"}" },
		{ "GET /gone", false, true, false, "~HTTP 404\n" },
		{ "GET /bad", false, true, false, "HTTP 503\n{\"why\":\"x\"}" },
		{ "POST /health\n\n{\"n\": ${N}}", true, true, true, "{\"status\":\"ok\"}" },
		{ "POST /health", false, false, false,
		  "POST may change something, and the fence does not say `write`\n" },
		{ "GET http://127.0.0.2/health", false, false, false, "~is no path on http://127.0.0.1:" },
		{ "GET /${ABSENT}", false, false, false, "ABSENT has no value\n" },
	};
	struct buf head = { 0 };

	(void)state;
	check_web(&web, LANG_HTTP, web_cases, ARRAY_LEN(web_cases));
	httpd_last_head(httpd, "/health", &head);
	assert_non_null(strstr(buf_cstr(&head), "POST /health HTTP/1.1"));
	assert_non_null(strstr(buf_cstr(&head), "{\"n\": 5}"));
	buf_done(&head);
}

static void promql_prints_series_and_an_empty_answer_is_not_well(void **state)
{
	static const char path[] = "/api/v1/query";
	static const struct {
		const char *body, *text;
		bool well;
		int status;
	} answers[] = {
		{ "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
		  "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\",\"x\":\"y\"},\"value\":[1,\"1\"]},"
		  "{\"metric\":{},\"value\":[1,\"NaN\"]}]}}",
		  "up{job=\"a\",x=\"y\"} 1\n{} NaN\n", true, 200 },
		{ "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}",
		  "nothing: no series has a value\n", false, 200 },
		{ "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"3.5\"]}}",
		  "3.5\n", true, 200 },
		{ "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
		  "{\"metric\":{\"__name__\":\"up\"},\"values\":[[1,\"1\"],[2,\"2\"]]}]}}",
		  "up 2\n", true, 200 },
		{ "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse \\u001b[31m\"}",
		  "parse ^[[31m\n", false, 400 },
		{ "[]", "the answer is none of Prometheus's\n", false, 200 },
		{ "<html>", "~not JSON", false, 502 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		const struct httpd_rule rule = { .path = path, .status = answers[i].status,
						 .body = str_of(answers[i].body) };
		const struct web_case one = { "up{job=\"${WORD}\"}", false, true, answers[i].well,
					      answers[i].text };

		httpd_set(httpd, &rule);
		check_web(&metrics, LANG_PROMQL, &one, 1);
	}
}

static void promql_refuses_a_value_that_is_no_word(void **state)
{
	static const struct web_case one = {
		"up{job=\"${NAME}\"}", false, false, false, "~may be made of letters, digits",
	};
	struct buf head = { 0 };

	(void)state;
	check_web(&metrics, LANG_PROMQL, &one, 1);
	httpd_last_head(httpd, "/api/v1/query", &head);
	assert_non_null(strstr(buf_cstr(&head), "?query=up%7Bjob%3D%22api-1%22%7D "));
	buf_done(&head);
}

static void one_that_is_cancelled_is_not_heard_of_again(void **state)
{
	static const struct fence fences[] = {
		{ .lang = LANG_SQL, .text = "SELECT pg_sleep(1)" },
		{ .lang = LANG_HTTP, .text = "GET /silent" },
		{ .lang = LANG_PROMQL, .text = "up" },
		{ .lang = LANG_BASH, .text = "true" },
	};
	struct got got = { 0 };
	const int never = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fences); i++) {
		const struct source_config *source = i == 0 ? &config.source : &web;

		for (msec wait = 0; wait < 200; wait += 100) {
			struct fence_errand *errand = start(source, &fences[i], LONG, &got);

			if (wait > 0 && i < 2)
				(void)pump(loop, &never, 1, wait);
			fences_cancel(errand);
		}
	}
	fences_cancel(NULL);
	(void)pump(loop, &never, 1, 50);
	assert_int_equal(got.count, 0);
}

static bool start_servers(void)
{
	static const struct httpd_rule rules[] = {
		{ .path = "/health", .body = { "{\"status\":\"ok\"}", 15 } },
		{ .path = "/bad", .status = 503, .body = { "{\"why\":\"x\"}", 11 } },
		{ .path = "/silent", .mode = HTTPD_SILENT },
	};
	struct err err = { 0 };

	httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	if (httpd && pgserver_start(&server, &err)) {
		httpd_url(httpd, "", url, sizeof(url));
		snprintf(dsn_variable, sizeof(dsn_variable), "DSN=%s", server.dsn);
		environment[0] = dsn_variable;
		return true;
	}
	fprintf(stderr, "a server does not start: %s\n", err.text);
	return false;
}

static int make_table(void **state)
{
	struct got got;

	(void)setup(state);
	got = sql("CREATE TABLE t (n int); CREATE SEQUENCE s; CREATE TABLE \"odd\"\"name\" (n int)", true);
	if (!got.well)
		print_message("%s", buf_cstr(&got.text));
	(void)teardown(state);
	buf_done(&got.text);
	return got.well ? 0 : -1;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(sql_answers_as_psql_would),
		T(what_is_too_much_is_cut_and_said_so),
		T(the_server_gives_up_before_we_do),
		T(a_server_that_hangs_is_given_up),
		T(a_secret_that_is_missing_is_said_and_nothing_ran),
		T(http_asks_its_own_source_and_shows_the_body),
		T(promql_prints_series_and_an_empty_answer_is_not_well),
		T(promql_refuses_a_value_that_is_no_word),
		T(one_that_is_cancelled_is_not_heard_of_again),
	};
	int failed = 1;

	if (!pgserver_exists(&server)) {
		puts("SKIPPED: no PostgreSQL 15 on this machine (lab/lab up gets one)");
		return 0;
	}
	if (start_servers())
		failed = cmocka_run_group_tests(tests, make_table, NULL);
	pgserver_stop(&server);
	httpd_stop(httpd);
	return failed;
}
