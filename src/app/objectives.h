/*
 * objectives.h: `rpo:` and `rto:`, by component: how old its newest backup may be, and how long its
 * recovery may take. They are hung onto the backup sources and onto the components.
 */
#ifndef APP_OBJECTIVES_H
#define APP_OBJECTIVES_H

#include "app/settings.h"

/* What is set for a component; 0: nothing, or nothing that could be read. */
msec objective_of(const struct pairs *objectives, const char *component);

void objectives_complete(struct settings *settings);
void objectives_check(struct settings *settings);	/* adds what is wrong to the problems */

#endif
