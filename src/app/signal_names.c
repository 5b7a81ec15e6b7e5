/* signal_names.c: see signal_names.h. */
#include "app/signal_names.h"

#include <string.h>

#include "app/checks.h"
#include "backends/backup.h"
#include "backends/log_lines.h"
#include "backends/postgres.h"
#include "core/world.h"

struct claim {
	const char *name;
	const char *owner;		/* "sources.logs", "checks.queue depth"; NULL: it is built in */
};

/* Those that the world always has, and what each stellar-rpc source measures. */
static const char *const built_in[] = { "lag", "error_rate", "latency", "stuck", "headroom" };

/* At most so many are kept; with one more there are too many to be watched. */
struct claims {
	struct settings *settings;
	struct claim all[WORLD_SIGNALS + 1];
	size_t count;
};

static void complain(struct settings *settings, const struct node *node, const char *text,
		     const char *hint)
{
	bool key = node->key != NULL;

	problems_add(&settings->problems, &(struct complaint){
		.at = key ? node->key_at : node->at, .width = key ? node->key_width : node->width,
		.id = PROBLEM_REFERENCE, .text = text, .hint = hint });
}

static const struct claim *find(const struct claims *claims, const char *name)
{
	for (size_t i = 0; i < claims->count; i++)
		if (strcmp(claims->all[i].name, name) == 0)
			return &claims->all[i];
	return NULL;
}

static void put(struct claims *claims, const struct claim *claim, const struct node *at)
{
	struct arena *arena = &claims->settings->arena;

	if (claims->count == ARRAY_LEN(claims->all))
		return;
	claims->all[claims->count++] = *claim;
	if (claims->count == WORLD_SIGNALS + 1 && at)
		complain(claims->settings, at,
			 arena_fmt(arena, "more than %d signals, of checks, patterns, queues and "
				   "backups together", WORLD_SIGNALS), NULL);
}

/* `path` is what is told of it, `owner` the source or check that it belongs to. */
static void claim(struct claims *claims, const struct claim *mine, const char *path,
		  const struct node *at)
{
	const struct claim *other = find(claims, mine->name);
	struct arena *arena = &claims->settings->arena;

	if (!other) {
		put(claims, mine, at);
		return;
	}
	complain(claims->settings, at,
		 other->owner ? arena_fmt(arena, "%s: %s has a signal of the name %s", path,
					  other->owner, problems_quote(arena, mine->name)) :
				arena_fmt(arena, "%s: %s is a signal that is built in", path,
					  problems_quote(arena, mine->name)),
		 "one of the two would never be shown: give this one another name");
}

static const struct node *source_node(const struct settings *settings, const char *source,
				      const char *key)
{
	const struct node *node = tree_child(tree_child(settings->tree, "sources"), source);

	return node ? tree_child(node, key) : NULL;
}

/* The entries of a map of a source, each a signal of its name after `lead`. */
static void claim_map(struct claims *claims, const char *source, const char *key, const char *lead)
{
	struct arena *arena = &claims->settings->arena;
	const struct node *map = source_node(claims->settings, source, key);
	const char *owner = arena_fmt(arena, "sources.%s", source);

	for (const struct node *n = map && map->kind == NODE_MAP ? map->first : NULL; n; n = n->next)
		claim(claims, &(struct claim){ arena_fmt(arena, "%s%s", lead, n->key), owner },
		      arena_fmt(arena, "sources.%s.%s.%s", source, key, n->key), n);
}

/* Where the queue is written, or else the presets that have it. */
static const struct node *queue_node(const struct settings *settings, const char *source,
				     const char *name)
{
	const struct node *queues = source_node(settings, source, "queues");

	for (const struct node *n = queues && queues->kind == NODE_LIST ? queues->first : NULL; n;
	     n = n->next) {
		const struct node *is = tree_child(n, "name");

		if (is && is->kind == NODE_SCALAR && strcmp(is->text, name) == 0)
			return is;
	}
	return source_node(settings, source, "presets");
}

static void claim_queues(struct claims *claims, const struct postgres_config *postgres)
{
	struct arena *arena = &claims->settings->arena;
	const char *owner = arena_fmt(arena, "sources.%s", postgres->source.name);
	struct queue queues[QUEUES];
	size_t count = queues_list(&postgres->queues, queues);

	for (size_t i = 0; i < count; i++) {
		const struct node *at = queue_node(claims->settings, postgres->source.name,
						   queues[i].name);

		if (at)
			claim(claims, &(struct claim){ queues[i].name, owner },
			      arena_fmt(arena, "%s.%s", owner, strcmp(at->key, "presets") ?
					"queues" : "presets"), at);
	}
}

static void claim_source(struct claims *claims, const struct source_config *source)
{
	if (strcmp(source->kind, "log") == 0)
		claim_map(claims, source->name, "patterns", "");
	else if (strcmp(source->kind, "backup") == 0)
		claim_map(claims, source->name, "components", "backup ");
	else if (strcmp(source->kind, "postgres") == 0)
		claim_queues(claims, (const struct postgres_config *)source);
}

/* A check of a built-in name sets its limits; only that of the headroom has no check. */
static void claim_checks(struct claims *claims)
{
	const struct node *checks = tree_child(claims->settings->tree, "checks");
	struct arena *arena = &claims->settings->arena;

	for (const struct node *n = checks && checks->kind == NODE_MAP ? checks->first : NULL; n;
	     n = n->next) {
		const char *path = arena_fmt(arena, "checks.%s", n->key);

		if (!check_is_built_in(n->key))
			claim(claims, &(struct claim){ n->key, path }, path, n);
	}
}

void signal_names_check(struct settings *settings)
{
	struct claims claims = { .settings = settings };

	for (size_t i = 0; i < ARRAY_LEN(built_in); i++)
		put(&claims, &(struct claim){ built_in[i], NULL }, NULL);
	claim_checks(&claims);
	for (size_t i = 0; i < settings->sources.count; i++)
		claim_source(&claims, settings_source(settings, i));
}
