/*
 * onlookers.h: Horizons and RPCs in miniature over the network of ledgers.h: several nodes behind
 * one name, each as far behind as it likes, filtered, with a window of history; and the gathering
 * of evidence from them in the order that makes it proof (facts/stellar.md 3.2). Ledgers close
 * between any two requests.
 */
#ifndef LIB_ONLOOKERS_H
#define LIB_ONLOOKERS_H

#include "tests/lib/ledgers.h"

enum { BACKENDS = 3, NODES = 3, VIEW_ROUNDS = 4 };

struct backend {
	bool rpc;
	bool filtered;			/* Horizon: its history has nothing of this account */
	bool headless;			/* Horizon: no Latest-Ledger comes through */
	bool reset;			/* of a network that began again: other ledgers altogether */
	int nodes;
	int64_t tips[NODES];
	int64_t window;			/* ledgers of history that each node keeps */
	int64_t heard;			/* the highest tip of an answer of it */
	char name[16];
};

enum known { KNOWN_ENVELOPE, KNOWN_SEQUENCE, KNOWN_HASH };

struct view {
	enum known known;
	struct backend backends[BACKENDS];
	int count;
	int64_t slowest[BACKENDS];	/* when it began: the tip of each one's slowest node */
	bool balanced;			/* an RPC has more nodes than one */
	bool past_by_rpc;		/* an RPC's answer: not found, and a later close after maxTime */
	struct tx_evidence evidence;
};

void view_start(struct view *view, struct chain *chain);
void view_round(struct view *view, struct chain *chain);

/* Could a perfect reader of these sources tell what became of T from what every node of one of them
 * had when it began, and has kept? `final`: that it landed, or can never land. */
bool view_decidable(const struct view *view, const struct chain *chain, bool *final);

#endif
