/* scval.c: see scval.h. */
#include "lab/scval.h"

#include <endian.h>
#include <string.h>

#include "base/digest.h"

enum scval_type {
	SCVAL_U32 = 3, SCVAL_U64 = 5, SCVAL_I128 = 10, SCVAL_SYMBOL = 15, SCVAL_VEC = 16,
	SCVAL_MAP = 17,
};

static void put_word(struct buf *out, uint32_t word)
{
	uint32_t wire = htobe32(word);

	buf_add(out, &wire, sizeof(wire));
}

static void put_long(struct buf *out, uint64_t number)
{
	uint64_t wire = htobe64(number);

	buf_add(out, &wire, sizeof(wire));
}

void scval_u32(struct buf *out, uint32_t value)
{
	put_word(out, SCVAL_U32);
	put_word(out, value);
}

void scval_u64(struct buf *out, uint64_t value)
{
	put_word(out, SCVAL_U64);
	put_long(out, value);
}

void scval_i128(struct buf *out, int64_t value)
{
	put_word(out, SCVAL_I128);
	put_long(out, value < 0 ? UINT64_MAX : 0);
	put_long(out, (uint64_t)value);
}

void scval_symbol(struct buf *out, const char *name)
{
	static const char zeros[4] = "";
	size_t len = strlen(name);

	put_word(out, SCVAL_SYMBOL);
	put_word(out, (uint32_t)len);
	buf_text(out, name);
	buf_add(out, zeros, (4 - len % 4) % 4);
}

/* A vector and a map are optional in XDR: the first word says that there is one. */
static void put_list(struct buf *out, enum scval_type type, uint32_t count)
{
	put_word(out, type);
	put_word(out, 1);
	put_word(out, count);
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
