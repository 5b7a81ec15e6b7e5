/*
 * vectors.h: examples with what they must give, one JSON object a line: those of the standards in
 * $BINNACLE_SHARED/data/stellar (default ../shared), where they are, and our own in
 * tests/lib/vectors. A number of 16 digits or more comes as a string: it may be more than an int64.
 */
#ifndef LIB_VECTORS_H
#define LIB_VECTORS_H

#include "base/buf.h"
#include "base/json.h"

typedef void vectors_visit(void *arg, const json_t *vector);

/* How many there were; says SKIPPED aloud and returns 0 when the file is not there. A line that is
 * no JSON fails the test. */
size_t vectors_shared(const char *name, vectors_visit *visit, void *arg);
size_t vectors_at(const char *path, vectors_visit *visit, void *arg);
size_t vectors_own(const char *name, vectors_visit *visit, void *arg);

/* A whole JSON document of the same folder; NULL: said SKIPPED aloud. The caller's. */
json_t *vectors_document(const char *name);

/* The bytes of base64, which must be right; the caller's to buf_done(). */
struct str vectors_bytes(struct buf *room, const char *base64);

#endif
