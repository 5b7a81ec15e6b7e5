#include "app/objectives.h"

#include <string.h>

#include "backends/backup.h"

static bool read_objective(const struct pair *pair, msec *out)
{
	return when_parse_duration(str_of(pair->value), out, NULL) && *out > 0;
}

msec objective_of(const struct pairs *objectives, const char *component)
{
	msec objective;

	for (size_t i = 0; i < objectives->count; i++)
		if (!strcmp(objectives->items[i].name, component) &&
		    read_objective(&objectives->items[i], &objective))
			return objective;
	return 0;
}

/* The i-th source if it is one of backups, else NULL. */
static struct backup_config *backups_of(const struct settings *settings, size_t i)
{
	struct source_config **sources = settings->sources.data;

	return strcmp(sources[i]->kind, "backup") ? NULL : (struct backup_config *)sources[i];
}

void objectives_complete(struct settings *settings)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		struct backup_config *config = backups_of(settings, i);
		struct backup_component *components = config ? config->components.data : NULL;

		for (size_t k = 0; config && k < config->components.count; k++) {
			if (components[k].rpo == 0)
				components[k].rpo = objective_of(&settings->rpo, components[k].name);
			components[k].rto = objective_of(&settings->rto, components[k].name);
		}
	}
}

static void complain(struct settings *settings, struct origin at, size_t width, const char *text,
		     const char *hint)
{
	problems_add(&settings->problems, &(struct complaint){
		.at = at, .width = (unsigned)width, .id = PROBLEM_REFERENCE, .text = text,
		.hint = hint });
}

static bool is_component(const struct settings *settings, const char *name)
{
	const struct component_settings *components = settings->components.data;

	for (size_t i = 0; i < settings->components.count; i++)
		if (!strcmp(components[i].name, name))
			return true;
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct backup_config *config = backups_of(settings, i);
		const struct backup_component *backups = config ? config->components.data : NULL;

		for (size_t k = 0; config && k < config->components.count; k++)
			if (!strcmp(backups[k].name, name))
				return true;
	}
	return false;
}

static void check_pairs(struct settings *settings, const char *key, const struct pairs *pairs)
{
	struct arena *arena = &settings->arena;

	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->items[i];
		msec objective;

		if (!read_objective(pair, &objective))
			complain(settings, pair->at, strlen(pair->value),
				 arena_fmt(arena, "%s.%s: %s is no duration", key, pair->name,
					   problems_quote(arena, pair->value)),
				 "write it like 15m, 1h or 7d");
		else if (!is_component(settings, pair->name))
			complain(settings, pair->at, strlen(pair->value),
				 arena_fmt(arena, "%s: there is no component %s", key,
					   problems_quote(arena, pair->name)),
				 "name one under components:, or of a backup source");
	}
}

static void check_source(struct settings *settings, const struct backup_config *config)
{
	const struct backup_component *components = config->components.data;
	struct arena *arena = &settings->arena;
	const char *name = config->source.name;
	const struct node *node = tree_child(tree_child(settings->tree, "sources"), name);

	node = node ? tree_child(node, "components") : NULL;
	if (!node)
		return;
	for (size_t k = 0; k < config->components.count; k++) {
		const struct node *child = tree_child(node, components[k].name);

		if (components[k].rpo == 0 && child)
			complain(settings, child->key_at, child->key_width,
				 arena_fmt(arena, "sources.%s.components.%s has no rpo", name,
					   components[k].name),
				 "set it here, or for all backups of it under rpo:");
	}
}

void objectives_check(struct settings *settings)
{
	check_pairs(settings, "rpo", &settings->rpo);
	check_pairs(settings, "rto", &settings->rto);
	for (size_t i = 0; i < settings->sources.count; i++)
		if (backups_of(settings, i))
			check_source(settings, backups_of(settings, i));
}
