/*
 * tx_pages.h: the platform's open rows, a window at a time, by keyset: never the whole table, and
 * no OFFSET. Beside the standing asking of the source (backends/transactions.h), on a connection of
 * its own.
 */
#ifndef APP_TX_PAGES_H
#define APP_TX_PAGES_H

#include "app/estate.h"
#include "core/caseload.h"

struct tx_pages;

enum tx_move { TX_FIRST, TX_NEXT, TX_PREV, TX_LAST, TX_AGAIN };

struct tx_pages_setup {
	struct loop *loop;
	const struct settings *settings;
	const struct context *context;
	void (*changed)(void *arg);
	void *arg;
};

struct tx_pages *tx_pages_new(const struct tx_pages_setup *setup, struct err *err);
void tx_pages_free(struct tx_pages *pages);	/* takes NULL */
void tx_pages_move(struct tx_pages *pages, enum tx_move move);
void tx_pages_order(struct tx_pages *pages, enum tx_order order);
/* The row with this hash or id, wherever it is: the window moves there. */
void tx_pages_find(struct tx_pages *pages, const char *text);
/* All rows of one intent, for the group: by key, else by source, destination, amount, time. The
 * answer comes by `changed`; false from tx_pages_group() until then. */
void tx_pages_want_group(struct tx_pages *pages, const char *id, const char *hash);
bool tx_pages_group(const struct tx_pages *pages, const char *id, const char *hash,
		    const struct tx_line **lines, size_t *count, bool *complete);
/* Envelope and identity of a row of the window. False: it is not in it. */
bool tx_pages_identity(const struct tx_pages *pages, const char *id, const char *hash,
		       struct tx_identity *out, int64_t *created_at);
void tx_pages_caseload(const struct tx_pages *pages, struct caseload *out);

#endif
