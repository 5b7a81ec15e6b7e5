/* horizon_tx_text.c: transactions and accounts as the real Horizon writes them. */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "lab/horizon_inside.h"

enum { URL = 256, NUMBER = 24 };

/* Go escapes what would end a script of a page. */
static const char *escaped(char c)
{
	switch (c) {
	case '&': return "\\u0026";
	case '<': return "\\u003c";
	case '>': return "\\u003e";
	default: return NULL;
	}
}

static int dump(const char *text, size_t len, void *arg)
{
	struct buf *out = arg;

	for (size_t i = 0; i < len; i++) {
		const char *instead = escaped(text[i]);

		if (instead)
			buf_text(out, instead);
		else
			buf_char(out, text[i]);
	}
	return 0;
}

void horizon_put_json(struct buf *out, const json_t *json)
{
	json_dump_callback(json, dump, out, JSON_INDENT(2));
}

static void set_number(json_t *json, const char *name, int64_t number)
{
	char text[NUMBER];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	json_object_set_new(json, name, json_string(text));
}

static void set_time(json_t *json, const char *name, int64_t seconds)
{
	char text[WHEN_TEXT];
	size_t len;

	when_format(text, seconds * WHEN_SECOND);
	len = strcspn(text, ".Z");	/* whole seconds, as the real one tells them */
	snprintf(text + len, sizeof(text) - len, "Z");
	json_object_set_new(json, name, json_string(text));
}

static void link_to(json_t *links, const struct horizon *horizon, const char *name,
		    const char *path)
{
	char url[URL];
	json_t *link = json_object();

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", horizon->site.port, path);
	json_object_set_new(link, "href", json_string(url));
	if (strchr(path, '{'))
		json_object_set_new(link, "templated", json_true());
	json_object_set_new(links, name, link);
}

static json_t *tx_links(const struct horizon *horizon, const struct booked *item,
			const char *hash, int64_t ledger, int64_t token)
{
	json_t *links = json_object();
	char path[URL], source[DRAFT_ACCOUNT];

	account_key_text(&item->draft.source, source);
	snprintf(path, sizeof(path), "/transactions/%s", hash);
	link_to(links, horizon, "self", path);
	snprintf(path, sizeof(path), "/accounts/%s", source);
	link_to(links, horizon, "account", path);
	snprintf(path, sizeof(path), "/ledgers/%lld", (long long)ledger);
	link_to(links, horizon, "ledger", path);
	snprintf(path, sizeof(path), "/transactions/%s/operations{?cursor,limit,order}", hash);
	link_to(links, horizon, "operations", path);
	snprintf(path, sizeof(path), "/transactions/%s/effects{?cursor,limit,order}", hash);
	link_to(links, horizon, "effects", path);
	snprintf(path, sizeof(path), "/transactions?order=asc&cursor=%lld", (long long)token);
	link_to(links, horizon, "precedes", path);
	snprintf(path, sizeof(path), "/transactions?order=desc&cursor=%lld", (long long)token);
	link_to(links, horizon, "succeeds", path);
	snprintf(path, sizeof(path), "/transactions/%s", hash);
	link_to(links, horizon, "transaction", path);
	return links;
}

static void set_memo(json_t *json, const struct draft *draft)
{
	char bytes[64];

	if (!draft->memo[0])
		return;
	digest_base64(bytes, sizeof(bytes), str_of(draft->memo));
	json_object_set_new(json, "memo", json_string(draft->memo));
	json_object_set_new(json, "memo_bytes", json_string(bytes));
}

static void set_accounts(json_t *json, const struct draft *draft)
{
	bool bumped = !account_key_none(&draft->fee_source);
	char text[DRAFT_ACCOUNT];

	account_key_text(&draft->source, text);
	json_object_set_new(json, "source_account", json_string(text));
	set_number(json, "source_account_sequence", draft->sequence);
	account_key_text(bumped ? &draft->fee_source : &draft->source, text);
	json_object_set_new(json, "fee_account", json_string(text));
	set_number(json, "fee_charged", bumped ? 2 * draft->fee : draft->fee);
	set_number(json, "max_fee", bumped ? 4 * draft->fee : draft->fee);
	json_object_set_new(json, "operation_count", json_integer(1));
}

static json_t *signatures(const struct draft *draft, bool bare)
{
	char text[96];

	draft_signature(draft, bare, text);
	return json_pack("[s]", text);
}

static json_t *bounds(const char *least, uint64_t min, const char *most, uint64_t max)
{
	json_t *json = json_object();

	set_number(json, least, (int64_t)min);
	if (max != 0)
		set_number(json, most, (int64_t)max);
	return json;
}

static void set_preconditions(json_t *json, const struct draft *draft)
{
	json_t *conditions = json_object();
	bool timed = draft->min_time || draft->max_time;

	if (timed) {
		set_time(json, "valid_after", (int64_t)draft->min_time);
		if (draft->max_time != 0)
			set_time(json, "valid_before", (int64_t)draft->max_time);
		json_object_set_new(conditions, "timebounds",
				    bounds("min_time", draft->min_time, "max_time", draft->max_time));
	}
	if (draft->min_ledger || draft->max_ledger)
		json_object_set_new(conditions, "ledgerbounds",
				    json_pack("{s:I, s:I}", "min_ledger", (json_int_t)draft->min_ledger,
					      "max_ledger", (json_int_t)draft->max_ledger));
	if (draft->min_sequence != 0)
		set_number(conditions, "min_account_sequence", draft->min_sequence);
	if (json_object_size(conditions) > 0)
		json_object_set_new(json, "preconditions", conditions);
	else
		json_decref(conditions);
}

static void set_fee_bump(json_t *json, const struct booked *item)
{
	json_t *inner;

	if (!item->inner[0])
		return;
	json_object_set_new(json, "fee_bump_transaction",
			    json_pack("{s:s, s:o}", "hash", item->hash, "signatures",
				      signatures(&item->draft, false)));
	inner = json_pack("{s:s, s:o}", "hash", item->inner, "signatures",
			  signatures(&item->draft, true));
	set_number(inner, "max_fee", item->draft.fee);
	json_object_set_new(json, "inner_transaction", inner);
}

static void set_xdr(json_t *json, const struct booked *item)
{
	char text[BOOK_BASE64];

	booked_envelope(item, text);
	json_object_set_new(json, "envelope_xdr", json_string(text));
	booked_result(item, text);
	json_object_set_new(json, "result_xdr", json_string(text));
	json_object_set_new(json, "fee_meta_xdr", json_string("AAAAAA=="));	/* no changes */
}

json_t *horizon_tx_json(const struct horizon *horizon, const struct booked *item,
			const char *hash)
{
	int64_t ledger = horizon_ledger_of(horizon, item);
	int64_t token = ledger << 32 | (int64_t)item->order << 12;
	json_t *json = json_object();

	hash = hash ? hash : item->hash;
	set_memo(json, &item->draft);
	json_object_set_new(json, "_links", tx_links(horizon, item, hash, ledger, token));
	json_object_set_new(json, "id", json_string(hash));
	set_number(json, "paging_token", token);
	json_object_set_new(json, "successful", json_boolean(item->op_code == 0));
	json_object_set_new(json, "hash", json_string(hash));
	json_object_set_new(json, "ledger", json_integer(ledger));
	set_time(json, "created_at", ledger_closed_at(ledger) / WHEN_SECOND);
	set_accounts(json, &item->draft);
	set_xdr(json, item);
	json_object_set_new(json, "memo_type", json_string(item->draft.memo[0] ? "text" : "none"));
	json_object_set_new(json, "signatures", signatures(&item->draft, false));
	set_preconditions(json, &item->draft);
	set_fee_bump(json, item);
	return json;
}

static json_t *account_links(const struct horizon *horizon, const char *address)
{
	static const char *const collections[] = {
		"transactions", "operations", "payments", "effects", "offers", "trades",
	};
	json_t *links = json_object();
	char path[URL];

	snprintf(path, sizeof(path), "/accounts/%s", address);
	link_to(links, horizon, "self", path);
	for (size_t i = 0; i < ARRAY_LEN(collections); i++) {
		snprintf(path, sizeof(path), "/accounts/%s/%s{?cursor,limit,order}", address,
			 collections[i]);
		link_to(links, horizon, collections[i], path);
	}
	snprintf(path, sizeof(path), "/accounts/%s/data/{key}", address);
	link_to(links, horizon, "data", path);
	return links;
}

json_t *horizon_account_json(const struct horizon *horizon, const struct account_key *key,
			     const struct account_state *state)
{
	int64_t set_at = ledger_closed_at(state->sequence_ledger) / WHEN_SECOND;
	json_t *json = json_object();
	char address[DRAFT_ACCOUNT];

	account_key_text(key, address);
	json_object_set_new(json, "_links", account_links(horizon, address));
	json_object_set_new(json, "id", json_string(address));
	json_object_set_new(json, "account_id", json_string(address));
	set_number(json, "sequence", state->sequence);
	json_object_set_new(json, "sequence_ledger", json_integer(state->sequence_ledger));
	set_number(json, "sequence_time", set_at);
	json_object_set_new(json, "subentry_count", json_integer(0));
	json_object_set_new(json, "last_modified_ledger", json_integer(state->sequence_ledger));
	set_time(json, "last_modified_time", set_at);
	json_object_set_new(json, "thresholds",
			    json_pack("{s:i, s:i, s:i}", "low_threshold", 0, "med_threshold", 0,
				      "high_threshold", 0));
	json_object_set_new(json, "flags",
			    json_pack("{s:b, s:b, s:b, s:b}", "auth_required", 0, "auth_revocable", 0,
				      "auth_immutable", 0, "auth_clawback_enabled", 0));
	json_object_set_new(json, "balances",
			    json_pack("[{s:s, s:s, s:s, s:s}]", "balance", "500.0000000",
				      "buying_liabilities", "0.0000000", "selling_liabilities",
				      "0.0000000", "asset_type", "native"));
	json_object_set_new(json, "signers",
			    json_pack("[{s:i, s:s, s:s}]", "weight", 1, "key", address, "type",
				      "ed25519_public_key"));
	json_object_set_new(json, "data", json_object());
	json_object_set_new(json, "num_sponsoring", json_integer(0));
	json_object_set_new(json, "num_sponsored", json_integer(0));
	json_object_set_new(json, "paging_token", json_string(address));
	return json;
}
