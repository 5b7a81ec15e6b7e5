/*
 * expected.h: a transaction, a result or an account's entry beside what must be read in it, as
 * tests/differential/generate.js writes it from the official SDK. A difference fails the test with
 * its name, the member and both values.
 */
#ifndef LIB_EXPECTED_H
#define LIB_EXPECTED_H

#include "tests/lib/vectors.h"

/* Every kind; a vectors_visit. */
void expected_same(void *arg, const json_t *vector);

#endif
