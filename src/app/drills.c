/* drills.c: see drills.h. */
#include "app/drills.h"

#include <string.h>

static bool listed(const struct texts *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], name))
			return true;
	return false;
}

/* The one that is made of all commands for versions reads this host, and is no estate. */
static bool counts(const struct source_config *source)
{
	return strcmp(source->kind, "version") != 0;
}

bool drills_may_touch(const struct settings *settings, const struct source_config *source)
{
	return counts(source) && listed(&settings->drills.sources, source->name);
}

static bool no_production(const struct settings *settings, struct err *err)
{
	if (settings->production)
		return err_set(err, ERR_REFUSED, "the environment %s is marked as production: no drill "
			       "runs there", settings->environment);
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (source->production)
			return err_set(err, ERR_REFUSED, "the source %s is marked as production: no "
				       "drill runs while it is configured", source->name);
	}
	return true;
}

bool drills_fence(const struct settings *settings, struct err *err)
{
	const struct texts *allowed = &settings->drills.sources;

	if (!no_production(settings, err))
		return false;
	if (!allowed->items)
		return err_set(err, ERR_REFUSED, "drills.sources is not set: no drill runs before it "
			       "lists every source that a drill may touch");
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (counts(source) && !listed(allowed, source->name))
			return err_set(err, ERR_REFUSED, "the source %s is not on drills.sources: no "
				       "drill runs while it is configured", source->name);
	}
	return true;
}

bool drills_fence_of(const struct incident *incident, const struct settings *settings,
		     struct err *err)
{
	return strcmp(incident->type, "drill") != 0 || drills_fence(settings, err);
}
