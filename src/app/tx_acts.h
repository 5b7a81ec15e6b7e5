/*
 * tx_acts.h: what is done about a transaction: the row marked, the identical envelope sent again,
 * the cancelling transaction printed, the row dismissed.
 *
 *  (1) The box first: tx_acts_ready() gives all that would happen, with a digest over it and over
 *      the row as it was shown; tx_acts_do() re-reads and refuses what has changed.
 *  (2) A write is one SQL transaction that locks and re-reads the row, and checks the system
 *      identifier, the timeline and pg_is_in_recovery() of where it is; refused during split brain,
 *      on a read-only or unknown database, without `write_dsn_*`, and when the console is
 *      read-only. Without `write_dsn_*` the same text, with its values bound, is copied.
 *  (3) tx.act_started is durable before anything leaves the house; tx.act_ended follows. After a
 *      crash in between it reads UNKNOWN OUTCOME, and nothing is done again by itself.
 *  (4) No row whose hash only starts something (hash_is: initiation) is ever written.
 *  (5) Without an open incident nothing is written, sent or printed: whoever is woken to do one of
 *      these has an incident, and its journal is the only account of it. A dismissal needs none.
 *  (6) A group that may have other envelopes, a verdict on an assumption and an act that was cut
 *      off want a reason; with `runbooks.two_person` also a second person: the first order asks,
 *      the same box ordered from another operator's console does it.
 *  (7) What was sent proves nothing: after it the ledger is asked again.
 */
#ifndef APP_TX_ACTS_H
#define APP_TX_ACTS_H

#include "app/diagnoser.h"
#include "app/dossier.h"
#include "app/tx_pages.h"

struct tx_acts;

struct tx_acts_setup {
	struct loop *loop;
	const struct context *context;
	const struct settings *settings;
	struct estate *estate;
	struct errands *errands;
	struct diagnoser *diagnoser;
	struct tx_pages *pages;
	struct casebook *casebook;
	struct dossier *(*dossier)(void *arg);	/* of the current incident; NULL: none */
	/* Is it open still? An act outlives the choice of another incident. NULL: it always is. */
	bool (*is_open)(void *arg, const struct dossier *dossier);
	/* Of what was pasted and is no row: its envelope. NULL: there is none. */
	bool (*identity)(void *arg, const char *hash, struct tx_identity *out);
	void (*said)(void *arg, const char *sentence);
	void (*copy)(void *arg, const char *text);
	void *arg;
};

/* Another configuration is another struct tx_acts: what runs borrows from the one it began with,
 * and ends with it, its outcome unknown. */
struct tx_acts *tx_acts_new(const struct tx_acts_setup *setup);
void tx_acts_free(struct tx_acts *acts);	/* takes NULL */

/* The case with its group and the decision over it. */
bool tx_acts_case(struct tx_acts *acts, const char *id, const char *hash, struct tx_case *out);
bool tx_acts_ready(struct tx_acts *acts, const char *id, const char *hash, enum tx_act act,
		   struct ready_act *out);
/* typed: the word or the hash. False: refused, err says why, nothing was done. */
bool tx_acts_do(struct tx_acts *acts, const char *id, const char *hash, enum tx_act act,
		const char *digest, const char *typed, const char *reason, struct err *err);
void tx_acts_durable(struct tx_acts *acts, const struct event *event);

#endif
