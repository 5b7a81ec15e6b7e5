/*
 * Each transaction of the lab gets the verdict that it was made for: asked of both Horizons and the
 * stellar-rpc, of the Horizons alone and of the RPC alone, with servers that lag, filter, forget,
 * limit and disagree. Where servers tell less the verdict may be unknown, and never another one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "backends/inquiry.h"
#include "base/json.h"
#include "base/mem.h"
#include "stellar/network.h"
#include "tests/lib/command.h"
#include "tests/lib/lab.h"

enum { ENDPOINTS = 3, HORIZONS = 2 };

static const char *const urls[ENDPOINTS] = {
	"LAB_HORIZON1_URL", "LAB_HORIZON2_URL", "LAB_RPC_URL",
};

static int set_up(void **unused)
{
	int status = lab_up_chain(unused);

	if (status == 0)
		lab_set("stuck-transactions");
	return status;
}

static int set_anew(void **unused)
{
	(void)unused;
	lab_set("stuck-transactions");
	return 0;
}

/* --- an inquiry, driven here --- */

struct who {			/* is asked */
	size_t first, count;
};

static const struct who everybody = { 0, ENDPOINTS }, only_horizons = { 0, HORIZONS },
			only_rpc = { HORIZONS, 1 };

static int64_t header(const struct lab_reply *answer, const char *name)
{
	const char *at = strstr(buf_cstr(&answer->head), name);

	return at ? strtoll(at + strlen(name), NULL, 10) : -1;
}

static void take(struct inquiry *inquiry, const struct inquiry_ask *ask, const char *url)
{
	bool post = strcmp(ask->method, "POST") == 0;
	msec pause = WHEN_NEVER;
	struct lab_reply answer;
	struct reply reply;
	int64_t seconds;

	lab_ask(url, ask->path.len > 0 ? buf_cstr(&ask->path) : "/", "application/json",
		post ? buf_cstr(&ask->body) : NULL, &answer);
	seconds = header(&answer, "Retry-After: ");
	reply = (struct reply){
		.kind = REPLY_ANSWER, .at = (msec)time(NULL) * WHEN_SECOND, .status = answer.status,
		.body = str_sub(buf_cstr(&answer.body), answer.body.len), .date = WHEN_NEVER,
		.retry_after = seconds < 0 ? WHEN_NEVER : seconds * WHEN_SECOND,
		.rate_remaining = -1, .rate_reset = WHEN_NEVER,
		.latest_ledger = header(&answer, "Latest-Ledger: "),
	};
	inquiry_take(inquiry, ask, &reply, &pause);
	lab_reply_done(&answer);
}

static void identify(const json_t *item, struct tx_identity *identity)
{
	const char *envelope = json_text_at(item, "envelope_xdr", NULL);

	*identity = (struct tx_identity){ .envelope = mem_text(envelope) };
	str_put(identity->hash, sizeof(identity->hash), json_text_at(item, "hash", ""));
	str_put(identity->account, sizeof(identity->account), json_text_at(item, "source", ""));
	identity->has_sequence = json_i64_at(item, "sequence", &identity->sequence);
}

/* False: there is nothing to ask by. */
static bool diagnose(const json_t *item, struct who who, struct verdict *verdict, enum twin *twin)
{
	struct inquiry_endpoint endpoints[ENDPOINTS] = { 0 };
	struct tx_identity identity;
	struct inquiry_setup setup = {
		.passphrase = network_passphrase("testnet"), .endpoints = endpoints,
		.endpoint_count = who.count, .identity = &identity,
	};
	struct inquiry *inquiry;
	struct inquiry_ask ask = { 0 };
	struct err err = { 0 };

	identify(item, &identity);
	assert_true(json_i64_at(item, "created_at", &setup.created_at));
	for (size_t i = 0; i < who.count; i++) {
		endpoints[i].kind = who.first + i < HORIZONS ? ENDPOINT_HORIZON : ENDPOINT_RPC;
		str_put(endpoints[i].name, sizeof(endpoints[i].name), urls[who.first + i]);
	}
	inquiry = inquiry_new(&setup, &err);
	while (inquiry && inquiry_next(inquiry, &ask)) {
		take(inquiry, &ask, urls[who.first + ask.endpoint]);
		buf_done(&ask.path);
		buf_done(&ask.body);
		ask = (struct inquiry_ask){ 0 };
	}
	if (inquiry) {
		inquiry_verdict(inquiry, verdict);
		*twin = inquiry_consumer(inquiry);
	}
	mem_free(identity.envelope);
	inquiry_free(inquiry);
	return inquiry != NULL;
}

/* --- all of them --- */

typedef const char *allowed_fn(const json_t *item);	/* another verdict than its own; NULL: none */

static const char *nothing_else(const json_t *item)
{
	(void)item;
	return NULL;
}

static bool is(const struct verdict *verdict, const char *name)
{
	return name && strcmp(verdict_name(verdict->kind), name) == 0;
}

/* One that has just changed is asked about again: time goes on while they are. */
static const char *expected_now(const json_t *item, const char *key, char out[64])
{
	json_t *list = lab_transactions();

	str_put(out, 64, json_text_at(lab_named(list, json_text_at(item, "name", "")), key, ""));
	json_decref(list);
	return out;
}

static size_t judge_all(struct who who, allowed_fn *allowed)
{
	json_t *list = lab_transactions();
	size_t wrong = 0, right = 0, i;
	const json_t *item;

	json_array_foreach(list, i, item) {
		const char *name = json_text_at(item, "name", "");
		const char *expected = json_text_at(item, "expected", ""), *other = allowed(item);
		struct verdict verdict = { 0 };
		enum twin twin = TWIN_UNKNOWN;
		char later[64];

		if (!diagnose(item, who, &verdict, &twin)) {
			wrong += strcmp(expected, "UNKNOWN_NO_IDENTITY") != 0;
			continue;
		}
		if (is(&verdict, expected) || is(&verdict, expected_now(item, "expected", later))) {
			right++;
			continue;
		}
		if (is(&verdict, other))
			continue;
		print_message("%s: expected %s, not %s (row %s): %s\n", name, expected,
			      verdict_name(verdict.kind), verdict.row, verdict.because);
		wrong++;
	}
	json_decref(list);
	assert_int_equal(wrong, 0);
	return right;
}

static void each_transaction_gets_the_verdict_it_was_made_for(void **unused)
{
	(void)unused;
	assert_true(judge_all(everybody, nothing_else) > 40);
}

static const char *unknown(const json_t *item)
{
	return json_text_at(item, "envelope_xdr", NULL) || json_text_at(item, "sequence", NULL) ?
		"UNKNOWN_STALE_SOURCE" : "UNKNOWN_NO_ENVELOPE";
}

/* What only the RPC can tell is unknown then, and not dead. */
static void horizons_alone_find_what_they_have_taken_in(void **unused)
{
	static const char *const without_rpc[] = { "filtered", "bumped-past", "account-gone",
						   "bridge-2", "escrow-1" };
	json_t *list = lab_transactions();
	size_t i;
	const json_t *item;

	(void)unused;
	(void)judge_all(only_horizons, unknown);
	json_array_foreach(list, i, item) {
		const char *name = json_text_at(item, "name", "");
		struct verdict verdict = { 0 };
		bool needs_rpc = false;
		enum twin twin;

		for (size_t at = 0; at < ARRAY_LEN(without_rpc); at++)
			needs_rpc |= strcmp(name, without_rpc[at]) == 0;
		if (needs_rpc && diagnose(item, only_horizons, &verdict, &twin))
			assert_true(is(&verdict, unknown(item)));
	}
	json_decref(list);
}

static const char *single_source(const json_t *item)
{
	return strcmp(json_text_at(item, "name", ""), "disputed") == 0 ? "CONFIRMED" : unknown(item);
}

static void the_rpc_alone_is_enough(void **unused)
{
	(void)unused;
	assert_true(judge_all(only_rpc, single_source) > 38);
}

static const struct {
	const char *name, *on, *off;
} troubles[] = {
	{ "tx.filtered", "1", "0" }, { "tx.limited", "1", "0" }, { "tx.lag", "500", "0" },
	{ "horizon.behind", "3000", "0" }, { "tx.pruned", "100", "0" }, { "rpc.kept", "100", "0" },
	{ "tx.race", "3", "0" }, { "horizon.mood", "overloaded", "well" }, { "rpc.busy", "1", "0" },
};

static void trouble_makes_a_verdict_unknown_and_never_another(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
		print_message("%s %s\n", troubles[i].name, troubles[i].on);
		lab_fault(troubles[i].name, troubles[i].on);
		(void)judge_all(everybody, single_source);
		lab_fault(troubles[i].name, troubles[i].off);
	}
}

/* The whole list of one platform's open rows, as the command prints it. */
static void list_rows(const char *kind, struct command *list)
{
	char config[600], home[600];

	snprintf(config, sizeof(config), "%s/config-%s.yaml", lab_dir(), kind);
	snprintf(home, sizeof(home), "HOME=%s", lab_dir());
	command_run(list, (const char *[]){ "env", home, command_binnacle(), "tx", "list", "--json",
					    "-c", config, NULL }, 60 * WHEN_SECOND);
}

static void the_rows_of_every_platform_lead_to_them(void **unused)
{
	static const struct {
		const char *config, *table;
		size_t rows;
	} kinds[] = { { "bridge", "bridge", 7 }, { "escrow", "escrow", 3 }, { "future", "payment", 4 },
		      { "payments", "intent", 34 } };
	json_t *all = lab_transactions();

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct command list;
		const json_t *item;
		size_t at, found = 0;

		list_rows(kinds[i].config, &list);
		json_array_foreach(all, at, item) {
			const char *hash = json_text_at(item, "hash", NULL);

			found += hash && strcmp(json_text_at(item, "table", ""), kinds[i].table) == 0 &&
				strstr(buf_cstr(&list.out), hash);
		}
		if (found != kinds[i].rows)
			fail_msg("%s: %zu of %zu\n%s%s", kinds[i].config, found, kinds[i].rows,
				 buf_cstr(&list.out), buf_cstr(&list.err));
		command_done(&list);
	}
	json_decref(all);
}

static void who_used_the_slot_is_compared_with_the_payment(void **unused)
{
	static const struct {
		const char *name;
		enum twin twin;
	} consumed[] = { { "consumed", TWIN_OTHER }, { "consumed-by-twin", TWIN_SAME } };
	json_t *list = lab_transactions();

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(consumed); i++) {
		struct verdict verdict = { 0 };
		enum twin twin = TWIN_UNKNOWN;

		assert_true(diagnose(lab_named(list, consumed[i].name), everybody, &verdict, &twin));
		assert_int_equal(verdict.kind, VERDICT_DEAD_SEQ_CONSUMED);
		assert_int_equal(twin, consumed[i].twin);
		assert_true(verdict.by[0]);
	}
	json_decref(list);
}

static void safety_is_as_it_was_made(void **unused)
{
	json_t *list = lab_transactions();
	const json_t *item;
	size_t i;

	(void)unused;
	json_array_foreach(list, i, item) {
		struct verdict verdict = { 0 };
		enum twin twin;
		char later[64];

		if (!diagnose(item, everybody, &verdict, &twin))
			continue;
		if (strcmp(safety_word(verdict.safe), json_text_at(item, "safe_to_cancel", "")) != 0 &&
		    strcmp(safety_word(verdict.safe),
			   expected_now(item, "safe_to_cancel", later)) != 0)
			fail_msg("%s: %s is %s", json_text_at(item, "name", ""),
				 verdict_name(verdict.kind), safety_word(verdict.safe));
	}
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_transaction_gets_the_verdict_it_was_made_for, set_anew),
		cmocka_unit_test_setup(safety_is_as_it_was_made, set_anew),
		cmocka_unit_test(the_rows_of_every_platform_lead_to_them),
		cmocka_unit_test(who_used_the_slot_is_compared_with_the_payment),
		cmocka_unit_test(horizons_alone_find_what_they_have_taken_in),
		cmocka_unit_test(the_rpc_alone_is_enough),
		cmocka_unit_test(trouble_makes_a_verdict_unknown_and_never_another),
	};

	return cmocka_run_group_tests(tests, set_up, lab_down);
}
