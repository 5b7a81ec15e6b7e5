/*
 * incident_tx.h: what an incident's record says of one transaction: its last verdict, what was done
 * about it, whether it was dismissed. Part of the incident's state: incident.h (1) to (4) hold.
 *
 *  (1) A transaction is known by its hash; one without is known by the id of its row.
 *  (2) What is final (CONFIRMED, FAILED, DEAD that is no "confirm") stays against a later verdict
 *      that knows less: a source that lags. A contradiction between sources is taken, always.
 *  (3) tx.act_started without its end is open. Once its console is gone it is INTERRUPTED: what
 *      came of it is not known, and nothing does it again by itself.
 */
#ifndef CORE_INCIDENT_TX_H
#define CORE_INCIDENT_TX_H

#include "core/incident_parts.h"
#include "stellar/intent.h"

struct tx_deed {			/* one act */
	char event[ULID_TEXT];		/* of tx.act_started */
	char origin[ORIGIN_TEXT], by[OPERATOR_TEXT];
	char how[24];			/* an act's word: mark-done ... */
	char target[NAME_TEXT];		/* where; "" */
	char *text;			/* the SQL, the XDR or the hash */
	char because[VERDICT_TEXT], reason[BECAUSE_TEXT];
	msec at, ended_at;		/* ended_at WHEN_NEVER: open */
	bool ended, interrupted;	/* interrupted: its console went before its end */
	bool judged, well;		/* it is known whether it was done; and it was */
	char outcome[BECAUSE_TEXT];
};

struct incident_tx {
	char hash[TX_HASH_TEXT], id[NAME_TEXT];
	bool diagnosed;
	enum verdict_kind verdict;
	enum safety safe;
	char because[VERDICT_TEXT], row[8], sha256[65], by[OPERATOR_TEXT];	/* sha256: evidence */
	msec at;			/* of the verdict */
	bool dismissed;
	char dismissed_reason[BECAUSE_TEXT], dismissed_by[OPERATOR_TEXT];
	/* A second person is asked to do what this box shows; used up by the act. */
	char asked_by[OPERATOR_TEXT], asked_how[24], asked_digest[65];
	struct tx_deed *deeds;		/* the oldest first */
	size_t deed_count, deed_cap;
};

struct incident;
void tx_done(struct incident_tx *tx);

/* By its hash where there is one, else by its row; NULL. Takes NULL and "". */
struct incident_tx *incident_tx(const struct incident *incident, const char *hash, const char *id);
/* The last act that is open; NULL. */
const struct tx_deed *tx_open_deed(const struct incident_tx *tx);
const struct tx_deed *tx_last_deed(const struct incident_tx *tx);	/* NULL */
const struct tx_deed *incident_deed(const struct incident *incident, const char *event);	/* NULL */

/* "done", "NOT DONE", "UNKNOWN OUTCOME", "under way". */
const char *tx_deed_word(const struct tx_deed *deed);
/* Does what is on record stand against a new verdict (2)? */
bool tx_verdict_stands(const struct incident_tx *tx, enum verdict_kind verdict, enum safety safe);
bool safety_find(const char *word, enum safety *out);

#endif
