/*
 * The course of an incident: what it is called, how bad it is, how it stands, its milestones.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/scrub.h"
#include "core/incident_fold.h"
#include "core/policy.h"
#include "core/propose.h"

static unsigned severity_of(int64_t number)
{
	return number < 1 ? 1 : number > 3 ? 3 : (unsigned)number;
}

static void put_components(struct incident *incident, const struct text_list *names)
{
	incident->component_count = 0;
	for (size_t i = 0; i < names->count && i < INCIDENT_COMPONENTS; i++)
		put_line(incident->components[incident->component_count++], NAME_TEXT,
			 names->items[i]);
}

/* The instruments as they were; nothing where nobody looked at them. */
static void freeze(struct folding *f)
{
	struct incident *incident = f->incident;
	struct snapshot *snapshot;

	if (!(f->data->has & F(figures)))
		return;
	incident->snapshots = mem_grow(incident->snapshots, &incident->snapshot_cap,
				       incident->snapshot_count + 1, sizeof(*snapshot));
	snapshot = &incident->snapshots[incident->snapshot_count++];
	snapshot_read(snapshot, &f->data->figures, f->event->at);
	snapshot->severity = incident->severity;
}

/* Milestones */

static void milestone_set(struct folding *f, enum milestone_name name, msec at, enum event_src src)
{
	struct milestone *milestone = &f->incident->milestones[name];

	*milestone = (struct milestone){ .at = at, .t = folding_t(f, at), .src = src };
	put_line(milestone->reason, sizeof(milestone->reason), f->data->reason);
	str_put(milestone->event, sizeof(milestone->event), f->event->id);
}

void milestone_follow(struct folding *f, enum milestone_name name)
{
	if (f->incident->milestones[name].at == WHEN_NEVER)
		milestone_set(f, name, f->event->at, f->event->src);
}

void milestone_detect(struct folding *f, msec since)
{
	const struct milestone *detected = &f->incident->milestones[MILESTONE_DETECTED];
	const struct milestone *declared = &f->incident->milestones[MILESTONE_DECLARED];
	bool chosen = detected->src == SRC_HUMAN && strcmp(detected->event, declared->event) != 0;

	if (detected->at == WHEN_NEVER || (since < detected->at && !chosen))
		milestone_set(f, MILESTONE_DETECTED, since, f->event->src);
}

/* What a person says stands against any instrument. Two instruments that see one recovery see it
 * within the time for which it must hold. */
void fold_MILESTONE_SET(struct folding *f)
{
	enum milestone_name name;
	const struct milestone *now;
	bool sensed = f->event->src != SRC_HUMAN;
	msec at = f->data->when;

	if (!milestone_find(event_text(f->data->name), &name))
		return;
	now = &f->incident->milestones[name];
	if (now->at != WHEN_NEVER && sensed && now->src == SRC_HUMAN)
		return;
	f->repeat = sensed && now->at != WHEN_NEVER && at >= now->at && at - now->at < RECOVERY_HOLD;
	if (!f->repeat)
		milestone_set(f, name, at, f->event->src);
}

/* What it is */

/* An impact that a rule proposed is an estimate. Without an alert the declaration is the
 * detection. */
static void declare_milestones(struct folding *f)
{
	msec impact = folding_time(f, F(impact_at), f->data->impact_at);
	enum event_src src = f->data->has & F(rule) ? SRC_SENSED : f->event->src;

	milestone_follow(f, MILESTONE_DECLARED);
	milestone_detect(f, f->event->at);
	if (impact != WHEN_NEVER && f->incident->milestones[MILESTONE_IMPACT_STARTED].at == WHEN_NEVER)
		milestone_set(f, MILESTONE_IMPACT_STARTED, impact, src);
}

/* Once. What consoles with slow clocks have set before it in the order stands. */
void fold_INCIDENT_DECLARED(struct folding *f)
{
	struct incident *incident = f->incident;

	if (incident->declared_at != WHEN_NEVER)
		return;
	incident->declared_at = f->event->at;
	incident->declared_t = f->t;
	put_line(incident->title, sizeof(incident->title), f->data->title);
	put_line(incident->type, sizeof(incident->type), f->data->type);
	put_line(incident->environment, sizeof(incident->environment), f->data->environment);
	put_line(incident->rule, sizeof(incident->rule), f->data->rule);
	put_components(incident, &f->data->components);
	terms_read(&incident->terms, f->data->values.items, f->data->values.count);
	if (incident->severity == 0) {
		incident->severity = incident->max_severity = severity_of(f->data->severity);
		incident->severity_t = f->t;
		str_put(incident->severity_by, sizeof(incident->severity_by), f->event->by);
	}
	if (!incident->status_by[0])
		str_put(incident->status_by, sizeof(incident->status_by), f->event->by);
	cadence_restart(incident, f->t);
	declare_milestones(f);
	freeze(f);
}

void fold_INCIDENT_RENAMED(struct folding *f)
{
	put_line(f->incident->title, sizeof(f->incident->title), f->data->title);
}

void fold_COMPONENTS_SET(struct folding *f)
{
	put_components(f->incident, &f->data->components);
}

void fold_TICKET_SET(struct folding *f)
{
	put_line(f->incident->ticket, sizeof(f->incident->ticket), f->data->url);
}

/* Conflicts (incident_parts.h) */

static bool had_not_seen(const struct folding *f, const char *now)
{
	const char *old = event_text(f->data->old);

	return old[0] && strcmp(old, now) != 0;
}

static void say_conflicts(struct conflict *conflict)
{
	const char *first = conflict->severity ? conflict->severity_text : "";
	const char *second = conflict->status ? conflict->status_text : "";
	struct buf text = { 0 };

	buf_fmt(&text, "%s%s%s%s", first, first[0] && second[0] ? "; " : "", second,
		first[0] || second[0] ? " - settle" : "");
	str_put(conflict->text, sizeof(conflict->text), buf_cstr(&text));
	buf_done(&text);
}

struct settings {		/* what stands, and what is set */
	const char *now, *by, *new_;
};

/* Whether the setting is in conflict with what stands; as it was, when its author agrees unseen. */
static bool conflicts(const struct folding *f, const struct settings *s, bool before,
		      char text[120])
{
	struct buf words = { 0 };

	if (!had_not_seen(f, s->now))
		return false;
	if (strcmp(s->now, s->new_) == 0)
		return before;
	buf_fmt(&words, "%s: %s, %s: %s", s->by, s->now, f->event->by, s->new_);
	scrub_put(text, 120, str_of(buf_cstr(&words)));
	buf_done(&words);
	return true;
}

/* Severity */

void severity_start(struct incident *incident, msec t)
{
	if (incident->severity_t < t)
		incident->severity_t = t;
}

void severity_count(struct incident *incident, msec t)
{
	if (!incident_open(incident) || t <= incident->severity_t)
		return;
	incident->sev_time[incident->severity] += t - incident->severity_t;
	incident->severity_t = t;
}

void cadence_restart(struct incident *incident, msec t)
{
	struct cadence *cadence = &incident->cadence;

	cadence->base_t = cadence->severity_t = t;
	cadence->severity = incident->severity;
	cadence->promised_at = cadence->promised_t = WHEN_NEVER;
	cadence->snoozed_t = cadence->overdue_t = WHEN_NEVER;
	cadence->snoozed_because[0] = '\0';
}

/* The worst since the last update counts for the running interval. */
static void cadence_rise(struct incident *incident, msec t)
{
	struct cadence *cadence = &incident->cadence;

	if (cadence->severity && incident->severity >= cadence->severity)
		return;
	cadence->severity = incident->severity;
	cadence->severity_t = t > cadence->base_t ? t : cadence->base_t;
}

static void severity_conflict(struct folding *f, unsigned severity)
{
	struct incident *incident = f->incident;
	char now[16], new_[16];
	struct settings settings = { now, incident->severity_by, new_ };

	snprintf(now, sizeof(now), "SEV%u", incident->severity);
	snprintf(new_, sizeof(new_), "SEV%u", severity);
	incident->conflict.severity = incident->severity > 0 &&
		conflicts(f, &settings, incident->conflict.severity, incident->conflict.severity_text);
	say_conflicts(&incident->conflict);
}

void fold_SEVERITY_SET(struct folding *f)
{
	struct incident *incident = f->incident;
	unsigned severity;

	if (!severity_find(event_text(f->data->new_), &severity))
		return;
	severity_conflict(f, severity);
	severity_count(incident, f->t);
	if (incident->severity == 0)
		incident->severity_t = f->t;
	incident->severity = severity;
	if (!incident->max_severity || severity < incident->max_severity)
		incident->max_severity = severity;
	str_put(incident->severity_by, sizeof(incident->severity_by), f->event->by);
	put_line(incident->rule, sizeof(incident->rule), f->data->rule);
	cadence_rise(incident, f->t);
	freeze(f);
}

/* Status */

/* What was over is open again: its end is another one, its postmortem is owed anew, and those who
 * were told that it is over wait for news. */
static void go_on(struct folding *f)
{
	static const enum milestone_name undone[] = {
		MILESTONE_MITIGATED, MILESTONE_RECOVERED, MILESTONE_RESOLVED, MILESTONE_CLOSED,
	};

	for (size_t i = 0; i < sizeof(undone) / sizeof(undone[0]); i++)
		f->incident->milestones[undone[i]] = (struct milestone){ .at = WHEN_NEVER,
									 .t = WHEN_NEVER };
	f->incident->exported = false;
	aftermath_reopened(f->incident);
	f->incident->reopened_t = f->t;
	severity_start(f->incident, f->t);
	cadence_restart(f->incident, f->t);
}

static void status_milestone(struct folding *f)
{
	static const struct {
		enum incident_status status;
		enum milestone_name milestone;
	} follows[] = {
		{ INCIDENT_MITIGATED, MILESTONE_MITIGATED },
		{ INCIDENT_RESOLVED, MILESTONE_RESOLVED },
		{ INCIDENT_CLOSED, MILESTONE_CLOSED },
	};

	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]); i++) {
		if (f->incident->status == follows[i].status)
			milestone_follow(f, follows[i].milestone);
	}
}

static void status_texts(struct folding *f)
{
	struct incident *incident = f->incident;

	if (f->data->has & F(reason))
		put_line(incident->reason, sizeof(incident->reason), f->data->reason);
	if (f->data->has & F(text) && incident->status == INCIDENT_RESOLVED) {
		mem_free(incident->summary);
		incident->summary = mem_text(f->data->text);
	}
	put_line(incident->into, sizeof(incident->into),
		 incident->status == INCIDENT_MERGED ? f->data->into : "");
}

static void status_conflict(struct folding *f, enum incident_status status)
{
	struct incident *incident = f->incident;
	struct settings settings = { incident_status_word(incident->status), incident->status_by,
				     incident_status_word(status) };

	incident->conflict.status = conflicts(f, &settings, incident->conflict.status,
					      incident->conflict.status_text);
	say_conflicts(&incident->conflict);
}

void fold_STATUS_SET(struct folding *f)
{
	struct incident *incident = f->incident;
	bool was_open = incident_open(incident);
	enum incident_status status;

	if (!incident_status_find(event_text(f->data->new_), &status))
		return;
	status_conflict(f, status);
	severity_count(incident, f->t);
	incident->status = status;
	str_put(incident->status_by, sizeof(incident->status_by), f->event->by);
	if (status == INCIDENT_REOPENED)
		incident->reopened++;
	if (!was_open && incident_open(incident))
		go_on(f);
	status_milestone(f);
	status_texts(f);
	aftermath_resolved(f);
}
