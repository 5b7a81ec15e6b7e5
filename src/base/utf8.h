/*
 * utf8.h: characters and their width in cells. Cells agree with glibc's wcwidth, which is what
 * ncurses asks; clusters agree with libunistring's grapheme breaks.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Length in bytes of the valid character at the start of s, 0 when there is none (invalid or
 * empty); *cp is filled when it is valid. */
size_t utf8_next(struct str s, uint32_t *cp);

/* Length in bytes of the grapheme cluster at the start of a valid text; 0 at its end. */
size_t utf8_cluster(struct str s);

/* Width in cells of a valid, scrubbed text; what is not printable counts as 1. */
size_t utf8_width(struct str s);

/* Bytes of the longest prefix of whole clusters that fits in `cells`. */
size_t utf8_fit(struct str s, size_t cells);

#endif
