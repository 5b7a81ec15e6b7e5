/*
 * rpc.h: a stand-in stellar-rpc over the simulated network: getHealth, getLatestLedger, getNetwork,
 * getEvents, getTransaction, getTransactions, getLedgerEntries (of accounts) and sendTransaction,
 * with the refusals of the real one.
 *
 * It keeps seven days of ledgers, as a stellar-rpc does by default: at the pace of the simulated
 * network that is more of them. It knows all or nothing of a ledger, and its oldest one moves on
 * with every new one.
 */
#ifndef LAB_RPC_H
#define LAB_RPC_H

#include <jansson.h>

#include "lab/book.h"
#include "lab/ledger.h"
#include "lab/serve.h"
#include "lab/telemetry.h"

enum { RPC_KEPT = 302400 };

struct rpc {
	struct site site;
	const struct quiet *quiet;
	struct book *book;
	int64_t kept;		/* ledgers; after it was set up anew there are few */
	bool old;		/* before 27.1: getHealth tells no close times */
	bool busy;		/* its queue is full */
	struct recovered recovered;	/* the last one */
};

struct rpc_failure {
	int code;		/* 0: none */
	char message[160];
};

void rpc_init(struct rpc *rpc, uv_loop_t *loop, const struct quiet *quiet,
	      struct book *book);

int64_t rpc_latest(void);
int64_t rpc_oldest(const struct rpc *rpc);

/* The result of getEvents (rpc_events.c); NULL with why. */
json_t *rpc_events(const struct rpc *rpc, const json_t *params, struct rpc_failure *why);

/* Of rpc_tx.c. A transaction that is handed in changes the book, which is not the RPC's own. */
json_t *rpc_get_transaction(const struct rpc *rpc, const json_t *params, struct rpc_failure *why);
json_t *rpc_get_transactions(const struct rpc *rpc, const json_t *params, struct rpc_failure *why);
json_t *rpc_get_entries(const struct rpc *rpc, const json_t *params, struct rpc_failure *why);
json_t *rpc_send(const struct rpc *rpc, const json_t *params, struct rpc_failure *why);

/* Set both ledgers' close times, as texts. */
void rpc_set_close_times(const struct rpc *rpc, json_t *result);

#endif
