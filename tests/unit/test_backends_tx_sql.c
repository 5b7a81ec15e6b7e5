/* What the database is asked: by key, in the order of an index, with values as parameters. */
#include "backends/tx_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static struct tx_config config;
static struct request request;

static int begin(void **unused)
{
	(void)unused;
	config = (struct tx_config){ .preset = TX_TEACHLINK_BRIDGE };
	return 0;
}

static int end(void **unused)
{
	(void)unused;
	buf_done(&request.path);
	return 0;
}

static void no_question_has_an_offset_or_holds_a_value(void **unused)
{
	struct tx_window window = { .from_key = true, .at = "it's", .id = "x'; DROP TABLE t; --",
				    .limit = 201 };

	(void)unused;
	for (int preset = TX_CUSTOM; preset <= TX_PAYMENT_INTENTS; preset++) {
		config.preset = preset;
		config.query = preset == TX_CUSTOM ? "SELECT 1 AS id" : NULL;
		for (int order = TX_OLDEST_FIRST; order < TX_ORDER_COUNT; order++) {
			window.order = (enum tx_order)order;
			tx_sql_page(&config, &window, &request);
			assert_null(strstr(request.sql, "OFFSET"));
			assert_null(strstr(request.sql, "DROP"));
			assert_non_null(strstr(request.sql, "LIMIT 201"));
			assert_int_equal(request.param_count, 2);
			assert_string_equal(request.params[1], window.id);
		}
		tx_sql_find(&config, window.id, &request);
		assert_null(strstr(request.sql, "DROP"));
		assert_string_equal(request.params[0], window.id);
		tx_sql_group(&config, window.id, "", 13, &request);
		assert_null(strstr(request.sql, "DROP"));
	}
}

static void each_order_goes_both_ways(void **unused)
{
	static const struct {
		enum tx_order order;
		bool back;
		const char *where, *by;
	} cases[] = {
		{ TX_OLDEST_FIRST, false, "(q.created_at, q.id) > ($1, $2)",
		  "ORDER BY q.created_at, q.id" },
		{ TX_OLDEST_FIRST, true, "(q.created_at, q.id) < ($1, $2)",
		  "ORDER BY q.created_at DESC, q.id DESC" },
		{ TX_NEWEST_FIRST, false, "(q.created_at, q.id) < ($1, $2)",
		  "ORDER BY q.created_at DESC, q.id DESC" },
		{ TX_BY_AMOUNT, false, "(q.amount, q.id) < ($1, $2)",
		  "ORDER BY q.amount DESC, q.id DESC" },
		{ TX_BY_ACCOUNT, false, "(q.source, q.id) > ($1, $2)", "ORDER BY q.source, q.id" },
		{ TX_BY_VERDICT, false, "(q.created_at, q.id) > ($1, $2)",
		  "ORDER BY q.created_at, q.id" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_window window = { .order = cases[i].order, .back = cases[i].back,
					    .from_key = true, .at = "7", .id = "8", .limit = 9 };

		tx_sql_page(&config, &window, &request);
		assert_non_null(strstr(request.sql, cases[i].where));
		assert_non_null(strstr(request.sql, cases[i].by));
	}
}

static void a_hash_is_looked_for_in_both_cases_and_all_else_is_an_id(void **unused)
{
	static const char hash[] = "8F41ab0000000000000000000000000000000000000000000000000000000001";

	(void)unused;
	tx_sql_find(&config, hash, &request);
	assert_non_null(strstr(request.sql, "q.hash IN ($1, $2)"));
	assert_string_equal(request.params[0], "8f41ab0000000000000000000000000000000000000000000000"
			    "000000000001");
	assert_string_equal(request.params[1], "8F41AB0000000000000000000000000000000000000000000000"
			    "000000000001");
	tx_sql_find(&config, "8f41", &request);
	assert_non_null(strstr(request.sql, "q.id = $1"));
	assert_int_equal(request.param_count, 1);
	/* Of a row both must be right. */
	tx_sql_row(&config, "7", hash, &request);
	assert_non_null(strstr(request.sql, "q.hash IN ($1, $2) AND q.id = $3"));
}

static void closed_rows_are_in_a_group_and_not_in_a_page(void **unused)
{
	struct tx_window first = { .limit = 9 };

	(void)unused;
	tx_sql_page(&config, &first, &request);
	assert_non_null(strstr(request.sql, "status = 'initiated'"));
	tx_sql_group(&config, "7", "", 13, &request);
	assert_null(strstr(request.sql, "status = 'initiated'"));
}

static void only_a_table_that_shows_closed_rows_can_be_complete(void **unused)
{
	(void)unused;
	for (int preset = TX_CUSTOM; preset <= TX_PAYMENT_INTENTS; preset++) {
		config.preset = preset;
		config.complete = false;
		assert_false(tx_sql_complete(&config));
		config.complete = true;
		assert_int_equal(tx_sql_complete(&config), preset == TX_PAYMENT_INTENTS);
	}
}

static void a_plan_is_judged_by_its_cost(void **unused)
{
	static const struct {
		const char *plan;
		bool page, row;
	} cases[] = {
		{ "[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":34.1}}]", false, false },
		{ "[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":1600.5}}]", false, true },
		{ "[{\"Plan\":{\"Node Type\":\"Limit\",\"Total Cost\":61234.5}}]", true, true },
		{ "[]", false, false }, { "what?", false, false }, { "", false, false },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(tx_plan_is_slow(str_of(cases[i].plan), false), cases[i].page);
		assert_int_equal(tx_plan_is_slow(str_of(cases[i].plan), true), cases[i].row);
	}
}

static void a_plan_is_of_the_same_question(void **unused)
{
	struct tx_window window = { .from_key = true, .at = "7", .id = "8", .limit = 9 };

	(void)unused;
	tx_sql_page(&config, &window, &request);
	tx_sql_plan(&request);
	assert_true(str_starts(str_of(request.sql), "EXPLAIN (FORMAT JSON) SELECT"));
	assert_int_equal(request.param_count, 2);
}

static void every_index_that_may_be_missing_has_its_text(void **unused)
{
	(void)unused;
	for (int preset = TX_CUSTOM; preset <= TX_PAYMENT_INTENTS; preset++) {
		config.preset = preset;
		for (int order = TX_OLDEST_FIRST; order < TX_ORDER_COUNT; order++)
			assert_true(strlen(tx_sql_index(&config, (enum tx_order)order)) <
				    BECAUSE_TEXT);
		assert_true(strlen(tx_sql_hash_index(&config)) < BECAUSE_TEXT);
		assert_string_not_equal(tx_sql_index(&config, TX_BY_AMOUNT),
					tx_sql_index(&config, TX_OLDEST_FIRST));
	}
}

int main(void)
{
#define ASKED(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		ASKED(no_question_has_an_offset_or_holds_a_value),
		ASKED(each_order_goes_both_ways),
		ASKED(a_hash_is_looked_for_in_both_cases_and_all_else_is_an_id),
		ASKED(closed_rows_are_in_a_group_and_not_in_a_page),
		ASKED(only_a_table_that_shows_closed_rows_can_be_complete),
		ASKED(a_plan_is_judged_by_its_cost),
		ASKED(a_plan_is_of_the_same_question),
		ASKED(every_index_that_may_be_missing_has_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
