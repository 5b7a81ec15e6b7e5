/*
 * theme.h: what a role looks like. A screen says what a cell means, the theme how it is shown.
 *
 * Colours are the 16 of the palette on the terminal's own background. Every theme carries all
 * meaning without colour: a state is a word, then a mark, then a hue.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/state.h"

#define ROLES(X) \
	X(PLAIN) X(DIM) X(STRONG) X(RULE) X(KEY) X(TAB) X(PROD) X(ENV) X(ROOT) X(MESSAGE) X(REFUSAL) \
	X(FIELD) X(DRILL) X(OK) X(WARN) X(STALE) X(UNKNOWN) X(BAD) X(DOWN)

enum role {
#define X(sym) ROLE_##sym,
	ROLES(X)
#undef X
	ROLE_COUNT
};

enum { FACE_BOLD = 1, FACE_DIM = 2, FACE_REVERSE = 4, FACE_UNDERLINE = 8 };

struct face {
	int8_t colour;		/* of the text, 0..7; -1: the terminal's own */
	uint8_t attributes;	/* FACE_* */
};

struct theme {
	const char *name;
	struct face faces[ROLE_COUNT];
};

/* NULL when there is none of that name; the default one for NULL. "default" and "mono" exist. */
const struct theme *theme_find(const char *name);
const char *const *theme_names(void);		/* ends in NULL */

enum role role_of_state(enum state state);
char state_mark(enum state state);		/* '.' ok ... '#' down */

#endif
