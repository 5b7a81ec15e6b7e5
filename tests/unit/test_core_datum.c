/* SOURCE.FIELD: how checks reach what is known. */
#include "core/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static const msec start = 1795312800000;

static int build(void **state)
{
	static const char *const sources[][2] = {{"db", "postgres"}, {"h.one", "horizon"},
						 {"h", "horizon"}};
	struct world *world = world_new(start);
	struct report report = {.newest = start - 4000, .latency = 30};

	for (int i = 0; i < 3; i++)
		world_add_source(world, sources[i][0], sources[i][1], 2000);
	report.fields = json_pack("{s:s, s:f, s:b, s:n, s:{s:i}, s:[{s:s, s:i}], s:[]}",
				  "role", "primary", "lag_s", 2.5, "writable", 1, "timeline",
				  "pool", "used", 7, "replicas", "name", "b.example", "lag_bytes", 96,
				  "blocked_pids");
	report_say(&report, STATE_WARN, "one replica is behind");
	world_report(world, 0, &report, start);
	world_refresh(world, start);
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static void a_path_finds_its_value(void **state)
{
	static const struct {
		const char *path;
		enum datum_kind kind;
		double number;
		const char *text, *unit;
	} cases[] = {
		{"db.state", DATUM_TEXT, 0, "warn", ""},
		{"db.age", DATUM_NUMBER, 4, "", "s"},
		{"db.latency", DATUM_NUMBER, 0.03, "", "s"},
		{"db.role", DATUM_TEXT, 0, "primary", ""},
		{"db.lag_s", DATUM_NUMBER, 2.5, "", "s"},
		{"db.writable", DATUM_BOOL, 0, "", ""},
		{"db.timeline", DATUM_NONE, 0, "", ""},
		{"db.pool.used", DATUM_NUMBER, 7, "", ""},
		{"db.replicas", DATUM_NUMBER, 1, "", ""},
		{"db.replicas.0.lag_bytes", DATUM_NUMBER, 96, "", "bytes"},
		{"db.blocked_pids", DATUM_NUMBER, 0, "", ""},
		{"postgres.role", DATUM_TEXT, 0, "primary", ""},
		{"h.one.state", DATUM_TEXT, 0, "unknown", ""},
		{"h.age", DATUM_NONE, 0, "", ""},
	};
	const struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct datum datum;

		assert_true(world_datum(world, cases[i].path, &datum));
		assert_int_equal(datum.kind, cases[i].kind);
		assert_near(datum.number, cases[i].number);
		assert_string_equal(datum.text, cases[i].text);
		assert_string_equal(datum.unit, cases[i].unit);
	}
}

static void a_datum_carries_state_and_age_of_its_source(void **state)
{
	struct datum datum;

	assert_true(world_datum(*state, "db.writable", &datum));
	assert_true(datum.truth);
	assert_int_equal(datum.state, STATE_WARN);
	assert_int_equal(datum.age, 4000);
	assert_true(world_datum(*state, "h.state", &datum));
	assert_int_equal(datum.age, WHEN_NEVER);
}

/* A check must tell them apart: the first is not known any more, the second is. */
static void an_old_answer_is_marked_and_an_answer_of_old_facts_is_not(void **state)
{
	struct world *world = *state;
	struct report report = {.newest = start + 60000};
	struct datum datum;

	assert_true(world_datum(world, "db.lag_s", &datum));
	assert_false(datum.old);
	world_refresh(world, start + 60000);
	assert_true(world_datum(world, "db.lag_s", &datum));
	assert_int_equal(datum.state, STATE_STALE);
	assert_true(datum.old);
	report_say(&report, STATE_STALE, "its newest ledger is old");
	world_report(world, 0, &report, start + 60000);
	world_refresh(world, start + 60000);
	assert_true(world_datum(world, "db.state", &datum));
	assert_int_equal(datum.state, STATE_STALE);
	assert_false(datum.old);
}

/* What is not known any more is no value, though the last one is still shown beside it. */
static void a_signal_has_a_value_while_it_is_known(void **state)
{
	struct world *world = *state;
	struct reading reading = {.name = "stuck", .known = true, .value = 3, .at = start};
	struct report report = {.newest = start, .readings = &reading, .reading_count = 1};
	struct datum datum;

	assert_true(world_datum(world, "stuck.value", &datum));
	assert_int_equal(datum.kind, DATUM_NONE);
	report_say(&report, STATE_OK, "well");
	world_report(world, 1, &report, start);
	world_refresh(world, start + 1000);
	assert_true(world_datum(world, "stuck.value", &datum));
	assert_near(datum.number, 3);
	assert_int_equal(datum.age, 1000);
	assert_false(datum.old);
	assert_true(world_datum(world, "stuck.state", &datum));
	assert_string_equal(datum.text, state_word(datum.state));
	assert_false(world_datum(world, "stuck.colour", &datum));
	world_refresh(world, start + 60000);
	assert_true(world_datum(world, "stuck.value", &datum));
	assert_true(datum.old || datum.kind == DATUM_NONE);
}

static void a_name_that_does_not_exist_is_refused(void **state)
{
	static const char *const paths[] = {
		"", "db", "db.", "nobody.state", "db.colour", "db.role.more", "db.replicas.7",
		"db.pool.used.deeper", "horizon.state",	/* two sources have that kind */
	};
	struct datum datum;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_false(world_datum(*state, paths[i], &datum));
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_path_finds_its_value),
		WITH_WORLD(a_datum_carries_state_and_age_of_its_source),
		WITH_WORLD(an_old_answer_is_marked_and_an_answer_of_old_facts_is_not),
		WITH_WORLD(a_signal_has_a_value_while_it_is_known),
		WITH_WORLD(a_name_that_does_not_exist_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
