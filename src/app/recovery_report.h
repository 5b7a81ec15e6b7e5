/*
 * recovery_report.h: the report of a verification that belongs to no drill, in the folder of the
 * reports: `<reports>/<UTC date>-<id>.json`. It appears under its name when it is whole and on the
 * disk.
 */
#ifndef APP_RECOVERY_REPORT_H
#define APP_RECOVERY_REPORT_H

#include "app/cmd_incident.h"
#include "export/dr_report.h"

/* *path is appended to. *pass is what the report says. */
bool recovery_report(struct work *work, const struct verification *verification,
		     enum drill_type type, struct buf *path, bool *pass, struct err *err);

#endif
