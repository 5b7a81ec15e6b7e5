/*
 * tx_proof.h: one transaction as an auditor would read it: the verdict and what follows from it,
 * all envelopes of the payment, the requests and answers that prove it, and the transaction itself.
 */
#ifndef UI_TX_PROOF_H
#define UI_TX_PROOF_H

#include "ui/tx_find.h"

/*  X(symbol, label): what can be copied of a transaction, one by one */
#define TX_VALUES(X) \
	X(VERDICT, "verdict") X(ID, "id") X(HASH, "hash") X(INNER, "inner hash") \
	X(XDR, "envelope") X(SOURCE, "source") \
	X(SEQUENCE, "sequence") X(FEE_SOURCE, "fee source") X(FEE, "fee at most") \
	X(TIMES, "valid") X(LEDGERS, "ledgers") X(OTHERS, "also wants") X(MEMO, "memo") \
	X(SIGNATURES, "signed")

enum tx_value {
#define X(sym, label) TX_VALUE_##sym,
	TX_VALUES(X)
#undef X
	TX_VALUE_COUNT
};

void tx_proof_build(const struct scene *scene, struct page *page, const struct tx_case *is);

/* What is copied of this row of the view's transaction: of the value, of a request; false: it is
 * none of these, or gone. */
bool tx_proof_copy(const struct scene *scene, struct item item, struct buf *out);

/* Its text as it is copied; false: there is none. */
bool tx_value(const struct tx_case *is, enum tx_value which, struct buf *out);
const char *tx_value_label(enum tx_value which);

#endif
