/* What of a runbook would run that was not there before. */
#include "runbook/changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/mem.h"

#define FENCE(bytes, ...) \
	{.lang = LANG_SH, .text = bytes, .runnable = true, .source = "", .node = "", .on = "", \
	 .cwd = "", .capture = "", __VA_ARGS__}

struct book {			/* one or two steps with one or two fences each */
	struct runbook runbook;
	struct step steps[2];
	struct fence fences[2][2];
};

static struct book *two_steps(const char *first, const char *second)
{
	struct book *book = mem_new(sizeof(*book));
	const char *const texts[] = {first, second};

	for (size_t i = 0; i < 2; i++) {
		book->fences[i][0] = (struct fence)FENCE(texts[i], .every = 0);
		book->steps[i] = (struct step){.id = i ? "stop" : "look", .title = i ? "Stop it" :
					       "Look at it", .n = (unsigned)i + 1,
					       .fences = book->fences[i], .fence_count = 1};
	}
	book->runbook.steps = book->steps;
	book->runbook.step_count = 2;
	return book;
}

static void check(const struct book *was, const struct book *is, size_t commands, const char *text)
{
	struct changes changes;

	assert_int_equal(runbook_changes(was ? &was->runbook : NULL, &is->runbook, &changes),
			 commands > 0);
	assert_int_equal(changes.commands, commands);
	assert_string_equal(buf_cstr(&changes.text), text);
	changes_done(&changes);
}

static void all_is_new_of_what_was_never_accepted(void **state)
{
	struct book *book = two_steps("uptime\n", "df -h\nls\n");

	(void)state;
	check(NULL, book, 2, "step 1, Look at it\n+(sh)\n+uptime\n\nstep 2, Stop it\n+(sh)\n"
			     "+df -h\n+ls\n");
	mem_free(book);
}

static void nothing_is_new_of_the_same(void **state)
{
	struct book *was = two_steps("uptime\n", "ls\n"), *is = two_steps("uptime\n", "ls\n");

	(void)state;
	is->steps[0].title = "Look again";
	is->steps[1].probe_text = "a.b < 5";
	is->fences[0][0].expected = "up";
	check(was, is, 0, "");
	mem_free(was);
	mem_free(is);
}

static void a_changed_command_is_a_diff_of_its_lines(void **state)
{
	struct book *was = two_steps("a\nb\nc\nd\n", "ls\n"), *is = two_steps("a\nx\nc\ny\nd\n", "ls\n");

	(void)state;
	check(was, is, 1, "step 1, Look at it\n (sh)\n a\n-b\n+x\n c\n+y\n d\n");
	mem_free(was);
	mem_free(is);
}

static void what_decides_how_it_runs_counts_as_the_command(void **state)
{
	static const struct {
		struct fence fence;
		const char *line;
	} cases[] = {
		{FENCE("ls\n", .check = true), "+(sh check)"},
		{FENCE("ls\n", .interactive = true), "+(sh interactive)"},
		{FENCE("ls\n", .write = true), "+(sh write)"},
		{{.lang = LANG_BASH, .text = "ls\n", .runnable = true, .source = "", .node = "",
		  .on = "", .cwd = "", .capture = ""}, "+(bash)"},
		{{.lang = LANG_SH, .text = "ls\n", .runnable = true, .source = "db", .node = "two",
		  .on = "web", .cwd = "/srv", .capture = "X"},
		 "+(sh source=db node=two on=web cwd=/srv capture=X)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct book *was = two_steps("uptime\n", "ls\n"), *is = two_steps("uptime\n", "ls\n");
		char text[256];

		is->fences[1][0] = cases[i].fence;
		(void)snprintf(text, sizeof(text), "step 2, Stop it\n-(sh)\n%s\n ls\n",
			       cases[i].line);
		check(was, is, 1, text);
		mem_free(was);
		mem_free(is);
	}
}

static void a_command_that_moved_is_not_new(void **state)
{
	struct book *was = two_steps("uptime\n", "ls\n"), *is = two_steps("ls\n", "uptime\n");

	(void)state;
	check(was, is, 0, "");
	is->fences[0][0].text = "df\n";
	is->steps[0].title = "See";
	check(was, is, 2, "step 1, See\n+(sh)\n+df\n\nstep 2, Stop it\n-(sh)\n-ls\n");
	mem_free(was);
	mem_free(is);
}

static void one_put_before_another_leaves_that_one_as_it_was(void **state)
{
	struct book *was = two_steps("uptime\n", "ls\n"), *is = two_steps("uptime\n", "rm x\n");

	(void)state;
	is->fences[1][1] = was->fences[1][0];
	is->steps[1].fence_count = 2;
	check(was, is, 1, "step 2, Stop it\n+(sh)\n+rm x\n");
	check(is, was, 1, "step 2, Stop it\n-(sh)\n-rm x\n");
	mem_free(was);
	mem_free(is);
}

static void what_cannot_run_does_not_count(void **state)
{
	struct book *was = two_steps("uptime\n", "ls\n"), *is = two_steps("uptime\n", "ls <x>\n");

	(void)state;
	is->fences[1][0].runnable = false;
	check(was, is, 1, "step 2, Stop it\n-(sh)\n-ls\n");
	was->fences[1][0].runnable = false;
	check(was, is, 0, "");
	mem_free(was);
	mem_free(is);
}

static void where_a_value_comes_from_counts(void **state)
{
	static const struct param was_param = {.name = "URL", .from = "env:URL", .def = ""};
	static const struct param is_param = {.name = "URL", .from = "", .def = "http://x"};
	struct book *was = two_steps("curl \"$URL\"\n", "ls\n");
	struct book *is = two_steps("curl \"$URL\"\n", "ls\n");

	(void)state;
	was->runbook.card.params = &was_param;
	is->runbook.card.params = &is_param;
	was->runbook.card.param_count = is->runbook.card.param_count = 1;
	check(was, is, 1, "parameter URL\n-(value from env:URL)\n+(value)\n+http://x\n");
	mem_free(was);
	mem_free(is);
}

static void what_it_shows_is_harmless_to_look_at(void **state)
{
	struct book *book = two_steps("echo \x1b[2J\n", "ls \xe2\x80\xae\n");

	(void)state;
	check(NULL, book, 2, "step 1, Look at it\n+(sh)\n+echo ^[[2J\n\nstep 2, Stop it\n+(sh)\n"
			     "+ls <U+202E>\n");
	mem_free(book);
}

static void a_change_of_thousands_of_lines_is_still_told_whole(void **state)
{
	struct buf old = {0}, new = {0};
	struct changes changes;
	struct book *was, *is;
	size_t minus = 0, plus = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		buf_fmt(&old, "old %d\n", i);
		buf_fmt(&new, "new %d\n", i);
	}
	was = two_steps(buf_cstr(&old), "ls\n");
	is = two_steps(buf_cstr(&new), "ls\n");
	assert_true(runbook_changes(&was->runbook, &is->runbook, &changes));
	for (size_t i = 0; i + 1 < changes.text.len; i++) {
		minus += strncmp(changes.text.data + i, "\n-", 2) == 0;
		plus += strncmp(changes.text.data + i, "\n+", 2) == 0;
	}
	assert_int_equal(minus, 3000);
	assert_int_equal(plus, 3000);
	changes_done(&changes);
	buf_done(&old);
	buf_done(&new);
	mem_free(was);
	mem_free(is);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_new_of_what_was_never_accepted),
		cmocka_unit_test(nothing_is_new_of_the_same),
		cmocka_unit_test(a_changed_command_is_a_diff_of_its_lines),
		cmocka_unit_test(what_decides_how_it_runs_counts_as_the_command),
		cmocka_unit_test(a_command_that_moved_is_not_new),
		cmocka_unit_test(one_put_before_another_leaves_that_one_as_it_was),
		cmocka_unit_test(what_cannot_run_does_not_count),
		cmocka_unit_test(where_a_value_comes_from_counts),
		cmocka_unit_test(what_it_shows_is_harmless_to_look_at),
		cmocka_unit_test(a_change_of_thousands_of_lines_is_still_told_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
