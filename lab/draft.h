/*
 * draft.h: transactions as the bytes of the network: envelopes (V1 and fee bump), their hashes,
 * their results, and an account's ledger entry. Pure.
 *
 * The keys are hashes of names and the signatures are filler: nobody in the lab checks one.
 */
#ifndef LAB_DRAFT_H
#define LAB_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/str.h"

#define DRAFT_PASSPHRASE "Test SDF Network ; September 2015"
#define DRAFT_OTHER_PASSPHRASE "Public Global Stellar Network ; September 2015"

enum { DRAFT_KEY = 32, DRAFT_ACCOUNT = 57, DRAFT_ADDRESSES = 3, DRAFT_ENVELOPE = 1024,
       DRAFT_RESULT = 400, DRAFT_MEMO = 29 };

struct account_key {
	unsigned char bytes[DRAFT_KEY];
};

void account_key_of(struct account_key *out, const char *name);
bool account_key_read(struct account_key *out, const char *address);	/* G... */
void account_key_text(const struct account_key *key, char out[DRAFT_ACCOUNT]);
bool account_key_same(const struct account_key *a, const struct account_key *b);
bool account_key_none(const struct account_key *key);

enum draft_op { DRAFT_PAYMENT = 1, DRAFT_MERGE = 8, DRAFT_BUMP = 11, DRAFT_CALL = 24 };

struct draft {				/* 0 and zeros: none */
	struct account_key source, payer, payee;	/* payer: of the operation, else the source */
	struct account_key fee_source;		/* of a fee bump around it */
	int64_t sequence;
	uint32_t fee;
	uint64_t min_time, max_time;		/* unix s */
	uint32_t min_ledger, max_ledger;
	int64_t min_sequence;
	char memo[DRAFT_MEMO];			/* a text */
	enum draft_op op;
	const char *asset;			/* "USDC" of the payee; NULL: lumens */
	int64_t amount;				/* stroops */
	int64_t bump_to;
	const char *function;			/* of the bridge contract */
};

/* The whole envelope; `bare`: without the fee bump around it. */
void draft_envelope(const struct draft *draft, bool bare, struct buf *xdr);
void draft_hash(const struct draft *draft, bool bare, const char *passphrase, char out[DIGEST_HEX]);
void draft_signature(const struct draft *draft, bool bare, char out[96]);	/* base64 */

/* What a ledger says of it. inner: its hash in a fee bump, "" without one; op_code 0: success. */
void draft_result(const struct draft *draft, const char *inner, int32_t op_code, struct buf *xdr);

struct account_state {
	bool exists;
	int64_t sequence, sequence_ledger;
};

/* LedgerEntryData and LedgerKey of an account. */
void draft_entry(const struct account_key *key, const struct account_state *state,
		 uint64_t sequence_time, struct buf *xdr);
void draft_entry_key(const struct account_key *key, struct buf *xdr);

#endif
