/* horizon.c: what is asked of Horizons and read from their answers; horizon_judge.c judges. */
#include "backends/horizon.h"

#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"

enum { WHY = 200, INVOKE_HOST_FUNCTION = 24, HASH_GRID = 32, PAGES_BACK = 8 };

static const msec hash_every = WHEN_MINUTE;
static const long rate_reserve = 60;
static const msec cursor_grace = 2 * WHEN_SECOND;	/* the cursor's time is in whole seconds */

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
	[HORIZON_LEDGER] = { .name = "ledger", .what = "GET /ledgers/N", .optional = true,
		.blinds = "whether the Horizons hold the same chain" },
	[HORIZON_OPERATIONS] = { .name = "operations", .what = "GET /operations", .optional = true,
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

/* What is known of another time counts no more: begin anew. */
static bool prepare_operations(const struct look *look, struct horizon_operations *ops,
			       struct request *out)
{
	msec after = look->cursor->processed_at;

	if (!look->cursor->known || !look->cursor->doubted)
		return false;
	if (ops->after != after)
		*ops = (struct horizon_operations){ .after = after, .from = INT64_MAX };
	(void)buf_fmt(&out->path, "/operations?order=desc&limit=%d&include_failed=false",
		      HORIZON_PAGE);
	if (ops->next > 0)
		(void)buf_fmt(&out->path, "&cursor=%lld", (long long)ops->next);
	return true;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	unsigned target = look->asks[ask].target;
	struct horizon_facts *facts = look->facts;
	int64_t ledger;

	if (look->asks[ask].index == HORIZON_ROOT)
		return buf_text(&out->path, "/");
	if (!answer_is_current(look, horizon_ask_at(target, HORIZON_ROOT)) ||
	    facts->endpoints[target].root.exhausted)
		return false;
	if (look->asks[ask].index == HORIZON_OPERATIONS)
		return prepare_operations(look, &facts->endpoints[target].operations, out);
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
	if (!answer_ledger(root, "history_latest_ledger", &out->latest) ||
	    !json_put_at(root, "network_passphrase", out->passphrase, sizeof(out->passphrase)))
		return wrong(why, "no history_latest_ledger and network_passphrase in it: is this a "
			     "Horizon?");
	out->closed_at = answer_time(root, "history_latest_ledger_closed_at");
	if (out->closed_at == WHEN_NEVER)
		return wrong(why, "history_latest_ledger_closed_at is no time");
	(void)answer_ledger(root, "history_elder_ledger", &out->elder);
	(void)answer_ledger(root, "core_latest_ledger", &out->core);
	out->age = answer_age(reply, out->closed_at);
	out->clock_off = answer_server_now(reply) - reply->at;
	out->exhausted = reply->rate_remaining >= 0 && reply->rate_remaining < rate_reserve;
	return true;
}

static bool read_ledger(const json_t *root, struct horizon_ledger *out, char why[WHY])
{
	return (answer_ledger(root, "sequence", &out->sequence) &&
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

/* What one page says; operations come newest first. */
struct page {
	size_t count;
	int64_t newest, oldest;		/* tokens */
	msec oldest_at;
	msec call_at;			/* the earliest contract call after the time asked for */
	int64_t call_ledger;
};

/* An operation has no ledger: it stands in the upper half of its token. */
static bool read_page(const json_t *root, msec after, struct page *page, char why[WHY])
{
	const json_t *records = json_at(root, "_embedded.records"), *record;
	size_t i;

	if (!json_is_array(records))
		return wrong(why, "no _embedded.records in it");
	*page = (struct page){ .count = json_array_size(records) };
	json_array_foreach(records, i, record) {
		msec at = answer_time(record, "created_at");

		if (at == WHEN_NEVER || page->count > HORIZON_PAGE ||
		    !json_i64_at(record, "paging_token", &page->oldest))
			return wrong(why, "an operation without time or token, or more than asked for");
		page->newest = i == 0 ? page->oldest : page->newest;
		page->oldest_at = at;
		if (at <= after + cursor_grace || !is_contract_call(record))
			continue;
		page->call_at = at;
		page->call_ledger = page->oldest >> 32;
	}
	return true;
}

/* Add a page to what is known: the newest one, or the one before those that are known. */
static void add_page(const struct page *page, struct horizon_operations *ops)
{
	bool newest = ops->next == 0;
	bool full = page->count == HORIZON_PAGE;
	bool overlaps = ops->newest > 0 && page->oldest <= ops->newest;

	if (!newest || !full || !overlaps)
		ops->from = full ? page->oldest_at : 0;
	if (page->call_at > 0 && (ops->call_at == 0 || page->call_at < ops->call_at)) {
		ops->call_at = page->call_at;
		ops->call_ledger = page->call_ledger;
	}
	if (newest && page->newest > ops->newest)
		ops->newest = page->newest;
}

/* Go on backwards as long as neither a call was found nor the time reached. */
static bool wants_more(const struct page *page, struct horizon_operations *ops)
{
	bool more = ops->from > ops->after && ops->call_at == 0 && !ops->given_up;

	ops->pages = more ? ops->pages + 1 : 0;
	ops->given_up = ops->given_up || ops->pages == PAGES_BACK;
	ops->next = more && !ops->given_up ? page->oldest : 0;
	return ops->next > 0;
}

static enum decoded take_page(const json_t *root, struct horizon_operations *ops, char why[WHY])
{
	struct page page;

	if (!read_page(root, ops->after, &page, why))
		return DECODED_BAD;
	add_page(&page, ops);
	return wants_more(&page, ops) ? DECODED_MORE : DECODED_GOOD;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	struct horizon_endpoint *endpoint =
		&((struct horizon_facts *)facts)->endpoints[ask->target];
	struct horizon_endpoint read = *endpoint;
	json_t *root = answer_json(ask, reply, why);
	enum decoded result = DECODED_BAD;

	(void)config;
	if (!root)
		return DECODED_BAD;
	switch ((enum horizon_ask)ask->index) {
	case HORIZON_ROOT:
		result = read_root(root, reply, &read.root, why) ? DECODED_GOOD : DECODED_BAD;
		break;
	case HORIZON_LEDGER:
		result = read_ledger(root, &read.ledger, why) ? DECODED_GOOD : DECODED_BAD;
		break;
	case HORIZON_OPERATIONS:
		result = take_page(root, &read.operations, why);
		break;
	case HORIZON_ASKS:
		break;
	}
	json_decref(root);
	if (result != DECODED_BAD)
		*endpoint = read;
	return result;
}

const struct backend horizon_backend = {
	.kind = "horizon",
	.settings = settings,
	.config_size = sizeof(struct horizon_config),
	.facts_size = sizeof(struct horizon_facts),
	.rank = 1,
	.budget = { .most = 10, .window = 12 * WHEN_SECOND },
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = horizon_judge,
};
