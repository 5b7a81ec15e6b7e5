/* The words of acts; what allows them is decided in intent.c and core/decide_tx.c. */
#include "stellar/intent.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *word;
	unsigned care;
} acts[] = {
#define X(sym, word, care, help) [ACT_##sym] = { word, care },
	ACTS(X)
#undef X
};
_Static_assert(ARRAY_LEN(acts) == ACT_COUNT, "every act has a word");

const char *act_word(enum tx_act act)
{
	return acts[act].word;
}

unsigned act_care(enum tx_act act)
{
	return acts[act].care;
}

bool act_find(const char *word, enum tx_act *out)
{
	for (int act = 0; act < ACT_COUNT; act++) {
		if (strcmp(acts[act].word, word) == 0) {
			*out = (enum tx_act)act;
			return true;
		}
	}
	return false;
}
