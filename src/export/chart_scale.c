#include "export/chart_scale.h"

#include <string.h>

#include "base/attr.h"
#include "export/sheet_text.h"

enum { TICKS_MOST = 8 };

static const msec steps[] = {
	WHEN_SECOND, 5 * WHEN_SECOND, 10 * WHEN_SECOND, 30 * WHEN_SECOND, WHEN_MINUTE,
	2 * WHEN_MINUTE, 5 * WHEN_MINUTE, 10 * WHEN_MINUTE, 15 * WHEN_MINUTE, 30 * WHEN_MINUTE,
	WHEN_HOUR, 2 * WHEN_HOUR, 3 * WHEN_HOUR, 6 * WHEN_HOUR, 12 * WHEN_HOUR, WHEN_DAY,
	2 * WHEN_DAY, 7 * WHEN_DAY, 30 * WHEN_DAY, 90 * WHEN_DAY, 365 * WHEN_DAY,
};

static void widen(struct chart_scale *scale, msec at)
{
	if (at == WHEN_NEVER)
		return;
	scale->from = scale->from == WHEN_NEVER || at < scale->from ? at : scale->from;
	scale->to = scale->to == WHEN_NEVER || at > scale->to ? at : scale->to;
}

static void pad(struct chart_scale *scale)
{
	msec span = scale->to - scale->from;
	msec room = span / 32 > WHEN_SECOND ? span / 32 : WHEN_SECOND;

	scale->from -= room;
	scale->to += room;
}

/* The close is left out: it is often days later. */
static struct chart_scale course_of(const struct story *story)
{
	struct chart_scale scale = { WHEN_NEVER, WHEN_NEVER };

	for (int i = 0; i < MILESTONE_COUNT; i++) {
		if (i != MILESTONE_CLOSED)
			widen(&scale, story->milestones[i].at);
	}
	widen(&scale, story->t0);
	if (incident_open(story->incident))
		widen(&scale, story->end);
	return scale;
}

struct chart_scale chart_incident(const struct story *story)
{
	struct chart_scale scale = course_of(story);

	pad(&scale);
	return scale;
}

struct chart_scale chart_around(const struct story *story)
{
	struct chart_scale scale = course_of(story), most = scale;
	msec room = scale.to - scale.from;

	room = room > WHEN_HOUR ? room : WHEN_HOUR;
	most.from -= room;
	most.to += room;
	for (size_t i = 0; i < story->course_count; i++) {
		const struct course *course = &story->courses[i];

		for (size_t k = 0; k < course->count; k++) {
			if (chart_shows(&most, course->points[k].at))
				widen(&scale, course->points[k].at);
		}
	}
	pad(&scale);
	return scale;
}

bool chart_shows(const struct chart_scale *scale, msec at)
{
	return at != WHEN_NEVER && at >= scale->from && at <= scale->to;
}

double chart_x(const struct chart_scale *scale, msec at)
{
	double share = (double)(at - scale->from) / (double)(scale->to - scale->from);

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	return CHART_LEFT + share * (CHART_RIGHT - CHART_LEFT);
}

void chart_begin(struct buf *out, const char *id, int height, const char *title)
{
	buf_fmt(out, "<div class=\"wide\" tabindex=\"0\"><svg role=\"img\" aria-labelledby=\"%s-t %s-d\" "
		"viewBox=\"0 0 %d %d\">\n<title id=\"%s-t\">", id, id, CHART_WIDTH, height, id);
	sheet_html(out, str_of(title));
	buf_text(out, "</title>\n");
}

void chart_desc(struct buf *out, const char *id, struct str text)
{
	buf_fmt(out, "<desc id=\"%s-d\">", id);
	sheet_html(out, text);
	buf_text(out, "</desc>\n");
}

void chart_end(struct buf *out)
{
	buf_text(out, "</svg></div>\n");
}

void chart_text(struct buf *out, double x, double y, const char *anchor, const char *text)
{
	buf_fmt(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	sheet_html(out, str_of(text));
	buf_text(out, "</text>\n");
}

const char *chart_unit(const struct story *story, const struct course *course)
{
	const struct incident *incident = story->incident;

	if (*event_text(course->unit))
		return course->unit;
	for (size_t i = 0; i < incident->snapshot_count; i++) {
		const struct snapshot *snapshot = &incident->snapshots[i];

		for (size_t k = 0; k < snapshot->count; k++) {
			if (strcmp(snapshot->figures[k].name, course->name) == 0)
				return snapshot->figures[k].unit;
		}
	}
	return "";
}

struct str chart_name(const struct story *story, const struct course *course)
{
	struct str rest = str_of(course->name), name = rest;

	if (story->in.public_)
		(void)str_cut(&rest, ' ', &name);
	return name;
}

static msec step_of(const struct chart_scale *scale)
{
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		if ((scale->to - scale->from) / steps[i] <= TICKS_MOST)
			return steps[i];
	}
	return (scale->to - scale->from) / TICKS_MOST;
}

/* "02:10", "02:10:30" or "11-22", as fine as the steps are. */
static void put_tick(struct buf *out, msec at, msec step, double x, int y)
{
	char text[WHEN_TEXT];

	when_format(text, at);
	if (step >= WHEN_DAY)
		text[10] = '\0';
	else
		text[step >= WHEN_MINUTE ? 16 : 19] = '\0';
	chart_text(out, x, y, "middle", text + (step >= WHEN_DAY ? 0 : 11));
}

void chart_ticks(struct buf *out, const struct chart_scale *scale, int top, int bottom)
{
	msec step = step_of(scale), at = scale->from - scale->from % step + step;
	char from[WHEN_TEXT], to[WHEN_TEXT], range[2 * WHEN_TEXT + 16];

	for (; at <= scale->to; at += step) {
		double x = chart_x(scale, at);

		buf_fmt(out, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", x, top, bottom);
		put_tick(out, at, step, x, bottom + 16);
	}
	when_format(from, scale->from);
	when_format(to, scale->to);
	(void)snprintf(range, sizeof(range), "%.10s to %.10s, UTC", from, to);
	if (strncmp(from, to, 10) == 0)
		(void)snprintf(range, sizeof(range), "%.10s, UTC", from);
	chart_text(out, CHART_LEFT, bottom + 34, "start", range);
}
