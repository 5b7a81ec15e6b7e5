/* What several watchers of one chain know together, and whose cursor counts. */
#include "core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static const msec start = 1795312800000;

enum { HORIZON, RPC };

static int build(void **state)
{
	struct world *world = world_new(start);

	world_add_source(world, "horizon", "horizon", 2000);
	world_add_source(world, "rpc", "stellar-rpc", 2000);
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static void tell(struct world *world, int source, const struct chain *chain)
{
	struct report report = { .newest = start, .chain = chain };

	world_report(world, source, &report, start);
	world_refresh(world, start);
}

static const struct chain unseen = { .configured = true };

static struct chain seen(int64_t ledger, enum activity activity, bool by_events)
{
	return (struct chain){ .configured = true, .known = true, .ledger = ledger, .fresh = true,
			       .closed_at = start - ledger, .activity = activity,
			       .by_events = by_events, .activity_ledger = ledger - 5,
			       .activity_after = start - 90000 };
}

static void the_platforms_events_tell_before_operations_of_any_contract(void **state)
{
	static const struct {
		enum activity operations, events, together;
		bool by_events;
	} cases[] = {
		{ ACTIVITY_UNKNOWN, ACTIVITY_UNKNOWN, ACTIVITY_UNKNOWN, false },
		{ ACTIVITY_SOME, ACTIVITY_UNKNOWN, ACTIVITY_SOME, false },
		{ ACTIVITY_NONE, ACTIVITY_UNKNOWN, ACTIVITY_NONE, false },
		{ ACTIVITY_UNKNOWN, ACTIVITY_NONE, ACTIVITY_NONE, true },
		{ ACTIVITY_SOME, ACTIVITY_NONE, ACTIVITY_NONE, true },
		{ ACTIVITY_NONE, ACTIVITY_SOME, ACTIVITY_SOME, true },
	};
	struct world *world = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int higher = HORIZON; higher <= RPC; higher++) {
			struct chain operations = seen(higher == HORIZON ? 1001 : 1000,
						       cases[i].operations, false);
			struct chain events = seen(higher == RPC ? 1001 : 1000, cases[i].events,
						   cases[i].events != ACTIVITY_UNKNOWN);

			tell(world, HORIZON, &operations);
			tell(world, RPC, &events);
			assert_int_equal(world->chain.activity, cases[i].together);
			assert_int_equal(world->chain.by_events, cases[i].by_events);
			assert_int_equal(world->chain.ledger, 1001);
		}
}

static void the_tip_is_told_by_the_highest_even_without_activity(void **state)
{
	struct chain near = seen(1000, ACTIVITY_NONE, true);
	struct chain far = seen(1214, ACTIVITY_UNKNOWN, false);
	struct world *world = *state;

	near.fresh = false;
	tell(world, HORIZON, &far);
	tell(world, RPC, &near);
	assert_int_equal(world->chain.ledger, 1214);
	assert_true(world->chain.fresh && world->chain.closed_at == start - 1214);
	assert_int_equal(world->chain.activity, ACTIVITY_NONE);
	assert_int_equal(world->chain.activity_ledger, 995);
}

static void of_two_alike_the_one_who_saw_something_tells(void **state)
{
	struct chain quiet = seen(1000, ACTIVITY_NONE, false);
	struct chain busy = seen(999, ACTIVITY_SOME, false);
	struct world *world = *state;

	tell(world, HORIZON, &quiet);
	tell(world, RPC, &busy);
	assert_int_equal(world->chain.activity, ACTIVITY_SOME);
	tell(world, HORIZON, &busy);
	tell(world, RPC, &quiet);
	assert_int_equal(world->chain.activity, ACTIVITY_SOME);
}

static void what_is_not_known_now_tells_nothing(void **state)
{
	struct chain lost = seen(1000, ACTIVITY_SOME, true);
	struct chain quiet = seen(900, ACTIVITY_NONE, false);
	struct world *world = *state;

	lost.known = false;
	tell(world, RPC, &lost);
	assert_true(world->chain.configured && !world->chain.known);
	assert_int_equal(world->chain.activity, ACTIVITY_UNKNOWN);
	tell(world, HORIZON, &quiet);
	assert_int_equal(world->chain.ledger, 900);
	assert_int_equal(world->chain.activity, ACTIVITY_NONE);
	tell(world, HORIZON, &unseen);
	assert_false(world->chain.known);
}

static void the_cursor_that_was_named_counts(void **state)
{
	static const struct cursor first = { .known = true, .ledger = 10 };
	static const struct cursor second = { .known = true, .ledger = 20 };
	struct report report = { .newest = start, .cursor = &first };
	struct world *world = *state;

	world_report(world, HORIZON, &report, start);
	report = (struct report){ .newest = start, .cursor = &second };
	world_report(world, RPC, &report, start);
	world->cursor_source = HORIZON;
	world_refresh(world, start);
	assert_int_equal(world->cursor.ledger, 10);
	world->cursor_source = RPC;
	world_refresh(world, start);
	assert_int_equal(world->cursor.ledger, 20);
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(the_platforms_events_tell_before_operations_of_any_contract),
		WITH_WORLD(the_tip_is_told_by_the_highest_even_without_activity),
		WITH_WORLD(of_two_alike_the_one_who_saw_something_tells),
		WITH_WORLD(what_is_not_known_now_tells_nothing),
		WITH_WORLD(the_cursor_that_was_named_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
