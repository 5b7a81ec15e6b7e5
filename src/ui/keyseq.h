/*
 * keyseq.h: bytes of a terminal -> events. Pure: knows no file and no clock.
 *
 * Feed what read() gave, then take events until there is none. A lone ESC may be the key or the
 * start of a sequence: keyseq_waits() says that one is held back; when KEYSEQ_ESC ms have passed
 * without more, keyseq_flush() makes it a key. Longer beginnings wait for their end, however slow
 * the line, so that the mark of a paste that arrives in pieces never lets the paste in as keys.
 * Focus reports and sequences that nobody knows are dropped. Text between the marks of a bracketed
 * paste is one event; of a long one the first KEYSEQ_PASTE bytes are kept, and it says that it was
 * cut.
 */
#ifndef UI_KEYSEQ_H
#define UI_KEYSEQ_H

#include "base/buf.h"
#include "ui/key.h"

enum { KEYSEQ_ESC = 25, KEYSEQ_PASTE = 64 * 1024, KEYSEQ_OWN = 32 };

struct keyseq {
	struct buf bytes;	/* not yet understood */
	size_t at;		/* of them, taken */
	struct buf paste;
	bool pasting, paste_cut, flush;
	bool late;		/* an ESC was flushed, and nothing was taken since */
	struct { char bytes[16]; uint32_t code; } own[KEYSEQ_OWN];	/* from terminfo */
	size_t own_count;
};

void keyseq_init(struct keyseq *seq);
void keyseq_done(struct keyseq *seq);
/* A sequence of this terminal, before the usual ones of xterm. */
void keyseq_own(struct keyseq *seq, const char *bytes, uint32_t code);

void keyseq_feed(struct keyseq *seq, const char *bytes, size_t len);
bool keyseq_next(struct keyseq *seq, struct input *out);
bool keyseq_waits(const struct keyseq *seq);
void keyseq_flush(struct keyseq *seq);

#endif
