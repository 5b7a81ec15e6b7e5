/* dr_report_hands.c: manual interventions (S1-75), counted from the record. */
#include <stdlib.h>
#include <string.h>

#include "export/dr_report_inside.h"

static void add(struct dr_figures *f, const struct dr_hand *hand)
{
	f->hands[f->hand_count++] = *hand;
}

/* The event of a record, when it is one of those that count; its texts live in the arena. */
static bool read_event(struct dr_figures *f, const struct record *record, struct event *out)
{
	struct journal_line line;

	if (record->undone || record->repeat)
		return false;
	if (record->kind != EVENT_STEP_RUN_STARTED && record->kind != EVENT_STEP_REPEATED &&
	    record->kind != EVENT_DRILL_INTERVENED)
		return false;
	return journal_line_parse(str_of(record->line), &line, NULL) &&
	       journal_line_event(&line, &f->arena, out, NULL);
}

static void add_event(struct dr_figures *f, const struct event *event)
{
	const struct event_data *data = &event->data;
	const char *text = event_text(data->text);
	struct dr_hand hand = { .at = event->at, .step = data->step,
				.by = arena_text(&f->arena, event->by, strlen(event->by)) };

	if (event->kind == EVENT_STEP_RUN_STARTED && (data->has & F(step)))
		return;		/* the runbook's own command */
	if (event->kind == EVENT_STEP_RUN_STARTED)
		hand.what = arena_fmt(&f->arena, "ran outside any runbook: %s", text);
	else if (event->kind == EVENT_STEP_REPEATED)
		hand.what = arena_fmt(&f->arena, "opened the step again: %s",
				      event_text(data->reason));
	else
		hand.what = arena_text(&f->arena, text, strlen(text));
	add(f, &hand);
}

/* A step counts as what it was in the end: one that failed and was opened again is one more round,
 * which its own event says. */
static void add_step(struct dr_figures *f, const struct run_step *step)
{
	const char *word = step->mark == MARK_FAILED ? "the step failed" :
			   step->mark == MARK_OVERRIDDEN ? "passed although its check did not hold" :
			   NULL;
	struct dr_hand hand = { .at = step->at, .by = step->by, .step = step->id };

	if (!word)
		return;
	hand.what = *step->reason ? arena_fmt(&f->arena, "%s: %s", word, step->reason) : word;
	add(f, &hand);
}

static int by_time(const void *a, const void *b)
{
	const struct dr_hand *left = a, *right = b;
	int words;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	words = strcmp(left->what, right->what);
	return words ? words : strcmp(left->by, right->by);
}

static size_t most(const struct dr_figures *f)
{
	size_t count = history_count(f->in->history);

	for (size_t i = 0; i < f->in->incident->run_count; i++)
		count += f->in->incident->runs[i].step_count;
	return count;
}

void dr_hands(struct dr_figures *f)
{
	const struct incident *incident = f->in->incident;
	const struct history *history = f->in->history;
	struct event event;

	if (!incident || !history)
		return;
	f->hands = arena_array(&f->arena, most(f) + 1, sizeof(*f->hands));
	for (size_t i = 0; i < history_count(history); i++)
		if (read_event(f, history_record(history, i), &event))
			add_event(f, &event);
	for (size_t i = 0; i < incident->run_count; i++)
		for (size_t j = 0; j < incident->runs[i].step_count; j++)
			add_step(f, &incident->runs[i].steps[j]);
	qsort(f->hands, f->hand_count, sizeof(*f->hands), by_time);
}
