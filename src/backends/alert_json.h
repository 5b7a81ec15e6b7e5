/*
 * alert_json.h: what Prometheus and Alertmanager write alike about an alert.
 */
#ifndef BACKENDS_ALERT_JSON_H
#define BACKENDS_ALERT_JSON_H

#include "base/json.h"
#include "core/report.h"

enum { WATCHED_ALERTS = 256 };

/* Name, severity, labels, summary, runbook and the mark of the watchdog from labels{} and
 * annotations{}, scrubbed. False without a name: that is no alert. What has no room is left out. */
bool alert_read(const json_t *alert, const char *watchdog, struct alert *out);

#endif
