/*
 * httpd.h: a small HTTP server for tests, honest where told so and hostile in every way of
 * reliability.md R30, R31 and R37 that fits a path.
 *
 * It listens on 127.0.0.1 at a free port, in one thread of its own, and answers by table: path ->
 * rule. A path without a rule is 404. Keep-alive works; a query string is not part of the path. It
 * is bounded: connections, bytes per connection and a connection's life all have a maximum.
 * All functions may be called from any thread while it runs.
 */
#ifndef LIB_HTTPD_H
#define LIB_HTTPD_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

/*  X(symbol, what the server does) */
#define HTTPD_MODES(X) \
	X(NORMAL, "status, type, headers and body of the rule") \
	X(SILENT, "takes the request and never answers") \
	X(SLOW_HEADER, "one byte of the header each 50 ms") \
	X(SLOW_BODY, "the header at once, one byte of the body each 50 ms") \
	X(ENDLESS, "a body that does not end, without a length") \
	X(SHORT_BODY, "promises 100 bytes more than it sends, then closes") \
	X(LONG_BODY, "promises fewer bytes than it sends") \
	X(CUT, "no length; closes in the middle of the body") \
	X(EMPTY, "closes without a byte") \
	X(RESET, "resets the connection") \
	X(HALF_OPEN, "half an answer, then ends its own direction only") \
	X(BIG_HEADER, "one header field of 2 MB") \
	X(MANY_HEADERS, "200,000 header fields") \
	X(INFORMATIONAL, "100 Continue for ever") \
	X(NO_STATUS, "HTTP/0.9: the body alone") \
	X(GARBAGE, "bytes that are no HTTP") \
	X(GZIP, "says gzip, sends a stream that unpacks to a thousand times its size") \
	X(REDIRECT, "302 to the Location that the rule's headers give")

enum httpd_mode {
#define X(sym, what) HTTPD_##sym,
	HTTPD_MODES(X)
#undef X
	HTTPD_MODE_COUNT
};

struct httpd_rule {
	const char *path;	/* "/health"; borrowed, as all texts of a rule */
	enum httpd_mode mode;
	int status;		/* 0: 200 */
	const char *type;	/* NULL: application/json */
	const char *headers;	/* more fields, each ending in \r\n, or NULL */
	struct str body;
	msec delay;		/* before the first byte */
};

enum { HTTPD_LINE = 160 };

struct httpd_request {
	msec at;		/* monotonic */
	char line[HTTPD_LINE];	/* "GET /health?x=y HTTP/1.1", cut */
};

struct httpd;

struct httpd *httpd_start(const struct httpd_rule *rules, size_t count, struct err *err);
void httpd_stop(struct httpd *httpd);	/* takes NULL */

/* Replace the rule of this path, or add it; at most 64 paths. Answers begun go on as they were. */
void httpd_set(struct httpd *httpd, const struct httpd_rule *rule);

unsigned httpd_port(const struct httpd *httpd);

/* "http://127.0.0.1:PORT" + path; the caller's buffer. */
void httpd_url(const struct httpd *httpd, const char *path, char *url, size_t size);

size_t httpd_requests(struct httpd *httpd, const char *path);	/* NULL: all */
/* The first `max` requests, in the order of their coming; how many these are. */
size_t httpd_log(struct httpd *httpd, struct httpd_request *out, size_t max);
size_t httpd_connections(struct httpd *httpd);
/* As received: the request with its body. */
void httpd_last_head(struct httpd *httpd, const char *path, struct buf *head);

#endif
