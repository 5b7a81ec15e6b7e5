/*
 * sightings.h: the lines of a log that matched: a row for each on its source's screen, and one in
 * full, with the transaction it speaks of.
 */
#ifndef UI_SIGHTINGS_H
#define UI_SIGHTINGS_H

#include "ui/screen.h"

/* A part of a source's screen; nothing when there are none. The newest first. */
void sightings_build(const struct scene *scene, struct page *page, size_t source);

void sighting_explain(const struct scene *scene, struct page *page,
		      const struct sighting *sighting);
/* Below that: its transaction, when it is among the open ones, and its source. */
void sighting_build(const struct scene *scene, struct page *page, const struct sighting *sighting,
		    size_t source);

#endif
