/* stellar_rpc.c: what is asked of an RPC and read from it; of events in stellar_rpc_events.c. */
#include "backends/stellar_rpc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"

enum { WHY = 200 };

static const msec network_every = WHEN_HOUR;
static const int64_t measured_least = 12;	/* ledgers, to know the chain's pace by */

static const struct setting headroom_settings[] = {
	{ .key = "warn", .type = SETTING_DURATION, .offset = offsetof(struct headroom_limits, warn),
	  .def = "3d", .min = 60000, .max = 3.2e10,
	  .help = "WARN when events are lost sooner than in this time." },
	{ .key = "bad", .type = SETTING_DURATION, .offset = offsetof(struct headroom_limits, bad),
	  .def = "12h", .min = 60000, .max = 3.2e10,
	  .help = "BAD when events are lost sooner than in this time." },
	{ .key = "warn_percent", .type = SETTING_NUMBER,
	  .offset = offsetof(struct headroom_limits, warn_percent), .def = "50", .min = 0,
	  .max = 100, .help = "WARN below this part of what the server keeps." },
	{ .key = "bad_percent", .type = SETTING_NUMBER,
	  .offset = offsetof(struct headroom_limits, bad_percent), .def = "10", .min = 0,
	  .max = 100, .help = "BAD below this part of what the server keeps." },
	SETTING_END
};

static const struct setting settings[] = {
	URL_SETTING(struct stellar_rpc_config),
	SOURCE_SETTINGS(struct stellar_rpc_config, "10s", "5s"),
	HTTP_SETTINGS(struct stellar_rpc_config),
	{ .key = "network", .type = SETTING_TEXT,
	  .offset = offsetof(struct stellar_rpc_config, network),
	  .help = "public, testnet or a network passphrase; another one is UNKNOWN." },
	{ .key = "contract", .type = SETTING_TEXT,
	  .offset = offsetof(struct stellar_rpc_config, contract),
	  .help = "The contract (C...) whose events are followed, besides those that components "
		  "name." },
	{ .key = "topics", .type = SETTING_TEXTS,
	  .offset = offsetof(struct stellar_rpc_config, topics),
	  .def = "bridge_metrics_updated_event, chain_metrics_updated_event, "
		 "alert_triggered_event",
	  .help = "Names of the events that are counted: the symbol that is their first topic." },
	{ .key = "cursor_from", .type = SETTING_TEXT,
	  .offset = offsetof(struct stellar_rpc_config, cursor_from),
	  .help = "The indexer source whose place on the chain counts, where there are several." },
	{ .key = "slow", .type = SETTING_DURATION,
	  .offset = offsetof(struct stellar_rpc_config, slow), .def = "2s", .min = 100,
	  .max = 60000, .help = "An answer that takes longer is a warning." },
	{ .key = "old_ledger", .type = SETTING_DURATION,
	  .offset = offsetof(struct stellar_rpc_config, old_ledger), .def = "30s", .min = 1000,
	  .max = 3600000, .help = "Age of the newest ledger from which an RPC is STALE." },
	{ .key = "headroom", .type = SETTING_GROUP,
	  .offset = offsetof(struct stellar_rpc_config, headroom), .sub = headroom_settings,
	  .sub_size = sizeof(struct headroom_limits),
	  .help = "How near the indexer may be to losing events that the RPC no longer keeps." },
	SETTING_END
};

static const struct ask asked[RPC_ASKS] = {
	[RPC_HEALTH] = { .name = "health", .what = "getHealth",
		.blinds = "which ledgers this RPC holds, and how near the indexer is to their end" },
	[RPC_LATEST] = { .name = "latest", .what = "getLatestLedger",
		.max_body = JSON_MAX_PINNED,	/* some carry the whole ledger */
		.blinds = "how old the newest ledger is" },
	[RPC_NETWORK] = { .name = "network", .what = "getNetwork",
		.blinds = "whether this is the right chain" },
	[RPC_EVENTS] = { .name = "events", .what = "getEvents, telemetry", .optional = true,
		.max_body = JSON_MAX_PINNED, .blinds = "what the contracts say of themselves" },
	[RPC_ACTIVITY] = { .name = "activity", .what = "getEvents, after the cursor",
		.optional = true, .max_body = JSON_MAX_PINNED,
		.blinds = "whether an indexer without events is stuck or its contracts are quiet" },
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct stellar_rpc_config *rpc = config;
	size_t count = 0;

	for (; count < RPC_ASKS && count < max; count++) {
		out[count] = asked[count];
		out[count].via = ASK_HTTP;
		out[count].index = (unsigned)count;
		out[count].every = rpc->source.every;
		out[count].timeout = rpc->source.timeout;
	}
	return count;
}

static bool call(struct buf *body, const char *method)
{
	return buf_fmt(body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\"}", method);
}

/* Where the cursor is each time that the RPC is asked for its window. */
static void note_cursor(const struct look *look)
{
	struct stellar_rpc_facts *facts = look->facts;

	if (look->cursor->known && look->cursor->ledger > 0)
		pace_note(&facts->pace, look->cursor->ledger, look->now);
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct stellar_rpc_facts *facts = look->facts;
	bool answers = answer_is_current(look, RPC_HEALTH);

	switch ((enum stellar_rpc_ask)look->asks[ask].index) {
	case RPC_HEALTH:
		note_cursor(look);
		return call(&out->body, "getHealth");
	case RPC_LATEST:
		return answers && facts->newest.sequence != facts->latest &&
		       call(&out->body, "getLatestLedger");
	case RPC_NETWORK:
		return (facts->passphrase_at == 0 ||
			look->now - facts->passphrase_at > network_every) &&
		       call(&out->body, "getNetwork");
	case RPC_EVENTS:
	case RPC_ACTIVITY:
		return answers && stellar_rpc_ask_events(look, (enum stellar_rpc_ask)ask, &out->body);
	case RPC_ASKS:
		break;
	}
	return false;
}

static bool wrong(char why[WHY], const char *what)
{
	(void)str_put(why, WHY, what);
	return false;
}

/* Unix seconds, as a number or a text. */
static msec close_time(const json_t *result, const char *key)
{
	const int64_t most = INT64_MAX / 1000;
	int64_t seconds;

	return json_i64_at(result, key, &seconds) && seconds > 0 && seconds < most ?
	       seconds * 1000 : WHEN_NEVER;
}

static struct rpc_ledger ledger_of(int64_t sequence, msec closed_at, const struct reply *reply)
{
	return (struct rpc_ledger){ .sequence = sequence, .closed_at = closed_at,
				    .age = answer_age(reply, closed_at),
				    .seen_at = reply->at };
}

static void note_newest(struct stellar_rpc_facts *facts, struct rpc_ledger ledger)
{
	if (ledger.closed_at == WHEN_NEVER)
		return;
	facts->newest = ledger;
	if (facts->first.sequence == 0 || facts->first.sequence > ledger.sequence)
		facts->first = ledger;
}

static bool read_health(const json_t *result, const struct reply *reply,
			struct stellar_rpc_facts *facts, char why[WHY])
{
	int64_t latest, oldest, window = 0;

	if (!answer_ledger(result, "latestLedger", &latest) ||
	    !answer_ledger(result, "oldestLedger", &oldest))
		return wrong(why, "no latestLedger and oldestLedger in it: is this a Stellar RPC?");
	(void)json_i64_at(result, "ledgerRetentionWindow", &window);
	if (latest < oldest || window < 0 || window > CHAIN_LAST_LEDGER)
		return wrong(why, "its ledgers make no window");
	if (facts->latest > 0 && latest > facts->latest) {
		facts->moved_at = reply->at;
		facts->end_stands = oldest == facts->oldest;
	}
	facts->latest = latest;
	facts->oldest = oldest;
	facts->window = window;
	note_newest(facts, ledger_of(latest, close_time(result, "latestLedgerCloseTime"), reply));
	facts->eldest = ledger_of(oldest, close_time(result, "oldestLedgerCloseTime"), reply);
	return true;
}

static bool read_latest(const json_t *result, const struct reply *reply,
			struct stellar_rpc_facts *facts, char why[WHY])
{
	int64_t sequence;

	if (!answer_ledger(result, "sequence", &sequence))
		return wrong(why, "its sequence is no ledger");
	note_newest(facts, ledger_of(sequence, close_time(result, "closeTime"), reply));
	return true;
}

static bool read_network(const json_t *result, const struct reply *reply,
			 struct stellar_rpc_facts *facts, char why[WHY])
{
	if (!json_put_at(result, "passphrase", facts->passphrase, sizeof(facts->passphrase)))
		return wrong(why, "no passphrase in it");
	facts->passphrase_at = reply->at;
	return true;
}

/* An error instead of a result; false. */
static bool read_error(const json_t *error, enum rpc_refusal *refusal, char why[WHY])
{
	char message[120] = "";
	int64_t code = 0;

	(void)json_i64_at(error, "code", &code);
	(void)json_put_at(error, "message", message, sizeof(message));
	*refusal = str_has_nocase(str_of(message), "since last known ledger") ? RPC_LATE :
		   str_has_nocase(str_of(message), "not initialized") ? RPC_EMPTY :
		   RPC_OTHER_REFUSAL;
	(void)snprintf(why, WHY, "says error %lld: %s", (long long)code, message);
	return false;
}

static bool read_result(const struct ask *ask, const json_t *root, const struct reply *reply,
			struct stellar_rpc_facts *facts, char why[WHY])
{
	enum rpc_refusal refusal = RPC_NO_REFUSAL;
	const json_t *result = json_at(root, "result");
	bool good = false;

	if (json_is_object(json_at(root, "error")))
		good = read_error(json_at(root, "error"), &refusal, why);
	else if (!json_is_object(result))
		good = wrong(why, "neither result nor error in it: is this a Stellar RPC?");
	else if (ask->index == RPC_HEALTH)
		good = read_health(result, reply, facts, why);
	else if (ask->index == RPC_LATEST)
		good = read_latest(result, reply, facts, why);
	else
		good = read_network(result, reply, facts, why);
	if (ask->index == RPC_HEALTH)
		facts->refusal = refusal;
	return good;
}

/* An RPC means more by these than a proxy does. */
static void explain_status(int status, char why[WHY])
{
	if (status == 503)
		(void)str_put(why, WHY, "answers 503: more requests than it takes at a time");
	else if (status == 504)
		(void)str_put(why, WHY, "answers 504: it could not do it in its own time limit");
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	json_t *root = answer_json(ask, reply, why);
	enum decoded result;

	if (ask->index == RPC_HEALTH)
		((struct stellar_rpc_facts *)facts)->refusal = RPC_NO_REFUSAL;
	if (!root) {
		explain_status(reply->status, why);
		return DECODED_BAD;
	}
	if (ask->index == RPC_EVENTS || ask->index == RPC_ACTIVITY)
		result = stellar_rpc_read_events(config, (enum stellar_rpc_ask)ask->index, root,
						 facts, why);
	else
		result = read_result(ask, root, reply, facts, why) ? DECODED_GOOD : DECODED_BAD;
	json_decref(root);
	return result;
}

static double pace_between(const struct rpc_ledger *a, const struct rpc_ledger *b)
{
	if (a->sequence == 0 || a->closed_at == WHEN_NEVER || b->closed_at <= a->closed_at ||
	    b->sequence - a->sequence < measured_least)
		return (double)NAN;
	return (double)(b->closed_at - a->closed_at) / 1000 / (double)(b->sequence - a->sequence);
}

double stellar_rpc_cadence(const struct stellar_rpc_facts *facts)
{
	double kept = pace_between(&facts->eldest, &facts->newest);

	return isnan(kept) ? pace_between(&facts->first, &facts->newest) : kept;
}

const struct backend stellar_rpc_backend = {
	.kind = "stellar-rpc",
	.settings = settings,
	.config_size = sizeof(struct stellar_rpc_config),
	.facts_size = sizeof(struct stellar_rpc_facts),
	.rank = 1,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = stellar_rpc_judge,
};
