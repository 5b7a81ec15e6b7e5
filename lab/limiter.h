/*
 * limiter.h: so many requests in a fixed window, as express-rate-limit counts them. Pure.
 *
 * The real one counts for each address; in the lab everybody has the same one.
 */
#ifndef LAB_LIMITER_H
#define LAB_LIMITER_H

#include <stdbool.h>

#include "base/when.h"

enum { LIMITER_MOST = 100, LIMITER_WINDOW_S = 60 };

struct limiter {		/* zeroed: nobody came yet */
	msec began;		/* the window */
	unsigned used;
};

/* Count one request; false when it is one too many. */
bool limiter_take(struct limiter *limiter, msec now);
unsigned limiter_left(const struct limiter *limiter);
unsigned limiter_reset_s(const struct limiter *limiter, msec now);	/* until the next window */

#endif
