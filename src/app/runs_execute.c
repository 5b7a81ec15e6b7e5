/*
 * runs_execute.c: the order to run one command. What becomes of it is in runs_act.c.
 *
 *	order: the box is made anew, and must be the one that was shown
 *	-> SAVING: the folder's lock is ours, step.claimed and step.run_started are on their way
 *	-> RUNNING: they are on the disk, nobody else began it meanwhile, the interlock is as it was
 *	-> step.run_ended and the evidence are on their way, the lock is given back
 *
 * The lock is one file in the folder of the incident, held from before run_started is written until
 * after the end. Who takes it later therefore finds our run_started on the disk with the lines that
 * his own brings back, and does not run the same a second time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/runs_inside.h"

/* --- the lock --- */

static bool take_lock(struct runs *runs, struct err *err)
{
	struct docket docket;
	char path[sizeof(docket.folder) + sizeof("/running.lock")];
	int fd;

	dossier_docket(runs->setup.dossier, &docket);
	(void)snprintf(path, sizeof(path), "%s/running.lock", docket.folder);
	fd = open(path, O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_set(err, ERR_IO, "not run: %s: %s", path, strerror(errno));
	(void)fchmod(fd, 0640);			/* ours; where it is another's it is so already */
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return err_set(err, ERR_REFUSED,
			       "not run: another console runs a command of this incident now");
	}
	runs->act.lock = fd;
	return true;
}

void act_clear(struct act *act)
{
	if (act->lock >= 0)
		close(act->lock);		/* and with it the lock */
	if (act->catcher.pane)
		catcher_end(&act->catcher, act->catcher.bytes);
	buf_done(&act->output);
	arena_done(&act->arena);
	*act = (struct act){ .lock = -1 };
}

/* --- the order --- */

static const char *keep(struct act *act, const char *text)
{
	return arena_text(&act->arena, event_text(text), strlen(event_text(text)));
}

void act_digest(char out[DIGEST_HEX], const struct interlock *interlock)
{
	struct buf all = { 0 };

	digest_interlock(&all, interlock);
	digest_sha256(out, str_sub(buf_cstr(&all), all.len));
	buf_done(&all);
}

static bool check_typed(const struct ready *ready, const struct run_order *order, struct err *err)
{
	const char *target = event_text(order->target);
	bool sensed = ready->care == 3 && ready->interlock.target[0];
	bool reasoned = ready->care == 3 && (!sensed || ready->interlock.state == LOCK_BOUNDED);

	if (sensed && strcmp(target, ready->interlock.target) != 0)
		return err_set(err, ERR_REFUSED, "not run: the target is %s, not '%s'",
			       ready->interlock.target, target);
	if (!sensed && ready->word && strcmp(target, ready->word) != 0)
		return err_set(err, ERR_REFUSED, "not run: it wants the word %s", ready->word);
	if (reasoned && !*event_text(order->reason))
		return err_set(err, ERR_REFUSED, "not run: it wants a reason");
	return true;
}

/* The box as it is now must be the one that was confirmed. */
static bool look_again(struct runs *runs, const struct run_place *place,
		       const struct run_order *order, struct ready *ready, struct values *values,
		       struct err *err)
{
	if (runs->act.stage != ACT_NONE)
		return err_set(err, ERR_REFUSED, "not run: a command runs already");
	if (!ready_make(runs, place, &runs->act.arena, ready, values))
		return err_set(err, ERR_NOT_FOUND, "not run: there is no such command any more");
	if (strcmp(event_text(order->digest), ready->digest) != 0)
		return err_set(err, ERR_REFUSED, "not run: the command changed since it was shown");
	return true;
}

static bool find_place(struct runs *runs, const struct run_order *order, struct run_place *out,
		       struct err *err)
{
	*out = (struct run_place){ .fence = order->fence, .text = event_text(order->text) };
	if (!*event_text(order->run) || !*event_text(order->step))
		return *out->text || err_set(err, ERR_INPUT, "not run: there is no command");
	out->walk = runs_walk(runs, order->run);
	if (out->walk)
		out->step = step_of_walk(out->walk, order->step);
	return (out->walk && out->step != SIZE_MAX) ||
	       err_set(err, ERR_NOT_FOUND, "not run: there is no such step in this run");
}

static const struct run_step *mark_of(const struct run_place *place)
{
	return place->walk ? run_step(run_of_walk(place->walk),
				      place->walk->runbook->steps[place->step].id) : NULL;
}

/* Of `!` there is no fence: a shell runs it, and 0 is well. */
static const struct fence *fence_of(struct act *act, const struct ready *ready)
{
	static const struct fence plain = {
		.lang = LANG_BASH, .word = "bash", .text = "", .runnable = true, .source = "",
		.node = "", .on = "", .expect = "", .capture = "", .cwd = "", .name = "",
	};

	return fence_copy(ready->fence ? ready->fence : &plain, &act->arena);
}

static bool fill(struct runs *runs, const struct run_place *place, const struct run_order *order,
		 const struct ready *ready, const struct values *values, struct err *err)
{
	struct act *act = &runs->act;
	const struct run_step *mark = mark_of(place);

	if (place->walk) {
		str_put(act->run, sizeof(act->run), place->walk->event);
		str_put(act->step, sizeof(act->step), mark->id);
		act->attempts = mark->attempt_count;
	}
	str_put(act->digest, sizeof(act->digest), ready->digest);
	act->fence = fence_of(act, ready);
	act->fence_index = order->fence;
	act->text = keep(act, ready->text);
	act->values = values->real;
	act_digest(act->sensed, &ready->interlock);
	if (fence_is_native(act->fence)) {
		act->source = ready_source(runs, act->fence->source);
		return ready_target(runs, act->source, act->fence, &ready->interlock, &act->target,
				    err);
	}
	return act->answered || fence_environment(runs, values->real, &act->arena,
						  &act->environment, err);
}

/* Secrets are not among them: their values are not, and who wants one sees where it is from. */
static struct text_list shown_values(const struct ready *ready, struct arena *arena)
{
	const char **items;
	size_t count = 0;

	while (ready->values[count])
		count++;
	items = arena_array(arena, count, sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = ready->values[i];
	return (struct text_list){ items, count };
}

void act_place(struct order *order, const struct act *act)
{
	if (!act->run[0])
		return;
	EVENT_SET(order->data, run, act->run);
	EVENT_SET(order->data, step, act->step);
}

/* The claim first: of two people who press at once, one is told that the other is at it. */
static bool submit_start(struct runs *runs, const struct ready *ready,
			 const struct run_order *asked, struct err *err)
{
	struct act *act = &runs->act;
	struct order claim = { .kind = EVENT_STEP_CLAIMED, .at = WHEN_NEVER, .src = SRC_HUMAN };
	struct order order = { .kind = EVENT_STEP_RUN_STARTED, .at = WHEN_NEVER, .src = SRC_HUMAN };

	act_place(&claim, act);
	act_place(&order, act);
	order.two_person = ready->two_person;
	EVENT_SET(order.data, text, act->text);
	if (act->run[0])
		EVENT_SET(order.data, fence, (int64_t)act->fence_index);
	EVENT_SET(order.data, host, ready->host);
	if (ready->values[0])
		EVENT_SET(order.data, values, shown_values(ready, &act->arena));
	if (ready->interlock.target[0])
		EVENT_SET(order.data, target, ready->interlock.target);
	if (*event_text(asked->reason))
		EVENT_SET(order.data, reason, asked->reason);
	if (ready->interlock.loss[0])
		EVENT_SET(order.data, because, ready->interlock.loss);
	EVENT_SET(order.data, sha256, act->digest);
	if (act->run[0] && !runs_submit(runs, &claim, err))
		return false;
	return runs_submit(runs, &order, err);
}

/* True: it was asked for now; the command waits for another order. */
static bool asks_second(struct runs *runs, const struct run_place *place,
			const struct ready *ready, struct err *err)
{
	const struct run_step *mark = mark_of(place);
	struct order order = { .kind = EVENT_STEP_CONFIRM_ASKED, .at = WHEN_NEVER, .src = SRC_HUMAN };

	if (!ready->two_person ||
	    (mark->confirmed_by[0] && strcmp(mark->asked_digest, ready->digest) == 0))
		return false;
	EVENT_SET(order.data, run, place->walk->event);
	EVENT_SET(order.data, step, mark->id);
	EVENT_SET(order.data, sha256, ready->digest);
	EVENT_SET(order.data, fence, (int64_t)place->fence);
	if (ready->interlock.target[0])
		EVENT_SET(order.data, target, ready->interlock.target);
	if (runs_submit(runs, &order, err))
		runs_say(runs, "a second person is asked to confirm; then run it again");
	return true;
}

static bool start(struct runs *runs, const struct run_place *place, const struct run_order *order,
		  const struct ready *ready, const struct values *values, struct err *err)
{
	if (!fill(runs, place, order, ready, values, err) || !take_lock(runs, err))
		return false;
	runs->act.stage = ACT_SAVING;		/* before the order: it may be durable at once */
	runs->act.since = runs_now(runs).steady;
	return submit_start(runs, ready, order, err);
}

bool runs_execute(struct runs *runs, const struct run_order *order, struct err *err)
{
	struct run_place place;
	struct ready ready = { .care = 0 };
	struct values values = { .missing = NULL };
	bool ok;

	if (!find_place(runs, order, &place, err))
		return false;
	if (runs->act.stage == ACT_NONE)
		act_clear(&runs->act);
	ok = look_again(runs, &place, order, &ready, &values, err);
	if (!ok && runs->act.stage != ACT_NONE)
		return false;
	if (ok && ready.elsewhere)
		ok = err_set(err, ERR_REFUSED, "not run: it belongs on %s: copy it, and say what "
			     "came of it", ready.host);
	else if (ok && ready.refusal)
		ok = err_set(err, ERR_REFUSED, "not run: %s", ready.refusal);
	ok = ok && check_typed(&ready, order, err);
	if (ok && asks_second(runs, &place, &ready, err)) {
		act_clear(&runs->act);
		return err->kind == ERR_NONE;
	}
	ok = ok && start(runs, &place, order, &ready, &values, err);
	if (!ok)
		act_clear(&runs->act);
	runs_tell(runs);
	return ok;
}

bool runs_answered(struct runs *runs, const struct run_order *order, bool well, const char *said,
		   struct err *err)
{
	struct run_place place;
	struct ready ready = { .care = 0 };
	struct values values = { .missing = NULL };

	if (!find_place(runs, order, &place, err) ||
	    !look_again(runs, &place, order, &ready, &values, err))
		return false;
	runs->act.answered = true;
	runs->act.well = well;
	runs->act.said = keep(&runs->act, said);
	if (start(runs, &place, order, &ready, &values, err))
		return true;
	act_clear(&runs->act);
	return false;
}
