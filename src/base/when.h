/*
 * when.h: times and durations. A wall time is milliseconds since the epoch, UTC; a duration is
 * milliseconds. Nothing here reads a clock.
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef int64_t msec;

#define WHEN_SECOND ((msec)1000)
#define WHEN_MINUTE (60 * WHEN_SECOND)
#define WHEN_HOUR (60 * WHEN_MINUTE)
#define WHEN_DAY (24 * WHEN_HOUR)
#define WHEN_NEVER ((msec)-1)		/* "has not happened": never a real time in this program */

enum { WHEN_TEXT = 32 };		/* room for every text made here */

/* RFC 3339, any fraction, Z or an offset; also PostgreSQL's "2026-11-22 02:13:01.95+00". A time
 * without an offset is refused by when_parse and read as if UTC by when_parse_local (the caller
 * compares it only with another one of the same session: facts/platforms.md 2.3). */
bool when_parse(struct str text, msec *out);
bool when_parse_local(struct str text, msec *out);
bool when_parse_day(struct str text, msec *out);	/* 2026-12-01: the last second of that day */
bool when_parse_http(struct str text, msec *out);	/* Date: Sun, 22 Nov 2026 01:37:23 GMT */

void when_format(char out[WHEN_TEXT], msec at);		/* 2026-11-22T02:14:07Z, ms when not 0 */
void when_format_clock(char out[WHEN_TEXT], msec at);	/* 02:14:07 (UTC) */

/* "10s", "250ms", "1h30m", "7d": a number without a unit is refused with a sentence. */
bool when_parse_duration(struct str text, msec *out, struct err *err);
void when_format_duration(char out[WHEN_TEXT], msec d);	/* exact, re-readable: 1h30m */

/* An age for people: 0s 59s 20m 3h 41d; at most 4 cells; negative counts as 0. */
void when_format_age(char out[WHEN_TEXT], msec age);

#endif
