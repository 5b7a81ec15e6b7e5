/*
 * checklist_past.h: what earlier incidents tell about a runbook, beside it: the last three that ran
 * it, how long each took to be mitigated, which step mended it, what is still open of it.
 */
#ifndef UI_CHECKLIST_PAST_H
#define UI_CHECKLIST_PAST_H

#include "ui/screen.h"

/* A title and one item row for each; NULL: nothing is known, no row. */
void checklist_past(const struct scene *scene, struct page *page, const struct book_past *past);

#endif
