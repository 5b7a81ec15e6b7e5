/*
 * prose_inside.h: what prose.c and prose_table.c share.
 */
#ifndef UI_PROSE_INSIDE_H
#define UI_PROSE_INSIDE_H

#include "base/buf.h"
#include "ui/prose.h"

/* The words of a paragraph or a cell in one line, comments left out. */
void prose_say(const struct block *block, struct buf *out);
void prose_table(const struct prose *prose, const struct block *table);

#endif
