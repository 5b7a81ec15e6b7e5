/*
 * tx_acts_server.c: where a row may be written now, and whom an envelope may be given to. What is
 * not known forbids.
 */
#include <string.h>

#include "app/tx_acts_inside.h"
#include "app/tx_network.h"
#include "backends/horizon.h"
#include "backends/stellar_rpc.h"
#include "stellar/network.h"

const struct postgres_config *acts_database(const struct settings *settings)
{
	const char *name = settings->transactions.source;

	for (size_t i = 0; name && i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);

		if (strcmp(source->name, name) == 0 && strcmp(source->kind, "postgres") == 0)
			return (const struct postgres_config *)source;
	}
	return NULL;
}

static bool unknown(struct err *err, const char *what)
{
	return err_set(err, ERR_REFUSED, "%s is not known now", what);
}

/* The node that is the primary, for its address. */
static const char *address_of(const json_t *fields, const char *primary)
{
	const json_t *nodes = json_object_get(fields, "nodes");

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i);

		if (strcmp(json_text_at(node, "name", ""), primary) == 0)
			return json_text_at(node, "address", "");
	}
	return "";
}

static bool read_fields(const json_t *fields, struct tx_server *out, struct err *err)
{
	const json_t *split = json_object_get(fields, "split_brain");
	const json_t *writable = json_object_get(fields, "writable");
	const json_t *timeline = json_object_get(fields, "timeline");
	const char *primary = json_text_at(fields, "primary", "");

	if (!json_is_boolean(split))
		return unknown(err, "whether two servers take writes");
	if (json_is_true(split))
		return err_set(err, ERR_REFUSED, "split brain: two servers of the database take writes");
	if (!*primary || strcmp(json_text_at(fields, "role", ""), "primary") != 0)
		return unknown(err, "which server of the database is the primary");
	if (!json_is_boolean(writable))
		return unknown(err, "whether the database takes writes");
	if (!json_is_true(writable))
		return err_set(err, ERR_REFUSED, "the database is read-only");
	if (!json_is_integer(timeline) || !*json_text_at(fields, "system_id", ""))
		return unknown(err, "the timeline of the database");
	out->timeline = json_integer_value(timeline);
	str_put(out->name, sizeof(out->name), primary);
	str_put(out->system_id, sizeof(out->system_id), json_text_at(fields, "system_id", ""));
	str_put(out->address, sizeof(out->address), address_of(fields, primary));
	return true;
}

bool acts_server(const struct world *world, const struct settings *settings,
		 struct tx_server *out, struct err *err)
{
	const char *name = settings->transactions.source;
	int at = name && world ? world_find_source(world, name) : -1;
	const struct source *source = at >= 0 ? &world->sources[at] : NULL;

	*out = (struct tx_server){ .timeline = 0 };
	if (!source)
		return err_set(err, ERR_REFUSED, "no database of transactions is configured");
	if (source->asking || !source->fields || source->state == STATE_STALE ||
	    source->state == STATE_UNKNOWN || source->state == STATE_DOWN)
		return err_set(err, ERR_REFUSED, "the database %.60s is not known to be well: %s", name,
			       source->because[0] ? source->because : "it has not answered");
	return read_fields(source->fields, out, err);
}

/* --- endpoints ------------------------------------------------------------------------------ */

static const char *network_of(const struct source_config *source)
{
	const void *config = source;

	if (strcmp(source->kind, "horizon") == 0)
		return ((const struct horizon_config *)config)->network;
	return ((const struct stellar_rpc_config *)config)->network;
}

static const struct source_config *find(const struct settings *settings, const char *kind)
{
	const char *wanted = tx_network(settings);

	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct source_config *source = settings_source(settings, i);
		const char *network;

		if (strcmp(source->kind, kind) != 0 || backend_url_count(source) == 0)
			continue;
		network = network_of(source);
		if (!network || strcmp(network_passphrase(network), wanted) == 0)
			return source;
	}
	return NULL;
}

const struct source_config *acts_endpoint(const struct settings *settings, enum tx_way *way,
					  struct err *err)
{
	const struct source_config *source = find(settings, "horizon");

	*way = source ? TX_BY_ASYNC : TX_BY_RPC;
	if (!source)
		source = find(settings, "stellar-rpc");
	if (!source)
		err_set(err, ERR_REFUSED, "no Horizon and no RPC server of the network is configured");
	return source;
}
