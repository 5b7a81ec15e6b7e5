/* draft.c: see draft.h. The layouts are those of Stellar's XDR files. */
#include "lab/draft.h"

#include <stdio.h>
#include <string.h>

#include "lab/xdrout.h"
#include "stellar/strkey.h"

enum {
	ENVELOPE_TX = 2, ENVELOPE_BUMPED = 5,
	COND_NONE = 0, COND_TIME = 1, COND_V2 = 2,
	TX_FEE_BUMP_OK = 1, TX_FAILED = -1, TX_FEE_BUMP_FAILED = -13,
	SIGNATURE = 64, NONE = 0, SOME = 1,
};

static const uint64_t balance = 5000000000;	/* of whoever is asked about: 500 lumens */

static const char contract[] = "CA73EEE3QYWTUUHVJ6MWJXUDFNCK3ANV6SFBPVJNPI2HQDJVO3FH6ART";

static int nibble(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void from_hex(unsigned char out[DRAFT_KEY], const char *hex)
{
	for (size_t i = 0; i < DRAFT_KEY; i++)
		out[i] = (unsigned char)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
}

/* base/digest.h gives hex. */
static void sha256(unsigned char out[DRAFT_KEY], struct str bytes)
{
	char hex[DIGEST_HEX];

	digest_sha256(hex, bytes);
	from_hex(out, hex);
}

void account_key_of(struct account_key *out, const char *name)
{
	sha256(out->bytes, str_of(name));
}

bool account_key_read(struct account_key *out, const char *address)
{
	struct strkey key;
	struct err err;

	if (!strkey_read_as(str_of(address), STRKEY_ACCOUNT, &key, &err))
		return false;
	memcpy(out->bytes, key.payload, DRAFT_KEY);
	return true;
}

void account_key_text(const struct account_key *key, char out[DRAFT_ACCOUNT])
{
	char text[STRKEY_TEXT];

	strkey_write(text, STRKEY_ACCOUNT, key->bytes, DRAFT_KEY);
	str_put(out, DRAFT_ACCOUNT, text);
}

bool account_key_same(const struct account_key *a, const struct account_key *b)
{
	return memcmp(a->bytes, b->bytes, DRAFT_KEY) == 0;
}

bool account_key_none(const struct account_key *key)
{
	static const struct account_key none;

	return account_key_same(key, &none);
}

/* PublicKey, MuxedAccount and AccountID of an account without an id are the same bytes. */
static void put_account(struct buf *out, const struct account_key *key)
{
	xdrout_u32(out, 0);
	buf_add(out, key->bytes, DRAFT_KEY);
}

static void put_time_bounds(struct buf *out, const struct draft *draft)
{
	xdrout_u64(out, draft->min_time);
	xdrout_u64(out, draft->max_time);
}

static void put_conditions(struct buf *out, const struct draft *draft)
{
	bool timed = draft->min_time || draft->max_time;
	bool by_ledger = draft->min_ledger || draft->max_ledger;

	if (!by_ledger && draft->min_sequence == 0) {
		xdrout_u32(out, timed ? COND_TIME : COND_NONE);
		if (timed)
			put_time_bounds(out, draft);
		return;
	}
	xdrout_u32(out, COND_V2);
	xdrout_u32(out, timed);
	if (timed)
		put_time_bounds(out, draft);
	xdrout_u32(out, by_ledger);
	if (by_ledger) {
		xdrout_u32(out, draft->min_ledger);
		xdrout_u32(out, draft->max_ledger);
	}
	xdrout_u32(out, draft->min_sequence != 0);
	if (draft->min_sequence != 0)
		xdrout_u64(out, (uint64_t)draft->min_sequence);
	xdrout_u64(out, 0);	/* minSeqAge */
	xdrout_u32(out, 0);	/* minSeqLedgerGap */
	xdrout_u32(out, 0);	/* extra signers */
}

static void put_payment(struct buf *out, const struct draft *draft)
{
	put_account(out, &draft->payee);
	if (draft->asset) {
		char code[4] = "";
		size_t len = strlen(draft->asset);
		struct account_key issuer;

		memcpy(code, draft->asset, len < sizeof(code) ? len : sizeof(code));
		xdrout_u32(out, 1);	/* of 4 letters */
		buf_add(out, code, sizeof(code));
		account_key_of(&issuer, "issuer");
		put_account(out, &issuer);
	} else {
		xdrout_u32(out, 0);
	}
	xdrout_u64(out, (uint64_t)draft->amount);
}

static void put_call(struct buf *out, const struct draft *draft)
{
	struct strkey key;
	struct err err;

	xdrout_u32(out, 0);	/* invoke a contract */
	xdrout_u32(out, 1);	/* by its address */
	if (strkey_read_as(str_of(contract), STRKEY_CONTRACT, &key, &err))
		buf_add(out, key.payload, DRAFT_KEY);
	xdrout_opaque(out, str_of(draft->function));
	xdrout_u32(out, 0);	/* arguments */
	xdrout_u32(out, 0);	/* authorizations */
}

static void put_operation(struct buf *out, const struct draft *draft)
{
	xdrout_u32(out, account_key_none(&draft->payer) ? NONE : SOME);
	if (!account_key_none(&draft->payer))
		put_account(out, &draft->payer);
	xdrout_u32(out, draft->op);
	switch (draft->op) {
	case DRAFT_PAYMENT: put_payment(out, draft); break;
	case DRAFT_MERGE: put_account(out, &draft->payee); break;
	case DRAFT_BUMP: xdrout_u64(out, (uint64_t)draft->bump_to); break;
	case DRAFT_CALL: put_call(out, draft); break;
	}
}

/* A contract's call says what it may use: nothing, here. */
static void put_extension(struct buf *out, const struct draft *draft)
{
	enum { LIMITS = 3 };	/* instructions, bytes read, bytes written */

	if (draft->op != DRAFT_CALL) {
		xdrout_u32(out, 0);
		return;
	}
	xdrout_u32(out, 1);
	xdrout_u32(out, 0);
	xdrout_u32(out, 0);	/* footprint: read */
	xdrout_u32(out, 0);	/* footprint: written */
	for (int i = 0; i < LIMITS; i++)
		xdrout_u32(out, 1000000);
	xdrout_u64(out, draft->fee / 2);
}

static void put_transaction(struct buf *out, const struct draft *draft)
{
	put_account(out, &draft->source);
	xdrout_u32(out, draft->fee);
	xdrout_u64(out, (uint64_t)draft->sequence);
	put_conditions(out, draft);
	xdrout_u32(out, draft->memo[0] ? SOME : NONE);
	if (draft->memo[0])
		xdrout_opaque(out, str_of(draft->memo));
	xdrout_u32(out, 1);
	put_operation(out, draft);
	put_extension(out, draft);
}

static void fill_signature(const struct draft *draft, bool bare, unsigned char out[SIGNATURE])
{
	char seed[96];

	snprintf(seed, sizeof(seed), "%s %lld", bare ? "inner" : "outer", (long long)draft->sequence);
	sha256(out, str_of(seed));
	memcpy(out + DRAFT_KEY, draft->source.bytes, DRAFT_KEY);
}

static void put_signatures(struct buf *out, const struct draft *draft, bool bare)
{
	const struct account_key *signer = bare ? &draft->source : &draft->fee_source;
	unsigned char signature[SIGNATURE];

	fill_signature(draft, bare, signature);
	xdrout_u32(out, 1);
	buf_add(out, signer->bytes + DRAFT_KEY - 4, 4);
	xdrout_opaque(out, str_sub((const char *)signature, sizeof(signature)));
}

void draft_signature(const struct draft *draft, bool bare, char out[96])
{
	unsigned char signature[SIGNATURE];

	fill_signature(draft, bare || account_key_none(&draft->fee_source), signature);
	digest_base64(out, 96, str_sub((const char *)signature, sizeof(signature)));
}

static uint64_t outer_fee(const struct draft *draft)
{
	return (uint64_t)draft->fee * 4;
}

/* All that is hashed: the envelope up to its signatures. */
static void put_signed(struct buf *out, const struct draft *draft, bool bare)
{
	if (bare) {
		xdrout_u32(out, ENVELOPE_TX);
		put_transaction(out, draft);
		return;
	}
	xdrout_u32(out, ENVELOPE_BUMPED);
	put_account(out, &draft->fee_source);
	xdrout_u64(out, outer_fee(draft));
	draft_envelope(draft, true, out);
	xdrout_u32(out, 0);
}

void draft_envelope(const struct draft *draft, bool bare, struct buf *xdr)
{
	bare = bare || account_key_none(&draft->fee_source);
	put_signed(xdr, draft, bare);
	put_signatures(xdr, draft, bare);
}

void draft_hash(const struct draft *draft, bool bare, const char *passphrase, char out[DIGEST_HEX])
{
	unsigned char network[DRAFT_KEY];
	struct buf bytes = { 0 };

	sha256(network, str_of(passphrase));
	buf_add(&bytes, network, sizeof(network));
	put_signed(&bytes, draft, bare || account_key_none(&draft->fee_source));
	digest_sha256(out, str_sub(buf_cstr(&bytes), bytes.len));
	buf_done(&bytes);
}

static void put_inner_result(struct buf *out, const struct draft *draft, int32_t op_code)
{
	xdrout_u64(out, draft->fee);
	xdrout_u32(out, op_code == 0 ? 0 : (uint32_t)TX_FAILED);
	xdrout_u32(out, 1);
	xdrout_u32(out, 0);	/* opINNER */
	xdrout_u32(out, draft->op);
	xdrout_u32(out, (uint32_t)op_code);
	if (op_code == 0 && draft->op == DRAFT_MERGE)
		xdrout_u64(out, balance);
	if (op_code == 0 && draft->op == DRAFT_CALL)
		buf_add(out, draft->source.bytes, DRAFT_KEY);	/* the hash of what it returned */
	xdrout_u32(out, 0);
}

void draft_result(const struct draft *draft, const char *inner, int32_t op_code, struct buf *xdr)
{
	unsigned char hash[DRAFT_KEY];

	if (!inner[0]) {
		put_inner_result(xdr, draft, op_code);
		return;
	}
	from_hex(hash, inner);
	xdrout_u64(xdr, 2 * (uint64_t)draft->fee);
	xdrout_u32(xdr, (uint32_t)(op_code == 0 ? TX_FEE_BUMP_OK : TX_FEE_BUMP_FAILED));
	buf_add(xdr, hash, sizeof(hash));
	put_inner_result(xdr, draft, op_code);
	xdrout_u32(xdr, 0);
}

void draft_entry(const struct account_key *key, const struct account_state *state,
		 uint64_t sequence_time, struct buf *xdr)
{
	static const unsigned char thresholds[4] = { 1 };

	xdrout_u32(xdr, 0);
	put_account(xdr, key);
	xdrout_u64(xdr, balance);
	xdrout_u64(xdr, (uint64_t)state->sequence);
	xdrout_u32(xdr, 0);	/* entries that it owns */
	xdrout_u32(xdr, 0);	/* no destination of inflation */
	xdrout_u32(xdr, 0);	/* flags */
	xdrout_u32(xdr, 0);	/* home domain */
	buf_add(xdr, thresholds, sizeof(thresholds));
	xdrout_u32(xdr, 0);	/* signers */
	xdrout_u32(xdr, 1);	/* version 1: liabilities */
	xdrout_u64(xdr, 0);
	xdrout_u64(xdr, 0);
	xdrout_u32(xdr, 2);	/* version 2: sponsors */
	xdrout_u32(xdr, 0);
	xdrout_u32(xdr, 0);
	xdrout_u32(xdr, 0);
	xdrout_u32(xdr, 3);	/* version 3: when the sequence number was set */
	xdrout_u32(xdr, 0);
	xdrout_u32(xdr, (uint32_t)state->sequence_ledger);
	xdrout_u64(xdr, sequence_time);
}

void draft_entry_key(const struct account_key *key, struct buf *xdr)
{
	xdrout_u32(xdr, 0);
	put_account(xdr, key);
}
