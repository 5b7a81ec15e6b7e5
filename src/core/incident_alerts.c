/*
 * What the instruments told an incident: alerts, their silences, sources and signals. Several
 * consoles see the same; the first word of it counts (incident.h (4)).
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/incident_fold.h"

static void put_labels(struct incident_alert *alert, const struct text_list *labels)
{
	for (size_t i = 0; i < alert->label_count; i++)
		mem_free(alert->labels[i]);
	mem_free(alert->labels);
	alert->labels = mem_array(labels->count, sizeof(*alert->labels));
	alert->label_count = labels->count;
	for (size_t i = 0; i < labels->count; i++)
		alert->labels[i] = mem_text(event_text(labels->items[i]));
}

static struct incident_alert *add_alert(struct incident *incident, const char *fingerprint)
{
	size_t place = incident->alert_count;
	struct incident_alert *alert;

	incident->alerts = mem_grow(incident->alerts, &incident->alert_cap, place + 1, sizeof(*alert));
	alert = &incident->alerts[place];
	*alert = (struct incident_alert){ .since = WHEN_NEVER, .resolved_at = WHEN_NEVER,
					  .acked_at = WHEN_NEVER, .silence_until = WHEN_NEVER,
					  .silence_asked_t = WHEN_NEVER };
	str_put(alert->fingerprint, sizeof(alert->fingerprint), fingerprint);
	lookup_add(incident->lookup, lookup_hash(LOOKUP_ALERT, fingerprint), place);
	incident->alert_count++;
	return alert;
}

/* The alert of the event; made where it is heard of for the first time. */
static struct incident_alert *alert_of(struct folding *f)
{
	char fingerprint[sizeof(((struct incident_alert *)0)->fingerprint)];
	struct incident_alert *alert;

	put_line(fingerprint, sizeof(fingerprint), f->data->fingerprint);
	alert = incident_alert(f->incident, fingerprint);
	if (!alert)
		alert = add_alert(f->incident, fingerprint);
	if (f->data->has & F(name))
		put_line(alert->name, sizeof(alert->name), f->data->name);
	if (f->data->has & F(labels))
		put_labels(alert, &f->data->labels);
	return alert;
}

static msec when_or_at(const struct folding *f)
{
	return f->data->has & F(when) ? f->data->when : f->event->at;
}

/* What was imported may be older than what is known: it is a part of the record then, and changes
 * nothing of how the alert is. */
static bool is_past(const struct folding *f, const struct incident_alert *alert)
{
	msec known = alert->firing ? alert->since : alert->resolved_at;

	return f->event->src == SRC_IMPORT && known != WHEN_NEVER && when_or_at(f) < known;
}

/* One that fires anew has been acknowledged by nobody. */
void fold_ALERT_FIRING(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);
	bool past = is_past(f, alert);

	f->repeat = alert->firing && !past;
	if (!past)
		milestone_detect(f, when_or_at(f));
	alert->fired += past;
	if (alert->firing || past)
		return;
	alert->firing = true;
	alert->fired++;
	alert->since = when_or_at(f);
	alert->t = f->t;
	alert->acked = false;
	alert->acked_by[0] = '\0';
	alert->acked_at = WHEN_NEVER;
}

/* What was imported and was over by then has not detected this incident: what still fires has. */
static void forget_detection(struct folding *f, msec since)
{
	struct incident *incident = f->incident;
	struct milestone *detected = &incident->milestones[MILESTONE_DETECTED];
	msec declared = incident->milestones[MILESTONE_DECLARED].at;

	if (f->event->src != SRC_IMPORT || detected->src != SRC_IMPORT || detected->at != since)
		return;
	*detected = (struct milestone){ .at = WHEN_NEVER };
	if (declared != WHEN_NEVER)
		milestone_detect(f, declared);
	for (size_t i = 0; i < incident->alert_count; i++)
		if (incident->alerts[i].firing)
			milestone_detect(f, incident->alerts[i].since);
}

void fold_ALERT_RESOLVED(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);

	bool past = is_past(f, alert);

	f->repeat = !alert->firing && alert->resolved_at != WHEN_NEVER && !past;
	if (f->repeat || past)
		return;
	alert->firing = false;
	alert->resolved_at = when_or_at(f);
	forget_detection(f, alert->since);
}

/* The first one who has seen it. */
void fold_ALERT_ACKED(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);

	milestone_follow(f, MILESTONE_ACKNOWLEDGED);
	if (alert->acked)
		return;
	alert->acked = true;
	str_put(alert->acked_by, sizeof(alert->acked_by), f->event->by);
	alert->acked_at = f->event->at;
}

/* While a silence is in force it stays so until Alertmanager says otherwise: a renewal without an
 * outcome, or with a bad one, takes nothing away. */
void fold_ALERT_SILENCE_ASKED(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);

	alert->silence_asked_t = f->t;
	str_put(alert->owner, sizeof(alert->owner), f->event->origin);
	if (alert->silence == SILENCE_IN_FORCE)
		return;
	alert->silence = SILENCE_ASKED;
	alert->silence_until = f->data->until;
	alert->silence_because[0] = '\0';
}

void fold_ALERT_SILENCED(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);

	alert->silence = SILENCE_IN_FORCE;
	alert->silence_until = f->data->until;
	put_line(alert->silence_id, sizeof(alert->silence_id), f->data->id);
	str_put(alert->owner, sizeof(alert->owner), f->event->origin);
	alert->silence_because[0] = '\0';
}

void fold_ALERT_SILENCE_FAILED(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);

	if (alert->silence != SILENCE_IN_FORCE)
		alert->silence = SILENCE_FAILED;
	put_line(alert->silence_because, sizeof(alert->silence_because), f->data->reason);
}

/* The end of an older silence does not end the one that took its place. */
void fold_ALERT_UNSILENCED(struct folding *f)
{
	struct incident_alert *alert = alert_of(f);
	char id[sizeof(alert->silence_id)];

	put_line(id, sizeof(id), f->data->id);
	if (alert->silence_id[0] && strcmp(alert->silence_id, id) != 0)
		return;
	alert->silence = SILENCE_EXPIRED;
	put_line(alert->silence_because, sizeof(alert->silence_because), f->data->reason);
}

static bool state_find(const char *word, enum state *out)
{
	for (int state = 0; state < STATE_COUNT; state++) {
		if (strcmp(word, state_word((enum state)state)) == 0) {
			*out = (enum state)state;
			return true;
		}
	}
	return false;
}

static struct incident_signal *find_signal(struct incident *incident, uint64_t hash,
					   const struct incident_signal *wanted)
{
	size_t step = 0, at;

	while (lookup_next(incident->lookup, hash, &step, &at)) {
		struct incident_signal *signal = &incident->signals[at];

		if (strcmp(signal->name, wanted->name) == 0 && strcmp(signal->type, wanted->type) == 0)
			return signal;
	}
	return NULL;
}

/* A source and a signal may have the same name. */
void fold_SIGNAL_CHANGED(struct folding *f)
{
	struct incident *incident = f->incident;
	struct incident_signal now = { .at = f->event->at }, *before;
	uint64_t hash;

	if (!state_find(event_text(f->data->new_), &now.state))
		return;
	put_line(now.name, sizeof(now.name), f->data->name);
	put_line(now.type, sizeof(now.type), f->data->has & F(type) ? f->data->type : "signal");
	put_line(now.because, sizeof(now.because), f->data->because);
	hash = lookup_hash(LOOKUP_SIGNAL, now.name);
	before = find_signal(incident, hash, &now);
	if (before && f->event->src == SRC_IMPORT && now.at < before->at)
		return;		/* how it was, not how it is */
	f->repeat = before && before->state == now.state;
	if (f->repeat)
		return;
	if (before) {
		*before = now;
		return;
	}
	incident->signals = mem_grow(incident->signals, &incident->signal_cap,
				     incident->signal_count + 1, sizeof(now));
	lookup_add(incident->lookup, hash, incident->signal_count);
	incident->signals[incident->signal_count++] = now;
}
