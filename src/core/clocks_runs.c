/*
 * clocks_runs.c: what runs of runbooks owe: the next step, what regressed or was interrupted, a
 * second person's word, a time that was set in the runbook.
 *
 * What regressed, was interrupted or waits for a word stands in the events; what is next, and what
 * the runbook has set a time for, needs the checklist that app has made of the run.
 */
#include <string.h>

#include "core/books.h"
#include "core/clocks_inside.h"

typedef void owe_run(struct sheet *sheet, const struct run *run, const struct checklist *list);

static const struct checklist *list_of(const struct clocks_in *in, const struct run *run)
{
	for (size_t i = 0; in->runs && i < in->run_count; i++)
		if (in->runs[i].run && in->runs[i].list &&
		    strcmp(in->runs[i].run->event, run->event) == 0)
			return in->runs[i].list;
	return NULL;
}

static void each_run(struct sheet *sheet, owe_run *each)
{
	for (size_t i = 0; i < sheet->incident->run_count && !incident_over(sheet->incident); i++) {
		const struct run *run = &sheet->incident->runs[i];

		if (run_goes_on(run))
			each(sheet, run, list_of(sheet->in, run));
	}
}

static struct claim claim_of(struct claim claim, const struct run *run, const char *step)
{
	claim.event = run->event;
	claim.subject = step;
	return claim;
}

/* --- the next step -------------------------------------------------------------------------- */

/* One that was opened from it is on top: it comes back when that one is over. */
static bool is_covered(const struct incident *incident, const struct run *run)
{
	for (size_t i = 0; i < incident->run_count; i++)
		if (run_goes_on(&incident->runs[i]) &&
		    strcmp(incident->runs[i].parent, run->event) == 0)
			return true;
	return false;
}

static const char *elsewhere(const struct step *step)
{
	for (size_t i = 0; i < step->fence_count; i++)
		if (event_text(step->fences[i].on)[0])
			return step->fences[i].on;
	return "";
}

/* Where several walks go on, a step is named with its runbook: "indexer-down 7", else "step 7". */
static const char *walk_name(const struct sheet *sheet, const struct run *run)
{
	size_t going = 0;

	for (size_t i = 0; i < sheet->incident->run_count; i++)
		going += run_goes_on(&sheet->incident->runs[i]) &&
			 !is_covered(sheet->incident, &sheet->incident->runs[i]);
	return going > 1 ? run->runbook : "step";
}

static void owe_next_of(struct sheet *sheet, const struct run *run, const struct checklist *list)
{
	struct claim claim = claim_now(sheet, OWED_STEP);
	const struct checklist_item *item;

	if (!list || list->next >= list->count || is_covered(sheet->incident, run))
		return;
	item = &list->items[list->next];
	claim = claim_of(claim, run, item->step->id);
	if (list->waits_for[0])
		claim.prompt = WHEN_NEVER;
	if (item->state == ITEM_STATE_RUNNING)
		owe(sheet, &claim, "%s %u  %s: its command runs", walk_name(sheet, run),
		    item->step->n, item->step->title);
	else if (item->mark->claimed_by[0] &&
		 strcmp(item->mark->claimed_by, event_text(sheet->in->operator)) != 0)
		owe(sheet, &claim, "%s %u  %s: %s is at it", walk_name(sheet, run), item->step->n,
		    item->step->title, item->mark->claimed_by);
	else if (elsewhere(item->step)[0])
		owe(sheet, &claim, "%s %u  %s, on %s", walk_name(sheet, run), item->step->n,
		    item->step->title, elsewhere(item->step));
	else
		owe(sheet, &claim, "%s %u  %s", walk_name(sheet, run), item->step->n,
		    item->step->title);
}

void owe_next_step(struct sheet *sheet)
{
	each_run(sheet, owe_next_of);
}

/* --- what asks for attention ---------------------------------------------------------------- */

/* The number that people say, where the runbook is known. */
static void put_name(const char *walk, const struct checklist *list, size_t index,
		     const struct run_step *step, struct buf *out)
{
	if (list && index < list->count && list->items[index].mark == step)
		buf_fmt(out, "%s %u  %s", walk, list->items[index].step->n,
			list->items[index].step->title);
	else
		buf_fmt(out, "%s %s", walk, step->id);
}

static void owe_word(struct sheet *sheet, const struct claim *claim, const struct checklist *list,
		     const struct run *run, size_t index, const char *words)
{
	struct claim of_step = claim_of(*claim, run, run->steps[index].id);
	struct buf name = { 0 };

	put_name(walk_name(sheet, run), list, index, &run->steps[index], &name);
	owe(sheet, &of_step, "%s %s", buf_cstr(&name), words);
	buf_done(&name);
}

/* What does not apply any more asks for nothing. */
static bool applies(const struct checklist *list, size_t index)
{
	return !list || index >= list->count ||
	       list->items[index].state != ITEM_STATE_NOT_APPLICABLE;
}

static bool has_regressed(const struct checklist *list, const struct run *run, size_t index)
{
	if (list && index < list->count)
		return list->items[index].state == ITEM_STATE_REGRESSED;
	return run->steps[index].mark == MARK_REGRESSED;
}

static void owe_regressed_of(struct sheet *sheet, const struct run *run,
			     const struct checklist *list)
{
	struct claim claim = claim_now(sheet, OWED_REGRESSED);

	for (size_t i = 0; i < run->step_count; i++)
		if (has_regressed(list, run, i))
			owe_word(sheet, &claim, list, run, i, "was so, and is so no more");
}

void owe_regressed(struct sheet *sheet)
{
	each_run(sheet, owe_regressed_of);
}

static bool is_interrupted(const struct checklist *list, const struct run *run, size_t index)
{
	const struct run_step *step = &run->steps[index];
	const struct attempt *attempt;

	if (!step->running[0])
		return false;
	if (list && index < list->count)
		return list->items[index].state == ITEM_STATE_INTERRUPTED;
	attempt = run_attempt(step, step->running);
	return attempt && attempt->interrupted;
}

static void owe_interrupted_of(struct sheet *sheet, const struct run *run,
			       const struct checklist *list)
{
	struct claim claim = claim_now(sheet, OWED_INTERRUPTED);

	for (size_t i = 0; i < run->step_count; i++)
		if (is_interrupted(list, run, i))
			owe_word(sheet, &claim, list, run, i,
				 "was interrupted, its outcome is not known: look, and say what it came to");
}

void owe_interrupted(struct sheet *sheet)
{
	each_run(sheet, owe_interrupted_of);
}

static void owe_confirmations_of(struct sheet *sheet, const struct run *run,
				 const struct checklist *list)
{
	for (size_t i = 0; i < run->step_count; i++) {
		const struct run_step *step = &run->steps[i];
		struct claim claim = claim_now(sheet, OWED_CONFIRM);

		if (!step->asked[0] || step->confirmed_by[0] || !applies(list, i))
			continue;
		claim.due = step->asked_t;
		owe_word(sheet, &claim, list, run, i,
			 strcmp(step->asked_by, event_text(sheet->in->operator)) == 0 ?
				 "waits for a second person to confirm it" :
				 "waits for your word, as the second person");
	}
}

void owe_confirmations(struct sheet *sheet)
{
	each_run(sheet, owe_confirmations_of);
}

/* --- times that the runbook sets ------------------------------------------------------------ */

/* From when the step counts: what is due after the incident, from its resolution on. */
static msec due_of(const struct incident *incident, const struct run *run,
		   const struct checklist_item *item)
{
	const struct step *step = item->step;
	msec resolved = incident->milestones[MILESTONE_RESOLVED].t;

	if (step->due > 0)
		return incident_open(incident) || resolved == WHEN_NEVER ? WHEN_NEVER :
									   resolved + step->due;
	if (step->kind == STEP_ESCALATE && step->after > 0)
		return run->t + step->after;
	if (item->began_t <= 0 || (step->kind != STEP_WAIT && step->timeout <= 0))
		return WHEN_NEVER;
	return item->began_t + (step->timeout > 0 ? step->timeout : item->needed);
}

static void owe_times_of(struct sheet *sheet, const struct run *run, const struct checklist *list)
{
	for (size_t i = 0; list && i < list->count; i++) {
		const struct checklist_item *item = &list->items[i];
		bool waits = item->open || (item->ahead && step_is_called_for(sheet->incident,
									      item->step));
		msec due = waits ? due_of(sheet->incident, run, item) : WHEN_NEVER;
		struct claim claim = claim_due(OWED_STEP_DUE, due);

		if (due == WHEN_NEVER)
			continue;
		claim = claim_of(claim, run, item->step->id);
		owe(sheet, &claim, "step %u  %s%s%s", item->step->n, item->step->title,
		    item->step->kind == STEP_ESCALATE ? ": call " : "",
		    item->step->kind == STEP_ESCALATE ? event_text(item->step->to) : "");
	}
}

void owe_step_times(struct sheet *sheet)
{
	each_run(sheet, owe_times_of);
}
