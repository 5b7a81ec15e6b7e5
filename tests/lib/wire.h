/*
 * wire.h: reads the bytes that a program sends to its terminal, and says what they ask for.
 *
 * It sees what a screen model forgets: bytes that drive a terminal although no screen program of
 * ours should send them, and modes that are left on. libvterm 0.1.4 knows only the first number of
 * `CSI ? 1006 ; 1000 h`; this reads them all.
 *
 * "Foreign" is what neither ncurses with a terminfo entry nor the console itself has a reason to
 * send: queries, OSC other than a title, DCS, APC, PM, SOS, C1 controls, stray C0 controls, and
 * characters that change how others are read (bidi controls, zero-width, tags, private use).
 */
#ifndef LIB_WIRE_H
#define LIB_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_SEQUENCE = 256, WIRE_MODES = 32 };

enum wire_mode {
	WIRE_CURSOR_KEYS = 1,
	WIRE_CURSOR_SHOWN = 25,
	WIRE_ALT_OLD = 47,
	WIRE_MOUSE = 1000,
	WIRE_MOUSE_DRAG = 1002,
	WIRE_MOUSE_MOVE = 1003,
	WIRE_FOCUS = 1004,
	WIRE_MOUSE_SGR = 1006,
	WIRE_ALT = 1049,
	WIRE_PASTE = 2004,
};

struct wire {
	/* what was seen */
	size_t bytes;
	size_t high;		/* bytes >= 0x80 */
	size_t bells;
	size_t colours;		/* SGR parameters that choose a colour */
	size_t sequences;
	size_t foreign;
	char foreign_text[128];	/* the first foreign one, in visible form */
	char title[WIRE_SEQUENCE];
	struct { int number; bool on; } modes[WIRE_MODES];
	size_t mode_count;
	/* where in a sequence the reader is */
	int state;
	char sequence[WIRE_SEQUENCE];
	size_t len;
	uint32_t cp;
	int more;		/* continuation bytes of cp still to come */
};

void wire_feed(struct wire *wire, const char *bytes, size_t len);

/* The mode's last setting; a mode never mentioned is off, but for WIRE_CURSOR_SHOWN. */
bool wire_mode(const struct wire *wire, enum wire_mode mode);

/* Name the first thing that a program left behind ("mouse reporting on"), or NULL. */
const char *wire_left_on(const struct wire *wire);

/* Does the character change how its neighbours are read, without a glyph of its own? */
bool wire_is_invisible(uint32_t cp);

#endif
