/*
 * rows_incident.h: the parts of an incident as titled groups of rows: who does what, what was told
 * to whom, what it hit, what is still to be done, where it is written down. A group without
 * anything in it is not drawn, unless its emptiness is a debt.
 */
#ifndef UI_ROWS_INCIDENT_H
#define UI_ROWS_INCIDENT_H

#include "ui/screen.h"

void rows_updates(const struct scene *scene, struct page *page, const struct docket *docket);
void rows_fired(const struct scene *scene, struct page *page, const struct docket *docket);
void rows_impact(const struct scene *scene, struct page *page, const struct docket *docket);
void rows_components(const struct scene *scene, struct page *page, const struct docket *docket);
void rows_seats(const struct scene *scene, struct page *page, const struct docket *docket);
/* Asks, action items, follow-ups, what was put off: the open ones first. */
void rows_work(const struct scene *scene, struct page *page, const struct docket *docket);
/* One of them; scale: now, on the incident's scale. */
void row_tracked(const struct scene *scene, struct page *page, const struct tracked *is,
		 msec scale);
void rows_evidence(const struct scene *scene, struct page *page, const struct docket *docket);
/* Ticket, who was called, consoles, the journal itself. */
void rows_record(const struct scene *scene, struct page *page, const struct docket *docket);

/* "17m", "1h45m", "2d3h": whole minutes from one minute on. */
void say_elapsed(msec span, char out[WHEN_TEXT]);

#endif
