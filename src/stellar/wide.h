/*
 * wide.h: integers wider than any that C has, as exact decimal text.
 */
#ifndef STELLAR_WIDE_H
#define STELLAR_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { WIDE_WORDS = 8 };	/* 256 bits */

/* Append the integer of `count` words, 1 to WIDE_WORDS, the highest first; two's complement. */
void wide_put(struct buf *out, const uint32_t *words, size_t count, bool is_signed);

#endif
