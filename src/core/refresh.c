/*
 * refresh.c: what follows from the facts and the time for sources, transactions, the chain and the
 * whole.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/internal.h"

static msec later(msec a, msec b)
{
	return a > b ? a : b;
}

static const char *age_text(char out[WHEN_TEXT], msec age)
{
	when_format_age(out, age);
	return out;
}

/* When the oldest question that is still open was put; the start of the program without one. */
static msec asked_since(const struct world *world, const struct source *source)
{
	msec since = WHEN_NEVER;

	for (size_t i = 0; i < source->ask_count; i++) {
		msec at = source->asks[i].asked_at;

		if (at != WHEN_NEVER && (since == WHEN_NEVER || at < since))
			since = at;
	}
	return since == WHEN_NEVER ? world->started : since;
}

/* The newest evidence. That nobody answers is evidence as well, as old as the last try. */
static msec newest_of(const struct source *source)
{
	msec newest = source->last.newest;

	for (size_t i = 0; source->last.state == STATE_DOWN && i < source->ask_count; i++)
		newest = later(newest, source->asks[i].answered_at);
	return newest;
}

static void refresh_source(struct world *world, struct source *source, msec now)
{
	bool first = source->asking;
	char age[WHEN_TEXT], most[WHEN_TEXT];
	struct visible at = {source->name, &source->state, &source->since,
			     &source->since_before, source->because, first,
			     &source->past, false};
	msec seen = newest_of(source);
	msec limit = STALE_PERIODS * later(source->every, source->last.period);

	source->asking = source->last.asking;
	source->newest = source->last.newest;
	source->latency = source->last.latency;
	if (source->asking) {
		at.first = false;
		visible_set(world, at, STATE_UNKNOWN, now, "asking for %s",
			    age_text(age, now - asked_since(world, source)));
		return;
	}
	/* Unknown is no fact that could grow old. */
	if (source->last.state != STATE_UNKNOWN && source->last.state != STATE_STALE &&
	    seen != WHEN_NEVER && now - seen > limit)
		visible_set(world, at, STATE_STALE, now,
			    "last answer %s ago, limit %s; it was %s: %s",
			    age_text(age, now - seen), age_text(most, limit),
			    state_word(source->last.state), source->last.because);
	else
		visible_set(world, at, source->last.state, now, "%s", source->last.because);
	series_add(&source->series, now, source->latency == WHEN_NEVER ? (double)NAN :
		   (double)source->latency / (double)WHEN_SECOND, source->state);
}

/* A failure may change its word, from hung to refused, and stays the same failure. */
static void note_failure(struct source *source)
{
	bool fails = !source->asking && (source->state == STATE_DOWN || source->state == STATE_BAD ||
					 source->state == STATE_STALE);

	if (!fails)
		source->failed_at = WHEN_NEVER;
	else if (source->failed_at == WHEN_NEVER)
		source->failed_at = source->since;
}

void sources_refresh(struct world *world, msec now)
{
	for (size_t i = 0; i < world->source_count; i++) {
		refresh_source(world, &world->sources[i], now);
		note_failure(&world->sources[i]);
	}
}

static void tx_unknown(struct world *world, const char *because)
{
	if (world->tx.known || strcmp(world->tx.because, because) != 0)
		world->version++;
	world->tx.known = false;
	memcpy(world->tx.because, because, BECAUSE_TEXT);
}

void tx_refresh(struct world *world, msec now)
{
	const struct source *source = world->tx_source < 0 ? NULL : &world->sources[world->tx_source];
	char because[BECAUSE_TEXT] = "", age[WHEN_TEXT];

	if (!world->tx_configured || !source)
		return;
	if (source->asking)
		say(because, "asking %s", source->name);
	else if (source->state == STATE_DOWN)
		say(because, "%s does not answer: %s", source->name, source->because);
	else if (!source->last.tx)
		say(because, "%s said nothing of transactions", source->name);
	else if (!source->last.tx->known)
		memcpy(because, source->last.tx->because, sizeof(because));
	else if (now - world->tx.at > STALE_PERIODS * source->every)
		say(because, "last read %s ago", age_text(age, now - world->tx.at));
	else
		return;
	tx_unknown(world, because);
}

/* The one who saw the highest ledger says where the tip is. */
static void merge_tip(struct chain *all, const struct chain *one)
{
	if (!one->known || (all->known && one->ledger <= all->ledger))
		return;
	all->known = true;
	all->ledger = one->ledger;
	all->closed_at = one->closed_at;
	all->seen_at = one->seen_at;
	all->fresh = one->fresh;
}

/* How much an observation tells: the platform's own events before operations of any contract, and
 * what was seen before what was not. */
static int weight(const struct chain *chain)
{
	if (!chain->known || chain->activity == ACTIVITY_UNKNOWN)
		return 0;
	return (chain->by_events ? ACTIVITY_SOME : 0) + (int)chain->activity;
}

static void merge_activity(struct chain *all, const struct chain *one, int *told)
{
	if (weight(one) <= *told)
		return;
	*told = weight(one);
	all->activity = one->activity;
	all->by_events = one->by_events;
	all->activity_after = one->activity_after;
	all->activity_ledger = one->activity_ledger;
}

/* What the watchers of the chain know together. */
void chain_refresh(struct world *world)
{
	struct chain chain = {.closed_at = WHEN_NEVER, .seen_at = WHEN_NEVER,
			      .activity_after = WHEN_NEVER};
	int told = 0;

	for (size_t i = 0; i < world->source_count; i++) {
		const struct report *last = &world->sources[i].last;

		if (last->cursor && (world->cursor_source < 0 || world->cursor_source == (int)i))
			world->cursor = *last->cursor;
		if (!last->chain)
			continue;
		chain.configured = true;
		if (last->chain->horizons > chain.horizons)
			chain.horizons = last->chain->horizons;
		merge_tip(&chain, last->chain);
		merge_activity(&chain, last->chain, &told);
	}
	world->chain = chain;
}

/* The worst of all that somebody was asked for and has answered, or should have. */
static enum state overall(const struct world *world)
{
	enum state worst = STATE_OK;
	bool any = false;

	for (size_t i = 0; i < world->source_count; i++) {
		if (world->sources[i].asking)
			continue;
		worst = state_worse(worst, world->sources[i].state);
		any = true;
	}
	for (size_t i = 0; i < world->signal_count; i++) {
		int source = world->signals[i].source;

		if (source >= 0 && !world->sources[source].asking)
			worst = state_worse(worst, world->signals[i].state);
	}
	if (world->tx_configured && !world->tx.known && world->tx_source >= 0 &&
	    !world->sources[world->tx_source].asking)
		worst = state_worse(worst, STATE_UNKNOWN);
	return any ? worst : STATE_UNKNOWN;
}

bool world_refresh(struct world *world, msec now)
{
	enum state state;
	bool changed;

	world->now = now;
	sources_refresh(world, now);
	tx_refresh(world, now);
	signals_refresh(world, now);
	chain_refresh(world);
	alerts_refresh(world, now);
	components_refresh(world, now);
	graph_refresh(world);
	state = overall(world);
	if (state != world->state)
		world->version++;
	world->state = state;
	changed = world->version != world->seen;
	world->seen = world->version;
	return changed;
}
