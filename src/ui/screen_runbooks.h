/*
 * screen_runbooks.h: the library as rows: what is for what fails now first, then all by title.
 */
#ifndef UI_SCREEN_RUNBOOKS_H
#define UI_SCREEN_RUNBOOKS_H

#include "ui/screen.h"

enum { SAY_REVIEW = 48 };

void runbooks_build(const struct scene *scene, struct page *page);

/* "reviewed 41d ago", "review was due 3d ago", "unreviewed". */
enum role book_say_review(const struct scene *scene, const struct card *card, char out[SAY_REVIEW]);

/* "for alert IndexerDown, and 2 more", of a match. */
void book_say_match(const struct book_match *match, struct buf *out);
/* The best match for this alert, and for all that fails; NULL. */
const struct book_match *book_for_alert(const struct world *world, const char *alert);
const struct book_match *book_best(const struct world *world);

/* A title and the runbook for this alert, or that there is none. */
void runbooks_for(const struct scene *scene, struct page *page, const char *alert);

/* One row: severity, id, title, review. */
void row_book(const struct scene *scene, struct page *page, const struct card *card,
	      const struct book_match *match);

#endif
