/*
 * handin.h: envelopes that somebody hands in. What may still be applied is applied two ledgers
 * later; signatures are not looked at. Of one operation only, and of the kinds whose results are
 * known here: that is all that the lab's platforms send.
 */
#ifndef LAB_HANDIN_H
#define LAB_HANDIN_H

#include "lab/book.h"

/*  X(symbol, number of the result code, Horizon's name of it): 0: it is no refusal */
#define HANDINS(X) \
	X(TAKEN, 0, "") \
	X(KNOWN, 0, "")		/* waits for its ledger, or is in one */ \
	X(BUSY, 0, "")		/* another one of the same source waits */ \
	X(TOO_EARLY, -2, "tx_too_early") \
	X(TOO_LATE, -3, "tx_too_late") \
	X(BAD_SEQ, -5, "tx_bad_seq") \
	X(NO_ACCOUNT, -8, "tx_no_source_account") \
	X(MALFORMED, -16, "tx_malformed")

enum handin {
#define X(sym, number, name) HANDIN_##sym,
	HANDINS(X)
#undef X
};

/* hash: of the envelope, "" when it is malformed. The book's item of what is taken or known. */
enum handin handin(struct book *book, const char *base64, int64_t tip, char hash[DIGEST_HEX],
		   const struct booked **item);

bool handin_refused(enum handin how);
const char *handin_code(enum handin how);	/* "tx_bad_seq" */
void handin_result(enum handin how, char out[BOOK_BASE64]);	/* TransactionResult in base64 */

#endif
