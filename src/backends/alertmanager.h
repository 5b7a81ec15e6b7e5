/*
 * alertmanager.h: one Alertmanager, or the several instances of one cluster: each is asked, their
 * lists are merged by fingerprint, and one that answers is enough.
 *
 * An empty list is quiet only while something proves that alerts would arrive: the watchdog, an
 * alert that always fires, is in the list, has not ended, and was renewed a short while ago.
 */
#ifndef BACKENDS_ALERTMANAGER_H
#define BACKENDS_ALERTMANAGER_H

#include "backends/alert_json.h"
#include "backends/backend.h"

enum { MANAGER_INSTANCES = 4 };

enum manager_ask { MANAGER_ALERTS, MANAGER_STATUS, MANAGER_ASKS };

struct alertmanager_config {
	struct source_config source;
	const char *watchdog;
	msec watchdog_age;
};

struct manager_instance {
	struct alert alerts[WATCHED_ALERTS];
	size_t alert_count, dropped;
	msec renewed_at;	/* the watchdog, while it has not ended; by our clock; WHEN_NEVER */
	char cluster[16];		/* ready, settling, disabled */
};

struct alertmanager_facts {
	struct manager_instance instances[MANAGER_INSTANCES];
	struct alert merged[WATCHED_ALERTS];	/* lent */
};

void alertmanager_judge(const struct look *look, struct report *out);

#endif
