/* postgres_node.c: the question that every node is asked, and its answer. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "backends/postgres_nodes.h"
#include "base/num.h"
#include "base/outside.h"

/*
 * The server's own default_transaction_read_only, not our transaction's. numbackends is visible to
 * every role, where pg_stat_activity hides the rows of others. The WAL position of a primary cannot
 * be asked for during recovery, hence the CASE. A replica that has replayed more than it received
 * (it read an archive, or has diverged) holds what it replayed. sender_host came with version 11:
 * as JSON it may be absent.
 */
const char postgres_node_sql[] =
	"SELECT pg_is_in_recovery() AS in_recovery,"
	" current_setting('default_transaction_read_only') AS read_only,"
	" (SELECT system_identifier FROM pg_control_system()) AS system_id,"
	" CASE WHEN NOT pg_is_in_recovery()"
	"  THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS wal_timeline,"
	" (SELECT min_recovery_end_timeline FROM pg_control_recovery()) AS recovery_timeline,"
	" (SELECT timeline_id FROM pg_control_checkpoint()) AS checkpoint_timeline,"
	" (SELECT sum(numbackends) FROM pg_stat_database) AS connections,"
	" current_setting('max_connections') AS max_connections,"
	" current_user AS me,"
	" current_setting('archive_mode') <> 'off' AND a.last_failed_time"
	"  > coalesce(a.last_archived_time, '-infinity') AS archive_fails,"
	" (SELECT setting FROM pg_settings WHERE name = 'wal_receiver_timeout') AS patience,"
	" r.pid AS receiver, r.status, r.received_tli,"
	" extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time) AS message_age,"
	" pg_wal_lsn_diff(coalesce(r.latest_end_lsn, pg_last_wal_receive_lsn()),"
	"  pg_last_wal_replay_lsn()) AS lag_bytes,"
	" CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE extract(epoch"
	"  FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS lag_s,"
	" CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS paused,"
	" host(inet_server_addr()) AS host, inet_server_port() AS port,"
	" pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN"
	"  greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())"
	"  ELSE pg_current_wal_lsn() END, '0/0') AS lsn,"
	" pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') AS replayed,"
	" extract(epoch FROM pg_last_xact_replay_timestamp()) AS last_commit,"
	" to_jsonb(r) ->> 'sender_host' AS sender_host,"
	" to_jsonb(r) ->> 'sender_port' AS sender_port,"
	" has_function_privilege(to_regprocedure('pg_promote(boolean, integer)'), 'EXECUTE')"
	"  AS may_promote"
	" FROM pg_stat_archiver AS a LEFT JOIN pg_stat_wal_receiver AS r ON true";

bool row_true(struct pg_row row, const char *column)
{
	const char *cell = rows_cell(row.rows, row.i, column);

	return cell && (strcmp(cell, "t") == 0 || strcmp(cell, "on") == 0);
}

double row_number(struct pg_row row, const char *column)
{
	const char *cell = rows_cell(row.rows, row.i, column);
	double value;

	return cell && num_parse_double(str_of(cell), &value) ? value : (double)NAN;
}

int64_t row_integer(struct pg_row row, const char *column, int64_t fallback)
{
	const char *cell = rows_cell(row.rows, row.i, column);
	int64_t value;

	return cell && num_parse_i64(str_of(cell), &value) ? value : fallback;
}

void row_text(struct pg_row row, const char *column, char *out, size_t size)
{
	outside_put(out, size, str_of(rows_cell(row.rows, row.i, column)));
}

/* The eight hex digits that begin the name of a WAL file. */
static int64_t wal_timeline(struct pg_row row)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *cell = rows_cell(row.rows, row.i, "wal_timeline");
	int64_t timeline = 0;

	for (; cell && *cell; cell++) {
		const char *digit = strchr(digits, *cell);

		if (!digit || timeline > UINT32_MAX)
			return 0;
		timeline = timeline * 16 + (digit - digits);
	}
	return timeline;
}

/* Of a primary its WAL file; of a replica what it receives, else how far its own recovery got. */
static int64_t timeline(struct pg_row row)
{
	static const char *const sources[] = {"received_tli", "recovery_timeline",
					      "checkpoint_timeline"};
	int64_t found = wal_timeline(row);

	for (size_t i = 0; found <= 0 && i < ARRAY_LEN(sources); i++)
		found = row_integer(row, sources[i], 0);
	return found;
}

/* "10.0.3.5:5432", "[fd00::5]:5432"; "" over a Unix socket or where it is hidden. */
static void address(struct pg_row row, const char *host, const char *port, char out[64])
{
	char name[48], number[8];

	row_text(row, host, name, sizeof(name));
	row_text(row, port, number, sizeof(number));
	out[0] = '\0';
	if (name[0] && number[0])
		(void)snprintf(out, 64, strchr(name, ':') ? "[%s]:%s" : "%s:%s", name, number);
}

static void decode_position(struct pg_row row, struct pg_node *node)
{
	node->lsn = row_number(row, "lsn");
	node->replayed = row_number(row, "replayed");
	node->last_commit_s = row_number(row, "last_commit");
	node->may_promote = row_true(row, "may_promote");
	node->pause_known = rows_cell(row.rows, 0, "paused") != NULL;
	address(row, "host", "port", node->address);
	address(row, "sender_host", "sender_port", node->sender);
}

enum decoded postgres_node_decode(const struct reply *reply, struct pg_node *node, char why[200])
{
	const struct pg_node before = *node;
	struct pg_row row = {&reply->rows, 0};

	if (reply->rows.count != 1 || !rows_cell(&reply->rows, 0, "in_recovery")) {
		(void)snprintf(why, 200, "the answer has %zu rows instead of one",
			       reply->rows.count);
		return DECODED_BAD;
	}
	*node = (struct pg_node){
		.in_recovery = row_true(row, "in_recovery"), .read_only = row_true(row, "read_only"),
		.paused = row_true(row, "paused"), .archive_fails = row_true(row, "archive_fails"),
		.timeline = timeline(row), .connections = row_integer(row, "connections", -1),
		.max_connections = row_integer(row, "max_connections", -1),
		.has_receiver = rows_cell(&reply->rows, 0, "receiver") != NULL,
		.message_age_s = row_number(row, "message_age"), .lag_bytes = row_number(row, "lag_bytes"),
		.lag_s = row_number(row, "lag_s"), .patience = row_integer(row, "patience", 0),
	};
	row_text(row, "system_id", node->system_id, sizeof(node->system_id));
	row_text(row, "me", node->user, sizeof(node->user));
	row_text(row, "status", node->receiver, sizeof(node->receiver));
	decode_position(row, node);
	node->behind = node->lag_s > 0 ? before.behind + 1 : 0;
	node->heard_at = before.heard_at;
	if (strcmp(node->receiver, "streaming") == 0 && !isnan(node->message_age_s))
		node->heard_at = reply->at - (msec)(node->message_age_s * 1000);
	return DECODED_GOOD;
}
