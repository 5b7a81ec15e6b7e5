/*
 * exporter_settings.h: the table of `postmortem`: where what is written of an incident goes, and in
 * which local time it is told beside UTC.
 */
#ifndef APP_EXPORTER_SETTINGS_H
#define APP_EXPORTER_SETTINGS_H

#include "config/setting.h"

struct postmortem_settings {
	const char *dir;	/* as configured: of no absolute path, below the current folder */
	const char *zone;	/* an IANA name; one that this host does not know is a problem */
};

extern const struct setting postmortem_table[];

struct settings;
void postmortem_check(struct settings *settings);	/* adds what is wrong to the problems */

#endif
