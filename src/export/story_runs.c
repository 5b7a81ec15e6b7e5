/*
 * story_runs.c: how each runbook was followed.
 */
#include <string.h>

#include "base/mem.h"
#include "export/story_inside.h"

static msec duration(const struct run_step *step)
{
	bool marked = step->mark != MARK_TODO && step->mark != MARK_REGRESSED;

	return marked && step->started_t && step->t >= step->started_t ? step->t - step->started_t :
		WHEN_NEVER;
}

static void count_commands(struct story_run *out, const struct run_step *step)
{
	for (size_t i = 0; i < step->attempt_count; i++) {
		const char *how = step->attempts[i].how;
		bool copied = strcmp(how, "copied") == 0;

		out->by_hand += copied;
		out->commands += !copied && strcmp(how, "not-run") != 0;
	}
}

static void count_mark(struct story_run *out, enum step_mark mark)
{
	switch (mark) {
	case MARK_TODO:
	case MARK_REGRESSED:
		out->open++;
		break;
	case MARK_SENSED:
		out->sensed++;
		break;
	case MARK_DONE:
		out->done++;
		break;
	case MARK_FAILED:
		out->failed++;
		break;
	case MARK_SKIPPED:
		out->skipped++;
		break;
	case MARK_OVERRIDDEN:
		out->overridden++;
		break;
	case MARK_DEFERRED:
		out->deferred++;
		break;
	}
}

static void put_run(struct story_run *out, const struct run *run)
{
	out->run = run;
	out->steps = mem_array(run->step_count, sizeof(*out->steps));
	for (size_t i = 0; i < run->step_count; i++) {
		const struct run_step *step = &run->steps[i];

		out->steps[i] = (struct story_step){
			.step = step, .took = duration(step),
			.usually = step->usually > 0 ? step->usually : WHEN_NEVER,
			.automatic = step->mark != MARK_TODO && step->src != SRC_HUMAN,
		};
		count_mark(out, step->mark);
		count_commands(out, step);
		out->early += step->early;
		out->repeated += step->round;
	}
}

void story_put_runs(struct story *story)
{
	story->run_count = story->incident->run_count;
	story->runs = mem_array(story->run_count, sizeof(*story->runs));
	for (size_t i = 0; i < story->run_count; i++)
		put_run(&story->runs[i], &story->incident->runs[i]);
}
