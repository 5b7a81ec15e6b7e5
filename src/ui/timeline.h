/*
 * timeline.h: the record of an incident as rows: the newest first, one line each. What two consoles
 * saw is listed once, what was taken back says so, and nothing is hidden without a count.
 */
#ifndef UI_TIMELINE_H
#define UI_TIMELINE_H

#include "ui/screen.h"

enum { TIMELINE_COUNT = 96 };

/* The incident at hand, when it has a record. NULL: there is none. */
const struct docket *timeline_docket(const struct scene *scene);

/* All of them, drawn where they are in sight (page.h, a lot). Begun before the first row of the
 * page; `count` becomes "213 events, 14 repeats not shown " for a title. */
void timeline_begin(const struct scene *scene, struct page *page, const struct docket *docket,
		    char count[TIMELINE_COUNT]);
void timeline_end(const struct scene *scene, struct page *page);

/* "ana", "auto" for what was sensed, "import" for what was known from before. */
const char *timeline_who(const struct record *record);

#endif
