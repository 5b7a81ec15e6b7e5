/*
 * client.h: one HTTP request to a literal IPv4 address, with a deadline.
 *
 *  (1) done() is called exactly once, from the loop; never from inside client_ask().
 *  (2) The reply is borrowed for the time of the call.
 */
#ifndef LAB_CLIENT_H
#define LAB_CLIENT_H

#include <stdbool.h>
#include <uv.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

struct client_reply {
	bool ok;		/* a whole answer arrived, whatever its status */
	int status;
	const char *why;	/* "ECONNREFUSED", "deadline", ...; "" when ok */
	struct str body;	/* unchunked */
	double seconds;
};

typedef void client_done(void *arg, const struct client_reply *reply);

struct client_ask {
	const char *url;	/* http://127.0.0.1:PORT/path?query */
	const char *body;	/* NULL: a GET, else a POST with it */
	msec deadline;
	client_done *done;
	void *arg;
};

bool client_ask(uv_loop_t *loop, const struct client_ask *ask, struct err *err);

#endif
