/* meter.c: see meter.h. */
#include "lab/meter.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"

static const struct {
	const char *text;
	double limit;
} buckets[METER_BUCKETS] = {
	{ "0.01", 0.01 }, { "0.05", 0.05 }, { "0.1", 0.1 }, { "0.25", 0.25 }, { "0.5", 0.5 },
	{ "1", 1 }, { "2.5", 2.5 }, { "5", 5 }, { "10", 10 },
};

static struct meter_row *find(struct meter *meter, const char *method, const char *route,
			      int status)
{
	struct meter_row *row;

	for (size_t i = 0; i < meter->used; i++) {
		row = &meter->rows[i];
		if (row->status == status && strcmp(row->route, route) == 0 &&
		    strcmp(row->method, method) == 0)
			return row;
	}
	if (meter->used == METER_ROWS)
		return NULL;
	row = &meter->rows[meter->used++];
	str_put(row->method, sizeof(row->method), method);
	str_put(row->route, sizeof(row->route), route);
	row->status = status;
	return row;
}

void meter_count(struct meter *meter, const char *method, const char *route, int status,
		 double seconds)
{
	struct meter_row *row = find(meter, method, route, status);

	if (!row)
		return;
	for (size_t i = 0; i < METER_BUCKETS; i++)
		row->buckets[i] += seconds <= buckets[i].limit;
	row->count++;
	row->sum += seconds;
}

static void put_labels(const struct meter_row *row, struct buf *out)
{
	buf_fmt(out, "method=\"%s\",route=\"%s\",status_code=\"%d\"}", row->method, row->route,
		row->status);
}

static void put_histogram(const struct meter_row *row, struct buf *out)
{
	static const char name[] = "teachlink_indexer_http_request_duration_seconds";

	for (size_t i = 0; i <= METER_BUCKETS; i++) {
		bool last = i == METER_BUCKETS;

		buf_fmt(out, "%s_bucket{le=\"%s\",", name, last ? "+Inf" : buckets[i].text);
		put_labels(row, out);
		buf_fmt(out, " %ld\n", last ? row->count : row->buckets[i]);
	}
	buf_fmt(out, "%s_sum{", name);
	put_labels(row, out);
	buf_fmt(out, " %.9g\n%s_count{", row->sum, name);
	put_labels(row, out);
	buf_fmt(out, " %ld\n", row->count);
}

void meter_put(const struct meter *meter, struct buf *out)
{
	buf_text(out, "# HELP teachlink_indexer_http_requests_total Total HTTP requests served by the "
		 "indexer\n# TYPE teachlink_indexer_http_requests_total counter\n");
	for (size_t i = 0; i < meter->used; i++) {
		buf_text(out, "teachlink_indexer_http_requests_total{");
		put_labels(&meter->rows[i], out);
		buf_fmt(out, " %ld\n", meter->rows[i].count);
	}
	buf_text(out, "\n# HELP teachlink_indexer_http_request_duration_seconds HTTP request latency "
		 "in seconds\n# TYPE teachlink_indexer_http_request_duration_seconds histogram\n");
	for (size_t i = 0; i < meter->used; i++)
		put_histogram(&meter->rows[i], out);
	buf_text(out, "\n");
}
