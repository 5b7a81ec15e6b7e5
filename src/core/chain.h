/*
 * chain.h: what is known of the Stellar network that the platform follows, told by the sources that
 * watch it (horizon, stellar-rpc) to those that follow it (indexer).
 *
 * Quiet or stuck (formats.md 7.1): an indexer whose last event is old is stuck when the chain holds
 * contract operations newer than that event, quiet when it holds none and the tip is fresh, and
 * behind an old tip it is upstream's fault. Without evidence it is unknown.
 */
#ifndef CORE_CHAIN_H
#define CORE_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/when.h"

/* Places on the chain hold a ledger in the upper half of an int64_t. */
enum { CHAIN_LAST_LEDGER = INT32_MAX };

enum activity {
	ACTIVITY_UNKNOWN,	/* nobody could tell, or nobody was asked */
	ACTIVITY_NONE,		/* proven: no contract operation after the cursor's time */
	ACTIVITY_SOME,		/* at least one */
};

/* Where the indexer stands; what the chain's watchers need in order to look behind it. */
struct cursor {
	bool known;
	int64_t ledger;		/* 0: not known */
	msec processed_at;	/* close time of the last event processed; WHEN_NEVER */
	bool doubted;		/* its lag is over the limit: please look for activity after it */
};

/* How the Horizons are that somebody watches, worst last: whoever asks one through the platform
 * must not do so while it fails, and a breaker of the platform is judged by it. */
enum horizons {
	HORIZONS_UNSEEN,	/* none is watched, or none has answered yet */
	HORIZONS_WELL,		/* every one answers in time, with a new ledger of its network */
	HORIZONS_LIMP,		/* one is slow, throttled, behind or silent, another works */
	HORIZONS_FAIL,		/* none works */
};

struct chain {
	bool configured;	/* some source of this estate can see the chain */
	bool known;		/* and one did, recently */
	int64_t ledger;		/* highest ledger seen on an endpoint that can be believed */
	msec closed_at;		/* its close time */
	msec seen_at;		/* wall time of that answer */
	bool fresh;		/* closed_at is within the watcher's own limit */
	enum horizons horizons;
	enum activity activity;
	bool by_events;		/* activity is that of the platform's own contracts, by their
				 * events: it tells more than operations of whatever contract */
	msec activity_after;	/* the cursor time that activity speaks of */
	int64_t activity_ledger;	/* where the first such operation was seen; 0 */
};

#endif
