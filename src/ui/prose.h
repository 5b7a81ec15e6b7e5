/*
 * prose.h: the text of a runbook as rows of a page: Markdown that reads well in 80 columns. Marks
 * are left out where a role says the same; what is literal stays literal and is never cut.
 */
#ifndef UI_PROSE_H
#define UI_PROSE_H

#include "runbook/markdown.h"
#include "ui/page.h"

struct prose {
	struct page *page;
	int x;				/* the column where the text begins */
	/* Leave this block out: the steps of a branch have rows of their own. NULL: nothing. */
	bool (*skip)(void *arg, const struct block *block);
	/* A fence, instead of its literal lines: false shows them. NULL: they are shown. */
	bool (*fence)(void *arg, const struct block *block);
	void *arg;
	const struct run_of_text *without;	/* this one is left out: it stands elsewhere; NULL */
};

/* This block and those that follow it, up to `end` (NULL: all), each from a row of its own on. */
void prose_put(const struct prose *prose, const struct block *first, const struct block *end);

/* Lines that are shown as they are, whole: what does not fit goes on in the next row. */
void prose_literal(struct page *page, int x, enum role role, const char *text, size_t len);

#endif
