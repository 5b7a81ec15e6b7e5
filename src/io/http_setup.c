#include "io/http_setup.h"

#include <string.h>

enum { CONNECT_MS = 2000, BODY_MAX = 64 * 1024 };

/* What is the same for all: reliability.md 4.3. */
static const struct {
	CURLoption option;
	long value;
} profile[] = {
	{ CURLOPT_NOSIGNAL, 1 },
	{ CURLOPT_QUICK_EXIT, 1 },
	{ CURLOPT_FOLLOWLOCATION, 0 },
	{ CURLOPT_MAXREDIRS, 0 },
	{ CURLOPT_NETRC, CURL_NETRC_IGNORED },
	{ CURLOPT_HTTP09_ALLOWED, 0 },
	{ CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
	{ CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
	{ CURLOPT_SSL_VERIFYPEER, 1 },
	{ CURLOPT_SSL_VERIFYHOST, 2 },
	{ CURLOPT_TCP_KEEPALIVE, 1 },
	{ CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
	{ CURLOPT_SUPPRESS_CONNECT_HEADERS, 1 },
	{ CURLOPT_UNRESTRICTED_AUTH, 0 },
};

static void set_profile(CURL *easy, msec timeout)
{
	for (size_t i = 0; i < ARRAY_LEN(profile); i++)
		curl_easy_setopt(easy, profile[i].option, profile[i].value);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "binnacle/" BINNACLE_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(timeout < CONNECT_MS ? timeout : CONNECT_MS));
}

static void set_connection(CURL *easy, const struct http_ask *ask)
{
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, ask->counted ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, ask->counted ? 1L : 0L);
}

static void set_access(CURL *easy, const struct http_ask *ask)
{
	const struct http_access *access = ask->access;

	/* "" also keeps http_proxy and no_proxy of the environment out. */
	curl_easy_setopt(easy, CURLOPT_PROXY, access && access->proxy ? access->proxy : "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	if (access && access->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, access->ca_file);
	if (ask->bearer) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret_reveal(ask->bearer));
	} else if (ask->password) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME,
				 access && access->basic_user ? access->basic_user : "");
		curl_easy_setopt(easy, CURLOPT_PASSWORD, secret_reveal(ask->password));
	}
}

static struct curl_slist *set_headers(CURL *easy, const struct http_ask *ask)
{
	struct buf line = { .max = 256 };
	struct curl_slist *headers;

	buf_fmt(&line, "Accept: %s", ask->accept ? ask->accept : "application/json");
	headers = curl_slist_append(NULL, buf_cstr(&line));
	if (ask->body.len) {
		buf_clear(&line);
		buf_fmt(&line, "Content-Type: %s", ask->type ? ask->type : "application/json");
		headers = curl_slist_append(headers, buf_cstr(&line));
		/* Else some versions of libcurl wait a second for the leave to send a larger body. */
		headers = curl_slist_append(headers, "Expect:");
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	buf_done(&line);
	return headers;
}

static void set_method(CURL *easy, const char *method)
{
	if (method)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

/* libcurl's copy lives as long as the transfer; the caller's need not. */
static void set_body(CURL *easy, struct str body)
{
	if (!body.len)
		return;
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)body.len);
	curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.p);
}

static bool url_part(CURLU *url, CURLUPart part, unsigned flags, char *out, size_t size)
{
	char *text = NULL;
	bool ok = !curl_url_get(url, part, &text, flags) && str_put(out, size, text);

	curl_free(text);
	return ok;
}

/* Where the connection goes: to the proxy when there is one. libcurl's proxies listen on 1080
 * unless they say otherwise. */
static bool set_proxy_host(struct http_target *target, const char *proxy)
{
	CURLU *url = curl_url();
	bool ok = !curl_url_set(url, CURLUPART_URL, proxy, CURLU_GUESS_SCHEME) &&
		  url_part(url, CURLUPART_HOST, CURLU_PUNYCODE, target->host, sizeof(target->host));

	if (ok && !url_part(url, CURLUPART_PORT, 0, target->port, sizeof(target->port)))
		str_put(target->port, sizeof(target->port), "1080");
	curl_url_cleanup(url);
	return ok;
}

/* The path may come from what a server said: it can never move the request to another host. */
static bool set_url(CURL *easy, const struct http_ask *ask, struct http_target *target)
{
	const char *path = ask->path ? ask->path : "";
	struct buf text = { .max = 8192 };
	CURLU *url = curl_url();
	char scheme[16];
	bool ok;

	if (ask->url) {
		buf_text(&text, secret_reveal(ask->url));
	} else {
		buf_add(&text, ask->base.p, ask->base.len);
		buf_text(&text, path);
	}
	ok = (!*path || *path == '/' || *path == '?') && !text.full &&
	     !curl_url_set(url, CURLUPART_URL, buf_cstr(&text), CURLU_DISALLOW_USER) &&
	     url_part(url, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)) &&
	     (!strcmp(scheme, "http") || !strcmp(scheme, "https")) &&
	     url_part(url, CURLUPART_HOST, CURLU_PUNYCODE, target->host, sizeof(target->host)) &&
	     url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT, target->port, sizeof(target->port));
	if (ok) {
		curl_easy_setopt(easy, CURLOPT_URL, buf_cstr(&text));
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, scheme);
		snprintf(target->peer, sizeof(target->peer), "%s:%s", target->host, target->port);
	}
	curl_url_cleanup(url);
	if (text.data)
		explicit_bzero(text.data, text.len);
	buf_done(&text);
	return ok;
}

const char *http_setup(CURL *easy, const struct http_ask *ask, struct http_target *target,
		       struct curl_slist **headers)
{
	const char *proxy = ask->access ? ask->access->proxy : NULL;

	set_profile(easy, ask->timeout);
	set_connection(easy, ask);
	set_access(easy, ask);
	*headers = set_headers(easy, ask);
	if (ask->body.len > BODY_MAX)
		return "a request of more than 64 KiB is not sent";
	set_body(easy, ask->body);
	set_method(easy, ask->method);
	return set_url(easy, ask, target) && (!proxy || set_proxy_host(target, proxy)) ? NULL :
	       "the URL cannot be asked";
}
