#include "backends/tx_sent.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/outside.h"
#include "stellar/result.h"

enum {
	HTTP_OK = 200, HTTP_FORBIDDEN = 403, HTTP_NOT_FOUND = 404, HTTP_NOT_ALLOWED = 405,
	HTTP_TOO_MANY = 429,
};

/* Base64 has three signs that a form means otherwise. */
static void put_form(struct buf *out, const char *envelope)
{
	buf_text(out, "tx=");
	for (; *envelope; envelope++) {
		if (isalnum((unsigned char)*envelope))
			buf_char(out, *envelope);
		else
			buf_fmt(out, "%%%02X", (unsigned)(unsigned char)*envelope);
	}
}

void tx_sending_make(enum tx_way way, const char *envelope, struct tx_sending *out)
{
	*out = (struct tx_sending){ .type = "application/x-www-form-urlencoded" };
	switch (way) {
	case TX_BY_ASYNC:
		out->path = "/transactions_async";
		put_form(&out->body, envelope);
		break;
	case TX_BY_HORIZON:
		out->path = "/transactions";
		put_form(&out->body, envelope);
		break;
	case TX_BY_RPC:
		out->path = "";
		out->type = NULL;
		buf_fmt(&out->body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sendTransaction\","
			"\"params\":{\"transaction\":\"%s\"}}", envelope);
		break;
	}
}

/* --- answers -------------------------------------------------------------------------------- */

PRINTF_LIKE(2, 3) static void say(struct tx_sent *out, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&text, fmt, args);
	va_end(args);
	(void)outside_put(out->says, sizeof(out->says), str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

/* "txBAD_SEQ: ..." of a result that came with a refusal; "" */
static void say_result(const json_t *root, const char *key, char out[BECAUSE_TEXT])
{
	const char *xdr = json_text_at(root, key, "");
	struct tx_result *result = mem_new(sizeof(*result));

	out[0] = '\0';
	if (*xdr && result_read_base64(str_of(xdr), result, NULL))
		result_say(result, out, BECAUSE_TEXT);
	mem_free(result);
}

static void read_status(const char *status, const json_t *root, const char *key,
			struct tx_sent *out)
{
	char why[BECAUSE_TEXT];

	if (strcmp(status, "PENDING") == 0) {
		out->what = SENT_TAKEN;
		say(out, "PENDING: it was taken, which does not prove that it lands");
	} else if (strcmp(status, "DUPLICATE") == 0) {
		out->what = SENT_TAKEN;
		say(out, "DUPLICATE: it is on its way already, which does not prove that it lands");
	} else if (strcmp(status, "TRY_AGAIN_LATER") == 0) {
		out->what = SENT_NOT;
		say(out, "TRY_AGAIN_LATER: it was not taken now; another node may have it");
	} else if (strcmp(status, "ERROR") == 0) {
		say_result(root, key, why);
		out->what = SENT_NOT;
		say(out, "ERROR%s%s: it was not taken here, which does not prove that it cannot land",
		    *why ? ", " : "", why);
	} else {
		out->what = SENT_UNKNOWN;
		say(out, "an answer of a kind that we do not know: %.60s", status);
	}
}

/* A problem of Horizon's own, by the end of its type. */
static void read_problem(const struct reply *reply, const json_t *root, struct tx_sent *out)
{
	static const char *const unsent[] = {
		"transaction_malformed", "transaction_submission_disabled", "stale_history",
		"bad_request", "not_acceptable", "rate_limit_exceeded", "unsupported_media_type",
	};
	const char *type = json_text_at(root, "type", ""), *slash = strrchr(type, '/');

	type = slash ? slash + 1 : type;
	out->what = reply->status == HTTP_FORBIDDEN || reply->status == HTTP_TOO_MANY ? SENT_NOT :
		    SENT_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(unsent); i++)
		if (strcmp(type, unsent[i]) == 0)
			out->what = SENT_NOT;
	if (strcmp(type, "transaction_failed") == 0)
		say(out, "HTTP %d transaction_failed: refused, or in a ledger and failed; ask what became "
		    "of it", reply->status);
	else if (out->what == SENT_NOT)
		say(out, "HTTP %d %.60s: it was not sent", reply->status, type);
	else
		say(out, "HTTP %d %.60s: whether it was sent is not known", reply->status, type);
}

static void read_async(const struct reply *reply, const json_t *root, struct tx_sent *out)
{
	const char *status = json_text_at(root, "tx_status", "");

	if (*status)
		read_status(status, root, "error_result_xdr", out);
	else if (reply->status == HTTP_NOT_FOUND || reply->status == HTTP_NOT_ALLOWED)
		*out = (struct tx_sent){ .what = SENT_NO_SUCH_WAY, .says = "" };
	else
		read_problem(reply, root, out);
}

static void read_horizon(const struct reply *reply, const json_t *root, struct tx_sent *out)
{
	if (reply->status != HTTP_OK) {
		read_problem(reply, root, out);
		return;
	}
	out->what = SENT_TAKEN;
	say(out, "this Horizon says that it is in ledger %lld: the diagnosis proves it",
	    (long long)json_integer_value(json_object_get(root, "ledger")));
}

static void read_rpc(const struct reply *reply, const json_t *root, struct tx_sent *out)
{
	const json_t *result = json_object_get(root, "result");
	const char *why = json_text_at(json_object_get(root, "error"), "message", "");

	if (json_is_object(result)) {
		read_status(json_text_at(result, "status", ""), result, "errorResultXdr", out);
	} else if (*why) {
		out->what = SENT_NOT;
		say(out, "the server refused it: %s", why);
	} else {
		out->what = SENT_UNKNOWN;
		say(out, "HTTP %d without a result: whether it was sent is not known", reply->status);
	}
}

/* What was never answered was sent only where the other side was reached. */
static void read_silence(const struct reply *reply, struct tx_sent *out)
{
	bool unsent = reply->kind == REPLY_REFUSED || reply->kind == REPLY_NO_NAME ||
		      reply->kind == REPLY_NO_ROUTE || reply->kind == REPLY_TLS ||
		      reply->kind == REPLY_NO_SECRET || reply->kind == REPLY_NOT_RUN ||
		      reply->kind == REPLY_HELD;

	out->what = unsent ? SENT_NOT : SENT_UNKNOWN;
	say(out, "%s: %s", reply->why, unsent ? "it was not sent" :
	    "whether it was sent is not known");
}

void tx_sent_read(enum tx_way way, const struct reply *reply, struct tx_sent *out)
{
	json_t *root;

	*out = (struct tx_sent){ .what = SENT_UNKNOWN };
	if (reply->kind != REPLY_ANSWER) {
		read_silence(reply, out);
		return;
	}
	root = json_read(reply->body, JSON_MAX_PINNED, NULL);
	switch (way) {
	case TX_BY_ASYNC:
		read_async(reply, root, out);
		break;
	case TX_BY_HORIZON:
		read_horizon(reply, root, out);
		break;
	case TX_BY_RPC:
		read_rpc(reply, root, out);
		break;
	}
	json_decref(root);
}
