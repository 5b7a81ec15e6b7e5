/*
 * trial.h: an inquiry at work on servers of a network in memory (fakechain.h).
 */
#ifndef LIB_TRIAL_H
#define LIB_TRIAL_H

#include "tests/lib/fakechain.h"

enum { TRIAL_SERVERS = 3 };

#define TRIAL_NUMBER (((int64_t)900 << 32) + 5)	/* of the transaction that is asked about */
#define TRIAL_FIRST ((int64_t)1000)		/* the ledger it was made in */
#define TRIAL_CLOSE ((int64_t)1795311000)	/* when that closed */

struct trial {
	struct fake_chain chain;
	struct fake_plan plan;
	struct fake_envelope envelope;
	struct fake_server servers[TRIAL_SERVERS];
	struct inquiry_endpoint endpoints[TRIAL_SERVERS];
	size_t count;
	struct tx_identity identity;
	struct inquiry_setup setup;
	struct inquiry *inquiry;
	struct verdict verdict;
	/* NULL, or what happens before an answer is made, and to the answer afterwards. */
	void (*before)(struct trial *trial, const struct inquiry_ask *ask);
	void (*after)(struct trial *trial, const struct inquiry_ask *ask, struct reply *reply);
	void *arg;
	struct buf body;
	unsigned asked;
	msec retry_after;		/* of the last answer */
	msec shift;			/* of the clock on our wall */
};

/* The account's number is the one before; the transaction is valid for a minute. */
void trial_init(struct trial *trial);
void trial_done(struct trial *trial);
struct fake_server *trial_add(struct trial *trial, enum endpoint_kind kind);
/* Make its envelope from the plan, in a fee bump of `wrapper` unless 0, and ask about it whole. */
void trial_sign(struct trial *trial, unsigned char wrapper);
void trial_begin(struct trial *trial);
bool trial_step(struct trial *trial);		/* one ask; false: it was over */
void trial_run(struct trial *trial);		/* to the end, with the verdict */
void trial_judge(struct trial *trial);		/* begin, run */

#endif
