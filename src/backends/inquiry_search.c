#include "backends/inquiry_search.h"

#include "backends/inquiry.h"
#include "base/attr.h"
#include "core/chain.h"

enum { LEDGER_BITS = 32 };

static const double half_page = INQUIRY_PAGE / 2.0;
static const uint64_t near = 2 * INQUIRY_PAGE;	/* from where on it is not worth guessing */

void search_begin(struct search *search, int64_t number, int64_t high_ledger, int64_t high_number)
{
	int64_t born = number >> LEDGER_BITS;

	if (high_ledger > CHAIN_LAST_LEDGER - 1)
		high_ledger = CHAIN_LAST_LEDGER - 1;
	*search = (struct search){
		.begun = true, .over = number < 0, .number = number,
		.high = (high_ledger + 1) << LEDGER_BITS, .high_number = high_number,
	};
	search->cursor = search->high;
	/* An account's first number is made of the ledger in which the account was made. That is a
	 * guess only, as numbers can be jumped over. */
	if (born > 0 && born < high_ledger) {
		search->low = search->low_number = born << LEDGER_BITS;
		search->low_guessed = true;
	}
}

/* Where the number would be if they grew evenly between both ends. */
static double by_both_ends(const struct search *search, int64_t low, int64_t high)
{
	double numbers = (double)(search->high_number - search->low_number);
	double before = (double)(search->number - search->low_number) + half_page;

	return search->low_number > 0 ? (double)low + before / numbers * (double)(high - low) :
					(double)low;
}

/* ... if they had grown as they do at the high end: an account is at work in bursts. */
static double by_pace(const struct search *search, int64_t low, int64_t high)
{
	double numbers = (double)(search->high_number - search->number) - half_page;

	return search->pace > 0 ? (double)high - numbers * search->pace : (double)low;
}

static double by_middle(const struct search *search, int64_t low, int64_t high)
{
	int64_t at = low + (high - low) / 2;

	(void)search;
	return (double)at;
}

/* A ledger between both ends. Each way of guessing is bad at some list: they take turns. */
static int64_t guess(struct search *search, int64_t low, int64_t high)
{
	static double (*const ways[])(const struct search *, int64_t, int64_t) = {
		by_pace, by_both_ends, by_middle,
	};
	double at = ways[search->turn++ % ARRAY_LEN(ways)](search, low, high);

	if (!(at > (double)low && at < (double)high))
		at = by_middle(search, low, high);
	return (int64_t)at < high ? (int64_t)at : high - 1;
}

static void note_pace(struct search *search, const struct search_page *page)
{
	int64_t numbers = page->newest_number - page->oldest_number;
	int64_t ledgers = (page->newest >> LEDGER_BITS) - (page->oldest >> LEDGER_BITS);

	if (numbers > 0 && ledgers > 0)
		search->pace = (double)ledgers / (double)numbers;
}

static void go_on(struct search *search)
{
	uint64_t distance = (uint64_t)search->high_number - (uint64_t)search->number;
	int64_t low, high;

	if (search->low + 1 >= search->high && search->low_guessed) {
		search->low = search->low_number = 0;
		search->low_guessed = false;
	}
	low = search->low >> LEDGER_BITS;
	high = (search->high - 1) >> LEDGER_BITS;
	search->over = search->low + 1 >= search->high;
	search->cursor = distance <= near || high - low < 2 ? search->high :
			 (guess(search, low, high) + 1) << LEDGER_BITS;
}

bool search_take(struct search *search, const struct search_page *page)
{
	int64_t top = search->block ? search->block : search->cursor;

	if (page->count > 0 && page->oldest >= search->cursor) {
		search->over = true;
		return false;
	}
	if (!page->has_own && page->full) {
		search->block = top;
		search->cursor = page->oldest;
		return true;
	}
	search->block = 0;
	if (!page->has_own || page->newest_number < search->number) {
		search->low = top - 1;
		search->low_number = page->has_own ? page->newest_number : search->low_number;
		search->low_guessed = false;
	} else if (page->oldest_number > search->number && page->full) {
		search->high = page->oldest;
		search->high_number = page->oldest_number;
		note_pace(search, page);
	} else {	/* it was jumped over, or the list begins later */
		search->over = true;
		return true;
	}
	go_on(search);
	return true;
}
