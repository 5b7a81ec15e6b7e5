/*
 * What must be so before a step that cannot be taken back. The estate: a primary that is refused,
 * its replica, an indexer and a backend that need them.
 */
#include "core/interlock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "core/world.h"

static const msec start = 1795312800000;

enum { DB, INDEXER, API };

/* Lasts as long as the case does. */
static struct world *world;

static json_t *from_text(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	if (!value)
		fail_msg("not JSON: %s", text);
	return value;
}

static json_t *database(void)
{
	return from_text(
		"{\"writable\": null, \"candidate\": \"b\", \"primary\": \"primary\","
		" \"clients\": [], \"clients_unknown\": [],"
		" \"nodes\": [{\"name\": \"primary\", \"address\": \"10.0.0.1:5432\","
		"   \"seen\": \"refused\", \"because\": \"connection refused\", \"age_s\": 40,"
		"   \"asked_age_s\": 2, \"recovering\": false, \"timeline\": 1, \"system_id\": \"77\","
		"   \"lsn\": \"0/57F0D20\", \"lsn_bytes\": 92212512, \"user\": \"binnacle\"},"
		"  {\"name\": \"b\", \"address\": \"10.0.0.2:5432\", \"seen\": \"answers\","
		"   \"because\": \"\", \"age_s\": 1, \"recovering\": true, \"timeline\": 1,"
		"   \"system_id\": \"77\", \"lsn\": \"0/57F0D20\", \"lsn_bytes\": 92212512,"
		"   \"unreplayed_bytes\": 0, \"paused\": false, \"receiver\": \"none\","
		"   \"heard_primary_age_s\": 41, \"user\": \"binnacle\"}]}");
}

static json_t *node(json_t *fields, size_t index)
{
	return json_array_get(json_object_get(fields, "nodes"), index);
}

static void say(int source, enum state state, json_t *fields)
{
	struct report report = { .newest = start, .latency = 5, .fields = fields };

	report_say(&report, state, "as it is");
	world_report(world, source, &report, start);
}

/* The database is component 0; the indexer and the backend need it. */
static void begin(json_t *fields)
{
	static const char *const names[][2] = { { "db", "postgres" }, { "indexer", "indexer" },
						{ "api", "health" } };

	world = world_new(start);
	for (int i = 0; i < 3; i++) {
		(void)world_add_source(world, names[i][0], names[i][1], 10000);
		(void)world_add_component(world, names[i][0]);
		world->components[i].sources[0] = i;
		world->components[i].source_count = 1;
		world->components[i].depends_on[0] = DB;
		world->components[i].depends_count = i == DB ? 0 : 1;
	}
	say(DB, STATE_DOWN, fields);
	say(INDEXER, STATE_DOWN, from_text("{}"));
	say(API, STATE_BAD, from_text("{\"database\": \"down\"}"));
	world_refresh(world, start);
}

static void end(void)
{
	world_free(world);
	world = NULL;
}

static struct interlock promote(const char *target)
{
	const struct step step = { .interlock = "promote", .target = target };
	struct interlock out;

	interlock_make(&step, world, &out);
	return out;
}

static size_t wrong_lock(const struct interlock *all, const char *name, enum lock_state state,
			 const char *word)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct lock *lock = &all->locks[i];

		if (strcmp(lock->name, name) != 0)
			continue;
		if (lock->state == state && strstr(lock->because, word))
			return 0;
		print_message("%s is %s: %s\n  wanted %s: %s\n", name, lock_word(lock->state),
			      lock->because, lock_word(state), word);
		return 1;
	}
	print_message("there is no lock \"%s\"\n", name);
	return 1;
}

#define CONSOLE "old primary fenced: console"
#define REPLICA "old primary fenced: replica"
#define LOSS "nothing is lost"

/* One member of one node is another: what its lock says then. */
static const struct lock_case {
	size_t node;
	const char *key, *value;	/* as JSON */
	const char *name;
	enum lock_state state;
	const char *word;
} cases[] = {
	{ 0, "seen", "\"refused\"", CONSOLE, LOCK_GREEN, "connection refused 2s ago" },
	{ 0, "seen", "\"silent\"", CONSOLE, LOCK_BOUNDED, "NOT fenced" },
	{ 0, "age_s", "null", CONSOLE, LOCK_GREEN, "never heard by this console" },
	{ 0, "seen", "\"dropped\"", CONSOLE, LOCK_BOUNDED, "NOT fenced" },
	{ 0, "seen", "\"error\"", CONSOLE, LOCK_BOUNDED, "it lives" },
	{ 0, "seen", "\"unreachable\"", CONSOLE, LOCK_BOUNDED, "our network or DNS" },
	{ 0, "seen", "\"denied\"", CONSOLE, LOCK_BLOCKED, "it lives" },
	{ 0, "seen", "\"not asked\"", CONSOLE, LOCK_BLOCKED, "nothing is known" },
	{ 0, "seen", "\"answers\"", CONSOLE, LOCK_BOUNDED, "read-only by default" },
	{ 0, "system_id", "\"78\"", "same cluster", LOCK_BLOCKED, "two clusters" },
	{ 0, "system_id", "null", "same cluster", LOCK_BOUNDED, "never heard" },
	{ 0, "timeline", "2", "no newer timeline", LOCK_BLOCKED, "primary is on timeline 2, b on 1" },
	{ 1, "timeline", "null", "no newer timeline", LOCK_BLOCKED, "does not say" },
	{ 1, "system_id", "null", "same cluster", LOCK_BLOCKED, "hides" },
	{ 1, "seen", "\"silent\"", "replica answers", LOCK_BLOCKED, "b: has not answered" },
	{ 1, "recovering", "false", "replica answers", LOCK_BLOCKED, "out of recovery" },
	{ 1, "address", "null", "replica answers", LOCK_BLOCKED, "does not say its address" },
	{ 1, "paused", "true", "replay is not paused", LOCK_BLOCKED, "pg_wal_replay_resume" },
	{ 1, "paused", "null", "replay is not paused", LOCK_BLOCKED, "does not say" },
	{ 1, "unreplayed_bytes", "27600000", "replayed what it received", LOCK_BOUNDED, "27.6 MB" },
	{ 1, "unreplayed_bytes", "2048", "replayed what it received", LOCK_GREEN, "2 kB" },
	{ 1, "unreplayed_bytes", "null", "replayed what it received", LOCK_BLOCKED, "does not say" },
	{ 1, "receiver", "\"none\"", REPLICA, LOCK_GREEN, "no receiver" },
	{ 1, "receiver", "\"hidden\"", REPLICA, LOCK_BLOCKED, "hidden" },
	{ 1, "receiver", "\"hidden\"", "it streams, or streamed", LOCK_BLOCKED,
	  "GRANT pg_monitor TO binnacle" },
	{ 1, "receiver", "\"waiting\"", "it streams, or streamed", LOCK_BLOCKED, "not streaming" },
	{ 1, "heard_primary_age_s", "null", "it streams, or streamed", LOCK_BOUNDED, "never saw" },
	{ 1, "heard_primary_age_s", "null", LOSS, LOCK_BLOCKED, "has no bound" },
	{ 1, "heard_primary_age_s", "23", LOSS, LOCK_BOUNDED,
	  "b holds all up to 0/57F0D20 and last heard primary 23s ago; later commits may be lost" },
	{ 1, "lsn", "null", LOSS, LOCK_BLOCKED, "does not say what it holds" },
};

static void each_lock_is_as_its_fact_is(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *fields = database();
		struct interlock all;

		json_object_set_new(node(fields, cases[i].node), cases[i].key,
				    from_text(cases[i].value));
		begin(fields);
		all = promote("db.target");
		wrong += wrong_lock(&all, cases[i].name, cases[i].state, cases[i].word);
		wrong += all.state < cases[i].state;
		end();
	}
	assert_int_equal(wrong, 0);
}

static void a_dead_primary_leaves_the_loss_alone_open(void **state)
{
	struct interlock all;

	(void)state;
	begin(database());
	all = promote("db.target");
	assert_int_equal(all.state, LOCK_BOUNDED);
	for (size_t i = 0; i < all.count; i++)
		assert_int_equal(all.locks[i].state,
				 strcmp(all.locks[i].name, LOSS) == 0 ? LOCK_BOUNDED : LOCK_GREEN);
	assert_string_equal(all.target, "10.0.0.2:5432 timeline 1");
	assert_string_equal(all.node, "b");
	assert_non_null(strstr(all.loss, "may be lost"));
	end();
}

/* The receiver of a replica tells a primary that lives from one that hangs by its silence. */
static void a_receiver_that_heard_a_moment_ago_blocks(void **state)
{
	static const struct {
		const char *age;
		enum lock_state state;
		const char *word;
	} ages[] = {
		{ "0.4", LOCK_BLOCKED, "heard primary 0s ago" },
		{ "14.9", LOCK_BLOCKED, "counts as hung" },
		{ "15", LOCK_BOUNDED, "silent for 15s: primary hangs and is NOT fenced" },
		{ "null", LOCK_BLOCKED, "does not say when" },
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ages); i++) {
		json_t *fields = database();
		struct interlock all;

		json_object_set_new(node(fields, 1), "receiver", json_string("streaming"));
		json_object_set_new(node(fields, 1), "message_age_s", from_text(ages[i].age));
		begin(fields);
		all = promote("db.target");
		wrong += wrong_lock(&all, REPLICA, ages[i].state, ages[i].word);
		end();
	}
	assert_int_equal(wrong, 0);
}

static void while_the_primary_answers_bytes_are_the_loss(void **state)
{
	struct interlock all;
	json_t *fields;

	(void)state;
	for (int behind = 0; behind < 2; behind++) {
		fields = database();
		json_object_set_new(node(fields, 0), "seen", json_string("answers"));
		json_object_set_new(node(fields, 0), "lsn_bytes", json_integer(92212512 +
									       behind * 1200000));
		begin(fields);
		all = promote("db.target");
		assert_int_equal(wrong_lock(&all, LOSS, behind ? LOCK_BOUNDED : LOCK_GREEN,
					    behind ? "lacks 1.2 MB" : "holds all that primary has"), 0);
		assert_int_equal(all.loss[0] != '\0', behind);
		end();
	}
}

static void the_application_tells_what_the_console_cannot_see(void **state)
{
	static const struct {
		enum state indexer, api;
		const char *api_fields;
		enum lock_state state;
		const char *word;
	} apps[] = {
		{ STATE_DOWN, STATE_BAD, "{\"database\": \"down\"}", LOCK_GREEN, "indexer is down" },
		{ STATE_DOWN, STATE_OK, "{\"database\": \"ok\"}", LOCK_BLOCKED, "api is ok" },
		{ STATE_OK, STATE_UNKNOWN, "{\"database\": \"unknown\"}", LOCK_BOUNDED,
		  "nobody says" },
		{ STATE_OK, STATE_OK, "{}", LOCK_BOUNDED, "nobody says" },
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(apps); i++) {
		struct interlock all;

		begin(database());
		say(INDEXER, apps[i].indexer, from_text("{}"));
		say(API, apps[i].api, from_text(apps[i].api_fields));
		world_refresh(world, start);
		all = promote("db.target");
		wrong += wrong_lock(&all, "old primary fenced: application", apps[i].state,
				    apps[i].word);
		end();
	}
	assert_int_equal(wrong, 0);
}

static void who_still_writes_to_a_primary_that_answers_blocks(void **state)
{
	static const struct {
		const char *clients, *hidden;
		enum lock_state state;
		const char *word;
	} cases_of[] = {
		{ "[{\"node\": \"primary\", \"application\": \"api\", \"writing\": true}]", "[]",
		  LOCK_BLOCKED, "api writes there" },
		{ "[{\"node\": \"b\", \"application\": \"api\", \"writing\": true}]", "[]",
		  LOCK_GREEN, "nobody was seen writing" },
		{ "[]", "[\"primary\"]", LOCK_BLOCKED, "GRANT pg_monitor TO binnacle" },
		{ "null", "[]", LOCK_BLOCKED, "hidden" },
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases_of); i++) {
		json_t *fields = database();
		struct interlock all;

		json_object_set_new(node(fields, 0), "seen", json_string("answers"));
		json_object_set_new(fields, "clients", from_text(cases_of[i].clients));
		json_object_set_new(fields, "clients_unknown", from_text(cases_of[i].hidden));
		begin(fields);
		all = promote("db.target");
		wrong += wrong_lock(&all, "old primary fenced: application", cases_of[i].state,
				    cases_of[i].word);
		end();
	}
	assert_int_equal(wrong, 0);
}

static void another_replica_that_holds_more_goes_first(void **state)
{
	static const struct {
		const char *seen;
		double bytes;
		enum lock_state state;
		const char *word;
	} rivals[] = {
		{ "answers", 92212512, LOCK_GREEN, "as much as any other" },
		{ "answers", 92212513, LOCK_BLOCKED, "c holds 1 B more" },
		{ "refused", 0, LOCK_BOUNDED, "c cannot be asked" },
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rivals); i++) {
		json_t *fields = database(), *rival = json_deep_copy(node(fields, 1));
		struct interlock all;

		json_object_set_new(rival, "name", json_string("c"));
		json_object_set_new(rival, "seen", json_string(rivals[i].seen));
		json_object_set_new(rival, "lsn_bytes", json_real(rivals[i].bytes));
		json_array_append_new(json_object_get(fields, "nodes"), rival);
		begin(fields);
		all = promote("db.target");
		wrong += wrong_lock(&all, "no replica is ahead of it", rivals[i].state, rivals[i].word);
		end();
	}
	assert_int_equal(wrong, 0);
}

static void the_target_may_name_its_node(void **state)
{
	static const struct {
		const char *target, *node;
	} targets[] = {
		{ "db.nodes.b.target", "b" }, { "", "b" }, { "postgres.target", "b" },
		/* The primary is no replica, and what is not there is nobody. */
		{ "db.nodes.primary.target", "" }, { "db.nodes.x.target", "" },
		{ "horizon.target", "" },
	};

	(void)state;
	begin(database());
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		struct interlock all = promote(targets[i].target);

		assert_string_equal(all.node, targets[i].node);
		assert_int_equal(all.target[0] != '\0', targets[i].node[0] != '\0');
		assert_int_equal(all.state, targets[i].node[0] ? LOCK_BOUNDED : LOCK_BLOCKED);
	}
	end();
}

static void facts_that_are_stale_block(void **state)
{
	struct interlock all;

	(void)state;
	begin(database());
	world_refresh(world, start + 60 * WHEN_SECOND);
	all = promote("db.target");
	assert_int_equal(all.state, LOCK_BLOCKED);
	assert_int_equal(wrong_lock(&all, "replica answers", LOCK_BLOCKED, "db is stale"), 0);
	assert_string_equal(all.target, "");
	end();
}

static void an_expression_is_green_or_blocked(void **state)
{
	static const struct {
		const char *text, *target;
		enum lock_state state;
		const char *shown;
	} steps[] = {
		{ "db.primary == primary", "", LOCK_GREEN, "" },
		{ "db.primary == b", "", LOCK_BLOCKED, "" },
		{ "db.writable", "", LOCK_BLOCKED, "" },		/* not known */
		{ "db.primary ==", "", LOCK_BLOCKED, "" },		/* cannot be read */
		{ "", "db.candidate", LOCK_GREEN, "b" },
		{ "", "db.writable", LOCK_BLOCKED, "" },		/* nothing to be typed */
		{ "db.primary == primary", "db.candidate", LOCK_GREEN, "b" },
	};

	(void)state;
	begin(database());
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		const struct step step = { .interlock = steps[i].text, .target = steps[i].target };
		struct interlock all;

		interlock_make(&step, world, &all);
		assert_int_equal(all.state, steps[i].state);
		assert_string_equal(all.target, steps[i].shown);
	}
	end();
}

static void a_step_without_locks_has_none(void **state)
{
	const struct step step = { .interlock = "", .target = "" };
	struct interlock all;

	(void)state;
	begin(database());
	interlock_make(&step, world, &all);
	assert_int_equal(all.count, 0);
	assert_int_equal(all.state, LOCK_GREEN);
	assert_string_equal(interlock_names()[0], "promote");
	assert_null(interlock_names()[1]);
	end();
}

/* A step that has a target and no set of locks is held by the target alone. */
static void a_target_that_is_not_sensed_now_blocks(void **state)
{
	const struct step step = { .interlock = "", .target = "db.primary" };
	struct interlock all;

	(void)state;
	begin(database());
	interlock_make(&step, world, &all);
	assert_string_equal(all.target, "primary");
	assert_int_equal(all.state, LOCK_GREEN);
	world_refresh(world, start + 60 * WHEN_SECOND);
	interlock_make(&step, world, &all);
	assert_string_equal(all.target, "");
	assert_int_equal(all.state, LOCK_BLOCKED);
	end();
}

/* A word that nobody here knows is no reason to go on. */
static void how_the_primary_is_seen_must_be_known(void **state)
{
	static const char *const words[] = { "", "sleeping" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		json_t *fields = database();
		struct interlock all;

		json_object_set_new(node(fields, 0), "seen", json_string(words[i]));
		begin(fields);
		all = promote("db.target");
		assert_int_equal(wrong_lock(&all, "old primary fenced: console", LOCK_BLOCKED,
					    "nothing is known of primary"), 0);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_lock_is_as_its_fact_is),
		cmocka_unit_test(a_dead_primary_leaves_the_loss_alone_open),
		cmocka_unit_test(a_receiver_that_heard_a_moment_ago_blocks),
		cmocka_unit_test(while_the_primary_answers_bytes_are_the_loss),
		cmocka_unit_test(the_application_tells_what_the_console_cannot_see),
		cmocka_unit_test(who_still_writes_to_a_primary_that_answers_blocks),
		cmocka_unit_test(another_replica_that_holds_more_goes_first),
		cmocka_unit_test(the_target_may_name_its_node),
		cmocka_unit_test(facts_that_are_stale_block),
		cmocka_unit_test(a_target_that_is_not_sensed_now_blocks),
		cmocka_unit_test(how_the_primary_is_seen_must_be_known),
		cmocka_unit_test(an_expression_is_green_or_blocked),
		cmocka_unit_test(a_step_without_locks_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
