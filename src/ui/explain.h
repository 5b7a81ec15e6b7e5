/*
 * explain.h: why a thing is what it is: the state, the rule that made it so, the figures, their
 * age, and who said them (ux.md, "Explains every verdict").
 */
#ifndef UI_EXPLAIN_H
#define UI_EXPLAIN_H

#include "ui/screen.h"

/* Rows of text at the end of the page; false when the item is not in the world any more. */
bool explain_build(const struct scene *scene, struct page *page, struct item item);

/* "db", "alert HighLag", "the transactions": for titles. False when it is gone. */
bool explain_name(const struct scene *scene, struct item item, struct text *out);

/* One line to copy: name, state, figure, reason, time. */
void explain_line(const struct scene *scene, struct item item, struct buf *out);

/* One labelled line of such an explanation, wrapped. */
void explain_put(struct page *page, const char *label, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
