/* config_sample.c: see config_sample.h. */
#include "tests/lib/config_sample.h"

#include <string.h>

static const char *const themes[] = { "default", "mono", NULL };
static const char *const bells[] = { "down", "alert", NULL };
static const char *const kinds[] = { "web", "sql", NULL };

static const struct setting replica_table[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct sample_replica, name),
	  .required = true, .help = "What it is called." },
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct sample_replica, url),
	  .help = "Where it is." },
	SETTING_END
};

static const struct setting web_table[] = {
	{ .key = "url", .type = SETTING_URL, .offset = offsetof(struct sample_source, url),
	  .required = true, .help = "Where it is." },
	{ .key = "every", .type = SETTING_DURATION, .offset = offsetof(struct sample_source, every),
	  .def = "10s", .min = 1000, .max = 3600000, .help = "How often." },
	{ .key = "password", .type = SETTING_SECRET,
	  .offset = offsetof(struct sample_source, password), .help = "How to get in." },
	SETTING_END
};

static const struct setting sql_table[] = {
	{ .key = "dsn", .type = SETTING_SECRET, .offset = offsetof(struct sample_source, dsn),
	  .required = true, .help = "Where it is, and how to get in." },
	{ .key = "replicas", .type = SETTING_ITEMS,
	  .offset = offsetof(struct sample_source, replicas), .sub = replica_table,
	  .sub_size = sizeof(struct sample_replica), .help = "Its copies." },
	SETTING_END
};

static const struct setting zone_table[] = {
	{ .key = "production", .type = SETTING_BOOL,
	  .offset = offsetof(struct sample_zone, production), .def = "false",
	  .help = "Is it for real?" },
	SETTING_END
};

static const struct setting ui_table[] = {
	{ .key = "theme", .type = SETTING_CHOICE, .offset = offsetof(struct sample, ui.theme),
	  .def = "default", .choices = themes, .help = "Colours." },
	{ .key = "ratio", .type = SETTING_NUMBER, .offset = offsetof(struct sample, ui.ratio),
	  .def = "0.5", .min = 0, .max = 1, .help = "A part of the whole." },
	{ .key = "bell", .type = SETTING_TEXTS, .offset = offsetof(struct sample, ui.bell),
	  .def = "down, alert", .choices = bells, .help = "When it rings." },
	{ .key = "keys", .type = SETTING_PAIRS, .offset = offsetof(struct sample, ui.keys),
	  .help = "Keys by action." },
	SETTING_END
};

static const struct setting *variant(const char *kind, size_t *size)
{
	*size = sizeof(struct sample_source);
	return !strcmp(kind, "web") ? web_table : !strcmp(kind, "sql") ? sql_table : NULL;
}

static const char *const *variant_names(void)
{
	return kinds;
}

const struct setting sample_table[] = {
	{ .key = "version", .type = SETTING_INT, .offset = offsetof(struct sample, version),
	  .def = "1", .min = 1, .max = 2, .help = "The format." },
	{ .key = "operator", .type = SETTING_TEXT, .offset = offsetof(struct sample, operator),
	  .help = "Who is at the console." },
	{ .key = "read_only", .type = SETTING_BOOL, .offset = offsetof(struct sample, read_only),
	  .def = "false", .help = "Refuse to change anything." },
	{ .key = "home", .type = SETTING_PATH, .offset = offsetof(struct sample, home),
	  .help = "A folder." },
	{ .key = "ui", .type = SETTING_GROUP, .sub = ui_table, .help = "The screen." },
	{ .key = "limit", .type = SETTING_THRESHOLD, .offset = offsetof(struct sample, limit),
	  .help = "When it is too much." },
	{ .key = "sources", .type = SETTING_MAP, .offset = offsetof(struct sample, sources),
	  .variant_key = "kind", .variant = variant, .variant_names = variant_names,
	  .help = "Who is asked." },
	{ .key = "zones", .type = SETTING_MAP, .offset = offsetof(struct sample, zones),
	  .sub = zone_table, .sub_size = sizeof(struct sample_zone), .help = "Places." },
	SETTING_END
};

bool sample_read(const char *yaml, struct sample *sample, struct arena *arena, struct buf *out)
{
	struct problems problems = { .arena = arena, .home = "/home/ana" };
	struct node *tree;
	bool ok = tree_parse("c.yaml", str_of(yaml), arena, &tree, &problems);

	ok = settings_read(sample_table, tree, sample, arena, &problems) && ok;
	problems_write(&problems, out);
	return ok;
}
