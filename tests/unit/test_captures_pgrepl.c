/*
 * What two PostgreSQL servers said of themselves through a failover, recorded with psql: each state
 * must come out as it was, and none greener. Of 13-multihost only the nodes that libpq chose are
 * judged: that it chooses them by target_session_attrs is not replayed here. The recordings are
 * read from $BINNACLE_SHARED/data/captures/pgrepl (default ../shared) where they are.
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
#include "tests/lib/desk.h"
#include "tests/lib/pgrepl.h"

static struct desk desk;
static struct postgres_replica other = { .name = "other" };
static struct postgres_config config = {
	.source = { .name = "db", .kind = "postgres", .every = 10000, .timeout = 5000 },
	.replicas = { &other, 1 }, .lag_bytes = 16777216, .lag = 15000, .message_age = 15000,
	.blocked = 1000, .connections = 80,
};

static void open_desk(void)
{
	static const char *const no_columns[] = { "pid", "blockers", "what", "waited" };

	desk_open(&desk, &postgres_backend, &config);
	pgrepl_rows(&desk, desk_ask(&desk, "locks", 0, PG_LOCKS), no_columns, 4, NULL, 0);
}

static const struct failover_case {
	const char *folder, *primary, *replica;	/* as configured */
	enum state state;
	const char *word;
} cases[] = {
	{ "01-streaming", "a", "b", STATE_OK, "primary, writable, timeline 1" },
	{ "02-replay-paused", "a", "b", STATE_WARN, "27.6 MB behind" },
	{ "03-caught-up", "a", "b", STATE_OK, "timeline 1" },
	{ "04-replica-down", "a", "b", STATE_WARN, "refused" },
	{ "05-replica-back", "a", "b", STATE_OK, "timeline 1" },
	{ "06-primary-dead", "a", "b", STATE_DOWN, "refused" },
	{ "07-promoted", "a", "b", STATE_WARN, "other is the primary now; the configured one: "
	  "connection refused" },
	{ "08-promoted-after-checkpoint", "a", "b", STATE_WARN,
	  "other is the primary now; the configured one: connection refused" },
	{ "09-split-brain", "a", "b", STATE_BAD, "primary on timeline 1, other on timeline 2" },
	{ "09-split-brain", "b", "a", STATE_BAD, "primary on timeline 2, other on timeline 1" },
	{ "10-rejoin-diverged", "b", "a", STATE_WARN, "timeline 1, the primary on 2" },
	{ "10-rejoin-diverged", "a", "b", STATE_WARN, "the configured one: is on timeline 1, "
	  "the primary on 2" },
	{ "12-recloned", "b", "a", STATE_OK, "primary, writable, timeline 2" },
	{ "12-recloned", "a", "b", STATE_OK, "other is the primary now, writable, timeline 2" },
};

static void every_recorded_state_of_a_failover_is_told_right(void **state)
{
	size_t wrong = 0;

	(void)state;
	pgrepl_skip_without();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct pgrepl primary, replica;

		open_desk();
		pgrepl_read(cases[i].folder, cases[i].primary, &primary);
		pgrepl_read(cases[i].folder, cases[i].replica, &replica);
		pgrepl_take(&desk, 0, &primary);
		pgrepl_take(&desk, 1, &replica);
		(void)desk_judge(&desk);
		if (desk.report.state != cases[i].state ||
		    !strstr(desk.report.because, cases[i].word)) {
			print_message("%s as %s: is %s (%s), wanted %s with \"%s\"\n",
				      cases[i].folder, cases[i].primary,
				      state_word(desk.report.state), desk.report.because,
				      state_word(cases[i].state), cases[i].word);
			wrong++;
		}
		desk_close(&desk);
	}
	assert_int_equal(wrong, 0);
}

/* Receive and replay of a replica whose primary is dead are equal: that is no lag of 0. */
static void a_replica_without_its_primary_has_no_lag(void **state)
{
	static struct pgrepl primary, replica;

	(void)state;
	pgrepl_skip_without();
	open_desk();
	pgrepl_read("06-primary-dead", "a", &primary);
	pgrepl_read("06-primary-dead", "b", &replica);
	pgrepl_take(&desk, 0, &primary);
	pgrepl_take(&desk, 1, &replica);
	(void)desk_judge(&desk);
	assert_string_equal(json_text_at(json_array_get(json_object_get(desk.report.fields,
									"replicas"), 0),
					 "state", ""), "stale");
	assert_true(json_is_null(json_at(json_array_get(json_object_get(desk.report.fields,
									"replicas"), 0),
					 "lag_bytes")));
	desk_close(&desk);
}

/* The same servers as they look to a login without pg_monitor. */
static void what_a_plain_login_is_not_shown_is_unknown(void **state)
{
	static struct pgrepl primary, replica, plain;

	(void)state;
	pgrepl_skip_without();
	open_desk();
	pgrepl_read("01-streaming", "a", &primary);
	pgrepl_read("01-streaming", "b", &replica);
	pgrepl_read("01-streaming", "plainuser-b", &plain);
	replica.receiver = plain.receiver;
	pgrepl_take(&desk, 0, &primary);
	pgrepl_take(&desk, 1, &replica);
	desk_expect(&desk, STATE_UNKNOWN, "GRANT pg_monitor");
	desk_close(&desk);

	config.replicas.count = 0;
	open_desk();
	pgrepl_read("01-streaming", "plainuser-a", &plain);
	memcpy(primary.followers, plain.followers, sizeof(plain.followers));
	pgrepl_take(&desk, 0, &primary);
	desk_expect(&desk, STATE_UNKNOWN, "GRANT pg_monitor");
	desk_close(&desk);
	config.replicas.count = 1;
}

static void set_value(struct pgrepl_record *record, const char *key, const char *text)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcmp(record->keys[i], key) == 0)
			(void)str_put(record->values[i], PGREPL_TEXT, text);
}

static msec clock_time(const char *text)
{
	int h = 0, m = 0, s = 0;

	assert_int_equal(sscanf(text, "%d:%d:%d", &h, &m, &s), 3);
	return ((h * 60 + m) * 60 + s) * WHEN_SECOND;
}

static const char *replica_state(void)
{
	return json_text_at(json_array_get(json_object_get(desk.report.fields, "replicas"), 0),
			    "state", "");
}

/* Of the hung primary its replica was recorded: still "streaming", and silent for 23 s. An idle
 * server may be silent for half of wal_receiver_timeout; that is half a minute more. */
static void a_hung_primary_is_down_and_its_replica_hears_nothing(void **state)
{
	static struct pgrepl hung, replica;

	(void)state;
	pgrepl_skip_without();
	pgrepl_read(".", "11-primary-hung", &hung);
	assert_string_equal(pgrepl_value(&hung.receiver, "status"), "streaming");
	pgrepl_read("05-replica-back", "b", &replica);
	set_value(&replica.receiver, "last_msg_receipt_time",
		  pgrepl_value(&hung.receiver, "last_msg_receipt_time"));
	for (int later = 0; later < 2; later++) {
		replica.at = pgrepl_time(pgrepl_value(&hung.receiver, "last_msg_receipt_time")) +
			     clock_time(pgrepl_value(&hung.receiver, "silent_for")) +
			     later * 30 * WHEN_SECOND;
		open_desk();
		desk_fail(&desk, desk_ask(&desk, "node", 0, PG_NODE), REPLY_TIMEOUT);
		pgrepl_take(&desk, 1, &replica);
		desk_expect(&desk, STATE_DOWN, "no answer");
		if (later)
			assert_string_equal(replica_state(), "stale");
		desk_close(&desk);
	}
}

/* What libpq chose for each target_session_attrs, where a has become the replica of b. A DSN that
 * leads to a node in recovery finds the primary in the other. */
static void a_dsn_of_several_hosts_is_judged_by_the_node_that_it_leads_to(void **state)
{
	static struct pgrepl chosen, rest;
	static char text[PGREPL_FILE];
	char attribute[32], node[4], recovers[4];
	struct str lines, line;
	size_t seen = 0, wrong = 0;

	(void)state;
	pgrepl_skip_without();
	(void)str_put(text, sizeof(text), pgrepl_file(".", "13-multihost"));
	lines = str_of(text);
	while (str_cut(&lines, '\n', &line)) {
		if (sscanf(line.p, "%31s -> %3[ab]|%3s", attribute, node, recovers) != 3)
			continue;
		seen++;
		pgrepl_read("12-recloned", node, &chosen);
		pgrepl_read("12-recloned", node[0] == 'a' ? "b" : "a", &rest);
		assert_string_equal(chosen.in_recovery, recovers);
		open_desk();
		pgrepl_take(&desk, 0, &chosen);
		pgrepl_take(&desk, 1, &rest);
		(void)desk_judge(&desk);
		wrong += desk.report.state != STATE_OK;
		wrong += !strstr(desk.report.because, recovers[0] == 'f' ? "primary, writable" :
				 "other is the primary now, writable");
		desk_close(&desk);
	}
	assert_int_equal(seen, 5);
	assert_int_equal(wrong, 0);
	print_message("not covered: that libpq chooses these nodes\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_state_of_a_failover_is_told_right),
		cmocka_unit_test(a_replica_without_its_primary_has_no_lag),
		cmocka_unit_test(what_a_plain_login_is_not_shown_is_unknown),
		cmocka_unit_test(a_hung_primary_is_down_and_its_replica_hears_nothing),
		cmocka_unit_test(a_dsn_of_several_hosts_is_judged_by_the_node_that_it_leads_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
