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
/* Have the rows of its payment read, and asked about whoever of them is not judged. False: err says
 * why it cannot be asked about itself. By hand: before the bulk. */
bool tx_intent_ask(struct tx_intent *intent, const char *id, const char *hash, bool bulk,
		   char key[DIAGNOSER_KEY], struct err *err);

#endif
