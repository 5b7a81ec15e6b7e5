/*
 * Whatever comes back from what should be a Redis: the first byte says whether a password was
 * sent, which role is wanted and in what pieces the rest arrives; the rest is what connections
 * send, one after the other, split at NUL. Then every reply is read as a row or refused, every
 * text that comes out is harmless, and nothing is ok that lacks what it rests on.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "backends/kinds.h"
#include "backends/probe.h"
#include "backends/redis.h"
#include "base/scrub.h"
#include "io/redis_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW ((msec)1795311441000)

static const struct now now = { NOW, 1000 };

static void expect_clean(const char *text)
{
	assert(scrub_clean(str_of(text)));
}

static void expect_report(const struct report *report)
{
	const char *key;
	json_t *value;

	assert(report->state < STATE_COUNT);
	expect_clean(report->because);
	json_object_foreach(report->fields, key, value)
		if (json_is_string(value))
			expect_clean(json_string_value(value));
	if (report->state == STATE_OK) {
		assert(json_is_string(json_object_get(report->fields, "role")));
		assert(json_is_integer(json_object_get(report->fields, "used_memory")));
		assert(json_is_integer(json_object_get(report->fields, "max_memory")));
	}
}

static void take(struct probe *probe, const struct redis_cells *cells, struct rows rows)
{
	const struct reply reply = { .kind = REPLY_ANSWER, .at = NOW, .took = 5, .rows = rows,
				     .retry_after = WHEN_NEVER, .date = WHEN_NEVER };
	struct report report;

	assert(rows.count <= cells->wanted);
	probe_started(probe, 0, now);
	probe_take(probe, 0, &reply, now);
	expect_clean(probe->views[0].error);
	assert(probe->views[0].good == !probe->views[0].error[0]);
	probe_judge(probe, NULL, NULL, NOW, &report);
	expect_report(&report);
	report_done(&report);
}

/* As io/redis does: what is whole counts, also of an answer that breaks off. */
static void connection(struct probe *probe, size_t wanted, size_t piece, struct str bytes)
{
	enum redis_fed fed = REDIS_UNFINISHED;
	struct redis_cells cells;

	redis_cells_init(&cells, wanted, 65536);
	for (size_t at = 0; at < bytes.len && fed == REDIS_UNFINISHED; at += piece)
		fed = redis_cells_feed(&cells, bytes.p + at,
				       bytes.len - at < piece ? bytes.len - at : piece);
	take(probe, &cells, redis_cells_view(&cells));
	redis_cells_done(&cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct redis_config config = {
		.source = { .name = "r", .url = "redis://127.0.0.1:1", .every = 10000,
			    .timeout = 5000 },
		.memory = 90, .silence = 15000,
	};
	static struct probe probe;
	struct str rest, first;

	if (size < 2)
		return 0;
	if (data[0] & 1)
		config.source.access.basic_password.from = SECRET_ENV;
	config.role = (data[0] >> 1) % 3;
	rest = str_sub((const char *)data + 1, size - 1);
	probe_init(&probe, &redis_backend, &config, now);
	while (str_cut(&rest, '\0', &first))
		connection(&probe, data[0] & 1 ? 3 : 2, 1 + (data[0] >> 3) * (size_t)37, first);
	probe_done(&probe);
	return 0;
}
