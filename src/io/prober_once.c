/*
 * prober_once.c: everything asked once, within a deadline. What had no room at its host by then was
 * not asked, and that is told apart from a server that did not answer.
 */
#include "io/prober_inside.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/outcome.h"

/* When its host has room: now, later, or WHEN_NEVER: not before something has landed. */
static msec room_for(const struct slot *slot)
{
	const struct budget *host = slot->source->probe.hosts[slot->ask];
	msec now = loop_now(slot->source->prober->loop).steady;

	return host ? budget_free_at(host, now) : now;
}

static bool has_room(const struct slot *slot)
{
	return room_for(slot) == loop_now(slot->source->prober->loop).steady;
}

static const struct ask *ask_of(const struct slot *slot)
{
	return &slot->source->probe.asks[slot->ask];
}

/* Asks of one name change places from one time to the next, the others stand as they are. */
static size_t rank_of(const struct slot *slot)
{
	const struct probe *probe = &slot->source->probe;
	size_t first = slot->ask, place = 0, count = 0;

	for (size_t i = 0; i < probe->ask_count; i++) {
		if (strcmp(probe->asks[i].name, ask_of(slot)->name) != 0)
			continue;
		first = i < first ? i : first;
		place += i < slot->ask;
		count++;
	}
	assert(count > 0);	/* it has its own name */
	return first + (place + slot->source->prober->once_shift) % count;
}

/* Who goes first where not all can: what must be asked before what may be, then what was not asked
 * for longest, then the first questions of all sources before the second of any. */
static bool goes_before(const struct slot *a, const struct slot *b)
{
	msec last_a = a->source->probe.started[a->ask], last_b = b->source->probe.started[b->ask];

	if (ask_of(a)->optional != ask_of(b)->optional)
		return ask_of(b)->optional;
	if (last_a != last_b)
		return last_a < last_b;
	return rank_of(a) < rank_of(b);
}

static const struct budget *host_of(const struct slot *slot)
{
	return slot->source->probe.hosts[slot->ask];
}

/* Must this host still be asked something, or could an answer make it so? */
static bool is_wanted(const struct prober *prober, const struct budget *host)
{
	for (size_t i = 0; i < prober->count; i++) {
		const struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			const struct slot *slot = &source->slots[ask];

			if (host_of(slot) == host && !ask_of(slot)->optional &&
			    (slot->turn == TO_ASK || slot->turn == NOT_NEEDED))
				return true;
		}
	}
	return false;
}

/* Until all is quiet: then it is known what is not needed. */
static bool gives_way(const struct slot *slot)
{
	return ask_of(slot)->optional && host_of(slot) &&
	       is_wanted(slot->source->prober, host_of(slot));
}

/* Which asks are offered; `last`: also those that have given way to others. */
struct offer {
	enum turn turn;
	bool last;
};

static bool may_start(const struct slot *slot, struct offer offer)
{
	return slot->turn == offer.turn && !slot->offered && has_room(slot) &&
	       (offer.last || !gives_way(slot));
}

static struct slot *first_with_room(struct prober *prober, struct offer offer)
{
	struct slot *first = NULL;

	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			struct slot *slot = &source->slots[ask];

			if (may_start(slot, offer) && (!first || goes_before(slot, first)))
				first = slot;
		}
	}
	return first;
}

static void offer_all(struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++)
		for (size_t ask = 0; ask < PROBE_ASKS; ask++)
			prober->sources[i].slots[ask].offered = false;
}

/* Start them all, each one offered once; false when none was started. */
static bool start_all(struct prober *prober, struct offer offer)
{
	bool started = false;
	struct slot *slot;

	if (loop_now(prober->loop).steady >= prober->once_deadline)
		return false;
	offer_all(prober);
	while ((slot = first_with_room(prober, offer))) {
		slot->offered = true;
		started = prober_ask(slot) || started;
	}
	return started;
}

static bool is_busy(const struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++) {
		const struct source *source = &prober->sources[i];

		if (decoding_busy(&source->decoding))
			return true;
		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			if (source->slots[ask].flight)
				return true;
		}
	}
	return false;
}

/* Look again when a host has room for one of those that must be asked; false: not in time. */
static bool wait_for_room(struct prober *prober)
{
	msec first = WHEN_NEVER;

	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			const struct slot *slot = &source->slots[ask];
			msec at = slot->turn == TO_ASK && !ask_of(slot)->optional ?
				  room_for(slot) : WHEN_NEVER;

			if (at != WHEN_NEVER && (first == WHEN_NEVER || at < first))
				first = at;
		}
	}
	if (first == WHEN_NEVER || first >= prober->once_deadline)
		return false;
	loop_timer_set(prober->loop, &prober->tick, first);
	return true;
}

/* What has become necessary and has no room waits like the others. */
static bool wait_for_needed(struct prober *prober)
{
	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			struct slot *slot = &source->slots[ask];

			if (slot->turn == NOT_NEEDED && !ask_of(slot)->optional &&
			    !has_room(slot) && prober_needs(slot))
				slot->turn = TO_ASK;
		}
	}
	return wait_for_room(prober);
}

static size_t count_wanted(const struct prober *prober, const struct budget *host)
{
	size_t count = 0;

	for (size_t i = 0; i < prober->count; i++) {
		const struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++)
			count += host_of(&source->slots[ask]) == host &&
				 !ask_of(&source->slots[ask])->optional;
	}
	return count;
}

/* The windows that must pass, and time for the answers, in tens of seconds; 0: one holds all. */
static msec time_for_rule(const struct budget_rule *rule, size_t wanted)
{
	const msec answers = 10 * WHEN_SECOND, round = 10 * WHEN_SECOND;
	msec windows = wanted > 0 ? (msec)((wanted - 1) / rule->most) * rule->window : 0;

	return windows == 0 ? 0 : (windows + answers + round - 1) / round * round;
}

static msec time_for_host(const struct prober *prober, const struct budget *host, char *why)
{
	const char *mark = strstr(host->origin, "://");
	size_t wanted = count_wanted(prober, host);
	msec longest = 0;

	for (size_t i = 0; i < host->rule_count; i++) {
		const struct budget_rule *rule = &host->rules[i];
		msec time = time_for_rule(rule, wanted);

		if (time <= longest)
			continue;
		longest = time;
		if (why)
			(void)snprintf(why, BUDGET_TEXT, "%zu requests to %.60s, which is asked at "
				       "most %u times in %d s", wanted, mark ? mark + 3 : host->origin,
				       rule->most, (int)(rule->window / WHEN_SECOND));
	}
	return longest;
}

msec prober_once_time(const struct prober *prober, char why[BUDGET_TEXT])
{
	msec longest = 0;

	why[0] = '\0';
	for (size_t i = 0; i < prober->host_count; i++)
		if (time_for_host(prober, &prober->hosts[i], NULL) > longest)
			longest = time_for_host(prober, &prober->hosts[i], why);
	return longest;
}

/* "--timeout 30s asks all" where the rules alone are in the way. */
static void put_hint(const struct slot *slot, char out[WHEN_TEXT + 32])
{
	msec time = time_for_host(slot->source->prober, host_of(slot), NULL);
	char text[WHEN_TEXT];

	when_format_duration(text, time);
	if (time > 0)
		(void)snprintf(out, WHEN_TEXT + 32, "--timeout %s asks all", text);
	else
		(void)snprintf(out, WHEN_TEXT + 32, "a longer --timeout asks it");
}

/* It had no room: that says nothing of the server. What was answered before stays as it was. */
static bool hold_back(struct slot *slot)
{
	struct source *source = slot->source;
	struct now now = loop_now(source->prober->loop);
	struct reply reply;
	char why[BUDGET_TEXT], hint[WHEN_TEXT + 32];

	if (slot->turn != TO_ASK || has_room(slot))
		return false;
	slot->turn = DONE;
	if (ask_of(slot)->optional || source->probe.views[slot->ask].answered)
		return false;
	budget_say(source->probe.hosts[slot->ask], now.steady, why);
	put_hint(slot, hint);
	reply_init(&reply);
	reply_fail(&reply, REPLY_HELD, "%s; %s", why, hint);
	reply.at = now.wall;
	decoding_put(&source->decoding, slot->ask, &reply);
	return true;
}

static bool hold_back_all(struct prober *prober)
{
	bool held = false;

	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++)
			held = hold_back(&source->slots[ask]) || held;
	}
	return held;
}

/* What was not needed is offered again when all is quiet: the answers may have made it so. */
void prober_tick_once(struct prober *prober)
{
	bool started = start_all(prober, (struct offer){ TO_ASK, false });

	if (wait_for_room(prober) || started || is_busy(prober) ||
	    start_all(prober, (struct offer){ NOT_NEEDED, false }) || wait_for_needed(prober) ||
	    start_all(prober, (struct offer){ TO_ASK, true }) ||
	    start_all(prober, (struct offer){ NOT_NEEDED, true }) || hold_back_all(prober))
		return;
	prober->mode = IDLE;
	prober->once_done(prober->once_arg);
}

void prober_once(struct prober *prober, msec deadline, loop_call *done, void *arg)
{
	assert(prober->mode == IDLE);
	prober->mode = ONCE;
	prober->once_deadline = deadline;
	prober->once_shift = (size_t)loop_now(prober->loop).wall;
	prober->once_done = done;
	prober->once_arg = arg;
	for (size_t i = 0; i < prober->count; i++) {
		for (size_t ask = 0; ask < PROBE_ASKS; ask++)
			prober->sources[i].slots[ask].turn = TO_ASK;
	}
	prober_tick_next_round(prober);
}
