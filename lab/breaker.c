/* breaker.c: see breaker.h. */
#include "lab/breaker.h"

enum { FAILURES_TO_OPEN = 5 };

static const msec open_for = 30 * WHEN_SECOND;

enum breaker_state breaker_look(struct breaker *breaker, msec now)
{
	if (breaker->state == BREAKER_OPEN && !breaker->held &&
	    now - breaker->opened_at >= open_for)
		breaker->state = BREAKER_HALF_OPEN;
	return breaker->state;
}

static void trip(struct breaker *breaker, msec now)
{
	breaker->state = BREAKER_OPEN;
	breaker->opened_at = now;
}

void breaker_note(struct breaker *breaker, bool success, msec now)
{
	if (breaker->held || breaker_look(breaker, now) == BREAKER_OPEN)
		return;
	if (success) {
		*breaker = (struct breaker){ .state = BREAKER_CLOSED };
		return;
	}
	if (breaker->failures < FAILURES_TO_OPEN)
		breaker->failures++;
	if (breaker->state == BREAKER_HALF_OPEN || breaker->failures == FAILURES_TO_OPEN)
		trip(breaker, now);
}

void breaker_hold(struct breaker *breaker, bool held, msec now)
{
	*breaker = (struct breaker){ .held = held };
	if (!held)
		return;
	breaker->failures = FAILURES_TO_OPEN;
	trip(breaker, now);
}

const char *breaker_word(enum breaker_state state)
{
	static const char *const words[] = {
		[BREAKER_CLOSED] = "CLOSED", [BREAKER_OPEN] = "OPEN",
		[BREAKER_HALF_OPEN] = "HALF_OPEN",
	};

	return words[state];
}
