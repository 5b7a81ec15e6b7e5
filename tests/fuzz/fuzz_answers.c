/*
 * Whatever a server answers: the first bytes choose the kind, its asks and the status; the rest is
 * the bodies, one for each ask, split at NUL. Then every text that comes out is harmless, every
 * number that is known is one, and what was refused says why.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "backends/alertmanager.h"
#include "backends/grafana.h"
#include "backends/health.h"
#include "backends/horizon.h"
#include "backends/indexer.h"
#include "backends/kinds.h"
#include "backends/probe.h"
#include "backends/prometheus.h"
#include "backends/stellar_rpc.h"
#include "base/scrub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW ((msec)1795311441000)

static const char *const urls[] = { "http://127.0.0.1:1", "http://127.0.0.1:2" };
static const struct prometheus_check checks[] = { { "lag", "lag", "s" } };

static struct indexer_config indexer = {
	.source = { .name = "i", .url = "http://127.0.0.1:1", .every = 10000, .timeout = 8000 },
	.slow = 2000,
};
static struct prometheus_config prometheus = {
	.source = { .name = "p", .url = "http://127.0.0.1:1", .every = 10000, .timeout = 5000 },
	.watchdog = "Watchdog", .checks = checks, .check_count = 1,
};
static struct alertmanager_config manager = {
	.source = { .name = "a", .urls = { urls, 2 }, .every = 10000, .timeout = 5000 },
	.watchdog = "Watchdog", .watchdog_age = 180000,
};
static struct horizon_config horizon = {
	.source = { .name = "h", .urls = { urls, 2 }, .every = 10000, .timeout = 5000 },
	.network = "testnet", .slow = 2000, .old_ledger = 15000, .behind = 5,
};
static struct grafana_config grafana = {
	.source = { .name = "g", .url = "http://127.0.0.1:1", .every = 10000, .timeout = 5000 },
};

static struct health_config health = {
	.source = { .name = "b", .url = "http://127.0.0.1:1", .every = 15000, .timeout = 8000 },
	.deep = { "/health", 300000 },
};
static const char *const words[] = { "up" };
static struct health_rule rules[] = {
	{ "/status", "state", { words, 1 }, { words, 0 }, { words, 0 } },
	{ "/status", "checks.db", { words, 0 }, { words, 0 }, { words, 1 } },
};
static struct health_config ruled = {
	.source = { .name = "r", .url = "http://127.0.0.1:1", .every = 15000, .timeout = 8000 },
	.rules = { rules, 2 },
};

static const char *const contracts[] = {
	"CAAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6N4O",
};
static const char *const topics[] = { "bridge_metrics_updated_event" };
static struct stellar_rpc_config rpc = {
	.source = { .name = "r", .url = "http://127.0.0.1:1", .every = 10000, .timeout = 5000 },
	.contracts = { contracts, 1 }, .topics = { topics, 1 }, .slow = 2000, .old_ledger = 30000,
	.headroom = { 3 * WHEN_DAY, 12 * WHEN_HOUR, 50, 10 },
};

static const struct {
	const struct backend *backend;
	const void *config;
} kinds[] = {
	{ &indexer_backend, &indexer }, { &prometheus_backend, &prometheus },
	{ &alertmanager_backend, &manager }, { &horizon_backend, &horizon },
	{ &grafana_backend, &grafana }, { &health_backend, &health }, { &health_backend, &ruled },
	{ &stellar_rpc_backend, &rpc },
};

static void expect_clean(const char *text)
{
	assert(scrub_clean(str_of(text)));
}

static void expect_clean_json(json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		expect_clean(json_string_value(value));
	json_object_foreach(value, key, item)
		expect_clean_json(item);
	json_array_foreach(value, i, item)
		expect_clean_json(item);
}

static void expect_alert(const struct alert *alert)
{
	const char *at = alert->labels;

	expect_clean(alert->name);
	expect_clean(alert->severity);
	expect_clean(alert->fingerprint);
	expect_clean(alert->summary);
	expect_clean(alert->runbook);
	expect_clean(alert->silenced_by);
	for (size_t i = 0; i < 2 * alert->label_count; i++, at += strlen(at) + 1) {
		assert(at < alert->labels + sizeof(alert->labels));
		expect_clean(at);
	}
}

static void expect_report(const struct report *report)
{
	assert(report->state < STATE_COUNT);
	expect_clean(report->because);
	expect_clean(report->watch.because);
	expect_clean_json(report->fields);
	for (size_t i = 0; i < report->reading_count; i++) {
		expect_clean(report->readings[i].because);
		assert(!report->readings[i].known || isfinite(report->readings[i].value));
		assert(report->readings[i].known || report->readings[i].state == STATE_UNKNOWN);
	}
	for (size_t i = 0; i < report->alert_count; i++)
		expect_alert(&report->alerts[i]);
}

static const struct chain busy = {
	.configured = true, .known = true, .ledger = 9, .closed_at = NOW - 2000,
	.seen_at = NOW, .fresh = true, .horizons = HORIZONS_WELL,
	.activity = ACTIVITY_SOME, .activity_after = NOW,
};
static const struct cursor doubted = {
	.known = true, .ledger = 5, .processed_at = NOW - 60000, .doubted = true,
};

static void prepare(const struct probe *probe, size_t ask)
{
	struct request request = { 0 };
	struct look look;

	probe_look(probe, &busy, &doubted, NOW, &look);
	(void)probe->backend->prepare(&look, ask, &request);
	buf_done(&request.path);
	buf_done(&request.body);
}

static void judge(const struct probe *probe, msec now)
{
	struct report report;

	probe_judge(probe, &busy, &doubted, now, &report);
	expect_report(&report);
	report_done(&report);
}

/* The next body, up to a NUL. */
static struct str cut_body(struct str *rest)
{
	struct str body = *rest;

	(void)str_cut(rest, '\0', &body);
	return body;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 200, 200, 204, 302, 400, 404, 429, 500, 503 };
	static struct probe probe;
	struct now now = { NOW, 1000 };
	struct str rest;

	if (size < 3)
		return 0;
	rest = str_sub((const char *)data + 3, size - 3);
	probe_init(&probe, kinds[data[0] % ARRAY_LEN(kinds)].backend,
		   kinds[data[0] % ARRAY_LEN(kinds)].config, now);
	for (size_t i = 0; i < probe.ask_count && rest.len > 0; i++) {
		size_t ask = (data[1] + i) % probe.ask_count;
		struct reply reply = {
			.kind = REPLY_ANSWER, .at = NOW, .took = 5, .body = cut_body(&rest),
			.status = statuses[data[2] % ARRAY_LEN(statuses)], .retry_after = WHEN_NEVER,
			.date = data[2] & 1 ? NOW - 90000 : WHEN_NEVER, .rate_remaining = -1,
		};

		prepare(&probe, ask);
		probe_started(&probe, ask, now);
		probe_take(&probe, ask, &reply, now);
		expect_clean(probe.views[ask].error);
		assert(probe.views[ask].good == !probe.views[ask].error[0]);
		judge(&probe, NOW);
	}
	judge(&probe, NOW + WHEN_DAY);
	probe_done(&probe);
	return 0;
}
