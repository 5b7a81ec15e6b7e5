#include "io/pg_reply.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "io/outcome.h"
#include "io/pg.h"

static bool add_text(struct pg_rows *rows, const char *text)
{
	rows->starts = mem_grow(rows->starts, &rows->start_cap, rows->start_count + 1,
				sizeof(*rows->starts));
	rows->starts[rows->start_count++] = text ? rows->text.len : SIZE_MAX;
	return !text || buf_add(&rows->text, text, strlen(text) + 1);
}

static bool add_names(struct pg_rows *rows, const PGresult *result)
{
	buf_init(&rows->text, PG_BYTES);
	rows->columns = (size_t)PQnfields(result);
	for (int column = 0; column < PQnfields(result); column++) {
		if (!add_text(rows, PQfname(result, column)))
			return false;
	}
	return true;
}

bool pg_rows_add(struct pg_rows *rows, const PGresult *result)
{
	if (!rows->start_count && !add_names(rows, result))
		return false;
	for (int row = 0; row < PQntuples(result); row++) {
		if (++rows->count > PG_ROWS)
			return false;
		for (int column = 0; column < PQnfields(result); column++) {
			bool null = PQgetisnull(result, row, column);

			if (!add_text(rows, null ? NULL : PQgetvalue(result, row, column)))
				return false;
		}
	}
	return true;
}

struct rows pg_rows_view(struct pg_rows *rows)
{
	mem_free(rows->pointers);
	rows->pointers = mem_array(rows->start_count + 1, sizeof(*rows->pointers));
	for (size_t i = 0; i < rows->start_count; i++) {
		if (rows->starts[i] != SIZE_MAX)
			rows->pointers[i] = rows->text.data + rows->starts[i];
	}
	return (struct rows){ .columns = rows->columns, .count = rows->count,
			      .names = rows->pointers, .cells = rows->pointers + rows->columns };
}

void pg_rows_done(struct pg_rows *rows)
{
	buf_done(&rows->text);
	mem_free(rows->starts);
	mem_free(rows->pointers);
	memset(rows, 0, sizeof(*rows));
}

/* SQLSTATE or the beginning of one; what is not here is REPLY_SQL_ERROR. */
static const struct {
	const char *prefix;
	enum reply_kind kind;
} states[] = {
	{ "28", REPLY_DENIED },		/* password, role, pg_hba.conf */
	{ "42501", REPLY_DENIED },	/* insufficient_privilege */
	{ "57P01", REPLY_RESET },	/* the server is being stopped, or our backend was killed */
	{ "57P02", REPLY_RESET },	/* another backend crashed */
	{ "57P05", REPLY_RESET },	/* idle_session_timeout */
};

static void server_said(struct reply *reply, const char *sqlstate, struct str message)
{
	enum reply_kind kind = REPLY_SQL_ERROR;

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (str_starts(str_of(sqlstate), states[i].prefix))
			kind = states[i].kind;
	}
	str_put(reply->sqlstate, sizeof(reply->sqlstate), sqlstate);
	reply_fail(reply, kind, "%.*s", (int)message.len, message.p);
}

void pg_reply_error(struct reply *reply, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	/* Without SQLSTATE it is not the server that speaks but libpq. */
	if (sqlstate)
		server_said(reply, sqlstate, str_of(message));
	else
		pg_reply_lost(reply, PQresultErrorMessage(result));
}

/* "FATAL:  28P01: password authentication failed": the SQLSTATE's place, or NULL. */
static const char *find_sqlstate(const char *message)
{
	const char *at = message;

	while ((at = strstr(at, ":  "))) {
		size_t len = 0;

		at += strlen(":  ");
		while (isdigit((unsigned char)at[len]) || (at[len] >= 'A' && at[len] <= 'Z'))
			len++;
		if (len == 5 && at[len] == ':')
			return at;
	}
	return NULL;
}

static const struct {
	const char *part;		/* of libpq's sentence, in English (LC_MESSAGES is never set) */
	enum reply_kind kind;
	const char *text;
} losses[] = {
	{ "certificate verify failed", REPLY_TLS, "the server's certificate is not accepted" },
	{ "does not match host name", REPLY_TLS, "the certificate is for another host" },
	{ "does not support SSL", REPLY_TLS, "the server does not speak TLS, and sslmode wants it" },
	{ "root certificate file", REPLY_TLS, "the authorities (sslrootcert) cannot be read" },
	{ "no password supplied", REPLY_NO_SECRET, "a password is wanted and the DSN has none" },
	{ "received invalid response", REPLY_BAD_PROTOCOL, "this is not PostgreSQL" },
	{ "expected authentication", REPLY_BAD_PROTOCOL, "this is not PostgreSQL" },
	{ "server closed the connection", REPLY_RESET, "dropped without an answer" },
	{ "SSL", REPLY_TLS, "TLS handshake failed" },
	{ "session is not read-write", REPLY_REFUSED, "no host of the DSN is writable" },
	{ "No such file or directory", REPLY_REFUSED, "no socket there" },
};

void pg_reply_lost(struct reply *reply, const char *message)
{
	const char *sqlstate = find_sqlstate(message);
	enum reply_kind kind;
	const char *text;

	if (sqlstate) {
		char code[6];
		const char *said = sqlstate + 7;

		str_copy(code, sizeof(code), str_sub(sqlstate, 5));
		server_said(reply, code, str_sub(said, strcspn(said, "\n")));
		return;
	}
	if (outcome_of_text(message, &kind, &text)) {
		reply_fail(reply, kind, "%s", text);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
		if (strstr(message, losses[i].part)) {
			reply_fail(reply, losses[i].kind, "%s", losses[i].text);
			return;
		}
	}
	reply_fail(reply, REPLY_BAD_PROTOCOL, "libpq could not connect");
}
