/*
 * drills.h: that it is a drill, wherever it could be taken for the real thing; and which drill is
 * due, as rows of NEXT and of the board.
 */
#ifndef UI_DRILLS_H
#define UI_DRILLS_H

#include "ui/screen.h"

bool drill_is(const struct incident *incident);		/* false for NULL */
/* Is the incident at hand one, or the one that the header names? Then every picture says so. */
bool drill_watermark(const struct world *world);
/* What a box of care says of it, with its role; NULL: the incident is no drill. */
const char *drill_warning(const struct world *world, const char *incident, enum role *role);

struct item item_of_drill(const struct drill_due *due);
const struct drill_due *item_drill(const struct world *world, struct item item);	/* NULL */
/* Is it late, or within a day? */
bool drill_owed(const struct drill_due *due, msec now);
enum role drill_role(const struct drill_due *due, msec now);
/* "in 5d", "over 12d", "never done", "no cadence". */
void drill_say_due(const struct drill_due *due, msec now, char out[WHEN_TEXT]);

/* Those that are owed, as rows of NEXT: behind what fails. */
void drills_next(const struct scene *scene, struct page *page);

#endif
