/*
 * text.h: the one sanitised type of the screen. Whatever reaches a cell was made here.
 *
 * A text is scrubbed (base/scrub.h): valid UTF-8, no control byte, no character that reorders or
 * hides others; what had to be cut ends in "~". It is a plain value, cheap enough for a frame.
 */
#ifndef UI_TEXT_H
#define UI_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"

enum { TEXT_BYTES = 1200 };	/* a row of the widest screen, and some more for UTF-8 */

struct text {
	size_t len;
	char bytes[TEXT_BYTES];	/* terminated */
};

struct text text_of(struct str bytes);
struct text text_fmt(const char *fmt, ...) PRINTF_LIKE(1, 2);
struct text text_vfmt(const char *fmt, va_list args) PRINTF_LIKE(1, 0);
struct str text_str(const struct text *text);	/* borrowed */
size_t text_width(const struct text *text);	/* in cells */

/* At most `cells` wide; a text that had to be cut ends in "~". */
struct text text_cut(const struct text *text, size_t cells);

/* Split off the first line of at most `cells`, at a blank where there is one: word wrapping. False
 * when rest is empty. */
bool text_wrap(struct str *rest, size_t cells, struct str *line);

#endif
