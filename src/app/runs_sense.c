/*
 * runs_sense.c: what the instruments say of the steps, and the check fences that the console runs
 * by itself.
 */
#include <string.h>

#include "app/drills.h"
#include "app/runs_inside.h"
#include "base/mem.h"
#include "base/outside.h"

#define CHECK_TIMEOUT (30 * WHEN_SECOND)
#define TOLD_AGAIN (10 * WHEN_SECOND)		/* an order that came to nothing is given again */

enum { CHECK_CAP = 64 * 1024 };

/* --- the list --- */

/* A console that says that it goes is gone, and so is one without a sign of life. */
void sense_lost(struct runs *runs)
{
	struct docket docket;
	msec wall = runs_now(runs).wall;
	size_t count = 0;

	dossier_docket(runs->setup.dossier, &docket);
	for (size_t i = 0; i < docket.peer_count && count < LOST_MAX; i++) {
		const struct peer *peer = &docket.peers[i];

		if (!peer->lost && wall - peer->heard < CONSOLE_SILENT)
			continue;
		str_put(runs->lost_text[count], ORIGIN_TEXT, peer->origin);
		runs->lost[count] = runs->lost_text[count];
		count++;
	}
	runs->lost[count] = NULL;
}

static struct checklist_in in_of(const struct walk *walk, const struct run *run)
{
	const struct runs *runs = walk->owner;
	const struct books *books = bookcase_books(runs->setup.bookcase);
	const struct incident *incident = runs_incident(runs);
	struct now now = runs_now(runs);

	return (struct checklist_in){
		.incident = incident, .run = run, .runbook = walk->runbook,
		.world = runs->setup.estate->world,
		.senses = run_goes_on(run) ? walk->senses : NULL,
		.past = books->past(books->arg, run->runbook), .lost = runs->lost,
		.t = incident_scale(incident, dossier_origin(runs->setup.dossier), now.wall),
		.steady = now.steady,
	};
}

void sense_make(struct walk *walk)
{
	const struct run *run = run_of_walk(walk);
	struct checklist_in in;

	if (!run || !walk->runbook)
		return;
	in = in_of(walk, run);
	checklist_make(&walk->list, &in);
}

/* --- what must be recorded --- */

/* The same order for the same step in the same state is on its way already. */
static bool is_told(struct walk *walk, const struct order *order)
{
	size_t at = step_of_walk(walk, order->data.step);
	const struct run_step *mark = run_step(run_of_walk(walk), order->data.step);
	msec steady = runs_now(walk->owner).steady;
	struct told *told;

	if (at == SIZE_MAX || !mark)
		return true;
	told = &walk->told[at];
	if (told->kind == order->kind && strcmp(told->after, mark->event) == 0 &&
	    steady - told->at < TOLD_AGAIN)
		return true;
	*told = (struct told){ .kind = order->kind, .at = steady };
	str_put(told->after, sizeof(told->after), mark->event);
	return false;
}

/* A refusal of what is sensed is no news: a person was faster. */
static void record(struct walk *walk)
{
	struct order orders[WALK_ORDERS];
	size_t count = checklist_orders(&walk->list, orders, WALK_ORDERS);

	for (size_t i = 0; i < count; i++) {
		struct err err = { 0 };

		EVENT_SET(orders[i].data, run, walk->event);	/* the state may be folded anew */
		if (!is_told(walk, &orders[i]))
			(void)runs_submit(walk->owner, &orders[i], &err);
	}
}

void sense_look(struct walk *walk)
{
	const struct run *run = run_of_walk(walk);
	struct checklist_in in;

	if (!run || !walk->runbook)
		return;
	in = in_of(walk, run);
	if (run_goes_on(run))
		checklist_sense(&in, walk->senses);
	checklist_make(&walk->list, &in);
	if (run_goes_on(run))
		record(walk);
}

/* --- check fences --- */

/* How long it is due already; WHEN_NEVER: it is not. One that never ran comes first. */
static msec due_since(const struct walk *walk, size_t step, size_t fence, msec steady)
{
	const struct step *of = &walk->runbook->steps[step];
	size_t slot = checklist_fence(of, fence);
	const struct fence_sense *sense;

	if (slot == SIZE_MAX)
		return WHEN_NEVER;
	sense = &walk->senses[step].fences[slot];
	if (sense->at == 0 || sense->at == WHEN_NEVER)
		return INT64_MAX;
	steady -= sense->at + checklist_every(of, &of->fences[fence]);
	return steady >= 0 ? steady : WHEN_NEVER;
}

struct due {
	size_t step, fence;
	msec since;
};

static void find_due(const struct walk *walk, enum book_section section, msec steady,
		     struct due *out)
{
	for (size_t i = 0; i < walk->list.count; i++) {
		const struct step *step = &walk->runbook->steps[i];

		if (step->section != section ||
		    walk->list.items[i].state == ITEM_STATE_NOT_APPLICABLE)
			continue;
		for (size_t j = 0; j < step->fence_count; j++) {
			msec since = due_since(walk, i, j, steady);

			if (since != WHEN_NEVER && (out->since == WHEN_NEVER || since > out->since))
				*out = (struct due){ i, j, since };
		}
	}
}

static struct fence_sense *sense_of(struct runs *runs)
{
	struct walk *walk = runs_walk(runs, runs->checking.run);

	return walk && walk->senses ? &walk->senses[runs->checking.step].fences[runs->checking.slot]
				    : NULL;
}

static void finish(struct runs *runs, enum truth truth, const char *said)
{
	struct fence_sense *sense = sense_of(runs);

	if (sense) {
		sense->truth = truth;
		sense->at = runs_now(runs).steady;
		str_put(sense->said, sizeof(sense->said), said);
	}
	arena_done(&runs->checking.arena);
	runs->checking = (struct checking){ .run = "" };
	runs_tell(runs);
}

/* What it wrote, where it says something, else how it ended. */
static void say_outcome(const struct fence *fence, struct str output, size_t cut_at,
			const char *how, char out[BECAUSE_TEXT])
{
	struct buf text = { 0 };
	char last[BECAUSE_TEXT];

	(void)output_redact(output, cut_at, output.len, &text);
	output_said(str_sub(buf_cstr(&text), text.len), last);
	buf_clear(&text);
	buf_fmt(&text, "%s%s%s: %s", fence->name[0] ? fence->name : "its check", how[0] ? " " : "",
		how, last[0] ? last : "no output");
	(void)str_put(out, BECAUSE_TEXT, buf_cstr(&text));
	buf_done(&text);
}

static void on_ended(void *arg, const struct task_end *end)
{
	struct runs *runs = arg;
	const struct fence *fence = runs->checking.fence;
	bool well = fence_judge_exit(fence, end) && fence_judge_text(fence, end->output);
	enum truth truth = end->kind == TASK_EXITED ? (well ? TRUTH_YES : TRUTH_NO) : TRUTH_UNKNOWN;
	char said[BECAUSE_TEXT], how[64] = "";

	if (end->kind == TASK_NOT_RUN) {
		str_put(said, sizeof(said), end->why);
	} else {
		if (!well && end->kind == TASK_EXITED)
			(void)snprintf(how, sizeof(how), "exit %lld", (long long)end->status);
		else if (!well)
			str_put(how, sizeof(how), task_end_word(end->kind));
		say_outcome(fence, end->output, end->cut_at, how, said);
	}
	runs->checking.task = NULL;
	finish(runs, truth, said);
}

static void on_answer(void *arg, const struct fence_answer *answer)
{
	struct runs *runs = arg;
	const struct fence *fence = runs->checking.fence;
	bool well = answer->ran && answer->well && fence_judge_text(fence, answer->text);
	char said[BECAUSE_TEXT];

	say_outcome(fence, answer->text, 0, "", said);
	runs->checking.errand = NULL;
	finish(runs, !answer->ran ? TRUTH_UNKNOWN : well ? TRUTH_YES : TRUTH_NO, said);
}

static bool start_errand(struct runs *runs, const struct values *values,
			 const struct interlock *interlock, struct err *err)
{
	struct checking *checking = &runs->checking;
	struct fence_plan plan = {
		.loop = runs->setup.loop, .environment = runs->setup.context->environment,
		.fence = checking->fence, .values = values->real,
		.source = ready_source(runs, checking->fence->source),
		.timeout = checking->fence->timeout ? checking->fence->timeout : CHECK_TIMEOUT,
	};

	if (!plan.source)
		return err_set(err, ERR_NOT_FOUND, "no source %s is configured",
			       checking->fence->source);
	if (!ready_target(runs, plan.source, checking->fence, interlock, &plan.target, err))
		return false;
	checking->errand = fences_start(&plan, on_answer, runs);
	return true;
}

static bool start_task(struct runs *runs, const struct values *values, struct err *err)
{
	struct checking *checking = &runs->checking;
	const struct fence *fence = checking->fence;
	struct task_plan plan = {
		.loop = runs->setup.loop, .shell = fence->lang == LANG_SH ? "sh" : "bash",
		.text = str_of(fence->text), .cwd = fence->cwd[0] ? fence->cwd : NULL,
		.timeout = fence->timeout ? fence->timeout : CHECK_TIMEOUT, .cap = CHECK_CAP,
		.check = true, .ended = on_ended, .arg = runs,
	};

	if (!fence_environment(runs, values->real, &checking->arena, &plan.environment, err))
		return false;
	checking->task = task_start(&plan);
	return true;
}

/* A box that could not be run by hand is not run by itself either. */
static void start_check(struct runs *runs, struct walk *walk, const struct due *due)
{
	const struct run_place place = { .walk = walk, .step = due->step, .fence = due->fence };
	struct checking *checking = &runs->checking;
	struct ready ready;
	struct values values;
	struct err err = { 0 };

	str_put(checking->run, sizeof(checking->run), walk->event);
	checking->step = due->step;
	checking->slot = checklist_fence(&walk->runbook->steps[due->step], due->fence);
	checking->fence = fence_copy(&walk->runbook->steps[due->step].fences[due->fence],
				     &checking->arena);
	if (!ready_make(runs, &place, &checking->arena, &ready, &values))
		finish(runs, TRUTH_UNKNOWN, "there is no such check");
	else if (ready.refusal)
		finish(runs, TRUTH_UNKNOWN, ready.refusal);
	else if (ready.elsewhere || ready.odd || ready.care > 0)
		finish(runs, TRUTH_UNKNOWN, ready.elsewhere ? "it belongs on another host" :
		       "it is not run by itself: it has odd characters or writes");
	else if (!(fence_is_native(checking->fence) ?
		   start_errand(runs, &values, &ready.interlock, &err) :
		   start_task(runs, &values, &err)))
		finish(runs, TRUTH_UNKNOWN, err.text);
}

/* One at a time; while a command of the operator runs, none. */
void check_look(struct runs *runs)
{
	struct walk *walk = runs->sight[0] ? runs_walk(runs, runs->sight) : NULL;
	const struct run *run = walk ? run_of_walk(walk) : NULL;
	struct due due = { .since = WHEN_NEVER };
	struct err err = { 0 };

	if (!run || !walk->runbook || !walk->accepted || !run_goes_on(run) || run->instruct ||
	    runs->checking.fence || runs->act.stage != ACT_NONE ||
	    !drills_fence_of(runs_incident(runs), runs->setup.settings, &err))
		return;
	find_due(walk, runs->section, runs_now(runs).steady, &due);
	if (due.since != WHEN_NEVER)
		start_check(runs, walk, &due);
}

void check_drop(struct runs *runs)
{
	task_drop(runs->checking.task);
	fences_cancel(runs->checking.errand);
	arena_done(&runs->checking.arena);
	runs->checking = (struct checking){ .run = "" };
}
