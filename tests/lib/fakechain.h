/*
 * fakechain.h: a small network in memory, with one account that matters, and servers of both kinds
 * that tell of it in JSON as Horizon and stellar-rpc do: each as late, as filtered, as pruned or as
 * wrong as a test wants. Used to drive an inquiry as the real ones would.
 */
#ifndef LIB_FAKECHAIN_H
#define LIB_FAKECHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "backends/inquiry.h"
#include "base/buf.h"

#define FAKE_NETWORK "Test SDF Network ; September 2015"

/* ---- transactions ---- */

struct fake_plan {			/* a payment of 1 XLM times `amount`, or a bump of the number */
	unsigned char source;		/* which account: its key is 32 of this byte */
	int64_t sequence;
	uint64_t min_time, max_time;
	uint32_t min_ledger, max_ledger;
	int64_t min_sequence;		/* 0: none */
	unsigned amount;		/* 0: BUMP_SEQUENCE */
	unsigned char destination;
};

struct fake_envelope {
	char *base64;
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
};

void fake_account(char out[ACCOUNT_TEXT], unsigned char source);
/* wrapped: inside a fee bump that account `wrapper` pays. */
void fake_envelope(struct fake_envelope *out, const struct fake_plan *plan, const char *passphrase,
		   unsigned char wrapper);
void fake_envelope_done(struct fake_envelope *envelope);

/* ---- the network ---- */

struct fake_tx {
	int64_t ledger;
	unsigned index;
	unsigned char source;
	int64_t sequence;
	int code;			/* 0, -1, -5: of the transaction itself */
	struct fake_envelope envelope;
	bool pays;
};

struct fake_state {			/* of the account, from this ledger on */
	int64_t ledger, sequence, sequence_ledger;
	bool exists;
};

struct fake_chain {
	const char *passphrase;
	unsigned char account;
	int64_t first, now;		/* ledgers */
	int64_t *closes;		/* of first .. now */
	size_t close_cap;
	struct fake_tx *txs;
	size_t tx_count, tx_cap;
	struct fake_state *states;
	size_t state_count, state_cap;
};

void fake_chain_init(struct fake_chain *chain, int64_t first, int64_t close, int64_t sequence);
void fake_chain_done(struct fake_chain *chain);
void fake_close(struct fake_chain *chain, int64_t seconds);	/* a ledger closes, so much later */
int64_t fake_close_of(const struct fake_chain *chain, int64_t ledger);
/* As of the end of that ledger. */
const struct fake_state *fake_state_at(const struct fake_chain *chain, int64_t ledger);
/* In the newest ledger, as the network would apply it: without a look at its bounds. */
void fake_apply(struct fake_chain *chain, const struct fake_plan *plan, unsigned char wrapper,
		int code);
void fake_set_state(struct fake_chain *chain, bool exists, int64_t sequence);

/* ---- servers ---- */

struct fake_server {
	enum endpoint_kind kind;
	const struct fake_chain *chain;
	int64_t lags[3];		/* of the backends behind its name: one of them answers */
	size_t backend_count;
	int64_t seen[3];		/* the newest ledger that each of them has told of */
	size_t backend;			/* which one answered last */
	bool filtered;			/* its history has nothing of the account */
	int64_t oldest;			/* the first ledger that it keeps; 0: all */
	bool no_header;			/* Latest-Ledger gets lost on the way */
	bool no_times;			/* an RPC that tells no closing times with its health */
	bool old_numbers;		/* an RPC that writes numbers as texts */
	const char *passphrase;		/* NULL: the chain's */
	int64_t moved_ledger;		/* added to the ledger that a transaction is said to be in */
	unsigned race;			/* up to so many ledgers come in between looking and telling */
	uint64_t seed;			/* of which backend answers */
	unsigned asked;
};

/* The bytes are in `body` until it is cleared. */
void fake_answer(struct fake_server *server, const struct inquiry_ask *ask, struct buf *body,
		 struct reply *out);

uint64_t fake_random(uint64_t *seed);	/* xorshift; the seed is not 0 */

#endif
