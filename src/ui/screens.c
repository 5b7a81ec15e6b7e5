/*
 * screens.c: which screens have a number, and when an action has to refuse.
 */
#include "ui/checklist_rows.h"
#include "ui/screen.h"
#include "ui/tx_find.h"

const struct screen *const screen_tabs[SHELL_TABS + 1] = {
	&screen_now, &screen_alerts, &screen_transactions, &screen_incident, &screen_runbook,
	&screen_timeline, &screen_sources, NULL
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

/* Why nothing can be done about a runbook, or NULL. */
static const char *run_refusal(const struct scene *scene, const struct view *view, unsigned needs)
{
	struct step_place place;

	if ((needs & ON_STEP) && !item_step(scene->world, view->list.row.target, &place))
		return "it needs a step under the cursor: 5 shows the runbook";
	if ((needs & ON_RUN) && !checklist_run(scene))
		return "no runbook goes on: 5 lists them";
	return NULL;
}

static const char *tx_refusal(const struct scene *scene, const struct view *view)
{
	struct item item = view->list.selected ? view->list.row.target : (struct item){ 0 };
	struct tx_ref ref;

	return tx_ref_of(scene, item, &ref) ? NULL :
	       "it needs a transaction under the cursor: 3 lists them";
}

static const char *table_refusal(const struct desk *desk, unsigned needs)
{
	return (needs & ON_TABLE) && !(desk && desk->rehearsal) ?
	       "no tabletop goes on: drill start --type tabletop --replay ID begins one" : NULL;
}

const char *screen_refusal(const struct scene *scene, enum action action)
{
	const struct view *view = scene->under ? scene->under : scene->view;
	unsigned needs = action_info(action)->needs;
	const char *refusal = desk_refusal(scene->world->desk, needs);

	if ((needs & ON_LIVE) && scene->frozen)
		return "the picture is frozen: z thaws it";
	refusal = refusal ? refusal : table_refusal(scene->world->desk, needs);
	if (refusal)
		return refusal;
	if (needs & ON_TX)
		return tx_refusal(scene, view);
	if (!(needs & ON_ITEM) || view->list.selected)
		return run_refusal(scene, view, needs);
	if (view->list.lost && view->list.moved)
		return "what was selected is gone from the list: j, k or e selects again";
	return "nothing is selected: j, k or e selects";
}
