/*
 * horizon_inside.h: what the files of the stand-in Horizon share.
 */
#ifndef LAB_HORIZON_INSIDE_H
#define LAB_HORIZON_INSIDE_H

#include <jansson.h>

#include "lab/horizon.h"

enum { HORIZON_PAGE_DEFAULT = 10, HORIZON_PAGE_MAX = 200 };

extern const char horizon_hal[], horizon_problem[];	/* types of answers, and of errors */

struct complaint {
	int status;
	const char *name, *title, *detail;
	const char *field, *reason;	/* of a parameter; NULL: none is at fault */
};

extern const struct complaint horizon_not_found, horizon_limited, horizon_bad_request,
	horizon_before_history;

void horizon_answer(struct horizon *horizon, struct request *req, int status, const char *type,
		    const struct buf *body);
/* With the header that says of which ledger the state of accounts is. */
void horizon_answer_state(struct horizon *horizon, struct request *req, int status,
			  const char *type, const struct buf *body);
void horizon_put_complaint(struct buf *body, const struct complaint *why, json_t *extras);
void horizon_complain(struct horizon *horizon, struct request *req, const struct complaint *why);

/* What a collection was asked for. */
struct page {
	int64_t cursor;		/* -1: none */
	int64_t limit;
	bool descending;
	int64_t first, last;	/* ledgers to look through, both included */
};

bool horizon_read_page(const struct request *req, struct page *page);
bool page_beyond_cursor(const struct page *page, int64_t token);
/* Walk from one end towards the other, starting near the cursor. */
int64_t page_start(const struct page *page);
bool page_has(const struct page *page, int64_t ledger);

/* Indented as the real one does it. */
void horizon_put_json(struct buf *out, const json_t *json);

/* Accounts and transactions (horizon_tx.c); false: another path. */
bool horizon_tx_route(struct horizon *horizon, struct request *req);
void horizon_tx_of_ledger(struct horizon *horizon, struct request *req, int64_t ledger);

/* POST /transactions and /transactions_async (horizon_submit.c). */
void horizon_submit(struct horizon *horizon, struct request *req, bool async);

/* In which ledger this Horizon has it; 0: it does not. */
int64_t horizon_ledger_of(const struct horizon *horizon, const struct booked *item);

/* Their JSON (horizon_tx_text.c); hash: as it was asked for, NULL: its own. */
json_t *horizon_tx_json(const struct horizon *horizon, const struct booked *item,
			const char *hash);
json_t *horizon_account_json(const struct horizon *horizon, const struct account_key *key,
			     const struct account_state *state);

#endif
