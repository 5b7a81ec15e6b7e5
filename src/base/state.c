#include "base/state.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *word, *label;
} names[] = {
#define X(sym, word, label) [STATE_##sym] = { word, label },
	STATES(X)
#undef X
};
_Static_assert(ARRAY_LEN(names) == STATE_COUNT, "every state has its words");

enum state state_worse(enum state a, enum state b)
{
	return a > b ? a : b;
}

const char *state_word(enum state state)
{
	return names[state].word;
}

const char *state_label(enum state state)
{
	return names[state].label;
}
