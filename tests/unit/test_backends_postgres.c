/* PostgreSQL: from rows of text cells to a state. The figures are those of a real pair. */
#include "backends/postgres.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/kinds.h"
#include "backends/probe.h"
#include "base/attr.h"

static const msec start = 1795312800000;
static struct probe db;		/* too large for the stack */
enum { EVERY = 2000, ASK_NODE = 0, ASK_LOCKS = 1, ASK_REPLICATION = 2, ASK_REPLICA = 3 };

static struct postgres_replica one_replica = {.name = "b"};
static const struct postgres_config with_replica = {
	.source = {.name = "db", .kind = "postgres", .every = EVERY, .timeout = 5000},
	.replicas = {&one_replica, 1}, .lag_bytes = 16777216, .lag = 15000, .message_age = 15000,
	.blocked = 2000, .connections = 80,
};
static const struct postgres_config alone = {
	.source = {.name = "db", .kind = "postgres", .every = EVERY, .timeout = 5000},
	.lag_bytes = 16777216, .lag = 15000, .message_age = 15000, .blocked = 2000,
	.connections = 80,
};

/* One row of the node question: NULL ends the list of names. */
static const char *const node_names[] = {
	"in_recovery", "read_only", "system_id", "wal_timeline", "recovery_timeline",
	"checkpoint_timeline", "connections", "max_connections", "me", "archive_fails", "receiver",
	"status", "received_tli", "message_age", "lag_bytes", "lag_s", "paused", "patience",
};
enum { NODE = ARRAY_LEN(node_names) };

static const char *const primary[NODE] = {
	"f", "off", "7710809878789621712", "00000001", "0", "1", "7", "100", "binnacle", "f",
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, "60000",
};
static const char *const replica[NODE] = {
	"t", "off", "7710809878789621712", NULL, "1", "1", "3", "100", "binnacle", NULL,
	"11174", "streaming", "1", "0.6", "0", "0", "f", "60000",
};

struct change {
	const char *name, *cell;
};

static struct reply rows_reply(const char *const *names, size_t columns, const char *const *cells,
			       size_t count)
{
	return (struct reply){.kind = REPLY_ANSWER, .at = start, .took = 3,
			      .rows = {columns, count, names, cells}};
}

static void take(struct probe *probe, size_t ask, const struct reply *reply)
{
	const struct now now = {start, 1000};

	probe_started(probe, ask, now);
	probe_take(probe, ask, reply, now);
}

/* The node's row with some cells changed; a change without a name ends the list. */
static void take_node(struct probe *probe, size_t ask, const char *const base[NODE],
		      const struct change *changes)
{
	const char *cells[NODE];
	struct reply reply;

	memcpy(cells, base, sizeof(cells));
	for (; changes && changes->name; changes++)
		for (size_t i = 0; i < NODE; i++)
			if (strcmp(node_names[i], changes->name) == 0)
				cells[i] = changes->cell;
	reply = rows_reply(node_names, NODE, cells, 1);
	take(probe, ask, &reply);
}

static void take_locks(struct probe *probe, const char *const *cells, size_t count)
{
	static const char *const names[] = {"pid", "blockers", "what", "waited"};
	struct reply reply = rows_reply(names, 4, cells, count);

	take(probe, ASK_LOCKS, &reply);
}

static void take_replication(struct probe *probe, const char *const *cells, size_t count)
{
	static const char *const names[] = {"row", "name", "state", "bytes", "lag", "age",
					    "active"};
	struct reply reply = rows_reply(names, 7, cells, count);

	take(probe, ASK_REPLICATION, &reply);
}

static void take_failure(struct probe *probe, size_t ask, enum reply_kind kind,
			 const char *sqlstate)
{
	struct reply reply = {.kind = kind, .at = start, .took = kind == REPLY_TIMEOUT ? 2000 : 5};

	str_put(reply.sqlstate, sizeof(reply.sqlstate), sqlstate);
	str_put(reply.why, sizeof(reply.why), "as the server says");
	take(probe, ask, &reply);
}

/* A healthy estate, as far as it was asked. */
static void begin(struct probe *probe, const struct postgres_config *config)
{
	static const char *const slot[] = {"slot", "replica_b", "reserved", "0", NULL, NULL, "t"};

	probe_init(probe, &postgres_backend, config, (struct now){start, 0});
	take_node(probe, ASK_NODE, primary, NULL);
	take_locks(probe, NULL, 0);
	take_replication(probe, slot, 1);
	if (config->replicas.count > 0)
		take_node(probe, ASK_REPLICA, replica, NULL);
}

static void expect(struct probe *probe, enum state state, const char *word)
{
	struct report report;

	probe_judge(probe, NULL, NULL, start, &report);
	if (report.state != state || !strstr(report.because, word))
		print_error("got %s: %s\n", state_word(report.state), report.because);
	assert_int_equal(report.state, state);
	assert_non_null(strstr(report.because, word));
	report_done(&report);
}

static void a_healthy_pair_is_ok(void **unused)
{
	(void)unused;
	begin(&db, &with_replica);
	expect(&db, STATE_OK, "primary, writable, timeline 1, 7 of 100 connections");
	probe_done(&db);
}

static void the_primary_decides(void **unused)
{
	static const struct {
		struct change changes[3];
		enum state state;
		const char *word;
	} cases[] = {
		{{{"read_only", "on"}}, STATE_BAD, "read-only"},
		{{{"in_recovery", "t"}, {"wal_timeline", NULL}}, STATE_BAD, "read-only"},
		{{{"connections", "80"}}, STATE_WARN, "80 of 100 connections in use"},
		{{{"archive_fails", "t"}}, STATE_WARN, "archive"},
		{{{"wal_timeline", "0000000A"}, {"connections", NULL}}, STATE_WARN,
		 "timeline 1, the primary on 10"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
	
		begin(&db, &with_replica);
		take_node(&db, ASK_NODE, primary, cases[i].changes);
		expect(&db, cases[i].state, cases[i].word);
		probe_done(&db);
	}
}

static void a_primary_that_gives_no_answer_says_so(void **unused)
{
	static const struct {
		enum reply_kind kind;
		const char *sqlstate;
		enum state state;
		const char *word;
	} cases[] = {
		{REPLY_REFUSED, "", STATE_DOWN, "refused"},
		{REPLY_TIMEOUT, "", STATE_DOWN, "no answer"},
		{REPLY_RESET, "", STATE_DOWN, "dropped"},
		{REPLY_SQL_ERROR, "57P03", STATE_DOWN, "does not accept connections yet"},
		{REPLY_SQL_ERROR, "53300", STATE_BAD, "no connection is left"},
		{REPLY_SQL_ERROR, "42703", STATE_UNKNOWN, "as the server says"},
		{REPLY_DENIED, "28P01", STATE_UNKNOWN, "as the server says"},
		{REPLY_NO_NAME, "", STATE_UNKNOWN, "DNS"},
		{REPLY_NO_SECRET, "", STATE_UNKNOWN, "credential"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
	
		begin(&db, &with_replica);
		take_failure(&db, ASK_NODE, cases[i].kind, cases[i].sqlstate);
		expect(&db, cases[i].state, cases[i].word);
		probe_done(&db);
	}
}

static void a_replica_is_held_against_its_primary(void **unused)
{
	static const struct {
		struct change changes[5];
		enum state state;
		const char *word;
	} cases[] = {
		/* The primary is gone for it: no receiver row, and yet the usual lag says 0. */
		{{{"receiver", NULL}, {"status", NULL}, {"received_tli", NULL}, {"message_age", NULL}},
		 STATE_WARN, "receives nothing from its primary"},
		{{{"message_age", "46"}}, STATE_WARN, "has heard nothing for 46s, limit 45s"},
		{{{"message_age", "23.3"}, {"patience", "10000"}}, STATE_WARN, "for 23s, limit 20s"},
		{{{"message_age", "29.9"}}, STATE_OK, "writable"},	/* idle */
		{{{"message_age", "400"}, {"patience", "0"}}, STATE_OK, "writable"},
		{{{"status", "waiting"}}, STATE_WARN, "waiting, not streaming"},
		{{{"status", "waiting"}, {"received_tli", "2"}}, STATE_WARN,
		 "is on timeline 2, the primary on 1"},
		{{{"receiver", NULL}, {"received_tli", NULL}, {"recovery_timeline", "2"}}, STATE_WARN,
		 "timeline 2"},
		{{{"lag_bytes", "27394728"}}, STATE_WARN, "27.4 MB behind, limit 16.8 MB"},
		{{{"paused", "t"}, {"lag_bytes", "96"}}, STATE_WARN, "replay is paused, 96 B behind"},
		{{{"system_id", "7710809878789621999"}}, STATE_WARN, "another cluster"},
		{{{"in_recovery", "f"}, {"system_id", "1"}, {"wal_timeline", "00000002"}}, STATE_WARN,
		 "is no replica"},
		/* A login without pg_monitor sees the row and nothing in it. */
		{{{"status", NULL}, {"received_tli", NULL}, {"message_age", NULL}, {"me", "plain"}},
		 STATE_UNKNOWN, "GRANT pg_monitor TO plain"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
	
		begin(&db, &with_replica);
		take_node(&db, ASK_REPLICA, replica, cases[i].changes);
		expect(&db, cases[i].state, cases[i].word);
		probe_done(&db);
	}
}

static void a_replica_that_is_down_is_a_warning(void **unused)
{
	(void)unused;
	begin(&db, &with_replica);
	take_failure(&db, ASK_REPLICA, REPLY_REFUSED, "");
	expect(&db, STATE_WARN, "replica b: connection refused");
	probe_done(&db);
}

static void two_writable_nodes_of_one_cluster_are_split_brain(void **unused)
{
	static const struct change promoted[] = {{"in_recovery", "f"}, {"wal_timeline", "00000002"},
						 {NULL, NULL}};

	(void)unused;
	begin(&db, &with_replica);
	take_node(&db, ASK_REPLICA, replica, promoted);
	expect(&db, STATE_BAD, "two writable nodes of one cluster: primary on timeline 1, b on "
	       "timeline 2");
	take_failure(&db, ASK_NODE, REPLY_REFUSED, "");
	expect(&db, STATE_WARN, "b is the primary now; the configured one: connection refused");
	probe_done(&db);
}

static void seconds_of_lag_count_from_the_second_answer(void **unused)
{
	static const struct change idle[] = {{"lag_s", "3600"}, {"lag_bytes", "56"}, {NULL, NULL}};

	(void)unused;
	begin(&db, &with_replica);
	take_node(&db, ASK_REPLICA, replica, idle);
	expect(&db, STATE_OK, "writable");
	take_node(&db, ASK_REPLICA, replica, idle);
	expect(&db, STATE_WARN, "replica b: 1h behind, limit 15s");
	take_node(&db, ASK_REPLICA, replica, NULL);
	expect(&db, STATE_OK, "writable");
	probe_done(&db);
}

static void sessions_that_wait_long_are_blocked(void **unused)
{
	static const char *const waits[] = {"412", "398", "indexer_state", "12.4",
					    "413", "398 412", "indexer_state", "3",
					    "414", "398", "indexer_state", "0.5"};
	struct report report;
	const json_t *pids;

	(void)unused;
	begin(&db, &with_replica);
	take_locks(&db, waits + 8, 1);
	expect(&db, STATE_OK, "writable");
	take_locks(&db, waits, 3);
	expect(&db, STATE_BAD, "blocked: 2 sessions wait on locks, pid 412 on indexer_state for "
	       "12s, held by pid 398");
	probe_judge(&db, NULL, NULL, start, &report);
	pids = json_object_get(report.fields, "blocked_pids");
	assert_int_equal(json_array_size(pids), 2);
	assert_int_equal(json_integer_value(json_array_get(pids, 1)), 413);
	report_done(&report);
	probe_done(&db);
}

static void a_slot_that_nobody_uses_is_a_warning(void **unused)
{
	static const char *const idle[] = {"slot", "replica_b", "reserved", "13850216", NULL, NULL,
					   "f"};
	static const char *const lost[] = {"slot", "replica_b", "lost", NULL, NULL, NULL, "f"};

	(void)unused;
	begin(&db, &with_replica);
	take_replication(&db, idle, 1);
	expect(&db, STATE_WARN, "slot replica_b is not in use and holds back 13.9 MB");
	take_replication(&db, lost, 1);
	expect(&db, STATE_WARN, "slot replica_b has lost WAL");
	probe_done(&db);
}

static void without_configured_replicas_the_followers_count(void **unused)
{
	static const struct {
		const char *cells[7];
		enum state state;
		const char *word;
	} cases[] = {
		{{"follower", "b", "streaming", "0", "0.1", "1", NULL}, STATE_OK, "writable"},
		{{"follower", "b", "startup", "0", "0.001", "1", NULL}, STATE_WARN, "is startup"},
		{{"follower", "b", "streaming", "30000000", "9", "1", NULL}, STATE_WARN, "30 MB behind"},
		{{"follower", "b", NULL, NULL, NULL, NULL, NULL}, STATE_UNKNOWN,
		 "GRANT pg_monitor TO binnacle"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
			struct report report;

		begin(&db, &alone);
		take_replication(&db, cases[i].cells, 1);
		expect(&db, cases[i].state, cases[i].word);
		probe_judge(&db, NULL, NULL, start, &report);
		assert_string_equal(json_text_at(json_array_get(json_object_get(report.fields,
				    "replicas"), 0), "name", ""), "b");
		report_done(&report);
		probe_done(&db);
	}
}

static void a_part_that_cannot_be_asked_is_unknown(void **unused)
{
	(void)unused;
	begin(&db, &with_replica);
	take_failure(&db, ASK_LOCKS, REPLY_TIMEOUT, "");
	expect(&db, STATE_UNKNOWN, "SQL lock waits: no answer in 2 s");
	probe_done(&db);
}

static void until_the_primary_has_answered_it_is_being_asked(void **unused)
{
	struct report report;

	(void)unused;
	probe_init(&db, &postgres_backend, &with_replica, (struct now){start, 0});
	take_node(&db, ASK_REPLICA, replica, NULL);
	probe_judge(&db, NULL, NULL, start, &report);
	assert_true(report.asking);
	assert_int_equal(report.state, STATE_UNKNOWN);
	report_done(&report);
	probe_done(&db);
}

static void every_field_is_always_there(void **unused)
{
	static const char *const keys[] = {"role", "writable", "timeline", "system_id",
					   "connections", "max_connections", "blocked_pids",
					   "replicas", "slots"};
	struct report report;

	(void)unused;
	begin(&db, &with_replica);
	probe_judge(&db, NULL, NULL, start, &report);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		assert_false(json_is_null(json_object_get(report.fields, keys[i])));
	assert_string_equal(json_text_at(report.fields, "role", ""), "primary");
	report_done(&report);
	for (size_t ask = 0; ask <= ASK_REPLICA; ask++)
		take_failure(&db, ask, REPLY_REFUSED, "");
	probe_judge(&db, NULL, NULL, start, &report);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const json_t *value = json_object_get(report.fields, keys[i]);

		assert_non_null(value);
		assert_true(json_is_null(value) || strcmp(keys[i], "replicas") == 0);
	}
	report_done(&report);
	probe_done(&db);
}

static void lag_is_not_told_of_a_replica_that_does_not_stream(void **unused)
{
	static const struct change cut_off[] = {{"receiver", NULL}, {"status", NULL}, {NULL, NULL}};
	struct report report;
	const json_t *entry;

	(void)unused;
	begin(&db, &with_replica);
	probe_judge(&db, NULL, NULL, start, &report);
	entry = json_array_get(json_object_get(report.fields, "replicas"), 0);
	assert_true(json_is_integer(json_object_get(entry, "lag_bytes")));
	assert_true(json_is_number(json_object_get(entry, "lag_s")));
	report_done(&report);
	take_node(&db, ASK_REPLICA, replica, cut_off);
	probe_judge(&db, NULL, NULL, start, &report);
	entry = json_array_get(json_object_get(report.fields, "replicas"), 0);
	assert_true(json_is_null(json_object_get(entry, "lag_bytes")));
	assert_true(json_is_null(json_object_get(entry, "lag_s")));
	report_done(&report);
	probe_done(&db);
}

static void an_answer_of_another_shape_is_refused(void **unused)
{
	static const char *const names[] = {"one"};
	static const char *const cells[] = {"1"};
	struct reply reply = rows_reply(names, 1, cells, 1);

	(void)unused;
	begin(&db, &with_replica);
	take(&db, ASK_NODE, &reply);
	assert_false(db.views[ASK_NODE].good);
	reply.rows.count = 0;
	take(&db, ASK_NODE, &reply);
	expect(&db, STATE_UNKNOWN, "0 rows instead of one");
	probe_done(&db);
}

static void outside_text_is_made_harmless(void **unused)
{
	static const char *const waits[] = {"412", "398\x1b[2J", "evil\xe2\x80\xaename", "12"};
	struct report report;

	(void)unused;
	begin(&db, &with_replica);
	take_locks(&db, waits, 1);
	probe_judge(&db, NULL, NULL, start, &report);
	for (const char *p = report.because; *p; p++)
		assert_true(*p >= ' ' && *p < 0x7f);
	report_done(&report);
	probe_done(&db);
}

static void no_question_outlasts_its_period(void **unused)
{
	static struct tx_config tx = {.source = "db", .preset = TX_TEACHLINK_BRIDGE};
	struct postgres_config config = with_replica;
	struct ask asks[PROBE_ASKS];
	size_t count;

	(void)unused;
	assert_int_equal(postgres_backend.asks(&config, asks, PROBE_ASKS), 6);
	config.transactions = &tx;
	count = postgres_backend.asks(&config, asks, PROBE_ASKS);
	assert_int_equal(count, 7);
	for (size_t i = 0; i < count; i++) {
		assert_true(asks[i].timeout <= asks[i].every);
		assert_int_equal(asks[i].via, ASK_SQL);
	}
	assert_int_equal(asks[4].target, 1);
}

static void every_target_has_a_name_and_a_dsn(void **unused)
{
	(void)unused;
	assert_string_equal(postgres_target_name(&with_replica, 0), "primary");
	assert_string_equal(postgres_target_name(&with_replica, 1), "b");
	assert_ptr_equal(postgres_dsn(&with_replica, 0), &with_replica.dsn);
	assert_ptr_equal(postgres_dsn(&with_replica, 1), &one_replica.dsn);
	assert_null(postgres_dsn(&with_replica, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_pair_is_ok),
		cmocka_unit_test(the_primary_decides),
		cmocka_unit_test(a_primary_that_gives_no_answer_says_so),
		cmocka_unit_test(a_replica_is_held_against_its_primary),
		cmocka_unit_test(a_replica_that_is_down_is_a_warning),
		cmocka_unit_test(two_writable_nodes_of_one_cluster_are_split_brain),
		cmocka_unit_test(seconds_of_lag_count_from_the_second_answer),
		cmocka_unit_test(sessions_that_wait_long_are_blocked),
		cmocka_unit_test(a_slot_that_nobody_uses_is_a_warning),
		cmocka_unit_test(without_configured_replicas_the_followers_count),
		cmocka_unit_test(a_part_that_cannot_be_asked_is_unknown),
		cmocka_unit_test(until_the_primary_has_answered_it_is_being_asked),
		cmocka_unit_test(every_field_is_always_there),
		cmocka_unit_test(lag_is_not_told_of_a_replica_that_does_not_stream),
		cmocka_unit_test(an_answer_of_another_shape_is_refused),
		cmocka_unit_test(outside_text_is_made_harmless),
		cmocka_unit_test(no_question_outlasts_its_period),
		cmocka_unit_test(every_target_has_a_name_and_a_dsn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
