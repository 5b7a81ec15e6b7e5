/*
 * result.h: what the ledger says became of a transaction (TransactionResult), with words that tell
 * an operator what it means. Also the codes alone, as Horizon and RPC write them.
 *
 * Every code of the network is in one table: its number, its XDR name ("txBAD_SEQ",
 * "PAYMENT_NO_TRUST"), Horizon's ("tx_bad_seq", "op_no_trust"), what to say, and of transactions
 * whether it uses the sequence number when it is in a ledger.
 */
#ifndef STELLAR_RESULT_H
#define STELLAR_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "stellar/envelope.h"

struct code {
	const char *of;		/* "TransactionResultCode", "PaymentResultCode" ... */
	int32_t number;
	const char *name, *horizon;
	const char *means;	/* for the operator, in plain words */
	bool uses_sequence;	/* of transactions */
};

/* Each NULL when there is no such code. */
const struct code *code_of_tx(int32_t number);
const struct code *code_of_op(int32_t number);				/* opBAD_AUTH ... */
const struct code *code_of_operation(enum operation type, int32_t number);
const struct code *code_find(const char *name);		/* by XDR name, or Horizon's of a transaction */
/* Of an operation's code as Horizon writes it, which is the same for several types. */
const struct code *code_find_horizon(enum operation type, const char *horizon);
size_t code_count(void);
const struct code *code_at(size_t i);

struct op_result {
	int32_t code;		/* 0: opINNER, */
	enum operation type;	/* of this type */
	int32_t inner;		/* and this code */
};

struct tx_result {
	int64_t fee_charged;
	int32_t code;			/* of the outermost; every code here has its struct code */
	bool fee_bump;			/* the rest is of the inner transaction */
	char inner_hash[TX_HASH_TEXT];
	int64_t inner_fee_charged;
	int32_t inner_code;
	bool has_ops;
	struct op_result ops[ENVELOPE_OPS];
	size_t op_count;
};

/* Its own code, or that of its kind. */
const struct code *op_result_code(const struct op_result *op);

bool result_read(struct str xdr, struct tx_result *out, struct err *err);
bool result_read_base64(struct str text, struct tx_result *out, struct err *err);

bool result_succeeded(const struct tx_result *result);
/* The code that decides: the inner one of a fee bump whose inner transaction failed. */
const struct code *result_code(const struct tx_result *result);
/* "txFAILED: operation 2 PAYMENT_UNDERFUNDED (the account has too little of the asset)". */
void result_say(const struct tx_result *result, char *out, size_t size);

#endif
