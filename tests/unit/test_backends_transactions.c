/* Open transactions: bands of age, exact amounts, pages, and what "no data" is. */
#include "backends/transactions.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct tx_config bridge = {
	.source = "db", .preset = TX_TEACHLINK_BRIDGE, .asset = "units",
	.late = 5 * WHEN_MINUTE, .stuck = 2 * WHEN_HOUR, .cancellable = 7 * WHEN_DAY,
};
static const msec start = 1795313581956;

/* 02:13:01 in Greenwich is 21:13:01 the day before for this database. */
static const char *const now_at = "2026-11-22T02:13:01.956242+00:00";
static const char *const local_at = "2026-11-21T21:13:01.956242";

enum { EVER, FIRST, NOW, LOCAL, PRESENT, ID, HASH, AMOUNT, ASSET, STATUS, AT, STUCK, COLUMNS };
static const char *const names[COLUMNS] = {
	"ever", "first", "now_at", "local_at", "present", "row_id", "row_hash", "row_amount",
	"row_asset", "row_status", "row_created_at", "row_stuck",
};

static struct tx_facts facts;	/* too large for the stack */

static int forget(void **unused)
{
	(void)unused;
	memset(&facts, 0, sizeof(facts));
	return 0;
}

struct open_row {
	const char *at, *amount, *asset, *stuck;
};

static const char *cells[(TX_PAGE + 1) * COLUMNS];

static struct reply reply_of(const struct open_row *rows, size_t count, bool ever, bool first)
{
	for (size_t i = 0; i < (count ? count : 1); i++) {
		const char **cell = cells + i * COLUMNS;

		memset(cell, 0, COLUMNS * sizeof(*cell));
		cell[EVER] = ever ? "t" : "f";
		cell[FIRST] = first ? "t" : "f";
		cell[NOW] = now_at;
		cell[LOCAL] = local_at;
		if (count == 0)
			continue;
		cell[PRESENT] = "t";
		cell[ID] = "2ef0c20e-8d99-4a86-8a80-8d1b3762eacb";
		cell[HASH] = "9471616778c76d117cfa5529aafc1b6d";
		cell[STATUS] = "initiated";
		cell[AT] = rows[i].at;
		cell[AMOUNT] = rows[i].amount;
		cell[ASSET] = rows[i].asset;
		cell[STUCK] = rows[i].stuck;
	}
	return (struct reply){.kind = REPLY_ANSWER, .at = start,
			      .rows = {COLUMNS, count ? count : 1, names, cells}};
}

static enum decoded read_rows(const struct open_row *rows, size_t count)
{
	struct reply reply = reply_of(rows, count, true, true);
	char why[200] = "";

	return tx_decode(&bridge, &reply, &facts, why);
}

static struct reading judge(bool good)
{
	struct ask_view view = {.answered = true, .good = good, .error = "no answer in 2 s"};
	struct reading out;

	tx_judge(&facts, &view, &out);
	return out;
}

static void rows_fall_into_bands_by_age(void **unused)
{
	/* now is 1795313581.956 */
	static const struct open_row rows[] = {
		{"1794613581", "310000000000", NULL, NULL},	/* 8 d: cancellable */
		{"1795223581", "1", NULL, NULL},		/* 25 h */
		{"1795306381", "5", NULL, NULL},		/* 2 h and a bit */
		{"1795306400", "7", NULL, NULL},		/* not quite */
		{"1795313281", "9", NULL, NULL},		/* 5 min and a bit */
		{"1795313300", "11", NULL, NULL},
		{"1795313999", "13", NULL, NULL},		/* in the future: fresh */
	};
	struct reading reading;

	(void)unused;
	assert_int_equal(read_rows(rows, ARRAY_LEN(rows)), DECODED_GOOD);
	assert_int_equal(facts.shown.total_open, 7);
	assert_int_equal(facts.shown.late, 2);
	assert_int_equal(facts.shown.stuck, 2);
	assert_int_equal(facts.shown.cancellable, 1);
	assert_int_equal(facts.shown.row_count, 4);
	assert_true(fabs(facts.shown.oldest_age_s - 90000.956) < 0.01);
	assert_string_equal(facts.shown.at_risk[0].amount, "6");
	assert_false(facts.shown.bounded);
	reading = judge(true);
	assert_int_equal(reading.state, STATE_BAD);
	assert_string_equal(reading.because, "2 stuck, 2 late of 7 open, oldest 1d, limit 2h; "
			    "1 older than 7d");
	assert_true(reading.known && reading.judged && reading.at == start);
}

static void late_rows_alone_are_a_warning_and_fresh_ones_are_well(void **unused)
{
	static const struct open_row late[] = {{"1795313000", "1", NULL, NULL}};
	static const struct open_row fresh[] = {{"1795313580", "1", NULL, NULL}};

	(void)unused;
	read_rows(late, 1);
	assert_int_equal(judge(true).state, STATE_WARN);
	read_rows(fresh, 1);
	assert_int_equal(judge(true).state, STATE_OK);
	assert_true(fabs(facts.shown.oldest_age_s - 1.956) < 0.01);
	assert_int_equal(facts.shown.row_count, 0);
}

static void amounts_are_exact_beyond_any_double(void **unused)
{
	static const struct open_row rows[] = {
		{"1795200000", "9223372036854775807", NULL, NULL},
		{"1795200001", "9223372036854775807", NULL, NULL},
		{"1795200002", "0.000000000000000000000000000001", "USDC", NULL},
		{"1795200003", "12400.50", "USDC", NULL},
		{"1795200004", NULL, NULL, NULL},
	};

	(void)unused;
	read_rows(rows, ARRAY_LEN(rows));
	assert_int_equal(facts.shown.at_risk_count, 2);
	assert_string_equal(facts.shown.at_risk[0].asset, "units");
	assert_string_equal(facts.shown.at_risk[0].amount, "18446744073709551614");
	assert_string_equal(facts.shown.at_risk[1].asset, "USDC");
	assert_string_equal(facts.shown.at_risk[1].amount,
			    "12400.500000000000000000000000000001");
}

static void an_amount_that_is_no_number_is_said(void **unused)
{
	static const struct open_row rows[] = {{"1795200000", "lots", NULL, NULL}};

	(void)unused;
	read_rows(rows, 1);
	assert_int_equal(facts.shown.stuck, 1);
	assert_non_null(strstr(facts.shown.because, "1 amounts could not be read"));
}

static void every_way_to_write_a_time_gives_the_same_age(void **unused)
{
	static const char *const times[] = {
		"1795313579.382534",			/* epoch seconds */
		"1795313579382",			/* epoch milliseconds */
		"2026-11-22T02:12:59.382534+00:00",	/* with a zone, in any zone */
		"2026-11-21T21:12:59.382534-05:00",
		"2026-11-21T21:12:59.382534",		/* without one: the session's own clock */
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		const struct open_row row = {times[i], "1", NULL, NULL};

		read_rows(&row, 1);
		if (fabs(facts.shown.oldest_age_s - 2.574) > 0.01)
			print_error("%s: %f s\n", times[i], facts.shown.oldest_age_s);
		assert_true(fabs(facts.shown.oldest_age_s - 2.574) < 0.01);
	}
}

static void a_time_that_cannot_be_read_is_no_answer(void **unused)
{
	static const char *const times[] = {NULL, "", "yesterday"};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		const struct open_row row = {times[i], "1", NULL, NULL};
		struct reply reply = reply_of(&row, 1, true, true);
		char why[200] = "";

		assert_int_equal(tx_decode(&bridge, &reply, &facts, why), DECODED_BAD);
		assert_non_null(strstr(why, "created_at"));
		assert_false(facts.shown.known);
	}
}

static void a_table_that_never_held_a_row_is_no_data(void **unused)
{
	struct reply reply = reply_of(NULL, 0, false, true);
	struct reading reading;
	char why[200] = "";

	(void)unused;
	assert_int_equal(tx_decode(&bridge, &reply, &facts, why), DECODED_GOOD);
	reading = judge(true);
	assert_false(facts.shown.known);
	assert_false(reading.known);
	assert_int_equal(reading.state, STATE_UNKNOWN);
	assert_non_null(strstr(reading.because, "no data"));
}

static void a_table_without_open_rows_is_well(void **unused)
{
	(void)unused;
	assert_int_equal(read_rows(NULL, 0), DECODED_GOOD);
	assert_int_equal(judge(true).state, STATE_OK);
	assert_int_equal(facts.shown.total_open, 0);
	assert_true(facts.shown.oldest_age_s < 0);
	assert_string_equal(facts.shown.because, "0 stuck of 0 open, limit 2h");
}

static void a_failed_answer_makes_the_count_unknown(void **unused)
{
	static const struct open_row rows[] = {{"1795200000", "1", NULL, NULL}};
	struct reading reading;

	(void)unused;
	read_rows(rows, 1);
	reading = judge(false);
	assert_int_equal(reading.state, STATE_UNKNOWN);
	assert_false(reading.known);
	assert_string_equal(reading.because, "no answer in 2 s");
	read_rows(rows, 1);
	assert_int_equal(judge(true).state, STATE_BAD);
}

static void an_escrow_is_stuck_when_its_row_says_so(void **unused)
{
	static const struct open_row rows[] = {
		{"2026-11-01T00:00:00", "1000", NULL, "f"},	/* old, and within its deadline */
		{"2026-11-21T21:00:00", "1000", NULL, "t"},
		{"2026-11-21T21:00:00", "1000", NULL, "t"},
	};
	struct tx_config escrow = bridge;
	struct reply reply = reply_of(rows, 3, true, true);
	char why[200];

	(void)unused;
	escrow.preset = TX_TEACHLINK_ESCROW;
	assert_int_equal(tx_decode(&escrow, &reply, &facts, why), DECODED_GOOD);
	assert_int_equal(facts.shown.stuck, 2);
	assert_int_equal(facts.shown.total_open, 3);
	assert_string_equal(facts.shown.because, "2 stuck of 3 open, oldest 13m");
}

/* A full page of rows that are all stuck. */
static struct reply full_page(bool first)
{
	static struct open_row rows[TX_PAGE];

	for (size_t i = 0; i < TX_PAGE; i++)
		rows[i] = (struct open_row){"1795200000", "1", NULL, NULL};
	return reply_of(rows, TX_PAGE, true, first);
}

static void a_full_page_asks_for_the_next_one(void **unused)
{
	const struct ask_view good = {.answered = true, .good = true}, bad = {.answered = true};
	struct reply reply = full_page(true);
	struct request request = {0};
	char why[200];

	(void)unused;
	tx_prepare(&bridge, &facts, &good, &request);
	assert_int_equal(request.param_count, 0);
	assert_int_equal(tx_decode(&bridge, &reply, &facts, why), DECODED_MORE);
	assert_false(facts.shown.known);
	tx_prepare(&bridge, &facts, &good, &request);
	assert_int_equal(request.param_count, 2);
	assert_string_equal(request.params[0], "1795200000");
	assert_string_equal(request.params[1], "2ef0c20e-8d99-4a86-8a80-8d1b3762eacb");
	reply = reply_of(NULL, 0, true, false);
	assert_int_equal(tx_decode(&bridge, &reply, &facts, why), DECODED_GOOD);
	assert_int_equal(facts.shown.stuck, TX_PAGE);
	assert_false(facts.shown.bounded);
	/* A page that got lost: the reading starts anew. */
	facts.more = true;
	tx_prepare(&bridge, &facts, &bad, &request);
	assert_int_equal(request.param_count, 0);
	buf_done(&request.path);
}

static void a_reading_that_starts_anew_counts_nothing_twice(void **unused)
{
	struct reply reply = full_page(true);
	char why[200];

	(void)unused;
	tx_decode(&bridge, &reply, &facts, why);
	tx_decode(&bridge, &reply, &facts, why);
	reply = reply_of(NULL, 0, true, false);
	tx_decode(&bridge, &reply, &facts, why);
	assert_int_equal(facts.shown.stuck, TX_PAGE);
}

static void beyond_five_pages_counts_are_at_least(void **unused)
{
	char why[200];

	(void)unused;
	for (int page = 1; page <= TX_PAGES; page++) {
		struct reply reply = full_page(page == 1);

		assert_int_equal(tx_decode(&bridge, &reply, &facts, why),
				 page < TX_PAGES ? DECODED_MORE : DECODED_GOOD);
	}
	assert_true(facts.shown.bounded);
	assert_int_equal(facts.shown.stuck, TX_PAGE * TX_PAGES);
	assert_int_equal(facts.shown.row_count, TX_ROWS);
	assert_non_null(strstr(facts.shown.because, "at least 1000 stuck"));
}

static void a_query_may_end_in_a_semicolon_or_a_comment(void **unused)
{
	const struct ask_view view = {0};
	struct tx_config own = bridge;
	struct request request = {0};

	(void)unused;
	own.preset = TX_CUSTOM;
	own.query = "SELECT id, created_at FROM payments -- open ones ;\n ; ";
	tx_prepare(&own, &facts, &view, &request);
	assert_non_null(strstr(request.sql, "FROM payments -- open ones\n) AS raw"));
	assert_null(strstr(request.sql, ";"));
	buf_done(&request.path);
}

static void what_even_an_empty_list_does_not_show_is_said(void **unused)
{
	struct tx_config payments = bridge;
	struct reply reply = reply_of(NULL, 0, true, true);
	char why[200] = "";

	(void)unused;
	payments.preset = TX_FUTURE_PAYMENTS;
	assert_int_equal(tx_decode(&payments, &reply, &facts, why), DECODED_GOOD);
	assert_int_equal(judge(true).state, STATE_OK);
	assert_non_null(strstr(facts.shown.because, "0 stuck of 0 open"));
	assert_non_null(strstr(facts.shown.because, "never written shows in the logs only"));
}

static void a_configuration_names_its_own_contradictions(void **unused)
{
	static const struct {
		int preset;
		const char *query;
		msec stuck;
		const char *word;
	} cases[] = {
		{TX_CUSTOM, NULL, WHEN_HOUR, "preset or a query"},
		{TX_CUSTOM, " \n", WHEN_HOUR, "preset or a query"},
		{TX_TEACHLINK_BRIDGE, "SELECT 1", WHEN_HOUR, "one of them"},
		{TX_TEACHLINK_BRIDGE, NULL, WHEN_SECOND, "late <= stuck"},
		{TX_TEACHLINK_BRIDGE, NULL, 8 * WHEN_DAY, "late <= stuck"},
		{TX_TEACHLINK_BRIDGE, NULL, WHEN_HOUR, NULL},
		{TX_CUSTOM, "SELECT 1", WHEN_HOUR, NULL},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_config config = bridge;
		const char *problem;

		config.preset = cases[i].preset;
		config.query = cases[i].query;
		config.stuck = cases[i].stuck;
		problem = tx_config_problem(&config);
		assert_int_equal(problem != NULL, cases[i].word != NULL);
		if (problem)
			assert_non_null(strstr(problem, cases[i].word));
	}
}

static void old_rows_alone_are_no_alarm_where_a_hash_only_begins_something(void **unused)
{
	static const struct open_row old[] = {{"1794613581", "310000000000", NULL, NULL}};
	struct tx_config payments = bridge;
	struct reply reply = reply_of(old, 1, true, true);
	char why[200] = "";

	(void)unused;
	read_rows(old, 1);
	assert_int_equal(judge(true).state, STATE_OK);
	assert_int_equal(facts.shown.cancellable, 1);
	assert_int_equal(facts.shown.at_risk_count, 0);
	assert_true(facts.shown.oldest_age_s < 0);
	payments.preset = TX_PAYMENT_INTENTS;
	assert_int_equal(tx_decode(&payments, &reply, &facts, why), DECODED_GOOD);
	assert_int_equal(judge(true).state, STATE_WARN);
}

static bool second_hash(void *arg, const char *id, const char *hash)
{
	(void)id;
	return strcmp(hash, arg) == 0;
}

static void a_dismissed_row_is_out_of_the_headline_and_counted_aloud(void **unused)
{
	static const struct open_row rows[] = {
		{"1795200000", "7", NULL, NULL}, {"1795200001", "9", NULL, NULL},
	};
	struct tx_config config = bridge;
	struct reply reply = reply_of(rows, 2, true, true);
	char why[200] = "", hash[] = "second";

	(void)unused;
	cells[COLUMNS + HASH] = hash;
	config.dismissals = &(struct tx_dismissals){ second_hash, hash };
	assert_int_equal(tx_decode(&config, &reply, &facts, why), DECODED_GOOD);
	assert_int_equal(facts.shown.stuck, 1);
	assert_int_equal(facts.shown.dismissed, 1);
	assert_int_equal(facts.shown.total_open, 2);
	assert_string_equal(facts.shown.at_risk[0].amount, "7");
	assert_non_null(strstr(facts.shown.because, "1 stuck of 2 open"));
	assert_non_null(strstr(facts.shown.because, "1 dismissed"));
}

static void one_row_of_unknown_age_hides_no_other_and_is_not_well(void **unused)
{
	static const struct open_row rows[] = {
		{"1795313580", "7", NULL, NULL}, {"infinity", "9", NULL, NULL}, {NULL, "9", NULL, NULL},
	};
	static const struct open_row stuck[] = {
		{"1795200000", "7", NULL, NULL}, {"-infinity", "9", NULL, NULL},
	};

	(void)unused;
	assert_int_equal(read_rows(rows, ARRAY_LEN(rows)), DECODED_GOOD);
	assert_int_equal(judge(true).state, STATE_UNKNOWN);
	assert_int_equal(facts.shown.undated, 2);
	assert_non_null(strstr(facts.shown.because, "the age of 2 cannot be read"));
	read_rows(stuck, ARRAY_LEN(stuck));
	assert_int_equal(judge(true).state, STATE_BAD);
	assert_int_equal(facts.shown.stuck, 1);
}

static void a_page_of_old_rows_alone_is_passed_over(void **unused)
{
	static struct open_row rows[TX_PAGE];
	static const struct {
		const char *at, *from;
	} forms[] = {
		{"1794000000", "1794708781"},
		{"1794000000000", "1794708781956"},
		{"2026-11-01T00:00:00+00:00", "2026-11-15T02:13:01.956Z"},
		/* The session's own clock, five hours behind. */
		{"2026-11-01T00:00:00", "2026-11-14T21:13:01.956"},
	};
	static const struct open_row late[] = {{"1795200000", "5", NULL, NULL}};
	const struct ask_view good = {.answered = true, .good = true};
	struct request request = {0};
	struct reply reply;
	char why[200];

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		for (size_t k = 0; k < TX_PAGE; k++)
			rows[k] = (struct open_row){forms[i].at, "1", NULL, NULL};
		reply = reply_of(rows, TX_PAGE, true, true);
		assert_int_equal(tx_decode(&bridge, &reply, &facts, why), DECODED_MORE);
		tx_prepare(&bridge, &facts, &good, &request);
		assert_int_equal(request.param_count, 1);
		assert_string_equal(request.params[0], forms[i].from);
		assert_non_null(strstr(request.sql, "WHERE q.created_at >= $1"));
	}
	reply = reply_of(late, 1, true, false);
	assert_int_equal(tx_decode(&bridge, &reply, &facts, why), DECODED_GOOD);
	assert_int_equal(facts.shown.stuck, 1);
	assert_true(facts.shown.bounded);
	assert_string_equal(facts.shown.because, "1 stuck of at least 201 open, oldest 1d, limit 2h; at "
			    "least 200 older than 7d");
	buf_done(&request.path);
}

static void what_a_hash_proves_is_the_presets_and_cannot_be_made_more(void **unused)
{
	static const struct {
		int preset, configured;
		enum hash_is is;
		bool refused;
	} cases[] = {
		{TX_TEACHLINK_BRIDGE, TX_HASH_AS_PRESET, HASH_IS_INITIATION, false},
		{TX_TEACHLINK_BRIDGE, TX_HASH_INITIATION, HASH_IS_INITIATION, false},
		{TX_TEACHLINK_BRIDGE, TX_HASH_PAYMENT, HASH_IS_INITIATION, true},
		{TX_TEACHLINK_ESCROW, TX_HASH_AS_PRESET, HASH_IS_INITIATION, false},
		{TX_TEACHLINK_ESCROW, TX_HASH_PAYMENT, HASH_IS_INITIATION, true},
		{TX_FUTURE_PAYMENTS, TX_HASH_AS_PRESET, HASH_IS_PAYMENT, false},
		{TX_FUTURE_PAYMENTS, TX_HASH_INITIATION, HASH_IS_INITIATION, false},
		{TX_PAYMENT_INTENTS, TX_HASH_AS_PRESET, HASH_IS_PAYMENT, false},
		{TX_CUSTOM, TX_HASH_AS_PRESET, HASH_IS_PAYMENT, false},
		{TX_CUSTOM, TX_HASH_INITIATION, HASH_IS_INITIATION, false},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tx_config config = bridge;

		config.preset = cases[i].preset;
		config.query = config.preset == TX_CUSTOM ? "SELECT 1" : NULL;
		config.hash_is = cases[i].configured;
		assert_int_equal(tx_hash_is(&config), cases[i].is);
		assert_int_equal(tx_config_problem(&config) != NULL, cases[i].refused);
	}
}

static void statements_that_mark_rows_belong_to_a_query_of_ones_own(void **unused)
{
	struct tx_config config = bridge;

	(void)unused;
	config.mark_failed = "UPDATE t SET status = 'failed' WHERE id = $1";
	assert_non_null(strstr(tx_config_problem(&config), "belong to a query"));
	config.preset = TX_CUSTOM;
	config.query = "SELECT id, hash FROM t";
	assert_null(tx_config_problem(&config));
}

int main(void)
{
#define FROM_NOTHING(test) cmocka_unit_test_setup(test, forget)
	const struct CMUnitTest tests[] = {
		FROM_NOTHING(rows_fall_into_bands_by_age),
		FROM_NOTHING(late_rows_alone_are_a_warning_and_fresh_ones_are_well),
		FROM_NOTHING(amounts_are_exact_beyond_any_double),
		FROM_NOTHING(an_amount_that_is_no_number_is_said),
		FROM_NOTHING(every_way_to_write_a_time_gives_the_same_age),
		FROM_NOTHING(a_time_that_cannot_be_read_is_no_answer),
		FROM_NOTHING(a_table_that_never_held_a_row_is_no_data),
		FROM_NOTHING(a_table_without_open_rows_is_well),
		FROM_NOTHING(what_even_an_empty_list_does_not_show_is_said),
		FROM_NOTHING(a_failed_answer_makes_the_count_unknown),
		FROM_NOTHING(an_escrow_is_stuck_when_its_row_says_so),
		FROM_NOTHING(a_full_page_asks_for_the_next_one),
		FROM_NOTHING(a_reading_that_starts_anew_counts_nothing_twice),
		FROM_NOTHING(beyond_five_pages_counts_are_at_least),
		FROM_NOTHING(a_query_may_end_in_a_semicolon_or_a_comment),
		FROM_NOTHING(a_configuration_names_its_own_contradictions),
		FROM_NOTHING(old_rows_alone_are_no_alarm_where_a_hash_only_begins_something),
		FROM_NOTHING(a_dismissed_row_is_out_of_the_headline_and_counted_aloud),
		FROM_NOTHING(one_row_of_unknown_age_hides_no_other_and_is_not_well),
		FROM_NOTHING(a_page_of_old_rows_alone_is_passed_over),
		FROM_NOTHING(what_a_hash_proves_is_the_presets_and_cannot_be_made_more),
		FROM_NOTHING(statements_that_mark_rows_belong_to_a_query_of_ones_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
