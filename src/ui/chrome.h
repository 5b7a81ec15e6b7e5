/*
 * chrome.h: the rows around the body: header, tabs, message, hints; and the whole of a window that
 * is too small for more.
 */
#ifndef UI_CHROME_H
#define UI_CHROME_H

#include "ui/layout.h"
#include "ui/screen.h"

/* Environment as a word; the worst incident with its clocks, what is not saved, who else is here;
 * overall state with counts; at the right FROZEN, ro, root and the clock. */
void chrome_header(const struct scene *scene, struct surface *surface, struct area area,
		   struct moment now, msec frozen_at);
void chrome_tabs(const struct scene *scene, struct surface *surface, struct area area,
		 const struct screen *current);
/* Whole hints as far as they fit; what is above and below the window at the right. */
void chrome_hints(const struct scene *scene, struct surface *surface, struct area area, int above,
		  int below);
void chrome_tiny(const struct scene *scene, struct surface *surface, struct moment now);

/* "2 DOWN 1 BAD 3 ASK" of sources and signals. */
void chrome_counts(const struct world *world, struct buf *out);

#endif
