/*
 * chart.h: the course of an incident as inline SVG. Pure; looks are the page's (sheet_style.h).
 *
 *  (1) Every drawing says in words what it shows, in its title and description, and what it shows
 *      stands in a table, too.
 *  (2) Nothing is told by colour alone: bands, marks and ticks have words or shapes.
 *  (3) A line is drawn between readings, and not over a time of which nobody knows.
 */
#ifndef EXPORT_CHART_H
#define EXPORT_CHART_H

#include "export/story.h"

/* Severity, milestones and updates from the impact to the resolution. */
void chart_strip(const struct story *story, struct buf *out);
/* One signal, on the same scale of time as the others. */
void chart_course(const struct story *story, size_t index, struct buf *out);
/* How long steps took, the longest first, against the usual. Nothing when none is known. */
void chart_steps(const struct story *story, size_t run, struct buf *out);

#endif
