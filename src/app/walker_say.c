/* walker_say.c: lines of text about the walk; each stands for itself when it is read aloud. */
#include <stdarg.h>
#include <string.h>

#include "app/walker_inside.h"
#include "base/mem.h"
#include "base/scrub.h"
#include "export/runbook_text.h"
#include "runbook/changes.h"

/* Text of runbooks, people and commands is in it: nothing but text reaches the terminal. */
void walker_put(struct walker *walker, const char *fmt, ...)
{
	struct buf raw = { 0 }, line = { 0 };
	va_list args;

	va_start(args, fmt);
	buf_vfmt(&raw, fmt, args);
	va_end(args);
	scrub(&line, str_sub(buf_cstr(&raw), raw.len));
	fprintf(walker->out, "%s\n", buf_cstr(&line));
	buf_done(&line);
	buf_done(&raw);
}

static void put_lines(struct walker *walker, const char *before, struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line))
		walker_put(walker, "%s%.*s", before, (int)line.len, line.p);
}

static void put_item(struct walker *walker, const struct checklist_item *item)
{
	const struct run_step *mark = item->mark;
	char at[WHEN_TEXT] = "";
	bool marked = mark && mark->event[0];

	if (marked)
		when_format_clock(at, mark->at);
	walker_put(walker, "%u %s %s: %s%s%s%s%s", item->step->n, item_state_mark(item->state),
		   item->step->title, item_state_word(item->state), marked ? " " : "", at,
		   marked && mark->src == SRC_HUMAN ? " by " : "",
		   marked && mark->src == SRC_HUMAN ? mark->by : "");
	if (marked && mark->reason[0])
		walker_put(walker, "  because: %s", mark->reason);
}

void walker_say_list(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);
	enum book_section section = SECTION_OTHER;

	for (size_t i = 0; i < run->list->count; i++) {
		const struct checklist_item *item = &run->list->items[i];

		if (i == 0 || item->step->section != section)
			walker_put(walker, "-- %s", section_heading(item->step->section));
		section = item->step->section;
		put_item(walker, item);
	}
	walker_put(walker, "%s", run->list->words);
}

void walker_say_commands(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);

	if (!run->changes) {
		walker_put(walker, "no command is new here");
		return;
	}
	put_lines(walker, "  ", str_sub(buf_cstr(&run->changes->text), run->changes->text.len));
	walker->shown_commands = true;
}

void walker_say_start(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);
	const struct card *card = &run->runbook->card;

	walker_put(walker, "runbook %s: %s (%s), in incident #%s", card->id, card->title,
		   card->reviewed_by.count ? "reviewed" : "unreviewed", walker->plan->incident);
	if (run->changes)
		walker_put(walker, "%zu of its commands nobody here has accepted: `commands` shows "
			   "them, `accept` lets its checks run by themselves, and runs nothing else",
			   run->changes->commands);
	walker_put(walker, "%s; l lists the steps, ? what can be typed", run->list->words);
}

static void say_live(struct walker *walker, const struct checklist_item *item)
{
	const struct sense *sense = item->looked;

	if (sense && sense->because[0])
		walker_put(walker, "now: %s", sense->because);
	if (item->needed > 0)
		walker_put(walker, "held %lld s of %lld s", (long long)(item->held / WHEN_SECOND),
			   (long long)(item->needed / WHEN_SECOND));
}

static void say_options(struct walker *walker, const struct step *step)
{
	for (size_t i = 0; i < step->option_count; i++)
		walker_put(walker, "  c %s: %s", step->options[i].value, step->options[i].title);
}

static void say_next_act(struct walker *walker, const struct checklist_item *item)
{
	const struct step *step = item->step;
	size_t commands = 0;

	for (size_t i = 0; i < step->fence_count; i++)
		commands += step->fences[i].runnable && !step->fences[i].check;
	if (step->kind == STEP_DECISION)
		walker_put(walker, "decide with c OPTION");
	else if (step->kind == STEP_INPUT)
		walker_put(walker, "enter it with v %s VALUE", step->ask);
	else if (commands > 0)
		walker_put(walker, "an empty line shows the command and asks; x says it is done");
	else if (checklist_senses(step))
		walker_put(walker, "it ticks itself; o REASON overrides");
	else
		walker_put(walker, "x says it is done");
}

void walker_say_step(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);
	const struct checklist_item *item;
	struct buf text = { 0 };

	if (!run || walker->at >= run->list->count) {
		walker_put(walker, "no step is at hand");
		return;
	}
	item = &run->list->items[walker->at];
	walker_put(walker, "step %u of %zu, %s", item->step->n, run->list->count,
		   section_heading(item->step->section));
	runbook_step_text(run->runbook, item->step, &text);
	put_lines(walker, "", str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
	put_item(walker, item);
	say_options(walker, item->step);
	say_live(walker, item);
	if (run->list->waits_for[0])
		walker_put(walker, "waits: %s", run->list->waits_for);
	say_next_act(walker, item);
}

/* --- changes --------------------------------------------------------------------------------- */

static void say_states(struct walker *walker, const struct docket_run *run)
{
	bool first = walker->told_count != run->list->count;

	if (first) {
		mem_free(walker->told);
		walker->told = mem_array(run->list->count + 1, sizeof(*walker->told));
		walker->told_count = run->list->count;
	}
	for (size_t i = 0; i < run->list->count; i++) {
		const struct checklist_item *item = &run->list->items[i];

		if (!first && walker->told[i] != item->state)
			put_item(walker, item);
		walker->told[i] = item->state;
	}
}

static void say_pane(struct walker *walker, const struct pane *pane, struct told_pane *told)
{
	uint64_t all = pane->dropped + pane->line_count;
	uint64_t from;

	if (pane->check)
		return;
	if (all < told->lines || (pane->busy && !told->busy))
		told->lines = 0;
	from = told->lines > pane->dropped ? told->lines - pane->dropped : 0;
	for (uint64_t i = from; i < pane->line_count; i++)
		walker_put(walker, "| %s", pane->lines[i]);
	told->lines = all;
	if (!pane->busy && strcmp(told->state, pane->state) != 0)
		walker_put(walker, "%s%s", pane->state,
			   pane->step[0] && pane->well ? "; x says that the step is done" : "");
	str_put(told->state, sizeof(told->state), pane->busy ? "" : pane->state);
	told->busy = pane->busy;
}

void walker_say_changes(struct walker *walker)
{
	const struct docket_run *run = walker_docket_run(walker);
	const struct docket *docket = walker_docket(walker);

	if (run->pane)
		say_pane(walker, run->pane, &walker->told_run);
	if (docket->pane)
		say_pane(walker, docket->pane, &walker->told_own);
	say_states(walker, run);
}

/* --- the box --------------------------------------------------------------------------------- */

static void say_interlock(struct walker *walker, const struct interlock *interlock)
{
	for (size_t i = 0; i < interlock->count; i++)
		walker_put(walker, "  %s: %s: %s", lock_word(interlock->locks[i].state),
			   interlock->locks[i].name, interlock->locks[i].because);
	if (interlock->loss[0])
		walker_put(walker, "  may be lost: %s", interlock->loss);
}

void walker_say_box(struct walker *walker, const struct ready *ready)
{
	const struct world *world = walker->keeper.estate->world;

	walker_put(walker, "would run in %s on %s:", world->environment, ready->host);
	put_lines(walker, "  $ ", str_of(ready->text));
	for (const char *const *value = ready->values; value && *value; value++)
		walker_put(walker, "  with %s", *value);
	if (ready->fence && ready->fence->expected[0]) {
		walker_put(walker, "  expect:");
		put_lines(walker, "    ", str_of(ready->fence->expected));
	}
	if (ready->step && ready->step->danger != DANGER_NONE)
		put_lines(walker, "  CAREFUL: ", str_of(ready->step->danger_text));
	say_interlock(walker, &ready->interlock);
	if (ready->others)
		walker_put(walker, "  %s", ready->others);
	if (ready->odd)
		walker_put(walker, "  it holds characters that cannot be seen: %s", ready->odd);
	if (ready->refusal)
		walker_put(walker, "it cannot run: %s", ready->refusal);
}
