/*
 * chart_scale.h: where a time stands in a drawing, and what the drawings of a page share.
 */
#ifndef EXPORT_CHART_SCALE_H
#define EXPORT_CHART_SCALE_H

#include "export/story.h"

enum { CHART_LEFT = 84, CHART_RIGHT = 940, CHART_WIDTH = 960 };

struct chart_scale {
	msec from, to;			/* from < to */
};

/* From the impact to the resolution, or to the last event of what is not over. */
struct chart_scale chart_incident(const struct story *story);
/* That, and what signals are known of before and after it: as long again at most. */
struct chart_scale chart_around(const struct story *story);

bool chart_shows(const struct chart_scale *scale, msec at);
double chart_x(const struct chart_scale *scale, msec at);	/* held within the drawing */

/* The tag and its words: svg_begin() ... </svg>. The id is unique in the page. */
void chart_begin(struct buf *out, const char *id, int height, const char *title);
void chart_desc(struct buf *out, const char *id, struct str text);
void chart_end(struct buf *out);
/* Ticks of time under a drawing, with lines up to `top`. */
void chart_ticks(struct buf *out, const struct chart_scale *scale, int top, int bottom);
/* The unit of a signal: as its course says, else as the figures of the incident have it. */
const char *chart_unit(const struct story *story, const struct course *course);
/* Its name. For the public without the labels of its series, which name hosts. */
struct str chart_name(const struct story *story, const struct course *course);
/* One line of text; anchor: start, middle, end. */
void chart_text(struct buf *out, double x, double y, const char *anchor, const char *text);

#endif
