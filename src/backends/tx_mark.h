/*
 * tx_mark.h: what is written to a row of the platform's, as the text of one SQL transaction with
 * its values in it: what is shown is what psql can be given, and what is sent. Pure.
 *
 *  (1) It guards itself, wherever it is pasted: on another cluster, another timeline, a replica or
 *      a read-only server it raises and changes nothing. It locks the row, compares it with what
 *      was shown, changes exactly one row or none.
 *  (2) Values are quoted so that no setting of the server reads them otherwise, inside a dollar
 *      quote that none of them can end. One that holds control bytes is refused: a terminal would
 *      act on it when it is pasted.
 *  (3) Nothing is ever written of a payment whose hash only starts something (tx_hash_is()).
 *  (4) Of a query of one's own: mark_done, mark_failed, mark_cancelled, $1 the id, $2 the hash. The
 *      query must be one that FOR UPDATE can lock; the server says so where it is not.
 */
#ifndef BACKENDS_TX_MARK_H
#define BACKENDS_TX_MARK_H

#include "backends/transactions.h"
#include "base/buf.h"
#include "core/tx_case.h"

struct tx_server {			/* the acting primary, as it was sensed */
	char name[NAME_TEXT];		/* in the configuration: "primary", a replica's */
	char address[64];		/* as it says itself; "" */
	char system_id[24];
	int64_t timeline;
};

struct tx_mark_plan {
	const struct tx_config *config;
	enum tx_act act;		/* ACT_MARK_* */
	const struct tx_line *line;	/* as it was shown */
	int64_t ledger;			/* where it landed; 0: not known */
	const struct tx_server *server;
};

/* Ends with COMMIT and a line feed. False: it cannot be written, err says why. */
bool tx_mark_write(const struct tx_mark_plan *plan, struct buf *out, struct err *err);

/* What came of it, from the tags and errors that psql would print ("BEGIN", "DO", "COMMIT"): false
 * when it is not known whether it was committed. */
bool tx_mark_outcome(struct str answer, bool *done);

#endif
