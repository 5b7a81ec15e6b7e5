#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/scrub.h"
#include "base/secret.h"

enum { LINES = 256, LINE = 512 };

/* A sanctioned static: the ring, and where lines go besides. */
static struct {
	char lines[LINES][LINE];
	size_t put;	/* lines ever put; the newest is at (put - 1) % LINES */
	enum log_level level;
	log_sink *sink;
	void *arg;
	msec now;
} ring = { .level = LOG_INFO };

static const char *const names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

void log_set(enum log_level level, log_sink *sink, void *arg)
{
	ring.level = level;
	ring.sink = sink;
	ring.arg = arg;
}

void log_now(msec wall)
{
	ring.now = wall;
}

/* Redacted before it is scrubbed and cut: a secret that was cut is none that can be recognised. */
static void put_message(struct buf *line, const char *fmt, va_list args)
{
	struct buf raw = { 0 }, plain = { 0 };
	buf_vfmt(&raw, fmt, args);
	redact(&plain, str_sub(buf_cstr(&raw), raw.len));
	scrub(line, str_sub(buf_cstr(&plain), plain.len));
	buf_done(&plain);
	buf_done(&raw);
}

void log_put(enum log_level level, const char *fmt, ...)
{
	char time[WHEN_TEXT];
	struct buf line = { 0 };
	va_list args;
	if (level > ring.level)
		return;
	when_format(time, ring.now);
	buf_fmt(&line, "%s %-5s ", time, names[level]);
	va_start(args, fmt);
	put_message(&line, fmt, args);
	va_end(args);
	str_put(ring.lines[ring.put++ % LINES], LINE, buf_cstr(&line));
	buf_char(&line, '\n');
	if (ring.sink)
		ring.sink(ring.arg, buf_cstr(&line), line.len);
	buf_done(&line);
}

bool log_level_parse(const char *word, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(word, names[i]) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

const char *log_line(size_t i)
{
	if (i >= LINES || i >= ring.put)
		return NULL;
	return ring.lines[(ring.put - 1 - i) % LINES];
}
