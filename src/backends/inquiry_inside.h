/*
 * inquiry_inside.h: what the files of inquiry share. inquiry.c has the identity and the results,
 * inquiry_course.c the order of the asks, inquiry_horizon.c and inquiry_rpc.c the two languages,
 * inquiry_landed.c what a transaction in an answer is evidence of, inquiry_search.c where to look
 * for who used the number, inquiry_proof.c the record of it all.
 */
#ifndef BACKENDS_INQUIRY_INSIDE_H
#define BACKENDS_INQUIRY_INSIDE_H

#include "backends/inquiry.h"
#include "backends/inquiry_search.h"
#include "base/json.h"

enum phase {
	PHASE_NETWORK,		/* which network each endpoint serves */
	PHASE_LOOK,		/* a quick look for the hashes: finds, never denies */
	PHASE_READ,		/* the tip, then the account, of each endpoint */
	PHASE_LOOK_AGAIN,	/* the number is used: the hashes once more, after the account */
	PHASE_SEARCH,		/* ... and who used it */
	PHASE_OVER,
};

enum question {
	QUESTION_NONE, QUESTION_NETWORK, QUESTION_LOOK, QUESTION_TIP,
	QUESTION_LATEST,	/* of an RPC whose health tells no closing time */
	QUESTION_ACCOUNT, QUESTION_PAGE,
};

enum { STAND_CLOSINGS = 4 };

struct closing { int64_t ledger, close; };	/* when a ledger closed; never changes */

struct stand {				/* with one endpoint */
	bool out;			/* not asked any more in this round */
	unsigned failures;		/* of this round */
	bool found;			/* it has the transaction in a ledger */
	int64_t tip;			/* the highest ledger that it told of in this round; 0 */
	bool timed;			/* ... and when its tip closed */
	struct closing closings[STAND_CLOSINGS];
	size_t closing_count;
	int64_t tip_before;		/* of an answer before the hashes were asked for again */
	unsigned missing;		/* of the hashes it said then: I have none */
	bool window_ok;			/* ... each time with a window that reaches back far enough */
	struct search search;
	char cursor[64];		/* of an RPC's next page; "" */
	bool searched;			/* to the end, in an earlier round */
	unsigned pages;			/* of this round */
};

struct place {
	enum phase phase;
	size_t endpoint;
	unsigned part;
};

struct inquiry {
	struct inquiry_setup setup;
	struct tx_evidence evidence;
	struct envelope *own, *other;	/* own: when has_own; other: the one being looked at */
	bool has_own;
	char account[ACCOUNT_TEXT];	/* G...; "" not known */
	char note[VERDICT_TEXT];	/* about the identity; "" */
	enum twin consumer;
	struct stand stands[INQUIRY_ENDPOINTS];
	struct place place;
	unsigned step, asked, pages, restarts;
	bool looked;			/* somebody answered the quick look for every hash */
	msec last_at;
	struct tx_proof *proofs;
	size_t proof_count, proof_cap;
	bool lasting[TX_PROOFS];	/* of a proof: another round stands on it too */
};

/* How to ask one kind of endpoint and to understand it. */
struct dialect {
	/* Of q->place; false: this question does not exist here. */
	bool (*ask)(const struct inquiry *q, enum question question, struct inquiry_ask *out);
	/* False: it is no answer to it, `proof->says` tells why. */
	bool (*read)(struct inquiry *q, enum question question, const struct reply *reply,
		     struct tx_proof *proof);
};

extern const struct dialect inquiry_horizon, inquiry_rpc;

/* inquiry_course.c */
void course_begin(struct inquiry *q);
enum question course_question(const struct inquiry *q, const struct place *at);
void course_settle(struct inquiry *q);		/* to the next place where something is asked */
void course_step(struct inquiry *q);
unsigned course_left(const struct inquiry *q);	/* asks, as far as can be told now */
bool course_slot_used(const struct inquiry *q);
bool course_settled(const struct inquiry *q);	/* found, with a result that is final */
/* The hash that is looked for at a place; NULL: there are not as many. */
const char *course_hash(const struct inquiry *q, const struct place *at);

/* inquiry_landed.c */
struct told {				/* a transaction that an endpoint says is in a ledger */
	int64_t ledger;
	bool ok;
	const char *envelope, *result;	/* base64; "" */
};

void landed_found(struct inquiry *q, const struct told *told, struct tx_proof *proof);
void landed_missing(struct inquiry *q, struct tx_proof *proof);
/* Of a page: is it of our account and number? Then it is taken as who used it. */
bool landed_consumer(struct inquiry *q, const struct told *told, struct tx_proof *proof);
void landed_take_own(struct inquiry *q, struct str xdr);	/* q->own was read from it */

/* inquiry_read.c: what an endpoint says of itself and of the account. */
bool inquiry_take_network(struct inquiry *q, const json_t *passphrase, struct tx_proof *proof);
void inquiry_take_closing(struct inquiry *q, int64_t ledger, int64_t close);
void inquiry_take_tip(struct inquiry *q, int64_t ledger, int64_t close, struct tx_proof *proof);
void inquiry_take_account(struct inquiry *q, struct account_read *read, struct tx_proof *proof);

/* inquiry_proof.c */
PRINTF_LIKE(2, 3) bool proof_refuse(struct tx_proof *proof, const char *fmt, ...);	/* false */
PRINTF_LIKE(2, 3) void proof_say(struct tx_proof *proof, const char *fmt, ...);
PRINTF_LIKE(2, 3) void proof_add(struct tx_proof *proof, const char *fmt, ...);
struct tx_proof *proof_new(struct inquiry *q, const struct inquiry_ask *ask,
			   const struct reply *reply);
void proof_keep(struct inquiry *q);		/* the last one lasts */
void proof_forget(struct inquiry *q);		/* those that do not last */

#endif
