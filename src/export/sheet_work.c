/*
 * sheet_work.c: what was done: runbooks as they were followed, updates as they were owed, what is
 * to be done so that it does not come again, and how the signals ran.
 */
#include "export/sheet_sections.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/num.h"
#include "export/chart_scale.h"

static void put_run_facts(struct sheet *sheet, const struct story_run *of)
{
	static const char *const heads[] = { "Done", "Sensed", "Overridden", "Skipped", "Deferred",
					     "Failed", "Open", "Out of order", "Repeated",
					     "Commands run", "By hand" };
	const unsigned counts[] = { of->done, of->sensed, of->overridden, of->skipped, of->deferred,
				    of->failed, of->open, of->early, of->repeated, of->commands,
				    of->by_hand };

	_Static_assert(ARRAY_LEN(heads) == ARRAY_LEN(counts), "each has its head");
	sheet_table(sheet, "How it was followed: steps, and commands", heads, ARRAY_LEN(heads));
	sheet_row(sheet);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		sheet_field_count(sheet, counts[i]);
	sheet_row_end(sheet);
	sheet_table_end(sheet);
}

static void put_step(struct sheet *sheet, const struct story_step *of)
{
	const struct run_step *step = of->step;

	sheet_row(sheet);
	sheet_field(sheet, of->title ? of->title : step->id);
	sheet_field_begin(sheet);
	sheet_words(sheet, step_mark_word(step->mark));
	sheet_words(sheet, step->early ? ", out of order" : "");
	sheet_words(sheet, step->round > 0 ? ", repeated" : "");
	sheet_field_end(sheet);
	sheet_field_begin(sheet);
	if (*step->event) {
		sheet_words(sheet, of->automatic ? "auto" : "human: ");
		sheet_said(sheet, of->automatic ? NULL : story_name(sheet->story, step->by));
	}
	sheet_field_end(sheet);
	sheet_field_took(sheet, of->took);
	sheet_field_took(sheet, of->usually);
	sheet_field(sheet, *step->reason ? step->reason : step->option);
	sheet_row_end(sheet);
}

static void put_run_head(struct sheet *sheet, const struct run *run)
{
	char at[WHEN_TEXT], ended[WHEN_TEXT];

	when_format(at, run->at);
	when_format(ended, run->ended_at);
	sheet_paragraph_begin(sheet);
	sheet_fmt(sheet, "%s, started %s by %s", run->runbook, at, story_name(sheet->story, run->by));
	if (run->ended_at != WHEN_NEVER)
		sheet_fmt(sheet, ", ended %s", ended);
	sheet_fmt(sheet, "%s%s; revision sha256 %s%s%s", *run->words ? ": " : "", run->words,
		 run->sha256, *run->blob ? ", blob " : "", run->blob);
	sheet_paragraph_end(sheet);
}

static void put_run(struct sheet *sheet, size_t index)
{
	static const char *const heads[] = { "Step", "State", "Who", "Took", "Usually", "Why" };
	const struct story_run *of = &sheet->story->runs[index];

	if (sheet->story->in.public_) {
		char title[WHEN_TEXT + 16];

		(void)snprintf(title, sizeof(title), "Runbook %zu", index + 1);
		sheet_subheading(sheet, title);
		put_run_facts(sheet, of);
		return;
	}
	sheet_subheading(sheet, *of->run->title ? of->run->title : of->run->runbook);
	put_run_head(sheet, of->run);
	put_run_facts(sheet, of);
	sheet_table(sheet, "Its steps", heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < of->run->step_count; i++)
		put_step(sheet, &of->steps[i]);
	sheet_table_end(sheet);
}

void sheet_write_runs(struct sheet *sheet, size_t from, size_t to)
{
	if (from == to)
		sheet_nothing(sheet, "None was followed.");
	for (size_t i = from; i < to; i++)
		put_run(sheet, i);
}

void sheet_write_updates(struct sheet *sheet, size_t from, size_t to)
{
	static const char *const heads[] = { "Promised every", "Late after", "Fell due", "Sent",
					     "Late", "Missed", "Longest gap" };
	const struct story_updates *updates = &sheet->story->updates;

	(void)from;
	(void)to;
	if (updates->every == 0)
		sheet_paragraph(sheet, "None were owed.");
	sheet_table(sheet, "Updates to stakeholders", heads, ARRAY_LEN(heads));
	sheet_row(sheet);
	sheet_field_took(sheet, updates->every ? updates->every : WHEN_NEVER);
	sheet_field_took(sheet, updates->overdue ? updates->overdue : WHEN_NEVER);
	sheet_field_count(sheet, updates->due);
	sheet_field_count(sheet, updates->sent);
	sheet_field_count(sheet, updates->late);
	sheet_field_count(sheet, updates->missed);
	sheet_field_took(sheet, updates->longest_gap);
	sheet_row_end(sheet);
	sheet_table_end(sheet);
}

static void put_owner(struct sheet *sheet, const struct tracked *action)
{
	sheet_field(sheet, *action->who ? story_name(sheet->story, action->who) : "nobody");
}

static void put_action(struct sheet *sheet, const struct tracked *action)
{
	bool inside = !sheet->story->in.public_;

	sheet_row(sheet);
	sheet_field_count(sheet, action->n);
	sheet_field(sheet, story_type(sheet->story, action->type));
	if (inside)
		sheet_field(sheet, action->text);
	put_owner(sheet, action);
	sheet_field_time(sheet, action->until);
	sheet_field(sheet, action->settled ? "done" : "open");
	if (inside)
		sheet_field(sheet, action->outcome);
	sheet_row_end(sheet);
}

static void put_none(struct sheet *sheet)
{
	static const char *const types[] = {
#define X(sym, word) [ACTION_TYPE_##sym] = (word),
		ACTION_TYPES(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const char *none = sheet->story->incident->aftermath.none[i];

		if (!*none)
			continue;
		sheet_paragraph_begin(sheet);
		sheet_fmt(sheet, "No action of type %s", types[i]);
		if (!sheet->story->in.public_)
			sheet_fmt(sheet, ", because %s", none);
		sheet_paragraph_end(sheet);
	}
}

void sheet_write_actions(struct sheet *sheet, size_t from, size_t to)
{
	static const char *const inside[] = { "No", "Type", "Action", "Owner", "Due", "State",
					      "Outcome" };
	static const char *const outside[] = { "No", "Type", "Owner", "Due", "State" };
	bool all = !sheet->story->in.public_;

	if (from < to) {
		sheet_table(sheet, "What keeps it from coming again", all ? inside : outside,
			   all ? ARRAY_LEN(inside) : ARRAY_LEN(outside));
		for (size_t i = from; i < to; i++)
			put_action(sheet, &sheet->story->incident->actions[i]);
		sheet_table_end(sheet);
	} else {
		sheet_paragraph(sheet, "None yet.");
	}
	if (from == 0)
		put_none(sheet);
}

static void put_value(struct sheet *sheet, const struct course_point *point, const char *unit)
{
	struct buf text = { 0 };

	if (point) {
		num_put(&text, point->value, 3);
		buf_fmt(&text, "%s%s", *unit ? " " : "", unit);
	}
	sheet_field(sheet, buf_cstr(&text));
	sheet_field_time(sheet, point ? point->at : WHEN_NEVER);
	buf_done(&text);
}

static void put_course(struct sheet *sheet, const struct course *course)
{
	const struct course_point *least = NULL, *most = NULL;
	struct str name = chart_name(sheet->story, course);
	size_t unknown = 0;

	for (size_t i = 0; i < course->count; i++) {
		const struct course_point *point = &course->points[i];

		if (isnan(point->value)) {
			unknown++;
			continue;
		}
		least = !least || point->value < least->value ? point : least;
		most = !most || point->value > most->value ? point : most;
	}
	sheet_row(sheet);
	sheet_field_begin(sheet);
	sheet_fmt(sheet, "%.*s", (int)name.len, name.p);
	sheet_field_end(sheet);
	put_value(sheet, least, chart_unit(sheet->story, course));
	put_value(sheet, most, chart_unit(sheet->story, course));
	sheet_field_count(sheet, course->count - unknown);
	sheet_field_count(sheet, unknown);
	sheet_row_end(sheet);
}

void sheet_write_signals(struct sheet *sheet, size_t from, size_t to)
{
	static const char *const heads[] = { "Signal", "Least", "at", "Most", "at",
					     "Readings", "Unknown" };
	const struct story *story = sheet->story;

	(void)from;
	(void)to;
	if (story->course_count == 0) {
		sheet_nothing(sheet, "Nothing was kept of how the signals ran.");
		return;
	}
	sheet_table(sheet, "Signals around it", heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < story->course_count; i++)
		put_course(sheet, &story->courses[i]);
	sheet_table_end(sheet);
}
