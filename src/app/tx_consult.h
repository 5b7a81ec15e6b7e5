/*
 * tx_consult.h: what the verbs that ask about transactions share: a diagnoser with all that it
 * needs, made of a struct work, and what exit status a verdict is.
 */
#ifndef APP_TX_CONSULT_H
#define APP_TX_CONSULT_H

#include "app/cmd_incident.h"
#include "app/tx_intent.h"

struct tx_consult {
	struct work *work;
	struct errands *errands;
	struct casebook *casebook;	/* NULL: nothing is remembered */
	struct diagnoser *diagnoser;
	struct tx_intent intent;
};

typedef void tx_changed(void *arg, const char *key, bool judged);

/* False: there is nobody to ask. A casebook that cannot be had is said, and done without. */
bool tx_consult_open(struct tx_consult *consult, struct work *work, tx_changed *changed, void *arg,
		     struct err *err);
void tx_consult_close(struct tx_consult *consult);	/* takes a zeroed one */

/* The exit status of all verdicts together (formats.md 2 and 7.8). */
struct tx_tally {
	size_t count, asked, answered;	/* requests, over all */
	bool any, mixed;
	int status;
};

void tx_tally_add(struct tx_tally *tally, const struct tx_case *tx);
/* One that could not be asked about. */
void tx_tally_unknown(struct tx_tally *tally);
int tx_tally_status(const struct tx_tally *tally);

#endif
