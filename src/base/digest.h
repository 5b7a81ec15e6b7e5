/*
 * digest.h: SHA-256, git's name for a file, and base64, from libcrypto.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { DIGEST_RAW = 32, DIGEST_HEX = 65, DIGEST_BLOB = 41 };

/* Lower-case hex, terminated. A blob's is what `git hash-object` says of a file. */
void digest_sha256(char out[DIGEST_HEX], struct str bytes);
/* Of several parts, one after the other; as bytes, and as hex. */
void digest_sha256_raw(unsigned char out[DIGEST_RAW], const struct str *parts, size_t count);
void digest_sha256_parts(char out[DIGEST_HEX], const struct str *parts, size_t count);
void digest_blob(char out[DIGEST_BLOB], struct str bytes);

/* SHA-256 of what comes in pieces. digest_end() frees it; with NULL nothing is told. */
struct digest;
struct digest *digest_begin(void);
void digest_feed(struct digest *digest, struct str bytes);
void digest_end(struct digest *digest, char out[DIGEST_HEX]);

/* Length of the text, 0 when it does not fit; always terminated. */
size_t digest_base64(char *out, size_t size, struct str bytes);

#endif
