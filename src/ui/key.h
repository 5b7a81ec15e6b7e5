/*
 * key.h: a key as a number, its name, and what comes from the terminal as events.
 *
 * Names: a printable character is its own name ("a", "A", "?"); "ctrl-l"; "enter" "esc" "tab"
 * "shift-tab" "space" "backspace" "up" "down" "left" "right" "pgup" "pgdn" "home" "end" "insert"
 * "delete" "f1".."f12".
 */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Code points are themselves, ctrl-a..ctrl-z are 1..26 (but tab and enter), these come after. */
#define KEY_NAMES(X) \
	X(ENTER, "enter") X(ESC, "esc") X(TAB, "tab") X(BACKTAB, "shift-tab") \
	X(BACKSPACE, "backspace") X(UP, "up") X(DOWN, "down") X(LEFT, "left") X(RIGHT, "right") \
	X(PGUP, "pgup") X(PGDN, "pgdn") X(HOME, "home") X(END, "end") X(INSERT, "insert") \
	X(DELETE, "delete") X(F1, "f1") X(F2, "f2") X(F3, "f3") X(F4, "f4") X(F5, "f5") X(F6, "f6") \
	X(F7, "f7") X(F8, "f8") X(F9, "f9") X(F10, "f10") X(F11, "f11") X(F12, "f12")

enum {
	KEYCODE_NONE = 0,
	KEYCODE_BASE = 0x110000,
#define X(sym, name) KEYCODE_##sym,
	KEY_NAMES(X)
#undef X
	KEYCODE_LAST
};
#define KEYCODE_CTRL(letter) ((uint32_t)(letter) & 0x1f)

enum { KEY_NAME = 16 };

bool key_parse(struct str name, uint32_t *code);
void key_text(char out[KEY_NAME], uint32_t code);	/* the inverse; "U+200B" for odd ones */

enum input_kind {
	INPUT_NONE,
	INPUT_KEY,	/* code */
	INPUT_PASTE,	/* text: all of it, at once; it never counts as keys */
	INPUT_CLICK,	/* x, y */
	INPUT_WHEEL,	/* lines: negative is up */
	INPUT_RESIZE,	/* of app's making */
};

struct input {
	enum input_kind kind;
	uint32_t code;
	struct str text;	/* borrowed from the reader until its next call */
	bool cut;		/* the paste was longer than we take */
	int x, y, lines;
};

#endif
