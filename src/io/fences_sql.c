/*
 * The way of an sql fence, on a connection of its own:
 *
 *   the DSN --> the link --> OPENING (limits; BEGIN READ ONLY)
 *           --> STATEMENT, once for each --> the end, which closes the connection
 *
 * Each statement goes through the extended protocol, which takes exactly one: what our cutting got
 * wrong, or a quoting, cannot become a second statement. What would leave the transaction (COMMIT)
 * or make it another one before its first snapshot (SET TRANSACTION) is refused by its first word;
 * that it was not left is looked at again before each statement.
 */
#include "io/fences_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "io/fences_taken.h"
#include "io/outcome.h"
#include "io/pg_reply.h"

enum stage { LINKING, OPENING, STATEMENT, OVER };

struct fence_sql {
	struct fence_errand *errand;
	struct credentials *credentials;
	struct credential_wait wait;
	struct resolver *resolver;
	struct pg_link link;
	bool linked;			/* link is initialised */
	PGconn *conn;
	struct watch_fd *watch;
	struct loop_timer deadline;
	enum stage stage;
	bool write, failed;
	char *text;
	char **values;
	struct sql_text rest;
	struct sql_statement statement;
	size_t rows, dropped;		/* of this statement */
	uint64_t taken, taken_before;	/* bytes: in all, and up to the last whole row */
};

static void close_connection(struct fence_sql *sql)
{
	if (sql->linked)
		pg_link_stop(&sql->link);
	watch_free(sql->watch);
	sql->watch = NULL;
	PQfinish(sql->conn);
	sql->conn = NULL;
}

/* What the server undoes with the connection is undone. */
static void end(struct fence_sql *sql, bool well, const char *why)
{
	if (sql->stage == OVER)
		return;
	sql->stage = OVER;
	loop_timer_stop(sql->errand->loop, &sql->deadline);
	fence_end(sql->errand, well, why);
}

static void on_deadline(void *arg)
{
	struct fence_sql *sql = arg;
	char waited[WHEN_TEXT], why[160];

	when_format_duration(waited, sql->errand->timeout);
	snprintf(why, sizeof(why), "no %s in %s%s", sql->conn ? "answer" : "connection", waited,
		 sql->errand->ran && sql->write ? ": what it did is not known" : "");
	end(sql, false, why);
	close_connection(sql);
}

static void end_lost(struct fence_sql *sql)
{
	struct reply reply;

	reply_init(&reply);
	pg_reply_lost(&reply, PQerrorMessage(sql->conn));
	end(sql, false, reply.why);
}

/* Statements ******************************************************************************/

static bool quote(void *arg, char kind, const char *value, struct buf *out, struct err *err)
{
	struct fence_sql *sql = arg;
	char *quoted = kind == '"' ? PQescapeIdentifier(sql->conn, value, strlen(value)) :
				     PQescapeLiteral(sql->conn, value, strlen(value));

	if (!quoted)
		return err_set(err, ERR_INPUT, "it is not UTF-8");
	(void)buf_text(out, quoted);
	PQfreemem(quoted);
	return true;
}

static bool only_reads(const char *word)
{
	static const char *const words[] = {
		"select", "with", "values", "table", "show", "explain",
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

static void send_statement(struct fence_sql *sql)
{
	sql->stage = STATEMENT;
	sql->rows = sql->dropped = 0;
	sql->errand->ran = true;
	if (!PQsendQueryParams(sql->conn, buf_cstr(&sql->statement.text), 0, NULL, NULL, NULL, NULL,
			       0) || !PQsetSingleRowMode(sql->conn))
		end_lost(sql);
}

static void end_of_text(struct fence_sql *sql)
{
	bool open = PQtransactionStatus(sql->conn) != PQTRANS_IDLE;

	if (sql->write && open)
		end(sql, false, "a transaction was left open: it was rolled back");
	else if (!sql->errand->ran)
		end(sql, false, "there is no statement in it");
	else
		end(sql, true, "");
}

static bool may_run(const struct fence_sql *sql, const struct sql_statement *statement,
		    struct err *err)
{
	if (sql->write || only_reads(statement->word))
		return true;
	return err_set(err, ERR_REFUSED, "line %u: \"%s\" does not only read, and the fence does not say "
		       "`write`", statement->line, statement->word);
}

static void next_statement(struct fence_sql *sql)
{
	struct err err = { 0 };
	bool good;

	if (!sql->write && PQtransactionStatus(sql->conn) != PQTRANS_INTRANS) {
		end(sql, false, "it left the read-only transaction: nothing more was sent");
		return;
	}
	good = sql_next(&sql->rest, &sql->statement, &err);
	if (good && sql->statement.text.len == 0)
		end_of_text(sql);
	else if (good && may_run(sql, &sql->statement, &err))
		send_statement(sql);
	else
		end(sql, false, err.text);
}

static bool quote_roughly(void *arg, char kind, const char *value, struct buf *out, struct err *err)
{
	struct str rest = str_of(value);
	uint32_t cp;
	size_t len;

	(void)arg;
	while ((len = utf8_next(rest, &cp)) > 0)
		rest = str_sub(rest.p + len, rest.len - len);
	(void)buf_fmt(out, "%c%c", kind, kind);
	return rest.len == 0 || err_set(err, ERR_INPUT, "it is not UTF-8");
}

/* The whole is read before any of it runs: half of a fence is worse than none. */
static bool check_text(const struct fence_sql *sql, struct err *err)
{
	struct sql_text rest = sql->rest;
	struct sql_statement statement = { 0 };
	bool good;

	rest.quote = quote_roughly;
	do {
		good = sql_next(&rest, &statement, err) &&
		       (statement.text.len == 0 || may_run(sql, &statement, err));
	} while (good && statement.text.len > 0);
	buf_done(&statement.text);
	return good;
}

/* The server gives up before we do, so that nothing of ours runs on there. */
static void open_session(struct fence_sql *sql)
{
	msec limit = sql->errand->timeout * 3 / 4;
	char text[256];

	snprintf(text, sizeof(text), "SET standard_conforming_strings = on; "
		 "SET statement_timeout = %d; SET lock_timeout = %d%s", (int)limit, (int)limit,
		 sql->write ? "" : "; BEGIN READ ONLY");
	sql->stage = OPENING;
	if (!PQsendQuery(sql->conn, text))
		end_lost(sql);
}

/* Answers *******************************************************************************/

static void put_row(struct fence_sql *sql, const PGresult *result, int row)
{
	struct buf *out = &sql->errand->text;
	size_t before = out->len;
	bool fits = sql->rows < FENCE_ROWS;

	for (int column = 0; fits && column < PQnfields(result); column++)
		fits = (column == 0 || buf_char(out, '|')) &&
		       buf_add(out, PQgetvalue(result, row, column),
			       (size_t)PQgetlength(result, row, column)) && out->len < FENCE_TEXT;
	if (fits) {
		sql->rows++;
		(void)buf_char(out, '\n');
		return;
	}
	buf_cut(out, before);
	out->full = false;
	sql->dropped++;
}

static void put_rows(struct fence_sql *sql, const PGresult *result)
{
	for (int row = 0; row < PQntuples(result); row++)
		put_row(sql, result, row);
}

static void take_error(struct fence_sql *sql, const PGresult *result)
{
	struct reply reply;

	reply_init(&reply);
	pg_reply_error(&reply, result);
	(void)buf_fmt(&sql->errand->text, "ERROR:  %s\n", reply.why);
	sql->failed = true;
}

/* As psql does, the tag of what gives no rows is shown. */
static void take_result(struct fence_sql *sql, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_FATAL_ERROR)
		take_error(sql, result);
	else if (sql->stage == OPENING)
		return;
	else if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK)
		put_rows(sql, result);
	else if (status == PGRES_COMMAND_OK)
		(void)buf_fmt(&sql->errand->text, "%s\n", PQcmdStatus(result));
	else if (status != PGRES_EMPTY_QUERY)
		end(sql, false, "the statement copies, it does not answer in rows");
}

static void statement_done(struct fence_sql *sql)
{
	if (sql->dropped > 0)
		(void)buf_fmt(&sql->errand->text, "[%zu more rows]\n", sql->dropped);
	if (sql->failed)
		end(sql, false, "");
	else
		next_statement(sql);
}

static void read_results(struct fence_sql *sql)
{
	while (sql->stage != OVER && !PQisBusy(sql->conn)) {
		PGresult *result = PQgetResult(sql->conn);

		if (result)
			take_result(sql, result);
		else if (PQstatus(sql->conn) == CONNECTION_BAD)
			end_lost(sql);
		else
			statement_done(sql);
		PQclear(result);
	}
}

/* libpq holds a row until it is whole, however large; false: it became too large. */
static bool take_input(struct fence_sql *sql, int fd)
{
	size_t rows = sql->rows + sql->dropped;

	PQconsumeInput(sql->conn);
	sql->taken = socket_taken(fd, sql->taken);
	read_results(sql);
	if (sql->stage != STATEMENT || sql->rows + sql->dropped != rows)
		sql->taken_before = sql->taken;
	return sql->taken - sql->taken_before <= 2 * (uint64_t)FENCE_TEXT;
}

static void keep_watching(struct fence_sql *sql)
{
	if (sql->stage == OVER)
		close_connection(sql);
	else
		watch_change(sql->watch, PQflush(sql->conn) == 1 ? UV_READABLE | UV_WRITABLE :
			     UV_READABLE);
}

static void on_traffic(void *arg, int fd, int events)
{
	struct fence_sql *sql = arg;

	(void)events;
	if (!take_input(sql, fd))
		end(sql, false, "a row of more bytes than we take");
	keep_watching(sql);
}

static void on_notice(void *arg, const PGresult *result)
{
	struct fence_sql *sql = arg;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (sql->errand->text.len < FENCE_TEXT && severity && message)
		(void)buf_fmt(&sql->errand->text, "%s:  %s\n", severity, message);
}

/* The way there *************************************************************************/

static void on_up(void *arg, PGconn *conn)
{
	struct fence_sql *sql = arg;

	sql->conn = conn;
	PQsetnonblocking(conn, 1);
	PQsetNoticeReceiver(conn, on_notice, sql);
	sql->watch = watch_new(sql->errand->loop, PQsocket(conn), UV_READABLE, on_traffic, sql);
	open_session(sql);
	keep_watching(sql);
}

static void on_failed(void *arg, const struct reply *outcome)
{
	struct fence_sql *sql = arg;

	end(sql, false, outcome->why);
}

static void on_secret(void *arg, const struct secret *secret, const struct err *err)
{
	struct fence_sql *sql = arg;
	struct err why = { 0 };

	if (!secret) {
		end(sql, false, err->text);
		return;
	}
	sql->link.up = on_up;
	sql->link.failed = on_failed;
	sql->link.arg = sql;
	sql->linked = true;
	if (pg_link_init(&sql->link, sql->errand->loop, sql->resolver, secret_reveal(secret), &why))
		pg_link_start(&sql->link);
	else
		end(sql, false, why.text);
}

static char **copy_values(const char *const *values)
{
	size_t count = 0;
	char **out;

	while (values && values[count])
		count++;
	out = mem_array(count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = mem_text(values[i]);
	return out;
}

static void free_values(char **values)
{
	for (size_t i = 0; values[i]; i++) {
		explicit_bzero(values[i], strlen(values[i]));
		mem_free(values[i]);
	}
	mem_free(values);
}

struct fence_sql *fence_sql_start(struct fence_errand *errand, const struct fence_plan *plan)
{
	const struct backend *backend = backend_find(plan->source->kind);
	const struct secret_ref *dsn = backend_secret(backend, plan->source, plan->target);
	struct fence_sql *sql = mem_new(sizeof(*sql));
	struct err err = { 0 };

	sql->errand = errand;
	sql->write = plan->fence->write;
	sql->text = mem_text(plan->fence->text);
	sql->values = copy_values(plan->values);
	sql->rest = (struct sql_text){ .rest = str_of(sql->text), .line = 1, .quote = quote,
				       .values = (const char *const *)sql->values, .arg = sql };
	sql->resolver = resolver_new(errand->loop, NULL);
	sql->credentials = credentials_new(errand->loop, plan->environment);
	sql->wait.done = on_secret;
	sql->wait.arg = sql;
	sql->deadline.call = on_deadline;
	sql->deadline.arg = sql;
	loop_timer_set(errand->loop, &sql->deadline, errand->started + errand->timeout);
	if (strcmp(plan->source->kind, "postgres") != 0 || !dsn)
		end(sql, false, "this source is no PostgreSQL");
	else if (!check_text(sql, &err))
		end(sql, false, err.text);
	else
		credentials_want(sql->credentials, dsn, errand->timeout, &sql->wait);
	return sql;
}

void fence_sql_free(struct fence_sql *sql)
{
	if (!sql)
		return;
	loop_timer_stop(sql->errand->loop, &sql->deadline);
	credential_wait_cancel(&sql->wait);
	credentials_stop(sql->credentials);
	close_connection(sql);
	if (sql->linked)
		pg_link_done(&sql->link);
	credentials_free(sql->credentials);
	resolver_free(sql->resolver);
	buf_done(&sql->statement.text);
	free_values(sql->values);
	mem_free(sql->text);
	mem_free(sql);
}
