#include "tests/lib/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_ASKS = 200 };

void trial_init(struct trial *trial)
{
	*trial = (struct trial){ .plan = { .source = 'S', .sequence = TRIAL_NUMBER,
					   .max_time = (uint64_t)TRIAL_CLOSE + 60, .amount = 7,
					   .destination = 'D' } };
	fake_chain_init(&trial->chain, TRIAL_FIRST, TRIAL_CLOSE, TRIAL_NUMBER - 1);
	trial->chain.states[0].ledger = trial->chain.states[0].sequence_ledger = 950;
	trial->setup = (struct inquiry_setup){ .passphrase = FAKE_NETWORK,
					       .endpoints = trial->endpoints,
					       .identity = &trial->identity,
					       .created_at = TRIAL_CLOSE };
}

void trial_done(struct trial *trial)
{
	inquiry_free(trial->inquiry);
	fake_envelope_done(&trial->envelope);
	fake_chain_done(&trial->chain);
	buf_done(&trial->body);
}

struct fake_server *trial_add(struct trial *trial, enum endpoint_kind kind)
{
	struct fake_server *server = &trial->servers[trial->count];
	struct inquiry_endpoint *endpoint = &trial->endpoints[trial->count];

	*server = (struct fake_server){ .kind = kind, .chain = &trial->chain,
					.oldest = kind == ENDPOINT_RPC ? 500 : 0,
					.seed = 88172645463325252u + trial->count };
	endpoint->kind = kind;
	(void)snprintf(endpoint->name, sizeof(endpoint->name), "%s%zu:8000",
		       kind == ENDPOINT_RPC ? "rpc" : "horizon", trial->count);
	trial->setup.endpoint_count = ++trial->count;
	return server;
}

void trial_sign(struct trial *trial, unsigned char wrapper)
{
	fake_envelope_done(&trial->envelope);
	fake_envelope(&trial->envelope, &trial->plan, FAKE_NETWORK, wrapper);
	trial->identity = (struct tx_identity){ .envelope = trial->envelope.base64 };
	(void)str_put(trial->identity.hash, sizeof(trial->identity.hash), trial->envelope.hash);
}

void trial_begin(struct trial *trial)
{
	struct err err = { 0 };

	trial->inquiry = inquiry_new(&trial->setup, &err);
	if (!trial->inquiry)
		fail_msg("%s", err.text);
}

bool trial_step(struct trial *trial)
{
	struct inquiry_ask ask;
	struct reply reply;

	if (!inquiry_next(trial->inquiry, &ask))
		return false;
	if (++trial->asked > MOST_ASKS)
		fail_msg("it does not end: %s", ask.what);
	if (trial->before)
		trial->before(trial, &ask);
	fake_answer(&trial->servers[ask.endpoint], &ask, &trial->body, &reply);
	reply.at += trial->shift;
	if (trial->after)
		trial->after(trial, &ask, &reply);
	inquiry_take(trial->inquiry, &ask, &reply, &trial->retry_after);
	buf_done(&ask.path);
	buf_done(&ask.body);
	return true;
}

void trial_run(struct trial *trial)
{
	while (trial_step(trial))
		;
	inquiry_verdict(trial->inquiry, &trial->verdict);
}

void trial_judge(struct trial *trial)
{
	trial_begin(trial);
	trial_run(trial);
}
