/* rpc_tx.c: accounts and transactions of the stand-in stellar-rpc; see rpc.h. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "lab/handin.h"
#include "lab/rpc.h"
#include "stellar/base64.h"

enum {
	INVALID_REQUEST = -32600, INVALID_PARAMS = -32602,
	PAGE_DEFAULT = 50, PAGE_MAX = 200, HASH_DIGITS = 64, KEY_BYTES = 8 + DRAFT_KEY, KEYS_MAX = 200,
};

static const char no_changes[] = "AAAAAAAAAAA=";	/* TransactionMeta, version 0 */

static bool refuse(struct rpc_failure *why, int code, const char *message)
{
	why->code = code;
	str_put(why->message, sizeof(why->message), message);
	return false;
}

static json_t *fail(struct rpc_failure *why, int code, const char *message)
{
	(void)refuse(why, code, message);
	return NULL;
}

static bool knows(const struct rpc *rpc, const struct booked *item)
{
	int64_t seen = rpc_latest() - rpc->book->faults.race;

	return item->ledger > 0 && item->ledger <= seen && item->ledger >= rpc_oldest(rpc);
}

static void set_found(json_t *json, const struct booked *item)
{
	char text[BOOK_BASE64];

	json_set_text(json, "status", item->op_code == 0 ? "SUCCESS" : "FAILED");
	json_set_text(json, "txHash", item->hash);
	json_set_i64(json, "applicationOrder", item->order);
	json_set_bool(json, "feeBump", item->inner[0]);
	booked_envelope(item, text);
	json_set_text(json, "envelopeXdr", text);
	booked_result(item, text);
	json_set_text(json, "resultXdr", text);
	json_set_text(json, "resultMetaXdr", no_changes);
	json_set_i64(json, "ledger", item->ledger);
}

static void set_not_found(json_t *json, const char *hash)
{
	json_set_text(json, "status", "NOT_FOUND");
	json_set_text(json, "txHash", hash);
	json_set_i64(json, "applicationOrder", 0);
	json_set_bool(json, "feeBump", false);
	json_set_i64(json, "ledger", 0);
	json_set_text(json, "createdAt", "0");
}

static int64_t closed_s(int64_t ledger)
{
	return ledger_closed_at(ledger) / WHEN_SECOND;
}

static void set_seconds(json_t *json, const char *name, int64_t ledger)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)closed_s(ledger));
	json_set_text(json, name, text);
}

json_t *rpc_get_transaction(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	const char *hash = json_text_at(params, "hash", "");
	const struct booked *item;
	struct booked everyday;
	json_t *json;

	if (strspn(hash, "0123456789abcdef") != HASH_DIGITS || hash[HASH_DIGITS])
		return fail(why, INVALID_PARAMS, "incorrect hash: it must be 64 hexadecimal digits");
	item = book_find(rpc->book, hash, rpc_latest(), &everyday);
	json = json_object();
	json_set_i64(json, "latestLedger", rpc_latest());
	json_set_i64(json, "oldestLedger", rpc_oldest(rpc));
	rpc_set_close_times(rpc, json);
	if (!item || !knows(rpc, item)) {
		set_not_found(json, hash);
		return json;
	}
	set_found(json, item);
	set_seconds(json, "createdAt", item->ledger);
	return json;
}

/* --- pages --- */

struct search {
	int64_t ledger;		/* the first */
	int64_t token;		/* begin behind this one */
	int64_t limit;
	json_t *found;
};

static bool read_search(const struct rpc *rpc, const json_t *params, struct search *search,
			struct rpc_failure *why)
{
	const char *cursor = json_text_at(params, "pagination.cursor", NULL);

	*search = (struct search){ .token = -1, .limit = PAGE_DEFAULT };
	json_i64_at(params, "pagination.limit", &search->limit);
	if (search->limit < 1 || search->limit > PAGE_MAX)
		return refuse(why, INVALID_REQUEST, "limit must not exceed 200");
	if (cursor && json_at(params, "startLedger"))
		return refuse(why, INVALID_REQUEST, "startLedger and cursor cannot both be set");
	if (cursor && !json_i64_at(params, "pagination.cursor", &search->token))
		return refuse(why, INVALID_PARAMS, "invalid cursor");
	if (cursor)
		search->ledger = search->token >> 32;
	else
		json_i64_at(params, "startLedger", &search->ledger);
	if (search->ledger >= rpc_oldest(rpc) && search->ledger <= rpc_latest())
		return true;
	snprintf(why->message, sizeof(why->message),
		 "start ledger must be between the oldest ledger: %lld and the latest ledger: %lld"
		 " for this rpc instance", (long long)rpc_oldest(rpc), (long long)rpc_latest());
	why->code = INVALID_REQUEST;
	return false;
}

static void offer(const struct rpc *rpc, struct search *search, const struct booked *item,
		  int64_t ledger)
{
	json_t *json;

	if (item->ledger != ledger || !knows(rpc, item) || booked_token(item) <= search->token ||
	    (int64_t)json_array_size(search->found) >= search->limit)
		return;
	json = json_object();
	set_found(json, item);
	json_set_i64(json, "createdAt", closed_s(ledger));
	json_array_append_new(search->found, json);
	search->token = booked_token(item);
}

static void search_ledger(const struct rpc *rpc, struct search *search, int64_t ledger)
{
	struct ledger_op ops[LEDGER_OPS_MAX];
	int everyday = ledger_operations(ledger, rpc->quiet, ops);

	for (int i = 0; i < everyday; i++) {
		struct booked item;

		book_everyday(&ops[i], &item);
		offer(rpc, search, &item, ledger);
	}
	for (size_t i = 0; i < rpc->book->count; i++)
		offer(rpc, search, &rpc->book->items[i], ledger);
}

json_t *rpc_get_transactions(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	struct search search;
	char cursor[24];
	json_t *json;

	if (!read_search(rpc, params, &search, why))
		return NULL;
	search.found = json_array();
	for (int64_t at = search.ledger; at <= rpc_latest() &&
	     (int64_t)json_array_size(search.found) < search.limit; at++)
		search_ledger(rpc, &search, at);
	json = json_object();
	json_set(json, "transactions", search.found);
	json_set_i64(json, "latestLedger", rpc_latest());
	json_set_i64(json, "latestLedgerCloseTimestamp", closed_s(rpc_latest()));
	json_set_i64(json, "oldestLedger", rpc_oldest(rpc));
	json_set_i64(json, "oldestLedgerCloseTimestamp", closed_s(rpc_oldest(rpc)));
	snprintf(cursor, sizeof(cursor), "%lld", (long long)search.token);
	json_set_text(json, "cursor", cursor);
	return json;
}

/* --- accounts --- */

static bool read_key(const char *base64, struct account_key *key, bool *account)
{
	struct buf xdr = { 0 }, expected = { 0 };
	struct err err;
	bool good = base64_read(str_of(base64), &xdr, &err) && xdr.len >= 4;

	*account = good && xdr.len == KEY_BYTES;
	if (*account) {
		memcpy(key->bytes, buf_cstr(&xdr) + KEY_BYTES - DRAFT_KEY, DRAFT_KEY);
		draft_entry_key(key, &expected);
		*account = memcmp(buf_cstr(&expected), buf_cstr(&xdr), KEY_BYTES) == 0;
	}
	buf_done(&expected);
	buf_done(&xdr);
	return good;
}

static void add_entry(const struct rpc *rpc, json_t *entries, const char *key_text,
		      const struct account_key *key)
{
	struct account_state state;
	struct buf xdr = { 0 };
	char text[BOOK_BASE64];
	json_t *entry;

	book_state(rpc->book, key, rpc_latest(), &state);
	if (!state.exists)
		return;
	draft_entry(key, &state, (uint64_t)closed_s(state.sequence_ledger), &xdr);
	digest_base64(text, sizeof(text), str_sub(buf_cstr(&xdr), xdr.len));
	buf_done(&xdr);
	entry = json_object();
	json_set_text(entry, "key", key_text);
	json_set_text(entry, "xdr", text);
	json_set_i64(entry, "lastModifiedLedgerSeq", state.sequence_ledger);
	json_set_text(entry, "extXdr", "AAAAAA==");
	json_array_append_new(entries, entry);
}

/* Of accounts only: other entries are not there. */
json_t *rpc_get_entries(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	const json_t *keys = json_at(params, "keys"), *item;
	json_t *entries, *json;
	size_t i;

	if (json_array_size(keys) > KEYS_MAX)
		return fail(why, INVALID_PARAMS, "key count exceeds maximum supported (200)");
	entries = json_array();
	json_array_foreach(keys, i, item) {
		struct account_key key;
		bool account;

		if (!json_is_string(item) ||
		    !read_key(json_string_value(item), &key, &account)) {
			json_decref(entries);
			return fail(why, INVALID_PARAMS, "cannot unmarshal a key value");
		}
		if (account)
			add_entry(rpc, entries, json_string_value(item), &key);
	}
	json = json_object();
	json_set(json, "entries", entries);
	json_set_i64(json, "latestLedger", rpc_latest());
	return json;
}

/* --- what is handed in --- */

json_t *rpc_send(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	const struct booked *item;
	char hash[DIGEST_HEX], result[BOOK_BASE64];
	enum handin how = handin(rpc->book, json_text_at(params, "transaction", ""), rpc_latest(),
				 hash, &item);
	json_t *json;

	if (how == HANDIN_MALFORMED)
		return fail(why, INVALID_PARAMS, "cannot unmarshal transaction");
	json = json_object();
	if (handin_refused(how)) {
		handin_result(how, result);
		json_set_text(json, "errorResultXdr", result);
	}
	json_set_text(json, "status", handin_word(how));
	json_set_text(json, "hash", hash);
	json_set_i64(json, "latestLedger", rpc_latest());
	set_seconds(json, "latestLedgerCloseTime", rpc_latest());
	return json;
}
