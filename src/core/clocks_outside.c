/*
 * clocks_outside.c: what is owed because of others' machines: alerts that nobody has seen, silences
 * that remain, and acts outside whose outcome is not known.
 */
#include <string.h>

#include "core/clocks_inside.h"

/* An answer from outside takes seconds; after so long its outcome counts as unknown. */
#define OUTCOME_WITHIN WHEN_MINUTE

static msec ack_due(const struct sheet *sheet, const struct incident_alert *alert)
{
	const struct incident *incident = sheet->incident;

	return later(alert->t, open_since(incident)) +
	       sev_policy_of(sheet->in->policy, incident->severity)->ack;
}

/* One row for all, by the one that waits longest: a flood of alerts must not hide the rest. */
void owe_acks(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	const struct incident_alert *first = NULL;
	size_t count = 0;
	struct claim claim;

	if (!incident_open(incident) ||
	    sev_policy_of(sheet->in->policy, incident->severity)->ack <= 0)
		return;
	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];

		if (!alert->firing || alert->acked)
			continue;
		count++;
		if (!first || ack_due(sheet, alert) < ack_due(sheet, first))
			first = alert;
	}
	if (!first)
		return;
	claim = claim_due(OWED_ACK, ack_due(sheet, first));
	claim.subject = first->fingerprint;
	if (count > 1)
		owe(sheet, &claim, "acknowledge %s and %zu more", first->name, count - 1);
	else
		owe(sheet, &claim, "acknowledge %s", first->name);
}

static bool is_silent(const struct sheet *sheet, const struct incident_alert *alert)
{
	return alert->silence == SILENCE_IN_FORCE && alert_silent(alert, sheet->in->wall);
}

void owe_silences(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;
	struct claim claim = claim_now(sheet, OWED_SILENCE);

	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];

		if (!is_silent(sheet, alert) || (incident_open(incident) && alert->firing))
			continue;
		claim.subject = alert->fingerprint;
		if (alert->silence_until != WHEN_NEVER)
			sheet_wake(sheet, sheet_scale(sheet, alert->silence_until));
		owe(sheet, &claim, "the silence of %s remains: %s", alert->name,
		    alert->firing ? "the incident is over" : "it has recovered");
	}
}

void owe_silence_outcomes(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];
		msec due = alert->silence_asked_t + OUTCOME_WITHIN;
		struct claim claim = claim_now(sheet, OWED_SILENCE_UNKNOWN);

		if (alert->silence != SILENCE_ASKED || alert->silence_asked_t == WHEN_NEVER)
			continue;
		claim.subject = alert->fingerprint;
		sheet_wake(sheet, due);
		if (sheet->t >= due)
			owe(sheet, &claim, "nobody knows whether %s is silenced: look", alert->name);
	}
}

/* The last word to the channel? A later update there, or one posted by hand, replaces it. */
static bool is_last_word(const struct incident *incident, size_t index, const char *channel)
{
	for (size_t i = index + 1; i < incident->sent_count; i++) {
		const struct sent *sent = &incident->sent[i];

		if (sent->by_hand)
			return false;
		for (size_t k = 0; k < sent->channel_count; k++)
			if (strcmp(sent->channels[k].channel, channel) == 0)
				return false;
	}
	return true;
}

static void owe_delivery(struct sheet *sheet, const struct sent *sent, const struct delivery *way)
{
	struct claim claim = claim_now(sheet, OWED_DELIVERY);
	const char *noun = strcmp(sent->type, "announce") == 0 ? "announcement" : sent->type;
	msec due = sent->t + OUTCOME_WITHIN;

	claim.event = sent->event;
	claim.subject = way->channel;
	if (way->done) {
		owe(sheet, &claim, "%s did not get the last %s: %s", way->channel, noun,
		    way->response);
		return;
	}
	sheet_wake(sheet, due);
	if (sheet->t >= due)
		owe(sheet, &claim, "nobody knows whether the last %s reached %s", noun,
		    way->channel);
}

void owe_deliveries(struct sheet *sheet)
{
	const struct incident *incident = sheet->incident;

	if (incident_over(incident))
		return;
	for (size_t i = 0; i < incident->sent_count; i++) {
		const struct sent *sent = &incident->sent[i];

		for (size_t k = 0; k < sent->channel_count; k++) {
			const struct delivery *way = &sent->channels[k];

			if (!(way->done && way->ok) && is_last_word(incident, i, way->channel))
				owe_delivery(sheet, sent, way);
		}
	}
}
