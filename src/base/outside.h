/*
 * outside.h: bytes from outside on their way into a field: known secrets and shapes of secrets are
 * hidden, then the rest is made harmless, then it is cut. In this order, because a secret that was
 * cut in two is not recognised. Any thread may do it.
 */
#ifndef BASE_OUTSIDE_H
#define BASE_OUTSIDE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

void outside(struct buf *out, struct str bytes);

/* Into a fixed field; false when it had to be cut (a cut text ends in "~"). */
bool outside_put(char *dst, size_t size, struct str bytes);

#endif
