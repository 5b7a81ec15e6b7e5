/*
 * Pages of open rows out of a real PostgreSQL: the platforms' own tables, sessions in New York,
 * hostile cells, and what is missing.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/json.h"
#include "tests/lib/command.h"
#include "tests/lib/txrig.h"

static struct txrig rig;

static const char account[] = "GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB";

/* Bridge rows: nonce, age in seconds, amount. */
static void add_bridge(int nonce, long age, const char *amount, const char *status)
{
	char sql[700];

	snprintf(sql, sizeof(sql), "INSERT INTO bridge_transactions (nonce, \"from\", amount,"
		 " \"destinationChain\", \"destinationAddress\", ledger, \"txHash\", \"timestamp\","
		 " status) VALUES (%d, '%s', %s, '1', '0xab', 500, encode(sha256('row %d'), 'hex'),"
		 " extract(epoch FROM now())::bigint - %ld, '%s')", nonce, account, amount, nonce, age,
		 status);
	txrig_sql(&rig, sql);
}

static void hash_of(int nonce, char out[TX_HASH_TEXT])
{
	char sql[80];

	snprintf(sql, sizeof(sql), "SELECT encode(sha256('row %d'), 'hex')", nonce);
	assert_true(txrig_cell(&rig, sql, out, TX_HASH_TEXT));
}

static int empty_tables(void **state)
{
	(void)state;
	txrig_close(&rig);
	txrig_sql(&rig, "TRUNCATE bridge_transactions, escrows, \"Transaction\", payment_intents"
			" CASCADE; DROP TABLE IF EXISTS own CASCADE");
	return 0;
}

static const struct tx_line *line(size_t i)
{
	assert_true(i < rig.cases.count);
	return &rig.cases.lines[i];
}

static void a_bridge_in_another_zone_has_its_ages_right_and_its_amounts_exact(void **state)
{
	char hash[TX_HASH_TEXT];

	(void)state;
	add_bridge(1, 700000, "310000000000", "initiated");
	add_bridge(2, 9000, "9223372036854775807", "initiated");
	add_bridge(3, 10000, "9223372036854775807", "completed");
	add_bridge(4, 900, "1", "initiated");
	add_bridge(5, 3, "2", "initiated");
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_string_equal(rig.cases.trouble, "");
	assert_int_equal(rig.cases.count, 4);
	assert_int_equal(line(0)->band, TX_OLD);
	assert_int_equal(line(1)->band, TX_STUCK);
	assert_int_equal(line(2)->band, TX_LATE);
	assert_int_equal(line(3)->band, TX_FRESH);
	assert_true(fabs(line(1)->age_s - 9000) < 3);
	assert_true(fabs(line(3)->age_s - 3) < 3);
	assert_string_equal(line(1)->amount, "9223372036854775807");
	assert_string_equal(line(1)->asset, "units");
	assert_string_equal(line(1)->account, account);
	assert_string_equal(line(1)->status, "initiated");
	assert_false(line(1)->has_sequence || line(1)->has_envelope);
	hash_of(2, hash);
	assert_string_equal(line(1)->hash, hash);
	assert_false(rig.cases.more_before || rig.cases.more_after);
}

static void an_escrow_is_stuck_by_its_state_and_not_by_its_age(void **state)
{
	static const struct {
		const char *id;
		enum tx_band band;
	} rows[] = { { "1", TX_STUCK }, { "2", TX_STUCK }, { "3", TX_FRESH }, { "4", TX_STUCK } };

	(void)state;
	txrig_sql(&rig, "INSERT INTO escrows (\"escrowId\", depositor, beneficiary, amount,"
		  " \"requiredSigners\", \"requiredApprovals\", status, deadline, \"createdAtLedger\","
		  " \"createdTxHash\", \"indexedAt\") SELECT n, 'GA', 'GB', n, '', 2,"
		  " status::escrows_status_enum, extract(epoch FROM now())::bigint + due, 1,"
		  " encode(sha256('e' || n::text::bytea), 'hex'), localtimestamp - n * interval '1 hour'"
		  " FROM (VALUES (4, 'active', -7200), (3, 'active', 7200), (2, 'approved', 7200),"
		  " (1, 'disputed', 7200), (5, 'released', -7200)) AS e (n, status, due)");
	txrig_open(&rig, TX_TEACHLINK_ESCROW, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_string_equal(rig.cases.trouble, "");
	assert_int_equal(rig.cases.count, ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct tx_line *row = line(ARRAY_LEN(rows) - 1 - i);

		assert_string_equal(row->amount, rows[i].id);
		assert_int_equal(row->band, rows[i].band);
		assert_true(fabs(row->age_s - 3600 * (double)(i + 1)) < 3);
	}
}

static void a_payment_without_a_ledger_is_open_and_its_time_means_utc(void **state)
{
	(void)state;
	txrig_sql(&rig, "INSERT INTO \"Transaction\" (id, hash, amount, \"updatedAt\", \"createdAt\","
		  " \"senderId\", \"recipientId\", memo, ledger) SELECT 'tx-' || n,"
		  " encode(sha256(('p' || n)::bytea), 'hex'), 12.5, now() AT TIME ZONE 'UTC',"
		  " now() AT TIME ZONE 'UTC' - n * interval '1 min', 'user-1', 'user-2', 'rent',"
		  " CASE WHEN n = 3 THEN 7 END FROM generate_series(1, 3) AS n");
	txrig_open(&rig, TX_FUTURE_PAYMENTS, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_string_equal(rig.cases.trouble, "");
	assert_int_equal(rig.cases.count, 2);
	assert_string_equal(line(0)->id, "tx-2");
	assert_string_equal(line(0)->amount, "12.5");
	assert_true(fabs(line(0)->age_s - 120) < 3);
	/* Who pays whom what stands for the key that there is none of. */
	assert_string_equal(line(0)->intent, line(1)->intent);
	assert_int_equal(line(0)->intent[0], 'l');
}

/* --- pages --- */

static size_t seen[1000];

static void see(void)
{
	for (size_t i = 0; i < rig.cases.count; i++)
		seen[strtoul(rig.cases.lines[i].amount, NULL, 10)]++;
}

static void every_row_is_on_one_page_both_ways_and_in_every_order(void **state)
{
	static const enum tx_order orders[] = { TX_OLDEST_FIRST, TX_NEWEST_FIRST, TX_BY_AMOUNT,
						TX_BY_ACCOUNT, TX_BY_VERDICT };

	(void)state;
	/* Three rows have each age, so that the id decides. */
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n, 'G' || n % 7, n,"
		  " '1', '0x', 1, encode(sha256(n::text::bytea), 'hex'),"
		  " extract(epoch FROM now())::bigint - 10000 - n / 3 FROM generate_series(1, 450) AS n");
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		size_t pages = 1;

		txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
		memset(seen, 0, sizeof(seen));
		tx_pages_order(rig.pages, orders[i]);
		assert_true(txrig_wait(&rig));
		assert_int_equal(rig.cases.count, CASELOAD_LINES);
		assert_false(rig.cases.more_before);
		for (see(); rig.cases.more_after; see(), pages++)
			assert_true(txrig_move(&rig, TX_NEXT));
		assert_int_equal(pages, 3);
		assert_int_equal(rig.cases.count, 50);
		for (size_t n = 1; n <= 450; n++)
			assert_int_equal(seen[n], 1);
		for (see(), pages = 1; rig.cases.more_before; pages++) {
			assert_true(txrig_move(&rig, TX_PREV));
			see();
		}
		assert_int_equal(pages, 3);
		assert_true(rig.cases.more_after);
		assert_true(txrig_move(&rig, TX_LAST));
		assert_false(rig.cases.more_after);
		assert_true(rig.cases.more_before);
		assert_int_equal(rig.cases.count, CASELOAD_LINES);
	}
}

static void orders_are_what_they_say(void **state)
{
	(void)state;
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n,"
		  " 'G' || (n * 7) % 10, (n * 3) % 10, '1', '0x', 1, 'h' || n,"
		  " extract(epoch FROM now())::bigint - n * 100 FROM generate_series(0, 9) AS n");
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	for (int order = TX_OLDEST_FIRST; order <= TX_BY_ACCOUNT; order++) {
		tx_pages_order(rig.pages, (enum tx_order)order);
		assert_true(txrig_wait(&rig));
		assert_int_equal(rig.cases.count, 10);
		assert_int_equal(rig.cases.order, order);
		for (size_t i = 1; i < 10; i++) {
			const struct tx_line *a = line(i - 1), *b = line(i);

			if (order == TX_OLDEST_FIRST)
				assert_true(a->age_s > b->age_s);
			else if (order == TX_NEWEST_FIRST)
				assert_true(a->age_s < b->age_s);
			else if (order == TX_BY_AMOUNT)
				assert_true(atoll(a->amount) > atoll(b->amount));
			else
				assert_true(strcmp(a->account, b->account) < 0);
		}
	}
}

static void a_window_read_again_stays_where_it_is(void **state)
{
	char first[NAME_TEXT];

	(void)state;
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n, 'G', n, '1', '0x',"
		  " 1, 'h' || n, n FROM generate_series(1, 450) AS n");
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_true(txrig_move(&rig, TX_NEXT));
	str_put(first, sizeof(first), line(0)->id);
	assert_string_equal(line(0)->amount, "201");
	txrig_sql(&rig, "UPDATE bridge_transactions SET status = 'completed' WHERE amount < 200"
			" OR amount = 202");
	assert_true(txrig_move(&rig, TX_AGAIN));
	assert_string_equal(line(0)->id, first);
	assert_string_equal(line(1)->amount, "203");
	/* Its rows are gone: what is left is shown. */
	txrig_sql(&rig, "UPDATE bridge_transactions SET status = 'completed' WHERE amount > 200");
	assert_true(txrig_move(&rig, TX_AGAIN));
	assert_int_equal(rig.cases.count, 1);
	assert_string_equal(line(0)->amount, "200");
}

static void a_hash_or_an_id_is_found_wherever_it_is(void **state)
{
	char hash[TX_HASH_TEXT], id[NAME_TEXT];

	(void)state;
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n, 'G', n, '1', '0x',"
		  " 1, encode(sha256(('row ' || n)::bytea), 'hex'), n FROM generate_series(1, 450) AS n");
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	hash_of(333, hash);
	tx_pages_find(rig.pages, hash);
	assert_true(txrig_wait(&rig));
	assert_string_equal(line(0)->hash, hash);
	assert_true(rig.cases.more_before);
	assert_string_equal(rig.cases.found, "");
	assert_true(txrig_cell(&rig, "SELECT id FROM bridge_transactions WHERE amount = 7", id,
			       sizeof(id)));
	tx_pages_find(rig.pages, id);
	assert_true(txrig_wait(&rig));
	assert_string_equal(line(0)->amount, "7");
	/* What is in no open row is said, and the window stays. */
	txrig_sql(&rig, "UPDATE bridge_transactions SET status = 'completed' WHERE amount = 333");
	tx_pages_find(rig.pages, hash);
	assert_true(txrig_wait(&rig));
	assert_string_equal(rig.cases.found, hash);
	assert_string_equal(line(0)->amount, "7");
	tx_pages_find(rig.pages, "no uuid at all");
	assert_true(txrig_wait(&rig));
	assert_string_equal(rig.cases.found, "no uuid at all");
	assert_string_equal(rig.cases.trouble, "");
}

static bool is_counted(const struct txrig *at)
{
	return !at->cases.paging && at->cases.total >= 0 && !at->cases.total_bounded;
}

static void many_rows_are_counted_to_a_bound_first_and_exactly_after(void **state)
{
	(void)state;
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n, 'G', n, '1', '0x',"
		  " 1, 'h' || n, n FROM generate_series(1, 3210) AS n");
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_true(txrig_until(&rig, is_counted));
	assert_int_equal(rig.cases.total, 3210);
}

static bool has_index(const struct txrig *at)
{
	return at->cases.index[0];
}

static bool has_both(const struct txrig *at)
{
	return is_counted(at) && !at->cases.index[0];
}

static void an_index_that_is_missing_is_named_until_it_is_there(void **state)
{
	char index[BECAUSE_TEXT];

	(void)state;
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n, 'G', n, '1', '0x',"
		  " 1, encode(sha256(n::text::bytea), 'hex'), n FROM generate_series(1, 100000) AS n");
	txrig_sql(&rig, "ANALYZE bridge_transactions");
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_true(txrig_until(&rig, has_index));
	assert_non_null(strstr(rig.cases.index, "(\"timestamp\", id) WHERE status = 'initiated'"));
	str_put(index, sizeof(index), rig.cases.index);
	txrig_sql(&rig, index);
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_true(txrig_until(&rig, has_index));
	assert_non_null(strstr(rig.cases.index, "(\"txHash\")"));
	str_put(index, sizeof(index), rig.cases.index);
	txrig_sql(&rig, index);
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_true(txrig_until(&rig, has_both));
	txrig_sql(&rig, "DROP INDEX bridge_transactions_timestamp_id_idx;"
			"DROP INDEX \"bridge_transactions_txHash_idx\"");
}

/* --- groups --- */

static bool any_group(const struct txrig *at)
{
	const struct tx_line *lines;
	size_t count;
	bool complete;

	return tx_pages_group(at->pages, line(0)->id, "", &lines, &count, &complete);
}

static void add_intent(const char *key, const char *hash, const char *more)
{
	char sql[600];

	snprintf(sql, sizeof(sql), "INSERT INTO payment_intents (idempotency_key, hash, source,"
		 " destination, asset, amount, memo%s) VALUES ('%s', encode(sha256('%s'), 'hex'), 'GA',"
		 " 'GB', 'XLM', 5, NULL%s)", more[0] ? ", status, settled_at, sequence" : "", key, hash,
		 more);
	txrig_sql(&rig, sql);
}

static void all_envelopes_of_a_payment_are_a_group_also_the_closed_ones(void **state)
{
	const struct tx_line *lines;
	struct tx_identity identity;
	int64_t created;
	size_t count;
	bool complete;

	(void)state;
	add_intent("pay-7", "first", "");
	add_intent("pay-7", "second", ", 'confirmed', now(), 4711");
	add_intent("pay-8", "other", "");
	for (int promised = 0; promised < 2; promised++) {
		txrig_open(&rig, TX_PAYMENT_INTENTS, NULL);
		rig.settings.transactions.complete = promised;
		assert_true(txrig_move(&rig, TX_FIRST));
		assert_int_equal(rig.cases.count, 2);
		assert_false(any_group(&rig));
		tx_pages_want_group(rig.pages, line(0)->id, "");
		assert_true(txrig_until(&rig, any_group));
		assert_true(tx_pages_group(rig.pages, line(0)->id, "", &lines, &count, &complete));
		assert_int_equal(count, 2);
		assert_true(tx_pages_group_holds(rig.pages, line(0)->id, "",
						 loop_now(rig.loop).steady));
		assert_false(tx_pages_group_holds(rig.pages, line(0)->id, "",
						  loop_now(rig.loop).steady + TX_GROUP_STALE));
		assert_false(tx_pages_group_holds(rig.pages, line(1)->id, "",
						  loop_now(rig.loop).steady));
		assert_int_equal(complete, promised);
		assert_string_equal(lines[1].status, "confirmed");
		assert_string_equal(lines[0].intent, "pay-7");
		/* A member that is in no window can be asked about. */
		assert_true(tx_pages_identity(rig.pages, "", lines[1].hash, &identity, &created));
		assert_true(identity.has_sequence && identity.sequence == 4711);
		assert_string_equal(identity.account, "GA");
		assert_true(created > 1500000000);
	}
}

static void without_a_key_a_group_is_who_pays_whom_what_within_a_day(void **state)
{
	static const struct {
		enum tx_preset preset;
		const char *query;
	} tables[] = {
		{ TX_FUTURE_PAYMENTS, NULL },
		{ TX_CUSTOM, "SELECT id, hash, amount, \"assetCode\" AS asset, memo, \"senderId\" AS"
			     " source, \"recipientId\" AS destination, \"createdAt\" AT TIME ZONE 'UTC' AS"
			     " created_at FROM \"Transaction\" WHERE ledger IS NULL" },
		{ TX_CUSTOM, "SELECT id, hash, amount, \"assetCode\" AS asset, memo, \"senderId\" AS"
			     " source, \"recipientId\" AS destination, extract(epoch FROM \"createdAt\")"
			     " * 1000 AS created_at FROM \"Transaction\" WHERE ledger IS NULL" },
	};
	const struct tx_line *lines;
	size_t count;
	bool complete;

	(void)state;
	/* Of 1 to 6 hours ago are twins but one each of another amount, memo and receiver; 7 is of
	 * the day before yesterday. */
	txrig_sql(&rig, "INSERT INTO \"Transaction\" (id, hash, amount, \"updatedAt\", \"createdAt\","
		  " \"senderId\", \"recipientId\", memo) SELECT 'tx-' || n,"
		  " encode(sha256(('p' || n)::bytea), 'hex'), CASE n WHEN 3 THEN 6 ELSE 5 END,"
		  " localtimestamp, now() AT TIME ZONE 'UTC' - CASE n WHEN 7 THEN 45 ELSE n END *"
		  " interval '1 hour', 'a', CASE n WHEN 4 THEN 'x' ELSE 'b' END,"
		  " CASE n WHEN 5 THEN 'm' END FROM generate_series(1, 7) AS n");
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		txrig_open(&rig, tables[i].preset, tables[i].query);
		rig.settings.transactions.complete = true;
		tx_pages_order(rig.pages, TX_NEWEST_FIRST);
		assert_true(txrig_wait(&rig));
		assert_string_equal(rig.cases.trouble, "");
		assert_int_equal(rig.cases.count, 7);
		tx_pages_want_group(rig.pages, line(0)->id, "");
		assert_true(txrig_until(&rig, any_group));
		assert_true(tx_pages_group(rig.pages, line(0)->id, "", &lines, &count, &complete));
		assert_int_equal(count, 3);
		/* Nobody can promise that for a table that lacks rows, or a likeness. */
		assert_false(complete);
	}
}

/* --- what others put there --- */

static void hostile_cells_break_nothing_and_hide_nothing(void **state)
{
	(void)state;
	txrig_sql(&rig,
		  "CREATE TABLE own (id text, hash text, envelope_xdr text, source text, sequence text,"
		  " amount numeric, asset text, created_at timestamptz, status text, attempts text,"
		  " last_error text, intent text);"
		  "INSERT INTO own VALUES"
		  " ('a', repeat('x', 10000000), repeat('A', 10000000), repeat('G', 10000000), '1e9',"
		  "  'NaN', repeat('y', 10000000), now() - interval '5 hours', repeat('z', 10000000),"
		  "  '99999999999999999999', repeat('boom ', 2000000), repeat('k', 10000000)),"
		  " ('b', E'\\x1b[2J', 'AAAA', E'G\\u202e', '-9223372036854775808', 'Infinity', '=cmd|x',"
		  "  now() - interval '4 hours', E'\\n\\t', '-5', NULL, NULL),"
		  " ('c', NULL, NULL, NULL, NULL, NULL, NULL, 'infinity', NULL, NULL, NULL, NULL),"
		  " ('d', NULL, NULL, NULL, '9223372036854775808', 1e-200, NULL, '-infinity', NULL, NULL,"
		  "  NULL, NULL),"
		  " (repeat('i', 300), NULL, NULL, NULL, NULL, 1e120, NULL, now(), NULL, NULL, NULL, NULL),"
		  " ('dup', NULL, NULL, NULL, NULL, 1, NULL, now(), NULL, NULL, NULL, NULL),"
		  " ('dup', NULL, NULL, NULL, NULL, 2, NULL, now(), NULL, NULL, NULL, NULL),"
		  " (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
	txrig_open(&rig, TX_CUSTOM, "SELECT * FROM own;");
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_string_equal(rig.cases.trouble, "");
	assert_int_equal(rig.cases.count, 8);
	/* -infinity, then a and b, the last ones infinity and NULL. */
	assert_string_equal(line(0)->id, "d");
	assert_true(line(0)->age_s < 0 && line(0)->band == TX_LATE && !line(0)->has_sequence);
	assert_string_equal(line(1)->id, "a");
	assert_string_equal(line(1)->hash, "");
	assert_string_equal(line(1)->account, "");
	assert_string_equal(line(1)->intent, "");
	assert_int_equal(line(1)->attempts, -1);
	assert_false(line(1)->has_envelope || line(1)->has_sequence);
	assert_string_equal(line(1)->amount, "NaN");
	assert_non_null(strstr(line(1)->last_error, "boom"));
	assert_string_equal(line(2)->id, "b");
	assert_null(strchr(line(2)->status, '\n'));
	assert_string_equal(line(2)->account, "");
	assert_true(line(2)->has_sequence && line(2)->sequence == INT64_MIN);
	assert_int_equal(line(2)->attempts, -1);
	/* An id that there is no room for is none. */
	assert_string_equal(line(5)->id, "");
	assert_string_equal(line(7)->id, "");
	assert_true(line(7)->age_s < 0);
	for (size_t i = 1; i < 8; i++)
		assert_string_not_equal(line(i)->sha256, line(i - 1)->sha256);
}

static void rows_too_large_for_one_answer_come_in_smaller_pages(void **state)
{
	size_t all = 0;

	(void)state;
	txrig_sql(&rig, "CREATE TABLE own AS SELECT n AS id, repeat('A', 8000) AS envelope_xdr,"
			" 1790000000 + n AS created_at FROM generate_series(1, 300) AS n");
	txrig_open(&rig, TX_CUSTOM, "SELECT * FROM own");
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_true(rig.cases.count > 0 && rig.cases.more_after);
	for (all = rig.cases.count; rig.cases.more_after; all += rig.cases.count) {
		assert_true(txrig_move(&rig, TX_NEXT));
		assert_string_equal(rig.cases.trouble, "");
	}
	assert_int_equal(all, 300);
}

static void what_takes_too_long_is_given_up_and_said(void **state)
{
	(void)state;
	txrig_open(&rig, TX_CUSTOM, "SELECT 1 AS id, 1790000000 AS created_at FROM pg_sleep(3)");
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_int_equal(rig.cases.count, 0);
	assert_non_null(strstr(rig.cases.trouble, "timeout"));
}

static void a_question_that_fails_leaves_the_window_and_says_why(void **state)
{
	(void)state;
	txrig_sql(&rig, "CREATE TABLE own AS SELECT 1 AS id, 1790000000 AS created_at");
	txrig_open(&rig, TX_CUSTOM, "SELECT * FROM own");
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_int_equal(rig.cases.count, 1);
	txrig_sql(&rig, "DROP TABLE own");
	assert_true(txrig_move(&rig, TX_AGAIN));
	assert_int_equal(rig.cases.count, 1);
	assert_non_null(strstr(rig.cases.trouble, "own"));
}

static void a_table_that_never_held_a_row_is_no_data(void **state)
{
	(void)state;
	txrig_open(&rig, TX_TEACHLINK_BRIDGE, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	assert_int_equal(rig.cases.count, 0);
	assert_non_null(strstr(rig.cases.trouble, "never held a row"));
	add_bridge(1, 10, "1", "completed");
	assert_true(txrig_move(&rig, TX_AGAIN));
	assert_int_equal(rig.cases.count, 0);
	assert_string_equal(rig.cases.trouble, "");
}

static void a_table_of_intents_may_lack_columns(void **state)
{
	(void)state;
	txrig_sql(&rig, "ALTER TABLE payment_intents RENAME TO kept;"
			"CREATE TABLE payment_intents (id int, idempotency_key text, hash text,"
			" created_at timestamptz NOT NULL DEFAULT now(), settled_at timestamptz);"
			"INSERT INTO payment_intents (id, idempotency_key) VALUES (7, 'k')");
	txrig_open(&rig, TX_PAYMENT_INTENTS, NULL);
	assert_true(txrig_move(&rig, TX_FIRST));
	txrig_sql(&rig, "DROP TABLE payment_intents; ALTER TABLE kept RENAME TO payment_intents");
	assert_string_equal(rig.cases.trouble, "");
	assert_int_equal(rig.cases.count, 1);
	assert_string_equal(line(0)->id, "7");
	assert_string_equal(line(0)->intent, "k");
	assert_string_equal(line(0)->amount, "");
}

/* --- the verb --- */

static struct command ran;

static json_t *run_verb(int status, const char *const *words)
{
	char config[300], path[300], state[300];
	const char *argv[20] = { "env", rig.dsn_env, state, command_binnacle(), "-c", path, "--json" };
	struct err err = { 0 };
	size_t count = 7;
	FILE *file;
	json_t *root;

	snprintf(path, sizeof(path), "%s/list.yaml", rig.server.dir);
	snprintf(state, sizeof(state), "BINNACLE_STATE_DIR=%s/state", rig.server.dir);
	snprintf(config, sizeof(config), "version: 1\nsources: {db: {kind: postgres, dsn_env: TX_DSN}}\n"
		 "transactions: {source: db, preset: teachlink-bridge}\n");
	file = fopen(path, "we");
	assert_true(file && fputs(config, file) >= 0 && fclose(file) == 0);
	while (*words && count < ARRAY_LEN(argv) - 1)
		argv[count++] = *words++;
	command_done(&ran);
	memset(&ran, 0, sizeof(ran));
	command_run(&ran, argv, 60000);
	if (ran.status != status)
		print_message("%s%s\n", buf_cstr(&ran.out), buf_cstr(&ran.err));
	assert_int_equal(ran.status, status);
	root = json_read(str_sub(buf_cstr(&ran.out), ran.out.len), JSON_MAX_PINNED, &err);
	assert_non_null(root);
	return root;
}

static json_t *list(int status, const char *const *more)
{
	const char *words[8] = { "tx", "list" };

	for (size_t i = 0; i < 5 && more[i]; i++)
		words[2 + i] = more[i];
	return run_verb(status, words);
}

static void the_verb_lists_a_window_or_all_of_it_and_tells_which(void **state)
{
	static const struct {
		const char *more[4];
		size_t rows;
		bool goes_on;
	} cases[] = {
		{ { NULL }, CASELOAD_LINES, true },
		{ { "--all", NULL }, 450, false },
		{ { "--all", "--band", "late", NULL }, 20, false },
		{ { "--all", "--band", "cancellable", NULL }, 0, false },
	};

	(void)state;
	txrig_sql(&rig, "INSERT INTO bridge_transactions (nonce, \"from\", amount, \"destinationChain\","
		  " \"destinationAddress\", ledger, \"txHash\", \"timestamp\") SELECT n, 'G', n, '1', '0x',"
		  " 1, encode(sha256(n::text::bytea), 'hex'), extract(epoch FROM now())::bigint -"
		  " CASE WHEN n <= 20 THEN 1000 ELSE 10000 + n END FROM generate_series(1, 450) AS n");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *root = list(0, cases[i].more);
		const json_t *rows = json_at(root, "rows");

		assert_string_equal(json_text_at(root, "schema", ""), "binnacle.transactions/1");
		assert_int_equal(json_array_size(rows), cases[i].rows);
		assert_int_equal(json_is_true(json_at(root, "more")), cases[i].goes_on);
		assert_int_equal(json_integer_value(json_at(root, "total")), 450);
		for (size_t k = 0; k < cases[i].rows; k++)
			assert_string_equal(json_text_at(json_array_get(rows, k), "band", ""),
					    i == 2 ? "late" : k < 430 ? "stuck" : "late");
		json_decref(root);
	}
}

static void the_verb_says_why_there_is_no_list(void **state)
{
	static const char *const none[] = { NULL }, *const band[] = { "--band", "old", NULL };
	json_t *root;

	(void)state;
	root = list(1, none);
	assert_non_null(strstr(json_text_at(root, "error.message", ""), "never held a row"));
	json_decref(root);
	root = list(2, band);
	assert_non_null(strstr(json_text_at(root, "error.message", ""), "fresh, late, stuck or"));
	json_decref(root);
}

static void a_dismissed_row_leaves_the_headline_of_the_status(void **state)
{
	static const char *const status[] = { "status", NULL };
	char hash[TX_HASH_TEXT];
	const char *const dismiss[] = { "tx", "dismiss", hash, "--reason", "refunded by hand", NULL };
	json_t *root;

	(void)state;
	add_bridge(1, 9000, "5", "initiated");
	add_bridge(2, 9000, "9223372036854775807", "initiated");
	add_bridge(3, 700000, "7", "initiated");
	hash_of(1, hash);
	root = run_verb(0, status);
	assert_int_equal(json_integer_value(json_at(root, "transactions.stuck")), 2);
	assert_int_equal(json_integer_value(json_at(root, "transactions.cancellable")), 1);
	json_decref(root);
	json_decref(run_verb(0, dismiss));
	root = run_verb(0, status);
	assert_int_equal(json_integer_value(json_at(root, "transactions.stuck")), 1);
	assert_int_equal(json_integer_value(json_at(root, "transactions.dismissed")), 1);
	assert_string_equal(json_text_at(json_array_get(json_at(root, "transactions.at_risk"), 0),
					 "amount", ""), "9223372036854775807");
	assert_non_null(strstr(buf_cstr(&ran.out), "1 stuck of 3 open"));
	assert_non_null(strstr(buf_cstr(&ran.out), "1 older than 7d; 1 dismissed"));
	json_decref(root);
}

static int start(void **state)
{
	struct err err = { 0 };

	(void)state;
	if (txrig_start(&rig, &err))
		return 0;
	print_message("%s\n", err.text);
	return -1;
}

static int end(void **state)
{
	(void)state;
	command_done(&ran);
	txrig_stop(&rig);
	return 0;
}

int main(void)
{
#define ON_EMPTY(test) cmocka_unit_test_setup(test, empty_tables)
	const struct CMUnitTest tests[] = {
		ON_EMPTY(a_bridge_in_another_zone_has_its_ages_right_and_its_amounts_exact),
		ON_EMPTY(an_escrow_is_stuck_by_its_state_and_not_by_its_age),
		ON_EMPTY(a_payment_without_a_ledger_is_open_and_its_time_means_utc),
		ON_EMPTY(every_row_is_on_one_page_both_ways_and_in_every_order),
		ON_EMPTY(orders_are_what_they_say),
		ON_EMPTY(a_window_read_again_stays_where_it_is),
		ON_EMPTY(a_hash_or_an_id_is_found_wherever_it_is),
		ON_EMPTY(many_rows_are_counted_to_a_bound_first_and_exactly_after),
		ON_EMPTY(an_index_that_is_missing_is_named_until_it_is_there),
		ON_EMPTY(all_envelopes_of_a_payment_are_a_group_also_the_closed_ones),
		ON_EMPTY(without_a_key_a_group_is_who_pays_whom_what_within_a_day),
		ON_EMPTY(hostile_cells_break_nothing_and_hide_nothing),
		ON_EMPTY(rows_too_large_for_one_answer_come_in_smaller_pages),
		ON_EMPTY(what_takes_too_long_is_given_up_and_said),
		ON_EMPTY(a_question_that_fails_leaves_the_window_and_says_why),
		ON_EMPTY(a_table_that_never_held_a_row_is_no_data),
		ON_EMPTY(a_table_of_intents_may_lack_columns),
		ON_EMPTY(the_verb_lists_a_window_or_all_of_it_and_tells_which),
		ON_EMPTY(the_verb_says_why_there_is_no_list),
		ON_EMPTY(a_dismissed_row_leaves_the_headline_of_the_status),
	};

	return cmocka_run_group_tests(tests, start, end);
}
