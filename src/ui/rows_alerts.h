/*
 * rows_alerts.h: alerts as rows: what fires, who has seen it, who keeps it silent, whether an empty
 * list means anything, and what ought to be in it.
 */
#ifndef UI_ROWS_ALERTS_H
#define UI_ROWS_ALERTS_H

#include "ui/screen.h"

void row_alert(const struct scene *scene, struct page *page, const struct alert *alert);
/* "Watchdog last seen 12s ago, so silence means quiet", or that it means nothing. */
void row_trust(const struct scene *scene, struct page *page);
/* One row for each alert that is due and that no list holds; none: no rows. */
size_t rows_silent(const struct scene *scene, struct page *page);

/* In w cells. What tells alerts apart stands at the end of their names: "~HealthcheckFailed". */
void put_alert_name(struct page *page, int x, int w, const char *name);

/* What the incidents on the desk know of this alert: the current one first; NULL: nothing. */
const struct incident_alert *alert_known(const struct world *world, const struct alert *alert);

#endif
