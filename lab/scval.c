/* scval.c: see scval.h. */
#include "lab/scval.h"

#include <assert.h>

#include "base/digest.h"
#include "lab/xdrout.h"
#include "stellar/strkey.h"

enum scval_type {
	SCVAL_BOOL = 0, SCVAL_U32 = 3, SCVAL_U64 = 5, SCVAL_I128 = 10, SCVAL_SYMBOL = 15, SCVAL_VEC = 16,
	SCVAL_MAP = 17, SCVAL_ADDRESS = 18,
};

void scval_bool(struct buf *out, bool value)
{
	xdrout_u32(out, SCVAL_BOOL);
	xdrout_u32(out, value);
}

/* Its two zeros: an account, whose key is of the only type there is. */
void scval_account(struct buf *out, const char *account)
{
	struct strkey key;
	bool ok = strkey_read_as(str_of(account), STRKEY_ACCOUNT, &key, NULL);

	assert(ok);
	xdrout_u32(out, SCVAL_ADDRESS);
	xdrout_u32(out, 0);
	xdrout_u32(out, 0);
	buf_add(out, key.payload, 32);
}

void scval_u32(struct buf *out, uint32_t value)
{
	xdrout_u32(out, SCVAL_U32);
	xdrout_u32(out, value);
}

void scval_u64(struct buf *out, uint64_t value)
{
	xdrout_u32(out, SCVAL_U64);
	xdrout_u64(out, value);
}

void scval_i128(struct buf *out, int64_t value)
{
	xdrout_u32(out, SCVAL_I128);
	xdrout_u64(out, value < 0 ? UINT64_MAX : 0);
	xdrout_u64(out, (uint64_t)value);
}

void scval_symbol(struct buf *out, const char *name)
{
	xdrout_u32(out, SCVAL_SYMBOL);
	xdrout_opaque(out, str_of(name));
}

/* A vector and a map are optional in XDR: the first word says that there is one. */
static void put_list(struct buf *out, enum scval_type type, uint32_t count)
{
	xdrout_u32(out, type);
	xdrout_u32(out, 1);
	xdrout_u32(out, count);
}

void scval_vec(struct buf *out, uint32_t count)
{
	put_list(out, SCVAL_VEC, count);
}

void scval_map(struct buf *out, uint32_t count)
{
	put_list(out, SCVAL_MAP, count);
}

void scval_take(struct buf *xdr, char out[SCVAL_TEXT_MAX])
{
	digest_base64(out, SCVAL_TEXT_MAX, str_sub(buf_cstr(xdr), xdr->len));
	buf_clear(xdr);
}
