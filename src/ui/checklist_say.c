/*
 * checklist_say.c: a step in words: what stands at its right, what Enter does on it, what would run
 * next, what is proposed.
 */
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/say.h"

size_t checklist_next_fence(const struct docket_run *run, size_t step)
{
	const struct checklist_item *item = &run->list->items[step];

	for (size_t i = 0; i < item->step->fence_count; i++) {
		const struct fence *fence = &item->step->fences[i];
		bool well = false;

		if (fence->check || fence->lang == LANG_TEXT || i == item->step->rollback_fence)
			continue;
		for (size_t k = 0; k < item->mark->attempt_count; k++)
			well = well || (item->mark->attempts[k].fence == i &&
					item->mark->attempts[k].round == item->mark->round &&
					item->mark->attempts[k].well);
		if (!well)
			return i;
	}
	return SIZE_MAX;
}

size_t checklist_proposed(const struct scene *scene, const struct step *step, struct buf *because)
{
	struct expr_world live = checklist_world(scene->world);

	for (size_t i = 0; i < step->option_count; i++) {
		buf_clear(because);
		if (step->options[i].probe &&
		    expr_eval(step->options[i].probe, &live, because) == TRUTH_YES)
			return i;
	}
	return SIZE_MAX;
}

/* A link to another runbook, where the step has nothing of its own to run. */
static bool is_link(const struct docket_run *run, size_t step)
{
	return run->list->items[step].step->link[0] && checklist_next_fence(run, step) == SIZE_MAX;
}

bool checklist_is_settled(enum item_state state)
{
	return state == ITEM_STATE_SENSED || state == ITEM_STATE_DONE || state == ITEM_STATE_SKIPPED ||
	       state == ITEM_STATE_OVERRIDDEN || state == ITEM_STATE_NOT_APPLICABLE;
}

const char *checklist_act_word(enum step_act act)
{
	static const char *const words[] = {
#define X(sym, word) [STEP_ACT_##sym] = (word),
		STEP_ACTS(X)
#undef X
	};

	return words[act];
}

enum step_act checklist_act(const struct docket_run *run, size_t step)
{
	static const enum step_act acts[] = {
		[STEP_MANUAL] = STEP_ACT_EXPLAIN, [STEP_COMMAND] = STEP_ACT_EXPLAIN,
		[STEP_CHECK] = STEP_ACT_EXPLAIN, [STEP_DECISION] = STEP_ACT_CHOOSE,
		[STEP_INPUT] = STEP_ACT_ENTER, [STEP_WAIT] = STEP_ACT_EXPLAIN,
		[STEP_NOTIFY] = STEP_ACT_WRITE, [STEP_ESCALATE] = STEP_ACT_CALL,
	};
	const struct checklist_item *item = &run->list->items[step];

	if (item->step->kind == STEP_DECISION || item->step->kind == STEP_INPUT)
		return acts[item->step->kind];
	if (checklist_is_settled(item->state))
		return STEP_ACT_EXPLAIN;
	if (checklist_next_fence(run, step) != SIZE_MAX)
		return STEP_ACT_RUN;
	return is_link(run, step) ? STEP_ACT_LINK : acts[item->step->kind];
}

msec checklist_now(const struct scene *scene)
{
	const struct docket *docket = checklist_docket(scene);

	return incident_scale(docket->incident, docket->origin, scene->now);
}

/* "usually 4m, you are at 9m", from the first touch on. */
static enum role say_pace(const struct scene *scene, const struct checklist_item *item,
			  struct buf *out)
{
	msec spent = item->began_t ? checklist_now(scene) - item->began_t : 0;
	char usually[WHEN_TEXT], at[WHEN_TEXT];

	if (item->expected <= 0)
		return ROLE_PLAIN;
	when_format_duration(usually, (item->expected + WHEN_SECOND - 1) / WHEN_SECOND * WHEN_SECOND);
	when_format_duration(at, spent / WHEN_SECOND * WHEN_SECOND);
	buf_fmt(out, "%susually %s", out->len ? "; " : "", usually);
	if (item->began_t)
		buf_fmt(out, ", you are at %s", at);
	return spent > item->expected ? ROLE_WARN : ROLE_PLAIN;
}

/* "ana 02:04" */
static void say_who(const struct scene *scene, const struct run_step *mark, struct buf *out)
{
	char at[SAY_TEXT];

	say_clock(scene, mark->at, at);
	buf_fmt(out, "%s %s", mark->src == SRC_SENSED ? "auto" : mark->by, at);
}

static void say_held(const struct checklist_item *item, struct buf *out)
{
	char held[WHEN_TEXT], needed[WHEN_TEXT];

	when_format_duration(held, item->held / WHEN_SECOND * WHEN_SECOND);
	when_format_duration(needed, item->needed);
	buf_fmt(out, "held %s of %s", held, needed);
}

/* What the instruments say of it now. */
static enum role say_live(const struct checklist_item *item, struct buf *out)
{
	const struct sense *sense = item->looked;

	if (!sense)
		return ROLE_PLAIN;
	if (item->needed > 0 && sense->now == TRUTH_YES && item->held < item->needed)
		say_held(item, out);
	else
		buf_text(out, sense->because);
	return sense->now == TRUTH_UNKNOWN ? ROLE_UNKNOWN : ROLE_PLAIN;
}

/* Its output may stand below the screen, and whether it is done is for a person to say. */
static void say_ran(const struct checklist_item *item, struct buf *out)
{
	const struct attempt *last = run_last_attempt(item->mark);

	if (!last || !last->ended || !last->well || last->round != item->mark->round)
		return;
	buf_text(out, "ran well, x ticks it");
	if (last->answer[0])
		buf_fmt(out, ": %s", last->answer);
}

static enum role say_todo(const struct scene *scene, const struct checklist_item *item,
			  struct buf *out)
{
	const struct step *step = item->step;
	enum role role = say_live(item, out);

	if (out->len == 0)
		say_ran(item, out);
	if (out->len == 0 && item->mark->claimed_by[0])
		buf_fmt(out, "%s is at it", item->mark->claimed_by);
	if (out->len == 0 && step->danger != DANGER_NONE)
		buf_text(out, step->danger == DANGER_CAUTION ? "CAUTION: types the target" :
			 "WARNING: asks for a word");
	if (out->len == 0 && step->role[0])
		buf_fmt(out, "for %s", step->role);
	return say_pace(scene, item, out) == ROLE_WARN ? ROLE_WARN : role;
}

static bool is_at_work(const struct docket_run *run, const struct checklist_item *item)
{
	return run->pane && run->pane->busy && !run->pane->check &&
	       strcmp(run->pane->step, item->step->id) == 0;
}

/* Whose outcome says whether this step applies; itself: none before it. */
static size_t decider_of(const struct checklist *list, size_t step)
{
	const struct step *of = list->items[step].step;

	if (of->branch_of < step)
		return of->branch_of;
	for (size_t i = 0; of->when.step[0] && i < step; i++)
		if (strcmp(list->items[i].step->id, of->when.step) == 0)
			return i;
	return step;
}

/* A way that nobody has chosen yet is not one that was not taken. */
static void say_branch(const struct checklist *list, size_t step, struct buf *out)
{
	size_t on = decider_of(list, step);

	while (on < step && list->items[on].state == ITEM_STATE_NOT_APPLICABLE) {
		step = on;
		on = decider_of(list, step);
	}
	if (on < step && !checklist_is_settled(list->items[on].state))
		buf_fmt(out, "waits for step %u", list->items[on].step->n);
	else
		buf_text(out, "not on this branch");
}

enum role checklist_say(const struct scene *scene, const struct docket_run *run, size_t step,
			struct buf *out)
{
	const struct checklist_item *item = &run->list->items[step];
	const struct run_step *mark = item->mark;
	char until[SAY_TEXT];

	switch (item->state) {
	case ITEM_STATE_TODO:
		return say_todo(scene, item, out);
	case ITEM_STATE_SENSED:
		say_who(scene, mark, out);
		return ROLE_DIM;
	case ITEM_STATE_DONE:
		say_who(scene, mark, out);
		buf_fmt(out, "%s%s", mark->option[0] ? ", " : "", mark->option);
		return ROLE_DIM;
	case ITEM_STATE_RUNNING:
		buf_text(out, is_at_work(run, item) ? run->pane->state : "runs");
		return ROLE_STRONG;
	case ITEM_STATE_FAILED:
		buf_fmt(out, "FAILED%s%s", mark->reason[0] ? ": " : "", mark->reason);
		return ROLE_BAD;
	case ITEM_STATE_SKIPPED:
		buf_fmt(out, "skipped: %s", mark->reason);
		return ROLE_DIM;
	case ITEM_STATE_OVERRIDDEN:
		buf_fmt(out, "OVERRIDDEN: %s", mark->reason);
		return ROLE_WARN;
	case ITEM_STATE_DEFERRED:
		say_clock(scene, mark->until, until);
		buf_fmt(out, "put off to %s: %s", until, mark->reason);
		return ROLE_WARN;
	case ITEM_STATE_REGRESSED:
		buf_text(out, "no more: ");
		(void)say_live(item, out);
		return ROLE_WARN;
	case ITEM_STATE_UNKNOWN:
		(void)say_live(item, out);
		return ROLE_UNKNOWN;
	case ITEM_STATE_INTERRUPTED:
		buf_text(out, "interrupted, outcome unknown");
		return ROLE_BAD;
	case ITEM_STATE_NOT_APPLICABLE:
		say_branch(run->list, step, out);
		return ROLE_DIM;
	case ITEM_STATE_COUNT:
		break;
	}
	return ROLE_PLAIN;
}
