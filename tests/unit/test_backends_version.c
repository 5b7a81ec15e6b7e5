/* Versions and rotas by commands: the first line counts, and a failure is said. */
#include "backends/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "base/attr.h"
#include "tests/lib/desk.h"

enum { INDEXER, API, ROTA };

static const char *const words[] = { "/usr/local/bin/version-of", "indexer" };
static const struct version_command commands[] = {
	{ "version of indexer", "indexer", 0, { words, ARRAY_LEN(words) } },
	{ "version of api", "api", 0, { words, ARRAY_LEN(words) } },
	{ "on call: database team", NULL, 2, { words, ARRAY_LEN(words) } },
};
static struct version_config config = {
	.source = { .name = "versions", .kind = "version", .every = WHEN_MINUTE },
	.commands = commands, .count = ARRAY_LEN(commands),
};
static struct desk desk;

static void print(size_t ask, int status, const char *output)
{
	struct reply reply = desk_reply(&desk, output);

	reply.status = status;
	(void)str_put(reply.why, sizeof(reply.why), status ? "no such host" : "");
	desk_take(&desk, ask, &reply);
	(void)desk_judge(&desk);
}

static int open_desk(void **state)
{
	(void)state;
	desk_open(&desk, &version_backend, &config);
	return 0;
}

static int close_desk(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static void the_first_line_is_the_version(void **state)
{
	static const char *const outputs[] = {
		"v1.4.3\n", " v1.4.3 \r\nbuilt by nobody\n", "v1.4.3",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
		print(INDEXER, 0, outputs[i]);
		assert_int_equal(desk.report.version_count, 1);
		assert_string_equal(desk.report.versions[0].component, "indexer");
		assert_int_equal(desk.report.versions[0].seen_at, desk.now.wall);
		assert_string_equal(desk.report.versions[0].text, "v1.4.3");
	}
	print(INDEXER, 0, "v1\033[31m\n");
	assert_null(strchr(desk.report.versions[0].text, '\033'));
}

static void a_command_that_fails_is_unknown_and_said(void **state)
{
	static const struct {
		int status;
		const char *output, *word;
	} cases[] = {
		{ 1, "v9\n", "version of api: the command exited with 1: no such host" },
		{ 0, "", "printed nothing" }, { 0, "\nv9\n", "printed nothing" },
	};

	(void)state;
	print(INDEXER, 0, "v1.4.2\n");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		print(API, cases[i].status, cases[i].output);
		assert_int_equal(desk.report.state, STATE_UNKNOWN);
		if (!strstr(desk.report.because, cases[i].word))
			fail_msg("%s", desk.report.because);
		assert_int_equal(desk.report.version_count, 1);
	}
	desk_fail(&desk, INDEXER, REPLY_NOT_RUN);
	(void)desk_judge(&desk);
	assert_non_null(strstr(desk.report.because, "and 1 more"));
}

static void a_command_that_has_not_answered_yet_is_unknown(void **state)
{
	(void)state;
	print(INDEXER, 0, "v1.4.2\n");
	assert_int_equal(desk.report.state, STATE_UNKNOWN);
	assert_non_null(strstr(desk.report.because, "version of api: no answer yet"));
	print(API, 0, "v9\n");
	print(ROTA, 0, "ana\n");
	assert_int_equal(desk.report.state, STATE_OK);
	assert_non_null(strstr(desk.report.because, "every command answers, 3 of them"));
}

static void a_version_keeps_the_time_when_it_was_told(void **state)
{
	(void)state;
	print(INDEXER, 0, "v1.4.2\n");
	desk_wait(&desk, WHEN_MINUTE);
	print(INDEXER, 1, "");
	assert_string_equal(desk.report.versions[0].text, "v1.4.2");
	assert_int_equal(desk.report.versions[0].seen_at, DESK_START);
}

static void a_rota_that_fails_names_nobody(void **state)
{
	(void)state;
	print(ROTA, 0, "ana\n");
	assert_int_equal(desk.report.duty_count, 1);
	assert_int_equal(desk.report.duties[0].contact, 2);
	assert_string_equal(desk.report.duties[0].on_call, "ana");
	desk_wait(&desk, 5 * WHEN_MINUTE);
	print(ROTA, 1, "ana\n");
	assert_string_equal(desk.report.duties[0].on_call, "");
}

static void it_can_be_made_but_not_configured(void **state)
{
	size_t size = 1;

	(void)state;
	assert_ptr_equal(backend_find("version"), &version_backend);
	assert_null(backend_settings("version", &size));
	assert_int_equal(size, 0);
	for (const char *const *kind = backend_kinds(); *kind; kind++)
		assert_string_not_equal(*kind, "version");
}

int main(void)
{
#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
	const struct CMUnitTest tests[] = {
		AT_DESK(the_first_line_is_the_version),
		AT_DESK(a_command_that_fails_is_unknown_and_said),
		AT_DESK(a_command_that_has_not_answered_yet_is_unknown),
		AT_DESK(a_version_keeps_the_time_when_it_was_told),
		AT_DESK(a_rota_that_fails_names_nobody),
		AT_DESK(it_can_be_made_but_not_configured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
