/*
 * xdrout.h: writing XDR: big-endian, in units of 4 bytes.
 */
#ifndef LAB_XDROUT_H
#define LAB_XDROUT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

void xdrout_u32(struct buf *out, uint32_t number);
void xdrout_u64(struct buf *out, uint64_t number);
void xdrout_opaque(struct buf *out, struct str bytes);	/* its length before it, padded */

#endif
