/*
 * lines.h: whole lines out of bytes as they come. A line that is longer than LINES_LONGEST is cut
 * there; its rest is dropped.
 */
#ifndef IO_LINES_H
#define IO_LINES_H

#include "base/buf.h"
#include "base/str.h"

enum { LINES_LONGEST = 16 * 1024 };

struct lines {			/* zeroed is a valid one */
	struct buf part;	/* a line that has begun */
	bool skipping;		/* up to the next line end */
};

/* Add the lines that are complete now to out, each with its "\n". */
void lines_take(struct lines *lines, struct str bytes, struct buf *out);
/* There will be no more: what has begun is the last line. */
void lines_end(struct lines *lines, struct buf *out);
/* What comes next begins within a line: forget what has begun, and skip up to the line's end. */
void lines_skip(struct lines *lines);
/* What comes next begins a line: forget what has begun. */
void lines_reset(struct lines *lines);
void lines_done(struct lines *lines);

#endif
