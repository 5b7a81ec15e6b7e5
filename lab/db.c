/* db.c: see db.h. Each connection is a small state machine driven by its socket. */
#include "lab/db.h"

#include <libpq-fe.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"

enum link_state { LINK_CLOSED, LINK_CONNECTING, LINK_IDLE, LINK_BUSY };

struct question {
	struct question *next;
	char *sql;
	db_done *done;
	void *arg;
};

struct link {
	struct db *db;
	enum link_state state;
	PGconn *pg;
	uv_poll_t *poll;	/* NULL while the socket is not watched */
	struct question *asked;
	PGresult *result;	/* the last one of the question under way */
	bool failed;
};

struct db {
	uv_loop_t *loop;
	char *dsn;
	int port;		/* instead of the one in dsn; 0: that one */
	struct question *first, **last;
	struct link *links;
	int count;
};

static void link_go(struct link *link);
static void on_socket(uv_poll_t *poll, int status, int events);

static void on_poll_closed(uv_handle_t *handle)
{
	mem_free(handle);
}

static void unwatch(struct link *link)
{
	if (link->poll)
		uv_close((uv_handle_t *)link->poll, on_poll_closed);
	link->poll = NULL;
}

/* A new handle each time: libpq may have a new socket under the same number. */
static void watch(struct link *link, int events)
{
	unwatch(link);
	link->poll = mem_new(sizeof(*link->poll));
	link->poll->data = link;
	if (uv_poll_init(link->db->loop, link->poll, PQsocket(link->pg)) == 0)
		uv_poll_start(link->poll, events, on_socket);
}

static struct question *take_first(struct db *db)
{
	struct question *question = db->first;

	db->first = question->next;
	if (!db->first)
		db->last = &db->first;
	return question;
}

static void settle(struct question *question, const PGresult *result)
{
	question->done(question->arg, (const struct db_rows *)result);
	mem_free(question->sql);
	mem_free(question);
}

/* Give the connection up; what it was asked, or one that waits for it, has failed. */
static void link_drop(struct link *link)
{
	struct question *question = link->asked;
	bool connecting = link->state == LINK_CONNECTING;

	unwatch(link);
	PQclear(link->result);
	PQfinish(link->pg);
	link->result = NULL;
	link->pg = NULL;
	link->asked = NULL;
	link->state = LINK_CLOSED;
	if (!question && connecting && link->db->first)
		question = take_first(link->db);
	if (question)
		settle(question, NULL);
	link_go(link);
}

static void link_connect(struct link *link)
{
	struct buf dsn = { 0 };

	buf_text(&dsn, link->db->dsn);
	if (link->db->port > 0)
		buf_fmt(&dsn, " port=%d", link->db->port);	/* the later one counts */
	link->pg = PQconnectStart(buf_cstr(&dsn));
	link->state = LINK_CONNECTING;
	buf_done(&dsn);
	if (!link->pg || PQstatus(link->pg) == CONNECTION_BAD || PQsocket(link->pg) < 0) {
		link_drop(link);
		return;
	}
	watch(link, UV_WRITABLE);
}

static void link_connecting(struct link *link)
{
	unwatch(link);	/* before libpq may change the socket */
	switch (PQconnectPoll(link->pg)) {
	case PGRES_POLLING_READING:
		watch(link, UV_READABLE);
		break;
	case PGRES_POLLING_WRITING:
		watch(link, UV_WRITABLE);
		break;
	case PGRES_POLLING_OK:
		link->state = LINK_IDLE;
		PQsetnonblocking(link->pg, 1);
		watch(link, UV_READABLE);
		link_go(link);
		break;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		link_drop(link);
		break;
	}
}

static void link_ask(struct link *link)
{
	link->asked = take_first(link->db);
	link->failed = false;
	link->state = LINK_BUSY;
	if (!PQsendQuery(link->pg, link->asked->sql)) {
		link_drop(link);
		return;
	}
	watch(link, UV_READABLE | (PQflush(link->pg) > 0 ? UV_WRITABLE : 0));
}

/* Do what can be done now: connect when somebody waits, ask when connected. */
static void link_go(struct link *link)
{
	if (!link->db->first)
		return;
	if (link->state == LINK_CLOSED)
		link_connect(link);
	else if (link->state == LINK_IDLE)
		link_ask(link);
}

static void keep_result(struct link *link, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		fprintf(stderr, "database: %s", PQresultErrorMessage(result));
		link->failed = true;
	}
	PQclear(link->result);
	link->result = result;
}

static void link_answered(struct link *link)
{
	struct question *question = link->asked;
	PGresult *result = link->result;

	link->asked = NULL;
	link->result = NULL;
	link->state = LINK_IDLE;
	settle(question, link->failed ? NULL : result);
	PQclear(result);
	link_go(link);
}

static void link_busy(struct link *link)
{
	PGresult *result;

	while (!PQisBusy(link->pg)) {
		result = PQgetResult(link->pg);
		if (!result) {
			if (PQstatus(link->pg) == CONNECTION_BAD)
				link_drop(link);
			else
				link_answered(link);
			return;
		}
		keep_result(link, result);
	}
}

static void on_socket(uv_poll_t *poll, int status, int events)
{
	struct link *link = poll->data;

	(void)events;
	if (link->state == LINK_CONNECTING) {	/* an error status too: libpq says what it was */
		link_connecting(link);
		return;
	}
	if (status < 0 || !PQconsumeInput(link->pg)) {
		link_drop(link);
		return;
	}
	if (link->state == LINK_BUSY) {
		if (PQflush(link->pg) == 0)
			uv_poll_start(link->poll, UV_READABLE, on_socket);
		link_busy(link);
	}
}

struct db *db_new(uv_loop_t *loop, const char *dsn, int connections)
{
	struct db *db = mem_new(sizeof(*db));

	db->loop = loop;
	db->dsn = mem_text(dsn);
	db->last = &db->first;
	db->links = mem_array((size_t)connections, sizeof(*db->links));
	db->count = connections;
	for (int i = 0; i < connections; i++)
		db->links[i].db = db;
	return db;
}

void db_move(struct db *db, int port)
{
	if (db->port == port)
		return;
	db->port = port;
	for (int i = 0; i < db->count; i++)
		if (db->links[i].state != LINK_CLOSED)
			link_drop(&db->links[i]);
}

void db_ask(struct db *db, const char *sql, db_done *done, void *arg)
{
	struct question *question = mem_new(sizeof(*question));
	struct link *closed = NULL;

	*question = (struct question){ .sql = mem_text(sql), .done = done, .arg = arg };
	*db->last = question;
	db->last = &question->next;
	for (int i = 0; i < db->count; i++) {
		if (db->links[i].state == LINK_IDLE) {
			link_go(&db->links[i]);
			return;
		}
		if (db->links[i].state == LINK_CLOSED)
			closed = &db->links[i];
	}
	if (closed)
		link_go(closed);
}

int db_count(const struct db_rows *rows)
{
	return PQntuples((const PGresult *)rows);
}

const char *db_cell(const struct db_rows *rows, int row, int column)
{
	const PGresult *result = (const PGresult *)rows;

	return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}
