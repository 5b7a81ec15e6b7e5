/*
 * transactions.h: the rows that the platform itself believes to be open, read from its database,
 * and how many of them are late, stuck or old enough to be cancelled (facts/platforms.md 2.3).
 *
 * `transactions:` names a postgres source; app/ hangs the struct on that source's configuration
 * (struct postgres_config), whose asks then hold one more. A preset knows a platform's tables;
 * a query of one's own has any of the columns of tx_row.h and counts as "open" whatever it returns.
 *
 *  (1) created_at may be epoch seconds or milliseconds, a timestamp with a time zone, or one
 *      without: the last is compared with the localtimestamp of the same row only.
 *  (2) Amounts are exact decimal text from end to end.
 *  (3) A table that has never held a row says nothing: "no data", never "0 stuck".
 *      FuTuRe writes a payment only after Horizon has answered: its open rows are those without a
 *      ledger, whose outcome is unknown, and a payment without a row is not seen here at all.
 *  (4) At most TX_PAGES pages of TX_PAGE rows, oldest first; beyond that counts are "at least".
 *  (5) Rows older than `cancellable` are counted apart from the stuck ones, and so is their money:
 *      what was refunded on the ledger stays open in the table for ever. A page that holds nothing
 *      else is passed over, or a thousand of them would hide all that is stuck. Dismissed rows are
 *      counted apart too.
 */
#ifndef BACKENDS_TRANSACTIONS_H
#define BACKENDS_TRANSACTIONS_H

#include "backends/ask.h"
#include "config/setting.h"
#include "core/report.h"
#include "stellar/intent.h"

enum { TX_PAGE = 200, TX_PAGES = 5 };

enum tx_preset {
	TX_CUSTOM, TX_TEACHLINK_BRIDGE, TX_TEACHLINK_ESCROW, TX_FUTURE_PAYMENTS, TX_PAYMENT_INTENTS,
};

enum tx_hash_is { TX_HASH_AS_PRESET, TX_HASH_PAYMENT, TX_HASH_INITIATION };

struct tx_dismissals {
	/* Was this row taken out of the headline by somebody? Set by app/; NULL: none was. */
	bool (*has)(void *arg, const char *id, const char *hash);
	void *arg;
};

struct tx_config {
	const char *source;		/* name of a postgres source; NULL: nothing is configured */
	int preset;			/* enum tx_preset */
	const char *query;		/* of TX_CUSTOM */
	const char *asset;		/* what amounts without an asset column are counted in */
	msec late, stuck, cancellable;	/* ages from which a row is that */
	int hash_is;			/* enum tx_hash_is, as configured: tx_hash_is() decides */
	struct secret_ref write_dsn;	/* SECRET_NONE: what is to be written is copied, never run */
	bool complete;			/* the platform stores every envelope that it ever signs */
	const char *network;		/* a name or a passphrase; NULL: that of the sources */
	const char *mark_done, *mark_failed, *mark_cancelled;	/* of TX_CUSTOM; NULL: no such act */
	struct tx_dismissals *dismissals;	/* of the settings; NULL: nobody keeps any */
};

extern const struct setting transactions_settings[];

/* What is wrong with it as a whole, in one sentence, or NULL. */
const char *tx_config_problem(const struct tx_config *config);

struct tx_facts {
	struct tx_summary shown;	/* of the last complete reading */
	struct tx_summary building;	/* of the pages so far */
	unsigned pages, unread;		/* pages so far; amounts that are no numbers */
	bool passed_over;		/* rows that are older than all that counts */
	double oldest_open_s;		/* of all open rows; negative: none */
	bool more;			/* the next page starts after this row */
	char after_at[64], after_id[256];	/* id "": from this time on */
};

/* What a confirmed hash proves of a row: that it was paid, or only that something began. */
enum hash_is tx_hash_is(const struct tx_config *config);

/* The next page, or the first one when the reading begins or the last answer was none. */
void tx_prepare(const struct tx_config *config, const struct tx_facts *facts,
		const struct ask_view *view, struct request *out);
enum decoded tx_decode(const struct tx_config *config, const struct reply *reply,
		       struct tx_facts *facts, char why[200]);

/* The state of the signal "stuck". Without a good answer the summary is marked as not known. */
void tx_judge(struct tx_facts *facts, const struct ask_view *view, struct reading *out);

#endif
