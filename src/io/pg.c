/*
 * The states of a connection, and what moves it on:
 *
 *   CLOSED --a question--> CONNECTING --pg_link--> READY
 *   READY --a question--> BEGINNING --> ASKING --> ENDING --> READY
 *
 * From every one of them a lost connection, a missed deadline or pg_free() leads to CLOSED. The
 * question in work is always the first in line; its reply goes out when ENDING begins.
 */
#include "io/pg.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/fences_taken.h"
#include "io/outcome.h"
#include "io/pg_link.h"
#include "io/pg_reply.h"

enum stage { CLOSED, CONNECTING, READY, BEGINNING, ASKING, ENDING };

enum {
	STATEMENT_MS = 3000,
	LOCK_MS = 1000,
	PARAMS = 4,
};

struct pg {
	struct loop *loop;
	struct pg_link link;
	enum stage stage;
	PGconn *conn;			/* from READY on */
	struct watch_fd *watch;
	bool proven;			/* this connection has answered before */
	uint64_t taken, taken_before;	/* bytes: in all, and up to the last whole row */
	struct pg_rows rows;
	struct pg_call *calls;		/* in line */
	struct loop_timer advance;	/* go on in the next round */
};

struct pg_call {
	struct pg *pg;
	struct pg_call *next;
	pg_done *done;
	void *arg;
	char *sql;
	char *params[PARAMS];		/* NULL: SQL NULL */
	int param_count;
	bool retried;			/* on a second connection */
	bool answered;			/* with an error, which is in reply */
	bool doomed;			/* its connection could not be had */
	msec started, timeout, limit;
	struct loop_timer deadline;
	struct reply reply;
};

static void close_connection(struct pg *pg)
{
	pg_link_stop(&pg->link);
	watch_free(pg->watch);
	pg->watch = NULL;
	PQfinish(pg->conn);
	pg->conn = NULL;
	pg_rows_done(&pg->rows);
	pg->proven = false;
	pg->stage = CLOSED;
}

static void go_on(struct pg *pg)
{
	if (pg->calls)
		loop_timer_set(pg->loop, &pg->advance, 0);
}

static void unlink_call(struct pg_call *call)
{
	struct pg_call **at = &call->pg->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	loop_timer_stop(call->pg->loop, &call->deadline);
}

static void free_call(struct pg_call *call)
{
	for (int i = 0; i < call->param_count; i++)
		mem_free(call->params[i]);
	mem_free(call->sql);
	mem_free(call);
}

static void finish(struct pg_call *call)
{
	struct now now = loop_now(call->pg->loop);

	unlink_call(call);
	call->reply.at = now.wall;
	call->reply.took = now.steady - call->started;
	call->done(call->arg, &call->reply);
	free_call(call);
}

/* The question in work ends here with its connection; the others may try again. */
static void close_and_finish(struct pg *pg)
{
	close_connection(pg);
	finish(pg->calls);
	go_on(pg);
}

static void give_up(struct pg *pg, enum reply_kind kind, const char *why)
{
	reply_fail(&pg->calls->reply, kind, "%s", why);
	close_and_finish(pg);
}

/* The connection broke. What was kept open may have been dropped by the server long ago: that says
 * nothing of now, so the first question on it has a second try. */
static void lost(struct pg *pg)
{
	struct pg_call *call = pg->calls;
	bool in_work = pg->stage == BEGINNING || pg->stage == ASKING;

	if (in_work && (pg->stage == ASKING || !pg->proven || call->retried)) {
		if (!call->answered)
			pg_reply_lost(&call->reply, PQerrorMessage(pg->conn));
		close_and_finish(pg);
		return;
	}
	if (in_work)
		call->retried = true;
	close_connection(pg);
	go_on(pg);
}

static void on_deadline(void *arg)
{
	struct pg_call *call = arg;
	struct pg *pg = call->pg;
	bool in_work = pg->calls == call;
	char waited[WHEN_TEXT];

	when_format_duration(waited, call->timeout);
	if (pg->link.lookups_left)
		reply_fail(&call->reply, REPLY_NO_NAME, "no answer from the name server in %s", waited);
	else
		reply_fail(&call->reply, REPLY_TIMEOUT, "no %s in %s",
			   pg->stage == CONNECTING ? "connection" : "answer", waited);
	if (in_work)
		close_connection(pg);
	finish(call);
	go_on(pg);
}

/* The server gives up before we do, so that nothing of ours runs on there. */
static void send_begin(struct pg *pg)
{
	struct pg_call *call = pg->calls;
	msec limit = call->limit;
	char text[160];

	if (limit > STATEMENT_MS)
		limit = STATEMENT_MS;
	snprintf(text, sizeof(text), "BEGIN READ ONLY; SET LOCAL statement_timeout = %d; "
		 "SET LOCAL lock_timeout = %d", (int)limit, (int)(limit < LOCK_MS ? limit : LOCK_MS));
	pg->stage = BEGINNING;
	call->answered = false;
	reply_init(&call->reply);
	if (!PQsendQuery(pg->conn, text))
		lost(pg);
}

static void send_question(struct pg *pg)
{
	const struct pg_call *call = pg->calls;
	const char *values[PARAMS];

	for (size_t i = 0; i < PARAMS; i++)
		values[i] = call->params[i];
	pg->stage = ASKING;
	pg->taken_before = pg->taken;
	if (!PQsendQueryParams(pg->conn, call->sql, call->param_count, NULL, values, NULL, NULL, 0) ||
	    !PQsetSingleRowMode(pg->conn))
		lost(pg);
}

static void send_end(struct pg *pg)
{
	struct pg_call *call = pg->calls;
	struct pg_rows rows = pg->rows;

	memset(&pg->rows, 0, sizeof(pg->rows));
	if (!call->answered)
		call->reply.rows = pg_rows_view(&rows);
	pg->stage = ENDING;
	pg->proven = true;
	if (!PQsendQuery(pg->conn, "ROLLBACK"))
		close_connection(pg);
	finish(call);
	go_on(pg);
	pg_rows_done(&rows);
}

static void begin_next(struct pg *pg)
{
	pg->stage = READY;
	if (pg->calls)
		send_begin(pg);
}

/* All results of what was sent last are in. */
static void statement_done(struct pg *pg)
{
	switch (pg->stage) {
	case BEGINNING:
		if (pg->calls->answered)
			send_end(pg);
		else
			send_question(pg);
		break;
	case ASKING:
		send_end(pg);
		break;
	case ENDING:
		begin_next(pg);
		break;
	case CLOSED:
	case CONNECTING:
	case READY:
		break;
	}
}

static void take_error(struct pg *pg, const PGresult *result)
{
	if (pg->stage == ENDING) {
		lost(pg);
		return;
	}
	pg->calls->answered = true;
	pg_reply_error(&pg->calls->reply, result);
}

/* May close the connection. */
static void take_result(struct pg *pg, const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	pg->taken_before = pg->taken;
	if (status == PGRES_FATAL_ERROR)
		take_error(pg, result);
	else if (status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
		return;
	else if (status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE)
		give_up(pg, REPLY_SQL_ERROR, "the statement copies, it does not answer in rows");
	else if (pg->stage == ASKING && !pg_rows_add(&pg->rows, result))
		give_up(pg, REPLY_TOO_LARGE, "more rows than we take");
}

static void read_results(struct pg *pg)
{
	while (pg->stage > READY && !PQisBusy(pg->conn)) {
		PGresult *result = PQgetResult(pg->conn);

		if (result)
			take_result(pg, result);
		else if (PQstatus(pg->conn) == CONNECTION_BAD)
			lost(pg);
		else
			statement_done(pg);
		PQclear(result);
	}
}

/* libpq holds a row until it is whole, however large. What waits in the socket is not taken yet. */
static bool holds_too_much(const struct pg *pg)
{
	return pg->stage == ASKING && pg->taken - pg->taken_before > 2 * (uint64_t)PG_BYTES;
}

static void keep_watching(struct pg *pg)
{
	if (!pg->conn)
		return;
	if (PQstatus(pg->conn) == CONNECTION_BAD)
		lost(pg);
	else
		watch_change(pg->watch, PQflush(pg->conn) == 1 ? UV_READABLE | UV_WRITABLE :
			     UV_READABLE);
}

static void on_traffic(void *arg, int fd, int events)
{
	struct pg *pg = arg;

	(void)events;
	/* A failure shows in the status, after what had come before it is read. */
	PQconsumeInput(pg->conn);
	pg->taken = socket_taken(fd, pg->taken);
	read_results(pg);
	if (holds_too_much(pg))
		give_up(pg, REPLY_TOO_LARGE, "a row of more bytes than we take");
	keep_watching(pg);
}

static void on_up(void *arg, PGconn *conn)
{
	struct pg *pg = arg;

	pg->conn = conn;
	/* Without it PQfinish would wait for room in the socket of a server that hangs. */
	PQsetnonblocking(conn, 1);
	pg->watch = watch_new(pg->loop, PQsocket(conn), UV_READABLE, on_traffic, pg);
	begin_next(pg);
	keep_watching(pg);
}

/* Whoever waits for a connection that cannot be had need not find that out one after the other. */
static void on_failed(void *arg, const struct reply *outcome)
{
	struct pg *pg = arg;

	close_connection(pg);
	for (struct pg_call *call = pg->calls; call; call = call->next)
		call->doomed = true;
	while (pg->calls && pg->calls->doomed) {
		pg->calls->reply = *outcome;
		finish(pg->calls);
	}
	go_on(pg);
}

static void on_advance(void *arg)
{
	struct pg *pg = arg;

	if (pg->stage == CLOSED && pg->calls) {
		pg->stage = CONNECTING;
		pg_link_start(&pg->link);
	} else if (pg->stage == READY) {
		begin_next(pg);
		keep_watching(pg);
	}
}

void pg_forget_environment(void)
{
	/* Those that are no option of a DSN. */
	static const char *const others[] = {
		"PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGLOCALEDIR", "PGREQUIRESSL",
		"PGTZ", "PGDATESTYLE", "PGGEQO",
	};
	PQconninfoOption *options;

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		unsetenv(others[i]);
	options = PQconndefaults();
	for (const PQconninfoOption *at = options; at && at->keyword; at++) {
		if (at->envvar)
			unsetenv(at->envvar);
	}
	PQconninfoFree(options);
}

struct pg *pg_new(struct loop *loop, struct resolver *resolver, const struct secret *dsn,
		  struct err *err)
{
	struct pg *pg = mem_new(sizeof(*pg));

	pg->loop = loop;
	pg->advance.call = on_advance;
	pg->advance.arg = pg;
	pg->link.up = on_up;
	pg->link.failed = on_failed;
	pg->link.arg = pg;
	if (pg_link_init(&pg->link, loop, resolver, secret_reveal(dsn), err))
		return pg;
	pg_free(pg);
	return NULL;
}

void pg_free(struct pg *pg)
{
	if (!pg)
		return;
	while (pg->calls) {
		struct pg_call *call = pg->calls;

		unlink_call(call);
		free_call(call);
	}
	loop_timer_stop(pg->loop, &pg->advance);
	close_connection(pg);
	pg_link_done(&pg->link);
	mem_free(pg);
}

static void append(struct pg_call *call)
{
	struct pg_call **at = &call->pg->calls;

	while (*at)
		at = &(*at)->next;
	*at = call;
}

struct pg_call *pg_ask(struct pg *pg, const struct request *request, msec timeout, pg_done *done,
		       void *arg)
{
	struct pg_call *call = mem_new(sizeof(*call));

	assert(request->sql && request->param_count <= PARAMS);
	call->pg = pg;
	call->done = done;
	call->arg = arg;
	call->sql = mem_text(request->sql);
	call->param_count = (int)request->param_count;
	for (size_t i = 0; i < request->param_count; i++)
		call->params[i] = request->is_null[i] ? NULL : mem_text(request->params[i]);
	call->started = loop_now(pg->loop).steady;
	call->timeout = timeout;
	call->limit = request->limit ? request->limit : timeout * 3 / 4;
	call->deadline.call = on_deadline;
	call->deadline.arg = call;
	reply_init(&call->reply);
	append(call);
	loop_timer_set(pg->loop, &call->deadline, call->started + timeout);
	go_on(pg);
	return call;
}

void pg_cancel(struct pg_call *call)
{
	struct pg *pg = call->pg;
	bool in_work = pg->calls == call && (pg->stage == BEGINNING || pg->stage == ASKING);

	unlink_call(call);
	free_call(call);
	if (in_work)
		close_connection(pg);
	go_on(pg);
}
