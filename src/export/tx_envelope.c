#include "export/tx_envelope.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/outside.h"
#include "base/utf8.h"
#include "base/when.h"

static const char *const type_words[] = {
	[ENVELOPE_V0] = "v0", [ENVELOPE_V1] = "v1", [ENVELOPE_FEE_BUMP] = "fee_bump",
};

enum { STROOPS = 10000000, AMOUNT_TEXT = 32, HEX_TEXT = 2 * MEMO_BYTES + 1 };

/* Numbers of 64 bits are texts: few readers of JSON keep them whole. */
static json_t *json_of_i64(int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	return json_string(text);
}

static json_t *json_of_u64(uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return json_string(text);
}

static json_t *json_of_text(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static void put_hex(char out[HEX_TEXT], const struct memo *memo)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < memo->len; i++) {
		out[2 * i] = digits[memo->bytes[i] >> 4];
		out[2 * i + 1] = digits[memo->bytes[i] & 15];
	}
	out[2 * memo->len] = '\0';
}

static void set_memo(json_t *root, const struct memo *memo)
{
	json_t *object = json_object(), *value = NULL;
	char hex[HEX_TEXT];

	put_hex(hex, memo);
	json_object_set_new(object, "type", json_string(memo_type_name(memo->type)));
	switch (memo->type) {
	case MEMO_NONE:
		break;
	case MEMO_TEXT:		/* NULL when it is no UTF-8 */
		value = json_stringn((const char *)memo->bytes, memo->len);
		break;
	case MEMO_ID:
		value = json_of_u64(memo->id);
		break;
	case MEMO_HASH:
	case MEMO_RETURN:
		value = json_string(hex);
		break;
	}
	if (memo->type == MEMO_TEXT && !value)
		json_object_set_new(object, "bytes", json_string(hex));
	json_object_set_new(object, "value", value ? value : json_null());
	json_object_set_new(root, "memo", object);
}

static void set_bounds(json_t *root, const struct envelope *tx)
{
	bool v2 = tx->has_ledger_bounds || tx->has_min_sequence || tx->min_sequence_age > 0 ||
		  tx->min_sequence_gap > 0 || tx->signer_count > 0;
	json_t *signers = json_array();

	json_object_set_new(root, "min_time",
			    tx->has_time_bounds ? json_of_u64(tx->min_time) : json_null());
	json_object_set_new(root, "max_time",
			    tx->has_time_bounds ? json_of_u64(tx->max_time) : json_null());
	json_object_set_new(root, "min_ledger",
			    tx->has_ledger_bounds ? json_integer(tx->min_ledger) : json_null());
	json_object_set_new(root, "max_ledger",
			    tx->has_ledger_bounds ? json_integer(tx->max_ledger) : json_null());
	json_object_set_new(root, "min_seq_num",
			    tx->has_min_sequence ? json_of_i64(tx->min_sequence) : json_null());
	json_object_set_new(root, "min_seq_age",
			    v2 ? json_of_u64(tx->min_sequence_age) : json_null());
	json_object_set_new(root, "min_seq_ledger_gap",
			    v2 ? json_integer(tx->min_sequence_gap) : json_null());
	for (size_t i = 0; i < tx->signer_count; i++)
		json_array_append_new(signers, json_string(tx->signers[i].text));
	json_object_set_new(root, "extra_signers", signers);
}

static void set_operations(json_t *root, const struct envelope *tx)
{
	json_t *list = json_array();

	for (size_t i = 0; i < tx->op_count; i++) {
		const struct envelope_op *op = &tx->ops[i];
		json_t *object = json_object();

		json_object_set_new(object, "type", json_string(operation_name(op->type)));
		json_object_set_new(object, "source", json_of_text(op->source));
		if (op->pays) {
			json_object_set_new(object, "destination", json_string(op->destination));
			json_object_set_new(object, "asset", json_string(op->asset));
			json_object_set_new(object, "amount", json_of_i64(op->amount));
		}
		json_array_append_new(list, object);
	}
	json_object_set_new(root, "operations", list);
}

static int add_to(const char *bytes, size_t len, void *out)
{
	return buf_add(out, bytes, len) ? 0 : -1;
}

void tx_envelope_json(const struct tx_envelope *in, struct buf *out)
{
	const struct envelope *tx = in->envelope;
	bool bump = tx->type == ENVELOPE_FEE_BUMP;
	json_t *root = json_object();

	json_object_set_new(root, "type", json_string(type_words[tx->type]));
	json_object_set_new(root, "hash", json_string(in->hash));
	json_object_set_new(root, "inner_hash", json_of_text(in->inner_hash));
	json_object_set_new(root, "source", json_string(tx->source));
	json_object_set_new(root, "source_account", json_string(tx->source_account));
	json_object_set_new(root, "mux_id", tx->muxed ? json_of_u64(tx->mux_id) : json_null());
	json_object_set_new(root, "fee", json_of_i64(tx->fee));
	json_object_set_new(root, "fee_source", json_of_text(tx->fee_source));
	json_object_set_new(root, "inner_fee", bump ? json_of_i64(tx->inner_fee) : json_null());
	json_object_set_new(root, "sequence", json_of_i64(tx->sequence));
	set_bounds(root, tx);
	set_memo(root, &tx->memo);
	set_operations(root, tx);
	json_object_set_new(root, "signatures", json_integer((json_int_t)tx->signature_count));
	json_object_set_new(root, "outer_signatures", bump ?
			    json_integer((json_int_t)tx->outer_signature_count) : json_null());
	json_dump_callback(root, add_to, out, JSON_COMPACT | JSON_ENSURE_ASCII);
	buf_char(out, '\n');
	json_decref(root);
}

static void put(struct buf *out, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void put(struct buf *out, const char *name, const char *fmt, ...)
{
	va_list args;

	buf_fmt(out, "%-14s ", name);
	va_start(args, fmt);
	buf_vfmt(out, fmt, args);
	va_end(args);
	buf_char(out, '\n');
}

/* The instant beside the number, where the number is one that a calendar knows. */
static void put_instant(struct buf *out, const char *name, uint64_t seconds)
{
	char text[WHEN_TEXT];

	if (seconds == 0 || seconds > (uint64_t)(INT64_MAX / WHEN_SECOND)) {
		put(out, name, "%" PRIu64 "%s", seconds, seconds ? "" : " (no bound)");
		return;
	}
	when_format(text, (msec)seconds * WHEN_SECOND);
	put(out, name, "%" PRIu64 " (%s)", seconds, text);
}

static void put_ledger(struct buf *out, const char *name, uint32_t ledger)
{
	put(out, name, "%" PRIu32 "%s", ledger, ledger ? "" : " (no bound)");
}

static void put_bounds(struct buf *out, const struct envelope *tx)
{
	if (tx->has_time_bounds) {
		put_instant(out, "not before", tx->min_time);
		put_instant(out, "not after", tx->max_time);
	} else {
		put(out, "time bounds", "none: it never expires by time");
	}
	if (tx->has_ledger_bounds) {
		put_ledger(out, "from ledger", tx->min_ledger);
		put_ledger(out, "before ledger", tx->max_ledger);
	}
	if (tx->has_min_sequence)
		put(out, "min sequence", "%" PRId64, tx->min_sequence);
	if (tx->min_sequence_age > 0)
		put(out, "sequence age", "%" PRIu64 " s at least", tx->min_sequence_age);
	if (tx->min_sequence_gap > 0)
		put(out, "sequence gap", "%" PRIu32 " ledgers at least", tx->min_sequence_gap);
	for (size_t i = 0; i < tx->signer_count; i++)
		put(out, "extra signer", "%s", tx->signers[i].text);
}

static void put_memo(struct buf *out, const struct memo *memo)
{
	char hex[HEX_TEXT], text[4 * MEMO_BYTES];

	put_hex(hex, memo);
	switch (memo->type) {
	case MEMO_NONE:
		put(out, "memo", "none");
		break;
	case MEMO_TEXT:
		outside_put(text, sizeof(text), str_sub((const char *)memo->bytes, memo->len));
		put(out, "memo", "text \"%s\"", text);
		break;
	case MEMO_ID:
		put(out, "memo", "id %" PRIu64, memo->id);
		break;
	case MEMO_HASH:
	case MEMO_RETURN:
		put(out, "memo", "%s %s", memo_type_name(memo->type), hex);
		break;
	}
}

/* Stroops as the units that people name; all seven digits only where they are needed. */
static void amount_text(char out[AMOUNT_TEXT], int64_t stroops)
{
	uint64_t value = stroops < 0 ? 0 - (uint64_t)stroops : (uint64_t)stroops;
	int len = snprintf(out, AMOUNT_TEXT, "%s%" PRIu64 ".%07" PRIu64, stroops < 0 ? "-" : "",
			   value / STROOPS, value % STROOPS);

	while (out[len - 1] == '0')
		out[--len] = '\0';
	if (out[len - 1] == '.')
		out[--len] = '\0';
}

static void put_operation(struct buf *out, size_t n, const struct envelope_op *op)
{
	char name[32], amount[AMOUNT_TEXT];
	struct buf line = { 0 };

	snprintf(name, sizeof(name), "operation %zu", n);
	buf_text(&line, operation_name(op->type));
	if (op->pays) {
		amount_text(amount, op->amount);
		buf_fmt(&line, " %s %s to %s", amount, op->asset, op->destination);
	}
	if (op->source[0])
		buf_fmt(&line, ", from %s", op->source);
	put(out, name, "%s", buf_cstr(&line));
	buf_done(&line);
}

void tx_envelope_text(const struct tx_envelope *in, struct buf *out)
{
	const struct envelope *tx = in->envelope;

	put(out, "hash", "%s", in->hash);
	if (in->inner_hash[0])
		put(out, "inner hash", "%s", in->inner_hash);
	put(out, "network", "%s", in->passphrase);
	put(out, "type", "%s%s", type_words[tx->type], tx->soroban ? ", Soroban" : "");
	put(out, "source", "%s", tx->source);
	if (tx->muxed)
		put(out, "its account", "%s (id %" PRIu64 ")", tx->source_account, tx->mux_id);
	put(out, "sequence", "%" PRId64, tx->sequence);
	put(out, "max fee", "%" PRId64 " stroops", tx->fee);
	if (tx->fee_source[0])
		put(out, "paid by", "%s (inner maximum %" PRId64 ")", tx->fee_source,
		    tx->inner_fee);
	put_bounds(out, tx);
	put_memo(out, &tx->memo);
	for (size_t i = 0; i < tx->op_count; i++)
		put_operation(out, i + 1, &tx->ops[i]);
	put(out, "signatures", "%zu", tx->signature_count);
	if (tx->type == ENVELOPE_FEE_BUMP)
		put(out, "outer ones", "%zu", tx->outer_signature_count);
}
