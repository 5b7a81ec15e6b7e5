/* The application's side of a database: who is connected to which node, and who writes there. */
#include "backends/postgres.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "base/attr.h"
#include "tests/lib/desk.h"

enum { EVERY = 2000, NODE = 0, REPLICA = 3, CLIENTS = 4, REPLICA_CLIENTS = 5 };

static struct desk desk;
static struct postgres_replica one_replica = {.name = "b"};
static struct postgres_config config = {
	.source = {.name = "db", .kind = "postgres", .every = EVERY, .timeout = 2000},
	.replicas = {&one_replica, 1}, .lag_bytes = 16777216, .lag = 15000, .message_age = 15000,
	.blocked = 2000, .connections = 80,
};

static const char *const columns[] = {
	"changed", "hidden", "application", "address", "connections", "writing", "wrote_s",
};
enum { COLUMNS = ARRAY_LEN(columns) };

static const char *const nobody[] = {"10", "0", NULL, NULL, NULL, NULL, NULL};
static const char *const hidden[] = {"10", "3", NULL, NULL, NULL, NULL, NULL};
static const char *const two_clients[] = {
	"10", "0", "teachlink-indexer", "10.0.3.4", "4", "1", NULL,
	"10", "0", "grafana", "10.0.3.9", "7", "0", NULL,
};

static void take(size_t ask, const char *const *names, size_t count, const char *const *cells,
		 size_t rows)
{
	struct reply reply = desk_reply(&desk, NULL);

	reply.rows = (struct rows){count, rows, names, cells};
	desk_take(&desk, ask, &reply);
}

static void take_clients(size_t ask, const char *const *cells, size_t rows)
{
	take(ask, columns, COLUMNS, cells, rows);
}

static void take_node(size_t ask, bool in_recovery, const char *timeline)
{
	static const char *const names[] = {
		"in_recovery", "read_only", "system_id", "wal_timeline", "connections",
		"max_connections", "me", "receiver", "status", "received_tli", "message_age",
		"lag_bytes", "lag_s",
	};
	const char *cells[] = {
		in_recovery ? "t" : "f", "off", "77108", in_recovery ? NULL : timeline, "7", "100",
		"binnacle", in_recovery ? "1" : NULL, in_recovery ? "streaming" : NULL,
		in_recovery ? timeline + 7 : NULL, "0.5", "0", "0",
	};

	take(ask, names, ARRAY_LEN(names), cells, 1);
}

/* Both nodes, and what is known of their clients. */
static void begin(bool primary_recovers, bool replica_recovers)
{
	desk_open(&desk, &postgres_backend, &config);
	take_node(NODE, primary_recovers, primary_recovers ? "00000002" : "00000001");
	take_node(REPLICA, replica_recovers, replica_recovers ? "00000001" : "00000002");
}

static const json_t *client(size_t index)
{
	return json_array_get(json_object_get(desk.report.fields, "clients"), index);
}

/* A server that hangs is DOWN when its own question has waited: one of its parts, asked a moment
 * before, is no news of its own. */
static void a_part_that_hangs_while_the_node_is_asked_waits_for_its_answer(void **state)
{
	(void)state;
	begin(false, true);
	take_clients(CLIENTS, two_clients, 2);
	take_clients(REPLICA_CLIENTS, nobody, 1);
	probe_started(&desk.probe, NODE, desk.now);
	desk_wait(&desk, 500);
	desk_fail(&desk, CLIENTS, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_OK, "primary, writable");
	desk_wait(&desk, 100);
	desk_fail(&desk, NODE, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_DOWN, "no answer");
	desk_close(&desk);
}

static void a_part_that_hangs_beside_a_node_that_answers_is_told(void **state)
{
	(void)state;
	begin(false, true);
	probe_started(&desk.probe, NODE, desk.now);
	desk_fail(&desk, CLIENTS, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_OK, "primary, writable");
	take_node(NODE, false, "00000001");
	desk_expect(&desk, STATE_UNKNOWN, "SQL clients: no answer");
	probe_started(&desk.probe, NODE, desk.now);
	desk_fail(&desk, CLIENTS, REPLY_TIMEOUT);
	desk_expect(&desk, STATE_UNKNOWN, "SQL clients: no answer");
	desk_close(&desk);
}

static void the_clients_are_published_busiest_first(void **state)
{
	static const char *const reader[] = {"10", "0", "reports", "10.0.3.7", "9", "0", NULL};

	(void)state;
	begin(false, true);
	take_clients(CLIENTS, two_clients, 2);
	take_clients(REPLICA_CLIENTS, reader, 1);
	(void)desk_judge(&desk);
	assert_string_equal(json_text_at(client(0), "application", ""), "teachlink-indexer");
	assert_string_equal(json_text_at(client(0), "node", ""), "primary");
	assert_true(json_is_true(json_at(client(0), "writing")));
	assert_true(json_is_string(json_at(client(0), "last_write_at")));
	assert_string_equal(json_text_at(client(1), "application", ""), "reports");
	assert_string_equal(json_text_at(client(1), "node", ""), "b");
	assert_true(json_is_false(json_at(client(1), "writing")));
	assert_true(json_is_null(json_at(client(1), "last_write_at")));
	assert_string_equal(json_text_at(client(2), "address", ""), "10.0.3.9");
	assert_int_equal(desk.report.state, STATE_OK);
	desk_close(&desk);
}

static void an_empty_list_and_no_list_are_different(void **state)
{
	(void)state;
	begin(false, true);
	(void)desk_judge(&desk);
	assert_true(json_is_null(json_object_get(desk.report.fields, "clients")));
	take_clients(CLIENTS, nobody, 1);
	take_clients(REPLICA_CLIENTS, nobody, 1);
	(void)desk_judge(&desk);
	assert_int_equal(json_array_size(json_object_get(desk.report.fields, "clients")), 0);
	assert_true(json_is_array(json_object_get(desk.report.fields, "clients")));
	take_clients(REPLICA_CLIENTS, hidden, 1);
	(void)desk_judge(&desk);
	assert_string_equal(json_text_at(desk.report.fields, "clients_unknown.0", "b"), "b");
	assert_int_equal(json_array_size(json_object_get(desk.report.fields, "clients_unknown")), 1);
	take_clients(CLIENTS, hidden, 1);
	(void)desk_judge(&desk);
	assert_true(json_is_null(json_object_get(desk.report.fields, "clients")));
	desk_close(&desk);
}

/* A client whose last statement was a write, `wrote_s` ago, with this many rows changed in all. */
static void take_writer(const char *changed, const char *wrote_s)
{
	const char *cells[] = {changed, "0", "api", "local", "1", "0", wrote_s};

	take_clients(CLIENTS, cells, 1);
	(void)desk_judge(&desk);
}

static bool is_writing(void)
{
	return json_is_true(json_at(client(0), "writing"));
}

static void a_statement_counts_only_when_rows_have_changed(void **state)
{
	(void)state;
	begin(false, true);
	take_writer("10", "0.5");	/* the first answer has nothing to compare with */
	assert_false(is_writing());
	desk_wait(&desk, EVERY);
	take_writer("10", "0.5");	/* refused, perhaps */
	assert_false(is_writing());
	desk_wait(&desk, EVERY);
	take_writer("12", NULL);	/* somebody wrote; not this one */
	assert_false(is_writing());
	desk_wait(&desk, EVERY);
	take_writer("13", "0.5");
	assert_true(is_writing());
	desk_close(&desk);
}

static void a_writer_is_remembered_for_a_while(void **state)
{
	(void)state;
	begin(false, true);
	take_writer("10", NULL);
	desk_wait(&desk, EVERY);
	take_writer("11", "0.5");
	desk_wait(&desk, 20000);
	take_writer("11", "20.5");
	assert_true(is_writing());
	desk_wait(&desk, 20000);
	take_writer("11", "40.5");
	assert_false(is_writing());
	assert_true(json_is_string(json_at(client(0), "last_write_at")));
	desk_close(&desk);
}

static void split_brain_says_who_writes_where(void **state)
{
	static const char *const api[] = {"9", "0", "api", "10.0.3.6", "2", "2", NULL};

	(void)state;
	begin(false, false);
	take_clients(CLIENTS, two_clients, 2);
	take_clients(REPLICA_CLIENTS, api, 1);
	(void)desk_judge(&desk);
	assert_int_equal(desk.report.state, STATE_BAD);
	assert_non_null(strstr(desk.report.because, "two writable"));
	assert_non_null(strstr(desk.report.because, "teachlink-indexer still writes to primary"));
	assert_non_null(strstr(desk.report.because, "api still writes to b"));
	desk_close(&desk);
}

static void after_a_failover_the_ones_left_behind_are_named(void **state)
{
	static const char *const api[] = {"9", "0", "api", "10.0.3.6", "2", "2", NULL};
	static const char *const idle[] = {"10", "0", "teachlink-indexer", "local", "4", "0", NULL};

	(void)state;
	begin(true, false);
	take_clients(CLIENTS, idle, 1);
	take_clients(REPLICA_CLIENTS, api, 1);
	(void)desk_judge(&desk);
	assert_int_equal(desk.report.state, STATE_WARN);
	assert_non_null(strstr(desk.report.because, "b is the primary now; teachlink-indexer still "
			       "connected to primary"));
	take_clients(CLIENTS, nobody, 1);
	desk_expect(&desk, STATE_OK, "api writes to b");
	take_clients(REPLICA_CLIENTS, hidden, 1);
	(void)desk_judge(&desk);
	assert_non_null(strstr(desk.report.because, "who uses b is hidden from us: GRANT pg_monitor"));
	desk_close(&desk);
}

static void a_dead_primary_leaves_the_clients_of_the_other(void **state)
{
	static const char *const api[] = {"9", "0", "api", "10.0.3.6", "2", "2", NULL};
	struct reply reply;

	(void)state;
	begin(false, false);
	reply = desk_reply(&desk, NULL);
	reply.kind = REPLY_REFUSED;
	desk_take(&desk, NODE, &reply);
	take_clients(REPLICA_CLIENTS, api, 1);
	(void)desk_judge(&desk);
	assert_int_equal(desk.report.state, STATE_WARN);
	assert_non_null(strstr(desk.report.because, "b is the primary now; the configured one: "
			       "connection refused"));
	assert_int_equal(json_array_size(json_object_get(desk.report.fields, "clients")), 1);
	desk_close(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_that_hangs_while_the_node_is_asked_waits_for_its_answer),
		cmocka_unit_test(a_part_that_hangs_beside_a_node_that_answers_is_told),
		cmocka_unit_test(the_clients_are_published_busiest_first),
		cmocka_unit_test(an_empty_list_and_no_list_are_different),
		cmocka_unit_test(a_statement_counts_only_when_rows_have_changed),
		cmocka_unit_test(a_writer_is_remembered_for_a_while),
		cmocka_unit_test(split_brain_says_who_writes_where),
		cmocka_unit_test(after_a_failover_the_ones_left_behind_are_named),
		cmocka_unit_test(a_dead_primary_leaves_the_clients_of_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
