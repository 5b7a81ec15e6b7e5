/* Root cause: which failure explains which. */
#include "core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const msec start = 1795312800000;

enum { DB, HORIZON, INDEXER, API, SOURCES };

/* users -> api -> indexer -> (db, horizon), each component with the source of its name. */
static int build(void **state)
{
	static const char *const names[] = {"db", "horizon", "indexer", "api"};
	static const int edges[][2] = {{INDEXER, DB}, {INDEXER, HORIZON}, {API, INDEXER}};
	struct world *world = world_new(start);

	for (int i = 0; i < SOURCES; i++) {
		struct component *component;

		world_add_source(world, names[i], names[i], 2000);
		world_add_component(world, names[i]);
		component = &world->components[i];
		component->sources[component->source_count++] = i;
	}
	for (size_t i = 0; i < 3; i++) {
		struct component *component = &world->components[edges[i][0]];

		component->depends_on[component->depends_count++] = edges[i][1];
	}
	world->signals[0].source = INDEXER;
	*state = world;
	return 0;
}

static int drop(void **state)
{
	world_free(*state);
	return 0;
}

static void set(struct world *world, const enum state states[SOURCES])
{
	for (int i = 0; i < SOURCES; i++) {
		struct report report = {.newest = start};

		report_say(&report, states[i], "so it is");
		world_report(world, i, &report, start);
	}
	world_refresh(world, start);
}

static void a_failure_points_to_the_deepest_root(void **state)
{
	static const struct {
		enum state states[SOURCES];
		int of[SOURCES];
		int root;
	} cases[] = {
		{{STATE_OK, STATE_OK, STATE_OK, STATE_OK}, {-1, -1, -1, -1}, -1},
		{{STATE_DOWN, STATE_OK, STATE_DOWN, STATE_DOWN}, {-1, -1, DB, DB}, DB},
		{{STATE_DOWN, STATE_OK, STATE_OK, STATE_BAD}, {-1, -1, -1, DB}, DB},
		{{STATE_OK, STATE_OK, STATE_DOWN, STATE_WARN}, {-1, -1, -1, INDEXER}, INDEXER},
		{{STATE_STALE, STATE_DOWN, STATE_UNKNOWN, STATE_OK}, {-1, -1, HORIZON, -1}, HORIZON},
		{{STATE_WARN, STATE_UNKNOWN, STATE_DOWN, STATE_OK}, {-1, -1, -1, -1}, INDEXER},
		{{STATE_OK, STATE_STALE, STATE_STALE, STATE_OK}, {-1, -1, HORIZON, -1}, HORIZON},
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set(world, cases[i].states);
		for (int j = 0; j < SOURCES; j++) {
			assert_int_equal(world->sources[j].consequence_of, cases[i].of[j]);
			assert_int_equal(world->sources[j].state, cases[i].states[j]);
		}
		assert_int_equal(world->root, cases[i].root);
	}
}

static void a_root_counts_the_rows_that_it_explains(void **state)
{
	static const enum state states[] = {STATE_DOWN, STATE_OK, STATE_DOWN, STATE_DOWN};
	struct world *world = *state;

	set(world, states);
	/* indexer, api, and the signal lag */
	assert_int_equal(world->sources[DB].explains, 3);
	assert_ptr_equal(world_root_of_source(world, INDEXER), &world->sources[DB]);
	assert_null(world_root_of_source(world, DB));
	assert_ptr_equal(world_root_of_signal(world, 0), &world->sources[DB]);
	assert_null(world_root_of_signal(world, 1));
}

static void a_signal_points_to_its_own_dead_source(void **state)
{
	static const enum state states[] = {STATE_OK, STATE_OK, STATE_DOWN, STATE_OK};
	struct world *world = *state;

	set(world, states);
	assert_ptr_equal(world_root_of_signal(world, 0), &world->sources[INDEXER]);
}

static void a_signal_points_below_a_source_that_says_it_is_well(void **state)
{
	static const enum state states[] = {STATE_BAD, STATE_OK, STATE_OK, STATE_OK};
	struct world *world = *state;
	struct reading lag = {.name = "lag", .known = true, .value = 1842, .at = start};
	struct report report = {.newest = start, .readings = &lag, .reading_count = 1};

	world->signals[0].limit.bad = 900;
	set(world, states);
	world_report(world, INDEXER, &report, start);
	world_refresh(world, start);
	assert_int_equal(world->signals[0].state, STATE_BAD);
	assert_ptr_equal(world_root_of_signal(world, 0), &world->sources[DB]);
}

static const struct reading lacks_cursor = {
	.name = "headroom", .unit = "ledgers", .at = WHEN_NEVER, .judged = true,
	.wants_cursor = true, .state = STATE_UNKNOWN, .because = "no cursor to measure it from",
};

/* The horizon stands for an RPC that measures the headroom by the cursor of the indexer. */
static void report_edge(struct world *world, struct report *indexer)
{
	const struct cursor none = {.processed_at = WHEN_NEVER};
	struct report edge = {.newest = start, .readings = &lacks_cursor, .reading_count = 1};

	report_say(&edge, STATE_OK, "ledger 7");
	world_report(world, HORIZON, &edge, start);
	indexer->newest = start;
	indexer->cursor = indexer->cursor ? indexer->cursor : &none;
	world_report(world, INDEXER, indexer, start);
	world_refresh(world, start);
}

static void a_signal_that_lacks_a_cursor_hangs_on_who_should_tell_it(void **state)
{
	static const struct {
		enum state db, indexer;
		int root;
		const char *because;
	} cases[] = {
		{STATE_OK, STATE_DOWN, INDEXER, "no cursor: indexer does not answer: so it is"},
		{STATE_DOWN, STATE_DOWN, DB, "no cursor: indexer does not answer: so it is"},
		{STATE_DOWN, STATE_OK, DB, "no cursor: indexer tells none"},
		{STATE_OK, STATE_UNKNOWN, -1, "no cursor: indexer is unknown: so it is"},
	};
	/* An indexer whose /health hangs tells by /metrics when it processed, and not what. */
	const struct cursor no_ledger = {.known = true, .processed_at = start};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report db = {.newest = start}, indexer = {.newest = start};
		const struct source *root;
		int headroom;

		report_say(&db, cases[i].db, "so it is");
		world_report(world, DB, &db, start);
		report_say(&indexer, cases[i].indexer, "so it is");
		indexer.cursor = &no_ledger;
		report_edge(world, &indexer);
		headroom = world_find_signal(world, "headroom");
		root = world_root_of_signal(world, headroom);
		assert_int_equal(world_teller(world, &world->signals[headroom]), INDEXER);
		assert_int_equal(world->signals[headroom].state, STATE_UNKNOWN);
		assert_string_equal(world->signals[headroom].because, cases[i].because);
		assert_int_equal(root ? (int)(root - world->sources) : -1, cases[i].root);
	}
}

/* "ask -> unknown -> ok" would be told of every start. */
static void a_signal_that_waits_for_a_cursor_is_no_news(void **state)
{
	const struct cursor known = {.known = true, .ledger = 7, .processed_at = start};
	struct report asks = {.asking = true}, tells = {.cursor = &known};
	struct world *world = *state;
	const struct signal *headroom;

	report_say(&asks, STATE_UNKNOWN, "waiting for the first answer");
	report_edge(world, &asks);
	headroom = &world->signals[world_find_signal(world, "headroom")];
	assert_string_equal(headroom->because, "asking indexer");
	report_say(&tells, STATE_OK, "so it is");
	report_edge(world, &tells);
	assert_string_equal(headroom->because, "asking indexer");
	for (size_t i = 0; i < world->change_count; i++)
		assert_string_not_equal(world_change(world, i)->what, "headroom");
}

/* Its metrics may answer while its health hangs: an age without a ledger is no cursor. */
static void a_cursor_without_a_ledger_is_not_waited_for(void **state)
{
	const struct cursor aged = {.known = true, .processed_at = start};
	struct report indexer = {.cursor = &aged};
	struct world *world = *state;

	report_say(&indexer, STATE_DOWN, "no answer in 8 s");
	report_edge(world, &indexer);
	assert_string_equal(world->signals[world_find_signal(world, "headroom")].because,
			    "no cursor: indexer does not answer: no answer in 8 s");
}

static void a_circle_explains_nothing_of_itself(void **state)
{
	static const enum state states[] = {STATE_DOWN, STATE_OK, STATE_DOWN, STATE_DOWN};
	struct world *world = *state;
	struct component *db = &world->components[DB];

	db->depends_on[db->depends_count++] = INDEXER;
	db->depends_on[db->depends_count++] = DB;
	set(world, states);
	assert_int_equal(world->sources[DB].consequence_of, -1);
	assert_int_equal(world->sources[INDEXER].consequence_of, -1);
	/* api stands outside the circle; the db is its deepest part */
	assert_int_equal(world->sources[API].consequence_of, DB);
}

static void a_source_without_component_stands_for_itself(void **state)
{
	struct world *world = *state;
	int lone = world_add_source(world, "lone", "http", 2000);
	struct report report = {.newest = start};

	report_say(&report, STATE_DOWN, "connection refused");
	world_report(world, lone, &report, start);
	world_refresh(world, start);
	assert_int_equal(world->sources[lone].consequence_of, -1);
	assert_int_equal(world->root, -1);
}

/* One source says something at a moment of its own. */
static void say_at(struct world *world, int source, enum state state, const char *because,
		   msec now)
{
	struct report report = {.newest = now};

	report_say(&report, state, "%s", because);
	world_report(world, source, &report, now);
	world_refresh(world, now);
}

enum { LONG = 600000, SHORT = 4000 };

static void of_two_roots_the_first_to_fail_is_the_cause(void **state)
{
	static const struct {
		msec db, horizon, indexer;	/* when each fails */
		const char *because;
		int root;
	} cases[] = {
		{0, LONG, LONG, "refused", DB},
		{LONG, 0, LONG, "refused", HORIZON},
		{SHORT, 0, LONG, "refused", DB},	/* together: the worse one */
		{0, LONG, LONG, "says error: horizon fails", HORIZON},
		{LONG, 0, LONG, "its DB hangs", DB},
		{0, LONG, LONG, "its feedback is gone", DB},
		{LONG, LONG, 0, "refused", -1},		/* no cause comes after its effect */
		{LONG, SHORT, 0, "refused", HORIZON},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *world = *state;
		static const enum state well[] = {STATE_OK, STATE_OK, STATE_OK, STATE_OK};

		set(world, well);
		for (msec at = 0; at <= LONG; at += SHORT / 2) {
			enum state db = at >= cases[i].db ? STATE_DOWN : STATE_OK;

			say_at(world, DB, db, "refused", start + at);
			say_at(world, HORIZON, at >= cases[i].horizon ? STATE_BAD : STATE_OK,
			       "stuck", start + at);
			say_at(world, INDEXER, at >= cases[i].indexer ? STATE_DOWN : STATE_OK,
			       cases[i].because, start + at);
		}
		if (world->sources[INDEXER].consequence_of != cases[i].root)
			fail_msg("case %zu: %d", i, world->sources[INDEXER].consequence_of);
	}
}

static void a_part_of_a_name_is_wording_enough(void **state)
{
	static const enum state well[] = {STATE_OK, STATE_OK, STATE_OK, STATE_OK};
	struct world *world = *state;

	memcpy(world->components[DB].name, "teachlink-database", sizeof("teachlink-database"));
	set(world, well);
	say_at(world, HORIZON, STATE_DOWN, "refused", start);
	say_at(world, DB, STATE_DOWN, "no answer", start + LONG);
	say_at(world, INDEXER, STATE_DOWN, "refused", start + LONG);
	assert_int_equal(world->sources[INDEXER].consequence_of, HORIZON);
	say_at(world, INDEXER, STATE_DOWN, "its database hangs or is locked", start + LONG);
	assert_int_equal(world->sources[INDEXER].consequence_of, DB);
}

static void a_failure_that_changes_its_word_stays_the_same_failure(void **state)
{
	struct world *world = *state;
	static const enum state well[] = {STATE_OK, STATE_OK, STATE_OK, STATE_OK};

	set(world, well);
	say_at(world, DB, STATE_STALE, "old", start);
	say_at(world, DB, STATE_DOWN, "no answer", start + LONG);
	assert_int_equal(world->sources[DB].failed_at, start);
	say_at(world, DB, STATE_WARN, "slow", start + LONG);
	assert_int_equal(world->sources[DB].failed_at, WHEN_NEVER);
}

static void a_component_is_hit_by_what_fails_below_it(void **state)
{
	static const enum state ill[] = {STATE_DOWN, STATE_OK, STATE_OK, STATE_OK};
	struct world *world = *state;
	int users = world_add_component(world, "users");

	world->components[users].depends_on[0] = API;
	world->components[users].depends_count = 1;
	set(world, ill);
	assert_int_equal(world->components[users].hit_by, DB);
	assert_int_equal(world->components[INDEXER].hit_by, DB);
	assert_int_equal(world->components[DB].hit_by, -1);
	assert_int_equal(world->components[HORIZON].hit_by, -1);
}

static void recovery_clears_the_pointers(void **state)
{
	static const enum state ill[] = {STATE_DOWN, STATE_OK, STATE_DOWN, STATE_DOWN};
	static const enum state well[] = {STATE_OK, STATE_OK, STATE_OK, STATE_OK};
	struct world *world = *state;

	set(world, ill);
	set(world, well);
	assert_int_equal(world->root, -1);
	for (int i = 0; i < SOURCES; i++) {
		assert_int_equal(world->sources[i].consequence_of, -1);
		assert_int_equal(world->sources[i].explains, 0);
	}
}

int main(void)
{
#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, build, drop)
	const struct CMUnitTest tests[] = {
		WITH_WORLD(a_failure_points_to_the_deepest_root),
		WITH_WORLD(a_root_counts_the_rows_that_it_explains),
		WITH_WORLD(a_signal_points_to_its_own_dead_source),
		WITH_WORLD(a_signal_points_below_a_source_that_says_it_is_well),
		WITH_WORLD(a_signal_that_lacks_a_cursor_hangs_on_who_should_tell_it),
		WITH_WORLD(a_signal_that_waits_for_a_cursor_is_no_news),
		WITH_WORLD(a_cursor_without_a_ledger_is_not_waited_for),
		WITH_WORLD(a_circle_explains_nothing_of_itself),
		WITH_WORLD(a_source_without_component_stands_for_itself),
		WITH_WORLD(of_two_roots_the_first_to_fail_is_the_cause),
		WITH_WORLD(a_part_of_a_name_is_wording_enough),
		WITH_WORLD(a_failure_that_changes_its_word_stays_the_same_failure),
		WITH_WORLD(a_component_is_hit_by_what_fails_below_it),
		WITH_WORLD(recovery_clears_the_pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
