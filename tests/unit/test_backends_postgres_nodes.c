/* Which node is the primary now, who could become it, and who has not come along. */
#include "backends/postgres_nodes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "base/attr.h"
#include "tests/lib/desk.h"

static struct desk desk;
static struct postgres_replica replicas[] = { { .name = "b" }, { .name = "c" } };
static const char *const clients[] = { "api", "indexer" };
static struct postgres_config config = {
	.source = { .name = "db", .kind = "postgres", .every = 2000, .timeout = 2000 },
	.replicas = { replicas, 2 }, .lag_bytes = 16777216, .lag = 15000, .message_age = 15000,
	.blocked = 2000, .connections = 80, .clients = { clients, 2 },
};

static void rows(size_t ask, const char *const *names, size_t columns, const char *const *cells,
		 size_t count)
{
	struct reply reply = desk_reply(&desk, NULL);

	reply.rows = (struct rows){ columns, count, names, cells };
	desk_take(&desk, ask, &reply);
}

/* What a server says of itself, as far as it matters here. */
struct said {
	bool recovers, read_only;
	const char *timeline, *lsn, *system_id;
	bool powerless;
};

static void take(unsigned target, struct said said)
{
	static const char *const names[] = {
		"in_recovery", "read_only", "system_id", "wal_timeline", "received_tli", "receiver",
		"status", "message_age", "lag_bytes", "lag_s", "host", "port", "lsn", "replayed",
		"paused", "max_connections", "connections", "may_promote",
	};
	const char *cells[] = {
		said.recovers ? "t" : "f", said.read_only ? "on" : "off",
		said.system_id ? said.system_id : "77", said.recovers ? NULL : said.timeline,
		said.recovers ? said.timeline + 7 : NULL, said.recovers ? "9" : NULL,
		said.recovers ? "streaming" : NULL, said.recovers ? "0.5" : NULL, "0", "0",
		"10.0.0.2", target == 0 ? "5432" : target == 1 ? "5433" : "5434", said.lsn, said.lsn,
		said.recovers ? "f" : NULL, "100", "7", said.powerless ? "f" : "t",
	};

	rows(desk_ask(&desk, "node", target, PG_NODE), names, ARRAY_LEN(names), cells, 1);
}

static void silence(unsigned target, enum reply_kind kind)
{
	desk_fail(&desk, desk_ask(&desk, "node", target, PG_NODE), kind);
}

static void take_clients(unsigned target, const char *const (*sessions)[2], size_t count)
{
	static const char *const names[] = { "changed", "hidden", "application", "address",
					     "connections", "writing", "wrote_s" };
	const char *cells[8 * ARRAY_LEN(names)];

	for (size_t i = 0; i < count; i++) {
		const char *const row[] = { "10", "0", sessions[i][0], "10.0.0.9", "2",
					    sessions[i][1], NULL };

		memcpy(cells + i * ARRAY_LEN(names), row, sizeof(row));
	}
	rows(desk_ask(&desk, "clients", target, PG_CLIENTS), names, ARRAY_LEN(names), cells, count);
}

static const json_t *fields(void)
{
	(void)desk_judge(&desk);
	return desk.report.fields;
}

static const json_t *node(size_t index)
{
	return json_array_get(json_object_get(fields(), "nodes"), index);
}

static const struct said primary = { false, false, "00000001", "1000", NULL, false };
static const struct said replica = { true, false, "00000001", "1000", NULL, false };
static const struct said promoted = { false, false, "00000002", "1200", NULL, false };
static const struct said refuses = { false, true, "00000002", "1200", NULL, false };

static void begin(void)
{
	desk_open(&desk, &postgres_backend, &config);
	take(0, primary);
	take(1, replica);
	take(2, replica);
}

static void the_primary_is_the_highest_timeline_out_of_recovery(void **state)
{
	static const struct said other_cluster = { false, false, "00000005", "9", "78", false };

	(void)state;
	begin();
	assert_string_equal(json_text_at(fields(), "primary", ""), "primary");
	assert_true(json_is_false(json_at(fields(), "failed_over")));
	/* One that hangs is still the one that is to be replaced. */
	silence(0, REPLY_TIMEOUT);
	assert_string_equal(json_text_at(fields(), "primary", ""), "primary");
	assert_true(json_is_null(json_at(fields(), "writable")));
	take(1, promoted);
	assert_string_equal(json_text_at(fields(), "primary", ""), "b");
	assert_true(json_is_true(json_at(fields(), "failed_over")));
	assert_true(json_is_true(json_at(fields(), "writable")));
	assert_int_equal(json_integer_value(json_at(fields(), "timeline")), 2);
	take(2, other_cluster);
	assert_string_equal(json_text_at(fields(), "primary", ""), "b");
	desk_close(&desk);
}

static void the_candidate_is_the_one_that_holds_most(void **state)
{
	static const struct said ahead = { true, false, "00000001", "1001", NULL, false };
	static const struct said stranger = { true, false, "00000001", "9000", "78", false };

	(void)state;
	begin();
	assert_string_equal(json_text_at(fields(), "target", ""), "10.0.0.2:5433 timeline 1");
	take(2, ahead);
	assert_string_equal(json_text_at(fields(), "candidate", ""), "c");
	assert_string_equal(json_text_at(fields(), "target", ""), "10.0.0.2:5434 timeline 1");
	take(2, stranger);
	assert_string_equal(json_text_at(fields(), "candidate", ""), "b");
	silence(1, REPLY_REFUSED);
	assert_true(json_is_null(json_at(fields(), "target")));
	assert_true(json_is_false(json_at(fields(), "promotable")));
	desk_close(&desk);
}

/* Asked before the night: on a dead primary nobody can grant it any more. */
static void whether_our_login_may_promote_is_told_of_all_that_answer(void **state)
{
	static const struct said powerless = { true, false, "00000001", "1000", NULL, true };

	(void)state;
	begin();
	assert_true(json_is_true(json_at(fields(), "may_promote")));
	take(2, powerless);
	assert_true(json_is_false(json_at(fields(), "may_promote")));
	silence(2, REPLY_REFUSED);
	assert_true(json_is_true(json_at(fields(), "may_promote")));
	silence(0, REPLY_REFUSED);
	silence(1, REPLY_REFUSED);
	assert_true(json_is_null(json_at(fields(), "may_promote")));
	desk_close(&desk);
}

/* Nothing listens where a connection is refused; one that hangs may take writes any moment. */
static void split_brain_is_not_known_while_a_node_is_silent(void **state)
{
	(void)state;
	begin();
	assert_true(json_is_false(json_at(fields(), "split_brain")));
	take(1, promoted);
	assert_true(json_is_true(json_at(fields(), "split_brain")));
	silence(0, REPLY_TIMEOUT);
	assert_true(json_is_null(json_at(fields(), "split_brain")));
	silence(0, REPLY_REFUSED);
	assert_true(json_is_false(json_at(fields(), "split_brain")));
	silence(2, REPLY_NO_ROUTE);
	assert_true(json_is_null(json_at(fields(), "split_brain")));
	desk_close(&desk);
}

static void every_configured_client_is_looked_for_on_the_primary(void **state)
{
	static const char *const both[][2] = { { "api", "0" }, { "indexer", "1" } };
	static const char *const one[][2] = { { "indexer", "1" }, { "grafana", "0" } };
	static const char *const idle[][2] = { { "api", "0" } };

	(void)state;
	begin();
	take_clients(0, both, 2);
	take_clients(1, NULL, 0);
	assert_true(json_is_null(json_at(fields(), "clients_expected")) == 0);
	assert_int_equal(json_integer_value(json_at(fields(), "clients_missing")), 0);
	silence(0, REPLY_REFUSED);
	assert_true(json_is_null(json_at(fields(), "clients_missing")));
	take(1, promoted);
	take_clients(1, one, 2);
	assert_int_equal(json_integer_value(json_at(fields(), "clients_missing")), 1);
	assert_string_equal(json_text_at(fields(), "clients_missing_names", ""), "api");
	desk_expect(&desk, STATE_BAD, "b is the primary now, and is not used by api");
	take_clients(1, both, 2);
	assert_int_equal(json_integer_value(json_at(fields(), "clients_missing")), 0);
	desk_expect(&desk, STATE_WARN, "the configured one: connection refused");
	/* One that is on both writes to the wrong one: it has not moved. */
	take(0, primary);
	take_clients(0, idle, 1);
	assert_int_equal(json_integer_value(json_at(fields(), "clients_missing")), 0);
	take_clients(0, both, 2);
	assert_string_equal(json_text_at(fields(), "clients_missing_names", ""), "indexer");
	desk_close(&desk);
}

/* Whatever /health says: a session on a server that refuses writes is no use. */
static void on_a_primary_that_refuses_writes_every_client_is_missing(void **state)
{
	static const char *const both[][2] = { { "api", "0" }, { "indexer", "0" } };

	(void)state;
	begin();
	silence(0, REPLY_REFUSED);
	take(1, refuses);
	take_clients(1, both, 2);
	assert_int_equal(json_integer_value(json_at(fields(), "clients_missing")), 2);
	assert_true(json_is_false(json_at(fields(), "writable")));
	desk_close(&desk);
}

static void without_configured_clients_nothing_is_said_of_missing_ones(void **state)
{
	static const char *const both[][2] = { { "api", "0" }, { "indexer", "0" } };

	(void)state;
	config.clients.count = 0;
	begin();
	take_clients(0, both, 2);
	assert_true(json_is_null(json_at(fields(), "clients_missing")));
	desk_close(&desk);
	config.clients.count = 2;
}

/* What was said before the silence stays, and grows old. */
static void a_node_that_fell_silent_keeps_what_it_said_with_its_age(void **state)
{
	double age;

	(void)state;
	begin();
	desk_wait(&desk, 23000);
	silence(0, REPLY_TIMEOUT);
	assert_string_equal(json_text_at(node(0), "seen", ""), "silent");
	assert_string_equal(json_text_at(node(0), "lsn", ""), "0/3E8");
	assert_true(json_double_at(node(0), "age_s", &age));
	assert_true(fabs(age - 23) < 0.001);
	assert_true(json_double_at(node(0), "asked_age_s", &age));
	assert_true(age < 0.001);
	desk_close(&desk);
}

/* The receiver's row is gone with its connection: when it last heard is remembered. */
static void a_replica_that_is_cut_off_keeps_when_it_last_heard(void **state)
{
	static const char *const names[] = { "in_recovery", "system_id", "lsn", "replayed",
					     "last_commit" };
	static const char *const cells[] = { "t", "77", "1000", "1000", "1795311440.5" };
	double age;

	(void)state;
	begin();
	desk_wait(&desk, 9500);
	rows(desk_ask(&desk, "node", 1, PG_NODE), names, ARRAY_LEN(names), cells, 1);
	assert_string_equal(json_text_at(node(1), "receiver", ""), "none");
	assert_true(json_double_at(node(1), "heard_primary_age_s", &age));
	assert_true(fabs(age - 10) < 0.001);
	assert_string_equal(json_text_at(node(1), "last_commit_at", ""), "2026-11-22T01:37:20.500Z");
	desk_close(&desk);
}

/* Its row at the primary is found by the address that the replica itself says. */
static void what_the_primary_said_of_a_replica_is_beside_it(void **state)
{
	static const char *const names[] = { "row", "name", "state", "bytes", "lag", "age", "active",
					     "address" };
	static const char *const cells[] = { "follower", "standby7", "streaming", "0", NULL, "1",
					     NULL, "10.0.0.2" };

	(void)state;
	begin();
	rows(desk_ask(&desk, "replication", 0, PG_REPLICATION), names, ARRAY_LEN(names), cells, 1);
	assert_string_equal(json_text_at(node(1), "followed", ""), "streaming");
	assert_string_equal(json_text_at(node(1), "followed_as", ""), "standby7");
	desk_close(&desk);
}

static void who_follows_is_not_known_before_every_node_has_been_asked(void **state)
{
	(void)state;
	desk_open(&desk, &postgres_backend, &config);
	take(0, primary);
	take(1, replica);
	assert_true(json_is_null(json_at(fields(), "followers_well")));
	silence(2, REPLY_TIMEOUT);
	assert_int_equal(json_integer_value(json_at(fields(), "followers_well")), 1);
	desk_close(&desk);
}

static void the_other_nodes_are_the_replicas_of_the_primary(void **state)
{
	static const struct said follows = { true, false, "00000002", "1200", NULL, false };

	(void)state;
	begin();
	assert_int_equal(json_integer_value(json_at(fields(), "followers_well")), 2);
	take(1, promoted);
	take(0, follows);
	take(2, follows);
	assert_int_equal(json_integer_value(json_at(fields(), "followers_well")), 2);
	assert_string_equal(json_text_at(json_array_get(json_object_get(fields(), "replicas"), 0),
					 "name", ""), "primary");
	desk_expect(&desk, STATE_OK, "b is the primary now, writable, timeline 2");
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_primary_is_the_highest_timeline_out_of_recovery),
		cmocka_unit_test(the_candidate_is_the_one_that_holds_most),
		cmocka_unit_test(whether_our_login_may_promote_is_told_of_all_that_answer),
		cmocka_unit_test(split_brain_is_not_known_while_a_node_is_silent),
		cmocka_unit_test(every_configured_client_is_looked_for_on_the_primary),
		cmocka_unit_test(on_a_primary_that_refuses_writes_every_client_is_missing),
		cmocka_unit_test(without_configured_clients_nothing_is_said_of_missing_ones),
		cmocka_unit_test(a_node_that_fell_silent_keeps_what_it_said_with_its_age),
		cmocka_unit_test(a_replica_that_is_cut_off_keeps_when_it_last_heard),
		cmocka_unit_test(what_the_primary_said_of_a_replica_is_beside_it),
		cmocka_unit_test(who_follows_is_not_known_before_every_node_has_been_asked),
		cmocka_unit_test(the_other_nodes_are_the_replicas_of_the_primary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
