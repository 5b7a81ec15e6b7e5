/*
 * screens.c: which screens have a number, and when an action has to refuse.
 */
#include "ui/screen.h"

const struct screen *const screen_tabs[SHELL_TABS + 1] = {
	&screen_now, &screen_alerts, &screen_incident, &screen_timeline, &screen_sources, NULL
};

/* Why nothing can be done about an incident, or NULL. */
static const char *desk_refusal(const struct desk *desk, unsigned needs)
{
	if (!(needs & (ON_DESK | ON_INCIDENT)))
		return NULL;
	if (!desk)
		return "no incident can be kept here: this console has no place for one";
	if (desk->trouble[0])
		return desk->trouble;
	return (needs & ON_INCIDENT) && desk->count == 0 ? "no incident is open: i declares one" : NULL;
}

const char *screen_refusal(const struct scene *scene, enum action action)
{
	const struct view *view = scene->under ? scene->under : scene->view;
	unsigned needs = action_info(action)->needs;
	const char *refusal = desk_refusal(scene->world->desk, needs);

	if ((needs & ON_LIVE) && scene->frozen)
		return "the picture is frozen: z thaws it";
	if (refusal)
		return refusal;
	if (!(needs & ON_ITEM) || view->list.selected)
		return NULL;
	if (view->list.lost && view->list.moved)
		return "what was selected is gone from the list: j, k or e selects again";
	return "nothing is selected: j, k or e selects";
}
