/*
 * screen_drills.c: the board of drills: what is practised how often, what the last one came to, and
 * what is late. All of it follows from the reports that were written.
 */
#include <stdio.h>

#include "ui/drills.h"
#include "ui/say.h"

enum { TYPE = 22, EVERY = 8, LAST = 18, DUE = 12, NARROW = 60, WIDE = 100 };

static void put_last(struct page *page, int x, const struct drill_due *due)
{
	char day[WHEN_TEXT];

	if (due->last_at == WHEN_NEVER) {
		page_put(page, x, LAST, ROLE_UNKNOWN, "no report");
		return;
	}
	when_format(day, due->last_at);
	page_put(page, x, LAST, due->last_pass ? ROLE_OK : ROLE_BAD, "%s %.10s",
		 due->last_pass ? "PASS" : "FAIL", day);
}

static void row_drill(const struct scene *scene, struct page *page, const struct drill_due *due)
{
	struct item item = item_of_drill(due);
	int x = 1 + TYPE;
	char every[WHEN_TEXT] = "-", at[WHEN_TEXT];

	if (due->every > 0)
		when_format_duration(every, due->every);
	drill_say_due(due, scene->now, at);
	page_row(page, (struct row){ ROW_ITEM, item, item, due->overdue });
	page_field(page, "name", drill_type_word(due->type));
	page_field(page, "state", due->overdue ? "overdue" : "in time");
	page_put(page, 1, TYPE - 1, ROLE_STRONG, "%s", drill_type_word(due->type));
	if (page->cols < NARROW) {
		page_put_right(page, page->cols - DUE - 1, DUE, drill_role(due, scene->now), "%s", at);
		return;
	}
	page_put(page, x, EVERY - 1, ROLE_PLAIN, "%s", every);
	put_last(page, x + EVERY, due);
	page_put(page, x + EVERY + LAST, DUE, drill_role(due, scene->now), "%s%s", at,
		 due->overdue ? " !" : "");
	x = 1 + TYPE + EVERY + LAST + DUE + 1;
	if (due->last_at != WHEN_NEVER)
		page_put(page, x, page->cols - x - 1, ROLE_DIM, "%s", due->last_signed ? "signed off" :
			 "not signed off");
	if (page->cols >= WIDE && due->last_id[0])
		page_put(page, x + 16, page->cols - x - 17, ROLE_DIM, "%s", due->last_id);
}

static void put_columns(struct page *page)
{
	int x = 1 + TYPE;

	page_row(page, (struct row){ .kind = ROW_TITLE });
	page_put(page, 1, TYPE - 1, ROLE_DIM, "drill");
	if (page->cols < NARROW) {
		page_put_right(page, page->cols - DUE - 1, DUE, ROLE_DIM, "due");
		return;
	}
	page_put(page, x, EVERY, ROLE_DIM, "every");
	page_put(page, x + EVERY, LAST, ROLE_DIM, "last report");
	page_put(page, x + EVERY + LAST, DUE, ROLE_DIM, "due");
}

static void put_sentence(struct page *page, enum role role, const char *text)
{
	page_text(page);
	page_wrap(page, 1, role, text);
}

static void build(const struct scene *scene, struct page *page)
{
	const struct drill_board *board = scene->world->desk ? scene->world->desk->board : NULL;
	size_t late = 0;

	for (size_t i = 0; board && i < board->count; i++)
		late += board->rows[i].overdue;
	page_title(page, "DRILLS", !board ? "" : text_fmt("%zu overdue ", late).bytes);
	if (!board) {
		put_sentence(page, ROLE_PLAIN, "No drills are configured: `drills:` in the configuration "
			     "says which, how often, and on what.");
		return;
	}
	if (board->count > 0)
		put_columns(page);
	for (size_t i = 0; i < board->count; i++)
		row_drill(scene, page, &board->rows[i]);
	if (board->count == 0)
		put_sentence(page, ROLE_PLAIN, "No drill has a cadence: `drills.types` gives one.");
	if (board->trouble[0])
		put_sentence(page, ROLE_WARN, board->trouble);
	put_sentence(page, ROLE_DIM, text_fmt("From %zu report%s in %s. Enter says how one is started.",
					      board->reports, board->reports == 1 ? "" : "s",
					      board->folder).bytes);
}

const struct screen screen_drills = { .name = "drills", .title = "Drills", .build = build };
