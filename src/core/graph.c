/*
 * graph.c: which failure explains which, over the configured components.
 *
 * A source that is not ok is a consequence when a component that its own component depends on,
 * over any number of steps, has a source that is down, bad or stale. Of several such roots the
 * deepest counts, then the worst. Two components that depend on each other explain nothing of each
 * other: a circle has no bottom. A consequence keeps its state; it only learns what it points to.
 */
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

struct candidate {
	int source, depth;
	enum state state;
};

static void consider(const struct world *world, const struct component *at, int depth,
		     struct candidate *best)
{
	for (size_t i = 0; i < at->source_count; i++) {
		int index = at->sources[i];
		const struct source *source = index < 0 ? NULL : &world->sources[index];

		if (!source || !is_root_state(source))
			continue;
		if (depth < best->depth ||
		    (depth == best->depth && (int)source->state <= (int)best->state))
			continue;
		*best = (struct candidate){index, depth, source->state};
	}
}

static bool has_source(const struct component *component, int source)
{
	for (size_t i = 0; i < component->source_count; i++)
		if (component->sources[i] == source)
			return true;
	return false;
}

/* The deepest root under any component of this source, -1 without one. */
static int find_root(const struct world *world, int source)
{
	struct candidate best = {.source = -1, .depth = 0, .state = STATE_OK};
	struct reach down, back;

	for (size_t i = 0; i < world->component_count; i++) {
		if (!has_source(&world->components[i], source))
			continue;
		reach_from(world, i, &down);
		for (size_t j = 0; j < world->component_count; j++) {
			if (down.depth[j] <= 0 || has_source(&world->components[j], source))
				continue;
			reach_from(world, j, &back);
			if (back.depth[i] < 0)
				consider(world, &world->components[j], down.depth[j], &best);
		}
	}
	return best.source;
}

const struct source *world_root_of_source(const struct world *world, int source)
{
	int root = source < 0 ? -1 : world->sources[source].consequence_of;

	return root < 0 ? NULL : &world->sources[root];
}

/* A signal points to what its source points to, else to its source when that has failed itself,
 * else to what lies under the component of its source. */
static int root_of_signal(const struct world *world, const struct signal *signal)
{
	const struct source *source = signal->source < 0 ? NULL : &world->sources[signal->source];

	if (!source || signal->state == STATE_OK || source->asking)
		return -1;
	if (source->consequence_of >= 0)
		return source->consequence_of;
	if (is_root_state(source))
		return signal->source;
	return find_root(world, signal->source);
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
		    (source->explains == than->explains && source->state > than->state))
			best = (int)i;
	}
	return best;
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
	root = most_explaining(world);
	if (root != world->root)
		world->version++;
	world->root = root;
}
