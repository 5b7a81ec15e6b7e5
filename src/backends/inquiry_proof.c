/* inquiry_proof.c: every request with its answer, as an auditor would read them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backends/inquiry_inside.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"

/* A sentence that is too long is cut: it is for reading, and what counts is in the evidence. */
static void say(struct tx_proof *proof, size_t from, const char *fmt, va_list args)
{
	(void)vsnprintf(proof->says + from, sizeof(proof->says) - from, fmt, args);
}

bool proof_refuse(struct tx_proof *proof, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(proof, 0, fmt, args);
	va_end(args);
	return false;
}

void proof_say(struct tx_proof *proof, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(proof, 0, fmt, args);
	va_end(args);
}

void proof_add(struct tx_proof *proof, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(proof, strlen(proof->says), fmt, args);
	va_end(args);
}

/* Fixed fields hold every value of them. */
static void put_headers(struct tx_proof *proof, const struct reply *reply)
{
	size_t i = 0;

	if (reply->latest_ledger > 0)
		(void)snprintf(proof->headers[i++], sizeof(proof->headers[0]), "Latest-Ledger: %lld",
			       (long long)reply->latest_ledger);
	if (reply->rate_remaining >= 0)
		(void)snprintf(proof->headers[i++], sizeof(proof->headers[0]),
			       "X-Ratelimit-Remaining: %ld", reply->rate_remaining);
	if (reply->date != WHEN_NEVER) {
		char at[WHEN_TEXT];

		when_format(at, reply->date);
		(void)snprintf(proof->headers[i], sizeof(proof->headers[0]), "Date: %s", at);
	}
}

struct tx_proof *proof_new(struct inquiry *q, const struct inquiry_ask *ask,
			   const struct reply *reply)
{
	struct tx_proof *proof;
	bool answered = reply->kind == REPLY_ANSWER;

	q->proofs = mem_grow(q->proofs, &q->proof_cap, q->proof_count + 1, sizeof(*q->proofs));
	proof = &q->proofs[q->proof_count];
	q->lasting[q->proof_count++] = false;
	*proof = (struct tx_proof){ .at = reply->at, .took = reply->took,
				    .status = answered ? reply->status : 0 };
	(void)str_put(proof->endpoint, sizeof(proof->endpoint),
		      q->setup.endpoints[ask->endpoint].name);
	(void)str_put(proof->what, sizeof(proof->what), ask->what);
	if (answered) {
		put_headers(proof, reply);
		digest_sha256(proof->sha256, reply->body);
	}
	return proof;
}

void proof_keep(struct inquiry *q)
{
	q->lasting[q->proof_count - 1] = true;
}

void proof_forget(struct inquiry *q)
{
	size_t kept = 0;

	for (size_t i = 0; i < q->proof_count; i++) {
		if (!q->lasting[i])
			continue;
		q->proofs[kept] = q->proofs[i];
		q->lasting[kept++] = true;
	}
	q->proof_count = kept;
}
