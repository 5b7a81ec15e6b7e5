/*
 * `tx dismiss`: each exit status, what is kept in the casebook, and on whose record it stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/command.h"

enum { LIMIT = 60000 };

#define HASH "8f41000000000000000000000000000000000000000000000000000000009c02"

static struct command command;
static char home[64];

static int binnacle(const char *words)
{
	char line[2048];
	const char *argv[] = { "sh", "-c", line, NULL };

	command_done(&command);
	(void)snprintf(line, sizeof(line), "HOME=%s BINNACLE_STATE_DIR=%s/state"
		       " BINNACLE_CONFIG=%s/config.yaml '%s' %s", home, home, home,
		       command_binnacle(), words);
	command_run(&command, argv, LIMIT);
	return command.status;
}

static int set_up(void **state)
{
	char path[96];
	FILE *file;

	(void)state;
	strcpy(home, "/tmp/binnacle-dismiss-XXXXXX");
	assert_non_null(mkdtemp(home));
	(void)snprintf(path, sizeof(path), "%s/config.yaml", home);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("version: 1\noperator: ana\n", file);
	fclose(file);
	return 0;
}

static int tear_down(void **state)
{
	const char *const argv[] = { "rm", "-r", home, NULL };

	(void)state;
	command_done(&command);
	command_run(&command, argv, LIMIT);
	return command.status;
}

#define assert_said(part) assert_non_null(strstr(buf_cstr(&command.out), part))
#define assert_told(part) assert_non_null(strstr(buf_cstr(&command.err), part))

static void each_way_has_its_exit_status(void **state)
{
	static const struct {
		const char *words;
		int status;
		const char *part;	/* of standard output, or of standard error */
	} cases[] = {
		{ "tx dismiss", 2, "the hash of a transaction is missing" },
		{ "tx dismiss 8f41 --reason paid", 2, "is no hash of a transaction" },
		{ "tx dismiss " HASH "0 --reason paid", 2, "is no hash of a transaction" },
		{ "tx dismiss " HASH, 77, "a dismissal needs a reason" },
		{ "tx dismiss " HASH " --reason ' '", 77, "a dismissal needs a reason" },
		{ "tx dismiss " HASH " --restore", 5, "is not dismissed" },
		{ "tx dismiss " HASH " --restore --reason x", 2, "--restore takes no --reason" },
		{ "tx dismiss " HASH " --reason x --incident 7k3f9q", 5, "7k3f9q" },
		{ "tx dismiss " HASH " --restore", 5, "is not dismissed" },
		{ "tx dismiss " HASH " --reason 'paid back'", 0, HASH " dismissed: paid back\n" },
		{ "tx dismiss " HASH " --restore", 0, HASH " restored\n" },
		{ "tx dismiss " HASH " --restore", 5, "is not dismissed" },
		{ "--read-only tx dismiss " HASH " --reason x", 0, "dismissed" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (binnacle(cases[i].words) != cases[i].status)
			fail_msg("%s: %d, %s", cases[i].words, command.status, buf_cstr(&command.err));
		if (cases[i].status == 0)
			assert_said(cases[i].part);
		else
			assert_told(cases[i].part);
	}
}

static void upper_case_names_the_same_transaction(void **state)
{
	(void)state;
	assert_int_equal(binnacle("tx dismiss $(echo " HASH " | tr a-f A-F) --reason x --json"), 0);
	assert_said("\"hash\":\"" HASH "\"");
	assert_said("\"dismissed\":true");
	assert_said("\"incident\":null");
	assert_int_equal(binnacle("tx dismiss " HASH " --restore"), 0);
}

static void with_one_open_incident_it_is_on_its_record(void **state)
{
	char show[64];

	(void)state;
	assert_int_equal(binnacle("incident open --title 'payments hang' --sev 2 --no-ask"), 0);
	assert_int_equal(binnacle("tx dismiss " HASH " --reason 'paid back'"), 0);
	assert_said("on the record of #");
	(void)snprintf(show, sizeof(show), "incident show %.6s",
		       strstr(buf_cstr(&command.out), "record of #") + strlen("record of #"));
	assert_int_equal(binnacle(show), 0);
	assert_said(HASH "; dismissed by ana: paid back");
	assert_int_equal(binnacle("tx dismiss " HASH " --restore"), 0);
	assert_said("on the record of #");
}

static void with_two_open_ones_it_is_on_neither_unless_one_is_named(void **state)
{
	(void)state;
	assert_int_equal(binnacle("incident open --title 'one' --sev 3 --no-ask"), 0);
	assert_int_equal(binnacle("incident open --title 'two' --sev 3 --no-ask"), 0);
	assert_int_equal(binnacle("tx dismiss " HASH " --reason 'paid back'"), 0);
	assert_told("2 incidents are open");
	assert_null(strstr(buf_cstr(&command.out), "on the record"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		CASE(each_way_has_its_exit_status),
		CASE(upper_case_names_the_same_transaction),
		CASE(with_one_open_incident_it_is_on_its_record),
		CASE(with_two_open_ones_it_is_on_neither_unless_one_is_named),
	};

	return cmocka_run_group_tests_name("tx dismiss", tests, NULL, NULL);
}
