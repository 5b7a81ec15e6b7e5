#include "app/afterword.h"

#include <string.h>

#include "base/mem.h"
#include "export/story.h"
#include "store/journal.h"

struct afterword_maker {
	uv_work_t work;
	afterword_made *made;		/* NULL: nobody waits for it any more */
	void *arg;
	char folder[512], incident[INCIDENT_ID];
	bool shared;
	msec now;
	struct afterword out;
};

static void put_times(const struct story *story, struct afterword *out)
{
	for (size_t i = 0; i < METRIC_COUNT && out->time_count < AFTERWORD_TIMES; i++) {
		const struct story_metric *metric = &story->metrics[i];
		struct afterword_time *time = &out->times[out->time_count++];

		*time = (struct afterword_time){
			.label = metric->label, .from = milestone_word(metric->from),
			.to = milestone_word(metric->to),
			.from_at = story->milestones[metric->from].at,
			.to_at = story->milestones[metric->to].at, .took = metric->took,
		};
		str_put(time->note, sizeof(time->note), metric->note);
	}
}

static void put_updates(const struct story_updates *updates, struct afterword *out)
{
	out->update_every = updates->every;
	out->longest_gap = updates->longest_gap;
	out->updates_due = updates->due;
	out->updates_sent = updates->sent;
	out->updates_late = updates->late;
	out->updates_missed = updates->missed;
}

static void put_runs(const struct story *story, struct afterword *out)
{
	out->runs = story->run_count;
	out->by_hand = story->interventions;
	for (size_t i = 0; i < story->run_count; i++) {
		const struct story_run *run = &story->runs[i];

		out->done += run->done;
		out->sensed += run->sensed;
		out->overridden += run->overridden;
		out->skipped += run->skipped;
		out->deferred += run->deferred;
		out->failed += run->failed;
		out->left_open += run->open;
		out->commands += run->commands;
	}
}

static void put_questions(const struct story *story, struct afterword *out)
{
	size_t shown = story->question_count < AFTERWORD_QUESTIONS ? story->question_count :
		       AFTERWORD_QUESTIONS;

	for (size_t i = 0; i < shown; i++)
		str_put(out->questions[i], sizeof(out->questions[i]), story->questions[i]);
	out->question_count = shown;
	out->questions_more = story->question_count - shown;
}

void afterword_make(const struct history *history, msec now, struct afterword *out)
{
	const struct story_in in = {
		.history = history, .tool_version = BINNACLE_VERSION, .exported_at = now,
	};
	struct story *story = story_new(&in);

	*out = (struct afterword){ .known = true };
	put_times(story, out);
	put_updates(&story->updates, out);
	put_runs(story, out);
	put_questions(story, out);
	story_free(story);
}

static void visit(void *arg, const char *origin, struct str line)
{
	struct err err;

	(void)history_take_from(arg, origin, line, &err);	/* damage is told by whoever opened it */
}

static void in_worker(uv_work_t *work)
{
	struct afterword_maker *maker = work->data;
	struct journal_who nobody = { 0 };
	struct err err = { 0 };
	struct journal *journal = journal_open(maker->folder, false, maker->shared, &nobody, &err);
	struct history *history;

	if (!journal) {
		str_put(maker->out.trouble, sizeof(maker->out.trouble), err.text);
		return;
	}
	history = history_new(maker->incident);
	if (journal_follow(journal, visit, history, &err)) {
		history_fold(history);
		afterword_make(history, maker->now, &maker->out);
	} else {
		str_put(maker->out.trouble, sizeof(maker->out.trouble), err.text);
	}
	history_free(history);
	journal_close(journal);
}

static void on_return(uv_work_t *work, int status)
{
	struct afterword_maker *maker = work->data;

	(void)status;
	if (maker->made)
		maker->made(maker->arg, &maker->out);
	mem_free(maker);
}

struct afterword_maker *afterword_start(const struct afterword_plan *plan)
{
	struct afterword_maker *maker = mem_new(sizeof(*maker));

	maker->made = plan->made;
	maker->arg = plan->arg;
	maker->shared = plan->shared;
	maker->now = loop_now(plan->loop).wall;
	str_put(maker->folder, sizeof(maker->folder), plan->folder);
	str_put(maker->incident, sizeof(maker->incident), plan->incident);
	maker->work.data = maker;
	uv_queue_work(loop_uv(plan->loop), &maker->work, in_worker, on_return);
	return maker;
}

void afterword_stop(struct afterword_maker *maker)
{
	if (maker)
		maker->made = NULL;
}
