/*
 * ledger.h: the simulated network. Pure: a ledger follows from its number, so that two Horizons
 * (and two labs) agree on its hash, its close time and its operations.
 *
 * A ledger closes every LEDGER_STEP, with a payment and a call of the bridge contract. Calls are
 * left out while the contract is quiet.
 */
#ifndef LAB_LEDGER_H
#define LAB_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/when.h"
#include "lab/draft.h"

#define LEDGER_STEP (2 * WHEN_SECOND)

#define LEDGER_SUBMITTER "GAWLQORXNRQABJCANXLNPMCPMBZYCZ5ZTBXFZUI3E4ANQWZBAW63KZ4H"
#define LEDGER_PAYER "GDZZMSLWUMQP4VGO5XLEGZ3NIP4LVLUXVZFKVWGOITZQ4W7KTNVCLZMB"
#define LEDGER_PAYEE "GCPUGIQ4IK3WFJ5ABKLR27HLW4QOTZBIKZSOZ7RFJCHSWMW37SF2XF3J"

enum { LEDGER_OPS_MAX = 2 };

/* Ledgers of `from` and later hold no contract call; 0: the contract is not quiet. */
struct quiet {
	int64_t from, until;	/* until 0: still quiet */
};

struct ledger_op {
	int64_t ledger;
	int64_t token;		/* ledger << 32 | transaction << 12 | operation */
	bool contract;		/* a call of the contract, else a payment */
};

int64_t ledger_tip(msec now);
msec ledger_closed_at(int64_t ledger);
void ledger_hash(char out[DIGEST_HEX], int64_t ledger);

/* Its transaction, which has no other operation. */
void operation_draft(struct draft *out, const struct ledger_op *op);
void operation_hash(char out[DIGEST_HEX], const struct ledger_op *op);

/* The sequence number of both its accounts at the end of a ledger. */
int64_t ledger_everyday_sequence(int64_t ledger);

/* The operations of a ledger in order; how many. */
int ledger_operations(int64_t ledger, const struct quiet *quiet,
		      struct ledger_op out[LEDGER_OPS_MAX]);

#endif
