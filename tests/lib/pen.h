/*
 * pen.h: a console that writes a journal into memory, at times of the test's own; and an event of
 * every kind with all its members.
 */
#ifndef LIB_PEN_H
#define LIB_PEN_H

#include "core/journal_line.h"

#define PEN_START ((msec)1795312800000)		/* 2026-11-22T02:00:00Z */

struct pen {
	struct journal_chain chain;
	char by[OPERATOR_TEXT];
	msec now;			/* its wall clock */
	struct buf lines;		/* the file so far */
	struct event last;		/* as it was written, but for its data */
	unsigned ids;
};

void pen_open(struct pen *pen, unsigned console, const char *by);
void pen_close(struct pen *pen);

/* An event of this kind now, by this pen's person. */
struct event pen_event(const struct pen *pen, enum event_kind kind);
/* Write it: fills id where it is "", origin, seq, rec, hlc. Returns the id, until the next. */
const char *pen_write(struct pen *pen, struct event *event);
/* The pen has seen a line of another one. */
void pen_see(struct pen *pen, const struct pen *other);

/* The line of the last event, without its LF. */
struct str pen_line(const struct pen *pen);

/* All that a kind must and may have, with values that such members have. */
void pen_fill(struct event_data *data, enum event_kind kind);

#endif
