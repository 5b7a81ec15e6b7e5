/* fakechain_server.c: what Horizons and RPCs answer about the network in memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "tests/lib/fakechain_inside.h"

enum { TOKEN_BITS = 32 };

static int64_t token_of(const struct fake_tx *tx)
{
	return tx->ledger << TOKEN_BITS | (int64_t)tx->index << 12;
}

/* The newest ledger of the backend that happens to answer; none of them ever goes back. */
static int64_t view_of(struct fake_server *server)
{
	size_t i = server->backend_count ? fake_random(&server->seed) % server->backend_count : 0;
	int64_t view = server->chain->now - server->lags[i];

	view = view > server->chain->first ? view : server->chain->first;
	server->backend = i;
	if (view > server->seen[i])
		server->seen[i] = view;
	return server->seen[i];
}

static const char *passphrase_of(const struct fake_server *server)
{
	return server->passphrase ? server->passphrase : server->chain->passphrase;
}

static void put_time(struct buf *out, int64_t seconds)
{
	char at[WHEN_TEXT];

	when_format(at, seconds * WHEN_SECOND);
	buf_text(out, at);
}

static bool is_kept(const struct fake_server *server, const struct fake_tx *tx, int64_t view)
{
	return tx->ledger <= view && tx->ledger >= server->oldest && !server->filtered;
}

static const struct fake_tx *find(const struct fake_server *server, const char *hash, int64_t view)
{
	const struct fake_chain *chain = server->chain;

	for (size_t i = 0; i < chain->tx_count; i++) {
		const struct fake_tx *tx = &chain->txs[i];

		if (is_kept(server, tx, view) && (strcmp(tx->envelope.hash, hash) == 0 ||
						  strcmp(tx->envelope.inner, hash) == 0))
			return tx;
	}
	return NULL;
}

/* ---- Horizon ---- */

static void put_record(const struct fake_server *server, const struct fake_tx *tx,
		       struct buf *out)
{
	char account[ACCOUNT_TEXT], *result = fake_result(tx);

	fake_account(account, tx->source);
	buf_fmt(out, "{\"hash\":\"%s\",\"paging_token\":\"%lld\",\"successful\":%s,\"ledger\":%lld,"
		"\"created_at\":\"", tx->envelope.hash, (long long)token_of(tx),
		tx->code ? "false" : "true", (long long)(tx->ledger + server->moved_ledger));
	put_time(out, fake_close_of(server->chain, tx->ledger));
	buf_fmt(out, "\",\"source_account\":\"%s\",\"source_account_sequence\":\"%lld\","
		"\"envelope_xdr\":\"%s\",\"result_xdr\":\"%s\"}", account,
		(long long)tx->sequence, tx->envelope.base64, result);
	mem_free(result);
}

static void answer_missing(struct buf *body, struct reply *out)
{
	out->status = 404;
	buf_text(body, "{\"type\":\"https://stellar.org/horizon-errors/not_found\","
		 "\"title\":\"Resource Missing\",\"status\":404}");
}

static void horizon_root(struct fake_server *server, struct buf *body)
{
	int64_t view = view_of(server);

	buf_fmt(body, "{\"history_latest_ledger\":%lld,\"history_latest_ledger_closed_at\":\"",
		(long long)view);
	put_time(body, fake_close_of(server->chain, view));
	buf_fmt(body, "\",\"network_passphrase\":\"%s\"}", passphrase_of(server));
}

static void horizon_ledger(struct fake_server *server, struct buf *body)
{
	int64_t view = view_of(server);

	buf_fmt(body, "{\"_embedded\":{\"records\":[{\"sequence\":%lld,\"closed_at\":\"",
		(long long)view);
	put_time(body, fake_close_of(server->chain, view));
	buf_text(body, "\"}]}}");
}

static void horizon_account(struct fake_server *server, const char *account, struct buf *body,
			    struct reply *out)
{
	int64_t view = view_of(server);
	const struct fake_state *state = fake_state_at(server->chain, view);

	out->latest_ledger = server->no_header ? -1 : view;
	if (!state->exists) {
		answer_missing(body, out);
		return;
	}
	buf_fmt(body, "{\"account_id\":\"%s\",\"sequence\":\"%lld\",\"sequence_ledger\":%lld,"
		"\"sequence_time\":\"%lld\"}", account, (long long)state->sequence,
		(long long)state->sequence_ledger,
		(long long)fake_close_of(server->chain, state->sequence_ledger));
}

static void horizon_page(struct fake_server *server, const char *path, struct buf *body)
{
	const char *at = strstr(path, "cursor="), *limit = strstr(path, "limit=");
	int64_t cursor = strtoll(at ? at + 7 : "0", NULL, 10), view = view_of(server);
	size_t left = (size_t)strtoul(limit ? limit + 6 : "10", NULL, 10), put = 0;

	buf_text(body, "{\"_embedded\":{\"records\":[");
	for (size_t i = server->chain->tx_count; i-- > 0 && put < left; ) {
		const struct fake_tx *tx = &server->chain->txs[i];

		if (token_of(tx) >= cursor || !is_kept(server, tx, view))
			continue;
		buf_text(body, put++ ? "," : "");
		put_record(server, tx, body);
	}
	buf_text(body, "]}}");
}

static void horizon_answer(struct fake_server *server, const char *path, struct buf *body,
			   struct reply *out)
{
	char account[ACCOUNT_TEXT];
	const struct fake_tx *tx;

	fake_account(account, server->chain->account);
	if (strcmp(path, "/") == 0) {
		horizon_root(server, body);
	} else if (str_starts(str_of(path), "/ledgers?")) {
		horizon_ledger(server, body);
	} else if (str_starts(str_of(path), "/transactions/")) {
		tx = find(server, path + strlen("/transactions/"), view_of(server));
		if (tx)
			put_record(server, tx, body);
		else
			answer_missing(body, out);
	} else if (!strstr(path, account)) {
		answer_missing(body, out);
	} else if (strstr(path, "/transactions?")) {
		horizon_page(server, path, body);
	} else {
		horizon_account(server, account, body, out);
	}
}

/* ---- RPC ---- */

static void put_number(const struct fake_server *server, struct buf *out, const char *key,
		       int64_t value)
{
	const char *quote = server->old_numbers ? "\"" : "";

	buf_fmt(out, "\"%s\":%s%lld%s", key, quote, (long long)value, quote);
}

static void put_window(const struct fake_server *server, int64_t view, bool times, struct buf *out)
{
	int64_t oldest = server->oldest ? server->oldest : server->chain->first;

	oldest = oldest < view ? oldest : view;
	put_number(server, out, "latestLedger", view);
	buf_char(out, ',');
	put_number(server, out, "oldestLedger", oldest);
	if (times)
		buf_fmt(out, ",\"latestLedgerCloseTime\":\"%lld\",\"oldestLedgerCloseTime\":\"%lld\"",
			(long long)fake_close_of(server->chain, view),
			(long long)fake_close_of(server->chain, oldest));
}

static void put_told(const struct fake_server *server, const struct fake_tx *tx, struct buf *out)
{
	char *result = fake_result(tx);

	buf_fmt(out, "\"status\":\"%s\",", tx->code ? "FAILED" : "SUCCESS");
	put_number(server, out, "ledger", tx->ledger + server->moved_ledger);
	buf_fmt(out, ",\"createdAt\":\"%lld\",\"envelopeXdr\":\"%s\",\"resultXdr\":\"%s\"",
		(long long)fake_close_of(server->chain, tx->ledger), tx->envelope.base64, result);
	mem_free(result);
}

/* It looks first and reads its window afterwards: ledgers may have come in between. */
static void rpc_transaction(struct fake_server *server, const json_t *params, struct buf *out)
{
	const char *hash = json_text_at(params, "hash", "");
	int64_t view = view_of(server), later = view;
	const struct fake_tx *tx = find(server, hash, view);

	if (server->race)
		later += (int64_t)(fake_random(&server->seed) % (server->race + 1));
	if (later > server->chain->now)
		later = server->chain->now;
	server->seen[server->backend] = later;
	buf_fmt(out, "\"txHash\":\"%s\",", hash);
	put_window(server, later, true, out);
	buf_char(out, ',');
	if (tx)
		put_told(server, tx, out);
	else
		buf_text(out, "\"status\":\"NOT_FOUND\"");
}

static void rpc_entries(struct fake_server *server, struct buf *out)
{
	int64_t view = view_of(server);
	const struct fake_state *state = fake_state_at(server->chain, view);

	put_number(server, out, "latestLedger", view);
	buf_text(out, ",\"entries\":");
	if (state->exists) {
		char *entry = fake_entry(server->chain, state);

		buf_fmt(out, "[{\"xdr\":\"%s\"}]", entry);
		mem_free(entry);
	} else {
		buf_text(out, "null");
	}
}

static void rpc_page(struct fake_server *server, const json_t *params, struct buf *out)
{
	int64_t from = 0, limit = 10, view = view_of(server), after = -1, put = 0;

	(void)json_i64_at(params, "startLedger", &from);
	(void)json_i64_at(params, "pagination.cursor", &after);
	(void)json_i64_at(params, "pagination.limit", &limit);
	buf_text(out, "\"transactions\":[");
	for (size_t i = 0; i < server->chain->tx_count && put < limit; i++) {
		const struct fake_tx *tx = &server->chain->txs[i];

		if (tx->ledger < from || token_of(tx) <= after || !is_kept(server, tx, view))
			continue;
		buf_text(out, put++ ? ",{" : "{");
		put_told(server, tx, out);
		buf_char(out, '}');
		after = token_of(tx);
	}
	buf_fmt(out, "],\"cursor\":\"%lld\",", (long long)after);
	put_window(server, view, true, out);
}

static void rpc_answer(struct fake_server *server, const char *asked, struct buf *out)
{
	json_t *root = json_read(str_of(asked), JSON_MAX_SMALL, NULL);
	const char *method = json_text_at(root, "method", "");
	const json_t *params = json_at(root, "params");

	buf_text(out, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{");
	if (strcmp(method, "getNetwork") == 0) {
		buf_fmt(out, "\"passphrase\":\"%s\"", passphrase_of(server));
	} else if (strcmp(method, "getHealth") == 0) {
		put_window(server, view_of(server), !server->no_times, out);
	} else if (strcmp(method, "getLatestLedger") == 0) {
		int64_t view = view_of(server);

		put_number(server, out, "sequence", view);
		buf_fmt(out, ",\"closeTime\":\"%lld\"",
			(long long)fake_close_of(server->chain, view));
	} else if (strcmp(method, "getTransaction") == 0) {
		rpc_transaction(server, params, out);
	} else if (strcmp(method, "getLedgerEntries") == 0) {
		rpc_entries(server, out);
	} else if (strcmp(method, "getTransactions") == 0) {
		rpc_page(server, params, out);
	}
	buf_text(out, "}}");
	json_decref(root);
}

void fake_answer(struct fake_server *server, const struct inquiry_ask *ask, struct buf *body,
		 struct reply *out)
{
	*out = (struct reply){ .kind = REPLY_ANSWER, .status = 200, .took = 20,
			       .at = fake_close_of(server->chain, server->chain->now) * 1000 + 1000,
			       .date = WHEN_NEVER, .retry_after = WHEN_NEVER, .rate_remaining = -1,
			       .latest_ledger = -1, .rate_reset = WHEN_NEVER,
			       .token_issued = WHEN_NEVER, .token_expires = WHEN_NEVER };
	buf_clear(body);
	server->asked++;
	if (server->kind == ENDPOINT_HORIZON)
		horizon_answer(server, buf_cstr(&ask->path), body, out);
	else
		rpc_answer(server, buf_cstr(&ask->body), body);
	out->body = str_sub(buf_cstr(body), body->len);
}
