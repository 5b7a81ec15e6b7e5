/*
 * sheet_style.h: how the HTML export looks: one sheet of CSS without an address in it, light and
 * dark by what the reader's system likes, and a part for paper.
 */
#ifndef EXPORT_SHEET_STYLE_H
#define EXPORT_SHEET_STYLE_H

enum { SHEET_STYLES = 3 };

extern const char *const sheet_style[SHEET_STYLES];	/* one after the other */

#endif
