/* alertmanager.c: what is asked of Alertmanagers and read; alertmanager_judge.c judges. */
#include "backends/alertmanager.h"

#include <string.h>

#include "backends/answer.h"
#include "backends/kinds.h"
#include "base/outside.h"

enum { WHY = 200 };

static const struct setting settings[] = {
	URLS_SETTINGS(struct alertmanager_config),
	SOURCE_SETTINGS(struct alertmanager_config, "15s", "5s"),
	HTTP_SETTINGS(struct alertmanager_config),
	{ .key = "watchdog", .type = SETTING_TEXT,
	  .offset = offsetof(struct alertmanager_config, watchdog), .def = "Watchdog",
	  .help = "Name of the alert that always fires and so proves that alerts arrive." },
	{ .key = "watchdog_age", .type = SETTING_DURATION,
	  .offset = offsetof(struct alertmanager_config, watchdog_age), .def = "3m", .min = 1000,
	  .max = 86400000, .help = "How long ago it may have been renewed." },
	SETTING_END
};

static const struct ask asked[MANAGER_ASKS] = {
	[MANAGER_ALERTS] = { .name = "alerts", .what = "GET /api/v2/alerts",
		.max_body = JSON_MAX_PINNED, .blinds = "which alerts are active or silenced" },
	[MANAGER_STATUS] = { .name = "status", .what = "GET /api/v2/status",
		.blinds = "whether the cluster is ready" },
};

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct alertmanager_config *manager = config;
	size_t instances = backend_url_count(&manager->source), count = 0;

	if (instances > MANAGER_INSTANCES)
		instances = MANAGER_INSTANCES;
	for (unsigned target = 0; target < instances && count + MANAGER_ASKS <= max; target++)
		for (size_t i = 0; i < MANAGER_ASKS; i++, count++) {
			out[count] = asked[i];
			out[count].via = ASK_HTTP;
			out[count].target = target;
			out[count].index = (unsigned)i;
			out[count].every = manager->source.every;
			out[count].timeout = manager->source.timeout;
		}
	return count;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	return buf_text(&out->path, look->asks[ask].index == MANAGER_ALERTS ?
			"/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true" :
			"/api/v2/status");
}

/* Who silences it: a silence's id, or the alert that inhibits it. */
static void read_silencer(const json_t *item, struct alert *out)
{
	static const char *const lists[] = { "status.silencedBy", "status.inhibitedBy" };

	for (size_t i = 0; i < ARRAY_LEN(lists) && !out->silenced_by[0]; i++) {
		const json_t *first = json_array_get(json_at(item, lists[i]), 0);

		if (json_is_string(first))
			(void)outside_put(out->silenced_by, sizeof(out->silenced_by),
					str_of(json_string_value(first)));
	}
}

/* The list has alerts that ended until the next clean-up; those that go on end in the future. */
static enum alert_state read_state(const json_t *item, msec now)
{
	msec ends_at = answer_time(item, "endsAt");

	if (ends_at != WHEN_NEVER && ends_at <= now)
		return ALERT_RESOLVED;
	return strcmp(json_text_at(item, "status.state", ""), "suppressed") == 0 ? ALERT_SUPPRESSED
										 : ALERT_FIRING;
}

static void read_alert(const json_t *item, const char *watchdog, const struct reply *reply,
		       struct manager_instance *out)
{
	struct alert *alert = &out->alerts[out->alert_count];
	msec server_now = answer_server_now(reply), renewed_at;

	if (out->alert_count == WATCHED_ALERTS) {
		out->dropped++;
		return;
	}
	if (!alert_read(item, watchdog, alert))
		return;
	alert->state = read_state(item, server_now);
	alert->since = answer_time(item, "startsAt");
	(void)json_put_at(item, "fingerprint", alert->fingerprint, sizeof(alert->fingerprint));
	read_silencer(item, alert);
	out->alert_count++;
	renewed_at = answer_time(item, "updatedAt");
	if (!alert->watchdog || alert->state == ALERT_RESOLVED || renewed_at == WHEN_NEVER)
		return;
	out->renewed_at = renewed_at + (reply->at - server_now);
}

static bool read_alerts(const json_t *root, const char *watchdog, const struct reply *reply,
			struct manager_instance *out, char why[WHY])
{
	const json_t *item;
	size_t i;

	if (!json_is_array(root)) {
		(void)str_put(why, WHY, "not a list of alerts: is this an Alertmanager?");
		return false;
	}
	out->alert_count = out->dropped = 0;
	out->renewed_at = WHEN_NEVER;
	json_array_foreach(root, i, item)
		read_alert(item, watchdog, reply, out);
	return true;
}

static bool read_status(const json_t *root, struct manager_instance *out, char why[WHY])
{
	if (json_put_at(root, "cluster.status", out->cluster, sizeof(out->cluster)))
		return true;
	(void)str_put(why, WHY, "no cluster.status in it: is this an Alertmanager?");
	return false;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	const struct alertmanager_config *manager = config;
	struct manager_instance *instance =
		&((struct alertmanager_facts *)facts)->instances[ask->target];
	json_t *root = answer_json(ask, reply, why);
	bool good;

	if (!root)
		return DECODED_BAD;
	good = ask->index == MANAGER_ALERTS ?
	       read_alerts(root, manager->watchdog, reply, instance, why) :
	       read_status(root, instance, why);
	json_decref(root);
	return good ? DECODED_GOOD : DECODED_BAD;
}

const struct backend alertmanager_backend = {
	.kind = "alertmanager",
	.settings = settings,
	.config_size = sizeof(struct alertmanager_config),
	.facts_size = sizeof(struct alertmanager_facts),
	.rank = 2,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = alertmanager_judge,
};
