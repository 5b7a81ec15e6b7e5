/*
 * cancelling.h: the transaction that uses up a sequence number, so that another one with the same
 * number can never land (facts/stellar.md 3.5). Unsigned: this program holds no keys.
 *
 * BUMP_SEQUENCE to the number itself: it moves nothing. Its time bound is short, so that it does
 * not itself become what nobody knows about.
 */
#ifndef STELLAR_CANCELLING_H
#define STELLAR_CANCELLING_H

#include <stdint.h>

#include "base/buf.h"
#include "stellar/envelope.h"

struct cancelling {
	const char *source;		/* G... or M... */
	int64_t sequence;
	uint32_t fee;			/* stroops */
	uint64_t max_time;		/* unix s; never 0 */
};

/* Envelope V1 without signatures, base64, and its hash. False: the source is no account. */
bool cancelling_write(const struct cancelling *plan, const char *passphrase, struct buf *base64,
		      char hash[TX_HASH_TEXT], struct err *err);
/* A line of shell for stellar-cli that signs and sends this envelope. RPC_URL and KEY_NAME, the
 * name of an identity that it knows, are the operator's to set. */
void cancelling_command(const char *base64, const char *passphrase, struct buf *out);

#endif
