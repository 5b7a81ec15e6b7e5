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
void logfile_close(void);

#endif
