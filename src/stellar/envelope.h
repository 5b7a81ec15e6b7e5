/*
 * envelope.h: a transaction envelope (V0, V1, fee bump), decoded whole and strictly, and its hashes
 * (facts/stellar.md 4).
 *
 *  (1) Bytes of others: bounded in size, in depth and in every count; one reading for each text.
 *      What is wrong gets one sentence with the byte, and nothing of it is used.
 *  (2) Source, sequence and preconditions are those of the INNER transaction of a fee bump, as its
 *      life is judged by them. `fee` is the outermost maximum.
 *  (3) Every value of 64 bits is exact. No time bounds and a bound of 0 are told apart.
 *  (4) A hash exists only together with a network: nothing is hashed while decoding.
 */
#ifndef STELLAR_ENVELOPE_H
#define STELLAR_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
	ENVELOPE_BYTES = 512 * 1024,	/* of XDR; the network takes no more than 128 KiB */
	ENVELOPE_OPS = 100, ENVELOPE_SIGNATURES = 20, ENVELOPE_SIGNERS = 2,
	ACCOUNT_TEXT = 72,		/* G..., M... */
	ASSET_TEXT = 88,		/* "native", "USDC:G..."; a code of other bytes "#00..:G..." */
	SIGNER_TEXT = 168, MEMO_BYTES = 32, TX_HASH_TEXT = 65,
};

enum envelope_type { ENVELOPE_V0, ENVELOPE_V1, ENVELOPE_FEE_BUMP };

/*  X(symbol, name): in the order of the XDR enum OperationType */
#define OPERATIONS(X) \
	X(CREATE_ACCOUNT) X(PAYMENT) X(PATH_PAYMENT_STRICT_RECEIVE) X(MANAGE_SELL_OFFER) \
	X(CREATE_PASSIVE_SELL_OFFER) X(SET_OPTIONS) X(CHANGE_TRUST) X(ALLOW_TRUST) \
	X(ACCOUNT_MERGE) X(INFLATION) X(MANAGE_DATA) X(BUMP_SEQUENCE) X(MANAGE_BUY_OFFER) \
	X(PATH_PAYMENT_STRICT_SEND) X(CREATE_CLAIMABLE_BALANCE) X(CLAIM_CLAIMABLE_BALANCE) \
	X(BEGIN_SPONSORING_FUTURE_RESERVES) X(END_SPONSORING_FUTURE_RESERVES) \
	X(REVOKE_SPONSORSHIP) X(CLAWBACK) X(CLAWBACK_CLAIMABLE_BALANCE) \
	X(SET_TRUST_LINE_FLAGS) X(LIQUIDITY_POOL_DEPOSIT) X(LIQUIDITY_POOL_WITHDRAW) \
	X(INVOKE_HOST_FUNCTION) X(EXTEND_FOOTPRINT_TTL) X(RESTORE_FOOTPRINT)

enum operation {
#define X(sym) OPERATION_##sym,
	OPERATIONS(X)
#undef X
	OPERATION_COUNT
};

enum memo_type { MEMO_NONE, MEMO_TEXT, MEMO_ID, MEMO_HASH, MEMO_RETURN };

struct memo {
	enum memo_type type;
	unsigned char bytes[MEMO_BYTES];	/* text (not terminated, perhaps no UTF-8), hash, return */
	size_t len;
	uint64_t id;
};

/* What moves value is taken apart, so that two envelopes of one payment can be known as such. */
struct envelope_op {
	enum operation type;
	char source[ACCOUNT_TEXT];	/* "" : that of the transaction */
	bool pays;			/* the rest is set: a payment of any kind, or a new account.
					 * Of a merge the destination alone is */
	char destination[ACCOUNT_TEXT];
	char asset[ASSET_TEXT];		/* what arrives; strict send: what is sent */
	int64_t amount;			/* stroops of it */
};

struct envelope_signer { char text[SIGNER_TEXT]; };	/* strkey: G, T, X, P */

struct envelope {
	enum envelope_type type;
	char source[ACCOUNT_TEXT];		/* as written: M... stays */
	char source_account[ACCOUNT_TEXT];	/* its G... */
	bool muxed;
	uint64_t mux_id;
	char fee_source[ACCOUNT_TEXT];		/* of a fee bump, as written; else "" */
	int64_t fee, inner_fee;			/* inner_fee: of a fee bump */
	int64_t sequence;
	bool has_time_bounds, has_ledger_bounds, has_min_sequence;
	uint64_t min_time, max_time;
	uint32_t min_ledger, max_ledger;
	int64_t min_sequence;
	uint64_t min_sequence_age;
	uint32_t min_sequence_gap;
	struct envelope_signer signers[ENVELOPE_SIGNERS];
	size_t signer_count;
	struct memo memo;
	struct envelope_op ops[ENVELOPE_OPS];
	size_t op_count;
	size_t signature_count;			/* of the inner one, as what else is here */
	size_t outer_signature_count;		/* of a fee bump */
	bool soroban;
	/* Which bytes are hashed; see envelope_hash(). */
	size_t hashed_end, inner_from, inner_end;
};

/* XDR bytes, or base64 of them. The struct is set up to its counts only: it is large. */
bool envelope_read(struct str xdr, struct envelope *out, struct err *err);
bool envelope_read_base64(struct str text, struct envelope *out, struct err *err);

/* Of the bytes that were read; inner: "" when it is no fee bump. Lower-case hex. */
void envelope_hash(const struct envelope *envelope, struct str xdr, const char *passphrase,
		   char hash[TX_HASH_TEXT], char inner[TX_HASH_TEXT]);

/* Do both pay the same: destination, asset and amount of each payment, and the memo, whoever
 * signs? OTHER is said only where it is certain: UNKNOWN when they share a payment but not all, or
 * one moves value in a way that says no destination and amount (a contract, a claimable balance, a
 * merge). One that moves nothing is never the same payment. */
enum twin { TWIN_UNKNOWN, TWIN_OTHER, TWIN_SAME };
enum twin envelope_twin(const struct envelope *a, const struct envelope *b);
bool envelope_same_payment(const struct envelope *a, const struct envelope *b);	/* TWIN_SAME */

const char *operation_name(enum operation type);	/* "PAYMENT" */
const char *memo_type_name(enum memo_type type);	/* none text id hash return */

#endif
