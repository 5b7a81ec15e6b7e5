/* http_hide.c: see http_hide.h. */
#include "io/http_hide.h"

#include <curl/curl.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"

enum { PARTS = 24, TOKEN = 8, LONG_TOKEN = 20 };

struct http_hide {
	struct secret *parts[PARTS];
	size_t count;
};

static void add(struct http_hide *hide, struct str part)
{
	if (hide->count < PARTS)
		hide->parts[hide->count++] = secret_new(part);
}

/* A server that echoes it may have read it first. */
static void add_both(struct http_hide *hide, struct str part)
{
	char *read;
	int len = 0;

	add(hide, part);
	if (!memchr(part.p, '%', part.len))
		return;
	read = curl_easy_unescape(NULL, part.p, (int)part.len, &len);
	if (!read)
		return;
	add(hide, str_sub(read, (size_t)len));
	explicit_bzero(read, (size_t)len);
	curl_free(read);
}

static bool could_be_token(struct str part)
{
	if (part.len >= LONG_TOKEN)
		return true;
	for (size_t i = 0; part.len >= TOKEN && i < part.len; i++) {
		if (part.p[i] >= '0' && part.p[i] <= '9')
			return true;
	}
	return false;
}

/* From the slash behind the host on. */
static struct str path_of(struct str url)
{
	const char *host = url.len ? memmem(url.p, url.len, "://", 3) : NULL;
	size_t at = host ? (size_t)(host + 3 - url.p) : 0;

	while (host && at < url.len && url.p[at] != '/' && url.p[at] != '?')
		at++;
	return str_sub(url.p + at, url.len - at);
}

struct http_hide *http_hide_new(const struct secret *url)
{
	struct http_hide *hide = mem_new(sizeof(*hide));
	struct str path = path_of(str_of(secret_reveal(url)));
	size_t from = 0;

	if (could_be_token(path))
		add_both(hide, path);
	for (size_t at = 0; at <= path.len; at++) {
		struct str part = str_sub(path.p + from, at - from);

		if (at < path.len && !strchr("/?&=#", path.p[at]))
			continue;
		if (could_be_token(part))
			add_both(hide, part);
		from = at + 1;
	}
	return hide;
}

void http_hide_free(struct http_hide *hide)
{
	if (!hide)
		return;
	for (size_t i = 0; i < hide->count; i++)
		secret_free(hide->parts[i]);
	mem_free(hide);
}
