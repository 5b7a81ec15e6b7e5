/*
 * tx_sent.h: the identical envelope sent once more: what is sent, and what an answer means
 * (facts/stellar.md 1.8, 1.9, 2). Pure.
 *
 * No answer proves that a transaction has landed or never will: PENDING, DUPLICATE, TRY_AGAIN_LATER
 * and ERROR say what one server did with this one sending. What became of the transaction is asked
 * for anew after it.
 */
#ifndef BACKENDS_TX_SENT_H
#define BACKENDS_TX_SENT_H

#include "backends/reply.h"
#include "base/buf.h"
#include "core/report.h"

enum tx_way { TX_BY_ASYNC, TX_BY_HORIZON, TX_BY_RPC };	/* /transactions_async, /transactions */

struct tx_sending {
	const char *path, *type;	/* static; type: of the body */
	struct buf body;		/* the caller's: buf_done() */
};

void tx_sending_make(enum tx_way way, const char *envelope, struct tx_sending *out);

struct tx_sent {
	enum { SENT_TAKEN, SENT_NOT, SENT_UNKNOWN, SENT_NO_SUCH_WAY } what;
	char says[BECAUSE_TEXT];	/* in words */
};

/* SENT_NO_SUCH_WAY: this Horizon has no /transactions_async; nothing was sent. */
void tx_sent_read(enum tx_way way, const struct reply *reply, struct tx_sent *out);

#endif
