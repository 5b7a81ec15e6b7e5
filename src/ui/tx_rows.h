/*
 * tx_rows.h: transactions as rows: columns as far as there is room for them, never without the
 * verdict; and what stands above them.
 */
#ifndef UI_TX_ROWS_H
#define UI_TX_ROWS_H

#include "ui/tx_find.h"

/* The names of the columns. */
void tx_rows_head(struct page *page);
/* One row; `depth` 1: an envelope under the payment that it is for. */
void row_case(const struct scene *scene, struct page *page, const struct tx_case *is, int depth);

/* How many, how much money, how old, which verdicts; what keeps the list from being whole. */
void tx_head(const struct scene *scene, struct page *page);
/* Nobody looks after transactions: in one sentence what to do. */
void tx_none(struct page *page);

/* Of the lines in the window that are stuck, and neither old nor dismissed. */
enum { TALLY_FIRST = 3 };

struct tx_tally {
	size_t stuck, unjudged, safe;
	size_t verdicts[VERDICT_COUNT];	/* of those judged and not safe */
	size_t first[TALLY_FIRST];	/* lines: the safe ones before the others */
	size_t first_count;
};
void tx_tally(const struct caseload *cases, struct tx_tally *out);
/* "1 SAFE TO CANCEL, 1 STILL PENDING, 3 not judged" */
void tx_say_tally(const struct tx_tally *tally, struct buf *out);

#endif
