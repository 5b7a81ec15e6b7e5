/*
 * screen.h: a program on a terminal that a test can see: a pty, and libvterm 0.1.4 behind it.
 *
 * Nothing here sleeps: every wait polls the terminal and ends when its condition holds or its
 * deadline has passed. The terminal is read only inside screen_pump() and what calls it, so a
 * stalled terminal is simply one that nobody pumps. Queries of the program (DA, DSR) are answered
 * as libvterm answers them; mouse and other modes are read off the wire (wire.h), because libvterm
 * 0.1.4 does not see them all.
 */
#ifndef LIB_SCREEN_H
#define LIB_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"
#include "tests/lib/pty.h"
#include "tests/lib/wire.h"

enum { SCREEN_MAX_ROWS = 500, SCREEN_MAX_COLS = 1000 };

struct screen;

struct screen_pos {
	int row, col;
};

struct screen_cell {
	char text[28];		/* UTF-8; "" for a blank and for the right half of a wide one */
	int width;		/* 1 or 2 */
	bool bold, reverse, underline;
	bool plain_fg, plain_bg;	/* the terminal's default colour */
	int fg, bg;		/* palette index, -1 when default or not from the palette */
};

struct screen_counts {
	size_t bytes, chunks;
	nsec first, last;	/* when the first and the newest chunk were read; 0: none */
};

enum screen_event {
	SCREEN_QUIET,		/* nothing came before the timeout */
	SCREEN_BYTES,		/* something came and is on the screen */
	SCREEN_ENDED,		/* the program has ended and all that it wrote has been read */
};

struct screen *screen_start(const struct pty_spec *spec, struct err *err);
void screen_free(struct screen *screen);	/* kills the program if it still runs; takes NULL */

/* Wait at most `timeout` for output and read what is there, once. */
enum screen_event screen_pump(struct screen *screen, msec timeout);

/* Pump until the condition holds; false at the deadline or when the program ended without it. */
typedef bool screen_condition(const struct screen *screen, void *arg);
bool screen_wait(struct screen *screen, screen_condition *holds, void *arg, msec timeout);
bool screen_wait_text(struct screen *screen, const char *text, msec timeout);
bool screen_wait_gone(struct screen *screen, const char *text, msec timeout);
bool screen_wait_exit(struct screen *screen, msec timeout);

/* Pump until nothing came for `quiet`; false at the deadline. */
bool screen_settle(struct screen *screen, msec quiet, msec timeout);

/* Pump for the whole time, whatever comes; false when the program ended. */
bool screen_drain(struct screen *screen, msec time);

/* Input. A key is one character, "C-x", or a name: Up Down Left Right PgUp PgDn Home End Enter Esc
 * Tab BackTab Backspace Delete F1..F12 Space. False: no such key, or the program does not read. */
bool screen_send(struct screen *screen, const char *bytes, size_t len);
bool screen_key(struct screen *screen, const char *name);
bool screen_type(struct screen *screen, const char *text);
bool screen_paste(struct screen *screen, const char *text);	/* bracketed if the program asked */

/* The terminal's side of events. */
void screen_resize(struct screen *screen, int rows, int cols);
void screen_claim(struct screen *screen, unsigned short rows, unsigned short cols); /* only told */
void screen_hangup(struct screen *screen);

/* What is to be seen. Rows lose their trailing blanks. */
void screen_row(const struct screen *screen, int row, struct buf *out);
void screen_text(const struct screen *screen, struct buf *out);	/* all rows, each with a '\n' */
bool screen_find(const struct screen *screen, const char *text, struct screen_pos *at);
bool screen_row_has(const struct screen *screen, int row, const char *text);
struct screen_cell screen_cell(const struct screen *screen, int row, int col);
struct screen_pos screen_cursor(const struct screen *screen);
struct screen_pos screen_size(const struct screen *screen);

/* What came over the wire. screen_raw() is everything since the start or screen_forget(). */
const struct wire *screen_wire(const struct screen *screen);
struct str screen_raw(const struct screen *screen);
void screen_forget(struct screen *screen);	/* raw bytes and counts start anew; not the modes */
struct screen_counts screen_counts(const struct screen *screen);

struct pty *screen_pty(struct screen *screen);	/* borrowed: pid, exit, termios */

#endif
