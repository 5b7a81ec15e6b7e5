/* cmd_incident_edit.h: incident postmortem ID --edit. */
#ifndef APP_CMD_INCIDENT_EDIT_H
#define APP_CMD_INCIDENT_EDIT_H

#include "app/cmd_incident.h"

/* The whole of it, what is printed too. */
bool work_edit(struct work *work, struct err *err);

#endif
