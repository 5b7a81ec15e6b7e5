/*
 * story_record.c: what a story needs of the record and the folded state does not hold: figures at
 * the beginning and at the end, the courses of signals, times that nobody knows of.
 */
#include <string.h>

#include "base/mem.h"
#include "export/story_inside.h"

/* A deep copy, into the arena of the story. */
static struct figure_list keep(struct story *story, const struct figure_list *figures)
{
	struct event_data from = { .has = F(figures), .figures = *figures }, copy = { 0 };

	event_data_copy(&copy, &from, &story->arena);
	return copy.figures;
}

static void take_figures(struct story_build *build, const struct event *event)
{
	bool declared = event->kind == EVENT_INCIDENT_DECLARED;

	if (!(event->data.has & F(figures)))
		return;
	if (declared && !build->has_before) {
		build->before = keep(build->story, &event->data.figures);
		build->has_before = true;
	} else if (!declared) {
		build->after = keep(build->story, &event->data.figures);
		build->has_after = true;
	}
}

/* What is not there or none of ours draws no line, and the file itself stands in the list of the
 * evidence. */
static void take_course(struct story *story, const struct event *event)
{
	struct buf bytes = { .max = JSON_MAX_PINNED };

	if (!story->in.evidence || story->in.public_ || !(event->data.has & F(sha256)))
		return;
	if (story->in.evidence(story->in.arg, event->data.sha256, &bytes) && !bytes.full)
		(void)course_read(str_sub(bytes.data, bytes.len), &story->arena, &story->courses,
				  &story->course_count, NULL);
	buf_done(&bytes);
}

static void take_gap(struct story_build *build, const struct event *event)
{
	char from[WHEN_TEXT], until[WHEN_TEXT];
	const char *reason = event_text(event->data.reason);

	when_format(from, event->data.when);
	when_format(until, event->data.until);
	story_ask(build, "What happened from %s to %s? Nothing was recorded%s%s.", from, until,
		  reason[0] ? ": " : "", reason);
}

static bool says_something(enum event_kind kind)
{
	return kind == EVENT_INCIDENT_DECLARED || kind == EVENT_SEVERITY_SET ||
	       kind == EVENT_STATUS_SET || kind == EVENT_UPDATE_SENT ||
	       kind == EVENT_SIGNALS_RECORDED || kind == EVENT_FLIGHT_IMPORTED ||
	       kind == EVENT_RECORDING_GAP;
}

static void take(struct story_build *build, const struct event *event)
{
	take_figures(build, event);
	if (event->kind == EVENT_SIGNALS_RECORDED || event->kind == EVENT_FLIGHT_IMPORTED)
		take_course(build->story, event);
	if (event->kind == EVENT_RECORDING_GAP)
		take_gap(build, event);
}

void story_read_record(struct story_build *build)
{
	const struct history *history = build->story->in.history;

	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);
		struct arena arena = { 0 };
		struct event event;

		if (record->undone || record->repeat || !says_something(record->kind))
			continue;
		if (story_event(record, &arena, &event))
			take(build, &event);
		arena_done(&arena);
	}
}

/* Money */

static const struct figure *at_risk(const struct figure_list *figures, const char *asset)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->items[i];

		if (strcmp(event_text(figure->name), "at_risk") == 0 &&
		    strcmp(event_text(figure->unit), asset) == 0)
			return figure;
	}
	return NULL;
}

static const char *amount(const struct figure *figure)
{
	return figure && figure->known ? event_text(figure->text) : NULL;
}

static const char *why_unknown(const struct story_build *build, const struct figure *before,
			       const struct figure *after)
{
	const struct figure *unknown = !amount(before) ? before : after;

	if (amount(before) && amount(after))
		return NULL;
	if (unknown && event_text(unknown->because)[0])
		return unknown->because;
	if (!amount(before))
		return build->has_before ? "it was not among the figures of the declaration" :
			"nobody looked at the declaration";
	return build->has_after ? "it was not among the last figures" :
		"nobody looked again after the declaration";
}

static void add_asset(struct story_build *build, const char *asset)
{
	struct story *story = build->story;
	const struct figure *before = at_risk(&build->before, asset);
	const struct figure *after = at_risk(&build->after, asset);
	struct story_money *money = &story->money[story->money_count++];
	const char *because = why_unknown(build, before, after);

	*money = (struct story_money){
		.asset = story_text(story, &story->arena, asset, false, NULL),
		.before = amount(before), .after = amount(after),
		.because = because ? story_text(story, &story->arena, because, false, NULL) : NULL,
	};
}

static void add_assets(struct story_build *build, const struct figure_list *figures,
		       const struct figure_list *seen)
{
	for (size_t i = 0; i < figures->count; i++) {
		const struct figure *figure = &figures->items[i];
		const char *asset = event_text(figure->unit);

		if (at_risk(figures, asset) == figure && (!seen || !at_risk(seen, asset)))
			add_asset(build, asset);
	}
}

/* The assets of the declaration in their order, then those that came up later. */
void story_put_money(struct story_build *build)
{
	struct story *story = build->story;

	if (story->in.public_)
		return;
	story->money = arena_array(&story->arena, build->before.count + build->after.count + 1,
				   sizeof(*story->money));
	add_assets(build, &build->before, NULL);
	add_assets(build, &build->after, &build->before);
}
