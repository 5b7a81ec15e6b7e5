/*
 * postgres_nodes.h: what each server says of itself, which of them is the primary now, and which
 * could become it. Private to kind `postgres`.
 *
 * The configured primary is where we start from, not what is so: the primary is the node that was
 * last heard out of recovery, on the highest timeline, in the configured one's cluster. What a node
 * said stays known after it fell silent, with its age: that bounds what a promotion loses.
 */
#ifndef BACKENDS_POSTGRES_NODES_H
#define BACKENDS_POSTGRES_NODES_H

#include "backends/postgres.h"

/* One row of an answer. A missing column reads as SQL NULL. */
struct pg_row {
	const struct rows *rows;
	size_t i;
};

bool row_true(struct pg_row row, const char *column);
double row_number(struct pg_row row, const char *column);	/* NaN: NULL */
int64_t row_integer(struct pg_row row, const char *column, int64_t fallback);
void row_text(struct pg_row row, const char *column, char *out, size_t size);	/* scrubbed */

extern const char postgres_node_sql[];
enum decoded postgres_node_decode(const struct reply *reply, struct pg_node *node, char why[200]);

/* The primary now, or the one that was heard last; 0 while none was ever heard. */
unsigned postgres_primary(const struct look *look);
/* Of those that answer and are in recovery the one that holds most; false: there is none. */
bool postgres_candidate(const struct look *look, unsigned *out);
/* Do two answering nodes of one cluster take writes? Unknown while one that is silent could. */
enum pg_split { PG_SPLIT_NO, PG_SPLIT_YES, PG_SPLIT_UNKNOWN };
enum pg_split postgres_split(const struct look *look);

json_t *postgres_nodes_json(const struct look *look);
/* nodes, primary, failed_over, candidate, target, promotable, may_promote, split_brain,
 * followers_well, clients_expected, clients_missing, clients_missing_names. */
void postgres_failover_fields(const struct look *look, json_t *out);

/* Configured clients (setting `clients`) that hold no session on the primary, or were seen writing
 * to another node, or all while nobody takes writes. False: not known, or none are configured.
 * Each is given to the visitor by name. */
typedef void client_visit(void *arg, const char *name);
bool postgres_clients_missing(const struct look *look, client_visit *visit, void *arg);

#endif
