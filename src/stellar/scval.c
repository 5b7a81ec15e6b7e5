#include "stellar/scval.h"

#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/outside.h"
#include "stellar/base64.h"
#include "stellar/strkey.h"
#include "stellar/wide.h"

enum { SYMBOL_MAX = 32, HASH = 32, VALUE_BYTES = 64 * 1024 };

struct reader {
	struct xdr *in;
	scval_visit *visit;
	void *arg;
	unsigned depth;
	struct buf path, text;
};

static const char *const names[] = {
#define X(sym, name) [SCVAL_##sym] = (name),
	SCVAL_TYPES(X)
#undef X
};
_Static_assert(ARRAY_LEN(names) == SCVAL_TYPE_COUNT, "every type of value has a name");

const char *scval_type_name(enum scval_type type)
{
	return names[type];
}

static void read_value(struct reader *r);

/* A name of a small enum that the union's discriminant is; `what` when it is out of it. */
static const char *word_at(struct reader *r, const char *const *words, size_t count,
			   const char *what)
{
	size_t at = r->in->at;
	uint32_t index = xdr_u32(r->in);

	if (index >= count)
		(void)xdr_fail(r->in, at, what);
	return xdr_ok(r->in) ? words[index] : "";
}

static void put_error(struct reader *r)
{
	static const char *const types[] = {
		"contract", "wasm_vm", "context", "storage", "object", "crypto", "events",
		"budget", "value", "auth",
	};
	static const char *const codes[] = {
		"arith_domain", "index_bounds", "invalid_input", "missing_value",
		"existing_value", "exceeded_limit", "invalid_action", "internal_error",
		"unexpected_type", "unexpected_size",
	};
	const char *type = word_at(r, types, ARRAY_LEN(types), "an error of no known type");

	if (type == types[0])
		(void)buf_fmt(&r->text, "%s %u", type, (unsigned)xdr_u32(r->in));
	else
		(void)buf_fmt(&r->text, "%s %s", type,
			      word_at(r, codes, ARRAY_LEN(codes), "an error of no known code"));
}

/* The integer of `count` 32-bit words that follows. */
static void put_integer(struct reader *r, size_t count, bool is_signed)
{
	uint32_t words[WIDE_WORDS];

	for (size_t i = 0; i < count; i++)
		words[i] = xdr_u32(r->in);
	wide_put(&r->text, words, count, is_signed);
}

static struct str shown(struct str bytes, size_t most)
{
	return bytes.len > most ? str_sub(bytes.p, most) : bytes;
}

static void put_hex(struct reader *r, struct str bytes)
{
	struct str some = shown(bytes, SCVAL_TEXT / 2);

	for (size_t i = 0; i < some.len; i++)
		(void)buf_fmt(&r->text, "%02x", (unsigned)(unsigned char)some.p[i]);
	if (some.len < bytes.len)
		(void)buf_char(&r->text, '~');
}

static void put_text(struct reader *r, size_t max)
{
	struct str bytes = xdr_opaque(r->in, max), some = shown(bytes, SCVAL_TEXT);

	outside(&r->text, some);
	if (some.len < bytes.len)
		(void)buf_char(&r->text, '~');
}

/* The parts of an address in the order of its strkey, which is not always that of XDR. */
static void put_address(struct reader *r)
{
	static const struct {
		enum strkey_kind kind;
		unsigned char head;	/* how much of the type the strkey keeps */
		bool typed;		/* a type, which is 0, stands before the key */
		bool id;		/* a 64-bit id stands before the key, in the strkey after */
	} types[] = {
		{ STRKEY_ACCOUNT, 0, true, false }, { STRKEY_CONTRACT, 0, false, false },
		{ STRKEY_MUXED, 0, false, true }, { STRKEY_BALANCE, 1, true, false },
		{ STRKEY_POOL, 0, false, false },
	};
	size_t at = r->in->at, len = 0;
	uint32_t type = xdr_u32(r->in);
	unsigned char payload[STRKEY_PAYLOAD] = { 0 };
	char text[STRKEY_TEXT];
	struct str id = { 0 }, key;

	if (type >= ARRAY_LEN(types)) {
		(void)xdr_fail(r->in, at, "an address of no known type");
		return;
	}
	at = r->in->at;
	if (types[type].typed && xdr_u32(r->in) != 0)
		(void)xdr_fail(r->in, at, "a key of no known type");
	if (types[type].id)
		id = xdr_fixed(r->in, sizeof(uint64_t));
	key = xdr_fixed(r->in, HASH);
	if (!xdr_ok(r->in))
		return;
	len = types[type].head + key.len;
	memcpy(payload + types[type].head, key.p, key.len);
	if (id.len > 0)
		memcpy(payload + len, id.p, id.len);
	strkey_write(text, types[type].kind, payload, len + id.len);
	(void)buf_text(&r->text, text);
}

static bool is_composite(enum scval_type type)
{
	return type == SCVAL_VEC || type == SCVAL_MAP || type == SCVAL_INSTANCE;
}

/* A value of one text. */
static void put_scalar(struct reader *r, enum scval_type type)
{
	switch (type) {
	case SCVAL_BOOL:
		(void)buf_text(&r->text, xdr_bool(r->in) ? "true" : "false");
		break;
	case SCVAL_VOID:
	case SCVAL_INSTANCE_KEY:
		(void)buf_text(&r->text, names[type]);
		break;
	case SCVAL_ERROR:
		put_error(r);
		break;
	case SCVAL_U32:
		put_integer(r, 1, false);
		break;
	case SCVAL_I32:
		put_integer(r, 1, true);
		break;
	case SCVAL_U64:
	case SCVAL_TIMEPOINT:
	case SCVAL_DURATION:
		put_integer(r, 2, false);
		break;
	case SCVAL_I64:
	case SCVAL_NONCE_KEY:
		put_integer(r, 2, true);
		break;
	case SCVAL_U128:
		put_integer(r, 4, false);
		break;
	case SCVAL_I128:
		put_integer(r, 4, true);
		break;
	case SCVAL_U256:
		put_integer(r, 8, false);
		break;
	case SCVAL_I256:
		put_integer(r, 8, true);
		break;
	case SCVAL_BYTES:
		put_hex(r, xdr_opaque(r->in, SIZE_MAX));
		break;
	case SCVAL_STRING:
	case SCVAL_EXECUTABLE_TAG:
		put_text(r, SIZE_MAX);
		break;
	case SCVAL_SYMBOL:
		put_text(r, SYMBOL_MAX);
		break;
	case SCVAL_ADDRESS:
		put_address(r);
		break;
	case SCVAL_VEC:
	case SCVAL_MAP:
	case SCVAL_INSTANCE:
	case SCVAL_TYPE_COUNT:
		break;
	}
}

static void visit(struct reader *r, enum scval_type type)
{
	struct scval_leaf leaf = { buf_cstr(&r->path), type, buf_cstr(&r->text) };

	if (r->visit && xdr_ok(r->in))
		r->visit(r->arg, &leaf);
	buf_clear(&r->text);
}

static void visit_word(struct reader *r, enum scval_type type, const char *word)
{
	(void)buf_text(&r->text, word);
	visit(r, type);
}

/* The value of a member; the path is as long after it as it was. */
static void read_member(struct reader *r, size_t path)
{
	read_value(r);
	buf_cut(&r->path, path);
}

/* How many items follow; a leaf of its own when none do. */
static uint32_t read_count(struct reader *r, enum scval_type type)
{
	bool present = xdr_bool(r->in);
	uint32_t count = present ? xdr_count(r->in, UINT32_MAX) : 0;

	if (count == 0)
		visit_word(r, type, !present ? "none" : type == SCVAL_MAP ? "{}" : "[]");
	return count;
}

static void read_vec(struct reader *r)
{
	uint32_t count = read_count(r, SCVAL_VEC);

	for (uint32_t i = 0; i < count && xdr_ok(r->in); i++) {
		size_t path = r->path.len;

		(void)buf_fmt(&r->path, "[%u]", (unsigned)i);
		read_member(r, path);
	}
}

static enum scval_type read_type(struct reader *r)
{
	size_t at = r->in->at;
	uint32_t type = xdr_u32(r->in);

	if (type >= SCVAL_TYPE_COUNT)
		(void)xdr_fail(r->in, at, "a value of no known type");
	return xdr_ok(r->in) ? (enum scval_type)type : SCVAL_VOID;
}

static void read_composite(struct reader *r, enum scval_type type);

/* A key becomes a part of the path. */
static void read_key(struct reader *r, uint32_t index)
{
	enum scval_type type = read_type(r);
	char key[SCVAL_KEY];

	if (is_composite(type)) {
		scval_visit *visit_before = r->visit;

		r->visit = NULL;
		read_composite(r, type);
		r->visit = visit_before;
		(void)buf_fmt(&r->path, "{%u}", (unsigned)index);
		return;
	}
	put_scalar(r, type);
	(void)outside_put(key, sizeof(key), str_of(buf_cstr(&r->text)));
	buf_clear(&r->text);
	if (type == SCVAL_SYMBOL || type == SCVAL_STRING)
		(void)buf_fmt(&r->path, "%s%s", r->path.len > 0 ? "." : "", key);
	else
		(void)buf_fmt(&r->path, "[%s]", key);
}

static void read_map(struct reader *r)
{
	uint32_t count = read_count(r, SCVAL_MAP);

	for (uint32_t i = 0; i < count && xdr_ok(r->in); i++) {
		size_t path = r->path.len;

		read_key(r, i);
		read_member(r, path);
	}
}

/* The code of a contract, then its storage. */
static void read_instance(struct reader *r)
{
	static const char *const kinds[] = { "wasm ", "stellar_asset", "" };
	const char *kind = word_at(r, kinds, ARRAY_LEN(kinds), "an executable of no known type");
	size_t path = r->path.len;

	(void)buf_text(&r->text, kind);
	if (kind == kinds[0])
		put_hex(r, xdr_fixed(r->in, HASH));
	if (kind == kinds[2]) {
		put_address(r);
		(void)buf_char(&r->text, ' ');
		put_text(r, SIZE_MAX);
	}
	(void)buf_fmt(&r->path, "%sexecutable", path > 0 ? "." : "");
	visit(r, SCVAL_INSTANCE);
	buf_cut(&r->path, path);
	(void)buf_fmt(&r->path, "%sstorage", path > 0 ? "." : "");
	read_map(r);
	buf_cut(&r->path, path);
}

static void read_composite(struct reader *r, enum scval_type type)
{
	if (r->depth == SCVAL_DEPTH) {
		(void)xdr_fail(r->in, r->in->at, "nested too deeply");
		return;
	}
	r->depth++;
	if (type == SCVAL_VEC)
		read_vec(r);
	else if (type == SCVAL_MAP)
		read_map(r);
	else
		read_instance(r);
	r->depth--;
}

static void read_value(struct reader *r)
{
	enum scval_type type = read_type(r);

	if (is_composite(type)) {
		read_composite(r, type);
	} else {
		put_scalar(r, type);
		visit(r, type);
	}
}

void scval_read(struct xdr *xdr, scval_visit *visitor, void *arg)
{
	struct reader r = { .in = xdr, .visit = visitor, .arg = arg };

	read_value(&r);
	buf_done(&r.path);
	buf_done(&r.text);
}

bool scval_read_base64(struct str text, scval_visit *visitor, void *arg, struct err *err)
{
	struct buf bytes;
	struct xdr xdr;
	bool ok;

	buf_init(&bytes, VALUE_BYTES);
	ok = base64_read(text, &bytes, err);
	if (ok) {
		xdr_init(&xdr, str_sub(buf_cstr(&bytes), bytes.len));
		scval_read(&xdr, visitor, arg);
		ok = xdr_end(&xdr, err);
	}
	buf_done(&bytes);
	return ok;
}

bool scval_symbol_base64(char *out, size_t size, struct str name)
{
	unsigned char bytes[2 * sizeof(uint32_t) + SYMBOL_MAX] = { 0 };
	size_t head = 2 * sizeof(uint32_t);

	if (name.len == 0 || name.len > SYMBOL_MAX)
		return false;
	bytes[3] = SCVAL_SYMBOL;
	bytes[7] = (unsigned char)name.len;
	memcpy(bytes + head, name.p, name.len);
	return digest_base64(out, size, str_sub((const char *)bytes,
						head + (name.len + 3) / 4 * 4)) > 0;
}
