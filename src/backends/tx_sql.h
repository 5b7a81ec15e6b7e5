/*
 * tx_sql.h: what is asked of the platform's database about its rows, as text. Pure.
 *
 *  (1) Every list is a page by keyset: the rows after a key, in the order of an index. No OFFSET,
 *      and no question that grows with the table but the exact count, which has a limit of time.
 *  (2) Cells are cut by the server (backends/tx_row.h), so that one enormous value costs nothing.
 *  (3) Values go as parameters, never as text. A key has the type of its column.
 *  (4) A row without a created_at or an id stands in no page but the first and the last: it has no
 *      place to go on from. One without an amount or an account is not in the order by it.
 * Each function writes the question to request->path, and request->sql borrows it.
 */
#ifndef BACKENDS_TX_SQL_H
#define BACKENDS_TX_SQL_H

#include "backends/tx_row.h"
#include "core/caseload.h"

enum { TX_BOUND = 1000 };		/* counted so far before anybody waits for the exact number */

struct tx_window {
	enum tx_order order;
	bool back;		/* the rows before the key, in the reverse of the order */
	bool from_key;		/* else from the beginning, or with `back` from the end */
	bool including;		/* the row of the key too */
	bool bare;		/* without envelopes: for counting */
	/* The key: the order's own column, and the id. Without an id: from this value on. */
	char at[96], id[256];
	unsigned limit;
};

/* Is there a list in this order? Where not, the one by age stands in for it. */
bool tx_sql_has_order(enum tx_order order);

void tx_sql_page(const struct tx_config *config, const struct tx_window *window,
		 struct request *out);
/* The open row with this hash (64 hex digits) or else this id. An error 22P02 means: there is none,
 * for no id is written like that. */
void tx_sql_find(const struct tx_config *config, const char *text, struct request *out);
/* One row, open or not, as it is now: by its id, and by its hash where both are known. */
void tx_sql_row(const struct tx_config *config, const char *id, const char *hash,
		struct request *out);
/* All rows, open or not, of the payment of this row: by its key, else alike within a day. */
void tx_sql_group(const struct tx_config *config, const char *id, const char *hash,
		  unsigned limit, struct request *out);
/* How many are open, at most `bound`; 0: exactly. Column "total". */
void tx_sql_count(const struct tx_config *config, unsigned bound, struct request *out);
/* What the server would do for it; one cell of JSON. The question stays what it was asked. */
void tx_sql_plan(struct request *request);

/* Does a plan say that the table is read whole, or sorted, for this? */
bool tx_plan_is_slow(struct str plan, bool of_one_row);
/* What would mend that; for a query of one's own in words. */
const char *tx_sql_index(const struct tx_config *config, enum tx_order order);
const char *tx_sql_hash_index(const struct tx_config *config);

/* Can the rows of a payment be known to be all of them? Only where the platform says so and its
 * table shows closed rows too. */
bool tx_sql_complete(const struct tx_config *config);
/* What even an empty list does not show; NULL. */
const char *tx_sql_blind(const struct tx_config *config);

/* The cells of a row of an answer. False: the answer has no row there. */
bool tx_cells_of(const struct rows *rows, size_t row, struct tx_cells *out);

#endif
