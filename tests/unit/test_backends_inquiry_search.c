#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "backends/inquiry_search.h"
#include "base/attr.h"
#include "tests/lib/trial.h"

/* An account's list: own transactions with growing numbers, and others between them. */
struct list {
	int64_t ledgers[20000];
	int64_t numbers[20000];		/* 0: sent by somebody else */
	size_t count;
};

static int64_t token(const struct list *list, size_t i)
{
	return list->ledgers[i] << 32 | 4096;
}

static void put(const struct list *list, int64_t cursor, struct search_page *page, int64_t number,
		bool *found)
{
	*page = (struct search_page){ 0 };
	for (size_t i = list->count; i-- > 0 && page->count < INQUIRY_PAGE; ) {
		int64_t own = list->numbers[i];

		if (token(list, i) >= cursor)
			continue;
		page->oldest = token(list, i);
		page->newest = page->count++ ? page->newest : page->oldest;
		*found = *found || own == number;
		if (own == 0)
			continue;
		if (!page->has_own)
			page->newest_number = own;
		page->oldest_number = own;
		page->has_own = true;
	}
	page->full = page->count == INQUIRY_PAGE;
}

/* Pages asked for; -1: it ended without. */
static int pages_to(const struct list *list, int64_t number, int64_t newest)
{
	struct search search;
	bool found = false;
	int pages = 0;

	search_begin(&search, number, list->ledgers[list->count - 1], newest);
	while (!search.over) {
		struct search_page page;

		if (++pages > 2000)
			fail_msg("it does not end");
		put(list, search.cursor, &page, number, &found);
		if (found)
			return pages;
		assert_true(search_take(&search, &page));
	}
	return -1;
}

enum spread { EVEN, TWO_BURSTS, FROM_ONE_WEEK, AMONG_OTHERS, SPREADS };

static void fill(struct list *list, enum spread spread, size_t count)
{
	int64_t number = ((int64_t)30000000 << 32), ledger = 30000000;

	list->count = 0;
	for (size_t i = 0; i < count; i++) {
		ledger += spread == EVEN ? 1500 : 1;
		if (spread == TWO_BURSTS && i == count / 2)
			ledger += 20000000;
		if (spread == FROM_ONE_WEEK && i == 1)
			ledger += 25000000;
		list->ledgers[list->count] = ledger;
		list->numbers[list->count++] = ++number;
		if (spread == AMONG_OTHERS)
			list->ledgers[list->count++] = ++ledger;
	}
}

static void one_of_ten_thousand_is_found_within_the_pages(void **state)
{
	static struct list list;

	(void)state;
	for (enum spread spread = EVEN; spread < SPREADS; spread++) {
		int most = 0;

		memset(&list, 0, sizeof(list));
		fill(&list, spread, 10000);
		for (size_t i = 0; i < 10000; i += 37) {
			int64_t first = (int64_t)30000000 << 32;
			int pages = pages_to(&list, first + 1 + (int64_t)i, first + 10000);

			if (pages < 0)
				fail_msg("spread %d: number %zu is not found", (int)spread, i);
			most = pages > most ? pages : most;
		}
		printf("spread %d: at most %d pages\n", (int)spread, most);
		assert_in_range(most, 1, INQUIRY_PAGES);
	}
}

static void a_number_that_was_jumped_over_ends_the_search(void **state)
{
	static struct list list;
	int64_t first = (int64_t)30000000 << 32;

	(void)state;
	memset(&list, 0, sizeof(list));
	fill(&list, EVEN, 3000);
	for (size_t i = 1500; i < 3000; i++)
		list.numbers[i] += 500;
	assert_int_equal(pages_to(&list, first + 1700, first + 3500), -1);
	assert_int_equal(pages_to(&list, first + 1501, first + 3500), -1);
	assert_true(pages_to(&list, first + 1500, first + 3500) > 0);
	assert_true(pages_to(&list, first + 2001, first + 3500) > 0);
}

static void a_number_from_before_the_list_ends_the_search(void **state)
{
	static struct list list;
	int64_t first = (int64_t)30000000 << 32;

	(void)state;
	memset(&list, 0, sizeof(list));
	fill(&list, EVEN, 1000);
	memmove(list.ledgers, list.ledgers + 500, 500 * sizeof(list.ledgers[0]));
	memmove(list.numbers, list.numbers + 500, 500 * sizeof(list.numbers[0]));
	list.count = 500;
	assert_int_equal(pages_to(&list, first + 100, first + 1000), -1);
	assert_int_equal(pages_to(&list, -5, first + 1000), -1);
	list.ledgers[499] = INT32_MAX;
	assert_int_equal(pages_to(&list, INT64_MAX, INT64_MAX), -1);
	assert_int_equal(pages_to(&list, 1, INT64_MAX), -1);
}

static void a_number_larger_than_its_ledger_is_found_too(void **state)
{
	static struct list list;
	int64_t far = (int64_t)30000450 << 32;	/* bumped there long before that ledger */

	(void)state;
	memset(&list, 0, sizeof(list));
	for (size_t i = 0; i < 1000; i++) {
		list.ledgers[i] = 30000000 + (int64_t)i;
		list.numbers[i] = far + 1 + (int64_t)i;
	}
	list.count = 1000;
	assert_true(pages_to(&list, far + 3, far + 1000) > 0);
}

static void every_page_ends_it_or_makes_the_stretch_shorter(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int run = 0; run < 20000; run++) {
		int64_t number = (int64_t)(fake_random(&seed) >> 2), high = number;
		struct search search;
		int pages = 0;

		high += (int64_t)(fake_random(&seed) % 100000);
		search_begin(&search, number, (int64_t)(fake_random(&seed) % 70000000) + 2, high);
		while (!search.over) {
			int64_t stretch = search.high - search.low, cursor = search.cursor;
			uint64_t dice = fake_random(&seed);
			struct search_page page = { .count = dice % 21, .full = dice % 21 == 20,
						    .has_own = dice & 64 };

			page.oldest = cursor - 1 - (int64_t)(fake_random(&seed) % 5000);
			page.newest = cursor - 1;
			page.newest_number = number + (dice & 128 ? 40 : -3);
			page.oldest_number = page.newest_number - (dice & 256 ? 2 : 60);
			assert_true(search_take(&search, &page));
			assert_true(search.over || search.cursor < cursor ||
				    search.high - search.low < stretch);
			assert_true(search.over || search.cursor <= search.high);
			if (++pages > 100000)
				fail_msg("it does not end");
			if (search.block && pages > 50)
				break;	/* a list of others only goes on for as long as it is */
		}
	}
}

static void a_page_that_does_not_go_back_ends_it(void **state)
{
	struct search search;
	struct search_page page = { .count = 20, .full = true };

	(void)state;
	search_begin(&search, ((int64_t)900 << 32) + 5, 1000, ((int64_t)900 << 32) + 9);
	page.oldest = search.cursor;
	assert_false(search_take(&search, &page));
	assert_true(search.over);
}

/* ---- the same on a server ---- */

static void the_payment_of_long_ago_that_used_it_is_found_on_a_horizon(void **state)
{
	struct trial trial;
	unsigned pages = 0;
	const struct tx_proof *proofs;
	size_t count;

	(void)state;
	trial_init(&trial);
	trial_add(&trial, ENDPOINT_HORIZON);
	trial.plan.sequence = TRIAL_NUMBER + 1234;
	for (int64_t i = 0; i < 10000; i++) {
		struct fake_plan other = { .source = 'S', .sequence = TRIAL_NUMBER + i,
					   .destination = 'X', .amount = 3 };

		fake_close(&trial.chain, 5);
		if (i % 3)
			fake_close(&trial.chain, 5);
		fake_apply(&trial.chain, &other, 0, 0);
	}
	trial_sign(&trial, 0);
	trial_judge(&trial);
	assert_int_equal(trial.verdict.kind, VERDICT_DEAD_SEQ_CONSUMED);
	assert_int_equal(trial.verdict.safe, SAFE_YES);
	assert_int_equal(inquiry_consumer(trial.inquiry), TWIN_OTHER);
	proofs = inquiry_proofs(trial.inquiry, &count);
	for (size_t i = 0; i < count; i++)
		pages += strstr(proofs[i].what, "cursor=") != NULL;
	printf("%u pages\n", pages);
	assert_in_range(pages, 1, INQUIRY_PAGES);
	trial_done(&trial);
}

static bool is_page(const struct inquiry_ask *ask)
{
	return strstr(ask->what, "/transactions?cursor=") != NULL;
}

/* Whatever cursor it is given, it answers with the same page: the newest. */
static void repeats_itself(struct trial *trial, const struct inquiry_ask *ask, struct reply *reply)
{
	static const char path[] = "/accounts/%s/transactions?limit=20&cursor=9000000000000000000";
	struct inquiry_ask newest = *ask;
	char account[ACCOUNT_TEXT];

	if (!is_page(ask))
		return;
	fake_account(account, 'S');
	newest.path = (struct buf){ 0 };
	(void)buf_fmt(&newest.path, path, account);
	fake_answer(&trial->servers[0], &newest, &trial->body, reply);
	buf_done(&newest.path);
}

/* From old to new, whatever was asked for. */
static void runs_backwards(struct trial *trial, const struct inquiry_ask *ask, struct reply *reply)
{
	if (!is_page(ask))
		return;
	buf_clear(&trial->body);
	(void)buf_text(&trial->body, "{\"_embedded\":{\"records\":[");
	for (int i = 1; i <= 20; i++)
		(void)buf_fmt(&trial->body, "%s{\"paging_token\":\"%d\",\"source_account\":\"x\"}",
			      i > 1 ? "," : "", i * 4096);
	(void)buf_text(&trial->body, "]}}");
	reply->body = str_sub(buf_cstr(&trial->body), trial->body.len);
}

/* Full of others' transactions, one token lower each time: it never comes to an end. */
static void never_ends(struct trial *trial, const struct inquiry_ask *ask, struct reply *reply)
{
	const char *at = strstr(buf_cstr(&ask->path), "cursor=");
	long long cursor;

	if (!is_page(ask) || !at || sscanf(at, "cursor=%lld", &cursor) != 1)
		return;
	buf_clear(&trial->body);
	(void)buf_text(&trial->body, "{\"_embedded\":{\"records\":[");
	for (int i = 1; i <= 20; i++)
		(void)buf_fmt(&trial->body, "%s{\"paging_token\":\"%lld\",\"source_account\":\"x\"}",
			      i > 1 ? "," : "", cursor - i);
	(void)buf_text(&trial->body, "]}}");
	reply->body = str_sub(buf_cstr(&trial->body), trial->body.len);
}

static void pages_that_mislead_end_without_a_verdict(void **state)
{
	static const struct {
		void (*after)(struct trial *, const struct inquiry_ask *, struct reply *);
		unsigned most;
	} cases[] = {
		{ repeats_itself, 3 }, { runs_backwards, 1 }, { never_ends, INQUIRY_PAGES },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct trial trial;
		const struct tx_proof *proofs;
		size_t count, pages = 0;

		trial_init(&trial);
		trial_add(&trial, ENDPOINT_HORIZON);
		for (int k = 0; k < 200; k++) {
			struct fake_plan other = { .source = 'S', .destination = 'X', .amount = 3,
						   .sequence = TRIAL_NUMBER + 1 + k };

			fake_close(&trial.chain, 5);
			fake_apply(&trial.chain, &other, 0, 0);
		}
		trial_sign(&trial, 0);
		trial.after = cases[i].after;
		trial_judge(&trial);
		proofs = inquiry_proofs(trial.inquiry, &count);
		for (size_t k = 0; k < count; k++)
			pages += strstr(proofs[k].what, "cursor=") != NULL;
		assert_int_equal(trial.verdict.kind, VERDICT_UNKNOWN_STALE_SOURCE);
		if (pages < 1 || pages > cases[i].most)
			fail_msg("case %zu: %zu pages", i, pages);
		trial_done(&trial);
	}
}

static size_t pages_of(const struct trial *trial)
{
	size_t count, pages = 0;
	const struct tx_proof *proofs = inquiry_proofs(trial->inquiry, &count);

	for (size_t i = 0; i < count; i++)
		pages += strstr(proofs[i].what, "cursor=") != NULL;
	return pages;
}

/* A filtered Horizon is not asked for all of its pages once a minute. */
static void a_search_in_vain_is_repeated_with_one_page(void **state)
{
	struct trial trial;

	(void)state;
	trial_init(&trial);
	trial_add(&trial, ENDPOINT_HORIZON);
	trial_sign(&trial, 0);
	for (int k = 0; k < 400; k++) {
		struct fake_plan other = { .source = 'S', .destination = 'X', .amount = 3,
					   .sequence = TRIAL_NUMBER + 1 + k };

		fake_close(&trial.chain, 5);
		fake_apply(&trial.chain, &other, 0, 0);
	}
	trial_judge(&trial);
	assert_in_range(pages_of(&trial), 2, INQUIRY_PAGES);
	for (int round = 0; round < 2; round++) {
		inquiry_again(trial.inquiry);
		trial_run(&trial);
		assert_int_equal(pages_of(&trial), 1);
	}
	trial_done(&trial);
}

static void a_search_that_was_cut_goes_on_in_the_next_round(void **state)
{
	struct trial trial;

	(void)state;
	trial_init(&trial);
	trial_add(&trial, ENDPOINT_RPC);
	trial_sign(&trial, 0);
	fake_close(&trial.chain, 5);
	for (int k = 0; k < (INQUIRY_PAGES + 5) * INQUIRY_PAGE; k++) {
		struct fake_plan other = { .source = 'O', .sequence = 7, .amount = 2,
					   .destination = 'E' };

		fake_apply(&trial.chain, &other, 0, 0);
	}
	trial.plan.amount++;
	fake_apply(&trial.chain, &trial.plan, 0, 0);
	trial_judge(&trial);
	assert_int_equal(trial.verdict.safe, SAFE_CONFIRM);
	inquiry_again(trial.inquiry);
	trial_run(&trial);
	assert_int_equal(trial.verdict.kind, VERDICT_DEAD_SEQ_CONSUMED);
	assert_int_equal(trial.verdict.safe, SAFE_YES);
	trial_done(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_of_ten_thousand_is_found_within_the_pages),
		cmocka_unit_test(a_number_that_was_jumped_over_ends_the_search),
		cmocka_unit_test(a_number_from_before_the_list_ends_the_search),
		cmocka_unit_test(a_number_larger_than_its_ledger_is_found_too),
		cmocka_unit_test(every_page_ends_it_or_makes_the_stretch_shorter),
		cmocka_unit_test(a_page_that_does_not_go_back_ends_it),
		cmocka_unit_test(the_payment_of_long_ago_that_used_it_is_found_on_a_horizon),
		cmocka_unit_test(a_search_in_vain_is_repeated_with_one_page),
		cmocka_unit_test(a_search_that_was_cut_goes_on_in_the_next_round),
		cmocka_unit_test(pages_that_mislead_end_without_a_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
