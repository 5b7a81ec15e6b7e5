#include "export/story.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/event_text.h"
#include "export/moment.h"
#include "export/story_inside.h"

bool story_event(const struct record *record, struct arena *arena, struct event *out)
{
	struct journal_line line;

	return journal_line_parse(str_of(record->line), &line, NULL) &&
	       journal_line_event(&line, arena, out, NULL) && out->kind != EVENT_UNKNOWN;
}

/* The first that is known. Of an incident that was never declared: its first event. */
static void put_t0(struct story *story)
{
	static const enum milestone_name first[] = { MILESTONE_IMPACT_STARTED, MILESTONE_DETECTED,
						     MILESTONE_DECLARED };
	const struct record *begin = history_count(story->in.history) > 0 ?
				     history_record(story->in.history, 0) : NULL;

	story->t0_is = MILESTONE_DECLARED;
	story->t0 = begin ? begin->at : 0;
	story->t0_t = begin ? begin->t : 0;
	for (size_t i = 0; i < ARRAY_LEN(first); i++) {
		const struct story_milestone *milestone = &story->milestones[first[i]];

		if (milestone->at == WHEN_NEVER)
			continue;
		story->t0_is = first[i];
		story->t0 = milestone->at;
		story->t0_t = milestone->t;
		return;
	}
}

static void put_end(struct story *story)
{
	bool any = false;

	for (size_t i = 0; i < history_count(story->in.history); i++) {
		const struct record *record = history_record(story->in.history, i);

		if (record->undone || !moment_listed(record))
			continue;
		if (!any || record->at > story->end)
			story->end = record->at;
		if (!any || record->t > story->end_t)
			story->end_t = record->t;
		any = true;
	}
}

static void put_severities(struct story *story)
{
	for (unsigned severity = 1; severity <= 3; severity++)
		story->in_severity[severity] = incident_time_in(story->incident, severity, story->end_t);
}

static const struct sev_policy *worst(const struct story *story)
{
	return &story->incident->terms.sev[story->incident->max_severity];
}

static msec longer(msec a, msec b)
{
	return a > b ? a : b;
}

/* The last gap has no update at its end: it ends with the incident, or with what is known. */
static void put_updates(struct story *story)
{
	const struct incident *incident = story->incident;
	const struct cadence *cadence = &incident->cadence;
	const struct milestone *resolved = &incident->milestones[MILESTONE_RESOLVED];
	msec end = resolved->at != WHEN_NEVER ? resolved->t : story->end_t;
	msec last = cadence->base_t != WHEN_NEVER ? end - cadence->base_t : 0;

	story->updates = (struct story_updates){
		.every = worst(story)->update_every, .overdue = worst(story)->update_overdue,
		.due = cadence->due, .sent = (unsigned)incident->sent_count, .late = cadence->late,
		.missed = cadence->missed, .longest_gap = longer(cadence->longest_gap, last),
	};
}

static msec due_after(const struct story *story, msec within)
{
	const struct incident *incident = story->incident;
	msec resolved = incident->milestones[MILESTONE_RESOLVED].at;
	bool over = incident->status == INCIDENT_RESOLVED || incident->status == INCIDENT_CLOSED;

	return over && resolved != WHEN_NEVER && within > 0 ? resolved + within : WHEN_NEVER;
}

static bool owes_rca(const struct incident *incident)
{
	return strcmp(incident->type, "recovery") == 0 || strcmp(incident->type, "drill") == 0;
}

static void put_texts(struct story *story)
{
	const struct incident *incident = story->incident;
	struct arena *arena = &story->arena;

	story->title = story_text(story, arena, incident->title, false, NULL);
	story->summary = story_text(story, arena, event_text(incident->summary), true, NULL);
	story->reason = story_text(story, arena, incident->reason, false, NULL);
	story->zone = story->in.offset && incident->terms.zone[0] ? incident->terms.zone : "UTC";
}

/* How it was mended is nobody else's. */
static void put_work(struct story *story)
{
	const struct drill *drill = story->incident->drill;

	story->interventions = (unsigned)incident_manual_interventions(story->incident);
	if (drill)
		story->interventions += (unsigned)(drill->hand_count + drill->hands_more);
	story_put_runs(story);
	story_put_objectives(story);
}

/* Everybody sees some of them, and which ones only the moments know. */
static void count_moments(struct story *story)
{
	struct moments *moments = story->in.public_ ? moments_new(story) : NULL;

	for (size_t i = 0; !moments && i < history_count(story->in.history); i++)
		story->moment_count += moment_listed(history_record(story->in.history, i));
	while (moments && moments_next(moments))
		story->moment_count++;
	moments_free(moments);
}

struct story *story_new(const struct story_in *in)
{
	struct story *story = mem_new(sizeof(*story));
	struct story_build build = { .story = story };

	story->in = *in;
	story->incident = history_incident(in->history);
	story_put_people(story);
	put_texts(story);
	put_end(story);
	story_put_milestones(story);
	put_t0(story);
	story_put_metrics(story);
	put_severities(story);
	put_updates(story);
	story->postmortem_due = due_after(story, worst(story)->postmortem);
	story->rca_due = WHEN_NEVER;
	if (owes_rca(story->incident))
		story->rca_due = due_after(story, worst(story)->rca);
	if (!in->public_)
		put_work(story);
	story_read_record(&build);
	story_put_money(&build);
	story_put_questions(&build);
	count_moments(story);
	return story;
}

void story_free(struct story *story)
{
	if (!story)
		return;
	for (size_t i = 0; i < story->run_count; i++)
		mem_free(story->runs[i].steps);
	mem_free(story->runs);
	mem_free(story->questions);
	story_people_free(story);
	arena_done(&story->arena);
	mem_free(story);
}

/* Times for people */

void story_since(char out[WHEN_TEXT], msec since)
{
	bool before = since < 0;
	long long seconds = (long long)((before ? -since : since) / WHEN_SECOND);

	(void)snprintf(out, WHEN_TEXT, "%c%02lld:%02lld:%02lld", before ? '-' : '+', seconds / 3600,
		       seconds / 60 % 60, seconds % 60);
}

void story_local(const struct story *story, char out[WHEN_TEXT], char offset[8], msec at)
{
	int east = story->in.offset ? story->in.offset(story->in.arg, at) : 0;
	unsigned minutes = (unsigned)(east < 0 ? -east : east) / 60;
	struct buf text = { 0 };

	(void)snprintf(offset, 8, "%c%02u:%02u", east < 0 ? '-' : '+', minutes / 60 % 100,
		       minutes % 60);
	stamp_write(&text, at + east * WHEN_SECOND);
	(void)snprintf(out, WHEN_TEXT, "%.19s%s", buf_cstr(&text), offset);
	buf_done(&text);
}
