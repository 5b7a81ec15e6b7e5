/*
 * exporter_backfill.h: how the signals ran around an incident, asked of Prometheus when it is
 * written up, and put beside the journal as evidence (signals.recorded): from an hour before it
 * began until a quarter of an hour after it was resolved. A window that is recorded already is not
 * asked for again.
 */
#ifndef APP_EXPORTER_BACKFILL_H
#define APP_EXPORTER_BACKFILL_H

#include "app/cmd_incident.h"

/* Of the incident that is open. That it cannot be known is said on standard error, and is no
 * failure of whatever comes next. */
void work_backfill(struct work *work);

/* What is asked for, for tests. */
struct window {
	msec from, until;
};
struct window backfill_window(const struct incident *incident, msec now);
bool backfill_recorded(const struct history *history, const struct window *window);

#endif
