#include "stellar/network.h"

#include <string.h>

#include "base/attr.h"

const char *network_passphrase(const char *name)
{
	static const struct {
		const char *name, *passphrase;
	} known[] = {
		{ "public", "Public Global Stellar Network ; September 2015" },
		{ "testnet", "Test SDF Network ; September 2015" },
		{ "futurenet", "Test SDF Future Network ; October 2022" },
		{ "standalone", "Standalone Network ; February 2017" },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].passphrase;
	return name;
}
