#include "export/tx_diagnosis.h"

#include <string.h>

#include "base/outside.h"

static const char *const safe_words[] = {
	[SAFE_NO] = "no",
	[SAFE_CONFIRM] = "only when a second person or a second source confirms it",
	[SAFE_YES] = "yes",
};

static void put(struct buf *out, const char *name, const char *text)
{
	if (text && *text)
		buf_fmt(out, "  %-15s %s\n", name, text);
}

/* A bound is a stranger's number: it may be beyond all calendars. */
static void put_time(struct buf *out, const char *name, uint64_t seconds)
{
	static const uint64_t year_10000 = 253402300800;
	char at[WHEN_TEXT];

	if (seconds == 0)
		return;
	if (seconds >= year_10000) {
		buf_fmt(out, "  %-15s %llu s, beyond the year 9999\n", name,
			(unsigned long long)seconds);
		return;
	}
	when_format(at, (msec)seconds * WHEN_SECOND);
	put(out, name, at);
}

static void put_bounds(const struct life *tx, struct buf *out)
{
	put_time(out, "valid until", tx->max_time);
	if (tx->max_ledger > 0)
		buf_fmt(out, "  %-15s ledger %u\n", "valid before", tx->max_ledger);
	else if (tx->envelope && tx->max_time == 0)
		put(out, "valid until", "no bound: it never expires");
}

static const char *hash_of(const struct tx_case *tx)
{
	if (tx->evidence && tx->evidence->hashes[0][0])
		return tx->evidence->hashes[0];
	return tx->evidence && tx->evidence->db_hash[0] ? tx->evidence->db_hash : tx->line.hash;
}

static void put_identity(const struct tx_case *tx, struct buf *out)
{
	const struct tx_evidence *evidence = tx->evidence;

	put(out, "hash", hash_of(tx));
	put(out, "inner hash", tx->inner_hash);
	if (tx->envelope)
		put(out, "account", tx->envelope->source);
	if (evidence && evidence->has_tx)
		buf_fmt(out, "  %-15s %lld\n", "sequence", (long long)evidence->tx.sequence);
	if (evidence && evidence->has_tx)
		put_bounds(&evidence->tx, out);
}

static void put_verdict(const struct tx_case *tx, struct buf *out)
{
	const struct verdict *verdict = &tx->verdict;

	put(out, "because", verdict->because);
	put(out, "safe to cancel", safe_words[verdict->safe]);
	put_time(out, "decidable after", verdict->decidable_at > 0 ? (uint64_t)verdict->decidable_at : 0);
	if (verdict->decidable_ledger > 0)
		buf_fmt(out, "  %-15s %lld\n", "decidable with", (long long)verdict->decidable_ledger);
	put(out, "used by", verdict->by);
	put(out, "next", verdict->next);
	put(out, "but", tx->trouble);
}

static void put_member(const struct tx_member *member, bool self, struct buf *out)
{
	buf_fmt(out, "    %-24s %s%s%s%s\n",
		member->member.judged ? verdict_name(member->member.verdict) : "not judged yet",
		member->member.hash[0] ? member->member.hash : member->id,
		member->what[0] ? "  " : "", member->what, self ? "  (this one)" : "");
}

static void put_acts(const struct decision_of_intent *decision, struct buf *out)
{
	for (enum tx_act act = 0; act < ACT_COUNT; act++) {
		if (decision->allowed[act])
			buf_fmt(out, "    may %s%s\n", act_word(act),
				decision->confirm && act_care(act) > 0 ? ", once that is confirmed" : "");
		else if (decision->why_not[act])
			buf_fmt(out, "    not %s: %s\n", act_word(act), decision->why_not[act]);
	}
}

static void put_intent(const struct tx_case *tx, struct buf *out)
{
	if (tx->member_count == 0)
		return;
	put(out, "the payment", tx->intent_key[0] ? tx->intent_key : "nothing says what it belongs to");
	for (size_t i = 0; i < tx->member_count; i++)
		put_member(&tx->members[i], i == tx->self, out);
	if (!tx->complete)
		buf_text(out, "    there may be more envelopes of it\n");
	put(out, "decision", tx->decision.because);
	put_acts(&tx->decision, out);
}

static void put_proof(const struct tx_proof *proof, struct buf *out)
{
	char at[WHEN_TEXT];

	when_format(at, proof->at);
	buf_fmt(out, "    %s  %s  %s  ", at, proof->endpoint, proof->what);
	if (proof->status > 0)
		buf_fmt(out, "%d", proof->status);
	else
		buf_text(out, "no answer");
	if (proof->ledger > 0)
		buf_fmt(out, "  ledger %lld", (long long)proof->ledger);
	if (proof->says[0])
		buf_fmt(out, "  %s", proof->says);
	if (proof->sha256[0])
		buf_fmt(out, "  sha256 %.12s", proof->sha256);
	buf_char(out, '\n');
}

/* What was pasted may be long, and hold anything. */
static void put_input(const char *input, struct buf *out)
{
	char text[80];

	(void)outside_put(text, sizeof(text), str_of(input));
	buf_text(out, text);
}

void tx_diagnosis_text(const struct tx_diagnosis *diagnosis, struct buf *out)
{
	const struct tx_case *tx = diagnosis->tx;

	buf_fmt(out, "%-24s ", tx ? verdict_name(tx->verdict.kind) : "NOT ASKED");
	put_input(diagnosis->input, out);
	buf_char(out, '\n');
	if (!tx) {
		put(out, "because", diagnosis->error);
		return;
	}
	put_verdict(tx, out);
	put_identity(tx, out);
	put_intent(tx, out);
	if (tx->proof_count > 0)
		put(out, "proof", "each request and its answer");
	for (size_t i = 0; i < tx->proof_count; i++)
		put_proof(&tx->proofs[i], out);
}
