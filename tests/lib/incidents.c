#include "tests/lib/incidents.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define PUT(field, text) str_put((field), sizeof(field), (text))
#define GROW(list, count, cap) \
	((list) = mem_grow((list), &(cap), (count) + 1, sizeof(*(list))), &(list)[(count)++])

msec incidents_start(void)
{
	msec at = 0;

	when_parse(str_of("2026-11-22T01:56:35Z"), &at);
	return at;
}

/* The id of the n-th event that these tests invent. */
static void put_event(struct incident *incident, char out[ULID_TEXT])
{
	unsigned n = (unsigned)++incident->event_count % 1000000;

	(void)snprintf(out, ULID_TEXT, "01JTESTEVENT00000000%06u", n);
}

struct incident *incidents_declared(unsigned severity, msec at)
{
	struct incident *incident = mem_new(sizeof(*incident));

	incident_init(incident);
	PUT(incident->id, "7k3f9q");
	PUT(incident->title, "Indexer down");
	PUT(incident->type, "outage");
	PUT(incident->components[incident->component_count++], "indexer");
	incident->status = INCIDENT_TRIAGE;
	incident->severity = incident->max_severity = severity;
	incident->declared_at = incident->declared_t = incident->severity_t = at;
	incident->last_at = at;
	incident->cadence.base_t = incident->cadence.severity_t = at;
	incident->cadence.severity = severity;
	incidents_milestone(incident, MILESTONE_DECLARED, at);
	return incident;
}

void incidents_free(struct incident *incident)
{
	if (!incident)
		return;
	incident_done(incident);
	mem_free(incident);
}

void incidents_seat(struct incident *incident, enum seat_name seat, const char *who, msec at)
{
	PUT(incident->seats[seat].who, who);
	incident->seats[seat].at = incident->seats[seat].t = at;
}

void incidents_severity(struct incident *incident, unsigned severity, msec at)
{
	struct cadence *cadence = &incident->cadence;

	incident->severity = severity;
	incident->severity_t = at;
	if (severity < incident->max_severity)
		incident->max_severity = severity;
	if (severity < cadence->severity) {
		cadence->severity = severity;
		cadence->severity_t = at;
	}
}

void incidents_milestone(struct incident *incident, enum milestone_name name, msec at)
{
	incident->milestones[name].at = incident->milestones[name].t = at;
}

void incidents_status(struct incident *incident, enum incident_status status, msec at)
{
	incident->status = status;
	if (status == INCIDENT_MITIGATED)
		incidents_milestone(incident, MILESTONE_MITIGATED, at);
	if (status == INCIDENT_RESOLVED)
		incidents_milestone(incident, MILESTONE_RESOLVED, at);
	if (status == INCIDENT_CLOSED)
		incidents_milestone(incident, MILESTONE_CLOSED, at);
	if (status == INCIDENT_MERGED)
		PUT(incident->into, "2a2a2a");
}

void incidents_offer(struct incident *incident, const char *from, const char *to, msec at)
{
	put_event(incident, incident->offer.event);
	PUT(incident->offer.from, from);
	PUT(incident->offer.to, to);
	incident->offer.at = incident->offer.t = at;
}

struct incident_alert *incidents_fire(struct incident *incident, const char *name, msec at)
{
	struct incident_alert *alert = GROW(incident->alerts, incident->alert_count,
					    incident->alert_cap);
	char label[160];

	*alert = (struct incident_alert){ .firing = true, .fired = 1, .since = at, .t = at,
					  .resolved_at = WHEN_NEVER, .acked_at = WHEN_NEVER,
					  .silence_until = WHEN_NEVER,
					  .silence_asked_t = WHEN_NEVER, .label_count = 2 };
	PUT(alert->name, name);
	(void)snprintf(alert->fingerprint, sizeof(alert->fingerprint), "fp-%.20s", name);
	(void)snprintf(label, sizeof(label), "alertname=%s", name);
	alert->labels = mem_array(2, sizeof(*alert->labels));
	alert->labels[0] = mem_text(label);
	alert->labels[1] = mem_text("service=indexer");
	return alert;
}

struct sent *incidents_send(struct incident *incident, const char *type, const char *channel,
			    msec at, msec next_at)
{
	struct sent *sent = GROW(incident->sent, incident->sent_count, incident->sent_cap);

	*sent = (struct sent){ .at = at, .t = at, .next_at = next_at, .by_hand = !channel };
	put_event(incident, sent->event);
	PUT(sent->by, "ana");
	PUT(sent->type, type);
	sent->text = mem_text("payments are delayed");
	if (channel) {
		sent->channel_count = 1;
		PUT(sent->channels[0].channel, channel);
	}
	incident->cadence.announced = true;
	incident->cadence.base_t = incident->cadence.severity_t = at;
	incident->cadence.severity = incident->severity;
	incident->cadence.promised_at = incident->cadence.promised_t = next_at;
	incident->cadence.snoozed_t = WHEN_NEVER;
	return sent;
}

struct tracked *incidents_track(struct incident *incident, enum incidents_list list,
				const char *text, const char *who, msec until)
{
	struct {
		struct tracked **items;
		size_t *count, *cap;
	} lists[] = {
		[LIST_ASKS] = { &incident->asks, &incident->ask_count, &incident->ask_cap },
		[LIST_ACTIONS] = { &incident->actions, &incident->action_count,
				   &incident->action_cap },
		[LIST_FOLLOW_UPS] = { &incident->follow_ups, &incident->follow_up_count,
				      &incident->follow_up_cap },
		[LIST_DEFERRED] = { &incident->deferred, &incident->deferred_count,
				    &incident->deferred_cap },
	};
	struct tracked *item = GROW(*lists[list].items, *lists[list].count, *lists[list].cap);

	*item = (struct tracked){ .n = (unsigned)*lists[list].count, .until = until,
				  .until_t = until, .settled_at = WHEN_NEVER };
	put_event(incident, item->event);
	PUT(item->text, text);
	PUT(item->who, who);
	return item;
}
