/*
 * golden.h: compare a text with a file under tests/golden/.
 *
 * A difference is printed line by line, with a mark under the first differing column. With
 * UPDATE_GOLDEN=1 in the environment the file is written instead: look at the change in git before
 * committing it. Tests run with the repository's root as their directory (make sees to it).
 */
#ifndef LIB_GOLDEN_H
#define LIB_GOLDEN_H

#include <stdbool.h>

#include "base/str.h"
#include "tests/lib/screen.h"

/* True when the file holds exactly this text; otherwise the difference is on stderr. */
bool golden_same(const char *name, struct str text);

/* The same for what is on a screen: one line per row, trailing blanks off. */
bool golden_screen(const char *name, const struct screen *screen);

#endif
