/* Transactions out of files: CSV as spreadsheets write it, JSON lines, and what is wrong. */
#include "app/tx_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

#define HASH_A "8f41000000000000000000000000000000000000000000000000000000000001"
#define HASH_B "8f41000000000000000000000000000000000000000000000000000000000002"

enum { ROWS = 16 };

static const struct tx_config config = {
	.asset = "units", .late = 5 * WHEN_MINUTE, .stuck = 2 * WHEN_HOUR, .cancellable = 7 * WHEN_DAY,
};

static struct tx_line rows[ROWS];
static size_t row_count, bad_count, bad_lines[ROWS];
static char said[ROWS][200];
static struct err err;

static bool on_row(void *arg, const struct tx_record *row)
{
	(void)arg;
	assert_true(row_count < ROWS);
	rows[row_count++] = row->line;
	return true;
}

static void on_bad(void *arg, size_t line, const char *sentence)
{
	(void)arg;
	assert_true(bad_count < ROWS);
	bad_lines[bad_count] = line;
	str_put(said[bad_count++], sizeof(said[0]), sentence);
}

static bool read_bytes(const char *text, size_t len)
{
	const struct tx_file file = { .config = &config, .now = 1795313581956, .row = on_row,
				      .bad = on_bad };
	FILE *in = fmemopen((void *)(uintptr_t)text, len, "r");
	bool ok;

	row_count = bad_count = 0;
	memset(&err, 0, sizeof(err));
	assert_non_null(in);
	ok = tx_file_read(in, "list.csv", &file, &err);
	fclose(in);
	return ok;
}

static bool read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void a_csv_has_its_columns_in_any_order_and_others_are_passed_over(void **unused)
{
	(void)unused;
	assert_true(read_text("amount,note,hash,created_at,asset\r\n"
			      "12.50,\"said \"\"no\"\", twice\nand left\"," HASH_A ",1795306381,USDC\r\n"
			      "\r\n"
			      "9223372036854775807,," HASH_B ",,\r\n"));
	assert_int_equal(bad_count, 0);
	assert_int_equal(row_count, 2);
	assert_string_equal(rows[0].hash, HASH_A);
	assert_string_equal(rows[0].amount, "12.50");
	assert_string_equal(rows[0].asset, "USDC");
	assert_int_equal(rows[0].band, TX_STUCK);
	assert_string_equal(rows[1].amount, "9223372036854775807");
	assert_string_equal(rows[1].asset, "units");
	assert_true(rows[1].age_s < 0);
}

static void a_mark_of_bytes_at_the_beginning_is_no_name(void **unused)
{
	(void)unused;
	assert_true(read_text("\xef\xbb\xbfhash,amount\n" HASH_A ",1\n"));
	assert_int_equal(row_count, 1);
}

static void lines_of_json_have_the_same_names(void **unused)
{
	(void)unused;
	assert_true(read_text("\n{\"hash\":\"" HASH_A "\",\"amount\":12.5,\"sequence\":4711,"
			      "\"source\":\"GA\",\"created_at\":\"2026-11-22T02:12:59.956Z\"}\n"
			      "{\"id\":7,\"amount\":null,\"more\":[1]}\n"));
	assert_int_equal(bad_count, 0);
	assert_int_equal(row_count, 2);
	assert_true(rows[0].has_sequence && rows[0].sequence == 4711);
	assert_int_equal((int)rows[0].age_s, 2);
	assert_string_equal(rows[1].id, "7");
	assert_string_equal(rows[1].amount, "");
}

static void a_bad_line_is_told_by_its_number_and_the_others_go_on(void **unused)
{
	static const struct {
		const char *text;
		size_t line, rows;
		const char *says;
	} cases[] = {
		{ "hash,amount\n" HASH_A ",1\n" HASH_B "\n" HASH_B ",2\n", 3, 2, "1 fields, and the header "
		  "names 2" },
		{ "hash,amount\n8f41,1\n" HASH_B ",2\n", 2, 1, "not 64 hex digits" },
		{ "hash,amount\n,1\n" HASH_B ",2\n", 2, 1, "no hash, no envelope" },
		{ "envelope_xdr,note\nAAAA,1\n", 2, 0, "envelope cannot be read" },
		{ "hash,note\n" HASH_A ",\"a\n\nb\"\n" HASH_B ",\"open\n", 5, 1, "never closed" },
		{ "{\"hash\":\"" HASH_A "\"}\n{\"hash\":\n{\"hash\":\"" HASH_B "\"}\n", 2, 2, "JSON" },
		{ "{\"hash\":\"" HASH_A "\"}\n[1]\n", 2, 1, "not a JSON object" },
		{ "{\"hash\":[1]}\n{\"hash\":\"" HASH_A "\"}\n", 1, 1, "hash is neither" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(read_text(cases[i].text));
		if (bad_count != 1 || row_count != cases[i].rows || bad_lines[0] != cases[i].line)
			print_message("case %zu: line %zu, %zu rows: %s\n", i, bad_lines[0], row_count,
				      said[0]);
		assert_int_equal(bad_count, 1);
		assert_int_equal(bad_lines[0], cases[i].line);
		assert_int_equal(row_count, cases[i].rows);
		assert_non_null(strstr(said[0], cases[i].says));
	}
}

static void a_file_of_something_else_is_refused_with_its_name(void **unused)
{
	(void)unused;
	assert_false(read_text("name,age\nana,7\n"));
	assert_non_null(strstr(err.text, "list.csv: line 1: no column is called hash"));
	assert_int_equal(row_count, 0);
	assert_true(read_text("\n\n"));
	assert_int_equal(row_count, 0);
}

static void a_row_that_never_ends_is_one_bad_line(void **unused)
{
	struct buf text = { 0 };

	(void)unused;
	buf_text(&text, "hash,note\n" HASH_A ",");
	for (int i = 0; i < TX_FILE_ROW + 10; i++)
		buf_char(&text, 'x');
	buf_text(&text, "\n" HASH_B ",1\n");
	assert_true(read_bytes(text.data, text.len));
	assert_int_equal(bad_count, 1);
	assert_non_null(strstr(said[0], "more than 1048576 bytes"));
	assert_int_equal(row_count, 1);
	assert_string_equal(rows[0].hash, HASH_B);
	buf_done(&text);
}

static void hostile_text_is_made_harmless(void **unused)
{
	(void)unused;
	assert_true(read_text("hash,status,last_error\n" HASH_A ",\x1b[2J,\xe2\x80\xae" "evil\n"));
	assert_int_equal(row_count, 1);
	assert_null(strchr(rows[0].status, 0x1b));
	assert_null(strstr(rows[0].last_error, "\xe2\x80\xae"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_csv_has_its_columns_in_any_order_and_others_are_passed_over),
		cmocka_unit_test(a_mark_of_bytes_at_the_beginning_is_no_name),
		cmocka_unit_test(lines_of_json_have_the_same_names),
		cmocka_unit_test(a_bad_line_is_told_by_its_number_and_the_others_go_on),
		cmocka_unit_test(a_file_of_something_else_is_refused_with_its_name),
		cmocka_unit_test(a_row_that_never_ends_is_one_bad_line),
		cmocka_unit_test(hostile_text_is_made_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
