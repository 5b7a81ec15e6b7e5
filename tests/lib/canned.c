#include "tests/lib/canned.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"

const struct canned canned_answers[CANNED_ANSWERS] = {
	{"/health", "{\"status\":\"ok\",\"timestamp\":\"2026-11-22T01:37:23.000Z\",\"checks\":{"
	 "\"database\":\"ok\",\"horizon\":\"ok\",\"indexerState\":\"ok\"},\"details\":{"
	 "\"lastProcessedLedger\":\"61204411\",\"lastProcessedTimestamp\":\"2026-11-22T01:37:20.000Z\","
	 "\"ledgerLagSeconds\":3,\"staleAfterSeconds\":900,\"totalEventsProcessed\":10,"
	 "\"totalErrors\":0}}"},
	{"/", "{\"horizon_version\":\"2.31.0\",\"core_version\":\"v21\",\"ingest_latest_ledger\":61204411,"
	 "\"history_latest_ledger\":61204411,\"history_latest_ledger_closed_at\":"
	 "\"2026-11-22T01:37:20Z\",\"history_elder_ledger\":2,\"core_latest_ledger\":61204411,"
	 "\"network_passphrase\":\"Test SDF Network ; September 2015\"}"},
	{"/ledgers", "{\"_embedded\":{\"records\":[{\"hash\":\"8f41\",\"sequence\":61204411,"
	 "\"closed_at\":\"2026-11-22T01:37:20Z\"}]}}"},
	{"/api/v1/rules", "{\"status\":\"success\",\"data\":{\"groups\":[{\"name\":\"g\",\"file\":\"f\","
	 "\"interval\":15,\"lastEvaluation\":\"2026-11-22T01:37:20Z\",\"rules\":[{\"name\":\"HighLag\","
	 "\"query\":\"up == 0\",\"health\":\"err\",\"lastError\":\"boom\",\"type\":\"alerting\","
	 "\"state\":\"firing\",\"labels\":{\"severity\":\"critical\"},\"annotations\":{\"summary\":\"s\"},"
	 "\"alerts\":[{\"labels\":{\"alertname\":\"HighLag\",\"severity\":\"critical\",\"job\":\"x\"},"
	 "\"annotations\":{\"summary\":\"lag is high\",\"runbook_url\":\"http://run/book\"},"
	 "\"state\":\"firing\",\"activeAt\":\"2026-11-22T01:30:00Z\",\"value\":\"1e+00\"}]}]}]}}"},
	{"/api/v1/targets", "{\"status\":\"success\",\"data\":{\"activeTargets\":[{\"labels\":{"
	 "\"job\":\"indexer\",\"instance\":\"i:1\"},\"scrapePool\":\"indexer\",\"scrapeUrl\":\"http://i\","
	 "\"lastError\":\"refused\",\"lastScrape\":\"2026-11-22T01:37:20Z\",\"health\":\"down\","
	 "\"scrapeInterval\":\"15s\"}],\"droppedTargets\":[]}}"},
	{"/api/v1/query", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{"
	 "\"metric\":{\"job\":\"x\"},\"value\":[1795311440,\"3\"]}]}}"},
	{"/api/v2/alerts", "[{\"labels\":{\"alertname\":\"HighLag\",\"severity\":\"critical\","
	 "\"service\":\"indexer\"},\"annotations\":{\"summary\":\"lag is high\",\"runbook_url\":"
	 "\"http://run/book\"},\"startsAt\":\"2026-11-22T01:30:00Z\",\"endsAt\":"
	 "\"2099-11-22T01:30:00Z\",\"updatedAt\":\"2026-11-22T01:37:00Z\",\"fingerprint\":\"00ff\","
	 "\"status\":{\"state\":\"suppressed\",\"silencedBy\":[\"s1\"],\"inhibitedBy\":[]}},"
	 "{\"labels\":{\"alertname\":\"Second\",\"severity\":\"warning\"},\"annotations\":{"
	 "\"description\":\"d\"},\"startsAt\":\"2026-11-22T01:30:00Z\",\"endsAt\":"
	 "\"2099-11-22T01:30:00Z\",\"updatedAt\":\"2026-11-22T01:37:00Z\",\"fingerprint\":\"00fe\","
	 "\"status\":{\"state\":\"active\",\"silencedBy\":[],\"inhibitedBy\":[]}}]"},
	{"/api/v2/status", "{\"cluster\":{\"status\":\"ready\",\"peers\":[]},\"uptime\":\"x\"}"},
	{"/api/health", "{\"database\":\"ok\",\"version\":\"9.5.0\",\"commit\":\"abc\"}"},
	{"/ok", "{\"status\":\"ok\"}"},
};

/* Times, numbers, and the words that say what an answer is. */
static bool structural(const char *key, const char *value)
{
	static const char *const keys[] = {"status", "resultType", "type", "state", "health", "database"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (key && strcmp(key, keys[i]) == 0)
			return true;
	return value[0] >= '0' && value[0] <= '9';
}

static json_t *change(const char *key, const json_t *from, bool all, canned_text *text, void *arg)
{
	const char *name;
	json_t *value, *to;
	size_t i;

	if (json_is_string(from) && (all || !structural(key, json_string_value(from))))
		return text(arg);
	if (json_is_array(from)) {
		to = json_array();
		json_array_foreach(from, i, value)
			json_array_append_new(to, change(key, value, all, text, arg));
		return to;
	}
	if (!json_is_object(from))
		return json_deep_copy(from);
	to = json_object();
	json_object_foreach((json_t *)(uintptr_t)from, name, value)
		json_object_set_new(to, name, change(name, value, all, text, arg));
	return to;
}

json_t *canned_change(const json_t *from, bool all, canned_text *text, void *arg)
{
	return change(NULL, from, all, text, arg);
}
