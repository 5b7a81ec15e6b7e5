/*
 * drills_settings.h: `drills` of the configuration: what a drill may touch, who is told of it, how
 * often each type is due and where the reports are.
 */
#ifndef APP_DRILLS_SETTINGS_H
#define APP_DRILLS_SETTINGS_H

#include "config/setting.h"
#include "core/drill.h"

enum { DRILLS_FOLDER = 256 };		/* room for the path of the reports */

struct settings;

struct drill_type_settings {		/* drills.types.WORD */
	msec every;
	const char *runbook;		/* NULL: that of the scenario */
	int scenario;			/* enum drill_scenario; SCENARIO_OTHER: none is usual */
};

struct drills_settings {
	struct texts sources;		/* the allow-list; items NULL: not configured at all */
	const char *reports;		/* the folder; a relative one is below the working folder */
	struct texts announce;		/* names of channels */
	const char *image;		/* of the isolated environment; NULL */
	struct drill_type_settings types[DRILL_TYPE_COUNT];
};

extern const struct setting drills_table[];

void drills_check(struct settings *settings);	/* adds what is wrong to the problems */

#endif
