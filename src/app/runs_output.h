/*
 * runs_output.h: what a command writes, on its way to the screen and to the evidence.
 *
 *  (1) Escape sequences are taken out first, so that none can stand inside a secret; then secrets
 *      are hidden; then the text is scrubbed and cut into lines. In this order.
 *  (2) However the bytes are split over reads, no part of a secret is shown: a line is shown when
 *      it is whole, and what may be the beginning of a longer secret is held back.
 *  (3) What is kept in memory is bounded, and what is not shown is counted.
 */
#ifndef APP_RUNS_OUTPUT_H
#define APP_RUNS_OUTPUT_H

#include "core/books.h"

/* Text without what drives a terminal: no escape sequences, lines end in LF, and of a line that was
 * written anew after a CR the last writing counts. */
struct plain {
	enum { PLAIN_TEXT, PLAIN_ESCAPE, PLAIN_CSI, PLAIN_STRING, PLAIN_STRING_ESCAPE } state;
	bool returned;			/* the last byte was a CR */
};

void plain_take(struct plain *plain, struct str bytes, struct buf *out);

struct catcher {
	struct pane *pane;		/* borrowed */
	struct plain plain;
	struct buf held;		/* plain and not redacted: lines that may still change */
	size_t settled;			/* lines of the pane that stay as they are */
	bool endless;			/* up to the next LF all belongs to a line that is lost */
	size_t settle_at;		/* bytes held at which settling is tried again */
	uint64_t gone;			/* lines that stay, in all; bytes that were taken */
	uint64_t bytes;
};

/* Start with {.pane = ...}; the pane is emptied. */
void catcher_begin(struct catcher *catcher);
void catcher_take(struct catcher *catcher, struct str bytes);
/* Shows the rest, and says that it is not all where `bytes`, what was written in all, is more than
 * it was given; gives its memory back. */
void catcher_end(struct catcher *catcher, uint64_t bytes);
void pane_done(struct pane *pane);

/* What is kept of an output: redacted; `bytes` is how much there was in all. Where bytes of it are
 * missing, behind the first `cut_at` (0: nowhere), what is next to them goes, too: it may be a part
 * of a secret, which nobody recognises. Returns how many secrets were hidden. */
size_t output_redact(struct str output, size_t cut_at, uint64_t bytes, struct buf *out);
/* Its last line that says something, for a sentence. */
void output_said(struct str text, char out[BECAUSE_TEXT]);

#endif
