/*
 * The fold of runs (run.h): their begin and end, and the marks of their steps. What two consoles do
 * at once to one step:
 *
 *	the same mark twice	one thing: the earlier one counts, the later one is a repeat
 *	done or sensed, and then skipped, overridden or put off	it stays done
 *	decided twice		the later one counts
 */
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "core/run_inside.h"

#define USUALLY_MOST (365 * WHEN_DAY / WHEN_SECOND)	/* a step of a year is none */

/* --- runs ----------------------------------------------------------------------------------- */

static void put_steps(struct run *run, const struct text_list *ids)
{
	size_t count = ids->count < RUN_STEPS_MAX ? ids->count : RUN_STEPS_MAX;

	run->steps = mem_array(count, sizeof(*run->steps));
	run->step_count = count;
	for (size_t i = 0; i < count; i++) {
		struct run_step *step = &run->steps[i];

		put_line(step->id, sizeof(step->id), ids->items[i]);
		step->at = step->until = WHEN_NEVER;
	}
}

/* "STEP=SECONDS", mostly in the order of the steps: the search goes on where it was. */
static void put_usual(struct run *run, const struct text_list *values)
{
	size_t at = 0;

	for (size_t i = 0; i < values->count; i++) {
		const char *end = strrchr(values->items[i], '=');
		struct str id = end ? str_sub(values->items[i], (size_t)(end - values->items[i])) :
				      str_of("");
		int64_t seconds;
		size_t seen = 0;

		if (!end || !num_parse_i64(str_of(end + 1), &seconds) || seconds < 1 ||
		    seconds > USUALLY_MOST)
			continue;
		for (; seen < run->step_count && !str_eq(id, run->steps[at].id); seen++)
			at = (at + 1) % run->step_count;
		if (seen < run->step_count)
			run->steps[at].usually = seconds * WHEN_SECOND;
	}
}

void fold_RUN_STARTED(struct folding *f)
{
	struct incident *incident = f->incident;
	const char *mode = event_text(f->data->mode);
	struct run *run;

	if (incident->run_count == RUNS_MAX)
		return;
	incident->runs = mem_grow(incident->runs, &incident->run_cap, incident->run_count + 1,
				  sizeof(*run));
	run = &incident->runs[incident->run_count++];
	*run = (struct run){ .at = f->event->at, .t = f->t, .ended_at = WHEN_NEVER,
			     .ended_t = WHEN_NEVER, .native = strcmp(mode, "plain") != 0,
			     .instruct = strcmp(mode, "instruct") == 0 };
	str_put(run->event, sizeof(run->event), f->event->id);
	str_put(run->by, sizeof(run->by), f->event->by);
	put_line(run->runbook, sizeof(run->runbook), f->data->runbook);
	put_line(run->title, sizeof(run->title), f->data->title);
	put_line(run->sha256, sizeof(run->sha256), f->data->sha256);
	put_line(run->blob, sizeof(run->blob), f->data->blob);
	put_line(run->parent, sizeof(run->parent), f->data->of);
	put_line(run->because, sizeof(run->because), f->data->because);
	put_steps(run, &f->data->steps);
	put_usual(run, &f->data->values);
}

void fold_RUN_ENDED(struct folding *f)
{
	struct run *run = incident_run(f->incident, event_text(f->data->run));

	if (!run)
		return;
	f->repeat = !run_goes_on(run);
	if (f->repeat)
		return;
	run->ended_at = f->event->at;
	run->ended_t = f->t;
	put_line(run->words, sizeof(run->words), f->data->text);
}

/* store/trust.h keeps what is accepted; the timeline says when. */
void fold_RUNBOOK_ACCEPTED(struct folding *f)
{
	(void)f;
}

void fold_INPUT_GIVEN(struct folding *f)
{
	struct run *run = incident_run(f->incident, event_text(f->data->run));
	struct run_value *value = NULL;
	char name[NAME_TEXT];

	if (!run)
		return;
	put_line(name, sizeof(name), f->data->name);
	for (size_t i = 0; i < run->value_count && !value; i++) {
		if (strcmp(run->values[i].name, name) == 0)
			value = &run->values[i];
	}
	if (!value) {
		run->values = mem_grow(run->values, &run->value_cap, run->value_count + 1,
				       sizeof(*value));
		value = &run->values[run->value_count++];
		*value = (struct run_value){ 0 };
	}
	str_put(value->name, sizeof(value->name), name);
	str_put(value->by, sizeof(value->by), f->event->by);
	mem_free(value->value);
	value->value = f->data->has & F(text) ? mem_text(f->data->text) : NULL;
}

/* --- marks ---------------------------------------------------------------------------------- */

static void put_mark(struct folding *f, struct run_step *step, enum step_mark mark,
		     const char *reason)
{
	if (step->mark == MARK_DEFERRED)
		step_taken_up(f, step->event, step_mark_word(mark));
	step->mark = mark;
	step->at = f->event->at;
	step->t = f->t;
	step->until = WHEN_NEVER;
	step->src = f->event->src;
	step->early = false;
	str_put(step->event, sizeof(step->event), f->event->id);
	str_put(step->by, sizeof(step->by), f->event->by);
	put_line(step->reason, sizeof(step->reason), reason);
	step_unclaim(step);
}

/* It is known how it came out: what ran is waited for no more. */
static void settle(struct folding *f, struct run_step *step, enum step_mark mark,
		   const char *reason)
{
	put_mark(f, step, mark, reason);
	step_touch(f, step);
	step->running[0] = '\0';
	step_unask(step);
}

static bool is_so(const struct run_step *step)
{
	return step->mark == MARK_DONE || step->mark == MARK_SENSED;
}

void fold_STEP_STARTED(struct folding *f)
{
	struct place place;

	if (place_of(f, &place))
		step_touch(f, place.step);
}

void fold_STEP_DONE(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	f->repeat = is_so(place.step);
	if (f->repeat)
		return;
	settle(f, place.step, MARK_DONE, f->data->text);
	place.step->early = f->data->has & F(early) && f->data->early;
	if (f->data->has & F(who))
		put_line(place.step->by, sizeof(place.step->by), f->data->who);
}

/* What a person has said of it stands. */
void fold_STEP_SENSED(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	f->repeat = step_mark_settles(place.step->mark) || place.step->mark == MARK_FAILED;
	if (!f->repeat)
		settle(f, place.step, MARK_SENSED, f->data->because);
}

void fold_STEP_REGRESSED(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	f->repeat = !is_so(place.step);
	if (!f->repeat)
		put_mark(f, place.step, MARK_REGRESSED, f->data->because);
}

/* False: the step is so, or has this mark. */
static bool pass_over(struct folding *f, enum step_mark mark, struct place *place)
{
	if (!place_of(f, place))
		return false;
	f->repeat = place->step->mark == mark;
	if (f->repeat || is_so(place->step))
		return false;
	settle(f, place->step, mark, f->data->reason);
	return true;
}

void fold_STEP_SKIPPED(struct folding *f)
{
	struct place place;

	(void)pass_over(f, MARK_SKIPPED, &place);
}

void fold_STEP_OVERRIDDEN(struct folding *f)
{
	struct place place;

	(void)pass_over(f, MARK_OVERRIDDEN, &place);
}

void fold_STEP_DEFERRED(struct folding *f)
{
	struct place place;

	if (!pass_over(f, MARK_DEFERRED, &place))
		return;
	place.step->until = folding_time(f, F(until), f->data->until);
	step_put_off(f);
}

void fold_STEP_FAILED(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	f->repeat = place.step->mark == MARK_FAILED;
	if (!f->repeat)
		settle(f, place.step, MARK_FAILED, f->data->reason);
}

/* A new round: its attempts stay, what they came to does not count any more. */
void fold_STEP_REPEATED(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	put_mark(f, place.step, MARK_TODO, f->data->reason);
	place.step->round++;
	place.step->started_t = 0;
	place.step->running[0] = place.step->option[0] = '\0';
	step_unask(place.step);
}

void fold_DECISION_TAKEN(struct folding *f)
{
	struct place place;
	char option[NAME_TEXT];
	const char *reason = f->data->has & F(reason) ? f->data->reason : f->data->because;

	if (!place_of(f, &place))
		return;
	put_line(option, sizeof(option), f->data->option);
	f->repeat = place.step->mark == MARK_DONE && strcmp(place.step->option, option) == 0;
	if (f->repeat)
		return;
	settle(f, place.step, MARK_DONE, reason);
	str_put(place.step->option, sizeof(place.step->option), option);
}

/* The deferred item was settled from the incident's list: so is the step. */
void run_deferred_settled(struct folding *f)
{
	const char *of = event_text(f->data->of);

	for (size_t i = 0; i < f->incident->run_count; i++) {
		struct run *run = &f->incident->runs[i];

		for (size_t j = 0; j < run->step_count; j++) {
			struct run_step *step = &run->steps[j];

			if (step->mark == MARK_DEFERRED && strcmp(step->event, of) == 0)
				settle(f, step, MARK_DONE, f->data->text);
		}
	}
}

