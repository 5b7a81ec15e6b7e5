/*
 * horizon.h: several Horizons side by side, the first one being ours (facts/stellar.md 1).
 *
 * A 200 proves only that the HTTP server lives: the root goes on answering with a frozen ledger
 * when ingestion is stuck. So each endpoint is judged by how old its newest ledger was when it
 * answered (by its own clock, as ours may be wrong), by its distance to its core, and by what the
 * others have; ledgers of the same number must have the same hash.
 *
 * While an indexer's lag is in doubt (look->cursor), the newest page of operations tells whether
 * the chain holds contract operations after its last event. Pages that overlap prove more together
 * than one alone: what was seen without a gap is kept, and for a newly doubted cursor we page back
 * to its time, eight pages at most. Rate: at the default period at most 780 requests an hour and
 * endpoint (and eight for each doubted cursor), of the 3600 that Horizon allows; whatever happens,
 * 3000 by its budget. The lesser ones (hash, operations) stop when X-Ratelimit-Remaining runs low.
 */
#ifndef BACKENDS_HORIZON_H
#define BACKENDS_HORIZON_H

#include "backends/backend.h"

enum { HORIZON_ENDPOINTS = 8, HORIZON_PAGE = 200 };

enum horizon_ask { HORIZON_ROOT, HORIZON_LEDGER, HORIZON_OPERATIONS, HORIZON_ASKS };

struct horizon_config {
	struct source_config source;
	const char *network;	/* public, testnet or a passphrase; NULL: not checked */
	msec slow;
	msec old_ledger;	/* age of the newest ledger that is too much */
	int64_t behind;		/* ledgers */
};

struct horizon_root {
	int64_t latest, elder, core;
	msec closed_at;
	msec age;		/* of that ledger when the answer was made */
	msec clock_off;		/* how far its clock is ahead of ours; 0 when not known */
	char passphrase[96];
	bool exhausted;		/* its rate limit is nearly used up */
};

struct horizon_ledger {
	int64_t sequence;	/* 0: none */
	char hash[72];
};

/* What is known of the operations after one time, the doubted cursor's. Tokens order them. */
struct horizon_operations {
	msec after;		/* that time, noted when it was asked about; 0: none */
	msec from;		/* every operation after this time was seen; 0: all there are */
	int64_t newest;		/* token of the newest one seen; 0: none */
	msec call_at;		/* the earliest contract call after `after`; 0: none was seen */
	int64_t call_ledger;
	int64_t next;		/* token to page back from; 0: begin at the newest */
	unsigned pages;		/* back in this row */
	bool given_up;		/* eight pages did not reach back */
};

struct horizon_endpoint {
	struct horizon_root root;
	struct horizon_ledger ledger;
	struct horizon_operations operations;
};

struct horizon_facts {
	struct horizon_endpoint endpoints[HORIZON_ENDPOINTS];
	struct chain chain;	/* lent */
};

static inline size_t horizon_ask_at(unsigned endpoint, enum horizon_ask ask)
{
	return (size_t)endpoint * HORIZON_ASKS + (size_t)ask;
}

void horizon_judge(const struct look *look, struct report *out);

#endif
