/*
 * scval.h: write the values of Soroban contracts as XDR: big-endian words, texts padded to four.
 */
#ifndef LAB_SCVAL_H
#define LAB_SCVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { SCVAL_TEXT_MAX = 1024 };

void scval_bool(struct buf *out, bool value);
void scval_account(struct buf *out, const char *account);	/* G... */
void scval_u32(struct buf *out, uint32_t value);
void scval_u64(struct buf *out, uint64_t value);
void scval_i128(struct buf *out, int64_t value);
void scval_symbol(struct buf *out, const char *name);

/* `count` values follow, or `count` pairs of key and value with the keys in order. */
void scval_vec(struct buf *out, uint32_t count);
void scval_map(struct buf *out, uint32_t count);

/* Base64 of what was written, and start over. */
void scval_take(struct buf *xdr, char out[SCVAL_TEXT_MAX]);

#endif
