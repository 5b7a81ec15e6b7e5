/* What is known for good of transactions: kept over restarts, shared, and hard to damage. */
#include <fcntl.h>
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
#include "base/str.h"
#include "store/casebook.h"

static const char hash_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char hash_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
static const char testnet[] = "Test SDF Network ; September 2015";

struct books {
	char dir[64], file[96];
	struct casebook *book;
	char said[BECAUSE_TEXT];
};

static void reopen(struct books *books)
{
	casebook_close(books->book);
	books->book = casebook_open(books->dir, books->said, NULL);
	assert_non_null(books->book);
}

static int set_up(void **state)
{
	struct books *books = calloc(1, sizeof(*books));

	strcpy(books->dir, "/tmp/binnacle-casebook-XXXXXX");
	assert_non_null(mkdtemp(books->dir));
	snprintf(books->file, sizeof(books->file), "%s/transactions.jsonl", books->dir);
	reopen(books);
	*state = books;
	return 0;
}

static int tear_down(void **state)
{
	struct books *books = *state;

	casebook_close(books->book);
	(void)unlink(books->file);
	assert_int_equal(rmdir(books->dir), 0);
	free(books);
	return 0;
}

static void put(const struct books *books, const char *text)
{
	int fd = open(books->file, O_WRONLY | O_APPEND);

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static struct tx_mark mark_of(const char *hash, enum verdict_kind verdict, enum safety safe)
{
	struct tx_mark mark = { .verdict = verdict, .safe = safe, .at = 1790000000000 };

	str_put(mark.hash, sizeof(mark.hash), hash);
	str_put(mark.because, sizeof(mark.because), "it is so");
	str_put(mark.by, sizeof(mark.by), "ana");
	return mark;
}

static void a_final_verdict_outlives_the_program(void **state)
{
	struct tx_mark mark = mark_of(hash_a, VERDICT_DEAD_EXPIRED, SAFE_YES);
	struct books *books = *state;
	const struct tx_mark *kept;

	assert_true(casebook_judge(books->book, testnet, &mark, NULL));
	reopen(books);
	kept = casebook_verdict(books->book, testnet, hash_a);
	assert_non_null(kept);
	assert_int_equal(kept->verdict, VERDICT_DEAD_EXPIRED);
	assert_int_equal(kept->safe, SAFE_YES);
	assert_string_equal(kept->because, "it is so");
	assert_true(kept->at == mark.at);
	assert_null(casebook_verdict(books->book, "another network", hash_a));
	assert_null(casebook_verdict(books->book, testnet, hash_b));
}

static void what_is_not_final_is_not_believed_even_when_it_stands_there(void **state)
{
	static const struct {
		const char *verdict, *safe;
	} bad[] = {
		{ "LIVE_MAY_STILL_LAND", "false" }, { "UNKNOWN_STALE_SOURCE", "true" },
		{ "DEAD_ACCOUNT_GONE", "confirm" }, { "NO_SUCH", "true" },
	};
	struct books *books = *state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char line[512];

		snprintf(line, sizeof(line), "{\"kind\":\"verdict\",\"network\":\"%s\",\"about\":"
			 "\"%s\",\"verdict\":\"%s\",\"safe\":\"%s\"}\n", testnet, hash_a,
			 bad[i].verdict, bad[i].safe);
		put(books, line);
	}
	reopen(books);
	assert_null(casebook_verdict(books->book, testnet, hash_a));
	assert_non_null(strstr(books->said, "4 lines say nothing that can be read, line 1 first"));
}

static void a_dismissal_counts_until_it_is_taken_back(void **state)
{
	struct books *books = *state;

	assert_true(casebook_dismiss(books->book, "17", hash_a, "refunded in June", "ana", 1, NULL));
	assert_true(casebook_dismiss(books->book, "18", "", "a test", "ana", 2, NULL));
	reopen(books);
	assert_string_equal(casebook_dismissed(books->book, "17", hash_a), "refunded in June");
	assert_string_equal(casebook_dismissed(books->book, "18", ""), "a test");
	assert_null(casebook_dismissed(books->book, "19", ""));
	assert_true(casebook_dismiss(books->book, "17", hash_a, NULL, "ben", 3, NULL));
	assert_null(casebook_dismissed(books->book, "17", hash_a));
	reopen(books);
	assert_null(casebook_dismissed(books->book, "17", hash_a));
	assert_string_equal(casebook_dismissed(books->book, "18", ""), "a test");
}

static void two_consoles_see_what_the_other_wrote(void **state)
{
	struct tx_mark mark = mark_of(hash_b, VERDICT_CONFIRMED, SAFE_NO);
	struct books *books = *state;
	char said[BECAUSE_TEXT];
	struct casebook *other = casebook_open(books->dir, said, NULL);

	assert_true(casebook_judge(other, testnet, &mark, NULL));
	assert_null(casebook_verdict(books->book, testnet, hash_b));
	assert_true(casebook_tick(books->book));
	assert_non_null(casebook_verdict(books->book, testnet, hash_b));
	assert_false(casebook_tick(books->book));
	casebook_close(other);
}

static void a_torn_line_costs_itself_only(void **state)
{
	struct books *books = *state;

	assert_true(casebook_dismiss(books->book, "1", "", "one", "ana", 1, NULL));
	put(books, "{\"kind\":\"dismissed\",\"about\":\"2");
	reopen(books);
	assert_string_equal(books->said, "");
	assert_true(casebook_dismiss(books->book, "3", "", "three", "ana", 2, NULL));
	reopen(books);
	assert_string_equal(casebook_dismissed(books->book, "1", ""), "one");
	assert_string_equal(casebook_dismissed(books->book, "3", ""), "three");
	assert_non_null(strstr(books->said, "1 lines say nothing"));
}

static void the_highest_ledger_is_kept_for_each_network(void **state)
{
	struct books *books = *state;

	assert_true(casebook_ledger(books->book, testnet) == 0);
	assert_true(casebook_highwater(books->book, testnet, 5000, NULL));
	assert_true(casebook_highwater(books->book, testnet, 5001, NULL));
	assert_true(casebook_highwater(books->book, "other", 70000, NULL));
	assert_true(casebook_highwater(books->book, testnet, 100, NULL));
	reopen(books);
	assert_true(casebook_ledger(books->book, testnet) == 5000);
	assert_true(casebook_ledger(books->book, "other") == 70000);
	assert_true(casebook_highwater(books->book, testnet, 6000, NULL));
	assert_true(casebook_ledger(books->book, testnet) == 6000);
}

static void a_file_that_others_can_write_is_refused(void **state)
{
	struct books *books = *state;
	char said[BECAUSE_TEXT];
	struct err err = { 0 };

	assert_int_equal(chmod(books->file, 0662), 0);
	assert_null(casebook_open(books->dir, said, &err));
	assert_non_null(strstr(err.text, "others could have written it"));
	assert_null(casebook_open("/nonexistent", said, &err));
}

static void thousands_are_found_each(void **state)
{
	struct books *books = *state;
	char id[32];

	for (int i = 0; i < 3000; i++) {
		char line[160];

		snprintf(line, sizeof(line),
			 "{\"kind\":\"dismissed\",\"about\":\"row %d\",\"because\":\"r%d\",\"on\":true}\n",
			 i * 7 % 3000, i);
		put(books, line);
	}
	reopen(books);
	for (int i = 0; i < 3000; i++) {
		snprintf(id, sizeof(id), "row %d", i);
		assert_non_null(casebook_dismissed(books->book, id, ""));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_final_verdict_outlives_the_program),
		TEST(what_is_not_final_is_not_believed_even_when_it_stands_there),
		TEST(a_dismissal_counts_until_it_is_taken_back),
		TEST(two_consoles_see_what_the_other_wrote),
		TEST(a_torn_line_costs_itself_only),
		TEST(the_highest_ledger_is_kept_for_each_network),
		TEST(a_file_that_others_can_write_is_refused),
		TEST(thousands_are_found_each),
	};

	return cmocka_run_group_tests_name("store/casebook", tests, NULL, NULL);
}
