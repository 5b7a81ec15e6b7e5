/* rpc.c: see rpc.h. */
#include "lab/rpc.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "lab/horizon.h"

enum { NO_METHOD = -32601, NOT_JSON = -32700, PROTOCOL = 22 };

int64_t rpc_latest(void)
{
	return horizon_tip();
}

int64_t rpc_oldest(const struct rpc *rpc)
{
	return rpc_latest() - rpc->kept + 1;
}

static void set_time(json_t *result, const char *name, int64_t ledger)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)(ledger_closed_at(ledger) / WHEN_SECOND));
	json_set_text(result, name, text);
}

void rpc_set_close_times(const struct rpc *rpc, json_t *result)
{
	set_time(result, "latestLedgerCloseTime", rpc_latest());
	set_time(result, "oldestLedgerCloseTime", rpc_oldest(rpc));
}

static json_t *get_health(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	json_t *result = json_object();

	(void)params;
	(void)why;
	json_set_text(result, "status", "healthy");
	json_set_i64(result, "latestLedger", rpc_latest());
	json_set_i64(result, "oldestLedger", rpc_oldest(rpc));
	json_set_i64(result, "ledgerRetentionWindow", RPC_KEPT);
	if (!rpc->old)
		rpc_set_close_times(rpc, result);
	return result;
}

static json_t *get_latest_ledger(const struct rpc *rpc, const json_t *params,
				 struct rpc_failure *why)
{
	int64_t latest = rpc_latest();
	json_t *result = json_object();
	char hash[DIGEST_HEX];

	(void)params;
	(void)why;
	ledger_hash(hash, latest);
	json_set_text(result, "id", hash);
	json_set_i64(result, "protocolVersion", PROTOCOL);
	json_set_i64(result, "sequence", latest);
	if (!rpc->old)
		set_time(result, "closeTime", latest);
	return result;
}

static json_t *get_network(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	json_t *result = json_object();

	(void)rpc;
	(void)params;
	(void)why;
	json_set_text(result, "passphrase", "Test SDF Network ; September 2015");
	json_set_i64(result, "protocolVersion", PROTOCOL);
	return result;
}

typedef json_t *method_fn(const struct rpc *rpc, const json_t *params, struct rpc_failure *why);

static method_fn *method_of(const char *name)
{
	static const struct {
		const char *name;
		method_fn *run;
	} methods[] = {
		{ "getHealth", get_health },
		{ "getLatestLedger", get_latest_ledger },
		{ "getNetwork", get_network },
		{ "getEvents", rpc_events },
		{ "getTransaction", rpc_get_transaction },
		{ "getTransactions", rpc_get_transactions },
		{ "getLedgerEntries", rpc_get_entries },
		{ "sendTransaction", rpc_send },
	};

	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].run;
	return NULL;
}

static json_t *call(const struct rpc *rpc, const json_t *asked, struct rpc_failure *why)
{
	method_fn *method = method_of(json_text_at(asked, "method", ""));

	if (method)
		return method(rpc, json_at(asked, "params"), why);
	*why = asked ? (struct rpc_failure){ NO_METHOD, "method not found" } :
		       (struct rpc_failure){ NOT_JSON, "invalid JSON value" };
	return NULL;
}

static void send_body(struct request *req, int status, const struct buf *body)
{
	struct buf raw = { 0 };

	buf_fmt(&raw, "HTTP/1.1 %d %s\r\n", status, http_reason(status));
	if (body->len > 0)
		buf_text(&raw, "Content-Type: application/json\r\n");
	buf_text(&raw, "Vary: Origin\r\nDate: ");
	http_date(&raw);
	buf_fmt(&raw, "\r\nContent-Length: %zu\r\n\r\n%s", body->len, buf_cstr(body));
	request_send(req, &raw);
}

static void answer(const struct rpc *rpc, const struct request *req, struct buf *body)
{
	json_t *asked = json_read(str_sub(buf_cstr(&req->body), req->body.len), JSON_MAX_SMALL, NULL);
	const json_t *id = json_at(asked, "id");
	struct rpc_failure why = { 0 };
	json_t *result = call(rpc, asked, &why);
	json_t *reply = json_object(), *error;

	json_set_text(reply, "jsonrpc", "2.0");
	json_set(reply, "id", id ? json_deep_copy(id) : json_null());
	if (result) {
		json_set(reply, "result", result);
	} else {
		error = json_object();
		json_set_i64(error, "code", why.code);
		json_set_text(error, "message", why.message);
		json_set(reply, "error", error);
	}
	json_write(body, reply);
	json_decref(reply);
	json_decref(asked);
}

static void on_request(void *arg, struct request *req)
{
	const struct rpc *rpc = arg;
	struct buf body = { 0 };
	bool is_call = strcmp(req->method, "POST") == 0;

	if (is_call && !rpc->busy)
		answer(rpc, req, &body);
	send_body(req, rpc->busy ? 503 : is_call ? 200 : 405, &body);
	buf_done(&body);
}

void rpc_init(struct rpc *rpc, uv_loop_t *loop, const struct quiet *quiet, struct book *book)
{
	*rpc = (struct rpc){ .quiet = quiet, .book = book, .kept = RPC_KEPT };
	site_init(&rpc->site, loop, on_request, rpc);
}
