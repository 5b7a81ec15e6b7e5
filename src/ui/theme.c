#include "ui/theme.h"

#include <string.h>

#include "base/attr.h"

enum { OWN = -1, RED = 1, MAGENTA = 5 };

/*
 * Only red and magenta: of the plain colours these are the two that stay readable on a light and
 * on a dark background alike. OK has no hue at all, so that a healthy screen is a quiet one.
 */
static const struct theme themes[] = {
	{ "default", {
		[ROLE_PLAIN] = { OWN, 0 },
		[ROLE_DIM] = { OWN, FACE_DIM },
		[ROLE_STRONG] = { OWN, FACE_BOLD },
		[ROLE_RULE] = { OWN, FACE_BOLD },
		[ROLE_KEY] = { OWN, FACE_BOLD },
		[ROLE_TAB] = { OWN, FACE_REVERSE },
		[ROLE_PROD] = { RED, FACE_REVERSE | FACE_BOLD },
		[ROLE_ENV] = { OWN, FACE_REVERSE | FACE_BOLD },
		[ROLE_ROOT] = { RED, FACE_REVERSE | FACE_BOLD },
		[ROLE_MESSAGE] = { OWN, 0 },
		[ROLE_REFUSAL] = { OWN, FACE_BOLD },
		[ROLE_FIELD] = { OWN, FACE_UNDERLINE },
		[ROLE_DRILL] = { MAGENTA, FACE_REVERSE | FACE_BOLD },
		[ROLE_OK] = { OWN, 0 },
		[ROLE_WARN] = { MAGENTA, FACE_BOLD },
		[ROLE_STALE] = { MAGENTA, 0 },
		[ROLE_UNKNOWN] = { MAGENTA, FACE_UNDERLINE },
		[ROLE_BAD] = { RED, FACE_BOLD },
		[ROLE_DOWN] = { RED, FACE_BOLD | FACE_REVERSE },
	} },
	{ "mono", {
		[ROLE_PLAIN] = { OWN, 0 },
		[ROLE_DIM] = { OWN, FACE_DIM },
		[ROLE_STRONG] = { OWN, FACE_BOLD },
		[ROLE_RULE] = { OWN, FACE_BOLD },
		[ROLE_KEY] = { OWN, FACE_BOLD },
		[ROLE_TAB] = { OWN, FACE_REVERSE },
		[ROLE_PROD] = { OWN, FACE_REVERSE | FACE_BOLD },
		[ROLE_ENV] = { OWN, FACE_REVERSE },
		[ROLE_ROOT] = { OWN, FACE_REVERSE | FACE_BOLD },
		[ROLE_MESSAGE] = { OWN, 0 },
		[ROLE_REFUSAL] = { OWN, FACE_BOLD },
		[ROLE_FIELD] = { OWN, FACE_UNDERLINE },
		[ROLE_DRILL] = { OWN, FACE_REVERSE | FACE_BOLD },
		[ROLE_OK] = { OWN, 0 },
		[ROLE_WARN] = { OWN, FACE_UNDERLINE },
		[ROLE_STALE] = { OWN, FACE_DIM },
		[ROLE_UNKNOWN] = { OWN, FACE_UNDERLINE },
		[ROLE_BAD] = { OWN, FACE_BOLD },
		[ROLE_DOWN] = { OWN, FACE_BOLD | FACE_REVERSE },
	} },
};

static const char *const names[] = { "default", "mono", NULL };
_Static_assert(ARRAY_LEN(names) == ARRAY_LEN(themes) + 1, "every theme has its name listed");

/* The roles of states stand in the order of the states, and so need no table of their own. */
#define X(sym, word, label) \
	_Static_assert((int)ROLE_OK + (int)STATE_##sym == (int)ROLE_##sym, word);
STATES(X)
#undef X

const struct theme *theme_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(themes); i++)
		if (!name || strcmp(themes[i].name, name) == 0)
			return &themes[i];
	return NULL;
}

const char *const *theme_names(void)
{
	return names;
}

enum role role_of_state(enum state state)
{
	return state < STATE_COUNT ? (enum role)(ROLE_OK + state) : ROLE_UNKNOWN;
}

char state_mark(enum state state)
{
	static const char marks[] = {
		[STATE_OK] = '.', [STATE_WARN] = '-', [STATE_STALE] = '~',
		[STATE_UNKNOWN] = '?', [STATE_BAD] = '=', [STATE_DOWN] = '#',
	};

	_Static_assert(ARRAY_LEN(marks) == STATE_COUNT, "every state has a mark");
	return state < STATE_COUNT ? marks[state] : ' ';
}
