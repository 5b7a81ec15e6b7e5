/*
 * The fold of runs: who is at a step, who confirms it, and what was run. What two consoles do at
 * once to one step:
 *
 *	claimed twice	the earlier one has it, unless the later one takes it over (`reason`)
 *	run twice	both are kept; it runs until both have ended
 */
#include <string.h>

#include "base/mem.h"
#include "core/run_inside.h"

bool place_of(struct folding *f, struct place *out)
{
	out->run = incident_run(f->incident, event_text(f->data->run));
	out->step = out->run ? run_step(out->run, event_text(f->data->step)) : NULL;
	if (out->run && !out->step)
		out->run->unknown_steps++;
	return out->step;
}

void step_touch(struct folding *f, struct run_step *step)
{
	if (!step->started_t)
		step->started_t = f->t;
}

void step_unclaim(struct run_step *step)
{
	step->claimed_by[0] = step->claim_origin[0] = '\0';
	step->claimed_t = 0;
}

void step_unask(struct run_step *step)
{
	step->asked[0] = step->asked_by[0] = step->asked_digest[0] = step->confirmed_by[0] = '\0';
	step->asked_t = 0;
	step->asked_fence = 0;
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
	step_touch(f, step);
}

void fold_STEP_CLAIM_RELEASED(struct folding *f)
{
	struct place place;

	if (place_of(f, &place))
		step_unclaim(place.step);
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

static size_t fence_of(const struct event_data *data)
{
	return data->has & F(fence) && data->fence > 0 ? (size_t)data->fence : 0;
}

void fold_STEP_CONFIRM_ASKED(struct folding *f)
{
	struct place place;

	if (!place_of(f, &place))
		return;
	step_unask(place.step);
	step_touch(f, place.step);
	place.step->asked_t = f->t;
	place.step->asked_fence = fence_of(f->data);
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
	step_touch(f, place.step);
	step_unask(place.step);
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
