/*
 * chart_course.c: one signal as a line. Of readings that fall on the same pixel the least and the
 * most are drawn, so that no spike is lost and the drawing stays small.
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "export/chart.h"
#include "export/chart_scale.h"

enum { TOP = 30, BOTTOM = 150, HEIGHT = 196, LINES = 4 };

struct plot {
	struct buf *out;
	const struct chart_scale *scale;
	double least, most;		/* of the scale of values; least < most */
	double x, low, high, last;	/* of the pixel that is being gathered */
	bool begun, drawn;		/* something is gathered; the line has begun */
};

static double y_of(const struct plot *plot, double value)
{
	double share = (value - plot->least) / (plot->most - plot->least);

	return BOTTOM - share * (BOTTOM - TOP);
}

static void put_point(struct plot *plot, double value)
{
	buf_fmt(plot->out, "%c%.1f %.1f", plot->drawn ? 'L' : 'M', plot->x, y_of(plot, value));
	plot->drawn = true;
}

/* A lone reading is a dot: a line of no length would not be seen. */
static void flush(struct plot *plot, bool ends)
{
	bool lone = plot->begun && !plot->drawn && ends && plot->low >= plot->high;

	if (plot->begun) {
		put_point(plot, plot->low);
		if (plot->high > plot->low)
			put_point(plot, plot->high);
		if (plot->high > plot->last)
			put_point(plot, plot->last);
	}
	if (lone)
		buf_text(plot->out, "h0.1");
	plot->begun = false;
	plot->drawn = plot->drawn && !ends;
}

static void take(struct plot *plot, const struct course_point *point)
{
	double x;

	if (!chart_shows(plot->scale, point->at))
		return;
	if (!isfinite(point->value)) {
		flush(plot, true);
		return;
	}
	x = floor(chart_x(plot->scale, point->at));
	if (plot->begun && x > plot->x)
		flush(plot, false);
	if (!plot->begun) {
		plot->x = x;
		plot->low = plot->high = point->value;
	}
	plot->begun = true;
	plot->last = point->value;
	plot->low = fmin(plot->low, point->value);
	plot->high = fmax(plot->high, point->value);
}

/* 1, 2 or 5 times a power of ten, so that `LINES` of them cover the span. */
static double nice(double span)
{
	double power = pow(10, floor(log10(span / LINES)));
	double times = span / LINES / power;

	return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

/* From zero, unless there is something below it. False: nothing is known of it here. */
static bool find_values(struct plot *plot, const struct course *course, double *step)
{
	bool known = false;

	for (size_t i = 0; i < course->count; i++) {
		const struct course_point *point = &course->points[i];

		if (!chart_shows(plot->scale, point->at) || !isfinite(point->value))
			continue;
		plot->least = fmin(plot->least, point->value);
		plot->most = fmax(plot->most, point->value);
		known = true;
	}
	if (plot->most - plot->least <= 0)
		plot->most = plot->least + 1;
	*step = nice(plot->most - plot->least);
	plot->least = floor(plot->least / *step) * *step;
	plot->most = ceil(plot->most / *step) * *step;
	return known;
}

static void put_values(const struct plot *plot, double step)
{
	for (int i = 0; i <= 2 * LINES && plot->least + i * step <= plot->most + step / 2; i++) {
		double value = plot->least + i * step, y = y_of(plot, value);
		struct buf text = { 0 };

		num_put(&text, value, 6);
		buf_fmt(plot->out, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", CHART_LEFT, y,
			CHART_RIGHT);
		chart_text(plot->out, CHART_LEFT - 8, y + 4, "end", buf_cstr(&text));
		buf_done(&text);
	}
}

/* Where nothing is known between two readings, from the first NaN to the next reading. */
static void put_gaps(const struct plot *plot, const struct course *course)
{
	for (size_t i = 0; i < course->count; i++) {
		double left, right;
		size_t k = i;

		while (k < course->count && !isfinite(course->points[k].value))
			k++;
		if (k == i)
			continue;
		left = chart_x(plot->scale, course->points[i].at);
		right = k < course->count ? chart_x(plot->scale, course->points[k].at) : CHART_RIGHT;
		buf_fmt(plot->out, "<rect class=\"gap\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
			"height=\"%d\"/>", left, TOP, fmax(right - left, 1), BOTTOM - TOP);
		if (right - left > 60)
			chart_text(plot->out, (left + right) / 2, (TOP + BOTTOM) / 2.0, "middle",
				   "not known");
		i = k - 1;
	}
}

static void put_incident(const struct story *story, struct plot *plot)
{
	struct chart_scale incident = chart_incident(story);
	msec resolved = story->milestones[MILESTONE_RESOLVED].at;
	double left = chart_x(plot->scale, story->t0);
	double right = chart_x(plot->scale, resolved == WHEN_NEVER ? incident.to : resolved);

	buf_fmt(plot->out, "<rect class=\"during\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
		"height=\"%d\"/>", left, TOP, fmax(right - left, 1), BOTTOM - TOP);
	if (right - left > 60)
		chart_text(plot->out, left + 4, TOP - 4, "start", "incident");
}

static void describe(const struct plot *plot, bool known, const char *id)
{
	struct buf text = { 0 };

	if (known) {
		buf_text(&text, "The line lies between ");
		num_put(&text, plot->least, 6);
		buf_text(&text, " and ");
		num_put(&text, plot->most, 6);
		buf_text(&text, "; the least and the most with their times stand in the table.");
	} else {
		buf_text(&text, "Nothing is known of it around the incident.");
	}
	chart_desc(plot->out, id, str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

void chart_course(const struct story *story, size_t index, struct buf *out)
{
	const struct course *course = &story->courses[index];
	struct chart_scale scale = chart_around(story);
	struct plot plot = { .out = out, .scale = &scale };
	struct str name = chart_name(story, course);
	const char *unit = chart_unit(story, course);
	char id[32], title[256];
	double step;
	bool known = find_values(&plot, course, &step);

	(void)snprintf(id, sizeof(id), "course-%zu", index);
	(void)snprintf(title, sizeof(title), *unit ? "%.*s (%.60s)" : "%.*s",
		       name.len < 120 ? (int)name.len : 120, name.p, unit);
	chart_begin(out, id, HEIGHT, title);
	describe(&plot, known, id);
	put_incident(story, &plot);
	chart_ticks(out, &scale, TOP, BOTTOM);
	put_values(&plot, step);
	put_gaps(&plot, course);
	buf_text(out, "<path class=\"line\" d=\"");
	for (size_t i = 0; i < course->count; i++)
		take(&plot, &course->points[i]);
	flush(&plot, true);
	buf_text(out, "\"/>\n<g class=\"name\">");
	chart_text(out, CHART_LEFT, 14, "start", title);
	buf_text(out, "</g>");
	chart_end(out);
}
