/*
 * breaker.h: the circuit breaker through which the stand-in backend asks its Horizon. Pure.
 *
 *   CLOSED --5 failures in a row--> OPEN --30 s--> HALF_OPEN --success--> CLOSED
 *                                    ^------------- failure ---'
 * Payments go through the same one: who polls a check of Horizon during an outage opens it.
 */
#ifndef LAB_BREAKER_H
#define LAB_BREAKER_H

#include <stdbool.h>

#include "base/when.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

struct breaker {		/* zeroed: closed */
	enum breaker_state state;	/* as of the last call below */
	unsigned failures;
	msec opened_at;			/* wall time; 0: never */
	bool held;			/* kept open, whatever succeeds and however long ago */
};

/* The state now: an open one lets a trial through after a while. */
enum breaker_state breaker_look(struct breaker *breaker, msec now);
void breaker_note(struct breaker *breaker, bool success, msec now);

/* Open it until it is let go; then it is closed as if nothing had happened. */
void breaker_hold(struct breaker *breaker, bool held, msec now);

const char *breaker_word(enum breaker_state state);	/* "HALF_OPEN" */

#endif
