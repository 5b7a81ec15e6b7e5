/*
 * estate.h: all stand-ins in one process, and the control port that changes how they behave.
 *
 * POST to the control port: lines of `name value`, all applied before the answer. The names are
 * faults (horizon.mood, indexer.stalled), not scenarios: what a scenario is made of is written in
 * lab/scenarios.sh. Those of the stellar-rpc:
 *   rpc.listening 0|1       refused
 *   rpc.kept N              it knows N ledgers; 0: as many as it is meant to
 *   rpc.old 0|1             it tells no close times
 *   rpc.busy 0|1            its queue is full: 503
 * of the contract:
 *   recovery.backup N       which backup the next recovery is of
 *   recovery.executed N     it is told of a recovery that took N s (-N: that failed after N s), and
 *                           emits RecoveryExecutedEvent
 * of all who use the database:
 *   indexer.db N, exporter.db N, api.db N    it talks to the server on port N; 0: to its own again
 * and of the backend:
 *   api.listening 0|1       refused; opened again it is a new process
 *   api.throttled 0|1       every answer is 429
 *   api.breaker_open 0|1    its circuit breaker is open until it is let go
 *   api.mute 0|1            takes requests and answers none
 *   api.waiting 0|1         clients wait for a connection of its pool
 *   jwt.old_rejected 0|1|VERIFIER    none, all, or one (access, mobile, webauthn, websocket) of its
 *                           verifiers rejects what the previous secret has signed
 *   log.failing 0|1         it logs payments that it could not save
 *   requests.forget 1       the counts below begin anew
 * and of the sink, for the messages of channels:
 *   sink.status 0|N         they are refused with this HTTP status
 *   sink.silent 0|1         they are taken and not answered, until it is let go
 * and of transactions (book.h; see also rpc.kept, and horizon.behind of the second Horizon):
 *   tx.filled 1             the book begins anew, with one transaction for each verdict
 *   tx.filtered 0|1         no Horizon has taken in any: 404, while accounts are as they are
 *   tx.limited 0|1          Horizons answer 429 when asked for accounts and transactions
 *   tx.disputed 0|1         the second Horizon has each in another ledger
 *   tx.unanswered 0|1       what is handed in is taken, and the answer is 504
 *   tx.lag N                both Horizons are N ledgers behind
 *   tx.pruned N             Horizons know N ledgers; 0: as many as they are meant to
 *   tx.race N               a lookup of the RPC is N ledgers behind what it says
 * GET /transactions of the control port: those that the platform has rows of, a JSON object each.
 * GET /requests of the control port: {"api": {"total", "uncounted", "densest_15s", "paths":
 * {"GET /health/live": N, ...}, "kills"}}, who asked what.
 */
#ifndef LAB_ESTATE_H
#define LAB_ESTATE_H

#include "lab/api.h"
#include "lab/book.h"
#include "lab/exporter.h"
#include "lab/horizon.h"
#include "lab/indexer.h"
#include "lab/paylog.h"
#include "lab/rpc.h"
#include "lab/sink.h"

enum { ESTATE_HORIZONS = 2 };

/*  X(symbol, name on the command line) */
#define ESTATE_PORTS(X) \
	X(INDEXER, "indexer") \
	X(HORIZON1, "horizon1") \
	X(HORIZON2, "horizon2") \
	X(RPC, "rpc") \
	X(EXPORTER, "exporter") \
	X(SINK, "sink") \
	X(API, "api") \
	X(CONTROL, "control")

enum estate_port {
#define X(sym, name) ESTATE_##sym,
	ESTATE_PORTS(X)
#undef X
	ESTATE_PORT_COUNT
};

extern const char *const estate_port_names[ESTATE_PORT_COUNT];

struct estate_plan {
	int ports[ESTATE_PORT_COUNT];		/* 0: this part is not wanted */
	const char *indexer_dsn, *exporter_dsn, *api_dsn;
	const char *api_log;			/* paylog.h; "": none is written */
	const char *jwt_dir;			/* gate.h; "": no token is accepted */
	int redis_port;				/* of the real one; 0: none */
	const char *redis_password;
	bool indexer_held;			/* it takes nothing in before it is told to */
};

struct estate {
	uv_loop_t *loop;
	struct indexer indexer;
	struct horizon horizons[ESTATE_HORIZONS];
	struct rpc rpc;
	struct exporter exporter;
	struct sink sink;
	struct api api;
	struct paylog paylog;
	struct site control;
	struct quiet quiet;
	struct book book;
	uv_timer_t traffic;
	char horizon_url[64], dashboard_url[96];
	int indexer_port, rpc_port;
};

/* Set up and listen; false when a port cannot be had. The estate lives as long as the loop. */
bool estate_start(struct estate *estate, uv_loop_t *loop, const struct estate_plan *plan,
		  struct err *err);

/* Apply one line of the control port (control.c). */
bool control_apply(struct estate *estate, const char *name, const char *value, struct err *err);
void control_on_request(void *arg, struct request *req);

#endif
