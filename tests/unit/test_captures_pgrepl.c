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

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/kinds.h"
#include "backends/postgres.h"
#include "base/attr.h"
#include "tests/lib/desk.h"

enum { FILE_MAX = 16384, TEXT = 64, ROWS = 4 };

static struct desk desk;
static struct postgres_replica other = { .name = "other" };
static struct postgres_config config = {
	.source = { .name = "db", .kind = "postgres", .every = 10000, .timeout = 5000 },
	.replicas = { &other, 1 }, .lag_bytes = 16777216, .lag = 15000, .message_age = 15000,
	.blocked = 1000, .connections = 80,
};

static const char *captures(void)
{
	static char path[512];
	const char *shared = getenv("BINNACLE_SHARED");

	(void)snprintf(path, sizeof(path), "%s/data/captures/pgrepl", shared ? shared : "../shared");
	return path;
}

static void skip_without_captures(void)
{
	struct stat about;

	if (stat(captures(), &about) == 0)
		return;
	print_message("SKIPPED: no shared captures at %s\n", captures());
	skip();
}

/* A record of psql's expanded form, as far as it is read here. */
struct record {
	char keys[24][32], values[24][TEXT];
	size_t count;
};

struct recording {
	bool refused;
	msec at;
	char in_recovery[4], timeline[TEXT], system_id[TEXT], wal[16];
	struct record followers[ROWS], slots[ROWS], receiver, replay, control;
	size_t follower_count, slot_count;
};

static const char *value(const struct record *record, const char *key)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcmp(record->keys[i], key) == 0)
			return record->values[i][0] ? record->values[i] : NULL;
	return NULL;
}

static char *read_file(const char *folder, const char *node)
{
	static char text[FILE_MAX];
	char path[1024];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s/%s.txt", captures(), folder, node);
	file = fopen(path, "r");
	if (!file)
		fail_msg("there is no %s", path);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	(void)fclose(file);
	return text;
}

/* Which part of the recording a record is shows by its members. */
static void keep(struct recording *out, const struct record *record)
{
	const char *first = record->keys[0];

	if (strcmp(first, "rec") == 0)
		out->replay = *record;
	else if (strcmp(first, "min_recovery_end_lsn") == 0)
		out->control = *record;
	else if (strcmp(first, "slot_name") == 0)
		out->slots[out->slot_count++] = *record;
	else if (record->count > 1 && strcmp(record->keys[1], "usesysid") == 0)
		out->followers[out->follower_count++] = *record;
	else
		out->receiver = *record;
}

static bool is_hex(struct str line)
{
	return line.len == 8 && strspn(line.p, "0123456789ABCDEF") >= 8;
}

/* The row under the rule of a table is told by the table's first column. */
static void read_table(struct recording *out, struct str header, struct str row)
{
	struct str cell = { 0 };

	(void)str_cut(&row, '|', &cell);
	cell = str_trim(cell);
	if (str_has(header, "pg_is_in_recovery"))
		str_copy(out->in_recovery, sizeof(out->in_recovery), cell);
	else if (str_has(header, "timeline_id"))
		str_copy(out->timeline, sizeof(out->timeline), cell);
	else if (str_has(header, "system_identifier"))
		str_copy(out->system_id, sizeof(out->system_id), cell);
}

static void add_member(struct record *record, struct str line)
{
	struct str key;

	if (record->count == ARRAY_LEN(record->keys) || !str_cut(&line, '|', &key))
		return;
	str_copy(record->keys[record->count], sizeof(record->keys[0]), str_trim(key));
	str_copy(record->values[record->count++], TEXT, str_trim(line));
}

static void read_recording(const char *folder, const char *node, struct recording *out)
{
	struct str rest = str_of(read_file(folder, node)), line, before = { 0 }, header = { 0 };
	struct record record = { .count = 0 };
	bool inside = false;

	*out = (struct recording){ .at = WHEN_NEVER };
	while (str_cut(&rest, '\n', &line)) {
		if (str_starts(line, "## node "))
			(void)when_parse(str_sub(line.p + line.len - 20, 20), &out->at);
		out->refused |= str_has(line, "Connection refused");
		if (inside && (line.len == 0 || str_starts(line, "-[ RECORD"))) {
			keep(out, &record);
			inside = false;
		}
		if (str_starts(line, "-[ RECORD")) {
			record = (struct record){ .count = 0 };
			inside = true;
		} else if (inside) {
			add_member(&record, line);
		} else if (str_starts(before, "--")) {
			read_table(out, header, line);
		} else if (is_hex(line)) {
			str_copy(out->wal, sizeof(out->wal), line);
		}
		header = before;
		before = line;
	}
	if (inside)
		keep(out, &record);
}

static long long lsn(const char *text)
{
	unsigned high = 0, low = 0;

	assert_int_equal(sscanf(text, "%X/%X", &high, &low), 2);
	return (long long)high << 32 | low;
}

static msec time_of(const char *text)
{
	char iso[TEXT];
	msec at = WHEN_NEVER;

	(void)snprintf(iso, sizeof(iso), "%.10sT%.8sZ", text, text + 11);
	assert_true(when_parse(str_of(iso), &at));
	return at;
}

static void take_rows(size_t ask, const char *const *names, size_t columns,
		      const char *const *cells, size_t count)
{
	struct reply reply = desk_reply(&desk, NULL);

	reply.rows = (struct rows){ columns, count, names, cells };
	desk_take(&desk, ask, &reply);
}

/* The node's own question, answered by what was recorded of it. */
static void take_node(unsigned target, const struct recording *from)
{
	static const char *const names[] = {
		"in_recovery", "read_only", "system_id", "wal_timeline", "recovery_timeline",
		"checkpoint_timeline", "connections", "max_connections", "me", "archive_fails",
		"receiver", "status", "received_tli", "message_age", "lag_bytes", "lag_s",
		"paused", "patience",
	};
	const char *seen = value(&from->receiver, "last_msg_receipt_time");
	const char *end = value(&from->receiver, "latest_end_lsn");
	const char *replay = value(&from->replay, "replay");
	char age[TEXT], bytes[TEXT];

	if (!end)
		end = value(&from->replay, "recv");
	if (seen)
		(void)snprintf(age, sizeof(age), "%lld",
			       (long long)((from->at - time_of(seen)) / WHEN_SECOND));
	if (end && replay)
		(void)snprintf(bytes, sizeof(bytes), "%lld", lsn(end) - lsn(replay));
	const char *const cells[] = {
		from->in_recovery, "off", from->system_id, from->wal[0] ? from->wal : NULL,
		value(&from->control, "min_recovery_end_timeline"), from->timeline, "7", "100",
		"binnacle", "f", value(&from->receiver, "pid"), value(&from->receiver, "status"),
		value(&from->receiver, "received_tli"), seen ? age : NULL,
		end && replay ? bytes : NULL, value(&from->replay, "lag_s"), NULL, "60000",
	};

	take_rows(desk_ask(&desk, "node", target, PG_NODE), names, ARRAY_LEN(names), cells, 1);
}

static void take_replication(const struct recording *from)
{
	static const char *const names[] = { "row", "name", "state", "bytes", "lag", "age",
					     "active" };
	const char *cells[2 * ROWS * ARRAY_LEN(names)];
	size_t count = 0;

	for (size_t i = 0; i < from->follower_count; i++, count++) {
		const char *const row[] = {
			"follower", value(&from->followers[i], "application_name"),
			value(&from->followers[i], "state"), NULL, NULL, NULL, NULL };

		memcpy(cells + count * ARRAY_LEN(names), row, sizeof(row));
	}
	for (size_t i = 0; i < from->slot_count; i++, count++) {
		const char *const row[] = {
			"slot", value(&from->slots[i], "slot_name"),
			value(&from->slots[i], "wal_status"), value(&from->slots[i], "retained"),
			NULL, NULL, value(&from->slots[i], "active") };

		memcpy(cells + count * ARRAY_LEN(names), row, sizeof(row));
	}
	take_rows(desk_ask(&desk, "replication", 0, PG_REPLICATION), names, ARRAY_LEN(names), cells,
		  count);
}

static void take(unsigned target, const struct recording *from)
{
	if (from->refused) {
		desk_fail(&desk, desk_ask(&desk, "node", target, PG_NODE), REPLY_REFUSED);
		return;
	}
	take_node(target, from);
	if (target == 0)
		take_replication(from);
}

static void open_desk(void)
{
	static const char *const no_columns[] = { "pid", "blockers", "what", "waited" };

	desk_open(&desk, &postgres_backend, &config);
	take_rows(desk_ask(&desk, "locks", 0, PG_LOCKS), no_columns, 4, NULL, 0);
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
	skip_without_captures();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static struct recording primary, replica;

		open_desk();
		read_recording(cases[i].folder, cases[i].primary, &primary);
		read_recording(cases[i].folder, cases[i].replica, &replica);
		take(0, &primary);
		take(1, &replica);
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
	static struct recording primary, replica;

	(void)state;
	skip_without_captures();
	open_desk();
	read_recording("06-primary-dead", "a", &primary);
	read_recording("06-primary-dead", "b", &replica);
	take(0, &primary);
	take(1, &replica);
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
	static struct recording primary, replica, plain;

	(void)state;
	skip_without_captures();
	open_desk();
	read_recording("01-streaming", "a", &primary);
	read_recording("01-streaming", "b", &replica);
	read_recording("01-streaming", "plainuser-b", &plain);
	replica.receiver = plain.receiver;
	take(0, &primary);
	take(1, &replica);
	desk_expect(&desk, STATE_UNKNOWN, "GRANT pg_monitor");
	desk_close(&desk);

	config.replicas.count = 0;
	open_desk();
	read_recording("01-streaming", "plainuser-a", &plain);
	memcpy(primary.followers, plain.followers, sizeof(plain.followers));
	take(0, &primary);
	desk_expect(&desk, STATE_UNKNOWN, "GRANT pg_monitor");
	desk_close(&desk);
	config.replicas.count = 1;
}

static void set_value(struct record *record, const char *key, const char *text)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcmp(record->keys[i], key) == 0)
			(void)str_put(record->values[i], TEXT, text);
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
	static struct recording hung, replica;

	(void)state;
	skip_without_captures();
	read_recording(".", "11-primary-hung", &hung);
	assert_string_equal(value(&hung.receiver, "status"), "streaming");
	read_recording("05-replica-back", "b", &replica);
	set_value(&replica.receiver, "last_msg_receipt_time",
		  value(&hung.receiver, "last_msg_receipt_time"));
	for (int later = 0; later < 2; later++) {
		replica.at = time_of(value(&hung.receiver, "last_msg_receipt_time")) +
			     clock_time(value(&hung.receiver, "silent_for")) +
			     later * 30 * WHEN_SECOND;
		open_desk();
		desk_fail(&desk, desk_ask(&desk, "node", 0, PG_NODE), REPLY_TIMEOUT);
		take(1, &replica);
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
	static struct recording chosen, rest;
	static char text[FILE_MAX];
	char attribute[32], node[4], recovers[4];
	struct str lines, line;
	size_t seen = 0, wrong = 0;

	(void)state;
	skip_without_captures();
	(void)str_put(text, sizeof(text), read_file(".", "13-multihost"));
	lines = str_of(text);
	while (str_cut(&lines, '\n', &line)) {
		if (sscanf(line.p, "%31s -> %3[ab]|%3s", attribute, node, recovers) != 3)
			continue;
		seen++;
		read_recording("12-recloned", node, &chosen);
		read_recording("12-recloned", node[0] == 'a' ? "b" : "a", &rest);
		assert_string_equal(chosen.in_recovery, recovers);
		open_desk();
		take(0, &chosen);
		take(1, &rest);
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
