/*
 * The fold of runs (run.h). What two consoles do at once to one step:
 *
 *	the same mark twice	one thing: the earlier one counts, the later one is a repeat
 *	done or sensed, and then skipped, overridden or put off	it stays done
 *	claimed twice		the earlier one has it, unless the later one takes it over (`reason`)
 *	decided twice		the later one counts
 */
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/incident_fold.h"

struct place {
	struct run *run;
	struct run_step *step;
};

/* The run and step that the event names. False: there is none; of a run that is there it is
 * counted. */
static bool place_of(struct folding *f, struct place *out)
{
	out->run = incident_run(f->incident, event_text(f->data->run));
	out->step = out->run ? run_step(out->run, event_text(f->data->step)) : NULL;
	if (out->run && !out->step)
		out->run->unknown_steps++;
	return out->step;
}

static void touch(struct folding *f, struct run_step *step)
{
	if (!step->started_t)
		step->started_t = f->t;
}

static void unclaim(struct run_step *step)
{
	step->claimed_by[0] = step->claim_origin[0] = '\0';
	step->claimed_t = 0;
}

static void unask(struct run_step *step)
{
	step->asked[0] = step->asked_by[0] = step->asked_digest[0] = step->confirmed_by[0] = '\0';
	step->asked_t = 0;
}

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
	unclaim(step);
}

/* It is known how it came out: what ran is waited for no more. */
static void settle(struct folding *f, struct run_step *step, enum step_mark mark,
		   const char *reason)
{
	put_mark(f, step, mark, reason);
	touch(f, step);
	step->running[0] = '\0';
	unask(step);
}

static bool is_so(const struct run_step *step)
{
	return step->mark == MARK_DONE || step->mark == MARK_SENSED;
}

void fold_STEP_STARTED(struct folding *f)
{
	struct place place;

	if (place_of(f, &place))
		touch(f, place.step);
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
	unask(place.step);
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

/* --- claims and confirmations --------------------------------------------------------------- */

void fold_STEP_CLAIMED(struct folding *f)
{
	struct place place;
	struct run_step *step;

	if (!place_of(f, &place))
		return;
	step = place.step;
	f->repeat = strcmp(step->claimed_by, f->event->by) == 0 &&
		    strcmp(step->claim_origin, f->event->origin) == 0;
	if (f->repeat || (step->claimed_by[0] && !(f->data->has & F(reason))))
		return;
	str_put(step->claimed_by, sizeof(step->claimed_by), f->event->by);
	str_put(step->claim_origin, sizeof(step->claim_origin), f->event->origin);
	step->claimed_t = f->t;
	touch(f, step);
}

void fold_STEP_CLAIM_RELEASED(struct folding *f)
{
	struct place place;

	if (place_of(f, &place))
		unclaim(place.step);
}

/* Positions in the lookup are one number for a run and its step. */
static size_t position_of(const struct incident *incident, const struct place *place)
{
	return (size_t)(place->run - incident->runs) * RUN_STEPS_MAX +
	       (size_t)(place->step - place->run->steps);
}

static struct run_step *step_at(const struct incident *incident, size_t position)
{
	return &incident->runs[position / RUN_STEPS_MAX].steps[position % RUN_STEPS_MAX];
}

void fold_STEP_CONFIRM_ASKED(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	unask(place.step);
	touch(f, place.step);
	place.step->asked_t = f->t;
	str_put(place.step->asked, sizeof(place.step->asked), f->event->id);
	str_put(place.step->asked_by, sizeof(place.step->asked_by), f->event->by);
	put_line(place.step->asked_digest, sizeof(place.step->asked_digest), f->data->sha256);
	lookup_add(f->incident->lookup, lookup_hash(LOOKUP_CONFIRM, f->event->id),
		   position_of(f->incident, &place));
}

/* Nobody is a second person to himself, whatever a file says. */
void fold_STEP_CONFIRMED(struct folding *f)
{
	const char *of = event_text(f->data->of);
	size_t next = 0, position;

	while (lookup_next(f->incident->lookup, lookup_hash(LOOKUP_CONFIRM, of), &next, &position)) {
		struct run_step *step = step_at(f->incident, position);

		if (strcmp(step->asked, of) != 0)
			continue;
		f->repeat = step->confirmed_by[0];
		if (!f->repeat && strcmp(step->asked_by, f->event->by) != 0)
			str_put(step->confirmed_by, sizeof(step->confirmed_by), f->event->by);
		return;
	}
}

/* --- commands ------------------------------------------------------------------------------- */

static struct attempt *add_attempt(struct run_step *step)
{
	step->attempts = mem_grow(step->attempts, &step->attempt_cap, step->attempt_count + 1,
				  sizeof(*step->attempts));
	return &step->attempts[step->attempt_count++];
}

static size_t fence_of(const struct event_data *data)
{
	return data->has & F(fence) && data->fence > 0 ? (size_t)data->fence : 0;
}

void fold_STEP_RUN_STARTED(struct folding *f)
{
	struct place place;
	struct attempt *attempt;

	if (!(f->data->has & F(run)) || !(f->data->has & F(step))) {
		f->incident->manual_commands++;
		return;
	}
	if (!place_of(f, &place))
		return;
	attempt = add_attempt(place.step);
	*attempt = (struct attempt){ .at = f->event->at, .t = f->t, .fence = fence_of(f->data),
				     .round = place.step->round,
				     .command = mem_text(event_text(f->data->text)) };
	str_put(attempt->event, sizeof(attempt->event), f->event->id);
	str_put(attempt->origin, sizeof(attempt->origin), f->event->origin);
	str_put(attempt->by, sizeof(attempt->by), f->event->by);
	put_line(attempt->host, sizeof(attempt->host), f->data->host);
	str_put(place.step->running, sizeof(place.step->running), f->event->id);
	touch(f, place.step);
	unask(place.step);
	lookup_add(f->incident->lookup, lookup_hash(LOOKUP_ATTEMPT, f->event->id),
		   position_of(f->incident, &place));
}

/* Two consoles may have begun at once: the other one still runs. */
static void run_on(struct run_step *step)
{
	step->running[0] = '\0';
	for (size_t i = 0; i < step->attempt_count; i++) {
		const struct attempt *attempt = &step->attempts[i];

		if (!attempt->ended && attempt->round == step->round)
			str_put(step->running, sizeof(step->running), attempt->event);
	}
}

static void end_attempt(struct folding *f, struct run_step *step, struct attempt *attempt)
{
	f->repeat = attempt->ended;
	if (f->repeat)
		return;
	attempt->ended = true;
	attempt->took = f->data->has & F(took_ms) ? f->data->took_ms : f->t - attempt->t;
	attempt->exit = f->data->status;
	attempt->judged = f->data->has & F(ok);
	attempt->well = attempt->judged && f->data->ok;
	put_line(attempt->how, sizeof(attempt->how), f->data->how);
	put_line(attempt->output, sizeof(attempt->output), f->data->sha256);
	put_line(attempt->answer, sizeof(attempt->answer), f->data->text);
	if (strcmp(step->running, attempt->event) == 0)
		run_on(step);
}

void fold_STEP_RUN_ENDED(struct folding *f)
{
	const char *of = event_text(f->data->of);
	size_t next = 0, position;

	if (f->data->has & F(sha256))
		evidence_add(f, "output");
	while (lookup_next(f->incident->lookup, lookup_hash(LOOKUP_ATTEMPT, of), &next, &position)) {
		struct run_step *step = step_at(f->incident, position);
		struct attempt *attempt = run_attempt(step, of);

		if (attempt) {
			end_attempt(f, step, attempt);
			return;
		}
	}
}

void run_interrupt(struct folding *f)
{
	for (size_t i = 0; i < f->incident->run_count; i++) {
		struct run *run = &f->incident->runs[i];

		for (size_t j = 0; j < run->step_count; j++) {
			struct run_step *step = &run->steps[j];
			struct attempt *attempt = NULL;

			if (step->running[0])
				attempt = run_attempt(step, step->running);
			if (attempt && strcmp(attempt->origin, f->event->origin) == 0)
				attempt->interrupted = true;
		}
	}
}
