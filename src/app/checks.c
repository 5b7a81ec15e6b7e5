/* checks.c: see checks.h. */
#include "app/checks.h"

#include <string.h>

/*
 * The limits are those of TeachLink's own dashboards and alert rules. The queries are theirs too,
 * mended: a divisor is not clamped to 1, which halves a latency at 0.5 requests a second, and where
 * no request failed there is no 5xx series, which must read as 0 and not as absent. Without any
 * traffic both are NaN: not known.
 */
static const struct check_settings built_in[] = {
	{ .name = "lag", .unit = "s",
	  .warn = { THRESHOLD_ABOVE, 300 }, .bad = { THRESHOLD_ABOVE, 900 } },
	{ .name = "error_rate", .unit = "%",
	  .query = "100 * ("
		   "sum(rate(teachlink_indexer_http_requests_total{status_code=~\"5..\"}[5m]))"
		   " or 0 * sum(rate(teachlink_indexer_http_requests_total[5m])))"
		   " / sum(rate(teachlink_indexer_http_requests_total[5m]))",
	  .warn = { THRESHOLD_ABOVE, 1 }, .bad = { THRESHOLD_ABOVE, 5 } },
	{ .name = "latency", .unit = "s",
	  .query = "sum(rate(teachlink_indexer_http_request_duration_seconds_sum[5m]))"
		   " / sum(rate(teachlink_indexer_http_request_duration_seconds_count[5m]))",
	  .warn = { THRESHOLD_ABOVE, 0.5 }, .bad = { THRESHOLD_ABOVE, 1 } },
	{ .name = "stuck", .unit = "", .bad = { THRESHOLD_ABOVE, 0 } },
};

bool check_is_built_in(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		if (!strcmp(built_in[i].name, name))
			return true;
	return false;
}

static const char *first_prometheus(const struct settings *settings)
{
	for (size_t i = 0; i < settings->sources.count; i++)
		if (!strcmp(settings_source(settings, i)->kind, "prometheus"))
			return settings_source(settings, i)->name;
	return NULL;
}

static const struct check_settings *find(const struct settings *settings, const char *name)
{
	const struct check_settings *checks = settings->checks.data;

	for (size_t i = 0; i < settings->checks.count; i++)
		if (!strcmp(checks[i].name, name))
			return &checks[i];
	return NULL;
}

static struct check_settings over(struct check_settings under, const struct check_settings *own)
{
	if (!own)
		return under;
	if (own->query)
		under.query = own->query;
	if (own->source)
		under.source = own->source;
	if (own->unit)
		under.unit = own->unit;
	if (own->warn.side != THRESHOLD_NONE)
		under.warn = own->warn;
	if (own->bad.side != THRESHOLD_NONE)
		under.bad = own->bad;
	under.own_limit = own->warn.side != THRESHOLD_NONE || own->bad.side != THRESHOLD_NONE;
	under.stale = own->stale;
	return under;
}

/* A query that nobody can answer is none. */
static void name_source(struct check_settings *check, const char *prometheus)
{
	if (check->query && !check->source)
		check->source = prometheus;
	if (!check->source)
		check->query = NULL;
	if (!check->query)
		check->source = NULL;
}

void checks_complete(struct settings *settings)
{
	const struct check_settings *own = settings->checks.data;
	const char *prometheus = first_prometheus(settings);
	struct check_settings *all = arena_array(&settings->arena,
						 ARRAY_LEN(built_in) + settings->checks.count,
						 sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		all[count++] = over(built_in[i], find(settings, built_in[i].name));
	for (size_t i = 0; i < settings->checks.count; i++)
		if (!check_is_built_in(own[i].name))
			all[count++] = own[i];
	for (size_t i = 0; i < count; i++)
		name_source(&all[i], prometheus);
	settings->checks = (struct items){ all, count };
}
