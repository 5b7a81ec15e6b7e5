#include "export/incident_lists.h"

static json_t *deliveries_json(const struct sent *sent)
{
	json_t *all = json_array();

	for (size_t i = 0; i < sent->channel_count; i++) {
		const struct delivery *delivery = &sent->channels[i];
		json_t *one = json_object();

		json_set_text(one, "channel", delivery->channel);
		json_set(one, "ok", delivery->done ? json_boolean(delivery->ok) : json_null());
		json_set_i64(one, "status", delivery->status);
		json_set_i64(one, "tries", delivery->tries);
		set_text_or_null(one, "response", delivery->response);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *messages_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->sent_count; i++) {
		const struct sent *sent = &incident->sent[i];
		json_t *one = json_object();

		json_set_text(one, "event", sent->event);
		json_set_text(one, "type", sent->type);
		set_text_or_null(one, "audience", sent->audience);
		json_set_time(one, "at", sent->at);
		json_set_time(one, "next_at", sent->next_at);
		set_text_or_null(one, "by", sent->by);
		json_set_bool(one, "by_hand", sent->by_hand);
		json_set_bool(one, "late", sent->late);
		json_set_text(one, "text", sent->text);
		json_set(one, "channels", deliveries_json(sent));
		json_array_append_new(all, one);
	}
	return all;
}

json_t *tracked_json(const struct tracked *items, size_t count)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *one = json_object();

		json_set_i64(one, "n", items[i].n);
		json_set_text(one, "event", items[i].event);
		set_text_or_null(one, "type", items[i].type);
		json_set_text(one, "text", items[i].text);
		set_text_or_null(one, "owner", items[i].who);
		set_text_or_null(one, "by", items[i].by);
		json_set_time(one, "at", items[i].at);
		json_set_time(one, "due_at", items[i].until);
		json_set_bool(one, "settled", items[i].settled);
		json_set_time(one, "settled_at", items[i].settled ? items[i].settled_at : WHEN_NEVER);
		set_text_or_null(one, "outcome", items[i].outcome);
		json_array_append_new(all, one);
	}
	return all;
}

static json_t *labels_json(const struct incident_alert *alert)
{
	json_t *all = json_object();

	for (size_t i = 0; i < alert->label_count; i++) {
		struct str rest = str_of(alert->labels[i]), name;
		char key[128];

		str_cut(&rest, '=', &name);
		str_copy(key, sizeof(key), name);
		json_set_text(all, key, rest.p ? rest.p : "");
	}
	return all;
}

static json_t *silence_json(const struct incident_alert *alert)
{
	static const char *const words[] = {
		[SILENCE_NONE] = NULL, [SILENCE_ASKED] = "asked", [SILENCE_IN_FORCE] = "in force",
		[SILENCE_EXPIRED] = "expired", [SILENCE_FAILED] = "failed" };
	json_t *one;

	if (alert->silence == SILENCE_NONE)
		return json_null();
	one = json_object();
	json_set_text(one, "state", words[alert->silence]);
	set_text_or_null(one, "id", alert->silence_id);
	json_set_time(one, "until", alert->silence_until);
	set_text_or_null(one, "because", alert->silence_because);
	return one;
}

json_t *alerts_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];
		json_t *one = json_object();

		json_set_text(one, "name", alert->name);
		json_set_text(one, "fingerprint", alert->fingerprint);
		json_set(one, "labels", labels_json(alert));
		json_set_bool(one, "firing", alert->firing);
		json_set_i64(one, "fired", alert->fired);
		json_set_time(one, "since", alert->since);
		json_set_time(one, "resolved_at", alert->firing ? WHEN_NEVER : alert->resolved_at);
		set_text_or_null(one, "acked_by", alert->acked ? alert->acked_by : NULL);
		json_set_time(one, "acked_at", alert->acked ? alert->acked_at : WHEN_NEVER);
		json_set(one, "silence", silence_json(alert));
		json_array_append_new(all, one);
	}
	return all;
}

json_t *signals_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->signal_count; i++) {
		json_t *one = json_object();

		json_set_text(one, "name", incident->signals[i].name);
		set_text_or_null(one, "type", incident->signals[i].type);
		json_set_text(one, "state", state_word(incident->signals[i].state));
		set_text_or_null(one, "because", incident->signals[i].because);
		json_set_time(one, "at", incident->signals[i].at);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *evidence_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->evidence_count; i++) {
		json_t *one = json_object();

		json_set_text(one, "name", incident->evidence[i].name);
		json_set_text(one, "sha256", incident->evidence[i].sha256);
		json_set_i64(one, "bytes", incident->evidence[i].bytes);
		json_set_time(one, "at", incident->evidence[i].at);
		json_array_append_new(all, one);
	}
	return all;
}

json_t *escalated_json(const struct incident *incident)
{
	json_t *all = json_array();

	for (size_t i = 0; i < incident->escalated_count; i++) {
		json_t *one = json_object();

		json_set_text(one, "who", incident->escalated[i].who);
		set_text_or_null(one, "text", incident->escalated[i].text);
		set_text_or_null(one, "by", incident->escalated[i].by);
		json_set_time(one, "at", incident->escalated[i].at);
		json_set_bool(one, "reached", incident->escalated[i].reached);
		json_array_append_new(all, one);
	}
	return all;
}
