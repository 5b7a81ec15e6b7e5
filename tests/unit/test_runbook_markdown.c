#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"

#include "runbook/markdown.h"

static const char *const kinds[] = {
#define X(sym) [BLOCK_##sym] = #sym,
	BLOCKS(X)
#undef X
};

/* One letter each; a capital S before it: strong. */
static const char run_letters[] = "tsecl/!";

static void dump_runs(struct buf *out, const struct block *block, int depth)
{
	for (const struct run_of_text *run = block->runs; run; run = run->next) {
		buf_fmt(out, "\n%*s%s%c %u:%u '%s'", 2 * depth + 4, "", run->strong ? "S" : "",
			run_letters[run->kind], run->line, run->column, run->text);
		if (*run->url)
			buf_fmt(out, " (%s)", run->url);
	}
}

static void dump(struct buf *out, const struct block *block, int depth)
{
	buf_fmt(out, "%*s%s %u:%u-%u", 2 * depth, "", kinds[block->kind], block->line,
		block->column, block->end_line);
	if (block->level)
		buf_fmt(out, " h%u", block->level);
	if (block->kind == BLOCK_LIST)
		buf_text(out, block->ordered ? " ordered" : "");
	if (block->number)
		buf_fmt(out, " %u.", block->number);
	if (block->task)
		buf_text(out, block->ticked ? " [x]" : " [ ]");
	if (block->kind == BLOCK_FENCE)
		buf_fmt(out, " %s{%s}", block->closed ? "" : "open ", block->info);
	if (block->text)
		buf_fmt(out, " \"%.*s\"", (int)block->length, block->text);
	dump_runs(out, block, depth);
	buf_char(out, '\n');
	for (const struct block *child = block->first; child; child = child->next)
		dump(out, child, depth + 1);
}

/* The tree as text, or the sentence for which there is none. */
static const char *tree_of(struct arena *arena, struct str bytes)
{
	struct buf out = { 0 };
	struct markdown doc;
	struct err err = { 0 };
	const char *kept;

	if (markdown_parse(bytes, arena, &doc, &err))
		for (const struct block *child = doc.root->first; child; child = child->next)
			dump(&out, child, 0);
	else
		buf_text(&out, err.text);
	kept = arena_text(arena, buf_cstr(&out), out.len);
	buf_done(&out);
	return kept;
}

static void every_shape_becomes_a_tree_with_places(void **state)
{
	static const struct {
		const char *text, *tree;
	} cases[] = {
		{ "",
		  "" },
		{ "# One\n\ntext\n",
		  "HEADING 1:1-1 h1\n"
		  "    t 1:3 'One'\n"
		  "PARAGRAPH 3:1-3\n"
		  "    t 3:1 'text'\n" },
		{ "One\n===\n\ntwo *three* **four `five`** [six](seven.md) <!-- eight --> nine\n",
		  "HEADING 1:1-2 h1\n"
		  "    t 1:1 'One'\n"
		  "PARAGRAPH 4:1-4\n"
		  "    t 4:1 'two '\n"
		  "    e 4:6 'three'\n"
		  "    t 4:12 ' '\n"
		  "    Ss 4:15 'four '\n"
		  "    Sc 4:21 'five'\n"
		  "    t 4:28 ' '\n"
		  "    l 4:30 'six' (seven.md)\n"
		  "    t 4:44 ' '\n"
		  "    ! 4:45 ' eight '\n"
		  "    t 4:59 ' nine'\n" },
		{ "1. **A.** <!-- step id=a -->\n   Say\n   more\n\n2. b\n",
		  "LIST 1:1-5 ordered\n"
		  "  LIST_ITEM 1:1-3 1.\n"
		  "    PARAGRAPH 1:6-3\n"
		  "        Ss 1:6 'A.'\n"
		  "        t 1:10 ' '\n"
		  "        ! 1:11 ' step id=a '\n"
		  "        t 1:29 ' Say more'\n"
		  "  LIST_ITEM 5:1-5 2.\n"
		  "    PARAGRAPH 5:4-5\n"
		  "        t 5:4 'b'\n" },
		{ "- a\n- b\n  - c\n",
		  "LIST 1:1-3\n"
		  "  LIST_ITEM 1:1-1\n"
		  "    PARAGRAPH 1:3-1\n"
		  "        t 1:3 'a'\n"
		  "  LIST_ITEM 2:1-3\n"
		  "    PARAGRAPH 2:3-2\n"
		  "        t 2:3 'b'\n"
		  "    LIST 3:3-3\n"
		  "      LIST_ITEM 3:3-3\n"
		  "        PARAGRAPH 3:5-3\n"
		  "            t 3:5 'c'\n" },
		{ "- [ ] a\n- [x] b\n",
		  "LIST 1:1-2\n"
		  "  LIST_ITEM 1:1-1 [ ]\n"
		  "    PARAGRAPH 1:7-1\n"
		  "        t 1:7 'a'\n"
		  "  LIST_ITEM 2:1-2 [x]\n"
		  "    PARAGRAPH 2:7-2\n"
		  "        t 2:7 'b'\n" },
		{ "- - a\n",
		  "LIST 1:1-1\n"
		  "  LIST_ITEM 1:1-1\n"
		  "    LIST 1:3-1\n"
		  "      LIST_ITEM 1:3-1\n"
		  "        PARAGRAPH 1:5-1\n"
		  "            t 1:5 'a'\n" },
		{ "-\n- b\n",
		  "LIST 1:1-2\n"
		  "  LIST_ITEM 1:1-1\n"
		  "  LIST_ITEM 2:1-2\n"
		  "    PARAGRAPH 2:3-2\n"
		  "        t 2:3 'b'\n" },
		{ "> [!CAUTION]\n> Mind\n",
		  "QUOTE 1:1-2\n"
		  "  PARAGRAPH 1:3-2\n"
		  "      t 1:3 '[!CAUTION] Mind'\n" },
		{ "1. a\n\n   ```sh {check every=\"1\\.5s\"}\n\techo\n     x\n\n   ```\n",
		  "LIST 1:1-7 ordered\n"
		  "  LIST_ITEM 1:1-7 1.\n"
		  "    PARAGRAPH 1:4-1\n"
		  "        t 1:4 'a'\n"
		  "    FENCE 3:4-7 {sh {check every=\"1\\.5s\"}} \" echo\n"
		  "  x\n"
		  "\n"
		  "\"\n" },
		{ "```\nx\n",
		  "FENCE 1:1-2 open {} \"x\n"
		  "\"\n" },
		{ "```\n```\n",
		  "FENCE 1:1-2 {} \"\"\n" },
		{ "```\n\n```\n",
		  "FENCE 1:1-3 {} \"\n"
		  "\"\n" },
		{ "- ```sh\n  a\n```\nb\n```\n",
		  "LIST 1:1-3\n"
		  "  LIST_ITEM 1:1-3\n"
		  "    FENCE 1:3-3 {sh} \"a\n"
		  "\"\n"
		  "PARAGRAPH 4:1-4\n"
		  "    t 4:1 'b'\n"
		  "FENCE 5:1-5 open {} \"\"\n" },
		{ "    indented\n\n    more\n\nx\n",
		  "FENCE 1:5-3 {} \"indented\n"
		  "\n"
		  "more\n"
		  "\"\n"
		  "PARAGRAPH 5:1-5\n"
		  "    t 5:1 'x'\n" },
		{ "| a | b |\n|---|---|\n| c |  |\n|   |  |\n\nx\n",
		  "TABLE 1:3-4\n"
		  "  ROW 1:3-1\n"
		  "    CELL 1:3-1\n"
		  "        t 1:3 'a'\n"
		  "    CELL 1:7-1\n"
		  "        t 1:7 'b'\n"
		  "  ROW 3:3-3\n"
		  "    CELL 3:3-3\n"
		  "        t 3:3 'c'\n"
		  "    CELL 3:1-3\n"
		  "  ROW 4:1-4\n"
		  "    CELL 4:1-4\n"
		  "    CELL 4:1-4\n"
		  "PARAGRAPH 6:1-6\n"
		  "    t 6:1 'x'\n" },
		{ "a\n\n***\n\nb\n",
		  "PARAGRAPH 1:1-1\n"
		  "    t 1:1 'a'\n"
		  "RULE 3:1-3\n"
		  "PARAGRAPH 5:1-5\n"
		  "    t 5:1 'b'\n" },
		{ "<div>\n<!-- c -->\n</div>\n\nx <b>y</b>\n",
		  "HTML 1:1-3 \"<div>\n"
		  "<!-- c -->\n"
		  "</div>\"\n"
		  "    t 1:1 '<div>'\n"
		  "    ! 2:1 ' c '\n"
		  "    t 2:11 ' </div>'\n"
		  "PARAGRAPH 5:1-5\n"
		  "    t 5:1 'x '\n"
		  "    t 5:3 '<b>'\n"
		  "    t 5:6 'y'\n"
		  "    t 5:7 '</b>'\n" },
		{ "- x\n  <!-- option goto=y -->\n",
		  "LIST 1:1-2\n"
		  "  LIST_ITEM 1:1-2\n"
		  "    PARAGRAPH 1:3-1\n"
		  "        t 1:3 'x'\n"
		  "    HTML 2:3-2 \"<!-- option goto=y -->\"\n"
		  "        ! 2:3 ' option goto=y '\n" },
		{ "[a](javascript:x) [b](#c) ![d](e.png) <https://f>\n",
		  "PARAGRAPH 1:2-1\n"
		  "    t 1:2 'a'\n"
		  "    t 1:18 ' '\n"
		  "    l 1:20 'b' (#c)\n"
		  "    t 1:26 ' '\n"
		  "    l 1:29 'd' (e.png)\n"
		  "    t 1:38 ' '\n"
		  "    l 1:40 'https://f' (https://f)\n" },
		{ "a  \nb &amp; &#65; &foo;\n",
		  "PARAGRAPH 1:1-2\n"
		  "    t 1:1 'a'\n"
		  "    / 1:2 ''\n"
		  "    t 2:1 'b & A &foo;'\n" },
		{ "---\ntitle: x\n---\na\n",
		  "PARAGRAPH 4:1-4\n"
		  "    t 4:1 'a'\n" },
		{ "+++\ntitle = 1\n+++\na\n",
		  "PARAGRAPH 4:1-4\n"
		  "    t 4:1 'a'\n" },
		{ "## \n\na\n",
		  "HEADING 1:1-1 h2\n"
		  "PARAGRAPH 3:1-3\n"
		  "    t 3:1 'a'\n" },
		{ "a\r\n\r\n```\r\nb\r\n```\r\n",
		  "PARAGRAPH 1:1-1\n"
		  "    t 1:1 'a'\n"
		  "FENCE 3:1-5 {} \"b\n"
		  "\"\n" },
		{ "a\xff\x1b[2J\xe2\x80\xae, and much more of it, so that it is a text\n",
		  "PARAGRAPH 1:1-1\n"
		  "    t 1:1 'a\\xFF^[[2J<U+202E>, and much more of it, so that it is a text'\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = { 0 };

		assert_string_equal(tree_of(&arena, str_of(cases[i].text)), cases[i].tree);
		arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_becomes_a_tree_with_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
