/*
 * ledgers.h: a network in miniature, for tests of verdicts: ledgers that close at irregular times,
 * one account, the transaction T that is asked about, and everything that can happen to its
 * sequence number (facts/stellar.md 3.1). All is drawn from one seed.
 *
 *  (1) T lands at most once, naked or in a wrapper, and others use its number, jump over it, fill
 *      the gap before it, merge the account and make it again.
 *  (2) In adversary's hands each ledger closes as early as it may and takes T wherever the rules
 *      allow it.
 */
#ifndef LIB_LEDGERS_H
#define LIB_LEDGERS_H

#include <stdbool.h>
#include <stdint.h>

#include "stellar/evidence.h"

struct dice { uint64_t state; };

uint64_t dice_roll(struct dice *dice, uint64_t sides);	/* 0 .. sides - 1 */
bool dice_hit(struct dice *dice, unsigned percent);

enum { LEDGERS_MOST = 256 };

struct ledger {				/* the account at its end */
	int64_t close;
	bool exists;
	int64_t sequence, sequence_ledger, sequence_time;
};

struct entry {				/* a transaction in a ledger; ledger 0: it is in none */
	int64_t ledger;
	bool ok, effect;		/* effect: it used its sequence number */
	const char *code;
	const char *hashes[2];		/* outer first; NULL */
};

struct chain {
	struct dice dice;
	int64_t first;			/* number of ledgers[0] */
	int count;
	struct ledger ledgers[LEDGERS_MOST];
	struct life t;
	bool wrapped;			/* the envelope of T is a fee bump */
	int64_t born;			/* the ledger after which T exists */
	struct entry landing;		/* T */
	struct entry user;		/* another transaction with T's number */
};

#define HASH_INNER "I"			/* of T; "V": its own wrapper; "W": another one */
#define HASH_WRAPPER "V"

void chain_start(struct chain *chain, uint64_t seed);
void chain_close(struct chain *chain);		/* one more ledger, of chance */
void chain_attack(struct chain *chain);		/* one more ledger, of adversaries */
int64_t chain_tip(const struct chain *chain);
const struct ledger *chain_at(const struct chain *chain, int64_t ledger);

#endif
