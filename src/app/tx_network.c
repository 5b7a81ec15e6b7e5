#include "app/tx_network.h"

#include <string.h>

#include "backends/horizon.h"
#include "backends/stellar_rpc.h"
#include "stellar/network.h"

static const char *network_of(const struct source_config *source)
{
	if (strcmp(source->kind, "horizon") == 0)
		return ((const struct horizon_config *)(const void *)source)->network;
	if (strcmp(source->kind, "stellar-rpc") == 0)
		return ((const struct stellar_rpc_config *)(const void *)source)->network;
	return NULL;
}

const char *tx_network(const struct settings *settings)
{
	const char *network = settings ? settings->transactions.network : NULL;

	for (size_t i = 0; settings && !network && i < settings->sources.count; i++)
		network = network_of(((struct source_config *const *)settings->sources.data)[i]);
	return network_passphrase(network ? network : "public");
}
