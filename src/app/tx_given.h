/*
 * tx_given.h: which transactions a verb was given: words, lines of standard input, rows of a file,
 * or an account whose transactions of the last hour are meant.
 */
#ifndef APP_TX_GIVEN_H
#define APP_TX_GIVEN_H

#include "app/cmd_incident.h"
#include "core/tx_case.h"
#include "io/errand.h"

struct tx_given {
	char *text;			/* as it was given */
	struct tx_identity identity;	/* its envelope is ours */
	int64_t created_at;		/* unix s; 0: not known */
	bool of_list;			/* one of rows: its payment may have others */
	char error[BECAUSE_TEXT];	/* why it is no transaction; "" */
};

struct tx_givens {
	struct tx_given *at;
	size_t count, cap;
	char account[ACCOUNT_TEXT];	/* instead of all that; "" */
};

/* Of the words and flags of `tx diagnose`. False with err: a word that holds nothing, or a file
 * that cannot be read; a line or a row that holds nothing is given with its error. */
bool tx_given_read(struct work *work, struct tx_givens *out, struct err *err);
/* The transactions of its account since --since (an hour), the newest first; what was cut is said.
 * Runs the loop. False with err: no Horizon has told. */
bool tx_given_ask(struct work *work, struct errands *errands, struct tx_givens *out,
		  struct err *err);
void tx_given_done(struct tx_givens *givens);

#endif
