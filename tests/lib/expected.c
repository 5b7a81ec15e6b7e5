#include "tests/lib/expected.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "stellar/entry.h"
#include "stellar/envelope.h"
#include "stellar/result.h"

enum { NUMBER_TEXT = 24 };

static struct envelope envelope;
static struct tx_result result;

static const char *id_of(const json_t *vector)
{
	return json_text_at(vector, "id", "");
}

/* NULL stands for null. */
static void same_text(const json_t *vector, const char *key, const char *is)
{
	const json_t *want = json_object_get(vector, key);
	const char *text = json_string_value(want);

	if (!want || (text == NULL) != (is == NULL) || (text && strcmp(text, is) != 0))
		fail_msg("%s: %s is %s, not %s", id_of(vector), key, is ? is : "null",
			 text ? text : "null");
}

static const char *none_if(bool has, const char *text)
{
	return has ? text : NULL;
}

static void same_signed(const json_t *vector, const char *key, bool has, int64_t is)
{
	char text[NUMBER_TEXT];

	(void)snprintf(text, sizeof(text), "%" PRId64, is);
	same_text(vector, key, none_if(has, text));
}

static void same_unsigned(const json_t *vector, const char *key, bool has, uint64_t is)
{
	char text[NUMBER_TEXT];

	(void)snprintf(text, sizeof(text), "%" PRIu64, is);
	same_text(vector, key, none_if(has, text));
}

static void same_count(const json_t *vector, const char *key, size_t is)
{
	const json_t *want = json_object_get(vector, key);
	size_t count = json_is_array(want) ? json_array_size(want) :
					     (size_t)json_integer_value(want);

	if (!want || count != is)
		fail_msg("%s: %s: %zu, not %zu", id_of(vector), key, is, count);
}

static void same_preconditions(const json_t *vector)
{
	const json_t *signers = json_object_get(vector, "signers");

	same_unsigned(vector, "min_time", envelope.has_time_bounds, envelope.min_time);
	same_unsigned(vector, "max_time", envelope.has_time_bounds, envelope.max_time);
	same_unsigned(vector, "min_ledger", envelope.has_ledger_bounds, envelope.min_ledger);
	same_unsigned(vector, "max_ledger", envelope.has_ledger_bounds, envelope.max_ledger);
	same_signed(vector, "min_sequence", envelope.has_min_sequence, envelope.min_sequence);
	same_unsigned(vector, "min_sequence_age", true, envelope.min_sequence_age);
	same_unsigned(vector, "min_sequence_gap", true, envelope.min_sequence_gap);
	same_count(vector, "signers", envelope.signer_count);
	for (size_t i = 0; i < envelope.signer_count; i++)
		assert_string_equal(envelope.signers[i].text,
				    json_string_value(json_array_get(signers, i)));
}

/* Its kind, then its text, number or bytes: a text of any bytes as hex. */
static void same_memo(const json_t *vector)
{
	const struct memo *memo = &envelope.memo;
	const json_t *want = json_object_get(vector, "memo");
	char text[2 * MEMO_BYTES + 1] = "";

	for (size_t i = 0; i < memo->len; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", memo->bytes[i]);
	if (memo->type == MEMO_ID)
		(void)snprintf(text, sizeof(text), "%" PRIu64, memo->id);
	assert_string_equal(memo_type_name(memo->type), json_string_value(json_array_get(want, 0)));
	assert_string_equal(text, json_string_value(json_array_get(want, 1)));
}

static void same_operation(const json_t *want, const struct envelope_op *op)
{
	bool pays = *json_text_at(want, "asset", "") != '\0';

	assert_int_equal(json_integer_value(json_object_get(want, "number")), op->type);
	assert_int_equal(pays, op->pays);
	same_text(want, "source", op->source);
	same_text(want, "destination", op->destination);
	same_text(want, "asset", op->asset);
	same_signed(want, "amount", true, op->amount);
}

/* What is signed ends where the signatures begin, so a shorter one must be refused, and one more
 * word, too. */
static void same_length_only(struct str bytes)
{
	struct buf longer = { 0 };

	assert_false(envelope_read(str_sub(bytes.p, bytes.len - 4), &envelope, NULL));
	(void)buf_add(&longer, bytes.p, bytes.len);
	(void)buf_add(&longer, "\0\0\0", 4);
	assert_false(envelope_read(str_sub(longer.data, longer.len), &envelope, NULL));
	buf_done(&longer);
}

static void same_envelope(const json_t *vector)
{
	static const char *const types[] = {
		[ENVELOPE_V0] = "v0", [ENVELOPE_V1] = "v1", [ENVELOPE_FEE_BUMP] = "fee_bump",
	};
	const json_t *ops = json_object_get(vector, "operations");
	char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
	struct buf room = { 0 };
	struct str bytes = vectors_bytes(&room, json_text_at(vector, "envelope", ""));
	struct err err = { 0 };
	bool bump;

	if (!envelope_read(bytes, &envelope, &err))
		fail_msg("%s: %s", id_of(vector), err.text);
	bump = envelope.type == ENVELOPE_FEE_BUMP;
	envelope_hash(&envelope, bytes, json_text_at(vector, "passphrase", ""), hash, inner);
	same_text(vector, "type", types[envelope.type]);
	same_text(vector, "hash", hash);
	same_text(vector, "inner_hash", none_if(bump, inner));
	same_text(vector, "source", envelope.source);
	same_text(vector, "source_account", envelope.source_account);
	same_unsigned(vector, "mux_id", envelope.muxed, envelope.mux_id);
	same_signed(vector, "fee", true, envelope.fee);
	same_signed(vector, "inner_fee", bump, envelope.inner_fee);
	same_text(vector, "fee_source", none_if(bump, envelope.fee_source));
	same_signed(vector, "sequence", true, envelope.sequence);
	same_preconditions(vector);
	same_memo(vector);
	same_count(vector, "operations", envelope.op_count);
	for (size_t i = 0; i < envelope.op_count; i++)
		same_operation(json_array_get(ops, i), &envelope.ops[i]);
	assert_int_equal(json_is_true(json_object_get(vector, "soroban")), envelope.soroban);
	same_count(vector, "signatures", envelope.signature_count);
	same_count(vector, "outer_signatures", envelope.outer_signature_count);
	same_length_only(bytes);
	buf_done(&room);
}

/* Changed bytes: both take them, or both refuse. */
static void same_fate(const json_t *vector)
{
	struct err err = { 0 };
	bool taken = envelope_read_base64(str_of(json_text_at(vector, "envelope", "")), &envelope,
					  &err);

	if (taken != json_is_true(json_object_get(vector, "taken")))
		fail_msg("%s: %s", id_of(vector), taken ? "taken here only" : err.text);
}

static int64_t number_at(const json_t *list, size_t i)
{
	return json_integer_value(json_array_get(list, i));
}

static void same_result(const json_t *vector)
{
	const json_t *ops = json_object_get(vector, "ops");
	struct err err = { 0 };

	if (!result_read_base64(str_of(json_text_at(vector, "result", "")), &result, &err))
		fail_msg("%s: %s", id_of(vector), err.text);
	same_signed(vector, "fee_charged", true, result.fee_charged);
	assert_int_equal(json_integer_value(json_object_get(vector, "code")), result.code);
	assert_int_equal(json_is_null(json_object_get(vector, "inner_code")), !result.fee_bump);
	assert_int_equal(json_integer_value(json_object_get(vector, "inner_code")),
			 result.inner_code);
	same_text(vector, "inner_hash", none_if(result.fee_bump, result.inner_hash));
	same_signed(vector, "inner_fee_charged", result.fee_bump, result.inner_fee_charged);
	same_count(vector, "ops", result.op_count);
	for (size_t i = 0; i < result.op_count; i++) {
		const json_t *op = json_array_get(ops, i);

		assert_int_equal(number_at(op, 0), result.ops[i].code);
		assert_int_equal(number_at(op, 1), result.ops[i].type);
		assert_int_equal(number_at(op, 2), result.ops[i].inner);
	}
}

static void same_entry(const json_t *vector)
{
	struct account_entry entry;
	char key[ENTRY_KEY_TEXT];
	struct err err = { 0 };

	if (!entry_read_account_base64(str_of(json_text_at(vector, "entry", "")), &entry, &err))
		fail_msg("%s: %s", id_of(vector), err.text);
	same_text(vector, "account", entry.account);
	same_signed(vector, "balance", true, entry.balance);
	same_signed(vector, "sequence", true, entry.sequence);
	same_unsigned(vector, "sequence_ledger", entry.has_sequence_at, entry.sequence_ledger);
	same_unsigned(vector, "sequence_time", entry.has_sequence_at, entry.sequence_time);
	assert_true(entry_account_key(key, entry.account, NULL));
	same_text(vector, "key", key);
}

void expected_same(void *arg, const json_t *vector)
{
	static const struct {
		const char *kind;
		void (*same)(const json_t *vector);
	} kinds[] = {
		{ "envelope", same_envelope }, { "bent", same_fate }, { "result", same_result },
		{ "entry", same_entry },
	};
	const char *kind = json_text_at(vector, "kind", "");

	(void)arg;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].kind, kind) == 0) {
			kinds[i].same(vector);
			return;
		}
	fail_msg("%s: of no kind that is known: %s", id_of(vector), kind);
}
