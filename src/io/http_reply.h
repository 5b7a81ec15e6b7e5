/*
 * http_reply.h: what a transfer brought and how it ended, as a neutral reply. Pure but for
 * libcurl's constants.
 */
#ifndef IO_HTTP_REPLY_H
#define IO_HTTP_REPLY_H

#include <curl/curl.h>

#include "backends/reply.h"

struct http_end {
	CURLcode code;
	long os_errno;		/* of the connection; 0 */
	bool started;		/* it had a connection, or was making one */
	bool connected;		/* the server had accepted */
	const char *limit;	/* NULL, or which of our limits our own callback stopped it at */
	const char *detail;	/* libcurl's own text: shown for TLS only */
	const char *peer;	/* "127.0.0.1:3000" */
	msec waited;
};

/* Fill kind and why; a full answer has no why. */
void http_reply_end(struct reply *reply, const struct http_end *end);

/* Take one header line as it came; `wall` makes a Retry-After date a duration. */
void http_reply_header(struct reply *reply, struct str line, msec wall);

#endif
