/*
 * http.h: GET, POST and DELETE over HTTP(S), by curl_multi on the loop, with the client profile of
 * reliability.md 4.3: http and https only, no redirects, no proxy but the configured one, limits on
 * everything.
 *
 *  (1) `done` comes exactly once, from the loop, never from inside http_send(); after http_cancel()
 *      it does not come. It may ask and cancel, but not free the struct http.
 *  (2) The deadline counts from http_send() and covers the name, the wait for a free connection,
 *      the handshake and the body.
 *  (3) max_body limits the decoded body; nothing larger is ever held.
 *  (4) reply->why names neither the URL's query nor any secret, and is scrubbed.
 * libcurl is initialised by the first http_send(), so that a program's first screen need not wait.
 */
#ifndef IO_HTTP_H
#define IO_HTTP_H

#include "backends/backend.h"
#include "io/resolve.h"

struct http;
struct http_call;

struct http_ask {				/* borrowed for the length of http_send() */
	struct str base;			/* "http://127.0.0.1:3000" */
	const char *path;			/* "/health?x=y", may be "" */
	const struct secret *url;		/* the whole URL, instead of base and path: a secret.
						 * Only its host is ever named */
	const char *method;			/* NULL: POST with a body, GET without */
	const char *accept;			/* NULL: application/json */
	struct str body;			/* posted; empty: GET */
	const char *type;			/* of the body; NULL: application/json */
	const struct http_access *access;	/* ca_file, proxy, basic_user; NULL: none of them */
	const struct secret *bearer, *password;	/* NULL: none */
	msec timeout;
	size_t max_body;			/* 0: JSON_MAX_SMALL */
	bool counted;				/* sent once for certain: on a connection of its own,
						 * as libcurl repeats what a kept one has lost */
};

typedef void http_done(void *arg, const struct reply *reply);	/* borrowed for the call */

struct http *http_new(struct loop *loop, struct resolver *resolver);
void http_free(struct http *http);		/* cancels what is in flight; joins nothing */

struct http_call *http_send(struct http *http, const struct http_ask *ask, http_done *done,
			    void *arg);
void http_cancel(struct http_call *call);

#endif
