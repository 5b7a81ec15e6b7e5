/* The instruments at one moment: what is fresh is a number, what is not says since when. */
#include "core/propose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/worlds.h"

static void fresh_figures_are_written_as_they_read(void **state)
{
	struct world *world = worlds_healthy();
	struct snapshot now;

	(void)state;
	snapshot_take(world, &now);
	assert_int_equal(now.count, 4);
	assert_string_equal(snapshot_find(&now, "error_rate")->text, "0.2");
	assert_string_equal(snapshot_find(&now, "error_rate")->unit, "%");
	assert_string_equal(snapshot_find(&now, "lag")->text, "3");
	assert_string_equal(snapshot_find(&now, "stuck")->text, "0");
	assert_true(snapshot_find(&now, "latency")->known);
	assert_true(now.at == worlds_now());
	world_free(world);
}

static void what_a_hung_database_knew_is_no_number_and_keeps_its_time(void **state)
{
	struct world *world = worlds_db_hung();
	const struct figure_copy *stuck, *money;
	struct snapshot now;

	(void)state;
	snapshot_take(world, &now);
	stuck = snapshot_find(&now, "stuck");
	money = snapshot_find(&now, "at_risk");
	assert_false(stuck->known);
	assert_string_equal(stuck->text, "");
	assert_true(stuck->at == worlds_now() - WHEN_MINUTE - 3000);
	assert_non_null(strstr(stuck->because, "db"));
	assert_false(money->known);
	assert_string_equal(money->unit, "USDC");
	assert_string_equal(money->text, "");
	assert_true(money->at < worlds_now());
	assert_false(snapshot_find(&now, "oldest_age")->known);
	world_free(world);
}

static void a_sample_that_is_too_old_is_not_known(void **state)
{
	struct world *world = worlds_healthy();
	struct snapshot now;

	(void)state;
	world_refresh(world, worlds_now() + 5 * WHEN_MINUTE);
	snapshot_take(world, &now);
	assert_false(snapshot_find(&now, "lag")->known);
	assert_true(snapshot_find(&now, "lag")->at == worlds_now() - 3000);
	world_free(world);
}

static void money_at_risk_is_exact_for_each_asset(void **state)
{
	struct world *world = worlds_healthy();
	struct snapshot now;

	(void)state;
	world->tx.stuck = 3;
	world->tx.oldest_age_s = 1260;
	world->tx.at_risk_count = 2;
	world->tx.at_risk[0] = (struct at_risk){ "USDC", "12400.0000001" };
	world->tx.at_risk[1] = (struct at_risk){ "XLM", "3" };
	snapshot_take(world, &now);
	assert_int_equal(now.count, 8);
	assert_string_equal(now.figures[4].text, "1260");
	assert_string_equal(now.figures[5].text, "12400.0000001");
	assert_string_equal(now.figures[6].unit, "XLM");
	assert_string_equal(now.figures[7].name, "stuck_growth");
	world_free(world);
}

static struct signal *stuck_of(struct world *world)
{
	return &world->signals[world_find_signal(world, "stuck")];
}

static void growth_stands_beside_the_money_once_it_is_known(void **state)
{
	struct world *world = worlds_healthy();
	struct signal *stuck = stuck_of(world);
	struct snapshot now;

	(void)state;
	world->tx.stuck = 8;
	series_init(&stuck->series);
	series_add(&stuck->series, worlds_now(), 8, STATE_BAD);
	snapshot_take(world, &now);
	assert_null(snapshot_find(&now, "stuck_growth"));
	series_init(&stuck->series);
	series_add(&stuck->series, worlds_now() - 2 * WHEN_MINUTE, 3, STATE_BAD);
	series_add(&stuck->series, worlds_now(), 8, STATE_BAD);
	snapshot_take(world, &now);
	assert_string_equal(snapshot_find(&now, "stuck_growth")->text, "2.5");
	assert_string_equal(snapshot_find(&now, "stuck_growth")->unit, "a minute");
	/* What was, says nothing of now. */
	stuck->state = STATE_STALE;
	snapshot_take(world, &now);
	assert_null(snapshot_find(&now, "stuck_growth"));
	stuck->state = STATE_BAD;
	world->tx.known = false;
	snapshot_take(world, &now);
	assert_null(snapshot_find(&now, "stuck_growth"));
	world_free(world);
}

static void nothing_that_is_stuck_grows_by_nothing(void **state)
{
	struct world *world = worlds_healthy();
	struct signal *stuck = stuck_of(world);
	struct snapshot now;

	(void)state;
	series_init(&stuck->series);
	series_add(&stuck->series, worlds_now() - WHEN_MINUTE, 0, STATE_OK);
	series_add(&stuck->series, worlds_now(), 0, STATE_OK);
	snapshot_take(world, &now);
	assert_null(snapshot_find(&now, "stuck_growth"));
	world_free(world);
}

static void figures_survive_the_way_through_an_event(void **state)
{
	struct world *world = worlds_db_hung();
	struct arena arena = {0};
	struct snapshot before, after;
	struct figure_list list;

	(void)state;
	snapshot_take(world, &before);
	list = snapshot_figures(&before, &arena);
	snapshot_read(&after, &list, before.at);
	assert_int_equal(before.count, after.count);
	for (size_t i = 0; i < before.count; i++) {
		const struct figure_copy *a = &before.figures[i], *b = &after.figures[i];

		assert_string_equal(a->name, b->name);
		assert_string_equal(a->unit, b->unit);
		assert_string_equal(a->text, b->text);
		assert_string_equal(a->because, b->because);
		assert_true(a->at == b->at);
		assert_int_equal(a->known, b->known);
	}
	arena_done(&arena);
	world_free(world);
}

static void more_figures_than_places_are_dropped(void **state)
{
	struct figure many[IMPACT_FIGURES + 3];
	struct figure_list list = { many, IMPACT_FIGURES + 3 };
	struct snapshot out;

	(void)state;
	for (size_t i = 0; i < list.count; i++)
		many[i] = (struct figure){ .name = "at_risk" };
	snapshot_read(&out, &list, 1);
	assert_int_equal(out.count, IMPACT_FIGURES);
	assert_null(snapshot_find(&out, "lag"));
}

static void without_a_setting_updates_are_due_after_15_and_late_after_30_minutes(void **state)
{
	struct policy policy;

	(void)state;
	policy_default(&policy);
	for (unsigned severity = 1; severity <= 2; severity++) {
		assert_true(policy.sev[severity].update_every == 15 * WHEN_MINUTE);
		assert_true(policy.sev[severity].update_overdue == 30 * WHEN_MINUTE);
	}
	assert_true(policy.sev[3].update_every == 0);
	assert_true(policy.sev[3].postmortem == 48 * WHEN_HOUR);
	assert_true(policy.sev[1].rca == 72 * WHEN_HOUR);
	assert_true(policy.recovery_hold == RECOVERY_HOLD);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_figures_are_written_as_they_read),
		cmocka_unit_test(what_a_hung_database_knew_is_no_number_and_keeps_its_time),
		cmocka_unit_test(a_sample_that_is_too_old_is_not_known),
		cmocka_unit_test(money_at_risk_is_exact_for_each_asset),
		cmocka_unit_test(growth_stands_beside_the_money_once_it_is_known),
		cmocka_unit_test(nothing_that_is_stuck_grows_by_nothing),
		cmocka_unit_test(figures_survive_the_way_through_an_event),
		cmocka_unit_test(more_figures_than_places_are_dropped),
		cmocka_unit_test(without_a_setting_updates_are_due_after_15_and_late_after_30_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
