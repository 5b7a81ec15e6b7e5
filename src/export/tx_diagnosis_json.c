#include "export/tx_diagnosis.h"

#include <string.h>

/* --- proof --- */

/* "Latest-Ledger: 61204380" is a member. */
static json_t *headers_json(const struct tx_proof *proof)
{
	json_t *out = json_object();

	for (size_t i = 0; i < ARRAY_LEN(proof->headers); i++) {
		struct str value = str_of(proof->headers[i]), name;
		char key[sizeof(proof->headers[i])], text[sizeof(proof->headers[i])];

		if (!value.len || !str_cut(&value, ':', &name))
			continue;
		(void)str_copy(key, sizeof(key), str_trim(name));
		(void)str_copy(text, sizeof(text), str_trim(value));
		json_set_text(out, key, text);
	}
	return out;
}

static void set_known(json_t *object, const char *key, int64_t value)
{
	if (value > 0)
		json_set_i64(object, key, value);
	else
		json_set(object, key, json_null());
}

static void set_some(json_t *object, const char *key, const char *text)
{
	json_set_text(object, key, text && *text ? text : NULL);
}

static json_t *proof_json(const struct tx_proof *proof)
{
	json_t *out = json_object();

	json_set_time(out, "at", proof->at);
	json_set_i64(out, "took_ms", proof->took);
	json_set_text(out, "endpoint", proof->endpoint);
	json_set_text(out, "request", proof->what);
	set_known(out, "status", proof->status);
	json_set(out, "headers", headers_json(proof));
	set_some(out, "body_sha256", proof->sha256);
	set_known(out, "ledger", proof->ledger);
	set_some(out, "says", proof->says);
	return out;
}

/* --- the payment --- */

static void set_safe(json_t *object, enum safety safe)
{
	if (safe == SAFE_CONFIRM)
		json_set_text(object, "safe_to_cancel", "confirm");
	else
		json_set_bool(object, "safe_to_cancel", safe == SAFE_YES);
}

static json_t *member_json(const struct tx_member *member, bool self)
{
	json_t *out = json_object();

	set_some(out, "hash", member->member.hash);
	set_some(out, "id", member->id);
	set_some(out, "what", member->what);
	json_set_bool(out, "self", self);
	set_some(out, "verdict", member->member.judged ? verdict_name(member->member.verdict) : NULL);
	set_safe(out, member->member.judged ? member->member.safe : SAFE_NO);
	return out;
}

static json_t *acts_json(const struct decision_of_intent *decision)
{
	json_t *out = json_object();

	for (enum tx_act act = 0; act < ACT_COUNT; act++) {
		if (decision->allowed[act])
			json_set_text(out, act_word(act), decision->confirm ? "confirm" : "allowed");
		else
			set_some(out, act_word(act), decision->why_not[act]);
	}
	return out;
}

static json_t *intent_json(const struct tx_case *tx)
{
	json_t *out = json_object(), *members = json_array();

	set_some(out, "key", tx->intent_key);
	json_set_bool(out, "complete", tx->complete);
	for (size_t i = 0; i < tx->member_count; i++)
		json_array_append_new(members, member_json(&tx->members[i], i == tx->self));
	json_set(out, "members", members);
	set_some(out, "decision", tx->decision.because);
	json_set(out, "acts", acts_json(&tx->decision));
	return out;
}

/* --- one result --- */

static json_t *evidence_json(const struct tx_evidence *evidence)
{
	struct buf text = { 0 };
	json_t *out = NULL;

	if (evidence) {
		evidence_write(evidence, &text);
		out = json_read(str_sub(buf_cstr(&text), text.len), JSON_MAX_SMALL, NULL);
	}
	buf_done(&text);
	return out ? out : json_null();
}

static const char *hash_of(const struct tx_case *tx)
{
	if (tx->evidence && tx->evidence->hashes[0][0])
		return tx->evidence->hashes[0];
	return tx->evidence && tx->evidence->db_hash[0] ? tx->evidence->db_hash : tx->line.hash;
}

static void set_verdict(json_t *out, const struct tx_case *tx)
{
	const struct verdict *verdict = &tx->verdict;

	json_set_text(out, "verdict", verdict_name(verdict->kind));
	json_set_text(out, "because", verdict->because);
	set_safe(out, verdict->safe);
	json_set_time(out, "decidable_at", verdict->decidable_at > 0 ?
		      verdict->decidable_at * WHEN_SECOND : WHEN_NEVER);
	set_known(out, "decidable_ledger", verdict->decidable_ledger);
	set_some(out, "next", verdict->next);
	set_some(out, "row", verdict->row);
	json_set_bool(out, "final", verdict->final);
	set_some(out, "used_by", verdict->by);
}

json_t *tx_diagnosis_json(const struct tx_diagnosis *diagnosis)
{
	const struct tx_case *tx = diagnosis->tx;
	json_t *out = json_object(), *proof = json_array();

	json_set_text(out, "input", diagnosis->input);
	if (!tx) {
		json_set_text(out, "error", diagnosis->error);
		json_decref(proof);
		return out;
	}
	set_some(out, "hash", hash_of(tx));
	set_some(out, "inner_hash", tx->inner_hash);
	set_verdict(out, tx);
	json_set_time(out, "judged_at", tx->judged ? tx->judged_at : WHEN_NEVER);
	set_some(out, "trouble", tx->trouble);
	json_set(out, "evidence", evidence_json(tx->evidence));
	for (size_t i = 0; i < tx->proof_count; i++)
		json_array_append_new(proof, proof_json(&tx->proofs[i]));
	json_set(out, "proof", proof);
	json_set(out, "intent", intent_json(tx));
	return out;
}

json_t *tx_diagnoses_json(json_t *results, msec at)
{
	json_t *root = json_object();

	json_set_text(root, "schema", "binnacle.diagnosis/1");
	json_set_time(root, "at", at);
	json_set(root, "results", results);
	return root;
}
