/*
 * Whole envelopes: our own, those of the official SDKs' own tests where they are, and bad ones made
 * of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "stellar/envelope.h"
#include "tests/lib/expected.h"

static struct envelope envelope;

static void expect_text(const json_t *vector, const char *key, const char *is)
{
	const json_t *want = json_object_get(vector, key);
	const char *text = json_is_string(want) ? json_string_value(want) : "";

	if (strcmp(text, is) != 0)
		fail_msg("%s: %s is \"%s\", not \"%s\"", json_text_at(vector, "id", ""), key, is, text);
}

static void expect_member(const json_t *vector, const char *key, const char *is)
{
	const json_t *want = json_object_get(vector, key);
	char wanted[32] = "absent";

	if (json_is_string(want))
		(void)str_put(wanted, sizeof(wanted), json_string_value(want));
	else if (json_is_integer(want))
		(void)snprintf(wanted, sizeof(wanted), "%" PRId64,
			       (int64_t)json_integer_value(want));
	if (strcmp(is, wanted) != 0)
		fail_msg("%s: %s is %s, not %s", json_text_at(vector, "id", ""), key, is, wanted);
}

static void expect_number(const json_t *vector, const char *key, bool has, uint64_t is)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRIu64, is);
	expect_member(vector, key, has ? text : "absent");
}

static void expect_signed(const json_t *vector, const char *key, bool has, int64_t is)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRId64, is);
	expect_member(vector, key, has ? text : "absent");
}

static void put_hex(char *out, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

/* A text of other bytes than UTF-8 has them as \xHH there. */
static size_t unescape(unsigned char *out, const char *text)
{
	size_t len = 0;

	while (*text && len < MEMO_BYTES) {
		unsigned byte = (unsigned char)*text;

		if (text[0] == '\\' && text[1] == 'x' && sscanf(text + 2, "%2x", &byte) == 1)
			text += 3;
		out[len++] = (unsigned char)byte;
		text++;
	}
	return len;
}

static void expect_memo(const json_t *vector)
{
	static const char *const names[] = {
		[MEMO_NONE] = "MEMO_NONE", [MEMO_TEXT] = "MEMO_TEXT", [MEMO_ID] = "MEMO_ID",
		[MEMO_HASH] = "MEMO_HASH", [MEMO_RETURN] = "MEMO_RETURN",
	};
	const struct memo *memo = &envelope.memo;
	const json_t *pair = json_object_get(vector, "memo"), *value = json_array_get(pair, 1);
	unsigned char bytes[MEMO_BYTES];
	char hex[2 * MEMO_BYTES + 1] = "", text[32];

	assert_string_equal(json_string_value(json_array_get(pair, 0)), names[memo->type]);
	put_hex(hex, memo->bytes, memo->len);
	(void)snprintf(text, sizeof(text), "%" PRIu64, memo->id);
	if (memo->type == MEMO_TEXT) {
		assert_int_equal(unescape(bytes, json_string_value(value)), memo->len);
		assert_memory_equal(bytes, memo->bytes, memo->len);
	} else if (memo->type == MEMO_ID && json_is_string(value)) {
		assert_string_equal(json_string_value(value), text);
	} else if (memo->type == MEMO_ID) {
		assert_true((uint64_t)json_integer_value(value) == memo->id);
	} else if (memo->type != MEMO_NONE) {
		assert_string_equal(json_string_value(value), hex);
	}
}

static void expect_operations(const json_t *vector)
{
	const json_t *names = json_object_get(vector, "ops");

	assert_int_equal(json_array_size(names), envelope.op_count);
	for (size_t i = 0; i < envelope.op_count; i++)
		assert_string_equal(json_string_value(json_array_get(names, i)),
				    operation_name(envelope.ops[i].type));
}

static void expect_preconditions(const json_t *vector)
{
	const json_t *signers = json_object_get(vector, "extra_signers");

	expect_number(vector, "min_ledger", envelope.has_ledger_bounds, envelope.min_ledger);
	expect_number(vector, "max_ledger", envelope.has_ledger_bounds, envelope.max_ledger);
	expect_signed(vector, "min_seq_num", envelope.has_min_sequence, envelope.min_sequence);
	expect_number(vector, "min_seq_age", true, envelope.min_sequence_age);
	expect_number(vector, "min_seq_ledger_gap", true, envelope.min_sequence_gap);
	assert_int_equal(json_array_size(signers), envelope.signer_count);
	for (size_t i = 0; i < envelope.signer_count; i++)
		assert_string_equal(json_string_value(json_array_get(signers, i)),
				    envelope.signers[i].text);
}

static void expect_vector(void *arg, const json_t *vector)
{
	static const char *const types[] = {
		[ENVELOPE_V0] = "v0", [ENVELOPE_V1] = "v1", [ENVELOPE_FEE_BUMP] = "fee_bump",
	};
	const char *text = json_text_at(vector, "envelope", "");
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct err err = { 0 };
	struct buf room = { 0 };
	struct str bytes = vectors_bytes(&room, text);

	(void)arg;
	if (!envelope_read(bytes, &envelope, &err))
		fail_msg("%s: %s", json_text_at(vector, "id", ""), err.text);
	assert_true(envelope_read_base64(str_of(text), &envelope, NULL));
	envelope_hash(&envelope, bytes, json_text_at(vector, "passphrase", ""), hash, inner);
	expect_text(vector, "type", types[envelope.type]);
	expect_text(vector, "hash", hash);
	expect_text(vector, "inner_hash", inner);
	expect_text(vector, "source", envelope.source);
	expect_text(vector, "source_account", envelope.source_account);
	expect_number(vector, "mux_id", envelope.muxed, envelope.mux_id);
	expect_signed(vector, "fee", true,
		      envelope.type == ENVELOPE_FEE_BUMP ? envelope.inner_fee : envelope.fee);
	expect_signed(vector, "seq", true, envelope.sequence);
	expect_number(vector, "min_time", envelope.has_time_bounds, envelope.min_time);
	expect_number(vector, "max_time", envelope.has_time_bounds, envelope.max_time);
	expect_memo(vector);
	expect_operations(vector);
	assert_int_equal(json_is_true(json_object_get(vector, "soroban")), envelope.soroban);
	expect_text(vector, "fee_source", envelope.fee_source);
	expect_signed(vector, "outer_fee", envelope.type == ENVELOPE_FEE_BUMP, envelope.fee);
	expect_number(vector, "sigs", true, envelope.signature_count);
	if (json_object_get(vector, "min_seq_age"))
		expect_preconditions(vector);
	buf_done(&room);
}

static void every_vector_decodes_and_hashes_right(void **state)
{
	size_t count = vectors_shared("vectors.jsonl", expect_vector, NULL);

	(void)state;
	assert_true(count == 0 || count >= 150);
}

static void expect_refusal(void *arg, const json_t *vector)
{
	struct err err = { 0 };

	(void)arg;
	assert_false(envelope_read_base64(str_of(json_text_at(vector, "envelope", "")), &envelope,
					  &err));
	if (!str_starts(str_of(err.text), "transaction envelope: ") || !strstr(err.text, "byte "))
		fail_msg("%s: %s", json_text_at(vector, "name", ""), err.text);
	assert_int_equal(envelope.op_count, 0);
	assert_string_equal(envelope.source, "");
}

static void every_bad_envelope_is_refused_with_its_byte(void **state)
{
	size_t count = vectors_shared("bad_envelopes.jsonl", expect_refusal, NULL);

	(void)state;
	assert_true(count == 0 || count >= 24);
}

/* One of every kind of operation, and of everything else that is special (tests/differential). */
static void our_own_envelopes_results_and_entries_are_read(void **state)
{
	(void)state;
	assert_true(vectors_own("envelopes.jsonl", expected_same, NULL) >= 50);
	assert_true(vectors_own("results.jsonl", expected_same, NULL) >= 40);
	assert_true(vectors_own("entries.jsonl", expected_same, NULL) >= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_envelopes_results_and_entries_are_read),
		cmocka_unit_test(every_vector_decodes_and_hashes_right),
		cmocka_unit_test(every_bad_envelope_is_refused_with_its_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
