/*
 * recovery_report.h: the report of a verification that belongs to no drill, in the folder of the
 * reports: `<reports>/<UTC date>-<id>.json`.
 */
#ifndef APP_RECOVERY_REPORT_H
#define APP_RECOVERY_REPORT_H

#include "app/cmd_incident.h"
#include "export/dr_report.h"

/* *path becomes where it is, *pass what it says. */
bool recovery_report(struct work *work, const struct verification *verification,
		     enum drill_type type, struct buf *path, bool *pass, struct err *err);

#endif
