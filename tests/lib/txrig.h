/*
 * txrig.h: a PostgreSQL with the platforms' own tables, in New York, and pages of its rows
 * (app/tx_pages.h) on a loop of their own.
 */
#ifndef LIB_TXRIG_H
#define LIB_TXRIG_H

#include "app/tx_pages.h"
#include "backends/postgres.h"
#include "tests/lib/pgserver.h"

struct txrig {
	struct pgserver server;
	char dsn_env[200];
	const char *environment[2];
	struct postgres_config db;
	const void *sources[1];
	struct settings settings;
	struct options options;
	struct context context;
	struct loop *loop;
	struct tx_pages *pages;		/* NULL: not opened */
	int changes;
	struct caseload cases;		/* as of the last txrig_wait() */
};

/* One at a time. False with err; SKIPPED is said and err is empty where there is no PostgreSQL. */
bool txrig_start(struct txrig *rig, struct err *err);
void txrig_stop(struct txrig *rig);

/* As admin, in any statements; a test that cannot do it fails. */
void txrig_sql(struct txrig *rig, const char *sql);
/* The first cell of the answer; false when there is none or it is longer. */
bool txrig_cell(struct txrig *rig, const char *sql, char *out, size_t size);
bool txrig_file(struct txrig *rig, const char *path, struct err *err);	/* psql -f */

/* Pages of a preset, or of a query; what was open is closed. */
void txrig_open(struct txrig *rig, enum tx_preset preset, const char *query);
void txrig_close(struct txrig *rig);
/* Until no page and no search is under way; false after ten seconds. */
bool txrig_wait(struct txrig *rig);
/* The same, and until this is so. */
bool txrig_until(struct txrig *rig, bool (*is_so)(const struct txrig *rig));
bool txrig_move(struct txrig *rig, enum tx_move move);	/* and wait */

#endif
