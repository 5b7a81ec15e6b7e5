/*
 * verdict_live.c: row 12 of the decision table: the number is free at the latest ledger that is
 * known, and no bound has passed. Each says what it waits for.
 */
#include <inttypes.h>

#include "stellar/verdict_facts.h"

static const struct account_read *live_at(const struct tx_evidence *e)
{
	const struct account_read *read = fact_latest(e);

	return read && fact_unused(e, read) ? read : NULL;
}

static void put_decidable(const struct tx_evidence *e, struct verdict *out)
{
	const struct life *tx = &e->tx;

	out->decidable_at = tx->max_time > INT64_MAX ? INT64_MAX : (int64_t)tx->max_time;
	out->decidable_ledger = tx->max_ledger ? (int64_t)tx->max_ledger - 1 : 0;
}

/* n - 1, or with minSeqNum any number from that on. s < n, so that n has one before it. */
bool live_blocked_by_gap(const struct tx_evidence *e, struct verdict *out)
{
	const struct account_read *read = live_at(e);
	int64_t needs;

	if (!read || !e->tx.envelope)
		return false;
	needs = e->tx.has_min_sequence ? e->tx.min_sequence : e->tx.sequence - 1;
	if (read->sequence >= needs)
		return false;
	fact_say(out, "account at %" PRId64 ", needs %" PRId64 ": at ledger %" PRId64
		 " a transaction before it is missing", read->sequence, needs, read->at);
	put_decidable(e, out);
	return true;
}

static bool too_early_by_ledger(const struct life *tx, const struct account_read *read,
				struct verdict *out)
{
	int64_t next = read->at + 1;

	if (next < tx->min_ledger) {
		fact_say(out, "at ledger %" PRId64 " it may not land yet: not before ledger %" PRIu32,
			 read->at, tx->min_ledger);
		return true;
	}
	if (read->sequence_ledger <= 0 || next - read->sequence_ledger >= tx->min_sequence_gap)
		return false;
	fact_say(out, "at ledger %" PRId64 " it may not land yet: not within %" PRIu32 " ledgers of "
		 "ledger %" PRId64 ", which set the number before it", read->at,
		 tx->min_sequence_gap, read->sequence_ledger);
	return true;
}

static bool too_early_by_time(const struct life *tx, const struct account_read *read,
			      struct verdict *out)
{
	char closed[WHEN_TEXT], from[WHEN_TEXT];
	uint64_t close = (uint64_t)read->b_close;

	if (!fact_close_known(read))
		return false;
	fact_time(closed, close);
	if (close < tx->min_time) {
		fact_say(out, "ledger %" PRId64 " closed at %s: it may not land before %s",
			 read->b_ledger, closed, fact_time(from, tx->min_time));
		return true;
	}
	if (read->sequence_time <= 0 || read->b_close < read->sequence_time ||
	    close - (uint64_t)read->sequence_time >= tx->min_sequence_age)
		return false;
	fact_say(out, "ledger %" PRId64 " closed at %s: it may not land within %" PRIu64 " s of %s, "
		 "when the number before it was set", read->b_ledger, closed, tx->min_sequence_age,
		 fact_time(from, (uint64_t)read->sequence_time));
	return true;
}

bool live_not_yet_valid(const struct tx_evidence *e, struct verdict *out)
{
	const struct account_read *read = live_at(e);

	if (!read || !e->tx.envelope)
		return false;
	if (!too_early_by_ledger(&e->tx, read, out) && !too_early_by_time(&e->tx, read, out))
		return false;
	put_decidable(e, out);
	return true;
}

bool live_may_still_land(const struct tx_evidence *e, struct verdict *out)
{
	const struct account_read *read = live_at(e);
	char until[WHEN_TEXT];

	if (!read || !e->tx.envelope)
		return false;
	put_decidable(e, out);
	if (e->tx.max_time)
		fact_say(out, "account sequence %" PRId64 " < %" PRId64 " at ledger %" PRId64
			 ", and no ledger that closed after %s is known: it can land", read->sequence,
			 e->tx.sequence, read->at, fact_time(until, e->tx.max_time));
	else if (e->tx.max_ledger)
		fact_say(out, "account sequence %" PRId64 " < %" PRId64 " at ledger %" PRId64
			 ", and ledgers before %" PRIu32 " may have it: it can land", read->sequence,
			 e->tx.sequence, read->at, e->tx.max_ledger);
	else
		fact_say(out, "account sequence %" PRId64 " < %" PRId64 " at ledger %" PRId64
			 ", and it never expires: it can land", read->sequence, e->tx.sequence, read->at);
	return true;
}

/* Its bounds are not known, so that it never counts as expired. */
bool live_unbounded(const struct tx_evidence *e, struct verdict *out)
{
	const struct account_read *read = live_at(e);

	if (!read)
		return false;
	fact_say(out, "account sequence %" PRId64 " < %" PRId64 " at ledger %" PRId64 "; without "
		 "its envelope nobody knows when it expires: it can land", read->sequence,
		 e->tx.sequence, read->at);
	return true;
}
