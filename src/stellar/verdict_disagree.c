/*
 * verdict_disagree.c: row 2 of the decision table: what no honest network can say, whatever lags,
 * is filtered or is missing (theorems M, U and F of facts/stellar.md 3.3).
 */
#include <inttypes.h>
#include <strings.h>

#include "stellar/verdict_facts.h"

static bool another_was_returned(const struct tx_evidence *e, struct verdict *out)
{
	for (size_t i = 0; i < e->found_count; i++)
		if (!e->found[i].hash_ok) {
			fact_say(out, "%s returned another transaction than the one asked for",
				 e->found[i].src);
			return true;
		}
	return false;
}

static bool landings_differ(const struct tx_evidence *e, struct verdict *out)
{
	struct landing a, b;

	for (size_t i = 0; i < fact_landings(e); i++)
		for (size_t k = 0; k < i; k++) {
			if (!fact_landing(e, i, &a) || !fact_landing(e, k, &b) ||
			    (a.ledger == b.ledger && a.ok == b.ok))
				continue;
			fact_say(out, "sources place or judge the transaction differently: ledger "
				 "%" PRId64 " %s, ledger %" PRId64 " %s", b.ledger,
				 b.ok ? "successful" : "failed", a.ledger, a.ok ? "successful" : "failed");
			return true;
		}
	return false;
}

static bool same_consumer(const struct consumer *a, const struct consumer *b)
{
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++)
			if (a->hashes[i][0] && !strcasecmp(a->hashes[i], b->hashes[k]))
				return true;
	return false;
}

/* One consumer in two places, or two for one number (theorem U). */
static bool consumers_differ(const struct tx_evidence *e, struct verdict *out)
{
	for (size_t i = 0; i < e->consumer_count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct consumer *a = &e->consumers[i], *b = &e->consumers[k];
			bool used = fact_effect(a->ok, a->code) == EFFECT_USED &&
				    fact_effect(b->ok, b->code) == EFFECT_USED;
			bool same = same_consumer(a, b);

			if (!fact_other(e, a) || !fact_other(e, b) ||
			    (same ? a->ledger == b->ledger && a->ok == b->ok : !used))
				continue;
			fact_say(out, "sources say that the sequence number %" PRId64 " was used "
				 "%s: ledgers %" PRId64 " and %" PRId64, e->tx.sequence,
				 same ? "by one transaction in two ways" : "by two transactions",
				 b->ledger, a->ledger);
			return true;
		}
	return false;
}

static bool landed_and_consumed(const struct tx_evidence *e, struct verdict *out)
{
	struct landing t;

	for (size_t i = 0; i < fact_landings(e); i++)
		for (size_t k = 0; k < e->consumer_count; k++) {
			const struct consumer *c = &e->consumers[k];

			if (!fact_landing(e, i, &t) || fact_effect(t.ok, t.code) != EFFECT_USED ||
			    !fact_other(e, c) || fact_effect(c->ok, c->code) != EFFECT_USED)
				continue;
			fact_say(out, "found in ledger %" PRId64 ", yet another transaction used "
				 "its sequence number in ledger %" PRId64, t.ledger, c->ledger);
			return true;
		}
	return false;
}

static bool wrong_number(const struct tx_evidence *e, struct verdict *out)
{
	for (size_t i = 0; i < e->consumer_count; i++)
		if (e->has_tx && fact_ours(e, &e->consumers[i]) &&
		    e->consumers[i].sequence != e->tx.sequence) {
			fact_say(out, "%s shows it with sequence number %" PRId64 ", it was to have "
				 "%" PRId64, e->consumers[i].src, e->consumers[i].sequence, e->tx.sequence);
			return true;
		}
	return false;
}

/* The number was used in `ledger`: at its end and later s >= n, before it s < n. */
static bool contradicts(const struct tx_evidence *e, int64_t ledger, struct verdict *out)
{
	for (size_t i = 0; i < e->account_count; i++) {
		const struct account_read *read = &e->account[i];

		if (read->at >= ledger ? !fact_unused(e, read) : !fact_used(e, read))
			continue;
		fact_say(out, "the sequence number %" PRId64 " is said to be used in ledger %" PRId64
			 ", but the account had %" PRId64 " at ledger %" PRId64, e->tx.sequence, ledger,
			 read->sequence, read->at);
		return true;
	}
	return false;
}

static bool account_contradicts(const struct tx_evidence *e, struct verdict *out)
{
	struct landing t;

	for (size_t i = 0; i < fact_landings(e); i++)
		if (fact_landing(e, i, &t) && fact_effect(t.ok, t.code) == EFFECT_USED &&
		    contradicts(e, t.ledger, out))
			return true;
	for (size_t i = 0; i < e->consumer_count; i++) {
		const struct consumer *c = &e->consumers[i];

		if (fact_other(e, c) && fact_effect(c->ok, c->code) == EFFECT_USED &&
		    contradicts(e, c->ledger, out))
			return true;
	}
	return false;
}

/* b is not the earlier one. A new account begins at its ledger << 32 (theorem M). */
static bool went_down(const struct account_read *a, const struct account_read *b)
{
	if (a->at == b->at)
		return a->exists != b->exists || (a->exists && a->sequence != b->sequence);
	if (!b->exists)
		return false;
	return a->exists ? b->sequence < a->sequence : b->sequence >> 32 <= a->at;
}

static bool sequence_went_down(const struct tx_evidence *e, struct verdict *out)
{
	for (size_t i = 0; i < e->account_count; i++)
		for (size_t k = 0; k < e->account_count; k++) {
			const struct account_read *a = &e->account[k], *b = &e->account[i];

			if (!fact_usable(e, a) || !fact_usable(e, b) || a->at > b->at || !went_down(a, b))
				continue;
			fact_say(out, "the account's sequence number went down or back: %s at "
				 "ledger %" PRId64 " and %s at ledger %" PRId64 " do not fit", a->src, a->at,
				 b->src, b->at);
			return true;
		}
	return false;
}

bool verdict_disagree(const struct tx_evidence *e, struct verdict *out)
{
	return another_was_returned(e, out) || landings_differ(e, out) ||
	       sequence_went_down(e, out) || account_contradicts(e, out) ||
	       landed_and_consumed(e, out) || consumers_differ(e, out) || wrong_number(e, out);
}
