/* prometheus.c: what is asked of a Prometheus and read; prometheus_judge.c judges. */
#include "backends/prometheus.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"
#include "base/num.h"

enum { WHY = 200, PERIODS = 3 };

/* A scrape and an evaluation take their time. */
static const msec slack = 2 * WHEN_SECOND;
static const msec history_every = 10 * WHEN_MINUTE;

static const struct setting settings[] = {
	URL_SETTING(struct prometheus_config),
	SOURCE_SETTINGS(struct prometheus_config, "15s", "5s"),
	HTTP_SETTINGS(struct prometheus_config),
	{ .key = "watchdog", .type = SETTING_TEXT,
	  .offset = offsetof(struct prometheus_config, watchdog), .def = "Watchdog",
	  .help = "Name of the alert that always fires; it is not listed." },
	SETTING_END
};

static size_t check_count(const struct prometheus_config *config)
{
	return config->check_count < PROMETHEUS_CHECKS ? config->check_count : PROMETHEUS_CHECKS;
}

/* The checks of a group of history. */
static size_t group_size(const struct prometheus_config *config, size_t group)
{
	size_t rest = check_count(config) - group * HISTORY_GROUP;

	return rest < HISTORY_GROUP ? rest : HISTORY_GROUP;
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct prometheus_config *prometheus = config;
	size_t history = PROMETHEUS_FIRST_CHECK + check_count(prometheus);
	size_t count = history + (check_count(prometheus) + HISTORY_GROUP - 1) / HISTORY_GROUP;

	assert(count <= max);
	out[PROMETHEUS_RULES] = (struct ask){
		.name = "rules", .what = "GET /api/v1/rules", .max_body = JSON_MAX_PINNED,
		.blinds = "which alerts fire, and whether the rules are evaluated at all",
	};
	out[PROMETHEUS_TARGETS] = (struct ask){
		.name = "targets", .what = "GET /api/v1/targets", .max_body = JSON_MAX_PINNED,
		.blinds = "which targets are down, and how old the samples are",
	};
	for (size_t i = PROMETHEUS_FIRST_CHECK; i < history; i++)
		out[i] = (struct ask){
			.name = "query", .what = prometheus->checks[i - PROMETHEUS_FIRST_CHECK].name,
			.index = (unsigned)(i - PROMETHEUS_FIRST_CHECK), .blinds = "this signal",
		};
	for (size_t i = history; i < count; i++)
		out[i] = (struct ask){
			.name = "history", .what = "GET /api/v1/query_range",
			.index = (unsigned)(i - history),
			.blinds = "the last hour of signals, from before we looked",
		};
	for (size_t i = 0; i < count; i++) {
		out[i].via = ASK_HTTP;
		out[i].every = prometheus->source.every;
		out[i].timeout = prometheus->source.timeout;
		if (i >= history && out[i].every < history_every)
			out[i].every = history_every;
	}
	return count;
}

static bool put_encoded(struct buf *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	bool fits = true;

	for (; *text && fits; text++)
		fits = strchr(plain, *text) ? buf_char(out, *text)
					    : buf_fmt(out, "%%%02X", (unsigned char)*text);
	return fits;
}

static bool prepare_history(const struct look *look, unsigned group, struct request *out)
{
	const struct prometheus_config *config = look->config;
	const struct prometheus_facts *facts = look->facts;
	size_t check = group * HISTORY_GROUP + facts->histories[group].next;
	msec end = look->now - look->now % WHEN_MINUTE;

	return buf_text(&out->path, "/api/v1/query_range?query=") &&
	       put_encoded(&out->path, config->checks[check].query) &&
	       buf_fmt(&out->path, "&start=%lld&end=%lld&step=60",
		       (long long)((end - (HISTORY_POINTS - 1) * WHEN_MINUTE) / WHEN_SECOND),
		       (long long)(end / WHEN_SECOND));
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	const struct prometheus_config *config = look->config;
	const struct ask *asked = &look->asks[ask];

	if (ask == PROMETHEUS_RULES)
		return buf_text(&out->path, "/api/v1/rules?type=alert");
	if (ask == PROMETHEUS_TARGETS)
		return buf_text(&out->path, "/api/v1/targets?state=active");
	if (strcmp(asked->name, "history") == 0)
		return prepare_history(look, asked->index, out);
	return buf_text(&out->path, "/api/v1/query?query=") &&
	       put_encoded(&out->path, config->checks[asked->index].query);
}

static bool wrong(char why[WHY], const char *what)
{
	(void)str_put(why, WHY, what);
	return false;
}

/* Longest overdue first; a group that was never evaluated since the start is counted apart. */
static void read_group_time(const json_t *group, const struct reply *reply, msec *worst,
			    struct prometheus_rules *out)
{
	msec evaluated_at = answer_time(group, "lastEvaluation"), interval, overdue;
	double interval_s = answer_number(group, "interval");

	interval = interval_s >= 0 && interval_s < 1e6 ? (msec)(interval_s * 1000) : 0;
	if (evaluated_at == WHEN_NEVER) {
		out->unevaluated++;
		return;
	}
	overdue = answer_server_now(reply) - evaluated_at - PERIODS * interval;
	if (out->evaluated_at != WHEN_NEVER && overdue <= *worst)
		return;
	*worst = overdue;
	out->late = overdue > slack;
	out->evaluated_at = evaluated_at + (reply->at - answer_server_now(reply));
}

static void read_alerts(const json_t *rule, const char *watchdog, struct prometheus_rules *out)
{
	double for_s = answer_number(rule, "duration");
	const json_t *alerts = json_at(rule, "alerts"), *item;
	size_t i;

	json_array_foreach(alerts, i, item) {
		struct alert *alert = &out->alerts[out->alert_count];
		bool firing = strcmp(json_text_at(item, "state", ""), "firing") == 0;

		if (out->alert_count == WATCHED_ALERTS) {
			out->dropped++;
			continue;
		}
		if (!alert_read(item, watchdog, alert))
			continue;
		alert->state = firing ? ALERT_FIRING : ALERT_PENDING;
		/* activeAt is the start of pending. */
		alert->since = answer_time(item, "activeAt");
		if (firing && alert->since != WHEN_NEVER && for_s > 0 && for_s < 1e8)
			alert->since += (msec)(for_s * 1000);
		out->alert_count++;
	}
}

static bool read_rule(const json_t *rule, const char *watchdog, struct prometheus_rules *out)
{
	if (strcmp(json_text_at(rule, "type", ""), "alerting") != 0)
		return false;
	out->rules++;
	if (strcmp(json_text_at(rule, "health", ""), "err") == 0 && out->unhealthy++ == 0)
		(void)json_put_at(rule, "name", out->sick_rule, sizeof(out->sick_rule));
	read_alerts(rule, watchdog, out);
	return true;
}

static bool read_rules(const json_t *root, const struct reply *reply, const char *watchdog,
		       struct prometheus_rules *out, char why[WHY])
{
	const json_t *groups = json_at(root, "data.groups"), *group, *rule;
	msec worst = 0;
	size_t i, n;

	if (!json_is_array(groups))
		return wrong(why, "no data.groups in it: is this a Prometheus?");
	/* The alerts themselves are many bytes: only what is counted is cleared. */
	memset(out, 0, offsetof(struct prometheus_rules, alerts));
	out->alert_count = out->dropped = 0;
	out->evaluated_at = WHEN_NEVER;
	json_array_foreach(groups, i, group) {
		const json_t *rules = json_at(group, "rules");
		bool alerting = false;

		json_array_foreach(rules, n, rule)
			alerting = read_rule(rule, watchdog, out) || alerting;
		if (!alerting)
			continue;
		out->groups++;
		read_group_time(group, reply, &worst, out);
	}
	return true;
}

static void read_target(const json_t *target, const struct reply *reply, bool *in_time,
			struct prometheus_targets *out)
{
	msec scraped_at = answer_time(target, "lastScrape"), interval = WHEN_MINUTE;
	const char *health = json_text_at(target, "health", "");
	char job[NAME_TEXT / 2] = "", instance[NAME_TEXT / 2] = "";

	out->total++;
	if (strcmp(health, "up") == 0)
		out->up++;
	if (strcmp(health, "down") == 0 && out->down++ < TARGETS_NAMED) {
		(void)json_put_at(target, "labels.job", job, sizeof(job));
		(void)json_put_at(target, "labels.instance", instance, sizeof(instance));
		(void)snprintf(out->down_names[out->down - 1], NAME_TEXT, "%.28s (%.31s)", job, instance);
	}
	(void)when_parse_duration(str_of(json_text_at(target, "scrapeInterval", "")), &interval,
				  NULL);
	if (scraped_at == WHEN_NEVER) {
		out->unscraped++;
		return;
	}
	if (answer_server_now(reply) - scraped_at <= PERIODS * interval + slack)
		*in_time = true;
	scraped_at += reply->at - answer_server_now(reply);
	if (scraped_at > out->scraped_at)
		out->scraped_at = scraped_at;
}

static bool read_targets(const json_t *root, const struct reply *reply,
			 struct prometheus_targets *out, char why[WHY])
{
	const json_t *targets = json_at(root, "data.activeTargets"), *target;
	bool in_time = false;
	size_t i;

	if (!json_is_array(targets))
		return wrong(why, "no data.activeTargets in it: is this a Prometheus?");
	memset(out, 0, sizeof(*out));
	out->scraped_at = WHEN_NEVER;
	json_array_foreach(targets, i, target)
		read_target(target, reply, &in_time, out);
	out->late = out->scraped_at != WHEN_NEVER && !in_time;
	return true;
}

/* [time, "value"], both of a sample and of a scalar. */
static void read_sample(const json_t *sample, struct prometheus_value *out)
{
	const char *text = json_string_value(json_array_get(sample, 1));

	out->result = num_parse_double(str_of(text), &out->value) ? RESULT_NUMBER
								 : RESULT_NOT_NUMBER;
}

static bool read_value(const json_t *root, struct prometheus_value *out, char why[WHY])
{
	const char *type = json_text_at(root, "data.resultType", "");
	const json_t *result = json_at(root, "data.result");

	*out = (struct prometheus_value){ .series = json_array_size(result) };
	if (!json_is_array(result))
		return wrong(why, "no data.result in it: is this a Prometheus?");
	if (strcmp(type, "scalar") == 0)
		read_sample(result, out);
	else if (strcmp(type, "vector") != 0)
		out->result = RESULT_NOT_NUMBER;
	else if (out->series != 1)
		out->result = out->series == 0 ? RESULT_EMPTY : RESULT_SEVERAL;
	else
		read_sample(json_object_get(json_array_get(result, 0), "value"), out);
	return true;
}

/* A refused query is answered by 400 or 422 with the reason in JSON, by proxies with anything. */
static void read_refusal(const struct reply *reply, char why[WHY])
{
	json_t *root = NULL;
	char text[150];

	if (reply->status == 400 || reply->status == 422)
		root = json_read(reply->body, JSON_MAX_SMALL, NULL);
	if (root && json_put_at(root, "error", text, sizeof(text)))
		(void)snprintf(why, WHY, "query refused: %s", text);
	json_decref(root);
}

/* [[time, "value"], ...] of one series; what is no finite number is no point. */
static void read_points(const json_t *values, struct series *out)
{
	const json_t *sample;
	size_t i;

	series_init(out);
	json_array_foreach(values, i, sample) {
		double at_s = json_number_value(json_array_get(sample, 0)), value;

		if (num_parse_double(str_of(json_string_value(json_array_get(sample, 1))), &value) &&
		    isfinite(value) && at_s > 0 && at_s < 1e11)
			series_add(out, (msec)(at_s * 1000), value, STATE_OK);
	}
}

/*
 * One range query of a group; the next one is wanted until the group is through. What gives no
 * single series, or is refused, has no history, and its instant query says why.
 */
static enum decoded take_history(const struct prometheus_config *config, const struct ask *ask,
				 const json_t *root, struct prometheus_facts *out, char why[WHY])
{
	size_t *next = &out->histories[ask->index].next;
	struct series *past = &out->pasts[ask->index * HISTORY_GROUP + *next];
	const json_t *result = json_at(root, "data.result");

	if (root && !json_is_array(result)) {
		(void)wrong(why, "no data.result in it: is this a Prometheus?");
		return DECODED_BAD;
	}
	why[0] = '\0';
	series_init(past);
	if (json_array_size(result) == 1)
		read_points(json_object_get(json_array_get(result, 0), "values"), past);
	*next = (*next + 1) % group_size(config, ask->index);
	return *next > 0 ? DECODED_MORE : DECODED_GOOD;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	const struct prometheus_config *prometheus = config;
	struct prometheus_facts *out = facts;
	json_t *root = answer_json(ask, reply, why);
	bool history = strcmp(ask->name, "history") == 0, good;
	enum decoded result;

	if (history && (root || reply->status == 400 || reply->status == 422)) {
		result = take_history(prometheus, ask, root, out, why);
		json_decref(root);
		return result;
	}
	if (!root) {
		read_refusal(reply, why);
		return DECODED_BAD;
	}
	if (strcmp(ask->name, "rules") == 0)
		good = read_rules(root, reply, prometheus->watchdog, &out->rules, why);
	else if (strcmp(ask->name, "targets") == 0)
		good = read_targets(root, reply, &out->targets, why);
	else
		good = read_value(root, &out->values[ask->index], why);
	json_decref(root);
	return good ? DECODED_GOOD : DECODED_BAD;
}

const struct backend prometheus_backend = {
	.kind = "prometheus",
	.settings = settings,
	.config_size = sizeof(struct prometheus_config),
	.facts_size = sizeof(struct prometheus_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = prometheus_judge,
};
