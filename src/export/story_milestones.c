/*
 * story_milestones.c: when what was so, from where that is known, and the times between. A time
 * that cannot be said is none, and its note says why.
 */
#include <stdio.h>
#include <string.h>

#include "export/story_inside.h"

/*  X(milestone, as the end of "the record does not say when ...") */
#define OCCASIONS(X) \
	X(IMPACT_STARTED, "the impact began") X(DETECTED, "it was detected") \
	X(ACKNOWLEDGED, "somebody acknowledged it") X(DECLARED, "it was declared") \
	X(FIRST_UPDATE, "the first update was sent") X(MITIGATED, "it was mitigated") \
	X(RECOVERED, "it had recovered") X(RESOLVED, "it was resolved") X(CLOSED, "it was closed")

static const char *const occasions[] = {
#define X(sym, words) [MILESTONE_##sym] = (words),
	OCCASIONS(X)
#undef X
};
_Static_assert(ARRAY_LEN(occasions) == MILESTONE_COUNT, "every milestone has its words");

static enum story_source source_of(const struct story *story, enum milestone_name name)
{
	const struct milestone *milestone = &story->incident->milestones[name];
	const struct record *record = history_find(story->in.history, milestone->event);

	if (milestone->at == WHEN_NEVER)
		return STORY_NONE;
	if (name == MILESTONE_IMPACT_STARTED && milestone->src != SRC_HUMAN)
		return STORY_ESTIMATE;
	if (record && record->kind == EVENT_ALERT_FIRING)
		return STORY_ALERT;
	return milestone->src == SRC_HUMAN ? STORY_OPERATOR : STORY_CHECK;
}

void story_put_milestones(struct story *story)
{
	for (int i = 0; i < MILESTONE_COUNT; i++) {
		const struct milestone *milestone = &story->incident->milestones[i];

		story->milestones[i] = (struct story_milestone){
			.at = milestone->at, .t = milestone->t,
			.source = source_of(story, (enum milestone_name)i),
			.event = milestone->event[0] ? milestone->event : NULL,
		};
	}
}

/* Two consoles on two hosts have two clocks, and no step tells how far they are apart. */
static bool of_two_clocks(const struct story *story, const struct story_metric *metric)
{
	const struct story_milestone *from = &story->milestones[metric->from];
	const struct story_milestone *to = &story->milestones[metric->to];
	const struct record *a = from->event ? history_find(story->in.history, from->event) : NULL;
	const struct record *b = to->event ? history_find(story->in.history, to->event) : NULL;

	return a && b && strcmp(a->origin, b->origin) != 0;
}

static void say_caveats(const struct story *story, struct story_metric *metric)
{
	bool guess = story->milestones[metric->from].source == STORY_ESTIMATE;
	bool alert = metric->to == MILESTONE_DETECTED &&
		     story->milestones[metric->to].source == STORY_ALERT;
	bool clocks = of_two_clocks(story, metric);

	(void)snprintf(metric->note, sizeof(metric->note), "%s%s%s%s%s",
		       guess ? "when the impact began is an estimate" : "",
		       guess && (alert || clocks) ? "; " : "",
		       alert ? "the alert had waited for the time that its rule asks for" : "",
		       alert && clocks ? "; " : "",
		       clocks ? "by the clocks of two consoles" : "");
}

static void measure(const struct story *story, struct story_metric *metric)
{
	const struct story_milestone *from = &story->milestones[metric->from];
	const struct story_milestone *to = &story->milestones[metric->to];
	enum milestone_name missing = from->at == WHEN_NEVER ? metric->from : metric->to;
	char by[WHEN_TEXT];

	metric->took = WHEN_NEVER;
	if (from->at == WHEN_NEVER || to->at == WHEN_NEVER) {
		(void)snprintf(metric->note, sizeof(metric->note), "the record does not say when %s",
			       occasions[missing]);
	} else if (to->t < from->t) {
		when_format_duration(by, from->t - to->t);
		(void)snprintf(metric->note, sizeof(metric->note),
			       "by the record %s %s before %s: one of the two times is wrong",
			       occasions[metric->to], by, occasions[metric->from]);
	} else {
		metric->took = to->t - from->t;
		say_caveats(story, metric);
	}
}

void story_put_metrics(struct story *story)
{
	static const struct story_metric metrics[] = {
#define X(sym, name, begin, end, words) [METRIC_##sym] = { .key = (name), .label = (words), \
	.from = MILESTONE_##begin, .to = MILESTONE_##end },
		STORY_METRICS(X)
#undef X
	};

	for (int i = 0; i < METRIC_COUNT; i++) {
		story->metrics[i] = metrics[i];
		measure(story, &story->metrics[i]);
	}
}
