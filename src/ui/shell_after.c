/*
 * shell_after.c: what keys do about what comes afterwards: the postmortem, the board of drills, an
 * incident that is talked through.
 */
#include "ui/after.h"
#include "ui/drills.h"
#include "ui/form_parts.h"
#include "ui/rows_after.h"
#include "ui/shell_state.h"

static void push_once(struct act *act, const struct screen *screen)
{
	if (shell_view(act->shell)->screen != screen)
		shell_push(act, screen, (struct item){ .kind = ITEM_NONE });
}

/* The screen; on it: what may be done. */
void act_postmortem(struct act *act)
{
	if (shell_view(act->shell)->screen != &screen_postmortem) {
		push_once(act, &screen_postmortem);
		return;
	}
	menu_open(&act->shell->menu, MENU_AFTER, act->now.steady);
	act->shell->mode = MODE_MENU;
}

void act_drills(struct act *act)
{
	push_once(act, &screen_drills);
}

void act_tabletop(struct act *act)
{
	push_once(act, &screen_tabletop);
}

/* At the end there is nothing more to show. */
void act_moment(struct act *act)
{
	const struct rehearsal *table = act->world->desk->rehearsal;

	push_once(act, &screen_tabletop);
	if (!table->history)
		shell_refuse(act->shell, table->why[0] ? "it cannot be replayed: %s" :
			     "the record is being read%s", table->why);
	else if (table->over)
		shell_refuse(act->shell, "that was the last moment: what was done stands beside what we "
			     "would have done");
	else
		act->out->kind = EFFECT_REHEARSE;
}

bool act_open_after(struct act *act, struct item item)
{
	const struct screen *on = shell_view(act->shell)->screen;
	enum postmortem_section section;
	enum action_type type;

	if (item_section(act->world, item, &section))
		shell_form(act, &form_answer, postmortem_section_key(section));
	else if (item_lack(act->world, item, &type))
		shell_form(act, &form_action, action_type_word(type));
	else if (item.kind == ITEM_MOMENT)
		shell_perform(act, on == &screen_tabletop ? ACTION_MOMENT : ACTION_TABLETOP);
	else if (item.kind == ITEM_DRILL && on != &screen_drills)
		act_drills(act);
	else
		return false;
	return true;
}
