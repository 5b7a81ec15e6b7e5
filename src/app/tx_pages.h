/*
 * tx_pages.h: the platform's open rows, a window at a time, by keyset: never the whole table, and
 * no OFFSET. Beside the standing asking of the source (backends/transactions.h), on connections of
 * its own: one for pages, one for counts and plans, which a page never waits for.
 *
 *  (1) Nothing is asked before the first move, order, search or group. Every answer comes from the
 *      loop and is told by `changed`.
 *  (2) No question may take the server longer than TX_PAGES_LIMIT. A page that does, or that is too
 *      large to take, is asked for again with fewer rows.
 *  (3) What the window shows stays until another one has come; why it did not is in the caseload.
 *  (4) A group that could not be read is not known, which allows nothing.
 *  (5) A new configuration is a new struct tx_pages.
 */
#ifndef APP_TX_PAGES_H
#define APP_TX_PAGES_H

#include "app/estate.h"
#include "core/caseload.h"

struct tx_pages;

#define TX_PAGES_LIMIT ((msec)1000)

enum tx_move { TX_FIRST, TX_NEXT, TX_PREV, TX_LAST, TX_AGAIN };

struct tx_pages_setup {
	struct loop *loop;
	const struct settings *settings;
	const struct context *context;
	void (*changed)(void *arg);
	void *arg;
};

/* NULL with err: no transactions are configured. */
struct tx_pages *tx_pages_new(const struct tx_pages_setup *setup, struct err *err);
void tx_pages_free(struct tx_pages *pages);	/* takes NULL */
void tx_pages_move(struct tx_pages *pages, enum tx_move move);
void tx_pages_order(struct tx_pages *pages, enum tx_order order);
/* The row with this hash or id, wherever it is: the window moves there. */
void tx_pages_find(struct tx_pages *pages, const char *text);
/* All rows of one intent, open or not, for the group: by key, else by source, destination, amount,
 * time. The answer comes by `changed`; false from tx_pages_group() until then. Of a hash that is in
 * no row the group is empty. Rows that were read less than TX_GROUP_FRESH ago are not read again.
 * complete: the platform says that there are no others, and its table can tell. */
#define TX_GROUP_FRESH (5 * WHEN_SECOND)
void tx_pages_want_group(struct tx_pages *pages, const char *id, const char *hash);
bool tx_pages_group(const struct tx_pages *pages, const char *id, const char *hash,
		    const struct tx_line **lines, size_t *count, bool *complete);
/* They were read less than TX_GROUP_STALE before `now` (steady): nothing may rest on older ones,
 * for a platform that tries again writes a row meanwhile. */
#define TX_GROUP_STALE (15 * WHEN_SECOND)
bool tx_pages_group_holds(const struct tx_pages *pages, const char *id, const char *hash, msec now);
/* Why the last reading gave nothing. NULL: it gave rows, is under way, or nobody wanted it. */
const char *tx_pages_group_trouble(const struct tx_pages *pages, const char *id, const char *hash);
/* Envelope and identity of a row of the window or of a group. False: it is in none. The envelope is
 * borrowed until the next change. created_at: unix s by the database's clock; 0: not known. */
bool tx_pages_identity(const struct tx_pages *pages, const char *id, const char *hash,
		       struct tx_identity *out, int64_t *created_at);
/* What it knows of: the window, its order, the count, what was not found, what is missing. The rest
 * of *out is left alone. */
void tx_pages_caseload(const struct tx_pages *pages, struct caseload *out);

#endif
