/*
 * inquiry_search.h: where in an account's long list the transaction is that used a sequence number.
 * Pure arithmetic: numbers only grow along the list, so each page that was seen leaves a shorter
 * stretch. Every page makes the stretch shorter, or ends the search: it cannot go on for ever.
 *
 * A place is Horizon's token: the ledger in its upper half. Pages go from new to old.
 */
#ifndef BACKENDS_INQUIRY_SEARCH_H
#define BACKENDS_INQUIRY_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct search {
	bool begun, over;
	int64_t number;			/* that is looked for */
	int64_t low, high;		/* its place is over low and below high */
	int64_t low_number, high_number;	/* the account's number there */
	bool low_guessed;
	int64_t block;			/* where the pages without own ones began; 0: none is open */
	int64_t cursor;			/* of the page that is asked for next: it is before this */
	double pace;			/* ledgers for each number at the high end; 0: not known */
	unsigned turn;			/* how the next place is guessed */
};

struct search_page {			/* what one page held; own: sent by the account itself */
	size_t count;
	bool full;			/* as many as were asked for: there may be older ones */
	int64_t newest, oldest;		/* tokens of its first and last one */
	bool has_own;
	int64_t newest_number, oldest_number;	/* of the own ones in it */
};

/* The number was used in a ledger up to high_ledger, at whose end the account's was high_number. */
void search_begin(struct search *search, int64_t number, int64_t high_ledger, int64_t high_number);
/* It did not hold the number. False: the page does not follow from what was asked. */
bool search_take(struct search *search, const struct search_page *page);

#endif
