/*
 * horizon.h: a stand-in Horizon: /, /health, /fee_stats, /ledgers, /operations, accounts and
 * transactions (horizon_tx.c) and the errors of the real one, over the simulated network.
 */
#ifndef LAB_HORIZON_H
#define LAB_HORIZON_H

#include <stdint.h>

#include "lab/book.h"
#include "lab/ledger.h"
#include "lab/serve.h"

/*  X(symbol, word on the control port) */
#define HORIZON_MOODS(X) \
	X(WELL, "well") \
	X(OVERLOADED, "overloaded") \
	X(LIMITED, "limited") \
	X(PORTAL, "portal") \
	X(TORN, "torn") \
	X(SLOW, "slow") \
	X(MUTE, "mute")

enum horizon_mood {
#define X(sym, word) HORIZON_##sym,
	HORIZON_MOODS(X)
#undef X
	HORIZON_MOOD_COUNT
};

extern const char *const horizon_mood_words[HORIZON_MOOD_COUNT];

struct horizon {
	struct site site;
	enum horizon_mood mood;
	int64_t behind;		/* ledgers that ingestion is behind the core */
	int64_t stuck_at;	/* the last ledger that was ingested, 0: it goes on */
	bool pubnet;		/* says that it serves the public network */
	bool second;		/* of the two: what the sources disagree about it tells otherwise */
	const struct quiet *quiet;
	struct book *book;
	struct request *held;	/* asked while it was mute */
};

void horizon_init(struct horizon *horizon, uv_loop_t *loop, const struct quiet *quiet,
		  struct book *book);
void horizon_set_mood(struct horizon *horizon, enum horizon_mood mood);

int64_t horizon_tip(void);				/* of the network, now */
int64_t horizon_latest(const struct horizon *horizon);	/* the last ledger it has ingested */
/* The oldest that it keeps; moves in steps, as with the real reaper. */
int64_t horizon_elder(const struct horizon *horizon);

/* The bodies (horizon_text.c). */
void horizon_put_root(const struct horizon *horizon, struct buf *out);
void horizon_put_health(const struct horizon *horizon, struct buf *out);
void horizon_put_fee_stats(const struct horizon *horizon, struct buf *out);
void horizon_put_ledger(const struct horizon *horizon, struct buf *out, int64_t ledger);
void horizon_put_operation(struct buf *out, const struct ledger_op *op);

#endif
