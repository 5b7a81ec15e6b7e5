/*
 * edit.h: a field of one line. Keys and pastes change it and nothing else; line ends and control
 * characters of a paste become blanks.
 */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include <stdbool.h>

#include "ui/key.h"
#include "ui/surface.h"

enum { EDIT_TEXT = 512 };

/* What writes into a text, whoever holds it. The cursor stands at the edge of a cluster. */
struct pen {
	char *text;		/* terminated UTF-8 */
	size_t size, *len, *cursor;
};

/* True when the key belongs to a text: a character, or one that moves or erases within a line. */
bool pen_key(const struct pen *pen, uint32_t code);
/* All of it or nothing. */
bool pen_insert(const struct pen *pen, struct str text);
size_t pen_right(const struct pen *pen);	/* the edge after the cluster under the cursor */

struct edit {
	char text[EDIT_TEXT];	/* terminated UTF-8 */
	size_t len, cursor;	/* in bytes, at the edge of a cluster */
};

void edit_set(struct edit *edit, const char *text);
/* True when the key belongs to a field (also when there was nothing to do). */
bool edit_key(struct edit *edit, uint32_t code);
void edit_paste(struct edit *edit, struct str text);
/* Draw it from x on, the cursor visible as an underlined cell. */
void edit_draw(const struct edit *edit, struct surface *surface, struct area area, int x, int y);

#endif
