/*
 * postgres_clients.c: which applications hold sessions on a node, and which of them write there.
 * After a failover this is the truth of the application side: who has not moved.
 *
 * A session writes when it holds a transaction id at the moment of the answer; between two answers,
 * when its last statement was a write and the row counters of the database's own tables rose. The
 * counters alone accuse nobody, and a statement alone proves nothing: it may have been refused.
 * What was seen writing once keeps the time of it. A login without pg_monitor sees that sessions
 * exist, not whose they are: then nothing is said of clients, least of all that there are none.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/answer.h"
#include "backends/postgres_nodes.h"

enum { CLIENTS_SHOWN = 32 };

/* How long after it was seen writing a client is still said to write. */
static const msec writes_for = 30 * WHEN_SECOND;
/* A server may count what a session wrote this much later, when it is idle at last. */
static const msec counted_within = 10 * WHEN_SECOND;

/*
 * Statements are matched, never fetched: they may hold secrets. A database without row counters of
 * its own sums to 0. The left side always has its one row, so that "nobody" is an answer.
 */
const char postgres_clients_sql[] =
	"WITH node AS (SELECT (SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
	"  FROM pg_stat_user_tables) AS changed,"
	"  (SELECT count(*) FROM pg_stat_activity"
	"   WHERE datid IS NOT NULL AND backend_type IS NULL) AS hidden),"
	" client AS (SELECT left(coalesce(nullif(application_name, ''), usename), 63) AS application,"
	"  coalesce(host(client_addr), 'local') AS address, count(*) AS connections,"
	"  count(backend_xid) AS writing,"
	"  min(extract(epoch FROM clock_timestamp() - query_start)) FILTER (WHERE left(query, 200) ~*"
	"   '^\\s*(insert|update|delete|merge|copy\\s.*\\sfrom)\\y') AS wrote_s"
	"  FROM pg_stat_activity"
	"  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1, 2)"
	" SELECT node.*, client.* FROM node LEFT JOIN client ON true"
	" ORDER BY writing DESC NULLS LAST, wrote_s NULLS LAST, connections DESC, application LIMIT 16";

/* When this client was last seen writing, as known from the answers before. */
static msec known_write(const struct pg_clients *before, const struct pg_client *client)
{
	for (size_t i = 0; i < before->count; i++)
		if (strcmp(before->items[i].application, client->application) == 0 &&
		    strcmp(before->items[i].address, client->address) == 0)
			return before->items[i].last_write_at;
	return WHEN_NEVER;
}

static void decode_client(const struct reply *reply, size_t row, const struct pg_clients *before,
			  const struct pg_clients *now, struct pg_client *out)
{
	const struct pg_row at = {&reply->rows, row};
	double wrote_s = row_number(at, "wrote_s");
	msec wrote_at = isnan(wrote_s) ? WHEN_NEVER : reply->at - (msec)(wrote_s * 1000);

	*out = (struct pg_client){.connections = (long)row_number(at, "connections")};
	row_text(at, "application", out->application, sizeof(out->application));
	row_text(at, "address", out->address, sizeof(out->address));
	out->last_write_at = known_write(before, out);
	if (row_number(at, "writing") > 0)
		out->last_write_at = reply->at;
	else if (before->at > 0 && now->changed > before->changed && wrote_at != WHEN_NEVER &&
		 wrote_at > before->at - counted_within && wrote_at > out->last_write_at)
		out->last_write_at = wrote_at;
}

enum decoded postgres_clients_decode(const struct reply *reply, struct pg_clients *clients,
				     char why[200])
{
	const struct pg_clients before = *clients;
	const struct rows *rows = &reply->rows;
	const struct pg_row first = {rows, 0};

	if (rows->count == 0 || !rows_cell(rows, 0, "hidden")) {
		(void)snprintf(why, 200, "the answer holds no row of the question");
		return DECODED_BAD;
	}
	*clients = (struct pg_clients){
		.at = reply->at, .changed = row_number(first, "changed"),
		.hidden = row_number(first, "hidden") > 0,
	};
	for (size_t i = 0; i < rows->count && clients->count < PG_CLIENTS_KEPT; i++)
		if (rows_cell(rows, i, "connections"))
			decode_client(reply, i, &before, clients, &clients->items[clients->count++]);
	return DECODED_GOOD;
}

static const struct pg_clients *clients_of(const struct look *look, unsigned target)
{
	const struct postgres_facts *facts = look->facts;

	return &facts->clients[target];
}

static bool is_told(const struct look *look, unsigned target)
{
	return postgres_is_known(look, PG_CLIENTS, target) && !clients_of(look, target)->hidden;
}

static bool writes(const struct look *look, const struct pg_client *client)
{
	return client->last_write_at != WHEN_NEVER && look->now - client->last_write_at <= writes_for;
}

static void name_clients(const struct look *look, unsigned target, bool writers, struct buf *out)
{
	const struct pg_clients *clients = clients_of(look, target);

	for (size_t i = 0; i < clients->count; i++)
		if (!writers || writes(look, &clients->items[i]))
			buf_fmt(out, "%s%s", out->len ? ", " : "", clients->items[i].application);
}

void postgres_say_clients(const struct look *look, unsigned target, struct buf *out)
{
	const char *name = postgres_target_name(look->config, target);
	bool split = postgres_split(look) == PG_SPLIT_YES;
	const char *still = split || target != postgres_primary(look) ? "still writes" : "writes";
	const struct postgres_facts *facts = look->facts;
	struct buf who = {0};

	if (!postgres_is_known(look, PG_CLIENTS, target))
		return;
	name_clients(look, target, true, &who);
	if (clients_of(look, target)->hidden)
		buf_fmt(out, "; who uses %s is hidden from us: GRANT pg_monitor TO %s", name,
			facts->nodes[target].user);
	else if (who.len > 0)
		buf_fmt(out, "; %s %s to %s", buf_cstr(&who), still, name);
	buf_done(&who);
}

void postgres_say_sessions(const struct look *look, unsigned target, struct buf *out)
{
	struct buf who = {0};

	if (!is_told(look, target))
		return;
	name_clients(look, target, false, &who);
	if (who.len > 0)
		buf_fmt(out, "; %s still connected to %s", buf_cstr(&who),
			postgres_target_name(look->config, target));
	buf_done(&who);
}

/* Sessions of this application on a node, or those alone that were seen writing. */
static bool is_on(const struct look *look, unsigned target, const char *application, bool writing)
{
	const struct pg_clients *clients = clients_of(look, target);

	for (size_t i = 0; i < clients->count; i++)
		if (strcmp(clients->items[i].application, application) == 0 &&
		    (!writing || writes(look, &clients->items[i])))
			return true;
	return false;
}

/* A session on a primary that refuses writes is no use, and one that writes elsewhere is lost. */
static bool is_missing(const struct look *look, const char *application)
{
	unsigned primary = postgres_primary(look);

	if (!postgres_is_writable(look, primary) || !is_on(look, primary, application, false))
		return true;
	for (unsigned target = 0; target < postgres_target_count(look->config); target++)
		if (target != primary && postgres_is_writable(look, target) &&
		    is_told(look, target) && is_on(look, target, application, true))
			return true;
	return false;
}

bool postgres_clients_missing(const struct look *look, client_visit *visit, void *arg)
{
	const struct postgres_config *config = look->config;
	unsigned primary = postgres_primary(look);

	if (config->clients.count == 0 || !postgres_is_known(look, PG_NODE, primary) ||
	    !is_told(look, primary))
		return false;
	for (size_t i = 0; i < config->clients.count; i++)
		if (is_missing(look, config->clients.items[i]))
			visit(arg, config->clients.items[i]);
	return true;
}

struct shown {
	unsigned target;
	bool writes;
	const struct pg_client *client;
};

static bool is_busier(const struct shown *a, const struct shown *b)
{
	if (a->writes != b->writes)
		return a->writes;
	return a->client->connections > b->client->connections;
}

static json_t *client_json(const struct look *look, const struct shown *shown)
{
	const struct pg_client *client = shown->client;
	json_t *out = json_object();

	json_set_text(out, "node", postgres_target_name(look->config, shown->target));
	json_set_text(out, "application", client->application);
	json_set_text(out, "address", client->address);
	json_set_i64(out, "connections", client->connections);
	json_set_bool(out, "writing", shown->writes);
	json_set_time(out, "last_write_at", client->last_write_at);
	return out;
}

/* Null while no node tells. */
json_t *postgres_clients_json(const struct look *look)
{
	struct shown all[PG_TARGETS * PG_CLIENTS_KEPT];
	size_t count = 0, told = 0;
	json_t *out;

	for (unsigned target = 0; target < postgres_target_count(look->config); target++) {
		const struct pg_clients *clients = clients_of(look, target);

		if (!is_told(look, target))
			continue;
		told++;
		for (size_t i = 0; i < clients->count; i++) {
			struct shown one = {target, writes(look, &clients->items[i]),
					    &clients->items[i]};
			size_t at = count++;

			for (; at > 0 && is_busier(&one, &all[at - 1]); at--)
				all[at] = all[at - 1];
			all[at] = one;
		}
	}
	if (told == 0)
		return json_null();
	out = json_array();
	for (size_t i = 0; i < count && i < CLIENTS_SHOWN; i++)
		json_array_append_new(out, client_json(look, &all[i]));
	return out;
}

/* The nodes whose clients are not known: a list of the others' is not the whole truth. */
json_t *postgres_clients_unknown_json(const struct look *look)
{
	json_t *out = json_array();

	for (unsigned target = 0; target < postgres_target_count(look->config); target++)
		if (!is_told(look, target))
			json_array_append_new(out, json_string(postgres_target_name(look->config,
										    target)));
	return out;
}
