/*
 * tx_case.h: one transaction that somebody asks about: what identifies it, what the platform says
 * of it, its verdict with the proof, and what may be done. Plain data.
 */
#ifndef CORE_TX_CASE_H
#define CORE_TX_CASE_H

#include "base/when.h"
#include "core/report.h"
#include "stellar/intent.h"

enum { TX_PROOFS = 128, TX_MEMBERS = 12, TX_ENVELOPE_TEXT = 8192 };

struct tx_identity {
	char hash[TX_HASH_TEXT];	/* as recorded or pasted; "" */
	char *envelope;			/* base64, owned by whoever owns the identity; NULL */
	char account[ACCOUNT_TEXT];	/* whose sequence number it uses; "" */
	bool has_sequence;
	int64_t sequence;
};

struct tx_proof {			/* one request and its answer */
	msec at;			/* wall time of the answer */
	msec took;
	char endpoint[SRC_TEXT];
	char what[128];
	int status;			/* HTTP; 0: no answer */
	char headers[3][96];		/* "Latest-Ledger: 61204380"; "" */
	char sha256[65];		/* of the body; "" */
	int64_t ledger;			/* that it speaks of; 0 */
	char says[BECAUSE_TEXT];	/* in words: "not in its tables", "sequence 4711 at ledger L" */
};

enum tx_band { TX_FRESH, TX_LATE, TX_STUCK, TX_OLD };	/* TX_OLD: cancellable by the contract */

struct tx_line {			/* a row of the platform's, as a list shows it */
	char id[NAME_TEXT];		/* its key; "" for what was pasted */
	char hash[TX_HASH_TEXT];
	char account[ACCOUNT_TEXT];
	bool has_sequence, has_envelope;
	int64_t sequence;
	int64_t valid_until;		/* unix s; 0: no such bound, or not known (has_envelope says) */
	int64_t valid_before;		/* a ledger; 0: no such bound, or not known */
	char amount[96], asset[NAME_TEXT], status[32];
	char intent[128];		/* the idempotency key, or what stands for it; "" */
	double age_s;			/* by the database's own clock; negative: not known */
	enum tx_band band;
	long attempts;			/* -1: not told */
	char last_error[BECAUSE_TEXT];
	char sha256[65];		/* of all of the row: what is shown is what is acted on */
};

struct tx_member {			/* another envelope of the same payment */
	struct intent_member member;
	char id[NAME_TEXT];
	char what[BECAUSE_TEXT];	/* "retry 2, sent 02:11Z from GDP9..K2WM" */
};

struct tx_case {
	struct tx_line line;
	struct verdict verdict;		/* not judged: unknown, because nobody has answered yet */
	enum twin consumer;		/* of a DEAD_SEQ_CONSUMED: is it the same payment? */
	bool judged, asking;		/* asking: an inquiry is at work, or waits its turn */
	unsigned asked, of;		/* progress of it */
	msec judged_at;
	char trouble[BECAUSE_TEXT];	/* why it cannot be asked about, or not now; "" */
	const struct tx_proof *proofs;	/* borrowed until the caseload changes */
	size_t proof_count;
	const struct tx_member *members;
	size_t member_count, self;	/* which of the members it is itself */
	bool unread;			/* one member stands for rows that are not known */
	bool waits;			/* one of the members is not judged */
	char intent_key[128];		/* what groups them */
	bool complete;
	struct decision_of_intent decision;
	const struct tx_evidence *evidence;	/* NULL before there is any */
	const struct envelope *envelope;	/* NULL */
	const char *xdr;		/* the same as base64, borrowed; NULL */
	char inner_hash[TX_HASH_TEXT];
	bool dismissed;
	char dismissed_reason[BECAUSE_TEXT];
};

/* What is left of a verdict in a journal and on disk. */
struct tx_mark {
	char hash[TX_HASH_TEXT], id[NAME_TEXT];
	enum verdict_kind verdict;
	enum safety safe;
	char because[VERDICT_TEXT];
	msec at;
	char by[64];
};

#endif
