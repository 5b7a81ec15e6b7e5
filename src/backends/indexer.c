/* indexer.c: what is asked of a TeachLink indexer and read; indexer_judge.c judges. */
#include "backends/indexer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"
#include "backends/promtext.h"
#include "base/outside.h"

enum { WHY = 200 };

static const struct setting settings[] = {
	URL_SETTING(struct indexer_config),
	SOURCE_SETTINGS(struct indexer_config, "10s", "8s"),
	HTTP_SETTINGS(struct indexer_config),
	{ .key = "slow", .type = SETTING_DURATION, .offset = offsetof(struct indexer_config, slow),
	  .def = "2s", .min = 100, .max = 60000,
	  .help = "An answer of /health that takes longer is a warning." },
	{ .key = "stale_after", .type = SETTING_DURATION,
	  .offset = offsetof(struct indexer_config, stale_after), .min = 1000, .max = 86400000,
	  .help = "Lag that is too much; what /health says itself when absent." },
	SETTING_END
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct indexer_config *indexer = config;
	static const struct ask asked[INDEXER_ASKS] = {
		[INDEXER_HEALTH] = { .name = "health", .what = "GET /health",
			.blinds = "whether the indexer, its database and its Horizon work, and its lag" },
		[INDEXER_METRICS] = { .name = "metrics", .what = "GET /metrics",
			.blinds = "the exact time of the last event, and whether the gauges that "
				  "Prometheus sees are true" },
	};

	assert(max >= INDEXER_ASKS);
	memcpy(out, asked, sizeof(asked));
	for (size_t i = 0; i < INDEXER_ASKS; i++) {
		out[i].via = ASK_HTTP;
		out[i].every = indexer->source.every;
		out[i].timeout = indexer->source.timeout;
	}
	return INDEXER_ASKS;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	(void)look;
	if (ask == INDEXER_METRICS)
		out->accept = "text/plain";
	return buf_text(&out->path, ask == INDEXER_HEALTH ? "/health" : "/metrics");
}

/* Remember when the errors grew: the count is persisted, so that it may also jump back. */
static void note_errors(struct indexer_facts *facts, double errors, msec at)
{
	if (facts->health_at > 0 && errors > facts->health.errors)
		facts->rise = (struct indexer_errors){
			.by = errors - facts->health.errors, .over = at - facts->health_at, .at = at,
		};
}

static enum decoded decode_health(const struct ask *ask, const struct reply *reply,
				  struct indexer_facts *facts, char why[WHY])
{
	struct indexer_health health = { .ledger = 0 };
	json_t *root = answer_json(ask, reply, why);
	bool good;

	if (!root)
		return DECODED_BAD;
	good = json_put_at(root, "status", health.status, sizeof(health.status)) &&
	       json_is_object(json_at(root, "details"));
	(void)json_put_at(root, "checks.database", health.checks[0], sizeof(health.checks[0]));
	(void)json_put_at(root, "checks.horizon", health.checks[1], sizeof(health.checks[1]));
	(void)json_put_at(root, "checks.indexerState", health.checks[2], sizeof(health.checks[2]));
	health.timestamp = answer_time(root, "timestamp");
	health.lag_s = answer_number(root, "details.ledgerLagSeconds");
	health.stale_after_s = answer_number(root, "details.staleAfterSeconds");
	health.events = answer_number(root, "details.totalEventsProcessed");
	health.errors = answer_number(root, "details.totalErrors");
	(void)answer_ledger(root, "details.lastProcessedLedger", &health.ledger);
	json_decref(root);
	if (!good) {
		(void)str_put(why, WHY, "no status and details in it: is this an indexer's /health?");
		return DECODED_BAD;
	}
	note_errors(facts, health.errors, reply->at);
	facts->health = health;
	facts->health_at = reply->at;
	return DECODED_GOOD;
}

static void visit_metric(void *arg, const struct prom_sample *sample)
{
	static const struct {
		const char *name, *dependency;
		size_t offset;
	} series[] = {
		{ "last_processed_timestamp_seconds", NULL,
		  offsetof(struct indexer_metrics, timestamp_s) },
		{ "ledger_lag_seconds", NULL, offsetof(struct indexer_metrics, lag_s) },
		{ "last_processed_ledger", NULL, offsetof(struct indexer_metrics, ledger) },
		{ "events_processed_total", NULL, offsetof(struct indexer_metrics, events) },
		{ "errors_total", NULL, offsetof(struct indexer_metrics, errors) },
		{ "dependency_up", "database", offsetof(struct indexer_metrics, database) },
		{ "dependency_up", "horizon", offsetof(struct indexer_metrics, horizon) },
	};
	static const char prefix[] = "teachlink_indexer_";
	struct str name = sample->name;
	char dependency[16] = "";

	if (!str_starts(name, prefix))
		return;
	name = str_sub(name.p + sizeof(prefix) - 1, name.len - (sizeof(prefix) - 1));
	(void)promtext_label(sample, "dependency", dependency, sizeof(dependency));
	for (size_t i = 0; i < ARRAY_LEN(series); i++)
		if (str_eq(name, series[i].name) &&
		    (!series[i].dependency || strcmp(dependency, series[i].dependency) == 0))
			memcpy((char *)arg + series[i].offset, &sample->value, sizeof(double));
}

static enum decoded decode_metrics(const struct reply *reply, struct indexer_facts *facts,
				   char why[WHY])
{
	const double none = (double)NAN;
	struct indexer_metrics metrics = { none, none, none, none, none, none, none };
	struct err err = { 0 };

	if (!answer_is_ok(reply, why))
		return DECODED_BAD;
	if (!promtext_scan(reply->body, visit_metric, &metrics, &err)) {
		(void)outside_put(why, WHY, str_of(err.text));
		return DECODED_BAD;
	}
	if (isnan(metrics.timestamp_s) && isnan(metrics.events)) {
		(void)str_put(why, WHY, "no teachlink_indexer_ series in it");
		return DECODED_BAD;
	}
	facts->metrics = metrics;
	return DECODED_GOOD;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	(void)config;
	return strcmp(ask->name, "health") == 0 ? decode_health(ask, reply, facts, why) :
						  decode_metrics(reply, facts, why);
}

const struct backend indexer_backend = {
	.kind = "indexer",
	.settings = settings,
	.config_size = sizeof(struct indexer_config),
	.facts_size = sizeof(struct indexer_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = indexer_judge,
};
