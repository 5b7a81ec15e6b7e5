#include "core/caseload.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "core/world.h"

enum { GROWTH_MINUTES = 10 };

static const struct {
	const char *word, *help;
} orders[] = {
#define X(sym, word, help) [TX_##sym] = { word, help },
	TX_ORDERS(X)
#undef X
};

const char *tx_order_word(enum tx_order order)
{
	return orders[order].word;
}

const char *tx_order_help(enum tx_order order)
{
	return orders[order].help;
}

bool tx_order_find(const char *word, enum tx_order *out)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		if (strcmp(orders[i].word, word) == 0) {
			*out = (enum tx_order)i;
			return true;
		}
	return false;
}

double caseload_growth(const struct series *series, msec now)
{
	double newest = 0, before, growth = (double)NAN;
	size_t from = GROWTH_MINUTES;
	enum state state;

	for (size_t ago = 0; ago < GROWTH_MINUTES; ago++) {
		if (!series_at(series, now, ago, &before, &state))
			continue;
		if (from == GROWTH_MINUTES) {
			newest = before;
			from = ago;
		} else {
			growth = (newest - before) / (double)(ago - from);
		}
	}
	return growth;
}

double caseload_growth_of(const struct world *world)
{
	int index = world_find_signal(world, "stuck");
	const struct signal *signal = index < 0 ? NULL : &world->signals[index];

	if (!signal || !world->tx.known || !signal->known || signal->state == STATE_STALE ||
	    signal->state == STATE_UNKNOWN)
		return (double)NAN;
	return caseload_growth(&signal->series, world->now);
}
