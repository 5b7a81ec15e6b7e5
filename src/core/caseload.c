#include "core/caseload.h"

#include <string.h>

#include "base/attr.h"

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
