/*
 * num.h: strict numbers. The whole text must be the number; no locale, no blanks.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

bool num_parse_i64(struct str text, int64_t *out);
bool num_parse_u64(struct str text, uint64_t *out);

/* What Prometheus writes: also NaN, +Inf, -Inf, 0e+00. */
bool num_parse_double(struct str text, double *out);

/*
 * Exact sums of amounts: *sum is a decimal text ("" counts as 0) to which `term` is added. Any
 * number of digits up to 80; no exponent. Trailing zeros of the fraction are dropped. False when
 * either is no decimal number or the sum has too many digits (then *sum is unchanged).
 */
enum { NUM_DECIMAL_TEXT = 96 };
bool num_decimal_add(char sum[NUM_DECIMAL_TEXT], struct str term);

/* A double for people: at most `digits` after the point, no trailing zeros, "4.9", "1842". */
void num_put(struct buf *out, double value, int digits);

#endif
