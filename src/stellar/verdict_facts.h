/*
 * verdict_facts.h: what the rows of the decision table ask of the evidence.
 * T is the transaction, n its sequence number; s is that of its source account at the end of
 * ledger A.
 */
#ifndef STELLAR_VERDICT_FACTS_H
#define STELLAR_VERDICT_FACTS_H

#include "base/attr.h"
#include "base/when.h"
#include "stellar/verdict.h"

enum effect {
	EFFECT_UNPROVEN,	/* it may have left the sequence number alone */
	EFFECT_USED
};

struct landing {		/* T in a ledger: found by its hash, or in the account's history */
	const char *code;
	int64_t ledger;
	bool ok, history;
};

enum effect fact_effect(bool ok, const char *code);

bool fact_identified(const struct tx_evidence *e);
/* Both hashes are known, or that there is but one: only an envelope tells. */
bool fact_hashed(const struct tx_evidence *e);

bool fact_ours(const struct tx_evidence *e, const struct consumer *c);
bool fact_other(const struct tx_evidence *e, const struct consumer *c);	/* with our number */

bool fact_usable(const struct tx_evidence *e, const struct account_read *read);
/* Of a ledger so far below the highest one ever seen that the network began again. */
bool fact_reset(const struct tx_evidence *e, const struct account_read *read);
/* s < n at A: T has had no effect in any ledger up to A (theorem N). */
bool fact_unused(const struct tx_evidence *e, const struct account_read *read);
/* s >= n at A: no ledger after A can apply T (theorem S). */
bool fact_used(const struct tx_evidence *e, const struct account_read *read);
/* The time of a close that is not after the state that was read: A >= B. */
bool fact_close_known(const struct account_read *read);

const struct account_read *fact_latest(const struct tx_evidence *e);	/* NULL */
/* The earliest ledger at whose end the number was used, or -1. */
int64_t fact_used_by(const struct tx_evidence *e);
bool fact_used_since(const struct tx_evidence *e, int64_t ledger);
/* A source whose window reaches from before T was made to `ledger`, and that has none of its
 * hashes; NULL. Its tip is of an earlier answer: getTransaction looks for T before it reads the
 * tip. */
const struct complete *fact_complete(const struct tx_evidence *e, int64_t ledger);

size_t fact_landings(const struct tx_evidence *e);
/* False: the i-th is not of T. Those of the history come last. */
bool fact_landing(const struct tx_evidence *e, size_t i, struct landing *out);

/* Row 2: what no honest network can say. */
bool verdict_disagree(const struct tx_evidence *e, struct verdict *out);

/* Row 12, and what is left of it without an envelope. */
bool live_blocked_by_gap(const struct tx_evidence *e, struct verdict *out);
bool live_not_yet_valid(const struct tx_evidence *e, struct verdict *out);
bool live_may_still_land(const struct tx_evidence *e, struct verdict *out);
bool live_unbounded(const struct tx_evidence *e, struct verdict *out);

const char *fact_time(char out[WHEN_TEXT], uint64_t seconds);	/* UTC */

/* The sentence of out->because; cut where it is too long: the figures come first. */
void fact_say(struct verdict *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
