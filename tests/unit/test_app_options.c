/* The command line: flags, verbs, and what is said about a word that is neither. */
#include "app/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "app/verbs.h"
#include "base/attr.h"

enum { MOST = 8 };

/* getopt_long reorders what it is given: every case gets a copy. */
static bool read_words(const char *const *words, struct options *out, struct err *err)
{
	static char text[MOST + 1][64];
	char *argv[MOST + 2] = { NULL };
	int argc = 1;

	memset(err, 0, sizeof(*err));
	memcpy(text[0], "binnacle", sizeof("binnacle"));
	argv[0] = text[0];
	for (; words[argc - 1]; argc++) {
		assert_true(argc <= MOST);
		assert_true(strlen(words[argc - 1]) < sizeof(text[0]));
		memcpy(text[argc], words[argc - 1], strlen(words[argc - 1]) + 1);
		argv[argc] = text[argc];
	}
	return options_read(argc, argv, out, err);
}

static void flags_may_follow_arguments(void **state)
{
	struct options options;
	struct err err;

	(void)state;
	assert_true(read_words((const char *[]){ "status", "db", "--json", "-c", "x.yaml", NULL },
			       &options, &err));
	assert_true(options.given[OPTION_JSON]);
	assert_string_equal(options.value[OPTION_CONFIG], "x.yaml");
	assert_int_equal(options.word_count, 2);
	assert_string_equal(options.words[1], "db");
}

static void two_dashes_end_the_flags(void **state)
{
	struct options options;
	struct err err;

	(void)state;
	assert_true(read_words((const char *[]){ "status", "--", "--json", NULL }, &options, &err));
	assert_false(options.given[OPTION_JSON]);
	assert_string_equal(options.words[1], "--json");
}

static void a_flag_may_be_given_several_times(void **state)
{
	struct options options;
	struct err err;

	(void)state;
	assert_true(read_words((const char *[]){ "incident", "--component", "a", "--sev", "1",
						 "--component=b", NULL }, &options, &err));
	assert_int_equal(options.use_count, 3);
	assert_int_equal(options.uses[2].id, OPTION_COMPONENT);
	assert_string_equal(options.uses[0].value, "a");
	assert_string_equal(options.uses[2].value, "b");
	assert_string_equal(options.value[OPTION_COMPONENT], "b");
}

struct refusal {
	const char *words[MOST];
	const char *sentence;
};

static void a_wrong_flag_is_refused_with_a_suggestion(void **state)
{
	static const struct refusal cases[] = {
		{ { "--jsom" }, "unknown flag '--jsom': did you mean '--json'?" },
		{ { "--js" }, "unknown flag '--js': did you mean '--json'?" },
		{ { "--conf=x" }, "unknown flag '--conf': did you mean '--config'?" },
		{ { "--conf", "x" }, "unknown flag '--conf': did you mean '--config'?" },
		{ { "--xyzzy" }, "unknown flag '--xyzzy'" },
		{ { "-Z" }, "unknown flag '-Z'" },
		{ { "--config" }, "flag '--config' needs FILE" },
		{ { "-c" }, "flag '-c' needs FILE" },
		{ { "--json=1" }, "flag '--json' takes no value" },
		{ { "--color", "maybe" }, "--color: 'maybe' is none of auto, always, never" },
		{ { "--\033[31m" }, "unknown flag '--^[[31m'" },
	};
	struct options options;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_false(read_words(cases[i].words, &options, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(err.text, cases[i].sentence);
	}
}

static void a_wrong_verb_is_refused_with_a_suggestion(void **state)
{
	static const struct refusal cases[] = {
		{ { "statsu" }, "unknown verb 'statsu': did you mean 'status'?" },
		{ { "config", "chekc" }, "config: unknown verb 'chekc': did you mean 'check'?" },
		{ { "frobnicate" }, "unknown verb 'frobnicate'" },
		{ { "version", "now" }, "'version' takes 0 arguments" },
		{ { "version", "--watch" }, "flag '--watch' is not for 'version'" },
		{ { "incidents" }, "unknown verb 'incidents': did you mean 'incident'?" },
		{ { "incident", "opne" }, "incident: unknown verb 'opne': did you mean 'open'?" },
		{ { "incident", "show", "--sev", "1" }, "flag '--sev' is not for 'incident show'" },
	};
	struct options options;
	struct err err;
	size_t used;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(read_words(cases[i].words, &options, &err));
		assert_null(verb_find(&options, &used, &err));
		assert_string_equal(err.text, cases[i].sentence);
	}
}

static void no_words_mean_the_console(void **state)
{
	struct options options;
	struct err err;
	size_t used;
	const struct verb *verb;

	(void)state;
	assert_true(read_words((const char *[]){ NULL }, &options, &err));
	verb = verb_find(&options, &used, &err);
	assert_non_null(verb);
	assert_string_equal(verb->noun, "tui");
	assert_int_equal(used, 0);
}

static void every_verb_has_a_body_a_summary_and_an_example_of_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < verb_count; i++) {
		assert_non_null(verbs[i].run);
		assert_true(strlen(verbs[i].summary) > 0);
		assert_non_null(strstr(verbs[i].examples, "binnacle"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_may_follow_arguments),
		cmocka_unit_test(two_dashes_end_the_flags),
		cmocka_unit_test(a_flag_may_be_given_several_times),
		cmocka_unit_test(a_wrong_flag_is_refused_with_a_suggestion),
		cmocka_unit_test(a_wrong_verb_is_refused_with_a_suggestion),
		cmocka_unit_test(no_words_mean_the_console),
		cmocka_unit_test(every_verb_has_a_body_a_summary_and_an_example_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
