/* What is said about the command line comes from its tables: nothing in them goes unmentioned. */
#include "app/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ui/keys.h"

static const char *const shells[] = { "bash", "zsh", "fish" };

/* What a command writes to standard output; the caller frees it. */
static char *output_of(int (*command)(const struct context *), const char *word)
{
	struct options options = { .word_count = 0 };
	char *text = NULL;
	size_t len;
	struct context context = { .options = &options, .words = &word, .word_count = word ? 1 : 0,
				   .out = open_memstream(&text, &len), .err = stderr };

	assert_non_null(context.out);
	assert_int_equal(command(&context), EXIT_OK);
	(void)fclose(context.out);
	return text;
}

static void assert_mentions(const char *text, const char *where, const char *what)
{
	if (!strstr(text, what))
		fail_msg("%s does not mention '%s'", where, what);
}

static void the_help_of_the_program_mentions_every_verb_and_flag(void **state)
{
	char *text = output_of(cmd_help, NULL);

	(void)state;
	for (size_t i = 0; i < verb_count; i++) {
		char name[64];

		snprintf(name, sizeof(name), verbs[i].verb ? "%s" : "\n  %s",
			 verbs[i].verb ? verbs[i].verb : verbs[i].noun);
		assert_mentions(text, "help", name);
		if (!verbs[i].verb)
			assert_mentions(text, "help", verbs[i].summary);
	}
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (option_rows[i].global)
			assert_mentions(text, "help", option_rows[i].help);
	}
	free(text);
}

static const char *flags_of(const struct buf *help)
{
	return strstr(buf_cstr(help), "\nFlags:\n");
}

static void the_help_of_a_noun_lists_its_verbs(void **state)
{
	(void)state;
	for (size_t i = 0; i < verb_count; i++) {
		struct buf out = { 0 };

		for (size_t k = 0; verbs[i].verb && k < verb_count; k++) {
			if (!verbs[k].verb && strcmp(verbs[k].noun, verbs[i].noun) == 0)
				help_write(&verbs[k], &out);
		}
		if (verbs[i].verb)
			assert_mentions(buf_cstr(&out), verbs[i].noun, verbs[i].summary);
		buf_done(&out);
	}
}

static void the_help_of_a_verb_shows_its_examples_and_its_own_flags(void **state)
{
	(void)state;
	for (size_t i = 0; i < verb_count; i++) {
		struct buf out = { 0 };

		help_write(&verbs[i], &out);
		assert_mentions(buf_cstr(&out), verbs[i].noun, verbs[i].examples);
		assert_non_null(flags_of(&out));
		for (size_t k = 0; k < OPTION_COUNT; k++) {
			bool own = option_rows[k].global || (verbs[i].options & OPTION_BIT(k));

			if (own != (strstr(flags_of(&out), option_rows[k].help) != NULL))
				fail_msg("%s and --%s", verbs[i].noun, option_rows[k].name);
		}
		buf_done(&out);
	}
}

static void the_manual_mentions_every_verb_flag_and_exit_status(void **state)
{
	static const struct { int code; const char *text; } exits[] = {
#define X(sym, code, text) { code, text },
		EXITS(X)
#undef X
	};
	struct buf out = { 0 };

	(void)state;
	help_manual(&out);
	for (size_t i = 0; i < verb_count; i++)
		assert_mentions(buf_cstr(&out), "the manual", verbs[i].summary);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		assert_mentions(buf_cstr(&out), "the manual", option_rows[i].help);
	for (size_t i = 0; i < ARRAY_LEN(exits); i++) {
		char line[160];

		snprintf(line, sizeof(line), "*%d*\n\t%s.", exits[i].code, exits[i].text);
		assert_mentions(buf_cstr(&out), "the manual", line);
	}
	buf_done(&out);
}

static void every_topic_has_a_text(void **state)
{
	static const char *const topics[][2] = {
		{ "exit-codes", "128+n" }, { "keys", "quit" }, { "config", "config.yaml" },
		{ "status", "--check" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
		char *text = output_of(cmd_help, topics[i][0]);

		assert_mentions(text, topics[i][0], topics[i][1]);
		free(text);
	}
}

static void every_action_is_among_the_keys(void **state)
{
	char *text = output_of(cmd_help, "keys");

	(void)state;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		assert_mentions(text, "help keys", action_info((enum action)i)->name);
	free(text);
}

static void every_completion_mentions_every_verb_and_flag(void **state)
{
	(void)state;
	for (size_t s = 0; s < ARRAY_LEN(shells); s++) {
		char *text = output_of(cmd_completion, shells[s]);

		for (size_t i = 0; i < verb_count; i++) {
			assert_mentions(text, shells[s], verbs[i].noun);
			if (verbs[i].verb)
				assert_mentions(text, shells[s], verbs[i].verb);
		}
		for (size_t i = 0; i < OPTION_COUNT; i++) {
			char flag[40];

			snprintf(flag, sizeof(flag), strcmp(shells[s], "fish") ? "--%s" : "-l %s",
				 option_rows[i].name);
			assert_mentions(text, shells[s], flag);
		}
		free(text);
	}
}

/* Run the script in bash with more lines behind it; what it prints comes back in out. */
static void in_bash(const char *script, const char *more, char *out, size_t size)
{
	char path[] = "/tmp/binnacle-completion-XXXXXX";
	int fd = mkstemp(path), ends[2], status;
	pid_t pid;
	ssize_t got;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, strlen(script)), strlen(script));
	assert_int_equal(write(fd, more, strlen(more)), strlen(more));
	close(fd);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		execlp("bash", "bash", path, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	got = read(ends[0], out, size - 1);
	out[got > 0 ? got : 0] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	unlink(path);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("bash: %s", out);
}

static void bash_completes_nouns_verbs_and_flags(void **state)
{
	static const struct { const char *line, *words; } cases[] = {
		{ "COMP_WORDS=(binnacle sta) COMP_CWORD=1", "status" },
		{ "COMP_WORDS=(binnacle config sc) COMP_CWORD=2", "schema" },
		{ "COMP_WORDS=(binnacle completion z) COMP_CWORD=2", "zsh" },
		{ "COMP_WORDS=(binnacle status --ch) COMP_CWORD=2", "--check" },
		{ "COMP_WORDS=(binnacle --color al) COMP_CWORD=2", "always" },
		{ "COMP_WORDS=(binnacle incident mit) COMP_CWORD=2", "mitigate" },
		{ "COMP_WORDS=(binnacle incident open --ti) COMP_CWORD=3", "--timeout --title" },
	};
	char *text = output_of(cmd_completion, "bash");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char more[256], out[512];

		snprintf(more, sizeof(more), "%s; _binnacle; printf %%s \"${COMPREPLY[*]}\"\n",
			 cases[i].line);
		in_bash(text, more, out, sizeof(out));
		assert_string_equal(out, cases[i].words);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_help_of_the_program_mentions_every_verb_and_flag),
		cmocka_unit_test(the_help_of_a_noun_lists_its_verbs),
		cmocka_unit_test(the_help_of_a_verb_shows_its_examples_and_its_own_flags),
		cmocka_unit_test(the_manual_mentions_every_verb_flag_and_exit_status),
		cmocka_unit_test(every_topic_has_a_text),
		cmocka_unit_test(every_action_is_among_the_keys),
		cmocka_unit_test(every_completion_mentions_every_verb_and_flag),
		cmocka_unit_test(bash_completes_nouns_verbs_and_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
