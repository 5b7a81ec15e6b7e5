#include "stellar/xdr.h"

enum { UNIT = 4 };

void xdr_init(struct xdr *xdr, struct str bytes)
{
	*xdr = (struct xdr){ .bytes = (const unsigned char *)(bytes.p ? bytes.p : ""), .len = bytes.len };
}

bool xdr_ok(const struct xdr *xdr)
{
	return !xdr->problem;
}

bool xdr_fail(struct xdr *xdr, size_t at, const char *problem)
{
	if (xdr->problem)
		return false;
	xdr->problem = problem;
	xdr->at = at;
	return false;
}

/* The next bytes, or NULL. */
static const unsigned char *take(struct xdr *xdr, size_t len)
{
	const unsigned char *bytes = xdr->bytes + xdr->at;

	if (xdr->problem)
		return NULL;
	if (len > xdr->len - xdr->at) {
		(void)xdr_fail(xdr, xdr->at, "it ends in the middle");
		return NULL;
	}
	xdr->at += len;
	return bytes;
}

uint32_t xdr_u32(struct xdr *xdr)
{
	const unsigned char *b = take(xdr, UNIT);

	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

int32_t xdr_i32(struct xdr *xdr)
{
	return (int32_t)xdr_u32(xdr);
}

uint64_t xdr_u64(struct xdr *xdr)
{
	uint64_t high = xdr_u32(xdr), low = xdr_u32(xdr);

	return xdr->problem ? 0 : high << 32 | low;
}

int64_t xdr_i64(struct xdr *xdr)
{
	return (int64_t)xdr_u64(xdr);
}

bool xdr_bool(struct xdr *xdr)
{
	size_t at = xdr->at;
	uint32_t value = xdr_u32(xdr);

	if (value > 1)
		return xdr_fail(xdr, at, "neither 0 nor 1");
	return value == 1;
}

struct str xdr_fixed(struct xdr *xdr, size_t len)
{
	const unsigned char *bytes = take(xdr, len), *zeros;
	size_t padding = (UNIT - len % UNIT) % UNIT, at = xdr->at;

	if (!bytes)
		return str_of(NULL);
	zeros = take(xdr, padding);
	for (size_t i = 0; zeros && i < padding; i++)
		if (zeros[i] != 0)
			(void)xdr_fail(xdr, at + i, "padding that is not zero");
	return xdr->problem ? str_of(NULL) : str_sub((const char *)bytes, len);
}

struct str xdr_opaque(struct xdr *xdr, size_t max)
{
	size_t at = xdr->at, len = xdr_u32(xdr);

	if (len > max)
		(void)xdr_fail(xdr, at, "longer than it may be");
	return xdr_fixed(xdr, len);
}

uint32_t xdr_count(struct xdr *xdr, size_t max)
{
	size_t at = xdr->at;
	uint32_t count = xdr_u32(xdr);

	if (count > max)
		(void)xdr_fail(xdr, at, "more items than there may be");
	else if (count > (xdr->len - xdr->at) / UNIT)
		(void)xdr_fail(xdr, at, "more items than bytes for them");
	return xdr->problem ? 0 : count;
}

bool xdr_end(struct xdr *xdr, struct err *err)
{
	if (xdr->at < xdr->len)
		(void)xdr_fail(xdr, xdr->at, "more bytes than it should have");
	if (xdr->problem)
		return err_set(err, ERR_INPUT, "XDR: byte %zu of %zu: %s", xdr->at, xdr->len,
			       xdr->problem);
	return true;
}
