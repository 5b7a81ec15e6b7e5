/*
 * chart_strip.c: the incident in one strip: milestones above, each on a line of its own where they
 * would cover one another, the severity as a band, the updates under it.
 */
#include "export/chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "core/journal_line.h"
#include "export/chart_scale.h"
#include "export/sheet.h"

enum { LANE = 20, LETTER = 7, BAND = 34, ROW = 30, MARK = 5, FOOT = 46 };

struct band {
	msec from, to;
	unsigned severity;		/* 0: not declared, or over */
};

struct bands {
	struct band *items;
	size_t count, cap;
	unsigned severity;
	bool over;
};

static void change(struct bands *bands, msec at)
{
	unsigned severity = bands->over ? 0 : bands->severity;

	if (bands->count > 0) {
		struct band *last = &bands->items[bands->count - 1];

		if (last->severity == severity)
			return;
		last->to = at;
	}
	bands->items = mem_grow(bands->items, &bands->cap, bands->count + 1, sizeof(*bands->items));
	bands->items[bands->count++] = (struct band){ at, WHEN_NEVER, severity };
}

static bool ends(const char *status)
{
	enum incident_status found;

	return incident_status_find(event_text(status), &found) &&
	       (found == INCIDENT_RESOLVED || found == INCIDENT_CLOSED ||
		found == INCIDENT_CANCELLED || found == INCIDENT_MERGED);
}

static void take(struct bands *bands, const struct event *event, msec at)
{
	if (event->kind == EVENT_INCIDENT_DECLARED)
		bands->severity = (unsigned)event->data.severity;
	else if (event->kind == EVENT_SEVERITY_SET)
		(void)severity_find(event_text(event->data.new_), &bands->severity);
	else
		bands->over = ends(event->data.new_);
	change(bands, at);
}

/* What the record says of severity and end, in the order of the timeline. */
static void find_bands(const struct history *history, struct bands *bands)
{
	for (size_t i = 0; i < history_count(history); i++) {
		const struct record *record = history_record(history, i);
		struct arena arena = { 0 };
		struct journal_line line;
		struct event event;
		struct err err;

		if (record->undone || record->repeat ||
		    (record->kind != EVENT_INCIDENT_DECLARED &&
		     record->kind != EVENT_SEVERITY_SET && record->kind != EVENT_STATUS_SET))
			continue;
		if (journal_line_parse(str_of(record->line), &line, &err) &&
		    journal_line_event(&line, &arena, &event, &err))
			take(bands, &event, record->at);
		arena_done(&arena);
	}
}

static void put_band(struct buf *out, const struct chart_scale *scale, const struct band *band,
		     int y)
{
	msec to = band->to == WHEN_NEVER ? scale->to : band->to;
	double left = chart_x(scale, band->from), right = chart_x(scale, to);
	char name[8];

	if (band->severity == 0 || band->severity > 3 || right <= left)
		return;
	(void)snprintf(name, sizeof(name), "SEV%u", band->severity % 10);
	buf_fmt(out, "<rect class=\"sev%u\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
		band->severity, left, y, right - left, BAND);
	if (right - left < 5 * LETTER)
		return;
	buf_fmt(out, "<g class=\"on\">");
	chart_text(out, (left + right) / 2, y + BAND / 2.0 + 5, "middle", name);
	buf_text(out, "</g>");
}

struct label {
	double x, left, right;
	enum milestone_name name;
	int lane;
};

static int last_first(const void *a, const void *b)
{
	const struct label *one = a, *two = b;

	if (one->x < two->x || one->x > two->x)
		return one->x < two->x ? 1 : -1;
	return (int)two->name - (int)one->name;
}

/* Each label above those later ones that it would cover, so that no line goes through the words of
 * another. The lanes that are used. */
static int place(struct label *labels, int count)
{
	int lanes = 0;

	qsort(labels, (size_t)count, sizeof(*labels), last_first);
	for (int i = 0; i < count; i++) {
		struct label *label = &labels[i];
		double width = (double)strlen(sheet_milestone(label->name)) * LETTER + 8;

		label->left = label->x + width > CHART_RIGHT ? label->x - width : label->x;
		label->right = label->left + width;
		for (int k = 0; k < i; k++) {
			if (labels[k].left < label->right && label->left < labels[k].right &&
			    label->lane <= labels[k].lane)
				label->lane = labels[k].lane + 1;
		}
		lanes = label->lane >= lanes ? label->lane + 1 : lanes;
	}
	return lanes;
}

static int find_labels(const struct story *story, const struct chart_scale *scale,
		       struct label labels[MILESTONE_COUNT])
{
	int count = 0;

	for (int i = 0; i < MILESTONE_COUNT; i++) {
		if (chart_shows(scale, story->milestones[i].at))
			labels[count++] = (struct label){
				.name = (enum milestone_name)i,
				.x = chart_x(scale, story->milestones[i].at) };
	}
	return count;
}

static void put_label(struct buf *out, const struct label *label, int lanes, int foot)
{
	int y = (lanes - label->lane) * LANE;
	bool left = label->left < label->x;

	buf_fmt(out, "<path class=\"mark\" d=\"M%.1f %dV%d\"/><circle class=\"dot\" cx=\"%.1f\" "
		"cy=\"%d\" r=\"4\"/>", label->x, y - LANE / 2 - 2, foot, label->x, foot);
	chart_text(out, label->x + (left ? -5 : 5), y - 3, left ? "end" : "start",
		   sheet_milestone(label->name));
}

/* A full triangle is an update in time, a hollow one came late, a cross never came. */
static void put_updates(struct buf *out, const struct story *story,
			const struct chart_scale *scale, int y)
{
	const struct incident *incident = story->incident;

	for (size_t i = 0; i < incident->sent_count; i++) {
		const struct sent *sent = &incident->sent[i];

		if (chart_shows(scale, sent->at))
			buf_fmt(out, "<path class=\"%s\" d=\"M%.1f %dl%d %dh%dz\"/>",
				sent->late ? "late" : "sent", chart_x(scale, sent->at), y - MARK,
				MARK + 1, 2 * MARK, -2 * (MARK + 1));
	}
	for (size_t i = 0; i < history_count(story->in.history); i++) {
		const struct record *record = history_record(story->in.history, i);

		if (record->kind == EVENT_UPDATE_MISSED && !record->undone && !record->repeat &&
		    chart_shows(scale, record->at))
			buf_fmt(out, "<path class=\"missed\" d=\"M%.1f %dl%d %dm0 %dl%d %d\"/>",
				chart_x(scale, record->at) - MARK, y - MARK, 2 * MARK, 2 * MARK,
				-2 * MARK, -2 * MARK, 2 * MARK);
	}
}

static void describe(const struct story *story, const struct bands *bands, struct buf *out)
{
	struct buf text = { 0 };
	char at[WHEN_TEXT];

	for (size_t i = 0; i < bands->count; i++) {
		when_format(at, bands->items[i].from);
		if (bands->items[i].severity)
			buf_fmt(&text, "SEV%u from %s. ", bands->items[i].severity, at);
		else
			buf_fmt(&text, "Over at %s. ", at);
	}
	for (int i = 0; i < MILESTONE_COUNT; i++) {
		when_format(at, story->milestones[i].at);
		if (story->milestones[i].at != WHEN_NEVER)
			buf_fmt(&text, "%s at %s. ", sheet_milestone((enum milestone_name)i), at);
	}
	buf_fmt(&text, "%u updates sent, %u of them late, %u missed.", story->updates.sent,
		story->updates.late, story->updates.missed);
	chart_desc(out, "strip", str_sub(buf_cstr(&text), text.len));
	buf_done(&text);
}

void chart_strip(const struct story *story, struct buf *out)
{
	struct chart_scale scale = chart_incident(story);
	struct label labels[MILESTONE_COUNT];
	int count = find_labels(story, &scale, labels), lanes = place(labels, count);
	int top = lanes * LANE + 6, updates = top + BAND + ROW / 2 + 4, foot = top + BAND + ROW;
	struct bands bands = { 0 };

	find_bands(story->in.history, &bands);
	chart_begin(out, "strip", foot + FOOT, "The course of the incident");
	describe(story, &bands, out);
	buf_fmt(out, "<rect class=\"ground\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
		CHART_LEFT, top, CHART_RIGHT - CHART_LEFT, BAND);
	chart_ticks(out, &scale, top, foot);
	for (size_t i = 0; i < bands.count; i++)
		put_band(out, &scale, &bands.items[i], top);
	for (int i = 0; i < count; i++)
		put_label(out, &labels[i], lanes, top);
	chart_text(out, CHART_LEFT - 8, top + BAND / 2.0 + 5, "end", "Severity");
	chart_text(out, CHART_LEFT - 8, updates + 5, "end", "Updates");
	put_updates(out, story, &scale, updates);
	chart_text(out, CHART_RIGHT, foot + 34, "end",
		   "updates: filled in time, hollow late, cross missed");
	chart_end(out);
	mem_free(bands.items);
}
