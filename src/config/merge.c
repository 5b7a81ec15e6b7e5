/*
 * merge.c: trees put over trees. The result is all copies, since a node carries its next sibling
 * and so cannot be in two trees.
 */
#include <string.h>

#include "base/str.h"
#include "config/tree.h"

const struct node *tree_child(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	for (const struct node *child = map->first; child; child = child->next)
		if (!strcmp(child->key, key))
			return child;
	return NULL;
}

const struct node *tree_at(const struct node *root, const char *path)
{
	struct str rest = str_of(path), part;
	char key[128];

	while (root && str_cut(&rest, '.', &part)) {
		if (!str_copy(key, sizeof(key), part))
			return NULL;
		root = tree_child(root, key);
	}
	return root;
}

static struct node *copy(struct arena *arena, const struct node *node)
{
	struct node *twin = arena_new(arena, sizeof(*twin));

	*twin = *node;
	twin->next = NULL;
	return twin;
}

static struct node *copy_deep(struct arena *arena, const struct node *node)
{
	struct node *twin = copy(arena, node), **tail = &twin->first;

	*tail = NULL;
	for (const struct node *child = node->first; child; child = child->next) {
		*tail = copy_deep(arena, child);
		tail = &(*tail)->next;
	}
	return twin;
}

/* under's keys in their order, each with over's value where it has one, then over's own. */
static struct node *merge_maps(struct arena *arena, const struct node *under,
			       const struct node *over)
{
	struct node *both = copy(arena, over), **tail = &both->first;

	*tail = NULL;
	for (const struct node *child = under->first; child; child = child->next) {
		*tail = tree_merge(arena, child, tree_child(over, child->key));
		tail = &(*tail)->next;
	}
	for (const struct node *child = over->first; child; child = child->next) {
		if (tree_child(under, child->key))
			continue;
		*tail = copy_deep(arena, child);
		tail = &(*tail)->next;
	}
	return both;
}

/* "sources:" with every line under it commented out says nothing, so it replaces nothing. */
static bool says_nothing(const struct node *node)
{
	return node->kind == NODE_SCALAR && !node->quoted && !*node->text;
}

struct node *tree_merge(struct arena *arena, const struct node *under, const struct node *over)
{
	if (!under || !over) {
		const struct node *only = under ? under : over;

		return only ? copy_deep(arena, only) : NULL;
	}
	if (under->kind == NODE_MAP && over->kind == NODE_MAP)
		return merge_maps(arena, under, over);
	return copy_deep(arena, under->kind == NODE_MAP && says_nothing(over) ? under : over);
}

struct node *tree_set(struct arena *arena, struct node *root, const char *path, const char *text,
		      struct origin at)
{
	struct node *node = arena_new(arena, sizeof(*node));
	size_t end = strlen(path);

	*node = (struct node){ .kind = NODE_SCALAR, .at = at, .width = 1, .key_width = 1,
			       .text = arena_text(arena, text, strlen(text)) };
	for (;;) {
		size_t start = end;
		struct node *map = arena_new(arena, sizeof(*map));

		while (start > 0 && path[start - 1] != '.')
			start--;
		node->key = arena_text(arena, path + start, end - start);
		node->key_at = at;
		*map = (struct node){ .kind = NODE_MAP, .at = at, .first = node };
		node = map;
		if (start == 0)
			return tree_merge(arena, root, node);
		end = start - 1;
	}
}
