/*
 * intent.h: one payment, and every envelope that was ever signed for it. A verdict is of an
 * envelope; what may be done is decided here, over all of them (facts/stellar.md 3.4).
 *
 *  (1) While one envelope is confirmed, live or unknown, no other is cancelled, built again or sent
 *      again; the identical envelope of the only live one may be sent again.
 *  (2) A group that cannot be known to be complete is at most "confirm".
 *  (3) Who used the slot of a dead envelope is compared with the payment itself: the same payment
 *      there means that it was paid.
 *  (4) What the hash proves is the platform's (hash_is): confirmed completes a payment; it only
 *      starts a bridge transfer or an escrow, and no act on the row is offered then, ever.
 */
#ifndef STELLAR_INTENT_H
#define STELLAR_INTENT_H

#include "stellar/verdict.h"

enum hash_is { HASH_IS_PAYMENT, HASH_IS_INITIATION };

/*  X(symbol, word, level of care, help) */
#define ACTS(X) \
	X(MARK_DONE, "mark-done", 2, "the row says that it was paid") \
	X(MARK_FAILED, "mark-failed", 2, "the row says that it failed on the ledger") \
	X(MARK_CANCELLED, "mark-cancelled", 2, "the row says that it can never be paid any more") \
	X(RESUBMIT, "resubmit", 1, "send the identical signed envelope again") \
	X(CANCEL, "cancel", 3, "print the transaction that uses up its sequence number") \
	X(REBUILD, "rebuild", 3, "say that the payment may be built again; nothing is sent") \
	X(DISMISS, "dismiss", 0, "out of the headline, with a reason")

enum tx_act {
#define X(sym, word, care, help) ACT_##sym,
	ACTS(X)
#undef X
	ACT_COUNT
};

struct intent_member {
	char hash[TX_HASH_TEXT];
	bool judged;			/* false: no verdict yet, which counts as unknown */
	enum verdict_kind verdict;
	enum safety safe;
	enum twin consumer;		/* of a DEAD_SEQ_CONSUMED: is it the same payment? */
	bool consumer_known;		/* what used the number is known, so that it has to be compared */
	bool has_envelope;
};

struct intent {
	const struct intent_member *members;
	size_t count;
	bool complete;			/* the platform guarantees that there are no others */
	enum hash_is hash_is;
};

struct decision_of_intent {
	bool allowed[ACT_COUNT];	/* for the member that was asked about */
	bool confirm;			/* what is allowed wants a second person or a reason */
	const char *why_not[ACT_COUNT];	/* static; NULL where it is allowed */
	char because[VERDICT_TEXT];	/* the decision over the group, in one sentence */
};

void intent_decide(const struct intent *intent, size_t member, struct decision_of_intent *out);

const char *act_word(enum tx_act act);
unsigned act_care(enum tx_act act);
bool act_find(const char *word, enum tx_act *out);

#endif
