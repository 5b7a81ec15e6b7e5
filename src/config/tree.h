/*
 * tree.h: a YAML document as a read-only tree in which every node knows where it came from.
 *
 * The safe part of YAML only (reliability.md F12): one document, mappings, sequences and plain or
 * quoted scalars. Anchors, aliases, tags, duplicate keys, control characters in scalars, more than
 * 64 KiB, more than 32 levels are refused, each with line and column. Nothing is converted: a
 * scalar is its text, and `quoted` says whether it was quoted.
 *
 * A tree lives in the arena that it was made in.
 */
#ifndef CONFIG_TREE_H
#define CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/problem.h"

enum node_kind { NODE_SCALAR, NODE_MAP, NODE_LIST };

struct node {
	enum node_kind kind;
	struct origin at;
	const char *key;	/* in a map: its key; else NULL */
	struct origin key_at;
	const char *text;	/* scalar */
	bool quoted;
	unsigned width, key_width;	/* characters under a caret, on the first line */
	unsigned end_line;		/* last line of the node */
	struct node *first;	/* map, list: children in order */
	struct node *next;	/* the next sibling */
};

/* Parse bytes into *out (NULL for an empty document). All that is wrong is appended to problems;
 * false when the bytes are no tree at all. */
bool tree_parse(const char *file, struct str bytes, struct arena *arena, struct node **out,
		struct problems *problems);

/* Deep-merge `over` onto `under`: maps key by key, everything else replaced. Either may be NULL. */
struct node *tree_merge(struct arena *arena, const struct node *under, const struct node *over);

/* Set one dotted path ("ui.theme") to a scalar, for environment and flags. */
struct node *tree_set(struct arena *arena, struct node *root, const char *path, const char *text,
		      struct origin at);

const struct node *tree_child(const struct node *map, const char *key);	/* NULL: absent */
const struct node *tree_at(const struct node *root, const char *path);	/* dotted; NULL: absent */

#endif
