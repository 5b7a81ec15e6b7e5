/*
 * `tx diagnose` over the lab's Horizons, stellar-rpc and rows: each exit status, what mixtures and
 * twins make of it, what the row of a hash adds, and what is left without a database, without a
 * source and without a configuration.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/lab.h"

enum { LIMIT = 180000, ARGS = 12 };

static char home[64];
static json_t *transactions;
static struct command command;
static json_t *diagnosis;		/* what was printed; NULL: no JSON */

/* --- the place --- */

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* The lab's own, with `from` replaced. */
static void write_variant(const char *name, const char *from, const char *to)
{
	struct buf text = { 0 }, out = { 0 };
	const char *at;

	lab_read("config-payments.yaml", &text);
	at = strstr(buf_cstr(&text), from);
	assert_non_null(at);
	buf_add(&out, buf_cstr(&text), (size_t)(at - buf_cstr(&text)));
	buf_fmt(&out, "%s%s", to, at + strlen(from));
	write_file(name, buf_cstr(&out));
	buf_done(&text);
	buf_done(&out);
}

static void write_configurations(void)
{
	char from[320], to[160];

	write_variant("whole.yaml", "transactions: {", "transactions: {complete: true, ");
	write_variant("partly.yaml", "environment: lab", "environment: lab");
	write_variant("alone.yaml", "transactions: {source: payments, preset: payment-intents,"
		      " write_dsn_file:", "#");
	(void)snprintf(from, sizeof(from), "dsn_file: %s/dsn/payments", lab_dir());
	(void)snprintf(to, sizeof(to), "dsn_file: %s/dsn", home);
	write_variant("down.yaml", from, to);
	write_file("dsn", "host=127.0.0.1 port=1 dbname=none user=none\n");
	write_file("dead.yaml", "version: 1\nsources:\n  horizon: {kind: horizon, urls:"
		   " [\"http://127.0.0.1:1\"], network: testnet}\n");
	write_file("empty.yaml", "version: 1\n");
}

static int set_up(void **state)
{
	int status = lab_up_chain(state);

	if (status != 0)
		return status;
	lab_set("stuck-transactions");
	transactions = lab_transactions();
	strcpy(home, "/tmp/binnacle-diagnose-XXXXXX");
	assert_non_null(mkdtemp(home));
	assert_int_equal(chmod(home, 0700), 0);
	write_configurations();
	return 0;
}

static int tear_down(void **state)
{
	const char *const argv[] = { "rm", "-r", home, NULL };

	json_decref(diagnosis);
	json_decref(transactions);
	command_done(&command);
	command_run(&command, argv, LIMIT);
	command_done(&command);
	return lab_down(state);
}

/* --- asking --- */

static const char *of(const char *name, const char *key)
{
	const char *text = json_text_at(lab_named(transactions, name), key, NULL);

	assert_non_null(text);
	return text;
}

/* `names` are those of the lab, ":" before one of which its envelope is given; "=" before what is
 * given as it is. */
static int diagnose(const char *config, const char *const *names, bool json)
{
	char state[128], path[128];
	const char *argv[ARGS + 10] = { "env", state, command_binnacle(), "-c", path, "tx",
					"diagnose" };
	size_t count = 7;

	/* What is known for good under one of them is no answer under another. */
	(void)snprintf(state, sizeof(state), "BINNACLE_STATE_DIR=%s/%s.d", home, config);
	(void)snprintf(path, sizeof(path), "%s/%s", home, config);
	for (size_t i = 0; names[i] && i < ARGS; i++)
		argv[count++] = names[i][0] == '=' ? names[i] + 1 :
				names[i][0] == ':' ? of(names[i] + 1, "envelope_xdr") :
						     of(names[i], "hash");
	if (json)
		argv[count++] = "--json";
	command_done(&command);
	command_run(&command, argv, LIMIT);
	json_decref(diagnosis);
	diagnosis = json ? json_read(str_sub(buf_cstr(&command.out), command.out.len),
				     JSON_MAX_SMALL, NULL) : NULL;
	return command.status;
}

static const json_t *result(size_t i)
{
	const json_t *results = json_object_get(diagnosis, "results");

	if (!json_array_get(results, i))
		fail_msg("no result %zu: %s%s", i, buf_cstr(&command.out), buf_cstr(&command.err));
	return json_array_get(results, i);
}

/* --- one after the other --- */

struct expectation {
	const char *config;
	const char *names[4];
	int status;
	const char *verdict;		/* of the first one; NULL: there is no result */
	const char *safe;
};

static const char *safe_of(const json_t *one)
{
	const json_t *safe = json_object_get(one, "safe_to_cancel");

	return json_is_true(safe) ? "true" : json_is_false(safe) ? "false" : json_string_value(safe);
}

static void expect(const struct expectation *at)
{
	if (diagnose(at->config, at->names, true) != at->status)
		fail_msg("%s of %s: exit %d, not %d: %s%s", at->names[0], at->config, command.status,
			 at->status, buf_cstr(&command.out), buf_cstr(&command.err));
	if (!at->verdict)
		return;
	assert_string_equal(json_text_at(result(0), "verdict", ""), at->verdict);
	assert_string_equal(safe_of(result(0)), at->safe);
}

static void expect_all(const struct expectation *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect(&rows[i]);
}

static void each_fate_has_its_exit_status(void **state)
{
	static const struct expectation rows[] = {
		{ "whole.yaml", { "confirmed" }, 0, "CONFIRMED", "false" },
		{ "whole.yaml", { "failed" }, 20, "FAILED_ON_CHAIN", "true" },
		{ "whole.yaml", { "expired" }, 21, "DEAD_EXPIRED", "true" },
		{ "whole.yaml", { "consumed" }, 21, "DEAD_SEQ_CONSUMED", "true" },
		{ "whole.yaml", { "live-unbounded" }, 22, "LIVE_MAY_STILL_LAND", "false" },
		{ "whole.yaml", { "account-gone" }, 23, "DEAD_ACCOUNT_GONE", "confirm" },
		{ "whole.yaml", { "no-envelope" }, 23, "UNKNOWN_NO_ENVELOPE", "false" },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void another_envelope_of_the_payment_forbids_what_this_one_would_allow(void **state)
{
	static const struct expectation rows[] = {
		{ "whole.yaml", { "given-up-1" }, 21, "DEAD_EXPIRED", "true" },
		{ "whole.yaml", { "retried-1" }, 23, "DEAD_EXPIRED", "false" },
		{ "whole.yaml", { ":retried-1" }, 23, "DEAD_EXPIRED", "false" },
		{ "whole.yaml", { "retried-2" }, 22, "LIVE_MAY_STILL_LAND", "false" },
		{ "whole.yaml", { "paid-by-retry-1" }, 23, "DEAD_EXPIRED", "false" },
		{ "whole.yaml", { "consumed-by-twin" }, 23, "DEAD_SEQ_CONSUMED", "false" },
		/* Without a key, from another channel account. */
		{ "whole.yaml", { "keyless-1" }, 23, "DEAD_EXPIRED", "false" },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void a_group_that_may_not_be_whole_wants_a_confirmation(void **state)
{
	static const struct expectation rows[] = {
		{ "partly.yaml", { "expired" }, 23, "DEAD_EXPIRED", "confirm" },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void without_a_platform_the_envelope_alone_decides(void **state)
{
	static const struct expectation rows[] = {
		{ "alone.yaml", { "expired" }, 23, "UNKNOWN_NO_ENVELOPE", "false" },
		{ "alone.yaml", { ":expired" }, 21, "DEAD_EXPIRED", "true" },
		{ "alone.yaml", { "confirmed" }, 0, "CONFIRMED", "false" },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void a_row_that_records_another_hash_is_never_safe(void **state)
{
	static const struct expectation rows[] = {
		{ "whole.yaml", { "hash-mismatch" }, 23, "HASH_MISMATCH", "false" },
		{ "whole.yaml", { ":hash-mismatch" }, 23, "DEAD_EXPIRED", "confirm" },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void several_that_differ_are_to_be_left_alone(void **state)
{
	static const struct expectation rows[] = {
		{ "whole.yaml", { "expired", "consumed" }, 21, "DEAD_EXPIRED", "true" },
		{ "whole.yaml", { "expired", "confirmed" }, 23, "DEAD_EXPIRED", "true" },
		{ "whole.yaml", { "confirmed", "failed" }, 23, "CONFIRMED", "false" },
		{ "whole.yaml", { "confirmed", "filtered" }, 0, "CONFIRMED", "false" },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void without_the_database_nothing_is_more_than_to_be_confirmed(void **state)
{
	static const struct expectation expired = { "down.yaml", { ":expired" }, 23, "DEAD_EXPIRED",
						    "confirm" };

	(void)state;
	expect(&expired);
	assert_non_null(strstr(buf_cstr(&command.err), "binnacle: payments cannot be read ("));
	assert_true(json_is_false(json_object_get(json_object_get(result(0), "intent"),
						  "complete")));
	assert_string_equal(json_text_at(result(0), "trouble", ""), "the platform's rows were not "
			    "read: whether its payment has other envelopes is not known");
}

static void what_cannot_be_asked_says_so(void **state)
{
	static const struct expectation rows[] = {
		{ "dead.yaml", { "expired" }, 4, NULL, NULL },
		{ "empty.yaml", { "expired" }, 3, NULL, NULL },
		{ "whole.yaml", { "=nothing in it" }, 2, NULL, NULL },
		{ "whole.yaml", { NULL }, 2, NULL, NULL },
	};

	(void)state;
	expect_all(rows, ARRAY_LEN(rows));
}

static void one_object_holds_all_in_the_order_given(void **state)
{
	static const char *const names[] = { "live-unbounded", "expired", "retried-1", NULL };
	static const char *const keys[] = {
		"input", "hash", "inner_hash", "verdict", "because", "safe_to_cancel", "decidable_at",
		"next", "row", "evidence", "proof", "intent",
	};

	(void)state;
	assert_int_equal(diagnose("whole.yaml", names, true), 23);
	assert_string_equal(json_text_at(diagnosis, "schema", ""), "binnacle.diagnosis/1");
	for (size_t i = 0; names[i]; i++) {
		assert_string_equal(json_text_at(result(i), "input", ""), of(names[i], "hash"));
		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			assert_non_null(json_object_get(result(i), keys[k]));
		assert_true(json_array_size(json_object_get(result(i), "proof")) > 0);
	}
	assert_int_equal(json_array_size(json_object_get(json_object_get(result(2), "intent"),
							 "members")), 2);
}

/* Two rows of a list, one of which is no transaction. */
static void a_file_gives_rows_and_no_certainty(void **state)
{
	const char *names[] = { "=--from", "=", NULL };
	char path[128], *row;
	struct buf rows = { 0 };

	(void)state;
	row = json_dumps(lab_named(transactions, "expired"), JSON_COMPACT);
	buf_fmt(&rows, "%s\n{\"amount\":\"7\"}\n", row);
	free(row);
	write_file("rows.jsonl", buf_cstr(&rows));
	buf_done(&rows);
	(void)snprintf(path, sizeof(path), "=%s/rows.jsonl", home);
	names[1] = path;
	assert_int_equal(diagnose("alone.yaml", names, true), 23);
	assert_string_equal(json_text_at(result(0), "verdict", ""), "DEAD_EXPIRED");
	assert_string_equal(safe_of(result(0)), "confirm");
	assert_string_equal(json_text_at(result(1), "input", ""), "line 2");
	assert_non_null(json_object_get(result(1), "error"));
}

static void an_account_gives_its_transactions_of_a_window(void **state)
{
	const char *names[] = { "=", "=--since", "=24h", NULL };
	char account[80];

	(void)state;
	(void)snprintf(account, sizeof(account), "=%s", of("confirmed", "source"));
	names[0] = account;
	assert_int_equal(diagnose("alone.yaml", names, true), 0);
	assert_int_equal(json_array_size(json_object_get(diagnosis, "results")), 1);
	assert_string_equal(json_text_at(result(0), "hash", ""), of("confirmed", "hash"));
	names[2] = "=1s";
	assert_int_equal(diagnose("alone.yaml", names, true), 23);
	assert_int_equal(json_array_size(json_object_get(diagnosis, "results")), 0);
	assert_non_null(strstr(buf_cstr(&command.err), "had no transaction in that time"));
	names[1] = account;
	names[2] = NULL;
	assert_int_equal(diagnose("alone.yaml", names, true), 2);
}

static void the_lines_stand_in_the_order_given(void **state)
{
	static const char *const names[] = { "live-unbounded", "confirmed", NULL };
	const char *first, *second;

	(void)state;
	assert_int_equal(diagnose("whole.yaml", names, false), 23);
	first = strstr(buf_cstr(&command.out), "LIVE_MAY_STILL_LAND");
	second = strstr(buf_cstr(&command.out), "CONFIRMED");
	assert_ptr_equal(first, buf_cstr(&command.out));
	assert_true(second && second > first);
}

int main(void)
{
#define CASE(name) cmocka_unit_test(name)
	static const struct CMUnitTest tests[] = {
		CASE(each_fate_has_its_exit_status),
		CASE(another_envelope_of_the_payment_forbids_what_this_one_would_allow),
		CASE(a_group_that_may_not_be_whole_wants_a_confirmation),
		CASE(without_a_platform_the_envelope_alone_decides),
		CASE(a_row_that_records_another_hash_is_never_safe),
		CASE(several_that_differ_are_to_be_left_alone),
		CASE(without_the_database_nothing_is_more_than_to_be_confirmed),
		CASE(what_cannot_be_asked_says_so),
		CASE(one_object_holds_all_in_the_order_given),
		CASE(a_file_gives_rows_and_no_certainty),
		CASE(an_account_gives_its_transactions_of_a_window),
		CASE(the_lines_stand_in_the_order_given),
	};

	return cmocka_run_group_tests_name("tx diagnose", tests, set_up, tear_down);
}
