/*
 * recovery_chain.c: RecoveryExecutedEvent, as the indexer lists it and as a stellar-rpc has it; see
 * recovery_judge.h.
 */
#include "app/recovery_judge.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "stellar/scval.h"

enum { FIELD = 128, EVENTS = 1000 };

static const char *text_at(const json_t *root, const char *key, struct arena *arena)
{
	char text[FIELD];

	return json_put_at(root, key, text, sizeof(text)) ? arena_text(arena, text, strlen(text)) :
	       NULL;
}

static bool is_of(const char *found, const char *wanted)
{
	return !wanted || (found && !strcmp(found, wanted));
}

static bool read_record(const json_t *item, struct arena *arena, struct verified_chain *out,
			int64_t *executed)
{
	const json_t *success = json_at(item, "success");

	*out = (struct verified_chain){
		.recovery_id = text_at(item, "recoveryId", arena),
		.backup_id = text_at(item, "backupId", arena),
		.executed_by = text_at(item, "executedBy", arena),
		.duration_secs = text_at(item, "recoveryDurationSecs", arena),
		.ledger = text_at(item, "ledger", arena), .tx_hash = text_at(item, "txHash", arena),
		.success = json_is_true(success), .indexed = true,
	};
	return out->recovery_id && out->backup_id && out->executed_by && out->duration_secs &&
	       json_is_boolean(success) && json_i64_at(item, "executedAt", executed);
}

bool recovery_listed(struct str json, const char *backup_id, struct arena *arena,
		     struct verified_chain *out)
{
	json_t *root = json_read(json, JSON_MAX_PINNED, NULL);
	struct verified_chain record;
	int64_t executed, newest = INT64_MIN;
	const json_t *item;
	bool found = false;
	size_t i;

	json_array_foreach(root, i, item) {
		if (!read_record(item, arena, &record, &executed) ||
		    !is_of(record.backup_id, backup_id) || executed <= newest)
			continue;
		*out = record;
		newest = executed;
		found = true;
	}
	json_decref(root);
	return found;
}

/* --- of the chain ---------------------------------------------------------------------------- */

struct fields {
	struct verified_chain *chain;
	struct arena *arena;
};

static void on_leaf(void *arg, const struct scval_leaf *leaf)
{
	struct fields *reading = arg;
	struct verified_chain *chain = reading->chain;
	const struct { const char *key, **at; } fields[] = {
		{ "recovery_id", &chain->recovery_id }, { "backup_id", &chain->backup_id },
		{ "executed_by", &chain->executed_by },
		{ "recovery_duration_secs", &chain->duration_secs },
	};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!strcmp(leaf->path, fields[i].key))
			*fields[i].at = arena_text(reading->arena, leaf->text, strlen(leaf->text));
	if (!strcmp(leaf->path, "success"))
		chain->success = !strcmp(leaf->text, "true");
}

static bool read_event(const json_t *event, struct arena *arena, struct verified_chain *out)
{
	struct fields reading = { out, arena };
	const json_t *topic = json_array_get(json_at(event, "topic"), 0);
	char wanted[FIELD];

	*out = (struct verified_chain){ .ledger = text_at(event, "ledger", arena),
					.tx_hash = text_at(event, "txHash", arena) };
	return scval_symbol_base64(wanted, sizeof(wanted), str_of("recovery_executed_event")) &&
	       json_is_string(topic) && !strcmp(json_string_value(topic), wanted) &&
	       scval_read_base64(str_of(json_text_at(event, "value", "")), on_leaf, &reading, NULL) &&
	       out->recovery_id && out->backup_id && out->executed_by && out->duration_secs;
}

bool recovery_emitted(struct str json, const char *backup_id, struct arena *arena,
		      struct verified_chain *out)
{
	json_t *root = json_read(json, JSON_MAX_PINNED, NULL);
	struct verified_chain event;
	const json_t *item;
	bool found = false;
	size_t i;

	json_array_foreach(json_at(root, "result.events"), i, item) {
		if (!read_event(item, arena, &event) || !is_of(event.backup_id, backup_id))
			continue;
		*out = event;		/* they come in order: the last one is the newest */
		found = true;
	}
	json_decref(root);
	return found;
}

void recovery_events_ask(struct buf *out, const char *contract, int64_t since)
{
	char topic[FIELD];
	json_t *root = json_pack("{s:s, s:i, s:s, s:{s:I, s:{s:i}}}", "jsonrpc", "2.0", "id", 1,
				 "method", "getEvents", "params", "startLedger", (json_int_t)since,
				 "pagination", "limit", EVENTS);
	json_t *filter = json_pack("{s:s, s:[s]}", "type", "contract", "contractIds", contract);

	if (scval_symbol_base64(topic, sizeof(topic), str_of("recovery_executed_event")))
		json_set(filter, "topics", json_pack("[[s]]", topic));
	json_set(json_object_get(root, "params"), "filters", json_pack("[o]", filter));
	json_write(out, root);
	json_decref(root);
}
