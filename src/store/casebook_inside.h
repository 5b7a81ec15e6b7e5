/*
 * casebook_inside.h: one line of the casebook, in memory and on disk.
 */
#ifndef STORE_CASEBOOK_INSIDE_H
#define STORE_CASEBOOK_INSIDE_H

#include "store/casebook.h"

enum casebook_kind { CASE_VERDICT, CASE_DISMISSAL, CASE_LEDGER };

/* The highest ledger is a guard against a network that began anew, tens of thousands lower: it need
 * not be written down for each ledger. */
enum { CASEBOOK_LEDGER_STEP = 1000 };

struct casebook_item {
	enum casebook_kind kind;
	char network[96];		/* its passphrase; "" of a dismissal */
	char about[TX_HASH_TEXT];	/* a hash, or the id of a row without one */
	struct tx_mark mark;		/* because: of a dismissal the reason */
	bool taken_back;
	int64_t ledger;
	size_t order;			/* the later line counts */
};

struct casebook {
	int fd;
	off_t at;			/* read up to here */
	struct buf rest;		/* a line without its end so far */
	struct casebook_item **items;	/* by what they are about */
	size_t count, cap, lines, odd, first_odd;
};

/* By kind, network and subject; 0: they are about the same. */
int casebook_compare(const struct casebook_item *a, const struct casebook_item *b);
/* False: no line of ours. */
bool casebook_item_read(struct str line, struct casebook_item *out);
void casebook_item_write(const struct casebook_item *item, struct buf *out);

#endif
