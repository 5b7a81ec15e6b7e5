/*
 * shell_tx.c: what keys do about transactions: ask about them, show what may be done, move the
 * window of a list that is longer than anybody holds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "ui/form_parts.h"
#include "ui/shell_state.h"
#include "ui/tx_find.h"
#include "ui/tx_say.h"

static struct scene scene_of(struct act *act)
{
	return shell_scene(act->shell, act->world, shell_view(act->shell), act->now.wall);
}

static struct item target_of(struct act *act)
{
	const struct list *list = &shell_view(act->shell)->list;

	return list->selected ? list->row.target : (struct item){ .kind = ITEM_NONE };
}

static void push_about(struct act *act, const struct screen *screen, const struct tx_ref *ref)
{
	int depth = act->shell->depth;

	shell_push(act, screen, (struct item){ .kind = ITEM_NONE });
	if (act->shell->depth > depth)
		shell_view(act->shell)->tx = *ref;
}

/* --- asking --------------------------------------------------------------------------------- */

static bool shows_verdicts(struct act *act)
{
	const struct screen *screen = shell_view(act->shell)->screen;

	return screen == &screen_transactions || screen == &screen_proof || screen == &screen_acts;
}

/* Where no verdict could be seen the evidence view opens, and fills. */
void act_diagnose(struct act *act)
{
	struct scene scene = scene_of(act);
	struct tx_ref ref;
	char hash[TX_WORDS];

	if (!act->world->cases) {
		shell_refuse(act->shell, "nobody looks after transactions here");
		return;
	}
	if (!tx_ref_of(&scene, target_of(act), &ref)) {
		shell_form(act, &form_diagnose, "");
		return;
	}
	act->out->kind = EFFECT_DIAGNOSE;
	str_put(act->out->tx_id, sizeof(act->out->tx_id), ref.id);
	str_put(act->out->tx_hash, sizeof(act->out->tx_hash), ref.hash);
	tx_say_account(ref.hash[0] ? ref.hash : ref.id, hash);
	shell_say(act->shell, "asking the network about %s", hash);
	shell_view(act->shell)->list.moved = true;	/* the cursor stays with it */
	if (!shows_verdicts(act))
		push_about(act, &screen_proof, &ref);
}

void act_diagnose_all(struct act *act)
{
	const struct caseload *cases = act->world->cases;

	if (!cases || cases->count == 0) {
		shell_refuse(act->shell, cases ? "no transaction is listed" :
			     "nobody looks after transactions here");
	} else if (cases->bulk_done < cases->bulk_all) {
		act->out->kind = EFFECT_STOP_BULK;
		shell_say(act->shell, "stopped at %zu of %zu; D goes on", cases->bulk_done, cases->bulk_all);
	} else {
		act->out->kind = EFFECT_DIAGNOSE;
		act->out->on = true;
		shell_say(act->shell, "asking about all that are listed, politely; D stops");
	}
}

/* It never acts: the field is filled, and Enter still has to be pressed. */
bool act_paste_tx(struct act *act, const struct input *event)
{
	if (!act->world->cases || event->cut || !form_names_tx(event->text))
		return false;
	shell_form(act, &form_diagnose, "");
	if (act->shell->mode == MODE_FORM)
		shell_form_paste(act, event);
	return true;
}

/* --- acting --------------------------------------------------------------------------------- */

void act_tx_acts(struct act *act)
{
	struct scene scene = scene_of(act);
	struct tx_ref ref;

	if (shell_view(act->shell)->screen == &screen_acts)
		shell_perform(act, ACTION_BACK);
	else if (tx_ref_of(&scene, target_of(act), &ref))
		push_about(act, &screen_acts, &ref);
}

static void open_box(struct act *act, enum tx_act what)
{
	struct shell *shell = act->shell;
	struct scene scene = scene_of(act);
	struct tx_case is;
	struct ready ready;
	const char *refusal;

	if (!tx_case_of(act->world, &shell_view(shell)->tx, &is)) {
		shell_refuse(shell, "it is not there any more: nothing was done");
		return;
	}
	refusal = tx_act_refusal(act->world, &is, what);
	if (scene.frozen)
		refusal = "the picture is frozen: z thaws it";
	if (refusal) {
		shell_refuse(shell, "%s: %s", act_word(what), refusal);
		return;
	}
	shell->box = (struct box){ .about_tx = true, .act = what, .tx = shell_view(shell)->tx };
	box_open(&shell->box, act->now.steady);
	if (box_ready(&shell->box, &scene, &ready))
		shell->mode = MODE_BOX;
	else
		shell_refuse(shell, "%s: what would happen cannot be told now", act_word(what));
}

/* --- opening -------------------------------------------------------------------------------- */

static bool open_proof(struct act *act, struct item item)
{
	struct scene scene = scene_of(act);
	struct tx_ref ref;

	if (!act->world->cases || !tx_ref_of(&scene, item, &ref))
		return false;
	if (item.kind == ITEM_TX_MEMBER && strcmp(ref.hash, shell_view(act->shell)->tx.hash) == 0 &&
	    strcmp(ref.id, shell_view(act->shell)->tx.id) == 0)
		shell_refuse(act->shell, "it is the one that this screen is about");
	else
		push_about(act, &screen_proof, &ref);
	return true;
}

bool act_open_tx(struct act *act, struct item item)
{
	if (item.kind == ITEM_TX || item.kind == ITEM_TX_MEMBER)
		return open_proof(act, item);
	if (item.kind == ITEM_TXS && act->world->cases)
		shell_show(act, &screen_transactions);
	else if (item.kind == ITEM_TX_ACT)
		open_box(act, (enum tx_act)item.key);
	else if (item.kind == ITEM_TX_VALUE || item.kind == ITEM_TX_PROOF)
		shell_say(act->shell, "y copies it");
	else
		return false;
	return true;
}

void shell_on_tx(const struct shell *shell, const struct world *world, char id[NAME_TEXT],
		 char hash[TX_HASH_TEXT])
{
	const struct view *view = shell->depth > 0 ? &shell->stack[shell->depth - 1] :
				   &shell->tabs[shell->tab];
	struct scene scene = shell_scene(shell, world, view, shell->now.wall);
	struct item item = { .kind = ITEM_NONE };
	struct tx_ref ref;

	id[0] = hash[0] = '\0';
	if (view->list.selected)
		item = view->list.row.target;
	if (!world->cases || !tx_ref_of(&scene, item, &ref))
		return;
	str_put(id, NAME_TEXT, ref.id);
	str_put(hash, TX_HASH_TEXT, ref.hash);
}

/* --- the window ----------------------------------------------------------------------------- */

void act_sort(struct act *act)
{
	if (shell_view(act->shell)->screen == &screen_transactions)
		shell_form(act, &form_sort, "");
	else
		shell_refuse(act->shell, "s sorts the list of transactions: 3 shows it");
}

static void page(struct act *act, const char *where, int land)
{
	struct view *view = shell_view(act->shell);

	act->out->kind = EFFECT_TX_PAGE;
	str_put(act->out->text, sizeof(act->out->text), where);
	view->paged = land;
	view->left = view->list.row.item.key;
	view->paged_version = act->world->cases->version;
}

void act_tx_edge(struct act *act, enum action action, int before)
{
	static const struct {
		enum action action;
		int direction;
		bool end;		/* to the end of all, not of the window */
	} moves[] = {
		{ ACTION_UP, -1, false }, { ACTION_PAGE_UP, -1, false }, { ACTION_HALF_UP, -1, false },
		{ ACTION_DOWN, 1, false }, { ACTION_PAGE_DOWN, 1, false }, { ACTION_HALF_DOWN, 1, false },
		{ ACTION_TOP, -1, true }, { ACTION_BOTTOM, 1, true },
	};
	const struct view *view = shell_view(act->shell);
	const struct caseload *cases = act->world->cases;

	if (view->screen != &screen_transactions || !cases || cases->paging ||
	    act->out->kind != EFFECT_NONE)
		return;
	for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
		bool more = moves[i].direction < 0 ? cases->more_before : cases->more_after;

		if (moves[i].action != action || !more || (!moves[i].end && view->list.at != before))
			continue;
		if (moves[i].end)
			page(act, moves[i].direction < 0 ? "first" : "last", -2 * moves[i].direction);
		else
			page(act, moves[i].direction < 0 ? "prev" : "next", moves[i].direction);
	}
}

void act_tx_find(struct act *act)
{
	char hash[TX_HASH_TEXT];
	struct text find;

	if (shell_view(act->shell)->screen != &screen_transactions || !act->world->cases ||
	    !tx_find_hash(str_of(act->shell->filter.text), hash))
		return;
	find = text_fmt("find:%s", hash);
	page(act, find.bytes, 1);
	shell_say(act->shell, "searching the database for it");
}

/* The row that was selected may be in the new window: then the cursor is with it, unless it was
 * the end of all that was asked for. */
void shell_tx_look(struct view *view, const struct world *world)
{
	const struct caseload *cases = world->cases;

	if (view->screen != &screen_transactions || !view->paged || !cases || cases->paging)
		return;
	if (cases->version == view->paged_version)
		return;
	if (view->list.moved && view->list.selected && tx_line_of(cases, view->list.row.item) &&
	    (abs(view->paged) == 1 || view->list.row.item.key != view->left))
		view->paged = 0;
	else
		view->list.moved = view->list.selected = view->list.lost = false;
}
