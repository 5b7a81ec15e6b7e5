/* postgres.c: what is asked of PostgreSQL and read from its rows; postgres_judge.c judges. */
#include "backends/postgres.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "backends/kinds.h"
#include "backends/postgres_nodes.h"
#include "base/outside.h"

enum { WHY = 200 };

static const struct setting replica_settings[] = {
	{ .key = "name", .type = SETTING_TEXT, .offset = offsetof(struct postgres_replica, name),
	  .required = true, .help = "What the replica is called here." },
	{ .key = "dsn", .type = SETTING_SECRET, .offset = offsetof(struct postgres_replica, dsn),
	  .required = true, .help = "How to reach it." },
	SETTING_END
};

static const struct setting settings[] = {
	SOURCE_SETTINGS(struct postgres_config, "10s", "5s"),
	{ .key = "dsn", .type = SETTING_SECRET, .offset = offsetof(struct postgres_config, dsn),
	  .required = true,
	  .help = "How to reach the primary, as a role with pg_monitor. A runbook can promote a"
		  " replica only when that role has EXECUTE on pg_promote()." },
	{ .key = "replicas", .type = SETTING_ITEMS, .max = PG_TARGETS - 1,
	  .offset = offsetof(struct postgres_config, replicas), .sub = replica_settings,
	  .sub_size = sizeof(struct postgres_replica),
	  .help = "The replicas, each asked directly." },
	{ .key = "lag_bytes", .type = SETTING_INT,
	  .offset = offsetof(struct postgres_config, lag_bytes), .def = "16777216", .min = 1,
	  .max = 1e15, .help = "Bytes of WAL not yet replayed from which a replica is behind." },
	{ .key = "lag", .type = SETTING_DURATION, .offset = offsetof(struct postgres_config, lag),
	  .def = "15s", .min = 1000, .max = 86400000,
	  .help = "Age of the last replayed commit from which a replica is behind." },
	{ .key = "message_age", .type = SETTING_DURATION,
	  .offset = offsetof(struct postgres_config, message_age), .def = "15s", .min = 1000,
	  .max = 3600000,
	  .help = "Silence of the primary, beyond the half of wal_receiver_timeout after which an"
		  " idle receiver asks for a sign of life, from which a replica is cut off." },
	{ .key = "blocked", .type = SETTING_DURATION,
	  .offset = offsetof(struct postgres_config, blocked), .def = "1s", .min = 100,
	  .max = 3600000, .help = "How long a session may wait for a lock." },
	{ .key = "connections", .type = SETTING_INT,
	  .offset = offsetof(struct postgres_config, connections), .def = "80", .min = 1,
	  .max = 100, .help = "Percent of max_connections in use from which to warn." },
	{ .key = "clients", .type = SETTING_TEXTS,
	  .offset = offsetof(struct postgres_config, clients),
	  .help = "Application names (else users) of whoever writes to this database. After a"
		  " failover each must be seen on the new primary." },
	{ .key = "presets", .type = SETTING_TEXTS,
	  .offset = offsetof(struct postgres_config, queues.presets),
	  .choices = queue_preset_names,
	  .help = "Whose queues are in it: future-queues reads WebhookDelivery and PaymentStream." },
	{ .key = "queues", .type = SETTING_ITEMS,
	  .offset = offsetof(struct postgres_config, queues.own), .sub = queue_settings,
	  .sub_size = sizeof(struct queue),
	  .help = "Numbers of one's own, each a signal: how much waits that nobody works off." },
	SETTING_END
};

/* waitstart exists since version 14; as JSON it may be absent. */
static const char locks_sql[] =
	"SELECT l.pid, array_to_string(pg_blocking_pids(l.pid), ' ') AS blockers,"
	" coalesce(c.relname::text, l.locktype) AS what,"
	" extract(epoch FROM clock_timestamp() -"
	"  coalesce((to_jsonb(l) ->> 'waitstart')::timestamptz, a.query_start)) AS waited"
	" FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid"
	" LEFT JOIN pg_class AS c ON c.oid = l.relation"
	" WHERE NOT l.granted AND a.datname = current_database()"
	" ORDER BY waited DESC NULLS LAST LIMIT 32";

static const char replication_sql[] =
	"WITH here AS (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
	"  ELSE pg_current_wal_lsn() END AS lsn)"
	" SELECT 'follower' AS row, application_name AS name, state,"
	"  pg_wal_lsn_diff(here.lsn, replay_lsn) AS bytes, extract(epoch FROM replay_lag) AS lag,"
	"  extract(epoch FROM clock_timestamp() - reply_time) AS age, NULL::boolean AS active,"
	"  host(client_addr) AS address"
	" FROM pg_stat_replication, here WHERE state IS DISTINCT FROM 'backup'"
	" UNION ALL SELECT 'slot', slot_name, wal_status, pg_wal_lsn_diff(here.lsn, restart_lsn),"
	"  NULL, NULL, active, NULL FROM pg_replication_slots, here WHERE NOT temporary";

static const struct ask asked[] = {
	[PG_NODE] = { .name = "node", .what = "SQL role and timeline",
		.blinds = "whether it lives, can be written, and follows the primary" },
	[PG_LOCKS] = { .name = "locks", .what = "SQL lock waits",
		.blinds = "which sessions are blocked, and by whom" },
	[PG_REPLICATION] = { .name = "replication", .what = "SQL followers and slots",
		.blinds = "which followers the primary sees, and what slots hold back" },
	[PG_TRANSACTIONS] = { .name = "transactions", .what = "SQL open transactions",
		.blinds = "how many transactions are stuck, and how much is at risk" },
	[PG_CLIENTS] = { .name = "clients", .what = "SQL clients",
		.blinds = "which applications are connected, and which of them write" },
	[PG_QUEUE] = { .name = "queue", .what = "SQL queue",
		.blinds = "how much waits in the queue of this name" },
};

static const struct postgres_replica *replica_of(const struct postgres_config *config,
						 unsigned target)
{
	const struct postgres_replica *all = config->replicas.data;

	return target > 0 && target < postgres_target_count(config) ? &all[target - 1] : NULL;
}

size_t postgres_target_count(const struct postgres_config *config)
{
	size_t count = 1 + config->replicas.count;

	return count < PG_TARGETS ? count : PG_TARGETS;
}

const struct secret_ref *postgres_dsn(const void *config, unsigned target)
{
	const struct postgres_config *postgres = config;
	const struct postgres_replica *replica = replica_of(postgres, target);

	return target == 0 ? &postgres->dsn : replica ? &replica->dsn : NULL;
}

const char *postgres_target_name(const void *config, unsigned target)
{
	const struct postgres_replica *replica = replica_of(config, target);

	return replica ? replica->name : "primary";
}

size_t postgres_ask(const struct look *look, enum pg_ask what, unsigned target)
{
	for (size_t i = 0; i < look->ask_count; i++)
		if (look->asks[i].index == (unsigned)what && look->asks[i].target == target)
			return i;
	return SIZE_MAX;
}

/* No question outlasts its period: the next one would wait in line behind it. */
static void add_ask(const struct postgres_config *config, enum pg_ask what, unsigned target,
		    struct ask *out)
{
	const struct source_config *source = &config->source;

	*out = asked[what];
	out->via = ASK_SQL;
	out->target = target;
	out->index = (unsigned)what;
	out->every = source->every;
	out->timeout = source->timeout < source->every ? source->timeout : source->every;
}

static size_t asks(const void *config, struct ask *out, size_t max)
{
	const struct postgres_config *postgres = config;
	size_t targets = postgres_target_count(postgres), count = 0, queue_count;
	struct queue queues[QUEUES];

	assert(max >= 2 * PG_TARGETS + ARRAY_LEN(asked) + QUEUES);
	add_ask(postgres, PG_NODE, 0, &out[count++]);
	add_ask(postgres, PG_LOCKS, 0, &out[count++]);
	add_ask(postgres, PG_REPLICATION, 0, &out[count++]);
	if (postgres->transactions)
		add_ask(postgres, PG_TRANSACTIONS, 0, &out[count++]);
	for (unsigned target = 1; target < targets; target++)
		add_ask(postgres, PG_NODE, target, &out[count++]);
	for (unsigned target = 0; target < targets; target++)
		add_ask(postgres, PG_CLIENTS, target, &out[count++]);
	queue_count = queues_list(&postgres->queues, queues);
	for (unsigned i = 0; i < queue_count; i++) {
		add_ask(postgres, PG_QUEUE, 0, &out[count]);
		out[count].index += i;
		out[count++].what = queues[i].name;
	}
	return count;
}

static bool prepare(const struct look *look, size_t ask, struct request *out)
{
	static const char *const sql[] = {
		[PG_NODE] = postgres_node_sql, [PG_LOCKS] = locks_sql, [PG_REPLICATION] = replication_sql,
		[PG_CLIENTS] = postgres_clients_sql,
	};
	const struct postgres_config *config = look->config;
	const struct postgres_facts *facts = look->facts;

	unsigned index = look->asks[ask].index;
	struct queue queues[QUEUES];

	if (index == PG_TRANSACTIONS) {
		tx_prepare(config->transactions, &facts->tx, &look->views[ask], out);
	} else if (index >= PG_QUEUE) {
		queues_list(&config->queues, queues);
		out->sql = queues[index - PG_QUEUE].query;
	} else {
		out->sql = sql[index];
	}
	return true;
}

static enum decoded decode_locks(const struct rows *rows, struct postgres_facts *facts)
{
	facts->wait_count = rows->count < PG_WAITS ? rows->count : PG_WAITS;
	for (size_t i = 0; i < facts->wait_count; i++) {
		struct pg_wait *wait = &facts->waits[i];
		struct pg_row row = {rows, i};

		*wait = (struct pg_wait){.pid = row_integer(row, "pid", 0),
					 .waited_s = row_number(row, "waited")};
		row_text(row, "blockers", wait->blockers, sizeof(wait->blockers));
		row_text(row, "what", wait->what, sizeof(wait->what));
	}
	return DECODED_GOOD;
}

static void decode_follower(struct pg_row row, struct pg_follower *out)
{
	*out = (struct pg_follower){.lag_bytes = row_number(row, "bytes"),
				    .lag_s = row_number(row, "lag"), .age_s = row_number(row, "age")};
	row_text(row, "name", out->name, sizeof(out->name));
	row_text(row, "state", out->state, sizeof(out->state));
	row_text(row, "address", out->address, sizeof(out->address));
}

static void decode_slot(struct pg_row row, struct pg_slot *out)
{
	*out = (struct pg_slot){.active = row_true(row, "active"),
				.retained_bytes = row_number(row, "bytes")};
	row_text(row, "name", out->name, sizeof(out->name));
	row_text(row, "state", out->status, sizeof(out->status));
}

static enum decoded decode_replication(const struct rows *rows, struct postgres_facts *facts)
{
	facts->follower_count = facts->slot_count = 0;
	for (size_t i = 0; i < rows->count; i++) {
		struct pg_row row = {rows, i};
		struct str what = str_of(rows_cell(rows, i, "row"));

		if (str_eq(what, "follower") && facts->follower_count < PG_FOLLOWERS)
			decode_follower(row, &facts->followers[facts->follower_count++]);
		else if (str_eq(what, "slot") && facts->slot_count < PG_SLOTS)
			decode_slot(row, &facts->slots[facts->slot_count++]);
	}
	return DECODED_GOOD;
}

static enum decoded decode(const struct ask *ask, const struct reply *reply, const void *config,
			   void *facts, char why[WHY])
{
	const struct postgres_config *postgres = config;
	struct postgres_facts *all = facts;

	if (reply->kind != REPLY_ANSWER) {
		outside_put(why, WHY, str_of(reply->why));
		return DECODED_BAD;
	}
	if (ask->index >= PG_QUEUE)
		return queue_decode(reply, &all->queues[ask->index - PG_QUEUE], why);
	switch ((enum pg_ask)ask->index) {
	case PG_NODE:
		return postgres_node_decode(reply, &all->nodes[ask->target], why);
	case PG_LOCKS:
		return decode_locks(&reply->rows, all);
	case PG_REPLICATION:
		return decode_replication(&reply->rows, all);
	case PG_TRANSACTIONS:
		return tx_decode(postgres->transactions, reply, &all->tx, why);
	case PG_CLIENTS:
		return postgres_clients_decode(reply, &all->clients[ask->target], why);
	case PG_QUEUE:
		break;
	}
	return DECODED_BAD;
}

static struct str target_name(const void *config, unsigned target)
{
	return str_of(postgres_target_name(config, target));
}

const struct backend postgres_backend = {
	.kind = "postgres",
	.settings = settings,
	.config_size = sizeof(struct postgres_config),
	.facts_size = sizeof(struct postgres_facts),
	.rank = 0,
	.target = target_name,
	.secret = postgres_dsn,
	.asks = asks,
	.prepare = prepare,
	.decode = decode,
	.judge = postgres_judge,
};
