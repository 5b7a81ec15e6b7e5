/*
 * horizon_judge.c: each endpoint by itself, then against the others, then the source and the chain.
 */
#include "backends/horizon.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "stellar/network.h"

static const msec behind_at_least = 10 * WHEN_SECOND;	/* close times: asks are not simultaneous */
static const msec clock_off_limit = 60 * WHEN_SECOND;
static const msec takes_a_moment = 10 * WHEN_SECOND;	/* to process a new operation */

enum standing {		/* what an endpoint's state comes from, in the order of being told */
	STANDS_WELL, STANDS_SLOW, STANDS_THROTTLED, STANDS_BEHIND, STANDS_OLD, STANDS_SILENT,
	STANDS_FOREIGN,
};

struct endpoint {
	const struct horizon_root *root;	/* NULL: no answer that counts */
	enum standing standing;
	enum state state;
	char because[BECAUSE_TEXT];
	bool waiting;
	int64_t behind;		/* ledgers behind the best endpoint */
	int64_t ingest_lag;	/* ledgers behind its own core */
};

struct view {
	const struct look *look;
	const struct horizon_config *config;
	struct endpoint endpoints[HORIZON_ENDPOINTS];
	unsigned count;
	int best;		/* the endpoint with the highest ledger of our network, -1 */
};

PRINTF_LIKE(4, 5) static void stand(struct endpoint *e, enum standing standing, enum state state,
				    const char *fmt, ...)
{
	va_list args;

	e->standing = standing;
	e->state = state;
	va_start(args, fmt);
	(void)vsnprintf(e->because, sizeof(e->because), fmt, args);
	va_end(args);
}

static const char *age(char out[WHEN_TEXT], msec d)
{
	when_format_age(out, d);
	return out;
}

static bool is_our_network(const struct horizon_config *config, const char *passphrase)
{
	return !config->network || strcmp(network_passphrase(config->network), passphrase) == 0;
}

/* What the last answer to the root says, without the others. */
static void read_endpoint(const struct view *v, unsigned i, struct endpoint *e)
{
	const struct horizon_facts *facts = v->look->facts;
	size_t ask = horizon_ask_at(i, HORIZON_ROOT);
	const struct ask_view *view = &v->look->views[ask];
	const struct horizon_root *root = &facts->endpoints[i].root;

	if (!view->answered) {
		stand(e, STANDS_SILENT, STATE_UNKNOWN, "no answer yet");
		e->waiting = true;
	} else if (view->kind == REPLY_ANSWER && view->status == 429) {
		stand(e, STANDS_THROTTLED, STATE_WARN, "throttled, HTTP 429");
	} else if (outcome_judge(&v->look->asks[ask], view, &e->state, e->because)) {
		e->standing = STANDS_SILENT;
	} else if (!answer_is_current(v->look, ask)) {
		stand(e, STANDS_SILENT, STATE_UNKNOWN, "its last answer is too old to count");
	} else if (!is_our_network(v->config, root->passphrase)) {
		stand(e, STANDS_FOREIGN, STATE_UNKNOWN, "wrong network: its passphrase is '%s'",
		      root->passphrase);
	} else {
		e->root = root;
		e->ingest_lag = root->core > root->latest ? root->core - root->latest : 0;
	}
}

static void find_best(struct view *v)
{
	v->best = -1;
	for (unsigned i = 0; i < v->count; i++)
		if (v->endpoints[i].root &&
		    (v->best < 0 ||
		     v->endpoints[i].root->latest > v->endpoints[v->best].root->latest))
			v->best = (int)i;
	for (unsigned i = 0; i < v->count; i++)
		if (v->endpoints[i].root)
			v->endpoints[i].behind = v->endpoints[v->best].root->latest -
						 v->endpoints[i].root->latest;
}

/* An endpoint whose root counts: how does its newest ledger compare? */
static void judge_ledger(const struct view *v, unsigned i, struct endpoint *e)
{
	const struct horizon_root *best = v->endpoints[v->best].root;
	const struct ask_view *view = &v->look->views[horizon_ask_at(i, HORIZON_ROOT)];
	long long latest = (long long)e->root->latest;
	char text[WHEN_TEXT];

	if (e->behind > v->config->behind && best->age <= v->config->old_ledger &&
	    e->root->age - best->age > behind_at_least)
		stand(e, STANDS_BEHIND, STATE_STALE, "behind by %lld ledgers, the network is alive",
		      (long long)e->behind);
	else if (e->root->age > v->config->old_ledger && e->ingest_lag > v->config->behind)
		stand(e, STANDS_OLD, STATE_STALE, "ledger %lld closed %s ago, its core is %lld ahead: "
		      "ingestion is stuck", latest, age(text, e->root->age),
		      (long long)e->ingest_lag);
	else if (e->root->age > v->config->old_ledger)
		stand(e, STANDS_OLD, STATE_STALE, "ledger %lld closed %s ago, and its core has none "
		      "after it: network halted", latest, age(text, e->root->age));
	else if (e->ingest_lag > v->config->behind)
		stand(e, STANDS_SLOW, STATE_WARN, "ingestion is %lld ledgers behind its core",
		      (long long)e->ingest_lag);
	else if (view->took > v->config->slow)
		stand(e, STANDS_SLOW, STATE_WARN, "slow: answered in %.1f s",
		      (double)view->took / 1000);
	else if (e->root->clock_off > clock_off_limit || e->root->clock_off < -clock_off_limit)
		stand(e, STANDS_SLOW, STATE_WARN, "its clock and ours differ by %lld s",
		      (long long)(e->root->clock_off / WHEN_SECOND));
	else
		stand(e, STANDS_WELL, STATE_OK, "ledger %lld, closed %s ago", latest,
		      age(text, e->root->age));
}

/* Two endpoints of one network with different hashes for one ledger: which of them is wrong? */
static void judge_hashes(const struct view *v, struct report *out)
{
	const struct horizon_facts *facts = v->look->facts;
	const struct horizon_ledger *first = NULL;

	for (unsigned i = 0; i < v->count; i++) {
		const struct horizon_ledger *ledger = &facts->endpoints[i].ledger;

		if (!v->endpoints[i].root || ledger->sequence == 0)
			continue;
		if (!first)
			first = ledger;
		else if (first->sequence == ledger->sequence && strcmp(first->hash, ledger->hash) != 0)
			finding(out, STATE_BAD, "the Horizons disagree on ledger %lld: hash %.8s and "
				"%.8s", (long long)first->sequence, first->hash, ledger->hash);
	}
}

/*
 * What is older than its history, a Horizon skips without an error: whoever asks for what follows a
 * place before it gets the oldest ledger that there is. Ours is the one that the indexer reads.
 */
static void judge_history(const struct view *v, struct report *out)
{
	const struct horizon_root *root = v->endpoints[0].root;
	int64_t cursor = v->look->cursor->known ? v->look->cursor->ledger : 0;

	if (root && cursor > 0 && root->elder > cursor + 1)
		finding(out, STATE_BAD, "its history begins at ledger %lld: of what follows the "
			"indexer's place, ledgers %lld to %lld are skipped without an error",
			(long long)root->elder, (long long)cursor + 1, (long long)root->elder - 1);
}

static bool is_usable(const struct endpoint *e)
{
	return e->standing == STANDS_WELL || e->standing == STANDS_SLOW;
}

static bool all_stand_like(const struct view *v, const struct endpoint *one)
{
	for (unsigned i = 0; i < v->count; i++)
		if (v->endpoints[i].standing != one->standing ||
		    v->endpoints[i].state != one->state)
			return false;
	return true;
}

/* "ours (127.0.0.1:8000): ", or all of them; nothing when there is only one. */
static const char *named(const struct view *v, const struct endpoint *one, char *out, size_t size)
{
	unsigned i = (unsigned)(one - v->endpoints);
	struct str host = endpoint_host(v->look, i);

	out[0] = '\0';
	if (v->count > 1 && all_stand_like(v, one))
		(void)str_put(out, size, "all endpoints: ");
	else if (v->count > 1)
		(void)snprintf(out, size, "%s%.*s%s: ", i == 0 ? "ours (" : "",
			       (int)(host.len < 60 ? host.len : 60), host.p, i == 0 ? ")" : "");
	return out;
}

static const struct endpoint *find_worst(const struct view *v, bool usable)
{
	const struct endpoint *worst = NULL;

	for (unsigned i = 0; i < v->count; i++) {
		const struct endpoint *e = &v->endpoints[i];

		if (!e->waiting && (!worst || (usable ? e->standing > worst->standing :
						       e->state > worst->state)))
			worst = e;
	}
	return worst;
}

/*
 * One usable endpoint is enough to see the chain, so that the trouble of the others is a warning;
 * but an endpoint of another network is a mistake that spoils every comparison.
 */
static void judge_source(const struct view *v, struct report *out)
{
	const struct endpoint *worst;
	enum state state;
	bool usable = false, waiting = false;
	char name[96];

	for (unsigned i = 0; i < v->count; i++) {
		usable = usable || is_usable(&v->endpoints[i]);
		waiting = waiting || v->endpoints[i].waiting;
	}
	worst = find_worst(v, usable);
	out->asking = !worst && v->count > 0;
	if (!worst)
		return;
	state = worst->state;
	if (usable && worst->standing != STANDS_FOREIGN && state != STATE_OK)
		state = STATE_WARN;
	if (state == STATE_OK)
		report_say(out, state, "%s%s", v->endpoints[v->best].because,
			   waiting ? ", others have not answered yet" :
			   v->count > 1 ? ", and all endpoints agree" : "");
	else
		report_say(out, state, "%s%s", named(v, worst, name, sizeof(name)),
			   worst->because);
	judge_hashes(v, out);
	judge_history(v, out);
}

/* Did contract operations follow the cursor's event? An endpoint that sees the network tells. */
static enum activity find_activity(const struct view *v, unsigned i, int64_t *ledger)
{
	const struct horizon_facts *facts = v->look->facts;
	const struct horizon_operations *ops = &facts->endpoints[i].operations;
	size_t ask = horizon_ask_at(i, HORIZON_OPERATIONS);
	msec after = v->look->cursor->processed_at;

	if (!v->look->cursor->known || ops->after != after || !is_usable(&v->endpoints[i]) ||
	    !answer_is_current(v->look, ask))
		return ACTIVITY_UNKNOWN;
	if (ops->call_at > 0 && ops->call_at + takes_a_moment < v->look->views[ask].good_at) {
		*ledger = ops->call_ledger;
		return ACTIVITY_SOME;
	}
	/* What is not in its history any more was not seen by it either. */
	if (v->look->cursor->ledger > 0 && v->endpoints[i].root->elder > v->look->cursor->ledger + 1)
		return ACTIVITY_UNKNOWN;
	return ops->from <= after ? ACTIVITY_NONE : ACTIVITY_UNKNOWN;
}

static enum horizons find_horizons(const struct view *v)
{
	unsigned well = 0, usable = 0, waiting = 0;

	for (unsigned i = 0; i < v->count; i++) {
		well += v->endpoints[i].standing == STANDS_WELL;
		usable += is_usable(&v->endpoints[i]);
		waiting += v->endpoints[i].waiting;
	}
	if (waiting == v->count)
		return HORIZONS_UNSEEN;
	return well == v->count ? HORIZONS_WELL : usable > 0 ? HORIZONS_LIMP : HORIZONS_FAIL;
}

static void lend_chain(const struct view *v, struct chain *chain)
{
	const struct endpoint *best = v->best >= 0 ? &v->endpoints[v->best] : NULL;

	memset(chain, 0, sizeof(*chain));
	chain->configured = true;
	chain->closed_at = chain->seen_at = chain->activity_after = WHEN_NEVER;
	chain->horizons = find_horizons(v);
	if (!best)
		return;
	chain->known = true;
	chain->ledger = best->root->latest;
	chain->closed_at = best->root->closed_at;
	chain->seen_at = v->look->views[horizon_ask_at((unsigned)v->best, HORIZON_ROOT)].good_at;
	chain->fresh = best->root->age <= v->config->old_ledger;
	for (unsigned i = 0; i < v->count && chain->activity == ACTIVITY_UNKNOWN; i++)
		chain->activity = find_activity(v, i, &chain->activity_ledger);
	if (chain->activity != ACTIVITY_UNKNOWN)
		chain->activity_after = v->look->cursor->processed_at;
}

static void set_figure(json_t *object, const char *key, bool known, int64_t value)
{
	if (known)
		json_set_i64(object, key, value);
	else
		json_set(object, key, json_null());
}

static json_t *publish_endpoint(const struct view *v, unsigned i)
{
	const struct endpoint *e = &v->endpoints[i];
	const struct horizon_root *root = e->root;
	struct str url = backend_url(v->look->config, i);
	char text[256];
	json_t *object = json_object();

	(void)str_copy(text, sizeof(text), url);
	json_set_text(object, "url", text);
	json_set_text(object, "state", state_word(e->state));
	json_set_text(object, "because", e->because);
	set_figure(object, "latest_ledger", root, root ? root->latest : 0);
	json_set(object, "closed_age_s", root ? json_real((double)(v->look->now - root->closed_at) /
							   1000) : json_null());
	set_figure(object, "ingest_lag", root && root->core > 0, e->ingest_lag);
	set_figure(object, "elder_ledger", root && root->elder > 0, root ? root->elder : 0);
	set_figure(object, "behind", root, e->behind);
	return object;
}

static void publish(const struct view *v, struct report *out)
{
	json_t *endpoints = json_array();

	out->fields = json_object();
	json_set_text(out->fields, "network",
		      v->best >= 0 ? v->endpoints[v->best].root->passphrase : NULL);
	for (unsigned i = 0; i < v->count; i++)
		(void)json_array_append_new(endpoints, publish_endpoint(v, i));
	json_set(out->fields, "endpoints", endpoints);
}

void horizon_judge(const struct look *look, struct report *out)
{
	struct horizon_facts *facts = look->facts;
	struct view v = { .look = look, .config = look->config };

	v.count = (unsigned)(look->ask_count / HORIZON_ASKS);
	for (unsigned i = 0; i < v.count; i++)
		read_endpoint(&v, i, &v.endpoints[i]);
	find_best(&v);
	for (unsigned i = 0; i < v.count; i++)
		if (v.endpoints[i].root)
			judge_ledger(&v, i, &v.endpoints[i]);
	judge_source(&v, out);
	if (v.count == 0) {
		report_say(out, STATE_UNKNOWN, "no url is configured");
		out->asking = false;
	}
	lend_chain(&v, &facts->chain);
	publish(&v, out);
	out->chain = &facts->chain;
}
