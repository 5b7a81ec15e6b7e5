#include "io/http_reply.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/scrub.h"
#include "base/secret.h"
#include "core/chain.h"
#include "io/outcome.h"

/* What is not in the table is an answer that we could not read. */
static const struct {
	CURLcode code;
	enum reply_kind kind;
	const char *text;
} ends[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, REPLY_NO_NAME, "the name cannot be resolved" },
	{ CURLE_COULDNT_RESOLVE_PROXY, REPLY_NO_NAME, "the proxy's name cannot be resolved" },
	{ CURLE_COULDNT_CONNECT, REPLY_NO_ROUTE, "cannot connect" },
	{ CURLE_PROXY, REPLY_NO_ROUTE, "the proxy would not connect" },
	{ CURLE_GOT_NOTHING, REPLY_RESET, "dropped without an answer" },
	{ CURLE_RECV_ERROR, REPLY_RESET, "dropped within the answer" },
	{ CURLE_SEND_ERROR, REPLY_RESET, "dropped within the request" },
	{ CURLE_PARTIAL_FILE, REPLY_RESET, "the answer was cut short" },
	{ CURLE_SSL_CONNECT_ERROR, REPLY_TLS, "TLS handshake failed" },
	{ CURLE_PEER_FAILED_VERIFICATION, REPLY_TLS, "certificate not accepted" },
	{ CURLE_SSL_CACERT_BADFILE, REPLY_TLS, "the file of authorities (ca_file) cannot be read" },
	{ CURLE_SSL_CERTPROBLEM, REPLY_TLS, "certificate not accepted" },
	{ CURLE_SSL_ISSUER_ERROR, REPLY_TLS, "certificate not accepted" },
	{ CURLE_SSL_CIPHER, REPLY_TLS, "no TLS cipher in common" },
	/* A single header line over libcurl's own limit comes under this misleading name. */
	{ CURLE_OUT_OF_MEMORY, REPLY_TOO_LARGE, "a header over our limit" },
	{ CURLE_FILESIZE_EXCEEDED, REPLY_TOO_LARGE, "a body over our limit" },
	{ CURLE_UNSUPPORTED_PROTOCOL, REPLY_BAD_PROTOCOL, "not HTTP/1" },
	{ CURLE_WEIRD_SERVER_REPLY, REPLY_BAD_PROTOCOL, "not HTTP" },
	{ CURLE_URL_MALFORMAT, REPLY_BAD_PROTOCOL, "the URL cannot be used" },
};

static void timed_out(struct reply *reply, const struct http_end *end)
{
	char waited[WHEN_TEXT];

	when_format_duration(waited, end->waited);
	if (!end->started) {
		/* That says nothing of the server. */
		reply_fail(reply, REPLY_NO_ROUTE, "%s: no connection of ours was free in %s", end->peer,
			   waited);
		return;
	}
	reply_fail(reply, REPLY_TIMEOUT, end->connected ? "no answer from %s in %s" :
		   "no connection to %s in %s", end->peer, waited);
}

void http_reply_end(struct reply *reply, const struct http_end *end)
{
	enum reply_kind kind;
	const char *text;

	if (end->limit) {
		reply_fail(reply, REPLY_TOO_LARGE, "%s: %s", end->peer, end->limit);
		return;
	}
	if (end->code == CURLE_OK) {
		reply->kind = REPLY_ANSWER;
		return;
	}
	if (end->code == CURLE_OPERATION_TIMEDOUT) {
		timed_out(reply, end);
		return;
	}
	if (outcome_of_errno((int)end->os_errno, &kind, &text)) {
		reply_fail(reply, kind, "%s: %s", end->peer, text);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (ends[i].code != end->code)
			continue;
		text = ends[i].kind == REPLY_TLS && *end->detail ? end->detail : ends[i].text;
		reply_fail(reply, ends[i].kind, "%s: %s", end->peer, text);
		return;
	}
	reply_fail(reply, REPLY_BAD_PROTOCOL, "%s: %s", end->peer, curl_easy_strerror(end->code));
}

static void take_type(struct reply *reply, struct str value, msec wall)
{
	(void)wall;
	scrub_put(reply->content_type, sizeof(reply->content_type), value);
}

static void take_date(struct reply *reply, struct str value, msec wall)
{
	(void)wall;
	if (!when_parse_http(value, &reply->date))
		reply->date = WHEN_NEVER;
}

/* A day at most: a wrong or hostile value must not silence a source for good. */
static void take_retry_after(struct reply *reply, struct str value, msec wall)
{
	int64_t seconds;
	msec at;

	if (num_parse_i64(value, &seconds)) {
		if (seconds >= 0)
			reply->retry_after = seconds < 86400 ? seconds * WHEN_SECOND : WHEN_DAY;
	} else if (when_parse_http(value, &at)) {
		msec wait = at > wall ? at - wall : 0;

		reply->retry_after = wait < WHEN_DAY ? wait : WHEN_DAY;
	}
}

static void take_remaining(struct reply *reply, struct str value, msec wall)
{
	int64_t remaining;

	(void)wall;
	if (num_parse_i64(value, &remaining) && remaining >= 0)
		reply->rate_remaining = (long)remaining;
}

/* Of which ledger the answer is: what is no number of a ledger is as good as absent. */
static void take_latest_ledger(struct reply *reply, struct str value, msec wall)
{
	int64_t ledger;

	(void)wall;
	reply->latest_ledger = num_parse_i64(value, &ledger) && ledger > 0 &&
			       ledger <= CHAIN_LAST_LEDGER ? ledger : -1;
}

/*
 * Horizon and the drafts of the standard give the seconds to wait; what can only be a time (others
 * write one) is taken as such. A day at most, as above.
 */
static void take_reset(struct reply *reply, struct str value, msec wall)
{
	const int64_t times_from = 100000000;
	int64_t seconds;

	if (!num_parse_i64(value, &seconds) || seconds < 0)
		return;
	if (seconds >= times_from) {
		int64_t second = wall / WHEN_SECOND;

		seconds = seconds > second ? seconds - second : 0;
	}
	reply->rate_reset = seconds < 86400 ? seconds * WHEN_SECOND : WHEN_DAY;
}

/* Redacted in full before it is cut to the field. */
static void take_location(struct reply *reply, struct str value, msec wall)
{
	struct buf clean = { .max = 64 * 1024 };

	(void)wall;
	redact(&clean, value);
	scrub_put(reply->location, sizeof(reply->location), str_sub(buf_cstr(&clean), clean.len));
	buf_done(&clean);
}

static const struct {
	const char *name;
	void (*take)(struct reply *reply, struct str value, msec wall);
} headers[] = {
	{ "Content-Type", take_type },
	{ "Date", take_date },
	{ "Retry-After", take_retry_after },
	{ "X-Ratelimit-Remaining", take_remaining },
	{ "RateLimit-Remaining", take_remaining },
	{ "X-Ratelimit-Reset", take_reset },
	{ "RateLimit-Reset", take_reset },
	{ "Latest-Ledger", take_latest_ledger },
	{ "Location", take_location },
};

void http_reply_header(struct reply *reply, struct str line, msec wall)
{
	struct str name, value = line;

	if (!str_cut(&value, ':', &name))
		return;
	value = str_trim(value);
	for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
		if (strlen(headers[i].name) == name.len &&
		    !strncasecmp(headers[i].name, name.p, name.len))
			headers[i].take(reply, value, wall);
	}
}
