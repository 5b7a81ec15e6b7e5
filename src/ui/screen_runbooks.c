#include "ui/screen_runbooks.h"

#include <stdio.h>
#include <string.h>

#include "ui/explain.h"
#include "ui/say.h"

enum { SEV = 4, ID = 24, ID_NARROW = 18, REVIEW = 21, NARROW = 60, UNCOVERED_SHOWN = 6 };

enum role book_say_review(const struct scene *scene, const struct card *card, char out[SAY_REVIEW])
{
	msec due = card_review_due(card);
	char age[SAY_TEXT];

	if (card->reviewed_at == WHEN_NEVER || card->reviewed_by.count == 0) {
		(void)snprintf(out, SAY_REVIEW, "unreviewed");
		return ROLE_WARN;
	}
	say_age(scene, due < scene->now ? due : card->reviewed_at, age);
	(void)snprintf(out, SAY_REVIEW, due < scene->now ? "review due for %.12s" : "reviewed %.12s ago",
		       age);
	return due < scene->now ? ROLE_WARN : ROLE_DIM;
}

void book_say_match(const struct book_match *match, struct buf *out)
{
	buf_fmt(out, "%s %s", match_words(match->kind), match->what);
	if (match->matches > 1)
		buf_fmt(out, ", and %zu more", match->matches - 1);
}

static const struct books *books_of(const struct world *world)
{
	return world->desk ? world->desk->books : NULL;
}

const struct book_match *book_for_alert(const struct world *world, const char *alert)
{
	const struct books *books = books_of(world);

	for (size_t i = 0; books && i < books->match_count; i++)
		if (books->matches[i].kind != MATCH_COMPONENT &&
		    strcmp(books->matches[i].what, alert) == 0)
			return &books->matches[i];
	return NULL;
}

const struct book_match *book_best(const struct world *world)
{
	const struct books *books = books_of(world);

	return books && books->match_count > 0 ? &books->matches[0] : NULL;
}

static void join(const struct texts *texts, struct buf *out)
{
	for (size_t i = 0; i < texts->count; i++)
		buf_fmt(out, "%s%s", i ? ", " : "", texts->items[i]);
}

/* What the filter knows of a card, and what is seen of it. */
static void put_fields(struct page *page, const struct scene *scene, const struct card *card)
{
	struct buf list = { 0 };
	char text[SAY_REVIEW];

	page_field(page, "name", card->id);
	page_field(page, "title", card->title);
	page_field(page, "text", card->summary);
	page_field(page, "owner", card->owner);
	(void)snprintf(text, sizeof(text), "SEV%u", card->severity);
	page_field(page, "severity", card->severity ? text : "none");
	join(&card->components, &list);
	page_field(page, "component", buf_cstr(&list));
	buf_clear(&list);
	join(&card->tags, &list);
	page_field(page, "tag", buf_cstr(&list));
	(void)book_say_review(scene, card, text);
	page_field(page, "review", text);
	buf_done(&list);
}

/* Columns: severity, id, title with what it is about, review. */
static void put_card(const struct scene *scene, struct page *page, const struct card *card)
{
	int id = page->cols < NARROW ? ID_NARROW : ID, x = 1 + SEV + 1;
	int right = page->cols < NARROW ? page->cols : page->cols - REVIEW - 1;
	struct buf parts = { 0 };
	char review[SAY_REVIEW];
	enum role role = book_say_review(scene, card, review);

	if (card->severity)
		page_put(page, 1, SEV, ROLE_PLAIN, "SEV%u", card->severity);
	page_put(page, x, id, ROLE_STRONG, "%s", card->id);
	x = page_put(page, x + id + 1, right - x - id - 2, ROLE_PLAIN, "%s", card->title);
	join(&card->components, &parts);
	if (parts.len > 0)
		page_put(page, x + 2, right - x - 3, ROLE_DIM, "%s", buf_cstr(&parts));
	if (right < page->cols)
		page_put_right(page, right, REVIEW, role, "%s", review);
	buf_done(&parts);
}

void row_book(const struct scene *scene, struct page *page, const struct card *card,
	      const struct book_match *match)
{
	struct item item = item_of_book(card);
	struct buf why = { 0 };

	page_row(page, (struct row){ ROW_ITEM, item, item, false });
	put_fields(page, scene, card);
	if (match)
		book_say_match(match, &why);
	page_field(page, "for", buf_cstr(&why));
	put_card(scene, page, card);
	if (match) {
		page_text(page);
		page_put(page, 1 + SEV + 1, page->cols, ROLE_KEY, "%s", buf_cstr(&why));
	}
	buf_done(&why);
}

static void draw(const struct scene *scene, struct page *page, size_t which)
{
	const struct books *books = books_of(scene->world);

	if (books && which < books->count)
		put_card(scene, page, &books->cards[which]);
}

static bool is_match(const struct books *books, size_t card)
{
	for (size_t i = 0; i < books->match_count; i++)
		if (books->matches[i].card == card)
			return true;
	return false;
}

/* The card's own words, else the full text of its file. */
static bool is_wanted(const struct scene *scene, struct page *page, const struct books *books,
		      size_t card)
{
	const struct filter *filter = &scene->view->filter;
	bool found;

	if (!filter->text[0])
		return true;
	buf_clear(&page->fields);
	put_fields(page, scene, &books->cards[card]);
	found = filter_matches(filter, str_of(""), str_sub(page->fields.data, page->fields.len));
	buf_clear(&page->fields);
	return found || (books->holds && !strpbrk(filter->text, "!:") &&
			 books->holds(books->arg, card, filter->text));
}

static uint64_t version_of(const struct scene *scene, const struct books *books)
{
	uint64_t hash = item_hash(scene->view->filter.text) ^ item_hash("runbooks") * 3;

	hash = (hash ^ books->version) * 1099511628211U;
	hash ^= (uint64_t)(uintptr_t)books->cards ^ books->count << 8;
	for (size_t i = 0; i < books->match_count; i++)
		hash = (hash ^ books->matches[i].card) * 1099511628211U;
	return hash ? hash : 1;
}

static void build_all(const struct scene *scene, struct page *page, const struct books *books)
{
	char right[64];

	if (page_lot_begin(page, version_of(scene, books)))
		for (size_t i = 0; i < books->count; i++) {
			if (is_match(books, i))
				continue;
			page->lot.total++;
			if (is_wanted(scene, page, books, i))
				page_lot_add(page, (struct lot_row){
					.key = item_of_book(&books->cards[i]).key, .which = i });
		}
	(void)snprintf(right, sizeof(right), "%zu of %zu ", page->lot.count, books->count);
	page_title(page, books->match_count ? "ALL OTHERS" : "RUNBOOKS", right);
	page_lot_end(page, ITEM_BOOK, draw, scene);
}

static void build_matches(const struct scene *scene, struct page *page, const struct books *books)
{
	if (books->match_count == 0)
		return;
	page_title(page, "FOR WHAT FAILS NOW", "Enter opens it, there b begins it ");
	for (size_t i = 0; i < books->match_count; i++)
		row_book(scene, page, &books->cards[books->matches[i].card], &books->matches[i]);
}

/* What nobody has written a runbook for. */
static void put_uncovered(struct page *page, const struct books *books)
{
	struct buf text = { 0 };

	if (books->uncovered_count == 0)
		return;
	buf_fmt(&text, "%zu alert rule%s no runbook: ", books->uncovered_count,
		books->uncovered_count == 1 ? " has" : "s have");
	for (size_t i = 0; i < books->uncovered_count && i < UNCOVERED_SHOWN; i++)
		buf_fmt(&text, "%s%s", i ? ", " : "", books->uncovered[i]);
	if (books->uncovered_count > UNCOVERED_SHOWN)
		buf_text(&text, ", ...");
	page_text(page);
	page_wrap(page, 1, ROLE_WARN, buf_cstr(&text));
	buf_done(&text);
}

static void put_none(struct page *page, const char *text)
{
	page_title(page, "RUNBOOKS", "none ");
	page_text(page);
	page_wrap(page, 1, ROLE_PLAIN, text);
}

/* Runs of this incident that stand behind the one that is shown, or are over. */
static void build_runs(const struct scene *scene, struct page *page)
{
	const struct docket *docket = desk_current(scene->world->desk);

	if (!docket || docket->run_count == 0)
		return;
	page_title(page, "IN THIS INCIDENT", "Enter shows it ");
	for (size_t i = 0; i < docket->run_count; i++) {
		const struct docket_run *run = &docket->runs[i];
		struct item item = item_of_run(run->run);

		page_row(page, (struct row){ ROW_ITEM, item, item, false });
		page_field(page, "name", run->run->runbook);
		page_put(page, 6, ID, ROLE_STRONG, "%s", run->run->runbook);
		page_put(page, 7 + ID, page->cols, ROLE_PLAIN, "%s",
			 run->run->ended_at != WHEN_NEVER ? run->run->words :
			 run->list ? run->list->words : run->why ? run->why : "is being read");
	}
}

void runbooks_for(const struct scene *scene, struct page *page, const char *alert)
{
	const struct books *books = books_of(scene->world);
	const struct book_match *match = book_for_alert(scene->world, alert);

	if (!books)
		return;
	page_title(page, "RUNBOOK", match ? "Enter opens it " : "none ");
	if (match) {
		row_book(scene, page, &books->cards[match->card], match);
		return;
	}
	page_text(page);
	page_wrap(page, 1, ROLE_PLAIN, text_fmt("No runbook matches %s. 5 lists them; binnacle runbook "
						"new makes one from the template.", alert).bytes);
}

void runbooks_build(const struct scene *scene, struct page *page)
{
	const struct books *books = books_of(scene->world);

	if (!books) {
		put_none(page, "There is no library: runbooks.dirs in the configuration names "
			       "folders of Markdown files.");
		return;
	}
	build_runs(scene, page);
	if (books->trouble[0]) {
		page_text(page);
		page_wrap(page, 1, ROLE_WARN, books->trouble);
	}
	if (books->count == 0) {
		put_none(page, "No runbook was found in the folders of runbooks.dirs. "
			       "binnacle runbook new NAME makes one from the template.");
		return;
	}
	put_uncovered(page, books);
	build_matches(scene, page, books);
	build_all(scene, page, books);
}

const struct screen screen_runbooks = {
	.name = "runbooks", .title = "Runbooks", .build = runbooks_build,
};
