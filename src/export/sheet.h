/*
 * sheet.h: what a sheet is built of, said once and written in either language, Markdown or HTML.
 * Every text that is given is the text of others and is escaped here (sheet_text.h).
 */
#ifndef EXPORT_SHEET_H
#define EXPORT_SHEET_H

#include "export/moment.h"
#include "export/story.h"

struct sheet_tongue;
extern const struct sheet_tongue sheet_markdown_tongue, sheet_html_tongue;

struct sheet {
	struct buf *out;
	const struct sheet_tongue *tongue;
	const struct story *story;
	struct buf scratch;
	msec minute;			/* of these times; WHEN_NEVER: none yet */
	char utc[WHEN_TEXT], local[WHEN_TEXT];
	const char *left_out;		/* what people took out of this file; NULL */

	/* The moments are read once, in order; going back begins anew. */
	struct moments *moments;
	const struct moment *moment;	/* the one before `next` */
	size_t next;
};

void sheet_begin(struct sheet *sheet, const struct sheet_tongue *tongue, const struct story *story);
void sheet_done(struct sheet *sheet);

void sheet_heading(struct sheet *sheet, const char *text);		/* of a section */
void sheet_subheading(struct sheet *sheet, const char *text);
void sheet_paragraph(struct sheet *sheet, const char *text);
void sheet_paragraph_begin(struct sheet *sheet);
void sheet_paragraph_end(struct sheet *sheet);
void sheet_strong(struct sheet *sheet, const char *text);		/* a paragraph that is not missed */
void sheet_quote(struct sheet *sheet, const char *text);		/* lines as somebody wrote them */

void sheet_table(struct sheet *sheet, const char *caption, const char *const *heads, size_t count);
void sheet_table_end(struct sheet *sheet);
void sheet_row(struct sheet *sheet);
void sheet_row_end(struct sheet *sheet);
void sheet_field(struct sheet *sheet, const char *text);		/* NULL: empty */
void sheet_field_begin(struct sheet *sheet);
void sheet_field_end(struct sheet *sheet);
void sheet_list(struct sheet *sheet);
void sheet_item(struct sheet *sheet, const char *text);
void sheet_list_end(struct sheet *sheet);

/* Within a field: a text of the record, one that may be shown as it is, a link where the address
 * may stand in one. Fields, headings, paragraphs and items are texts of the record. */
void sheet_said(struct sheet *sheet, const char *text);
void sheet_words(struct sheet *sheet, const char *text);
void sheet_fmt(struct sheet *sheet, const char *fmt, ...) PRINTF_LIKE(2, 3);
void sheet_link(struct sheet *sheet, const char *label, const char *url);
void sheet_break(struct sheet *sheet);

/* What stands where a section has nothing: the words, or for the public that it is left out. */
void sheet_nothing(struct sheet *sheet, const char *words);
/* A row of a name and what it is; without a text there is no row. */
void sheet_fact(struct sheet *sheet, const char *name, const char *text);
void sheet_field_time(struct sheet *sheet, msec at);		/* WHEN_NEVER: "" */
void sheet_field_took(struct sheet *sheet, msec took);		/* likewise; whole seconds */
void sheet_field_count(struct sheet *sheet, uint64_t count);

/* The moment with this index (from 0) of the timeline; NULL: there are no more. */
const struct moment *sheet_moment(struct sheet *sheet, size_t index);

/* "1h30m", "12.4s": a duration for people, WHEN_NEVER is "not known". */
void sheet_took(char out[WHEN_TEXT], msec took);

/* "impact started" */
const char *sheet_milestone(enum milestone_name name);
/* "DRILL - not production", NULL when it is none. */
const char *sheet_watermark(const struct story *story);

#endif
