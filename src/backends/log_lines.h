/*
 * log_lines.h: the kind `log`: a file that is followed, or a command that goes on writing lines,
 * and patterns that are counted in it.
 *
 * A line counts when it says it was written. One that says no time counts when it was read, except
 * among those that were there before we looked: they are shown and not counted. A time without a
 * zone is trusted only where it lies near the reading.
 */
#ifndef BACKENDS_LOG_LINES_H
#define BACKENDS_LOG_LINES_H

#include "backends/backend.h"

enum { LOG_PATTERNS = 16, LOG_BUCKETS = 60 };

struct log_pattern {
	const char *name, *match;
	struct threshold warn, bad;
	msec window;
};

struct log_config {
	struct source_config source;
	const char *file;		/* one of the two */
	struct texts command;
	struct items patterns;		/* struct log_pattern */
	msec quiet;			/* 0: it may be as quiet as it likes */
};

struct log_count {			/* of one pattern */
	uint64_t total;
	uint32_t buckets[LOG_BUCKETS];	/* of window / LOG_BUCKETS each, by number modulo */
	int64_t newest;			/* number of the newest bucket */
	msec last_at;			/* WHEN_NEVER: none known */
};

struct log_facts {
	bool begun;
	msec begun_at;			/* of the first answer */
	uint64_t lines, matched, lost;
	msec grown_at;			/* when there was a new line */
	msec newest_at;			/* of the newest line that counted, by its own time */
	msec rotated_at, truncated_at, restarted_at, lost_at;	/* WHEN_NEVER */
	struct log_count counts[LOG_PATTERNS];
	struct sighting seen[SIGHTINGS];	/* ring: the newest at matched - 1, modulo */
	struct sighting lent[SIGHTINGS];
	struct reading readings[LOG_PATTERNS];	/* lent */
};

size_t log_pattern_count(const struct log_config *config);
/* Matches of a pattern in its window that ends now. */
uint64_t log_in_window(const struct log_count *count, const struct log_pattern *pattern, msec now);

void log_judge(const struct look *look, struct report *out);

#endif
