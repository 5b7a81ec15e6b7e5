/*
 * prometheus.h: a Prometheus server: its rules and targets, and the signals asked from it.
 *
 * What an answer is worth (facts/platforms.md 4):
 *   - An empty list of alerts means quiet only when every group of alerting rules was evaluated
 *     within three of its intervals; after a restart they are "not evaluated", which is UNKNOWN.
 *   - An instant query answers with samples of up to five minutes ago as if they were of now, and
 *     for an expression nobody can ask how old its samples were. But a server that scrapes either
 *     has a sample of the last interval or marks the series as gone at once. So a value is as young
 *     as the answer while all targets are scraped in time; when they are not, it is as old as the
 *     newest scrape; and while a target was never scraped since the start, it is unknown.
 *
 * The last hour of each signal is asked at the start and every ten minutes, in range queries of one
 * point a minute, eight signals to an ask: so that a console that was just started, or that slept,
 * shows what led to the present.
 */
#ifndef BACKENDS_PROMETHEUS_H
#define BACKENDS_PROMETHEUS_H

#include "backends/alert_json.h"
#include "backends/backend.h"

enum { PROMETHEUS_CHECKS = 40, HISTORY_GROUP = 8, HISTORY_POINTS = 60, TARGETS_NAMED = 3 };

enum prometheus_ask { PROMETHEUS_RULES, PROMETHEUS_TARGETS, PROMETHEUS_FIRST_CHECK };

struct prometheus_check {	/* a signal that is a query; texts are borrowed for the source's life */
	const char *name, *query, *unit;
};

struct prometheus_config {
	struct source_config source;
	const char *watchdog;
	const struct prometheus_check *checks;	/* set after the settings were read, by the owner */
	size_t check_count;			/* of `checks:`; at most PROMETHEUS_CHECKS count */
};

struct prometheus_rules {
	size_t groups, rules;		/* alerting ones */
	size_t unevaluated;		/* groups, since the start */
	size_t unhealthy;		/* rules whose evaluation fails */
	char sick_rule[NAME_TEXT];	/* one of them */
	msec evaluated_at;		/* of the group that is longest overdue; WHEN_NEVER */
	bool late;			/* it was more than three intervals ago */
	struct alert alerts[WATCHED_ALERTS];
	size_t alert_count, dropped;
};

struct prometheus_targets {
	size_t total, up, down;
	size_t unscraped;		/* never since the start */
	char down_names[TARGETS_NAMED][NAME_TEXT];
	msec scraped_at;		/* the newest scrape of all, by our clock; WHEN_NEVER */
	bool late;			/* it was more than three intervals ago */
};

enum prometheus_result {
	RESULT_NONE, RESULT_NUMBER, RESULT_EMPTY, RESULT_SEVERAL, RESULT_NOT_NUMBER,
};

struct prometheus_value {
	enum prometheus_result result;
	double value;		/* may be NaN or infinite */
	size_t series;
};

struct prometheus_history {	/* of one group of checks */
	size_t next;		/* the check, within the group, that is asked next */
};

struct prometheus_facts {
	struct prometheus_rules rules;
	struct prometheus_targets targets;
	struct prometheus_value values[PROMETHEUS_CHECKS];
	struct prometheus_history histories[PROMETHEUS_CHECKS / HISTORY_GROUP];
	struct series pasts[PROMETHEUS_CHECKS];		/* lent */
	struct reading readings[PROMETHEUS_CHECKS];	/* lent */
};

void prometheus_judge(const struct look *look, struct report *out);

#endif
