/* fakechain_xdr.c: envelopes, results and entries of the network in memory. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "stellar/strkey.h"
#include "tests/lib/fakechain_inside.h"

void fake_u32(struct buf *out, uint32_t v)
{
	unsigned char b[4] = { (unsigned char)(v >> 24), (unsigned char)(v >> 16),
			       (unsigned char)(v >> 8), (unsigned char)v };

	buf_add(out, b, sizeof(b));
}

void fake_u64(struct buf *out, uint64_t v)
{
	fake_u32(out, (uint32_t)(v >> 32));
	fake_u32(out, (uint32_t)v);
}

void fake_key(struct buf *out, unsigned char source)
{
	unsigned char key[32];

	memset(key, source, sizeof(key));
	fake_u32(out, 0);
	buf_add(out, key, sizeof(key));
}

char *fake_base64(const struct buf *bytes)
{
	size_t size = bytes->len * 4 / 3 + 8;
	char *text = mem_new(size);

	if (!digest_base64(text, size, str_sub(buf_cstr(bytes), bytes->len)))
		abort();
	return text;
}

void fake_account(char out[ACCOUNT_TEXT], unsigned char source)
{
	unsigned char key[32];
	char text[STRKEY_TEXT];

	memset(key, source, sizeof(key));
	strkey_write(text, STRKEY_ACCOUNT, key, sizeof(key));
	(void)str_put(out, ACCOUNT_TEXT, text);
}

static void put_bounds(struct buf *out, bool present, uint64_t min, uint64_t max)
{
	fake_u32(out, present);
	if (!present)
		return;
	fake_u64(out, min);
	fake_u64(out, max);
}

static void put_conditions(struct buf *out, const struct fake_plan *plan)
{
	bool times = plan->min_time || plan->max_time;
	bool ledgers = plan->min_ledger || plan->max_ledger;

	if (!ledgers && plan->min_sequence == 0) {
		put_bounds(out, times, plan->min_time, plan->max_time);
		return;
	}
	fake_u32(out, 2);
	put_bounds(out, times, plan->min_time, plan->max_time);
	fake_u32(out, ledgers);
	if (ledgers) {
		fake_u32(out, plan->min_ledger);
		fake_u32(out, plan->max_ledger);
	}
	fake_u32(out, plan->min_sequence != 0);
	if (plan->min_sequence)
		fake_u64(out, (uint64_t)plan->min_sequence);
	fake_u64(out, 0);
	fake_u32(out, 0);
	fake_u32(out, 0);
}

static void put_operation(struct buf *out, const struct fake_plan *plan)
{
	fake_u32(out, 1);
	fake_u32(out, 0);
	if (plan->amount) {
		fake_u32(out, 1);
		fake_key(out, plan->destination);
		fake_u32(out, 0);
		fake_u64(out, (uint64_t)plan->amount * 10000000);
	} else {
		fake_u32(out, 11);
		fake_u64(out, (uint64_t)plan->sequence);
	}
}

/* Type and body, without the outer signatures. */
static void put_inner(struct buf *out, const struct fake_plan *plan)
{
	fake_u32(out, 2);
	fake_key(out, plan->source);
	fake_u32(out, 100);
	fake_u64(out, (uint64_t)plan->sequence);
	put_conditions(out, plan);
	fake_u32(out, 0);
	put_operation(out, plan);
	fake_u32(out, 0);
}

void fake_envelope(struct fake_envelope *out, const struct fake_plan *plan, const char *passphrase,
		   unsigned char wrapper)
{
	static struct envelope read;
	struct buf xdr = { 0 };
	struct str bytes;

	if (wrapper) {
		fake_u32(&xdr, 5);
		fake_key(&xdr, wrapper);
		fake_u64(&xdr, 4000);
	}
	put_inner(&xdr, plan);
	if (wrapper) {
		fake_u32(&xdr, 0);
		fake_u32(&xdr, 0);
	}
	fake_u32(&xdr, 0);
	bytes = str_sub(buf_cstr(&xdr), xdr.len);
	if (!envelope_read(bytes, &read, NULL))
		abort();
	envelope_hash(&read, bytes, passphrase, out->hash, out->inner);
	out->base64 = fake_base64(&xdr);
	buf_done(&xdr);
}

void fake_envelope_done(struct fake_envelope *envelope)
{
	mem_free(envelope->base64);
	envelope->base64 = NULL;
}

static void put_result(struct buf *out, const struct fake_tx *tx)
{
	fake_u64(out, 100);
	fake_u32(out, (uint32_t)tx->code);
	if (tx->code == 0 || tx->code == -1) {
		fake_u32(out, 1);
		fake_u32(out, 0);
		fake_u32(out, tx->pays ? 1 : 11);
		fake_u32(out, tx->code ? (uint32_t)-1 : 0);
	}
	fake_u32(out, 0);
}

static void put_hex(struct buf *out, const char *hex)
{
	for (size_t i = 0; i < 64; i += 2) {
		char pair[3] = { hex[i], hex[i + 1], '\0' };

		buf_char(out, (char)strtoul(pair, NULL, 16));
	}
}

char *fake_result(const struct fake_tx *tx)
{
	struct buf xdr = { 0 };
	char *text;

	if (tx->envelope.inner[0]) {
		fake_u64(&xdr, 200);
		fake_u32(&xdr, tx->code ? (uint32_t)-13 : 1);
		put_hex(&xdr, tx->envelope.inner);
	}
	put_result(&xdr, tx);
	if (tx->envelope.inner[0])
		fake_u32(&xdr, 0);
	text = fake_base64(&xdr);
	buf_done(&xdr);
	return text;
}

char *fake_entry(const struct fake_chain *chain, const struct fake_state *state)
{
	struct buf xdr = { 0 };
	char *text;

	fake_u32(&xdr, 0);
	fake_key(&xdr, chain->account);
	fake_u64(&xdr, 1000000000);
	fake_u64(&xdr, (uint64_t)state->sequence);
	for (int i = 0; i < 6; i++)	/* subentries, inflation, flags, domain, thresholds, signers */
		fake_u32(&xdr, 0);
	fake_u32(&xdr, 1);
	fake_u64(&xdr, 0);
	fake_u64(&xdr, 0);
	fake_u32(&xdr, 2);
	for (int i = 0; i < 3; i++)
		fake_u32(&xdr, 0);
	fake_u32(&xdr, 3);
	fake_u32(&xdr, 0);
	fake_u32(&xdr, (uint32_t)state->sequence_ledger);
	fake_u64(&xdr, (uint64_t)fake_close_of(chain, state->sequence_ledger));
	text = fake_base64(&xdr);
	buf_done(&xdr);
	return text;
}
