/*
 * Bytes that were made to stop a reader of Markdown. Each is read in a child: it must end, within
 * 64 MiB (reliability.md R25). How long each took is printed, not asserted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "runbook/runbook.h"

enum { SIZE = MARKDOWN_BYTES, LIMIT_KIB = 64 * 1024, PATIENCE = 60 };

#define NATIVE "---\nbinnacle: 1\n---\n## Resolution\n\n"

/* head, then unit again and again, then tail. */
struct pattern {
	const char *name, *head, *unit, *tail;
};

static const struct pattern patterns[] = {
	{ "open brackets", "", "[", "" },
	{ "nested brackets", "", "[", "]]]]]]]]]]" },
	{ "images in nothing", "", "![[]()", "" },
	{ "links to nowhere", "", "[a](<b", "" },
	{ "links in links", "", "[a](", ")" },
	{ "open CDATA", "", "a<![CDATA[", "" },
	{ "open comments", "", "<!-- ", "" },
	{ "open comments in lines", "", "<!--\n", "" },
	{ "open instructions", "", "a <?", "" },
	{ "open declarations", "", "a <!A ", "" },
	{ "open tags", "", "<a href=\"", "" },
	{ "closing tags", "", "</a ", "" },
	{ "quotes in quotes", "", ">", "a" },
	{ "lists in lists", "", "- ", "a" },
	{ "lists in quotes", "", "> 1. ", "a" },
	{ "emphasis that never ends", "", "*a ", "" },
	{ "emphasis in emphasis", "", "*a **a ", "" },
	{ "two kinds of emphasis", "", "*_", "" },
	{ "struck out", "", "~~a ~b ", "" },
	{ "code that never ends", "", "``a` ", "" },
	{ "backslashes", "", "\\", "" },
	{ "entities", "", "&#65;", "" },
	{ "entities that are none", "", "&a", "" },
	{ "references without end", "[a]: /bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb&amp;b\n\n", "[a] ", "" },
	{ "definitions", "", "[a]: b\n", "" },
	{ "definitions that go on", "", "[a]: b 'c\n", "" },
	{ "rows of a table", "|a|b|\n|-|-|\n", "|\n", "" },
	{ "fences, open and closed", "", "```\n", "" },
	{ "a fence of empty lines", "```\n", "\n", "" },
	{ "two kinds of fences", "", "```\na\n~~~\n", "" },
	{ "blank lines", "", "\n", "" },
	{ "one line", "", "x", "" },
	{ "carriage returns", "", "a\r", "" },
	{ "tabs", "- a\n", "\t", "a" },
	{ "headings", "", "# a\n", "" },
	{ "underlined headings", "", "a\n=\n", "" },
	{ "items with one title", "", "- a\n", "" },
	{ "items without a word", "", "-\n", "" },
	{ "numbers that are too large", "", "999999999. a\n\n", "" },
	{ "rules", "", "***\n", "" },
	{ "bytes that are no UTF-8", "", "aaaaaaaaaaaa\xff", "" },
	{ "marks on one letter", "a", "\xcc\x81", "" },
	{ "letters that cannot be seen", "", "\xe2\x80\xae", "" },
	{ "options", NATIVE "1. **A** <!-- step decision -->\n", "   - a <!-- option -->\n", "" },
	{ "attributes of a step", NATIVE "1. **A** <!-- step ", "id=a ", "-->\n" },
	{ "a quote that is not closed", NATIVE "1. **A** <!-- step id=\"", "a ", "-->\n" },
	{ "attributes of a fence", NATIVE "1. a\n\n   ```sh {", "every=5x ", "}\n   ```\n" },
	{ "steps with one id", NATIVE, "1. **A** <!-- step id=a -->\n", "" },
	{ "branches in branches", NATIVE, "1. a <!-- step decision -->\n   - b\n     1. c\n", "" },
	{ "placeholders", "```sh\n", "<a> ", "\n```\n" },
	{ "placeholders that are none", "```sh\n", "<a", "\n```\n" },
	{ "one variable", "```sh\n", "$a ", "\n```\n" },
	{ "prompts", "```\n", "$ a\n", "```\n" },
	{ "a front matter of brackets", "---\nbinnacle: 1\na: ", "[", "\n---\n" },
	{ "a front matter without end", "---\n", "a: b\n", "" },
};

static void build(const struct pattern *pattern, struct buf *out)
{
	size_t unit = strlen(pattern->unit), tail = strlen(pattern->tail);

	buf_text(out, pattern->head);
	while (out->len + unit + tail <= SIZE)
		buf_text(out, pattern->unit);
	buf_text(out, pattern->tail);
}

/* What no repetition makes. */
static void build_wide_table(struct buf *out)
{
	for (int row = 0; row < 2; row++) {
		for (int i = 0; i < 5000; i++)
			buf_text(out, row ? "|-" : "|a");
		buf_text(out, "|\n");
	}
	while (out->len + 2 < SIZE)
		buf_text(out, "|\n");
}

static void build_deeper_lists(struct buf *out)
{
	for (size_t depth = 0; out->len + 2 * depth + 4 < SIZE; depth++)
		buf_fmt(out, "%*s- a\n", (int)(2 * depth), "");
}

static void build_longer_code(struct buf *out)
{
	for (size_t length = 1; out->len + length + 2 < SIZE; length++) {
		for (size_t i = 0; i < length; i++)
			buf_char(out, '`');
		buf_text(out, "a ");
	}
}

static void build_many_references(struct buf *out)
{
	for (int i = 0; out->len + 40 < SIZE / 2; i++)
		buf_fmt(out, "[a%d]: /b\n", i);
	buf_text(out, "\n");
	for (int i = 0; out->len + 40 < SIZE; i++)
		buf_fmt(out, "[a%d]", i);
}

static void build_long_reference(struct buf *out)
{
	buf_text(out, "[a]: /");
	while (out->len < SIZE / 2)
		buf_text(out, "\\!b");
	buf_text(out, "\n\n");
	while (out->len + 4 < SIZE)
		buf_text(out, "[a]\n");
}

static void build_silent_references(struct buf *out)
{
	buf_text(out, "[a]: /");
	while (out->len < SIZE / 2)
		buf_char(out, 'b');
	buf_text(out, "\n\n");
	while (out->len + 5 < SIZE)
		buf_text(out, "[][a]");
}

static void build_zeros(struct buf *out)
{
	buf_text(out, "```sh\n");
	while (out->len + 32 < SIZE)
		buf_add(out, "\0 a line with a zero in it\n", 27);
}

static void build_many_variables(struct buf *out)
{
	buf_text(out, "```sh\n");
	for (int i = 0; out->len + 40 < SIZE; i++)
		buf_fmt(out, "a%d=1; b $a%d\n", i, i);
	buf_text(out, "```\n");
}

static const struct {
	const char *name;
	void (*build)(struct buf *out);
} builders[] = {
	{ "a table of 5,000 columns", build_wide_table },
	{ "lists that grow deeper", build_deeper_lists },
	{ "code marks that grow longer", build_longer_code },
	{ "thousands of references", build_many_references },
	{ "one reference that is long", build_long_reference },
	{ "references without a text", build_silent_references },
	{ "zeros", build_zeros },
	{ "thousands of variables", build_many_variables },
};

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* In the child. Its exit status: 0 is well. */
static int read_hostile(const char *name, const struct buf *bytes)
{
	struct err err = { 0 };
	long before = peak_kib();
	double start = now_ms();
	struct runbook *book = runbook_read("hostile.md", str_sub(bytes->data, bytes->len), &err);
	double took = now_ms() - start;
	long grown = peak_kib() - before;
	bool ok = book ? book->step_count <= MARKDOWN_BLOCKS : *err.text != '\0';

	printf("%-32s %6.1f ms %6.1f MiB %6zu steps%s\n", name, took, (double)grown / 1024,
	       book ? book->step_count : 0, book && book->doc.cut ? ", cut" : "");
#ifndef __SANITIZE_ADDRESS__
	ok = ok && grown < LIMIT_KIB;
#endif
	runbook_free(book);
	fflush(stdout);
	return !ok;
}

static void expect_survived(const char *name, struct buf *bytes)
{
	int status = 0;
	pid_t child;

	assert_true(bytes->len <= SIZE);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		alarm(PATIENCE);
		_exit(read_hostile(name, bytes));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s: status %d", name, status);
	buf_done(bytes);
}

static void sixty_hostile_files_are_read_within_64_mib(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		struct buf bytes = { 0 };

		build(&patterns[i], &bytes);
		expect_survived(patterns[i].name, &bytes);
	}
	for (size_t i = 0; i < ARRAY_LEN(builders); i++) {
		struct buf bytes = { 0 };

		builders[i].build(&bytes);
		expect_survived(builders[i].name, &bytes);
	}
	assert_true(ARRAY_LEN(patterns) + ARRAY_LEN(builders) >= 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sixty_hostile_files_are_read_within_64_mib),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
