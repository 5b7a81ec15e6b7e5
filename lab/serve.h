/*
 * serve.h: a small HTTP/1.1 server on a libuv loop, for the stand-ins of the lab.
 *
 *  (1) A handler owns its request until it calls request_send(), exactly once, at once or later.
 *      That holds also when the client has gone away: the answer is dropped then.
 *  (2) One request is in flight on a connection; the next is read after the answer.
 *  (3) The answer is raw bytes, head included, because each stand-in has a head of its own.
 *  (4) A closed site refuses: nothing listens and open connections are cut.
 */
#ifndef LAB_SERVE_H
#define LAB_SERVE_H

#include <stdbool.h>
#include <uv.h>

#include "base/buf.h"
#include "base/err.h"

struct conn;

struct request {
	char method[8];
	char path[256];		/* without the query */
	char query[512];	/* what follows '?', as it came */
	struct buf head;	/* the header lines as they came, CRLF ended */
	struct buf body;
	struct conn *conn;	/* NULL: the client is gone */
	struct request *next;	/* for its owner, to keep a list */
	uint64_t started;	/* uv_hrtime() */
};

typedef void serve_handler(void *arg, struct request *req);

struct site {
	uv_loop_t *loop;
	int port;
	serve_handler *handler;
	void *arg;
	uv_tcp_t *door;		/* NULL while closed */
	struct conn *conns;
};

void site_init(struct site *site, uv_loop_t *loop, serve_handler *handler, void *arg);
bool site_open(struct site *site, int port, struct err *err);	/* an open site stays open */
void site_close(struct site *site);

/* Send the raw answer and give the request up; takes the buffer's content. */
void request_send(struct request *req, struct buf *raw);

bool request_gone(const struct request *req);
double request_seconds(const struct request *req);	/* since it was read */

/* The value of a header, or of a query parameter (decoded); false when it is not there. */
bool request_header(const struct request *req, const char *name, char *out, size_t size);
bool request_param(const struct request *req, const char *name, char *out, size_t size);
bool request_form(const struct request *req, const char *name, char *out, size_t size);	/* body */

const char *http_reason(int status);
void http_date(struct buf *out);	/* "Sun, 22 Nov 2026 01:37:23 GMT", from the wall clock */

#endif
