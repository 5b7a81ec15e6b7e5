/*
 * event_text.h: texts and times as they stand in a line of a journal; what event_fields.c and
 * journal_line.c share.
 *
 * A text is scrubbed on its way in and on its way out. Where `lines` is set it may have several:
 * the line feeds between them stay, everything else that moves a cursor does not.
 */
#ifndef CORE_EVENT_TEXT_H
#define CORE_EVENT_TEXT_H

#include "core/event_fields.h"

enum { STAMP_LEN = 24 };	/* 2026-11-22T02:14:07.000Z */

/* The times that have such a form: from 1970 to 9999. */
bool stamp_fits(msec at);
void stamp_write(struct buf *out, msec at);
bool stamp_read(struct str text, msec *out);

/* As a JSON string, with its quotes. */
void quote_text(struct buf *out, struct str text, bool lines);

/* Scrubbed, in the arena. */
const char *clean_text(struct arena *arena, struct str text, bool lines);

/* The payload, when it is a plain one; false says nothing of it. event_plain.c */
bool event_data_plain(struct str json, struct arena *arena, struct event_data *out);

#endif
