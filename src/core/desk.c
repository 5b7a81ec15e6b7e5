#include "core/desk.h"

#include <string.h>

static const char *const words[] = {
#define X(sym, word) [SAVING_##sym] = (word),
	SAVINGS(X)
#undef X
};

const char *saving_word(enum saving saving)
{
	return words[saving];
}

const struct docket *desk_current(const struct desk *desk)
{
	return desk && desk->count > 0 ? &desk->open[desk->current] : NULL;
}

const struct docket *desk_find(const struct desk *desk, const char *incident)
{
	for (size_t i = 0; desk && i < desk->count; i++)
		if (strcmp(desk->open[i].incident->id, incident) == 0)
			return &desk->open[i];
	return NULL;
}
