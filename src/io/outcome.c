#include "io/outcome.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/scrub.h"
#include "base/secret.h"

static const struct {
	int number;
	enum reply_kind kind;
	const char *text;
} outcomes[] = {
	{ ECONNREFUSED, REPLY_REFUSED, "connection refused" },
	{ ECONNRESET, REPLY_RESET, "connection reset" },
	{ EPIPE, REPLY_RESET, "connection reset" },
	{ ECONNABORTED, REPLY_RESET, "connection reset" },
	{ ETIMEDOUT, REPLY_TIMEOUT, "no answer to the connection" },
	{ EHOSTUNREACH, REPLY_NO_ROUTE, "no route to the host" },
	{ ENETUNREACH, REPLY_NO_ROUTE, "network unreachable" },
	{ ENETDOWN, REPLY_NO_ROUTE, "our network is down" },
	{ EADDRNOTAVAIL, REPLY_NO_ROUTE, "no local address to connect from" },
};

static bool take(size_t i, enum reply_kind *kind, const char **text)
{
	*kind = outcomes[i].kind;
	*text = outcomes[i].text;
	return true;
}

bool outcome_of_errno(int number, enum reply_kind *kind, const char **text)
{
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		if (outcomes[i].number == number)
			return take(i, kind, text);
	}
	return false;
}

bool outcome_of_text(const char *message, enum reply_kind *kind, const char **text)
{
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
		if (strstr(message, strerror(outcomes[i].number)))
			return take(i, kind, text);
	}
	return false;
}

void reply_init(struct reply *reply)
{
	memset(reply, 0, sizeof(*reply));
	reply->body = str_of("");
	reply->date = WHEN_NEVER;
	reply->retry_after = WHEN_NEVER;
	reply->rate_remaining = -1;
	reply->latest_ledger = -1;
	reply->rate_reset = WHEN_NEVER;
	reply->token_issued = reply->token_expires = WHEN_NEVER;
}

/* Redacted before it is scrubbed and cut: a secret that was cut in two would not be recognised. */
void reply_fail(struct reply *reply, enum reply_kind kind, const char *fmt, ...)
{
	struct buf raw = { .max = 4096 }, clean = { .max = 8192 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&raw, fmt, args);
	va_end(args);
	redact(&clean, str_sub(buf_cstr(&raw), raw.len));
	reply->kind = kind;
	scrub_put(reply->why, sizeof(reply->why), str_sub(buf_cstr(&clean), clean.len));
	buf_done(&raw);
	buf_done(&clean);
}
