/*
 * screens.c: which screens have a number, and when an action has to refuse.
 */
#include "ui/screen.h"

const struct screen *const screen_tabs[] = { &screen_now, &screen_sources, NULL };

const char *screen_refusal(const struct scene *scene, enum action action)
{
	const struct view *view = scene->under ? scene->under : scene->view;
	unsigned needs = action_info(action)->needs;

	if ((needs & ON_LIVE) && scene->frozen)
		return "the picture is frozen: z thaws it";
	if (!(needs & ON_ITEM) || view->list.selected)
		return NULL;
	if (view->list.lost && view->list.moved)
		return "what was selected is gone from the list: j, k or e selects again";
	return "nothing is selected: j, k or e selects";
}
