/*
 * stellar_rpc_events.c: reading events in order, without a gap and none twice.
 *
 * A place that a server names goes back to it only as two numbers, never as its text.
 */
#include "backends/stellar_rpc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "base/num.h"
#include "base/outside.h"
#include "stellar/scval.h"

enum { WHY = 200, CONTRACTS_OF_A_FILTER = 5, LEDGER_SHIFT = 32 };

static const double looked_back_s = 3600;	/* at first: what one row of pages can hold */
static const double usual_cadence_s = 5;
static const double fast_chain = 1.25;		/* than on average, while we estimate */
static const msec cursor_grace = 2 * WHEN_SECOND;	/* the cursor's time is in whole seconds */

/* The ledger from which on everything must be seen: the one after the cursor's; where only a time
 * is known, surely not too late. 0: cannot be said. */
static int64_t first_unread(const struct look *look)
{
	const struct stellar_rpc_facts *facts = look->facts;
	double cadence = stellar_rpc_cadence(facts), ago;

	if (look->cursor->ledger > 0)
		return look->cursor->ledger + 1;
	if (isnan(cadence) || look->cursor->processed_at == WHEN_NEVER)
		return 0;
	ago = (double)(facts->newest.closed_at - look->cursor->processed_at) / 1000 / cadence;
	ago = ago > 0 ? ago * fast_chain : 0;
	return ago < (double)facts->newest.sequence ? facts->newest.sequence - (int64_t)ago : 1;
}

static int64_t within(const struct stellar_rpc_facts *facts, int64_t ledger)
{
	return ledger < facts->oldest ? facts->oldest :
	       ledger > facts->latest ? facts->latest : ledger;
}

/* Where the ledger is the same, its time may differ by what rounding makes of it. */
bool stellar_rpc_is_same_cursor(const struct cursor *a, const struct cursor *b)
{
	msec off = a->processed_at - b->processed_at;
	msec most = a->ledger > 0 ? cursor_grace : 0;

	return a->known && b->known && a->ledger == b->ledger && off >= -most && off <= most;
}

/* NULL: nothing is to be asked. */
static const struct rpc_scan *activity_scan(const struct look *look)
{
	struct stellar_rpc_facts *facts = look->facts;
	struct rpc_activity *activity = &facts->activity;

	if (!look->cursor->known || !look->cursor->doubted)
		return NULL;
	if (!stellar_rpc_is_same_cursor(&activity->after, look->cursor) || activity->scan.from == 0) {
		*activity = (struct rpc_activity){ .after = *look->cursor,
						   .wanted = first_unread(look) };
		if (activity->wanted == 0)
			return NULL;
		activity->scan.from = within(facts, activity->wanted);
	}
	return activity->first_at > 0 ? NULL : &activity->scan;
}

static const struct rpc_scan *telemetry_scan(const struct look *look)
{
	struct stellar_rpc_facts *facts = look->facts;
	double cadence = stellar_rpc_cadence(facts);
	double back = looked_back_s / (isnan(cadence) ? usual_cadence_s : cadence);

	if (facts->telemetry.from == 0)
		facts->telemetry.from = within(facts, back < (double)facts->latest ?
					       facts->latest - (int64_t)back : 1);
	return &facts->telemetry;
}

static void add_filters(const struct texts *contracts, struct buf *body)
{
	for (size_t i = 0; i < contracts->count && i < RPC_CONTRACTS; i++) {
		bool first = i % CONTRACTS_OF_A_FILTER == 0;

		if (first)
			(void)buf_fmt(body, "%s{\"type\":\"contract\",\"contractIds\":[",
				      i > 0 ? "]}," : "");
		(void)buf_fmt(body, "%s\"%s\"", first ? "" : ",", contracts->items[i]);
	}
	(void)buf_text(body, "]}");
}

bool stellar_rpc_ask_events(const struct look *look, enum stellar_rpc_ask ask, struct buf *body)
{
	const struct stellar_rpc_config *config = look->config;
	const struct rpc_scan *scan;

	if (config->contracts.count == 0)
		return false;
	scan = ask == RPC_ACTIVITY ? activity_scan(look) : telemetry_scan(look);
	if (!scan)
		return false;
	(void)buf_text(body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"getEvents\",\"params\":{");
	if (scan->next.toid == 0)
		(void)buf_fmt(body, "\"startLedger\":%lld,", (long long)scan->from);
	(void)buf_text(body, "\"filters\":[");
	add_filters(&config->contracts, body);
	(void)buf_fmt(body, "],\"pagination\":{\"limit\":%d", RPC_PAGE);
	if (scan->next.toid > 0)
		(void)buf_fmt(body, ",\"cursor\":\"%019lld-%010lld\"", (long long)scan->next.toid,
			      (long long)scan->next.index);
	return buf_text(body, "}}}");
}

/* "0000000459561504768-0000000000" */
static bool read_place(const char *text, struct rpc_place *out)
{
	struct str rest = str_of(text), toid;

	return str_has(rest, "-") && str_cut(&rest, '-', &toid) &&
	       num_parse_i64(toid, &out->toid) && num_parse_i64(rest, &out->index) &&
	       out->toid > 0 && out->index >= 0;
}

static bool is_behind(const struct rpc_place *a, const struct rpc_place *b)
{
	return a->toid != b->toid ? a->toid > b->toid : a->index > b->index;
}

struct event {
	struct rpc_place place;
	msec closed_at;
	bool ours;		/* of one of our contracts, in a call that succeeded */
	const json_t *json;
};

static bool is_ours(const struct stellar_rpc_config *config, const json_t *event)
{
	const char *contract = json_text_at(event, "contractId", "");

	if (json_is_false(json_at(event, "inSuccessfulContractCall")))
		return false;
	for (size_t i = 0; i < config->contracts.count; i++)
		if (strcmp(config->contracts.items[i], contract) == 0)
			return true;
	return false;
}

static bool read_event(const struct stellar_rpc_config *config, const json_t *json,
		       struct event *out, char why[WHY])
{
	out->json = json;
	out->closed_at = answer_time(json, "ledgerClosedAt");
	out->ours = is_ours(config, json);
	if (read_place(json_text_at(json, "id", ""), &out->place) && out->closed_at != WHEN_NEVER)
		return true;
	(void)str_put(why, WHY, "an event without an id or the time of its ledger");
	return false;
}

static void take_symbol(void *arg, const struct scval_leaf *leaf)
{
	if (leaf->type == SCVAL_SYMBOL && !leaf->path[0])
		(void)str_put(arg, NAME_TEXT, leaf->text);
}

/* "amount=5 to=GA..": what does not fit is left out. */
static void add_field(void *arg, const struct scval_leaf *leaf)
{
	struct buf *text = arg;

	(void)buf_fmt(text, "%s%s%s%s", text->len > 0 ? " " : "", leaf->path,
		      leaf->path[0] ? "=" : "", leaf->text);
}

static void put_data(const json_t *event, char out[BECAUSE_TEXT])
{
	struct err err = { 0 };
	struct buf text;

	buf_init(&text, BECAUSE_TEXT - 1);
	if (scval_read_base64(str_of(json_text_at(event, "value", "")), add_field, &text, &err))
		(void)outside_put(out, BECAUSE_TEXT, str_of(buf_cstr(&text)));
	else
		(void)snprintf(out, BECAUSE_TEXT, "cannot be read: %.200s", err.text);
	buf_done(&text);
}

static void count_event(const struct stellar_rpc_config *config, const struct event *event,
			struct stellar_rpc_facts *facts)
{
	const json_t *topic = json_array_get(json_at(event->json, "topic"), 0);
	char name[NAME_TEXT] = "";

	if (!json_is_string(topic) ||
	    !scval_read_base64(str_of(json_string_value(topic)), take_symbol, name, NULL))
		return;
	for (size_t i = 0; i < config->topics.count && i < RPC_TOPICS; i++) {
		struct rpc_topic *counted = &facts->topics[i];

		if (strcmp(config->topics.items[i], name) != 0)
			continue;
		counted->count++;
		counted->last_at = event->closed_at;
		counted->last_ledger = event->place.toid >> LEDGER_SHIFT;
		put_data(event->json, counted->last);
	}
}

static void note_activity(const struct event *event, struct rpc_activity *activity)
{
	int64_t ledger = event->place.toid >> LEDGER_SHIFT;
	bool after = activity->after.processed_at != WHEN_NEVER ?
		     event->closed_at > activity->after.processed_at + cursor_grace :
		     ledger > activity->after.ledger;

	if (!after || activity->first_at > 0)
		return;
	activity->first_at = event->closed_at;
	activity->first_ledger = ledger;
}

static bool take_events(const struct stellar_rpc_config *config, enum stellar_rpc_ask ask,
			const json_t *events, struct stellar_rpc_facts *facts, char why[WHY])
{
	struct rpc_scan *scan = ask == RPC_ACTIVITY ? &facts->activity.scan : &facts->telemetry;
	const json_t *json;
	size_t i;

	if (!json_is_array(events) || json_array_size(events) > RPC_PAGE) {
		(void)str_put(why, WHY, "no list of events, or more than asked for");
		return false;
	}
	json_array_foreach(events, i, json) {
		struct event event;

		if (!read_event(config, json, &event, why))
			return false;
		if (!is_behind(&event.place, &scan->newest))
			continue;
		scan->newest = event.place;
		if (event.ours && ask == RPC_ACTIVITY)
			note_activity(&event, &facts->activity);
		else if (event.ours)
			count_event(config, &event, facts);
	}
	return true;
}

/*
 * Where to go on. A full page ends somewhere in the ledger of its last event. Old servers give no
 * cursor: they have looked at everything, up to the newest ledger.
 */
static enum decoded advance(const json_t *result, int64_t latest, struct rpc_scan *scan)
{
	bool full = json_array_size(json_at(result, "events")) == RPC_PAGE;
	struct rpc_place before = scan->next, given;

	if (read_place(json_text_at(result, "cursor", ""), &given))
		scan->next = given;
	else if (full)
		scan->next = scan->newest;
	else
		scan->next = (struct rpc_place){ .toid = latest << LEDGER_SHIFT };
	scan->reached = (scan->next.toid >> LEDGER_SHIFT) - (full ? 1 : 0);
	scan->complete = !full && scan->reached >= latest;
	scan->caught_up = scan->caught_up || scan->complete;
	return !scan->complete && is_behind(&scan->next, &before) ? DECODED_MORE : DECODED_GOOD;
}

/* "startLedger must be within the ledger range: 63679151 - 63800110" */
static bool read_range(const json_t *error, int64_t *oldest, int64_t *latest)
{
	struct str rest = str_of(json_text_at(error, "message", "")), part, first;

	if (!str_has(rest, "ledger range") || !str_cut(&rest, ':', &part) ||
	    !str_cut(&rest, '-', &first))
		return false;
	return num_parse_i64(str_trim(first), oldest) && num_parse_i64(str_trim(rest), latest) &&
	       *oldest > 0 && *latest >= *oldest && *latest <= CHAIN_LAST_LEDGER;
}

/* What lies between our place and the oldest ledger cannot be seen any more. A server that has not
 * our place yet is behind another one; one that is far behind holds another chain. */
static enum decoded anchor_anew(struct rpc_scan *scan, int64_t oldest, int64_t latest)
{
	int64_t place = scan->next.toid > 0 ? scan->next.toid >> LEDGER_SHIFT : scan->from;

	if (place > latest + RPC_ANOTHER_CHAIN) {
		*scan = (struct rpc_scan){ .from = 0 };
		return DECODED_GOOD;
	}
	if (place >= oldest)
		return DECODED_GOOD;
	scan->complete = false;
	scan->from = oldest;
	scan->next = (struct rpc_place){ .toid = 0 };
	return DECODED_MORE;
}

static enum decoded read_error(const json_t *error, struct rpc_scan *scan, char why[WHY])
{
	int64_t oldest, latest, code = 0;
	char message[120] = "";

	if (read_range(error, &oldest, &latest))
		return anchor_anew(scan, oldest, latest);
	(void)json_i64_at(error, "code", &code);
	(void)json_put_at(error, "message", message, sizeof(message));
	(void)snprintf(why, WHY, "says error %lld: %s", (long long)code, message);
	return DECODED_BAD;
}

static enum decoded read_page(const struct stellar_rpc_config *config, enum stellar_rpc_ask ask,
			      const json_t *root, struct stellar_rpc_facts *facts, char why[WHY])
{
	struct rpc_scan *scan = ask == RPC_ACTIVITY ? &facts->activity.scan : &facts->telemetry;
	const json_t *result = json_at(root, "result"), *error = json_at(root, "error");
	int64_t latest;

	if (json_is_object(error))
		return read_error(error, scan, why);
	if (!answer_ledger(result, "latestLedger", &latest)) {
		(void)str_put(why, WHY, "no latestLedger in it: is this a Stellar RPC?");
		return DECODED_BAD;
	}
	/* Forgotten in between: what was asked for is not known any more. */
	if (scan->from == 0)
		return DECODED_GOOD;
	if (!take_events(config, ask, json_at(result, "events"), facts, why))
		return DECODED_BAD;
	return advance(result, latest, scan);
}

enum decoded stellar_rpc_read_events(const struct stellar_rpc_config *config,
				     enum stellar_rpc_ask ask, const json_t *root,
				     struct stellar_rpc_facts *facts, char why[WHY])
{
	struct stellar_rpc_facts read = *facts;
	enum decoded result = read_page(config, ask, root, &read, why);

	if (result != DECODED_BAD)
		*facts = read;
	return result;
}
