#include "tests/lib/txrig.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/tx_pages_inside.h"
#include "tests/lib/command.h"

enum { LIMIT = 10000, STEP = 20 };

static PGconn *admin(struct txrig *rig)
{
	PGconn *db = PQconnectdb(rig->server.dsn);

	if (PQstatus(db) == CONNECTION_OK)
		return db;
	fprintf(stderr, "%s", PQerrorMessage(db));
	abort();
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static bool is_settled(const struct txrig *rig)
{
	return !rig->cases.paging;
}

/* Nothing of ours holds a lock: what follows would wait for it, and the loop stands still. */
static bool is_quiet(const struct txrig *rig)
{
	for (size_t i = 0; i < TX_QUESTIONS; i++)
		if (rig->pages->slots[i].call || rig->pages->slots[i].wanted)
			return false;
	return true;
}

bool txrig_until(struct txrig *rig, bool (*is_so)(const struct txrig *rig))
{
	struct loop_timer tick = { .call = stop, .arg = rig->loop };
	msec end;

	/* The loop's time stands still between two of its rounds. */
	loop_timer_set(rig->loop, &tick, 0);
	loop_run(rig->loop);
	end = loop_now(rig->loop).steady + LIMIT;
	for (;;) {
		memset(&rig->cases, 0, sizeof(rig->cases));
		tx_pages_caseload(rig->pages, &rig->cases);
		if (is_so(rig))
			break;
		if (loop_now(rig->loop).steady > end) {
			printf("waited in vain: %zu rows, paging %d, %s\n", rig->cases.count,
			       rig->cases.paging, rig->cases.trouble);
			return false;
		}
		loop_timer_set(rig->loop, &tick, loop_now(rig->loop).steady + STEP);
		loop_run(rig->loop);
	}
	loop_timer_stop(rig->loop, &tick);
	return true;
}

void txrig_sql(struct txrig *rig, const char *sql)
{
	PGconn *db = admin(rig);
	PGresult *result;
	ExecStatusType status;

	if (rig->pages && !txrig_until(rig, is_quiet))
		abort();
	result = PQexec(db, sql);
	status = PQresultStatus(result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		fprintf(stderr, "%.200s: %s", sql, PQresultErrorMessage(result));
		abort();
	}
	PQclear(result);
	PQfinish(db);
}

bool txrig_cell(struct txrig *rig, const char *sql, char *out, size_t size)
{
	PGconn *db = admin(rig);
	PGresult *result = PQexec(db, sql);
	bool ok = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0 &&
		  str_put(out, size, PQgetvalue(result, 0, 0));

	PQclear(result);
	PQfinish(db);
	return ok;
}

bool txrig_file(struct txrig *rig, const char *path, struct err *err)
{
	char program[256];
	const char *const argv[] = { program, "-qX", "-v", "ON_ERROR_STOP=1", "-v", "password=x", "-d",
				     rig->server.dsn, "-f", path, NULL };
	struct command command = { 0 };
	bool ok;

	snprintf(program, sizeof(program), "%s/psql", rig->server.bin);
	command_run(&command, argv, 60000);
	ok = command.status == 0 || err_set(err, ERR_IO, "%s: %.200s", path, buf_cstr(&command.err));
	command_done(&command);
	return ok;
}

static void configure(struct txrig *rig)
{
	snprintf(rig->dsn_env, sizeof(rig->dsn_env), "TX_DSN=%s", rig->server.dsn);
	rig->environment[0] = rig->dsn_env;
	rig->db = (struct postgres_config){
		.source = { .name = "db", .kind = "postgres", .every = 10000, .timeout = 5000 },
		.dsn = { .from = SECRET_ENV, .name = "TX_DSN" } };
	rig->sources[0] = &rig->db;
	rig->settings.sources = (struct items){ rig->sources, 1 };
	rig->settings.transactions_source = "db";
	rig->context = (struct context){ .options = &rig->options, .environment = rig->environment };
}

bool txrig_start(struct txrig *rig, struct err *err)
{
	memset(rig, 0, sizeof(*rig));
	if (!pgserver_exists(&rig->server)) {
		printf("SKIPPED: no PostgreSQL to start\n");
		return false;
	}
	if (!pgserver_start(&rig->server, err))
		return false;
	txrig_sql(rig, "ALTER DATABASE postgres SET timezone = 'America/New_York'");
	txrig_sql(rig, "ALTER ROLE admin SET client_min_messages = warning");
	configure(rig);
	rig->loop = loop_new(err);
	if (!rig->loop || !txrig_file(rig, "lab/schema.sql", err) ||
	    !txrig_file(rig, "lab/schema-future.sql", err))
		return false;
	/* As we recommend it, not as the lab has it. */
	txrig_sql(rig, "DROP TABLE IF EXISTS payment_intents");
	return txrig_file(rig, "docs/payment-intents.sql", err);
}

void txrig_close(struct txrig *rig)
{
	tx_pages_free(rig->pages);
	rig->pages = NULL;
}

void txrig_stop(struct txrig *rig)
{
	txrig_close(rig);
	loop_free(rig->loop);
	pgserver_stop(&rig->server);
}

static void on_change(void *arg)
{
	struct txrig *rig = arg;

	rig->changes++;
	loop_stop(rig->loop);
}

void txrig_open(struct txrig *rig, enum tx_preset preset, const char *query)
{
	struct tx_pages_setup setup = { .loop = rig->loop, .settings = &rig->settings,
					.context = &rig->context, .changed = on_change, .arg = rig };
	struct err err = { 0 };

	txrig_close(rig);
	rig->settings.transactions = (struct tx_config){
		.source = "db", .preset = (int)preset, .query = query, .asset = "units",
		.late = 5 * WHEN_MINUTE, .stuck = 2 * WHEN_HOUR, .cancellable = 7 * WHEN_DAY };
	rig->pages = tx_pages_new(&setup, &err);
}

bool txrig_wait(struct txrig *rig)
{
	return txrig_until(rig, is_settled);
}

bool txrig_move(struct txrig *rig, enum tx_move move)
{
	tx_pages_move(rig->pages, move);
	return txrig_wait(rig);
}
