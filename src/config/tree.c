/*
 * tree.c: libyaml's events into a tree.
 *
 * Only the event interface is used: it expands no alias, so a bomb of aliases costs what its bytes
 * cost. The rest is bounded before it is looked at:
 *  (1) at most MAX_BYTES bytes, MAX_DEPTH open collections and MAX_KEYS keys in one map: libyaml is
 *      quadratic in its depth, and finding duplicates is quadratic in the keys;
 *  (2) every node comes from one event, so a tree has no cycle and no node twice.
 * What can be left out (an anchor, a tag, a duplicate) is reported and reading goes on; after a
 * breach of YAML itself or of a limit there is nothing left to read.
 */
#include "config/tree.h"

#include <string.h>
#include <yaml.h>

#include "base/scrub.h"
#include "base/utf8.h"

enum { MAX_BYTES = 64 * 1024, MAX_DEPTH = 32, MAX_KEYS = 512 };

struct parse {
	yaml_parser_t yaml;
	yaml_event_t event;	/* the one at hand, of YAML_NO_EVENT when there is none */
	const char *file;
	struct str bytes;
	struct arena *arena;
	struct problems *problems;
};

static struct origin place(const struct parse *p, yaml_mark_t mark)
{
	return (struct origin){ .file = p->file, .line = (unsigned)mark.line + 1,
				.column = (unsigned)mark.column + 1 };
}

static bool complain(struct parse *p, struct origin at, enum problem_id id, const char *text,
		     const char *hint)
{
	problems_add(p->problems, &(struct complaint){ .at = at, .id = id, .text = text,
						       .hint = hint });
	return false;
}

/* The usual reasons for which a line is no YAML, by the character that was not understood. */
static const char *syntax_hint(char c)
{
	static const struct { char c; const char *hint; } hints[] = {
		{ '>', "quote it: \"> 300\"" },
		{ '|', "quote it" },
		{ '*', "quote it" },
		{ '&', "quote it" },
		{ '%', "quote it" },
		{ '@', "quote it" },
		{ '`', "quote it" },
		{ '\t', "indent with blanks, YAML takes no tabs" },
	};

	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (hints[i].c == c)
			return hints[i].hint;
	return NULL;
}

/* libyaml says where a byte is bad only by its offset. */
static struct origin place_of_byte(const struct parse *p, size_t offset)
{
	struct origin at = { .file = p->file, .line = 1, .column = 1 };

	for (size_t i = 0; i < offset && i < p->bytes.len; i++) {
		unsigned char c = (unsigned char)p->bytes.p[i];

		if (c == '\n') {
			at.line++;
			at.column = 1;
		} else if ((c & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

static const char *hint_at(const struct parse *p, yaml_mark_t mark)
{
	return mark.index < p->bytes.len ? syntax_hint(p->bytes.p[mark.index]) : NULL;
}

/* Where a block scalar ("> 300") was not meant, what it began with is the place, not where it
 * ceased to be one. */
static bool complain_syntax(struct parse *p)
{
	const yaml_parser_t *yaml = &p->yaml;
	const char *context = yaml->context ? yaml->context : "";
	const char *hint = hint_at(p, yaml->problem_mark);
	struct origin at = place(p, yaml->problem_mark);

	if (yaml->error == YAML_READER_ERROR) {
		at = place_of_byte(p, yaml->problem_offset);
	} else if (!hint && *context && hint_at(p, yaml->context_mark)) {
		hint = hint_at(p, yaml->context_mark);
		at = place(p, yaml->context_mark);
	}
	return complain(p, at, PROBLEM_SYNTAX,
			arena_fmt(p->arena, "not YAML: %s%s%s",
				  yaml->problem ? yaml->problem : "cannot be read",
				  *context ? " " : "", context), hint);
}

/* Go on by so many events; false when there is none, which is reported. */
static bool advance_by(struct parse *p, int events)
{
	bool ok = true;

	for (; events > 0 && ok; events--) {
		yaml_event_delete(&p->event);
		ok = yaml_parser_parse(&p->yaml, &p->event) || complain_syntax(p);
	}
	return ok;
}

static bool advance(struct parse *p)
{
	return advance_by(p, 1);
}

static bool at_event(const struct parse *p, yaml_event_type_t type)
{
	return p->event.type == type;
}

static void refuse_properties(struct parse *p, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct origin at = place(p, p->event.start_mark);

	if (anchor)
		complain(p, at, PROBLEM_UNSAFE, "anchors are not accepted",
			 "write the value out, or quote it");
	if (tag)
		complain(p, at, PROBLEM_UNSAFE, "tags are not accepted",
			 "leave the tag out, or quote the value");
}

/* Is there nothing in it that would not be seen as what it is? Line breaks and tabs are. */
static bool visible(struct str text)
{
	struct str line, part;

	while (str_cut(&text, '\n', &line))
		while (str_cut(&line, '\t', &part))
			if (!scrub_clean(part))
				return false;
	return true;
}

static const char *scalar_text(struct parse *p, bool (*accept)(struct str))
{
	struct str text = str_sub((const char *)p->event.data.scalar.value,
				  p->event.data.scalar.length);

	refuse_properties(p, p->event.data.scalar.anchor, p->event.data.scalar.tag);
	if (!accept(text)) {
		complain(p, place(p, p->event.start_mark), PROBLEM_UNSAFE,
			 "a control character, or one that cannot be seen", NULL);
		return "";
	}
	return arena_text(p->arena, text.p, text.len);
}

/* A block scalar ends where the next line begins. */
static unsigned event_end_line(const struct parse *p)
{
	yaml_mark_t from = p->event.start_mark, to = p->event.end_mark;

	return (unsigned)to.line + (to.line > from.line && to.column == 0 ? 0 : 1);
}

static unsigned event_width(const struct parse *p)
{
	yaml_mark_t from = p->event.start_mark, to = p->event.end_mark;

	if (from.line != to.line || to.column <= from.column)
		return 1;
	return (unsigned)(to.column - from.column);
}

static bool read_node(struct parse *p, int depth, struct node **out);

/* The key at hand and its value into *out; NULL there when it does not count. */
static bool read_member(struct parse *p, const struct node *map, int depth, struct node **out)
{
	struct origin at = place(p, p->event.start_mark);
	unsigned width = event_width(p);
	const struct node *first;
	const char *key;

	if (!at_event(p, YAML_SCALAR_EVENT))
		return complain(p, at, PROBLEM_SYNTAX, "a key must be a word", NULL);
	key = scalar_text(p, scrub_clean);
	if (!advance(p) || !read_node(p, depth + 1, out))
		return false;
	if (!*out)
		return true;
	(*out)->key = key;
	(*out)->key_at = at;
	(*out)->key_width = width;
	first = tree_child(map, key);
	if (first) {
		complain(p, at, PROBLEM_UNSAFE,
			 arena_fmt(p->arena, "duplicate key '%s'", key),
			 arena_fmt(p->arena, "it stands in line %u already", first->key_at.line));
		*out = NULL;
	}
	return true;
}

static bool read_children(struct parse *p, struct node *parent, int depth)
{
	bool map = parent->kind == NODE_MAP;
	yaml_event_type_t end = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
	struct node **tail = &parent->first;
	unsigned keys = 0;

	if (depth >= MAX_DEPTH)
		return complain(p, parent->at, PROBLEM_SYNTAX,
				arena_fmt(p->arena, "nested more than %d deep", MAX_DEPTH), NULL);
	while (advance(p)) {
		struct node *child = NULL;

		if (at_event(p, end))
			return true;
		if (map && ++keys > MAX_KEYS)
			return complain(p, place(p, p->event.start_mark), PROBLEM_SYNTAX,
					arena_fmt(p->arena, "more than %d keys in one map",
						  MAX_KEYS), NULL);
		if (!(map ? read_member(p, parent, depth, &child) :
			    read_node(p, depth + 1, &child)))
			return false;
		if (child) {
			*tail = child;
			tail = &child->next;
			parent->end_line = child->end_line;
		}
	}
	return false;
}

/* The node at hand; the event at hand after is its last. *out is NULL where there was an alias. */
static bool read_node(struct parse *p, int depth, struct node **out)
{
	struct origin at = place(p, p->event.start_mark);
	struct node *node;

	*out = NULL;
	if (at_event(p, YAML_ALIAS_EVENT)) {
		complain(p, at, PROBLEM_UNSAFE, "aliases are not accepted",
			 "write the value out, or quote it");
		return true;
	}
	node = arena_new(p->arena, sizeof(*node));
	node->at = at;
	node->width = event_width(p);
	node->end_line = event_end_line(p);
	*out = node;
	if (at_event(p, YAML_SCALAR_EVENT)) {
		node->kind = NODE_SCALAR;
		node->quoted = p->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		node->text = scalar_text(p, visible);
		return true;
	}
	node->width = 1;
	if (at_event(p, YAML_MAPPING_START_EVENT)) {
		node->kind = NODE_MAP;
		refuse_properties(p, p->event.data.mapping_start.anchor,
				  p->event.data.mapping_start.tag);
	} else {
		node->kind = NODE_LIST;
		refuse_properties(p, p->event.data.sequence_start.anchor,
				  p->event.data.sequence_start.tag);
	}
	return read_children(p, node, depth);
}

/* The start of the stream, then its end or one document and its end. */
static bool read_stream(struct parse *p, struct node **out)
{
	struct node *root;

	if (!advance_by(p, 2))
		return false;
	if (at_event(p, YAML_STREAM_END_EVENT))
		return true;
	if (!advance(p) || !read_node(p, 0, &root))
		return false;
	if (!advance_by(p, 2))
		return false;
	if (!at_event(p, YAML_STREAM_END_EVENT))
		return complain(p, place(p, p->event.start_mark), PROBLEM_SYNTAX,
				"a second document in the file", "only one is read");
	if (root && (root->kind != NODE_SCALAR || root->quoted || *root->text))
		*out = root;
	return true;
}

bool tree_parse(const char *file, struct str bytes, struct arena *arena, struct node **out,
		struct problems *problems)
{
	struct parse p = { .file = arena_text(arena, file, strlen(file)), .bytes = bytes,
			   .arena = arena, .problems = problems };
	bool ok;

	*out = NULL;
	if (bytes.len > MAX_BYTES)
		return complain(&p, (struct origin){ .file = p.file }, PROBLEM_SYNTAX,
				arena_fmt(arena, "more than %d KiB", MAX_BYTES / 1024), NULL);
	problems_source(problems, p.file, bytes);
	if (!yaml_parser_initialize(&p.yaml))
		return complain(&p, (struct origin){ .file = p.file }, PROBLEM_SYNTAX,
				"no memory to read it", NULL);
	yaml_parser_set_encoding(&p.yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p.yaml, (const yaml_char_t *)bytes.p, bytes.len);
	ok = read_stream(&p, out);
	yaml_event_delete(&p.event);
	yaml_parser_delete(&p.yaml);
	return ok;
}
