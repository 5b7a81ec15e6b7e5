/*
 * logfile.h: the log's file, with one older generation kept. Its failure is told once and is never
 * a reason to stop.
 */
#ifndef APP_LOGFILE_H
#define APP_LOGFILE_H

#include <stdbool.h>

#include "app/verbs.h"

/* Send log lines to --log-file, else to binnacle.log in the state directory. */
bool logfile_open(const struct context *context, struct err *err);
/* Close it, and say on standard error what was not written and not told yet. */
void logfile_end(const struct context *context);

/* Why lines are not written any more, told once; NULL while they are. */
const char *logfile_lost(void);

#endif
