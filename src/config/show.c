/*
 * show.c: what the configuration says and who said it, one setting a line, in the order of the
 * tables. What is not written shows its default, "built-in"; what has neither is left out.
 */
#include <ctype.h>
#include <string.h>

#include "base/scrub.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "config/value.h"

enum { KEY_CELLS = 40, VALUE_CELLS = 48 };	/* columns; what is wider pushes the rest right */

struct shower {
	struct arena arena;
	bool origin;
	struct buf *out;	/* lines, or */
	json_t *list;		/* objects */
};

static void show_table(struct shower *s, const struct path *path, const struct setting *table,
		       const struct node *map);

static void pad(struct buf *out, size_t from, size_t cells)
{
	size_t width = utf8_width(str_sub(out->data + from, out->len - from));

	for (; width < cells; width++)
		buf_char(out, ' ');
	buf_text(out, "  ");
}

/* A text on one line: a folded query is shown as if it were one. */
static void put_text(struct buf *out, const char *text)
{
	struct buf line = { 0 }, plain = { 0 };

	for (const char *c = text; *c; c++)
		if (!isspace((unsigned char)*c))
			buf_char(&line, *c);
		else if (line.len && line.data[line.len - 1] != ' ')
			buf_char(&line, ' ');
	redact(&plain, str_trim(str_sub(buf_cstr(&line), line.len)));
	scrub(out, str_sub(buf_cstr(&plain), plain.len));
	buf_done(&line);
	buf_done(&plain);
}

static void put_value(struct buf *out, const struct node *node)
{
	bool map = node->kind == NODE_MAP;

	if (node->kind == NODE_SCALAR) {
		put_text(out, node->text);
		return;
	}
	buf_char(out, map ? '{' : '[');
	for (const struct node *child = node->first; child; child = child->next) {
		if (child != node->first)
			buf_text(out, ", ");
		if (map) {
			put_text(out, child->key);
			buf_text(out, ": ");
		}
		put_value(out, child);
	}
	buf_char(out, map ? '}' : ']');
}

static void put_origin(struct buf *out, const struct node *node)
{
	put_text(out, node && node->at.file ? node->at.file : "built-in");
	if (node && node->at.line > 0)
		buf_fmt(out, ":%u", node->at.line);
}

/* One setting as an object. */
static void list_value(struct shower *s, const char *key, const char *value,
		       const struct node *node)
{
	json_t *row = json_object();
	struct buf origin = { 0 };

	put_origin(&origin, node);
	json_set_text(row, "key", key);
	json_set_text(row, "value", value);
	json_set_text(row, "origin", buf_cstr(&origin));
	json_array_append_new(s->list, row);
	buf_done(&origin);
}

/* One setting as a line. */
static void show_value(struct shower *s, const char *key, const char *value,
		       const struct node *node)
{
	struct buf *out = s->out;
	size_t start = out->len;

	buf_text(out, key);
	pad(out, start, KEY_CELLS);
	start = out->len;
	buf_text(out, value);
	if (s->origin) {
		pad(out, start, VALUE_CELLS);
		put_origin(out, node);
	}
	buf_char(out, '\n');
}

static void show_line(struct shower *s, const struct path *path, const struct node *node,
		      const char *def)
{
	struct buf key = { 0 }, value = { 0 };

	put_text(&key, path_text(&s->arena, path));
	if (node)
		put_value(&value, node);
	else
		put_text(&value, def);
	(s->list ? list_value : show_value)(s, buf_cstr(&key), buf_cstr(&value), node);
	buf_done(&key);
	buf_done(&value);
}

static void show_secret(struct shower *s, const struct path *up, const struct setting *setting,
			const struct node *map)
{
	for (size_t i = 0; i < SECRET_FORMS; i++) {
		struct path path = { up, secret_key(&s->arena, setting, i) };
		const struct node *node = tree_child(map, path.key);

		if (node)
			show_line(s, &path, node, NULL);
	}
}

static void show_item(struct shower *s, const struct path *path, const struct setting *setting,
		      const struct node *item)
{
	const struct setting *table = setting->sub;
	struct path kind = { path, setting->variant_key };
	size_t size;

	if (setting->variant) {
		const struct node *node = tree_child(item, setting->variant_key);

		if (!node || node->kind != NODE_SCALAR)
			return;
		show_line(s, &kind, node, NULL);
		table = setting->variant(node->text, &size);
	}
	if (table)
		show_table(s, path, table, item);
}

static void show_items(struct shower *s, const struct path *path, const struct setting *setting,
		       const struct node *node)
{
	size_t n = 0;

	if (!node || node->kind == NODE_SCALAR)
		return;
	for (const struct node *child = node->first; child; child = child->next) {
		struct path item = { path, child->key ? child->key :
						arena_fmt(&s->arena, "%zu", ++n) };

		show_item(s, &item, setting, child);
	}
}

static void show_setting(struct shower *s, const struct path *up, const struct setting *setting,
			 const struct node *map)
{
	struct path path = { up, setting->key };
	const struct node *node = tree_child(map, setting->key);

	if (setting->type == SETTING_SECRET)
		show_secret(s, up, setting, map);
	else if (setting->type == SETTING_GROUP)
		show_table(s, &path, setting->sub, node);
	else if (setting->type == SETTING_MAP || setting->type == SETTING_ITEMS)
		show_items(s, &path, setting, node);
	else if (node || setting->def)
		show_line(s, &path, node, setting->def);
}

static void show_table(struct shower *s, const struct path *path, const struct setting *table,
		       const struct node *map)
{
	for (const struct setting *setting = table; setting->type != SETTING_END_MARK; setting++)
		show_setting(s, path, setting, map);
}

void settings_show(const struct setting *table, const struct node *node, bool origin,
		   struct buf *out)
{
	struct shower shower = { .origin = origin, .out = out };

	show_table(&shower, NULL, table, node);
	arena_done(&shower.arena);
}

json_t *settings_list(const struct setting *table, const struct node *node)
{
	struct shower shower = { .list = json_array() };

	show_table(&shower, NULL, table, node);
	arena_done(&shower.arena);
	return shower.list;
}
