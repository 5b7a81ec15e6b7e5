/* telemetry.c: see telemetry.h. */
#include "lab/telemetry.h"

#include <stdio.h>

#include "base/json.h"
#include "lab/scval.h"

/* One field a line; keys of a map are in order. */
static void put_bridge(struct buf *xdr, int64_t ledger)
{
	scval_map(xdr, 6);
	scval_symbol(xdr, "active_validators");
	scval_u32(xdr, 5);
	scval_symbol(xdr, "average_confirmation_time");
	scval_u64(xdr, 42);
	scval_symbol(xdr, "success_rate");
	scval_u32(xdr, 9870);
	scval_symbol(xdr, "total_transactions");
	scval_u64(xdr, (uint64_t)ledger);
	scval_symbol(xdr, "total_volume");
	scval_i128(xdr, ledger * 730000000);
	scval_symbol(xdr, "updated_at");
	scval_u64(xdr, (uint64_t)(ledger_closed_at(ledger) / WHEN_SECOND));
}

static void put_chain(struct buf *xdr, int64_t ledger)
{
	scval_map(xdr, 6);
	scval_symbol(xdr, "average_fee");
	scval_i128(xdr, 100000);
	scval_symbol(xdr, "chain_id");
	scval_u32(xdr, 1);
	scval_symbol(xdr, "transaction_count");
	scval_u64(xdr, (uint64_t)ledger);
	scval_symbol(xdr, "updated_at");
	scval_u64(xdr, (uint64_t)(ledger_closed_at(ledger) / WHEN_SECOND));
	scval_symbol(xdr, "volume_in");
	scval_i128(xdr, ledger * 250000000);
	scval_symbol(xdr, "volume_out");
	scval_i128(xdr, ledger * 480000000);
}

static void put_alert(struct buf *xdr, int64_t ledger)
{
	scval_map(xdr, 5);
	scval_symbol(xdr, "condition_type");
	scval_vec(xdr, 1);	/* an enum without numbers: a vector with the variant's name */
	scval_symbol(xdr, "EscrowDisputeRate");
	scval_symbol(xdr, "current_value");
	scval_i128(xdr, 310);
	scval_symbol(xdr, "rule_id");
	scval_u64(xdr, 4);
	scval_symbol(xdr, "threshold");
	scval_i128(xdr, 300);
	scval_symbol(xdr, "triggered_at");
	scval_u64(xdr, (uint64_t)(ledger_closed_at(ledger) / WHEN_SECOND));
}

static const struct {
	const char *topic;
	int64_t every;		/* with a call in every so many ledgers */
	void (*put)(struct buf *xdr, int64_t ledger);
} sorts[TELEMETRY_MAX] = {
	{ "bridge_metrics_updated_event", 1, put_bridge },
	{ "chain_metrics_updated_event", 5, put_chain },
	{ "alert_triggered_event", 150, put_alert },
};

int telemetry_of(int64_t ledger, const struct quiet *quiet, struct telemetry out[TELEMETRY_MAX])
{
	struct ledger_op ops[LEDGER_OPS_MAX];
	int ops_count = ledger_operations(ledger, quiet, ops), count = 0;

	for (int i = 0; i < ops_count; i++)
		for (int sort = 0; ops[i].contract && sort < TELEMETRY_MAX; sort++)
			if (ledger % sorts[sort].every == 0)
				out[count++] = (struct telemetry){ .op = ops[i], .index = sort };
	return count;
}

void telemetry_id(char out[TELEMETRY_ID], int64_t token, int64_t index)
{
	snprintf(out, TELEMETRY_ID, "%019lld-%010lld", (long long)token, (long long)index);
}

static json_t *topics_of(const char *name)
{
	char text[SCVAL_TEXT_MAX];
	json_t *topics = json_array();
	struct buf xdr = { 0 };

	scval_symbol(&xdr, name);
	scval_take(&xdr, text);
	json_array_append_new(topics, json_string(text));
	buf_done(&xdr);
	return topics;
}

/* What every event has, but its topics and its value. */
static json_t *frame_of(const struct telemetry *event)
{
	char hash[DIGEST_HEX], id[TELEMETRY_ID], at[WHEN_TEXT];
	json_t *json = json_object();

	operation_hash(hash, &event->op);
	telemetry_id(id, event->op.token, event->index);
	when_format(at, ledger_closed_at(event->op.ledger));
	json_set_text(json, "type", "contract");
	json_set_i64(json, "ledger", event->op.ledger);
	json_set_text(json, "ledgerClosedAt", at);
	json_set_text(json, "contractId", TELEMETRY_CONTRACT);
	json_set_text(json, "id", id);
	json_set_i64(json, "operationIndex", (event->op.token & 0xfff) - 1);
	json_set_i64(json, "transactionIndex", event->op.token >> 12 & 0xfffff);
	json_set_bool(json, "inSuccessfulContractCall", true);
	json_set_text(json, "txHash", hash);
	return json;
}

static void set_value(json_t *json, struct buf *xdr)
{
	char text[SCVAL_TEXT_MAX];

	scval_take(xdr, text);
	json_set_text(json, "value", text);
	buf_done(xdr);
}

json_t *telemetry_json(const struct telemetry *event)
{
	json_t *json = frame_of(event);
	struct buf xdr = { 0 };

	sorts[event->index].put(&xdr, event->op.ledger);
	json_set(json, "topic", topics_of(sorts[event->index].topic));
	set_value(json, &xdr);
	return json;
}

/* --- a recovery ------------------------------------------------------------------------------- */

/* The contract is called once more in that ledger, behind all others. */
void telemetry_recovery_op(const struct recovered *recovered, struct telemetry *out)
{
	enum { TRANSACTION = 9 };

	*out = (struct telemetry){ .op = {
		.ledger = recovered->ledger, .contract = true,
		.token = recovered->ledger << 32 | TRANSACTION << 12 | 1 } };
}

json_t *telemetry_recovery_json(const struct recovered *recovered)
{
	struct telemetry event;
	struct buf xdr = { 0 };
	json_t *json;

	telemetry_recovery_op(recovered, &event);
	json = frame_of(&event);
	scval_map(&xdr, 5);
	scval_symbol(&xdr, "backup_id");
	scval_u64(&xdr, (uint64_t)recovered->backup_id);
	scval_symbol(&xdr, "executed_by");
	scval_account(&xdr, LEDGER_PAYEE);
	scval_symbol(&xdr, "recovery_duration_secs");
	scval_u64(&xdr, (uint64_t)recovered->seconds);
	scval_symbol(&xdr, "recovery_id");
	scval_u64(&xdr, (uint64_t)recovered->recovery_id);
	scval_symbol(&xdr, "success");
	scval_bool(&xdr, recovered->success);
	json_set(json, "topic", topics_of("recovery_executed_event"));
	set_value(json, &xdr);
	return json;
}
