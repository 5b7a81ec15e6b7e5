/*
 * setting.c: a tree read by a table. What belongs to the keys is here (which exist, which are
 * missing, what is nested in what); values are read by value.c, references to secrets by secret.c.
 */
#include "config/setting.h"

#include <assert.h>
#include <string.h>

#include "config/value.h"

struct reader {
	struct arena *arena;
	struct problems *problems;
};

/* A map and what it is read by. */
struct level {
	const struct path *path;
	const struct setting *table;
	const struct node *map;		/* NULL: not written, all defaults */
	const char *extra;		/* a key that the table does not hold: the variant's */
	void *base;
};

static void read_level(const struct reader *r, const struct level *level);

static bool has_key(const struct level *level, const char *key)
{
	if (level->extra && !strcmp(key, level->extra))
		return true;
	for (const struct setting *s = level->table; s->type != SETTING_END_MARK; s++)
		if (s->type == SETTING_SECRET ? secret_has_key(s, key) : !strcmp(s->key, key))
			return true;
	return false;
}

struct names {
	const char **items;
	size_t count;
};

/* Every key that can be written at this level. */
static struct names key_names(const struct reader *r, const struct level *level)
{
	struct names names = { NULL, 0 };
	size_t settings = 0;

	while (level->table[settings].type != SETTING_END_MARK)
		settings++;
	names.items = arena_array(r->arena, settings * SECRET_FORMS + 1, sizeof(*names.items));
	if (level->extra)
		names.items[names.count++] = level->extra;
	for (const struct setting *s = level->table; s->type != SETTING_END_MARK; s++) {
		if (s->type != SETTING_SECRET)
			names.items[names.count++] = s->key;
		for (size_t i = 0; s->type == SETTING_SECRET && i < SECRET_FORMS; i++)
			names.items[names.count++] = secret_key(r->arena, s, i);
	}
	return names;
}

/* A misspelt "password" has a password behind it. */
static bool near_secret(const struct level *level, const char *key)
{
	for (const struct setting *s = level->table; s->type != SETTING_END_MARK; s++)
		if (s->type == SETTING_SECRET && str_nearest(key, &s->key, 1))
			return true;
	return false;
}

static void refuse_key(const struct reader *r, const struct level *level, const struct node *node)
{
	const char *where = level->path ? arena_fmt(r->arena, " under %s",
						    path_text(r->arena, level->path)) : "";
	struct names names = key_names(r, level);

	if (near_secret(level, node->key))
		problems_hide(r->problems, node->at, node->end_line);
	problems_add(r->problems, &(struct complaint){
		.at = node->key_at, .width = node->key_width, .id = PROBLEM_UNKNOWN,
		.text = arena_fmt(r->arena, "unknown key %s%s", problems_quote(r->arena, node->key),
				  where),
		.hint = problems_nearest(r->arena, node->key, names.items, names.count),
		.known = problems_list(r->arena, "known keys: ", names.items, names.count) });
}

static void check_keys(const struct reader *r, const struct level *level)
{
	struct complaint uncounted = { .id = PROBLEM_UNKNOWN, .text = "" };

	for (const struct node *child = level->map ? level->map->first : NULL; child;
	     child = child->next) {
		if (has_key(level, child->key))
			continue;
		if (problems_open(r->problems))
			refuse_key(r, level, child);
		else
			problems_add(r->problems, &uncounted);
	}
}

static void complain(const struct value *v, enum problem_id id, const char *text, const char *hint)
{
	value_wrong(v, &(struct complaint){ .id = id, .text = text, .hint = hint });
}

static void complain_missing(const struct value *v, const struct node *map)
{
	struct value part = *v;

	part.node = map;
	value_wrong(&part, &(struct complaint){
		.at = map->key ? map->key_at : map->at, .width = map->key_width,
		.id = PROBLEM_MISSING, .text = "is required",
		.hint = arena_fmt(v->arena, "write it like %s",
				  value_form(v->arena, v->setting)) });
}

/* The node as what its setting wants to be made of; NULL when it is something else, which is
 * reported unless it says nothing ("sources:" with everything under it commented out). */
static const struct node *shaped(const struct value *v, enum node_kind kind)
{
	const struct value_type *type = value_type(v->setting->type);

	if (!v->node || v->node->kind == kind)
		return v->node;
	if (!value_empty(v->node))
		complain(v, PROBLEM_VALUE, arena_fmt(v->arena, "%s is wanted", type->word),
			 arena_fmt(v->arena, "write it like %s", type->form));
	return NULL;
}

static size_t count_names(const char *const *names)
{
	size_t count = 0;

	while (names[count])
		count++;
	return count;
}

/* The table of an item of several shapes, and its kind; NULL after a problem. */
static const struct setting *choose_variant(const struct value *v, const char **kind, size_t *size)
{
	const struct setting *setting = v->setting, *table;
	const struct node *node = tree_child(v->node, setting->variant_key);
	const char *const *names = setting->variant_names();
	size_t count = count_names(names);
	struct value part = *v;
	const char *known = problems_list(v->arena, "choices: ", names, count);

	if (!node || node->kind != NODE_SCALAR) {
		value_wrong(v, &(struct complaint){
			.at = v->node->key ? v->node->key_at : v->node->at,
			.width = v->node->key_width, .id = PROBLEM_MISSING,
			.text = arena_fmt(v->arena, "%s is required", setting->variant_key),
			.known = known });
		return NULL;
	}
	*kind = node->text;
	table = setting->variant(node->text, size);
	part.node = node;
	if (!table)
		value_wrong(&part, &(struct complaint){
			.id = PROBLEM_VALUE,
			.text = arena_fmt(v->arena, "unknown %s %s", setting->variant_key,
					  problems_quote(v->arena, node->text)),
			.hint = problems_nearest(v->arena, node->text, names, count),
			.known = known });
	return table;
}

/* One item of several shapes; NULL after a problem that leaves nothing of it. */
static void *read_variant(const struct reader *r, const struct value *v)
{
	const char *kind;
	size_t size;
	const struct setting *table = choose_variant(v, &kind, &size);
	struct { const char *name, *kind; } *item;

	if (!table)
		return NULL;
	item = arena_new(r->arena, size);
	item->name = v->node->key;
	item->kind = kind;
	read_level(r, &(struct level){ v->path, table, v->node, v->setting->variant_key, item });
	return item;
}

/* What is over the limit would be read and never used: the first of it is shown. */
static void check_count(const struct value *v, const struct node *node, size_t count)
{
	const struct node *surplus = node ? node->first : NULL;
	struct value item = *v;

	if (v->setting->max <= 0 || (double)count <= v->setting->max)
		return;
	for (size_t i = 0; surplus && (double)i < v->setting->max; i++)
		surplus = surplus->next;
	assert(surplus);	/* there are more than max of them */
	item.node = surplus;
	value_wrong(&item, &(struct complaint){
		.at = surplus->key ? surplus->key_at : surplus->at,
		.width = surplus->key ? surplus->key_width : surplus->width,
		.id = PROBLEM_VALUE,
		.text = arena_fmt(v->arena, "%zu entries, at most %.0f are used", count,
				  v->setting->max) });
}

/* ITEMS and MAP: each child a map, read by the table of the setting or of its variant. */
static void read_items(const struct reader *r, const struct value *v)
{
	const struct setting *setting = v->setting;
	bool map = setting->type == SETTING_MAP;
	const struct node *node = shaped(v, map ? NODE_MAP : NODE_LIST);
	size_t size = setting->variant ? sizeof(void *) : setting->sub_size;
	struct items *items = v->out;
	size_t n = 0;

	*items = (struct items){ NULL, 0 };
	for (const struct node *child = node ? node->first : NULL; child; child = child->next)
		n++;
	check_count(v, node, n);
	items->data = arena_array(r->arena, n + 1, size);
	n = 0;
	for (const struct node *child = node ? node->first : NULL; child; child = child->next) {
		struct path path = { v->path, map ? child->key : arena_fmt(r->arena, "%zu", ++n) };
		struct value item = *v;
		void *slot = (char *)items->data + items->count * size;

		item.path = &path;
		item.node = child;
		if (child->kind != NODE_MAP && !(map && value_empty(child))) {
			complain(&item, PROBLEM_VALUE, "a map of settings is wanted", NULL);
			continue;
		}
		if (setting->variant) {
			*(void **)slot = read_variant(r, &item);
			items->count += *(void **)slot != NULL;
			continue;
		}
		if (map)
			*(const char **)slot = child->key;
		read_level(r, &(struct level){ &path, setting->sub, child, NULL, slot });
		items->count++;
	}
}

static void read_setting(const struct reader *r, const struct level *level,
			 const struct setting *setting)
{
	struct path path = { level->path, setting->key };
	struct value v = {
		.arena = r->arena, .problems = r->problems, .path = &path, .setting = setting,
		.node = tree_child(level->map, setting->key),
		.out = (char *)level->base + setting->offset,
	};

	if (setting->type == SETTING_SECRET) {
		secret_read(&v, level->map);
		return;
	}
	if (!v.node && setting->required && level->map)
		complain_missing(&v, level->map);
	if (setting->type == SETTING_GROUP)
		read_level(r, &(struct level){ &path, setting->sub, shaped(&v, NODE_MAP), NULL,
					       v.out });
	else if (setting->type == SETTING_MAP || setting->type == SETTING_ITEMS)
		read_items(r, &v);
	else
		value_read(&v);
}

static void read_level(const struct reader *r, const struct level *level)
{
	check_keys(r, level);
	for (const struct setting *s = level->table; s->type != SETTING_END_MARK; s++)
		read_setting(r, level, s);
}

bool settings_read(const struct setting *table, const struct node *node, void *out,
		   struct arena *arena, struct problems *problems)
{
	struct reader reader = { arena, problems };
	struct level level = { .table = table, .map = node, .base = out };
	size_t before = problems->count;

	if (node && node->kind != NODE_MAP) {
		problems_add(problems, &(struct complaint){
			.at = node->at, .width = node->width, .id = PROBLEM_VALUE,
			.text = "the configuration must be a map of settings",
			.hint = "write it like version: 1" });
		level.map = NULL;
	}
	read_level(&reader, &level);
	return problems->count == before;
}
