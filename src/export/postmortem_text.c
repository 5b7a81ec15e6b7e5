/*
 * postmortem_text.c: all of it as plain text of 78 columns, for a terminal, a mail, a screen
 * reader.
 */
#include <stdio.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "export/postmortem.h"
#include "export/sheet.h"

enum { COLUMNS = 78, NAME_COLUMNS = 22 };

/* A name and what it is, wrapped behind it. Within a word that is longer than a line, too. */
static void put(struct buf *out, const char *name, const char *text)
{
	struct str rest = str_trim(str_of(text));

	if (rest.len == 0)
		return;
	buf_fmt(out, "%-*s", NAME_COLUMNS, name);
	while (rest.len > 0) {
		size_t fit = utf8_fit(rest, COLUMNS - NAME_COLUMNS), end = fit;

		while (end < rest.len && end > 0 && rest.p[end] != ' ' && rest.p[end - 1] != ' ')
			end--;
		if (end == 0)
			end = fit > 0 ? fit : rest.len;
		buf_add(out, rest.p, str_trim(str_sub(rest.p, end)).len);
		buf_char(out, '\n');
		rest = str_trim(str_sub(rest.p + end, rest.len - end));
		if (rest.len > 0)
			buf_fmt(out, "%*s", NAME_COLUMNS, "");
	}
}

/* Each line of the text on lines of its own. */
static void put_lines(struct buf *out, const char *name, const char *text)
{
	struct str rest = str_of(text), line;

	while (str_cut(&rest, '\n', &line)) {
		struct buf one = { 0 };

		buf_add(&one, line.p, line.len);
		put(out, name, buf_cstr(&one));
		name = one.len > 0 ? "" : name;
		buf_done(&one);
	}
}

static void put_heading(struct buf *out, const char *text)
{
	buf_fmt(out, "\n%s\n", text);
	for (size_t i = 0; text[i]; i++)
		buf_char(out, '-');
	buf_char(out, '\n');
}

static void put_time(struct buf *out, const char *name, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	put(out, name, at == WHEN_NEVER ? "not recorded" : text);
}

static void put_facts(const struct story *story, struct buf *out)
{
	const struct incident *incident = story->incident;
	const char *mark = sheet_watermark(story);
	char severity[16];

	if (mark)
		buf_fmt(out, "*** %s ***\n", mark);
	buf_fmt(out, "Postmortem of #%s\n", incident->id);
	put_heading(out, "Facts");
	put(out, "Title", story->title);
	(void)snprintf(severity, sizeof(severity), "SEV%u", incident->severity);
	put(out, "Severity", severity);
	(void)snprintf(severity, sizeof(severity), "SEV%u", incident->max_severity);
	put(out, "At its worst", severity);
	put(out, "Status", incident_status_word(incident->status));
	put(out, "Postmortem", postmortem_status_word(incident->aftermath.status));
	put_lines(out, "Customer impact", story->summary);
	for (int i = 0; i < SEAT_COUNT && !story->in.public_; i++)
		put(out, seat_word((enum seat_name)i), incident->seats[i].who);
}

static void put_times(const struct story *story, struct buf *out)
{
	char took[WHEN_TEXT];

	put_heading(out, "Times");
	for (int i = 0; i < MILESTONE_COUNT; i++)
		put_time(out, sheet_milestone((enum milestone_name)i), story->milestones[i].at);
	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct story_metric *metric = &story->metrics[i];
		struct buf text = { 0 };

		sheet_took(took, metric->took);
		buf_fmt(&text, "%s, from %s to %s%s%s", took, sheet_milestone(metric->from),
			sheet_milestone(metric->to), metric->note[0] ? "; " : "", metric->note);
		put(out, metric->label, buf_cstr(&text));
		buf_done(&text);
	}
}

static void put_work(const struct story *story, struct buf *out)
{
	const struct story_updates *updates = &story->updates;
	struct arena arena = { 0 };
	struct buf text = { 0 };
	char took[WHEN_TEXT];

	put_heading(out, "How it was handled");
	sheet_took(took, updates->longest_gap);
	buf_fmt(&text, "%u due, %u sent, %u late, %u missed, longest gap %s", updates->due,
		updates->sent, updates->late, updates->missed, took);
	put(out, "Updates", buf_cstr(&text));
	for (size_t i = 0; i < story->run_count; i++) {
		const struct story_run *run = &story->runs[i];

		buf_clear(&text);
		buf_fmt(&text, "%u done, %u sensed, %u skipped, %u overridden, %u deferred, %u failed, "
			"%u open", run->done, run->sensed, run->skipped, run->overridden, run->deferred,
			run->failed, run->open);
		put(out, story_text(story, &arena, run->run->runbook, false, NULL), buf_cstr(&text));
	}
	for (size_t i = 0; i < story->money_count; i++) {
		const struct story_money *money = &story->money[i];

		buf_clear(&text);
		buf_fmt(&text, "%s %s at the declaration, %s at the end", money->asset,
			money->before ? money->before : "not known",
			money->after ? money->after : "not known");
		put(out, "At risk", buf_cstr(&text));
	}
	arena_done(&arena);
	buf_done(&text);
}

static void put_actions(const struct story *story, struct buf *out)
{
	const struct incident *incident = story->incident;

	put_heading(out, "Actions");
	for (size_t i = 0; i < incident->action_count; i++) {
		const struct tracked *action = &incident->actions[i];
		struct arena arena = { 0 };
		const char *text = arena_fmt(&arena, "%s: %s%s%s", action->settled ? "done" : "open",
					     action->text, action->who[0] ? ", " : "", action->who);

		put(out, action->type, story_text(story, &arena, text, false, NULL));
		arena_done(&arena);
	}
	put_heading(out, "What nobody knows yet");
	for (size_t i = 0; i < story->question_count; i++)
		put(out, "-", story->questions[i]);
}

static void put_timeline(const struct story *story, struct pour *pour)
{
	struct moments *moments = moments_new(story);
	const struct moment *moment;

	put_heading(&pour->text, "Timeline");
	while (pour_some(pour) && (moment = moments_next(moments))) {
		char at[WHEN_TEXT];
		struct buf text = { 0 };

		when_format(at, moment->record->at - moment->record->at % WHEN_SECOND);
		buf_fmt(&text, "%s%s %s", moment->name, moment->automatic ? " (auto):" : ":",
			moment->summary);
		put(&pour->text, at, buf_cstr(&text));
		buf_done(&text);
	}
	moments_free(moments);
}

bool postmortem_text(const struct story *story, struct pour *pour)
{
	put_facts(story, &pour->text);
	put_times(story, &pour->text);
	put_work(story, &pour->text);
	if (!story->in.public_)
		put_actions(story, &pour->text);
	put_timeline(story, pour);
	return pour_some(pour);
}
