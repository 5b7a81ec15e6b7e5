/*
 * decide_outside.c: what leaves the house and what comes from outside: updates, alerts, silences,
 * signals. What an instrument says twice is said once.
 */
#include <string.h>

#include "base/attr.h"
#include "core/clocks_inside.h"
#include "core/decide_inside.h"

/* --- updates -------------------------------------------------------------------------------- */

static bool has_channel(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->channel_count; i++)
		if (strcmp(policy->channels[i].name, name) == 0)
			return true;
	return false;
}

static bool check_channels(struct matter *m)
{
	const struct text_list *channels = &m->data.channels;

	if (channels->count == 0 && !m->data.by_hand)
		return refuse(m, "an update needs a channel, or your word that you posted it");
	if (channels->count > SENT_CHANNELS)
		return wrong(m, "there are too many channels: at most %d", SENT_CHANNELS);
	for (size_t i = 0; i < channels->count; i++)
		if (!has_channel(m->policy, channels->items[i]))
			return wrong(m, "no channel has the name %.80s in the configuration",
				     channels->items[i]);
	return true;
}

/* The first one is the announcement, whatever it is called; the resolution is one. */
static bool check_type(struct matter *m)
{
	static const char *const types[] = { "announce", "update", "resolution" };
	bool resolved = m->incident->status == INCIDENT_RESOLVED;

	if (!is_one_of(m->data.type, types, ARRAY_LEN(types)))
		return wrong(m, "an update's type is announce, update or resolution");
	if (strcmp(m->data.type, "resolution") == 0 && !resolved)
		return refuse(m, "a resolution is told once it is resolved");
	if (strcmp(m->data.type, "announce") == 0 && m->incident->cadence.announced)
		return refuse(m, "the start was announced: send an update");
	if (strcmp(m->data.type, "update") == 0 && !m->incident->cadence.announced && !resolved)
		EVENT_SET(m->data, type, types[0]);
	return true;
}

bool decide_send(struct matter *m)
{
	if (!check_type(m) || !check_channels(m))
		return false;
	if (m->data.has & F(next_at) && m->data.next_at <= m->at)
		return refuse(m, "the next update cannot be promised for a time before this one");
	return accept(m);
}

static const struct sent *find_sent(const struct incident *incident, const char *event)
{
	for (size_t i = 0; i < incident->sent_count; i++)
		if (strcmp(incident->sent[i].event, event) == 0)
			return &incident->sent[i];
	return NULL;
}

bool decide_delivered(struct matter *m)
{
	const struct sent *sent = find_sent(m->incident, m->data.of);

	if (!(m->data.has & F(ok)))
		return wrong(m, "a delivery needs its outcome");
	for (size_t i = 0; sent && i < sent->channel_count; i++) {
		const struct delivery *way = &sent->channels[i];

		if (strcmp(way->channel, m->data.channel) != 0)
			continue;
		if (way->done && way->ok)
			return already(m, "it was delivered to %s", way->channel);
		return accept(m);
	}
	err_set(m->err, ERR_NOT_FOUND, "no update was sent to that channel");
	return false;
}

bool decide_snooze(struct matter *m)
{
	struct deadlines deadlines;

	clocks_deadlines(m->incident, m->policy, &deadlines);
	if (deadlines.due == WHEN_NEVER)
		return refuse(m, "no update is owed");
	if (m->data.until <= m->now)
		return refuse(m, "a snooze ends in the future");
	if (m->data.until > m->now + SNOOZE_MOST)
		return refuse(m, "a snooze lasts two hours at most");
	return accept(m);
}

/* A prompt says until when it is in time, for the count of those that were late. */
static void say_until(struct matter *m)
{
	struct deadlines deadlines;

	clocks_deadlines(m->incident, m->policy, &deadlines);
	if (deadlines.overdue != WHEN_NEVER && deadlines.overdue >= deadlines.due)
		EVENT_SET(m->data, until, m->data.when + deadlines.overdue - deadlines.due);
}

/* update.due and update.missed: an instrument's word, a repeat of which the fold knows. What an
 * instrument counts is no time of day: its clock may have been set back behind the declaration. */
bool decide_prompt(struct matter *m)
{
	if (m->order->src != SRC_SENSED && m->data.when < m->incident->declared_at)
		return refuse(m, "no update fell due before the declaration");
	if (event_may(m->order->kind) & F(until) && !(m->data.has & F(until)))
		say_until(m);
	return accept(m);
}

/* --- alerts --------------------------------------------------------------------------------- */

static const struct incident_alert *find_alert(const struct incident *incident,
					       const char *fingerprint, const char *name)
{
	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];

		if (fingerprint ? strcmp(alert->fingerprint, fingerprint) == 0 :
		    name && strcmp(alert->name, name) == 0)
			return alert;
	}
	return NULL;
}

/* The alert that is meant, with its name and fingerprint in the event. */
static const struct incident_alert *must_be_known(struct matter *m)
{
	const struct incident_alert *alert = find_alert(m->incident, m->data.fingerprint,
							m->data.name);

	if (!alert) {
		err_set(m->err, ERR_NOT_FOUND, "the incident has no such alert");
		return NULL;
	}
	EVENT_SET(m->data, name, alert->name);
	EVENT_SET(m->data, fingerprint, alert->fingerprint);
	return alert;
}

/* What is imported of the time before says nothing of now, and is no repeat of it. */
static bool is_past(const struct matter *m, msec known)
{
	msec at = m->data.has & F(when) ? m->data.when : m->at;

	return m->order->src == SRC_IMPORT && known != WHEN_NEVER && at < known;
}

static bool is_past_of(const struct matter *m, const struct incident_alert *alert)
{
	return alert && is_past(m, alert->firing ? alert->since : alert->resolved_at);
}

bool decide_firing(struct matter *m)
{
	const struct incident_alert *alert = find_alert(m->incident, m->data.fingerprint, NULL);

	if (is_past_of(m, alert))
		return accept(m);
	return alert && alert->firing ? already(m, "it fires") : accept(m);
}

bool decide_recovered(struct matter *m)
{
	const struct incident_alert *alert = find_alert(m->incident, m->data.fingerprint, NULL);

	/* The order before it, that the alert fired, may not be folded yet. */
	if (m->order->src == SRC_IMPORT || is_past_of(m, alert))
		return accept(m);
	return alert && alert->firing ? accept(m) : already(m, "it does not fire");
}

bool decide_ack(struct matter *m)
{
	const struct incident_alert *alert = must_be_known(m);

	if (!alert)
		return false;
	if (alert->acked)
		return already(m, "it was acknowledged by %s", alert->acked_by);
	return accept(m);
}

static bool has_label(const struct incident_alert *alert, const char *label)
{
	for (size_t i = 0; i < alert->label_count; i++)
		if (strcmp(alert->labels[i], label) == 0)
			return true;
	return false;
}

/* All labels of the alert and no other: fewer would silence alerts that nobody has seen. */
static bool check_labels(struct matter *m, const struct incident_alert *alert)
{
	const struct text_list *labels = &m->data.labels;
	bool same = labels->count == alert->label_count;

	if (alert->label_count == 0)
		return refuse(m, "a silence needs the labels of the alert, which are not known");
	for (size_t i = 0; same && i < labels->count; i++)
		same = has_label(alert, labels->items[i]);
	if (labels->count > 0 && !same)
		return refuse(m, "a silence is for one alert with all its labels");
	EVENT_SET(m->data, labels,
		  ((struct text_list){ (const char *const *)alert->labels, alert->label_count }));
	return true;
}

static bool is_watchdog(const char *name)
{
	static const char *const words[] = { "watchdog", "deadman", "dead man" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_has_nocase(str_of(name), words[i]))
			return true;
	return false;
}

bool decide_silence(struct matter *m)
{
	const struct incident_alert *alert = must_be_known(m);

	if (!alert || !check_labels(m, alert))
		return false;
	if (is_watchdog(alert->name))
		return refuse(m, "the watchdog is never silenced: it proves that alerts work");
	if (!alert->firing)
		return refuse(m, "an alert that does not fire is not silenced");
	if (m->data.until <= m->now)
		return refuse(m, "a silence ends in the future");
	if (m->data.until > m->now + SILENCE_MOST + DECIDE_GRACE)
		return refuse(m, "a silence lasts an hour at most");
	if (alert->silence == SILENCE_IN_FORCE && alert->silence_until >= m->data.until)
		return already(m, "it is silenced for as long");
	return accept(m);
}

/* Outcomes are facts: they are recorded whatever has become of the incident meanwhile. */
bool decide_silenced(struct matter *m)
{
	const struct incident_alert *alert = must_be_known(m);

	if (!alert)
		return false;
	if (alert->silence == SILENCE_IN_FORCE && strcmp(alert->silence_id, m->data.id) == 0 &&
	    alert->silence_until == m->data.until)
		return already(m, "it is silenced");
	return accept(m);
}

bool decide_silence_failed(struct matter *m)
{
	return must_be_known(m) && accept(m);
}

bool decide_unsilenced(struct matter *m)
{
	const struct incident_alert *alert = must_be_known(m);

	if (!alert)
		return false;
	if (alert->silence == SILENCE_EXPIRED && strcmp(alert->silence_id, m->data.id) == 0)
		return already(m, "the silence is expired");
	return accept(m);
}

/* --- signals -------------------------------------------------------------------------------- */

static bool find_state(const char *word, enum state *out)
{
	for (enum state state = 0; state < STATE_COUNT; state++)
		if (strcmp(state_word(state), word) == 0) {
			*out = state;
			return true;
		}
	return false;
}

bool decide_signal(struct matter *m)
{
	enum state state;

	if (!find_state(m->data.new_, &state))
		return wrong(m, "a state is ok, warn, bad, down, stale or unknown");
	for (size_t i = 0; i < m->incident->signal_count; i++) {
		const struct incident_signal *signal = &m->incident->signals[i];

		if (strcmp(signal->name, m->data.name) == 0 && signal->state == state &&
		    (!m->data.type || strcmp(signal->type, m->data.type) == 0) &&
		    !is_past(m, signal->at))
			return already(m, "it is %s", m->data.new_);
	}
	return accept(m);
}
