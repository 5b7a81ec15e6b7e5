/*
 * sheet_facts.c: what it was, who had which seat, where the paper stands; how long each thing took,
 * against what was promised.
 */
#include "export/sheet_sections.h"

#include <string.h>

#include "base/attr.h"

static const char *const fact_heads[] = { "Fact", "" };

static void put_time(struct sheet *sheet, const char *name, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	sheet_fact(sheet, name, at == WHEN_NEVER ? NULL : text);
}

static void put_severity(struct sheet *sheet)
{
	const struct incident *incident = sheet->story->incident;

	sheet_row(sheet);
	sheet_field(sheet, "Severity");
	sheet_field_begin(sheet);
	sheet_fmt(sheet, "SEV%u", incident->severity);
	if (incident->max_severity != incident->severity)
		sheet_fmt(sheet, ", SEV%u at its worst", incident->max_severity);
	sheet_field_end(sheet);
	sheet_row_end(sheet);
}

static void put_components(struct sheet *sheet)
{
	const struct incident *incident = sheet->story->incident;

	if (incident->component_count == 0 || sheet->story->in.public_)
		return;
	sheet_row(sheet);
	sheet_field(sheet, "Affected");
	sheet_field_begin(sheet);
	for (size_t i = 0; i < incident->component_count; i++) {
		sheet_words(sheet, i > 0 ? ", " : "");
		sheet_said(sheet, incident->components[i]);
	}
	sheet_field_end(sheet);
	sheet_row_end(sheet);
}

/* The public hears of seats where something was done, and of names nowhere. */
static void put_seats(struct sheet *sheet)
{
	const struct story *story = sheet->story;

	for (int i = 0; i < SEAT_COUNT && !story->in.public_; i++) {
		const char *who = story->incident->seats[i].who;

		sheet_fact(sheet, seat_title((enum seat_name)i), *who ? story_name(story, who) : NULL);
	}
}

static void put_ticket(struct sheet *sheet)
{
	const char *ticket = sheet->story->incident->ticket;

	if (!*ticket || sheet->story->in.public_)
		return;
	sheet_row(sheet);
	sheet_field(sheet, "Ticket");
	sheet_field_begin(sheet);
	sheet_link(sheet, ticket, ticket);
	sheet_field_end(sheet);
	sheet_row_end(sheet);
}

static void put_paper(struct sheet *sheet)
{
	const struct story *story = sheet->story;
	const struct aftermath *aftermath = &story->incident->aftermath;

	sheet_fact(sheet, "Postmortem", aftermath->status == PAPER_NONE ? "not begun" :
		  postmortem_status_word(aftermath->status));
	put_time(sheet, "Postmortem due", story->postmortem_due);
	put_time(sheet, "Root cause analysis due", story->rca_due);
	if (!*aftermath->signed_by)
		return;
	sheet_fact(sheet, "Signed off by", story_name(story, aftermath->signed_by));
	put_time(sheet, "Signed off at", aftermath->signed_at);
	sheet_fact(sheet, "Signed off with", story->in.public_ ? NULL : aftermath->signed_text);
}

/* The console says in a note of its own when events were only in memory for a while. */
static const char *kept_in_memory(const struct history *history)
{
	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);

		if (record->kind == EVENT_NOTE && record->src == SRC_SENSED && !record->undone &&
		    str_starts(str_of(record->sentence), "nothing could be saved since"))
			return record->sentence;
	}
	return NULL;
}

static void put_export(struct sheet *sheet)
{
	const struct story *story = sheet->story;
	const char *kept = kept_in_memory(story->in.history);

	sheet_fact(sheet, "Record", !kept ? NULL : story->in.public_ ?
		  "for a while events were kept only in memory" : kept);
	sheet_row(sheet);
	sheet_field(sheet, "Events");
	sheet_field_count(sheet, story->moment_count);
	sheet_row_end(sheet);
	if (!story->in.public_) {
		sheet_row(sheet);
		sheet_field(sheet, "Done by hand");
		sheet_field_count(sheet, story->interventions);
		sheet_row_end(sheet);
	}
	put_time(sheet, "Exported", story->in.exported_at);
	sheet_row(sheet);
	sheet_field(sheet, "Written by");
	sheet_field_begin(sheet);
	sheet_fmt(sheet, "Binnacle %s", story->in.tool_version);
	sheet_field_end(sheet);
	sheet_row_end(sheet);
	sheet_fact(sheet, "Left out of this file", sheet->left_out);
}

void sheet_write_facts(struct sheet *sheet, size_t from, size_t to)
{
	const struct incident *incident = sheet->story->incident;
	bool inside = !sheet->story->in.public_;

	(void)from;
	(void)to;
	if (sheet_watermark(sheet->story))
		sheet_strong(sheet, sheet_watermark(sheet->story));
	sheet_table(sheet, "What it was", fact_heads, ARRAY_LEN(fact_heads));
	sheet_fact(sheet, "Incident", incident->id);
	sheet_fact(sheet, "Title", sheet->story->title);
	put_severity(sheet);
	sheet_fact(sheet, "Status", incident_status_word(incident->status));
	sheet_fact(sheet, "Merged into", incident->into);
	sheet_fact(sheet, "Environment", inside ? incident->environment : NULL);
	put_components(sheet);
	sheet_fact(sheet, "Impact on customers", sheet->story->summary);
	put_seats(sheet);
	put_ticket(sheet);
	put_paper(sheet);
	put_export(sheet);
	sheet_table_end(sheet);
}

static const char *source_word(enum story_source source)
{
	static const char *const words[] = {
#define X(sym, word) [STORY_##sym] = (word),
		STORY_SOURCES(X)
#undef X
	};

	return words[source];
}

static void put_milestones(struct sheet *sheet)
{
	static const char *const heads[] = { "Milestone", "At", "T+", "Known from" };
	const struct story *story = sheet->story;

	sheet_table(sheet, "Milestones", heads, ARRAY_LEN(heads));
	for (int i = 0; i < MILESTONE_COUNT; i++) {
		const struct story_milestone *milestone = &story->milestones[i];
		bool known = milestone->at != WHEN_NEVER;
		char since[WHEN_TEXT];

		sheet_row(sheet);
		sheet_field(sheet, sheet_milestone((enum milestone_name)i));
		if (known) {
			sheet_field_time(sheet, milestone->at);
			story_since(since, milestone->t - story->t0_t);
			sheet_field(sheet, since);
		} else {
			sheet_field(sheet, "not known");
			sheet_field(sheet, NULL);
		}
		sheet_field(sheet, known ? source_word(milestone->source) : NULL);
		sheet_row_end(sheet);
	}
	sheet_table_end(sheet);
}

static void put_metrics(struct sheet *sheet)
{
	static const char *const heads[] = { "Time", "Took", "From", "To", "Note" };

	sheet_table(sheet, "Times", heads, ARRAY_LEN(heads));
	for (int i = 0; i < METRIC_COUNT; i++) {
		const struct story_metric *metric = &sheet->story->metrics[i];
		char took[WHEN_TEXT];

		sheet_took(took, metric->took);
		sheet_row(sheet);
		sheet_field(sheet, metric->label);
		sheet_field(sheet, took);
		sheet_field(sheet, sheet_milestone(metric->from));
		sheet_field(sheet, sheet_milestone(metric->to));
		sheet_field(sheet, metric->note);
		sheet_row_end(sheet);
	}
	sheet_table_end(sheet);
}

static void put_severities(struct sheet *sheet)
{
	static const char *const heads[] = { "Severity", "Time in it" };

	sheet_table(sheet, "Time in each severity", heads, ARRAY_LEN(heads));
	for (unsigned i = 1; i <= 3; i++) {
		if (sheet->story->in_severity[i] <= 0)
			continue;
		sheet_row(sheet);
		sheet_field_begin(sheet);
		sheet_fmt(sheet, "SEV%u", i);
		sheet_field_end(sheet);
		sheet_field_took(sheet, sheet->story->in_severity[i]);
		sheet_row_end(sheet);
	}
	sheet_table_end(sheet);
}

static void put_objectives(struct sheet *sheet)
{
	static const char *const heads[] = { "Component", "Objective", "Target", "Achieved", "Met",
					     "Note" };
	const struct story *story = sheet->story;

	if (story->objective_count == 0)
		return;
	sheet_table(sheet, "Recovery objectives", heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < story->objective_count; i++) {
		const struct story_objective *objective = &story->objectives[i];
		char achieved[WHEN_TEXT];

		sheet_took(achieved, objective->achieved);
		sheet_row(sheet);
		sheet_field(sheet, objective->component);
		sheet_field(sheet, objective->rpo ? "RPO" : "RTO");
		sheet_field_took(sheet, objective->target);
		sheet_field(sheet, achieved);
		sheet_field(sheet, !objective->known ? "not known" : objective->met ? "yes" : "NO");
		sheet_field(sheet, objective->note);
		sheet_row_end(sheet);
	}
	sheet_table_end(sheet);
}

static void put_money(struct sheet *sheet)
{
	static const char *const heads[] = { "Asset", "At the declaration", "At the end", "Note" };
	const struct story *story = sheet->story;

	if (story->money_count == 0)
		return;
	sheet_table(sheet, "Money at risk", heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < story->money_count; i++) {
		const struct story_money *money = &story->money[i];

		sheet_row(sheet);
		sheet_field(sheet, money->asset);
		sheet_field(sheet, money->before ? money->before : "not known");
		sheet_field(sheet, money->after ? money->after : "not known");
		sheet_field(sheet, money->because);
		sheet_row_end(sheet);
	}
	sheet_table_end(sheet);
}

void sheet_write_metrics(struct sheet *sheet, size_t from, size_t to)
{
	(void)from;
	(void)to;
	put_milestones(sheet);
	put_metrics(sheet);
	put_severities(sheet);
	put_objectives(sheet);
	put_money(sheet);
}
