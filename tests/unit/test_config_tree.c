/* test_config_tree.c: YAML bytes into a tree, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "config/tree.h"

struct parsed {
	struct arena arena;
	struct problems problems;
	struct node *tree;
	struct buf text;	/* the problems as shown */
	bool ok;
};

static void parse_bytes(struct parsed *p, struct str bytes)
{
	*p = (struct parsed){ .ok = false };
	p->problems.arena = &p->arena;
	p->ok = tree_parse("c.yaml", bytes, &p->arena, &p->tree, &p->problems);
	problems_write(&p->problems, &p->text);
}

static void parse(struct parsed *p, const char *yaml)
{
	parse_bytes(p, str_of(yaml));
}

static void done(struct parsed *p)
{
	buf_done(&p->text);
	arena_done(&p->arena);
}

static void every_node_knows_its_place(void **state)
{
	struct parsed p;
	const struct node *node;

	(void)state;
	parse(&p, "ui:\n  theme: mono   # dark\n  keys: {note: m, \"a.b\": 'ctrl-x'}\n"
		  "list: [1, two]\n");
	assert_true(p.ok);
	assert_int_equal(p.problems.count, 0);
	node = tree_at(p.tree, "ui.theme");
	assert_string_equal(node->text, "mono");
	assert_string_equal(node->at.file, "c.yaml");
	assert_int_equal(node->at.line, 2);
	assert_int_equal(node->at.column, 10);
	assert_int_equal(node->key_at.column, 3);
	assert_false(node->quoted);
	node = tree_child(tree_at(p.tree, "ui.keys"), "a.b");
	assert_true(node->quoted);
	assert_string_equal(node->text, "ctrl-x");
	node = tree_at(p.tree, "list");
	assert_int_equal(node->kind, NODE_LIST);
	assert_string_equal(node->first->next->text, "two");
	assert_null(tree_at(p.tree, "ui.nothing"));
	assert_null(tree_at(p.tree, "list.0"));
	done(&p);
}

static void scalars_are_kept_as_they_are_written(void **state)
{
	static const struct { const char *yaml, *text; } rows[] = {
		{ "a: no", "no" },
		{ "a: 0o17", "0o17" },
		{ "a: 1e3", "1e3" },
		{ "a: 12:30:45", "12:30:45" },
		{ "a: \"tab\\tand\\nline\"", "tab\tand\nline" },
		{ "a: |\n  one\n  two\n", "one\ntwo\n" },
		{ "a: >-\n  one\n  two\n", "one two" },
		{ "a: h\xc3\xa9llo", "h\xc3\xa9llo" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;

		parse(&p, rows[i].yaml);
		assert_string_equal(buf_cstr(&p.text), "");
		assert_string_equal(tree_at(p.tree, "a")->text, rows[i].text);
		done(&p);
	}
}

static void an_empty_document_is_no_tree_and_no_error(void **state)
{
	static const char *const rows[] = { "", "\n\n", "# only words\n", "---\n", "---\n...\n",
					    "\xef\xbb\xbf# with a mark\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;

		parse(&p, rows[i]);
		assert_true(p.ok);
		assert_null(p.tree);
		assert_string_equal(buf_cstr(&p.text), "");
		done(&p);
	}
}

static void what_is_not_safe_yaml_is_named_with_its_place(void **state)
{
	static const struct { const char *yaml, *error; } rows[] = {
		{ "a: &x 1\nb: 2\n",
		  "error: c.yaml:1:4: anchors are not accepted\n"
		  "    1 | a: &x 1\n"
		  "      |    ^ write the value out, or quote it [BN-C005]\n"
		  "1 error in all\n" },
		{ "a: 1\nb: *x\n",
		  "error: c.yaml:2:4: aliases are not accepted\n"
		  "    2 | b: *x\n"
		  "      |    ^ write the value out, or quote it [BN-C005]\n"
		  "1 error in all\n" },
		{ "a: !!python/object 1\n",
		  "error: c.yaml:1:4: tags are not accepted\n"
		  "    1 | a: !!python/object 1\n"
		  "      |    ^ leave the tag out, or quote the value [BN-C005]\n"
		  "1 error in all\n" },
		{ "a: 1\nb: 2\na: 3\n",
		  "error: c.yaml:3:1: duplicate key 'a'\n"
		  "    3 | a: 3\n"
		  "      | ^ it stands in line 1 already [BN-C005]\n"
		  "1 error in all\n" },
		{ "a: \"\\e[31m\"\n",
		  "error: c.yaml:1:4: a control character, or one that cannot be seen\n"
		  "    1 | a: \"\\e[31m\"\n"
		  "      |    ^ [BN-C005]\n"
		  "1 error in all\n" },
		{ "a: 1\n---\nb: 2\n",
		  "error: c.yaml:2:1: a second document in the file\n"
		  "    2 | ---\n"
		  "      | ^ only one is read [BN-C002]\n"
		  "1 error in all\n" },
		{ "? [a, b]\n: 1\n",
		  "error: c.yaml:1:3: a key must be a word\n"
		  "    1 | ? [a, b]\n"
		  "      |   ^ [BN-C002]\n"
		  "1 error in all\n" },
		{ "a: b: c\n",
		  "error: c.yaml:1:5: not YAML: mapping values are not allowed in this context\n"
		  "    1 | a: b: c\n"
		  "      |     ^ [BN-C002]\n"
		  "1 error in all\n" },
		{ "warn: > 300\n",
		  "error: c.yaml:1:7: not YAML: did not find expected comment or line break while "
		  "scanning a block scalar\n"
		  "    1 | warn: > 300\n"
		  "      |       ^ quote it: \"> 300\" [BN-C002]\n"
		  "1 error in all\n" },
		{ "a:\n\tb: 1\n",
		  "error: c.yaml:2:1: not YAML: found character that cannot start any token while "
		  "scanning for the next token\n"
		  "    2 |  b: 1\n"
		  "      | ^ indent with blanks, YAML takes no tabs [BN-C002]\n"
		  "1 error in all\n" },
		{ "a: 1\nb: \xff\n",
		  "error: c.yaml:2:4: not YAML: invalid leading UTF-8 octet\n"
		  "    2 | b: \\xFF\n"
		  "      |    ^^^^ [BN-C002]\n"
		  "1 error in all\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;

		parse(&p, rows[i].yaml);
		assert_string_equal(buf_cstr(&p.text), rows[i].error);
		done(&p);
	}
}

static void reading_goes_on_after_what_can_be_left_out(void **state)
{
	struct parsed p;

	(void)state;
	parse(&p, "a: &x 1\nb: *x\nc: !!str 3\nd: 4\nd: 5\n");
	assert_true(p.ok);
	assert_int_equal(p.problems.count, 4);
	assert_string_equal(tree_at(p.tree, "a")->text, "1");
	assert_null(tree_at(p.tree, "b"));
	assert_string_equal(tree_at(p.tree, "d")->text, "4");
	done(&p);
}

static void characters_that_cannot_be_seen_are_refused_everywhere(void **state)
{
	static const char *const rows[] = {
		"a: \"\\0\"",			/* NUL */
		"a: \"\\x07\"",			/* bell */
		"a: \"\\x9b31m\"",		/* C1 */
		"a: \"\\u202E\"",		/* bidi, escaped */
		"a: x\xe2\x80\xaey",		/* bidi, plain */
		"a: x\xe2\x80\x8by",		/* zero width */
		"a: \"\\r\"",			/* a return that would hide the line */
		"\"k\\ney\": 1",		/* in a key not even a line break */
		"\"k\\u200bey\": 1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;

		parse(&p, rows[i]);
		assert_int_equal(p.problems.count, 1);
		assert_int_equal(p.problems.first->id, PROBLEM_UNSAFE);
		done(&p);
	}
}

/* Bytes of `count` times the unit, then the tail. */
static void repeat(struct buf *out, const char *unit, size_t count, const char *tail)
{
	for (size_t i = 0; i < count; i++)
		buf_text(out, unit);
	buf_text(out, tail);
}

/* What the bombs cost is bounded by what is refused before it is done: depth, bytes, keys. */
static void bombs_are_refused_at_their_limit(void **state)
{
	static const struct { const char *unit; size_t count; const char *tail, *error; } rows[] = {
		{ "[", 60000, "", "c.yaml:1:33: nested more than 32 deep" },
		{ "[", 100000, "", "c.yaml: more than 64 KiB" },
		{ "{a: ", 10000, "", "c.yaml:1:129: nested more than 32 deep" },
		{ "- ", 1000, "x", "c.yaml:1:65: nested more than 32 deep" },
		{ "x", 10 * 1024 * 1024, "", "c.yaml: more than 64 KiB" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;
		struct buf bytes = { 0 };

		repeat(&bytes, rows[i].unit, rows[i].count, rows[i].tail);
		parse_bytes(&p, str_sub(bytes.data, bytes.len));
		assert_false(p.ok);
		assert_null(p.tree);
		assert_int_equal(p.problems.count, 1);
		assert_non_null(strstr(buf_cstr(&p.text), rows[i].error));
		buf_done(&bytes);
		done(&p);
	}
}

static void thirty_two_levels_are_read(void **state)
{
	struct parsed p;
	struct buf bytes = { 0 };

	(void)state;
	repeat(&bytes, "[", 32, "x");
	repeat(&bytes, "]", 32, "");
	parse_bytes(&p, str_sub(bytes.data, bytes.len));
	assert_true(p.ok);
	buf_done(&bytes);
	done(&p);
}

static void a_map_has_at_most_512_keys(void **state)
{
	struct parsed p;
	struct buf bytes = { 0 };

	(void)state;
	for (int i = 0; i < 512; i++)
		buf_fmt(&bytes, "k%d: 1\n", i);
	parse_bytes(&p, str_sub(bytes.data, bytes.len));
	assert_true(p.ok);
	done(&p);
	buf_text(&bytes, "more: 1\n");
	parse_bytes(&p, str_sub(bytes.data, bytes.len));
	assert_false(p.ok);
	assert_non_null(strstr(buf_cstr(&p.text), "c.yaml:513:1: more than 512 keys in one map"));
	done(&p);
	buf_done(&bytes);
}

static void many_anchors_are_counted_and_a_hundred_shown(void **state)
{
	struct parsed p;
	struct buf bytes = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_fmt(&bytes, "- &a%d x\n", i);
	parse_bytes(&p, str_sub(bytes.data, bytes.len));
	assert_int_equal(p.problems.count, 5000);
	assert_non_null(strstr(buf_cstr(&p.text),
			       "\n5000 errors in all, the first 100 of them shown\n"));
	assert_non_null(strstr(buf_cstr(&p.text), "c.yaml:100:3:"));
	assert_null(strstr(buf_cstr(&p.text), "c.yaml:101:3:"));
	buf_done(&bytes);
	done(&p);
}

static void a_self_alias_and_a_billion_laughs_build_no_tree_to_walk(void **state)
{
	static const char *const rows[] = {
		"a: &a [*a, *a]\n",
		"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct parsed p;
		size_t leaves = 0;

		parse(&p, rows[i]);
		assert_true(p.problems.count > 0);
		for (const struct node *child = p.tree->first; child; child = child->next)
			for (const struct node *leaf = child->first; leaf; leaf = leaf->next)
				leaves++;
		assert_int_equal(leaves, i == 0 ? 0 : 2);
		done(&p);
	}
}

static void merging_goes_key_by_key_and_replaces_lists(void **state)
{
	struct parsed a, b;
	struct node *both;

	(void)state;
	parse(&a, "ui: {theme: mono, bell: [x, y]}\noperator: ana\nsources: {db: {kind: sql}}\n");
	parse(&b, "ui: {bell: [z]}\noperator: {a: 1}\nsources:\nnew: 1\n");
	both = tree_merge(&a.arena, a.tree, b.tree);
	assert_string_equal(tree_at(both, "ui.theme")->text, "mono");
	assert_string_equal(tree_at(both, "ui.bell")->first->text, "z");
	assert_null(tree_at(both, "ui.bell")->first->next);
	assert_string_equal(tree_at(both, "operator.a")->text, "1");
	assert_string_equal(tree_at(both, "sources.db.kind")->text, "sql");
	assert_string_equal(tree_at(both, "new")->text, "1");
	assert_int_equal(tree_at(both, "ui.bell")->at.line, 1);
	assert_string_equal(tree_at(a.tree, "operator")->text, "ana");
	done(&b);
	done(&a);
}

static void merging_with_nothing_gives_the_other(void **state)
{
	struct parsed a;

	(void)state;
	parse(&a, "x: 1\n");
	assert_string_equal(tree_at(tree_merge(&a.arena, a.tree, NULL), "x")->text, "1");
	assert_string_equal(tree_at(tree_merge(&a.arena, NULL, a.tree), "x")->text, "1");
	assert_null(tree_merge(&a.arena, NULL, NULL));
	done(&a);
}

static void a_path_is_set_over_what_is_there(void **state)
{
	struct origin at = { .file = "flag --theme" };
	struct parsed a;
	struct node *root;

	(void)state;
	parse(&a, "ui: {theme: mono, ratio: 1}\n");
	root = tree_set(&a.arena, a.tree, "ui.theme", "default", at);
	assert_string_equal(tree_at(root, "ui.theme")->text, "default");
	assert_string_equal(tree_at(root, "ui.theme")->at.file, "flag --theme");
	assert_string_equal(tree_at(root, "ui.ratio")->text, "1");
	root = tree_set(&a.arena, NULL, "read_only", "yes", at);
	assert_string_equal(tree_at(root, "read_only")->text, "yes");
	done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_node_knows_its_place),
		cmocka_unit_test(scalars_are_kept_as_they_are_written),
		cmocka_unit_test(an_empty_document_is_no_tree_and_no_error),
		cmocka_unit_test(what_is_not_safe_yaml_is_named_with_its_place),
		cmocka_unit_test(reading_goes_on_after_what_can_be_left_out),
		cmocka_unit_test(characters_that_cannot_be_seen_are_refused_everywhere),
		cmocka_unit_test(bombs_are_refused_at_their_limit),
		cmocka_unit_test(thirty_two_levels_are_read),
		cmocka_unit_test(a_map_has_at_most_512_keys),
		cmocka_unit_test(many_anchors_are_counted_and_a_hundred_shown),
		cmocka_unit_test(a_self_alias_and_a_billion_laughs_build_no_tree_to_walk),
		cmocka_unit_test(merging_goes_key_by_key_and_replaces_lists),
		cmocka_unit_test(merging_with_nothing_gives_the_other),
		cmocka_unit_test(a_path_is_set_over_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
