/*
 * The PostgreSQL client against a real server of its own: answers, errors, and every way in which a
 * server can go away.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "base/log.h"
#include "io/pg.h"
#include "tests/lib/pgserver.h"
#include "tests/lib/pump.h"

enum { LIMIT = 30000, LONG = 20000, SHORT = 1500, CELL = 128 };

struct got {
	int count;
	struct reply reply;
	size_t rows, columns;
	char name[CELL], cell[CELL], second[CELL];	/* of the first row */
	bool second_is_null;
	int *clock;
};

struct fixture {
	struct loop *loop;
	struct resolver *resolver;
	struct pg *pg;
};

static struct pgserver server;

static void on_done(void *arg, const struct reply *reply)
{
	struct got *got = arg;
	const struct rows *rows = &reply->rows;

	got->count++;
	if (got->clock)
		++*got->clock;
	got->reply = *reply;
	got->rows = rows->count;
	got->columns = rows->columns;
	if (rows->columns)
		str_put(got->name, CELL, rows->names[0]);
	if (rows->count && rows->cells[0])
		str_put(got->cell, CELL, rows->cells[0]);
	got->second_is_null = rows->count && rows->columns > 1 && !rows->cells[1];
	if (rows->count && rows->columns > 1 && rows->cells[1])
		str_put(got->second, CELL, rows->cells[1]);
}

/* two.test has two addresses, on the first of which nobody listens; dead.test is never answered. */
static void name_start(void *arg, struct resolver *resolver, const char *host)
{
	struct addresses answer = { 0 };

	(void)arg;
	if (!strcmp(host, "dead.test"))
		return;
	if (!strcmp(host, "two.test"))
		str_put(answer.text[answer.count++], RESOLVE_ADDRESS, "127.0.0.2");
	if (!strcmp(host, "two.test") || !strcmp(host, "one.test"))
		str_put(answer.text[answer.count++], RESOLVE_ADDRESS, "127.0.0.1");
	else
		str_put(answer.error, sizeof(answer.error), "no such host");
	resolver_answer(resolver, host, &answer);
}

static struct pg *open_dsn(struct fixture *fixture, const char *dsn)
{
	struct secret *secret = secret_new(str_of(dsn));
	struct err err = { 0 };
	struct pg *pg = pg_new(fixture->loop, fixture->resolver, secret, &err);

	if (!pg)
		fail_msg("%s", err.text);
	secret_free(secret);
	return pg;
}

static int setup(void **state)
{
	static const struct resolve_origin origin = { .start = name_start };
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct err err;

	fixture->loop = loop_new(&err);
	fixture->resolver = resolver_new(fixture->loop, &origin);
	fixture->pg = open_dsn(fixture, server.dsn);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	pg_free(fixture->pg);
	resolver_free(fixture->resolver);
	loop_free(fixture->loop);
	free(fixture);
	return 0;
}

static struct pg_call *ask(struct pg *pg, const char *sql, msec timeout, struct got *got)
{
	const struct request request = { .sql = sql };

	return pg_ask(pg, &request, timeout, on_done, got);
}

static struct got answer_of(struct fixture *fixture, struct pg *pg, const char *sql, msec timeout)
{
	struct got got = { 0 };

	ask(pg, sql, timeout, &got);
	assert_int_equal(got.count, 0);
	assert_true(pump(fixture->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.count, 1);
	return got;
}

static struct got query(struct fixture *fixture, const char *sql)
{
	return answer_of(fixture, fixture->pg, sql, LONG);
}

static void assert_answer(const struct got *got, const char *cell)
{
	if (got->reply.kind != REPLY_ANSWER)
		fail_msg("kind %u: %s %s", got->reply.kind, got->reply.sqlstate, got->reply.why);
	assert_string_equal(got->cell, cell);
}

/* What others do to the server meanwhile. */
static PGconn *somebody(const char *sql)
{
	PGconn *conn = PQconnectdb(server.dsn);
	PGresult *result = PQexec(conn, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(conn));
	PQclear(result);
	return conn;
}

static void somebody_once(const char *sql)
{
	PQfinish(somebody(sql));
}

static void an_answer_is_rows_of_text(void **state)
{
	struct got got = query(*state, "SELECT 42 AS n, NULL, 'x' FROM generate_series(1, 3)");

	assert_answer(&got, "42");
	assert_int_equal(got.rows, 3);
	assert_int_equal(got.columns, 3);
	assert_string_equal(got.name, "n");
	assert_true(got.second_is_null);
}

static void an_answer_without_rows_still_has_columns(void **state)
{
	struct got got = query(*state, "SELECT 1 AS n WHERE false");

	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	assert_int_equal(got.rows, 0);
	assert_int_equal(got.columns, 1);
	assert_string_equal(got.name, "n");
}

static void parameters_are_values_and_never_text_of_the_statement(void **state)
{
	struct fixture *fixture = *state;
	struct request request = { .sql = "SELECT $1::text, $2::text", .param_count = 2,
				   .params = { "'; DROP TABLE x; --" }, .is_null = { false, true } };
	struct got got = { 0 };

	pg_ask(fixture->pg, &request, LONG, on_done, &got);
	assert_true(pump(fixture->loop, &got.count, 1, LIMIT));
	assert_answer(&got, "'; DROP TABLE x; --");
	assert_true(got.second_is_null);
}

static void questions_stand_in_line_on_one_connection(void **state)
{
	struct fixture *fixture = *state;
	struct got got[5] = { 0 };
	int clock = 0;

	for (size_t i = 0; i < ARRAY_LEN(got); i++) {
		got[i].clock = &clock;
		ask(fixture->pg, "SELECT pg_backend_pid()", LONG, &got[i]);
	}
	assert_true(pump(fixture->loop, &clock, ARRAY_LEN(got), LIMIT));
	for (size_t i = 1; i < ARRAY_LEN(got); i++)
		assert_answer(&got[i], got[0].cell);
}

static void the_servers_own_read_only_default_stays_visible(void **state)
{
	static const char sql[] = "SELECT current_setting('default_transaction_read_only'), "
				  "current_setting('transaction_read_only')";
	struct got off = query(*state, sql), on;
	PGconn *admin = somebody("ALTER DATABASE postgres SET default_transaction_read_only = on");
	struct fixture *fixture = *state;

	pg_free(fixture->pg);
	fixture->pg = open_dsn(fixture, server.dsn);
	on = query(fixture, sql);
	PQclear(PQexec(admin, "ALTER DATABASE postgres RESET default_transaction_read_only"));
	PQfinish(admin);
	assert_answer(&off, "off");
	assert_string_equal(off.second, "on");
	assert_answer(&on, "on");
}

static void nothing_can_be_written(void **state)
{
	struct got got = query(*state, "CREATE TABLE never (x int)");

	assert_int_equal(got.reply.kind, REPLY_SQL_ERROR);
	assert_string_equal(got.reply.sqlstate, "25006");
}

static void an_error_leaves_the_connection_in_use(void **state)
{
	struct got before = query(*state, "SELECT pg_backend_pid()");
	struct got wrong = query(*state, "SELECT 1 / 0");
	struct got after = query(*state, "SELECT pg_backend_pid()");

	assert_int_equal(wrong.reply.kind, REPLY_SQL_ERROR);
	assert_string_equal(wrong.reply.sqlstate, "22012");
	assert_string_equal(wrong.reply.why, "division by zero");
	assert_answer(&after, before.cell);
}

static void the_servers_words_are_scrubbed(void **state)
{
	struct got got = query(*state, "SELECT E'boom \\033]0;PWN\\007'::int");

	assert_int_equal(got.reply.kind, REPLY_SQL_ERROR);
	assert_null(strchr(got.reply.why, '\033'));
	assert_non_null(strstr(got.reply.why, "^["));
}

static void the_server_gives_up_a_slow_statement_before_we_do(void **state)
{
	struct fixture *fixture = *state;
	struct got got = answer_of(fixture, fixture->pg, "SELECT pg_sleep(600)", SHORT);

	assert_int_equal(got.reply.kind, REPLY_SQL_ERROR);
	assert_string_equal(got.reply.sqlstate, "57014");
}

static void a_lock_is_not_waited_for(void **state)
{
	PGconn *holder;
	struct got got;

	somebody_once("CREATE TABLE IF NOT EXISTS held (x int)");
	holder = somebody("BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
	got = query(*state, "SELECT * FROM held");
	PQfinish(holder);
	assert_int_equal(got.reply.kind, REPLY_SQL_ERROR);
	assert_string_equal(got.reply.sqlstate, "55P03");
}

static struct got log_in(struct fixture *fixture, const char *more)
{
	char dsn[256];
	struct pg *pg;
	struct got got;

	snprintf(dsn, sizeof(dsn), "host=127.0.0.1 port=%u dbname=postgres %s", server.port, more);
	pg = open_dsn(fixture, dsn);
	got = answer_of(fixture, pg, "SELECT current_user", LONG);
	pg_free(pg);
	return got;
}

static void a_right_password_lets_in(void **state)
{
	struct got got = log_in(*state, "user=guarded password=" PGSERVER_PASSWORD);

	assert_answer(&got, "guarded");
}

static void a_wrong_password_is_denied_and_not_told(void **state)
{
	struct got got = log_in(*state, "user=guarded password=canary-wr0ng-99");

	assert_int_equal(got.reply.kind, REPLY_DENIED);
	assert_string_equal(got.reply.sqlstate, "28P01");
	assert_null(strstr(got.reply.why, "canary"));
	for (size_t i = 0; log_line(i); i++)
		assert_null(strstr(log_line(i), "canary"));
}

static void a_password_that_is_missing_is_no_secret(void **state)
{
	struct got got = log_in(*state, "user=guarded");

	assert_int_equal(got.reply.kind, REPLY_NO_SECRET);
}

static void a_server_without_tls_is_refused_when_the_dsn_wants_it(void **state)
{
	struct got got = log_in(*state, "user=admin sslmode=require");

	assert_int_equal(got.reply.kind, REPLY_TLS);
	assert_non_null(strstr(got.reply.why, "does not speak TLS"));
}

static void a_database_that_does_not_exist_is_the_servers_word(void **state)
{
	struct got got = log_in(*state, "user=admin dbname=nowhere");

	assert_int_equal(got.reply.kind, REPLY_SQL_ERROR);
	assert_string_equal(got.reply.sqlstate, "3D000");
}

static void all_in_line_hear_that_nobody_listens(void **state)
{
	struct fixture *fixture = *state;
	struct pg *pg = open_dsn(fixture, "host=127.0.0.2 port=1 user=admin dbname=postgres");
	struct got got[3] = { 0 };
	int clock = 0;

	for (size_t i = 0; i < ARRAY_LEN(got); i++) {
		got[i].clock = &clock;
		ask(pg, "SELECT 1", LONG, &got[i]);
	}
	assert_true(pump(fixture->loop, &clock, ARRAY_LEN(got), LIMIT));
	for (size_t i = 0; i < ARRAY_LEN(got); i++)
		assert_int_equal(got[i].reply.kind, REPLY_REFUSED);
	pg_free(pg);
}

static void the_next_address_of_a_name_is_tried(void **state)
{
	struct fixture *fixture = *state;
	char dsn[128];
	struct pg *pg;
	struct got got;

	snprintf(dsn, sizeof(dsn), "postgresql://admin@two.test:%u/postgres", server.port);
	pg = open_dsn(fixture, dsn);
	got = answer_of(fixture, pg, "SELECT 7", LONG);
	assert_answer(&got, "7");
	pg_free(pg);
}

static void the_next_host_of_a_dsn_is_tried(void **state)
{
	struct fixture *fixture = *state;
	char dsn[128];
	struct pg *pg;
	struct got got;

	snprintf(dsn, sizeof(dsn), "postgresql://admin@gone.test:1,127.0.0.2:1,one.test:%u/postgres",
		 server.port);
	pg = open_dsn(fixture, dsn);
	got = answer_of(fixture, pg, "SELECT 7", LONG);
	assert_answer(&got, "7");
	pg_free(pg);
}

static void a_name_without_an_answer_is_our_dns(void **state)
{
	struct fixture *fixture = *state;
	struct pg *gone = open_dsn(fixture, "host=gone.test user=admin");
	struct pg *dead = open_dsn(fixture, "host=dead.test user=admin");
	struct got got = answer_of(fixture, gone, "SELECT 1", SHORT);

	assert_int_equal(got.reply.kind, REPLY_NO_NAME);
	assert_non_null(strstr(got.reply.why, "no such host"));
	got = answer_of(fixture, dead, "SELECT 1", SHORT);
	assert_int_equal(got.reply.kind, REPLY_NO_NAME);
	assert_non_null(strstr(got.reply.why, "name server"));
	pg_free(gone);
	pg_free(dead);
}

static void a_server_that_hangs_at_the_door_is_a_time_out(void **state)
{
	struct fixture *fixture = *state;
	struct got hung, after;

	pgserver_signal_postmaster(&server, SIGSTOP);
	hung = answer_of(fixture, fixture->pg, "SELECT 1", SHORT);
	pgserver_signal_postmaster(&server, SIGCONT);
	after = query(fixture, "SELECT 1");
	assert_int_equal(hung.reply.kind, REPLY_TIMEOUT);
	assert_non_null(strstr(hung.reply.why, "no connection in 1s500ms"));
	assert_answer(&after, "1");
}

static void a_server_that_hangs_in_an_open_connection_is_a_time_out(void **state)
{
	struct fixture *fixture = *state;
	struct got before = query(fixture, "SELECT pg_backend_pid()"), hung[3] = { 0 }, after;
	int clock = 0;

	pgserver_signal(&server, SIGSTOP);
	for (size_t i = 0; i < ARRAY_LEN(hung); i++) {
		hung[i].clock = &clock;
		ask(fixture->pg, "SELECT 1", SHORT, &hung[i]);
	}
	assert_true(pump(fixture->loop, &clock, ARRAY_LEN(hung), LIMIT));
	pgserver_signal(&server, SIGCONT);
	for (size_t i = 0; i < ARRAY_LEN(hung); i++)
		assert_int_equal(hung[i].reply.kind, REPLY_TIMEOUT);
	after = query(fixture, "SELECT pg_backend_pid()");
	assert_int_equal(after.reply.kind, REPLY_ANSWER);
	assert_string_not_equal(after.cell, before.cell);
}

static void kill_backend(const char *pid)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%.20s)", pid);
	somebody_once(sql);
}

static void a_kept_connection_that_was_cut_is_made_anew(void **state)
{
	struct got before = query(*state, "SELECT pg_backend_pid()"), after;

	kill_backend(before.cell);
	after = query(*state, "SELECT pg_backend_pid()");
	assert_int_equal(after.reply.kind, REPLY_ANSWER);
	assert_string_not_equal(after.cell, before.cell);
}

static void a_restarted_server_is_asked_again(void **state)
{
	struct err err = { 0 };
	struct got before = query(*state, "SELECT 1"), after;

	if (!pgserver_restart(&server, &err))
		fail_msg("%s", err.text);
	after = query(*state, "SELECT 2");
	assert_answer(&before, "1");
	assert_answer(&after, "2");
}

static void kill_who_sleeps(void *arg)
{
	(void)arg;
	somebody_once("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
		      "WHERE application_name = 'binnacle' AND query LIKE '%pg_sleep%'");
}

static void a_backend_killed_in_the_middle_is_a_reset(void **state)
{
	struct fixture *fixture = *state;
	struct got first = query(fixture, "SELECT 1"), got = { 0 };
	struct loop_timer timer = { .call = kill_who_sleeps };

	assert_answer(&first, "1");
	ask(fixture->pg, "SELECT pg_sleep(2)", LONG, &got);
	loop_timer_set(fixture->loop, &timer, loop_now(fixture->loop).steady + 500);
	assert_true(pump(fixture->loop, &got.count, 1, LIMIT));
	assert_int_equal(got.reply.kind, REPLY_RESET);
	assert_string_equal(got.reply.sqlstate, "57P01");
}

static void more_than_we_take_is_refused_and_not_shortened(void **state)
{
	static const char *const sqls[] = {
		"SELECT generate_series(1, 100000)",
		"SELECT repeat('x', 300000) FROM generate_series(1, 10)",
		"SELECT repeat('x', 200000000)",
	};

	for (size_t i = 0; i < ARRAY_LEN(sqls); i++) {
		struct got got = query(*state, sqls[i]), after;

		if (got.reply.kind != REPLY_TOO_LARGE)
			fail_msg("%s: kind %u %s", sqls[i], got.reply.kind, got.reply.why);
		assert_int_equal(got.rows, 0);
		after = query(*state, "SELECT 1");
		assert_answer(&after, "1");
	}
}

static void the_limit_of_rows_just_fits(void **state)
{
	struct got got = query(*state, "SELECT generate_series(1, 2000)");

	assert_answer(&got, "1");
	assert_int_equal(got.rows, PG_ROWS);
}

/* It comes in many pieces, and each of them waits in the socket for some rounds. */
static void a_row_as_large_as_we_take_just_fits(void **state)
{
	for (size_t i = 0; i < 5; i++) {
		struct got got = query(*state, "SELECT repeat('x', 1000000)");

		if (got.reply.kind != REPLY_ANSWER)
			fail_msg("kind %u %s", got.reply.kind, got.reply.why);
		assert_int_equal(got.rows, 1);
	}
}

static void a_copy_is_no_answer(void **state)
{
	struct got got = query(*state, "COPY (SELECT 1) TO STDOUT"), after;

	assert_int_equal(got.reply.kind, REPLY_SQL_ERROR);
	after = query(*state, "SELECT 1");
	assert_answer(&after, "1");
}

static void notices_go_to_the_log(void **state)
{
	struct got got = query(*state, "DO $$ BEGIN RAISE WARNING 'mind the gap'; END $$");
	bool found = false;

	assert_int_equal(got.reply.kind, REPLY_ANSWER);
	for (size_t i = 0; log_line(i); i++)
		found = found || strstr(log_line(i), "mind the gap");
	assert_true(found);
}

static void a_cancelled_question_is_not_heard_of_again(void **state)
{
	struct fixture *fixture = *state;
	struct got dropped = { 0 }, waiting = { 0 }, after;
	struct got first = query(fixture, "SELECT 1");
	struct pg_call *calls[2];

	assert_answer(&first, "1");
	calls[0] = ask(fixture->pg, "SELECT pg_sleep(600)", LONG, &dropped);
	calls[1] = ask(fixture->pg, "SELECT 2", LONG, &waiting);
	pg_cancel(calls[1]);
	pg_cancel(calls[0]);
	after = query(fixture, "SELECT 3");
	assert_answer(&after, "3");
	assert_int_equal(dropped.count + waiting.count, 0);
}

static void what_is_under_way_at_the_end_is_let_go(void **state)
{
	struct fixture *fixture = *state;
	struct got hung[4] = { 0 };
	struct pg *dead = open_dsn(fixture, "host=dead.test user=admin");
	struct pg *fresh = open_dsn(fixture, server.dsn);

	query(fixture, "SELECT 1");
	pgserver_signal(&server, SIGSTOP);
	ask(fixture->pg, "SELECT 1", LONG, &hung[0]);
	ask(dead, "SELECT 1", LONG, &hung[1]);
	ask(fresh, "SELECT 1", LONG, &hung[2]);
	hung[3] = answer_of(fixture, fixture->pg, "SELECT 1", SHORT);
	pg_free(dead);
	pg_free(fresh);
	pg_free(fixture->pg);
	fixture->pg = NULL;
	pgserver_signal(&server, SIGCONT);
	assert_int_equal(hung[0].count + hung[1].count + hung[2].count, 0);
	assert_int_equal(hung[3].reply.kind, REPLY_TIMEOUT);
}

static void the_environment_of_libpq_is_ignored(void **state)
{
	struct fixture *fixture = *state;
	struct got got;

	setenv("PGOPTIONS", "-c default_transaction_read_only=on", 1);
	setenv("PGSERVICE", "nowhere", 1);
	setenv("PGTZ", "Asia/Tokyo", 1);
	setenv("PGAPPNAME", "other", 1);
	pg_forget_environment();
	pg_free(fixture->pg);
	fixture->pg = open_dsn(fixture, server.dsn);
	got = query(fixture, "SELECT current_setting('default_transaction_read_only'), "
		    "current_setting('application_name')");
	assert_answer(&got, "off");
	assert_string_equal(got.second, "binnacle");
	assert_null(getenv("PGTZ"));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_answer_is_rows_of_text),
		T(an_answer_without_rows_still_has_columns),
		T(parameters_are_values_and_never_text_of_the_statement),
		T(questions_stand_in_line_on_one_connection),
		T(the_servers_own_read_only_default_stays_visible),
		T(nothing_can_be_written),
		T(an_error_leaves_the_connection_in_use),
		T(the_servers_words_are_scrubbed),
		T(the_server_gives_up_a_slow_statement_before_we_do),
		T(a_lock_is_not_waited_for),
		T(a_right_password_lets_in),
		T(a_wrong_password_is_denied_and_not_told),
		T(a_password_that_is_missing_is_no_secret),
		T(a_server_without_tls_is_refused_when_the_dsn_wants_it),
		T(a_database_that_does_not_exist_is_the_servers_word),
		T(all_in_line_hear_that_nobody_listens),
		T(the_next_address_of_a_name_is_tried),
		T(the_next_host_of_a_dsn_is_tried),
		T(a_name_without_an_answer_is_our_dns),
		T(a_server_that_hangs_at_the_door_is_a_time_out),
		T(a_server_that_hangs_in_an_open_connection_is_a_time_out),
		T(a_kept_connection_that_was_cut_is_made_anew),
		T(a_restarted_server_is_asked_again),
		T(a_backend_killed_in_the_middle_is_a_reset),
		T(more_than_we_take_is_refused_and_not_shortened),
		T(the_limit_of_rows_just_fits),
		T(a_row_as_large_as_we_take_just_fits),
		T(a_copy_is_no_answer),
		T(notices_go_to_the_log),
		T(a_cancelled_question_is_not_heard_of_again),
		T(what_is_under_way_at_the_end_is_let_go),
		T(the_environment_of_libpq_is_ignored),
	};
	struct err err = { 0 };
	int failed;

	if (!pgserver_exists(&server)) {
		puts("SKIPPED: no PostgreSQL 15 on this machine (lab/lab up gets one)");
		return 0;
	}
	log_set(LOG_INFO, NULL, NULL);
	if (!pgserver_start(&server, &err)) {
		fprintf(stderr, "PostgreSQL does not start: %s\n", err.text);
		pgserver_stop(&server);
		return 1;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pgserver_stop(&server);
	return failed;
}
