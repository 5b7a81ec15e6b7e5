/*
 * sheet_text.h: texts of others on their way into a sheet, each way out with its own escaping.
 *
 *  (1) What comes in is scrubbed (base/scrub.h); it may have line feeds.
 *  (2) What goes out is that text to a reader and nothing else: no markup, no link, no picture, and
 *      no end of what it stands in.
 */
#ifndef EXPORT_SHEET_TEXT_H
#define EXPORT_SHEET_TEXT_H

#include "base/buf.h"
#include "base/str.h"

/* HTML: text between tags and values of attributes in double quotes. Line feeds stay. */
void sheet_html(struct buf *out, struct str text);

/* Markdown: within one line, be it a cell or a heading. Line feeds are <br>. */
void sheet_line(struct buf *out, struct str text);
/* The same where a paragraph, an item or a line of a quotation begins: signs of lists are signs. */
void sheet_opening(struct buf *out, struct str text);

/* Markdown of several lines that somebody wrote: emphasis and lists are theirs; HTML, headings,
 * links, pictures and code are shown as they were typed. sheet_prose_read() is the way back. */
void sheet_prose(struct buf *out, struct str text);
void sheet_prose_read(struct buf *out, struct str markdown);

/* An address that may stand in a link of Markdown and of HTML. False, and nothing is added: it is
 * of another scheme than http and https, or names no host. */
bool sheet_url(struct buf *out, const char *url);

/* In double quotes, for YAML. */
void sheet_quoted(struct buf *out, struct str text);

#endif
