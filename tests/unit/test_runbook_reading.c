#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "tests/lib/books.h"

static void expect_whole(const char *name, struct str bytes)
{
	struct err err = { 0 };
	struct runbook *book = runbook_read(name, bytes, &err);
	const char *broken = book ? book_broken(book) : err.text;

	if (broken)
		fail_msg("%s, %zu bytes: %s", name, bytes.len, broken);
	runbook_free(book);
}

/* Every runbook of the library, and the example of the format. */
static void of_each_runbook(void (*visit)(const char *path, struct str bytes))
{
	struct buf bytes = { 0 };
	glob_t found = { 0 };

	if (glob("runbooks/*.md", 0, NULL, &found) != 0)
		printf("SKIPPED: runbooks/*.md is not there\n");
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (book_file(found.gl_pathv[i], &bytes))
			visit(found.gl_pathv[i], str_sub(bytes.data, bytes.len));
	if (book_file("@design/examples/horizon-outage.md", &bytes))
		visit("horizon-outage.md", str_sub(bytes.data, bytes.len));
	globfree(&found);
	buf_done(&bytes);
}

static void cut_everywhere(const char *path, struct str bytes)
{
	for (size_t len = 0; len < bytes.len; len += 97)
		expect_whole(path, str_sub(bytes.p, len));
	expect_whole(path, bytes);
}

static void any_prefix_of_a_runbook_loads(void **state)
{
	(void)state;
	of_each_runbook(cut_everywhere);
}

static void expect_no_errors(const char *path, struct str bytes)
{
	struct err err = { 0 };
	struct runbook *book = runbook_read(path, bytes, &err);
	struct buf said = { 0 };

	assert_non_null(book);
	troubles_write(&book->troubles, &said);
	if (book->troubles.errors > 0)
		fail_msg("%s", buf_cstr(&said));
	buf_done(&said);
	runbook_free(book);
}

static void no_runbook_of_ours_has_an_error(void **state)
{
	(void)state;
	of_each_runbook(expect_no_errors);
}

static void the_example_of_the_format_has_its_22_steps(void **state)
{
	struct buf bytes = { 0 };
	struct runbook *book;
	struct err err;

	(void)state;
	if (!book_file("@design/examples/horizon-outage.md", &bytes))
		return;
	book = runbook_read("horizon-outage.md", str_sub(bytes.data, bytes.len), &err);
	assert_non_null(book);
	assert_true(book->card.native);
	assert_int_equal(book->step_count, 22);
	assert_int_equal(book->heading_count, 7);
	assert_int_equal(book->troubles.count, 0);
	assert_string_equal(book->steps[4].id, "switch");
	assert_int_equal(book->steps[4].danger, DANGER_CAUTION);
	assert_string_equal(book->steps[4].when.param, "BACKUP_HORIZON_URL");
	assert_int_equal(book->steps[4].fence_count, 2);
	assert_true(book->steps[4].fences[0].check);
	assert_string_equal(book->steps[4].fences[1].on, "backend-1");
	assert_int_equal(book->steps[3].option_count, 3);
	assert_int_equal(book->steps[21].due, 48 * WHEN_HOUR);
	runbook_free(book);
	buf_done(&bytes);
}

/* md4c takes some offsets for an item of a list (markdown_pad.c). Whatever stands before a list, it
 * stays one list. */
static void a_list_stays_whole_at_every_offset(void **state)
{
	static const char list[] = "\n1. one\n\n   ```sh\n   run\n   ```\n\n   text\n\n\n   more\n\n"
				   "   > quote\n\n   # heading\n\n\n   ```sh\n   run\n\n\n   ```\n\n   end\n"
				   "2. two\n";

	(void)state;
	for (size_t before = 0; before < 520; before++) {
		struct buf text = { 0 };
		struct runbook *book;
		struct err err;

		for (size_t i = 0; i < before; i++)
			buf_char(&text, 'x');
		buf_text(&text, list);
		book = runbook_read("a.md", str_sub(text.data, text.len), &err);
		assert_non_null(book);
		assert_int_equal(book->step_count, 2);
		assert_int_equal(book->steps[0].fence_count, 2);
		assert_null(book_broken(book));
		runbook_free(book);
		buf_done(&text);
	}
}

static void what_is_no_text_or_too_large_is_refused_with_a_sentence(void **state)
{
	static char large[MARKDOWN_BYTES + 1];
	struct err err = { 0 };

	(void)state;
	memset(large, 'x', sizeof(large));
	assert_null(runbook_read("a.md", str_sub(large, sizeof(large)), &err));
	assert_string_equal(err.text, "a.md: it is larger than 256 KiB");
	memset(large, 0xff, sizeof(large));
	assert_null(runbook_read("a.md", str_sub(large, 100), &err));
	assert_string_equal(err.text, "a.md: it is no text in UTF-8");
	assert_null(runbook_read("a.md", str_sub("\0\0\0\0", 4), &err));
	memset(large, 'x', sizeof(large));
	expect_whole("a.md", str_sub(large, MARKDOWN_BYTES));
}

/* One byte in ten may be a zero. */
#define WORDS "These are words enough to make a text of it, zeros and all.\n\n"

static void a_zero_in_code_does_not_move_its_lines(void **state)
{
	static const char *const texts[] = {
		WORDS "- \t@{to: x}\n", WORDS "    @\n    x\n", WORDS "```\n@@ x @\n\n@\n```\n",
		WORDS "- a\n\n      @@x\n  b\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char bytes[128];
		size_t len = strlen(texts[i]);

		for (size_t j = 0; j < len; j++)
			bytes[j] = texts[i][j] == '@' ? '\0' : texts[i][j];
		expect_whole("a.md", str_sub(bytes, len));
	}
}

static void what_is_too_complex_is_cut_and_said_so(void **state)
{
	struct buf text = { 0 };
	struct runbook *book;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 40000; i++)
		buf_text(&text, "- a\n");
	book = runbook_read("a.md", str_sub(text.data, text.len), &err);
	assert_non_null(book);
	assert_true(book->doc.cut);
	assert_int_equal(book->troubles.first->code, TROUBLE_R002);
	assert_true(book->step_count > 10000);
	runbook_free(book);
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_prefix_of_a_runbook_loads),
		cmocka_unit_test(no_runbook_of_ours_has_an_error),
		cmocka_unit_test(the_example_of_the_format_has_its_22_steps),
		cmocka_unit_test(a_list_stays_whole_at_every_offset),
		cmocka_unit_test(what_is_no_text_or_too_large_is_refused_with_a_sentence),
		cmocka_unit_test(a_zero_in_code_does_not_move_its_lines),
		cmocka_unit_test(what_is_too_complex_is_cut_and_said_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
