/*
 * tx_consult.h: what the verbs that ask about transactions share: a diagnoser and the platform's
 * rows, made of a struct work, what is asked about one transaction, and what exit status a verdict
 * is.
 *
 *  (1) What was given is looked for in the platform's rows first: its row has the recorded hash,
 *      the envelope and the other envelopes of its payment, all of which are asked about too.
 *  (2) Safe is what the whole payment allows: not while another envelope of it paid, may still pay,
 *      or is unknown. Where `transactions:` are configured it is at most "confirm" unless the
 *      platform says that its rows are complete: so is what is in no row, and what could not be
 *      looked for. Where they are not, the verdict of the envelope stands.
 */
#ifndef APP_TX_CONSULT_H
#define APP_TX_CONSULT_H

#include "app/cmd_incident.h"
#include "app/tx_intent.h"

typedef void tx_changed(void *arg);

struct tx_consult {
	struct work *work;
	struct errands *errands;
	struct casebook *casebook;	/* NULL: nothing is remembered */
	struct diagnoser *diagnoser;
	struct tx_pages *pages;		/* NULL: no transactions are configured */
	struct tx_intent intent;
	bool rows_lost;			/* the database gives no answer: it is not asked any more */
	tx_changed *changed;
	void *arg;
	struct loop_timer soon;
};

/* False: there is nobody to ask. A casebook that cannot be had is said, and done without. `changed`
 * comes from the loop, after anything has changed. */
bool tx_consult_open(struct tx_consult *consult, struct work *work, tx_changed *changed, void *arg,
		     struct err *err);
void tx_consult_close(struct tx_consult *consult);	/* takes a zeroed one */

enum tx_stage { TX_READS_ROWS, TX_ASKS, TX_READS_AGAIN };

struct tx_query {			/* one transaction, while it is asked about */
	struct tx_identity identity;	/* as it was given; its envelope is the caller's */
	int64_t created_at;		/* unix s; 0: not known */
	char key[DIAGNOSER_KEY];
	enum tx_stage stage;
	unsigned tries;
	bool of_list;			/* given as one of rows: its payment may have others */
	bool read;			/* the rows of its payment were, not long ago */
	struct err err;			/* it cannot be asked about */
};

/* The transaction in a text: a hash, an envelope, what holds one. False: err says in one sentence
 * what the text holds instead, and repeats no seed. The envelope is the caller's to free. */
bool tx_query_read(struct tx_query *query, const char *text, struct err *err);
/* From its identity on. False: it cannot be asked about, why stands in query->err. */
bool tx_query_begin(struct tx_consult *consult, struct tx_query *query);
/* True: there is nothing more to wait for. Call it after each change. */
bool tx_query_advance(struct tx_consult *consult, struct tx_query *query);
/* As far as it is known; false: not at all. Borrowed until the next change or case. */
bool tx_query_case(struct tx_consult *consult, const struct tx_query *query, struct tx_case *out);

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
