/*
 * after.h: the sections of a postmortem as things on a screen, and whether it may be published.
 */
#ifndef UI_AFTER_H
#define UI_AFTER_H

#include "ui/screen.h"

struct item item_of_section(const struct incident *incident, enum postmortem_section section);
/* Of the current incident; false: it is none of it. */
bool item_section(const struct world *world, struct item item, enum postmortem_section *section);

/* Would decide() take it now? Else its sentence. */
bool after_publishable(const struct scene *scene, const struct docket *docket, struct err *err);

#endif
