/*
 * secret.h: a value that cannot be printed by accident, and the redactor under every sink.
 *
 *  (1) The bytes of a secret are reached only through secret_reveal(); its callers are io/ and
 *      nobody else (the layer check counts them).
 *  (2) A secret that was made is known to the redactor until secret_free(): raw, base64 (its three
 *      phases), base64url, hex, URL- and JSON-escaped.
 *      The password in a DSN or URL is known by itself, too, also where the rest is malformed.
 *  (3) Every sink (screen text, log, JSON, error sentence) goes through redact().
 *  (4) Under 4 bytes a secret is not known to the redactor: it would mangle every text.
 * Redact before cutting or wrapping: a part of a secret is not recognised. Any thread may redact.
 * The redactor also knows shapes: Stellar seeds (S + 55 base32), JWTs, passwords in URLs
 * (scheme://user:PASSWORD@), `password=` in DSNs, and private keys (PEM).
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

struct secret;

struct secret *secret_new(struct str bytes);	/* copies; the caller should wipe its own copy */
void secret_free(struct secret *secret);	/* wipes; takes NULL */
const char *secret_reveal(const struct secret *secret);	/* borrowed, terminated; NULL gives "" */
const char *secret_label(const struct secret *secret);	/* "sha256:ab12cd34", for people */

/* The first password that stands in a text by its shape (a DSN, a URL): what is plain of it. Empty:
 * none does. redact.c */
struct str redact_password(struct str text);

/* For the redactor: where, at or after from, a known secret is written, and in how many bytes.
 * text.len when it is not. */
size_t secret_find(struct str text, size_t from, size_t *len);

/* Of a text that goes on: how many bytes at its end may be the beginning of a known secret that has
 * more than one line. Who shows a stream line by line holds them back. */
size_t secret_begun(struct str text);

/* Append text with every known secret and secret shape replaced by "[redacted]". */
void redact(struct buf *out, struct str text);

#endif
