/* test_drill_restore.c: the database lost with all its files, and a table that cannot be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/drills.h"

static void a_lost_database_comes_back_from_its_backup_and_its_wal(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "restore", NULL);
	drilled_assert_passed(&drilled, "restoration", "indexer-db-restore");
	drilled_done(&drilled);
}

static void a_corrupt_artifact_is_not_restored_and_turns_it_red(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "restore", "corrupt-artifact");
	drilled_assert_red(&drilled, "integrity: the artifact base/base.tar is not what");
	drilled_done(&drilled);
}

static void a_table_that_cannot_be_read_is_loaded_from_its_artifact(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "data-corruption", NULL);
	drilled_assert_passed(&drilled, "restoration", "data-corruption");
	drilled_done(&drilled);
}

static void a_write_that_is_refused_turns_it_red(void **state)
{
	struct drilled drilled;

	(void)state;
	drilled_run(&drilled, "data-corruption", "write-refused");
	drilled_assert_red(&drilled, "smoke test sample write: ERROR");
	drilled_done(&drilled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_database_comes_back_from_its_backup_and_its_wal),
		cmocka_unit_test(a_corrupt_artifact_is_not_restored_and_turns_it_red),
		cmocka_unit_test(a_table_that_cannot_be_read_is_loaded_from_its_artifact),
		cmocka_unit_test(a_write_that_is_refused_turns_it_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
