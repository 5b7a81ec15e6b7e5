/*
 * stellar_rpc.h: a Stellar RPC server (facts/stellar.md 2, 6): where the chain is, how much of it
 * the server keeps, and what the platform's own contracts said.
 *
 * It is JSON-RPC over POST, whose errors come with HTTP 200. getHealth says which ledgers are there
 * (getLatestLedger only where getHealth has no close times); getNetwork once an hour which chain it
 * is. Without Horizon this is enough to tell a quiet indexer from a stuck one: while one is doubted
 * (look->cursor) the events of its contracts are read from its cursor on.
 *
 * getEvents looks at 10,000 ledgers a call: an empty page is not the end. A scan goes on from the
 * cursor that each page gives until that reaches the newest ledger; ids order events, so none is
 * counted twice; when its place has fallen out of the window it begins anew at the oldest ledger
 * and remembers that there is a gap. Contracts are asked for without topics, as the pattern for
 * "any further topic" is younger than many servers; topics are told apart here.
 */
#ifndef BACKENDS_STELLAR_RPC_H
#define BACKENDS_STELLAR_RPC_H

#include "backends/backend.h"
#include "backends/headroom.h"

enum {
	RPC_CONTRACTS = 25,	/* five filters of five contracts are all that a server takes */
	RPC_TOPICS = 8,
	RPC_PAGE = 1000,		/* events of one answer */
	RPC_ANOTHER_CHAIN = 1000,	/* ledgers that no server is behind another */
};

enum stellar_rpc_ask {
	RPC_HEALTH, RPC_LATEST, RPC_NETWORK, RPC_EVENTS, RPC_ACTIVITY, RPC_ASKS
};

struct stellar_rpc_config {
	struct source_config source;
	const char *network;		/* as horizon has it; NULL: not checked */
	const char *contract;		/* NULL */
	struct texts topics;
	const char *cursor_from;	/* NULL: any */
	msec slow, old_ledger;
	struct headroom_limits headroom;
	struct texts contracts;		/* `contract` and those of the components, by app */
};

/* The word in an error instead of a result, that has a meaning of its own. */
enum rpc_refusal { RPC_NO_REFUSAL, RPC_LATE, RPC_EMPTY, RPC_OTHER_REFUSAL };

struct rpc_ledger {
	int64_t sequence;	/* 0: not known */
	msec closed_at;		/* WHEN_NEVER */
	msec age;		/* when the answer was made, by the server's clock */
	msec seen_at;
};

/* Where an event stands among all: they are read in this order. */
struct rpc_place {
	int64_t toid;		/* its ledger is in the upper half */
	int64_t index;
};

struct rpc_scan {
	int64_t from;		/* every event from this ledger on was seen; 0: it has not begun */
	struct rpc_place next;	/* go on after this; toid 0: begin at `from` */
	struct rpc_place newest;	/* of the events seen */
	int64_t reached;	/* up to this ledger, */
	bool complete;		/* which was the newest one */
	bool caught_up;		/* and so it was at some time before */
};

struct rpc_topic {
	int64_t count;
	msec last_at;		/* 0: none was seen */
	int64_t last_ledger;
	char last[BECAUSE_TEXT];	/* its data: "field=value ..." */
};

/* What follows a cursor. */
struct rpc_activity {
	struct cursor after;	/* which one */
	int64_t wanted;		/* the ledger from which on all must be seen */
	struct rpc_scan scan;
	msec first_at;		/* the earliest event after it; 0: none was seen */
	int64_t first_ledger;
};

struct stellar_rpc_facts {
	enum rpc_refusal refusal;	/* of the last getHealth */
	int64_t latest, oldest, window;	/* of the last getHealth; window 0: not said */
	msec moved_at;			/* when `latest` was first seen; 0: it has not moved yet */
	bool end_stands;		/* `oldest` did not move when `latest` did */
	struct rpc_ledger newest, eldest, first;	/* with close times; first: when we began */
	char passphrase[96];
	msec passphrase_at;
	struct rpc_scan telemetry;
	struct rpc_topic topics[RPC_TOPICS];
	struct rpc_activity activity;
	struct pace pace;		/* of the cursor */
	int64_t cursor;			/* where it was last; 0: not known yet. It only grows, so that
					 * the edge comes nearer while the indexer tells nothing */
	msec cursor_at;
	struct chain chain;		/* lent */
	struct reading reading;		/* lent */
};

/* Seconds a ledger, measured; NaN. */
double stellar_rpc_cadence(const struct stellar_rpc_facts *facts);

/* stellar_rpc_events.c: the body of getEvents (false: not needed now), and its answer. */
bool stellar_rpc_ask_events(const struct look *look, enum stellar_rpc_ask ask, struct buf *body);
enum decoded stellar_rpc_read_events(const struct stellar_rpc_config *config,
				     enum stellar_rpc_ask ask, const json_t *root,
				     struct stellar_rpc_facts *facts, char why[200]);

/* Do they stand at the same event? */
bool stellar_rpc_is_same_cursor(const struct cursor *a, const struct cursor *b);

void stellar_rpc_judge(const struct look *look, struct report *out);

#endif
