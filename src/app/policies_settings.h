/*
 * policies_settings.h: the tables of `severity`, `incidents` and `share`, and what must fit in
 * them.
 */
#ifndef APP_POLICIES_SETTINGS_H
#define APP_POLICIES_SETTINGS_H

#include "app/settings.h"

extern const struct setting severities_table[], incidents_table[], share_table[];

void policies_check(struct settings *settings);	/* adds what is wrong to the problems */

#endif
