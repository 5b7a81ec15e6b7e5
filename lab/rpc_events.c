/* rpc_events.c: getEvents; see rpc.h. */
#include "lab/rpc.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "lab/telemetry.h"

enum {
	INVALID_REQUEST = -32600, INVALID_PARAMS = -32602,
	LIMIT_DEFAULT = 100, LIMIT_MAX = 10000, SCAN_MAX = 10000,
};

/* What one call looks through. */
struct search {
	int64_t first, last;		/* ledgers, both included */
	int64_t token, index;		/* begin behind this event */
	int64_t limit;
	const json_t *filters;
};

static bool fail(struct rpc_failure *why, int code, const char *message)
{
	why->code = code;
	str_put(why->message, sizeof(why->message), message);
	return false;
}

static bool read_cursor(struct search *search, const char *text)
{
	struct str rest = str_of(text), token;

	return str_cut(&rest, '-', &token) && num_parse_i64(token, &search->token) &&
	       num_parse_i64(rest, &search->index);
}

/* A start outside of what is kept is refused, also when a cursor gives it. */
static bool read_start(const struct rpc *rpc, const json_t *params, struct search *search,
		       struct rpc_failure *why)
{
	const char *cursor = json_text_at(params, "pagination.cursor", NULL);
	bool has_start = json_i64_at(params, "startLedger", &search->first);

	if (cursor && has_start)
		return fail(why, INVALID_PARAMS, "ledger ranges and cursor cannot both be set");
	if (cursor && !read_cursor(search, cursor))
		return fail(why, INVALID_PARAMS, "invalid cursor");
	if (cursor)
		search->first = search->token >> 32;
	search->last = search->first + SCAN_MAX - 1;
	if (search->last > rpc_latest())
		search->last = rpc_latest();
	if (search->first >= rpc_oldest(rpc) && search->first <= rpc_latest())
		return true;
	snprintf(why->message, sizeof(why->message),
		 "startLedger must be within the ledger range: %lld - %lld",
		 (long long)rpc_oldest(rpc), (long long)rpc_latest());
	why->code = INVALID_REQUEST;
	return false;
}

static bool read_search(const struct rpc *rpc, const json_t *params, struct search *search,
			struct rpc_failure *why)
{
	*search = (struct search){ .token = -1, .limit = LIMIT_DEFAULT };
	json_i64_at(params, "pagination.limit", &search->limit);
	if (search->limit < 1 || search->limit > LIMIT_MAX)
		return fail(why, INVALID_PARAMS, "limit must not exceed 10000");
	search->filters = json_at(params, "filters");
	return read_start(rpc, params, search, why);
}

static bool same(const json_t *text, const char *want)
{
	return json_is_string(text) && strcmp(json_string_value(text), want) == 0;
}

/* "*" is any one topic, "**" whatever follows. */
static bool topics_match(const json_t *wanted, const json_t *topics)
{
	size_t count = json_array_size(wanted);

	for (size_t i = 0; i < count; i++) {
		const json_t *want = json_array_get(wanted, i), *topic = json_array_get(topics, i);

		if (same(want, "**"))
			return true;
		if (!topic || (!same(want, "*") && !json_equal(want, topic)))
			return false;
	}
	return count == json_array_size(topics);
}

/* One of the contracts, and one of the lists of topics; what is not named does not matter. */
static bool filter_matches(const json_t *filter, const json_t *event)
{
	const json_t *ids = json_at(filter, "contractIds"), *lists = json_at(filter, "topics");
	bool of_contract = json_array_size(ids) == 0, of_topics = json_array_size(lists) == 0;
	const json_t *item;
	size_t i;

	json_array_foreach(ids, i, item)
		of_contract |= same(item, TELEMETRY_CONTRACT);
	json_array_foreach(lists, i, item)
		of_topics |= topics_match(item, json_at(event, "topic"));
	return of_contract && of_topics;
}

static bool is_beyond(const struct search *search, const struct telemetry *event)
{
	return event->op.token > search->token ||
	       (event->op.token == search->token && event->index > search->index);
}

static bool is_wanted(const struct search *search, const json_t *json)
{
	bool wanted = json_array_size(search->filters) == 0;
	const json_t *filter;
	size_t i;

	json_array_foreach(search->filters, i, filter)
		wanted |= filter_matches(filter, json);
	return wanted;
}

/* The last event of its ledger. */
static void find_recovery(const struct rpc *rpc, const struct search *search, int64_t ledger,
			  json_t *events)
{
	struct telemetry event;
	json_t *json;

	telemetry_recovery_op(&rpc->recovered, &event);
	if (ledger != rpc->recovered.ledger || !is_beyond(search, &event) ||
	    (int64_t)json_array_size(events) >= search->limit)
		return;
	json = telemetry_recovery_json(&rpc->recovered);
	if (is_wanted(search, json))
		json_array_append(events, json);
	json_decref(json);
}

static void find_in(const struct rpc *rpc, const struct search *search, int64_t ledger,
		    json_t *events)
{
	struct telemetry found[TELEMETRY_MAX];
	int count = telemetry_of(ledger, rpc->quiet, found);

	for (int i = 0; i < count && (int64_t)json_array_size(events) < search->limit; i++) {
		json_t *json;

		if (!is_beyond(search, &found[i]))
			continue;
		json = telemetry_json(&found[i]);
		if (is_wanted(search, json))
			json_array_append(events, json);
		json_decref(json);
	}
	find_recovery(rpc, search, ledger, events);
}

/* Behind the last event of a full page, else behind everything that was looked through. */
static void set_cursor(const struct search *search, json_t *result, const json_t *events)
{
	size_t count = json_array_size(events);
	char id[TELEMETRY_ID];

	if ((int64_t)count == search->limit) {
		json_set_text(result, "cursor",
			      json_text_at(json_array_get(events, count - 1), "id", ""));
		return;
	}
	telemetry_id(id, search->last << 32 | 0xffffffff, UINT32_MAX);
	json_set_text(result, "cursor", id);
}

json_t *rpc_events(const struct rpc *rpc, const json_t *params, struct rpc_failure *why)
{
	json_t *result, *events;
	struct search search;

	if (!read_search(rpc, params, &search, why))
		return NULL;
	events = json_array();
	for (int64_t at = search.first; at <= search.last &&
	     (int64_t)json_array_size(events) < search.limit; at++)
		find_in(rpc, &search, at, events);
	result = json_object();
	json_set(result, "events", events);
	json_set_i64(result, "latestLedger", rpc_latest());
	json_set_i64(result, "oldestLedger", rpc_oldest(rpc));
	rpc_set_close_times(rpc, result);
	set_cursor(&search, result, events);
	return result;
}
