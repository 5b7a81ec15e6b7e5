/*
 * checklist_head.c: what stands above the steps of a walk, and the walk as a column beside another
 * screen.
 */
#include <stdio.h>

#include "ui/checklist_rows.h"
#include "ui/screen_runbooks.h"

static void put(struct page *page, enum role role, const char *text)
{
	page_text(page);
	page_wrap(page, 1, role, text);
}

static void put_accept(const struct scene *scene, struct page *page, const struct docket_run *run)
{
	char key[KEY_NAME];

	if (run->accepted || !run->changes)
		return;
	key_text(key, scene->keymap->keys[ACTION_ACCEPT][0]);
	put(page, ROLE_WARN, text_fmt("Its commands are new here: %s shows them. Until they are accepted "
				      "no check of its own runs by itself.", key).bytes);
}

static void put_review(const struct scene *scene, struct page *page, const struct card *card)
{
	char review[SAY_REVIEW];

	if (book_say_review(scene, card, review) == ROLE_WARN)
		put(page, ROLE_WARN, review);
}

void checklist_head(const struct scene *scene, struct page *page, const struct docket_run *run)
{
	const struct checklist *list = run->list;

	if (run->run->because[0])
		put(page, ROLE_DIM, run->run->because);
	if (run->run->instruct)
		put(page, ROLE_STRONG, "Instructions only: nothing is run here, and what can be sensed is.");
	if (run->runbook)
		put_review(scene, page, &run->runbook->card);
	put_accept(scene, page, run);
	if (!list) {
		put(page, ROLE_STRONG, run->why ? run->why : "It is being read.");
		return;
	}
	if (list->waits_for[0])
		put(page, ROLE_WARN, text_fmt("WAITS: %s", list->waits_for).bytes);
	if (list->complete)
		put(page, ROLE_OK, list->words);
	if (!run_goes_on(run->run))
		put(page, ROLE_DIM, text_fmt("It is over: %s", run->run->words).bytes);
}

bool checklist_side(const struct scene *scene, struct page *page)
{
	const struct docket_run *run = checklist_run(scene);
	struct text title;

	if (!run)
		return false;
	title = text_fmt("RUNBOOK %s", run->run->runbook);
	page_title(page, title.bytes, run->list ? text_fmt("%s ", run->list->words).bytes : "");
	checklist_head(scene, page, run);
	if (run->list)
		checklist_rows(scene, page, run, true);
	return true;
}
