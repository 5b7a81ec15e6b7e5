/*
 * canary.h: secrets that are only there to be looked for (reliability.md R26).
 *
 * Each is new in every run. What is looked for: the bytes as they are, base64 and base64url in all
 * three phases, hex, URL-escaped and JSON-escaped. The encoders are the test's own, so that a fault
 * of the redactor's cannot hide in both.
 */
#ifndef LIB_CANARY_H
#define LIB_CANARY_H

#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum { CANARIES = 12 };

struct canary {
	const char *name;	/* "bearer_env" */
	char text[64];
};

struct canaries {
	struct canary all[CANARIES];
};

/* Fresh ones under these names. `special` marks those that may hold quotes, percent signs and
 * backslashes: not every protocol takes them. */
void canaries_make(struct canaries *canaries, const char *const names[CANARIES], unsigned special);

/* The text in every encoding, each between blanks: what a source would echo. */
void canary_echo(struct buf *out, const struct canary *canary);

/* The first canary found in these bytes, in any encoding: `how` names the encoding. NULL: none. */
const struct canary *canaries_find(const struct canaries *canaries, struct str bytes,
				   const char **how);

#endif
