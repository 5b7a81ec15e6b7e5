#include "backends/queues.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum { WHY = 200 };

const char *const queue_preset_names[] = { "future-queues", NULL };

const struct setting queue_settings[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct queue, name),
	  .required = true, .help = "What the signal is called." },
	{ .key = "query", .type = SETTING_TEXT, .offset = offsetof(struct queue, query),
	  .help = "A SELECT of one number. A queue of a preset needs none." },
	{ .key = "unit", .type = SETTING_TEXT, .offset = offsetof(struct queue, unit),
	  .help = "What the number counts: s, B; things when absent." },
	{ .key = "warn", .type = SETTING_THRESHOLD, .offset = offsetof(struct queue, warn),
	  .help = "From where it is WARN." },
	{ .key = "bad", .type = SETTING_THRESHOLD, .offset = offsetof(struct queue, bad),
	  .help = "From where it is BAD." },
	SETTING_END
};

/*
 * The platform writes timestamps without a zone, in UTC whatever the session's zone is: they are
 * compared with UTC inside the database. A delivery is overdue after a minute, a stream is late
 * after three of its own intervals.
 */
static const struct {
	const char *preset;
	struct queue queue;
} presets[] = {
	{ "future-queues",
	  { .name = "webhooks overdue", .unit = "count",
	    .query = "SELECT count(*) FROM \"WebhookDelivery\" WHERE status = 'PENDING'"
		     " AND \"nextAttemptAt\" < now() AT TIME ZONE 'UTC' - interval '1 minute'",
	    .warn = { THRESHOLD_ABOVE, 0 }, .bad = { THRESHOLD_ABOVE, 100 } } },
	{ "future-queues",
	  { .name = "streams failing", .unit = "count",
	    .query = "SELECT count(*) FROM \"PaymentStream\" WHERE status = 'ACTIVE' AND"
		     " (\"failureCount\" > 0 OR \"lastProcessedAt\" + make_interval("
		     "secs => 60 + 3 * \"intervalSeconds\") < now() AT TIME ZONE 'UTC')",
	    .warn = { THRESHOLD_ABOVE, 0 }, .bad = { THRESHOLD_ABOVE, 10 } } },
};

static bool has_text(const char *text)
{
	return text && text[0];
}

static const struct queue *find(const struct queue *all, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

static bool is_preset(const struct queue_config *config, const char *name)
{
	for (size_t i = 0; i < config->presets.count; i++)
		if (strcmp(config->presets.items[i], name) == 0)
			return true;
	return false;
}

static struct queue over(struct queue under, const struct queue *own)
{
	if (!own)
		return under;
	if (has_text(own->query))
		under.query = own->query;
	if (has_text(own->unit))
		under.unit = own->unit;
	if (own->warn.side != THRESHOLD_NONE)
		under.warn = own->warn;
	if (own->bad.side != THRESHOLD_NONE)
		under.bad = own->bad;
	return under;
}

size_t queues_list(const struct queue_config *config, struct queue out[QUEUES])
{
	const struct queue *own = config->own.data;
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(presets); i++)
		if (is_preset(config, presets[i].preset))
			out[count++] = over(presets[i].queue, find(own, config->own.count,
								   presets[i].queue.name));
	for (size_t i = 0; i < config->own.count && count < QUEUES; i++)
		if (has_text(own[i].name) && has_text(own[i].query) &&
		    !find(out, count, own[i].name))
			out[count++] = own[i];
	for (size_t i = 0; i < count; i++)
		if (!has_text(out[i].unit))
			out[i].unit = "count";
	return count;
}

const char *queues_problem(const struct queue_config *config)
{
	const struct queue *own = config->own.data;
	struct queue all[QUEUES];
	size_t count = queues_list(config, all);

	for (size_t i = 0; i < config->own.count; i++) {
		if (has_text(own[i].name) && find(own, i, own[i].name))
			return "two queues have the same name";
		if (has_text(own[i].name) && !find(all, count, own[i].name))
			return has_text(own[i].query) ? "more queues than can be asked" :
			       "a queue has no query, and no preset of its name is in use";
	}
	return NULL;
}

enum decoded queue_decode(const struct reply *reply, struct queue_fact *fact, char why[WHY])
{
	const struct rows *rows = &reply->rows;
	const char *cell = rows->count > 0 && rows->columns > 0 ? rows->cells[0] : NULL;
	double value;

	if (!cell) {
		(void)snprintf(why, WHY, rows->count > 0 ? "the query gives NULL" :
			       "the query gives no row");
		return DECODED_BAD;
	}
	if (rows->count > 1 || !num_parse_double(str_of(cell), &value) || !isfinite(value)) {
		(void)snprintf(why, WHY, "the query gives no single number");
		return DECODED_BAD;
	}
	*fact = (struct queue_fact){ .known = true, .value = value, .at = reply->at };
	return DECODED_GOOD;
}

void queue_judge(const struct queue *queue, const struct queue_fact *fact,
		 const struct ask_view *view, struct reading *out)
{
	static const char undefined_table[] = "42P01";

	*out = (struct reading){ .known = fact->known && view->good, .value = fact->value,
				 .at = fact->known ? fact->at : WHEN_NEVER };
	(void)str_put(out->name, sizeof(out->name), queue->name);
	(void)str_put(out->unit, sizeof(out->unit), queue->unit);
	if (view->kind == REPLY_SQL_ERROR && strcmp(view->sqlstate, undefined_table) == 0)
		(void)snprintf(out->because, sizeof(out->because), "its table does not exist: %s",
			       view->error);
	else
		(void)str_put(out->because, sizeof(out->because), view->error);
}
