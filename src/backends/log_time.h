/*
 * log_time.h: what a line of a log says about itself: when it was written, and of which transaction
 * it speaks. Pure.
 */
#ifndef BACKENDS_LOG_TIME_H
#define BACKENDS_LOG_TIME_H

#include "base/json.h"
#include "base/str.h"
#include "base/when.h"

struct line_time {
	msec at;
	bool zoned;	/* it names its zone; else it was read as if it were UTC */
};

/*
 * The time of a line: a member timestamp, @timestamp, time or ts of a JSON object (a text, or a
 * number of seconds, milliseconds, microseconds or nanoseconds since the epoch), or at its
 * beginning an ISO 8601 time ("2026-11-22T01:37:21,123+0000", "[2026-11-22 01:37:21 UTC]") or that
 * of syslog ("<34>Nov 22 01:37:21"), whose year is the nearest before `read`. False: it says none.
 */
bool log_time(struct str line, msec read, struct line_time *out);

/* The same of a text or a number that is a time and nothing else. */
bool log_time_text(struct str text, struct line_time *out);
bool log_time_of(const json_t *value, struct line_time *out);

enum { LOG_HASH = 65 };

/* The first run of exactly 64 hex digits, in small letters; false: there is none. */
bool log_hash(struct str line, char out[LOG_HASH]);

#endif
