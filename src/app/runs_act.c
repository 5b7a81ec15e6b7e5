/* runs_act.c: the command that is about to run, runs, or has run. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/runs_inside.h"
#include "base/outside.h"

#define SAVING_PATIENCE (5 * WHEN_SECOND)	/* a command that starts later is a surprise */
#define LADDER (2 * WHEN_SECOND)
#define TIMEOUT_USUAL (10 * WHEN_MINUTE)

enum { OUTPUT_CAP = 256 * 1024 };

/* --- its end --- */

struct outcome {
	const char *how;
	bool known, well;		/* known: it is known whether it went well */
	int64_t status;
	bool has_status;
	msec took;
	struct str output;		/* raw */
	size_t cut_at;			/* of it, where bytes are missing; 0: nowhere */
	uint64_t bytes;			/* in all */
	const char *why;		/* of one that was not run; "" */
};

static void put_pane(struct act *act, const struct outcome *outcome)
{
	struct pane *pane = act->catcher.pane;
	char took[WHEN_TEXT];

	if (!pane)
		return;
	catcher_end(&act->catcher, outcome->bytes);
	act->catcher.pane = NULL;
	when_format_duration(took, outcome->took);
	pane->busy = false;
	pane->well = outcome->well;
	if (outcome->why[0])
		(void)snprintf(pane->state, sizeof(pane->state), "not run: %.200s", outcome->why);
	else if (outcome->has_status && strcmp(outcome->how, "exited") == 0)
		(void)snprintf(pane->state, sizeof(pane->state), "exit %lld after %s, %llu bytes",
			       (long long)outcome->status, took, (unsigned long long)outcome->bytes);
	else
		(void)snprintf(pane->state, sizeof(pane->state), "%s after %s, %llu bytes",
			       outcome->how, took, (unsigned long long)outcome->bytes);
}

static void keep_output(struct runs *runs, struct str text)
{
	struct act *act = &runs->act;
	char name[RUN_STEP_ID + 16];
	struct err err = { 0 };

	(void)snprintf(name, sizeof(name), "%.64s.txt", act->step[0] ? act->step : "command");
	if (text.len > 0 && !dossier_evidence(runs->setup.dossier, text, name, "output of a command",
					      runs->setup.operator, runs_now(runs).wall, &err))
		runs_say(runs, "its output is not kept: %s", err.text);
}

static void submit_end(struct runs *runs, const struct outcome *outcome)
{
	struct act *act = &runs->act;
	struct order order = { .kind = EVENT_STEP_RUN_ENDED, .at = WHEN_NEVER, .src = SRC_SENSED };
	struct buf text = { 0 };
	char sha256[DIGEST_HEX], said[BECAUSE_TEXT];
	size_t hidden = output_redact(outcome->output, outcome->cut_at, outcome->bytes, &text);
	struct str kept = str_sub(buf_cstr(&text), text.len);
	struct err err = { 0 };

	EVENT_SET(order.data, of, act->event);
	EVENT_SET(order.data, how, outcome->how);
	if (outcome->has_status)
		EVENT_SET(order.data, status, outcome->status);
	if (outcome->known)
		EVENT_SET(order.data, ok, outcome->well);
	EVENT_SET(order.data, took_ms, outcome->took);
	if (kept.len > 0) {
		digest_sha256(sha256, kept);
		EVENT_SET(order.data, sha256, sha256);
		EVENT_SET(order.data, bytes, (int64_t)kept.len);
		EVENT_SET(order.data, count, (int64_t)hidden);
	}
	output_said(kept, said);
	if (outcome->why[0])
		EVENT_SET(order.data, text, outcome->why);
	else if (said[0])
		EVENT_SET(order.data, text, said);
	order.of_kind = EVENT_STEP_RUN_STARTED;
	if (!runs_submit(runs, &order, &err))
		runs_say(runs, "%s", err.text);
	keep_output(runs, kept);
	buf_done(&text);
}

/* The first line of what it wrote becomes the value; one that does not fit is none, and that is
 * said. */
static void capture(struct runs *runs, struct str output)
{
	struct act *act = &runs->act;
	struct order order = { .kind = EVENT_INPUT_GIVEN, .at = WHEN_NEVER, .src = SRC_SENSED };
	struct plain plain = { PLAIN_TEXT, false };
	struct buf text = { 0 };
	struct str rest, line = { 0 };
	struct err err = { 0 };

	if (!act->fence->capture[0] || !act->run[0])
		return;
	plain_take(&plain, output, &text);
	rest = str_sub(buf_cstr(&text), text.len);
	(void)str_cut(&rest, '\n', &line);
	line = str_trim(line);
	act_place(&order, act);
	EVENT_SET(order.data, name, act->fence->capture);
	EVENT_SET(order.data, text, arena_text(&act->arena, line.p, line.len));
	if (line.len == 0)
		runs_say(runs, "%s is not known: the command wrote nothing", act->fence->capture);
	else if (!runs_submit(runs, &order, &err))
		runs_say(runs, "%s", err.text);
	buf_done(&text);
}

static void finish(struct runs *runs, const struct outcome *outcome)
{
	struct act *act = &runs->act;
	bool lent = act->lent;

	put_pane(act, outcome);
	submit_end(runs, outcome);
	if (outcome->well)
		capture(runs, outcome->output);
	act_clear(act);
	if (lent && runs->setup.terminal_back && !runs->closed)
		runs->setup.terminal_back(runs->setup.arg);
	runs_tell(runs);
}

static void give_up(struct runs *runs, const char *why)
{
	const struct outcome outcome = { .how = "not-run", .known = true, .why = why };

	finish(runs, &outcome);
	runs_say(runs, "not run: %s", why);
}

/* --- while it runs --- */

static void on_output(void *arg, struct str bytes)
{
	struct runs *runs = arg;
	struct act *act = &runs->act;
	size_t room = OUTPUT_CAP > act->output.len ? OUTPUT_CAP - act->output.len : 0;

	buf_add(&act->output, bytes.p, bytes.len < room ? bytes.len : room);
	catcher_take(&act->catcher, bytes);
	if (act->lent && runs->setup.terminal)
		runs->setup.terminal(runs->setup.arg, bytes);
	runs->version++;
}

static void on_ended(void *arg, const struct task_end *end)
{
	struct runs *runs = arg;
	const struct fence *fence = runs->act.fence;
	struct outcome outcome = {
		.how = task_end_word(end->kind), .known = true, .status = end->status,
		.has_status = end->kind == TASK_EXITED || end->kind == TASK_SIGNALLED,
		.well = fence_judge_exit(fence, end) && fence_judge_text(fence, end->output),
		.took = end->took, .output = end->output, .cut_at = end->cut_at, .bytes = end->bytes,
		.why = end->kind == TASK_NOT_RUN ? end->why : "",
	};

	runs->act.task = NULL;
	if (end->leftovers > 0)
		runs_say(runs, "%zu processes that the command left behind were ended",
			 end->leftovers);
	finish(runs, &outcome);
}

static void on_answer(void *arg, const struct fence_answer *answer)
{
	struct runs *runs = arg;
	const struct outcome outcome = {
		.how = answer->ran ? "exited" : "not-run", .known = true,
		.well = answer->ran && answer->well &&
			fence_judge_text(runs->act.fence, answer->text),
		.took = answer->took, .output = answer->text, .bytes = answer->text.len, .why = "",
	};

	runs->act.errand = NULL;
	catcher_take(&runs->act.catcher, answer->text);
	finish(runs, &outcome);
}

static void put_busy(struct runs *runs)
{
	struct act *act = &runs->act;
	struct pane *pane = act->catcher.pane;
	msec most = act->fence->timeout ? act->fence->timeout : TIMEOUT_USUAL;

	(void)snprintf(pane->state, sizeof(pane->state), "running %lld s of %lld",
		       (long long)((runs_now(runs).steady - act->since) / WHEN_SECOND),
		       (long long)(most / WHEN_SECOND));
}

static void open_pane(struct runs *runs)
{
	struct act *act = &runs->act;
	struct pane *pane = runs_pane(runs, act->run);
	struct str rest = str_of(act->text), line = { 0 };

	(void)str_cut(&rest, '\n', &line);
	act->catcher = (struct catcher){ .pane = pane };
	catcher_begin(&act->catcher);
	str_put(pane->run, sizeof(pane->run), act->run);
	str_put(pane->step, sizeof(pane->step), act->step);
	pane->fence = act->fence_index;
	pane->busy = true;
	pane->check = pane->well = false;
	(void)outside_put(pane->command, sizeof(pane->command), line);
	put_busy(runs);
}

static void spawn(struct runs *runs)
{
	struct act *act = &runs->act;
	const struct fence *fence = act->fence;
	struct task_plan plan = {
		.loop = runs->setup.loop, .shell = fence->lang == LANG_SH ? "sh" : "bash",
		.text = str_of(act->text), .environment = act->environment,
		.cwd = fence->cwd[0] ? fence->cwd : NULL, .timeout = fence->timeout,
		.cap = OUTPUT_CAP, .interactive = fence->interactive, .output = on_output,
		.ended = on_ended, .arg = runs,
	};
	struct fence_plan errand = {
		.loop = runs->setup.loop, .environment = runs->setup.context->environment,
		.fence = fence, .source = act->source, .target = act->target,
		.values = act->values, .timeout = fence->timeout,
	};

	check_drop(runs);			/* what it saw was before this, and it would tell it after */
	act->stage = ACT_RUNNING;
	act->since = runs_now(runs).steady;
	open_pane(runs);
	if (act->source)
		act->errand = fences_start(&errand, on_answer, runs);
	else
		act->task = task_start(&plan);
	runs_tell(runs);
}

/* --- durable --- */

/* What was sensed when it was confirmed must be so still. */
static bool is_sensed_so(struct runs *runs)
{
	const struct act *act = &runs->act;
	const struct walk *walk = act->run[0] ? runs_walk(runs, act->run) : NULL;
	size_t step = walk ? step_of_walk(walk, act->step) : SIZE_MAX;
	struct interlock interlock = { .count = 0 };
	char digest[DIGEST_HEX];

	if (!act->run[0])
		return true;
	if (step == SIZE_MAX)
		return false;
	if (walk->runbook->steps[step].interlock[0] || walk->runbook->steps[step].target[0])
		interlock_make(&walk->runbook->steps[step], runs->setup.estate->world, &interlock);
	act_digest(digest, &interlock);
	return strcmp(digest, act->sensed) == 0;
}

/* Nobody else began it between the box and our own start. */
static bool is_alone(struct runs *runs)
{
	const struct act *act = &runs->act;
	const struct walk *walk = act->run[0] ? runs_walk(runs, act->run) : NULL;
	const struct run *run = walk ? run_of_walk(walk) : NULL;
	const struct run_step *mark = run ? run_step(run, act->step) : NULL;

	return !act->run[0] || (mark && mark->attempt_count == act->attempts + 1);
}

static void tell_answer(struct runs *runs)
{
	const struct act *act = &runs->act;
	const struct outcome outcome = {
		.how = "copied", .known = true, .well = act->well, .why = act->said,
	};

	finish(runs, &outcome);
}

/* One that comes after we have given it up: it was begun on paper only. */
static void end_late(struct runs *runs, const struct event *event)
{
	struct order order = { .kind = EVENT_STEP_RUN_ENDED, .at = WHEN_NEVER, .src = SRC_SENSED };
	struct err err = { 0 };

	order.of_kind = EVENT_STEP_RUN_STARTED;
	EVENT_SET(order.data, of, event->id);
	EVENT_SET(order.data, how, "not-run");
	EVENT_SET(order.data, ok, false);
	EVENT_SET(order.data, text, "it was given up before it was saved");
	if (!runs_submit(runs, &order, &err))
		runs_say(runs, "%s", err.text);
}

static bool is_ours(const struct act *act, const struct event *event)
{
	return act->stage == ACT_SAVING && strcmp(act->run, event_text(event->data.run)) == 0 &&
	       strcmp(act->step, event_text(event->data.step)) == 0 &&
	       strcmp(act->digest, event_text(event->data.sha256)) == 0;
}

void act_durable(struct runs *runs, const struct event *event)
{
	if (event->kind != EVENT_STEP_RUN_STARTED)
		return;
	if (!is_ours(&runs->act, event)) {
		end_late(runs, event);
		return;
	}
	str_put(runs->act.event, sizeof(runs->act.event), event->id);
	if (runs->act.answered)
		tell_answer(runs);
	else if (!is_alone(runs))
		give_up(runs, "another console began it at the same time");
	else if (!is_sensed_so(runs))
		give_up(runs, "what was sensed is another now: look at the box again");
	else
		spawn(runs);
}

void act_look(struct runs *runs)
{
	struct act *act = &runs->act;
	msec waited = runs_now(runs).steady - act->since;

	if (act->stage == ACT_RUNNING) {
		put_busy(runs);
	} else if (act->stage == ACT_SAVING && waited > WHEN_SECOND &&
		   dossier_idle(runs->setup.dossier)) {
		act_clear(act);			/* it was refused, and that was said */
		runs_tell(runs);
	} else if (act->stage == ACT_SAVING && waited > SAVING_PATIENCE) {
		act_clear(act);
		runs_say(runs, "not run: it could not be saved in time");
		runs_tell(runs);
	}
}

/* --- from outside --- */

void runs_interrupt(struct runs *runs)
{
	static const int ladder[] = { SIGINT, SIGTERM, SIGKILL };
	struct act *act = &runs->act;
	msec steady = runs_now(runs).steady;

	if (act->stage != ACT_RUNNING)
		return;
	if (act->errand) {
		fences_cancel(act->errand);
		act->errand = NULL;
		finish(runs, &(struct outcome){ .how = "killed", .known = true, .why = "",
						.took = steady - act->since });
		return;
	}
	if (steady - act->interrupted > LADDER)
		act->interrupts = 0;
	act->interrupted = steady;
	task_signal(act->task, ladder[act->interrupts < 2 ? act->interrupts : 2]);
	act->interrupts++;
}

bool runs_busy(const struct runs *runs)
{
	return runs->act.stage != ACT_NONE;
}

struct task *runs_wants_terminal(struct runs *runs)
{
	struct act *act = &runs->act;

	if (act->stage != ACT_RUNNING || !act->task || !act->fence->interactive || act->lent)
		return NULL;
	act->lent = true;
	return act->task;
}

void act_drop(struct runs *runs)
{
	struct act *act = &runs->act;
	struct outcome outcome = {
		.how = "killed", .known = true, .why = "",
		.output = str_sub(buf_cstr(&act->output), act->output.len),
		.cut_at = act->output.len < OUTPUT_CAP ? 0 : OUTPUT_CAP,
		.bytes = act->output.len,
	};

	task_drop(act->task);
	fences_cancel(act->errand);
	act->task = NULL;
	act->errand = NULL;
	outcome.took = runs_now(runs).steady - act->since;
	if (act->stage == ACT_RUNNING) {
		finish(runs, &outcome);
		return;
	}
	if (act->stage == ACT_SAVING)		/* once it is saved, end_late() has the rest */
		runs_say(runs, "not run: it was given up before it was saved");
	act_clear(act);
}
