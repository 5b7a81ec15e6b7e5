/*
 * `binnacle status` where a budget does not let through at once all that must be asked: six
 * verifiers behind one server that is asked four times in 15 s.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/lib/command.h"
#include "tests/lib/httpd.h"

enum { LIMIT = 60000, VERIFIERS = 6 };

static const char short_word[] =
	", which is asked at most 4 times in 15 s: not all of them are sent within 10s; "
	"--timeout 30s sends all\n";
static struct httpd *httpd;
static struct command command;
static char home[64], path[80];

static void write_config(void)
{
	char url[64];
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	httpd_url(httpd, "/me", url, sizeof(url));
	(void)fprintf(file, "sources:\n  auth:\n    kind: jwt\n    token_env: CANARY\n"
			    "    verifiers:\n");
	for (int i = 0; i < VERIFIERS; i++)
		(void)fprintf(file, "      - {name: v%d, url: '%s'}\n", i, url);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static int setup(void **state)
{
	static const struct httpd_rule rules[] = { { .path = "/me", .body = { "{}", 2 } } };
	struct err err;

	(void)state;
	(void)str_put(home, sizeof(home), "/tmp/binnacle-status-XXXXXX");
	assert_non_null(mkdtemp(home));
	(void)snprintf(path, sizeof(path), "%s/c.yaml", home);
	httpd = httpd_start(rules, ARRAY_LEN(rules), &err);
	assert_non_null(httpd);
	write_config();
	setenv("CANARY", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl", 1);
	setenv("HOME", home, 1);
	setenv("XDG_STATE_HOME", home, 1);
	return 0;
}

static int teardown(void **state)
{
	const char *const argv[] = { "rm", "-rf", home, NULL };

	(void)state;
	command_done(&command);
	httpd_stop(httpd);
	command_run(&command, argv, LIMIT);
	command_done(&command);
	return command.status;
}

static void status(const char *flag, const char *value)
{
	const char *const argv[] = { command_binnacle(), "status", "--plain", "-c", path, flag,
				     value, NULL };

	command_run(&command, argv, LIMIT);
	assert_int_equal(command.status, 0);
}

static void what_had_no_room_is_told_with_the_time_that_it_needs(void **state)
{
	(void)state;
	status(NULL, NULL);
	assert_int_equal(httpd_requests(httpd, NULL), 4);
	assert_non_null(strstr(buf_cstr(&command.out), "accepted by v"));
	assert_non_null(strstr(buf_cstr(&command.out), ": not asked: at most 4 requests in 15 s to "
						       "127.0.0.1:"));
	assert_non_null(strstr(buf_cstr(&command.out), "; --timeout 30s asks all"));
	assert_null(strstr(buf_cstr(&command.out), "OK    auth"));
}

static void that_the_default_is_too_short_is_said_once(void **state)
{
	const char *said;

	(void)state;
	status(NULL, NULL);
	said = strstr(buf_cstr(&command.err), short_word);
	assert_non_null(said);
	assert_string_equal(said + strlen(short_word), "");
}

static void who_chose_the_time_or_wants_quiet_is_not_told(void **state)
{
	(void)state;
	status("--timeout", "5s");
	assert_string_equal(buf_cstr(&command.err), "");
	command_done(&command);
	status("--quiet", NULL);
	assert_string_equal(buf_cstr(&command.err), "");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_had_no_room_is_told_with_the_time_that_it_needs),
		T(that_the_default_is_too_short_is_said_once),
		T(who_chose_the_time_or_wants_quiet_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
