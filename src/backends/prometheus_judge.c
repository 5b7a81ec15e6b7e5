/* prometheus_judge.c: what the answers of a Prometheus are worth; the rules stand in the header. */
#include "backends/prometheus.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"

static void judge_targets(const struct look *look, struct report *out)
{
	const struct prometheus_facts *facts = look->facts;
	const struct prometheus_targets *targets = &facts->targets;
	const struct ask_view *view = &look->views[PROMETHEUS_TARGETS];
	char names[TARGETS_NAMED * (NAME_TEXT + 2)] = "", age[WHEN_TEXT];
	size_t used = 0;

	if (view->answered && !view->good)
		finding(out, STATE_WARN, "targets: %.200s", view->error);
	if (!answer_is_current(look, PROMETHEUS_TARGETS))
		return;
	if (targets->late) {
		when_format_age(age, look->now - targets->scraped_at);
		finding(out, STATE_STALE, "its newest scrape is %s old", age);
	}
	for (size_t i = 0; i < targets->down && i < TARGETS_NAMED; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
					 targets->down_names[i]);
	if (targets->down > 0)
		finding(out, STATE_WARN, "%zu of %zu targets down: %s%s", targets->down,
			targets->total, names, targets->down > TARGETS_NAMED ? ", ..." : "");
	if (targets->unscraped > 0)
		finding(out, STATE_WARN, "%zu of %zu targets not scraped since its start",
			targets->unscraped, targets->total);
}

static void judge_rules(const struct look *look, struct report *out)
{
	const struct prometheus_facts *facts = look->facts;
	const struct prometheus_rules *rules = &facts->rules;
	char age[WHEN_TEXT];

	report_say(out, STATE_OK, "%zu alert rules evaluated, %zu of %zu targets up", rules->rules,
		   facts->targets.up, facts->targets.total);
	if (rules->unevaluated > 0)
		finding(out, STATE_UNKNOWN, "not evaluated since its start: %zu of %zu groups of alert "
			"rules; no alert means nothing yet", rules->unevaluated, rules->groups);
	if (rules->unhealthy > 0)
		finding(out, STATE_UNKNOWN, "%zu alert rule%s cannot be evaluated: %s",
			rules->unhealthy, rules->unhealthy > 1 ? "s" : "", rules->sick_rule);
	if (rules->late) {
		when_format_age(age, look->now - rules->evaluated_at);
		finding(out, STATE_STALE, "alert rules were last evaluated %s ago", age);
	}
}

static void lend_alerts(const struct look *look, struct report *out)
{
	const struct prometheus_facts *facts = look->facts;
	const struct prometheus_rules *rules = &facts->rules;
	struct watch *watch = &out->watch;
	bool current = answer_is_current(look, PROMETHEUS_RULES);

	watch->role = ALERTS_FROM_RULES;
	watch->listed = current && rules->unevaluated == 0;
	watch->proven = watch->listed && rules->rules > 0 && rules->unhealthy == 0 && !rules->late;
	out->alerts = rules->alerts;
	out->alert_count = watch->listed ? rules->alert_count : 0;
	if (watch->proven)
		(void)snprintf(watch->because, sizeof(watch->because),
			       "all %zu groups of alert rules were evaluated in time", rules->groups);
	else if (current && rules->rules == 0)
		(void)str_put(watch->because, sizeof(watch->because), "no alert rules are loaded");
	else
		(void)str_put(watch->because, sizeof(watch->because), out->because);
}

PRINTF_LIKE(2, 3) static void unknown(struct reading *out, const char *fmt, ...)
{
	va_list args;

	out->known = false;
	out->judged = true;
	out->state = STATE_UNKNOWN;
	va_start(args, fmt);
	(void)vsnprintf(out->because, sizeof(out->because), fmt, args);
	va_end(args);
}

static void read_number(const struct look *look, double value, msec at, struct reading *out)
{
	const struct prometheus_facts *facts = look->facts;
	bool told = answer_is_current(look, PROMETHEUS_TARGETS);

	if (isnan(value))
		unknown(out, "no traffic to measure: the query gives NaN");
	else if (isinf(value))
		unknown(out, "the query gives %cInf", value > 0 ? '+' : '-');
	else if (told && facts->targets.unscraped > 0)
		unknown(out, "not every target was scraped since Prometheus started: the sample may be "
			"an old one");
	else
		out->known = true;
	out->value = out->known ? value : 0;
	out->at = told && facts->targets.late ? facts->targets.scraped_at : at;
}

static void lend_reading(const struct look *look, size_t check, struct reading *out)
{
	const struct prometheus_config *config = look->config;
	const struct prometheus_facts *facts = look->facts;
	const struct prometheus_value *value = &facts->values[check];
	const struct ask_view *view = &look->views[PROMETHEUS_FIRST_CHECK + check];
	enum state state;
	char because[BECAUSE_TEXT];

	memset(out, 0, sizeof(*out));
	(void)str_put(out->name, sizeof(out->name), config->checks[check].name);
	if (config->checks[check].unit)
		(void)str_put(out->unit, sizeof(out->unit), config->checks[check].unit);
	out->at = view->good_at;
	if (!view->answered) {
		unknown(out, "waiting for the first answer");
		return;
	}
	if (outcome_judge(&look->asks[PROMETHEUS_FIRST_CHECK + check], view, &state, because)) {
		unknown(out, "%s: %.160s", config->source.name ? config->source.name : "prometheus",
			because);
		return;
	}
	switch (value->result) {
	case RESULT_NONE: unknown(out, "no result yet"); break;
	case RESULT_EMPTY: unknown(out, "absent: the query gives no series"); break;
	case RESULT_SEVERAL:
		unknown(out, "the query gives %zu series, one is needed", value->series);
		break;
	case RESULT_NOT_NUMBER: unknown(out, "the query gives no single number"); break;
	case RESULT_NUMBER: read_number(look, value->value, view->good_at, out); break;
	}
}

static void publish(const struct look *look, struct report *out)
{
	const struct prometheus_facts *facts = look->facts;
	const struct prometheus_rules *rules = &facts->rules;
	bool targets = answer_is_current(look, PROMETHEUS_TARGETS);
	bool evaluated = answer_is_current(look, PROMETHEUS_RULES);

	out->fields = json_object();
	answer_set_count(out->fields, "targets_up",
			targets ? (double)facts->targets.up : (double)NAN);
	answer_set_count(out->fields, "targets_total",
			targets ? (double)facts->targets.total : (double)NAN);
	json_set_number(out->fields, "last_eval_age_s",
			evaluated && rules->evaluated_at != WHEN_NEVER ?
			(double)(look->now - rules->evaluated_at) / 1000 : (double)NAN);
	answer_set_count(out->fields, "rules_unhealthy",
			evaluated ? (double)rules->unhealthy : (double)NAN);
}

void prometheus_judge(const struct look *look, struct report *out)
{
	struct prometheus_facts *facts = look->facts;
	const struct ask_view *view = &look->views[PROMETHEUS_RULES];
	char because[BECAUSE_TEXT];
	enum state state;

	out->asking = !view->answered;
	if (outcome_judge(&look->asks[PROMETHEUS_RULES], view, &state, because)) {
		report_say(out, state, "%s", because);
	} else if (answer_is_current(look, PROMETHEUS_RULES)) {
		judge_rules(look, out);
		judge_targets(look, out);
	} else if (view->answered) {
		report_say(out, STATE_UNKNOWN, "its last answer is too old to count");
	}
	lend_alerts(look, out);
	while (PROMETHEUS_FIRST_CHECK + out->reading_count < look->ask_count &&
	       strcmp(look->asks[PROMETHEUS_FIRST_CHECK + out->reading_count].name, "query") == 0) {
		lend_reading(look, out->reading_count, &facts->readings[out->reading_count]);
		out->reading_count++;
	}
	out->readings = facts->readings;
	out->pasts = facts->pasts;
	publish(look, out);
}
