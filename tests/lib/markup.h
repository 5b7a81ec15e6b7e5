/*
 * markup.h: 200 texts that would do something if an export let them: HTML, SVG, addresses that run
 * code, formulas of spreadsheets, Markdown, sequences of terminals, bidirectional controls, broken
 * encodings, very long ones.
 */
#ifndef LIB_MARKUP_H
#define LIB_MARKUP_H

#include <stddef.h>

enum { MARKUP_COUNT = 200 };

/* Terminated; lives as long as the program. */
char *markup_text(size_t index);

#endif
