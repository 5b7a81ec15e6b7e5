/* board.c: see board.h. */
#include "export/board.h"

#include <string.h>

#include "base/scrub.h"

enum { SOON = 7 };

/* Clocks of two hosts differ; more than this is no clock but a lie. */
#define AHEAD (5 * WHEN_MINUTE)

static bool is_of(const struct board_in *in, const struct dr_glance *report, enum drill_type type)
{
	return !strcmp(report->type, drill_type_word(type)) && report->start <= in->now + AHEAD;
}

static void take_newest(struct drill_due *row, const struct dr_glance *report)
{
	str_put(row->last_id, sizeof(row->last_id), report->id);
	row->last_at = report->end;
	row->last_pass = report->pass;
	row->last_signed = report->signed_off;
}

/* The newest is the one that began last; of two at once the one with the later name. */
static bool newer(const struct dr_glance *a, const struct dr_glance *b)
{
	return a->start > b->start || (a->start == b->start && strcmp(a->id, b->id) > 0);
}

static void fill_row(const struct board_in *in, enum drill_type type, struct drill_due *row,
		     bool *any)
{
	const struct dr_glance *last = NULL;
	msec passed = WHEN_NEVER;

	*row = (struct drill_due){ .type = type, .every = in->every[type], .last_at = WHEN_NEVER,
				   .due_at = WHEN_NEVER };
	for (size_t i = 0; i < in->count; i++) {
		const struct dr_glance *report = &in->reports[i];

		if (!is_of(in, report, type))
			continue;
		if (!last || newer(report, last))
			last = report;
		if (report->pass && report->start > passed)
			passed = report->start;
	}
	if (last)
		take_newest(row, last);
	if (row->every > 0 && passed != WHEN_NEVER)
		row->due_at = passed + row->every;
	row->overdue = row->every > 0 && row->due_at <= in->now;
	*any = last || row->every > 0;
}

void board_make(const struct board_in *in, struct drill_board *out)
{
	out->count = 0;
	out->reports = in->count;
	for (int type = 0; type < DRILL_TYPE_COUNT; type++) {
		bool any;

		fill_row(in, (enum drill_type)type, &out->rows[out->count], &any);
		out->count += any;
	}
}

bool board_soon(const struct drill_due *row, msec now)
{
	return row->every > 0 && !row->overdue && row->due_at - now <= row->every / SOON;
}

static const char *state_of(const struct drill_due *row, msec now)
{
	if (row->overdue)
		return "overdue";
	return row->every == 0 ? "no cadence" : board_soon(row, now) ? "due soon" : "ok";
}

static json_t *row_json(const struct drill_due *row, msec now)
{
	json_t *out = json_object();
	bool any = row->last_at != WHEN_NEVER;

	json_set_text(out, "type", drill_type_word(row->type));
	json_set_text(out, "state", state_of(row, now));
	json_set(out, "every_s", row->every > 0 ? json_integer(row->every / WHEN_SECOND) :
		 json_null());
	json_set_text(out, "last_id", *row->last_id ? row->last_id : NULL);
	json_set_time(out, "last_at", row->last_at);
	json_set(out, "last_pass", any ? json_boolean(row->last_pass) : json_null());
	json_set(out, "last_signed_off", any ? json_boolean(row->last_signed) : json_null());
	json_set_time(out, "due_at", row->due_at);
	json_set_bool(out, "overdue", row->overdue);
	return out;
}

json_t *board_json(const struct drill_board *board, msec now)
{
	json_t *out = json_object(), *rows = json_array();

	for (size_t i = 0; i < board->count; i++)
		json_array_append_new(rows, row_json(&board->rows[i], now));
	json_set_text(out, "folder", board->folder);
	json_set_i64(out, "reports", (int64_t)board->reports);
	json_set_text(out, "trouble", *board->trouble ? board->trouble : NULL);
	json_set(out, "due", rows);
	return out;
}

static void put_day(struct buf *out, msec at)
{
	char text[WHEN_TEXT];

	when_format(text, at / WHEN_MINUTE * WHEN_MINUTE);
	buf_fmt(out, "%.16sZ", text);
}

void board_plain(const struct drill_board *board, msec now, struct buf *out)
{
	for (size_t i = 0; i < board->count; i++) {
		const struct drill_due *row = &board->rows[i];

		buf_fmt(out, "%-20s %-10s ", drill_type_word(row->type), state_of(row, now));
		if (row->due_at == WHEN_NEVER)
			buf_fmt(out, "%-17s", "-");
		else
			put_day(out, row->due_at);
		buf_text(out, "  last ");
		if (row->last_at == WHEN_NEVER) {
			buf_text(out, "never\n");
			continue;
		}
		put_day(out, row->last_at);
		buf_fmt(out, " %s, %s: ", row->last_pass ? "passed" : "did not pass",
			row->last_signed ? "signed off" : "not signed off");
		scrub(out, str_of(row->last_id));
		buf_char(out, '\n');
	}
}
