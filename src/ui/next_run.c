/*
 * next_run.c: the runbook in NEXT: the one for what fails while none goes on. What a walk owes is
 * owed like the rest; its rows stand for the step that they are about.
 */
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/next.h"
#include "ui/screen_runbooks.h"

enum { HINT = 14 };

static int width_of(const struct page *page)
{
	return page->cols - NEXT_TEXT_AT - HINT - 2;
}

static void put_book(struct page *page, const struct card *card, const struct book_match *match)
{
	struct item target = item_of_book(card);
	struct item item = { ITEM_NEXT, item_hash("runbook") ^ target.key };
	struct buf why = { 0 };
	int x;

	book_say_match(match, &why);
	page_row(page, (struct row){ ROW_ITEM, item, target, false });
	page_field(page, "name", "runbook");
	page_put(page, 1, NEXT_TEXT_AT - 2, ROLE_STRONG, "runbook");
	page_put_right(page, page->cols - HINT - 1, HINT, ROLE_KEY, "Enter opens it");
	x = page_put(page, NEXT_TEXT_AT, width_of(page), ROLE_PLAIN, "%s", card->id);
	page_put(page, x + 2, NEXT_TEXT_AT + width_of(page) - x - 2, ROLE_DIM, "%s", buf_cstr(&why));
	buf_done(&why);
}

void next_run(const struct scene *scene, struct page *page)
{
	const struct book_match *match = book_best(scene->world);

	if (match && !checklist_run(scene))
		put_book(page, &scene->world->desk->books->cards[match->card], match);
}

static bool is_of_step(enum owed_kind kind)
{
	return kind == OWED_STEP || kind == OWED_CONFIRM || kind == OWED_INTERRUPTED ||
	       kind == OWED_REGRESSED || kind == OWED_STEP_DUE;
}

/* Of the incident in front only: a row of another one brings that to the fore first. */
struct item next_target(const struct scene *scene, const struct owed *owed)
{
	const struct docket *docket = checklist_docket(scene);

	if (!docket || !is_of_step(owed->kind) || strcmp(docket->incident->id, owed->incident) != 0)
		return next_item(owed);
	for (size_t i = 0; i < docket->run_count; i++) {
		const struct docket_run *run = &docket->runs[i];
		const struct step *step = run->runbook && strcmp(run->run->event, owed->event) == 0 ?
					  runbook_step(run->runbook, owed->subject) : NULL;

		if (step && run->list)
			return item_of_step(run->run, step);
	}
	return next_item(owed);
}
