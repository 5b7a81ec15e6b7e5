/*
 * Answers of real Horizons and RPCs, read from $BINNACLE_SHARED/data/stellar/fixtures (default
 * ../shared) where they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/inquiry.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/mem.h"
#include "stellar/network.h"

static void path_of(char out[512], const char *name)
{
	const char *shared = getenv("BINNACLE_SHARED");

	(void)snprintf(out, 512, "%s/data/stellar/fixtures/%s.json", shared ? shared : "../shared",
		       name);
}

static char *load(const char *name, size_t *len)
{
	char path[512], *bytes;
	size_t cap = 0;
	FILE *file;

	path_of(path, name);
	file = fopen(path, "r");
	if (!file)
		return NULL;
	bytes = mem_grow(NULL, &cap, 1 << 20, 1);
	*len = fread(bytes, 1, cap, file);
	(void)fclose(file);
	return bytes;
}

static int setup(void **state)
{
	size_t len;
	char *bytes = load("horizon_tx_success", &len);

	*state = NULL;
	if (!bytes)
		print_message("SKIPPED: no shared fixtures of Horizon and RPC\n");
	mem_free(bytes);
	return 0;
}

static bool is_there(void)
{
	size_t len;
	char *bytes = load("horizon_tx_success", &len);
	bool there = bytes != NULL;

	mem_free(bytes);
	return there;
}

/* One endpoint whose network is known already. */
struct desk {
	struct inquiry_endpoint endpoint;
	struct tx_identity identity;
	struct inquiry_setup setup;
	struct inquiry *inquiry;
};

static void desk_init(struct desk *desk, enum endpoint_kind kind, const char *network)
{
	*desk = (struct desk){ .endpoint = { .kind = kind, .name = "real:443",
					     .network_known = true } };
	desk->setup = (struct inquiry_setup){ .passphrase = network_passphrase(network),
					      .endpoints = &desk->endpoint, .endpoint_count = 1,
					      .identity = &desk->identity, .created_at = 1795311000 };
}

static void desk_begin(struct desk *desk)
{
	struct err err = { 0 };

	desk->inquiry = inquiry_new(&desk->setup, &err);
	if (!desk->inquiry)
		fail_msg("%s", err.text);
}

/* The answer to whatever is asked next; what its proof says. */
static const char *feed(struct desk *desk, const char *name, int status, int64_t ledger)
{
	struct reply reply = { .kind = REPLY_ANSWER, .status = status, .at = 1795311441000,
			       .date = WHEN_NEVER, .retry_after = WHEN_NEVER, .rate_remaining = -1,
			       .rate_reset = WHEN_NEVER, .latest_ledger = ledger };
	struct inquiry_ask ask;
	size_t len, count;
	char *bytes = load(name, &len);
	msec hold;

	assert_non_null(bytes);
	assert_true(inquiry_next(desk->inquiry, &ask));
	reply.body = str_sub(bytes, len);
	inquiry_take(desk->inquiry, &ask, &reply, &hold);
	buf_done(&ask.path);
	buf_done(&ask.body);
	mem_free(bytes);
	return inquiry_proofs(desk->inquiry, &count)[count - 1].says;
}

static void transactions_of_a_real_horizon_are_found_by_their_hash(void **state)
{
	static const struct {
		const char *fixture, *hash, *network;	/* member with the hash */
		enum verdict_kind kind;
		const char *says;
	} cases[] = {
		{ "horizon_tx_success", "hash", "public", VERDICT_CONFIRMED, "successful" },
		{ "horizon_tx_failed", "hash", "public", VERDICT_FAILED_ON_CHAIN, "txFAILED" },
		{ "horizon_tx_fee_bump", "hash", "public", VERDICT_CONFIRMED, "inside the fee bump" },
		{ "horizon_tx_fee_bump", "inner_transaction.hash", "public", VERDICT_CONFIRMED,
		  "inside the fee bump" },
		{ "horizon_tx_muxed", "hash", "public", VERDICT_CONFIRMED, "successful" },
		/* The same bytes on another network are another transaction. */
		{ "horizon_tx_success", "hash", "testnet", VERDICT_SOURCES_DISAGREE,
		  "it shows another transaction" },
	};

	(void)state;
	for (size_t i = 0; is_there() && i < ARRAY_LEN(cases); i++) {
		size_t len;
		char *bytes = load(cases[i].fixture, &len);
		json_t *root = json_read(str_sub(bytes, len), JSON_MAX_SMALL, NULL);
		struct verdict verdict;
		struct desk desk;
		const char *says;

		desk_init(&desk, ENDPOINT_HORIZON, cases[i].network);
		(void)str_put(desk.identity.hash, sizeof(desk.identity.hash),
			      json_text_at(root, cases[i].hash, ""));
		desk_begin(&desk);
		says = feed(&desk, cases[i].fixture, 200, -1);
		inquiry_verdict(desk.inquiry, &verdict);
		if (verdict.kind != cases[i].kind || !strstr(says, cases[i].says))
			fail_msg("%s: %s, %s: %s", cases[i].fixture, verdict_name(verdict.kind),
				 verdict.because, says);
		inquiry_free(desk.inquiry);
		json_decref(root);
		mem_free(bytes);
	}
}

static void errors_of_a_real_horizon_are_told(void **state)
{
	static const struct {
		const char *fixture;
		int status;
		const char *says;
	} cases[] = {
		{ "horizon_err_404_not_found", 404, "not in its tables" },
		{ "horizon_err_429_rate_limit", 429, "asked too often" },
		{ "horizon_err_400_bad_request", 400, "answers 400" },
		{ "horizon_err_503_still_ingesting", 503, "taking in ledgers" },
		{ "horizon_err_503_stale_history", 503, "too far behind" },
		{ "horizon_err_503_server_over_capacity", 503, "over its capacity" },
		{ "horizon_err_504_timeout", 504, "within its own time" },
	};

	(void)state;
	for (size_t i = 0; is_there() && i < ARRAY_LEN(cases); i++) {
		struct desk desk;
		const char *says;

		desk_init(&desk, ENDPOINT_HORIZON, "public");
		memset(desk.identity.hash, 'a', TX_HASH_TEXT - 1);
		desk_begin(&desk);
		says = feed(&desk, cases[i].fixture, cases[i].status, -1);
		if (!strstr(says, cases[i].says))
			fail_msg("%s: %s", cases[i].fixture, says);
		assert_int_equal(inquiry_evidence(desk.inquiry)->found_count, 0);
		inquiry_free(desk.inquiry);
	}
}

static void ask_by_number(struct desk *desk, const char *account, int64_t sequence)
{
	(void)str_put(desk->identity.account, sizeof(desk->identity.account), account);
	desk->identity.has_sequence = true;
	desk->identity.sequence = sequence;
	desk_begin(desk);
}

static void an_account_of_a_real_horizon_is_read_with_its_ledger(void **state)
{
	struct desk desk;
	const struct account_read *read;

	(void)state;
	if (!is_there())
		return;
	desk_init(&desk, ENDPOINT_HORIZON, "public");
	ask_by_number(&desk, "GDA2KZG7UB3C3KU4RYRGCQI6JPV2I2FYBWT434MQHPE36FH7CWGVR5X3",
		      160470889244710600);
	assert_non_null(strstr(feed(&desk, "horizon_ledgers_page", 200, -1), "newest ledger: ledger 2"));
	(void)feed(&desk, "horizon_account", 200, 52429114);
	read = &inquiry_evidence(desk.inquiry)->account[0];
	assert_true(read->usable && read->exists && read->at == 52429114);
	assert_true(read->sequence == 160470889244710503 && read->sequence_ledger == 52222212);
	assert_true(read->sequence_time == 1718974099 && read->b_ledger == 2);
	inquiry_free(desk.inquiry);
}

static void an_account_of_a_real_rpc_is_read_with_its_ledger(void **state)
{
	struct desk desk;
	const struct account_read *read;

	(void)state;
	if (!is_there())
		return;
	desk_init(&desk, ENDPOINT_RPC, "standalone");
	ask_by_number(&desk, "GDAT5HWTGIU4TSSZ4752OUC4SABDLTLZFRPZUJ3D6LKBNEPA7V2CIG54",
		      3418793967700);
	assert_non_null(strstr(feed(&desk, "rpc_getHealth_v20", 200, -1), "it does not say"));
	assert_non_null(strstr(feed(&desk, "rpc_getHealth_unhealthy", 200, -1), "error -32603: latency"));
	(void)feed(&desk, "rpc_getLedgerEntries_account", 200, -1);
	read = &inquiry_evidence(desk.inquiry)->account[0];
	assert_true(read->usable && read->exists && read->at == 108023);
	assert_true(read->sequence == 3418793967628 && read->sequence_ledger == 97423);
	inquiry_free(desk.inquiry);
	desk_init(&desk, ENDPOINT_RPC, "standalone");
	ask_by_number(&desk, "GDAT5HWTGIU4TSSZ4752OUC4SABDLTLZFRPZUJ3D6LKBNEPA7V2CIG54",
		      3418793967700);
	(void)feed(&desk, "rpc_getHealth_no_data", 200, -1);
	(void)feed(&desk, "rpc_getLatestLedger_p25", 200, -1);
	(void)feed(&desk, "rpc_getLedgerEntries_account_not_found", 200, -1);
	inquiry_free(desk.inquiry);
}

static void a_real_rpc_that_has_not_got_it_denies_nothing(void **state)
{
	struct desk desk;

	(void)state;
	if (!is_there())
		return;
	desk_init(&desk, ENDPOINT_RPC, "public");
	(void)str_put(desk.identity.hash, sizeof(desk.identity.hash),
		      "8faa3e6bb29d9d8469bbcabdbfd800f3be1899f4736a3a2fa83cd58617c072fe");
	desk_begin(&desk);
	assert_non_null(strstr(feed(&desk, "rpc_getTransaction_not_found", 200, -1),
			       "proves nothing"));
	assert_int_equal(inquiry_evidence(desk.inquiry)->complete_count, 0);
	inquiry_free(desk.inquiry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transactions_of_a_real_horizon_are_found_by_their_hash),
		cmocka_unit_test(errors_of_a_real_horizon_are_told),
		cmocka_unit_test(an_account_of_a_real_horizon_is_read_with_its_ledger),
		cmocka_unit_test(an_account_of_a_real_rpc_is_read_with_its_ledger),
		cmocka_unit_test(a_real_rpc_that_has_not_got_it_denies_nothing),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
