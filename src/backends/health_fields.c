/* health_fields.c: what a judged FuTuRe backend publishes: its fields, its version. */
#include <math.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/health.h"

static void set_flag(json_t *fields, const char *key, bool known, bool value)
{
	if (known)
		json_set_bool(fields, key, value);
	else
		json_set(fields, key, json_null());
}

static void publish_live(const struct health_standing *s, const struct report *out, json_t *fields)
{
	const struct health_live *live = &s->facts->live;
	bool has = s->has[HEALTH_LIVE];
	bool alive = has && strcmp(live->status, "alive") == 0 && out->state != STATE_STALE;
	bool started = has && live->started_at != WHEN_NEVER;

	set_flag(fields, "live", alive || out->state == STATE_DOWN, alive);
	json_set_number(fields, "uptime_s", started ?
			(double)(s->look->now - live->started_at) / 1000 : (double)NAN);
	json_set_time(fields, "restarted_at", health_restarted(s) ? live->restarted_at : WHEN_NEVER);
	json_set_time(fields, "throttled_until",
		      s->throttled && s->throttled_until > s->look->now ? s->throttled_until :
									  WHEN_NEVER);
}

static void publish_database(const struct health_standing *s, json_t *fields)
{
	const double none = (double)NAN;
	bool has = s->has[HEALTH_SHARDS];

	json_set_text(fields, "database", state_word(s->database));
	answer_set_count(fields, "shards_ok", has ? (double)s->facts->shards.ok : none);
	answer_set_count(fields, "shards_error", has ? (double)s->facts->shards.failed : none);
	answer_set_count(fields, "waiting_clients",
			 s->has[HEALTH_POOLS] ? s->facts->waiting : none);
}

static void publish_deep(const struct health_standing *s, json_t *fields)
{
	const struct health_deep *deep = &s->facts->deep;
	bool has = s->has[HEALTH_DEEP];

	json_set_text(fields, "circuit", health_circuit(s));
	set_flag(fields, "online", has && deep->told, deep->online);
	json_set_time(fields, "deep_at", has ? deep->timestamp : WHEN_NEVER);
	json_set_text(fields, "version", has && deep->version[0] ? deep->version : NULL);
}

static void publish_metrics(const struct health_standing *s, json_t *fields)
{
	const struct health_metrics *metrics = &s->facts->metrics;
	const double none = (double)NAN;
	bool has = s->has[HEALTH_METRICS];

	json_set_text(fields, "metrics", !has ? NULL : metrics->json ? "json" : "text");
	for (size_t i = 0; i < HEALTH_COUNTER_COUNT; i++)
		answer_set_count(fields, health_counter_names[i],
				 has && !metrics->json ? metrics->counters[i] : none);
	answer_set_count(fields, "horizon_calls",
			 has && metrics->json ? metrics->horizon_calls : none);
	answer_set_count(fields, "horizon_errors",
			 has && metrics->json ? metrics->horizon_errors : none);
}

/* What the configuration leaves in the dark. */
static void publish_unasked(const struct health_standing *s, json_t *fields)
{
	static const enum health_ask wanted[] = { HEALTH_LIVE, HEALTH_SHARDS, HEALTH_METRICS };
	json_t *paths = json_array();

	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		if (!health_view(s, wanted[i]))
			(void)json_array_append_new(paths, json_string(
				health_path(s->config, wanted[i])));
	json_set(fields, "not_asked", paths);
}

/* The component is thought to have the source's name; any other asks for the field. */
static void lend_version(const struct health_standing *s, struct version *version,
			 struct report *out)
{
	if (!s->has[HEALTH_DEEP] || !s->facts->deep.version[0])
		return;
	*version = (struct version){ .seen_at = health_view(s, HEALTH_DEEP)->good_at };
	(void)str_put(version->component, sizeof(version->component), s->config->source.name);
	(void)str_put(version->text, sizeof(version->text), s->facts->deep.version);
	out->versions = version;
	out->version_count = 1;
}

void health_publish(const struct health_standing *s, struct health_facts *facts,
		    struct report *out)
{
	out->fields = json_object();
	publish_live(s, out, out->fields);
	publish_database(s, out->fields);
	publish_deep(s, out->fields);
	publish_metrics(s, out->fields);
	publish_unasked(s, out->fields);
	lend_version(s, &facts->version, out);
}
