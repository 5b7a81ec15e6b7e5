/* horizon.c: what is asked of Horizons and read from their answers; horizon_judge.c judges. */
#include "backends/horizon.h"

#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"

enum { WHY = 200, INVOKE_HOST_FUNCTION = 24, HASH_GRID = 32 };

static const msec hash_every = WHEN_MINUTE;
static const long rate_reserve = 60;

static const struct setting settings[] = {
	URLS_SETTINGS(struct horizon_config),
	SOURCE_SETTINGS(struct horizon_config, "10s", "5s"),
	HTTP_SETTINGS(struct horizon_config),
	{ .key = "network", .type = SETTING_TEXT, .offset = offsetof(struct horizon_config, network),
	  .help = "public, testnet or a network passphrase; another one is UNKNOWN." },
	{ .key = "slow", .type = SETTING_DURATION, .offset = offsetof(struct horizon_config, slow),
	  .def = "2s", .min = 100, .max = 60000, .help = "An answer that takes longer is a warning." },
	{ .key = "old_ledger", .type = SETTING_DURATION,
	  .offset = offsetof(struct horizon_config, old_ledger), .def = "15s", .min = 1000,
	  .max = 3600000, .help = "Age of the newest ledger from which a Horizon is STALE." },
	{ .key = "behind", .type = SETTING_INT, .offset = offsetof(struct horizon_config, behind),
	  .def = "5", .min = 1, .max = 100000,
	  .help = "Ledgers that an endpoint may be behind the others or its own core." },
	SETTING_END
};

static const struct ask asked[HORIZON_ASKS] = {
	[HORIZON_ROOT] = { .name = "root", .what = "GET /",
		.blinds = "the newest ledger, its age, ingestion and network of this Horizon" },
	[HORIZON_LEDGER] = { .name = "ledger", .what = "GET /ledgers/N",
		.blinds = "whether the Horizons hold the same chain" },
	[HORIZON_OPERATIONS] = { .name = "operations", .what = "GET /operations",
		.max_body = JSON_MAX_PINNED,
		.blinds = "whether an indexer without events is stuck or its contracts are quiet" },
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct horizon_config *horizon = config;
	size_t endpoints = backend_url_count(&horizon->source), count = 0;

	if (endpoints > HORIZON_ENDPOINTS)
		endpoints = HORIZON_ENDPOINTS;
	for (unsigned e = 0; e < endpoints && count + HORIZON_ASKS <= max; e++)
		for (size_t i = 0; i < HORIZON_ASKS; i++, count++) {
			out[count] = asked[i];
			out[count].via = ASK_HTTP;
			out[count].target = e;
			out[count].index = (unsigned)i;
			out[count].every = horizon->source.every;
			out[count].timeout = horizon->source.timeout;
			if (i == HORIZON_LEDGER && out[count].every < hash_every)
				out[count].every = hash_every;
		}
	return count;
}

/*
 * A ledger that all endpoints have: on a grid, so that those who are asked a moment apart are asked
 * for the same one. 0: there is none to compare.
 */
static int64_t common_ledger(const struct look *look)
{
	const struct horizon_facts *facts = look->facts;
	int64_t lowest = INT64_MAX, elder = 0;
	size_t endpoints = look->ask_count / HORIZON_ASKS;

	for (unsigned e = 0; e < endpoints; e++) {
		const struct horizon_root *root = &facts->endpoints[e].root;

		if (!answer_is_current(look, horizon_ask_at(e, HORIZON_ROOT)))
			return 0;
		lowest = root->latest < lowest ? root->latest : lowest;
		elder = root->elder > elder ? root->elder : elder;
	}
	lowest = lowest / HASH_GRID * HASH_GRID;
	return endpoints > 1 && lowest >= elder ? lowest : 0;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	unsigned target = look->asks[ask].target;
	const struct horizon_facts *facts = look->facts;
	int64_t ledger;

	if (look->asks[ask].index == HORIZON_ROOT)
		return buf_text(&out->path, "/");
	if (!answer_is_current(look, horizon_ask_at(target, HORIZON_ROOT)) ||
	    facts->endpoints[target].root.exhausted)
		return false;
	if (look->asks[ask].index == HORIZON_OPERATIONS)
		return look->cursor->known && look->cursor->doubted &&
		       buf_fmt(&out->path, "/operations?order=desc&limit=%d&include_failed=false",
			       HORIZON_PAGE);
	ledger = common_ledger(look);
	return ledger > 0 && buf_fmt(&out->path, "/ledgers/%lld", (long long)ledger);
}

static bool wrong(char why[WHY], const char *what)
{
	(void)str_put(why, WHY, what);
	return false;
}

static bool read_root(const json_t *root, const struct reply *reply, struct horizon_root *out,
		      char why[WHY])
{
	const bool dated = reply->date != WHEN_NEVER;

	if (!json_i64_at(root, "history_latest_ledger", &out->latest) ||
	    !json_put_at(root, "network_passphrase", out->passphrase, sizeof(out->passphrase)))
		return wrong(why, "no history_latest_ledger and network_passphrase in it: is this a "
			     "Horizon?");
	out->closed_at = answer_time(root, "history_latest_ledger_closed_at");
	if (out->closed_at == WHEN_NEVER)
		return wrong(why, "history_latest_ledger_closed_at is no time");
	(void)json_i64_at(root, "history_elder_ledger", &out->elder);
	(void)json_i64_at(root, "core_latest_ledger", &out->core);
	out->age = (dated ? reply->date : reply->at) - out->closed_at;
	out->clock_off = dated ? reply->date - reply->at : 0;
	out->exhausted = reply->rate_remaining >= 0 && reply->rate_remaining < rate_reserve;
	return true;
}

static bool read_ledger(const json_t *root, struct horizon_ledger *out, char why[WHY])
{
	return (json_i64_at(root, "sequence", &out->sequence) &&
		json_put_at(root, "hash", out->hash, sizeof(out->hash))) ||
	       wrong(why, "no sequence and hash in it");
}

/* A call of a contract; uploading or creating one is the same type, and no event follows. */
static bool is_contract_call(const json_t *operation)
{
	int64_t type = 0;
	const char *function = json_text_at(operation, "function", "InvokeContract");

	(void)json_i64_at(operation, "type_i", &type);
	return type == INVOKE_HOST_FUNCTION && str_ends(str_of(function), "InvokeContract");
}

/* Horizon's operations have no ledger: it stands in the upper half of their token. */
static bool read_operations(const json_t *root, struct horizon_operations *out, char why[WHY])
{
	const json_t *records = json_at(root, "_embedded.records"), *record;
	size_t i;

	if (!json_is_array(records))
		return wrong(why, "no _embedded.records in it");
	memset(out, 0, sizeof(*out));
	json_array_foreach(records, i, record) {
		msec at = answer_time(record, "created_at");
		int64_t token = 0;

		if (at == WHEN_NEVER || i >= HORIZON_PAGE)
			return wrong(why, "an operation without a time, or more than were asked for");
		if (i + 1 == HORIZON_PAGE)
			out->reaches = at;
		if (!is_contract_call(record))
			continue;
		(void)json_i64_at(record, "paging_token", &token);
		out->items[out->count++] = (struct horizon_operation){ at, token >> 32 };
	}
	return true;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	struct horizon_endpoint *endpoint =
		&((struct horizon_facts *)facts)->endpoints[ask->target];
	struct horizon_endpoint read = *endpoint;
	json_t *root = answer_json(ask, reply, why);
	bool good = false;

	(void)config;
	if (!root)
		return DECODED_BAD;
	switch ((enum horizon_ask)ask->index) {
	case HORIZON_ROOT: good = read_root(root, reply, &read.root, why); break;
	case HORIZON_LEDGER: good = read_ledger(root, &read.ledger, why); break;
	case HORIZON_OPERATIONS: good = read_operations(root, &read.operations, why); break;
	case HORIZON_ASKS: break;
	}
	json_decref(root);
	if (good)
		*endpoint = read;
	return good ? DECODED_GOOD : DECODED_BAD;
}

const struct backend horizon_backend = {
	.kind = "horizon",
	.settings = settings,
	.config_size = sizeof(struct horizon_config),
	.facts_size = sizeof(struct horizon_facts),
	.rank = 1,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = horizon_judge,
};
