#include "app/policies.h"

#include <string.h>

#include "app/objectives.h"
#include "backends/backup.h"

static void make_rules(struct policy *out, unsigned severity, const struct texts *names)
{
	for (size_t i = 0; i < names->count && out->rule_count < POLICY_RULES; i++)
		out->rules[out->rule_count++] = (struct sev_rule){
			.severity = severity, .what = names->items[i], .words = names->items[i] };
}

static void make_severities(const struct settings *settings, struct policy *out)
{
	for (unsigned i = 1; i <= 3; i++) {
		const struct severity_settings *sev = &settings->severity[i];

		out->sev[i] = (struct sev_policy){
			.update_every = sev->update_every, .update_overdue = sev->update_overdue,
			.postmortem = sev->postmortem, .rca = sev->rca, .ack = sev->ack };
		make_rules(out, i, &sev->rules);
	}
}

static void make_escalations(const struct settings *settings, struct policy *out)
{
	const struct contact_settings *contacts = settings->contacts.data;

	for (size_t i = 0; i < settings->contacts.count; i++) {
		const struct contact_settings *contact = &contacts[i];

		if (contact->after > 0 && contact->who && contact->reach &&
		    out->escalation_count < POLICY_ESCALATIONS)
			out->escalations[out->escalation_count++] = (struct escalation){
				.who = contact->who, .reach = contact->reach,
				.after = contact->after, .severity = (unsigned)contact->severity };
	}
}

/* For people: never where a URL leads, which is a secret. */
static const char *target_of(const struct channel_settings *channel)
{
	switch ((enum channel_kind)channel->kind) {
	case CHANNEL_SLACK:
		return "Slack";
	case CHANNEL_WEBHOOK:
		return "a webhook";
	case CHANNEL_COMMAND:
		return channel->command.count > 0 ? channel->command.items[0] : "";
	case CHANNEL_CLIPBOARD:
		return "the clipboard";
	case CHANNEL_FILE:
		return channel->file ? channel->file : "";
	}
	return "";
}

static void make_channels(const struct settings *settings, struct policy *out)
{
	const struct channel_settings *channels = settings->notify.data;

	for (size_t i = 0; i < settings->notify.count && out->channel_count < POLICY_CHANNELS; i++)
		if (channels[i].name)
			out->channels[out->channel_count++] = (struct channel){
				channels[i].name, (enum channel_kind)channels[i].kind,
				channels[i].audience, target_of(&channels[i]) };
}

static struct policy_target *target_named(struct policy *out, const char *name)
{
	for (size_t i = 0; i < out->target_count; i++)
		if (strcmp(out->targets[i].component, name) == 0)
			return &out->targets[i];
	if (out->target_count == POLICY_TARGETS)
		return NULL;
	out->targets[out->target_count] = (struct policy_target){ .component = name };
	return &out->targets[out->target_count++];
}

static void set_target(const struct settings *settings, struct policy *out, const char *name,
		       msec own_rpo)
{
	struct policy_target *target = target_named(out, name);

	if (!target)
		return;
	target->rto = objective_of(&settings->rto, name);
	target->rpo = own_rpo > 0 ? own_rpo : objective_of(&settings->rpo, name);
}

/* What is promised of components: by `rto:` and `rpo:`, and by the sources that see backups. */
static void make_targets(const struct settings *settings, struct policy *out)
{
	struct source_config **sources = settings->sources.data;

	for (size_t i = 0; i < settings->rto.count; i++)
		set_target(settings, out, settings->rto.items[i].name, 0);
	for (size_t i = 0; i < settings->rpo.count; i++)
		set_target(settings, out, settings->rpo.items[i].name, 0);
	for (size_t i = 0; i < settings->sources.count; i++) {
		const struct backup_config *backups = (const struct backup_config *)sources[i];
		const struct backup_component *all;

		if (strcmp(sources[i]->kind, "backup") != 0)
			continue;
		all = backups->components.data;
		for (size_t k = 0; k < backups->components.count; k++)
			if (all[k].rpo > 0)
				set_target(settings, out, all[k].name, all[k].rpo);
	}
}

void policy_make(const struct settings *settings, struct policy *out)
{
	policy_default(out);
	make_severities(settings, out);
	make_escalations(settings, out);
	make_channels(settings, out);
	make_targets(settings, out);
	out->has_terms = true;
	out->zone = settings->postmortem.zone;
	out->has_ticket_command = settings->ticket_command.count > 0;
	out->recovery_hold = settings->incidents.recovery_hold;
	out->silence_for = settings->incidents.silence_for;
	out->hash_starts = settings->transactions.source &&
			   tx_hash_is(&settings->transactions) == HASH_IS_INITIATION;
}
