/*
 * graph.c: which failure explains which, over the configured components.
 *
 * A source that is not ok is a consequence when a component that its own component depends on,
 * over any number of steps, has a source that is down, bad or stale, and had failed by then: a
 * cause does not come after its effect. Of several such roots counts the one that the failing
 * source itself names, then the one that failed first, then the deepest, then the worst; if that
 * one is a consequence itself, its own root does. Failures that were noticed close together count
 * as one moment: each source is asked in its own time. Two components that depend on each other
 * explain nothing of each other: a circle has no bottom. A consequence keeps its state; it only
 * learns what it points to.
 */
#include <ctype.h>
#include <string.h>

#include "core/internal.h"

/* Distance of every component from the one it starts at, over depends_on; -1: not reached. */
struct reach {
	int depth[WORLD_COMPONENTS];
};

static void reach_from(const struct world *world, size_t start, struct reach *reach)
{
	size_t queue[WORLD_COMPONENTS], head = 0, tail = 0;

	for (size_t i = 0; i < WORLD_COMPONENTS; i++)
		reach->depth[i] = -1;
	reach->depth[start] = 0;
	queue[tail++] = start;
	while (head < tail) {
		const struct component *at = &world->components[queue[head]];
		int depth = reach->depth[queue[head++]];

		for (size_t i = 0; i < at->depends_count; i++) {
			int next = at->depends_on[i];

			if (next < 0 || reach->depth[next] >= 0)
				continue;
			reach->depth[next] = depth + 1;
			queue[tail++] = (size_t)next;
		}
	}
}

static bool is_root_state(const struct source *source)
{
	return !source->asking && (source->state == STATE_DOWN || source->state == STATE_BAD ||
				   source->state == STATE_STALE);
}

/* What is to be explained. */
struct effect {
	const char *because;
	msec since, every;
};

/* One failure is seen by two sources within so much: what came closer together came together. */
static msec together(msec every, msec other)
{
	const msec least = 30 * WHEN_SECOND;
	msec most = STALE_PERIODS * (every > other ? every : other);

	return most > least ? most : least;
}

struct candidate {
	int source, depth;
	bool named;
};

/* Is it a word of the sentence? "db" is none of "feedback", and one letter is no name. */
static bool has_word(const char *text, struct str word)
{
	struct str rest = str_of(text);

	for (size_t at = 0; word.len > 1 && at + word.len <= rest.len; at++)
		if (strncasecmp(rest.p + at, word.p, word.len) == 0 &&
		    (at == 0 || !isalnum((unsigned char)rest.p[at - 1])) &&
		    !isalnum((unsigned char)rest.p[at + word.len]))
			return true;
	return false;
}

/* A part of the name is enough: who says "its database hangs" speaks of teachlink-database. */
static bool has_part(const char *text, const char *name)
{
	while (*name) {
		size_t len = 0;

		while (isalnum((unsigned char)name[len]))
			len++;
		if (has_word(text, str_sub(name, len)))
			return true;
		name += len > 0 ? len : 1;
	}
	return false;
}

/* Does the sentence speak of this source or component? "its database fails", "horizon: error". */
static bool is_named(const struct effect *effect, const struct source *source,
		     const struct component *at)
{
	return has_part(effect->because, source->name) || has_part(effect->because, at->name);
}

static bool is_better(const struct world *world, const struct candidate *a,
		      const struct candidate *b)
{
	const struct source *one = &world->sources[a->source], *other;
	msec apart, limit;

	if (b->source < 0)
		return true;
	other = &world->sources[b->source];
	apart = one->failed_at - other->failed_at;
	limit = together(one->every, other->every);
	if (a->named != b->named)
		return a->named;
	if (apart > limit || apart < -limit)
		return apart < 0;
	if (a->depth != b->depth)
		return a->depth > b->depth;
	return one->state > other->state;
}

static void consider(const struct world *world, const struct effect *effect,
		     const struct component *at, int depth, struct candidate *best)
{
	for (size_t i = 0; i < at->source_count; i++) {
		struct candidate one = {.source = at->sources[i], .depth = depth};
		const struct source *source = one.source < 0 ? NULL : &world->sources[one.source];

		if (!source || !is_root_state(source) ||
		    source->failed_at > effect->since + together(source->every, effect->every))
			continue;
		one.named = is_named(effect, source, at);
		if (is_better(world, &one, best))
			*best = one;
	}
}

/* The best root under any component of this source, -1 without one. */
static int find_next(const struct world *world, int source)
{
	const struct source *is = &world->sources[source];
	const struct effect effect = {is->because, is->since, is->every};
	struct candidate best = {.source = -1};
	struct reach down, back;

	for (size_t i = 0; i < world->component_count; i++) {
		if (!component_has_source(&world->components[i], source))
			continue;
		reach_from(world, i, &down);
		for (size_t j = 0; j < world->component_count; j++) {
			if (down.depth[j] <= 0 ||
			    component_has_source(&world->components[j], source))
				continue;
			reach_from(world, j, &back);
			if (back.depth[i] < 0)
				consider(world, &effect, &world->components[j], down.depth[j],
					 &best);
		}
	}
	return best.source;
}

/* The same to its end. A source may watch several components, so that steps could go round. */
static int find_root(const struct world *world, int source)
{
	int root = -1;

	for (size_t steps = 0; steps < world->component_count; steps++) {
		int next = find_next(world, root < 0 ? source : root);

		if (next < 0 || next == source)
			break;
		root = next;
	}
	return root;
}

const struct source *world_root_of_source(const struct world *world, int source)
{
	int root = source < 0 ? -1 : world->sources[source].consequence_of;

	return root < 0 ? NULL : &world->sources[root];
}

/* A signal points to what its teller points to, else to its teller when that has failed itself,
 * else to what lies under the component of its teller. */
static int root_of_signal(const struct world *world, const struct signal *signal)
{
	int teller = world_teller(world, signal);
	const struct source *source = teller < 0 ? NULL : &world->sources[teller];

	if (!source || signal->state == STATE_OK || source->asking)
		return -1;
	if (source->consequence_of >= 0)
		return source->consequence_of;
	if (is_root_state(source))
		return teller;
	return find_root(world, teller);
}

const struct source *world_root_of_signal(const struct world *world, int signal)
{
	int root = root_of_signal(world, &world->signals[signal]);

	return root < 0 ? NULL : &world->sources[root];
}

static void point(struct world *world, int index)
{
	struct source *source = &world->sources[index];
	bool fails = !source->asking && source->state != STATE_OK;
	int root = fails ? find_root(world, index) : -1;

	if (root != source->consequence_of)
		world->version++;
	source->consequence_of = root;
	if (root >= 0)
		world->sources[root].explains++;
}

static int most_explaining(const struct world *world)
{
	int best = -1;

	for (size_t i = 0; i < world->source_count; i++) {
		const struct source *source = &world->sources[i];
		const struct source *than = best < 0 ? NULL : &world->sources[best];

		if (source->explains == 0)
			continue;
		if (!than || source->explains > than->explains ||
		    (source->explains == than->explains && source->state > than->state) ||
		    (source->explains == than->explains && source->state == than->state &&
		     source->failed_at < than->failed_at))
			best = (int)i;
	}
	return best;
}

/* A failure that reaches a component over what it depends on, whether or not it shows there. */
static void reach_component(struct world *world, size_t index)
{
	const struct effect effect = {"", world->now, 0};
	struct component *component = &world->components[index];
	struct candidate best = {.source = -1};
	struct reach down;

	reach_from(world, index, &down);
	for (size_t j = 0; j < world->component_count; j++)
		if (down.depth[j] > 0)
			consider(world, &effect, &world->components[j], down.depth[j], &best);
	if (best.source != component->hit_by)
		world->version++;
	component->hit_by = best.source;
}

void graph_refresh(struct world *world)
{
	int root;

	for (size_t i = 0; i < world->source_count; i++)
		world->sources[i].explains = 0;
	for (size_t i = 0; i < world->source_count; i++)
		point(world, (int)i);
	for (size_t i = 0; i < world->signal_count; i++) {
		root = root_of_signal(world, &world->signals[i]);
		if (root >= 0)
			world->sources[root].explains++;
	}
	for (size_t i = 0; i < world->component_count; i++)
		reach_component(world, i);
	root = most_explaining(world);
	if (root != world->root)
		world->version++;
	world->root = root;
}
