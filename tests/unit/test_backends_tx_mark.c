/* test_backends_tx_mark.c: the text of what is written to a row, and of what never is. What servers
 * make of it is proven in test_tx_acts.c. */
#include "backends/tx_mark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define HASH "8f41000000000000000000000000000000000000000000000000000000009c02"

static struct tx_config config;
static struct tx_line line;
static struct tx_server server;
static struct buf text;
static struct err err;

static int build(void **state)
{
	(void)state;
	config = (struct tx_config){ .source = "db", .preset = TX_PAYMENT_INTENTS };
	line = (struct tx_line){ .id = "k1", .hash = HASH, .status = "pending", .amount = "12.50",
				 .attempts = 2 };
	server = (struct tx_server){ .name = "primary", .system_id = "7412", .timeline = 2 };
	text = (struct buf){ 0 };
	err = (struct err){ 0 };
	return 0;
}

static int drop(void **state)
{
	(void)state;
	buf_done(&text);
	return 0;
}

static bool write_it(enum tx_act act, int64_t ledger)
{
	struct tx_mark_plan plan = { &config, act, &line, ledger, &server };

	buf_clear(&text);
	return tx_mark_write(&plan, &text, &err);
}

static bool says(const char *part)
{
	return strstr(buf_cstr(&text), part) != NULL;
}

static void a_row_is_written_in_a_transaction_that_guards_itself(void **state)
{
	static const char *const parts[] = {
		"BEGIN;\nSET LOCAL lock_timeout = '3s';\nDO $mark0$\n", "IF pg_is_in_recovery()",
		"current_setting('transaction_read_only') <> 'off'", "IS DISTINCT FROM '7412'",
		"<> '00000002'", "WHERE id = 'k1' AND hash = '" HASH "'", "FOR UPDATE",
		"coalesce(was ->> 'status', '') <> 'pending'",
		"coalesce(was ->> 'amount', '') <> '12.50'", "coalesce(was ->> 'attempts', '') <> '2'",
		"UPDATE payment_intents SET status = 'cancelled', settled_at = now()",
		"IF changed_rows <> 1", "END\n$mark0$;\nCOMMIT;\n",
	};

	(void)state;
	assert_true(write_it(ACT_MARK_CANCELLED, 0));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!says(parts[i]))
			fail_msg("%s\nis not in\n%s", parts[i], buf_cstr(&text));
}

/* Whatever is configured: no verdict about its hash settles such a row. */
static void a_bridge_an_escrow_and_any_initiation_are_never_written(void **state)
{
	static const struct {
		int preset, hash_is;
	} cases[] = {
		{ TX_TEACHLINK_BRIDGE, TX_HASH_AS_PRESET }, { TX_TEACHLINK_ESCROW, TX_HASH_AS_PRESET },
		{ TX_TEACHLINK_BRIDGE, TX_HASH_PAYMENT }, { TX_PAYMENT_INTENTS, TX_HASH_INITIATION },
		{ TX_FUTURE_PAYMENTS, TX_HASH_INITIATION }, { TX_CUSTOM, TX_HASH_INITIATION },
	};
	static const enum tx_act acts[] = { ACT_MARK_DONE, ACT_MARK_FAILED, ACT_MARK_CANCELLED };

	(void)state;
	config.query = "SELECT 1 AS id";
	config.mark_done = config.mark_failed = config.mark_cancelled = "UPDATE t SET x = $1";
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t a = 0; a < ARRAY_LEN(acts); a++) {
			config.preset = cases[i].preset;
			config.hash_is = cases[i].hash_is;
			assert_false(write_it(acts[a], 7));
			assert_string_equal(err.text, "the hash of such a row only starts the payment: it is "
					    "never marked");
			assert_int_equal(text.len, 0);
		}
	}
}

static void what_cannot_be_written_is_refused_with_a_sentence(void **state)
{
	(void)state;
	line.id[0] = '\0';
	assert_false(write_it(ACT_MARK_DONE, 7));
	assert_string_equal(err.text, "the row has no id");
	str_put(line.id, sizeof(line.id), "k\n1");
	assert_false(write_it(ACT_MARK_DONE, 7));
	assert_string_equal(err.text, "the id of the row holds bytes that cannot be written down: "
			    "change it by hand");
	str_put(line.id, sizeof(line.id), "k1");
	config.preset = TX_FUTURE_PAYMENTS;
	assert_false(write_it(ACT_MARK_DONE, 0));
	assert_string_equal(err.text, "the ledger is not known that the row would name");
	config.preset = TX_CUSTOM;
	config.query = "SELECT id FROM t";
	assert_false(write_it(ACT_MARK_FAILED, 7));
	assert_string_equal(err.text, "transactions has no mark_failed: nobody knows how such a row is "
			    "marked");
}

static void a_statement_of_one_s_own_gets_its_values_where_it_names_them(void **state)
{
	(void)state;
	config.preset = TX_CUSTOM;
	config.query = "SELECT id, hash FROM t;";
	config.mark_done = "UPDATE t SET s = '$1', \"$2\" = 1 /* $1 */ WHERE id = $1 AND h=$2; ";
	str_put(line.id, sizeof(line.id), "o'k\\");
	assert_true(write_it(ACT_MARK_DONE, 7));
	assert_true(says("UPDATE t SET s = '$1', \"$2\" = 1 /* $1 */ WHERE id =  E'o''k\\\\' AND h='"
			 HASH "'\n;"));
	assert_true(says("FROM (SELECT id, hash FROM t\n) AS shown"));
	config.mark_done = "UPDATE t SET s = $10 WHERE id = $1 -- of $2";
	assert_true(write_it(ACT_MARK_DONE, 7));
	assert_true(says("s = $10 WHERE id =  E'o''k\\\\' -- of $2\n;"));
}

static void no_value_ends_the_dollar_quote(void **state)
{
	(void)state;
	str_put(line.id, sizeof(line.id), "$mark0$; DROP TABLE t; $mark1$");
	assert_true(write_it(ACT_MARK_CANCELLED, 0));
	assert_true(says("DO $mark2$\n"));
	assert_true(says("END\n$mark2$;\nCOMMIT;\n"));
}

static void only_the_tag_of_the_commit_says_that_it_is_done(void **state)
{
	static const struct {
		const char *answer;
		bool known, done;
	} cases[] = {
		{ "BEGIN\nSET\nDO\nCOMMIT\n", true, true },
		{ "BEGIN\nSET\nERROR:  the row is gone\n", true, false },
		{ "BEGIN\n", true, false }, { "", true, false },
		{ "BEGIN\nSET\nDO\n", false, false },
		{ "BEGIN\nSET\nDO\nERROR:  terminating connection\n", false, false },
		{ "BEGIN\nSET\nERROR:  DO it\nCOMMITTED\n", true, false },
	};
	bool done;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(tx_mark_outcome(str_of(cases[i].answer), &done), cases[i].known);
		assert_int_equal(done, cases[i].done);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, build, drop)
	static const struct CMUnitTest tests[] = {
		CASE(a_row_is_written_in_a_transaction_that_guards_itself),
		CASE(a_bridge_an_escrow_and_any_initiation_are_never_written),
		CASE(what_cannot_be_written_is_refused_with_a_sentence),
		CASE(a_statement_of_one_s_own_gets_its_values_where_it_names_them),
		CASE(no_value_ends_the_dollar_quote),
		CASE(only_the_tag_of_the_commit_says_that_it_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
