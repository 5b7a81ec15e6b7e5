/* walker.c: the desk, the lines that were typed, and whose turn it is. */
#include "app/walker_inside.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/fail.h"
#include "base/mem.h"

#define BEGIN_PATIENCE (10 * WHEN_SECOND)	/* for the run to be on the record */
#define BOX_DEAF ((msec)300)			/* ux.md: what was typed ahead is no answer */

static msec steady(const struct walker *walker)
{
	return loop_now(walker->loop).steady;
}

const struct docket *walker_docket(const struct walker *walker)
{
	return desk_find(incidents_desk(walker->incidents), walker->plan->incident);
}

const struct incident *walker_incident(const struct walker *walker)
{
	const struct docket *docket = walker_docket(walker);

	return docket ? docket->incident : NULL;
}

/* The newest walk of this runbook that goes on; after its end, the one that was walked. */
const struct docket_run *walker_docket_run(const struct walker *walker)
{
	const struct docket *docket = walker_docket(walker);

	for (size_t i = 0; docket && i < docket->run_count; i++) {
		const struct run *run = docket->runs[i].run;
		bool ours = walker->run[0] ? strcmp(run->event, walker->run) == 0 :
			    strcmp(run->runbook, walker->plan->runbook) == 0 &&
			    run->ended_at == WHEN_NEVER;

		if (ours)
			return docket->runs[i].list ? &docket->runs[i] : NULL;
	}
	return NULL;
}

void walker_leave(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);

	if (run)
		walker->status = run->list->complete ? EXIT_OK : EXIT_WARN;
	loop_stop(walker->loop);
}

void walker_do(struct walker *walker)
{
	struct effect *effect = &walker->effect;

	str_put(effect->incident, sizeof(effect->incident), walker->plan->incident);
	incidents_walk(walker->incidents, effect);
}

/* --- lines ----------------------------------------------------------------------------------- */

static void on_line(void *arg, struct str line)
{
	struct walker *walker = arg;
	struct buf copy = { 0 };
	bool early = walker->asking != ASKING_NOTHING &&
		     steady(walker) < walker->asked + BOX_DEAF;

	if (walker->terminal && early) {
		walker->asked = steady(walker);
		walker_put(walker, "that came too early to be an answer: it was not read");
		return;
	}
	if (walker->count == WALKER_LINES) {
		walker_put(walker, "too many lines wait: '%.*s' was not read", (int)line.len,
			   line.p);
		return;
	}
	buf_add(&copy, line.p, line.len);
	walker->lines[(walker->first + walker->count++) % WALKER_LINES] = buf_take(&copy);
}

static void on_end(void *arg)
{
	struct walker *walker = arg;

	walker->ended = true;
}

static bool is_busy(const struct docket *docket, const struct docket_run *run)
{
	return (run && run->pane && run->pane->busy) || (docket && docket->pane && docket->pane->busy);
}

/* Is what was ordered last saved, and is nothing running? */
static bool is_quiet(const struct walker *walker)
{
	const struct docket *docket = walker_docket(walker);
	const struct docket_run *run = walker_docket_run(walker);

	return docket && run && docket->waiting == 0 && docket->saving != SAVING_SAVING &&
	       !is_busy(docket, run);
}

static bool is_waiting(struct walker *walker, const struct docket_run *run)
{
	const struct checklist_item *item;

	if (walker->waiting == 0 || walker->waiting > run->list->count)
		return false;
	item = &run->list->items[walker->waiting - 1];
	if (item->open)
		return true;
	walker->waiting = 0;
	return false;
}

/* A paste behind what asks: its lines stood there before the question. A pipe is another matter:
 * whoever wrote a script meant the answer. */
static void drop_typed_ahead(struct walker *walker)
{
	if (!walker->terminal || walker->asking == ASKING_NOTHING || walker->count == 0)
		return;
	for (; walker->count > 0; walker->count--) {
		mem_free(walker->lines[walker->first]);
		walker->first = (walker->first + 1) % WALKER_LINES;
	}
	walker_put(walker, "what was typed before the question is no answer: it was not read");
}

static void take_lines(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);

	while (run && walker->count > 0 && is_quiet(walker) && !is_waiting(walker, run)) {
		char *line = walker->lines[walker->first];

		walker->first = (walker->first + 1) % WALKER_LINES;
		walker->count--;
		walker_take(walker, str_trim(str_of(line)));
		mem_free(line);
		drop_typed_ahead(walker);
		incidents_look(walker->incidents);
		run = walker_docket_run(walker);
	}
	if (walker->ended && walker->count == 0 && run && is_quiet(walker) &&
	    !is_waiting(walker, run))
		walker_leave(walker);
}

/* --- the walk -------------------------------------------------------------------------------- */

/* One that goes on is resumed; the library may still be on its way. */
static void begin(struct walker *walker)
{
	const struct docket *docket = walker_docket(walker);
	const struct docket_run *run = walker_docket_run(walker);
	const struct books *books = incidents_desk(walker->incidents)->books;

	if (run) {
		str_put(walker->run, sizeof(walker->run), run->run->event);
		walker_say_start(walker);
	} else if (docket && !walker->begun && books && books->count > 0) {
		walker->begun = true;
		walker->begun_at = steady(walker);
		walker->effect = (struct effect){ .kind = EFFECT_BEGIN };
		str_put(walker->effect.text, sizeof(walker->effect.text), walker->plan->runbook);
		walker_do(walker);
	} else if (steady(walker) > walker->begun_at + BEGIN_PATIENCE) {
		walker_put(walker, "runbook %s could not be begun in #%s", walker->plan->runbook,
			   walker->plan->incident);
		walker->status = EXIT_FAILED;
		loop_stop(walker->loop);
	}
}

static void look_at_step(struct walker *walker, const struct docket_run *run)
{
	size_t next = run->list->next;

	if (run->list->complete && !walker->moved) {
		walker_put(walker, "%s", run->list->words);
		walker->moved = true;
	} else if (!walker->moved && next < run->list->count && next != walker->at) {
		walker->at = next;
		walker_say_step(walker);
	}
}

static void look(struct walker *walker)
{
	const struct docket_run *run;

	if (!walker->run[0])
		begin(walker);
	run = walker->run[0] ? walker_docket_run(walker) : NULL;
	if (!run)
		return;
	walker_say_changes(walker);
	if (walker->asking == ASKING_NOTHING && is_quiet(walker))
		look_at_step(walker, run);
	if (walker->at < run->list->count)
		incidents_in_sight(walker->incidents, walker->run,
				   run->list->items[walker->at].step->section);
	take_lines(walker);
	fflush(walker->out);
}

static void on_second(void *arg)
{
	struct walker *walker = arg;

	keeper_settle(&walker->keeper);
	incidents_look(walker->incidents);
	loop_timer_set(walker->loop, &walker->second,
		       steady(walker) / WHEN_SECOND * WHEN_SECOND + WHEN_SECOND);
}

static void on_round(void *arg)
{
	struct walker *walker = arg;

	if (walker->keeper.estate->marked) {
		keeper_catch_up(&walker->keeper);
		incidents_look(walker->incidents);
	}
	look(walker);
}

static void on_changed(void *arg)
{
	(void)arg;		/* the round that follows looks anyway */
}

static void on_said(void *arg, const char *sentence)
{
	walker_put(arg, "%s", sentence);
}

static void on_replaced(void *arg)
{
	struct walker *walker = arg;

	incidents_replace(walker->incidents, walker->keeper.settings, walker->keeper.estate);
}

/* Ctrl-C belongs to the command that runs; without one it leaves, as the end of the input does. */
static void on_signal(int signum, void *arg)
{
	struct walker *walker = arg;

	if (signum == SIGINT && is_busy(walker_docket(walker), walker_docket_run(walker))) {
		incidents_interrupt(walker->incidents);
		return;
	}
	walker->status = EXIT_SIGNAL + signum;
	loop_stop(walker->loop);
}

static bool open_all(struct walker *walker, struct err *err)
{
	const struct context *context = walker->plan->context;
	const struct keeper_setup keeper = {
		.loop = walker->loop, .context = context, .settings = walker->plan->settings,
		.headless = true, .said = on_said, .replaced = on_replaced, .arg = walker,
	};
	struct incidents_setup setup = {
		.loop = walker->loop, .context = context, .said = on_said,
		.changed = on_changed, .arg = walker,
	};
	const struct typed_watcher watcher = { on_line, on_end, walker };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		if (!loop_on_signal(walker->loop, signals[i], on_signal, walker, err))
			return false;
	}
	if (!keeper_open(&walker->keeper, &keeper, err))
		return false;
	setup.settings = walker->keeper.settings;
	walker->incidents = incidents_new(&setup);
	incidents_begin(walker->incidents, walker->keeper.estate, walker->plan->incident);
	walker->typed = typed_new(walker->loop, STDIN_FILENO, &watcher, err);
	return walker->typed != NULL;
}

/* The loop is not freed: a worker may still be at a disk or a name server, and we are going. */
int walker_run(const struct walker_plan *plan)
{
	struct walker *walker = mem_new(sizeof(*walker));
	struct err err = { 0 };

	walker->plan = plan;
	walker->out = plan->context->out;
	walker->at = SIZE_MAX;
	walker->status = EXIT_FAILED;
	walker->terminal = isatty(STDIN_FILENO);
	walker->loop = loop_new(&err);
	if (!walker->loop || !open_all(walker, &err))
		return verb_fail(plan->context, "BN-T001", &err);
	walker->begun_at = steady(walker);
	walker->second = (struct loop_timer){ .call = on_second, .arg = walker };
	loop_on_round(walker->loop, on_round, walker);
	keeper_start(&walker->keeper);
	on_second(walker);
	loop_run(walker->loop);
	typed_free(walker->typed);
	keeper_stop(&walker->keeper);
	incidents_leave(walker->incidents, "the walk by lines is over");
	fflush(walker->out);
	return walker->status;
}
