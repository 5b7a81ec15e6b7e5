/*
 * xdr.h: reading XDR (RFC 4506) out of bytes of others: big-endian, in units of 4 bytes.
 *
 *  (1) A reader never leaves its bytes. The first thing that is wrong stays (`problem`, `at`);
 *      everything that is read after it is zero or empty, so that a struct can be read whole and
 *      the reader be asked once. A loop over a count that was read must ask xdr_ok() each time.
 *  (2) One text for each value: padding must be zero, a bool is 0 or 1.
 */
#ifndef STELLAR_XDR_H
#define STELLAR_XDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct xdr {
	const unsigned char *bytes;	/* borrowed */
	size_t len;
	size_t at;			/* of what is read next; of what is wrong */
	const char *problem;		/* NULL: none so far. Static */
};

void xdr_init(struct xdr *xdr, struct str bytes);
bool xdr_ok(const struct xdr *xdr);

uint32_t xdr_u32(struct xdr *xdr);
int32_t xdr_i32(struct xdr *xdr);
uint64_t xdr_u64(struct xdr *xdr);
int64_t xdr_i64(struct xdr *xdr);
bool xdr_bool(struct xdr *xdr);			/* also: is the optional thing there? */

/* Bytes of a fixed length, and of a length that stands before them; borrowed. */
struct str xdr_fixed(struct xdr *xdr, size_t len);
struct str xdr_opaque(struct xdr *xdr, size_t max);

/* The number of items that follow: at most `max`, and no more than could follow if each had 4
 * bytes. */
uint32_t xdr_count(struct xdr *xdr, size_t max);

/* Something that was read, and began at `at`, is wrong. False, for return. */
bool xdr_fail(struct xdr *xdr, size_t at, const char *problem);

/* Was everything read, and right? Else the sentence says what is wrong at which byte. */
bool xdr_end(struct xdr *xdr, struct err *err);

#endif
