/*
 * acts.c: what each action does: one function in one table. All of them work on what the operator
 * saw: the rows of the last frame (list.h).
 */
#include <string.h>

#include "base/mem.h"
#include "ui/explain.h"
#include "ui/form_parts.h"
#include "ui/next.h"
#include "ui/shell_state.h"

enum { SHIFT = 8, SHIFT_MOST = 400 };

static struct list *list_of(struct act *act)
{
	return &shell_view(act->shell)->list;
}

static struct scene scene_of(struct act *act)
{
	return shell_scene(act->shell, act->world, shell_view(act->shell), act->now.wall);
}

static void pop(struct shell *shell)
{
	list_done(&shell->stack[--shell->depth].list);
}

void shell_push(struct act *act, const struct screen *screen, struct item subject)
{
	struct shell *shell = act->shell;

	if (shell->depth == SHELL_DEPTH) {
		shell_refuse(shell, "%d screens are open already: Esc goes back", SHELL_DEPTH);
		return;
	}
	shell->stack[shell->depth++] = (struct view){ .screen = screen, .subject = subject };
}

static void go_to(struct act *act, int tab)
{
	struct shell *shell = act->shell;

	while (shell->depth > 0)
		pop(shell);
	if (tab != shell->tab)
		shell->previous = shell->tab;
	shell->tab = tab;
}

void shell_show(struct act *act, const struct screen *screen)
{
	for (int i = 0; screen_tabs[i]; i++)
		if (screen_tabs[i] == screen)
			go_to(act, i);
}

static void do_open(struct act *act)
{
	struct view *view = shell_view(act->shell);
	struct item target = view->list.row.target;
	struct scene scene = scene_of(act);
	struct text name;

	if (act_owed(act, target) || act_open_tx(act, target) || act_open_run(act, target) ||
	    act_open_after(act, target))
		return;
	if (target.kind == ITEM_FINE) {
		view->unfolded = !view->unfolded;
	} else if (target.kind == ITEM_ACTION) {
		pop(act->shell);
		shell_perform(act, (enum action)target.key);
	} else if (!explain_name(&scene, target, &name)) {
		shell_refuse(act->shell, "it is no longer there: nothing was opened");
	} else if (view->screen == &screen_detail && item_eq(view->subject, target)) {
		shell_refuse(act->shell, "%s is what this screen is about", name.bytes);
	} else {
		shell_push(act, &screen_detail, target);
	}
}

static void do_back(struct act *act)
{
	struct shell *shell = act->shell;
	struct view *view = shell_view(shell);

	if (view->filter.text[0])
		view->filter.text[0] = '\0';
	else if (shell->depth > 0)
		pop(shell);
	else if (shell->tab != 0)
		go_to(act, 0);
	else
		shell_say(shell, "this is the first screen; q quits");
}

static void do_quit(struct act *act)
{
	if (act->shell->depth > 0)
		pop(act->shell);
	else if (act->shell->tab != 0)
		go_to(act, 0);
	else if (next_worst(act->world->desk))
		shell_form(act, &form_quit, "");
	else
		act->out->kind = EFFECT_QUIT;
}

static void do_help(struct act *act)
{
	struct view *view = shell_view(act->shell);

	if (view->screen == &screen_help)
		pop(act->shell);
	else
		shell_push(act, &screen_help, view->list.selected ? view->list.row.target : view->subject);
}

static void do_ask(struct act *act)
{
	act->out->kind = EFFECT_ASK_ALL;
	shell_say(act->shell, "asking all %zu sources", act->world->source_count);
}

static void do_filter(struct act *act)
{
	edit_set(&act->shell->filter, shell_view(act->shell)->filter.text);
	act->shell->mode = MODE_FILTER;
}

static void do_palette(struct act *act)
{
	palette_open(&act->shell->palette, act->world);
	act->shell->mode = MODE_PALETTE;
}

static void do_copy(struct act *act)
{
	struct item target = list_of(act)->row.target;
	struct scene scene = scene_of(act);
	struct text name;
	struct buf line = { 0 };

	if (!explain_name(&scene, target, &name)) {
		shell_refuse(act->shell, "there is no value here to copy");
		return;
	}
	explain_line(&scene, target, &line);
	act->out->kind = EFFECT_COPY;
	str_put(act->out->text, sizeof(act->out->text), buf_cstr(&line));
	buf_done(&line);
}

static void do_link(struct act *act)
{
	const struct alert *alert = item_alert(act->world, list_of(act)->row.target);

	if (!alert || !alert->runbook[0]) {
		shell_refuse(act->shell, "there is no link here");
		return;
	}
	act->out->kind = EFFECT_LINK;
	str_put(act->out->text, sizeof(act->out->text), alert->runbook);
}

static void do_freeze(struct act *act)
{
	struct shell *shell = act->shell;

	if (shell->frozen) {
		shell_thaw(shell);
		return;
	}
	shell->frozen = mem_dup(act->world, sizeof(*act->world));
	shell->frozen_at = act->now.wall;
	for (size_t i = 0; i < shell->frozen->source_count; i++) {
		struct report *last = &shell->frozen->sources[i].last;

		json_incref(shell->frozen->sources[i].fields);
		last->chain = NULL;	/* what the live world owns and may drop */
		last->cursor = NULL;
		last->readings = NULL;
		last->alerts = NULL;
		last->tx = NULL;
		last->versions = NULL;
		last->duties = NULL;	/* but the lines of a log, which can be opened */
		last->sightings = last->sighting_count == 0 ? NULL :
				  mem_dup(last->sightings, last->sighting_count *
							   sizeof(*last->sightings));
	}
}

static void do_print(struct act *act)
{
	act->out->kind = EFFECT_PRINT;
}

static void do_time(struct act *act)
{
	static const struct {
		enum time_mode next;
		const char *says;
	} modes[] = {
		[TIMES_UTC] = { TIMES_LOCAL, "times are local now" },
		[TIMES_LOCAL] = { TIMES_RELATIVE, "times are relative to now" },
		[TIMES_RELATIVE] = { TIMES_UTC, "times are UTC now" },
	};

	shell_say(act->shell, "%s", modes[act->shell->prefs.time].says);
	act->shell->prefs.time = modes[act->shell->prefs.time].next;
}

static void do_wrong(struct act *act, int direction)
{
	if (!list_wrong(list_of(act), direction))
		shell_say(act->shell, list_of(act)->selected ? "nothing else is wrong" :
			  "nothing is wrong here");
}

static int half(struct act *act)
{
	return (list_of(act)->height + 1) / 2;
}

static void do_next_wrong(struct act *act)
{
	do_wrong(act, 1);
}

static void do_prev_wrong(struct act *act)
{
	do_wrong(act, -1);
}

static void do_up(struct act *act)
{
	list_move(list_of(act), -1);
}

static void do_down(struct act *act)
{
	list_move(list_of(act), 1);
}

static void do_page_up(struct act *act)
{
	list_move(list_of(act), -list_of(act)->height);
}

static void do_page_down(struct act *act)
{
	list_move(list_of(act), list_of(act)->height);
}

static void do_half_up(struct act *act)
{
	list_move(list_of(act), -half(act));
}

static void do_half_down(struct act *act)
{
	list_move(list_of(act), half(act));
}

static void do_top(struct act *act)
{
	list_edge(list_of(act), -1);
	if (shell_view(act->shell)->screen->follows)
		list_of(act)->moved = false;
}

static void do_bottom(struct act *act)
{
	list_edge(list_of(act), 1);
}

static void do_next_part(struct act *act)
{
	list_part(list_of(act), 1);
}

static void do_prev_part(struct act *act)
{
	list_part(list_of(act), -1);
}

static void do_previous(struct act *act)
{
	go_to(act, act->shell->previous);
}

static void do_redraw(struct act *act)
{
	act->out->kind = EFFECT_REDRAW;
}

static void do_suspend(struct act *act)
{
	act->out->kind = EFFECT_SUSPEND;
}

static void do_messages(struct act *act)
{
	shell_push(act, &screen_messages, (struct item){ 0 });
}

/* A second press of the same key goes back, as with the help. */
static void toggle(struct act *act, const struct screen *screen)
{
	if (shell_view(act->shell)->screen == screen)
		pop(act->shell);
	else
		shell_push(act, screen, (struct item){ 0 });
}

static void do_components(struct act *act)
{
	toggle(act, &screen_components);
}

static void do_contacts(struct act *act)
{
	toggle(act, &screen_contacts);
}

static void do_left(struct act *act)
{
	struct view *view = shell_view(act->shell);

	view->shift = view->shift > SHIFT ? view->shift - SHIFT : 0;
}

static void do_right(struct act *act)
{
	struct view *view = shell_view(act->shell);

	if (view->shift < SHIFT_MOST)
		view->shift += SHIFT;
}

static void do_mouse(struct act *act)
{
	struct shell *shell = act->shell;

	shell->prefs.mouse = !shell->prefs.mouse;
	act->out->kind = EFFECT_MOUSE;
	act->out->on = shell->prefs.mouse;
	shell_say(shell, shell->prefs.mouse ? "mouse on; Shift+drag selects text" : "mouse off");
}

static void do_cancel(struct act *act)
{
	struct shell *shell = act->shell;

	if (act_interrupt(act))
		return;
	if (shell->interrupted && act->now.steady - shell->interrupted <= CANCEL_WITHIN) {
		shell_say(shell, "the command has ended");	/* that key was meant for it */
		return;
	}
	memmove(shell->cancels, shell->cancels + 1, sizeof(shell->cancels) - sizeof(shell->cancels[0]));
	shell->cancels[SHELL_CANCELS - 1] = act->now.steady;
	if (act->now.steady - shell->cancels[0] <= CANCEL_WITHIN)
		act->out->kind = EFFECT_QUIT;
	else
		shell_say(shell, "q quits. While no console is open nothing is asked and nobody is told.");
}

static void (*const doers[ACTION_COUNT])(struct act *act) = {
	[ACTION_OPEN] = do_open, [ACTION_NEXT_WRONG] = do_next_wrong,
	[ACTION_PREV_WRONG] = do_prev_wrong, [ACTION_ASK] = do_ask, [ACTION_FILTER] = do_filter,
	[ACTION_COPY] = do_copy, [ACTION_LINK] = do_link, [ACTION_FREEZE] = do_freeze,
	[ACTION_PRINT] = do_print, [ACTION_TIME] = do_time, [ACTION_PALETTE] = do_palette,
	[ACTION_INCIDENT] = act_incident, [ACTION_NOTE] = act_note, [ACTION_UPDATE] = act_update,
	[ACTION_ACK] = act_ack, [ACTION_UNDO] = act_undo, [ACTION_EXPIRE] = act_expire,
	[ACTION_SWITCH] = act_switch, [ACTION_BEGIN] = act_begin,
	[ACTION_TICK] = act_tick, [ACTION_STEP] = act_step, [ACTION_COMMAND] = act_command,
	[ACTION_DIAGNOSE] = act_diagnose, [ACTION_DIAGNOSE_ALL] = act_diagnose_all,
	[ACTION_TX_ACTS] = act_tx_acts, [ACTION_SORT] = act_sort,
	[ACTION_ACCEPT] = act_accept, [ACTION_EVIDENCE] = act_evidence, [ACTION_OUTPUT] = act_output,
	[ACTION_POSTMORTEM] = act_postmortem, [ACTION_DRILLS] = act_drills,
	[ACTION_TABLETOP] = act_tabletop, [ACTION_MOMENT] = act_moment,
	[ACTION_HELP] = do_help, [ACTION_BACK] = do_back, [ACTION_QUIT] = do_quit,
	[ACTION_UP] = do_up, [ACTION_DOWN] = do_down, [ACTION_PAGE_UP] = do_page_up,
	[ACTION_PAGE_DOWN] = do_page_down, [ACTION_HALF_UP] = do_half_up,
	[ACTION_HALF_DOWN] = do_half_down, [ACTION_TOP] = do_top, [ACTION_BOTTOM] = do_bottom,
	[ACTION_LEFT] = do_left, [ACTION_RIGHT] = do_right, [ACTION_NEXT_PART] = do_next_part,
	[ACTION_PREV_PART] = do_prev_part, [ACTION_COMPONENTS] = do_components,
	[ACTION_CONTACTS] = do_contacts,
	[ACTION_MESSAGES] = do_messages, [ACTION_PREVIOUS] = do_previous, [ACTION_MOUSE] = do_mouse,
	[ACTION_REDRAW] = do_redraw, [ACTION_SUSPEND] = do_suspend, [ACTION_CANCEL] = do_cancel,
};

/* The tab that an action goes to, or -1. */
static int tab_of(enum action action)
{
	for (int i = 0; screen_tabs[i]; i++)
		if (screen_tabs[i]->tab == action)
			return i;
	return -1;
}

static void perform(struct act *act, enum action action)
{
	int tab = tab_of(action), before = list_of(act)->at;

	if (action == ACTION_RUNBOOK && screen_tabs[act->shell->tab] == &screen_runbook)
		act_runbook(act);
	else if (tab >= 0)
		go_to(act, tab);
	else if (doers[action])
		doers[action](act);
	else
		shell_refuse(act->shell, "%s: nothing here does that", action_info(action)->name);
	if (action != ACTION_FREEZE)	/* a thaw has freed the world that this act saw */
		act_tx_edge(act, action, before);
}

static bool is_desk_trouble(const struct world *world, const char *refusal)
{
	return world->desk && refusal == world->desk->trouble;
}

void shell_perform(struct act *act, enum action action)
{
	struct scene scene = scene_of(act);
	const char *refusal = screen_refusal(&scene, action);

	if (scene.view->screen == &screen_help && action == ACTION_OPEN)
		refusal = scene.view->list.selected ? NULL : "nothing is selected: j or k selects";
	if (refusal)
		shell_refuse(act->shell, is_desk_trouble(act->world, refusal) ?
			     "no incident can be kept here: %s" : "%s", refusal);
	else
		perform(act, action);
}
