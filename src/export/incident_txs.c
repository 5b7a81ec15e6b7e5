/*
 * incident_txs.c: what an incident's record says of transactions: verdicts, acts, dismissals.
 */
#include "export/incident_lists.h"

static json_t *deed_json(const struct tx_deed *deed)
{
	json_t *one = json_object();

	json_set_text(one, "event", deed->event);
	json_set_text(one, "act", deed->how);
	json_set_time(one, "at", deed->at);
	set_text_or_null(one, "by", deed->by);
	set_text_or_null(one, "target", deed->target);
	json_set(one, "text", json_string(event_text(deed->text)));	/* scrubbed, of several lines */
	set_text_or_null(one, "because", deed->because);
	set_text_or_null(one, "reason", deed->reason);
	json_set_text(one, "state", tx_deed_word(deed));
	json_set_time(one, "ended_at", deed->ended_at);
	json_set(one, "ok", deed->judged ? json_boolean(deed->well) : json_null());
	set_text_or_null(one, "outcome", deed->outcome);
	return one;
}

static json_t *deeds_json(const struct incident_tx *tx)
{
	json_t *all = json_array();

	for (size_t i = 0; i < tx->deed_count; i++)
		json_array_append_new(all, deed_json(&tx->deeds[i]));
	return all;
}

static json_t *safe_json(const struct incident_tx *tx)
{
	if (!tx->diagnosed)
		return json_null();
	return tx->safe == SAFE_CONFIRM ? json_string(safety_word(tx->safe)) :
					  json_boolean(tx->safe == SAFE_YES);
}

json_t *txs_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->tx_count; i++) {
		const struct incident_tx *tx = &incident->txs[i];
		json_t *one = json_object();

		set_text_or_null(one, "hash", tx->hash);
		set_text_or_null(one, "id", tx->id);
		set_text_or_null(one, "verdict", tx->diagnosed ? verdict_name(tx->verdict) : NULL);
		json_set(one, "safe_to_cancel", safe_json(tx));
		set_text_or_null(one, "because", tx->because);
		set_text_or_null(one, "row", tx->row);
		json_set_time(one, "at", tx->at);
		set_text_or_null(one, "by", tx->by);
		set_text_or_null(one, "proof", tx->sha256);
		json_set_bool(one, "dismissed", tx->dismissed);
		set_text_or_null(one, "dismissed_by", tx->dismissed_by);
		set_text_or_null(one, "dismissed_reason", tx->dismissed ? tx->dismissed_reason : NULL);
		json_set(one, "acts", deeds_json(tx));
		json_array_append_new(all, one);
	}
	return all;
}
