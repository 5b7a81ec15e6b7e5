/*
 * health.c: what is asked of a backend, and when it is left alone; health_decode.c reads, and
 * health_judge.c or health_rules.c judge.
 */
#include "backends/health.h"

#include <assert.h>
#include <string.h>

#include "backends/kinds.h"

enum { WHY = 200, BUDGET = 4 };

static const msec window = 15 * WHEN_SECOND;
static const msec metrics_every = 60 * WHEN_SECOND;
/* A hung database is told after 5.04 s, a hung Horizon takes the deep check 24 s. */
static const msec shards_patience = 5500, deep_patience = 30 * WHEN_SECOND;
static const msec evidence_age = 15 * WHEN_SECOND;
static const msec retry_cap = 10 * WHEN_MINUTE;

static const struct setting deep_settings[] = {
	{ .key = "path", .type = SETTING_TEXT, .required = true,
	  .offset = offsetof(struct health_deep_config, path),
	  .help = "The deep check; naming it here allows it." },
	{ .key = "every", .type = SETTING_DURATION,
	  .offset = offsetof(struct health_deep_config, every), .def = "5m", .min = 5000,
	  .max = 86400000, .help = "How often it is asked at most." },
	SETTING_END
};

static const struct setting rule_settings[] = {
	{ .key = "path", .type = SETTING_TEXT, .offset = offsetof(struct health_rule, path),
	  .required = true, .help = "What is asked, as in /status." },
	{ .key = "field", .type = SETTING_TEXT, .offset = offsetof(struct health_rule, field),
	  .required = true, .help = "The member of the JSON answer, as in checks.database.state." },
	{ .key = "ok", .type = SETTING_TEXTS, .offset = offsetof(struct health_rule, ok),
	  .help = "Values that are OK." },
	{ .key = "warn", .type = SETTING_TEXTS, .offset = offsetof(struct health_rule, warn),
	  .help = "Values that are a warning." },
	{ .key = "bad", .type = SETTING_TEXTS, .offset = offsetof(struct health_rule, bad),
	  .help = "Values that are BAD; one in none of the lists is UNKNOWN." },
	SETTING_END
};

static const struct setting settings[] = {
	URL_SETTING(struct health_config),
	SOURCE_SETTINGS(struct health_config, "15s", "8s"),
	HTTP_SETTINGS(struct health_config),
	{ .key = "paths", .type = SETTING_TEXTS, .offset = offsetof(struct health_config, paths),
	  .help = "All that may be asked; /health/live, /api/v1/metrics/shards/health and "
		  "/api/v1/metrics when absent, or the paths of status." },
	{ .key = "deep", .type = SETTING_GROUP, .offset = offsetof(struct health_config, deep),
	  .sub = deep_settings, .sub_size = sizeof(struct health_deep_config),
	  .help = "A check that costs something, asked only while every Horizon is well; never "
		  "when absent." },
	{ .key = "status", .type = SETTING_ITEMS, .max = HEALTH_RULES,
	  .offset = offsetof(struct health_config, rules),
	  .sub = rule_settings, .sub_size = sizeof(struct health_rule),
	  .help = "What the answers of another platform mean, instead of FuTuRe's." },
	SETTING_END
};

static const struct kind_ask {
	struct ask ask;
	const char *path;
	bool by_default;	/* asked when the configuration names no paths */
} asked[HEALTH_ASKS] = {
	[HEALTH_LIVE] = {
		.ask = { .name = "live", .what = "GET /health/live",
			 .blinds = "whether the process lives" },
		.path = "/health/live", .by_default = true },
	[HEALTH_SHARDS] = {
		.ask = { .name = "shards", .what = "GET /api/v1/metrics/shards/health",
			 .blinds = "whether it reaches its database" },
		.path = "/api/v1/metrics/shards/health", .by_default = true },
	[HEALTH_POOLS] = {
		.ask = { .name = "pools", .what = "GET /api/v1/metrics/shards", .optional = true,
			 .blinds = "whether clients wait for a database connection" },
		.path = "/api/v1/metrics/shards" },
	[HEALTH_METRICS] = {
		.ask = { .name = "metrics", .what = "GET /api/v1/metrics", .optional = true,
			 .blinds = "the counters of payments" },
		.path = "/api/v1/metrics", .by_default = true },
	[HEALTH_DEEP] = {
		.ask = { .name = "deep", .what = "the deep check",
			 .blinds = "whether the breaker that payments use is open" } },
};

/* A path may be written without the slash that it begins with. */
static bool is_same(const char *a, const char *b)
{
	return strcmp(a + (*a == '/'), b + (*b == '/')) == 0;
}

static bool is_listed(const struct texts *paths, const char *path)
{
	for (size_t i = 0; i < paths->count; i++)
		if (is_same(paths->items[i], path))
			return true;
	return false;
}

const char *health_path(const struct health_config *config, enum health_ask ask)
{
	return ask == HEALTH_DEEP ? config->deep.path : asked[ask].path;
}

bool health_may_ask(const struct health_config *config, const char *path)
{
	if (config->paths.count > 0)
		return is_listed(&config->paths, path);
	for (size_t i = 0; i < HEALTH_ASKS; i++)
		if (asked[i].by_default && is_same(asked[i].path, path))
			return true;
	return false;
}

static struct ask make_ask(const struct health_config *config, enum health_ask number)
{
	struct ask ask = asked[number].ask;
	msec patience = number == HEALTH_DEEP ? deep_patience :
			number == HEALTH_SHARDS ? shards_patience : 0;

	ask.via = ASK_HTTP;
	ask.index = number;
	ask.every = config->source.every;
	if (number == HEALTH_DEEP)
		ask.every = config->deep.every;
	else if (ask.optional && ask.every < metrics_every)
		ask.every = metrics_every;
	ask.timeout = config->source.timeout > patience ? config->source.timeout : patience;
	return ask;
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct health_config *health = config;
	size_t count = 0;

	assert(max >= HEALTH_ASKS);
	if (health->rules.count > 0)
		return health_rules_asks(health, out, max);
	for (unsigned i = 0; i < HEALTH_DEEP; i++)
		if (health_may_ask(health, asked[i].path))
			out[count++] = make_ask(health, (enum health_ask)i);
	if (health->deep.path)
		out[count++] = make_ask(health, HEALTH_DEEP);
	return count;
}

int health_find(const struct look *look, enum health_ask ask)
{
	for (size_t i = 0; i < look->ask_count; i++)
		if (look->asks[i].index == (unsigned)ask)
			return (int)i;
	return -1;
}

msec health_throttled_until(const struct look *look)
{
	msec until = WHEN_NEVER;

	for (size_t i = 0; i < look->ask_count; i++) {
		const struct ask_view *view = &look->views[i];
		msec wait = view->retry_after < retry_cap ? view->retry_after : retry_cap;

		if (view->kind == REPLY_ANSWER && view->status == 429 && !view->good && wait > 0 &&
		    view->at + wait > until)
			until = view->at + wait;
	}
	return until;
}

/* Do our own eyes see every Horizon well, just now? */
static bool is_harmless(const struct look *look)
{
	const struct chain *chain = look->chain;

	return chain->known && chain->fresh && chain->horizons == HORIZONS_WELL &&
	       look->now - chain->seen_at <= evidence_age;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct health_config *config = look->config;
	bool generic = config->rules.count > 0;
	enum health_ask number = (enum health_ask)look->asks[ask].index;
	const char *path = generic ? look->asks[ask].what : health_path(config, number);

	if (!generic && number == HEALTH_DEEP && !is_harmless(look))
		return false;
	if (!generic && number == HEALTH_METRICS)
		out->accept = "text/plain";
	return buf_fmt(&out->path, "%s%s", *path == '/' ? "" : "/", path);
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	const struct health_config *health = config;

	if (health->rules.count > 0)
		return health_rules_decode(ask, reply, health, facts, why);
	return health_decode(ask, reply, facts, why);
}

const struct backend health_backend = {
	.kind = "health",
	.settings = settings,
	.config_size = sizeof(struct health_config),
	.facts_size = sizeof(struct health_facts),
	.rank = 2,
	.budget = { BUDGET, window },
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = health_judge,
};
