/*
 * Kind postgres against a real primary and its replica, through the loop and the prober: what the
 * questions are worth to a server, to a login without rights, in another time zone, page by page.
 * The states of the lab's scenarios are proven in test_scenarios.c.
 */
#include <libpq-fe.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "backends/postgres.h"
#include "base/attr.h"
#include "io/loop.h"
#include "io/prober.h"
#include "tests/lib/command.h"

static char lab_dir[512];
static char primary_dsn[512], replica_dsn[512], primary_env[600], replica_env[600];

static struct tx_config tx;
static struct postgres_replica replica = {
	.name = "b", .dsn = {.from = SECRET_ENV, .name = "REPLICA_DSN"},
};
static struct postgres_config config;

static int defaults(void **unused)
{
	(void)unused;
	tx = (struct tx_config){
		.source = "db", .preset = TX_TEACHLINK_BRIDGE, .asset = "units",
		.late = 5 * WHEN_MINUTE, .stuck = 2 * WHEN_HOUR, .cancellable = 7 * WHEN_DAY,
	};
	config = (struct postgres_config){
		.source = {.name = "db", .kind = "postgres", .every = 10000, .timeout = 5000},
		.dsn = {.from = SECRET_ENV, .name = "PRIMARY_DSN"},
		.replicas = {&replica, 1}, .lag_bytes = 16777216, .lag = 15000,
		.message_age = 15000, .blocked = 2000, .connections = 80, .transactions = &tx,
	};
	snprintf(primary_env, sizeof(primary_env), "PRIMARY_DSN=%s", primary_dsn);
	snprintf(replica_env, sizeof(replica_env), "REPLICA_DSN=%s", replica_dsn);
	return 0;
}

/* --- the server, behind the console's back --- */

static PGconn *admin(const char *dsn)
{
	char text[600];
	PGconn *db;

	snprintf(text, sizeof(text), "%s user=postgres", dsn);
	db = PQconnectdb(text);
	if (PQstatus(db) != CONNECTION_OK)
		print_message("%s", PQerrorMessage(db));
	assert_int_equal(PQstatus(db), CONNECTION_OK);
	return db;
}

static void run_on(PGconn *db, const char *sql)
{
	PGresult *result = PQexec(db, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		print_message("%s: %s", sql, PQresultErrorMessage(result));
	assert_true(PQresultStatus(result) == PGRES_COMMAND_OK ||
		    PQresultStatus(result) == PGRES_TUPLES_OK);
	PQclear(result);
}

static void run_sql(const char *sql)
{
	PGconn *db = admin(primary_dsn);

	run_on(db, sql);
	PQfinish(db);
}

/* Ask until the query's one value is this one. */
static void wait_for(const char *sql, const char *value)
{
	PGconn *db = admin(primary_dsn);
	bool seen = false;

	for (int i = 0; i < 200 && !seen; i++) {
		PGresult *result = PQexec(db, sql);

		seen = PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), value) == 0;
		PQclear(result);
		if (!seen)
			run_on(db, "SELECT pg_sleep(0.05)");
	}
	PQfinish(db);
	assert_true(seen);
}

/* --- the console's way --- */

static struct loop *loop;
static struct prober *prober;
static struct prober_source source;

static struct prober_context no_context(void *arg)
{
	(void)arg;
	return (struct prober_context){NULL, NULL};
}

static void ignore(void *arg, size_t index, size_t ask)
{
	(void)arg;
	(void)index;
	(void)ask;
}

static void stop(void *arg)
{
	loop_stop(arg);
}

/* Ask everything once; the report borrows from the prober until leave(). */
static void enter(struct report *report)
{
	const char *environment[] = {primary_env, replica_env, NULL};
	struct err err = {0};
	struct prober_setup setup = {
		.sources = &source, .count = 1, .environment = environment,
		.context = no_context, .changed = ignore,
	};

	source = (struct prober_source){&postgres_backend, &config};
	loop = loop_new(&err);
	assert_non_null(loop);
	setup.loop = loop;
	prober = prober_new(&setup);
	prober_once(prober, loop_now(loop).steady + 10000, stop, loop);
	loop_run(loop);
	prober_judge(prober, 0, report);
}

static void leave(struct report *report)
{
	report_done(report);
	prober_free(prober);
	loop_free(loop);
}

static void expect(enum state state, const char *word)
{
	struct report report;

	enter(&report);
	if (report.state != state || !strstr(report.because, word))
		print_message("got %s: %s\n", state_word(report.state), report.because);
	assert_int_equal(report.state, state);
	assert_non_null(strstr(report.because, word));
	leave(&report);
}

/* --- the tests --- */

static void every_question_is_answered(void **unused)
{
	struct report report;
	const struct probe *probe;

	(void)unused;
	enter(&report);
	probe = prober_probe(prober, 0);
	assert_int_equal(probe->ask_count, 7);
	for (size_t i = 0; i < probe->ask_count; i++) {
		if (!probe->views[i].good)
			print_message("%s: %s\n", probe->asks[i].what, probe->views[i].error);
		assert_true(probe->views[i].good);
	}
	assert_int_equal(report.state, STATE_OK);
	assert_string_equal(json_text_at(report.fields, "role", ""), "primary");
	assert_true(json_is_true(json_object_get(report.fields, "writable")));
	leave(&report);
}

static void a_login_without_rights_is_told_what_it_lacks(void **unused)
{
	static const char *const variables[] = {"PRIMARY_DSN", "REPLICA_DSN"};
	char *const out[] = {primary_env, replica_env};
	const char *const dsn[] = {primary_dsn, replica_dsn};
	PGconn *somebody = admin(primary_dsn);
	struct report report;

	(void)unused;
	run_sql("CREATE ROLE plain LOGIN PASSWORD 'plain-password'");
	wait_for("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), min(replay_lsn)) <= 0"
		 " FROM pg_stat_replication", "t");
	for (size_t i = 0; i < 2; i++)
		snprintf(out[i], 600, "%s=%s user=plain password=plain-password", variables[i], dsn[i]);
	enter(&report);
	assert_int_equal(report.state, STATE_UNKNOWN);
	assert_non_null(strstr(report.because, "GRANT pg_monitor TO plain"));
	assert_false(report.tx->known);
	assert_non_null(strstr(report.tx->because, "bridge_transactions"));
	assert_int_equal(report.readings[0].state, STATE_UNKNOWN);
	/* Somebody is connected; who it is, is hidden: then nothing is said of clients. */
	assert_true(json_array_size(json_object_get(report.fields, "clients_unknown")) > 0);
	leave(&report);
	config.replicas.count = 0;
	expect(STATE_UNKNOWN, "GRANT pg_monitor TO plain");
	PQfinish(somebody);
	run_sql("DROP ROLE plain");
}

static void a_session_that_waits_for_a_lock_is_seen_with_its_blocker(void **unused)
{
	PGconn *holder = admin(primary_dsn), *waiter = admin(primary_dsn);
	struct report report;
	char held_by[32];

	(void)unused;
	config.blocked = 100;
	run_on(holder, "BEGIN; LOCK TABLE indexer_state IN ACCESS EXCLUSIVE MODE");
	assert_int_equal(PQsendQuery(waiter, "SELECT count(*) FROM indexer_state"), 1);
	wait_for("SELECT count(*) FROM pg_locks WHERE NOT granted"
		 " AND clock_timestamp() - waitstart > '200 ms'", "1");
	enter(&report);
	assert_int_equal(report.state, STATE_BAD);
	snprintf(held_by, sizeof(held_by), "held by pid %d", PQbackendPID(holder));
	assert_non_null(strstr(report.because, "blocked"));
	assert_non_null(strstr(report.because, held_by));
	assert_int_equal(json_integer_value(json_array_get(json_object_get(report.fields,
			 "blocked_pids"), 0)), PQbackendPID(waiter));
	leave(&report);
	PQfinish(holder);
	PQfinish(waiter);
}

static const json_t *client_named(const struct report *report, const char *application)
{
	const json_t *all = json_object_get(report->fields, "clients");

	for (size_t i = 0; i < json_array_size(all); i++)
		if (strcmp(json_text_at(json_array_get(all, i), "application", ""), application) == 0)
			return json_array_get(all, i);
	return NULL;
}

static void an_application_that_writes_is_named_and_we_are_not(void **unused)
{
	PGconn *writer = admin(primary_dsn), *reader = admin(primary_dsn);
	struct report report;

	(void)unused;
	run_on(writer, "SET application_name = 'payments'");
	run_on(writer, "BEGIN; CREATE TEMP TABLE mine (a int); INSERT INTO mine VALUES (1)");
	run_on(reader, "SET application_name = 'reports'");
	enter(&report);
	assert_true(json_is_true(json_object_get(client_named(&report, "payments"), "writing")));
	assert_string_equal(json_text_at(client_named(&report, "payments"), "node", ""), "primary");
	assert_true(json_is_false(json_object_get(client_named(&report, "reports"), "writing")));
	assert_null(client_named(&report, "binnacle"));
	leave(&report);
	PQfinish(writer);
	PQfinish(reader);
}

static void our_own_transaction_does_not_hide_the_servers_default(void **unused)
{
	(void)unused;
	run_sql("ALTER ROLE binnacle SET default_transaction_read_only = on");
	expect(STATE_BAD, "read-only");
	run_sql("ALTER ROLE binnacle RESET default_transaction_read_only");
	expect(STATE_OK, "writable");
}

static void stuck_rows_are_counted_over_pages_with_exact_amounts(void **unused)
{
	struct report report;

	(void)unused;
	run_sql("CREATE TABLE kept AS SELECT * FROM bridge_transactions");
	run_sql("TRUNCATE bridge_transactions");
	run_sql("INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		" \"destinationAddress\", ledger, \"txHash\", \"timestamp\")"
		" SELECT n, 'G', 9223372036854775807, '1', '0x', n, 'hash ' || n,"
		" extract(epoch FROM now())::bigint - 10000 - n / 7 FROM generate_series(1, 450) AS n");
	enter(&report);
	assert_true(report.tx->known);
	assert_int_equal(report.tx->stuck, 450);
	assert_false(report.tx->bounded);
	/* 450 * (2^63 - 1) */
	assert_string_equal(report.tx->at_risk[0].amount, "4150517416584649113150");
	assert_true(fabs(report.tx->oldest_age_s - 10064) < 60);
	leave(&report);
	run_sql("INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		" \"destinationAddress\", ledger, \"txHash\", \"timestamp\")"
		" SELECT n, 'G', 1, '1', '0x', n, 'hash ' || n,"
		" extract(epoch FROM now())::bigint - 100000"
		" FROM generate_series(1001, 2000) AS n");
	enter(&report);
	assert_true(report.tx->bounded);
	assert_int_equal(report.tx->stuck, TX_PAGE * TX_PAGES);
	leave(&report);
	run_sql("TRUNCATE bridge_transactions");
	enter(&report);
	assert_false(report.tx->known);
	assert_non_null(strstr(report.tx->because, "no data"));
	leave(&report);
	run_sql("INSERT INTO bridge_transactions SELECT * FROM kept; DROP TABLE kept");
}

static void the_zone_and_style_of_a_session_do_not_change_an_age(void **unused)
{
	static const char *const times[] = {
		"localtimestamp - interval '3 hours'",
		"now() - interval '3 hours'",
		"extract(epoch FROM now())::bigint - 10800",
		"(extract(epoch FROM now()) * 1000)::bigint - 10800000",
	};

	(void)unused;
	run_sql("ALTER ROLE binnacle SET timezone = 'America/New_York'");
	run_sql("ALTER ROLE binnacle SET datestyle = 'SQL, DMY'");
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct report report;
		char query[200];

		snprintf(query, sizeof(query), "SELECT 1 AS id, %s AS created_at;", times[i]);
		tx.preset = TX_CUSTOM;
		tx.query = query;
		enter(&report);
		if (!report.tx->known)
			print_message("%s: %s\n", query, report.tx->because);
		assert_true(report.tx->known);
		assert_true(fabs(report.tx->oldest_age_s - 10800) < 60);
		assert_int_equal(report.readings[0].state, STATE_BAD);
		leave(&report);
	}
	run_sql("ALTER ROLE binnacle RESET ALL");
}

static void a_query_may_lack_any_column_but_its_age(void **unused)
{
	struct report report;

	(void)unused;
	tx.preset = TX_CUSTOM;
	tx.query = "SELECT 'ab' AS hash, now() - interval '1 day' AS created_at, 1.50 AS amount,"
		   " 'XLM' AS asset -- the open ones";
	enter(&report);
	assert_true(report.tx->known);
	assert_string_equal(report.tx->rows[0].hash, "ab");
	assert_string_equal(report.tx->at_risk[0].asset, "XLM");
	assert_string_equal(report.tx->at_risk[0].amount, "1.5");
	leave(&report);
	tx.query = "SELECT 'ab' AS hash";
	enter(&report);
	assert_false(report.tx->known);
	assert_non_null(strstr(report.tx->because, "created_at"));
	leave(&report);
	tx.query = "SELECT FROM nowhere";
	enter(&report);
	assert_false(report.tx->known);
	assert_non_null(strstr(report.tx->because, "nowhere"));
	assert_int_equal(report.state, STATE_OK);
	leave(&report);
}

static void an_escrow_is_judged_by_its_row(void **unused)
{
	struct report report;

	(void)unused;
	tx.preset = TX_TEACHLINK_ESCROW;
	run_sql("UPDATE escrows SET deadline = NULL");
	enter(&report);
	assert_true(report.tx->known);
	assert_int_equal(report.tx->stuck, 0);
	assert_true(report.tx->total_open > 0);
	leave(&report);
	run_sql("UPDATE escrows SET deadline = 1000 WHERE \"escrowId\" = 1;"
		" UPDATE escrows SET status = 'disputed' WHERE \"escrowId\" = 2;"
		" UPDATE escrows SET status = 'approved' WHERE \"escrowId\" = 3;");
	enter(&report);
	assert_int_equal(report.tx->stuck, 3);
	assert_int_equal(report.tx->row_count, 3);
	leave(&report);
}

/* --- the lab --- */

static void read_variable(const char *name, char *out, size_t size)
{
	char path[600], line[700];
	size_t length = strlen(name);
	FILE *file;

	snprintf(path, sizeof(path), "%s/lab.env", lab_dir);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, length) == 0 && line[length] == '=') {
			struct str value = str_trim(str_of(line + length + 1));

			assert_true(value.len >= 2);
			str_copy(out, size, str_sub(value.p + 1, value.len - 2));
		}
	(void)fclose(file);
	assert_true(out[0]);
}

static int lab_up(void **unused)
{
	const char *const argv[] = {"lab/lab", "up", "--only", "db", "replica", NULL};
	struct command up;

	(void)unused;
	command_run(&up, argv, 300 * WHEN_SECOND);
	if (up.status != 0)
		print_message("lab up: exit %d\n%s%s", up.status, buf_cstr(&up.out),
			      buf_cstr(&up.err));
	str_copy(lab_dir, sizeof(lab_dir), str_trim(str_sub(buf_cstr(&up.out), up.out.len)));
	command_done(&up);
	if (up.status != 0)
		return up.status;
	read_variable("LAB_PRIMARY_DSN", primary_dsn, sizeof(primary_dsn));
	read_variable("LAB_REPLICA_DSN", replica_dsn, sizeof(replica_dsn));
	return 0;
}

static int lab_down(void **unused)
{
	const char *const argv[] = {"lab/lab", "down", "--dir", lab_dir, NULL};
	struct command down;

	(void)unused;
	command_run(&down, argv, 60 * WHEN_SECOND);
	command_done(&down);
	return down.status;
}

int main(void)
{
#define ON_LAB(test) cmocka_unit_test_setup(test, defaults)
	const struct CMUnitTest tests[] = {
		ON_LAB(every_question_is_answered),
		ON_LAB(a_login_without_rights_is_told_what_it_lacks),
		ON_LAB(a_session_that_waits_for_a_lock_is_seen_with_its_blocker),
		ON_LAB(an_application_that_writes_is_named_and_we_are_not),
		ON_LAB(our_own_transaction_does_not_hide_the_servers_default),
		ON_LAB(stuck_rows_are_counted_over_pages_with_exact_amounts),
		ON_LAB(the_zone_and_style_of_a_session_do_not_change_an_age),
		ON_LAB(a_query_may_lack_any_column_but_its_age),
		ON_LAB(an_escrow_is_judged_by_its_row),
	};

	return cmocka_run_group_tests(tests, lab_up, lab_down);
}
