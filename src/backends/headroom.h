/*
 * headroom.h: how far an indexer is from losing events. A Stellar RPC keeps a window of ledgers
 * (facts/stellar.md 2, 6); what falls out of it at the old end before it was read is gone for good.
 *
 *	oldest                cursor                     latest
 *	   |<---- headroom ---->|<------- unread ---------->|
 *
 *  (1) An indexer that stands still loses after headroom x cadence; one that is slower than the
 *      chain later, one that is as fast or faster never. Not knowing counts as standing still.
 *  (2) The old end moves with the chain once the window is full. While a fresh server fills it,
 *      the end should stand still, and there is more time than the headroom says: but only when
 *      that was seen, since what a server says that it keeps may be wrong.
 *  (3) A limit in time that even the whole window does not reach is no limit: then percent tells.
 */
#ifndef BACKENDS_HEADROOM_H
#define BACKENDS_HEADROOM_H

#include "core/report.h"

struct headroom_limits {
	msec warn, bad;			/* time to loss */
	double warn_percent, bad_percent;
};

/* Where the cursor was at some times: how fast it moves. Zeroed: nothing known. */
enum { PACE_SAMPLES = 32 };

struct pace {
	struct {
		msec at;
		int64_t ledger;
	} samples[PACE_SAMPLES];	/* a ring, oldest at `first` */
	size_t first, count;
};

/* Note it, at most every 20 s; a cursor that goes back begins anew. */
void pace_note(struct pace *pace, int64_t ledger, msec at);
/* Ledgers a second over what is known; NaN before half a minute is. */
double pace_rate(const struct pace *pace);

struct headroom {
	/* Given. */
	int64_t latest, oldest;
	int64_t window;			/* ledgers that the server is set to keep; 0: not known */
	int64_t cursor;			/* the last ledger that is done */
	double cadence_s;		/* seconds a ledger; NaN */
	double rate;			/* ledgers a second of the cursor; NaN */
	bool end_stands;		/* ledgers closed, and the oldest one stayed the same */

	/* Measured. */
	int64_t ledgers;		/* cursor - oldest; negative: lost */
	int64_t left;			/* ledgers that may close before something is lost */
	double percent;			/* of what the server holds, 0 to 100 */
	double percent_of_window;	/* of what it is set to hold; NaN when that is not known */
	bool filling;			/* the server has not yet as many ledgers as it is set to keep */
	bool keeps_up;			/* at this rate nothing is lost */
	double loss_s;			/* time to loss; NaN: not known, or never */
	int64_t lost_from, lost_to;	/* 0: nothing is lost */
	enum state state;
};

/* Fill what is measured from what is given. */
void headroom_measure(struct headroom *h, const struct headroom_limits *limits);

/* One sentence; the word "headroom" is in it. */
void headroom_say(const struct headroom *h, char out[BECAUSE_TEXT]);

#endif
