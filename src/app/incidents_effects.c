#include <string.h>

#include "app/incidents_inside.h"
#include "app/ticket.h"
#include "base/log.h"
#include "export/updates.h"

#define HOUR_BEFORE WHEN_HOUR
#define ASK_AGAIN (30 * WHEN_SECOND)	/* Alertmanager, about one silence */

static const char signals_name[] = "signals.json";

static msec wall(const struct incidents *incidents)
{
	return loop_now(incidents->setup.loop).wall;
}

/* --- updates --- */

static void on_delivered(void *arg, const struct delivered *what)
{
	struct incidents *incidents = arg;
	struct slot *slot = slot_find(incidents, what->incident);
	struct order order = { .kind = EVENT_UPDATE_DELIVERED, .at = WHEN_NEVER, .src = SRC_SENSED };

	if (!slot) {
		log_put(LOG_WARN, "#%s: %s %s: %s", what->incident, what->channel,
			what->ok ? "took an update" : "did not take an update", what->text);
		return;
	}
	EVENT_SET(order.data, of, what->event);
	EVENT_SET(order.data, channel, what->channel);
	EVENT_SET(order.data, ok, what->ok);
	EVENT_SET(order.data, tries, what->tries);
	if (what->status != 0)
		EVENT_SET(order.data, status, what->status);
	if (what->text && *what->text)
		EVENT_SET(order.data, text, what->text);
	slot_submit(slot, &order);
}

static void send_update(struct slot *slot, const struct event *event)
{
	if (!event->data.by_hand && event->data.channels.count > 0)
		channels_send(slot->owner->channels, dossier_incident(slot->dossier), event);
}

/* The hour before, once it is declared. */
static void on_imported(void *arg, const struct order *orders, size_t count, struct str evidence)
{
	struct slot *slot = arg;
	struct incidents *incidents = slot->owner;
	struct err err = { 0 };

	slot->importer = NULL;
	for (size_t i = 0; i < count; i++) {
		struct order order = orders[i];

		slot_submit(slot, &order);
	}
	if (evidence.len > 0 &&
	    !dossier_evidence(slot->dossier, evidence, signals_name,
			      "the course of the signals in the hour before",
			      incidents->who.operator, wall(incidents), &err))
		incidents_say(incidents, "the hour before: %s", err.text);
}

static void import(struct slot *slot, const struct event *event)
{
	struct incidents *incidents = slot->owner;

	if (!slot->importer)
		slot->importer = importer_start(incidents->estate, incidents->setup.context,
						event->at - HOUR_BEFORE, event->at, on_imported,
						slot);
}

static void name_signals(struct slot *slot, const struct event *event)
{
	struct order order = { .kind = EVENT_SIGNALS_RECORDED, .at = WHEN_NEVER, .src = SRC_IMPORT };

	if (strcmp(event_text(event->data.name), signals_name) != 0)
		return;
	EVENT_SET(order.data, sha256, event->data.sha256);
	slot_submit(slot, &order);
}

/* --- silences --- */

static const enum event_kind outcome_kinds[] = {
	[SILENCER_MADE] = EVENT_ALERT_SILENCED,
	[SILENCER_EXPIRED] = EVENT_ALERT_UNSILENCED,
	[SILENCER_FAILED] = EVENT_ALERT_SILENCE_FAILED,
};

static void on_silenced(void *arg, const struct silenced *what)
{
	struct incidents *incidents = arg;
	struct slot *slot = slot_find(incidents, what->incident);
	struct order order = {
		.kind = outcome_kinds[what->what], .at = WHEN_NEVER, .src = SRC_SENSED,
	};

	if (!slot) {
		log_put(LOG_WARN, "#%s: silence of %s: %s", what->incident, what->fingerprint,
			event_text(what->reason));
		return;
	}
	EVENT_SET(order.data, fingerprint, what->fingerprint);
	if (what->what != SILENCER_FAILED)
		EVENT_SET(order.data, id, event_text(what->id));
	if (what->what == SILENCER_MADE)
		EVENT_SET(order.data, until, what->until);
	if (what->reason && *what->reason)
		EVENT_SET(order.data, reason, what->reason);
	slot_submit(slot, &order);
}

static void make_silence(struct slot *slot, const struct event *event)
{
	const struct incident_alert *alert = incident_alert(dossier_incident(slot->dossier),
							    event->data.fingerprint);

	if (alert)
		silencer_make(slot->owner->silencer, dossier_incident(slot->dossier)->id, alert,
			      event->by, wall(slot->owner), event->data.until);
}

void effects_expire(struct slot *slot, const char *fingerprint)
{
	const struct incident_alert *alert = incident_alert(dossier_incident(slot->dossier),
							    fingerprint);

	if (alert && alert->silence_id[0])
		silencer_expire(slot->owner->silencer, dossier_incident(slot->dossier)->id,
				alert->fingerprint, alert->silence_id);
	else
		incidents_say(slot->owner, "no silence of this alert is known");
}

/* True, and noted, unless it was asked about this one just now. */
static bool may_ask(struct slot *slot, const char *fingerprint)
{
	msec steady = loop_now(slot->owner->setup.loop).steady;
	struct asked *asked = slot->asked, *oldest = slot->asked;

	for (; asked < slot->asked + slot->asked_count; asked++) {
		if (strcmp(asked->fingerprint, fingerprint) == 0)
			break;
		if (asked->at < oldest->at)
			oldest = asked;
	}
	if (asked == slot->asked + SLOT_ASKED)
		asked = oldest;
	else if (asked == slot->asked + slot->asked_count)
		slot->asked_count++;
	else if (steady - asked->at < ASK_AGAIN)
		return false;
	str_put(asked->fingerprint, sizeof(asked->fingerprint), fingerprint);
	asked->at = steady;
	return true;
}

/* While the incident is open and the alert fires it is renewed at half its time; after that it goes
 * at once, so that the pager gets its "resolved". */
static void keep_silence(struct slot *slot, const struct incident_alert *alert, bool needed)
{
	struct incidents *incidents = slot->owner;
	const char *id = dossier_incident(slot->dossier)->id;
	msec now = wall(incidents), most = incidents->policy.silence_for;
	bool renew = needed && alert->silence_until - now < most / 2;

	if ((needed && !renew) || !may_ask(slot, alert->fingerprint))
		return;
	if (needed)
		silencer_make(incidents->silencer, id, alert, incidents->who.operator, now,
			      now + most);
	else
		silencer_expire(incidents->silencer, id, alert->fingerprint, alert->silence_id);
}

void effects_silences(struct slot *slot)
{
	const struct incident *incident = dossier_incident(slot->dossier);

	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct incident_alert *alert = &incident->alerts[i];

		if (alert->silence == SILENCE_IN_FORCE &&
		    strcmp(alert->owner, dossier_origin(slot->dossier)) == 0)
			keep_silence(slot, alert, alert->firing && incident_open(incident));
	}
}

/* --- a ticket --- */

static void on_ticket(void *arg, const char *url, const char *why)
{
	struct slot *slot = arg;
	struct order order = { .kind = EVENT_TICKET_SET, .at = WHEN_NEVER, .src = SRC_HUMAN };

	slot->ticket = NULL;
	if (!url) {
		incidents_say(slot->owner, "no ticket: %s", why);
		return;
	}
	EVENT_SET(order.data, url, url);
	slot_submit(slot, &order);
}

void effects_ticket(struct slot *slot)
{
	struct incidents *incidents = slot->owner;
	struct clocks_in in = slot_clocks(slot);
	struct buf brief = { 0 };
	struct ticket_plan plan = {
		.loop = incidents->setup.loop, .context = incidents->setup.context,
		.settings = incidents->setup.settings,
	};
	struct err err = { 0 };

	if (slot->ticket) {
		incidents_say(incidents, "a ticket is being made");
		return;
	}
	incident_brief(&in, dossier_history(slot->dossier), &incidents->desk.figures, &brief);
	plan.brief = str_sub(buf_cstr(&brief), brief.len);
	slot->ticket = ticket_start(&plan, on_ticket, slot, &err);
	incidents_say(incidents, "%s", slot->ticket ? "a ticket is being made" : err.text);
	buf_done(&brief);
}

/* --- all of them --- */

static const struct {
	enum event_kind kind;
	void (*follow)(struct slot *slot, const struct event *event);
} effects[] = {
	{ EVENT_UPDATE_SENT, send_update },
	{ EVENT_INCIDENT_DECLARED, import },
	{ EVENT_EVIDENCE_ADDED, name_signals },
	{ EVENT_ALERT_SILENCE_ASKED, make_silence },
};

void effects_durable(struct slot *slot, const struct event *event)
{
	for (size_t i = 0; i < ARRAY_LEN(effects); i++) {
		if (effects[i].kind == event->kind)
			effects[i].follow(slot, event);
	}
}

void effects_open(struct incidents *incidents)
{
	struct channels_setup setup = {
		.loop = incidents->setup.loop, .context = incidents->setup.context,
		.settings = incidents->setup.settings, .delivered = on_delivered, .arg = incidents,
	};

	incidents->channels = channels_new(&setup);
	incidents->silencer = silencer_new(incidents->setup.loop, incidents->setup.context,
					   incidents->setup.settings, on_silenced, incidents);
}

void effects_settings(struct incidents *incidents)
{
	channels_settings(incidents->channels, incidents->setup.settings);
	silencer_settings(incidents->silencer, incidents->setup.settings);
}
