/* Components: how they are, which version runs and since when, whom to call. */
#include "core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static const msec start = 1795312800000;

enum { HEALTH, DB, SOURCES };

/* One component with two sources, one with none. */
static int build(void **state)
{
	struct world *world = world_new(start);
	struct component *api;

	world_add_source(world, "health", "health", 15000);
	world_add_source(world, "db", "postgres", 10000);
	world_add_component(world, "api");
	world_add_component(world, "users");
	api = &world->components[0];
	api->sources[0] = HEALTH;
	api->sources[1] = DB;
	api->source_count = SOURCES;
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static void say(struct world *world, int source, enum state state, const char *version, msec now)
{
	struct version told = {.component = "api", .seen_at = now};
	struct report report = {.newest = now, .versions = &told, .version_count = version ? 1 : 0};

	if (version)
		str_put(told.text, sizeof(told.text), version);
	report_say(&report, state, "so it is");
	world_report(world, source, &report, now);
	world_refresh(world, now);
}

static void a_component_is_as_its_worst_source(void **state)
{
	struct world *world = *state;

	assert_int_equal(world->components[0].state, STATE_UNKNOWN);
	say(world, HEALTH, STATE_OK, NULL, start);
	assert_int_equal(world->components[0].state, STATE_OK);
	say(world, DB, STATE_WARN, NULL, start);
	assert_int_equal(world->components[0].state, STATE_WARN);
	/* Nothing that is not known is ok. */
	assert_int_equal(world->components[1].state, STATE_UNKNOWN);
}

static void the_first_version_that_is_seen_is_no_deploy(void **state)
{
	struct world *world = *state;
	const struct component *api = &world->components[0];

	say(world, HEALTH, STATE_OK, "v1.4.2", start);
	assert_string_equal(api->version, "v1.4.2");
	assert_int_equal(api->deployed_at, WHEN_NEVER);
	assert_string_equal(api->version_before, "");
	assert_int_equal(world->change_count, 0);
}

static void another_version_is_a_deploy_and_a_line_of_the_timeline(void **state)
{
	struct world *world = *state;
	const struct component *api = &world->components[0];

	say(world, HEALTH, STATE_OK, "v1.4.2", start);
	say(world, HEALTH, STATE_OK, "v1.4.3", start + 60000);
	say(world, HEALTH, STATE_OK, "v1.4.3", start + 75000);
	assert_string_equal(api->version, "v1.4.3");
	assert_string_equal(api->version_before, "v1.4.2");
	assert_int_equal(api->deployed_at, start + 60000);
	assert_int_equal(api->version_at, start + 75000);
	assert_int_equal(world->change_count, 1);
	assert_string_equal(world_change(world, 0)->what, "api");
	assert_string_equal(world_change(world, 0)->text, "deployed v1.4.3, was v1.4.2");
}

static void a_version_that_cannot_be_told_leaves_the_last_one(void **state)
{
	struct world *world = *state;

	say(world, HEALTH, STATE_OK, "v1.4.2", start);
	say(world, HEALTH, STATE_DOWN, "", start + 60000);
	assert_string_equal(world->components[0].version, "v1.4.2");
	assert_int_equal(world->components[0].version_at, start);
	assert_int_equal(world->components[0].deployed_at, WHEN_NEVER);
}

static void two_tellers_do_not_make_a_version_dance(void **state)
{
	struct world *world = *state;

	say(world, HEALTH, STATE_OK, "v1.4.3", start);
	say(world, DB, STATE_OK, "v1.4.2", start + 1000);
	say(world, HEALTH, STATE_OK, "v1.4.3", start + 2000);
	assert_string_equal(world->components[0].version, "v1.4.3");
	assert_int_equal(world->components[0].deployed_at, WHEN_NEVER);
}

static void a_published_field_can_hold_the_version(void **state)
{
	struct world *world = *state;
	struct report report = {.newest = start, .fields = json_object()};

	world->components[0].version_source = DB;
	str_put(world->components[0].version_field, NAME_TEXT, "build.tag");
	json_set(report.fields, "build", json_pack("{s:s}", "tag", "2026.11"));
	report_say(&report, STATE_OK, "fine");
	world_report(world, DB, &report, start);
	report_done(&report);
	say(world, HEALTH, STATE_OK, "v9", start);
	assert_string_equal(world->components[0].version, "2026.11");
	assert_int_equal(world->components[0].version_at, start);
}

static void a_contact_is_for_the_components_that_it_names(void **state)
{
	struct world *world = *state;
	int database = world_add_contact(world, "database team", "+49 30 1234", "failover");
	int all = world_add_contact(world, "desk", "#oncall", "");

	world->contacts[database].components[0] = 0;
	world->contacts[database].component_count = 1;
	assert_true(contact_is_for(&world->contacts[database], 0));
	assert_false(contact_is_for(&world->contacts[database], 1));
	assert_true(contact_is_for(&world->contacts[all], 1));
}

static void the_rota_says_who_is_on_call(void **state)
{
	struct world *world = *state;
	const struct duty duties[] = {{0, "ana"}, {7, "nobody knows"}};
	struct report report = {.newest = start, .duties = duties, .duty_count = 2};

	world_add_contact(world, "desk", "#oncall", "");
	world_report(world, HEALTH, &report, start);
	assert_string_equal(world->contacts[0].on_call, "ana");
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_component_is_as_its_worst_source),
		WITH_WORLD(the_first_version_that_is_seen_is_no_deploy),
		WITH_WORLD(another_version_is_a_deploy_and_a_line_of_the_timeline),
		WITH_WORLD(a_version_that_cannot_be_told_leaves_the_last_one),
		WITH_WORLD(two_tellers_do_not_make_a_version_dance),
		WITH_WORLD(a_published_field_can_hold_the_version),
		WITH_WORLD(a_contact_is_for_the_components_that_it_names),
		WITH_WORLD(the_rota_says_who_is_on_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
