/*
 * http_hide.h: a URL that is a secret as a whole (an incoming webhook). secret.h knows the URL; who
 * is asked by it may answer with a part: its path, or the token in it. While this lives the
 * redactor knows those too.
 *
 * Of the path and the query each part counts that could be a token: 8 bytes with a digit, or 20
 * without one. "services" is a word, and stays one on every screen.
 */
#ifndef IO_HTTP_HIDE_H
#define IO_HTTP_HIDE_H

#include "base/secret.h"

struct http_hide;

struct http_hide *http_hide_new(const struct secret *url);
void http_hide_free(struct http_hide *hide);	/* takes NULL */

#endif
