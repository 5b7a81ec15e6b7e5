/*
 * Whatever Horizons and RPCs answer about one transaction: the first bytes choose who is asked, who
 * is asked about and the status; the rest is the bodies, one for each ask, split at NUL. Then the
 * inquiry ends, every request is shown in harmless words, and nothing is in the evidence that was
 * not shown in bytes that hash to it.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/scrub.h"
#include "tests/lib/fakechain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENDPOINTS = 2 };

static const struct fake_plan plan = {
	.source = 'S', .sequence = ((int64_t)900 << 32) + 5, .max_time = 1795311060, .amount = 7,
	.destination = 'D',
};

static void expect_clean(const char *text)
{
	assert(scrub_clean(str_of(text)));
}

static void expect_evidence(const struct tx_evidence *evidence)
{
	assert(evidence->found_count <= EVIDENCE_FINDS);
	assert(evidence->account_count <= EVIDENCE_READS);
	assert(evidence->consumer_count <= EVIDENCE_CONSUMERS);
	for (size_t i = 0; i < evidence->found_count; i++) {
		assert(evidence->found[i].ledger > 0);
		expect_clean(evidence->found[i].code);
	}
	for (size_t i = 0; i < evidence->account_count; i++) {
		const struct account_read *read = &evidence->account[i];

		assert(!read->usable || read->at > 0);
		assert(read->b_ledger <= read->at);
		assert(!read->exists || read->sequence >= 0);
	}
	for (size_t i = 0; i < evidence->consumer_count; i++)
		assert(evidence->consumers[i].sequence == evidence->tx.sequence);
}

static void expect_proofs(const struct inquiry *inquiry, unsigned asked)
{
	size_t count;
	const struct tx_proof *proofs = inquiry_proofs(inquiry, &count);

	assert(count == asked && count <= TX_PROOFS);
	for (size_t i = 0; i < count; i++) {
		expect_clean(proofs[i].says);
		expect_clean(proofs[i].what);
		assert(proofs[i].says[0]);
	}
}

static struct str cut_body(struct str *rest)
{
	struct str body = *rest;

	(void)str_cut(rest, '\0', &body);
	return body;
}

static void run(struct inquiry *inquiry, uint8_t how, struct str rest)
{
	static const int statuses[] = { 200, 200, 200, 200, 404, 410, 429, 503 };
	struct inquiry_ask ask;
	struct verdict verdict;
	unsigned asked = 0;
	msec hold;

	while (inquiry_next(inquiry, &ask)) {
		struct reply reply = {
			.kind = rest.len ? REPLY_ANSWER : REPLY_REFUSED, .at = 1795311441000,
			.status = statuses[(how + asked / 4) % ARRAY_LEN(statuses)],
			.body = cut_body(&rest), .retry_after = WHEN_NEVER, .date = WHEN_NEVER,
			.rate_remaining = -1, .rate_reset = WHEN_NEVER,
			.latest_ledger = how & 8 ? -1 : 1000 + how,
		};

		if (how & 1)
			reply.status = 200;
		inquiry_take(inquiry, &ask, &reply, &hold);
		buf_done(&ask.path);
		buf_done(&ask.body);
		asked++;
		expect_evidence(inquiry_evidence(inquiry));
	}
	expect_proofs(inquiry, asked);
	inquiry_verdict(inquiry, &verdict);
	expect_clean(verdict.because);
	expect_clean(verdict.next);
}

static void choose(struct tx_identity *identity, uint8_t who, const struct fake_envelope *envelope)
{
	if (who % 3 == 0)
		identity->envelope = envelope->base64;
	if (who % 3 != 2)
		(void)str_put(identity->hash, sizeof(identity->hash), envelope->hash);
	fake_account(identity->account, 'S');
	identity->has_sequence = who % 3 == 2 || (who & 4);
	identity->sequence = plan.sequence;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fake_envelope envelopes[2];
	struct inquiry_endpoint endpoints[ENDPOINTS] = { 0 };
	struct tx_identity identity = { 0 };
	struct inquiry_setup setup = { .passphrase = FAKE_NETWORK, .endpoints = endpoints,
				       .endpoint_count = ENDPOINTS, .identity = &identity,
				       .created_at = 1795311000 };
	struct inquiry *inquiry;

	if (size < 3)
		return 0;
	if (!envelopes[0].base64) {
		fake_envelope(&envelopes[0], &plan, FAKE_NETWORK, 0);
		fake_envelope(&envelopes[1], &plan, FAKE_NETWORK, 'W');
	}
	for (size_t i = 0; i < ENDPOINTS; i++) {
		endpoints[i].kind = data[0] >> i & 1 ? ENDPOINT_RPC : ENDPOINT_HORIZON;
		endpoints[i].network_known = data[0] & 4;
		(void)str_put(endpoints[i].name, sizeof(endpoints[i].name), "fuzz:1");
	}
	choose(&identity, data[1], &envelopes[data[1] >> 7]);
	inquiry = inquiry_new(&setup, NULL);
	assert(inquiry);
	run(inquiry, data[2], str_sub((const char *)data + 3, size - 3));
	inquiry_free(inquiry);
	return 0;
}
