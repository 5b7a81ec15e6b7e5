/*
 * db.h: a few connections to one PostgreSQL, asked without blocking the loop.
 *
 * What the stand-ins need to depend on the database as the real programs do: a refused database
 * fails at once, a hung one never answers, a locked table holds the asker until it is free.
 *
 *  (1) done() is called exactly once for each question, however long it takes; perhaps before
 *      db_ask() returns.
 *  (2) Questions that find no free connection wait in line.
 */
#ifndef LAB_DB_H
#define LAB_DB_H

#include <stdbool.h>
#include <uv.h>

struct db;
struct db_rows;

/* rows is NULL when the question failed; borrowed for the time of the call. */
typedef void db_done(void *arg, const struct db_rows *rows);

struct db *db_new(uv_loop_t *loop, const char *dsn, int connections);

/* From now on to the server on this port; 0: the one of the DSN. Connections to the other are given
 * up, as by a program that is started anew. */
void db_move(struct db *db, int port);

/* One statement, or several without parameters; sql is copied. */
void db_ask(struct db *db, const char *sql, db_done *done, void *arg);

int db_count(const struct db_rows *rows);
const char *db_cell(const struct db_rows *rows, int row, int column);	/* NULL: SQL NULL */

#endif
