/*
 * state.h: the six words in which the program says how something is (formats.md 7.1).
 */
#ifndef BASE_STATE_H
#define BASE_STATE_H

#include <stdbool.h>

/*  X(symbol, json word, screen word): worst last */
#define STATES(X) \
	X(OK, "ok", "OK") \
	X(WARN, "warn", "WARN") \
	X(STALE, "stale", "STALE") \
	X(UNKNOWN, "unknown", "????") \
	X(BAD, "bad", "BAD") \
	X(DOWN, "down", "DOWN")

enum state {
#define X(sym, word, label) STATE_##sym,
	STATES(X)
#undef X
	STATE_COUNT
};

/* The enum's order is the order of badness: down bad unknown stale warn ok. */
enum state state_worse(enum state a, enum state b);
const char *state_word(enum state state);	/* "down" */
const char *state_label(enum state state);	/* "DOWN" */

#endif
