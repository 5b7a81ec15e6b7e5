/*
 * What the official SDK read, against what is read here: every member of every line of a file that
 * generate.js wrote. Usage: compare FILE
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "tests/lib/expected.h"

static const char *path;

static void no_difference_remains(void **state)
{
	size_t count = vectors_at(path, expected_same, NULL);

	(void)state;
	assert_true(count > 0);
	print_message("%zu lines alike\n", count);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(no_difference_remains) };

	if (argc != 2) {
		fprintf(stderr, "usage: compare FILE\n");
		return 2;
	}
	path = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
