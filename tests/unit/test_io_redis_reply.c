/* Bytes of RESP to rows of text, whole and in pieces. */
#include "io/redis_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct {
	const char *bytes;
	size_t wanted;
	enum redis_fed end;
	const char *cells[3];
} rows[] = {
	{ "+PONG\r\n", 1, REDIS_COMPLETE, { "+PONG" } },
	{ "-ERR no\r\n:42\r\n$3\r\na\nb\r\n", 3, REDIS_COMPLETE, { "-ERR no", ":42", "$a\nb" } },
	{ "$-1\r\n*-1\r\n$0\r\n\r\n", 3, REDIS_COMPLETE, { NULL, NULL, "$" } },
	{ "*2\r\n+a\r\n*1\r\n:1\r\n+b\r\n", 2, REDIS_COMPLETE, { "*2", "+b" } },
	{ "*0\r\n+b\r\n", 2, REDIS_COMPLETE, { "*0", "+b" } },
	{ "+a\r\n+b\r\n", 1, REDIS_COMPLETE, { "+a" } },
	{ "+a\r\nHTTP/1.1 400 Bad Request\r\n", 1, REDIS_COMPLETE, { "+a" } },
	{ "+a\r\n*2\r\n+b\r\n", 2, REDIS_UNFINISHED, { "+a" } },
	{ "", 1, REDIS_UNFINISHED, { NULL } },
	{ "+PON", 1, REDIS_UNFINISHED, { NULL } },
	{ "$10\r\nabc", 1, REDIS_UNFINISHED, { NULL } },
	/* Nobody makes room for what is only announced. */
	{ "*2147483647\r\n", 1, REDIS_UNFINISHED, { NULL } },
	{ "*2147483647\r\n+a\r\n", 1, REDIS_UNFINISHED, { NULL } },
	{ "$536870912\r\n", 1, REDIS_UNFINISHED, { NULL } },
	{ "HTTP/1.1 400 Bad Request\r\n\r\n", 1, REDIS_GARBAGE, { NULL } },
	{ "%1\r\n+a\r\n+b\r\n", 1, REDIS_GARBAGE, { NULL } },
	{ "\r\n", 1, REDIS_GARBAGE, { NULL } },
	{ "$-2\r\n", 1, REDIS_GARBAGE, { NULL } },
	{ "$99999999999999999999\r\n", 1, REDIS_GARBAGE, { NULL } },
	{ "*99999999999\r\n", 1, REDIS_GARBAGE, { NULL } },
	{ "+a\r\nx\r\n", 2, REDIS_GARBAGE, { "+a" } },
};

static void expect_row(size_t i, size_t piece)
{
	size_t len = strlen(rows[i].bytes);
	enum redis_fed fed = REDIS_UNFINISHED;
	struct redis_cells cells;
	struct rows got;

	redis_cells_init(&cells, rows[i].wanted, 4096);
	for (size_t at = 0; at < len && fed == REDIS_UNFINISHED; at += piece)
		fed = redis_cells_feed(&cells, rows[i].bytes + at, len - at < piece ? len - at : piece);
	got = redis_cells_view(&cells);
	if (fed != rows[i].end || (fed == REDIS_COMPLETE && got.count != rows[i].wanted))
		fail_msg("row %zu in pieces of %zu: ends %d with %zu replies", i, piece, (int)fed,
			 got.count);
	for (size_t cell = 0; cell < got.count; cell++) {
		const char *text = rows_cell(&got, cell, "reply");

		if (!text != !rows[i].cells[cell] || (text && strcmp(text, rows[i].cells[cell]) != 0))
			fail_msg("row %zu, reply %zu: %s", i, cell, text ? text : "nil");
	}
	redis_cells_done(&cells);
}

static void every_reply_is_one_row_however_it_comes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t piece = 1; piece < 40; piece++)
			expect_row(i, piece);
}

static void a_nul_is_no_text(void **state)
{
	struct redis_cells cells;

	(void)state;
	redis_cells_init(&cells, 1, 4096);
	assert_int_equal(redis_cells_feed(&cells, "$3\r\na\0b\r\n", 9), REDIS_GARBAGE);
	redis_cells_done(&cells);
}

static void more_bytes_than_the_limit_are_refused(void **state)
{
	static const char bytes[] = "$100\r\n0123456789";
	enum redis_fed fed = REDIS_UNFINISHED;
	struct redis_cells cells;

	(void)state;
	redis_cells_init(&cells, 1, 20);
	assert_int_equal(redis_cells_feed(&cells, bytes, strlen(bytes)), REDIS_UNFINISHED);
	fed = redis_cells_feed(&cells, "0123456789", 10);
	assert_int_equal(fed, REDIS_TOO_LARGE);
	redis_cells_done(&cells);
}

static void only_an_error_at_the_end_is_a_last_word(void **state)
{
	static const struct {
		const char *bytes;
		bool error;
	} cases[] = {
		{ "", false }, { "+PONG\r\n", false }, { "-ERR max", false }, { "-ERR max\r\n", true },
		{ "-A\r\n+B\r\n", false }, { "+B\r\n-A\r\n", true }, { "$-1\r\n", false },
		{ "-A\r\n*2\r\n", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct redis_cells cells;

		redis_cells_init(&cells, 3, 4096);
		(void)redis_cells_feed(&cells, cases[i].bytes, strlen(cases[i].bytes));
		assert_int_equal(redis_cells_end_in_error(&cells), cases[i].error);
		redis_cells_done(&cells);
	}
}

static void commands_are_written_as_counted_words(void **state)
{
	struct buf out = { 0 };

	(void)state;
	redis_put_auth(&out, NULL, "pw");
	redis_put_auth(&out, "ana", "p w");
	redis_put_command(&out, "PING");
	redis_put_command(&out, "INFO memory");
	assert_string_equal(buf_cstr(&out), "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n"
			    "*3\r\n$4\r\nAUTH\r\n$3\r\nana\r\n$3\r\np w\r\n"
			    "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nINFO\r\n$6\r\nmemory\r\n");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reply_is_one_row_however_it_comes),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(more_bytes_than_the_limit_are_refused),
		cmocka_unit_test(only_an_error_at_the_end_is_a_last_word),
		cmocka_unit_test(commands_are_written_as_counted_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
