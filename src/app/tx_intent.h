/*
 * tx_intent.h: a transaction with its whole payment: the row, every other envelope of the intent
 * judged too, and the decision over all of them (stellar/intent.h).
 *
 *  (1) While the rows of the payment are not read, and while there are more of them than fit, one
 *      member stands for what is not known, and nothing is allowed.
 *  (2) What was pasted and is no row of the platform is a group that nobody can know to be
 *      complete.
 */
#ifndef APP_TX_INTENT_H
#define APP_TX_INTENT_H

#include "app/diagnoser.h"
#include "app/tx_pages.h"

struct tx_intent {
	struct diagnoser *diagnoser;	/* NULL: nobody can be asked; everything is unknown */
	struct tx_pages *pages;		/* NULL: no rows, only what was pasted */
	const struct casebook *casebook;	/* NULL */
	const struct tx_config *config;
	struct tx_member members[TX_MEMBERS];	/* the case borrows them, until the next one */
};

/* Fills all of it. False: it is neither a row of the window nor known to the diagnoser. */
bool tx_intent_case(struct tx_intent *intent, const char *id, const char *hash,
		    struct tx_case *out);
/* Ask about it, and have the rows of its payment read. False: err says why it cannot be asked
 * about. bulk: behind all that is asked for by hand. */
bool tx_intent_ask(struct tx_intent *intent, const char *id, const char *hash, bool bulk,
		   char key[DIAGNOSER_KEY], struct err *err);
/* The same of a line, and no more: its payment is not read. */
bool tx_intent_ask_one(struct tx_intent *intent, const struct tx_line *line, bool bulk,
		       char key[DIAGNOSER_KEY], struct err *err);
/* Once these rows are read: ask about those that nobody has judged. False: they are not yet. */
bool tx_intent_ask_others(struct tx_intent *intent, const char *id, const char *hash, bool bulk);
/* Is one of these rows asked about at this moment? */
bool tx_intent_is_asking(const struct tx_intent *intent, const char *id, const char *hash);
/* Its line, of the window or of a payment that was read. False: it is no row that is known. */
bool tx_intent_line(const struct tx_intent *intent, const char *id, const char *hash,
		    struct tx_line *out);

#endif
