#include "backends/inquiry_search.h"

#include "backends/inquiry.h"

enum { LEDGER_BITS = 32 };

static const uint64_t near = 2 * INQUIRY_PAGE;	/* from where on it is not worth guessing */

void search_begin(struct search *search, int64_t number, int64_t high_ledger, int64_t high_number)
{
	int64_t born = number >> LEDGER_BITS;

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

/* A ledger between both ends: where the number would be if they grew evenly, or the middle. */
static int64_t guess(struct search *search, int64_t low, int64_t high)
{
	double numbers = (double)(search->high_number - search->low_number);
	double part = (double)(search->number - search->low_number + INQUIRY_PAGE / 2) / numbers;
	bool middle = search->halve || search->low_number == 0 || !(part > 0 && part < 1);
	int64_t at = middle ? low + (high - low) / 2 : low + (int64_t)(part * (double)(high - low));

	search->halve = !search->halve;
	return at < high ? at : high - 1;
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
	} else {	/* it was jumped over, or the list begins later */
		search->over = true;
		return true;
	}
	go_on(search);
	return true;
}
