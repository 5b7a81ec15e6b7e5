#include "tests/lib/worlds.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/str.h"

enum { PERIOD = 20000, MINUTE = 60000, MINUTES = 20, ROWS = 5 };
enum { INDEXER = 1, RULES = 2, MANAGER = 3 };	/* indices of sources */

static const struct {
	const char *name, *kind, *what, *endpoint, *blinds;
} sources[] = {
	{ "db", "postgres", "SELECT role", "10.0.3.5:5432", "transactions, replication, locks" },
	{ "indexer", "indexer", "GET /health", "10.0.3.4:3000", "lag, cursor" },
	{ "prometheus", "prometheus", "GET /api/v1/rules", "10.0.3.9:9090", "error rate, latency" },
	{ "alertmanager", "alertmanager", "GET /api/v2/alerts", "10.0.3.9:9093", "alerts" },
	{ "horizon", "horizon", "GET /", "horizon.example:443", "the tip of the network" },
	{ "api", "http", "GET /health", "10.0.3.4:8000", "the breaker" },
};

msec worlds_now(void)
{
	msec now = 0;

	when_parse(str_of("2026-11-22T02:14:07Z"), &now);
	return now;
}

static struct world *estate(msec started)
{
	struct world *world = world_new(started);

	str_put(world->environment, sizeof(world->environment), "prod");
	str_put(world->operator, sizeof(world->operator), "ana");
	world->production = true;
	world->tx_configured = true;
	world->tx_source = 0;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		int at = world_add_source(world, sources[i].name, sources[i].kind, PERIOD);

		world_add_ask(world, at, sources[i].what, sources[i].endpoint, sources[i].blinds, PERIOD);
		world_add_component(world, sources[i].name);
		world->components[i].sources[0] = at;
		world->components[i].source_count = 1;
	}
	world->components[1].depends_on[0] = 0;
	world->components[1].depends_count = 1;
	world_add_signal(world, "lag", "s", 1, (struct limit){ 300, 900, false, MINUTE });
	world_add_signal(world, "error_rate", "%", 2, (struct limit){ 1, 5, false, MINUTE });
	world_add_signal(world, "latency", "s", 2, (struct limit){ 1, 3, false, MINUTE });
	world_add_signal(world, "stuck", "count", 0, (struct limit){ 1, 50, false, MINUTE });
	return world;
}

static void note_ask(struct world *world, int source, bool good, const char *error, msec now)
{
	struct ask_status *ask = world_ask(world, source, 0);

	ask->answered_at = now - 1000;
	ask->next_at = now + 1000;
	ask->took = good ? 42 : 8000;
	ask->failures = good ? 0 : ask->failures + 1;
	if (good)
		ask->good_at = now - 1000;
	str_put(ask->error, sizeof(ask->error), good ? "" : error);
}

static void read_alerts(struct report *report, int source)
{
	if (source == RULES) {
		report->watch = (struct watch){ ALERTS_FROM_RULES, true, true, "" };
		str_put(report->watch.because, sizeof(report->watch.because), "rules evaluated 2s ago");
	}
	if (source == MANAGER) {
		report->watch = (struct watch){ ALERTS_FROM_MANAGER, true, true, "" };
		str_put(report->watch.because, sizeof(report->watch.because),
			"Watchdog last seen 12s ago");
	}
}

/* Static, because a summary is large; worlds copy it. */
static const struct tx_summary *money(msec now)
{
	static struct tx_summary tx;

	tx = (struct tx_summary){ .known = true, .late = 4, .stuck = 37, .cancellable = 2,
				  .total_open = 214, .oldest_age_s = 1260, .at_risk_count = 2,
				  .row_count = ROWS, .at = now - 1000 };
	tx.at_risk[0] = (struct at_risk){ "USDC", "12400.0000001" };
	tx.at_risk[1] = (struct at_risk){ "XLM", "3" };
	for (size_t i = 0; i < ROWS; i++) {
		struct tx_row *row = &tx.rows[i];

		*row = (struct tx_row){ .status = "PENDING", .amount = "250", .asset = "USDC",
					.age_s = 1260 - 60 * (double)i };
		str_put(row->id, sizeof(row->id), (const char *[]){ "b-1001", "b-1002", "b-1003",
								    "b-1004", "b-1005" }[i]);
		str_put(row->hash, sizeof(row->hash),
			"8f41000000000000000000000000000000000000000000000000000000c902");
		row->hash[3] = (char)('1' + i);
	}
	return &tx;
}

/* What every source reads from its own figures when all is well. */
static void read_values(struct report *report, int source, struct reading *readings, msec now)
{
	static const struct {
		int source;
		const char *name;
		double value;
	} values[] = { { 1, "lag", 3 }, { 2, "error_rate", 0.2 }, { 2, "latency", 0.31 },
		       { 0, "stuck", 0 } };

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (values[i].source == source) {
			struct reading *reading = &readings[report->reading_count++];

			*reading = (struct reading){ .known = true, .value = values[i].value,
						     .at = now - 3000 };
			str_put(reading->name, sizeof(reading->name), values[i].name);
		}
	report->readings = readings;
}

static void say_good(struct world *world, int source, msec now)
{
	static const char *const because[] = {
		"primary, 12/100 connections", "quiet", "11/12 targets up", "1 instance, 0 firing",
		"ledger 61204411, closed 4 s ago", "200",
	};
	struct report report = { .state = STATE_OK, .newest = now - 1000, .latency = 42 };
	struct reading readings[4];
	static struct tx_summary tx;

	tx = (struct tx_summary){ .known = true, .at = now - 1000 };
	str_put(report.because, sizeof(report.because), because[source]);
	read_values(&report, source, readings, now);
	read_alerts(&report, source);
	if (source == 0)
		report.tx = &tx;
	world_report(world, source, &report, now);
	note_ask(world, source, true, "", now);
}

void worlds_say(struct world *world, const char *source, enum state state, const char *because,
		msec now)
{
	int at = world_find_source(world, source);
	struct report report = { .state = state, .newest = now - 1000, .latency = 8000 };

	if (state == STATE_OK) {
		say_good(world, at, now);
		return;
	}
	str_put(report.because, sizeof(report.because), because);
	world_report(world, at, &report, now);
	note_ask(world, at, false, because, now);
}

void worlds_fire(struct world *world, const char *const *names, size_t count, msec now)
{
	static struct alert alerts[64];
	struct report report = { .state = STATE_OK, .newest = now - 1000, .latency = 42,
				 .alerts = alerts, .alert_count = count };

	for (size_t i = 0; i < count && i < ARRAY_LEN(alerts); i++) {
		alerts[i] = (struct alert){ .state = ALERT_FIRING, .since = now - 12 * (msec)MINUTE };
		str_put(alerts[i].name, sizeof(alerts[i].name), names[i]);
		str_put(alerts[i].severity, sizeof(alerts[i].severity), i ? "warning" : "critical");
		str_put(alerts[i].summary, sizeof(alerts[i].summary), "the summary of the alert");
		alert_add_label(&alerts[i], "alertname", names[i]);
		alert_add_label(&alerts[i], "service", "indexer");
	}
	str_put(report.because, sizeof(report.because), "1 instance");
	read_alerts(&report, MANAGER);
	world_report(world, MANAGER, &report, now);
}

struct world *worlds_start(void)
{
	struct world *world = estate(worlds_now() - 2000);

	for (size_t i = 0; i < world->source_count; i++)
		world_ask(world, (int)i, 0)->asked_at = worlds_now() - 2000;
	world_refresh(world, worlds_now());
	return world;
}

static void say_all_good(struct world *world, size_t from, msec now)
{
	for (size_t k = from; k < world->source_count; k++)
		say_good(world, (int)k, now);
	world_refresh(world, now);
}

/* Some minutes of an ordinary night, so that sparks have a past. */
static struct world *quiet_night(void)
{
	msec now = worlds_now();
	struct world *world = estate(now - MINUTES * (msec)MINUTE - 5000);

	for (int i = MINUTES; i > 0; i--)
		say_all_good(world, 0, now - i * (msec)MINUTE);
	return world;
}

struct world *worlds_healthy(void)
{
	struct world *world = quiet_night();

	say_all_good(world, 0, worlds_now());
	return world;
}

/* The money that was known before the database hung stays known, with its age. */
static void stick(struct world *world, msec now)
{
	struct report report = { .state = STATE_OK, .newest = now, .latency = 42,
				 .tx = money(now) };
	struct reading stuck = { .name = "stuck", .known = true, .value = 37, .at = now };

	str_put(report.because, sizeof(report.because), "primary, 14/100 connections");
	report.readings = &stuck;
	report.reading_count = 1;
	world_report(world, 0, &report, now);
}

struct world *worlds_db_hung(void)
{
	struct world *world = quiet_night();
	msec now = worlds_now();

	for (msec at = now - 20000; at <= now; at += 10000) {
		for (size_t k = INDEXER + 1; k < world->source_count; k++)
			say_good(world, (int)k, at);
		if (at < now - 15000)
			stick(world, at);
		worlds_say(world, "db", STATE_DOWN, "hung, no answer in 8 s", at);
		worlds_say(world, "indexer", STATE_DOWN, "/health gives no answer in 8 s", at);
		worlds_fire(world, (const char *[]){ "HealthcheckFailed", "IndexerHighLag" }, 2, at);
		world_refresh(world, at);
	}
	return world;
}

struct world *worlds_prometheus_down(void)
{
	struct world *world = quiet_night();
	msec now = worlds_now();

	for (msec at = now - 20000; at <= now; at += 10000) {
		for (size_t k = 0; k < world->source_count; k++)
			if (k != RULES)
				say_good(world, (int)k, at);
		worlds_say(world, "prometheus", STATE_DOWN, "connection refused (10.0.3.9:9090)", at);
		world_refresh(world, at);
	}
	return world;
}
