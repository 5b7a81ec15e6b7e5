/* The log's file: a disk that takes no more is told, once, and stops nothing. */
#include "app/logfile.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

static void a_log_that_cannot_be_written_is_told_once(void **state)
{
	char path[] = "/tmp/binnacle-log-XXXXXX";
	int fd = mkstemp(path);
	struct options options = { 0 };
	struct context context = { .options = &options, .out = stdout, .err = stderr };
	struct rlimit before, none;
	struct err err = { 0 };
	const char *lost;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	options.given[OPTION_LOG_FILE] = true;
	options.value[OPTION_LOG_FILE] = path;
	assert_true(logfile_open(&context, &err));
	log_put(LOG_ERROR, "written");
	assert_null(logfile_lost());

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	log_put(LOG_ERROR, "not written");
	log_put(LOG_ERROR, "nor this");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	lost = logfile_lost();
	assert_non_null(lost);
	assert_non_null(strstr(lost, path));
	assert_null(logfile_lost());
	logfile_end(&context);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_that_cannot_be_written_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
