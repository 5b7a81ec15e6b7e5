/* drills_settings.c: see drills_settings.h. */
#include "app/drills_settings.h"

#include <string.h>

#include "app/settings.h"

static const char *const scenario_words[] = {
#define X(sym, word, runbook) [SCENARIO_##sym] = (word),
	DRILL_SCENARIOS(X)
#undef X
	NULL };

/* Each type has a table of its own, for its own default of `every`. */
#define X(sym, word, days, help_text) \
static const struct setting type_##sym[] = { \
	{ .key = "every", .type = SETTING_DURATION, \
	  .offset = offsetof(struct drill_type_settings, every), .def = #days "d", \
	  .min = 3600000, .max = 63072000000, \
	  .help = "From the beginning of one that passed to the next: " help_text "." }, \
	{ .key = "runbook", .type = SETTING_TEXT, \
	  .offset = offsetof(struct drill_type_settings, runbook), \
	  .help = "The runbook that is followed; that of the scenario when absent." }, \
	{ .key = "scenario", .type = SETTING_CHOICE, \
	  .offset = offsetof(struct drill_type_settings, scenario), .def = "other", \
	  .choices = scenario_words, .help = "What is practised unless --scenario says so." }, \
	SETTING_END \
};
DRILL_TYPES(X)
#undef X

static const struct setting types_table[] = {
#define X(sym, word, days, help_text) \
	{ .key = (word), .type = SETTING_GROUP, .sub = type_##sym, \
	  .offset = DRILL_##sym * sizeof(struct drill_type_settings), \
	  .sub_size = sizeof(struct drill_type_settings), .help = (help_text) },
	DRILL_TYPES(X)
#undef X
	SETTING_END
};

const struct setting drills_table[] = {
	{ .key = "sources", .type = SETTING_TEXTS,
	  .offset = offsetof(struct drills_settings, sources),
	  .help = "The sources that a drill may touch, by name. While a source is configured that "
		  "is not on this list, or the list is absent, no drill runs." },
	{ .key = "reports", .type = SETTING_PATH,
	  .offset = offsetof(struct drills_settings, reports), .def = "backups/recovery_reports",
	  .help = "The folder of the reports, from which it follows when the next drill is due; a "
		  "relative one is below the folder in which the program runs." },
	{ .key = "announce", .type = SETTING_TEXTS,
	  .offset = offsetof(struct drills_settings, announce),
	  .help = "The channels of notify in which a drill is announced." },
	{ .key = "image", .type = SETTING_TEXT, .offset = offsetof(struct drills_settings, image),
	  .help = "The image of the isolated environment, as in teachlink/dr-test; stands in the "
		  "report." },
	{ .key = "types", .type = SETTING_GROUP, .offset = offsetof(struct drills_settings, types),
	  .sub = types_table,
	  .sub_size = DRILL_TYPE_COUNT * sizeof(struct drill_type_settings),
	  .help = "How often each type is due, and what it usually is." },
	SETTING_END
};

/* --- names that must exist -------------------------------------------------------------------- */

struct known {
	const char *path, *what;	/* "drills.sources", "source" */
	const char **names;
	size_t count;
};

static void must_be_known(struct settings *settings, const struct known *known,
			  const struct node *node)
{
	struct arena *arena = &settings->arena;

	if (node->kind != NODE_SCALAR)
		return;		/* said already, and not read */
	for (size_t i = 0; i < known->count; i++)
		if (!strcmp(known->names[i], node->text))
			return;
	problems_add(&settings->problems, &(struct complaint){
		.at = node->at, .width = node->width, .id = PROBLEM_REFERENCE,
		.text = arena_fmt(arena, "%s: there is no %s %s", known->path, known->what,
				  problems_quote(arena, node->text)),
		.hint = problems_nearest(arena, node->text, known->names, known->count),
		.known = known->count ? problems_list(arena, "there are: ", known->names,
						      known->count) : NULL });
}

static void check_list(struct settings *settings, const struct known *known,
		       const struct node *list)
{
	if (!list)
		return;
	if (list->kind != NODE_LIST) {
		must_be_known(settings, known, list);
		return;
	}
	for (const struct node *node = list->first; node; node = node->next)
		must_be_known(settings, known, node);
}

static size_t children(const struct node *node)
{
	size_t count = 0;

	for (const struct node *n = node ? node->first : NULL; n; n = n->next)
		count++;
	return count;
}

/* From the tree: a source with an error of its own is no reason for a second one here. */
static struct known known_sources(struct settings *settings)
{
	const struct node *map = tree_child(settings->tree, "sources");
	struct known known = { .path = "drills.sources", .what = "source" };

	known.names = arena_array(&settings->arena, children(map) + 1, sizeof(*known.names));
	for (const struct node *n = map && map->kind == NODE_MAP ? map->first : NULL; n; n = n->next)
		known.names[known.count++] = n->key;
	return known;
}

static struct known known_channels(struct settings *settings)
{
	const struct node *list = tree_child(settings->tree, "notify");
	struct known known = { .path = "drills.announce", .what = "channel" };

	known.names = arena_array(&settings->arena, children(list) + 1, sizeof(*known.names));
	for (const struct node *n = list && list->kind == NODE_LIST ? list->first : NULL; n;
	     n = n->next) {
		const struct node *name = tree_child(n, "name");

		if (name && name->kind == NODE_SCALAR)
			known.names[known.count++] = name->text;
	}
	return known;
}

static void check_folder(struct settings *settings, const struct node *reports)
{
	if (reports && reports->kind == NODE_SCALAR &&
	    strlen(settings->drills.reports) >= DRILLS_FOLDER)
		problems_add(&settings->problems, &(struct complaint){
			.at = reports->at, .width = reports->width, .id = PROBLEM_VALUE,
			.text = arena_fmt(&settings->arena, "drills.reports: more than %d bytes",
					  DRILLS_FOLDER - 1) });
}

void drills_check(struct settings *settings)
{
	const struct node *drills = tree_child(settings->tree, "drills");
	struct known sources, channels;

	if (!drills || drills->kind != NODE_MAP)
		return;
	check_folder(settings, tree_child(drills, "reports"));
	sources = known_sources(settings);
	channels = known_channels(settings);
	check_list(settings, &sources, tree_child(drills, "sources"));
	check_list(settings, &channels, tree_child(drills, "announce"));
}
