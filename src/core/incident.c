/*
 * The fold: an event finds the function of its kind in a table that is made of the list of kinds.
 */
#include "core/incident_fold.h"

#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/scrub.h"

static void fold_unknown(struct folding *f)
{
	f->incident->unknown_count++;
}

static fold_event *const folds[] = {
	[EVENT_UNKNOWN] = fold_unknown,
#define X(sym, name, must, may, help) [EVENT_##sym] = fold_##sym,
	EVENT_KINDS(X)
#undef X
};
_Static_assert(ARRAY_LEN(folds) == EVENT_KIND_COUNT, "every kind has its fold");

void incident_init(struct incident *incident)
{
	*incident = (struct incident){
		.declared_at = WHEN_NEVER, .declared_t = WHEN_NEVER, .severity_t = WHEN_NEVER,
		.imported_from = WHEN_NEVER, .last_at = WHEN_NEVER,
		.offer = { .at = WHEN_NEVER, .t = WHEN_NEVER },
		.cadence = { .base_t = WHEN_NEVER, .severity_t = WHEN_NEVER, .promised_at = WHEN_NEVER,
			     .promised_t = WHEN_NEVER, .snoozed_t = WHEN_NEVER, .due_t = WHEN_NEVER,
			     .overdue_t = WHEN_NEVER, .missed_t = WHEN_NEVER },
		.terms = { .zone = "UTC" },
		.aftermath = { .status_at = WHEN_NEVER, .signed_at = WHEN_NEVER },
	};
	for (size_t i = 0; i < MILESTONE_COUNT; i++)
		incident->milestones[i].at = incident->milestones[i].t = WHEN_NEVER;
	for (size_t i = 0; i < SEAT_COUNT; i++)
		incident->seats[i].at = incident->seats[i].t = WHEN_NEVER;
	for (size_t i = 0; i < SECTION_COUNT; i++)
		incident->aftermath.answers[i].at = WHEN_NEVER;
}

static void alert_done(struct incident_alert *alert)
{
	for (size_t i = 0; i < alert->label_count; i++)
		mem_free(alert->labels[i]);
	mem_free(alert->labels);
}

static void sent_done(struct sent *sent)
{
	mem_free(sent->text);
	mem_free(sent->figures);
}

void incident_done(struct incident *incident)
{
	for (size_t i = 0; i < incident->alert_count; i++)
		alert_done(&incident->alerts[i]);
	for (size_t i = 0; i < incident->sent_count; i++)
		sent_done(&incident->sent[i]);
	for (size_t i = 0; i < incident->run_count; i++)
		run_done(&incident->runs[i]);
	for (size_t i = 0; i < incident->tx_count; i++)
		tx_done(&incident->txs[i]);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		mem_free(incident->aftermath.answers[i].text);
	mem_free(incident->aftermath.hands);
	mem_free(incident->drill);
	mem_free(incident->txs);
	mem_free(incident->runs);
	mem_free(incident->sent);
	mem_free(incident->asks);
	mem_free(incident->actions);
	mem_free(incident->follow_ups);
	mem_free(incident->deferred);
	mem_free(incident->alerts);
	mem_free(incident->signals);
	mem_free(incident->snapshots);
	mem_free(incident->evidence);
	mem_free(incident->writers);
	mem_free(incident->escalated);
	mem_free(incident->summary);
	mem_free(incident->offer.card);
	lookup_free(incident->lookup);
	memset(incident, 0, sizeof(*incident));
}

msec folding_t(const struct folding *f, msec at)
{
	return at == WHEN_NEVER ? WHEN_NEVER : at - f->stepped;
}

msec folding_time(const struct folding *f, uint64_t field, msec value)
{
	return f->data->has & field ? value : WHEN_NEVER;
}

/* Nearly every text is what it should be, and fits. */
static bool put_plain(char *dst, size_t size, const char *text)
{
	size_t len = 0;

	for (; text[len] >= ' ' && text[len] <= '~' && len < size; len++)
		dst[len] = text[len];
	if (len == size || text[len])
		return false;
	dst[len] = '\0';
	return true;
}

void put_line(char *dst, size_t size, const char *text)
{
	struct buf line = { 0 };

	if (put_plain(dst, size, event_text(text)))
		return;
	buf_text(&line, text);
	for (size_t i = 0; i < line.len; i++) {
		if (line.data[i] == '\n')
			line.data[i] = ' ';
	}
	scrub_put(dst, size, str_sub(buf_cstr(&line), line.len));
	buf_done(&line);
}

void incident_fold(struct incident *incident, const struct event *event, bool *repeat)
{
	struct writer *writer = incident_writer(incident, event->origin);
	struct folding f = { .incident = incident, .event = event, .data = &event->data };

	if (!incident->lookup)
		incident->lookup = lookup_new();
	writer_clock(incident, writer, event);
	f.stepped = writer->stepped;
	f.t = folding_t(&f, event->at);
	writer->events++;
	writer->last_at = event->at;
	incident->event_count++;
	if (incident->last_at < event->at)
		incident->last_at = event->at;
	if ((event->data.has & event_must(event->kind)) == event_must(event->kind)) {
		folds[event->kind](&f);
		aftermath_hand(&f);
	}
	*repeat = f.repeat;
}

static const struct writer *find_writer(const struct incident *incident, const char *origin)
{
	for (size_t i = 0; i < incident->writer_count; i++) {
		if (strcmp(incident->writers[i].origin, origin) == 0)
			return &incident->writers[i];
	}
	return NULL;
}

msec incident_scale(const struct incident *incident, const char *origin, msec wall)
{
	const struct writer *writer = find_writer(incident, origin);

	return writer ? wall - writer->stepped : wall;
}

bool incident_open(const struct incident *incident)
{
	return incident->severity > 0 && incident->status < INCIDENT_RESOLVED;
}

bool incident_over(const struct incident *incident)
{
	return incident->status > INCIDENT_RESOLVED;
}

const struct seat *incident_commander(const struct incident *incident)
{
	const struct seat *seat = &incident->seats[SEAT_COMMANDER];

	return seat->who[0] ? seat : NULL;
}

/* A state made by hand has no lookup, and few alerts. */
struct incident_alert *incident_alert(const struct incident *incident, const char *fingerprint)
{
	uint64_t hash = lookup_hash(LOOKUP_ALERT, fingerprint);
	size_t step = 0, at = 0;

	while (incident->lookup && lookup_next(incident->lookup, hash, &step, &at)) {
		if (strcmp(incident->alerts[at].fingerprint, fingerprint) == 0)
			return &incident->alerts[at];
	}
	for (at = 0; !incident->lookup && at < incident->alert_count; at++) {
		if (strcmp(incident->alerts[at].fingerprint, fingerprint) == 0)
			return &incident->alerts[at];
	}
	return NULL;
}

static size_t unsettled(const struct tracked *items, size_t count)
{
	size_t open = 0;

	for (size_t i = 0; i < count; i++)
		open += !items[i].settled;
	return open;
}

size_t incident_unsettled(const struct incident *incident)
{
	return unsettled(incident->asks, incident->ask_count) +
	       unsettled(incident->follow_ups, incident->follow_up_count) +
	       unsettled(incident->deferred, incident->deferred_count);
}

size_t incident_silences(const struct incident *incident)
{
	size_t count = 0;

	for (size_t i = 0; i < incident->alert_count; i++)
		count += incident->alerts[i].silence == SILENCE_ASKED ||
			 incident->alerts[i].silence == SILENCE_IN_FORCE;
	return count;
}

msec incident_time_in(const struct incident *incident, unsigned severity, msec t)
{
	msec spent = severity <= 3 ? incident->sev_time[severity] : 0;
	bool runs = severity == incident->severity && severity > 0 && incident_open(incident);

	return runs && t > incident->severity_t ? spent + t - incident->severity_t : spent;
}

bool alert_silent(const struct incident_alert *alert, msec wall)
{
	return (alert->silence == SILENCE_IN_FORCE || alert->silence == SILENCE_ASKED) &&
	       (alert->silence_until == WHEN_NEVER || alert->silence_until > wall);
}

bool incident_silent(const struct incident *incident, msec wall)
{
	for (size_t i = 0; i < incident->alert_count; i++)
		if (alert_silent(&incident->alerts[i], wall))
			return true;
	return false;
}
