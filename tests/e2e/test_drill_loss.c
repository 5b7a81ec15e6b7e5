/* test_drill_loss.c: half of the rows lost, and everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/drills.h"

static void what_came_after_the_backup_is_read_from_the_chain(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "partial-data-loss", NULL);
	drilled_assert_passed(&drilled, "restoration", "partial-data-loss");
	drilled_done(&drilled);
}

static void a_row_that_is_missing_turns_it_red(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "partial-data-loss", "missing-row");
	drilled_assert_red(&drilled, "reconciliation: escrows differ by -1");
	drilled_done(&drilled);
}

static void a_lost_environment_comes_back_with_the_release_of_its_backup(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "full-environment-loss", NULL);
	drilled_assert_passed(&drilled, "full-dr", "full-environment-loss");
	drilled_done(&drilled);
}

static void another_release_turns_it_red(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "full-environment-loss", "wrong-release");
	drilled_assert_red(&drilled, "release: teachlink-indexer 9.9.9 runs");
	drilled_done(&drilled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_after_the_backup_is_read_from_the_chain),
		cmocka_unit_test(a_row_that_is_missing_turns_it_red),
		cmocka_unit_test(a_lost_environment_comes_back_with_the_release_of_its_backup),
		cmocka_unit_test(another_release_turns_it_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
