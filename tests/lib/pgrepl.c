/* pgrepl.c: see pgrepl.h. */
#include "tests/lib/pgrepl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "backends/postgres.h"
#include "base/attr.h"

static const char *captures(void)
{
	static char path[512];
	const char *shared = getenv("BINNACLE_SHARED");

	(void)snprintf(path, sizeof(path), "%s/data/captures/pgrepl", shared ? shared : "../shared");
	return path;
}

void pgrepl_skip_without(void)
{
	struct stat about;

	if (stat(captures(), &about) == 0)
		return;
	print_message("SKIPPED: no shared captures at %s\n", captures());
	skip();
}

const char *pgrepl_value(const struct pgrepl_record *record, const char *key)
{
	for (size_t i = 0; i < record->count; i++)
		if (strcmp(record->keys[i], key) == 0)
			return record->values[i][0] ? record->values[i] : NULL;
	return NULL;
}

char *pgrepl_file(const char *folder, const char *node)
{
	static char text[PGREPL_FILE];
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
static void keep(struct pgrepl *out, const struct pgrepl_record *record)
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
static void read_table(struct pgrepl *out, struct str header, struct str row)
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

static void add_member(struct pgrepl_record *record, struct str line)
{
	struct str key;

	if (record->count == ARRAY_LEN(record->keys) || !str_cut(&line, '|', &key))
		return;
	str_copy(record->keys[record->count], sizeof(record->keys[0]), str_trim(key));
	str_copy(record->values[record->count++], PGREPL_TEXT, str_trim(line));
}

void pgrepl_read(const char *folder, const char *node, struct pgrepl *out)
{
	struct str rest = str_of(pgrepl_file(folder, node)), line, before = { 0 }, header = { 0 };
	struct pgrepl_record record = { .count = 0 };
	bool inside = false;

	*out = (struct pgrepl){ .at = WHEN_NEVER };
	while (str_cut(&rest, '\n', &line)) {
		if (str_starts(line, "## node ")) {
			(void)when_parse(str_sub(line.p + line.len - 20, 20), &out->at);
			(void)sscanf(line.p, "## node %*s port %7[0-9]", out->port);
		}
		out->refused |= str_has(line, "Connection refused");
		if (inside && (line.len == 0 || str_starts(line, "-[ RECORD"))) {
			keep(out, &record);
			inside = false;
		}
		if (str_starts(line, "-[ RECORD")) {
			record = (struct pgrepl_record){ .count = 0 };
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

msec pgrepl_time(const char *text)
{
	char iso[PGREPL_TEXT];
	msec at = WHEN_NEVER;

	(void)snprintf(iso, sizeof(iso), "%.10sT%.8sZ", text, text + 11);
	assert_true(when_parse(str_of(iso), &at));
	return at;
}

void pgrepl_rows(struct desk *desk, size_t ask, const char *const *names, size_t columns,
		 const char *const *cells, size_t count)
{
	struct reply reply = desk_reply(desk, NULL);

	reply.rows = (struct rows){ columns, count, names, cells };
	desk_take(desk, ask, &reply);
}

struct position {
	char lsn[PGREPL_TEXT], replayed[PGREPL_TEXT], bytes[PGREPL_TEXT], commit[PGREPL_TEXT];
};

static void put_number(char out[PGREPL_TEXT], bool known, long long number)
{
	out[0] = '\0';
	if (known)
		(void)snprintf(out, PGREPL_TEXT, "%lld", number);
}

/* What the question computes in SQL, computed from what was recorded. */
static void find_position(const struct pgrepl *from, struct position *out)
{
	const char *end = pgrepl_value(&from->receiver, "latest_end_lsn");
	const char *replay = pgrepl_value(&from->replay, "replay");
	const char *received = pgrepl_value(&from->replay, "recv");
	const char *written = pgrepl_value(&from->replay, "cur");
	const char *commit = pgrepl_value(&from->replay, "last_xact");
	long long held = received ? lsn(received) : 0;

	if (replay && lsn(replay) > held)
		held = lsn(replay);
	end = end ? end : received;
	put_number(out->lsn, held > 0 || written, written ? lsn(written) : held);
	put_number(out->replayed, replay != NULL, replay ? lsn(replay) : 0);
	put_number(out->bytes, end && replay, end && replay ? lsn(end) - lsn(replay) : 0);
	put_number(out->commit, commit != NULL, commit ? pgrepl_time(commit) / WHEN_SECOND : 0);
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

/* The node's own question, answered by what was recorded of it. */
static void take_node(struct desk *desk, unsigned target, const struct pgrepl *from)
{
	static const char *const names[] = {
		"in_recovery", "read_only", "system_id", "wal_timeline", "recovery_timeline",
		"checkpoint_timeline", "connections", "max_connections", "me", "archive_fails",
		"receiver", "status", "received_tli", "message_age", "lag_bytes", "lag_s",
		"paused", "patience", "host", "port", "lsn", "replayed", "last_commit",
		"sender_host", "sender_port",
	};
	const char *seen = pgrepl_value(&from->receiver, "last_msg_receipt_time");
	bool recovers = strcmp(from->in_recovery, "t") == 0;
	struct position at;
	char age[PGREPL_TEXT] = "";

	find_position(from, &at);
	put_number(age, seen != NULL, seen ? (from->at - pgrepl_time(seen)) / WHEN_SECOND : 0);
	const char *const cells[] = {
		from->in_recovery, "off", from->system_id, or_null(from->wal),
		pgrepl_value(&from->control, "min_recovery_end_timeline"), from->timeline, "7", "100",
		"binnacle", "f", pgrepl_value(&from->receiver, "pid"),
		pgrepl_value(&from->receiver, "status"),
		pgrepl_value(&from->receiver, "received_tli"), or_null(age), or_null(at.bytes),
		pgrepl_value(&from->replay, "lag_s"), !recovers ? NULL : from->paused ? "t" : "f",
		"60000", "127.0.0.1", or_null(from->port), or_null(at.lsn), or_null(at.replayed),
		or_null(at.commit), pgrepl_value(&from->receiver, "sender_host"),
		pgrepl_value(&from->receiver, "sender_port"),
	};

	pgrepl_rows(desk, desk_ask(desk, "node", target, PG_NODE), names, ARRAY_LEN(names), cells, 1);
}

static void take_replication(struct desk *desk, const struct pgrepl *from)
{
	static const char *const names[] = { "row", "name", "state", "bytes", "lag", "age",
					     "active", "address" };
	const char *cells[2 * PGREPL_ROWS * ARRAY_LEN(names)];
	size_t count = 0;

	for (size_t i = 0; i < from->follower_count; i++, count++) {
		const char *const row[] = {
			"follower", pgrepl_value(&from->followers[i], "application_name"),
			pgrepl_value(&from->followers[i], "state"), NULL, NULL, NULL, NULL,
			pgrepl_value(&from->followers[i], "client_addr") };

		memcpy(cells + count * ARRAY_LEN(names), row, sizeof(row));
	}
	for (size_t i = 0; i < from->slot_count; i++, count++) {
		const char *const row[] = {
			"slot", pgrepl_value(&from->slots[i], "slot_name"),
			pgrepl_value(&from->slots[i], "wal_status"), pgrepl_value(&from->slots[i], "retained"),
			NULL, NULL, pgrepl_value(&from->slots[i], "active"), NULL };

		memcpy(cells + count * ARRAY_LEN(names), row, sizeof(row));
	}
	pgrepl_rows(desk, desk_ask(desk, "replication", 0, PG_REPLICATION), names, ARRAY_LEN(names), cells,
		  count);
}

void pgrepl_take(struct desk *desk, unsigned target, const struct pgrepl *from)
{
	if (from->refused) {
		desk_fail(desk, desk_ask(desk, "node", target, PG_NODE), REPLY_REFUSED);
		return;
	}
	take_node(desk, target, from);
	if (target == 0)
		take_replication(desk, from);
}
