#include "backends/alert_json.h"

#include <string.h>

#include "base/outside.h"
#include "base/str.h"

static void read_labels(json_t *labels, struct alert *out)
{
	const char *key;
	json_t *value;

	json_object_foreach(labels, key, value) {
		char name[NAME_TEXT], text[BECAUSE_TEXT];

		(void)outside_put(name, sizeof(name), str_of(key));
		(void)outside_put(text, sizeof(text), str_of(json_string_value(value)));
		if (!alert_add_label(out, name, text))
			break;
	}
}

bool alert_read(const json_t *alert, const char *watchdog, struct alert *out)
{
	memset(out, 0, sizeof(*out));
	out->since = WHEN_NEVER;
	if (!json_put_at(alert, "labels.alertname", out->name, sizeof(out->name)) || !out->name[0])
		return false;
	read_labels(json_object_get(alert, "labels"), out);
	(void)json_put_at(alert, "labels.severity", out->severity, sizeof(out->severity));
	if (!json_put_at(alert, "annotations.summary", out->summary, sizeof(out->summary)))
		(void)json_put_at(alert, "annotations.description", out->summary,
				  sizeof(out->summary));
	if (!json_put_at(alert, "annotations.runbook_url", out->runbook, sizeof(out->runbook)))
		(void)json_put_at(alert, "annotations.runbook", out->runbook,
				  sizeof(out->runbook));
	out->watchdog = watchdog && strcmp(out->name, watchdog) == 0;
	return true;
}
