/*
 * May this replica be promoted, asked of the recorded states of two PostgreSQL servers: each lock
 * must be as the servers were, and the whole never greener. The console may have seen the healthy
 * pair before, or may have been opened after the failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "backends/postgres.h"
#include "base/attr.h"
#include "core/interlock_inside.h"
#include "core/world.h"
#include "tests/lib/desk.h"
#include "tests/lib/pgrepl.h"

static struct desk desk;
static struct postgres_replica replica = { .name = "replica" };
static struct postgres_config config = {
	.source = { .name = "db", .kind = "postgres", .every = 10000, .timeout = 5000 },
	.replicas = { &replica, 1 }, .lag_bytes = 16777216, .lag = 15000, .message_age = 15000,
	.blocked = 1000, .connections = 80,
};

static void take_pair(const char *folder, const char *primary, const char *second)
{
	static struct pgrepl one;

	pgrepl_read(folder, primary, &one);
	pgrepl_take(&desk, 0, &one);
	pgrepl_read(folder, second, &one);
	one.paused = strcmp(folder, "02-replay-paused") == 0;
	pgrepl_take(&desk, 1, &one);
}

/* What the source says now, in a world of its own. */
static void make(struct interlock *out)
{
	const struct step step = { .target = "db.target", .interlock = "promote" };
	struct world *world = world_new(desk.now.wall);

	(void)world_add_source(world, "db", "postgres", 10000);
	(void)desk_judge(&desk);
	world_report(world, 0, &desk.report, desk.now.wall);
	world_refresh(world, desk.now.wall);
	*out = (struct interlock){ .state = LOCK_GREEN };
	interlock_promote(&step, world, out);
	world_free(world);
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
#define APPLICATION "old primary fenced: application"
#define LOSS "nothing is lost"

static const struct recorded_case {
	const char *before;		/* what the console saw first; NULL: nothing */
	const char *folder, *primary, *second;
	const char *name;
	enum lock_state state;
	const char *word;
	enum lock_state all;
} cases[] = {
	{ NULL, "01-streaming", "a", "b", CONSOLE, LOCK_BLOCKED, "takes writes", LOCK_BLOCKED },
	{ NULL, "01-streaming", "a", "b", REPLICA, LOCK_BLOCKED, "is streaming and heard primary",
	  LOCK_BLOCKED },
	{ NULL, "01-streaming", "a", "b", "it streams, or streamed", LOCK_GREEN,
	  "streams from 127.0.0.1:56440", LOCK_BLOCKED },
	{ NULL, "01-streaming", "a", "b", "same cluster", LOCK_GREEN, "7710809878789621712",
	  LOCK_BLOCKED },
	{ NULL, "02-replay-paused", "a", "b", "replay is not paused", LOCK_BLOCKED,
	  "pg_wal_replay_resume", LOCK_BLOCKED },
	{ NULL, "02-replay-paused", "a", "b", "replayed what it received", LOCK_BOUNDED, "MB",
	  LOCK_BLOCKED },
	{ NULL, "04-replica-down", "a", "b", "replica answers", LOCK_BLOCKED, "connection refused",
	  LOCK_BLOCKED },
	{ "05-replica-back", "06-primary-dead", "a", "b", "replica answers", LOCK_GREEN,
	  "127.0.0.1:56441 timeline 1", LOCK_BOUNDED },
	{ "05-replica-back", "06-primary-dead", "a", "b", CONSOLE, LOCK_GREEN, "nothing listens",
	  LOCK_BOUNDED },
	{ "05-replica-back", "06-primary-dead", "a", "b", REPLICA, LOCK_GREEN, "no receiver",
	  LOCK_BOUNDED },
	{ "05-replica-back", "06-primary-dead", "a", "b", LOSS, LOCK_BOUNDED,
	  "replica holds all up to 0/57F0D20 and last heard primary", LOCK_BOUNDED },
	{ "05-replica-back", "06-primary-dead", "a", "b", "same cluster", LOCK_GREEN, "both say",
	  LOCK_BOUNDED },
	{ NULL, "06-primary-dead", "a", "b", "same cluster", LOCK_BOUNDED, "never heard",
	  LOCK_BOUNDED },
	{ NULL, "06-primary-dead", "a", "b", "it streams, or streamed", LOCK_BOUNDED,
	  "never saw it stream", LOCK_BOUNDED },
	{ NULL, "06-primary-dead", "a", "b", LOSS, LOCK_BOUNDED,
	  "0/57F0D20, its last commit is of 2026-11-22T02:03:32", LOCK_BOUNDED },
	{ NULL, "06-primary-dead", "a", "b", APPLICATION, LOCK_BOUNDED, "no component depends on db",
	  LOCK_BOUNDED },
	{ NULL, "07-promoted", "a", "b", "replica answers", LOCK_BLOCKED, "no replica of db",
	  LOCK_BLOCKED },
	{ NULL, "09-split-brain", "a", "b", "replica answers", LOCK_BLOCKED, "takes writes itself",
	  LOCK_BLOCKED },
	{ NULL, "10-rejoin-diverged", "b", "a", "it streams, or streamed", LOCK_BLOCKED,
	  "its receiver is waiting, not streaming", LOCK_BLOCKED },
	{ NULL, "10-rejoin-diverged", "b", "a", "no newer timeline", LOCK_BLOCKED,
	  "primary is on timeline 2, replica on 1", LOCK_BLOCKED },
	{ NULL, "12-recloned", "a", "b", CONSOLE, LOCK_BLOCKED, "replica answered", LOCK_BLOCKED },
};

static void every_recorded_state_has_its_locks(void **state)
{
	size_t wrong = 0;

	(void)state;
	pgrepl_skip_without();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct recorded_case *one = &cases[i];
		struct interlock all;
		size_t before = wrong;

		desk_open(&desk, &postgres_backend, &config);
		if (one->before) {
			take_pair(one->before, one->primary, one->second);
			desk_wait(&desk, 23 * WHEN_SECOND);
		}
		take_pair(one->folder, one->primary, one->second);
		make(&all);
		wrong += wrong_lock(&all, one->name, one->state, one->word);
		wrong += all.state != one->all;
		if (wrong > before)
			print_message("  in %s (%s), all %s\n", one->folder, one->primary,
				      lock_word(all.state));
		desk_close(&desk);
	}
	assert_int_equal(wrong, 0);
}

/* Nothing of a replica that is not asked about may be typed to confirm. */
static void the_target_is_what_the_replica_said_of_itself(void **state)
{
	struct interlock all;

	(void)state;
	pgrepl_skip_without();
	desk_open(&desk, &postgres_backend, &config);
	take_pair("06-primary-dead", "a", "b");
	make(&all);
	assert_string_equal(all.target, "127.0.0.1:56441 timeline 1");
	assert_string_equal(all.node, "replica");
	desk_close(&desk);
	desk_open(&desk, &postgres_backend, &config);
	take_pair("07-promoted", "a", "b");
	make(&all);
	assert_string_equal(all.target, "");
	assert_string_equal(all.node, "");
	desk_close(&desk);
}

/* Of the hung primary its replica was recorded: "streaming", and silent for 23 s. */
static void a_hung_primary_is_bounded_and_never_green(void **state)
{
	static struct pgrepl hung, second;
	struct interlock all;
	size_t wrong = 0;

	(void)state;
	pgrepl_skip_without();
	pgrepl_read(".", "11-primary-hung", &hung);
	desk_open(&desk, &postgres_backend, &config);
	take_pair("05-replica-back", "a", "b");
	desk_wait(&desk, 23 * WHEN_SECOND);
	pgrepl_read("05-replica-back", "b", &second);
	second.at = pgrepl_time(pgrepl_value(&second.receiver, "last_msg_receipt_time")) +
		    23 * WHEN_SECOND;
	pgrepl_take(&desk, 1, &second);
	desk_fail(&desk, desk_ask(&desk, "node", 0, PG_NODE), REPLY_TIMEOUT);
	make(&all);
	wrong += wrong_lock(&all, CONSOLE, LOCK_BOUNDED, "NOT fenced");
	wrong += wrong_lock(&all, REPLICA, LOCK_BOUNDED, "silent for 23s");
	wrong += wrong_lock(&all, LOSS, LOCK_BOUNDED, "last heard primary 23s ago");
	assert_int_equal(wrong, 0);
	assert_int_equal(all.state, LOCK_BOUNDED);
	assert_non_null(strstr(all.loss, "later commits may be lost"));
	desk_close(&desk);
}

static void what_a_plain_login_is_not_shown_blocks(void **state)
{
	static struct pgrepl second, plain;
	struct interlock all;

	(void)state;
	pgrepl_skip_without();
	desk_open(&desk, &postgres_backend, &config);
	take_pair("01-streaming", "a", "b");
	pgrepl_read("01-streaming", "b", &second);
	pgrepl_read("01-streaming", "plainuser-b", &plain);
	second.receiver = plain.receiver;
	pgrepl_take(&desk, 1, &second);
	make(&all);
	assert_int_equal(wrong_lock(&all, "it streams, or streamed", LOCK_BLOCKED,
				    "GRANT pg_monitor TO binnacle"), 0);
	assert_int_equal(wrong_lock(&all, REPLICA, LOCK_BLOCKED, "hidden from us"), 0);
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_state_has_its_locks),
		cmocka_unit_test(the_target_is_what_the_replica_said_of_itself),
		cmocka_unit_test(a_hung_primary_is_bounded_and_never_green),
		cmocka_unit_test(what_a_plain_login_is_not_shown_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
