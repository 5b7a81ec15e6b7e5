/* Markdown as rows: what it looks like, that what is literal is whole, and that nothing hostile or
 * deep gets out of its column. UPDATE_GOLDEN=1 writes the pictures anew. */
#include "ui/prose.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/scrub.h"
#include "tests/lib/golden.h"
#include "tests/lib/hostile.h"

static struct page page;
static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	page_init(&page);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	page_done(&page);
	arena_done(&arena);
	return 0;
}

static void put(struct str text, int cols)
{
	const struct prose prose = { .page = &page, .x = 1 };
	struct markdown tree;
	struct err err = { 0 };

	page_begin(&page, cols, true, NULL);
	if (markdown_parse(text, &arena, &tree, &err))
		prose_put(&prose, tree.root->first, NULL);
	page_end(&page);
}

static void dump(struct buf *out)
{
	for (int y = 0; y < page.count; y++) {
		page_dump_row(&page, y, out);
		buf_char(out, '\n');
	}
}

static const char everything[] =
	"# Title of *it*\n\n"
	"A paragraph with **strong words**, `code in a line`, a [link](https://status.example/x) and\n"
	"a [relative one](other.md); it is long enough to be wrapped where it is narrow.\n\n"
	"1. **First.** <!-- step id=first --> A step\n   of two lines.\n"
	"   - nested `one`\n   - [ ] a task\n   - [x] one that is done\n"
	"2. Second.\n\n"
	"> A quote, which is a draft.\n\n"
	"> [!CAUTION]\n> It cannot be taken back.\n\n"
	"> [!NOTE]\n> Only this.\n\n"
	"```sh {timeout=2m}\n"
	"docker inspect -f '{{.State.Status}} exit={{.State.ExitCode}}' \"$CONTAINER\" "
	"--and --more --words\n"
	"\tindented by a tab\n"
	"```\n\n"
	"| source | says | what it means |\n|---|---|---|\n| indexer | refused | the process is gone |\n"
	"| db | hung | it waits for the database, which answers nobody at all |\n\n"
	"---\n\n<!-- a comment that nobody sees -->\n";

static void text_reads_well_in_eighty_and_in_forty_columns(void **state)
{
	static const int sizes[] = { 80, 40 };
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct buf text = { 0 };
		char name[64];

		put(str_of(everything), sizes[i]);
		dump(&text);
		(void)snprintf(name, sizeof(name), "ui-prose-%d.txt", sizes[i]);
		wrong += !golden_same(name, str_sub(text.data, text.len));
		buf_done(&text);
	}
	assert_int_equal(wrong, 0);
}

/* Rows of a fence put together again are its line. */
static void what_is_literal_is_never_cut(void **state)
{
	struct buf shown = { 0 }, line = { 0 };
	char command[700];

	(void)state;
	for (size_t i = 0; i < sizeof(command) - 1; i++)
		command[i] = (char)('a' + i % 26);
	command[sizeof(command) - 1] = '\0';
	page_begin(&page, 40, true, NULL);
	prose_literal(&page, 3, ROLE_KEY, command, strlen(command));
	page_end(&page);
	for (int y = 0; y < page.count; y++) {
		buf_clear(&line);
		page_dump_row(&page, y, &line);
		assert_int_equal(buf_cstr(&line)[1], y == 0 ? ' ' : '~');
		buf_text(&shown, buf_cstr(&line) + 3);
	}
	assert_string_equal(buf_cstr(&shown), command);
	buf_done(&shown);
	buf_done(&line);
}

static void a_comment_is_not_shown(void **state)
{
	struct buf text = { 0 };

	(void)state;
	put(str_of("Do it. <!-- step id=x --> Then rest.\n"), 80);
	dump(&text);
	assert_string_equal(buf_cstr(&text), " Do it. Then rest.\n");
	buf_done(&text);
}

static void a_word_that_is_wider_than_the_column_ends(void **state)
{
	char text[400];

	(void)state;
	memset(text, 'w', sizeof(text));
	for (int cols = 1; cols < 12; cols++) {
		put(str_sub(text, sizeof(text)), cols);
		assert_true(page.count <= (int)sizeof(text));
	}
}

static void lists_that_nest_for_ever_end(void **state)
{
	struct buf text = { 0 };

	(void)state;
	for (int depth = 0; depth < 60; depth++) {
		for (int i = 0; i < depth; i++)
			buf_text(&text, "  ");
		buf_text(&text, "- deeper\n");
	}
	put(str_sub(text.data, text.len), 80);
	assert_true(page.count > 10);
	buf_done(&text);
}

static void look(struct str text)
{
	put(text, 60);
	for (int y = 0; y < page.used; y++)
		for (int x = 0; x < page.cols; x++) {
			const struct cell *cell = surface_cell(&page.surface, x, y);

			if (!scrub_clean(str_sub(cell->bytes, cell->len)))
				fail_msg("a control at %d,%d", x, y);
		}
}

static void hostile_text_in_any_place_is_harmless(void **state)
{
	static const char *const places[] = {
		"%s", "# %s", "- %s", "> %s", "```\n%s\n```", "| %s |\n|---|\n| b |", "[%s](https://x)",
		"<b>%s</b>",
	};
	size_t count;
	const struct hostile *all = hostile_all(&count);

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(places); p++)
		for (size_t i = 0; i < count; i++) {
			const char *at = strstr(places[p], "%s");
			struct buf text = { 0 };

			buf_add(&text, places[p], (size_t)(at - places[p]));
			buf_add(&text, all[i].bytes.p, all[i].bytes.len);
			buf_text(&text, at + 2);
			look(str_sub(text.data, text.len));
			buf_done(&text);
			arena_done(&arena);
		}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(text_reads_well_in_eighty_and_in_forty_columns), TEST(what_is_literal_is_never_cut),
		TEST(a_comment_is_not_shown), TEST(a_word_that_is_wider_than_the_column_ends),
		TEST(lists_that_nest_for_ever_end), TEST(hostile_text_in_any_place_is_harmless),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
