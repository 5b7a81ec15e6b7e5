/*
 * sheet_timeline.c: the record, one row for each event; what was told to people; what nobody knows.
 */
#include "export/sheet_sections.h"

#include <string.h>

#include "base/attr.h"

/* Where the zone is UTC a second column of the same times would say nothing. */
static bool has_zone(const struct story *story)
{
	return strcmp(story->zone, "UTC") != 0;
}

static void head(struct sheet *sheet)
{
	const char *heads[6];
	size_t count = 0;

	heads[count++] = "UTC";
	if (has_zone(sheet->story))
		heads[count++] = sheet->story->zone;
	heads[count++] = "T+";
	heads[count++] = "Who";
	heads[count++] = "What";
	heads[count++] = "Evidence";
	sheet_table(sheet, "The record, event by event", heads, count);
}

/* A text of ours that means nothing to any tongue. */
static void put_plain(struct sheet *sheet, const char *text)
{
	sheet_field_begin(sheet);
	buf_text(sheet->out, text);
	sheet_field_end(sheet);
}

/* Thousands of events share a minute, and zones are whole minutes from UTC: within one only the
 * seconds change, which stand at the same place in both texts. */
static void know_minute(struct sheet *sheet, msec at)
{
	enum { SECONDS = 17 };		/* "2026-11-22T02:14:07Z" */
	msec left = at % WHEN_MINUTE;
	char offset[8];

	if (sheet->minute != at - left || left % WHEN_SECOND != 0 || at < 0) {
		when_format(sheet->utc, at);
		story_local(sheet->story, sheet->local, offset, at);
		sheet->minute = left % WHEN_SECOND == 0 && at >= 0 ? at - left : WHEN_NEVER;
		return;
	}
	sheet->utc[SECONDS] = sheet->local[SECONDS] = (char)('0' + left / WHEN_SECOND / 10);
	sheet->utc[SECONDS + 1] = sheet->local[SECONDS + 1] = (char)('0' + left / WHEN_SECOND % 10);
}

static void put_times(struct sheet *sheet, const struct moment *moment)
{
	char since[WHEN_TEXT];

	know_minute(sheet, moment->record->at);
	put_plain(sheet, sheet->utc);
	if (has_zone(sheet->story))
		put_plain(sheet, sheet->local);
	story_since(since, moment->since_t0);
	put_plain(sheet, since);
}

static void put_who(struct sheet *sheet, const struct moment *moment)
{
	sheet_field_begin(sheet);
	sheet_words(sheet, moment->automatic ? "auto" : "human");
	if (moment->name && *moment->name) {
		sheet_words(sheet, ": ");
		sheet_words(sheet, moment->name);
	}
	if (moment->role && (!moment->name || strcmp(moment->role, moment->name) != 0)) {
		sheet_words(sheet, " (");
		sheet_words(sheet, moment->role);
		sheet_words(sheet, ")");
	}
	sheet_field_end(sheet);
}

/* Often the detail is what the summary says, on lines of its own. */
static bool says_more(struct sheet *sheet, const struct moment *moment)
{
	struct buf *flat = &sheet->scratch;

	if (!moment->detail)
		return false;
	buf_clear(flat);
	buf_text(flat, moment->detail);
	for (size_t i = 0; i < flat->len; i++)
		flat->data[i] = flat->data[i] == '\n' ? ' ' : flat->data[i];
	return !strstr(moment->summary, buf_cstr(flat));
}

static void put_what(struct sheet *sheet, const struct moment *moment)
{
	sheet_field_begin(sheet);
	sheet_words(sheet, moment->summary);
	if (says_more(sheet, moment)) {
		sheet_break(sheet);
		sheet_words(sheet, moment->detail);
	}
	if (moment->marker != MARKER_NONE || moment->record->backdated) {
		char at[WHEN_TEXT];

		when_format(at, moment->record->rec);
		sheet_words(sheet, " (");
		sheet_words(sheet, moment_marker_word(moment->marker));
		if (moment->record->backdated) {
			sheet_words(sheet, moment->marker == MARKER_NONE ? "" : ", ");
			sheet_words(sheet, "written down at ");
			sheet_words(sheet, at);
		}
		sheet_words(sheet, ")");
	}
	sheet_field_end(sheet);
}

static void put_evidence(struct sheet *sheet, const struct moment *moment)
{
	sheet_field_begin(sheet);
	for (size_t i = 0; i < moment->evidence_count; i++) {
		const struct moment_evidence *evidence = &moment->evidence[i];

		if (i > 0)
			sheet_break(sheet);
		if (evidence->url)
			sheet_link(sheet, evidence->label ? evidence->label : evidence->kind,
				  evidence->url);
		else
			sheet_words(sheet, evidence->label ? evidence->label : evidence->kind);
		if (evidence->value) {
			sheet_words(sheet, ": ");
			sheet_words(sheet, evidence->value);
		}
		if (evidence->sha256) {
			sheet_words(sheet, " sha256 ");
			sheet_words(sheet, evidence->sha256);
		}
	}
	sheet_field_end(sheet);
}

void sheet_write_timeline(struct sheet *sheet, size_t from, size_t to)
{
	const struct moment *moment;

	head(sheet);
	for (size_t i = from; i < to && (moment = sheet_moment(sheet, i)); i++) {
		sheet_row(sheet);
		put_times(sheet, moment);
		put_who(sheet, moment);
		put_what(sheet, moment);
		put_evidence(sheet, moment);
		sheet_row_end(sheet);
	}
	sheet_table_end(sheet);
}

static void put_deliveries(struct sheet *sheet, const struct sent *sent)
{
	sheet_words(sheet, sent->by_hand ? "; posted by hand" : "");
	for (size_t i = 0; i < sent->channel_count; i++) {
		const struct delivery *delivery = &sent->channels[i];

		sheet_words(sheet, i > 0 ? ", " : "; ");
		sheet_said(sheet, delivery->channel);
		sheet_words(sheet, !delivery->done ? " not known to have arrived" :
			   delivery->ok ? " delivered" : " FAILED");
	}
}

/* What was written for inside stays inside. */
static bool told_everybody(const struct sent *sent)
{
	return strcmp(sent->audience, "public") == 0;
}

static void put_message(struct sheet *sheet, const struct sent *sent)
{
	const struct story *story = sheet->story;
	char at[WHEN_TEXT];

	when_format(at, sent->at);
	sheet_paragraph_begin(sheet);
	sheet_fmt(sheet, "%s %s by %s%s%s", at, story_type(story, sent->type), story_name(story, sent->by),
		 *sent->audience ? ", audience " : "", sent->audience);
	if (!story->in.public_)
		put_deliveries(sheet, sent);
	sheet_words(sheet, sent->late ? "; late" : "");
	sheet_paragraph_end(sheet);
	sheet_quote(sheet, event_text(sent->text));
}

void sheet_write_messages(struct sheet *sheet, size_t from, size_t to)
{
	bool any = false;

	for (size_t i = from; i < to; i++) {
		const struct sent *sent = &sheet->story->incident->sent[i];

		if (sheet->story->in.public_ && !told_everybody(sent))
			continue;
		put_message(sheet, sent);
		any = true;
	}
	if (!any && from == 0)
		sheet_paragraph(sheet, "None.");
}

void sheet_write_questions(struct sheet *sheet, size_t from, size_t to)
{
	if (from == to) {
		sheet_nothing(sheet, "None that the record raises.");
		return;
	}
	sheet_list(sheet);
	for (size_t i = from; i < to; i++)
		sheet_item(sheet, sheet->story->questions[i]);
	sheet_list_end(sheet);
}
