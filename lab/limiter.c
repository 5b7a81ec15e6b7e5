/* limiter.c: see limiter.h. */
#include "lab/limiter.h"

static const msec window = LIMITER_WINDOW_S * WHEN_SECOND;

bool limiter_take(struct limiter *limiter, msec now)
{
	if (limiter->used == 0 || now - limiter->began >= window)
		*limiter = (struct limiter){ .began = now };
	if (limiter->used < LIMITER_MOST + 1)
		limiter->used++;
	return limiter->used <= LIMITER_MOST;
}

unsigned limiter_left(const struct limiter *limiter)
{
	return limiter->used < LIMITER_MOST ? LIMITER_MOST - limiter->used : 0;
}

unsigned limiter_reset_s(const struct limiter *limiter, msec now)
{
	msec left = limiter->began + window - now;

	return left > 0 ? (unsigned)((left + WHEN_SECOND - 1) / WHEN_SECOND) : 0;
}
