/*
 * verdict.c: the decision table of facts/stellar.md 3.4. Each row is one function that says whether
 * it holds and why; the table at the end has them in the order in which they are tried. T is the
 * transaction, n its sequence number; s is that of its source account at the end of ledger A.
 *
 * Whatever proves something is looked for in each answer on its own, never put together from two:
 * an answer of a source that lags is a true statement about an older ledger.
 */
#include "stellar/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "stellar/verdict_facts.h"

/* ---- row 1 ---- */

static bool hash_mismatch(const struct tx_evidence *e, struct verdict *out)
{
	bool given = fact_hashed(e) || (e->has_tx && e->tx.envelope);

	if (!given || !e->db_hash[0] || !strcasecmp(e->db_hash, e->hashes[0]) ||
	    !strcasecmp(e->db_hash, e->hashes[1]))
		return false;
	fact_say(out, "the envelope does not hash to the recorded hash under the configured "
		 "passphrase");
	return true;
}

/* ---- rows 3 to 7: what a ledger shows ---- */

static bool confirmed(const struct tx_evidence *e, struct verdict *out)
{
	if (!fact_identified(e) || !e->found_count || !e->found[0].ok)
		return false;
	out->ledger = e->found[0].ledger;
	fact_say(out, "in ledger %" PRId64 ", successful, by %s", out->ledger, e->found[0].src);
	return true;
}

static bool failed_using_it(const struct tx_evidence *e, struct verdict *out)
{
	struct landing t;

	for (size_t i = 0; i < fact_landings(e); i++) {
		if (!fact_landing(e, i, &t) || t.ok || fact_effect(t.ok, t.code) != EFFECT_USED)
			continue;
		out->ledger = t.ledger;
		fact_say(out, "in ledger %" PRId64 ", failed: %s%s; the fee is paid, nothing moved",
			 t.ledger, t.code, t.history ? " (seen in the account's history)" : "");
		return true;
	}
	return false;
}

/* Where the account does not show that the number was used since, it is treated as live: row 5b. */
static bool failed_and_used_since(const struct tx_evidence *e, struct verdict *out)
{
	struct landing t;

	for (size_t i = 0; i < fact_landings(e); i++) {
		if (!fact_landing(e, i, &t) || t.ok || !fact_used_since(e, t.ledger))
			continue;
		out->ledger = t.ledger;
		fact_say(out, "in ledger %" PRId64 ", failed: %s; its sequence number %" PRId64
			 " is used since", t.ledger, *t.code ? t.code : "no code was told", e->tx.sequence);
		return true;
	}
	return false;
}

static void consumed_by(const struct tx_evidence *e, const struct consumer *c, struct verdict *out)
{
	const char *hash = c->hashes[0][0] ? c->hashes[0] : c->hashes[1];

	out->ledger = c->ledger;
	snprintf(out->by, sizeof(out->by), "%s", hash);
	fact_say(out, "its sequence number %" PRId64 " was used in ledger %" PRId64
		 " by another transaction, %s", e->tx.sequence, c->ledger, hash);
}

/* What failed without saying how holds the number only where the account says that it is used. */
static const struct consumer *other_consumer(const struct tx_evidence *e, bool proven)
{
	for (size_t i = 0; i < e->consumer_count; i++) {
		const struct consumer *c = &e->consumers[i];

		if (!fact_other(e, c))
			continue;
		if (fact_effect(c->ok, c->code) == EFFECT_USED ||
		    (!proven && !c->code[0] && fact_used_since(e, c->ledger)))
			return c;
	}
	return NULL;
}

static bool consumed(const struct tx_evidence *e, struct verdict *out)
{
	const struct consumer *c = other_consumer(e, true);

	if (!c || !fact_hashed(e))
		return false;
	consumed_by(e, c, out);
	return true;
}

static bool confirmed_by_history(const struct tx_evidence *e, struct verdict *out)
{
	struct landing t;

	for (size_t i = e->found_count; i < fact_landings(e); i++) {
		if (!fact_landing(e, i, &t) || !t.ok)
			continue;
		out->ledger = t.ledger;
		fact_say(out, "in ledger %" PRId64 ", successful: seen in the account's history",
			 t.ledger);
		return true;
	}
	return false;
}

/* Row 6 on an assumption. Without the envelope one hash is known, and what used the number may be
 * the other half of the same fee bump; or what used it failed, and nobody told its code. */
static bool consumed_perhaps(const struct tx_evidence *e, struct verdict *out)
{
	const struct consumer *c = other_consumer(e, false);

	if (!c)
		return false;
	consumed_by(e, c, out);
	return true;
}

/* ---- rows 8 and 9: past its bounds ---- */

static bool expired_by_time(const struct tx_evidence *e, struct verdict *out)
{
	char closed[WHEN_TEXT], until[WHEN_TEXT];

	for (size_t i = 0; i < e->account_count; i++) {
		const struct account_read *read = &e->account[i];

		if (!e->tx.envelope || !e->tx.max_time || !fact_unused(e, read) ||
		    !fact_close_known(read) || (uint64_t)read->b_close <= e->tx.max_time)
			continue;
		fact_say(out, "account sequence %" PRId64 " < %" PRId64 " at ledger %" PRId64
			 "; ledger %" PRId64 " closed at %s, after its last instant %s",
			 read->sequence, e->tx.sequence, read->at, read->b_ledger,
			 fact_time(closed, (uint64_t)read->b_close), fact_time(until, e->tx.max_time));
		return true;
	}
	return false;
}

/* The bound is the first ledger that may not have it. */
static bool expired_by_ledger(const struct tx_evidence *e, struct verdict *out)
{
	for (size_t i = 0; i < e->account_count; i++) {
		const struct account_read *read = &e->account[i];

		if (!e->tx.envelope || !e->tx.max_ledger || !fact_unused(e, read) ||
		    read->at + 1 < e->tx.max_ledger)
			continue;
		fact_say(out, "account sequence %" PRId64 " < %" PRId64 " at ledger %" PRId64
			 "; only ledgers before %" PRIu32 " could have it", read->sequence,
			 e->tx.sequence, read->at, e->tx.max_ledger);
		return true;
	}
	return false;
}

/* ---- rows 10 and 11: the number is used, by whom is not known ---- */

static bool consumed_by_nobody_known(const struct tx_evidence *e, struct verdict *out)
{
	int64_t ledger = fact_used_by(e);
	const struct complete *c = ledger < 0 ? NULL : fact_complete(e, ledger);

	if (!c || !fact_identified(e))
		return false;
	fact_say(out, "sequence number used by ledger %" PRId64 "; %s has every transaction up to "
		 "ledger %" PRId64 " and not this one%s", ledger, c->src, c->tip_before,
		 fact_hashed(e) ? "" : " (one hash is known; as a part of a fee bump it is not "
					"ruled out)");
	return true;
}

static bool used_by_unknown(const struct tx_evidence *e, struct verdict *out)
{
	int64_t ledger = fact_used_by(e);

	if (ledger < 0)
		return false;
	fact_say(out, "sequence number %" PRId64 " used by ledger %" PRId64 ", by whom is not "
		 "known yet", e->tx.sequence, ledger);
	return true;
}

/* ---- rows 13 and 14 ---- */

/* n <= (A + 1) << 32: any account that is made again begins at or above it (theorem G). */
static bool gone_for_good(int64_t sequence, int64_t at)
{
	return sequence < 1 || (sequence - 1) >> 32 <= at;
}

static bool account_gone(const struct tx_evidence *e, struct verdict *out)
{
	for (size_t i = 0; i < e->account_count; i++) {
		const struct account_read *read = &e->account[i];
		const struct complete *c = fact_complete(e, read->at);

		if (!e->has_tx || !e->tx.envelope || !fact_usable(e, read) || read->exists || !c ||
		    !fact_identified(e) || !gone_for_good(e->tx.sequence, read->at))
			continue;
		fact_say(out, "no such account at ledger %" PRId64 ", and a new one begins above "
			 "%" PRId64 "; %s has every transaction up to ledger %" PRId64 " and not this one",
			 read->at, e->tx.sequence, c->src, c->tip_before);
		return true;
	}
	return false;
}

static bool nothing_usable(const struct tx_evidence *e, struct verdict *out)
{
	const struct account_read *read = fact_latest(e);

	if (!e->has_tx)
		return false;
	if (read) {
		fact_say(out, "no such account at ledger %" PRId64 "; whether it landed before is "
			 "not known", read->at);
		return true;
	}
	for (size_t i = 0; i < e->account_count; i++)
		if (e->account[i].usable && fact_reset(e, &e->account[i])) {
			fact_say(out, "no usable account read: ledger %" PRId64 " is far below %"
				 PRId64 ", which was seen before: another network, or one that began again",
				 e->account[i].at, e->highwater);
			return true;
		}
	fact_say(out, "no usable account read: no source said of which ledger it is");
	return true;
}

/* ---- rows 16 and 17 ---- */

static bool only_a_hash(const struct tx_evidence *e, struct verdict *out)
{
	if (e->has_tx || !fact_identified(e))
		return false;
	fact_say(out, "no source has shown it, and without its envelope or its sequence number nothing "
		 "rules it out");
	return true;
}

static bool no_identity(const struct tx_evidence *e, struct verdict *out)
{
	(void)e;
	fact_say(out, "neither a hash nor an envelope nor a sequence number is known");
	return true;
}

/* ---- the table ---- */

/* Of this envelope: whether the payment may be built again is decided over all of them. */
static const char never_lands[] =
	"this envelope can never land; the decision over all envelopes of the payment says what may "
	"be done";
static const char failed_for_good[] =
	"nothing moved, for good; mend the cause, and see the decision over all envelopes of the "
	"payment";
/* Of a payment: of what is only begun by it the row is not done. */
static const char landed[] =
	"never send it again; whether its row is done, the decision over the payment says";
static const char resend[] = "wait; the identical envelope may be sent again";

static const struct row {
	const char *name;
	enum verdict_kind kind;
	enum safety safe;
	bool (*holds)(const struct tx_evidence *e, struct verdict *out);
	const char *next;
} rows[] = {
	{ "1", VERDICT_HASH_MISMATCH, SAFE_NO, hash_mismatch,
	  "send nothing; try the other networks' passphrases, then mend the record" },
	{ "2", VERDICT_SOURCES_DISAGREE, SAFE_NO, verdict_disagree,
	  "touch nothing; check the passphrase and whether the network began again, ask a third "
	  "source" },
	{ "3", VERDICT_CONFIRMED, SAFE_NO, confirmed, landed },
	{ "4", VERDICT_FAILED_ON_CHAIN, SAFE_YES, failed_using_it,
	  failed_for_good },
	{ "5", VERDICT_FAILED_ON_CHAIN, SAFE_YES, failed_and_used_since,
	  failed_for_good },
	{ "6", VERDICT_DEAD_SEQ_CONSUMED, SAFE_YES, consumed,
	  "it can never land; compare that transaction with the payment first" },
	{ "7", VERDICT_CONFIRMED, SAFE_NO, confirmed_by_history, landed },
	{ "6c", VERDICT_DEAD_SEQ_CONSUMED, SAFE_CONFIRM, consumed_perhaps,
	  "compare that transaction with the payment; a new one only with a second person" },
	{ "8", VERDICT_DEAD_EXPIRED, SAFE_YES, expired_by_time,
	  never_lands },
	{ "9", VERDICT_DEAD_EXPIRED, SAFE_YES, expired_by_ledger,
	  never_lands },
	{ "10", VERDICT_DEAD_SEQ_CONSUMED, SAFE_CONFIRM, consumed_by_nobody_known,
	  "a new one only with a second person or a second source" },
	{ "11", VERDICT_UNKNOWN_STALE_SOURCE, SAFE_NO, used_by_unknown,
	  "do not send it again; ask another source, look around the ledger in which the number was "
	  "set" },
	{ "12a", VERDICT_LIVE_BLOCKED_SEQ_GAP, SAFE_NO, live_blocked_by_gap,
	  "wait for the transaction before it, or for its expiry; it can land later" },
	{ "12b", VERDICT_LIVE_NOT_YET_VALID, SAFE_NO, live_not_yet_valid, "wait" },
	{ "12c", VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO, live_may_still_land, resend },
	{ "15", VERDICT_LIVE_MAY_STILL_LAND, SAFE_NO, live_unbounded,
	  "wait; find its envelope" },
	{ "13", VERDICT_DEAD_ACCOUNT_GONE, SAFE_CONFIRM, account_gone,
	  "a new one from another account, only with a second person or a second source" },
	{ "14", VERDICT_UNKNOWN_STALE_SOURCE, SAFE_NO, nothing_usable,
	  "wait, or ask another endpoint" },
	{ "16", VERDICT_UNKNOWN_NO_ENVELOPE, SAFE_NO, only_a_hash,
	  "find its envelope; until then it counts as one that can land" },
	{ "17", VERDICT_UNKNOWN_NO_IDENTITY, SAFE_NO, no_identity,
	  "look for it by source, destination, amount and memo around its time; a person decides" },
};

void verdict_reach(const struct tx_evidence *evidence, struct verdict *out)
{
	const struct row *row = rows;

	*out = (struct verdict){ 0 };
	while (!row->holds(evidence, out))	/* the last one always does */
		row++;
	out->kind = row->kind;
	out->safe = row->safe;
	out->final = row->safe == SAFE_YES || row->kind == VERDICT_CONFIRMED;
	snprintf(out->row, sizeof(out->row), "%s", row->name);
	snprintf(out->next, sizeof(out->next), "%s", row->next);
}

static const struct kind_row {
	const char *name, *words;
	enum fate fate;
} kinds[] = {
#define X(sym, fate, words) [VERDICT_##sym] = { #sym, words, FATE_##fate },
	VERDICTS(X)
#undef X
};

const char *verdict_name(enum verdict_kind kind)
{
	return kinds[kind].name;
}

const char *verdict_words(enum verdict_kind kind)
{
	return kinds[kind].words;
}

enum fate verdict_fate(enum verdict_kind kind)
{
	return kinds[kind].fate;
}

bool verdict_find(const char *name, enum verdict_kind *out)
{
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		if (!strcmp(kinds[kind].name, name)) {
			*out = (enum verdict_kind)kind;
			return true;
		}
	return false;
}

const char *safety_word(enum safety safe)
{
	static const char *const words[] = {
		[SAFE_NO] = "false", [SAFE_CONFIRM] = "confirm", [SAFE_YES] = "true",
	};

	return words[safe];
}
