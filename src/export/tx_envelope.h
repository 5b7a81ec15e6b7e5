/*
 * tx_envelope.h: a decoded envelope for scripts (formats.md 7.8) and for people. Pure.
 */
#ifndef EXPORT_TX_ENVELOPE_H
#define EXPORT_TX_ENVELOPE_H

#include "base/buf.h"
#include "stellar/envelope.h"

struct tx_envelope {			/* borrowed */
	const struct envelope *envelope;
	const char *hash, *inner_hash;	/* inner_hash "": it is no fee bump */
	const char *passphrase;
};

/* One object on one line, all in ASCII: a memo cannot do anything to a terminal, and is exact. */
void tx_envelope_json(const struct tx_envelope *tx, struct buf *out);
/* A line for each fact; texts of others are scrubbed. */
void tx_envelope_text(const struct tx_envelope *tx, struct buf *out);

#endif
