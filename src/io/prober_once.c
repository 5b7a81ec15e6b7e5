/*
 * prober_once.c: everything asked once, within a deadline. What had no room at its host by then was
 * not asked, and that is told apart from a server that did not answer.
 */
#include "io/prober_inside.h"

#include <assert.h>

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

/* Who goes first where not all can: what must be asked before what may be, then what was not asked
 * for longest, then the first questions of all sources before the second of any. */
static bool goes_before(const struct slot *a, const struct slot *b)
{
	msec last_a = a->source->probe.started[a->ask], last_b = b->source->probe.started[b->ask];

	if (ask_of(a)->optional != ask_of(b)->optional)
		return ask_of(b)->optional;
	if (last_a != last_b)
		return last_a < last_b;
	return a->ask < b->ask;
}

static struct slot *first_with_room(struct prober *prober, enum turn turn)
{
	struct slot *first = NULL;

	for (size_t i = 0; i < prober->count; i++) {
		struct source *source = &prober->sources[i];

		for (size_t ask = 0; ask < source->probe.ask_count; ask++) {
			struct slot *slot = &source->slots[ask];

			if (slot->turn == turn && !slot->offered && has_room(slot) &&
			    (!first || goes_before(slot, first)))
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

/* Start every ask that stands at `turn`, each one offered once; false when none was started. */
static bool start_all(struct prober *prober, enum turn turn)
{
	bool started = false;
	struct slot *slot;

	if (loop_now(prober->loop).steady >= prober->once_deadline)
		return false;
	offer_all(prober);
	while ((slot = first_with_room(prober, turn))) {
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

/* It had no room: that says nothing of the server. What was answered before stays as it was. */
static bool hold_back(struct slot *slot)
{
	struct source *source = slot->source;
	struct now now = loop_now(source->prober->loop);
	struct reply reply;
	char why[BUDGET_TEXT];

	if (slot->turn != TO_ASK || has_room(slot))
		return false;
	slot->turn = DONE;
	if (ask_of(slot)->optional || source->probe.views[slot->ask].answered)
		return false;
	budget_say(source->probe.hosts[slot->ask], now.steady, why);
	reply_init(&reply);
	reply_fail(&reply, REPLY_HELD, "%s; a longer --timeout asks it", why);
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
	bool started = start_all(prober, TO_ASK);

	if (wait_for_room(prober) || started || is_busy(prober) || start_all(prober, NOT_NEEDED) ||
	    hold_back_all(prober))
		return;
	prober->mode = IDLE;
	prober->once_done(prober->once_arg);
}

void prober_once(struct prober *prober, msec deadline, loop_call *done, void *arg)
{
	assert(prober->mode == IDLE);
	prober->mode = ONCE;
	prober->once_deadline = deadline;
	prober->once_done = done;
	prober->once_arg = arg;
	for (size_t i = 0; i < prober->count; i++) {
		for (size_t ask = 0; ask < PROBE_ASKS; ask++)
			prober->sources[i].slots[ask].turn = TO_ASK;
	}
	prober_tick_next_round(prober);
}
