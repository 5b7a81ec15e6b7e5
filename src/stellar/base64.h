/*
 * base64.h: the base64 in which Stellar's servers put XDR, read strictly: one text for each value.
 * digest_base64() writes it.
 */
#ifndef STELLAR_BASE64_H
#define STELLAR_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Append the bytes to `out`. False for any text that is not what an encoder writes: another
 * character (blanks too), missing padding, bits behind the last byte; or when `out` is full. */
bool base64_read(struct str text, struct buf *out, struct err *err);

#endif
