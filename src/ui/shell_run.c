/*
 * shell_run.c: what keys do about runbooks: the list, beginning one, and what the kind of a step
 * wants.
 */
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/screen_runbooks.h"
#include "ui/shell_state.h"

static struct scene scene_of(struct act *act)
{
	return shell_scene(act->shell, act->world, shell_view(act->shell), act->now.wall);
}

static void begin(struct act *act, const char *id)
{
	const struct docket *docket = desk_current(act->world->desk);

	if (!docket) {
		shell_refuse(act->shell, "no incident is open: i declares one");
		return;
	}
	act->out->kind = EFFECT_BEGIN;
	str_put(act->out->text, sizeof(act->out->text), id);
	str_put(act->out->incident, sizeof(act->out->incident), docket->incident->id);
	act->shell->run[0] = '\0';	/* the one that begins is the one to see */
	shell_show(act, &screen_runbook);
}

/* Its page; on its page: it begins. */
static void open_book(struct act *act, const struct card *card)
{
	const struct view *view = shell_view(act->shell);

	if (view->screen == &screen_book && item_eq(view->subject, item_of_book(card)))
		begin(act, card->id);
	else
		shell_push(act, &screen_book, item_of_book(card));
}

static void choose_run(struct act *act, const struct docket_run *run, const struct docket *docket)
{
	struct shell *shell = act->shell;

	str_put(shell->run, sizeof(shell->run), run->run->event);
	str_put(shell->run_over, sizeof(shell->run_over), docket->runs[docket->run].run->event);
	if (docket != desk_current(act->world->desk)) {
		act->out->kind = EFFECT_CHOOSE;
		str_put(act->out->text, sizeof(act->out->text), docket->incident->id);
	}
	shell_show(act, &screen_runbook);
}

/* Its timeline where it is on the desk, else where it lies. */
static void open_past(struct act *act, const struct past_run *past)
{
	if (!desk_find(act->world->desk, past->incident)) {
		shell_say(act->shell, "its record is in %s", past->folder);
		return;
	}
	act->out->kind = EFFECT_CHOOSE;
	str_put(act->out->text, sizeof(act->out->text), past->incident);
	shell_show(act, &screen_timeline);
}

/* A choice lasts until another walk begins, or the one above it ends and its parent comes back. */
void shell_run_look(struct shell *shell, const struct world *world)
{
	const struct docket *docket = desk_current(world->desk);

	if (shell->run[0] && (!docket || docket->run_count == 0 ||
			      strcmp(docket->runs[docket->run].run->event, shell->run_over) != 0))
		shell->run[0] = '\0';
}

bool act_open_run(struct act *act, struct item item)
{
	const struct docket *docket;
	size_t index;
	const struct card *card = item_book(act->world, item, &index);
	const struct docket_run *run = item_run(act->world, item, &docket);
	const struct past_run *past = item_past_run(act->world, item);

	if (past)
		open_past(act, past);
	else if (card)
		open_book(act, card);
	else if (run)
		choose_run(act, run, docket);
	return past || card || run || act_open_step(act, item);
}

/* 5 again: all of the library, also while a runbook goes on. */
void act_runbook(struct act *act)
{
	struct scene scene = scene_of(act);

	if (act->shell->depth > 0 || !checklist_run(&scene))
		shell_show(act, &screen_runbook);
	else
		shell_push(act, &screen_runbooks, (struct item){ 0 });
}

/* The runbook that the row is about: itself, or what an alert is covered by. */
static const struct card *card_of(struct act *act, struct item item)
{
	const struct books *books = act->world->desk->books;
	const struct alert *alert = item_alert(act->world, item);
	const struct docket *docket;
	const struct incident_alert *fired = item_fired(act->world, item, &docket);
	const struct book_match *match = NULL;
	size_t index;

	if (item.kind == ITEM_BOOK)
		return item_book(act->world, item, &index);
	if (alert || fired)
		match = book_for_alert(act->world, alert ? alert->name : fired->name);
	return match ? &books->cards[match->card] : NULL;
}

void act_begin(struct act *act)
{
	const struct view *view = shell_view(act->shell);
	const struct card *card = NULL;
	size_t index;

	if (view->screen == &screen_book)
		card = item_book(act->world, view->subject, &index);
	else if (act->world->desk->books)
		card = card_of(act, view->list.row.target);
	if (card)
		open_book(act, card);
	else
		shell_refuse(act->shell, "no runbook is for this: 5 lists them all");
}

static const struct view *top_view(const struct shell *shell)
{
	return shell->depth > 0 ? &shell->stack[shell->depth - 1] : &shell->tabs[shell->tab];
}

/* Of the step under the cursor; beside another screen, of the one that is next. */
void shell_in_sight(const struct shell *shell, const struct world *world, char run[ULID_TEXT],
		    enum book_section *section)
{
	const struct view *view = top_view(shell);
	struct scene scene = shell_scene(shell, world, view, shell->now.wall);
	const struct docket_run *shown = checklist_run(&scene);
	bool side = view->screen->side && shell->layout.side.w > 0;
	size_t at;

	run[0] = '\0';
	if (!shown || !shown->list || shown->list->count == 0 ||
	    (view->screen != &screen_runbook && !side))
		return;
	at = view->screen == &screen_runbook ? checklist_at(&scene, shown) : SIZE_MAX;
	if (at == SIZE_MAX)
		at = shown->list->next < shown->list->count ? shown->list->next : 0;
	str_put(run, ULID_TEXT, shown->run->event);
	*section = shown->list->items[at].step->section;
}
