/*
 * test_recovery.c: `drill verify` on a real PostgreSQL: counts against the golden manifest, the
 * newest data, a sample write, and that what only counts cannot write.
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

#include "base/buf.h"
#include "base/str.h"
#include "tests/lib/command.h"
#include "tests/lib/pgserver.h"

enum { LIMIT = 60000, PATH = 160 };

static struct pgserver server;
static struct command command;
static char home[64], config[PATH];
static bool exists;

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

static void sql(const char *text)
{
	char psql[256];

	snprintf(psql, sizeof(psql), "%s/psql", server.bin);
	command_done(&command);
	command_run(&command, (const char *[]){ psql, "-Xqc", text, server.dsn, NULL }, LIMIT);
	if (command.status != 0)
		fail_msg("%s: %s", text, buf_cstr(&command.err));
}

static int setup(void **state)
{
	struct err err = { 0 };

	(void)state;
	exists = pgserver_exists(&server);
	if (!exists) {
		puts("SKIPPED: no PostgreSQL 15 on this machine (lab/lab up gets one)");
		return 0;
	}
	if (!pgserver_start(&server, &err)) {
		print_message("%s\n", err.text);
		return -1;
	}
	str_put(home, sizeof(home), "/tmp/binnacle-recovery-XXXXXX");
	assert_non_null(mkdtemp(home));
	snprintf(config, sizeof(config), "%s/config.yaml", home);
	umask(077);
	put("dsn", server.dsn);
	put("golden.json", "{\"counts\": {\"rows\": 3}}");
	sql("CREATE TABLE rows (n int, at timestamptz DEFAULT '2026-11-21 08:00:02+00')");
	assert_int_equal(setenv("BINNACLE_STATE_DIR", home, 1), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (!exists)
		return 0;
	command_done(&command);
	command_run(&command, (const char *[]){ "rm", "-rf", home, NULL }, LIMIT);
	command_done(&command);
	pgserver_stop(&server);
	return 0;
}

/* Three rows, and what is configured besides. */
static void begin(const char *more)
{
	struct buf text = { 0 };

	if (!exists)
		skip();
	sql("TRUNCATE rows");
	sql("INSERT INTO rows SELECT generate_series(1, 3)");
	buf_fmt(&text, "environment: dr-test\ndrills: {sources: [db], reports: %s/reports}\n"
		"sources: {db: {kind: postgres, dsn_file: %s/dsn}}\n"
		"recovery:\n  source: db\n  golden: %s/golden.json\n"
		"  data_until: SELECT max(at) FROM rows\n%s", home, home, home, more);
	put("config.yaml", buf_cstr(&text));
	buf_done(&text);
}

static void verify(int status, const char *armed)
{
	command_done(&command);
	command_run(&command, (const char *[]){ command_binnacle(), "-c", config, "drill", "verify",
						"--timeout", "5s", armed, NULL }, LIMIT);
	if (command.status != status)
		fail_msg("exit %d, wanted %d: %s%s", command.status, status,
			 buf_cstr(&command.out), buf_cstr(&command.err));
}

static void prints(const char *text)
{
	if (!strstr(buf_cstr(&command.out), text))
		fail_msg("'%s' is not in: %s", text, buf_cstr(&command.out));
}

#define COUNTS "  counts: [{name: rows, query: SELECT count(*) FROM rows, tolerance: 1}]\n"

static void what_came_back_agrees_within_its_tolerance(void **state)
{
	(void)state;
	begin(COUNTS);
	verify(0, NULL);
	prints("ok    count       rows  3 of 3");
	prints("data until  2026-11-21T08:00:02Z");
	sql("DELETE FROM rows WHERE n = 1");
	verify(0, NULL);
	prints("ok    count       rows  2 of 3");
	sql("DELETE FROM rows WHERE n = 2");
	verify(30, NULL);
	prints("reconciliation: rows differ by -2 (tolerance 1)");
}

static void a_count_that_would_write_is_refused(void **state)
{
	(void)state;
	begin("  counts:\n    - name: rows\n      query: "
	      "WITH gone AS (DELETE FROM rows RETURNING n) SELECT count(*) FROM gone\n");
	verify(30, NULL);
	prints("reconciliation: rows could not be counted: ERROR");
	sql("SELECT 1 / (count(*) / 3) FROM rows");	/* all three are there: else it fails */
}

static void what_cannot_be_counted_or_dated_is_a_failure(void **state)
{
	(void)state;
	begin("  counts:\n    - {name: rows, query: SELECT 'many'}\n"
	      "    - {name: gone, query: SELECT count(*) FROM gone}\n");
	sql("TRUNCATE rows");
	verify(30, NULL);
	prints("rows could not be counted: it is no whole number");
	prints("gone is in no golden manifest");
	prints("data_until: what came back is no time");
}

#define WRITE "  smoke: [{name: write, kind: write, query: INSERT INTO rows VALUES (9)}]\n"

static void a_sample_write_is_done_when_it_is_armed(void **state)
{
	(void)state;
	begin(WRITE);
	verify(0, NULL);
	prints("a write needs --armed");
	sql("SELECT 1 / (count(*) / 3 * (4 - count(*))) FROM rows");	/* three of them */
	verify(0, "--armed");
	sql("SELECT 1 / (count(*) / 4) FROM rows");			/* four */
	sql("ALTER SYSTEM SET default_transaction_read_only = on");
	sql("SELECT pg_reload_conf()");
	verify(30, "--armed");
	prints("smoke test write: ERROR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_back_agrees_within_its_tolerance),
		cmocka_unit_test(a_count_that_would_write_is_refused),
		cmocka_unit_test(what_cannot_be_counted_or_dated_is_a_failure),
		cmocka_unit_test(a_sample_write_is_done_when_it_is_armed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
