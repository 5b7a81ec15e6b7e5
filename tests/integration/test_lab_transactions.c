/*
 * The lab's own ledgers: what its stand-ins tell of accounts and transactions has the shape of the
 * real servers, decodes with the program's own readers, and holds together: hashes, sequence
 * numbers, ledgers, pages, and what is handed in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "stellar/base64.h"
#include "stellar/entry.h"
#include "stellar/envelope.h"
#include "stellar/network.h"
#include "stellar/result.h"
#include "tests/lib/lab.h"
#include "tests/lib/vectors.h"

static const char *const horizons[] = { "LAB_HORIZON1_URL", "LAB_HORIZON2_URL" };
static const char form[] = "application/x-www-form-urlencoded";

static json_t *listed;		/* all transactions, as of the start */

static const json_t *named(const char *name)
{
	return lab_named(listed, name);
}

static const char *hash_of(const char *name)
{
	return json_text_at(named(name), "hash", "");
}

static int64_t number(const json_t *json, const char *path)
{
	int64_t value = -1;

	if (!json_i64_at(json, path, &value))
		fail_msg("no number %s", path);
	return value;
}

static void get(const char *variable, struct lab_reply *reply, const char *format, ...)
	PRINTF_LIKE(3, 4);
static void get(const char *variable, struct lab_reply *reply, const char *format, ...)
{
	struct buf path = { 0 };
	va_list args;

	va_start(args, format);
	buf_vfmt(&path, format, args);
	va_end(args);
	lab_ask(variable, buf_cstr(&path), NULL, NULL, reply);
	buf_done(&path);
}

static void call(const char *method, json_t *params, struct lab_reply *reply)
{
	json_t *json = json_pack("{s:s, s:i, s:s, s:o}", "jsonrpc", "2.0", "id", 1, "method", method,
				 "params", params);
	struct buf body = { 0 };

	json_write(&body, json);
	json_decref(json);
	lab_ask("LAB_RPC_URL", "/", "application/json", buf_cstr(&body), reply);
	buf_done(&body);
	assert_int_equal(reply->status, 200);
	assert_non_null(json_at(reply->json, "result"));
}

static int set_up(void **unused)
{
	int status = lab_up_chain(unused);

	if (status != 0)
		return status;
	lab_set("stuck-transactions");
	listed = lab_transactions();
	return 0;
}

static int tear_down(void **unused)
{
	json_decref(listed);
	return lab_down(unused);
}

/* --- what is in them --- */

static void hash_again(const char *base64, const char *network, char hash[TX_HASH_TEXT],
		       char inner[TX_HASH_TEXT])
{
	struct envelope *envelope = mem_new(sizeof(*envelope));
	struct buf xdr = { 0 };
	struct err err = { 0 };

	if (!base64_read(str_of(base64), &xdr, &err) ||
	    !envelope_read(str_sub(xdr.data, xdr.len), envelope, &err))
		fail_msg("%s", err.text);
	envelope_hash(envelope, str_sub(xdr.data, xdr.len), network_passphrase(network), hash, inner);
	buf_done(&xdr);
	mem_free(envelope);
}

static void every_envelope_hashes_to_what_is_recorded_of_it(void **unused)
{
	size_t hashed = 0, i;
	const json_t *item;

	(void)unused;
	json_array_foreach(listed, i, item) {
		const char *envelope = json_text_at(item, "envelope_xdr", NULL);
		bool mismatch = strcmp(json_text_at(item, "name", ""), "hash-mismatch") == 0;
		char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];

		if (!envelope)
			continue;
		hash_again(envelope, mismatch ? "public" : "testnet", hash, inner);
		assert_string_equal(hash, json_text_at(item, "hash", ""));
		hashed++;
	}
	assert_true(hashed > 25);
}

static void every_verdict_has_a_transaction(void **unused)
{
	static const char *const verdicts[] = {
		"HASH_MISMATCH", "SOURCES_DISAGREE", "CONFIRMED", "FAILED_ON_CHAIN",
		"DEAD_SEQ_CONSUMED", "DEAD_EXPIRED", "DEAD_ACCOUNT_GONE", "LIVE_MAY_STILL_LAND",
		"LIVE_BLOCKED_SEQ_GAP", "LIVE_NOT_YET_VALID", "UNKNOWN_STALE_SOURCE",
		"UNKNOWN_NO_ENVELOPE", "UNKNOWN_NO_IDENTITY",
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		const json_t *item;
		bool found = false;
		size_t at;

		json_array_foreach(listed, at, item)
			found |= strcmp(json_text_at(item, "expected", ""), verdicts[i]) == 0;
		if (!found)
			fail_msg("no transaction for %s", verdicts[i]);
	}
}

/* The same members as the real server's, but for the metadata that it may leave out. */
static void same_members(const json_t *ours, const char *fixture)
{
	static const char *const left_out[] = {
		"result_meta_xdr", "memo", "memo_bytes", "home_domain", "inflation_destination",
		"sponsor",
	};
	json_t *real = vectors_document(fixture), *value;
	const char *key;

	json_object_foreach(real, key, value) {
		const json_t *mine = json_object_get(ours, key);
		bool optional = false;

		for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
			optional |= strcmp(key, left_out[i]) == 0;
		if (!optional && (!mine || (json_typeof(mine) != json_typeof(value) &&
					    !json_is_boolean(mine))))
			fail_msg("%s: %s is not as in the real answer", fixture, key);
	}
	json_decref(real);
}

static void answers_have_the_shape_of_the_real_ones(void **unused)
{
	static const struct {
		const char *name, *fixture;
		int digits, status;
	} answers[] = {
		{ "confirmed", "fixtures/horizon_tx_success.json", 64, 200 },
		{ "failed", "fixtures/horizon_tx_failed.json", 64, 200 },
		{ "confirmed-in-fee-bump", "fixtures/horizon_tx_fee_bump.json", 64, 200 },
		{ "expired", "fixtures/horizon_err_404_not_found.json", 64, 404 },
		{ "expired", "fixtures/horizon_err_400_bad_request.json", 4, 400 },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct lab_reply reply;

		get(horizons[0], &reply, "/transactions/%.*s", answers[i].digits,
		    hash_of(answers[i].name));
		assert_int_equal(reply.status, answers[i].status);
		same_members(reply.json, answers[i].fixture);
		assert_non_null(strstr(buf_cstr(&reply.head), "X-Ratelimit-Remaining: "));
		assert_null(strstr(buf_cstr(&reply.head), "Latest-Ledger"));
		lab_reply_done(&reply);
	}
}

/* --- what holds together --- */

static int64_t latest_in(const struct lab_reply *reply)
{
	static const char name[] = "Latest-Ledger: ";
	const char *at = strstr(buf_cstr(&reply->head), name);

	if (!at)
		fail_msg("an account's answer does not say of which ledger it is");
	return strtoll(at + strlen(name), NULL, 10);
}

static void an_account_says_of_which_ledger_it_is_also_when_it_is_missing(void **unused)
{
	struct lab_reply here, gone;

	(void)unused;
	get(horizons[0], &here, "/accounts/%s", json_text_at(named("expired"), "source", ""));
	get(horizons[0], &gone, "/accounts/%s", json_text_at(named("account-gone"), "source", ""));
	assert_int_equal(here.status, 200);
	same_members(here.json, "fixtures/horizon_account.json");
	assert_int_equal(gone.status, 404);
	assert_true(latest_in(&here) > 0 && latest_in(&gone) >= latest_in(&here));
	assert_int_equal(number(here.json, "sequence") + 1, number(named("expired"), "sequence"));
	lab_reply_done(&here);
	lab_reply_done(&gone);
}

/* What was applied has used its sequence number, for Horizon and for the RPC. */
static void both_kinds_of_server_tell_the_same_of_an_account(void **unused)
{
	static const char *const names[] = { "confirmed", "failed", "expired", "bumped-past", "gap" };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *source = json_text_at(named(names[i]), "source", "");
		struct lab_reply horizon, rpc;
		struct account_entry entry;
		char key[ENTRY_KEY_TEXT];
		struct err err = { 0 };

		get(horizons[0], &horizon, "/accounts/%s", source);
		assert_true(entry_account_key(key, source, &err));
		call("getLedgerEntries", json_pack("{s:[s]}", "keys", key), &rpc);
		assert_true(entry_read_account_base64(
			str_of(json_string_value(json_object_get(json_array_get(
				json_at(rpc.json, "result.entries"), 0), "xdr"))), &entry, &err));
		assert_string_equal(entry.account, source);
		assert_int_equal(entry.sequence, number(horizon.json, "sequence"));
		assert_int_equal(entry.sequence_ledger, number(horizon.json, "sequence_ledger"));
		assert_int_equal(entry.sequence_time, number(horizon.json, "sequence_time"));
		lab_reply_done(&horizon);
		lab_reply_done(&rpc);
	}
}

static void a_find_decodes_to_what_its_result_says(void **unused)
{
	static const struct {
		const char *name, *code;
	} finds[] = {
		{ "confirmed", "txSUCCESS" }, { "failed", "txFAILED" },
		{ "confirmed-in-fee-bump", "txFEE_BUMP_INNER_SUCCESS" },
		{ "failed-in-fee-bump", "txFAILED" }, { "bridge-1", "txSUCCESS" },
		{ "hostile-memo", "txSUCCESS" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(finds); i++) {
		char hash[TX_HASH_TEXT], inner[TX_HASH_TEXT];
		struct tx_result result;
		struct lab_reply reply;
		struct err err = { 0 };

		get(horizons[1], &reply, "/transactions/%s", hash_of(finds[i].name));
		assert_int_equal(reply.status, 200);
		assert_string_equal(json_text_at(reply.json, "hash", ""), hash_of(finds[i].name));
		hash_again(json_text_at(reply.json, "envelope_xdr", ""), "testnet", hash, inner);
		assert_true(strcmp(hash, hash_of(finds[i].name)) == 0 ||
			    strcmp(inner, hash_of(finds[i].name)) == 0);
		assert_true(result_read_base64(str_of(json_text_at(reply.json, "result_xdr", "")),
					       &result, &err));
		assert_string_equal(result_code(&result)->name, finds[i].code);
		assert_int_equal(result_succeeded(&result),
				 json_is_true(json_at(reply.json, "successful")));
		lab_reply_done(&reply);
	}
}

static void the_rpc_finds_by_both_hashes_of_a_fee_bump(void **unused)
{
	const json_t *item = named("confirmed-in-fee-bump");
	const char *const hashes[] = {
		json_text_at(item, "hash", ""), json_text_at(item, "network_hash", ""),
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
		struct lab_reply reply;

		call("getTransaction", json_pack("{s:s}", "hash", hashes[i]), &reply);
		assert_string_equal(json_text_at(reply.json, "result.status", ""), "SUCCESS");
		assert_true(json_is_true(json_at(reply.json, "result.feeBump")));
		lab_reply_done(&reply);
	}
	assert_string_not_equal(hashes[0], hashes[1]);
}

static size_t records(const struct lab_reply *reply)
{
	assert_int_equal(reply->status, 200);
	return json_array_size(json_at(reply->json, "_embedded.records"));
}

static void a_failed_consumer_is_listed_only_where_failed_ones_are_asked_for(void **unused)
{
	const char *source = json_text_at(named("failed"), "source", "");
	struct lab_reply without, with;

	(void)unused;
	get(horizons[0], &without, "/accounts/%s/transactions?order=desc", source);
	get(horizons[0], &with, "/accounts/%s/transactions?order=desc&include_failed=true", source);
	assert_int_equal(records(&without), 0);
	assert_int_equal(records(&with), 1);
	lab_reply_done(&without);
	lab_reply_done(&with);
}

/* Page by page in both directions: all of an account, each once, in order. */
static void pages_go_through_an_account_without_a_gap(void **unused)
{
	static const char *const orders[] = { "asc", "desc" };
	const char *source = json_text_at(named("retried-1"), "destination", "");

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		int64_t before = i == 0 ? 0 : INT64_MAX, token = -1;
		struct lab_reply whole;
		size_t seen = 0;

		get(horizons[0], &whole, "/accounts/%s/transactions?limit=200&include_failed=true",
		    source);
		for (size_t found = 1; found > 0; seen += found) {
			struct lab_reply page;

			if (token < 0)
				get(horizons[0], &page, "/accounts/%s/transactions?limit=1&order=%s"
				    "&include_failed=true", source, orders[i]);
			else
				get(horizons[0], &page, "/accounts/%s/transactions?limit=1&order=%s"
				    "&include_failed=true&cursor=%lld", source, orders[i],
				    (long long)token);
			found = records(&page);
			if (found > 0)
				token = number(json_array_get(json_at(page.json, "_embedded.records"), 0),
					       "paging_token");
			assert_true(found == 0 || (i == 0 ? token > before : token < before));
			before = token;
			lab_reply_done(&page);
		}
		assert_true(seen > 1);
		assert_int_equal(seen, records(&whole));
		lab_reply_done(&whole);
	}
}

static void a_ledger_holds_as_many_transactions_as_it_counts(void **unused)
{
	long long ledger = (long long)number(named("failed"), "ledger");
	struct lab_reply head, list, searched;
	int64_t counted;

	(void)unused;
	get(horizons[0], &head, "/ledgers/%lld", ledger);
	get(horizons[0], &list, "/ledgers/%lld/transactions?include_failed=true&limit=200", ledger);
	counted = number(head.json, "successful_transaction_count") +
		number(head.json, "failed_transaction_count");
	assert_int_equal(number(head.json, "failed_transaction_count"), 1);
	assert_int_equal(records(&list), counted);
	call("getTransactions", json_pack("{s:I, s:{s:i}}", "startLedger", (json_int_t)ledger,
					  "pagination", "limit", (int)counted), &searched);
	assert_int_equal(number(json_array_get(json_at(searched.json, "result.transactions"),
					       (size_t)counted - 1), "ledger"), ledger);
	lab_reply_done(&head);
	lab_reply_done(&list);
	lab_reply_done(&searched);
}

/* --- servers that know less --- */

static int status_of(const char *variable, const char *format, const char *word)
{
	struct lab_reply reply;
	struct buf path = { 0 };
	int status;

	buf_fmt(&path, "%s%s", format, word);
	lab_ask(variable, buf_cstr(&path), NULL, NULL, &reply);
	status = reply.status;
	lab_reply_done(&reply);
	buf_done(&path);
	return status;
}

static void each_fault_is_what_it_says(void **unused)
{
	const char *hash = hash_of("confirmed"), *source = json_text_at(named("confirmed"), "source", "");

	(void)unused;
	lab_fault("tx.filtered", "1");
	assert_int_equal(status_of(horizons[0], "/transactions/", hash), 404);
	assert_int_equal(status_of(horizons[0], "/accounts/", source), 200);
	lab_fault("tx.filtered", "0");
	lab_fault("tx.limited", "1");
	assert_int_equal(status_of(horizons[1], "/transactions/", hash), 429);
	assert_int_equal(status_of(horizons[1], "/accounts/", source), 429);
	lab_fault("tx.limited", "0");
	lab_fault("tx.pruned", "100");
	assert_int_equal(status_of(horizons[0], "/transactions/", hash), 404);
	assert_int_equal(status_of(horizons[0], "/transactions?order=desc&cursor=", "4096"), 410);
	assert_int_equal(status_of(horizons[0], "/transactions?order=asc&cursor=", "4096"), 200);
	lab_fault("tx.pruned", "0");
	assert_int_equal(status_of(horizons[0], "/transactions/", hash), 200);
	assert_int_equal(status_of(horizons[0], "/transactions/", hash_of("filtered")), 404);
	assert_int_equal(status_of(horizons[0], "/transactions/", hash_of("forgotten")), 404);
}

static void a_horizon_that_is_behind_answers_as_of_its_own_ledger(void **unused)
{
	const char *source = json_text_at(named("confirmed"), "source", "");
	struct lab_reply first, second;

	(void)unused;
	lab_fault("horizon.behind", "4000");	/* before it landed */
	get(horizons[0], &first, "/accounts/%s", source);
	get(horizons[1], &second, "/accounts/%s", source);
	assert_true(latest_in(&second) <= latest_in(&first) - 3999);
	assert_int_equal(number(second.json, "sequence") + 1, number(first.json, "sequence"));
	assert_int_equal(status_of(horizons[1], "/transactions/", hash_of("confirmed")), 404);
	assert_int_equal(status_of(horizons[0], "/transactions/", hash_of("confirmed")), 200);
	lab_fault("horizon.behind", "0");
	lab_reply_done(&first);
	lab_reply_done(&second);
}

static void the_servers_disagree_about_one_transaction(void **unused)
{
	struct lab_reply first, second;

	(void)unused;
	get(horizons[0], &first, "/transactions/%s", hash_of("disputed"));
	get(horizons[1], &second, "/transactions/%s", hash_of("disputed"));
	assert_int_not_equal(number(first.json, "ledger"), number(second.json, "ledger"));
	lab_reply_done(&first);
	lab_reply_done(&second);
}

/* --- what is handed in --- */

static void put_form(struct buf *out, const char *name)
{
	buf_text(out, "tx=");
	for (const char *c = json_text_at(named(name), "envelope_xdr", ""); *c; c++) {
		if (strchr("+/=", *c))
			buf_fmt(out, "%%%02X", (unsigned)*c);
		else
			buf_char(out, *c);
	}
}

static void hand_in(const char *path, const char *name, struct lab_reply *reply)
{
	struct buf body = { 0 };

	put_form(&body, name);
	lab_ask(horizons[0], path, form, buf_cstr(&body), reply);
	buf_done(&body);
}

static void what_is_handed_in_lands_once(void **unused)
{
	struct lab_reply before, pending, again, landed, after;

	(void)unused;
	get(horizons[0], &before, "/");
	hand_in("/transactions_async", "live-unbounded", &pending);
	hand_in("/transactions_async", "live-unbounded", &again);
	hand_in("/transactions", "live-unbounded", &landed);
	assert_int_equal(pending.status, 201);
	assert_int_equal(again.status, 409);
	assert_int_equal(landed.status, 200);
	assert_string_equal(json_text_at(landed.json, "hash", ""), hash_of("live-unbounded"));
	assert_true(number(landed.json, "ledger") >= number(before.json, "history_latest_ledger") + 2);
	call("getTransaction", json_pack("{s:s}", "hash", hash_of("live-unbounded")), &after);
	assert_string_equal(json_text_at(after.json, "result.status", ""), "SUCCESS");
	lab_reply_done(&before);
	lab_reply_done(&pending);
	lab_reply_done(&again);
	lab_reply_done(&landed);
	lab_reply_done(&after);
}

static void what_can_never_land_is_refused_with_its_code(void **unused)
{
	static const struct {
		const char *name, *code;
	} refused[] = {
		{ "expired", "tx_too_late" }, { "expired-by-ledger", "tx_too_late" },
		{ "consumed", "tx_bad_seq" }, { "gap", "tx_bad_seq" },
		{ "not-yet-valid", "tx_too_early" }, { "account-gone", "tx_no_source_account" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct lab_reply reply;

		hand_in("/transactions", refused[i].name, &reply);
		assert_int_equal(reply.status, 400);
		assert_string_equal(json_text_at(reply.json, "extras.result_codes.transaction", ""),
				    refused[i].code);
		same_members(reply.json, "fixtures/horizon_err_400_transaction_failed_fee.json");
		lab_reply_done(&reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_has_a_transaction),
		cmocka_unit_test(every_envelope_hashes_to_what_is_recorded_of_it),
		cmocka_unit_test(answers_have_the_shape_of_the_real_ones),
		cmocka_unit_test(an_account_says_of_which_ledger_it_is_also_when_it_is_missing),
		cmocka_unit_test(both_kinds_of_server_tell_the_same_of_an_account),
		cmocka_unit_test(a_find_decodes_to_what_its_result_says),
		cmocka_unit_test(the_rpc_finds_by_both_hashes_of_a_fee_bump),
		cmocka_unit_test(a_failed_consumer_is_listed_only_where_failed_ones_are_asked_for),
		cmocka_unit_test(pages_go_through_an_account_without_a_gap),
		cmocka_unit_test(a_ledger_holds_as_many_transactions_as_it_counts),
		cmocka_unit_test(each_fault_is_what_it_says),
		cmocka_unit_test(a_horizon_that_is_behind_answers_as_of_its_own_ledger),
		cmocka_unit_test(the_servers_disagree_about_one_transaction),
		cmocka_unit_test(what_is_handed_in_lands_once),
		cmocka_unit_test(what_can_never_land_is_refused_with_its_code),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
