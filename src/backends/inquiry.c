/* inquiry.c: who is asked about, what is asked next and taken, and what came of it. */
#include "backends/inquiry.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/inquiry_inside.h"
#include "base/mem.h"
#include "base/outside.h"
#include "stellar/base64.h"
#include "stellar/network.h"
#include "stellar/strkey.h"

enum { FAILURES = 2, RESTARTS = 3 };

static const msec long_pause = 5 * WHEN_MINUTE;
static const msec throttled_for = WHEN_MINUTE, busy_for = 10 * WHEN_SECOND;

static const struct dialect *const dialects[] = {
	[ENDPOINT_HORIZON] = &inquiry_horizon, [ENDPOINT_RPC] = &inquiry_rpc,
};

/* Which other network makes the recorded hash right; "" none that we know. */
static const char *other_network(const struct inquiry *q, struct str xdr)
{
	static const char *const names[] = { "public", "testnet", "futurenet" };
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		envelope_hash(q->own, xdr, network_passphrase(names[i]), hash, inner);
		if (strcmp(hash, q->evidence.db_hash) == 0 || strcmp(inner, q->evidence.db_hash) == 0)
			return names[i];
	}
	return "";
}

static bool is_mismatch(const struct inquiry *q)
{
	const struct tx_evidence *evidence = &q->evidence;

	return q->has_own && evidence->db_hash[0] &&
	       strcmp(evidence->db_hash, evidence->hashes[0]) != 0 &&
	       strcmp(evidence->db_hash, evidence->hashes[1]) != 0;
}

void landed_take_own(struct inquiry *q, struct str xdr)
{
	struct tx_evidence *evidence = &q->evidence;

	q->has_own = true;
	evidence_take_envelope(evidence, q->own);
	envelope_hash(q->own, xdr, q->setup.passphrase, evidence->hashes[0], evidence->hashes[1]);
	(void)str_put(q->account, sizeof(q->account), q->own->source_account);
	if (is_mismatch(q)) {
		const char *network = other_network(q, xdr);

		(void)snprintf(q->note, sizeof(q->note), "%s%s", network[0] ?
			       "the recorded hash is that of this envelope on the network " : "",
			       network);
	}
}

static bool take_hash(struct inquiry *q, const char *hash, struct err *err)
{
	size_t len = strlen(hash);

	if (len == 0)
		return true;
	if (len != TX_HASH_TEXT - 1)
		return err_set(err, ERR_INPUT, "the hash has %zu characters, not 64", len);
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)hash[i]))
			return err_set(err, ERR_INPUT, "character %zu of the hash is no hex digit",
				       i + 1);
		q->evidence.db_hash[i] = (char)tolower((unsigned char)hash[i]);
	}
	return true;
}

static bool take_envelope(struct inquiry *q, const char *text, struct err *err)
{
	struct buf xdr = { .max = ENVELOPE_BYTES };
	bool ok;

	if (!text || !*text)
		return true;
	ok = base64_read(str_trim(str_of(text)), &xdr, err) &&
	     envelope_read(str_sub(buf_cstr(&xdr), xdr.len), q->own, err);
	if (ok)
		landed_take_own(q, str_sub(buf_cstr(&xdr), xdr.len));
	else
		(void)err_add(err, "envelope");
	buf_done(&xdr);
	return ok;
}

/* M... has its G... within. Where there is an envelope it says whose number it uses. */
static bool take_account(struct inquiry *q, const struct tx_identity *identity, struct err *err)
{
	char text[STRKEY_TEXT];
	struct strkey key;

	if (q->has_own || !identity->account[0] || !identity->has_sequence)
		return true;
	if (!strkey_read(str_of(identity->account), &key, err))
		return err_add(err, "account");
	if (key.kind != STRKEY_ACCOUNT && key.kind != STRKEY_MUXED)
		return err_set(err, ERR_INPUT, "account: not an account G... or M...");
	strkey_write(text, STRKEY_ACCOUNT, key.payload, 32);
	(void)str_put(q->account, sizeof(q->account), text);
	q->evidence.has_tx = true;
	q->evidence.tx = (struct life){ .sequence = identity->sequence };
	return true;
}

/* An envelope that cannot be read leaves the hash, and the account's number, to ask by. */
static bool take_identity(struct inquiry *q, const struct tx_identity *identity, struct err *err)
{
	struct err broken = { 0 };

	if (!take_hash(q, identity->hash, err))
		return false;
	if (!take_envelope(q, identity->envelope, &broken)) {
		(void)snprintf(q->note, sizeof(q->note), "the %.200s", broken.text);
		(void)err_set(err, ERR_INPUT, "%s", broken.text);
	}
	if (!take_account(q, identity, err))
		return false;
	if (q->has_own || q->account[0] || q->evidence.db_hash[0])
		return true;
	return broken.kind != ERR_NONE ? false :
	       err_set(err, ERR_INPUT, "nothing to ask by: no hash, no envelope, and no account with "
		       "its sequence number");
}

struct inquiry *inquiry_new(const struct inquiry_setup *setup, struct err *err)
{
	struct inquiry *q;

	assert(setup->endpoint_count <= INQUIRY_ENDPOINTS);
	q = mem_new(sizeof(*q));
	q->setup = *setup;
	q->own = mem_new(sizeof(*q->own));
	q->other = mem_new(sizeof(*q->other));
	q->evidence.highwater = setup->highwater;
	if (!take_identity(q, setup->identity, err)) {
		inquiry_free(q);
		return NULL;
	}
	course_begin(q);
	/* Nothing that a network says could mend a record that contradicts itself. */
	if (is_mismatch(q))
		q->place.phase = PHASE_OVER;
	return q;
}

void inquiry_free(struct inquiry *q)
{
	if (!q)
		return;
	mem_free(q->own);
	mem_free(q->other);
	mem_free(q->proofs);
	mem_free(q);
}

void inquiry_again(struct inquiry *q)
{
	if (is_mismatch(q))
		return;
	course_begin(q);
	proof_forget(q);
	q->asked = q->restarts = 0;
	q->last_at = 0;
}

bool inquiry_next(struct inquiry *q, struct inquiry_ask *out)
{
	enum question question;

	course_settle(q);
	if (q->place.phase == PHASE_OVER)
		return false;
	question = course_question(q, &q->place);
	*out = (struct inquiry_ask){ .endpoint = q->place.endpoint, .step = q->step };
	if (!dialects[q->setup.endpoints[q->place.endpoint].kind]->ask(q, question, out))
		assert(!"every question of the course can be asked");
	return true;
}

/* For how long it wants to be left alone; WHEN_NEVER: it does not. */
static msec held(const struct reply *reply)
{
	bool throttled = reply->status == 429;

	if (reply->kind == REPLY_HELD)
		return busy_for;
	if (reply->kind != REPLY_ANSWER || (!throttled && reply->status != 503))
		return WHEN_NEVER;
	if (reply->retry_after != WHEN_NEVER)
		return reply->retry_after;
	if (throttled && reply->rate_reset != WHEN_NEVER)
		return reply->rate_reset;
	return throttled ? throttled_for : busy_for;
}

static bool read_reply(struct inquiry *q, enum question question, const struct reply *reply,
		       struct tx_proof *proof)
{
	const struct ask ask = { .timeout = reply->took };
	char error[200];

	if (reply->kind != REPLY_ANSWER) {
		outcome_error(&ask, reply, error);
		return proof_refuse(proof, "%s", error);
	}
	if (reply->status == 429)
		return proof_refuse(proof, "it is asked too often (HTTP 429)");
	return dialects[q->setup.endpoints[q->place.endpoint].kind]->read(q, question, reply, proof);
}

/* It may fail once; without its network, or when it wants to be left alone, it is not asked on. */
static void note_failure(struct inquiry *q, enum question question, msec hold,
			 struct tx_proof *proof)
{
	struct stand *stand = &q->stands[q->place.endpoint];
	char wait[WHEN_TEXT];

	stand->out = stand->out || ++stand->failures >= FAILURES || hold != WHEN_NEVER ||
		     question == QUESTION_NETWORK;
	stand->search.over = stand->search.over || question == QUESTION_PAGE;
	if (hold == WHEN_NEVER)
		return;
	when_format_duration(wait, hold);
	proof_add(proof, "; not asked again for %s", wait);
}

/* What denies is read in the order of one round: after a long pause from the beginning. */
static void note_pause(struct inquiry *q, msec at)
{
	bool paused = q->last_at > 0 && at - q->last_at > long_pause;

	q->last_at = at;
	if (!paused || q->restarts == RESTARTS || q->place.phase <= PHASE_LOOK)
		return;
	q->restarts++;
	course_begin(q);
}

void inquiry_take(struct inquiry *q, const struct inquiry_ask *ask, const struct reply *reply,
		  msec *retry_after)
{
	enum question question;
	struct tx_proof *proof;

	*retry_after = WHEN_NEVER;
	if (ask->step != q->step || q->place.phase == PHASE_OVER)
		return;
	question = course_question(q, &q->place);
	proof = proof_new(q, ask, reply);
	q->step++;
	q->asked++;
	if (question == QUESTION_PAGE) {
		q->pages++;
		q->stands[q->place.endpoint].pages++;
	}
	if (!read_reply(q, question, reply, proof)) {
		*retry_after = held(reply);
		note_failure(q, question, *retry_after, proof);
	}
	if (question != QUESTION_PAGE)
		course_step(q);
	note_pause(q, reply->at);
	course_settle(q);
}

const struct tx_evidence *inquiry_evidence(const struct inquiry *q)
{
	return &q->evidence;
}

void inquiry_verdict(const struct inquiry *q, struct verdict *out)
{
	bool says_why = is_mismatch(q) || !q->has_own;
	size_t len;

	verdict_reach(&q->evidence, out);
	len = strlen(out->because);
	/* Cut where the line ends: it is for reading. */
	if (says_why && q->note[0])
		(void)snprintf(out->because + len, sizeof(out->because) - len, "%s%s",
			       len ? "; " : "", q->note);
}

enum twin inquiry_consumer(const struct inquiry *q)
{
	return q->consumer;
}

const struct tx_proof *inquiry_proofs(const struct inquiry *q, size_t *count)
{
	*count = q->proof_count;
	return q->proofs;
}

/* What is left is counted as far as it is known now; it can grow when the number is used. */
void inquiry_progress(const struct inquiry *q, unsigned *asked, unsigned *of)
{
	*asked = q->asked;
	*of = q->asked + course_left(q);
}
