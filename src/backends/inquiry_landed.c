/*
 * inquiry_landed.c: what a transaction in an answer is evidence of. Nothing of it is believed but
 * what its own bytes say under our network: an endpoint that claims to have it and cannot show it,
 * or contradicts itself, is a disagreement, which allows nothing.
 */
#include <string.h>

#include "backends/inquiry_inside.h"
#include "base/buf.h"
#include "stellar/base64.h"
#include "stellar/result.h"

struct landed {
	bool readable;			/* q->other was read from the bytes, and hashes are theirs */
	char hashes[2][TX_HASH_TEXT];	/* outer, inner; "" */
	bool judged, contradicts;	/* the result can be read; it is not what they say it is */
	char code[CODE_TEXT];
	char words[BECAUSE_TEXT];	/* of the result; "" */
	struct err err;			/* why not readable */
};

static void read_envelope(struct inquiry *q, const struct told *told, struct buf *xdr,
			  struct landed *out)
{
	struct str bytes;

	*out = (struct landed){ 0 };
	xdr->max = ENVELOPE_BYTES;
	if (!base64_read(str_of(told->envelope), xdr, &out->err))
		return;
	bytes = str_sub(buf_cstr(xdr), xdr->len);
	out->readable = envelope_read(bytes, q->other, &out->err);
	if (out->readable)
		envelope_hash(q->other, bytes, q->setup.passphrase, out->hashes[0], out->hashes[1]);
}

static void read_result(const struct told *told, struct landed *out)
{
	struct tx_result result;
	const struct code *code;

	out->judged = result_read_base64(str_of(told->result), &result, NULL);
	if (!out->judged)
		return;
	code = result_code(&result);
	out->contradicts = result_succeeded(&result) != told->ok;
	(void)str_put(out->code, sizeof(out->code), code ? code->name : "");
	result_say(&result, out->words, sizeof(out->words));
}

static bool has_hash(const struct landed *landed, const char *hash)
{
	return *hash && (strcmp(landed->hashes[0], hash) == 0 ||
			 strcmp(landed->hashes[1], hash) == 0);
}

static bool is_ours(const struct inquiry *q, const struct landed *landed)
{
	return has_hash(landed, q->evidence.hashes[0]) || has_hash(landed, q->evidence.hashes[1]) ||
	       has_hash(landed, q->evidence.db_hash);
}

/* What has come back is what was asked for: from now on it is known whole. */
static void learn(struct inquiry *q, const struct buf *xdr)
{
	struct envelope *own = q->other;

	if (q->has_own)
		return;
	q->other = q->own;
	q->own = own;
	landed_take_own(q, str_sub(buf_cstr(xdr), xdr->len));
}

static bool same_find(const struct found *a, const struct found *b)
{
	return strcmp(a->src, b->src) == 0 && a->ledger == b->ledger && a->ok == b->ok &&
	       a->hash_ok == b->hash_ok && strcmp(a->code, b->code) == 0;
}

/* The first finds stand: that a later one differs is seen from them, as there is room for one of
 * each endpoint. */
static void add_find(struct inquiry *q, const struct found *found)
{
	struct tx_evidence *evidence = &q->evidence;

	for (size_t i = 0; i < evidence->found_count; i++) {
		if (same_find(&evidence->found[i], found))
			return;
	}
	if (evidence->found_count < EVIDENCE_FINDS)
		evidence->found[evidence->found_count++] = *found;
}

static void say_landed(const struct told *told, const struct landed *landed, struct tx_proof *proof)
{
	proof->ledger = told->ledger;
	proof_say(proof, "in ledger %lld, %s", (long long)told->ledger,
		  told->ok ? "successful" : landed->words[0] ? landed->words : "failed");
	if (landed->hashes[1][0])
		proof_add(proof, ", inside the fee bump %.64s", landed->hashes[0]);
}

void landed_found(struct inquiry *q, const struct told *told, struct tx_proof *proof)
{
	const char *asked = course_hash(q, &q->place);
	struct found found = { .ledger = told->ledger, .ok = told->ok };
	struct buf xdr = { 0 };
	struct landed landed;

	read_envelope(q, told, &xdr, &landed);
	read_result(told, &landed);
	found.hash_ok = landed.readable && has_hash(&landed, asked) && !landed.contradicts;
	(void)str_put(found.src, sizeof(found.src), q->setup.endpoints[q->place.endpoint].name);
	(void)str_put(found.code, sizeof(found.code), landed.code);
	say_landed(told, &landed, proof);
	if (!landed.readable)
		proof_add(proof, ", but what it shows of it cannot be read: %.100s", landed.err.text);
	else if (!has_hash(&landed, asked))
		proof_say(proof, "it shows another transaction, %.64s", landed.hashes[0]);
	else if (landed.contradicts)
		proof_add(proof, ", but the result it shows says otherwise: %.100s", landed.words);
	add_find(q, &found);
	q->stands[q->place.endpoint].found = true;
	proof_keep(q);
	if (found.hash_ok)
		learn(q, &xdr);
	buf_done(&xdr);
}

void landed_missing(struct inquiry *q, struct tx_proof *proof)
{
	(void)q;
	proof_say(proof, "not in its tables, which proves nothing by itself");
}

static void add_consumer(struct inquiry *q, const struct told *told, const struct landed *landed)
{
	struct tx_evidence *evidence = &q->evidence;
	struct consumer *consumer;

	if (evidence->consumer_count == EVIDENCE_CONSUMERS)
		return;
	consumer = &evidence->consumers[evidence->consumer_count++];
	*consumer = (struct consumer){ .sequence = q->other->sequence, .ledger = told->ledger,
				       .ok = told->ok };
	memcpy(consumer->hashes, landed->hashes, sizeof(consumer->hashes));
	(void)str_put(consumer->src, sizeof(consumer->src),
		      q->setup.endpoints[q->place.endpoint].name);
	(void)str_put(consumer->code, sizeof(consumer->code), landed->code);
}

static void judge_consumer(struct inquiry *q, const struct told *told, const struct landed *landed,
			   struct tx_proof *proof)
{
	static const char *const twins[] = {
		[TWIN_UNKNOWN] = "whether it is the same payment cannot be told",
		[TWIN_OTHER] = "it is another payment",
		[TWIN_SAME] = "it is the same payment",
	};
	bool ours = is_ours(q, landed);

	add_consumer(q, told, landed);
	q->consumer = ours ? TWIN_SAME : q->has_own ? envelope_twin(q->own, q->other) : TWIN_UNKNOWN;
	proof->ledger = told->ledger;
	proof_say(proof, "the number was used in ledger %lld by %s%.64s%s%s",
		  (long long)told->ledger, ours ? "this very transaction, " : "", landed->hashes[0],
		  ours ? "" : ": ", ours ? "" : twins[q->consumer]);
	proof_keep(q);
}

/* One that is in a ledger with a code that leaves the number alone did not use it. */
static bool used_it(const struct told *told, const struct landed *landed)
{
	const struct code *code = code_find(landed->code);

	return told->ok || (code && code->uses_sequence);
}

bool landed_consumer(struct inquiry *q, const struct told *told, struct tx_proof *proof)
{
	struct buf xdr = { 0 };
	struct landed landed;
	bool is;

	read_envelope(q, told, &xdr, &landed);
	is = landed.readable && strcmp(q->other->source_account, q->account) == 0 &&
	     q->other->sequence == q->evidence.tx.sequence;
	if (is) {
		read_result(told, &landed);
		is = !landed.contradicts && used_it(told, &landed);
	}
	if (is)
		judge_consumer(q, told, &landed, proof);
	buf_done(&xdr);
	return is;
}
