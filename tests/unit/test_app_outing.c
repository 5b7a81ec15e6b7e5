/* Verbs that a screen asks for, run as programs: this test is the program, too. */
#include "app/outing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"

enum { PATIENCE_MS = 20000 };

static void what_it_printed_becomes_paths_and_words(void **state)
{
	static const struct {
		const char *printed;
		bool well;
		size_t paths;
		const char *first, *said;
	} cases[] = {
		{ "{\"schema\":\"binnacle.export/1\",\"files\":[{\"path\":\"a/b.md\"},{\"path\":\"c\"}]}\n",
		  true, 2, "a/b.md", "" },
		{ "{\"folder\":\"out/7k3f9q\",\"files\":[]}\n", true, 1, "out/7k3f9q", "" },
		{ "", true, 0, "", "" },
		{ "", false, 0, "", "it ended without a word" },
		{ "binnacle: the disk is full\n\n", false, 0, "", "binnacle: the disk is full" },
		{ "{\"files\":7}\n{broken\n", false, 0, "", "{broken" },
		{ "{\"files\":[{\"path\":\"a\\u001b[2Jb\"}]}\n", true, 1, NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct outing outing = { .verb = "export", .busy = true };

		outing_read(str_of(cases[i].printed), cases[i].well, &outing);
		assert_false(outing.busy);
		assert_int_equal(outing.ok, cases[i].well);
		assert_int_equal(outing.path_count, cases[i].paths);
		if (cases[i].first)
			assert_string_equal(outing.paths[0], cases[i].first);
		assert_null(strchr(outing.paths[0], '\033'));
		assert_string_equal(outing.said, cases[i].said);
	}
}

static void more_paths_than_there_is_room_for_are_left_out(void **state)
{
	struct outing outing = { .verb = "export" };
	struct buf text = { 0 };

	(void)state;
	buf_text(&text, "{\"files\":[");
	for (int i = 0; i < 40; i++)
		buf_fmt(&text, "%s{\"path\":\"f%d\"}", i ? "," : "", i);
	buf_text(&text, "]}\n");
	outing_read(str_sub(text.data, text.len), true, &outing);
	assert_int_equal(outing.path_count, AFTERWORD_PATHS);
	buf_done(&text);
}

/* --- at work --------------------------------------------------------------------------------- */

struct wait {
	struct loop *loop;
	struct outing_work *work;
	struct outing outing;
	bool over;
};

static void on_done(void *arg, const struct outing *outing)
{
	struct wait *wait = arg;
	struct outing_work *work = wait->work;

	wait->outing = *outing;
	wait->over = true;
	wait->work = NULL;
	outing_stop(work);
	loop_stop(wait->loop);
}

static void give_up(void *arg)
{
	loop_stop(arg);
}

static void run(struct wait *wait, const char *verb, const char *incident)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", "BINNACLE_SAYS=words", NULL };
	struct options options = { 0 };
	struct context context = { .options = &options, .environment = environment };
	struct err err = { 0 };
	struct loop_timer late = { .call = give_up };
	struct outing_plan plan = { .context = &context, .verb = verb, .incident = incident,
				    .done = on_done, .arg = wait };

	options.value[OPTION_CONFIG] = "odd; name $(x).yaml";
	wait->loop = plan.loop = loop_new(&err);
	assert_non_null(wait->loop);
	late.arg = wait->loop;
	loop_timer_set(wait->loop, &late, loop_now(wait->loop).steady + PATIENCE_MS);
	wait->work = outing_start(&plan, &wait->outing, &err);
	assert_non_null(wait->work);
	assert_true(wait->outing.busy);
	loop_run(wait->loop);
	loop_timer_stop(wait->loop, &late);
	loop_free(wait->loop);
	assert_true(wait->over);
}

static void it_is_this_program_with_our_words_and_environment(void **state)
{
	struct wait wait = { 0 };

	(void)state;
	run(&wait, "export", "7k3f9q");
	if (!wait.outing.ok)
		fail_msg("%s", wait.outing.said);
	assert_string_equal(wait.outing.said, "exported");
	assert_int_equal(wait.outing.path_count, 1);
	assert_string_equal(wait.outing.paths[0],
			    "incident export 7k3f9q --json --quiet --config odd; name $(x).yaml words");
}

static void what_fails_says_its_last_words(void **state)
{
	struct wait wait = { 0 };

	(void)state;
	run(&wait, "bundle", "nobody");
	assert_false(wait.outing.ok);
	assert_string_equal(wait.outing.said, "binnacle: no such incident");
}

static void an_editor_that_failed_says_how(void **state)
{
	struct wait wait = { 0 };

	(void)state;
	run(&wait, "edit", "7k3f9q");
	assert_false(wait.outing.ok);
	assert_string_equal(wait.outing.said, "binnacle: the editor failed");
}

static void what_is_no_verb_is_refused(void **state)
{
	struct outing outing = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_null(outing_start(&(struct outing_plan){ .verb = "rm" }, &outing, &err));
	assert_string_equal(err.text, "nothing is known of 'rm'");
	assert_false(outing.busy);
}

/* As the program: the words that it was given, as a path. */
static int be_the_program(int argc, char **argv)
{
	if (strcmp(argv[2], "bundle") == 0) {
		fputs("binnacle: no such incident\n", stderr);
		return 5;
	}
	if (strcmp(argv[2], "postmortem") == 0) {
		fputs("\033[2Jwhat it drew\n", stdout);
		fflush(stdout);
		fputs("binnacle: the editor failed\n", stderr);
		return 1;
	}
	printf("{\"files\":[{\"path\":\"");
	for (int i = 1; i < argc; i++)
		printf("%s ", argv[i]);
	printf("%s\"}]}\n", getenv("BINNACLE_SAYS"));
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_printed_becomes_paths_and_words),
		cmocka_unit_test(more_paths_than_there_is_room_for_are_left_out),
		cmocka_unit_test(it_is_this_program_with_our_words_and_environment),
		cmocka_unit_test(what_fails_says_its_last_words),
		cmocka_unit_test(an_editor_that_failed_says_how),
		cmocka_unit_test(what_is_no_verb_is_refused),
	};

	if (argc > 2 && strcmp(argv[1], "incident") == 0)
		return be_the_program(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
