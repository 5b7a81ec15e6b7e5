/*
 * cmd_drill.h: what the verbs of drills share, on top of cmd_incident.h: a drill is an incident.
 */
#ifndef APP_CMD_DRILL_H
#define APP_CMD_DRILL_H

#include "app/cmd_incident.h"
#include "app/drills_report.h"

/* Open the one that the first argument names. False when it is no drill. */
bool drill_open(struct work *work, struct err *err);
const struct drill *drill_of(const struct work *work);		/* of the one that is open */
/* All words from the one at `index` on, as one text. */
bool drill_words(struct work *work, size_t index, const char *what, const char **out,
		 struct err *err);
/* The file of a drill that is finished, anew from its record; before that nothing happens. */
bool drill_restate(struct work *work, struct err *err);

#endif
