/* list.c: the types of settings that hold several values of a simpler type. */
#include "config/value.h"

/* Text of a member of a list or map, NULL after a problem. */
static const char *member_text(const struct value *v, const struct node *member)
{
	struct setting one = *v->setting;
	struct value part = *v;
	const char *text = NULL;
	int index;

	one.type = v->setting->type == SETTING_URLS ? SETTING_URL : SETTING_TEXT;
	part.out = &text;
	part.setting = &one;
	part.node = member;
	if (member->kind != NODE_SCALAR) {
		value_wrong_kind(&part);
		return NULL;
	}
	if (value_empty(member)) {
		value_missing(&part);
		return NULL;
	}
	if (one.choices && !value_choose(&part, member->text, &index))
		return NULL;
	return value_type(one.type)->parse(&part, member->text) ? text : NULL;
}

static size_t count_children(const struct node *node)
{
	size_t count = 0;

	for (const struct node *child = node->first; child; child = child->next)
		count++;
	return count;
}

void list_read_texts(const struct value *v)
{
	const struct node *node = v->node, *one = node->kind == NODE_LIST ? node->first : node;
	const char **items = arena_array(v->arena, count_children(node) + 1, sizeof(*items));
	struct texts *texts = v->out;

	if (node->kind == NODE_MAP) {
		value_wrong_kind(v);
		return;
	}
	if (value_empty(node)) {
		value_missing(v);
		return;
	}
	*texts = (struct texts){ .items = items };
	for (; one; one = node->kind == NODE_LIST ? one->next : NULL) {
		const char *text = member_text(v, one);

		if (text)
			items[texts->count++] = text;
	}
}

void list_read_pairs(const struct value *v)
{
	struct pair *items = arena_array(v->arena, count_children(v->node) + 1, sizeof(*items));
	struct pairs *pairs = v->out;

	if (v->node->kind != NODE_MAP) {
		if (!value_empty(v->node))
			value_wrong_kind(v);
		return;
	}
	pairs->items = items;
	for (const struct node *child = v->node->first; child; child = child->next) {
		struct path path = { v->path, child->key };
		struct value part = *v;
		const char *text;

		part.path = &path;
		text = member_text(&part, child);
		if (text)
			items[pairs->count++] = (struct pair){ child->key, text, child->at };
	}
}

/* The default is written "a, b". */
void list_default(const struct value *v)
{
	struct texts *texts = v->out;
	struct str rest = str_of(v->setting->def), part;
	const char **items = arena_array(v->arena, rest.len, sizeof(*items));

	texts->items = items;
	while (str_cut(&rest, ',', &part)) {
		part = str_trim(part);
		items[texts->count++] = arena_text(v->arena, part.p, part.len);
	}
}
