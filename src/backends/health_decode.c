/* health_decode.c: what a FuTuRe backend's answers say. Nothing is believed here or doubted. */
#include <math.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/health.h"
#include "backends/promtext.h"
#include "base/outside.h"

enum { WHY = 200 };

static const msec restart_at_least = 2 * WHEN_SECOND;

const char *const health_counter_names[HEALTH_COUNTER_COUNT] = {
#define X(sym, name) [HEALTH_##sym] = (name),
	HEALTH_COUNTERS(X)
#undef X
};

static bool wrong(char why[WHY], const char *what)
{
	(void)str_put(why, WHY, what);
	return false;
}

/* A process that began later than the one before is another one. */
static void note_start(const json_t *root, struct health_live *live,
		       const struct health_live *before)
{
	double uptime_s = answer_number(root, "uptime");

	live->started_at = live->restarted_at = WHEN_NEVER;
	if (!(uptime_s >= 0 && uptime_s < 1e10))
		return;
	live->started_at = live->timestamp - (msec)(uptime_s * 1000);
	if (before->timestamp <= 0)
		return;
	live->restarted_at = before->restarted_at;
	if (before->started_at != WHEN_NEVER &&
	    live->started_at - before->started_at > restart_at_least)
		live->restarted_at = live->started_at;
}

static bool read_live(const json_t *root, struct health_facts *facts, char why[WHY])
{
	struct health_live live = { .timestamp = answer_time(root, "timestamp") };

	if (!json_put_at(root, "status", live.status, sizeof(live.status)) ||
	    live.timestamp == WHEN_NEVER)
		return wrong(why, "no status and timestamp in it: is this the right backend?");
	note_start(root, &live, &facts->live);
	facts->live = live;
	return true;
}

static bool read_shards(const json_t *root, struct health_facts *facts, char why[WHY])
{
	struct health_shards shards = { 0 };
	const json_t *shard;
	char status[16];
	size_t i;

	if (!json_is_array(root))
		return wrong(why, "no list of shards");
	json_array_foreach(root, i, shard) {
		bool ok, failed;

		if (!json_put_at(shard, "status", status, sizeof(status)))
			return wrong(why, "a shard without status");
		ok = strcmp(status, "ok") == 0;
		failed = strcmp(status, "error") == 0;
		shards.ok += ok;
		shards.failed += failed;
		shards.other += !ok && !failed;
		if (failed && shards.failed == 1)
			(void)json_put_at(shard, "error", shards.error, sizeof(shards.error));
	}
	facts->shards = shards;
	return true;
}

static bool read_pools(const json_t *root, struct health_facts *facts, char why[WHY])
{
	double waiting = 0;
	const json_t *pool;
	size_t i;

	if (!json_is_array(root))
		return wrong(why, "no list of pools");
	json_array_foreach(root, i, pool) {
		double clients = answer_number(pool, "waitingClients");

		if (!(clients >= 0))
			return wrong(why, "a pool without waitingClients");
		waiting += clients;
	}
	facts->waiting = waiting;
	return true;
}

static const json_t *find_check(const json_t *root, const char *name)
{
	const json_t *checks = json_at(root, "checks"), *check;
	size_t i;

	json_array_foreach(checks, i, check)
		if (strcmp(json_text_at(check, "name", ""), name) == 0)
			return check;
	return NULL;
}

static bool read_deep(const json_t *root, struct health_facts *facts, char why[WHY])
{
	struct health_deep deep = { .timestamp = answer_time(root, "timestamp") };
	const json_t *stellar = find_check(root, "stellar"), *online = json_at(stellar, "online");

	if (!stellar || deep.timestamp == WHEN_NEVER)
		return wrong(why, "no timestamp and check of stellar in it: is it the deep check?");
	deep.told = json_is_boolean(online);
	deep.online = json_is_true(online);
	(void)json_put_at(stellar, "circuit.state", deep.circuit, sizeof(deep.circuit));
	(void)json_put_at(root, "application.version", deep.version, sizeof(deep.version));
	facts->deep = deep;
	return true;
}

static enum decoded decode_json(const struct ask *ask, const struct reply *reply,
				struct health_facts *facts, char why[WHY])
{
	static bool (*const read[HEALTH_ASKS])(const json_t *, struct health_facts *, char *) = {
		[HEALTH_LIVE] = read_live, [HEALTH_SHARDS] = read_shards,
		[HEALTH_POOLS] = read_pools, [HEALTH_DEEP] = read_deep,
	};
	/* A list of shards that failed comes with 503, and is what was asked for. */
	bool list = ask->index == HEALTH_SHARDS && reply->status == 503, good;
	json_t *root = list ? answer_json_of_failure(ask, reply, why) : answer_json(ask, reply, why);

	if (!root)
		return DECODED_BAD;
	good = read[ask->index](root, facts, why);
	json_decref(root);
	return good ? DECODED_GOOD : DECODED_BAD;
}

static void visit_metric(void *arg, const struct prom_sample *sample)
{
	struct health_metrics *metrics = arg;

	for (size_t i = 0; i < HEALTH_COUNTER_COUNT; i++)
		if (str_eq(sample->name, health_counter_names[i]) && isfinite(sample->value))
			metrics->counters[i] = sample->value;
}

/* The same route gives JSON to whoever does not ask for text, or when something between us and it
 * drops what we accept. */
static bool read_metrics_json(const struct ask *ask, const struct reply *reply,
			      struct health_metrics *metrics, char why[WHY])
{
	json_t *root = answer_json(ask, reply, why);

	if (!root)
		return false;
	metrics->json = true;
	metrics->horizon_calls = answer_number(root, "horizon.calls");
	metrics->horizon_errors = answer_number(root, "horizon.errors");
	json_decref(root);
	return true;
}

static enum decoded decode_metrics(const struct ask *ask, const struct reply *reply,
				   struct health_facts *facts, char why[WHY])
{
	const double none = (double)NAN;
	struct health_metrics metrics = { .horizon_calls = none, .horizon_errors = none };
	struct err err = { 0 };

	for (size_t i = 0; i < HEALTH_COUNTER_COUNT; i++)
		metrics.counters[i] = none;
	if (!answer_is_ok(reply, why))
		return DECODED_BAD;
	if (str_starts(str_trim(reply->body), "{")) {
		if (!read_metrics_json(ask, reply, &metrics, why))
			return DECODED_BAD;
	} else if (!promtext_scan(reply->body, visit_metric, &metrics, &err)) {
		(void)outside_put(why, WHY, str_of(err.text));
		return DECODED_BAD;
	}
	facts->metrics = metrics;
	return DECODED_GOOD;
}

enum decoded health_decode(const struct ask *ask, const struct reply *reply,
			   struct health_facts *facts, char why[WHY])
{
	return ask->index == HEALTH_METRICS ? decode_metrics(ask, reply, facts, why) :
					      decode_json(ask, reply, facts, why);
}
