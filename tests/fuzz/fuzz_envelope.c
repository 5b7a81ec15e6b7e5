/*
 * Bytes of others as a transaction envelope. What is read is consistent with itself: the hash is of
 * the bytes before the signatures and of all of them, nothing can be added or left out, every name
 * is one that can be read again. What is not read says why, and leaves nothing behind.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "stellar/envelope.h"
#include "stellar/strkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char network[] = "Standalone Network ; February 2017";
static struct envelope envelope, other;
static char copy[64 * 1024];

static void expect_account(const char *text)
{
	struct strkey key;

	assert(strkey_read(str_of(text), &key, NULL));
	assert(key.kind == STRKEY_ACCOUNT || key.kind == STRKEY_MUXED);
}

static void expect_asset(const char *text)
{
	const char *colon = strchr(text, ':');

	assert(strcmp(text, "native") == 0 || (colon && colon > text));
	if (colon)
		expect_account(colon + 1);
}

static void expect_operation(const struct envelope_op *op)
{
	assert(op->type < OPERATION_COUNT && operation_name(op->type)[0]);
	if (op->source[0])
		expect_account(op->source);
	if (op->destination[0])
		expect_account(op->destination);
	assert(op->pays == (op->asset[0] != '\0'));
	if (op->pays)
		expect_asset(op->asset);
}

static void expect_sound(size_t size)
{
	struct strkey key;

	expect_account(envelope.source);
	assert(strkey_read(str_of(envelope.source_account), &key, NULL));
	assert(key.kind == STRKEY_ACCOUNT);
	assert(envelope.muxed == (envelope.source[0] == 'M'));
	assert((envelope.type == ENVELOPE_FEE_BUMP) == (envelope.fee_source[0] != '\0'));
	assert(envelope.memo.len <= MEMO_BYTES && envelope.op_count <= ENVELOPE_OPS);
	assert(envelope.hashed_end < size && envelope.inner_end <= envelope.hashed_end);
	assert(envelope.signer_count <= ENVELOPE_SIGNERS);
	for (size_t i = 0; i < envelope.op_count; i++)
		expect_operation(&envelope.ops[i]);
	(void)envelope_twin(&envelope, &envelope);
}

/* A bit that is flipped gives another transaction or none, but in a signature of the outermost. */
static void expect_bit_counts(struct str bytes, const char *hash)
{
	char again[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	size_t at = (unsigned char)hash[0] * (size_t)(unsigned char)hash[1] % bytes.len;

	if (bytes.len > sizeof(copy))
		return;
	memcpy(copy, bytes.p, bytes.len);
	copy[at] = (char)(copy[at] ^ 1);
	if (!envelope_read(str_sub(copy, bytes.len), &other, NULL))
		return;
	envelope_hash(&other, str_sub(copy, bytes.len), network, again, inner);
	assert((strcmp(hash, again) == 0) == (at >= envelope.hashed_end));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_sub((const char *)data, size);
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct err err = { 0 };

	if (!envelope_read(bytes, &envelope, &err)) {
		assert(err.text[0] && envelope.op_count == 0 && !envelope.source[0]);
		return 0;
	}
	expect_sound(size);
	assert(!envelope_read(str_sub(bytes.p, size - 4), &other, NULL));
	envelope_hash(&envelope, bytes, network, hash, inner);
	assert(strlen(hash) == TX_HASH_TEXT - 1);
	assert((strlen(inner) == TX_HASH_TEXT - 1) == (envelope.type == ENVELOPE_FEE_BUMP));
	assert(strcmp(hash, inner) != 0);
	expect_bit_counts(bytes, hash);
	return 0;
}
