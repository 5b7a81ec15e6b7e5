/*
 * meter.h: request counters and a latency histogram per (method, route, status), and their text.
 * As in the real program, a request whose client went away is not counted.
 */
#ifndef LAB_METER_H
#define LAB_METER_H

#include "base/buf.h"

enum { METER_BUCKETS = 9, METER_ROWS = 64 };

struct meter_row {
	char method[8], route[64];
	int status;
	long buckets[METER_BUCKETS];
	long count;
	double sum;
};

struct meter {
	struct meter_row rows[METER_ROWS];
	size_t used;
};

/* A combination beyond METER_ROWS is not counted: the routes of a stand-in are few. */
void meter_count(struct meter *meter, const char *method, const char *route, int status,
		 double seconds);
void meter_put(const struct meter *meter, struct buf *out);

#endif
