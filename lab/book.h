/*
 * book.h: the transactions and accounts of the simulated network that somebody asks about, beside
 * the everyday traffic of ledger.h: one for each verdict, made at one moment and what they are from
 * then on. What a server tells of them depends on how far it has come: that is horizon.h and rpc.h.
 *
 *  (1) An account's sequence number at the end of a ledger follows from what was applied up to it.
 *  (2) What is handed in and may still be applied is applied two ledgers later.
 *  (3) `expected` is the verdict that a careful reader of all servers comes to now, with what the
 *      platform's row knows; it changes when a time limit passes.
 */
#ifndef LAB_BOOK_H
#define LAB_BOOK_H

#include <jansson.h>

#include "lab/draft.h"
#include "lab/ledger.h"

enum { BOOK_MOST = 160, BOOK_NAME = 40, BOOK_BASE64 = 1400 };

/*  X(symbol, name in formats.md) */
#define EXPECTATIONS(X) \
	X(NOTHING, "") \
	X(HASH_MISMATCH, "HASH_MISMATCH") \
	X(DISAGREE, "SOURCES_DISAGREE") \
	X(CONFIRMED, "CONFIRMED") \
	X(FAILED, "FAILED_ON_CHAIN") \
	X(CONSUMED, "DEAD_SEQ_CONSUMED") \
	X(EXPIRED, "DEAD_EXPIRED") \
	X(GONE, "DEAD_ACCOUNT_GONE") \
	X(LIVE, "LIVE_MAY_STILL_LAND") \
	X(GAP, "LIVE_BLOCKED_SEQ_GAP") \
	X(EARLY, "LIVE_NOT_YET_VALID") \
	X(STALE, "UNKNOWN_STALE_SOURCE") \
	X(NO_ENVELOPE, "UNKNOWN_NO_ENVELOPE") \
	X(NO_IDENTITY, "UNKNOWN_NO_IDENTITY")

enum expectation {
#define X(sym, name) EXPECT_##sym,
	EXPECTATIONS(X)
#undef X
};

/* What the platform's row knows of it, and what is wrong with what servers tell. */
enum {
	BOOKED_HASH = 1, BOOKED_ENVELOPE = 2, BOOKED_SEQUENCE = 4,
	BOOKED_ALL = BOOKED_HASH | BOOKED_ENVELOPE | BOOKED_SEQUENCE,
	BOOKED_INNER = 8,	/* the row has the transaction without the fee bump */
	BOOKED_FILTERED = 16,	/* no Horizon has taken it in */
	BOOKED_DISPUTED = 32,	/* the second Horizon tells something else of it */
	BOOKED_MISMATCH = 64,	/* the row's hash is that of another network */
	BOOKED_ASSUMED = 128,	/* its death is proved on an assumption only */
};

struct booked {
	char name[BOOK_NAME];
	const char *table;		/* which one has a row of it; NULL: none */
	const char *key;		/* that groups envelopes; NULL: none */
	enum expectation expected;
	unsigned flags;
	struct draft draft;
	char hash[DIGEST_HEX];		/* of what reached the ledger, or would */
	char inner[DIGEST_HEX];		/* "": no fee bump */
	int64_t ledger;			/* in which it was applied; 0: in none so far */
	int order;			/* in that ledger */
	int32_t op_code;		/* 0: it succeeded */
	int64_t created;		/* unix s: of the row */
	char *foreign;			/* envelope of somebody else's making, base64; NULL */
	const char *trouble;		/* the row's last error; NULL */
	int attempts;
};

/* Zeroed: all is well. */
struct tx_faults {
	bool filtered;		/* no Horizon has taken any of them in */
	bool limited;		/* Horizons answer questions about them with 429 */
	bool disputed;		/* the second Horizon tells something else of each */
	bool unanswered;	/* what is handed in is taken, and the answer is 504 */
	int64_t pruned;		/* ledgers that a Horizon still knows; 0: as many as it is meant to */
	int64_t race;		/* ledgers that a lookup of the RPC is behind what it says */
};

struct booked_account {
	char name[BOOK_NAME];
	struct account_key key;
	int64_t since;		/* the ledger that it was made in */
};

struct book {			/* zeroed: empty */
	struct booked items[BOOK_MOST];
	size_t count;
	struct booked_account accounts[BOOK_MOST];
	size_t account_count;
	struct tx_faults faults;
};

/* Begin anew, with one transaction for each verdict as of this ledger (book_plan.c). */
void book_fill(struct book *book, int64_t tip);

/* For book_plan.c: the account of a name, which is made in that ledger when it is new. */
const struct booked_account *book_account(struct book *book, const char *name, int64_t since);
/* A new one with its hashes; NULL when the book is full. */
struct booked *book_add(struct book *book, const struct booked *item);

/* One that comes with its hashes, in base64. */
struct booked *book_add_foreign(struct book *book, const struct booked *item, const char *base64);

/* By outer or inner hash, what reached a ledger before what did not; everyday
 * traffic of the last half hour is found too, then in *out. */
const struct booked *book_find(const struct book *book, const char *hash, int64_t tip,
			       struct booked *out);

/* The everyday transaction of an operation. */
void book_everyday(const struct ledger_op *op, struct booked *out);

/* Is it an account of the everyday traffic, of which each ledger has something? */
bool book_is_everyday(const struct account_key *key);

/* As of the end of a ledger. */
void book_state(const struct book *book, const struct account_key *key, int64_t at,
		struct account_state *out);

enum expectation book_expected(const struct book *book, const struct booked *item, int64_t tip);

int64_t booked_token(const struct booked *item);	/* ledger << 32 | order << 12 */

/* Of what reached the ledger, in base64. */
void booked_envelope(const struct booked *item, char out[BOOK_BASE64]);
void booked_result(const struct booked *item, char out[BOOK_BASE64]);

/* All of them that the platform asks about, a JSON object on a line each. */
void book_list(const struct book *book, int64_t tip, struct buf *out);

#endif
