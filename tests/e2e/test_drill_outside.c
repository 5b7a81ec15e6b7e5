/* test_drill_outside.c: a password that is known outside, and a store that cannot be reached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/drills.h"

static void a_password_that_is_known_outside_gets_in_no_more(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "key-secrets-compromise", NULL);
	drilled_assert_passed(&drilled, "restoration", "key-secrets-compromise");
	drilled_done(&drilled);
}

static void the_second_store_is_read_and_written_while_the_first_is_gone(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "third-party-outage", NULL);
	drilled_assert_passed(&drilled, "restoration", "third-party-outage");
	drilled_done(&drilled);
}

static void without_the_second_store_it_is_red(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "third-party-outage", "unreachable-secondary");
	drilled_assert_red(&drilled, "integrity: ");
	drilled_done(&drilled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_that_is_known_outside_gets_in_no_more),
		cmocka_unit_test(the_second_store_is_read_and_written_while_the_first_is_gone),
		cmocka_unit_test(without_the_second_store_it_is_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
