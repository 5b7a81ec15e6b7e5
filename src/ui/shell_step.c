/*
 * shell_step.c: what keys do about a step: what its kind wants, ticking it, its commands and what
 * they printed.
 */
#include <string.h>

#include "ui/box.h"
#include "ui/checklist_rows.h"
#include "ui/form_parts.h"
#include "ui/form_step.h"
#include "ui/pane.h"
#include "ui/shell_state.h"

static struct scene scene_of(struct act *act)
{
	return shell_scene(act->shell, act->world, shell_view(act->shell), act->now.wall);
}

static bool place_of(struct act *act, struct step_place *out)
{
	return item_step(act->world, shell_view(act->shell)->list.row.target, out);
}

static size_t index_of(const struct step_place *place)
{
	return (size_t)(place->item - place->run->list->items);
}

static void open_form(struct act *act, const struct form_kind *kind, const struct step_place *place)
{
	char subject[FORM_SUBJECT];

	form_step_subject(place->run, place->item ? place->item->step : NULL, subject);
	shell_form(act, kind, subject);
}

static void open_box(struct act *act, const struct step_place *place, size_t fence)
{
	struct shell *shell = act->shell;
	struct box *box = &shell->box;
	struct scene scene = scene_of(act);
	struct ready ready;

	*box = (struct box){ .fence = fence };
	str_put(box->incident, sizeof(box->incident), place->docket->incident->id);
	str_put(box->run, sizeof(box->run), place->run->run->event);
	str_put(box->step, sizeof(box->step), place->item->step->id);
	box_open(box, act->now.steady);
	if (scene.frozen)
		shell_refuse(shell, "the picture is frozen: z thaws it");
	else if (!box_ready(box, &scene, &ready))
		shell_refuse(shell, "there is nothing here that could be run");
	else
		shell->mode = MODE_BOX;
}

/* The step's own words and audience; a draft that is half written is not written over. */
static void write_update(struct act *act, const struct step *step)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);

	shell_form(act, &form_update, "");
	if (shell->mode != MODE_FORM || shell->form.touched)
		return;
	for (size_t i = 0; i < FORM_OPTIONS && step->audience[0]; i++) {
		form_choose(&shell->form, &scene, "to", i);
		if (str_starts(form_value(&shell->form, "to"), step->audience))
			break;
	}
	if (step->draft[0])
		form_set(&shell->form, "text", step->draft);
}

static void say_who_to_call(struct act *act, const struct step *step)
{
	shell_form(act, &form_escalated, "");
	if (act->shell->mode == MODE_FORM && !act->shell->form.touched && step->to[0])
		form_set(&act->shell->form, "who", step->to);
}

/* The runbook that a link leads to: by the name of its file. */
static const struct card *linked(const struct books *books, const char *link)
{
	const char *slash = strrchr(link, '/');
	const char *name = slash ? slash + 1 : link, *end = strstr(name, ".md");
	struct str stem = end ? str_sub(name, (size_t)(end - name)) : str_of(name);

	for (size_t i = 0; books && i < books->count; i++)
		if (str_eq(stem, books->cards[i].stem) || str_eq(stem, books->cards[i].id))
			return &books->cards[i];
	return NULL;
}

static void begin_on_top(struct act *act, const struct step_place *place)
{
	const struct card *card = linked(act->world->desk->books, place->item->step->link);

	if (!card) {
		shell_refuse(act->shell, "%s is not in the library", place->item->step->link);
		return;
	}
	act->out->kind = EFFECT_BEGIN;
	act->out->on = true;
	str_put(act->out->text, sizeof(act->out->text), card->id);
	str_put(act->out->incident, sizeof(act->out->incident), place->docket->incident->id);
	str_put(act->out->run, sizeof(act->out->run), place->run->run->event);
	act->shell->run[0] = '\0';
}

static bool is_asked_of_me(struct act *act, const struct step_place *place)
{
	const struct run_step *mark = place->item->mark;

	return mark->asked[0] && !mark->confirmed_by[0] &&
	       strcmp(mark->asked_by, act->world->operator) != 0;
}

/* What its kind wants. What is settled, and what only senses, is explained. */
static void open_step(struct act *act, const struct step_place *place)
{
	const struct step *step = place->item->step;
	size_t fence = checklist_next_fence(place->run, index_of(place));

	if (place->fence != SIZE_MAX || is_asked_of_me(act, place)) {
		open_box(act, place, place->fence != SIZE_MAX ? place->fence :
				     place->item->mark->asked_fence);
		return;
	}
	switch (checklist_act(place->run, index_of(place))) {
	case STEP_ACT_EXPLAIN:
		shell_push(act, &screen_detail, item_of_step(place->run->run, step));
		break;
	case STEP_ACT_RUN:
		open_box(act, place, fence);
		break;
	case STEP_ACT_CHOOSE:
		open_form(act, &form_decide, place);
		break;
	case STEP_ACT_ENTER:
		open_form(act, &form_input, place);
		break;
	case STEP_ACT_WRITE:
		write_update(act, step);
		break;
	case STEP_ACT_CALL:
		say_who_to_call(act, step);
		break;
	case STEP_ACT_LINK:
		begin_on_top(act, place);
		break;
	}
}

static bool is_on_checklist(struct act *act)
{
	return shell_view(act->shell)->screen == &screen_runbook;
}

/* On the checklist it acts; on any other screen it leads there. */
static void go_to_step(struct act *act, struct item item)
{
	struct scene scene;
	struct list *list;

	shell_show(act, &screen_runbook);
	scene = scene_of(act);
	shell_view(act->shell)->about = screen_runbook.about(&scene);
	list = &shell_view(act->shell)->list;
	list->row.item = list->row.target = item;
	list->selected = list->moved = list->follow = true;
	list->lost = false;
}

bool act_open_step(struct act *act, struct item item)
{
	struct step_place place;

	if (!item_step(act->world, item, &place))
		return false;
	if (is_on_checklist(act) || place.fence != SIZE_MAX)
		open_step(act, &place);
	else if (shell_view(act->shell)->screen != &screen_detail)
		go_to_step(act, item_of_step(place.run->run, place.item->step));
	else
		return false;
	return true;
}

void act_go_to_step(struct act *act, unsigned n)
{
	struct scene scene = scene_of(act);
	const struct docket_run *run = checklist_run(&scene);

	if (!run || !run->list)
		shell_refuse(act->shell, "no runbook goes on: 5 lists them");
	else if (n == 0 || n > run->list->count)
		shell_refuse(act->shell, "there is no step %u: it has %zu", n, run->list->count);
	else
		go_to_step(act, item_of_step(run->run, run->list->items[n - 1].step));
}

static bool is_settled(const struct checklist_item *item)
{
	return item->state == ITEM_STATE_DONE || item->state == ITEM_STATE_SENSED;
}

/* A check is not ticked by hand over what the instruments say: that is an override. */
static bool is_against(const struct checklist_item *item)
{
	return item->sense && item->sense->now != TRUTH_YES && item->state != ITEM_STATE_DONE;
}

static bool is_taken(const struct step_place *place, struct entry *entry)
{
	return checklist_allows(place->run->list, &entry->out->order, &entry->err) &&
	       form_decides(place->docket->incident, place->docket->history, entry);
}

static void tick(struct act *act, const struct step_place *place)
{
	struct scene scene = scene_of(act);
	struct entry entry = { .scene = &scene, .steady = act->now.steady,
			       .arena = &act->shell->entered, .out = act->out };
	struct event_data *data = &act->out->order.data;

	act->out->kind = EFFECT_ORDER;
	act->out->order = (struct order){ .kind = EVENT_STEP_DONE, .at = WHEN_NEVER, .src = SRC_HUMAN,
					  .by = act->world->operator };
	str_put(act->out->text, sizeof(act->out->text), place->docket->incident->id);
	EVENT_SET(*data, run, place->run->run->event);
	EVENT_SET(*data, step, place->item->step->id);
	if (is_taken(place, &entry)) {
		shell_say(act->shell, "step %u is done; u takes it back", place->item->step->n);
		return;
	}
	act->out->kind = EFFECT_NONE;
	shell_refuse(act->shell, "step %u: %s", place->item->step->n, entry.err.text);
}

/* A decision is told by its option; an input by its value, and who has given it may tick it. */
static bool wants_words(const struct step_place *place)
{
	const struct step *step = place->item->step;
	const struct run *run = place->run->run;

	for (size_t i = 0; step->kind == STEP_INPUT && i < run->value_count; i++)
		if (strcmp(run->values[i].name, step->ask) == 0)
			return false;
	return step->kind == STEP_DECISION || step->kind == STEP_INPUT;
}

/* The cursor stays: the same key once more finds the same step, done already. */
void act_tick(struct act *act)
{
	struct step_place place;

	if (!place_of(act, &place))
		return;
	shell_view(act->shell)->list.moved = true;
	if (is_settled(place.item))
		shell_say(act->shell, "step %u is done already; u takes it back", place.item->step->n);
	else if (wants_words(&place))
		open_step(act, &(struct step_place){ place.docket, place.run, place.item, SIZE_MAX });
	else if (is_against(place.item))
		open_form(act, &form_override, &place);
	else
		tick(act, &place);
}

void act_step(struct act *act)
{
	struct shell *shell = act->shell;
	struct step_place place;
	struct text title;

	if (!place_of(act, &place))
		return;
	menu_open(&shell->menu, MENU_STEP, act->now.steady);
	form_step_subject(place.run, place.item->step, shell->menu.subject);
	title = text_fmt("%u %s", place.item->step->n, place.item->step->title);
	title = text_cut(&title, FORM_OPTION / 2);
	str_put(shell->menu.title, sizeof(shell->menu.title), title.bytes);
	shell->mode = MODE_MENU;
}

void act_accept(struct act *act)
{
	struct scene scene = scene_of(act);
	const struct step_place place = { .docket = checklist_docket(&scene),
					  .run = checklist_run(&scene) };

	if (place.run->accepted || !place.run->changes)
		shell_say(act->shell, "the commands of %s are accepted already", place.run->run->runbook);
	else
		open_form(act, &form_accept_book, &place);
}

/* --- commands ------------------------------------------------------------------------------- */

void act_command(struct act *act)
{
	shell_form(act, &form_command, "");
}

static void show_command(struct act *act, const struct form *form)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);
	struct ready ready;

	shell->box = (struct box){ .fence = 0 };
	str_put(shell->box.incident, sizeof(shell->box.incident), form->incident);
	str_put(shell->box.command, sizeof(shell->box.command), form->values[0].text);
	box_open(&shell->box, act->now.steady);
	if (box_ready(&shell->box, &scene, &ready))
		shell->mode = MODE_BOX;
	else
		shell_refuse(shell, "no command can be run here");
}

/* What was told of a command is about the box that asked. */
static void complete_answer(struct act *act)
{
	const struct box *box = &act->shell->box;

	act->out->fence = box->fence;
	str_put(act->out->digest, sizeof(act->out->digest), box->digest);
}

void shell_form_after(struct act *act, const struct form *form)
{
	if (form->kind == &form_command)
		show_command(act, form);
	else if (form->kind == &form_answer_run && act->out->kind == EFFECT_ANSWERED)
		complete_answer(act);
}

static void ask_what_came(struct act *act)
{
	struct shell *shell = act->shell;
	struct text subject = text_fmt("%s/%s", shell->box.run, shell->box.step);

	shell_form(act, &form_answer_run, subject.bytes);
}

void shell_box_key(struct act *act, uint32_t code)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);
	struct entry entry = { .scene = &scene, .steady = act->now.steady,
			       .arena = &shell->entered, .out = act->out };

	switch (box_key(&shell->box, &entry, code)) {
	case BOX_STAYS:
		break;
	case BOX_CLOSED: case BOX_ACTS:
		shell->mode = MODE_KEYS;
		shell_view(shell)->list.moved = true;	/* its output comes under this step */
		break;
	case BOX_ELSEWHERE:
		ask_what_came(act);
		break;
	}
	if (entry.err.text[0] && entry.err.kind == ERR_NONE)
		shell_say(shell, "%s", entry.err.text);
	else if (entry.err.text[0])
		shell_refuse(shell, "%s", entry.err.text);
}

bool act_interrupt(struct act *act)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);
	const struct pane *pane = pane_current(&scene);

	if (!pane || !pane->busy || pane->check)
		return false;
	shell_say(shell, act->now.steady - shell->interrupted < CANCEL_WITHIN && shell->interrupted ?
		  "interrupted again: it is told to end" :
		  "interrupted; once more within 2 s ends it, and once more kills it");
	shell->interrupted = act->now.steady;
	act->out->kind = EFFECT_INTERRUPT;
	return true;
}

/* --- what it printed ------------------------------------------------------------------------ */

void act_output(struct act *act)
{
	if (shell_view(act->shell)->screen == &screen_pane)
		shell_perform(act, ACTION_BACK);
	else
		shell_push(act, &screen_pane, (struct item){ 0 });
}

void act_evidence(struct act *act)
{
	struct item item = shell_view(act->shell)->list.row.target;
	const struct docket *docket;
	struct step_place place;
	const struct attempt *last = item_step(act->world, item, &place) ?
				     run_last_attempt(place.item->mark) : NULL;

	if ((last && last->output[0]) || item_evidence(act->world, item, &docket))
		shell_push(act, &screen_evidence, item);
	else
		shell_refuse(act->shell, "nothing was printed here that is kept");
}
