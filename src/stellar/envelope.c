#include "stellar/envelope.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "stellar/base64.h"
#include "stellar/skip.h"
#include "stellar/strkey.h"

enum { KEY = 32, PAYLOAD = 64, MEMO_TEXT_BYTES = 28, UNIT = 4,
       KEY_MUXED = 0x100, TAG_V0 = 0, TAG_V1 = 2, TAG_FEE_BUMP = 5 };

/* What is being read, for the sentence about what is wrong in it. */
struct reader {
	struct xdr in;
	struct envelope *out;
	const char *part;
	size_t op;		/* from 1; 0: in none */
};

static void begin(struct reader *r, const char *part)
{
	if (xdr_ok(&r->in))
		r->part = part;
}

static const char *const operations[] = {
#define X(sym) [OPERATION_##sym] = #sym,
	OPERATIONS(X)
#undef X
};
_Static_assert(ARRAY_LEN(operations) == OPERATION_COUNT, "every operation has a name");

static const char *const memos[] = {
	[MEMO_NONE] = "none", [MEMO_TEXT] = "text", [MEMO_ID] = "id", [MEMO_HASH] = "hash",
	[MEMO_RETURN] = "return",
};

const char *operation_name(enum operation type)
{
	return operations[type];
}

const char *memo_type_name(enum memo_type type)
{
	return memos[type];
}

static void put_key(char *out, size_t size, enum strkey_kind kind, struct str payload)
{
	char text[STRKEY_TEXT] = "";

	if (payload.len > 0)
		strkey_write(text, kind, (const unsigned char *)payload.p, payload.len);
	(void)str_put(out, size, text);
}

/* As written, and if asked for its G... and its id, which stands before the key here and behind it
 * in an M... True when it is muxed. */
static bool read_account(struct xdr *in, char text[ACCOUNT_TEXT], char *key, uint64_t *id)
{
	size_t at = in->at;
	uint32_t type = xdr_u32(in);
	char payload[KEY + sizeof(uint64_t)];
	struct str head, bytes;

	if (type != 0 && type != KEY_MUXED)
		(void)xdr_fail(in, at, "no known kind of account");
	head = type == 0 ? str_of("") : xdr_fixed(in, sizeof(uint64_t));
	bytes = xdr_fixed(in, KEY);
	if (!xdr_ok(in))
		return false;
	memcpy(payload, bytes.p, bytes.len);
	memcpy(payload + bytes.len, head.p, head.len);
	put_key(text, ACCOUNT_TEXT, type == 0 ? STRKEY_ACCOUNT : STRKEY_MUXED,
		str_sub(payload, bytes.len + head.len));
	if (key && type == 0)
		memcpy(key, text, ACCOUNT_TEXT);
	else if (key)
		put_key(key, ACCOUNT_TEXT, STRKEY_ACCOUNT, bytes);
	for (size_t i = 0; id && i < head.len; i++)
		*id = *id << 8 | (unsigned char)head.p[i];
	return type != 0;
}

static void read_source(struct reader *r)
{
	struct envelope *out = r->out;

	begin(r, "source account");
	out->muxed = read_account(&r->in, out->source, out->source_account, &out->mux_id);
}

/* The old form knows no other kind of account, and writes none. */
static void read_source_v0(struct reader *r)
{
	begin(r, "source account");
	put_key(r->out->source, sizeof(r->out->source), STRKEY_ACCOUNT, xdr_fixed(&r->in, KEY));
	memcpy(r->out->source_account, r->out->source, sizeof(r->out->source));
}

static void read_time_bounds(struct reader *r)
{
	r->out->has_time_bounds = true;
	r->out->min_time = xdr_u64(&r->in);
	r->out->max_time = xdr_u64(&r->in);
}

static void read_signer(struct xdr *in, struct envelope_signer *out)
{
	static const enum strkey_kind kinds[] = {
		STRKEY_ACCOUNT, STRKEY_PRE_AUTH, STRKEY_HASH_X, STRKEY_SIGNED_PAYLOAD,
	};
	size_t at = in->at, from;
	uint32_t type = xdr_u32(in);

	if (type >= ARRAY_LEN(kinds)) {
		(void)xdr_fail(in, at, "no known kind of signer");
		return;
	}
	from = in->at;
	(void)xdr_fixed(in, KEY);
	if (kinds[type] == STRKEY_SIGNED_PAYLOAD)
		(void)xdr_opaque(in, PAYLOAD);
	if (xdr_ok(in))
		put_key(out->text, sizeof(out->text), kinds[type],
			str_sub((const char *)in->bytes + from, in->at - from));
}

static void read_preconditions_v2(struct reader *r)
{
	struct envelope *out = r->out;
	struct xdr *in = &r->in;

	if (xdr_bool(in))
		read_time_bounds(r);
	out->has_ledger_bounds = xdr_bool(in);
	if (out->has_ledger_bounds) {
		out->min_ledger = xdr_u32(in);
		out->max_ledger = xdr_u32(in);
	}
	out->has_min_sequence = xdr_bool(in);
	if (out->has_min_sequence)
		out->min_sequence = xdr_i64(in);
	out->min_sequence_age = xdr_u64(in);
	out->min_sequence_gap = xdr_u32(in);
	out->signer_count = xdr_count(in, ENVELOPE_SIGNERS);
	for (size_t i = 0; i < out->signer_count; i++)
		read_signer(in, &out->signers[i]);
}

static void read_preconditions(struct reader *r)
{
	size_t at = r->in.at;
	uint32_t type;

	begin(r, "preconditions");
	type = xdr_u32(&r->in);
	if (type == 1)
		read_time_bounds(r);
	else if (type == 2)
		read_preconditions_v2(r);
	else if (type != 0)
		(void)xdr_fail(&r->in, at, "no known kind of preconditions");
}

static void read_memo(struct reader *r)
{
	struct memo *memo = &r->out->memo;
	size_t at = r->in.at;
	uint32_t type;
	struct str bytes = { 0 };

	begin(r, "memo");
	type = xdr_u32(&r->in);
	if (type >= ARRAY_LEN(memos))
		(void)xdr_fail(&r->in, at, "no known kind of memo");
	else if (type == MEMO_ID)
		memo->id = xdr_u64(&r->in);
	else if (type != MEMO_NONE)
		bytes = type == MEMO_TEXT ? xdr_opaque(&r->in, MEMO_TEXT_BYTES) :
					    xdr_fixed(&r->in, KEY);
	if (!xdr_ok(&r->in))
		return;
	memo->type = (enum memo_type)type;
	memo->len = bytes.len;
	if (bytes.len > 0)
		memcpy(memo->bytes, bytes.p, bytes.len);
}

/* An asset of the network has 1 to 4 or 5 to 12 letters and digits, then zeros; nothing else is one
 * that exists, and its bytes are shown as they are. Its length, 0: none. */
static size_t code_length(struct str code)
{
	size_t len = 0;

	while (len < code.len && ((code.p[len] >= '0' && code.p[len] <= '9') ||
				  (code.p[len] >= 'A' && code.p[len] <= 'Z') ||
				  (code.p[len] >= 'a' && code.p[len] <= 'z')))
		len++;
	for (size_t i = len; i < code.len; i++)
		if (code.p[i] != '\0')
			return 0;
	return code.len > UNIT && len <= UNIT ? 0 : len;
}

/* The bytes are known to be sound, here and in all that read_payment() calls. */
static void read_asset(struct xdr *in, char out[ASSET_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	uint32_t type = xdr_u32(in);
	char issuer[ACCOUNT_TEXT] = "";
	size_t at = 0, len;
	struct str code;

	if (type == 0) {
		(void)str_put(out, ASSET_TEXT, "native");
		return;
	}
	code = xdr_fixed(in, type == 1 ? UNIT : 3 * UNIT);
	(void)read_account(in, issuer, NULL, NULL);
	len = code_length(code);
	if (len > 0) {
		memcpy(out, code.p, len);
		at = len;
	} else {
		out[at++] = '#';
		for (size_t i = 0; i < code.len; i++) {
			out[at++] = hex[(unsigned char)code.p[i] >> 4];
			out[at++] = hex[code.p[i] & 15];
		}
	}
	out[at++] = ':';
	(void)str_put(out + at, ASSET_TEXT - at, issuer);
}

static void read_create_account(struct xdr *in, struct envelope_op *op)
{
	(void)read_account(in, op->destination, NULL, NULL);
	(void)str_put(op->asset, sizeof(op->asset), "native");
	op->amount = xdr_i64(in);
}

static void read_payment(struct xdr *in, struct envelope_op *op)
{
	(void)read_account(in, op->destination, NULL, NULL);
	read_asset(in, op->asset);
	op->amount = xdr_i64(in);
}

static void read_strict_receive(struct xdr *in, struct envelope_op *op)
{
	skip_value(in, SKIP_Asset);
	skip_value(in, SKIP_Long);
	read_payment(in, op);
}

static void read_strict_send(struct xdr *in, struct envelope_op *op)
{
	read_asset(in, op->asset);
	op->amount = xdr_i64(in);
	(void)read_account(in, op->destination, NULL, NULL);
}

static void read_merge(struct xdr *in, struct envelope_op *op)
{
	(void)read_account(in, op->destination, NULL, NULL);
	op->pays = false;
}

static void (*const payments[OPERATION_COUNT])(struct xdr *in, struct envelope_op *op) = {
	[OPERATION_CREATE_ACCOUNT] = read_create_account,
	[OPERATION_PAYMENT] = read_payment,
	[OPERATION_PATH_PAYMENT_STRICT_RECEIVE] = read_strict_receive,
	[OPERATION_PATH_PAYMENT_STRICT_SEND] = read_strict_send,
	[OPERATION_ACCOUNT_MERGE] = read_merge,
};

static void read_operation(struct xdr *in, struct envelope_op *op)
{
	struct xdr body;
	int32_t type;

	op->pays = false;
	op->source[0] = op->destination[0] = op->asset[0] = '\0';
	op->amount = 0;
	if (xdr_bool(in))
		(void)read_account(in, op->source, NULL, NULL);
	body = *in;
	type = xdr_i32(&body);
	skip_value(in, SKIP_OperationBody);
	if (!xdr_ok(in))
		return;
	op->type = (enum operation)type;
	if (payments[type]) {
		op->pays = true;
		payments[type](&body, op);
	}
}

static void read_operations(struct reader *r)
{
	struct envelope *out = r->out;

	begin(r, "operations");
	out->op_count = xdr_count(&r->in, ENVELOPE_OPS);
	for (size_t i = 0; i < out->op_count && xdr_ok(&r->in); i++) {
		r->op = i + 1;
		read_operation(&r->in, &out->ops[i]);
	}
	if (xdr_ok(&r->in))
		r->op = 0;
}

static void read_extension(struct reader *r)
{
	struct xdr ahead = r->in;

	begin(r, "extension");
	r->out->soroban = xdr_u32(&ahead) == 1;
	skip_value(&r->in, SKIP_TransactionExt);
}

/* Returns where they begin: the bytes before are what is signed. */
static size_t read_signatures(struct reader *r, size_t *count)
{
	size_t at = r->in.at;

	begin(r, "signatures");
	*count = xdr_count(&r->in, ENVELOPE_SIGNATURES);
	for (size_t i = 0; i < *count && xdr_ok(&r->in); i++)
		skip_value(&r->in, SKIP_DecoratedSignature);
	return at;
}

static size_t read_v0(struct reader *r)
{
	read_source_v0(r);
	r->out->fee = xdr_u32(&r->in);
	r->out->sequence = xdr_i64(&r->in);
	begin(r, "preconditions");
	if (xdr_bool(&r->in))
		read_time_bounds(r);
	read_memo(r);
	read_operations(r);
	begin(r, "extension");
	skip_value(&r->in, SKIP_ExtensionPoint);
	return read_signatures(r, &r->out->signature_count);
}

static size_t read_v1(struct reader *r)
{
	read_source(r);
	r->out->fee = xdr_u32(&r->in);
	r->out->sequence = xdr_i64(&r->in);
	read_preconditions(r);
	read_memo(r);
	read_operations(r);
	read_extension(r);
	return read_signatures(r, &r->out->signature_count);
}

static size_t read_fee_bump(struct reader *r)
{
	struct envelope *out = r->out;
	int64_t fee;

	begin(r, "fee source");
	(void)read_account(&r->in, out->fee_source, NULL, NULL);
	fee = xdr_i64(&r->in);
	begin(r, "inner transaction");
	out->inner_from = r->in.at;
	if (xdr_u32(&r->in) != TAG_V1)
		(void)xdr_fail(&r->in, out->inner_from, "no known kind of inner transaction");
	out->inner_end = read_v1(r);
	out->inner_fee = out->fee;
	out->fee = fee;
	begin(r, "extension");
	skip_value(&r->in, SKIP_ExtensionPoint);
	return read_signatures(r, &out->outer_signature_count);
}

/* The operations are not cleared: there is room for a hundred. */
static void forget(struct envelope *out)
{
	memset(out, 0, offsetof(struct envelope, ops));
	out->op_count = out->signature_count = out->outer_signature_count = 0;
	out->soroban = false;
	out->hashed_end = out->inner_from = out->inner_end = 0;
}

static void read_any(struct reader *r)
{
	static const struct {
		uint32_t tag;
		enum envelope_type type;
		size_t (*read)(struct reader *r);
	} types[] = {
		{ TAG_V0, ENVELOPE_V0, read_v0 }, { TAG_V1, ENVELOPE_V1, read_v1 },
		{ TAG_FEE_BUMP, ENVELOPE_FEE_BUMP, read_fee_bump },
	};
	uint32_t tag = xdr_u32(&r->in);

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (types[i].tag == tag && xdr_ok(&r->in)) {
			r->out->type = types[i].type;
			r->out->hashed_end = types[i].read(r);
			return;
		}
	(void)xdr_fail(&r->in, 0, "no known kind of envelope");
}

bool envelope_read(struct str xdr, struct envelope *out, struct err *err)
{
	struct reader r = { .out = out, .part = "type" };

	forget(out);
	if (xdr.len > ENVELOPE_BYTES)
		return err_set(err, ERR_LIMIT, "transaction envelope of %zu bytes: more than %d",
			       xdr.len, ENVELOPE_BYTES);
	xdr_init(&r.in, xdr);
	read_any(&r);
	begin(&r, "end");
	if (xdr_end(&r.in, err))
		return true;
	forget(out);
	if (r.op > 0)
		return err_add(err, "transaction envelope: operation %zu", r.op);
	return err_add(err, "transaction envelope: %s", r.part);
}

bool envelope_read_base64(struct str text, struct envelope *out, struct err *err)
{
	struct buf bytes;
	bool ok;

	forget(out);
	buf_init(&bytes, ENVELOPE_BYTES);
	if (base64_read(text, &bytes, err))
		ok = envelope_read(str_sub(buf_cstr(&bytes), bytes.len), out, err);
	else
		ok = err_add(err, "transaction envelope");
	buf_done(&bytes);
	return ok;
}
