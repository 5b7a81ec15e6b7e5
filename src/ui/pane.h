/*
 * pane.h: what a command says, as rows: the last lines under its step, or all that is kept.
 */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "ui/screen.h"

enum { PANE_UNDER = 8 };		/* lines of it under a step */

/* "$ command" and its state, then its last lines, at most `most`; 0: all that are kept. */
void pane_put(struct page *page, const struct pane *pane, int x, size_t most);

/* The one that is at work on this desk, or ran last in the current incident; NULL. */
const struct pane *pane_current(const struct scene *scene);

#endif
