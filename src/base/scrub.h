/*
 * scrub.h: make outside bytes harmless to look at (reliability.md F1, F2, R01-R03).
 *
 * Everything that is not plain printable text becomes visible ASCII: C0 and DEL as ^X, C1, bidi
 * controls, zero-width, tag, private-use and unassigned characters and U+2028/2029 as <U+202E>,
 * invalid UTF-8 as \xNN, tabs as one blank. At most four combining marks follow a base character,
 * the rest are dropped; one without a base is shown as <U+0301>. The selectors U+FE0E and U+FE0F
 * are dropped (they change a width on some terminals only), all others are shown. The output
 * is valid UTF-8 and contains no byte that drives a terminal. Scrubbing it again changes nothing.
 */
#ifndef BASE_SCRUB_H
#define BASE_SCRUB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

void scrub(struct buf *out, struct str bytes);

/* Scrub into a fixed field; false when it had to be cut (a cut text ends in "~"). */
bool scrub_put(char *dst, size_t size, struct str bytes);

/* Is the text already what scrub() would make of it? */
bool scrub_clean(struct str text);

#endif
