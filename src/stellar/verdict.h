/*
 * verdict.h: evidence in, verdict out: the decision table of facts/stellar.md 3.4 and no more.
 *
 *  (1) A 404 never denies; the wall clock is never evidence; nothing that is not known allows
 *      anything. Each default that forbids has a test of its own.
 *  (2) CONFIRMED, FAILED and DEAD are final: more evidence of the same honest network never changes
 *      them. "confirm" stands on a stated assumption and is not final.
 *  (3) The verdict is of one envelope. What may be done with a payment is decided over all its
 *      envelopes: intent.h.
 */
#ifndef STELLAR_VERDICT_H
#define STELLAR_VERDICT_H

#include "stellar/evidence.h"

enum fate { FATE_UNKNOWN, FATE_LIVE, FATE_DEAD, FATE_FAILED, FATE_CONFIRMED };

/*  X(symbol, fate, words on a screen) */
#define VERDICTS(X) \
	X(HASH_MISMATCH, UNKNOWN, "HASH MISMATCH") \
	X(SOURCES_DISAGREE, UNKNOWN, "DISAGREE") \
	X(CONFIRMED, CONFIRMED, "CONFIRMED") \
	X(FAILED_ON_CHAIN, FAILED, "FAILED") \
	X(DEAD_SEQ_CONSUMED, DEAD, "SEQ CONSUMED") \
	X(DEAD_EXPIRED, DEAD, "EXPIRED") \
	X(DEAD_ACCOUNT_GONE, DEAD, "ACCOUNT GONE") \
	X(LIVE_MAY_STILL_LAND, LIVE, "STILL PENDING") \
	X(LIVE_BLOCKED_SEQ_GAP, LIVE, "BLOCKED BY GAP") \
	X(LIVE_NOT_YET_VALID, LIVE, "NOT YET VALID") \
	X(UNKNOWN_STALE_SOURCE, UNKNOWN, "UNKNOWN") \
	X(UNKNOWN_NO_ENVELOPE, UNKNOWN, "NO ENVELOPE") \
	X(UNKNOWN_NO_IDENTITY, UNKNOWN, "NO IDENTITY")

enum verdict_kind {
#define X(sym, fate, words) VERDICT_##sym,
	VERDICTS(X)
#undef X
	VERDICT_COUNT
};

enum safety { SAFE_NO, SAFE_CONFIRM, SAFE_YES };	/* to cancel, or to build the payment again */

enum { VERDICT_TEXT = 240 };

struct verdict {
	enum verdict_kind kind;
	enum safety safe;
	bool final;
	char row[4];			/* of the table: "1" ... "12c", "17"; "6c": row 6, but on an
					 * assumption */
	char because[VERDICT_TEXT];	/* with the ledgers and numbers that prove it */
	char next[VERDICT_TEXT];	/* what to do now */
	/* LIVE: it becomes decidable once a ledger has closed after this instant (unix s), or with
	 * this ledger; 0: neither bound exists. */
	int64_t decidable_at, decidable_ledger;
	int64_t ledger;			/* where it landed, or its slot was used; 0 */
	char by[TX_HASH_TEXT];		/* the transaction that used the slot; "" */
};

/* The evidence is read only; the same evidence gives the same verdict. */
void verdict_reach(const struct tx_evidence *evidence, struct verdict *out);

const char *verdict_name(enum verdict_kind kind);	/* "DEAD_EXPIRED" */
const char *verdict_words(enum verdict_kind kind);
enum fate verdict_fate(enum verdict_kind kind);
bool verdict_find(const char *name, enum verdict_kind *out);
/* true, false, confirm */
const char *safety_word(enum safety safe);

#endif
