/*
 * squeeze.h: what ncurses writes for a terminal of the xterm family, without what changes nothing.
 * Its entry selects the ASCII character set with every change of attributes, although nothing else
 * is ever selected here, and resets the colour just before a reset of everything. On a coloured
 * table that is a third of all bytes. Pure.
 */
#ifndef UI_SQUEEZE_H
#define UI_SQUEEZE_H

#include "base/buf.h"
#include "base/str.h"

/* Append the bytes of a whole frame. */
void squeeze(struct buf *out, struct str frame);

#endif
