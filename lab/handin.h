/*
 * handin.h: envelopes that somebody hands in. What may still be applied is applied two ledgers
 * later; signatures are not looked at. Of one operation only, and of the kinds whose results are
 * known here: that is all that the lab's platforms send.
 */
#ifndef LAB_HANDIN_H
#define LAB_HANDIN_H

#include "lab/book.h"

/*  X(symbol, status word, HTTP status of who answers at once, result code, Horizon's name of it)
 *  KNOWN: it waits for its ledger, or is in one. BUSY: another one of the same source waits. */
#define HANDINS(X) \
	X(TAKEN, "PENDING", 201, 0, "") \
	X(KNOWN, "DUPLICATE", 409, 0, "") \
	X(BUSY, "TRY_AGAIN_LATER", 503, 0, "") \
	X(TOO_EARLY, "ERROR", 400, -2, "tx_too_early") \
	X(TOO_LATE, "ERROR", 400, -3, "tx_too_late") \
	X(BAD_SEQ, "ERROR", 400, -5, "tx_bad_seq") \
	X(NO_ACCOUNT, "ERROR", 400, -8, "tx_no_source_account") \
	X(MALFORMED, "ERROR", 400, -16, "tx_malformed")

enum handin {
#define X(sym, word, status, number, name) HANDIN_##sym,
	HANDINS(X)
#undef X
};

/* hash: of the envelope, "" when it is malformed. The book's item of what is taken or known. */
enum handin handin(struct book *book, const char *base64, int64_t tip, char hash[DIGEST_HEX],
		   const struct booked **item);

const char *handin_word(enum handin how);
int handin_status(enum handin how);
bool handin_refused(enum handin how);
const char *handin_code(enum handin how);	/* "tx_bad_seq" */
void handin_result(enum handin how, char out[BOOK_BASE64]);	/* TransactionResult in base64 */

#endif
