/*
 * json.h: reading JSON that others wrote, within limits, and small getters that never fail loudly.
 *
 * Reading: REJECT_DUPLICATES, at most 64 levels deep and JSON_OPENERS of `[ { ,` (reliability.md
 * F13: 1 MiB of "[]," costs 49 MB), both counted before jansson sees a byte.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

enum {
	JSON_MAX_SMALL = 256 * 1024,
	JSON_MAX_PINNED = 8 * 1024 * 1024,
	JSON_OPENERS = 400 * 1000,	/* about 28 MB of values */
};

/* A new reference, or NULL with err: "not JSON: ..." with the library's text scrubbed. */
json_t *json_read(struct str bytes, size_t max, struct err *err);

/* Members by dotted path ("checks.database"); a missing or mistyped one gives the fallback.
 * Integers are accepted as numbers and as numeric strings. */
const json_t *json_at(const json_t *root, const char *path);
const char *json_text_at(const json_t *root, const char *path, const char *fallback);
bool json_i64_at(const json_t *root, const char *path, int64_t *out);
bool json_double_at(const json_t *root, const char *path, double *out);

/* Text from outside (base/outside.h) of a string, number or boolean member into a fixed field;
 * false when absent. */
bool json_put_at(const json_t *root, const char *path, char *dst, size_t size);

/* Write compactly, keys in insertion order. */
void json_write(struct buf *out, const json_t *value);

/* Set a key; takes the value's reference. Text is scrubbed; NULL becomes null. */
void json_set(json_t *object, const char *key, json_t *value);
void json_set_text(json_t *object, const char *key, const char *text);
void json_set_i64(json_t *object, const char *key, int64_t value);
void json_set_number(json_t *object, const char *key, double value);	/* NaN and Inf: null */
void json_set_bool(json_t *object, const char *key, bool value);
void json_set_time(json_t *object, const char *key, msec at);	/* WHEN_NEVER: null */

#endif
