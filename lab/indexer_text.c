/*
 * indexer_text.c: GET /metrics. The process figures are this process's own; names and order are
 * those of the real one.
 */
#include <sys/resource.h>

#include "lab/indexer.h"

struct series {
	const char *name, *type, *help;
	double value;
};

static void put_series(struct buf *out, const struct series *series, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_fmt(out, "# HELP teachlink_indexer_%s %s\n# TYPE teachlink_indexer_%s %s\n"
			"teachlink_indexer_%s %.15g\n\n", series[i].name, series[i].help,
			series[i].name, series[i].type, series[i].name, series[i].value);
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void put_process(struct buf *out)
{
	struct rusage usage;
	size_t rss = 0;

	getrusage(RUSAGE_SELF, &usage);
	uv_resident_set_memory(&rss);
	put_series(out, (const struct series[]){
		{ "process_cpu_user_seconds_total", "counter",
		  "Total user CPU time spent in seconds.", seconds_of(usage.ru_utime) },
		{ "process_cpu_system_seconds_total", "counter",
		  "Total system CPU time spent in seconds.", seconds_of(usage.ru_stime) },
		{ "process_cpu_seconds_total", "counter",
		  "Total user and system CPU time spent in seconds.",
		  seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime) },
		{ "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
		  (double)rss },
		{ "nodejs_eventloop_lag_seconds", "gauge", "Lag of event loop in seconds.", 0 },
		{ "nodejs_heap_size_used_bytes", "gauge",
		  "Process heap size used from Node.js in bytes.", (double)rss / 2 },
	}, 6);
	buf_text(out, "# HELP teachlink_indexer_nodejs_version_info Node.js version info.\n"
		 "# TYPE teachlink_indexer_nodejs_version_info gauge\n"
		 "teachlink_indexer_nodejs_version_info{version=\"v20.20.2\",major=\"20\",minor=\"20\","
		 "patch=\"2\"} 1\n\n");
}

static void put_cache(const struct indexer *indexer, struct buf *out)
{
	static const char name[] = "teachlink_indexer_dashboard_cache_requests_total";

	buf_fmt(out, "# HELP %s Dashboard cache lookups by result\n# TYPE %s counter\n", name, name);
	if (indexer->cache_misses > 0)
		buf_fmt(out, "%s{result=\"miss\"} %ld\n", name, indexer->cache_misses);
	if (indexer->cache_hits > 0)
		buf_fmt(out, "%s{result=\"hit\"} %ld\n", name, indexer->cache_hits);
	buf_text(out, "\n");
}

static void put_gauges(const struct gauges *gauges, struct buf *out)
{
	static const char name[] = "teachlink_indexer_dependency_up";

	put_series(out, (const struct series[]){
		{ "events_processed_total", "gauge",
		  "Latest persisted total event count from indexer state", (double)gauges->events },
		{ "errors_total", "gauge", "Latest persisted total error count from indexer state",
		  (double)gauges->errors },
		{ "last_processed_ledger", "gauge", "Last ledger successfully processed by the indexer",
		  (double)gauges->ledger },
		{ "last_processed_timestamp_seconds", "gauge",
		  "Unix timestamp of the last processed event", (double)gauges->timestamp_s },
		{ "running", "gauge", "Whether the indexer loop is currently running",
		  gauges->running },
		{ "ledger_lag_seconds", "gauge", "Seconds since the most recent processed event",
		  (double)gauges->lag_s },
	}, 6);
	buf_fmt(out, "# HELP %s Dependency health status where 1 is healthy and 0 is unhealthy\n"
		"# TYPE %s gauge\n", name, name);
	buf_fmt(out, "%s{dependency=\"database\"} %d\n%s{dependency=\"horizon\"} %d\n"
		"%s{dependency=\"indexer_state\"} %d\n", name, gauges->database, name,
		gauges->horizon, name, gauges->state);
}

void indexer_put_metrics(struct indexer *indexer, struct buf *out)
{
	put_process(out);
	if (!indexer->faults.unmetered)
		meter_put(&indexer->meter, out);
	put_cache(indexer, out);
	put_gauges(&indexer->gauges, out);
}
