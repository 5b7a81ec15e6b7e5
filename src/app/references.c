/*
 * references.c: see references.h. What exists is taken from the tree, not from what was read of it:
 * a source that has an error of its own is no reason for a second one wherever it is named.
 */
#include "app/references.h"

#include <string.h>

#include "app/checks.h"
#include "app/contracts.h"
#include "backends/postgres.h"
#include "backends/prometheus.h"
#include "backends/version.h"
#include "core/world.h"
#include "ui/keys.h"
#include "ui/theme.h"

struct names {
	const char **items;
	size_t count;
};

/* A name that stands at `node` must be one of these. */
struct reference {
	const char *path;	/* "components.indexer.sources" */
	const char *what;	/* "source" */
	struct names names;
};

static const struct node *section(const struct settings *settings, const char *name)
{
	const struct node *node = tree_child(settings->tree, name);

	return node && node->kind == NODE_MAP ? node->first : NULL;
}

static const char *scalar(const struct node *map, const char *key)
{
	const struct node *node = tree_child(map, key);

	return node && node->kind == NODE_SCALAR ? node->text : NULL;
}

static void complain(struct settings *settings, const struct node *value, const char *text,
		     const char *hint)
{
	problems_add(&settings->problems, &(struct complaint){
		.at = value->at, .width = value->width, .id = PROBLEM_REFERENCE, .text = text,
		.hint = hint });
}

static void complain_key(struct settings *settings, const struct node *node, const char *text,
			 const char *hint)
{
	problems_add(&settings->problems, &(struct complaint){
		.at = node->key_at, .width = node->key_width, .id = PROBLEM_REFERENCE,
		.text = text, .hint = hint });
}

/* The names in a section; only those of one kind unless it is NULL. */
static struct names names_of(struct settings *settings, const char *of, const char *kind)
{
	struct names names = { NULL, 0 };
	const struct node *first = section(settings, of);
	size_t room = 1;

	for (const struct node *n = first; n; n = n->next)
		room++;
	names.items = arena_array(&settings->arena, room, sizeof(*names.items));
	for (const struct node *n = first; n; n = n->next) {
		const char *is = scalar(n, "kind");

		if (!kind || (is && !strcmp(is, kind)))
			names.items[names.count++] = n->key;
	}
	return names;
}

static bool has(struct names names, const char *name)
{
	for (size_t i = 0; i < names.count; i++)
		if (!strcmp(names.items[i], name))
			return true;
	return false;
}

static void must_exist(struct settings *settings, const struct reference *ref,
		       const struct node *node)
{
	struct arena *arena = &settings->arena;
	struct names names = ref->names;

	if (!node || node->kind != NODE_SCALAR || has(names, node->text))
		return;
	problems_add(&settings->problems, &(struct complaint){
		.at = node->at, .width = node->width, .id = PROBLEM_REFERENCE,
		.text = arena_fmt(arena, "%s: there is no %s %s", ref->path, ref->what,
				  problems_quote(arena, node->text)),
		.hint = problems_nearest(arena, node->text, names.items, names.count),
		.known = names.count ? problems_list(arena, "there are: ", names.items,
						     names.count) : NULL });
}

/* The same for every name of a list, or for the one that stands instead of it. */
static void all_must_exist(struct settings *settings, const struct reference *ref,
			   const struct node *node)
{
	if (node && node->kind == NODE_LIST)
		for (const struct node *n = node->first; n; n = n->next)
			must_exist(settings, ref, n);
	else
		must_exist(settings, ref, node);
}

static void check_components(struct settings *settings)
{
	static const struct { const char *key, *what, *of; } rows[] = {
		{ "depends_on", "component", "components" },
		{ "serves", "component", "components" },
		{ "sources", "source", "sources" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct names names = names_of(settings, rows[i].of, NULL);

		for (const struct node *n = section(settings, "components"); n; n = n->next) {
			struct reference ref = {
				arena_fmt(&settings->arena, "components.%s.%s", n->key,
					  rows[i].key), rows[i].what, names };

			all_must_exist(settings, &ref, tree_child(n, rows[i].key));
		}
	}
}

/* A version is told by a command or by a source, not by both. */
static void check_versions(struct settings *settings)
{
	struct names names = names_of(settings, "sources", NULL);

	for (const struct node *n = section(settings, "components"); n; n = n->next) {
		const struct node *version = tree_child(n, "version");
		struct reference ref = { arena_fmt(&settings->arena, "components.%s.version.source",
						   n->key), "source", names };

		if (!version)
			continue;
		must_exist(settings, &ref, tree_child(version, "source"));
		if (tree_child(n, "version_command"))
			complain_key(settings, version,
				     arena_fmt(&settings->arena, "components.%s: version and "
					       "version_command together", n->key),
				     "one of them must go");
	}
	for (const struct node *n = section(settings, "sources"); n; n = n->next)
		if (settings->version_commands > 0 && !strcmp(n->key, VERSIONS_SOURCE))
			complain_key(settings, n, "the name versions belongs to the commands that "
				     "tell versions and rotas", NULL);
	if (settings->version_commands > VERSION_COMMANDS)
		complain_key(settings, settings->tree->first,
			     arena_fmt(&settings->arena, "%zu version and rota commands, at most %d "
				       "can be run", settings->version_commands, VERSION_COMMANDS),
			     NULL);
}

static void check_contacts(struct settings *settings)
{
	const struct node *list = tree_child(settings->tree, "contacts");
	struct reference ref = { "contacts.components", "component",
				 names_of(settings, "components", NULL) };

	if (!list || list->kind != NODE_LIST)
		return;
	for (const struct node *n = list->first; n; n = n->next)
		all_must_exist(settings, &ref, tree_child(n, "components"));
	if (settings->contacts.count > WORLD_CONTACTS)
		complain_key(settings, list, arena_fmt(&settings->arena, "more than %d contacts",
						       WORLD_CONTACTS), NULL);
}

/* A check's name is shown and asked for, a source's is half of SOURCE.FIELD. */
static bool good_source_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	return *name && strspn(name, allowed) == strlen(name);
}

static void check_names(struct settings *settings)
{
	static const struct { const char *section; size_t max; } rows[] = {
		{ "sources", WORLD_SOURCES }, { "components", WORLD_COMPONENTS },
		{ "checks", WORLD_SIGNALS - 4 },
	};
	struct arena *arena = &settings->arena;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t count = 0;

		for (const struct node *n = section(settings, rows[i].section); n; n = n->next) {
			if (++count == rows[i].max + 1)
				complain_key(settings, n,
					     arena_fmt(arena, "more than %zu %s", rows[i].max,
						       rows[i].section), NULL);
			if (strlen(n->key) >= NAME_TEXT)
				complain_key(settings, n,
					     arena_fmt(arena, "a name under %s has more than %d "
						       "bytes", rows[i].section, NAME_TEXT - 1),
					     NULL);
		}
	}
	for (const struct node *n = section(settings, "sources"); n; n = n->next)
		if (!good_source_name(n->key))
			complain_key(settings, n, "the name of a source has another character than "
				     "letters, digits, - and _", NULL);
}

/* A source that may have one URL or several needs the one or the other. */
static void check_urls(struct settings *settings)
{
	for (const struct node *n = section(settings, "sources"); n; n = n->next) {
		const struct node *one = tree_child(n, "url"), *many = tree_child(n, "urls");
		const char *kind = scalar(n, "kind");
		size_t size;
		const struct setting *s = kind ? backend_settings(kind, &size) : NULL;

		while (s && s->type != SETTING_END_MARK && s->type != SETTING_URLS)
			s++;
		if (!s || s->type == SETTING_END_MARK)
			continue;
		if (one && many)
			complain_key(settings, many,
				     arena_fmt(&settings->arena,
					       "sources.%s: url and urls together", n->key),
				     "put all of them into urls");
		else if (!one && !many)
			problems_add(&settings->problems, &(struct complaint){
				.at = n->key_at, .width = n->key_width, .id = PROBLEM_MISSING,
				.text = arena_fmt(&settings->arena,
						  "sources.%s: url or urls is required", n->key) });
	}
}

/* A kind that can be asked in one of two ways needs the one or the other. */
static void check_ways(struct settings *settings)
{
	static const struct { const char *kind, *a, *b; } rows[] = {
		{ "log", "file", "command" }, { "backup", "url", "command" },
	};

	for (const struct node *n = section(settings, "sources"); n; n = n->next) {
		const char *kind = scalar(n, "kind");

		for (size_t i = 0; kind && i < ARRAY_LEN(rows); i++) {
			bool a = tree_child(n, rows[i].a), b = tree_child(n, rows[i].b);

			if (!strcmp(kind, rows[i].kind) && a == b)
				complain_key(settings, n,
					     arena_fmt(&settings->arena, a ?
						       "sources.%s: %s and %s together" :
						       "sources.%s: %s or %s is required", n->key,
						       rows[i].a, rows[i].b), NULL);
		}
	}
}

/* Are the limits on one side, and is bad the worse one? */
static bool limits_fit(const struct check_settings *check)
{
	if (check->warn.side == THRESHOLD_NONE || check->bad.side == THRESHOLD_NONE)
		return true;
	if (check->warn.side != check->bad.side)
		return false;
	return check->warn.side == THRESHOLD_ABOVE ? check->warn.value <= check->bad.value :
						     check->warn.value >= check->bad.value;
}

static void check_limits(struct settings *settings)
{
	const struct check_settings *checks = settings->checks.data;

	for (size_t i = 0; i < settings->checks.count; i++) {
		const struct node *node = section(settings, "checks");

		while (node && strcmp(node->key, checks[i].name) != 0)
			node = node->next;
		if (node && !limits_fit(&checks[i]))
			complain_key(settings, node,
				     arena_fmt(&settings->arena,
					       "checks.%s: bad is not worse than warn", node->key),
				     "both above, or both below, and bad farther out");
	}
}

/* Who answers a check's query? */
static void check_query(struct settings *settings, const struct node *check, struct names servers)
{
	struct arena *arena = &settings->arena;
	struct reference ref = { arena_fmt(arena, "checks.%s.source", check->key),
				 "prometheus source", servers };
	const struct node *source = tree_child(check, "source");
	bool query = tree_child(check, "query") != NULL;

	if (!query && !check_is_built_in(check->key))
		complain_key(settings, check,
			     arena_fmt(arena, "checks.%s has no query", check->key),
			     "only lag, error_rate, latency and stuck may do without");
	if (source)
		must_exist(settings, &ref, source);
	else if (query && servers.count != 1)
		complain_key(settings, check,
			     arena_fmt(arena, "checks.%s: source is required", check->key),
			     servers.count ? "there are several prometheus sources" :
					     "there is no prometheus source");
}

static void check_checks(struct settings *settings)
{
	struct names servers = names_of(settings, "sources", "prometheus");
	const struct check_settings *checks = settings->checks.data;

	for (const struct node *n = section(settings, "checks"); n; n = n->next)
		check_query(settings, n, servers);
	for (size_t s = 0; s < servers.count; s++) {
		const struct node *node = section(settings, "sources");
		size_t asked = 0;

		for (size_t i = 0; i < settings->checks.count; i++)
			asked += checks[i].source && !strcmp(checks[i].source, servers.items[s]);
		while (strcmp(node->key, servers.items[s]) != 0)
			node = node->next;
		if (asked > PROMETHEUS_CHECKS)
			complain_key(settings, node,
				     arena_fmt(&settings->arena,
					       "sources.%s: %zu checks ask it, at most %d can",
					       node->key, asked, PROMETHEUS_CHECKS), NULL);
	}
}

static void check_transactions(struct settings *settings)
{
	struct reference ref = { "transactions.source", "postgres source",
				 names_of(settings, "sources", "postgres") };
	const struct node *node = tree_child(settings->tree, "transactions");
	const char *wrong;

	if (!node || node->kind != NODE_MAP)
		return;
	must_exist(settings, &ref, tree_child(node, "source"));
	wrong = tx_config_problem(&settings->transactions);
	if (wrong)
		complain_key(settings, node, wrong, NULL);
}

static const struct node *node_of(struct settings *settings, const char *in, const char *name)
{
	const struct node *node = section(settings, in);

	while (node && strcmp(node->key, name) != 0)
		node = node->next;
	return node;
}

static void check_queues(struct settings *settings)
{
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);
		const struct node *node = node_of(settings, "sources", source->name);
		const char *wrong = NULL;

		if (!strcmp(source->kind, "postgres"))
			wrong = queues_problem(&((const struct postgres_config *)source)->queues);
		if (wrong && node)
			complain_key(settings, node, arena_fmt(&settings->arena, "sources.%s: %s",
							       source->name, wrong), NULL);
	}
}

/* A typing error in --env must not make production look like nothing special. */
static void check_environment(struct settings *settings)
{
	struct reference ref = { "environment", "environment",
				 names_of(settings, "environments", NULL) };

	if (ref.names.count > 0)
		must_exist(settings, &ref, tree_child(settings->tree, "environment"));
}

static void check_theme(struct settings *settings)
{
	struct reference ref = { "ui.theme", "theme", { NULL, 0 } };
	const char *const *names = theme_names();
	size_t count = 0;

	while (names[count])
		count++;
	ref.names.items = arena_array(&settings->arena, count + 1, sizeof(*ref.names.items));
	for (; ref.names.count < count; ref.names.count++)
		ref.names.items[ref.names.count] = names[ref.names.count];
	must_exist(settings, &ref, tree_at(settings->tree, "ui.theme"));
}

/* What a sentence is about: the override whose path begins it, or whose name it quotes. */
static const struct node *key_meant(struct settings *settings, const struct node *keys,
				    struct str sentence)
{
	for (const struct node *n = keys->first; n; n = n->next)
		if (str_starts(sentence, arena_fmt(&settings->arena, "ui.keys.%s:", n->key)) ||
		    str_has(sentence, arena_fmt(&settings->arena, "named '%s'", n->key)))
			return n;
	return keys;
}

static void check_keys(struct settings *settings)
{
	const struct pairs *pairs = &settings->ui.keys;
	const struct node *keys = tree_at(settings->tree, "ui.keys");
	struct key_override *overrides = arena_array(&settings->arena, pairs->count + 1,
						     sizeof(*overrides));
	struct buf problems = { 0 };
	struct str rest, line;
	struct keymap map;

	for (size_t i = 0; i < pairs->count; i++)
		overrides[i] = (struct key_override){ pairs->items[i].name, pairs->items[i].value };
	if (!keymap_init(&map, overrides, pairs->count, &problems) && keys) {
		rest = str_sub(buf_cstr(&problems), problems.len);
		while (str_cut(&rest, '\n', &line))
			complain(settings, key_meant(settings, keys, line),
				 arena_fmt(&settings->arena, "%.*s", (int)line.len, line.p), NULL);
	}
	buf_done(&problems);
}

static void check_version(struct settings *settings)
{
	const struct node *node = tree_child(settings->tree, "version");

	if (node && settings->version != 1)
		complain(settings, node,
			 arena_fmt(&settings->arena, "version %lld is of another program",
				   (long long)settings->version), "this one reads version 1");
}

void references_check(struct settings *settings)
{
	static void (*const checks[])(struct settings *) = {
		check_version, check_environment, check_theme, check_keys, check_names, check_urls,
		check_ways, check_checks, check_limits, check_transactions, check_queues,
		check_components, check_versions, check_contacts,
		contracts_check, channels_check,
	};

	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		checks[i](settings);
}
