/*
 * next_run.c: the runbook in NEXT: the step that is next in the one that goes on, what has
 * regressed in it, or the runbook for what fails while none does.
 */
#include <stdio.h>
#include <string.h>

#include "ui/checklist_rows.h"
#include "ui/next.h"
#include "ui/screen_runbooks.h"

enum { HINT = 14 };

static void begin(struct page *page, const char *word, struct item target, const char *hint,
		  bool wrong)
{
	struct item item = { ITEM_NEXT, item_hash(word) ^ target.key };

	page_row(page, (struct row){ ROW_ITEM, item, target, wrong });
	page_field(page, "name", word);
	page_put(page, 1, NEXT_TEXT_AT - 2, ROLE_STRONG, "%s", word);
	page_put_right(page, page->cols - HINT - 1, HINT, ROLE_KEY, "Enter %s", hint);
}

static int width_of(const struct page *page)
{
	return page->cols - NEXT_TEXT_AT - HINT - 2;
}

static void put_step(const struct scene *scene, struct page *page, const struct docket_run *run,
		     size_t index, const char *word)
{
	const struct checklist_item *item = &run->list->items[index];
	struct buf say = { 0 };
	enum role role = checklist_say(scene, run, index, &say);
	int x;

	begin(page, word, item_of_step(run->run, item->step), "shows it",
	      item->state == ITEM_STATE_REGRESSED);
	x = page_put(page, NEXT_TEXT_AT, width_of(page), ROLE_PLAIN, "%s", item->step->title);
	page_put(page, x + 2, NEXT_TEXT_AT + width_of(page) - x - 2, role, "%s", buf_cstr(&say));
	buf_done(&say);
}

/* Another person asks this one to confirm what would run. */
static void put_asked(const struct scene *scene, struct page *page, const struct docket_run *run)
{
	for (size_t i = 0; i < run->list->count; i++) {
		const struct checklist_item *item = &run->list->items[i];

		if (!item->mark->asked[0] || item->mark->confirmed_by[0] ||
		    strcmp(item->mark->asked_by, scene->world->operator) == 0)
			continue;
		begin(page, "confirm", item_of_step(run->run, item->step), "shows it", true);
		page_put(page, NEXT_TEXT_AT, width_of(page), ROLE_WARN, "%s asks you: step %u %s",
			 item->mark->asked_by, item->step->n, item->step->title);
	}
}

static void put_steps(const struct scene *scene, struct page *page, const struct docket_run *run)
{
	char word[16];

	put_asked(scene, page, run);
	for (size_t i = 0; i < run->list->count && run->list->regressed > 0; i++)
		if (run->list->items[i].state == ITEM_STATE_REGRESSED && i != run->list->next) {
			put_step(scene, page, run, i, "regressed");
			break;
		}
	if (run->list->next >= run->list->count)
		return;
	(void)snprintf(word, sizeof(word), "step %u", run->list->items[run->list->next].step->n);
	put_step(scene, page, run, run->list->next, word);
}

static void put_book(const struct scene *scene, struct page *page)
{
	const struct book_match *match = book_best(scene->world);
	const struct card *card = match ? &scene->world->desk->books->cards[match->card] : NULL;
	struct buf why = { 0 };
	int x;

	if (!card)
		return;
	book_say_match(match, &why);
	begin(page, "runbook", item_of_book(card), "opens it", false);
	x = page_put(page, NEXT_TEXT_AT, width_of(page), ROLE_PLAIN, "%s", card->id);
	page_put(page, x + 2, NEXT_TEXT_AT + width_of(page) - x - 2, ROLE_DIM, "%s", buf_cstr(&why));
	buf_done(&why);
}

void next_run(const struct scene *scene, struct page *page)
{
	const struct docket_run *run = checklist_run(scene);

	if (!run)
		put_book(scene, page);
	else if (run->list)
		put_steps(scene, page, run);
}
