/* xdrout.c: see xdrout.h. */
#include "lab/xdrout.h"

#include <endian.h>

void xdrout_u32(struct buf *out, uint32_t number)
{
	uint32_t wire = htobe32(number);

	buf_add(out, &wire, sizeof(wire));
}

void xdrout_u64(struct buf *out, uint64_t number)
{
	uint64_t wire = htobe64(number);

	buf_add(out, &wire, sizeof(wire));
}

void xdrout_opaque(struct buf *out, struct str bytes)
{
	static const char zeros[4] = "";

	xdrout_u32(out, (uint32_t)bytes.len);
	buf_add(out, bytes.p, bytes.len);
	buf_add(out, zeros, (4 - bytes.len % 4) % 4);
}
