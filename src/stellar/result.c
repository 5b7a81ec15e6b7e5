#include "stellar/result.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "stellar/base64.h"
#include "stellar/skip.h"
#include "stellar/xdr.h"

enum { SUCCESS = 0, FAILED = -1, INNER_SUCCESS = 1, INNER_FAILED = -13, HASH = 32,
       RESULT_BYTES = 512 * 1024 };

static bool wraps(int32_t code)
{
	return code == INNER_SUCCESS || code == INNER_FAILED;
}

static bool has_operations(int32_t code)
{
	return code == SUCCESS || code == FAILED;
}

const struct code *op_result_code(const struct op_result *op)
{
	return op->code == 0 ? code_of_operation(op->type, op->inner) : code_of_op(op->code);
}

static int32_t read_code(struct xdr *in)
{
	size_t at = in->at;
	int32_t code = xdr_i32(in);

	if (!code_of_tx(code))
		(void)xdr_fail(in, at, "no known code of a transaction");
	return code;
}

static void read_operation(struct xdr *in, struct op_result *out)
{
	size_t at = in->at;
	struct xdr inside;

	*out = (struct op_result){ .code = xdr_i32(in) };
	if (!code_of_op(out->code))
		(void)xdr_fail(in, at, "no known code of an operation");
	if (out->code != 0)
		return;
	inside = *in;
	skip_value(in, SKIP_OperationResultTr);
	if (xdr_ok(in)) {
		out->type = (enum operation)xdr_i32(&inside);
		out->inner = xdr_i32(&inside);
	}
}

static void read_operations(struct xdr *in, struct tx_result *out)
{
	out->has_ops = true;
	out->op_count = xdr_count(in, ENVELOPE_OPS);
	for (size_t i = 0; i < out->op_count && xdr_ok(in); i++)
		read_operation(in, &out->ops[i]);
}

static void read_inner(struct xdr *in, struct tx_result *out)
{
	static const char hex[] = "0123456789abcdef";
	struct str hash = xdr_fixed(in, HASH);
	size_t at;

	out->fee_bump = true;
	for (size_t i = 0; i < hash.len; i++) {
		out->inner_hash[2 * i] = hex[(unsigned char)hash.p[i] >> 4];
		out->inner_hash[2 * i + 1] = hex[hash.p[i] & 15];
	}
	out->inner_fee_charged = xdr_i64(in);
	at = in->at;
	out->inner_code = read_code(in);
	if (wraps(out->inner_code))
		(void)xdr_fail(in, at, "a fee bump within a fee bump");
	if (has_operations(out->inner_code))
		read_operations(in, out);
	skip_value(in, SKIP_ExtensionPoint);
}

bool result_read(struct str xdr, struct tx_result *out, struct err *err)
{
	struct xdr in;

	memset(out, 0, sizeof(*out));
	xdr_init(&in, xdr);
	out->fee_charged = xdr_i64(&in);
	out->code = read_code(&in);
	if (has_operations(out->code))
		read_operations(&in, out);
	if (wraps(out->code))
		read_inner(&in, out);
	skip_value(&in, SKIP_ExtensionPoint);
	if (xdr_end(&in, err))
		return true;
	memset(out, 0, sizeof(*out));
	return err_add(err, "transaction result");
}

bool result_read_base64(struct str text, struct tx_result *out, struct err *err)
{
	struct buf bytes;
	bool ok;

	memset(out, 0, sizeof(*out));
	buf_init(&bytes, RESULT_BYTES);
	if (base64_read(text, &bytes, err))
		ok = result_read(str_sub(buf_cstr(&bytes), bytes.len), out, err);
	else
		ok = err_add(err, "transaction result");
	buf_done(&bytes);
	return ok;
}

bool result_succeeded(const struct tx_result *result)
{
	return result->code == SUCCESS || result->code == INNER_SUCCESS;
}

const struct code *result_code(const struct tx_result *result)
{
	return code_of_tx(result->code == INNER_FAILED ? result->inner_code : result->code);
}

/* Which operation failed, the first of them if there are more; NULL: none. */
static const struct op_result *first_failed(const struct tx_result *result, size_t *others)
{
	const struct op_result *first = NULL;

	*others = 0;
	for (size_t i = 0; i < result->op_count; i++) {
		const struct op_result *op = &result->ops[i];

		if (op->code == 0 && op->inner == 0)
			continue;
		if (first)
			++*others;
		else
			first = op;
	}
	return first;
}

void result_say(const struct tx_result *result, char *out, size_t size)
{
	const struct code *code = result_code(result);
	size_t others;
	const struct op_result *op = first_failed(result, &others);
	struct buf text = { 0 };

	if (result->code == INNER_FAILED)
		(void)buf_fmt(&text, "%s: ", code_of_tx(INNER_FAILED)->name);
	if (op) {
		(void)buf_fmt(&text, "%s: operation %zu %s (%s)", code->name,
			      (size_t)(op - result->ops) + 1, op_result_code(op)->name,
			      op_result_code(op)->means);
		if (others > 0)
			(void)buf_fmt(&text, " and %zu more failed", others);
	} else {
		(void)buf_fmt(&text, "%s (%s)", code->name, code->means);
	}
	(void)str_put(out, size, buf_cstr(&text));
	buf_done(&text);
}
