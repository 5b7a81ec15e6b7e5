/*
 * probe.c: see probe.h.
 *
 * Starts lie on a grid: the first one at once, each next one a period after the last start, put off
 * to the next tick. The period of an ask is its own for ever (a hash spreads it by +-10 %), so that
 * asks of one period drift apart and a server sees no bursts, while the ticks let our wake-ups fall
 * together. Only steady time schedules; a wall clock that steps changes nothing here.
 */
#include "backends/probe.h"

#include <stdint.h>
#include <string.h>

#include "backends/answer.h"
#include "base/mem.h"

enum { PAGES_IN_A_ROW = 8, DOUBLINGS = 16 };

static const msec tick = 100, skipped_for = WHEN_SECOND;
static const msec backoff_cap = 30 * WHEN_SECOND, backoff_periods = 4;
/* Longest Retry-After that is obeyed: an answer must not be able to silence us. */
static const msec retry_cap = 10 * WHEN_MINUTE;

/* FNV-1a, over text and the NUL after it. */
static uint32_t hash_text(uint32_t hash, const char *text)
{
	do {
		hash = (hash ^ (uint8_t)*text) * UINT32_C(16777619);
	} while (*text++);
	return hash;
}

/* every +-10 %, by what the ask is. */
static msec own_period(const struct probe *probe, const struct ask *ask)
{
	const struct source_config *config = probe->config;
	uint32_t hash = hash_text(UINT32_C(2166136261), config->name ? config->name : "");

	hash = hash_text(hash, ask->name);
	hash = (hash ^ ask->target) * UINT32_C(16777619);
	hash = (hash ^ ask->index) * UINT32_C(16777619);
	hash ^= hash >> 16;
	return ask->every * (900 + (msec)(hash % 201)) / 1000;
}

static msec next_tick(msec at)
{
	return (at + tick - 1) / tick * tick;
}

static msec backed_off(const struct probe *probe, size_t i)
{
	msec period = own_period(probe, &probe->asks[i]);
	msec slow = backoff_periods * period < backoff_cap ? backoff_periods * period : backoff_cap;
	msec cap = period > slow ? period : slow;
	unsigned failures = probe->views[i].failures;

	for (unsigned n = 0; n < failures && n < DOUBLINGS && period < cap; n++)
		period *= 2;
	return period < cap ? period : cap;
}

/* When the ask may start again after an answer that came now. */
static msec next_start(const struct probe *probe, size_t i, msec now)
{
	msec at = next_tick(probe->started[i] + backed_off(probe, i));
	msec retry = probe->views[i].retry_after;

	if (retry > retry_cap)
		retry = retry_cap;
	if (retry > 0 && at < now + retry)
		at = next_tick(now + retry);
	return at > now ? at : next_tick(now + 1);
}

void probe_init(struct probe *probe, const struct backend *backend, const void *config,
		struct now now)
{
	memset(probe, 0, sizeof(*probe));
	probe->backend = backend;
	probe->config = config;
	probe->facts = mem_new(backend->facts_size);
	probe->ask_count = backend->asks(config, probe->asks, PROBE_ASKS);
	for (size_t i = 0; i < probe->ask_count; i++) {
		probe->views[i] = (struct ask_view){
			.started_at = WHEN_NEVER, .at = WHEN_NEVER, .good_at = WHEN_NEVER,
			.took = WHEN_NEVER, .retry_after = WHEN_NEVER,
		};
		probe->due[i] = now.steady;
	}
}

static bool must_ask(const struct probe *probe, size_t i, const struct budget *host)
{
	return probe->hosts[i] == host && !probe->asks[i].optional;
}

/* Requests in a window, if none of them came more often than every `least`. */
static double load_of(struct probe *const *probes, size_t count, const struct budget *host,
		      msec window, msec least)
{
	double load = 0;

	for (size_t p = 0; p < count; p++)
		for (size_t i = 0; i < probes[p]->ask_count; i++) {
			msec every = probes[p]->asks[i].every;

			if (must_ask(probes[p], i, host))
				load += (double)window / (double)(every > least ? every : least);
		}
	return load;
}

void probe_fit(struct probe *const *probes, size_t count, const struct budget *host)
{
	msec least = tick;

	for (size_t r = 0; r < host->rule_count; r++) {
		const struct budget_rule *rule = &host->rules[r];

		while (load_of(probes, count, host, rule->window, least) > (double)rule->most)
			least += tick;
	}
	for (size_t p = 0; p < count; p++)
		for (size_t i = 0; i < probes[p]->ask_count; i++)
			if (must_ask(probes[p], i, host) && probes[p]->asks[i].every < least &&
			    host->rule_count > 0)
				probes[p]->asks[i].every = least;
}

void probe_done(struct probe *probe)
{
	mem_free(probe->facts);
	memset(probe, 0, sizeof(*probe));
}

/* When it may start: WHEN_NEVER: not before something has ended, and then we look again. */
static msec start_at(const struct probe *probe, size_t i, msec now)
{
	msec due = probe->due[i];
	msec free = probe->hosts[i] ? budget_free_at(probe->hosts[i], now) : now;

	if (due == WHEN_NEVER || free == WHEN_NEVER)
		return WHEN_NEVER;
	return due > free ? due : free;
}

static msec earlier(msec a, msec b)
{
	if (a == WHEN_NEVER || b == WHEN_NEVER)
		return a == WHEN_NEVER ? b : a;
	return a < b ? a : b;
}

int probe_next(const struct probe *probe, struct now now, msec *wake)
{
	int found = -1;

	*wake = WHEN_NEVER;
	for (size_t i = 0; i < probe->ask_count; i++) {
		msec at = start_at(probe, i, now.steady);

		*wake = earlier(*wake, at);
		if (at != WHEN_NEVER && at <= now.steady &&
		    (found < 0 || probe->due[i] < probe->due[found]))
			found = (int)i;
	}
	return found;
}

bool probe_next_of(struct probe *const *probes, size_t count, struct now now, struct next_ask *out,
		   msec *wake)
{
	bool found = false;
	msec longest = 0, at;

	*wake = WHEN_NEVER;
	for (size_t i = 0; i < count; i++) {
		int ask = probe_next(probes[i], now, &at);

		*wake = earlier(*wake, at);
		if (ask < 0 || (found && probes[i]->due[ask] >= longest))
			continue;
		found = true;
		longest = probes[i]->due[ask];
		*out = (struct next_ask){ i, (size_t)ask };
	}
	return found;
}

bool probe_is_held(const struct probe *probe, size_t ask, struct now now, char why[BUDGET_TEXT])
{
	const struct budget *host = probe->hosts[ask];

	why[0] = '\0';
	if (!host || probe->due[ask] == WHEN_NEVER || probe->due[ask] > now.steady ||
	    budget_free_at(host, now.steady) == now.steady)
		return false;
	budget_say(host, now.steady, why);
	return true;
}

void probe_all_now(struct probe *probe, struct now now)
{
	for (size_t i = 0; i < probe->ask_count; i++)
		if (probe->due[i] != WHEN_NEVER && probe->due[i] > now.steady)
			probe->due[i] = now.steady;
}

void probe_started(struct probe *probe, size_t ask, struct now now)
{
	probe->due[ask] = WHEN_NEVER;
	probe->skipped[ask] = false;
	probe->started[ask] = now.steady;
	probe->views[ask].started_at = now.wall;
	if (probe->hosts[ask])
		probe->places[ask] = budget_start(probe->hosts[ask], now.steady);
}

void probe_ended(struct probe *probe, size_t ask, const struct reply *reply, struct now now)
{
	struct budget *host = probe->hosts[ask];

	if (!host)
		return;
	if (reply && (reply->kind == REPLY_NO_SECRET || reply->kind == REPLY_NO_NAME))
		budget_unsent(host, probe->places[ask]);
	else
		budget_end(host, probe->places[ask], now.steady);
	if (reply)
		budget_heed(host, reply, now.steady);
}

void probe_skipped(struct probe *probe, size_t ask, struct now now)
{
	const msec every = probe->asks[ask].every;

	probe->due[ask] = next_tick(now.steady + (every < skipped_for ? every : skipped_for));
	probe->skipped[ask] = true;
	probe->views[ask].started_at = WHEN_NEVER;
}

/* Does decode() have something to say about it? */
static bool is_decodable(enum reply_kind kind)
{
	return kind == REPLY_ANSWER || kind == REPLY_SQL_ERROR || kind == REPLY_DENIED;
}

enum decoded probe_decode(const struct probe *probe, size_t ask, const struct reply *reply,
			  void *facts, char why[200])
{
	why[0] = '\0';
	return probe->backend->decode(&probe->asks[ask], reply, probe->config, facts, why);
}

/* Note the outcome and schedule the next start. */
static void settle(struct probe *probe, size_t ask, const struct reply *reply,
		   enum decoded result, struct now now)
{
	struct ask_view *view = &probe->views[ask];
	bool more = result == DECODED_MORE && ++probe->pages[ask] < PAGES_IN_A_ROW;

	view->started_at = WHEN_NEVER;
	view->answered = true;
	view->good = result != DECODED_BAD;
	view->kind = reply->kind;
	view->status = reply->status;
	view->at = reply->at;
	view->took = reply->took;
	view->retry_after = reply->retry_after;
	memcpy(view->sqlstate, reply->sqlstate, sizeof(view->sqlstate));
	if (view->good) {
		view->good_at = reply->at;
		view->failures = 0;
		view->error[0] = '\0';
	} else {
		view->failures++;
	}
	if (!more)
		probe->pages[ask] = 0;
	probe->due[ask] = more ? now.steady : next_start(probe, ask, now.steady);
}

void probe_take(struct probe *probe, size_t ask, const struct reply *reply, struct now now)
{
	enum decoded result = DECODED_BAD;
	char why[200] = "";

	if (is_decodable(reply->kind))
		result = probe_decode(probe, ask, reply, probe->facts, why);
	else
		outcome_error(&probe->asks[ask], reply, why);
	memcpy(probe->views[ask].error, why, sizeof(why));
	settle(probe, ask, reply, result, now);
}

void probe_take_decoded(struct probe *probe, size_t ask, const struct reply *reply,
			enum decoded result, const void *facts, const char *why, struct now now)
{
	memcpy(probe->facts, facts, probe->backend->facts_size);
	(void)str_put(probe->views[ask].error, sizeof(probe->views[ask].error), why);
	settle(probe, ask, reply, result, now);
}

void probe_look(const struct probe *probe, const struct chain *chain, const struct cursor *cursor,
		msec now, struct look *out)
{
	static const struct chain no_chain = {
		.closed_at = WHEN_NEVER, .seen_at = WHEN_NEVER, .activity_after = WHEN_NEVER,
	};
	static const struct cursor no_cursor = { .processed_at = WHEN_NEVER };

	*out = (struct look){
		.config = probe->config, .facts = probe->facts, .asks = probe->asks,
		.views = probe->views, .ask_count = probe->ask_count,
		.chain = chain ? chain : &no_chain, .cursor = cursor ? cursor : &no_cursor,
		.now = now,
	};
}

/* How often answers come: of the ask that is asked most often just now. One that prepare skips
 * brings no answer, however short its period is. While a host wants to be left alone, that it has
 * refused stays as true as it was; what it answered well before grows old. */
static msec shortest_period(const struct probe *probe)
{
	msec shortest = 0, of_skipped = 0;

	for (size_t i = 0; i < probe->ask_count; i++) {
		msec period = backed_off(probe, i);
		msec retry = probe->views[i].retry_after;
		msec *least = probe->skipped[i] ? &of_skipped : &shortest;

		if (!probe->views[i].good && probe->hosts[i] && retry < probe->hosts[i]->pause)
			retry = probe->hosts[i]->pause;
		if (retry > retry_cap)
			retry = retry_cap;
		if (period < retry)
			period = retry;
		if (*least == 0 || period < *least)
			*least = period;
	}
	return shortest > 0 ? shortest : of_skipped;
}

void probe_judge(const struct probe *probe, const struct chain *chain, const struct cursor *cursor,
		 msec now, struct report *out)
{
	struct look look;

	*out = (struct report){ .newest = WHEN_NEVER, .latency = WHEN_NEVER, .asking = true,
				.period = shortest_period(probe) };
	for (size_t i = 0; i < probe->ask_count; i++)
		if (probe->views[i].answered) {
			out->asking = false;
			if (probe->views[i].at > out->newest)
				out->newest = probe->views[i].at;
		}
	if (!out->asking)
		out->latency = probe->views[0].took;
	report_say(out, STATE_UNKNOWN, "waiting for the first answer");
	probe_look(probe, chain, cursor, now, &look);
	probe->backend->judge(&look, out);
}
