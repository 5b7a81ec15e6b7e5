/*
 * inquiry_read.c: what an endpoint says of its network, of the newest ledger and of the account,
 * whichever language it said it in.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "backends/inquiry_inside.h"
#include "base/outside.h"

static struct inquiry_endpoint *endpoint_of(struct inquiry *q)
{
	return &q->setup.endpoints[q->place.endpoint];
}

bool inquiry_take_network(struct inquiry *q, const json_t *passphrase, struct tx_proof *proof)
{
	struct inquiry_endpoint *endpoint = endpoint_of(q);
	const char *text = json_string_value(passphrase);

	endpoint->network_known = true;
	if (!text || !*text) {
		(void)str_put(endpoint->unusable, sizeof(endpoint->unusable),
			      "it does not say which network it serves");
		return proof_refuse(proof, "%s: nothing of it counts", endpoint->unusable);
	}
	(void)outside_put(endpoint->passphrase, sizeof(endpoint->passphrase),
			  str_sub(text, json_string_length(passphrase)));
	if (strcmp(text, q->setup.passphrase) == 0) {
		proof_say(proof, "serves the configured network, \"%s\"", endpoint->passphrase);
		proof_keep(q);
		return true;
	}
	(void)snprintf(endpoint->unusable, sizeof(endpoint->unusable),
		       "it serves another network, \"%s\"", endpoint->passphrase);
	return proof_refuse(proof, "%s: nothing of it counts", endpoint->unusable);
}

/* One of a few is enough: the newest that is not newer than the account's ledger is looked for. */
void inquiry_take_closing(struct inquiry *q, int64_t ledger, int64_t close)
{
	struct inquiry_endpoint *endpoint = endpoint_of(q);
	struct stand *stand = &q->stands[q->place.endpoint];

	endpoint->tip = ledger > endpoint->tip ? ledger : endpoint->tip;
	stand->tip = ledger > stand->tip ? ledger : stand->tip;
	if (close <= 0)
		return;
	for (size_t i = 0; i < stand->closing_count; i++) {
		if (stand->closings[i].ledger == ledger)
			return;
	}
	if (stand->closing_count == STAND_CLOSINGS) {
		memmove(stand->closings, stand->closings + 1,
			(STAND_CLOSINGS - 1) * sizeof(stand->closings[0]));
		stand->closing_count--;
	}
	stand->closings[stand->closing_count++] = (struct closing){ ledger, close };
}

static void say_closing(struct tx_proof *proof, int64_t ledger, int64_t close)
{
	char at[WHEN_TEXT];

	when_format(at, close * WHEN_SECOND);
	proof_add(proof, "ledger %lld closed at %s", (long long)ledger, at);
}

void inquiry_take_tip(struct inquiry *q, int64_t ledger, int64_t close, struct tx_proof *proof)
{
	inquiry_take_closing(q, ledger, close);
	proof->ledger = ledger;
	if (close <= 0) {
		proof_say(proof, "its newest ledger is %lld; when that closed it does not say",
			  (long long)ledger);
		return;
	}
	q->stands[q->place.endpoint].timed = true;
	proof_say(proof, "its newest ledger: ");
	say_closing(proof, ledger, close);
}

/* The newest closing that the account's state covers (A >= B). */
static void date(const struct stand *stand, struct account_read *read)
{
	for (size_t i = 0; i < stand->closing_count; i++) {
		const struct closing *closing = &stand->closings[i];

		if (closing->ledger > read->at || closing->ledger <= read->b_ledger)
			continue;
		read->b_ledger = closing->ledger;
		read->b_close = closing->close;
	}
}

static void say_account(const struct inquiry *q, const struct account_read *read,
			struct tx_proof *proof)
{
	long long wanted = (long long)q->evidence.tx.sequence;

	if (read->exists)
		proof_say(proof, "sequence number %lld", (long long)read->sequence);
	else
		proof_say(proof, "no such account");
	if (!read->usable) {
		proof_add(proof, ", but it does not say of which ledger: that proves nothing");
		return;
	}
	proof_add(proof, " at the end of ledger %lld", (long long)read->at);
	if (read->exists)
		proof_add(proof, ": %lld is %s", wanted,
			  read->sequence < wanted ? "not used yet" : "used");
	if (read->b_close > 0) {
		proof_add(proof, "; ");
		say_closing(proof, read->b_ledger, read->b_close);
	}
}

void inquiry_take_account(struct inquiry *q, struct account_read *read, struct tx_proof *proof)
{
	struct tx_evidence *evidence = &q->evidence;

	(void)str_put(read->src, sizeof(read->src), endpoint_of(q)->name);
	if (read->usable) {
		inquiry_take_closing(q, read->at, 0);
		date(&q->stands[q->place.endpoint], read);
		proof->ledger = read->at;
	}
	say_account(q, read, proof);
	assert(evidence->account_count < EVIDENCE_READS);
	evidence->account[evidence->account_count++] = *read;
}
