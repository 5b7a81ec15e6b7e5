/*
 * http_setup.h: everything that one request needs to be told to libcurl, but where its answer goes.
 */
#ifndef IO_HTTP_SETUP_H
#define IO_HTTP_SETUP_H

#include <curl/curl.h>

#include "io/http.h"

enum { HTTP_PORT = 8 };

/* Where the request goes. */
struct http_target {
	char host[RESOLVE_NAME], port[HTTP_PORT];	/* to be connected to: server or proxy */
	char peer[RESOLVE_NAME + HTTP_PORT];		/* the server, for people */
};

/* NULL, or why it cannot be sent. *headers is the caller's to free after the transfer. */
const char *http_setup(CURL *easy, const struct http_ask *ask, struct http_target *target,
		       struct curl_slist **headers);

#endif
