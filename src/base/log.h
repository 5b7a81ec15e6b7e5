/*
 * log.h: a ring of the last lines for the screen, and a file for later. Never stderr while the
 * screen is up. Every line is scrubbed and redacted. One of the four sanctioned statics.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/when.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Where complete lines go besides the ring, each with its "\n"; may be NULL. arg is borrowed. */
typedef void log_sink(void *arg, const char *line, size_t len);

void log_set(enum log_level level, log_sink *sink, void *arg);
void log_now(msec wall);	/* the time that lines carry until told again */
void log_put(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool log_level_parse(const char *word, enum log_level *out);

/* The i-th newest line, NULL when there is none. */
const char *log_line(size_t i);

#endif
