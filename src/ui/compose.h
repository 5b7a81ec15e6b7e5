/*
 * compose.h: a text of several lines: keys write into it, a paste goes into it with its lines, and
 * it is wrapped at words where it is shown.
 */
#ifndef UI_COMPOSE_H
#define UI_COMPOSE_H

#include "ui/edit.h"

enum { COMPOSE_TEXT = 6144 };

struct compose {
	char text[COMPOSE_TEXT];	/* terminated UTF-8; lines end in LF */
	size_t len, cursor;
	size_t cols;			/* as it was wrapped last: where up and down lead */
	bool fresh;			/* the cursor is on a [question], and a letter replaces it */
};

void compose_set(struct compose *compose, const char *text);
/* True when the key belongs to the text. Up in the first line and Down in the last do not. */
bool compose_key(struct compose *compose, uint32_t code);
/* To the next [question], round the end: what is typed then stands in its place. False: none. */
bool compose_question(struct compose *compose);
/* False: not all of it had room. */
bool compose_paste(struct compose *compose, struct str text);

/* Cut the next line of at most `cols` cells from *rest as it is shown; false at the end. A text
 * that ends in LF has an empty last line. */
bool compose_line(struct str *rest, size_t cols, struct str *line);
/* Draw the lines that fit, so that the place of the cursor is in sight; the cursor itself where the
 * text has the keyboard. */
void compose_draw(struct compose *compose, struct surface *surface, struct area area, bool here);

#endif
