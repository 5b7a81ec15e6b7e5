/* postgres_fields.c: what is published (formats.md 7.3). Every key is there; not known is null. */
#include <math.h>
#include <string.h>

#include "backends/postgres_nodes.h"

/* Bytes and counts come as numbers that may be NaN. */
static void set_whole(json_t *out, const char *key, double value)
{
	if (isnan(value))
		json_set(out, key, json_null());
	else
		json_set_i64(out, key, (int64_t)value);
}

static void set_count(json_t *out, const char *key, bool known, int64_t value)
{
	if (known && value >= 0)
		json_set_i64(out, key, value);
	else
		json_set(out, key, json_null());
}

/*
 * Lag means something while the replica streams: one that is cut off has replayed all that it ever
 * received, and one that has diverged may even be ahead.
 */
static double while_streaming(const struct pg_node *node, bool known, double value)
{
	bool streams = known && node->in_recovery && strcmp(node->receiver, "streaming") == 0;

	return streams && value >= 0 ? value : (double)NAN;
}

static json_t *replica_json(const struct look *look, unsigned target)
{
	const struct postgres_facts *facts = look->facts;
	const struct pg_node *node = &facts->nodes[target];
	bool known = postgres_is_known(look, PG_NODE, target);
	char because[BECAUSE_TEXT];
	enum state state = postgres_replica_state(look, target, because);
	json_t *out = json_object();

	json_set_text(out, "name", postgres_target_name(look->config, target));
	json_set_text(out, "state", state_word(state));
	json_set_text(out, "because", because);
	set_whole(out, "lag_bytes", while_streaming(node, known, node->lag_bytes));
	json_set_number(out, "lag_s", while_streaming(node, known, node->lag_s));
	set_count(out, "timeline", known && node->timeline > 0, node->timeline);
	json_set_number(out, "message_age_s", known ? node->message_age_s : (double)NAN);
	return out;
}

static json_t *follower_json(const struct look *look, const struct pg_follower *follower)
{
	json_t *out = json_object();

	json_set_text(out, "name", follower->name);
	json_set_text(out, "state", state_word(postgres_follower_state(look->config, follower)));
	json_set_text(out, "because", follower->state[0] ? follower->state : NULL);
	set_whole(out, "lag_bytes", follower->lag_bytes);
	json_set_number(out, "lag_s", follower->lag_s);
	json_set(out, "timeline", json_null());
	json_set_number(out, "message_age_s", follower->age_s);
	return out;
}

/* All nodes but the primary; without any, what the primary sees of its followers. */
static json_t *replicas_json(const struct look *look)
{
	const struct postgres_facts *facts = look->facts;
	size_t targets = postgres_target_count(look->config);
	json_t *out = json_array();

	for (unsigned target = 0; target < targets; target++)
		if (target != postgres_primary(look))
			json_array_append_new(out, replica_json(look, target));
	if (targets == 1 && postgres_is_known(look, PG_REPLICATION, 0))
		for (size_t i = 0; i < facts->follower_count; i++)
			json_array_append_new(out, follower_json(look, &facts->followers[i]));
	return out;
}

static json_t *slots_json(const struct look *look)
{
	const struct postgres_facts *facts = look->facts;
	json_t *out;

	if (!postgres_is_known(look, PG_REPLICATION, 0))
		return json_null();
	out = json_array();
	for (size_t i = 0; i < facts->slot_count; i++) {
		json_t *slot = json_object();

		json_set_text(slot, "name", facts->slots[i].name);
		json_set_bool(slot, "active", facts->slots[i].active);
		/* A slot of another timeline may lie ahead of us. */
		set_whole(slot, "retained_bytes", facts->slots[i].retained_bytes >= 0 ?
			  facts->slots[i].retained_bytes : (double)NAN);
		json_array_append_new(out, slot);
	}
	return out;
}

static json_t *blocked_json(const struct look *look)
{
	const struct postgres_facts *facts = look->facts;
	json_t *out;

	if (!postgres_is_known(look, PG_LOCKS, 0))
		return json_null();
	out = json_array();
	for (size_t i = 0; i < facts->wait_count; i++)
		if (postgres_is_blocked(look->config, &facts->waits[i]))
			json_array_append_new(out, json_integer(facts->waits[i].pid));
	return out;
}

/* Of the node that is the primary now, which after a failover is not the configured one. */
json_t *postgres_fields(const struct look *look)
{
	const struct postgres_facts *facts = look->facts;
	unsigned primary = postgres_primary(look);
	const struct pg_node *node = &facts->nodes[primary];
	bool known = postgres_is_known(look, PG_NODE, primary);
	json_t *out = json_object();

	json_set_text(out, "role", !known ? NULL : node->in_recovery ? "replica" : "primary");
	json_set(out, "writable", known ? json_boolean(postgres_is_writable(look, primary)) :
		 json_null());
	set_count(out, "timeline", known && node->timeline > 0, node->timeline);
	json_set_text(out, "system_id", known ? node->system_id : NULL);
	set_count(out, "connections", known, node->connections);
	set_count(out, "max_connections", known, node->max_connections);
	json_set(out, "blocked_pids", blocked_json(look));
	json_set(out, "replicas", replicas_json(look));
	json_set(out, "slots", slots_json(look));
	json_set(out, "clients", postgres_clients_json(look));
	json_set(out, "clients_unknown", postgres_clients_unknown_json(look));
	postgres_failover_fields(look, out);
	return out;
}
