#include <math.h>
#include <string.h>

#include "export/status.h"

/* Every key is always there (formats.md 7.3): what is not known is null. */
static void set_age(json_t *object, const char *key, msec now, msec at)
{
	if (at == WHEN_NEVER)
		json_set(object, key, json_null());
	else
		json_set_i64(object, key, now > at ? now - at : 0);
}

static void set_text_or_null(json_t *object, const char *key, const char *text)
{
	json_set_text(object, key, *text ? text : NULL);
}

static json_t *source_json(const struct world *world, const struct source *source)
{
	json_t *out = json_object();

	json_set_text(out, "name", source->name);
	json_set_text(out, "kind", source->kind);
	json_set_text(out, "state", state_word(source->state));
	json_set_text(out, "because", source->because);
	json_set_time(out, "since", source->since);
	json_set_bool(out, "since_before", source->since_before);
	set_age(out, "age_ms", world->now, source->newest);
	if (source->latency == WHEN_NEVER)
		json_set(out, "latency_ms", json_null());
	else
		json_set_i64(out, "latency_ms", source->latency);
	json_set_text(out, "consequence_of", source->consequence_of < 0
		      ? NULL : world->sources[source->consequence_of].name);
	json_set(out, "fields", source->fields ? json_incref(source->fields) : json_object());
	return out;
}

static json_t *signal_json(const struct world *world, const struct signal *signal, size_t index)
{
	const struct source *root = world_root_of_signal(world, (int)index);
	json_t *out = json_object();

	json_set_text(out, "name", signal->name);
	if (signal->known && isfinite(signal->value))
		json_set_number(out, "value", signal->value);
	else
		json_set(out, "value", json_null());
	json_set_text(out, "unit", signal->unit);
	json_set_text(out, "state", state_word(signal->state));
	json_set_text(out, "because", signal->because);
	set_age(out, "age_ms", world->now, signal->at);
	json_set_text(out, "source",
		      signal->source < 0 ? NULL : world->sources[signal->source].name);
	json_set_text(out, "consequence_of", root ? root->name : NULL);
	return out;
}

static json_t *alert_json(const struct alert *alert)
{
	json_t *out = json_object(), *labels = json_object();
	const char *p = alert->labels;

	for (size_t i = 0; i < alert->label_count; i++) {
		const char *value = p + strlen(p) + 1;

		json_set_text(labels, p, value);
		p = value + strlen(value) + 1;
	}
	json_set_text(out, "name", alert->name);
	json_set_text(out, "state", alert_state_word(alert->state));
	set_text_or_null(out, "severity", alert->severity);
	json_set_time(out, "since", alert->since);
	json_set(out, "labels", labels);
	set_text_or_null(out, "summary", alert->summary);
	set_text_or_null(out, "runbook", alert->runbook);
	set_text_or_null(out, "silenced_by", alert->silenced_by);
	return out;
}

static json_t *transactions_json(const struct world *world)
{
	const struct tx_summary *tx = &world->tx;
	json_t *out, *risk = json_array();

	out = json_object();
	if (!tx->known) {
		static const char *const unknown[] = {
			"stuck", "late", "cancellable", "dismissed", "total_open", "oldest_age_s",
		};

		for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
			json_set(out, unknown[i], json_null());
		json_set(out, "bounded", json_null());
		json_decref(risk);
		json_set(out, "at_risk", json_null());
		json_set_text(out, "because", *tx->because ? tx->because : "not asked yet");
		return out;
	}
	for (size_t i = 0; i < tx->at_risk_count; i++) {
		json_t *item = json_object();

		json_set_text(item, "asset", tx->at_risk[i].asset);
		json_set_text(item, "amount", tx->at_risk[i].amount);
		json_array_append_new(risk, item);
	}
	json_set_i64(out, "stuck", tx->stuck);
	json_set_i64(out, "late", tx->late);
	json_set_i64(out, "cancellable", tx->cancellable);
	json_set_i64(out, "dismissed", tx->dismissed);
	json_set_i64(out, "total_open", tx->total_open);
	json_set_bool(out, "bounded", tx->bounded);
	if (tx->total_open > 0 && tx->oldest_age_s >= 0)
		json_set_number(out, "oldest_age_s", tx->oldest_age_s);
	else
		json_set(out, "oldest_age_s", json_null());
	json_set(out, "at_risk", risk);
	json_set_text(out, "because", tx->because);
	return out;
}

static json_t *names_json(const struct world *world, const int *indices, size_t count)
{
	json_t *out = json_array();

	for (size_t i = 0; i < count; i++)
		if (indices[i] >= 0)
			json_array_append_new(out, json_string(world->components[indices[i]].name));
	return out;
}

static json_t *sources_json(const struct world *world, const struct component *component)
{
	json_t *out = json_array();

	for (size_t i = 0; i < component->source_count; i++)
		if (component->sources[i] >= 0)
			json_array_append_new(out, json_string(
				world->sources[component->sources[i]].name));
	return out;
}

static json_t *contacts_json(const struct world *world, int component)
{
	json_t *out = json_array();

	for (size_t i = 0; i < world->contact_count; i++) {
		const struct contact *contact = &world->contacts[i];
		json_t *one;

		if (!contact_is_for(contact, component))
			continue;
		one = json_object();
		json_set_text(one, "who", contact->who);
		json_set_text(one, "reach", contact->reach);
		set_text_or_null(one, "for", contact->for_what);
		set_text_or_null(one, "on_call", contact->on_call);
		json_array_append_new(out, one);
	}
	return out;
}

static json_t *component_json(const struct world *world, size_t index)
{
	const struct component *is = &world->components[index];
	json_t *out = json_object();

	json_set_text(out, "name", is->name);
	json_set_text(out, "state", state_word(is->state));
	set_text_or_null(out, "because", is->source_count > 0 ? "" : "no source watches it");
	set_text_or_null(out, "version", is->version);
	json_set_time(out, "version_at", is->version_at);
	json_set_time(out, "deployed_at", is->deployed_at);
	set_text_or_null(out, "version_before", is->version_before);
	json_set_text(out, "hit_by", is->hit_by < 0 ? NULL : world->sources[is->hit_by].name);
	json_set(out, "depends_on", names_json(world, is->depends_on, is->depends_count));
	json_set(out, "serves", names_json(world, is->serves, is->serves_count));
	json_set(out, "sources", sources_json(world, is));
	json_set(out, "contacts", contacts_json(world, (int)index));
	return out;
}

static json_t *components_json(const struct world *world, const struct status_filter *filter)
{
	json_t *out = json_array();

	for (size_t i = 0; i < world->component_count; i++)
		if (status_wants_component(world, filter, &world->components[i]))
			json_array_append_new(out, component_json(world, i));
	return out;
}

json_t *status_json(const struct world *world, const struct status_filter *filter)
{
	json_t *root = json_object(), *sources = json_array(), *signals = json_array();
	json_t *alerts = json_array();

	for (size_t i = 0; i < world->source_count; i++) {
		if (status_wants(filter, world->sources[i].name))
			json_array_append_new(sources, source_json(world, &world->sources[i]));
	}
	for (size_t i = 0; i < world->signal_count; i++) {
		if (status_wants_signal(world, filter, &world->signals[i]))
			json_array_append_new(signals, signal_json(world, &world->signals[i], i));
	}
	for (size_t i = 0; i < world->alert_count; i++)
		json_array_append_new(alerts, alert_json(&world->alerts[i]));
	json_set_text(root, "schema", "binnacle.status/1");
	json_set_time(root, "at", world->now);
	json_set_text(root, "environment", world->environment);
	json_set_text(root, "state", state_word(status_worst(world, filter)));
	json_set(root, "sources", sources);
	json_set(root, "signals", signals);
	json_set(root, "alerts", alerts);
	json_set_i64(root, "alerts_dropped", (int64_t)world->alerts_dropped);
	json_set_bool(root, "alerts_trusted", world->alerts_trusted);
	json_set_text(root, "alerts_because", world->alerts_because);
	json_set(root, "components", components_json(world, filter));
	json_set(root, "transactions",
		 world->tx_configured ? transactions_json(world) : json_null());
	return root;
}
