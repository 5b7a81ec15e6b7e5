#include "core/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { DURATIONS = 64 };		/* kept of each step: the median needs no more */

/* --- steps ---------------------------------------------------------------------------------- */

const struct past_step *past_step(const struct book_past *past, const char *id)
{
	for (size_t i = 0; i < past->step_count; i++)
		if (strcmp(past->steps[i].id, id) == 0)
			return &past->steps[i];
	return NULL;
}

void past_proven(const struct book_past *past, const char *id, msec now, struct buf *out)
{
	const struct past_step *step = past_step(past, id);
	char age[WHEN_TEXT];

	if (!step || step->proven_at == WHEN_NEVER) {
		buf_text(out, "NEVER RUN");
		return;
	}
	when_format_age(age, now - step->proven_at);
	buf_fmt(out, "last proven %s ago, %s", age, step->proven_by);
}

static size_t place_of(struct book_past *past, const char *id)
{
	const struct past_step *step = past_step(past, id);
	size_t at = past->step_count;

	if (step)
		return (size_t)(step - past->steps);
	if (at == PAST_STEPS)
		return at;
	past->steps[at] = (struct past_step){ .proven_at = WHEN_NEVER };
	(void)str_put(past->steps[at].id, sizeof(past->steps[at].id), id);
	past->step_count++;
	return at;
}

static void add_duration(struct book_past *past, size_t at, msec took)
{
	past->steps[at].count++;
	if (took <= 0 || past->kept[at] == DURATIONS)
		return;
	if (!past->durations[at])
		past->durations[at] = mem_array(DURATIONS, sizeof(*past->durations[at]));
	past->durations[at][past->kept[at]++] = took;
}

static void prove(struct past_step *step, const struct incident *incident, msec at)
{
	const char *what = strcmp(incident->type, "drill") == 0 ? "drill" : "incident";

	if (step->proven_at != WHEN_NEVER && step->proven_at >= at)
		return;
	step->proven_at = at;
	(void)snprintf(step->proven_by, sizeof(step->proven_by), "%s #%s", what, incident->id);
}

static bool is_so(const struct run_step *step)
{
	return step->mark == MARK_SENSED || step->mark == MARK_DONE;
}

/* What was ticked as it was begun tells nothing: it counts from what was ticked before it. */
static msec took(const struct run *run, const struct run_step *step)
{
	msec from = run->t;

	if (step->started_t && step->started_t < step->t)
		return step->t - step->started_t;
	for (size_t i = 0; i < run->step_count; i++) {
		const struct run_step *other = &run->steps[i];

		if (step_mark_settles(other->mark) && other->t < step->t && other->t > from)
			from = other->t;
	}
	return step->t - from;
}

static void add_step(struct book_past *past, const struct incident *incident,
		     const struct run *run, const struct run_step *step)
{
	size_t at;

	if (!is_so(step))
		return;
	at = place_of(past, step->id);
	if (at == PAST_STEPS)
		return;
	prove(&past->steps[at], incident, step->at);
	add_duration(past, at, took(run, step));
}

/* --- runs ----------------------------------------------------------------------------------- */

static const struct run_step *mender(const struct run *run, msec mitigated_t)
{
	const struct run_step *last = NULL;

	for (size_t i = 0; mitigated_t != WHEN_NEVER && i < run->step_count; i++) {
		const struct run_step *step = &run->steps[i];

		if (is_so(step) && step->t <= mitigated_t && (!last || step->t >= last->t))
			last = step;
	}
	return last;
}

static unsigned open_actions(const struct incident *incident)
{
	unsigned count = 0;

	for (size_t i = 0; i < incident->action_count; i++)
		count += !incident->actions[i].settled;
	return count;
}

static void fill_run(struct past_run *out, const struct incident *incident, const struct run *run,
		     const char *folder)
{
	const struct milestone *impact = &incident->milestones[MILESTONE_IMPACT_STARTED];
	const struct milestone *mitigated = &incident->milestones[MILESTONE_MITIGATED];
	const struct run_step *step = mender(run, mitigated->t);

	*out = (struct past_run){ .at = run->at, .to_mitigate = WHEN_NEVER,
				  .open_actions = open_actions(incident) };
	(void)str_put(out->incident, sizeof(out->incident), incident->id);
	(void)str_put(out->title, sizeof(out->title), incident->title);
	(void)str_put(out->folder, sizeof(out->folder), folder);
	(void)str_put(out->runbook, sizeof(out->runbook), run->runbook);
	(void)str_put(out->type, sizeof(out->type), incident->type);
	(void)str_put(out->words, sizeof(out->words), run_goes_on(run) ? "not ended" : run->words);
	if (step)
		(void)str_put(out->mended_by, sizeof(out->mended_by), step->id);
	if (impact->at != WHEN_NEVER && mitigated->at != WHEN_NEVER && mitigated->t >= impact->t)
		out->to_mitigate = mitigated->t - impact->t;
}

static void add_run(struct book_past *past, const struct past_run *run)
{
	size_t at = past->run_count;

	past->total++;
	while (at > 0 && past->runs[at - 1].at < run->at)
		at--;
	if (at == PAST_RUNS)
		return;
	if (past->run_count < PAST_RUNS)
		past->run_count++;
	memmove(&past->runs[at + 1], &past->runs[at],
		(past->run_count - at - 1) * sizeof(past->runs[0]));
	past->runs[at] = *run;
}

void past_add(struct book_past *past, const struct incident *incident, const char *folder)
{
	for (size_t i = 0; i < incident->run_count; i++) {
		const struct run *run = &incident->runs[i];
		struct past_run row;

		if (strcmp(run->runbook, past->runbook) != 0)
			continue;
		fill_run(&row, incident, run, folder);
		add_run(past, &row);
		for (size_t j = 0; j < run->step_count; j++)
			add_step(past, incident, run, &run->steps[j]);
	}
}

static int by_length(const void *a, const void *b)
{
	msec left = *(const msec *)a, right = *(const msec *)b;

	return (left > right) - (left < right);
}

void past_finish(struct book_past *past)
{
	for (size_t i = 0; i < past->step_count; i++) {
		size_t kept = past->kept[i];

		if (kept == 0)
			continue;
		qsort(past->durations[i], kept, sizeof(*past->durations[i]), by_length);
		past->steps[i].usually = (past->durations[i][(kept - 1) / 2] +
					  past->durations[i][kept / 2]) / 2;
	}
}

void past_done(struct book_past *past)
{
	for (size_t i = 0; i < PAST_STEPS; i++)
		mem_free(past->durations[i]);
	memset(past, 0, sizeof(*past));
}
