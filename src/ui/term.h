/*
 * term.h: the terminal. The one file that knows ncurses, and one of the sanctioned statics: there
 * is one terminal, and a crash handler must reach it.
 *
 * Input is read from /dev/tty, opened anew. Output: ncurses writes a frame into memory, from where
 * term_pump() gives it to the terminal as far as it takes it; nothing here ever blocks. A new frame
 * is refused while the one before is still on its way, so that a stalled terminal costs no memory
 * and gets the latest picture when it wakes.
 *
 * The loop: poll term_fd() for reading, and for writing while term_backlog() > 0 (then
 * term_pump()). On POLLHUP or POLLERR, or when term_read() or term_pump() return false, the
 * terminal is gone. On SIGWINCH call term_resized(), then draw at the new size.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/when.h"
#include "ui/key.h"
#include "ui/surface.h"
#include "ui/theme.h"

struct term_options {
	const struct theme *theme;
	bool colour, mouse;
};

struct term_size {
	int rows, cols;
};

/* Enter the screen. *notice is filled with one sentence when a poorer mode was chosen (an unknown
 * TERM), else "". False: there is no terminal to be had, and nothing was changed. */
bool term_open(const struct term_options *options, char *notice, size_t size, struct err *err);
/* Leave the screen, give back everything. Safe to call twice. */
void term_close(void);

int term_fd(void);
struct term_size term_size(void);	/* 1x1 to 500x1000 */
void term_resized(void);
void term_redraw(void);			/* the next frame paints every cell */

/* True when a frame is taken; false while the one before is not out. Repeating a picture costs no
 * bytes. */
bool term_paint(const struct surface *surface);
size_t term_backlog(void);
bool term_pump(void);			/* false: the terminal is gone */

/* Take in what is there; false: the terminal is gone. Then term_next() until it is false. */
bool term_read(msec steady);
bool term_next(struct input *out, msec steady);
/* Milliseconds until a lone ESC becomes a key, WHEN_NEVER when none is held: then term_next(). */
msec term_wait(msec steady);

void term_bell(void);
void term_title(const char *text);	/* where the terminal has titles */
void term_mouse(bool on);
/* OSC 52: hand text to the terminal's clipboard. False: not sent, because the terminal has no such
 * thing or the text is over TERM_CLIPBOARD bytes. */
enum { TERM_CLIPBOARD = 64 * 1024 };
bool term_clipboard(const char *text);

/* For Ctrl-Z and plain print: leave with every mode off, come back at today's size. */
void term_leave(void);
void term_return(void);

/* Async-signal-safe: what a crash handler may call. */
void term_rescue(void);

#endif
