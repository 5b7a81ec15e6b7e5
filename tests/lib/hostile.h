/*
 * hostile.h: what an outsider may put into a text to fool a terminal or a reader: the corpus of
 * reliability.md R01-R04, over 500 payloads. Where a class is systematic (introducer x body x
 * terminator, every control, every code point) it is generated, where it is not it is a table.
 *
 * Every payload that could leave letters behind holds HOSTILE_MARK, so that a test can find the
 * place where it landed. hostile_all() builds the list once; it lives as long as the program.
 */
#ifndef LIB_HOSTILE_H
#define LIB_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

#define HOSTILE_MARK "PWN"

/*  X(symbol, what it is) */
#define HOSTILE_CLASSES(X) \
	X(C0, "C0 controls and DEL") \
	X(C1, "C1 controls, as UTF-8 and as bare bytes") \
	X(ESCAPE, "two-byte escape sequences") \
	X(CSI, "control sequences: queries, modes, cursor, colours, printing") \
	X(OSC, "operating system commands: title, clipboard, links, notifications") \
	X(STRING, "DCS, APC, PM and SOS strings, DECRQSS, XTGETTCAP") \
	X(LAYOUT, "newline, CR, TAB, BS, U+2028 and alike") \
	X(BIDI, "bidirectional controls") \
	X(INVISIBLE, "zero-width, tag, private-use and filler characters") \
	X(WIDTH, "combining and wide characters, long texts") \
	X(ENCODING, "broken UTF-8") \
	X(FORMAT, "printf, strftime and markup languages")

enum hostile_class {
#define X(sym, what) HOSTILE_##sym,
	HOSTILE_CLASSES(X)
#undef X
	HOSTILE_CLASS_COUNT
};

struct hostile {
	enum hostile_class kind;
	bool utf8;		/* valid UTF-8 without NUL: may stand in JSON */
	struct str bytes;
};

const struct hostile *hostile_all(size_t *count);
const char *hostile_class_name(enum hostile_class kind);

/* The payload as a JSON string with its quotes; controls as \u00XX. Only for valid UTF-8. */
void hostile_json(struct buf *out, struct str bytes);

/* The payload in a form that can be printed: \xNN for what is not plain ASCII; at most 60 bytes. */
void hostile_show(struct buf *out, struct str bytes);

#endif
