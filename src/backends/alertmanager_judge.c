/* alertmanager_judge.c: the instances one by one, then together; what the watchdog proves. */
#include "backends/alertmanager.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"

struct instance {
	enum state state;
	char because[BECAUSE_TEXT];
	bool waiting, listed;
};

struct merged {			/* of all instances that list */
	size_t firing, suppressed, dropped;
	msec renewed_at;
};

static size_t ask_at(unsigned target, enum manager_ask ask)
{
	return (size_t)target * MANAGER_ASKS + (size_t)ask;
}

static void judge_instance(const struct look *look, unsigned target, struct instance *out)
{
	const struct alertmanager_facts *facts = look->facts;
	size_t alerts = ask_at(target, MANAGER_ALERTS), status = ask_at(target, MANAGER_STATUS);
	const char *cluster = facts->instances[target].cluster;

	out->state = STATE_OK;
	out->waiting = !look->views[alerts].answered;
	out->listed = answer_is_current(look, alerts);
	if (out->waiting) {
		out->state = STATE_UNKNOWN;
		(void)str_put(out->because, sizeof(out->because), "no answer yet");
	} else if (outcome_judge(&look->asks[alerts], &look->views[alerts], &out->state,
				 out->because)) {
		return;
	} else if (!out->listed) {
		out->state = STATE_UNKNOWN;
		(void)str_put(out->because, sizeof(out->because),
			      "its last answer is too old to count");
	} else if (look->views[status].answered && !look->views[status].good) {
		out->state = STATE_WARN;
		(void)snprintf(out->because, sizeof(out->because), "status: %.180s",
			       look->views[status].error);
	} else if (answer_is_current(look, status) && strcmp(cluster, "ready") != 0 &&
		   strcmp(cluster, "disabled") != 0) {
		out->state = STATE_WARN;
		(void)snprintf(out->because, sizeof(out->because), "its cluster is %s", cluster);
	}
}

static struct alert *find(struct alert *list, size_t count, const char *fingerprint)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].fingerprint, fingerprint) == 0)
			return &list[i];
	return NULL;
}

/* One alert of several instances fires when it fires in one: that one pages somebody. */
static size_t merge_instance(const struct manager_instance *instance, struct alert *list,
			     size_t count, struct merged *merged)
{
	for (size_t i = 0; i < instance->alert_count; i++) {
		const struct alert *seen = &instance->alerts[i];
		struct alert *have = seen->fingerprint[0] ? find(list, count, seen->fingerprint)
							  : NULL;

		if (have && seen->state == ALERT_FIRING)
			have->state = ALERT_FIRING;
		else if (!have && count < WATCHED_ALERTS)
			list[count++] = *seen;
		else if (!have)
			merged->dropped++;
	}
	merged->dropped += instance->dropped;
	if (instance->renewed_at > merged->renewed_at)
		merged->renewed_at = instance->renewed_at;
	return count;
}

static void count_alerts(const struct alert *list, size_t count, struct merged *merged)
{
	for (size_t i = 0; i < count; i++) {
		merged->firing += !list[i].watchdog && list[i].state == ALERT_FIRING;
		merged->suppressed += !list[i].watchdog && list[i].state == ALERT_SUPPRESSED;
	}
}

static void judge_watchdog(const struct look *look, const struct merged *merged, struct watch *out)
{
	const struct alertmanager_config *config = look->config;
	char age[WHEN_TEXT];

	out->proven = merged->renewed_at != WHEN_NEVER &&
		      look->now - merged->renewed_at <= config->watchdog_age;
	when_format_age(age, look->now - merged->renewed_at);
	if (merged->renewed_at == WHEN_NEVER)
		(void)snprintf(out->because, sizeof(out->because), "no alert named %.60s is there: an "
			       "empty list proves nothing", config->watchdog ? config->watchdog : "");
	else
		(void)snprintf(out->because, sizeof(out->because), "the watchdog was renewed %s ago%s",
			       age, out->proven ? "" : ": alerts do not arrive");
}

/* One instance that lists is enough: the trouble of the others is a warning. */
static void judge_source(const struct look *look, const struct instance *instances,
			 unsigned count, struct report *out)
{
	const struct instance *worst = NULL;
	bool listed = false;

	for (unsigned i = 0; i < count; i++) {
		listed = listed || instances[i].listed;
		if (!instances[i].waiting && (!worst || instances[i].state > worst->state))
			worst = &instances[i];
	}
	out->asking = !worst && count > 0;
	if (!worst || worst->state == STATE_OK)
		return;
	if (count > 1) {
		struct str host = endpoint_host(look, (unsigned)(worst - instances));

		report_say(out, listed ? STATE_WARN : worst->state, "%.*s: %s",
			   (int)(host.len < 60 ? host.len : 60), host.p, worst->because);
	} else {
		report_say(out, worst->state, "%s", worst->because);
	}
}

static void publish(const struct look *look, const struct instance *instances, unsigned count,
		    const struct merged *merged, struct report *out)
{
	json_t *list = json_array();
	bool listed = out->watch.listed;

	for (unsigned i = 0; i < count; i++) {
		json_t *item = json_object();
		char url[256];

		(void)str_copy(url, sizeof(url), backend_url(look->config, i));
		json_set_text(item, "url", url);
		json_set_text(item, "state", state_word(instances[i].state));
		(void)json_array_append_new(list, item);
	}
	out->fields = json_object();
	json_set(out->fields, "instances", list);
	answer_set_count(out->fields, "firing", listed ? (double)merged->firing : (double)NAN);
	answer_set_count(out->fields, "suppressed",
			 listed ? (double)merged->suppressed : (double)NAN);
	json_set_number(out->fields, "watchdog_age_s", merged->renewed_at != WHEN_NEVER ?
			(double)(look->now - merged->renewed_at) / 1000 : (double)NAN);
}

void alertmanager_judge(const struct look *look, struct report *out)
{
	struct alertmanager_facts *facts = look->facts;
	struct instance instances[MANAGER_INSTANCES] = { 0 };
	struct merged merged = { .renewed_at = WHEN_NEVER };
	unsigned count = (unsigned)(look->ask_count / MANAGER_ASKS);

	out->watch.role = ALERTS_FROM_MANAGER;
	for (unsigned i = 0; i < count; i++) {
		judge_instance(look, i, &instances[i]);
		if (!instances[i].listed)
			continue;
		out->watch.listed = true;
		out->alert_count = merge_instance(&facts->instances[i], facts->merged,
						  out->alert_count, &merged);
	}
	out->alerts = facts->merged;
	count_alerts(facts->merged, out->alert_count, &merged);
	if (count == 0)
		report_say(out, STATE_UNKNOWN, "no url is configured");
	else if (out->watch.listed)
		report_say(out, STATE_OK, "%zu firing, %zu suppressed%s", merged.firing,
			   merged.suppressed, merged.dropped ? ", more than fit here" : "");
	judge_source(look, instances, count, out);
	judge_watchdog(look, &merged, &out->watch);
	publish(look, instances, count, &merged, out);
}
