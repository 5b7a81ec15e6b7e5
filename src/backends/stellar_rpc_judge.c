/*
 * stellar_rpc_judge.c: what the answers of an RPC mean: first whether it can be believed, then
 * where the chain is, then how near the indexer is to losing what it has not read.
 */
#include "backends/stellar_rpc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "stellar/network.h"

static const msec takes_a_moment = 10 * WHEN_SECOND;	/* to process a new event */
static const msec same_clock = 2 * WHEN_SECOND;

struct view {
	const struct look *look;
	const struct stellar_rpc_config *config;
	const struct stellar_rpc_facts *facts;
	bool usable;		/* its ledgers are fresh enough answers, of our network */
	bool age_known;
	msec age;		/* of its newest ledger */
	enum activity activity;
	bool measured;		/* there is, or was, a cursor, */
	bool foreign;		/* which cannot be one of this chain */
	struct headroom headroom;
	char edge[BECAUSE_TEXT];
};

static const char *age_text(char out[WHEN_TEXT], msec d)
{
	when_format_age(out, d);
	return out;
}

/* getHealth refuses for reasons of its own: they are no failure to read the answer. */
static bool judge_refusal(const struct view *v, struct report *out)
{
	const struct ask_view *view = &v->look->views[RPC_HEALTH];

	if (view->kind != REPLY_ANSWER || view->status != 200 || view->good)
		return false;
	switch (v->facts->refusal) {
	case RPC_LATE:
		report_say(out, STATE_STALE, "its newest ledger is old by its own limit: %s",
			   view->error);
		return true;
	case RPC_EMPTY:
		report_say(out, STATE_BAD, "it holds no ledgers: %s", view->error);
		return true;
	case RPC_NO_REFUSAL:
	case RPC_OTHER_REFUSAL:
		break;
	}
	return false;
}

/* Another network than the one that is meant, or nobody knows which. */
static bool judge_network(const struct view *v, struct report *out)
{
	const struct ask_view *view = &v->look->views[RPC_NETWORK];

	if (!v->config->network)
		return true;
	if (v->facts->passphrase_at == 0) {
		report_say(out, STATE_UNKNOWN, "its network is not known: %s",
			   view->answered ? view->error : "getNetwork has not answered yet");
		out->asking = !view->answered;
		return false;
	}
	if (strcmp(network_passphrase(v->config->network), v->facts->passphrase) == 0)
		return true;
	report_say(out, STATE_UNKNOWN, "wrong network: its passphrase is '%s'",
		   v->facts->passphrase);
	return false;
}

/* Can what it says be used at all? Else why not. */
static bool judge_answer(const struct view *v, struct report *out)
{
	const struct ask_view *view = &v->look->views[RPC_HEALTH];
	enum state state;
	char because[BECAUSE_TEXT];

	if (!view->answered)
		out->asking = true;
	else if (judge_refusal(v, out))
		return false;
	else if (outcome_judge(&v->look->asks[RPC_HEALTH], view, &state, because))
		report_say(out, state, "%s", because);
	else if (!answer_is_current(v->look, RPC_HEALTH))
		report_say(out, STATE_UNKNOWN, "its last answer is too old to count");
	else
		return judge_network(v, out);
	return false;
}

static bool is_dated(const struct stellar_rpc_facts *facts)
{
	return facts->newest.sequence > 0 && facts->newest.sequence >= facts->latest;
}

/* By its close time; by when we saw it where the server says none, or one that is still to come. */
static void weigh_age(struct view *v)
{
	const struct stellar_rpc_facts *facts = v->facts;

	v->age_known = true;
	if (is_dated(facts) && facts->newest.age >= -same_clock)
		v->age = facts->newest.age;
	else if (facts->moved_at > 0)
		v->age = v->look->now - facts->moved_at;
	else
		v->age_known = false;
}

/* Did events of our contracts follow the cursor? */
static void weigh_activity(struct view *v)
{
	const struct rpc_activity *activity = &v->facts->activity;

	if (!v->usable || !stellar_rpc_is_same_cursor(&activity->after, v->look->cursor))
		return;
	if (activity->first_at > 0 && activity->first_at + takes_a_moment < v->look->now)
		v->activity = ACTIVITY_SOME;
	else if (activity->scan.complete && activity->scan.from <= activity->wanted &&
		 answer_is_current(v->look, RPC_ACTIVITY))
		v->activity = ACTIVITY_NONE;
}

static void keep_cursor(const struct look *look, struct stellar_rpc_facts *facts)
{
	if (!look->cursor->known || look->cursor->ledger <= 0)
		return;
	facts->cursor = look->cursor->ledger;
	facts->cursor_at = look->now;
}

static void measure(struct view *v, int64_t cursor)
{
	const struct stellar_rpc_facts *facts = v->facts;
	bool paced = v->look->cursor->known && v->activity != ACTIVITY_NONE;
	char edge[BECAUSE_TEXT], age[WHEN_TEXT];

	v->measured = true;
	v->headroom = (struct headroom){
		.latest = facts->latest, .oldest = facts->oldest, .window = facts->window,
		.cursor = cursor, .end_stands = facts->end_stands, .cadence_s = stellar_rpc_cadence(facts),
		.rate = paced ? pace_rate(&facts->pace) : (double)NAN,
	};
	headroom_measure(&v->headroom, &v->config->headroom);
	headroom_say(&v->headroom, v->edge);
	if (v->look->cursor->known)
		return;
	memcpy(edge, v->edge, sizeof(edge));
	(void)snprintf(v->edge, sizeof(v->edge), "%.180s, by the cursor of %s ago", edge,
		       age_text(age, v->look->now - facts->cursor_at));
}

/* Where nothing followed the cursor, everything up to the end of the scan is as good as read. */
static void weigh_headroom(struct view *v)
{
	const struct stellar_rpc_facts *facts = v->facts;
	int64_t cursor = facts->cursor;

	if (!v->usable || cursor <= 0)
		return;
	v->foreign = cursor > facts->latest + RPC_ANOTHER_CHAIN;
	if (v->foreign)
		return;
	if (v->activity == ACTIVITY_NONE && facts->activity.scan.reached > cursor)
		cursor = facts->activity.scan.reached;
	measure(v, cursor);
}

static void judge_tip(const struct view *v, struct report *out)
{
	const struct chain *chain = v->look->chain;
	long long latest = (long long)v->facts->latest;
	char age[WHEN_TEXT];

	(void)age_text(age, v->age);
	if (!v->age_known)
		report_say(out, STATE_UNKNOWN, "ledger %lld; it says no close times, and how old it "
			   "is shows when the next one comes", latest);
	else if (v->age <= v->config->old_ledger)
		report_say(out, STATE_OK, "ledger %lld, closed %s ago", latest, age);
	else if (chain->known && chain->fresh && chain->ledger > v->facts->latest)
		report_say(out, STATE_STALE, "ledger %lld closed %s ago, while the network is at %lld",
			   latest, age, (long long)chain->ledger);
	else
		report_say(out, STATE_STALE, "ledger %lld closed %s ago: it is stuck, or the network "
			   "halted", latest, age);
}

static void judge_rest(const struct view *v, struct report *out)
{
	const struct look *look = v->look;
	msec took = look->views[RPC_HEALTH].took;

	if (v->measured)
		finding(out, v->headroom.state, "%s", v->edge);
	if (v->foreign)
		finding(out, STATE_WARN, "headroom not known: the indexer is at ledger %lld, long after "
			"the newest one here, %lld: are they of one network?",
			(long long)v->facts->cursor, (long long)v->facts->latest);
	for (size_t i = RPC_EVENTS; i <= RPC_ACTIVITY; i++)
		if (look->views[i].answered && !look->views[i].good)
			finding(out, STATE_WARN, "getEvents: %.200s", look->views[i].error);
	if (took > v->config->slow)
		finding(out, STATE_WARN, "slow: answered in %.1f s", (double)took / 1000);
}

/* Good news tell of the edge as well. */
static void add_edge(const struct view *v, struct report *out)
{
	char tip[BECAUSE_TEXT];

	if (out->state != STATE_OK)
		return;
	memcpy(tip, out->because, sizeof(tip));
	report_say(out, STATE_OK, "%.60s; %s%.170s", tip,
		   v->activity == ACTIVITY_NONE ? "quiet, " : "",
		   v->measured ? v->edge : "headroom not known: no cursor");
}

static void lend_chain(const struct view *v, struct chain *chain)
{
	const struct stellar_rpc_facts *facts = v->facts;

	*chain = (struct chain){ .configured = true, .closed_at = WHEN_NEVER,
				 .seen_at = WHEN_NEVER, .activity_after = WHEN_NEVER };
	if (!v->usable)
		return;
	chain->known = true;
	chain->ledger = facts->latest;
	chain->closed_at = is_dated(facts) ? facts->newest.closed_at :
			   v->age_known ? facts->moved_at : WHEN_NEVER;
	chain->seen_at = v->look->views[RPC_HEALTH].good_at;
	chain->fresh = v->age_known && v->age <= v->config->old_ledger;
	chain->activity = v->activity;
	if (v->activity == ACTIVITY_UNKNOWN)
		return;
	chain->by_events = true;
	chain->activity_after = v->look->cursor->processed_at;
	if (v->activity == ACTIVITY_SOME)
		chain->activity_ledger = facts->activity.first_ledger;
}

static void lend_headroom(const struct view *v, struct reading *reading)
{
	memset(reading, 0, sizeof(*reading));
	(void)str_put(reading->name, sizeof(reading->name), "headroom");
	(void)str_put(reading->unit, sizeof(reading->unit), "ledgers");
	reading->at = v->look->views[RPC_HEALTH].good_at;
	reading->judged = true;
	reading->known = v->measured;
	reading->wants_cursor = v->usable && !v->measured && !v->foreign;
	reading->state = v->measured ? v->headroom.state : STATE_UNKNOWN;
	reading->value = v->measured ? (double)v->headroom.ledgers : 0;
	(void)str_put(reading->because, sizeof(reading->because),
		      v->measured ? v->edge : !v->usable ? "the RPC cannot be judged" :
		      v->foreign ? "the indexer is long after the newest ledger" :
		      "no cursor to measure it from");
}

static void set_figure(json_t *object, const char *key, bool known, int64_t value)
{
	if (known)
		json_set_i64(object, key, value);
	else
		json_set(object, key, json_null());
}

static json_t *publish_topic(const struct rpc_topic *topic)
{
	json_t *object = json_object();

	json_set_i64(object, "count", topic->count);
	json_set_time(object, "last_at", topic->last_at > 0 ? topic->last_at : WHEN_NEVER);
	json_set_text(object, "last", topic->last_at > 0 ? topic->last : NULL);
	return object;
}

/* null as long as not everything was looked at: the last one that was seen may be hours old, and a
 * count of 0 says that somebody looked. */
static json_t *publish_events(const struct view *v)
{
	const struct texts *topics = &v->config->topics;
	json_t *events;

	if (!v->facts->telemetry.caught_up)
		return json_null();
	events = json_object();
	for (size_t i = 0; i < topics->count && i < RPC_TOPICS; i++)
		json_set(events, topics->items[i], publish_topic(&v->facts->topics[i]));
	return events;
}

static void publish(const struct view *v, struct report *out)
{
	const struct stellar_rpc_facts *facts = v->facts;
	const struct headroom *h = &v->headroom;
	json_t *fields = json_object();
	bool lost = v->measured && h->lost_from > 0;

	json_set_text(fields, "network", facts->passphrase_at > 0 ? facts->passphrase : NULL);
	set_figure(fields, "latest_ledger", v->usable, facts->latest);
	set_figure(fields, "oldest_ledger", v->usable, facts->oldest);
	set_figure(fields, "window_ledgers", v->usable && facts->window > 0, facts->window);
	json_set_number(fields, "closed_age_s", v->usable && v->age_known ?
			(double)v->age / 1000 : (double)NAN);
	set_figure(fields, "cursor_ledger", v->measured, facts->cursor);
	set_figure(fields, "headroom_ledgers", v->measured, h->ledgers);
	json_set_number(fields, "headroom_percent", v->measured ? h->percent : (double)NAN);
	json_set_number(fields, "headroom_percent_of_window", v->measured ? h->percent_of_window :
			(double)NAN);
	json_set_number(fields, "time_to_loss_s", v->measured ? h->loss_s : (double)NAN);
	json_set_number(fields, "cadence_s", stellar_rpc_cadence(facts));
	json_set_number(fields, "cursor_rate", v->measured ? h->rate : (double)NAN);
	set_figure(fields, "lost_from", lost, h->lost_from);
	set_figure(fields, "lost_to", lost, h->lost_to);
	set_figure(fields, "events_from", facts->telemetry.caught_up, facts->telemetry.from);
	json_set(fields, "events", publish_events(v));
	out->fields = fields;
}

void stellar_rpc_judge(const struct look *look, struct report *out)
{
	struct stellar_rpc_facts *facts = look->facts;
	struct view v = { .look = look, .config = look->config, .facts = facts };

	keep_cursor(look, facts);
	v.usable = judge_answer(&v, out);
	weigh_age(&v);
	weigh_activity(&v);
	weigh_headroom(&v);
	if (v.usable) {
		judge_tip(&v, out);
		judge_rest(&v, out);
		add_edge(&v, out);
	}
	lend_chain(&v, &facts->chain);
	lend_headroom(&v, &facts->reading);
	publish(&v, out);
	out->chain = &facts->chain;
	out->readings = &facts->reading;
	out->reading_count = 1;
}
