/*
 * screen_book.c: one runbook before it is begun: what it is for, who has read it, who ran it last
 * and what mended it, then all of its text.
 */
#include <stdio.h>
#include <string.h>

#include "ui/checklist_past.h"
#include "ui/explain.h"
#include "ui/prose.h"
#include "ui/say.h"
#include "ui/screen_runbooks.h"

static void put_list(struct page *page, const char *label, const struct texts *texts)
{
	struct buf list = { 0 };

	for (size_t i = 0; i < texts->count; i++)
		buf_fmt(&list, "%s%s", i ? ", " : "", texts->items[i]);
	if (list.len > 0)
		explain_put(page, label, "%s", buf_cstr(&list));
	buf_done(&list);
}

static void put_alerts(struct page *page, const struct card *card)
{
	struct buf list = { 0 };

	for (size_t i = 0; i < card->alert_count; i++)
		buf_fmt(&list, "%s%s", i ? ", " : "", card->alerts[i].name);
	if (list.len > 0)
		explain_put(page, "for", "%s", buf_cstr(&list));
	buf_done(&list);
}

static void put_review(const struct scene *scene, struct page *page, const struct card *card)
{
	char review[SAY_REVIEW];
	enum role role = book_say_review(scene, card, review);

	page_text(page);
	page_put(page, 1, 10, ROLE_DIM, "review");
	page_put(page, 12, page->cols, role, "%s", review);
	put_list(page, "", &card->reviewed_by);
}

static void put_targets(struct page *page, const struct card *card)
{
	char span[WHEN_TEXT];

	if (card->rto > 0) {
		when_format_duration(span, card->rto);
		explain_put(page, "RTO", "%s", span);
	}
	if (card->rpo > 0) {
		when_format_duration(span, card->rpo);
		explain_put(page, "RPO", "%s", span);
	}
	for (size_t i = 0; i < card->escalation_count; i++) {
		const struct book_escalation *to = &card->escalations[i];

		when_format_duration(span, to->after);
		explain_put(page, i ? "" : "call", "%s after %s%s%s", to->to, span, to->via[0] ? " by " : "",
			    to->via);
	}
}

static const struct book_match *match_of(const struct books *books, size_t card)
{
	for (size_t i = 0; i < books->match_count; i++)
		if (books->matches[i].card == card)
			return &books->matches[i];
	return NULL;
}

static void put_card(const struct scene *scene, struct page *page, const struct card *card,
		     const struct book_match *match, const struct runbook *book)
{
	struct buf why = { 0 };

	page_text(page);
	page_wrap(page, 1, ROLE_STRONG, card->title);
	if (card->summary[0]) {
		page_text(page);
		page_wrap(page, 1, ROLE_PLAIN, card->summary);
	}
	if (match) {
		book_say_match(match, &why);
		explain_put(page, "now", "%s", buf_cstr(&why));
	}
	if (card->severity)
		explain_put(page, "severity", "SEV%u", card->severity);
	put_alerts(page, card);
	put_list(page, "components", &card->components);
	if (card->owner[0])
		explain_put(page, "owner", "%s", card->owner);
	put_targets(page, card);
	put_review(scene, page, card);
	explain_put(page, "file", "%s %.12s", card->path, book ? book->card.blob : "");
	buf_done(&why);
}

/* Enter on it begins: nothing runs by beginning. */
static void put_begin(const struct scene *scene, struct page *page, const struct card *card)
{
	struct item item = item_of_book(card);
	bool open = desk_current(scene->world->desk) != NULL;

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	page_put(page, 1, page->cols, open ? ROLE_KEY : ROLE_DIM, "%s", open ?
		 "Enter begins this runbook; nothing is run by that" :
		 "no incident is open: i declares one, then Enter begins this runbook");
}

static void put_text(struct page *page, const struct runbook *book)
{
	const struct prose prose = { .page = page, .x = 1 };
	const struct block *first = book->doc.root ? book->doc.root->first : NULL;

	page_title(page, "TEXT", book->doc.cut ? "cut: it is too long " : "");
	for (const struct block *block = first; block; block = block->next) {
		if (block->kind == BLOCK_HEADING && block->level <= 2 && block != first)
			page_text(page);
		prose_put(&prose, block, block->next);
	}
}

static void put_troubles(struct page *page, const struct runbook *book)
{
	char right[64];

	if (book->troubles.errors == 0)
		return;
	(void)snprintf(right, sizeof(right), "%zu ", book->troubles.errors);
	page_title(page, "ERRORS IN IT", right);
	for (const struct trouble *is = book->troubles.first; is; is = is->next)
		if (trouble_is_error(is->code))
			explain_put(page, trouble_name(is->code), "line %u: %s", is->line, is->text);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct books *books = scene->world->desk ? scene->world->desk->books : NULL;
	const char *why = NULL;
	const struct runbook *book;
	size_t index;
	const struct card *card = item_book(scene->world, scene->view->subject, &index);

	if (!card || !books) {
		page_text(page);
		page_put(page, 1, page->cols, ROLE_STRONG, "It is no longer there. Esc goes back.");
		return;
	}
	book = books->open ? books->open(books->arg, index, &why) : NULL;
	page_title(page, card->id, "b begins it ");
	put_begin(scene, page, card);
	put_card(scene, page, card, match_of(books, index), book);
	checklist_past(scene, page, books->past ? books->past(books->arg, card->id) : NULL);
	if (!book) {
		page_text(page);
		page_wrap(page, 1, ROLE_STRONG, why ? why : "It is being read.");
		return;
	}
	put_troubles(page, book);
	put_text(page, book);
}

const struct screen screen_book = { .name = "book", .title = "Runbook", .build = build };
